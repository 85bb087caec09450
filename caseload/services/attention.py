"""The clients who need attention: which lines of the client list they are, and how many."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from partners.periods import today
from persons.changes import MARGIN, LastVisit
from persons.querysets import ClientListQuerySet
from persons.urgency import few_lessons_left

from ..enums import Attention
from .lists import COUNT_CAP, CappedCount


@dataclass(frozen=True)
class AttentionCounts:
    """When the user last visited the list before today (None: never, or more than 90 days ago), and the counts.

    `has_changes`: something changed since then for one of these clients.
    """

    visit: datetime.datetime | None
    has_changes: bool
    numbers: Mapping[Attention, CappedCount]

    @property
    def since(self) -> datetime.datetime | None:
        """The moment from which a fall is new; the same as `persons.changes.LastVisit`."""
        return self.visit and self.visit - MARGIN


def narrow(entries: ClientListQuerySet, attention: str) -> ClientListQuerySet:
    """Return the lines of `entries` that need this attention; all of them for any other value."""
    match attention:
        case Attention.FELL:
            return entries.filter(fell_at__gte=LastVisit())
        case Attention.FEW_LEFT:
            return entries.filter(few_lessons_left(today()))
        case Attention.ENDING:
            return entries.filter(valid_until__lte=end_of_week(today()))
    return entries


def shown(entries: ClientListQuerySet, attention: str) -> ClientListQuerySet:
    """Return the rows of the list under this filter: one for each client, or every inscription that ends this week."""
    lines = narrow(entries, attention)
    return lines if attention == Attention.ENDING else lines.one_per_client()


def count_attention(entries: ClientListQuerySet) -> AttentionCounts:
    """Count the rows of `entries` under each filter, exact up to `COUNT_CAP`. One statement."""
    counts: list[str] = []
    parameters: list[Any] = []
    for attention in Attention:
        lines = shown(entries, attention).order_by().values("pk")[: COUNT_CAP + 1]
        statement, values = lines.query.sql_with_params()
        counts.append(f"(SELECT count(*) FROM ({statement}) t)")
        parameters += values
    changed = entries.with_changes_since(LastVisit()).order_by().values("pk")
    statement, values = changed.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT persons_last_visit(), EXISTS ({statement}), {', '.join(counts)}", [*values, *parameters]
        )
        visit, has_changes, *numbers = cursor.fetchone()
    return AttentionCounts(
        visit,
        has_changes,
        {
            attention: CappedCount(min(number, COUNT_CAP), number > COUNT_CAP)
            for attention, number in zip(Attention, numbers, strict=True)
        },
    )


def end_of_week(day: datetime.date) -> datetime.date:
    """Return the Sunday of the week of `day`."""
    return day + datetime.timedelta(days=6 - day.weekday())
