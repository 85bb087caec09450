"""The attendance block: per part a card with the verdict and everything that can be checked about it.

Figures come from `persons.attendance` and are exact; this package only words them. A verdict informs a social
inquiry; nothing on the card proposes a sanction.
"""

from .cards import (
    AttendanceCard,
    AttendanceView,
    TellingCourse,
    attendance_view,
    telling_courses,
)
from .lessons import ABSENT, JUSTIFIED, PARTLY, LessonRow, Lessons, Mark

__all__ = [
    "ABSENT",
    "JUSTIFIED",
    "PARTLY",
    "AttendanceCard",
    "AttendanceView",
    "LessonRow",
    "Lessons",
    "Mark",
    "TellingCourse",
    "attendance_view",
    "telling_courses",
]
