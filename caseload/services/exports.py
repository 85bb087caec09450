"""The client list as a file: read it and write the log row in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership
from persons.models import ClientListEntry

from .lists import ClientLines, complete

MOST_LINES = 5_000
REASON_ABOVE = 100  # lines


class TooManyLines(Exception):
    """The list has more than `MOST_LINES` lines. Nothing is handed over or logged."""


class NoReason(Exception):
    """The list has more than `REASON_ABOVE` lines, and no reason was given. Nothing is handed over or logged."""


def take_along(table: ClientLines, *, acting: Membership, reason: str) -> Sequence[ClientListEntry]:
    """Return the lines of a list for a file, in its order, and write the log row with the persons in it.

    `table` is over lines visible to `acting`; `reason` is a code of `persons.reasons.EXPORT_REASONS`, or "". Raises
    TooManyLines or NoReason, and DatabaseError when the log cannot be written.
    """
    with transaction.atomic():
        lines = table.first_lines(MOST_LINES + 1)
        if len(lines) > MOST_LINES:
            raise TooManyLines
        if len(lines) > REASON_ABOVE and not reason:
            raise NoReason
        complete(lines, acting, names_colleagues=table.names_colleagues)
        record(
            kind=Kind.EXPORT,
            outcome=Outcome.SHOWN if lines else Outcome.EMPTY,
            acting=acting,
            shown=list(dict.fromkeys(line.insz for line in lines)),
            reason=reason,
        )
    return lines
