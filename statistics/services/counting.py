"""Counts per month, from the log and from imported numbers. A month is a Brussels month, named by its first day."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from partners.services import AGENCY_SCOPE, bind

from ..figures import Figure
from ..models import ImportedCount

Month = tuple[int | None, datetime.date]


class CountedElsewhere(Exception):
    """The roll-up was made on another database server; `manage.py roll_up --rebuild` makes it again."""


def months_of(year: int) -> tuple[datetime.date, ...]:
    """Return the first days of the twelve months of `year`."""
    return tuple(datetime.date(year, month, 1) for month in range(1, 13))


def next_month(month: datetime.date) -> datetime.date:
    """Return the first day of the month after the one that `month` is in."""
    return (month.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


@contextmanager
def for_the_agency() -> Iterator[None]:
    """Open a transaction that may read the counts of every institution, for commands (there is no request)."""
    with transaction.atomic():
        bind(scope=AGENCY_SCOPE)
        yield
        bind()


def monthly(
    figure: Figure, first: datetime.date, until: datetime.date, institution: int | None = None
) -> dict[Month, int]:
    """Return the count per institution (primary key) and month, from `first` up to but not including `until`.

    Counts from the log come from the roll-up and the rows that are not in it yet, in one statement, so they are exact.
    The key None is for users without an institution. A missing month means zero from the month in which the log begins
    (`first_month`), and no data before. For a figure with a measure the imported numbers are returned.

    With `institution` (a primary key) the transaction must be bound to that institution or to its successor, without it
    to the agency's scope; otherwise the database returns nothing. Raises CountedElsewhere.
    """
    if figure.measure:
        rows = ImportedCount.objects.of_months(figure.measure, first, until)
        if institution is not None:
            rows = rows.filter(institution_id=institution)
        return {
            (institution_id, month): number
            for institution_id, month, number in rows.values_list("institution_id", "month", "number")
        }
    counts = call(
        "SELECT institution_id, month, number FROM statistics_monthly(%s, %s, %s, %s, %s, %s)",
        [first, until, institution, *_rows_of(figure)],
    )
    return {(institution_id, month): number for institution_id, month, number in counts}


def first_month() -> datetime.date | None:
    """Return the month in which the log begins, or None if it is empty."""
    [(month,)] = call("SELECT statistics_first_month()", [])
    return month


def last_days_on(
    figure: Figure, days: Sequence[datetime.date]
) -> dict[tuple[int, datetime.date], datetime.date | None]:
    """Return by institution (primary key) and day of `days` the last Brussels day up to it that was counted.

    None for never. Each of the kinds of `figure` counts with each of its outcomes (it has no `also`). The cost does not
    depend on the length of the log. Needs the agency's scope.
    """
    rows = call(
        "SELECT institution_id, day, last FROM statistics_last_days_on(%s::date[], %s, %s, %s)",
        [list(days), *_rows_of(figure)],
    )
    return {(institution_id, day): last for institution_id, day, last in rows}


def sources(
    figure: Figure, first: datetime.date, until: datetime.date, institutions: Collection[int] | None = None
) -> list[tuple[str, datetime.datetime]]:
    """Return the sources of the numbers imported for these months, each with the time of its latest import.

    `institutions` are primary keys; None: all that the transaction may read.
    """
    if not figure.measure:
        return []
    counts = ImportedCount.objects.of_months(figure.measure, first, until)
    if institutions is not None:
        counts = counts.filter(institution__in=institutions)
    latest = counts.values_list("source").annotate(latest=Max("imported_at"))
    return sorted(latest.order_by("source"))


def _rows_of(figure: Figure) -> list[list[str]]:
    """Return the channels, and kinds and outcomes that belong together by their place."""
    pairs = figure.pairs()
    values = (figure.channels, [kind for kind, _outcome in pairs], [outcome for _kind, outcome in pairs])
    return [[str(value) for value in each] for each in values]


def call(statement: str, parameters: Sequence[Any]) -> list[tuple]:
    """Return the rows of a function of the figures. Raises CountedElsewhere."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) == "KB001":
            raise CountedElsewhere from error
        raise
