"""Lead times: quantiles of the waits that ended, by way, month and institution, and the age of the open ones."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..enums import Calendar
from ..services.counting import call, next_month
from .ways import of_choice

Key = TypeVar("Key", bound=Hashable)
LEAST = 5  # nothing is shown of fewer; statistics_lead_times.sql has the same number


@dataclass(frozen=True)
class Lead:
    """How many waits ended, and within how many working days half and nine in ten of them did.

    `number` is None for one to four, or for a group that would give such a number away; the others are None then, and
    also when there are none.
    """

    number: int | None = 0
    half: int | None = None
    nine_in_ten: int | None = None

    @property
    def is_shown(self) -> bool:
        """True if there are enough of them to say something about."""
        return bool(self.number)


@dataclass(frozen=True)
class Open(Lead):
    """How many waits are open today; `half` and `nine_in_ten` are of their age. `longest` is that of the oldest."""

    longest: int | None = None


NONE_ENDED, NONE_OPEN = Lead(), Open()
HIDDEN, HIDDEN_OPEN = Lead(None), Open(None)


@dataclass(frozen=True)
class Both:
    """The waits of one group: those that ended in the period, and those that are open today."""

    ended: Lead = NONE_ENDED
    open: Open = NONE_OPEN


@dataclass(frozen=True)
class TimeClass:
    """How many waits took `low` to `high` working days; `high` is None for the last class without an end."""

    low: int
    high: int | None
    number: int


@dataclass(frozen=True)
class LeadChoice:
    """A period inside a year (`first` and `last` are months, 1 to 12), ways, calendar, the order of institutions."""

    year: int
    first: int
    last: int
    ways: str
    calendar: Calendar
    order_by: str = ""

    @property
    def begin(self) -> datetime.date:
        """The first day of the period."""
        return datetime.date(self.year, self.first, 1)

    @property
    def until(self) -> datetime.date:
        """The day after the last one of the period."""
        return next_month(datetime.date(self.year, self.last, 1))

    @property
    def last_day(self) -> datetime.date:
        """The last day of the period."""
        return self.until - datetime.timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """What is asked: a period, of which institutions (None: all), for which choice of ways, by which calendar.

    `first` is the first day of a month, `until` that of the month after the last one.
    """

    first: datetime.date
    until: datetime.date
    institutions: tuple[int, ...] | None
    ways: str
    calendar: Calendar

    def parameters(self) -> list[object]:
        """Return the parameters of the database function."""
        institutions = None if self.institutions is None else list(self.institutions)
        return [self.first, self.until, institutions, list(of_choice(self.ways)), self.calendar.value]


@dataclass(frozen=True)
class LeadTimes:
    """The answer: by way (each way), of all detours, and of the chosen ways together, by month and by institution.

    Institutions by primary key. A group that is in none of the mappings has no wait.
    """

    by_way: Mapping[str, Both]
    detours: Both
    together: Both
    by_month: Mapping[datetime.date, Lead]
    by_institution: Mapping[int, Both]
    classes: tuple[TimeClass, ...]


def lead_times(question: Question) -> LeadTimes:
    """Return the lead times of a period, in one snapshot of the database.

    With institutions the transaction must be bound to an institution that works for all of them, without to the
    agency's scope; otherwise there are none. Raises CountedElsewhere.
    """
    rows = call(
        "SELECT is_open, part, way, institution_id, month, number, half, nine_in_ten, longest, low, high"
        " FROM statistics_lead_times(%s, %s, %s::bigint[], %s, %s)",
        question.parameters(),
    )
    groups: dict[str, dict[Any, Both]] = defaultdict(dict)
    classes = []
    for is_open, part, way, institution_id, month, number, half, nine_in_ten, longest, low, high in rows:
        if part == "class":
            classes.append(TimeClass(low, high, number))
            continue
        group, key = groups[part], way or institution_id or month
        both = group.get(key, Both())
        if is_open:
            group[key] = replace(both, open=Open(number, half, nine_in_ten, longest))
        else:
            group[key] = replace(both, ended=Lead(number, half, nine_in_ten))
    return LeadTimes(
        by_way=groups["way"],
        detours=groups["detours"].get(None, Both()),
        together=groups["together"].get(None, Both()),
        by_month={month: both.ended for month, both in groups["month"].items()},
        by_institution=groups["institution"],
        classes=tuple(sorted(classes, key=lambda each: each.low)),
    )


def first_year(institutions: Sequence[int] | None) -> int | None:
    """Return the year in which the first wait of these institutions (None: all) ended, or None without any."""
    parameters = [None if institutions is None else list(institutions)]
    [(day,)] = call("SELECT statistics_first_wait(%s::bigint[])", parameters)
    return day.year if day else None


def without_differences(numbers: Mapping[Key, int | None], total: int | None) -> set[Key]:
    """Return the groups of a table that may not be shown beside their `total`: those with None, and some more.

    As long as the total shows that the groups left out are one to four together, the smallest one that is shown is left
    out too. Equal ones in the order of the mapping.
    """
    hidden = {key for key, number in numbers.items() if number is None}
    shown = sorted(((number, key) for key, number in numbers.items() if number), key=lambda pair: pair[0])
    if total is None:
        return hidden | {key for _number, key in shown}
    rest = total - sum(number for number, _key in shown)
    for number, key in shown:
        if not 0 < rest < LEAST:
            break
        hidden.add(key)
        rest += number
    return hidden


def shown_beside(groups: Mapping[Key, Both], together: Both) -> dict[Key, Both]:
    """Return the groups of a table with `HIDDEN` and `HIDDEN_OPEN` where `without_differences` says so."""
    ended = without_differences(
        {key: both.ended.number for key, both in groups.items()}, together.ended.number
    )
    still = without_differences({key: both.open.number for key, both in groups.items()}, together.open.number)
    return {
        key: Both(HIDDEN if key in ended else both.ended, HIDDEN_OPEN if key in still else both.open)
        for key, both in groups.items()
    }
