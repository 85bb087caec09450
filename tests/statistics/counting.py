"""Helpers of the tests of the figures: log rows as they stand in the log, and the table of 2015."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from partners.models import Institution
from tests import factories

DATA_2015 = Path(settings.BASE_DIR) / "statistics" / "data" / "kbi-uitwisselingen-2015.csv"
SOURCE_2015 = "Schriftelijke vraag nr. 191 van 14 december 2015 (Vlaams Parlement)"
INSTITUTIONS_2015 = {
    "OCMW Gent": "ocmw",
    "VMSW": "vmsw",
    "VDAB": "vdab",
    "CVO/CBE": "sector",
    "AHOVOKS": "ahovoks",
}

INSERT = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_name, role, institution_id, capacity, insz,
  target, blocks, shown)
VALUES (%s, %s, %s, %s, %s, '', '', %s, '', '', '', '{}', '{}')
"""


def brussels(text: str) -> datetime.datetime:
    """A moment by the clock of Brussels."""
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def look(
    institution: Institution | None,
    at: str | datetime.datetime | None = None,
    *,
    kind: str = "file",
    channel: str = "portal",
    outcome: str = "shown",
    times: int = 1,
) -> None:
    """Append rows to the log, as the owner; `at` by the clock of Brussels, now unless given."""
    moment = brussels(at) if isinstance(at, str) else at or timezone.now()
    row = [moment, kind, channel, outcome, institution.pk if institution else None]
    with factories.owner(), connection.cursor() as cursor:
        cursor.executemany(INSERT, [[uuid.uuid4(), *row] for _ in range(times)])
