"""The background work of an uploaded client list: it judges the rows of a long one, and carries out the ticked ones.

Each batch is one transaction, bound to the institution, user and role of the upload as a request is, and locks the
upload. So a batch is done once, also if two workers have the same task, and the work goes on where it stopped.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership
from partners.services import bind, memberships_of
from partners.tasks import AtRow, background
from persons.querysets import may_register
from persons.services.registering import follow_replaced, register
from persons.services.ruling import log_ruled

from ..enums import UploadState, Verdict
from ..models import Upload, UploadRow
from .changes import Step, take_step
from .judging import BATCH, judge_batch, wished
from .registering import in_each_role


@background
def check_upload(upload_id: str, membership_id: int) -> None:
    """Judge the rows of an upload, as long as the membership of its user is in force. `upload_id` is its public id."""
    while _check_batch(upload_id, membership_id):
        pass


def _check_batch(upload_id: str, membership_id: int) -> bool:
    """Judge the next batch; False when nothing is left, or nothing may be done any more."""
    with _batch(upload_id, membership_id, UploadState.CHECKING) as (acting, upload):
        if upload is None or not may_register(acting):
            return False
        judge_batch(upload, acting)
        return upload.state == UploadState.CHECKING


@background
def run_upload(upload_id: str, membership_id: int) -> None:
    """Carry out the ticked rows of an upload, as long as the membership of its user is in force.

    `upload_id` is its public id. Raises AtRow when a batch fails; the batches before it stay.
    """
    while _run_batch(upload_id, membership_id):
        pass


def _run_batch(upload_id: str, membership_id: int) -> bool:
    """Carry out the next batch; False when nothing is left, or nothing may be done any more."""
    with _batch(upload_id, membership_id, UploadState.RUNNING) as (acting, upload):
        if upload is None:
            return False
        rows = list(upload.rows.filter(chosen=True, outcome="")[:BATCH])
        upload.progressed_at = timezone.now()
        if not may_register(acting):
            upload.state = UploadState.STOPPED
        elif rows:
            _carry_out(rows, upload, acting)
        else:
            upload.state, upload.finished_at = UploadState.DONE, upload.progressed_at
        upload.save(update_fields=["state", "progressed_at", "finished_at"])
        return upload.state == UploadState.RUNNING


@contextmanager
def _batch(
    upload_id: str, membership_id: int, state: UploadState
) -> Iterator[tuple[Membership, Upload | None]]:
    """Open a transaction bound to a membership, with the upload locked; None when it is in another state or gone."""
    with transaction.atomic():
        acting = Membership.objects.select_related("institution", "user").get(pk=membership_id)
        bind(
            institution_id=acting.institution_id,
            user_id=acting.user_id,
            role=acting.role,
            request_id=uuid.uuid4(),
        )
        uploads = Upload.objects.select_for_update().filter(public_id=upload_id, state=state)
        yield acting, uploads.first()
        bind()


def _carry_out(rows: Sequence[UploadRow], upload: Upload, acting: Membership) -> None:
    """Register or end each row, store the outcomes, and write a log row with the numbers that were registered.

    Each inscription that ends has a log row of its own, and so has each number that a rule above every mandate refuses.
    """
    ending = [row for row in rows if row.verdict == Verdict.MISSING]
    registering = [row for row in rows if row.verdict != Verdict.MISSING]
    try:
        outcomes = _registered(registering, acting) | _ended(ending, upload.end_reason, acting)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE caseload_uploadrow r SET outcome = d.outcome"
                " FROM unnest(%s::bigint[], %s::text[]) AS d(id, outcome) WHERE r.id = d.id",
                [list(outcomes), list(outcomes.values())],
            )
    except Exception as error:
        raise AtRow(rows[0].line) from error
    target, numbers = str(upload.public_id), list(dict.fromkeys(row.insz for row in registering))
    ruled = log_ruled(Kind.REGISTRATION, numbers, acting, target=target) if numbers else set()
    if registered := [number for number in numbers if number not in ruled]:
        record(
            kind=Kind.REGISTRATION, outcome=Outcome.SHOWN, acting=acting, target=target, numbers=registered
        )


def _registered(rows: Sequence[UploadRow], acting: Membership) -> dict[int, str]:
    outcomes = in_each_role(register, wished(rows), acting)
    follow_replaced(row.insz for row, outcome in outcomes if outcome == "registered")
    return {rows[row.line].pk: outcome for row, outcome in outcomes}


def _ended(rows: Sequence[UploadRow], reason: str, acting: Membership) -> dict[int, str]:
    """End the inscriptions that the complete list lacks, each in the role that its mandate asks of the user."""
    ids = [row.inscription for row in rows if row.inscription is not None]
    outcomes = (
        take_step(Step.END, ids, reason=reason, acting=acting, memberships=memberships_of(acting.user))
        if ids
        else {}
    )
    return {row.pk: outcomes[row.inscription] if row.inscription else "not_found" for row in rows}
