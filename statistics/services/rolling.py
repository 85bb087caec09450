"""Keeping the roll-up: what the minute command does. Runs as the owner."""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction

from .counting import CountedElsewhere


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
