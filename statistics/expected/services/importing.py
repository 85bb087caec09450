"""Import a file with expectations: what it would change, and the change, completely or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from ...models import Expectation, ExpectationFile
from ...services.filereading import OutOfDate, source_of
from .checking import Draft, by_scope, replaced_by
from .reading import read_expectations

if TYPE_CHECKING:
    from partners.models import User

_COMPARED = ("first_month", "last_month", "basis", "number", "bottleneck_share")


@dataclass(frozen=True)
class PlannedExpectation:
    """A line of a file, and the newest stored expectation that it would replace in some month, if any."""

    line: int
    draft: Draft
    stored: Expectation | None
    is_same: bool


@dataclass(frozen=True)
class Plan:
    """What importing a file would do. `read_as` is the encoding and delimiter of the file, or XLSX, in words."""

    read_as: str
    source: str
    lines: Sequence[PlannedExpectation]

    @property
    def added(self) -> int:
        """How many lines replace nothing."""
        return sum(line.stored is None for line in self.lines)

    @property
    def replaced(self) -> int:
        """How many lines replace a stored expectation; that stays on record."""
        return len(self.lines) - self.added - self.unchanged

    @property
    def unchanged(self) -> int:
        """How many lines are stored already, with this source."""
        return sum(line.is_same for line in self.lines)

    @property
    def digest(self) -> str:
        """A hash of the lines and of what they replace; another one means that something changed meanwhile."""
        parts = [(line.line, line.draft, line.stored and line.stored.pk) for line in self.lines]
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def plan_of(content: bytes, *, source: str) -> Plan:
    """Return what importing a file would do. Raises Refused with every mistake in it.

    Pages show `source` with the targets. `reading` says what a file looks like.
    """
    source = source_of(source)
    reading = read_expectations(content)
    stored = by_scope(Expectation.objects.all())
    lines = []
    for number, draft in reading.drafts.items():
        before = replaced_by(draft, stored)
        is_same = (
            before is not None
            and before.source == source
            and all(getattr(before, name) == getattr(draft, name) for name in _COMPARED)
        )
        lines.append(PlannedExpectation(number, draft, before, is_same))
    return Plan(reading.read_as, source, lines)


@transaction.atomic
def import_stored(file: ExpectationFile, *, user: User, digest: str) -> Plan:
    """Import a file that was checked before, and return what changed.

    `digest` is that of the plan the user saw. Raises OutOfDate if expectations were added since, or the file was
    imported; Refused if it has mistakes now, because an institution ended for instance.
    """
    with connection.cursor() as cursor:
        # A second import waits, so that it compares with the rows of the first.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('statistics.expectations'))")
    waiting = ExpectationFile.objects.select_for_update().filter(pk=file.pk, imported_at=None).first()
    if waiting is None:
        raise OutOfDate
    plan = plan_of(bytes(waiting.content), source=waiting.source)
    if plan.digest != digest:
        raise OutOfDate
    Expectation.objects.bulk_create(
        Expectation(
            institution=line.draft.institution,
            kind=line.draft.kind,
            source=plan.source,
            added_by=user,
            file=waiting,
            **{name: getattr(line.draft, name) for name in _COMPARED},
        )
        for line in plan.lines
        if not line.is_same
    )
    waiting.imported_at, waiting.imported_by = timezone.now(), user
    waiting.save(update_fields=["imported_at", "imported_by"])
    return plan
