"""Keeping the roll-up: what the minute command does. Runs as the owner."""

from __future__ import annotations

import datetime

from django.db import DatabaseError, connection, transaction

from partners.models import today

from .counting import CountedElsewhere

AHEAD = 24  # months of log partitions that stand ready


def roll_up(*, rebuild: bool = False) -> int:
    """Add to the roll-up what the log holds since last time (or all of it, from scratch); answers how many rows.

    Safe when run twice at once, and when broken off: it is one transaction. Raises CountedElsewhere when the
    database was restored on another server and has to be rebuilt first.
    """
    statement = "SELECT statistics_rebuild()" if rebuild else "SELECT statistics_roll_up()"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            [number] = cursor.fetchone()
            return number
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) == "KB001":
            raise CountedElsewhere from error
        raise


def prepare_months(day: datetime.date | None = None) -> int:
    """Make the log's partitions from `day` (default today) to two years on; answers how many were missing."""
    day = day or today()
    until = day.replace(year=day.year + AHEAD // 12, day=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT persons_ensure_log_partitions(%s, %s)", [day, until])
        [made] = cursor.fetchone()
        return made
