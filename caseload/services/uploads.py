"""Client lists as files: read, judged before anything is registered, and registered in the background.

The file is not kept: its rows are, for a week (`caseload.models.UploadRow`).
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NoReturn

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import record
from partners.models import Membership
from persons.services.aside import file_name
from persons.services.registering import ClientFileError, Row, WrongRow, client_file
from persons.services.ruling import log_ruled

from ..enums import UploadState, Verdict
from ..models import Upload, UploadRow
from ..querysets import RULED, TICKABLE, UploadRowQuerySet
from .judging import judge_batch
from .uploading import check_upload, run_upload

MAX_ROWS = 20_000
# A list that made no progress for so long was broken off: its page offers to go on.
STALLED = datetime.timedelta(seconds=60)
# The states in which a worker is busy with an upload.
AT_WORK = (UploadState.CHECKING, UploadState.RUNNING)
# More rows are judged in the background: a second or two is what a page may take.
JUDGED_AT_ONCE = 2000
_STORED_AT_ONCE = 1000
_INSERT = """
INSERT INTO caseload_uploadrow (upload_id, line, insz, capacity, valid_from, valid_until, reason, proof, verdict, field,
  mistake, chosen, outcome)
SELECT %s, line, coalesce(insz, ''), coalesce(capacity, ''), valid_from, valid_until, coalesce(reason, ''),
  coalesce(proof, ''), coalesce(verdict, ''), coalesce(field, ''), coalesce(mistake, ''), false, ''
FROM jsonb_to_recordset(%s::jsonb) AS x(line integer, insz text, capacity text, valid_from date, valid_until date,
  reason text, proof text, verdict text, field text, mistake text)
"""


# -- upload and judge ----------------------------------------------------------------------------------------


@transaction.atomic
def take_in(raw: BinaryIO, name: str, *, acting: Membership, is_complete: bool) -> Upload:
    """Store the rows of a client list, have them judged, and write the log row. Nothing is registered.

    Up to `JUDGED_AT_ONCE` rows are judged before this returns, more in the background. With `is_complete`, the clients
    in its capacities that it lacks are added then, unticked. A number that a rule above every mandate keeps from the
    user has a log row of its own. Raises ClientFileError.
    """
    with client_file(raw, name, allow_test=settings.KBI_ALLOW_TEST_NUMBERS, most=MAX_ROWS) as (
        read_as,
        lines,
    ):
        items = list(_at_most(lines, name))
    upload = Upload.objects.create(
        institution=acting.institution,
        user=acting.user,
        role=acting.role,
        file_name=file_name(name)[-100:],
        read_as=read_as[:100],
        is_complete=is_complete,
        state=UploadState.CHECKING,
    )
    _store(items, upload)
    if len(items) > JUDGED_AT_ONCE:
        _enqueue(upload, acting)
    while len(items) <= JUDGED_AT_ONCE and upload.state == UploadState.CHECKING:
        judge_batch(upload, acting)
    numbers = _numbers(item for item in items if isinstance(item, Row))
    ruled = log_ruled(Kind.UPLOAD, numbers, acting, target=str(upload.public_id))
    record(
        kind=Kind.UPLOAD,
        outcome=Outcome.SHOWN,
        acting=acting,
        target=str(upload.public_id),
        numbers=[number for number in numbers if number not in ruled],
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


def _store(items: Sequence[Row | WrongRow], upload: Upload) -> None:
    """Store the rows of the file in its order. By hand, because the ORM takes a second and a half for 20,000."""
    for first in range(0, len(items), _STORED_AT_ONCE):
        part = [_values(item) for item in items[first : first + _STORED_AT_ONCE]]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [upload.pk, json.dumps(part)])


def _values(item: Row | WrongRow) -> dict[str, str | int | None]:
    if isinstance(item, WrongRow):
        return {
            "line": item.line,
            "verdict": Verdict.WRONG,
            "field": item.field,
            "mistake": item.reason[:300],
        }
    return {
        "line": item.line,
        "insz": item.insz,
        "capacity": item.capacity,
        "valid_from": item.valid_from.isoformat(),
        "valid_until": item.valid_until.isoformat() if item.valid_until else None,
        "reason": item.reason,
        "proof": item.proof,
    }


# -- the page ------------------------------------------------------------------------------------------------


def find(public_id: uuid.UUID, acting: Membership) -> Upload:
    """Return an upload of the institution. Raises Http404, after the refusal was logged, for any other."""
    upload = Upload.objects.visible_to(acting).filter(public_id=public_id).select_related("user").first()
    if upload is None:
        _refuse(public_id, acting, Refusal.NOT_VISIBLE)
    return upload


def log_shown(kind: Kind, upload: Upload, rows: Iterable[UploadRow], acting: Membership) -> None:
    """Log the numbers on a page or in a file of the upload, in the transaction that read them.

    Not those that a rule above every mandate refused: beside the rule of their own rows they would say whose they are.
    """
    shown = _numbers(row for row in rows if RULED.isdisjoint((row.mistake, row.outcome)))
    record(
        kind=kind,
        outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
        acting=acting,
        target=str(upload.public_id),
        shown=shown,
    )


def find_own(public_id: uuid.UUID, acting: Membership) -> Upload:
    """Return an upload that the user may change: their own. Raises like `find`, and logs the refusal likewise."""
    upload = find(public_id, acting)
    if upload.user_id != acting.user_id:
        _refuse(public_id, acting, Refusal.NO_PERMISSION)
    return upload


def _refuse(public_id: uuid.UUID, acting: Membership, rule: Refusal) -> NoReturn:
    record(kind=Kind.UPLOAD, outcome=Outcome.REFUSED, rule=rule, acting=acting, target=str(public_id))
    raise Http404


def log_change(upload: Upload, numbers: Iterable[str], acting: Membership) -> None:
    """Log the numbers whose rows a request ticked, unticked, started or deleted; no row when it changed nothing."""
    if touched := list(dict.fromkeys(numbers)):
        record(
            kind=Kind.UPLOAD,
            outcome=Outcome.SHOWN,
            acting=acting,
            target=str(upload.public_id),
            numbers=touched,
        )


# What a request can do to an upload. Each returns the numbers it touches, for `log_change`; none when the upload is in
# another state by now, as after a doubled submit.


def choose(upload: Upload, on_page: Sequence[int], ticked: Sequence[int], *, end_reason: str) -> list[str]:
    """Tick and untick the rows on a page (ids), and store why clients end."""
    if (locked := _lock(upload, UploadState.CHECKED)) is None:
        return []
    locked.end_reason = end_reason
    locked.save(update_fields=["end_reason"])
    rows = locked.rows.filter(pk__in=on_page)
    return _tick(rows.filter(pk__in=ticked), ticked=True) + _tick(rows.exclude(pk__in=ticked), ticked=False)


def choose_all(upload: Upload, group: str, *, ticked: bool) -> list[str]:
    """Tick or untick all rows of a group."""
    if (locked := _lock(upload, UploadState.CHECKED)) is None:
        return []
    return _tick(locked.rows.in_group(group), ticked=ticked)


def _tick(rows: UploadRowQuerySet, *, ticked: bool) -> list[str]:
    changed = list(rows.filter(verdict__in=TICKABLE, chosen=not ticked).values_list("pk", "insz"))
    UploadRow.objects.filter(pk__in=[pk for pk, _insz in changed]).update(chosen=ticked)
    return [insz for _pk, insz in changed]


def start(upload: Upload, acting: Membership) -> list[str]:
    """Have the ticked rows carried out in the background."""
    if (locked := _lock(upload, UploadState.CHECKED)) is None:
        return []
    locked.state = UploadState.RUNNING
    return _enqueue(locked, acting)


def is_stalled(upload: Upload) -> bool:
    """Return True if the upload was broken off: its worker was killed, or the membership ended."""
    if upload.state == UploadState.STOPPED:
        return True
    if upload.state not in AT_WORK or upload.progressed_at is None:
        return False
    return upload.progressed_at < timezone.now() - STALLED


def resume(upload: Upload, acting: Membership) -> list[str]:
    """Have the rest of a broken-off upload judged or carried out."""
    locked = _lock(upload, *AT_WORK, UploadState.STOPPED)
    if locked is None or not is_stalled(locked):
        return []
    if locked.state == UploadState.STOPPED:
        locked.state = UploadState.RUNNING
    return _enqueue(locked, acting)


def forget(upload: Upload) -> list[str] | None:
    """Delete an upload with its rows; None while it is registering."""
    locked = _lock(upload, *UploadState)
    if locked is None:
        return []
    if locked.state == UploadState.RUNNING and not is_stalled(locked):
        return None
    numbers = _numbers(row for row in locked.rows.all() if RULED.isdisjoint((row.mistake, row.outcome)))
    locked.delete()
    return numbers


def _lock(upload: Upload, *states: UploadState) -> Upload | None:
    """Return the upload as it is now, locked until the request ends; None when it is in another state or gone."""
    return Upload.objects.select_for_update().filter(pk=upload.pk, state__in=states).first()


def _enqueue(upload: Upload, acting: Membership) -> list[str]:
    """Have a worker do what the state of the upload asks, and return the numbers of the rows it is about."""
    upload.progressed_at = timezone.now()
    upload.save(update_fields=["state", "progressed_at"])
    if upload.state == UploadState.CHECKING:
        task, rows = check_upload, upload.rows.filter(verdict="")
    else:
        task, rows = run_upload, upload.rows.filter(chosen=True, outcome="")
    task.enqueue(str(upload.public_id), acting.pk)
    return list(rows.values_list("insz", flat=True))


def _numbers(rows: Iterable[Row | UploadRow]) -> list[str]:
    return list(dict.fromkeys(row.insz for row in rows if row.insz))
