"""Registering inscriptions: one service over the one write path the database has."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import override

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

# Their names in code, and those on the screen in Dutch and English.
COLUMNS = (
    Column("insz", ("INSZ-nummer", "rijksregisternummer", "INSZ number", "national number")),
    Column("capacity", ("hoedanigheid",)),
    Column("valid_from", ("van", "vanaf", "from", "begin", "begindatum", "eerste dag", "start", "first day")),
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
    ),
    Column("reason", ("reden", "aanleiding")),
    Column("proof", ("bewijs", "dossiernummer", "uw dossiernummer", "file reference"), required=False),
)
BATCH = 1000
MAX_TEXT = 250
# The database function checks the same bounds.
EARLIEST_START = datetime.date(1990, 1, 1)
LATEST_START = datetime.timedelta(days=366)  # from today


class ClientFileError(Exception):
    """The file cannot be read as a client list. The message says whether a row of it may have been registered."""


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


OUTCOMES = {
    "no_reason": ("reason", "A reason is required."),
    "start_far_off": ("valid_from", "Before 1990-01-01, or more than 366 days from today."),
    "no_mandate": ("capacity", "No mandate gives this institution this capacity on that day."),
    "not_allowed": ("capacity", "The mandate has others register in this capacity."),
    "period_reversed": ("valid_until", "The end lies before the beginning."),
    "period_too_long": ("valid_until", "Longer than the mandate allows."),
    "overlaps": ("valid_from", "Overlaps an inscription of the same person in the same capacity."),
}


def register(*, institution: Institution, rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Register inscriptions for the bound `institution`; return each row with its outcome.

    Outcomes: `registered`, `exists` (the same inscription exists already, under any mandate still in force; a row
    without an end is the same as one from the same day), `brought_forward` (the inscription from the same day ends
    later, and now on the last day of the row, yesterday at the earliest), or a key of `OUTCOMES`. The outcome does not
    depend on whether the KBI knows the number. Raises DatabaseError when another institution is bound, or no user;
    a command with the owner's connection needs none.
    """
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
        }
        for place, row in enumerate(rows)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, outcome FROM persons_register_inscriptions(%s, %s::jsonb) ORDER BY line",
            [institution.pk, json.dumps(payload)],
        )
        return [(rows[place], outcome) for place, outcome in cursor.fetchall()]


def import_clients(
    *, path: Path, institution: Institution, allow_test: bool, on_wrong: Callable[[WrongRow], None]
) -> Report:
    """Register the client list in `path` for `institution`; call `on_wrong` for wrong rows and register the others.

    The file is CSV or XLSX as `partners.officefiles` reads it, with the columns of `COLUMNS` in any order. A row
    that does not start between 1 January 1990 and 366 days from today is wrong. Each batch of `BATCH` rows has its own
    transaction; a second run registers the missing rows and changes no other. Raises `ClientFileError`, before it
    registers anything, when the file is unusable. Memory use does not grow with a CSV file.
    """
    report = Report()
    batch: list[Row] = []
    wrong: list[WrongRow] = []

    def flush() -> None:
        with working_for(institution):
            outcomes = register(institution=institution, rows=batch) if batch else []
        for row, outcome in outcomes:
            if outcome == "registered":
                report.registered += 1
            elif outcome == "exists":
                report.existing += 1
            elif outcome == "brought_forward":
                report.brought_forward += 1
            else:
                wrong.append(WrongRow(row.line, *OUTCOMES[outcome]))
        for each in sorted(wrong, key=lambda each: each.line):
            report.wrong += 1
            on_wrong(each)
        batch.clear()
        wrong.clear()

    with _client_file(path) as (file, names):
        report.read_as = file.read_as
        for item in _rows(file, names, allow_test):
            report.read += 1
            if isinstance(item, WrongRow):
                wrong.append(item)
            else:
                batch.append(item)
            if len(batch) + len(wrong) >= BATCH:
                flush()
        flush()
    return report


@contextmanager
def _client_file(path: Path) -> Iterator[tuple[OfficeFile, list[str]]]:
    """Open a client list, and give the names of its columns. Raises `ClientFileError` when it is unusable."""
    outcome, heading = "nothing was registered", None
    try:
        with open_file(path) as raw:
            file = OfficeFile(raw)
            heading = next(file.lines(), None)
            names = find_columns(heading.values if heading else [], COLUMNS)
            outcome = "rows before it may have been registered"  # the file changed after this
            yield file, names
    except OfficeFileError as error:
        place = f"{path.name}, line {error.line}" if error.line else path.name
        raise ClientFileError(f"{place}: {error.reason}; {outcome}.") from error
    except HeadingError as error:
        required = ", ".join(column.name for column in COLUMNS if column.required)
        raise ClientFileError(
            f"{path.name}, line {heading.number if heading else 1}: {error}. The first line names the columns"
            f" {required}, also in the words of the screen; {outcome}."
        ) from error


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
        return WrongRow(line, "", f"{len(values)} values for {len(names)} columns.")
    values_by_name = dict(zip(names, values, strict=False))
    text = {column.name: values_by_name.get(column.name, "") for column in COLUMNS}
    try:
        insz = normalise(text["insz"], allow_test=allow_test)
    except InvalidInsz as error:
        return WrongRow(line, "insz", f"Not an INSZ: {error}.")
    capacity = _capacities().get(fold(text["capacity"]))
    if capacity is None:
        return WrongRow(line, "capacity", f"Unknown; known are {', '.join(Capacity.values)}.")
    dates: dict[str, datetime.date | None] = {}
    for name in ("valid_from", "valid_until"):
        try:
            dates[name] = read_day(text[name]) if text[name] else None
        except InvalidDay as error:
            return WrongRow(line, name, str(error))
    first = dates["valid_from"]
    if first is None:
        return WrongRow(line, "valid_from", "A first day is required.")
    if not EARLIEST_START <= first <= today() + LATEST_START:
        return WrongRow(line, *OUTCOMES["start_far_off"])
    if not text["reason"]:
        return WrongRow(line, "reason", "A reason is required.")
    for name in ("reason", "proof"):
        if len(text[name]) > MAX_TEXT:
            return WrongRow(line, name, f"Longer than {MAX_TEXT} characters.")
        if not text[name].isprintable():
            return WrongRow(line, name, "Contains characters that cannot be shown.")
    return Row(line, insz, capacity, first, dates["valid_until"], text["reason"], text["proof"])
