"""Pasted lists: up to 200 numbers that are looked up at once, in the order in which they were pasted."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
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
from persons.models import ClientListEntry

from .sessionvalues import SessionValues

MOST_NUMBERS = 200
MOST_LISTS = 3
_LONGEST_MISTAKE = 40  # characters that are repeated of text that is no number
_LISTS = SessionValues("pasted_lists", Kind.PASTED_LIST, MOST_LISTS)

State = Literal["client", "unknown", "wrong", "double"]


class PastedNumber(NamedTuple):
    """One number of a list: eleven digits, or with a `mistake` (`persons.insz.InvalidInsz.reason`) the text itself."""

    text: str
    mistake: str = ""


@dataclass(frozen=True)
class PastedRow:
    """What a list shows of one number. `position` counts from 1.

    `entry` is the line of the client list that shows most, `others` the client's lines in other capacities. `first` is
    the position of the same number higher up.
    """

    position: int
    number: PastedNumber
    state: State
    entry: ClientListEntry | None = None
    others: Sequence[ClientListEntry] = ()
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


def store_list(session: SessionBase, numbers: Sequence[PastedNumber], acting: Membership) -> uuid.UUID:
    """Store a list for the institution of `acting`, and return its id. Raises like `SessionValues.store`."""
    return _LISTS.store(session, numbers, acting)


def stored_list(session: SessionBase, list_id: uuid.UUID, acting: Membership) -> list[PastedNumber] | None:
    """Return the numbers of a list; None when the session does not have it. Raises OtherInstitution."""
    numbers = _LISTS.read(session, list_id, acting)
    return numbers and [PastedNumber(*number) for number in numbers]


def look_up(numbers: Sequence[PastedNumber], acting: Membership) -> PastedPage:
    """Look the numbers up among the clients of `acting`, and write the log row with those asked for and shown.

    Raises DatabaseError when the log cannot be written.
    """
    wanted = list(dict.fromkeys(number.text for number in numbers if not number.mistake))
    with transaction.atomic():
        lines: dict[str, list[ClientListEntry]] = {}
        visible = ClientListEntry.objects.visible_to(acting).filter(insz__in=wanted)
        # A line that shows attendance goes first, then the oldest.
        for entry in sorted(visible, key=lambda entry: (entry.parts is None, entry.inscription_id)):
            lines.setdefault(entry.insz, []).append(entry)
        consultation = record(
            kind=Kind.PASTED_LIST,
            outcome=Outcome.SHOWN if lines else Outcome.EMPTY,
            acting=acting,
            numbers=wanted,
            shown=[number for number in wanted if number in lines],
        )
    return PastedPage(_rows(numbers, lines), consultation)


def _rows(numbers: Sequence[PastedNumber], lines: Mapping[str, Sequence[ClientListEntry]]) -> list[PastedRow]:
    rows = []
    first: dict[str, int] = {}
    for position, number in enumerate(numbers, start=1):
        entry, *others = lines.get(number.text, [None])
        if number.mistake:
            row = PastedRow(position, number, "wrong")
        elif number.text in first:
            row = PastedRow(position, number, "double", entry, first=first[number.text])
        elif entry:
            row = PastedRow(position, number, "client", entry, others)
        else:
            row = PastedRow(position, number, "unknown")
        first.setdefault(number.text, position)
        rows.append(row)
    return rows
