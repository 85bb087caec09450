"""The attendance norm ("80 %"): whether it is met, whether it can still be met, and from which figures.

Each enrolment is judged on a day, under a named and versioned rule for justified absence (decision record
docs/decisions/0005-attendance-rule.md). A verdict informs a social inquiry; it never proposes a sanction.

Units are minutes of lesson (messages of version 02.00, LesMoment) or lestijden, possibly a fraction of one
(version 01.00, totals). All arithmetic is exact: int and Fraction, compared by cross-multiplication, so that
47,5 of 60 is never 80 %. Pure functions: no database, no settings, no clock.

    lessons   the facts of a course, and how each lesson counts on a day
    tally     those lessons, added up
    rules     how justified absence counts, and the percentage under such a rule
    slack     how many lessons to come may be missed, and the day of the lesson that decides
    verdict   the verdict on a course
    parts     the course that decides for a part, and the part that decides for a person
"""

from .lessons import Course, Lesson, LessonKind, Part, Presence, Unit, Units, classify, next_lessons
from .parts import PartJudgement, PersonJudgement, judge_person
from .rules import DEFAULT_RULE, RULES, JustifiedCounts, Rule
from .tally import Tally, tally
from .verdict import URGENCY, Judgement, Verdict, judge

__all__ = [
    "DEFAULT_RULE",
    "RULES",
    "URGENCY",
    "Course",
    "Judgement",
    "JustifiedCounts",
    "Lesson",
    "LessonKind",
    "Part",
    "PartJudgement",
    "PersonJudgement",
    "Presence",
    "Rule",
    "Tally",
    "Unit",
    "Units",
    "Verdict",
    "classify",
    "judge",
    "judge_person",
    "next_lessons",
    "tally",
]
