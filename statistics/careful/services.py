"""Make the reports of a month, and read them.

The reports of all institutions of a month are made in one transaction, so the institutions that are compared were
counted at the same moment. A report that was made never changes; made again, the month has a next version.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from partners.models import Institution
from partners.periods import months_later, today

from ..models import CarefulReport
from ..services.counting import first_month
from .counting import Month, count
from .figures import FEWEST_INSTITUTIONS, FEWEST_USERS, MEAN, PER, REPORT
from .mailing import announce_later

# From this day of the next month on: no transaction of the month is still open then.
FIRST_DAY = 2
MONTHS_BACK = 12  # that are made when they are missing
MONTHS_SHOWN = 6  # in a report: its own and those before


class NotMade(Exception):
    """The reports of this month cannot be made; the message says why."""


@dataclass(frozen=True)
class Comparison:
    """The other institutions of a kind together: how many, their users who looked, and so many per hundred by code."""

    institutions: int
    users: int
    rates: Mapping[str, Decimal]

    @classmethod
    def of(cls, report: CarefulReport, readable: Collection[int]) -> Comparison | None:
        """Return what was compared when the report was made; None where these were too few.

        `readable` are the institutions whose reports the reader sees. Those that joined the line of succession since
        may be among the others, and the reader could subtract them.
        """
        if not report.comparison:
            return None
        joined = set(readable) - set(report.comparison["apart"])
        if report.comparison["institutions"] - len(joined) < FEWEST_INSTITUTIONS:
            return None
        rates = {code: Decimal(rate) for code, rate in report.comparison["rates"].items()}
        return cls(report.comparison["institutions"], report.comparison["users"], rates)


def last_month_due(day: datetime.date) -> datetime.date:
    """Return the last month whose reports can be made on `day`."""
    return months_later(day.replace(day=1), -1 if day.day >= FIRST_DAY else -2)


def months_due() -> list[datetime.date]:
    """Return the months of the last year that are over and have no reports, the oldest first."""
    begins, last = first_month(), last_month_due(today())
    if begins is None:
        return []
    months = [months_later(last, -back) for back in reversed(range(MONTHS_BACK))]
    made = set(CarefulReport.objects.filter(month__in=months).values_list("month", flat=True).distinct())
    return [month for month in months if month >= begins and month not in made]


def make_missing() -> int:
    """Make the reports of the months that are due, and return how many.

    Each month is a transaction: a run that is killed loses the month it was at, and the next goes on there. Needs the
    owner's role. Raises CountedElsewhere.
    """
    return sum(make(month) for month in months_due())


@transaction.atomic
def make(month: datetime.date, *, again: bool = False) -> int:
    """Make the reports of a month, given by its first day, and return how many.

    None when there are some already, unless `again`: then each gets a next version. Readers of the first ones of the
    last month get a mail. Of two runs at once the second waits for the first. Needs the owner's role. Raises NotMade,
    CountedElsewhere.
    """
    _check(month)
    with connection.cursor() as cursor:
        # Reading goes on meanwhile.
        cursor.execute("LOCK TABLE statistics_carefulreport IN SHARE ROW EXCLUSIVE MODE")
    of_month = CarefulReport.objects.filter(month=month)
    last = of_month.aggregate(last=Max("version"))["last"] or 0
    if last and not again:
        return 0
    counted = count(month)
    institutions = Institution.objects.in_bulk(list(counted))
    kinds = {pk: institution.kind for pk, institution in institutions.items()}
    comparisons = compare(counted, kinds, lines_of_succession())
    reports = [
        CarefulReport(
            institution=institution,
            month=month,
            version=last + 1,
            opens_at=institution.opens_at,
            closes_at=institution.closes_at,
            figures=counted[pk].numbers(),
            comparison=comparisons.get(pk, {}),
        )
        for pk, institution in institutions.items()
    ]
    CarefulReport.objects.bulk_create(reports)
    if not last and month == last_month_due(today()):
        announce_later(institutions, month)
    return len(reports)


def _check(month: datetime.date) -> None:
    """Raise NotMade for a month that is not over, or not in the log."""
    begins = first_month()
    if month > last_month_due(today()):
        raise NotMade(f"{month:%Y-%m} is not over, or ended a moment ago.")
    if begins is None or month < begins:
        raise NotMade(f"The log begins after {month:%Y-%m}.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM consultations_archive WHERE month = %s)", [month])
        if cursor.fetchone()[0]:
            raise NotMade(f"{month:%Y-%m} left the log: its rows are in an archive.")


def lines_of_succession() -> dict[int, frozenset[int]]:
    """Return, by institution with a successor or predecessor, all of its line: who succeeds also reads the others."""
    lines: dict[int, frozenset[int]] = {}
    successions = Institution.objects.exclude(successor=None).values_list("pk", "successor")
    for pk, successor in successions:
        assert successor is not None
        line = lines.get(pk, frozenset({pk})) | lines.get(successor, frozenset({successor}))
        lines |= dict.fromkeys(line, line)
    return lines


def compare(
    counted: Mapping[int, Month], kinds: Mapping[int, str], lines: Mapping[int, frozenset[int]]
) -> dict[int, dict[str, object]]:
    """Return, by institution, what the others of its kind had together; nothing where one of the two is too small.

    Only institutions in which enough users looked are compared, and with enough others outside of their line of
    succession (`lines`), so that neither a user nor an institution can be derived.
    """
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk, found in counted.items():
        if len(found.by_user) >= FEWEST_USERS:
            by_kind[kinds[pk]].append(pk)
    comparisons = {}
    for group in by_kind.values():
        for pk in group:
            apart = lines.get(pk, frozenset({pk}))
            others = [counted[other] for other in group if other not in apart]
            if len(others) >= FEWEST_INSTITUTIONS:
                comparisons[pk] = {**_together(others), "apart": sorted(apart)}
    return comparisons


def _together(others: Sequence[Month]) -> dict[str, object]:
    figures: Counter[str] = sum((other.figures for other in others), start=Counter())
    users = sum(len(other.by_user) for other in others)
    rates = {MEAN: share(figures["consultation"], users, 1)}
    for figure in REPORT.values():
        if figure.base:
            rates[figure.code] = share(figures[figure.code], figures[figure.base])
    given = {code: str(rate) for code, rate in rates.items() if rate is not None}
    return {"institutions": len(others), "users": users, "rates": given}


def share(number: int, of: int, per: int = PER) -> Decimal | None:
    """Return `number` per so many of `of`, to one decimal; None of nothing."""
    return (Decimal(number * per) / of).quantize(Decimal("0.1"), ROUND_HALF_UP) if of else None


# -- reading


def reports_of(institutions: Iterable[Institution]) -> QuerySet[CarefulReport]:
    """Return the reports of these institutions that the transaction may read: all versions, the newest first."""
    return CarefulReport.objects.filter(institution__in=institutions).order_by("-month", "-version")


def before(report: CarefulReport) -> list[CarefulReport]:
    """Return the last versions of the reports of the institution in the months before, as many as a report shows."""
    first = months_later(report.month, 1 - MONTHS_SHOWN)
    reports = CarefulReport.objects.filter(
        institution=report.institution_id, month__gte=first, month__lt=report.month
    )
    return list(reports.latest_versions())
