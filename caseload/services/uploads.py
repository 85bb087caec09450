"""Client lists as files: read, judged before anything is written, and registered in the background.

Judging runs the function that registers and rolls it back: a preview and a registration cannot disagree on the rules.
The file is not kept: its rows are, for a week (`caseload.models.UploadRow`).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import record
from partners.models import Membership
from partners.periods import today
from partners.querysets import covering
from persons.models import Inscription
from persons.services.aside import file_name
from persons.services.registering import ClientFileError, Row, WrongRow, client_file, refused_row

from ..enums import UploadState, Verdict
from ..models import Upload, UploadRow
from ..querysets import TICKABLE
from .uploading import BATCH, register_rows, run_upload

MAX_ROWS = 20_000
# A list that made no progress for so long was broken off: its page offers to go on.
STALLED = datetime.timedelta(seconds=60)
_STORED_AT_ONCE = 1000


# -- upload and judge ----------------------------------------------------------------------------------------


@transaction.atomic
def take_in(raw: BinaryIO, name: str, *, acting: Membership, is_complete: bool) -> Upload:
    """Store the rows of a client list with what would happen to each, and write the log row. Nothing is registered.

    With `is_complete`, the clients in its capacities that it lacks are added, unticked. Raises ClientFileError.
    """
    with client_file(raw, name, allow_test=settings.KBI_ALLOW_TEST_NUMBERS, most=MAX_ROWS) as (
        read_as,
        lines,
    ):
        items = list(_at_most(lines, name))
    rows = [item for item in items if isinstance(item, Row)]
    upload = Upload.objects.create(
        institution=acting.institution,
        user=acting.user,
        role=acting.role,
        file_name=file_name(name)[-100:],
        read_as=read_as[:100],
        is_complete=is_complete,
    )
    outcomes = iter(_judge(rows, acting))
    UploadRow.objects.bulk_create(_judged(items, outcomes, upload), batch_size=_STORED_AT_ONCE)
    if is_complete:
        UploadRow.objects.bulk_create(_missing(rows, upload, acting), batch_size=_STORED_AT_ONCE)
    record(
        kind=Kind.UPLOAD,
        outcome=Outcome.SHOWN,
        acting=acting,
        target=str(upload.public_id),
        numbers=_numbers(rows),
    )
    return upload


def _at_most(lines: Iterable[Row | WrongRow], name: str) -> Iterator[Row | WrongRow]:
    number = 0
    for number, line in enumerate(lines, start=1):
        if number > MAX_ROWS:
            reason = _("meer dan %(number)s rijen. Splits de lijst") % {"number": MAX_ROWS}
            raise ClientFileError(f"{name}: {reason}.", line.line, reason)
        yield line
    if not number:
        reason = _("onder de kolomnamen staat geen enkele rij")
        raise ClientFileError(f"{name}: {reason}.", None, reason)


def _judge(rows: Sequence[Row], acting: Membership) -> list[str]:
    """Return the outcome of registering each row, all together and in this order. Nothing of it stays."""
    outcomes: list[str] = []
    with transaction.atomic():
        for start in range(0, len(rows), BATCH):
            outcomes += [outcome for _row, outcome in register_rows(rows[start : start + BATCH], acting)]
        transaction.set_rollback(True)
    return outcomes


def _judged(items: Iterable[Row | WrongRow], outcomes: Iterator[str], upload: Upload) -> Iterator[UploadRow]:
    first_lines: dict[tuple[str, str], int] = {}
    for item in items:
        if isinstance(item, WrongRow):
            yield _wrong(UploadRow(upload=upload, line=item.line), item)
            continue
        row = UploadRow(
            upload=upload,
            line=item.line,
            insz=item.insz,
            capacity=item.capacity,
            valid_from=item.valid_from,
            valid_until=item.valid_until,
            reason=item.reason,
            proof=item.proof,
        )
        outcome = next(outcomes)
        first = first_lines.get((item.insz, item.capacity))
        if first and outcome in {"exists", "overlaps"}:
            row.verdict = Verdict.DOUBLE
            row.mistake = _("zie rij %(line)s") % {"line": first}
            yield row
        elif outcome in Verdict.values:
            row.verdict = outcome
            row.chosen = outcome != Verdict.EXISTS
            if row.chosen:
                first_lines.setdefault((item.insz, item.capacity), item.line)
            yield row
        else:
            yield _wrong(row, refused_row(item, outcome))


def _wrong(row: UploadRow, mistake: WrongRow) -> UploadRow:
    row.verdict, row.field, row.mistake = Verdict.WRONG, mistake.field, mistake.reason[:300]
    return row


def _missing(rows: Iterable[Row], upload: Upload, acting: Membership) -> Iterator[UploadRow]:
    """Yield the inscriptions of today in the capacities of the list whose client is not in it, at most `MAX_ROWS`.

    Only those that the role of `acting` may end. A row with a mistake in its number does not count as present: the page
    says so.
    """
    present = {(row.insz, row.capacity) for row in rows}
    day = today()
    inscriptions = (
        Inscription.objects.filter(
            covering(day),
            covering(day, "mandate__versions__"),
            institution_id=acting.institution_id,
            voided_at__isnull=True,
            mandate__capacity__in={capacity for _insz, capacity in present},
            mandate__versions__status="confirmed",
            mandate__versions__may_register=acting.role,
        )
        .order_by("insz", "pk")
        .values_list("public_id", "insz", "mandate__capacity", "valid_from", "valid_until")
    )
    found = 0
    for public_id, insz, capacity, valid_from, valid_until in inscriptions.iterator():
        if (insz, capacity) in present:
            continue
        found += 1
        if found > MAX_ROWS:
            return
        yield UploadRow(
            upload=upload,
            line=0,
            insz=insz,
            capacity=capacity,
            valid_from=valid_from,
            valid_until=valid_until,
            inscription=public_id,
            verdict=Verdict.MISSING,
        )


# -- the page ------------------------------------------------------------------------------------------------


def find(public_id: uuid.UUID, acting: Membership) -> Upload:
    """Return an upload of the institution. Raises Http404, after the refusal was logged, for any other."""
    upload = Upload.objects.visible_to(acting).filter(public_id=public_id).select_related("user").first()
    if upload is None:
        record(
            kind=Kind.UPLOAD,
            outcome=Outcome.REFUSED,
            rule=Refusal.NOT_VISIBLE,
            acting=acting,
            target=str(public_id),
        )
        raise Http404
    return upload


def log_shown(kind: Kind, upload: Upload, rows: Iterable[UploadRow], acting: Membership) -> None:
    """Log the numbers on a page or in a file of the upload, in the transaction that read them."""
    shown = _numbers(rows)
    record(
        kind=kind,
        outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
        acting=acting,
        target=str(upload.public_id),
        shown=shown,
    )


def choose(upload: Upload, on_page: Sequence[int], ticked: Sequence[int], *, end_reason: str) -> bool:
    """Tick and untick the rows on a page (ids), and store why clients end; False once they are being registered."""
    if (locked := _lock(upload, UploadState.CHECKED)) is None:
        return False
    locked.end_reason = end_reason
    locked.save(update_fields=["end_reason"])
    rows = locked.rows.filter(verdict__in=TICKABLE, pk__in=on_page)
    rows.filter(pk__in=ticked).update(chosen=True)
    rows.exclude(pk__in=ticked).update(chosen=False)
    return True


def choose_all(upload: Upload, group: str, *, ticked: bool) -> bool:
    """Tick or untick all rows of a group; False once they are being registered."""
    if (locked := _lock(upload, UploadState.CHECKED)) is None:
        return False
    locked.rows.filter(verdict__in=TICKABLE).in_group(group).update(chosen=ticked)
    return True


def start(upload: Upload, acting: Membership) -> bool:
    """Have the ticked rows carried out in the background; False when that was asked before."""
    if (locked := _lock(upload, UploadState.CHECKED)) is None:
        return False
    _enqueue(locked, acting)
    return True


def is_stalled(upload: Upload) -> bool:
    """Return True if the upload was broken off: its worker was killed, or the membership ended."""
    if upload.state == UploadState.STOPPED:
        return True
    if upload.state != UploadState.RUNNING or upload.progressed_at is None:
        return False
    return upload.progressed_at < timezone.now() - STALLED


def resume(upload: Upload, acting: Membership) -> bool:
    """Have the rest of a broken-off upload carried out; False when it is running or done."""
    locked = _lock(upload, UploadState.RUNNING, UploadState.STOPPED)
    if locked is None or not is_stalled(locked):
        return False
    _enqueue(locked, acting)
    return True


def forget(upload: Upload) -> bool:
    """Delete an upload with its rows; False while it is running."""
    locked = _lock(upload, *UploadState)
    if locked is None or (locked.state == UploadState.RUNNING and not is_stalled(locked)):
        return False
    locked.delete()
    return True


def _lock(upload: Upload, *states: UploadState) -> Upload | None:
    """Return the upload as it is now, locked until the request ends; None when it is in another state or gone."""
    return Upload.objects.select_for_update().filter(pk=upload.pk, state__in=states).first()


def _enqueue(upload: Upload, acting: Membership) -> None:
    upload.state, upload.progressed_at = UploadState.RUNNING, timezone.now()
    upload.save(update_fields=["state", "progressed_at"])
    run_upload.enqueue(str(upload.public_id), acting.pk)


def _numbers(rows: Iterable[Row | UploadRow]) -> list[str]:
    return list(dict.fromkeys(row.insz for row in rows if row.insz))
