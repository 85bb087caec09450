"""The default order of the client list, as one number for each line: `ClientListEntry.urgency`.

First come the clients for whom something can still be decided: those who may miss the fewest lessons, of equal ones
those below the norm, and then those who are decided first. The others follow by their verdict. A line without a verdict
(the mandate does not give attendance) is last. Before all of them come the lines whose day has passed without a newer
message (`by_urgency`): what they say is outdated.
"""

from __future__ import annotations

import datetime

from django.db.models import BigIntegerField, Case, F, Func, Q, When
from django.db.models.functions import Cast

from .attendance import URGENCY, Verdict

# A day as days since the year 1 takes less than half of this, also in the year 9999.
_ONE_LESSON = 10_000_000
_ON_TRACK = _ONE_LESSON // 2
_WITHOUT_SLACK = 1_000_000_000_000

_DAYS = Func(
    F("decides_on"), template="(%(expressions)s - DATE '0001-01-01')", output_field=BigIntegerField()
)
_SLACK = Cast(F("may_miss"), BigIntegerField()) * _ONE_LESSON
_DECIDABLE = Q(may_miss__isnull=False, decides_on__isnull=False)

EXPRESSION = Case(
    When(_DECIDABLE, verdict=Verdict.REACHABLE.value, then=_SLACK + _DAYS),
    When(_DECIDABLE, verdict=Verdict.ON_TRACK.value, then=_SLACK + _ON_TRACK + _DAYS),
    *(When(verdict=verdict.value, then=_WITHOUT_SLACK + rank) for rank, verdict in enumerate(URGENCY)),
    default=_WITHOUT_SLACK + len(URGENCY),
    output_field=BigIntegerField(),
)


def few_lessons_left(day: datetime.date, most: int = 1) -> Q:
    """Return the condition of the lines that may miss at most `most` lessons, and are not outdated on `day`.

    The same range of the index as the beginning of the list.
    """
    return Q(urgency__lt=(most + 1) * _ONE_LESSON, decides_on__gte=day)


def by_urgency(day: datetime.date) -> list[tuple[Q, list[str]]]:
    """Return the order of the list on `day` as its ranges, one after the other: a condition, and the order within.

    Both orders are those of an index. The day moves lines from the second range to the first, so no stored number can
    contain it.
    """
    outdated = Q(decides_on__lt=day)
    return [
        (outdated, ["decides_on", "sort_key", "inscription_id"]),
        (Q(decides_on__isnull=True) | Q(decides_on__gte=day), ["urgency", "sort_key", "inscription_id"]),
    ]
