"""How often, from the log and from imported counts. Months are Brussels months, named by their first day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction

from partners.services import AGENCY_SCOPE, bind

from ..figures import Figure
from ..models import ImportedCount

Month = tuple[int | None, datetime.date]


class CountedElsewhere(Exception):
    """The roll-up was made on another database server; `manage.py roll_up --rebuild` puts it right."""


def months_of(year: int) -> tuple[datetime.date, ...]:
    """The first days of the twelve months of `year`."""
    return tuple(datetime.date(year, month, 1) for month in range(1, 13))


def next_month(month: datetime.date) -> datetime.date:
    """The first day of the month after the one `month` lies in."""
    return (month.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


@contextmanager
def for_the_agency() -> Iterator[None]:
    """A transaction that may read every institution's counts, for work outside a request (commands)."""
    with transaction.atomic():
        bind(scope=AGENCY_SCOPE)
        yield
        bind()


def monthly(
    figure: Figure, first: datetime.date, until: datetime.date, institution: int | None = None
) -> dict[Month, int]:
    """Return how often per institution (primary key) and month, from `first` up to but not including `until`.

    Counted figures are read from the roll-up and the live tail of the log in one statement, so they are exact at
    that moment; the key None is for users who worked for no institution. A month that is missing was not counted:
    zero from the month in which the log begins (`first_month`), unknown before. A figure with a measure returns the
    imported numbers. `institution` limits the result to one and needs that institution to be bound; without it the
    agency's scope must be. The database returns nothing otherwise. Raises CountedElsewhere.
    """
    if figure.measure:
        rows = ImportedCount.objects.of_months(figure.measure, first, until)
        if institution is not None:
            rows = rows.filter(institution_id=institution)
        return {
            (institution_id, month): number
            for institution_id, month, number in rows.values_list("institution_id", "month", "number")
        }
    counted = _call(
        "SELECT institution_id, month, number FROM statistics_monthly(%s, %s, %s, %s, %s, %s)",
        [first, until, institution, *_rows_of(figure)],
    )
    return {(institution_id, month): number for institution_id, month, number in counted}


def first_month() -> datetime.date | None:
    """The month in which the log begins; None while it is empty."""
    [(month,)] = _call("SELECT statistics_first_month()", [])
    return month


def last_days(
    figure: Figure, institutions: Iterable[int], since: datetime.date
) -> dict[int, datetime.date | None]:
    """The last Brussels day on which each of `institutions` was counted, None for never.

    Cheap for institutions that were counted on or after `since`. Needs the agency's scope.
    """
    rows = _call(
        "SELECT institution_id, day FROM statistics_last_days(%s::bigint[], %s, %s, %s, %s)",
        [list(institutions), since, *_rows_of(figure)],
    )
    return dict(rows)


def sources(
    figure: Figure, first: datetime.date, until: datetime.date
) -> list[tuple[str, datetime.datetime]]:
    """The sources of the imported numbers of these months, each with the moment of its latest import."""
    if not figure.measure:
        return []
    latest: dict[str, datetime.datetime] = {}
    for source, at in (
        ImportedCount.objects.of_months(figure.measure, first, until)
        .order_by("imported_at")
        .values_list("source", "imported_at")
        .distinct()
    ):
        latest[source] = at
    return sorted(latest.items())


def _rows_of(figure: Figure) -> list[list[str]]:
    return [[str(value) for value in values] for values in (figure.channels, figure.kinds, figure.outcomes)]


def _call(statement: str, parameters: Sequence[Any]) -> list[tuple]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) == "KB001":
            raise CountedElsewhere from error
        raise
