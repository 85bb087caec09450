"""Remove the dossiers of persons that no institution has had an inscription for, for a long time."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import OperationalError, connection, transaction

# Persons looked at in one transaction. Registrations wait for it, so it is short.
BATCH = 50
TRIES, SECONDS_BETWEEN_TRIES = 50, 0.2
LOCK_NOT_AVAILABLE = "55P03"


class DossiersInUse(Exception):
    """An import or registrations had the dossiers all the time. What was removed before stays removed."""


def remove_dossiers() -> int:
    """Remove the dossiers that were not needed for `KBI_DOSSIER_MONTHS` months, and return how many.

    `persons_remove_dossiers` decides and says what stays. Each batch is a transaction of its own; a run that is killed
    loses at most one, and the next begins anew. Needs the owner's connection. Raises DossiersInUse.
    """
    removed = 0
    last_id: int | None = 0
    while last_id is not None:
        last_id, number = _remove_batch(last_id)
        removed += number
    return removed


def _remove_batch(after: int) -> tuple[int | None, int]:
    """Look at the persons after this id; return the id of the last one (None: there were none), and how many went."""
    for _ in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT last_id, removed FROM persons_remove_dossiers(%s, %s, %s)",
                    [settings.KBI_DOSSIER_MONTHS, after, BATCH],
                )
                return cursor.fetchone()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
                raise
        time.sleep(SECONDS_BETWEEN_TRIES)
    raise DossiersInUse
