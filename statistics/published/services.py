"""Publish the months that are over, while the agency says so. What was published never changes."""

from __future__ import annotations

import datetime

from django.db import connection, transaction
from django.db.models import Max

from partners.models import Institution
from partners.periods import months_later, today

from ..adoption.services import Point, adoption_on
from ..careful.services import last_month_due
from ..enums import Calendar
from ..figures import CONSULTATION, REPORTED_EXCHANGE
from ..models import ImportedCount, PublishedMonth
from ..services.calendar import WorkingDays, working_days
from ..services.counting import first_month, for_the_agency, monthly, next_month, sources
from .rows import HIDDEN, Row, public

CALENDAR = Calendar.FLEMISH_GOVERNMENT
DAY = datetime.timedelta(days=1)


class NotPublished(Exception):
    """This month cannot be published; the message says why."""


def is_published() -> bool:
    """Return True while the agency publishes the figures. Reads no table that the web role may not read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statistics_is_published()")
        return cursor.fetchone()[0]


def months_due() -> list[datetime.date]:
    """Return the months that are over and not published, the oldest first: of the log, and with imported numbers."""
    begins, last = first_month(), last_month_due(today())
    months = set(
        ImportedCount.objects.filter(measure=REPORTED_EXCHANGE.measure, month__lte=last).values_list(
            "month", flat=True
        )
    )
    while begins is not None and begins <= last:
        months.add(begins)
        begins = months_later(begins, 1)
    return sorted(months - set(PublishedMonth.objects.values_list("month", flat=True)))


def publish_missing() -> int:
    """Publish the months that are due, and return how many; none while the agency does not publish.

    Each month is a transaction: a run that is killed goes on where it was. Needs the owner's role. Raises
    CountedElsewhere.
    """
    return sum(publish(month) for month in months_due()) if is_published() else 0


@transaction.atomic
def publish(month: datetime.date, *, again: bool = False) -> bool:
    """Publish a month, given by its first day; False if it was already. With `again` it then gets a next version.

    Of two runs at once the second waits for the first. Needs the owner's role. Raises NotPublished, CountedElsewhere.
    """
    begins = first_month()
    if not is_published():
        raise NotPublished("The agency does not publish the figures.")
    if month > last_month_due(today()):
        raise NotPublished(f"{month:%Y-%m} is not over, or ended a moment ago.")
    with connection.cursor() as cursor:
        # Reading goes on meanwhile.
        cursor.execute("LOCK TABLE statistics_publishedmonth IN SHARE ROW EXCLUSIVE MODE")
    last = PublishedMonth.objects.filter(month=month).aggregate(last=Max("version"))["last"] or 0
    if last and not again:
        return False
    days = working_days(month, next_month(month) - DAY, CALENDAR)
    with for_the_agency():
        rows = _rows(month, begins, days)
        origins = sources(REPORTED_EXCHANGE, month, next_month(month))
    if not rows:
        raise NotPublished(f"There are no figures of {month:%Y-%m}.")
    PublishedMonth.objects.create(
        month=month,
        version=last + 1,
        is_whole=begins is None or month != begins,
        calendar=CALENDAR,
        working_days=days.number,
        sources=[source for source, _at in origins],
        rows=rows,
    )
    return True


def _rows(month: datetime.date, begins: datetime.date | None, days: WorkingDays) -> list[Row]:
    """Return the public rows of institutions that are entitled at the end of the month or have a number in it."""
    is_in_log = begins is not None and month >= begins
    until = next_month(month)
    looks, classes = {}, {}
    if is_in_log:
        point = Point(until - DAY, month if month != begins else None)
        looks = monthly(CONSULTATION, month, until)
        classes = {each.institution.pk: each.adoption_class for each in adoption_on([point])[point]}
    exchanges = monthly(REPORTED_EXCHANGE, month, until)
    rows = []
    for institution in Institution.objects.order_by("name", "pk"):
        key = (institution.pk, month)
        if institution.pk not in classes and key not in looks and key not in exchanges:
            continue
        consultations = looks.get(key, 0) if is_in_log else None
        rows.append(
            {
                "name": institution.name,
                "kbo_number": institution.kbo_number,
                "kind": institution.kind,
                "adoption_class": classes.get(institution.pk),
                "consultation": public(consultations),
                "consultation_per_day": _per_day(consultations if month != begins else None, days),
                "exchange": public(exchanges.get(key)),
                "exchange_per_day": _per_day(exchanges.get(key), days),
            }
        )
    return rows


def _per_day(number: int | None, days: WorkingDays) -> str | None:
    """Return a number per working day, in digits, as it is published; None without data or working days."""
    if number is None or public(number) == HIDDEN:
        return public(number)  # type: ignore[return-value]
    per_day = days.per_day(number)
    return None if per_day is None else str(per_day)


# -- reading


def months() -> list[PublishedMonth]:
    """Return the last version of each published month without its rows, the newest first."""
    return list(PublishedMonth.objects.latest_versions().defer("rows"))


def versions(month: datetime.date | None = None) -> list[PublishedMonth]:
    """Return all versions of a month or of all months, the newest month and version first."""
    found = PublishedMonth.objects.order_by("-month", "-version")
    return list(found if month is None else found.filter(month=month))
