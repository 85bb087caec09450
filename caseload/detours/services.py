"""Read a page of detours, or all of them for a file, and write the log row in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.downloads import Sheet
from partners.models import Membership
from partners.officefiles import OfficeFile
from partners.periods import today
from persons.insz import format_insz
from persons.models import AccessRequest, Inscription, Person
from persons.querysets import AccessRequestQuerySet, may_open_files
from persons.services.detours import COLUMNS, NO, YES, Imported, import_requests
from persons.services.ruling import log_ruled

from ..services.exports import MOST_LINES, REASON_ABOVE, check_length
from ..services.pages import LoggedPage, show_rows

if TYPE_CHECKING:
    from .tables import DetourTable


def own_inscription(public_id: uuid.UUID, acting: Membership) -> Inscription | None:
    """Return an inscription of the institution that is not over, whether or not there is a dossier; else None."""
    if not may_open_files(acting):
        return None
    return Inscription.objects.filter(
        public_id=public_id,
        institution_id=acting.institution_id,
        voided_at__isnull=True,
        valid_until__gte=today(),
    ).first()


def log_look(
    acting: Membership, numbers: Sequence[str], *, kind: Kind = Kind.ACCESS_REQUEST, reason: str = ""
) -> Consultation:
    """Write the log row of a page or step about detours; `numbers` are the INSZ it shows."""
    return record(
        kind=kind,
        outcome=Outcome.SHOWN if numbers else Outcome.EMPTY,
        acting=acting,
        shown=numbers,
        reason=reason,
    )


def show_page(table: DetourTable, *, acting: Membership, after: str = "") -> LoggedPage:
    """Read one page of `table`, with the names that the institution may see, and write the log row."""
    page = show_rows(table, acting=acting, kind=Kind.ACCESS_REQUEST, place="detours", after=after)
    numbers = {detour.insz for detour in page.rows}
    # Row-level security: only persons with an inscription in force of this institution.
    table.names = {person.insz: str(person) for person in Person.objects.filter(insz__in=numbers)}
    return page


def import_file(file: OfficeFile, acting: Membership) -> Imported:
    """Note the detours in a file, all or none, and write the log row with the numbers in it.

    A number that a rule above every mandate keeps from the user is wrong, and has a row of its own. Raises
    OfficeFileError and HeadingError when the file cannot be read; there is no log row then.
    """
    with transaction.atomic():
        result = import_requests(file, allow_test=settings.KBI_ALLOW_TEST_NUMBERS)
        ruled = log_ruled(Kind.ACCESS_REQUEST, result.numbers, acting) if result.wrong else set()
        record(
            kind=Kind.ACCESS_REQUEST,
            outcome=Outcome.EMPTY if result.wrong else Outcome.SHOWN,
            acting=acting,
            numbers=[number for number in result.numbers if number not in ruled],
        )
    return result


def take_along(detours: AccessRequestQuerySet, *, acting: Membership, reason: str) -> Sheet:
    """Return detours for a file, in the columns that the import reads, and write the log row with the persons in it.

    `reason` is a code of `persons.reasons.EXPORT_REASONS`, or "". Raises TooManyLines or NoReason.
    """
    with transaction.atomic():
        rows = list(detours[: MOST_LINES + 1])
        check_length(len(rows), reason)
        log_look(acting, sorted({detour.insz for detour in rows}), kind=Kind.EXPORT, reason=reason)
    head = [column.name for column in COLUMNS]
    return Sheet(f"via-derden-{today()}", [head, *(_cells(detour) for detour in rows)])


def needs_reason(detours: AccessRequestQuerySet) -> bool:
    """Return True if a file of these detours is so long that it needs a reason."""
    return detours[: REASON_ABOVE + 1].count() > REASON_ABOVE


def _cells(detour: AccessRequest) -> list[str]:
    return [
        # With dots and dashes: a spreadsheet would drop zeros in front of a number.
        format_insz(detour.insz),
        detour.get_third_party_display(),
        detour.asked_on.isoformat(),
        detour.answered_on.isoformat() if detour.answered_on else "",
        "" if detour.has_result is None else str(YES if detour.has_result else NO),
    ]
