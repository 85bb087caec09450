"""Registering inscriptions: one service over the one write path the database has."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from partners.enums import Capacity
from partners.models import Institution
from partners.officefiles import (
    Column,
    HeadingError,
    InvalidDay,
    OfficeFile,
    OfficeFileError,
    find_columns,
    fold,
    open_file,
    read_day,
)
from partners.periods import today
from partners.services import working_for

from ..insz import InvalidInsz, normalise
from ..numberhashes import hash_of
from ..rules import RULES
from . import hashing

# Their names in code, and those on the screen in Dutch and English.
COLUMNS = (
    Column(
        "insz",
        ("INSZ-nummer", "rijksregisternummer", "INSZ number", "national number"),
        label=pgettext_lazy("kolom van een cliëntenlijst", "INSZ-nummer"),
    ),
    Column("capacity", ("hoedanigheid",), label=pgettext_lazy("kolom van een cliëntenlijst", "hoedanigheid")),
    Column(
        "valid_from",
        ("van", "vanaf", "from", "begin", "begindatum", "eerste dag", "start", "first day"),
        label=pgettext_lazy("kolom van een cliëntenlijst", "van"),
    ),
    Column(
        "valid_until",
        (
            "tot en met",
            "up to and including",
            "until",
            "einde",
            "einddatum",
            "laatste dag",
            "end",
            "last day",
        ),
        label=pgettext_lazy("kolom van een cliëntenlijst", "tot en met"),
    ),
    Column("reason", ("reden", "aanleiding"), label=pgettext_lazy("kolom van een cliëntenlijst", "reden")),
    Column("proof", ("bewijs", "dossiernummer", "uw dossiernummer", "file reference"), required=False),
)
BATCH = 1000
MAX_TEXT = 250
# The database function checks the same bounds.
EARLIEST_START = datetime.date(1990, 1, 1)
LATEST_START = datetime.timedelta(days=366)  # from today


class ClientFileError(Exception):
    """The file cannot be read as a client list. The message says whether a row of it may have been registered.

    `line` is the first wrong line, None if there is none; `reason` a sentence without a full stop, without any value
    of the file.
    """

    def __init__(self, message: str, line: int | None, reason: str) -> None:
        super().__init__(message)
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class WrongRow:
    """A line that was not registered: where and why. Never repeats a value of the line.

    `line` counts from 1, the heading included; `field` is a column, "" for the row as a whole.
    """

    line: int
    field: str
    reason: str


@dataclass
class Report:
    """Counts of the rows of a client list. `existing` rows were registered before and stay as they are.

    Rows in `brought_forward` gave an inscription an earlier last day. `read_as` says how the file was read: its
    encoding and delimiter, or its sheet.
    """

    read: int = 0
    registered: int = 0
    existing: int = 0
    brought_forward: int = 0
    wrong: int = 0
    read_as: str = field(default="", compare=False)


@dataclass(frozen=True)
class Row:
    """One inscription to register. Brussels dates, both inclusive; without an end, as long as the mandate allows."""

    line: int
    insz: str
    capacity: str
    valid_from: datetime.date
    valid_until: datetime.date | None
    reason: str
    proof: str = ""


# The same words for each rule above every mandate: which one it is, the privacy officer reads in the log.
_RULED = (
    "insz",
    gettext_lazy("Dit nummer schrijft u niet in. Vraag uw privacyverantwoordelijke wie dat wel mag."),
)
OUTCOMES: dict[str, tuple[str, Promise]] = {
    **{str(rule.code): _RULED for rule in RULES},
    "no_reason": ("reason", gettext_lazy("Een reden is nodig.")),
    "start_far_off": ("valid_from", gettext_lazy("Voor 1990, of meer dan 366 dagen na vandaag.")),
    "no_mandate": (
        "capacity",
        gettext_lazy("Geen machtiging geeft uw instelling deze hoedanigheid op die dag."),
    ),
    "not_allowed": (
        "capacity",
        gettext_lazy("Volgens de machtiging schrijven anderen in deze hoedanigheid in."),
    ),
    "period_reversed": ("valid_until", gettext_lazy("De laatste dag ligt voor de eerste.")),
    "period_too_long": (
        "valid_until",
        gettext_lazy("Langer dan de machtiging toelaat. Laat de laatste dag leeg, of zet hem vroeger."),
    ),
    "overlaps": (
        "valid_from",
        gettext_lazy("Overlapt met een inschrijving van dezelfde persoon in dezelfde hoedanigheid."),
    ),
}
# Why a number is none, by `InvalidInsz.reason`.
MISTAKES: dict[str, Promise] = {
    "empty": gettext_lazy("Geen INSZ: er staan geen cijfers."),
    "characters": gettext_lazy("Geen INSZ: er staan andere tekens dan cijfers en scheidingstekens."),
    "rounded": gettext_lazy(
        "Geen INSZ: een rekenblad rondde het nummer af. Geef de kolom de opmaak tekst en typ alle cijfers opnieuw."
    ),
    "zero_lost": gettext_lazy(
        "Geen INSZ: minder dan elf cijfers; misschien liet een rekenblad een nul vooraan weg. Geef de kolom de opmaak"
        " tekst en typ het nummer opnieuw."
    ),
    "length": gettext_lazy("Geen INSZ: geen elf cijfers."),
    "several": gettext_lazy("Geen INSZ: meer dan één nummer."),
    "check_digits": gettext_lazy("Geen INSZ: de controlecijfers (de laatste twee) kloppen niet."),
    "date": gettext_lazy("Geen INSZ: geen mogelijke geboortedatum."),
    "test_number": gettext_lazy("Geen INSZ: een testnummer; die bestaan hier niet."),
}


def register(*, institution: Institution, rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Register inscriptions for the bound `institution`; return each row with its outcome.

    Outcomes: `registered`, `exists` (the same inscription exists already, under any mandate still in force; a row
    without an end is the same as one from the same day), `brought_forward` (the inscription from the same day ends
    later, and now on the last day of the row, yesterday at the earliest), or a key of `OUTCOMES`. The outcome does not
    depend on whether the KBI knows the number. Raises DatabaseError when another institution is bound, or no user;
    a command with the owner's connection needs none. Raises `hashing.OtherKey` before it registers anything when the
    hashes of numbers were made under another key.
    """
    hashing.use_key()
    return _ask("persons_register_inscriptions", institution, rows)


def judge(*, institution: Institution, rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Return each row with the outcome that `register` would have for it, all together and in this order.

    Writes nothing and lets no one wait. Raises DatabaseError when another institution is bound, or no user.
    """
    return _ask("persons_judge_inscriptions", institution, rows)


def _ask(function: str, institution: Institution, rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Return each row with its outcome from this database function."""
    rows = list(rows)
    payload = [
        {
            "line": place,
            "public_id": str(uuid.uuid4()),
            "insz": row.insz,
            "capacity": row.capacity,
            "valid_from": row.valid_from.isoformat(),
            "valid_until": row.valid_until.isoformat() if row.valid_until else None,
            "reason": row.reason,
            "proof": row.proof,
            "insz_hash": hash_of(row.insz).hex(),
        }
        for place, row in enumerate(rows)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line, outcome FROM {function}(%s, %s::jsonb) ORDER BY line",
            [institution.pk, json.dumps(payload)],
        )
        return [(rows[place], outcome) for place, outcome in cursor.fetchall()]


def follow_replaced(numbers: Iterable[str]) -> dict[str, str]:
    """Carry what the bound institution registered under replaced numbers over to the newer ones, from today on.

    `numbers` are those just registered. Returns the newer number for each that was replaced and whose inscription has
    begun; the import carries the others over. By the rule of `persons_replaced_number`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT old_insz, new_insz FROM persons_follow_registered(%s)", [list(numbers)])
        return dict(cursor.fetchall())


def import_clients(
    *, path: Path, institution: Institution, allow_test: bool, on_wrong: Callable[[WrongRow], None]
) -> Report:
    """Register the client list in `path` for `institution`; call `on_wrong` for wrong rows and register the others.

    The file is CSV or XLSX as `partners.officefiles` reads it, with the columns of `COLUMNS` in any order. A row
    that does not start between 1 January 1990 and 366 days from today is wrong. Each batch of `BATCH` rows has its own
    transaction; a second run registers the missing rows and changes no other. Raises `ClientFileError`, before it
    registers anything, when the file is unusable, and `hashing.OtherKey`. Memory use does not grow with a CSV file.
    """
    hashing.use_key()
    report = Report()
    batch: list[Row] = []
    wrong: list[WrongRow] = []

    def flush() -> None:
        with working_for(institution):
            outcomes = register(institution=institution, rows=batch) if batch else []
            follow_replaced(row.insz for row, outcome in outcomes if outcome == "registered")
        for row, outcome in outcomes:
            if outcome == "registered":
                report.registered += 1
            elif outcome == "exists":
                report.existing += 1
            elif outcome == "brought_forward":
                report.brought_forward += 1
            else:
                wrong.append(refused_row(row, outcome))
        for each in sorted(wrong, key=lambda each: each.line):
            report.wrong += 1
            on_wrong(each)
        batch.clear()
        wrong.clear()

    with client_file(path, path.name, allow_test=allow_test) as (read_as, rows):
        report.read_as = read_as
        for item in rows:
            report.read += 1
            if isinstance(item, WrongRow):
                wrong.append(item)
            else:
                batch.append(item)
            if len(batch) + len(wrong) >= BATCH:
                flush()
        flush()
    return report


def refused_row(row: Row, outcome: str) -> WrongRow:
    """Return why `row` was not registered. `outcome` is a key of `OUTCOMES`."""
    field_name, words = OUTCOMES[outcome]
    return WrongRow(row.line, field_name, str(words))


@contextmanager
def client_file(
    source: Path | BinaryIO, name: str, *, allow_test: bool, most: int | None = None
) -> Iterator[tuple[str, Iterator[Row | WrongRow]]]:
    """Open a client list; give in words how it is read, and its rows, wrong ones included, in the active language.

    `name` is the name of the file in messages. Raises `ClientFileError` when it is unusable, also while the rows are
    read; `most` bounds the rows of a workbook.
    """
    outcome, heading = _("er is niets ingeschreven"), None
    try:
        with open_file(source) if isinstance(source, Path) else nullcontext(source) as raw:
            file = OfficeFile(raw, most=most)
            heading = next(file.lines(), None)
            names = find_columns(heading.values if heading else [], COLUMNS)
            # The file changed after this.
            outcome = _("rijen ervoor zijn misschien ingeschreven")
            yield file.read_as, _rows(file, names, allow_test)
    except OfficeFileError as error:
        raise _unusable(name, error.line, error.reason, outcome) from error
    except HeadingError as error:
        required = ", ".join(str(column) for column in COLUMNS if column.required)
        reason = _("%(mistake)s. De eerste regel noemt de kolommen: %(names)s") % {
            "mistake": error,
            "names": required,
        }
        raise _unusable(name, heading.number if heading else 1, reason, outcome) from error


def _unusable(name: str, line: int | None, reason: str, outcome: str) -> ClientFileError:
    place = _("%(name)s, regel %(line)s") % {"name": name, "line": line} if line else name
    return ClientFileError(f"{place}: {reason}; {outcome}.", line, reason)


def _rows(file: OfficeFile, names: list[str], allow_test: bool) -> Iterator[Row | WrongRow]:
    lines = file.lines()
    next(lines)  # the heading
    for line in lines:
        if line.mistake:
            yield WrongRow(line.number, "", line.mistake)
        else:
            yield _row(line.number, names, line.values, allow_test)


@cache
def _capacities() -> dict[str, str]:
    """The capacities by their code and by their name on the screen, in each language, without case and spaces."""
    by_name: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            by_name |= {fold(str(capacity.label)): capacity.value for capacity in Capacity}
    return by_name | {fold(capacity.value): capacity.value for capacity in Capacity}


def _row(line: int, names: list[str], values: list[str], allow_test: bool) -> Row | WrongRow:
    if any(values[len(names) :]):
        words = _("%(values)s waarden voor %(columns)s kolommen.")
        return WrongRow(line, "", words % {"values": len(values), "columns": len(names)})
    values_by_name = dict(zip(names, values, strict=False))
    text = {column.name: values_by_name.get(column.name, "") for column in COLUMNS}
    try:
        insz = normalise(text["insz"], allow_test=allow_test)
    except InvalidInsz as error:
        return WrongRow(line, "insz", str(MISTAKES[error.reason]))
    capacity = _capacities().get(fold(text["capacity"]))
    if capacity is None:
        words = _("Onbekend; bekend zijn %(names)s.")
        return WrongRow(
            line, "capacity", words % {"names": ", ".join(str(label) for label in Capacity.labels)}
        )
    dates: dict[str, datetime.date | None] = {}
    for name in ("valid_from", "valid_until"):
        try:
            dates[name] = read_day(text[name]) if text[name] else None
        except InvalidDay as error:
            return WrongRow(line, name, str(error))
    first = dates["valid_from"]
    if first is None:
        return WrongRow(line, "valid_from", _("Een eerste dag is nodig."))
    if not EARLIEST_START <= first <= today() + LATEST_START:
        return WrongRow(line, "valid_from", str(OUTCOMES["start_far_off"][1]))
    if not text["reason"]:
        return WrongRow(line, "reason", _("Een reden is nodig."))
    for name in ("reason", "proof"):
        if len(text[name]) > MAX_TEXT:
            return WrongRow(line, name, _("Langer dan %(number)s tekens.") % {"number": MAX_TEXT})
        if not text[name].isprintable():
            return WrongRow(line, name, _("Er staan tekens in die niet te tonen zijn."))
    return Row(line, insz, capacity, first, dates["valid_until"], text["reason"], text["proof"])
