"""The letter to a person about who looked: its lines, and the proofs that they are in the sealed log.

The database decides which looks are in it (oversight_letter_rows.sql) and writes the row of the log.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import connection, transaction
from django.utils import timezone

from caseload.services.sessionvalues import SessionValues
from consultations.enums import Channel, Kind
from consultations.seals.letters import prove
from partners.enums import InstitutionKind
from partners.models import Institution, Membership

MOST_LINES = 20_000  # of a letter made on a page; more are for `manage.py person_report`
MOST_PROVEN = 2_000  # lines of which a page makes the proofs: each may be in a seal of its own
_LETTERS = SessionValues("letters", Kind.PERSON_REPORT, 10)
_COLUMNS = "id, at, kind, channel, institution, capacity, legal_basis, blocks, purpose, is_escape"
# The same columns for the command, which no user is bound for.
_ROWS = "oversight_letter_rows(%s, %s::bigint[], %s, %s, %s)"
_READ_ON_SERVER = (
    "SELECT c.id, c.at, c.kind, c.channel, coalesce(n.name, ''), c.capacity, c.legal_basis, c.blocks, c.purpose,"
    f" c.escape_id IS NOT NULL FROM {_ROWS} c LEFT JOIN partners_institution n ON n.id = c.institution_id"
    " ORDER BY c.at DESC, c.id DESC"
)


class TooManyLines(Exception):
    """The letter, or its proof, is longer than a page makes. Nothing is handed over or logged."""


@dataclass(frozen=True)
class Request:
    """A letter that a privacy officer makes: about this number, with the looks before `before`.

    So a page and its files have the same lines, whenever they are opened.
    """

    insz: str
    before: datetime.datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One look of a letter. `institution` is a name, "" for the agency's own pages and commands."""

    look_id: uuid.UUID
    at: datetime.datetime
    kind: str
    channel: str
    institution: str
    capacity: str
    legal_basis: str
    blocks: Sequence[str]
    purpose: str
    is_escape: bool


@dataclass(frozen=True)
class Letter:
    """A letter. `numbers` begins with that of today; `of` is the one institution it is about, "" for all.

    `sender` is the institution whose privacy officer made it, "" for the server. `kept_since` is the first month of
    the log, None when the log is empty.
    """

    numbers: Sequence[str]
    before: datetime.datetime
    sender: str
    of: str
    lines: Sequence[Line]
    kept_since: datetime.date | None


def store_letter(session: SessionBase, insz: str, acting: Membership) -> uuid.UUID:
    """Store which letter is made, now, and return the id for the address. Raises like `SessionValues.store`."""
    return _LETTERS.store(session, [insz, timezone.now().isoformat()], acting)


def stored_letter(session: SessionBase, letter_id: uuid.UUID, acting: Membership) -> Request | None:
    """Return which letter it is; None when the session does not have it, or no longer. Raises OtherInstitution."""
    value = _LETTERS.read(session, letter_id, acting)
    return Request(value[0], datetime.datetime.fromisoformat(value[1])) if value else None


def make_letter(request: Request, acting: Membership) -> Letter:
    """Return the letter, as the bound privacy officer; the database writes the row of the log. Raises TooManyLines."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM oversight_letter(%s, %s, %s)",
            [request.insz, request.before, MOST_LINES + 1],
        )
        lines = [Line(*row) for row in cursor.fetchall()]
        if len(lines) > MOST_LINES:
            raise TooManyLines
    sender = acting.institution
    return Letter(
        numbers=_numbers(request.insz),
        before=request.before,
        sender=sender.name,
        of="" if sender.kind == InstitutionKind.AGENCY else sender.name,
        lines=lines,
        kept_since=_kept_since(),
    )


def make_proof(request: Request) -> dict[str, Any]:
    """Return the proofs of the lines of the letter, for JSON, as the privacy officer; logged. Raises TooManyLines."""
    [_own, *others] = _numbers(request.insz)
    with transaction.atomic():
        proof = prove(
            request.insz,
            "oversight_letter_proof(%s, %s, %s)",
            [request.insz, request.before, MOST_PROVEN + 1],
            others=others,
        )
        if sum(len(proof[part]) for part in ("rows", "unsealed", "changed")) > MOST_PROVEN:
            raise TooManyLines
        return proof


def make_letter_on_server(request: Request, institution: Institution | None = None) -> Letter:
    """Return the letter as the owner: about all institutions, or about one and those it succeeded; logged. No limit."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_ON_SERVER, _arguments(request, institution))
        lines = [Line(*row) for row in cursor.fetchall()]
        numbers = _numbers_on_server(request, institution)
    return Letter(
        numbers=numbers,
        before=request.before,
        sender=institution.name if institution else "",
        of=institution.name if institution else "",
        lines=lines,
        kept_since=_kept_since(),
    )


def make_proof_on_server(request: Request, institution: Institution | None = None) -> dict[str, Any]:
    """Return the proofs of the lines of `make_letter_on_server`; logged. No limit."""
    [_own, *others] = _numbers_on_server(request, institution)
    return prove(request.insz, _ROWS, _arguments(request, institution), others=others)


def _arguments(request: Request, institution: Institution | None) -> list[Any]:
    return [request.insz, _institutions(institution), request.before, Channel.COMMAND, None]


def _institutions(institution: Institution | None) -> list[int] | None:
    if institution is None:
        return None
    return [institution.pk, *Institution.objects.worked_for_by(institution.pk).values_list("pk", flat=True)]


def _numbers(insz: str) -> list[str]:
    return list(_values("SELECT unnest(oversight_letter_numbers(%s))", [insz]))


def _numbers_on_server(request: Request, institution: Institution | None) -> list[str]:
    return list(
        _values(
            "SELECT unnest(oversight_numbers_of(%s, %s::bigint[]))",
            [request.insz, _institutions(institution)],
        )
    )


def _kept_since() -> datetime.date | None:
    return next(_values("SELECT consultations_kept_since()", []))


def _values(statement: str, parameters: Sequence[Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from (value for (value,) in cursor.fetchall())
