"""The background work of an uploaded client list: it registers and ends what the user ticked, batch after batch.

Each batch is one transaction, bound to the institution, user and role of the upload as a request is, and locks the
upload. So a batch is carried out once, also if two workers have the same task, and the work goes on where it stopped.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership
from partners.services import bind, in_role, memberships_of
from partners.tasks import AtRow, background
from persons.querysets import REGISTRARS, may_register
from persons.services.changing import NotTaken, end
from persons.services.registering import Row, follow_replaced, register

from ..enums import UploadState, Verdict
from ..models import Upload, UploadRow

BATCH = 1000  # rows


@background
def run_upload(upload_id: str, membership_id: int) -> None:
    """Carry out the ticked rows of an upload, as long as the membership of its user is in force.

    `upload_id` is its public id. Raises AtRow when a batch fails; the batches before it stay.
    """
    while _run_batch(uuid.UUID(upload_id), membership_id):
        pass


@transaction.atomic
def _run_batch(upload_id: uuid.UUID, membership_id: int) -> bool:
    """Carry out the next batch; False when nothing is left, or nothing may be done any more."""
    acting = Membership.objects.select_related("institution", "user").get(pk=membership_id)
    bind(
        institution_id=acting.institution_id,
        user_id=acting.user_id,
        role=acting.role,
        request_id=uuid.uuid4(),
    )
    upload = Upload.objects.select_for_update().filter(public_id=upload_id, state=UploadState.RUNNING).first()
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
    bind()
    return upload.state == UploadState.RUNNING


def _carry_out(rows: Sequence[UploadRow], upload: Upload, acting: Membership) -> None:
    """Register or end each row, store the outcomes, and write a log row with the numbers of each kind."""
    ending = [row for row in rows if row.verdict == Verdict.MISSING]
    registering = [row for row in rows if row.verdict != Verdict.MISSING]
    try:
        outcomes = _registered(registering, acting) | {
            row.pk: _ended(row, upload.end_reason) for row in ending
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE caseload_uploadrow r SET outcome = d.outcome"
                " FROM unnest(%s::bigint[], %s::text[]) AS d(id, outcome) WHERE r.id = d.id",
                [list(outcomes), list(outcomes.values())],
            )
    except Exception as error:
        raise AtRow(rows[0].line) from error
    for kind, some in ((Kind.REGISTRATION, registering), (Kind.ENDING, ending)):
        if some:
            record(
                kind=kind,
                outcome=Outcome.SHOWN,
                acting=acting,
                target=str(upload.public_id),
                numbers=list(dict.fromkeys(row.insz for row in some)),
            )


def _registered(rows: Sequence[UploadRow], acting: Membership) -> dict[int, str]:
    wished = [
        # The place in the batch stands for the line: two rows of a workbook can have one number.
        Row(
            place,
            row.insz,
            row.capacity,
            row.valid_from,
            row.valid_until,
            row.reason,
            row.proof,
        )
        for place, row in enumerate(rows)
        if row.valid_from is not None
    ]
    outcomes = register_rows(wished, acting)
    follow_replaced(row.insz for row, outcome in outcomes if outcome == "registered")
    return {rows[row.line].pk: outcome for row, outcome in outcomes}


def _ended(row: UploadRow, reason: str) -> str:
    """End an inscription that the complete list lacks; return the outcome, or why not (`changing.NOT_TAKEN`)."""
    if row.inscription is None:
        return "not_found"
    try:
        return "voided" if end(row.inscription, reason) else "ended"
    except NotTaken as error:
        return error.code


def register_rows(rows: Sequence[Row], acting: Membership) -> list[tuple[Row, str]]:
    """Register rows as `acting`, and those for which the mandate asks another role of the user in that role.

    Returns each row with its outcome (`persons.services.registering.register`). The transaction is bound to `acting`.
    """
    done = register(institution=acting.institution, rows=rows)
    refused = [place for place, (_row, outcome) in enumerate(done) if outcome == "not_allowed"]
    for other in memberships_of(acting.user) if refused else []:
        if other.institution_id != acting.institution_id or other.role == acting.role:
            continue
        if other.role in REGISTRARS:
            with in_role(other.role):
                again = register(institution=acting.institution, rows=[done[place][0] for place in refused])
            for place, result in zip(refused, again, strict=True):
                done[place] = result
    return done
