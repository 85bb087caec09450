"""Pasted lists: up to 200 numbers that are looked up at once, in the order in which they were pasted."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership
from persons import insz
from persons.models import ClientListEntry, Inscription
from persons.services.ruling import log_ruled

from .following import follow
from .sessionvalues import SessionValues

MOST_NUMBERS = 200
MOST_LISTS = 3
_BETWEEN_NUMBERS = re.compile(r"[\s;,]+")
DIGITS = 11
_LONGEST_MISTAKE = 40  # characters that are repeated of text that is no number
_LISTS = SessionValues("pasted_lists", Kind.PASTED_LIST, MOST_LISTS)

State = Literal["client", "waiting", "unknown", "wrong", "double"]


class PastedNumber(NamedTuple):
    """A number of a list: eleven digits, or with a `mistake` (`persons.insz.InvalidInsz.reason`) the text itself."""

    text: str
    mistake: str = ""


@dataclass(frozen=True)
class PastedRow:
    """What a list shows of one number. `position` counts from 1.

    `entry` is the line of the client list that shows most, `others` the client's lines in other capacities. `waiting`
    is the inscription of a client without a dossier at the KBI. `first` is the position of the same number higher up.
    """

    position: int
    number: PastedNumber
    state: State
    entry: ClientListEntry | None = None
    others: Sequence[ClientListEntry] = ()
    waiting: Inscription | None = None
    first: int = 0


@dataclass(frozen=True)
class PastedPage:
    """A list that was looked up: its rows and the log row."""

    rows: list[PastedRow]
    consultation: Consultation

    @property
    def counts(self) -> Counter[str]:
        """How many rows are in each state."""
        return Counter(row.state for row in self.rows)


def numbers_in(text: str) -> list[PastedNumber]:
    """Return the numbers of a pasted text, line by line, doubles and wrong ones included.

    Text around the numbers and lines without a digit are left out.
    """
    allow_test = settings.KBI_ALLOW_TEST_NUMBERS
    return [
        PastedNumber(number[:_LONGEST_MISTAKE] if mistake else number, mistake or "")
        for line in text.splitlines()
        for number, mistake in insz.numbers_in_line(line, allow_test=allow_test)
    ]


def numbers_in_field(text: str) -> list[PastedNumber]:
    """Return the numbers of a text that was pasted in a field of one line: the browser made one line of its lines."""
    parts = _BETWEEN_NUMBERS.split(text)
    numbers = [part for part in parts if sum(map(str.isdigit, part)) == DIGITS]
    return numbers_in("\n".join(parts) if len(numbers) > 1 else text)


def store_list(session: SessionBase, numbers: Sequence[PastedNumber], acting: Membership) -> uuid.UUID:
    """Store a list for the institution of `acting`, and return its id. Raises like `SessionValues.store`."""
    return _LISTS.store(session, numbers, acting)


def stored_list(session: SessionBase, list_id: uuid.UUID, acting: Membership) -> list[PastedNumber] | None:
    """Return the numbers of a list; None when the session does not have it. Raises OtherInstitution."""
    numbers = _LISTS.read(session, list_id, acting)
    return numbers and [PastedNumber(*number) for number in numbers]


def look_up(numbers: Sequence[PastedNumber], acting: Membership) -> PastedPage:
    """Return what the numbers are to the institution of `acting`, and write the log row with those asked for and shown.

    A number that a rule above every mandate keeps from the user is unknown, and has a row of its own. Raises
    DatabaseError when the log cannot be written.
    """
    with transaction.atomic():
        rows = rows_of(numbers, acting)
        shown = [row.number.text for row in rows if row.state in ("client", "waiting")]
        unknown = [row.number.text for row in rows if row.state == "unknown"]
        ruled = log_ruled(Kind.PASTED_LIST, unknown, acting) if unknown else set()
        consultation = record(
            kind=Kind.PASTED_LIST,
            outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
            acting=acting,
            numbers=[number for number in _asked_for(numbers) if number not in ruled],
            shown=shown,
        )
    return PastedPage(rows, consultation)


def log_nothing_registered(numbers: Sequence[PastedNumber], acting: Membership) -> None:
    """Write the log row of a list of which no number was left to register, with the numbers that were asked for.

    A number that a rule above every mandate keeps from the user has a row of its own.
    """
    asked = _asked_for(numbers)
    ruled = log_ruled(Kind.REGISTRATION, asked, acting)
    remaining = [number for number in asked if number not in ruled]
    record(kind=Kind.REGISTRATION, outcome=Outcome.EMPTY, acting=acting, numbers=remaining)


def rows_of(numbers: Sequence[PastedNumber], acting: Membership) -> list[PastedRow]:
    """Return what the numbers are to the institution of `acting`, for a step that logs each client itself."""
    wanted = {number.text for number in numbers if not number.mistake}
    lines: dict[str, list[ClientListEntry]] = {}
    visible = ClientListEntry.objects.visible_to(acting).filter(insz__in=wanted)
    # A line that shows attendance goes first, then the oldest.
    for entry in sorted(visible, key=lambda entry: (entry.parts is None, entry.inscription_id)):
        lines.setdefault(entry.insz, []).append(entry)
    waiting = {
        inscription.insz: inscription
        for inscription in Inscription.objects.waiting_for(acting).filter(insz__in=wanted)
    }
    rows = []
    first: dict[str, int] = {}
    for position, number in enumerate(numbers, start=1):
        entries = lines.get(number.text, [])
        entry = entries[0] if entries else None
        if number.mistake:
            row = PastedRow(position, number, "wrong")
        elif number.text in first:
            row = PastedRow(position, number, "double", entry, first=first[number.text])
        elif entry:
            row = PastedRow(position, number, "client", entry, entries[1:])
        elif number.text in waiting:
            row = PastedRow(position, number, "waiting", waiting=waiting[number.text])
        else:
            row = PastedRow(position, number, "unknown")
        first.setdefault(number.text, position)
        rows.append(row)
    return rows


def _asked_for(numbers: Sequence[PastedNumber]) -> list[str]:
    return list(dict.fromkeys(number.text for number in numbers if not number.mistake))


def put_list_in_caseload(numbers: Sequence[PastedNumber], acting: Membership) -> int:
    """Put the clients and waiting clients of a list in the caseload of `acting`; return how many were not in it.

    Each has a log row. Raises DatabaseError when one cannot be written.
    """
    clients = [row.number.text for row in rows_of(numbers, acting) if row.state in ("client", "waiting")]
    own = Inscription.objects.counting().filter(institution=acting.institution_id, insz__in=clients)
    # One inscription for each number: the caseload is about clients.
    inscriptions = {inscription.insz: inscription.public_id for inscription in own}
    return sum(follow(list(inscriptions.values()), acting=acting).values())
