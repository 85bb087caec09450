"""Detours: note that a third party was asked about a client, close it with the answer, correct it, import past ones.

Over the database functions that write `AccessRequest`.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from partners import steps
from partners.models import Institution
from partners.officefiles import (
    Column,
    InvalidDay,
    OfficeFile,
    find_columns,
    fold,
    read_day,
)

from ..enums import ThirdParty
from ..insz import InvalidInsz, normalise
from ..models import AccessRequestEvent

# Their names in code, other names that a heading may have, and the word on the screen.
COLUMNS = (
    Column(
        "insz",
        ("INSZ-nummer", "rijksregisternummer", "nummer", "INSZ number", "number"),
        label=_("INSZ-nummer"),
    ),
    Column("third_party", ("gevraagd aan", "soort", "asked of", "kind"), label=_("Gevraagd aan")),
    Column("asked_on", ("gevraagd op",), label=_("Gevraagd op")),
    Column("answered_on", ("beantwoord op",), required=False, label=_("Beantwoord op")),
    Column("result", ("resultaat", "met resultaat", "with result"), required=False, label=_("Met resultaat")),
)
# The importer reads them under any of these names; the export writes them.
YES, NO = _("ja"), _("nee")
MOST_ROWS = 5000  # of one file: it is one transaction

# Why a detour is not noted or closed, with the field it is about.
WRONG: dict[str, tuple[str, Promise]] = {
    "not_a_client": ("insz", _("Uw instelling heeft dit nummer nooit ingeschreven.")),
    "asked_on": ("asked_on", _("Deze dag ligt in de toekomst, of voor 1990.")),
    "answered_on": ("answered_on", _("Het antwoord kan niet voor de vraag liggen, en niet in de toekomst.")),
    "result": (
        "result",
        _(
            "Vul de dag van het antwoord en het resultaat samen in. Is er nog geen antwoord, laat dan beide leeg."
        ),
    ),
}


# The same for a correction.
NOT_CORRECTED: dict[str, tuple[str, Promise]] = {
    **WRONG,
    "exists": ("asked_on", _("Er staat al een vraag aan deze derde op deze dag.")),
    "changed_before": (
        "",
        _(
            "Een collega wijzigde deze vraag intussen. Kijk na wat er nu staat; bewaar opnieuw als u het anders wilt."
        ),
    ),
}


@dataclass(frozen=True)
class Detour:
    """A question to a third party, as it comes from a form or a file. Brussels days; no answer yet: None and None."""

    insz: str
    third_party: str
    asked_on: datetime.date
    answered_on: datetime.date | None = None
    has_result: bool | None = None
    line: int = 0


class NotNoted(steps.NotTaken):
    """The detour is not noted, closed, corrected or withdrawn.

    `code` is a key of `NOT_CORRECTED`, or `not_found` or `closed_before`; the pages have the words.
    """


@dataclass(frozen=True)
class WrongLine:
    """A line of a file that is wrong: where and why, never with a value of the line.

    `line` counts from 1, the heading included; 0 is the file as a whole. `field` is a column, "" for the whole line.
    """

    line: int
    field: str
    reason: str | Promise


@dataclass
class Imported:
    """The result of a file: how many were noted and how many were there before. With `wrong` lines nothing was noted.

    `wrong` has every mistake, by line. `numbers` are the valid INSZ in the file, for the log.
    """

    noted: int = 0
    existing: int = 0
    wrong: list[WrongLine] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)


def note(detour: Detour) -> bool:
    """Note a detour of the bound institution, as the bound case worker; False when it was noted before.

    Raises `NotNoted`; DatabaseError when no case worker is bound.
    """
    [(_line, outcome)] = _add([detour])
    NotNoted.unless(outcome, "noted", "exists")
    return outcome == "noted"


def close(public_id: uuid.UUID, answered_on: datetime.date, *, has_result: bool) -> None:
    """Close a detour of the bound institution, as the bound case worker.

    Raises `NotNoted`; DatabaseError when no case worker is bound.
    """
    statement = "SELECT persons_close_request(%s, %s, %s)"
    steps.take(statement, [public_id, answered_on, has_result], "closed", refused=NotNoted)


def correct(public_id: uuid.UUID, detour: Detour, *, seen: str) -> bool:
    """Give a detour of the bound institution the values of `detour`, but for its number, as the bound case worker.

    `seen` is `last_step` of the detour when the user saw it. Returns False when it has these values already. Raises
    `NotNoted`; DatabaseError when no case worker of the institution is bound.
    """
    outcome = steps.take(
        "SELECT persons_correct_request(%s, %s, %s, %s, %s, %s)",
        [public_id, seen, detour.third_party, detour.asked_on, detour.answered_on, detour.has_result],
        "corrected",
        "unchanged",
        refused=NotNoted,
    )
    return outcome == "corrected"


def withdraw(public_id: uuid.UUID) -> None:
    """Withdraw a detour of the bound institution that was noted by mistake, as the bound case worker.

    Raises `NotNoted`; DatabaseError when no case worker of the institution is bound.
    """
    steps.take("SELECT persons_withdraw_request(%s)", [public_id], "withdrawn", refused=NotNoted)


def last_step(events: Sequence[AccessRequestEvent]) -> str:
    """Return what `correct` takes as `seen`, from all events of a detour."""
    return str(max((event.pk for event in events), default=0))


def import_requests(
    file: OfficeFile, *, allow_test: bool, institution: Institution | None = None
) -> Imported:
    """Note the detours in a file, all of them or none; importing it again notes only the missing ones.

    With `institution` it works as the owner, for a command on the server; without, for the bound institution as the
    bound case worker. Must run inside a transaction. Raises OfficeFileError when the file changed meanwhile, and
    HeadingError when a column is missing.
    """
    rows = list(islice(_read(file, allow_test), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        return Imported(wrong=[WrongLine(0, "", _("Meer dan 5000 rijen. Splits het bestand."))])
    if not rows:
        return Imported(wrong=[WrongLine(0, "", _("Onder de kolomnamen staat geen enkele rij."))])
    wrong = [mistake for row in rows for mistake in row.mistakes]
    detours = [row.detour for row in rows if row.detour]
    # The other rows are judged too, so that the user sees all mistakes at once.
    with transaction.atomic():
        outcomes = _add(detours, institution) if detours else []
        if wrong:
            transaction.set_rollback(True)
    wrong += [WrongLine(line, *WRONG[outcome]) for line, outcome in outcomes if outcome in WRONG]
    result = Imported(
        wrong=sorted(wrong, key=lambda mistake: mistake.line),
        numbers=sorted({row.insz for row in rows if row.insz}),
    )
    if not wrong:
        result.noted = sum(outcome == "noted" for _line, outcome in outcomes)
        result.existing = len(outcomes) - result.noted
    return result


def _add(detours: Sequence[Detour], institution: Institution | None = None) -> list[tuple[int, str]]:
    """Call the database function; return the outcome of each line."""
    payload = json.dumps(
        [
            {
                "line": detour.line,
                "public_id": str(uuid.uuid4()),
                "insz": detour.insz,
                "third_party": detour.third_party,
                "asked_on": detour.asked_on.isoformat(),
                "answered_on": detour.answered_on.isoformat() if detour.answered_on else None,
                "has_result": detour.has_result,
            }
            for detour in detours
        ]
    )
    with connection.cursor() as cursor:
        if institution is None:
            cursor.execute("SELECT line, outcome FROM persons_note_requests(%s::jsonb)", [payload])
        else:
            # Not granted to the web role.
            cursor.execute(
                "SELECT line, outcome FROM persons_add_requests(%s, %s::jsonb)", [institution.pk, payload]
            )
        return cursor.fetchall()


@dataclass(frozen=True)
class _Row:
    """A line of a file: its detour, or what is wrong with it. `insz` is the number if that is right, else ""."""

    insz: str
    detour: Detour | None
    mistakes: list[WrongLine]


def _read(file: OfficeFile, allow_test: bool) -> Iterator[_Row]:
    lines = file.lines()
    heading = next(lines, None)
    names = find_columns(heading.values if heading else [], COLUMNS)
    for line in lines:
        if line.mistake:
            yield _unreadable(line.number, _("Deze rij kan niet worden gelezen. Typ ze opnieuw."))
        elif any(line.values[len(names) :]):
            yield _unreadable(line.number, _("Deze rij heeft meer waarden dan er kolommen zijn."))
        else:
            values = dict(zip(names, line.values, strict=False))
            yield _row(
                line.number, {column.name: values.get(column.name, "") for column in COLUMNS}, allow_test
            )


def _unreadable(line: int, reason: Promise) -> _Row:
    return _Row("", None, [WrongLine(line, "", reason)])


def _row(line: int, text: dict[str, str], allow_test: bool) -> _Row:
    """Read the values of one line, and find all its mistakes."""
    mistakes: list[WrongLine] = []

    def refuse(name: str, reason: str | Promise) -> None:
        mistakes.append(WrongLine(line, name, reason))

    insz = ""
    try:
        insz = normalise(text["insz"], allow_test=allow_test)
    except InvalidInsz:
        refuse("insz", _("Dit is geen INSZ. Kijk de elf cijfers na."))
    third_party = _by_word(tuple(ThirdParty.choices)).get(fold(text["third_party"]), "")
    if not third_party:
        refuse("third_party", _("Deze soort is niet bekend. Neem een van de lijst op het scherm."))
    days: dict[str, datetime.date | None] = {}
    for name in ("asked_on", "answered_on"):
        try:
            days[name] = read_day(text[name]) if text[name] else None
        except InvalidDay as error:
            refuse(name, str(error))
    if not text["asked_on"]:
        refuse("asked_on", _("Vul de dag van de vraag in."))
    result = _by_word((("1", YES), ("0", NO))).get(fold(text["result"])) if text["result"] else None
    if text["result"] and result is None:
        refuse("result", _("Schrijf ja of nee."))
    asked_on = days.get("asked_on")
    if mistakes or asked_on is None:
        return _Row(insz, None, mistakes)
    has_result = None if result is None else result == "1"
    return _Row(insz, Detour(insz, third_party, asked_on, days["answered_on"], has_result, line), [])


@cache
def _by_word(choices: tuple[tuple[str, str | Promise], ...]) -> dict[str, str]:
    """The codes by themselves and by their words on the screen, in each language, without case and spaces."""
    by_word = {fold(code): code for code, _label in choices}
    for language, _name in settings.LANGUAGES:
        with override(language):
            by_word |= {fold(str(label)): code for code, label in choices}
    return by_word
