"""Registering inscriptions: one service over the one write path the database has."""

from __future__ import annotations

import codecs
import csv
import datetime
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.db import connection

from partners.enums import Capacity
from partners.models import Institution
from partners.periods import today
from partners.services import working_for

from ..insz import InvalidInsz, normalise

COLUMNS = ("insz", "capacity", "valid_from", "valid_until", "reason")
OPTIONAL = ("proof",)
BATCH = 1000
MAX_LINE = 4096  # characters
MAX_TEXT = 250
# The database function holds the same bounds.
EARLIEST_START = datetime.date(1990, 1, 1)
LATEST_START = datetime.timedelta(days=366)  # from today
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class ClientFileError(Exception):
    """The file as a whole cannot be read; nothing of it was registered."""


@dataclass(frozen=True)
class WrongRow:
    """One line that was not registered: where and why. Never repeats what stands in it.

    `line` counts from 1, the heading included; `field` is a column, "" for the row as a whole.
    """

    line: int
    field: str
    reason: str


@dataclass
class Report:
    """How a client list went in; `existing` rows were registered before, and nothing changed."""

    read: int = 0
    registered: int = 0
    existing: int = 0
    wrong: int = 0


@dataclass(frozen=True)
class Row:
    """One wanted inscription; Brussels dates, both inclusive. Without an end: as long as the mandate allows."""

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
    "period_reversed": ("valid_until", "The end lies before the beginning."),
    "period_too_long": ("valid_until", "Longer than the mandate allows."),
    "overlaps": ("valid_from", "Overlaps an inscription of the same person in the same capacity."),
}


def register(*, institution: Institution, rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Register inscriptions for the bound `institution` and say of each row what came of it.

    Outcomes: `registered`, `exists` (the same inscription was there already, under whichever mandate that still
    holds; of a row without an end, one from the same day), or a key of `OUTCOMES`. The answer is the same whether or
    not the KBI knows the number. Raises DatabaseError when another institution is bound.
    """
    wanted = list(rows)
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
        for place, row in enumerate(wanted)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, outcome FROM persons_register_inscriptions(%s, %s::jsonb) ORDER BY line",
            [institution.pk, json.dumps(payload)],
        )
        return [(wanted[place], outcome) for place, outcome in cursor.fetchall()]


def import_clients(
    *, path: Path, institution: Institution, allow_test: bool, on_wrong: Callable[[WrongRow], None]
) -> Report:
    """Register the client list in `path` for `institution`; `on_wrong` is told of wrong rows, the rest goes in.

    A CSV file in UTF-8 (with or without BOM) with the columns of `COLUMNS` and perhaps `OPTIONAL`, in any order,
    comma or semicolon, a row a line, dates as YYYY-MM-DD. Rows that do not start between 1 January 1990 and 366 days
    from today are wrong ones. Rows go in batches of `BATCH`, each its own transaction; running again finishes and
    changes nothing twice. Raises `ClientFileError` when the file as a whole is unusable, before anything is
    registered. Memory does not grow with the file.
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
            else:
                wrong.append(WrongRow(row.line, *OUTCOMES[outcome]))
        for each in sorted(wrong, key=lambda each: each.line):
            report.wrong += 1
            on_wrong(each)
        batch.clear()
        wrong.clear()

    check_readable(path)
    for item in read_client_file(path, allow_test=allow_test):
        report.read += 1
        if isinstance(item, WrongRow):
            wrong.append(item)
        else:
            batch.append(item)
        if len(batch) + len(wrong) >= BATCH:
            flush()
    flush()
    return report


def check_readable(path: Path) -> None:
    """Raise `ClientFileError` unless the whole file is UTF-8 text with the expected columns."""
    if not path.is_file():
        raise ClientFileError(f"{path.name}: no such file. Nothing was registered.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        with path.open("rb") as raw:
            while chunk := raw.read(1 << 20):
                decoder.decode(chunk)
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
        with path.open(encoding="utf-8-sig", newline="") as handle:
            _heading(handle, path)
    except UnicodeDecodeError as error:
        # of a character cut in two the first part was counted with the chunk before
        line += error.object[: error.start].count(b"\n")
        raise ClientFileError(
            f"{path.name}, line {line}: not UTF-8. Save it as UTF-8; nothing was registered."
        ) from error
    except OSError as error:
        raise ClientFileError(f"{path.name}: {error.strerror}. Nothing was registered.") from error


def _heading(handle: TextIO, path: Path) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns; raises `ClientFileError` when they will not do."""
    text = handle.readline(MAX_LINE + 1)
    delimiter = ";" if text.count(";") > text.count(",") else ","
    try:
        names = [name.strip().lower() for name in _values(text, delimiter)]
    except csv.Error:
        names = []
    wrong = ""
    if missing := [name for name in COLUMNS if name not in names]:
        wrong = f"column missing: {', '.join(missing)}"
    elif double := [name for name in (*COLUMNS, *OPTIONAL) if names.count(name) > 1]:
        wrong = f"column twice: {', '.join(double)}"
    if wrong:
        raise ClientFileError(
            f"{path.name}, line 1: {wrong}. The first line names the columns {', '.join(COLUMNS)}, with commas or "
            "semicolons between them; nothing was registered."
        )
    return delimiter, names


def _values(line: str, delimiter: str) -> list[str]:
    """The values of one line. Each line is read by itself: a quote left open must not swallow those after it."""
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, strict=True), [])


def read_client_file(path: Path, *, allow_test: bool) -> Iterator[Row | WrongRow]:
    """The rows of a client list, each as a `Row` or as the reason it is none. Streams; memory stays flat.

    Empty lines, and lines of delimiters alone (spreadsheets leave them at the end), are passed over.
    """
    with path.open(encoding="utf-8-sig", newline="") as handle:
        delimiter, names = _heading(handle, path)
        number = 1
        while text := handle.readline(MAX_LINE + 1):
            number += 1
            if len(text) > MAX_LINE:
                while text and not text.endswith(("\n", "\r")):
                    text = handle.readline(1 << 16)
                yield WrongRow(number, "", f"Longer than {MAX_LINE} characters.")
                continue
            try:
                values = _values(text, delimiter)
            except csv.Error:
                yield WrongRow(number, "", "A quotation mark is not closed, or stands inside a value.")
                continue
            if any(value and not value.isspace() for value in values):
                yield _row(number, names, values, allow_test)


def _row(line: int, names: list[str], values: list[str], allow_test: bool) -> Row | WrongRow:
    if len(values) > len(names):
        return WrongRow(line, "", f"{len(values)} values for {len(names)} columns.")
    given = dict(zip(names, (value.strip() for value in values), strict=False))
    text = {name: given.get(name, "") for name in (*COLUMNS, *OPTIONAL)}
    try:
        insz = normalise(text["insz"], allow_test=allow_test)
    except InvalidInsz as error:
        return WrongRow(line, "insz", f"Not an INSZ: {error}.")
    if text["capacity"] not in Capacity.values:
        return WrongRow(line, "capacity", f"Unknown; known are {', '.join(Capacity.values)}.")
    dates: dict[str, datetime.date | None] = {}
    for name in ("valid_from", "valid_until"):
        try:
            dates[name] = _date(text[name]) if text[name] else None
        except ValueError:
            return WrongRow(line, name, "Not a date; write YYYY-MM-DD.")
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
            return WrongRow(line, name, "Holds characters that cannot be shown.")
    return Row(line, insz, text["capacity"], first, dates["valid_until"], text["reason"], text["proof"])


def _date(text: str) -> datetime.date:
    """A date as YYYY-MM-DD; ValueError for anything else, the other forms of ISO 8601 included."""
    if not _DATE.fullmatch(text):
        raise ValueError("not YYYY-MM-DD")
    return datetime.date.fromisoformat(text)
