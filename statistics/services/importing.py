"""Import counts from another source: what a file would change, and the change, completely or not at all."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Institution
from partners.officefiles import OfficeFileError, open_file

from ..enums import Measure
from ..models import CountFile, ImportedCount
from .countreading import read_counts
from .filereading import LARGEST, Mistake, OutOfDate, Refused, source_of

if TYPE_CHECKING:
    from partners.models import User


@dataclass(frozen=True)
class PlannedCount:
    """A number of a file beside the one that is stored for that month and institution; `stored` is None without one."""

    line: int
    month: datetime.date
    institution: Institution
    number: int
    stored: ImportedCount | None
    is_same: bool

    @property
    def is_correction(self) -> bool:
        """Another number, or another source, is stored."""
        return self.stored is not None and not self.is_same


@dataclass(frozen=True)
class Plan:
    """What importing a file would do. `read_as` is the encoding and delimiter of the file, or XLSX, in words."""

    read_as: str
    source: str
    measure: Measure
    column: str
    counts: Sequence[PlannedCount]

    @property
    def added(self) -> int:
        """How many counts are new."""
        return sum(count.stored is None for count in self.counts)

    @property
    def replaced(self) -> int:
        """How many stored counts get another number or source."""
        return sum(count.is_correction for count in self.counts)

    @property
    def unchanged(self) -> int:
        """How many counts are stored already, with this source."""
        return len(self.counts) - self.added - self.replaced

    @property
    def total(self) -> int:
        """The sum of all numbers of the file."""
        return sum(count.number for count in self.counts)

    @property
    def digest(self) -> str:
        """A hash of the counts and the stored ones beside them; another one means that something changed meanwhile."""
        stored = [
            (
                *(count.month, count.institution.pk, count.number),
                count.stored and (count.stored.pk, count.stored.number, count.stored.source),
            )
            for count in self.counts
        ]
        return hashlib.sha256(repr(stored).encode()).hexdigest()


def plan_of(content: bytes, *, source: str) -> Plan:
    """Return what importing a file would do. Raises Refused with every mistake in it.

    Pages show `source` with the numbers. `services.countreading` says what a file looks like.
    """
    source = source_of(source)
    reading, institutions = read_counts(content)
    stored = {
        (count.institution_id, count.month): count
        for count in ImportedCount.objects.filter(measure=reading.measure)
    }
    counts = []
    for cell in reading.numbers:
        institution = institutions[cell.institution]
        before = stored.get((institution.pk, cell.first_day))
        is_same = before is not None and (before.number, before.source) == (cell.number, source)
        counts.append(PlannedCount(cell.line, cell.first_day, institution, cell.number, before, is_same))
    return Plan(reading.read_as, source, reading.measure, reading.column, counts)


@transaction.atomic
def import_counts(content: bytes, *, source: str, replace: bool = False) -> Plan:
    """Import a file, and return what changed. Importing the same file again changes nothing.

    A number that is stored with another value or source is refused unless `replace`; the earlier number stays on
    record (`EarlierCount`). Raises Refused with every mistake; nothing is written then.
    """
    _one_at_a_time()
    plan = plan_of(content, source=source)
    if plan.replaced and not replace:
        raise Refused([_conflict(count, plan) for count in plan.counts if count.is_correction])
    _write(plan, None)
    return plan


def import_file(path: Path, *, source: str, replace: bool = False) -> Plan:
    """Import the file at `path`, see `import_counts`."""
    try:
        with open_file(path) as raw:
            content = raw.read(LARGEST + 1)
    except (OfficeFileError, OSError) as error:
        reason = getattr(error, "reason", _("het bestand kan niet gelezen worden"))
        raise Refused([Mistake(None, "", reason)]) from error
    if len(content) > LARGEST:
        words = _("het bestand is groter dan %(most)s bytes") % {"most": LARGEST}
        raise Refused([Mistake(None, "", words)])
    return import_counts(content, source=source, replace=replace)


@transaction.atomic
def import_stored(file: CountFile, *, user: User, digest: str) -> Plan:
    """Import a file that was checked before, with its corrections, and return what changed.

    `digest` is that of the plan the user saw. Raises OutOfDate if the stored counts changed since, or the file was
    imported; Refused if it has mistakes now, because an institution was renamed for instance.
    """
    _one_at_a_time()
    waiting = CountFile.objects.select_for_update().filter(pk=file.pk, imported_at=None).first()
    if waiting is None:
        raise OutOfDate
    plan = plan_of(bytes(waiting.content), source=waiting.source)
    if plan.digest != digest:
        raise OutOfDate
    _write(plan, waiting)
    waiting.imported_at, waiting.imported_by = timezone.now(), user
    waiting.save(update_fields=["imported_at", "imported_by"])
    return plan


def _one_at_a_time() -> None:
    """Let a second import wait, so that it compares with the rows of the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('statistics.imported_counts'))")


def _conflict(count: PlannedCount, plan: Plan) -> Mistake:
    assert count.stored is not None
    words = _(
        "%(month)s van %(institution)s is al %(stored)s (bron: %(source)s), het bestand zegt %(number)s; met --replace"
        " geldt het bestand"
    ) % {
        "month": f"{count.month:%Y-%m}",
        "institution": count.institution.name,
        "stored": count.stored.number,
        "source": count.stored.source,
        "number": count.number,
    }
    return Mistake(count.line, plan.column, words)


def _write(plan: Plan, file: CountFile | None) -> None:
    now = timezone.now()
    new, corrected = [], []
    for count in plan.counts:
        if count.stored is None:
            new.append(
                ImportedCount(
                    institution=count.institution,
                    month=count.month,
                    measure=plan.measure,
                    number=count.number,
                    source=plan.source,
                    imported_at=now,
                    file=file,
                )
            )
        elif count.is_correction:
            stored = count.stored
            stored.number, stored.source, stored.imported_at, stored.file = (
                count.number,
                plan.source,
                now,
                file,
            )
            corrected.append(stored)
    ImportedCount.objects.bulk_create(new)
    ImportedCount.objects.bulk_update(corrected, ["number", "source", "imported_at", "file"])
