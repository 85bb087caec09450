"""A list as a file: how long it may be, and the client list with its log row in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership
from persons.models import ClientListEntry

from .lists import ClientLines, complete

MOST_LINES = 5_000
REASON_ABOVE = 100  # lines


class NotExported(Exception):
    """Nothing is handed over or logged. The message says why, for the screen."""


class TooManyLines(NotExported):
    """The list has more than `MOST_LINES` lines."""

    def __init__(self) -> None:
        super().__init__(
            _("Deze lijst heeft meer dan %(most)s regels. Kies eerst een filter, en exporteer dan opnieuw.")
            % {"most": number_format(MOST_LINES, force_grouping=True)}
        )


class NoReason(NotExported):
    """The list has more than `REASON_ABOVE` lines, and no reason was given."""

    def __init__(self) -> None:
        super().__init__(
            _("Kies bij “Exporteren” een reden: deze lijst heeft meer dan %(most)s regels.")
            % {"most": REASON_ABOVE}
        )


def check_length(lines: int, reason: str) -> None:
    """Raise TooManyLines or NoReason if a file may not have so many lines."""
    if lines > MOST_LINES:
        raise TooManyLines
    if lines > REASON_ABOVE and not reason:
        raise NoReason


def take_along(table: ClientLines, *, acting: Membership, reason: str) -> Sequence[ClientListEntry]:
    """Return the lines of a list for a file, in its order, and write the log row with the persons in it.

    `table` is over lines visible to `acting`; `reason` is a code of `persons.reasons.EXPORT_REASONS`, or "". Raises
    TooManyLines or NoReason, and DatabaseError when the log cannot be written.
    """
    with transaction.atomic():
        lines = table.first_lines(MOST_LINES + 1)
        check_length(len(lines), reason)
        complete(lines, acting, names_colleagues=table.names_colleagues)
        record(
            kind=Kind.EXPORT,
            outcome=Outcome.SHOWN if lines else Outcome.EMPTY,
            acting=acting,
            shown=list(dict.fromkeys(line.insz for line in lines)),
            reason=reason,
        )
    return lines
