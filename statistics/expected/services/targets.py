"""The target of an institution in a month: which expectation counts, and how many consultations it comes to.

The expectation of the institution itself goes before that of its kind; of each the one that was added last. `NONE` is
an expectation too: it ends what counted before it. A month in which the institution was not open has no target, and the
month in which it ends has the part of its days. Costs three queries, whatever the log and the client lists have.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q

from partners.models import Institution
from partners.periods import months_later, today

from ...enums import Basis
from ...models import ClientCount, Expectation

DAY = datetime.timedelta(days=1)
MONTHS_PER_QUARTER = 3
HUNDRED = 100


@dataclass(frozen=True)
class Target:
    """What is expected of an institution in a month, exactly, in consultations.

    `whole` is for all of the month, `due` for its days until today: the same in a month that is over. `threshold` is
    the part of `due` below which the use is a bottleneck. `clients` is their number in the month, None where no one
    counted them.
    """

    institution_id: int
    month: datetime.date
    expectation: Expectation
    whole: Fraction
    due: Fraction

    @property
    def threshold(self) -> Fraction:
        """The least number of consultations that is no bottleneck."""
        return self.due * self.expectation.bottleneck_share / HUNDRED


Key = tuple[int, datetime.date]


def targets_of(months: Sequence[datetime.date], institution: int | None = None) -> dict[Key, Target]:
    """Return the targets of these months (first days) by institution and month, until today.

    `institution`: a primary key, for that one only. The others need the agency's scope.
    """
    if not months:
        return {}
    first, last = min(months), max(months)
    places = Institution.objects.filter(Q(active=True) | Q(ended_on__isnull=False))
    counts = ClientCount.objects.filter(month__range=(first, last))
    if institution is not None:
        places, counts = places.filter(pk=institution), counts.filter(institution_id=institution)
    own, of_kind = _newest_first(Expectation.objects.touching(first, last).select_related("added_by"))
    clients = {
        (pk, month): number for pk, month, number in counts.values_list("institution_id", "month", "number")
    }
    targets = {}
    for pk, kind, ended_on in places.values_list("pk", "kind", "ended_on"):
        candidates = [*own.get(pk, ()), *of_kind.get(kind, ())]
        for month in months:
            counting = next((each for each in candidates if covers(each, month)), None)
            if counting is None:
                continue
            target = _target(pk, month, counting, clients.get((pk, month)), ended_on)
            if target is not None:
                targets[pk, month] = target
    return targets


def covers(expectation: Expectation, month: datetime.date) -> bool:
    """Return True if the expectation is about this month."""
    return expectation.first_month <= month and (
        expectation.last_month is None or month <= expectation.last_month
    )


def last_day_of(month: datetime.date) -> datetime.date:
    """Return the last day of the month."""
    return months_later(month, 1) - DAY


def _newest_first(
    expectations: Iterable[Expectation],
) -> tuple[dict[int, list[Expectation]], dict[str, list[Expectation]]]:
    own: dict[int, list[Expectation]] = {}
    of_kind: dict[str, list[Expectation]] = {}
    for expectation in expectations:  # their order is that of the model
        if expectation.institution_id is not None:
            own.setdefault(expectation.institution_id, []).append(expectation)
        else:
            of_kind.setdefault(expectation.kind, []).append(expectation)
    return own, of_kind


def _target(
    institution: int,
    month: datetime.date,
    expectation: Expectation,
    clients: int | None,
    ended_on: datetime.date | None,
) -> Target | None:
    """Return the target, or None: nothing is expected, the clients are not known, or the institution was not open."""
    if expectation.number is None:
        return None
    number = Fraction(expectation.number)
    if expectation.basis == Basis.PER_CLIENT:
        if clients is None:
            return None
        number = number * clients / MONTHS_PER_QUARTER
    last = last_day_of(month)
    until = last if ended_on is None else min(last, ended_on)
    if until < month:
        return None
    passed = min(until, today())
    return Target(
        institution_id=institution,
        month=month,
        expectation=expectation,
        whole=number * _days(month, until) / last.day,
        due=number * _days(month, passed) / last.day,
    )


def _days(first: datetime.date, last: datetime.date) -> int:
    """Return the number of days from `first` to `last`, both included; 0 if `last` is before `first`."""
    return max(0, (last - first).days + 1)
