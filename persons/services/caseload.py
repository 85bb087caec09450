"""Caseloads: whose clients the clients of the bound institution are. The database functions are the only write path."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.utils.dateparse import parse_datetime


@dataclass(frozen=True)
class OwnCaseload:
    """The bound user's caseload at the bound institution: whether the list shows a client of it, the notices not
    seen yet, and how many reminders are due today or earlier.

    A notice has `id`, `giver` (a name), `clients` (how many) and `made_at`. The newest goes first.
    """

    has_clients: bool
    notices: list[dict]
    due: int


class ReceiverWithoutAccess(Exception):
    """The colleague who would get clients has no access as a case worker of the institution today."""


def put_in_caseload(inscription_ids: Sequence[uuid.UUID], on: bool = True) -> dict[uuid.UUID, bool]:
    """Put the clients of inscriptions in the bound case worker's own caseload, or take them out.

    `inscription_ids` are public ids. Returns those of the bound institution that count today, with or without a
    dossier, each with whether the caseload changed. Raises DatabaseError when no case worker of the institution is
    bound.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id, changed FROM persons_put_in_caseload(%s::uuid[], %s)",
            [[str(each) for each in inscription_ids], on],
        )
        return dict(cursor.fetchall())


def hand_over(
    *, giver_id: int, receiver_id: int, reason: str, numbers: Sequence[str] | None = None
) -> list[str]:
    """Move clients from one caseload of the bound institution to another, and return their numbers.

    Without `numbers` all of the giver's clients go. Numbers that are not in the giver's caseload stay where they are.
    A case worker gives their own clients; a local administrator those of a colleague. Raises ReceiverWithoutAccess, and
    the transaction can go on; DatabaseError for anyone else, and without a reason.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT persons_give_clients(%s, %s, %s::text[], %s)",
                [giver_id, receiver_id, None if numbers is None else list(numbers), reason],
            )
            return [number for (number,) in cursor.fetchall()]
    except DatabaseError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        if getattr(diagnostics, "constraint_name", None) == "receiver_has_access":
            raise ReceiverWithoutAccess from error
        raise


def count_by_colleague() -> dict[int | None, int]:
    """Return the number of clients in each caseload of the bound institution; under None, those in no caseload."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, clients FROM persons_count_caseloads()")
        return dict(cursor.fetchall())


def own_caseload() -> OwnCaseload:
    """Return the bound user's caseload at the bound institution. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_clients, notices, due FROM persons_own_caseload()")
        has_clients, notices, due = cursor.fetchone()
    return OwnCaseload(
        has_clients,
        [notice | {"made_at": parse_datetime(notice["made_at"])} for notice in json.loads(notices)],
        due,
    )


def see_hand_overs(last: int) -> None:
    """Mark the notices to the bound user at the bound institution as seen, up to that of this id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT persons_see_handovers(%s)", [last])
