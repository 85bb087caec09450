"""How many clients a version of a mandate concerns: numbers for the agency, which reads no inscription."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from partners.enums import InstitutionKind
from partners.models import MandateVersion


@dataclass(frozen=True)
class OpenedCount:
    """The number of institutions of a kind and of their clients under a version, on its first day."""

    kind: InstitutionKind
    institutions: int
    clients: int


def count_opened(version: MandateVersion) -> list[OpenedCount]:
    """Return the counts by kind of institution. Raises DatabaseError outside the pages of the agency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT institution_kind, institutions, clients FROM persons_count_opened(%s)", [version.pk]
        )
        return [OpenedCount(InstitutionKind(kind), *numbers) for kind, *numbers in cursor.fetchall()]
