"""Update the roll-up. Runs as the owner of the database, from the command that runs every minute."""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction

from .counting import CountedElsewhere


def roll_up(*, rebuild: bool = False) -> int:
    """Add the new rows of the log to the roll-up, or with `rebuild` count all rows again. Return how many.

    Two at once, or one that is interrupted, do no harm: it is one transaction. Raises CountedElsewhere if the database
    was restored on another server and must be rebuilt first.
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
