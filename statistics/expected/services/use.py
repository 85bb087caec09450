"""The use of a year against what was expected of it, by institution and month.

Consultations come from the roll-up and the tail of the log in one statement, targets from `targets`: six queries for
any number of institutions, whatever the log has.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.db.models import Min

from partners.periods import today

from ...figures import CONSULTATION
from ...models import Expectation
from ...services.counting import first_month, monthly, months_of
from .targets import HUNDRED, Key, Target, targets_of


@dataclass(frozen=True)
class Use:
    """Consultations against what was expected until today, exactly. Below `threshold` they are a bottleneck."""

    due: Fraction = Fraction(0)
    threshold: Fraction = Fraction(0)
    actual: int = 0

    @property
    def share(self) -> int | None:
        """The consultations in per cent of what was expected, cut to a whole number; None when nothing was."""
        return int(self.actual * HUNDRED / self.due) if self.due else None

    @property
    def is_bottleneck(self) -> bool:
        """True if there were fewer consultations than the set share of what was expected."""
        return self.actual < self.threshold

    @property
    def shortfall(self) -> Fraction:
        """How many consultations are missing; negative when there were more than expected."""
        return self.due - self.actual


def together(uses: Iterable[Use]) -> Use | None:
    """Return the sum of uses, or None of none."""
    uses = list(uses)
    if not uses:
        return None
    return Use(
        due=sum((use.due for use in uses), Fraction(0)),
        threshold=sum((use.threshold for use in uses), Fraction(0)),
        actual=sum(use.actual for use in uses),
    )


@dataclass(frozen=True)
class UseOfYear:
    """The use of a year.

    `months` are its months with data: from the one in which the log begins to the running one, which is `running`.
    `targets` has the months with a target, `counts` the consultations of all months; a month without a count has none.
    """

    year: int
    months: tuple[datetime.date, ...]
    running: datetime.date | None
    begins: datetime.date | None
    targets: Mapping[Key, Target]
    counts: Mapping[Key, int]

    @cached_property
    def uses(self) -> Mapping[Key, Use]:
        """The use of each month with a target. Other months are left out, with their consultations."""
        return {
            key: Use(target.due, target.threshold, self.counts.get(key, 0))
            for key, target in self.targets.items()
        }

    @property
    def until(self) -> datetime.date:
        """The last day that counts: today, or the last day of a year that is over."""
        return min(today(), datetime.date(self.year, 12, 31))

    @cached_property
    def of_institutions(self) -> Mapping[int, Use]:
        """The use of each institution with a target, of all its months with one together."""
        grouped: dict[int, list[Use]] = {}
        for (institution, _month), use in self.uses.items():
            grouped.setdefault(institution, []).append(use)
        return {institution: total for institution, uses in grouped.items() if (total := together(uses))}

    @cached_property
    def expectations(self) -> list[Expectation]:
        """The expectations that the targets come from, the newest first."""
        found = {target.expectation.pk: target.expectation for target in self.targets.values()}
        return sorted(found.values(), key=lambda each: (each.added_at, each.pk), reverse=True)


def use_of_year(year: int, institution: int | None = None) -> UseOfYear:
    """Return the use of a year, of one institution (a primary key) or of all.

    All of them needs the agency's scope, one that the transaction is bound to it. Raises CountedElsewhere.
    """
    now = today()
    begins = first_month()
    months = tuple(month for month in months_of(year) if begins is not None and begins <= month <= now)
    first, until = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
    counts = monthly(CONSULTATION, first, until, institution) if months else {}
    return UseOfYear(
        year=year,
        months=months,
        running=now.replace(day=1) if year == now.year and months else None,
        begins=begins,
        targets=targets_of(months, institution),
        counts={(pk, month): number for (pk, month), number in counts.items() if pk is not None},
    )


def years_with_expectations() -> list[int]:
    """Return the years of which both use and expectations are known, oldest first, and the current one."""
    now, begins = today().year, first_month()
    earliest = Expectation.objects.aggregate(first=Min("first_month"))["first"]
    if begins is None or earliest is None:
        return [now]
    return [*range(min(now, max(begins.year, earliest.year)), now + 1)]
