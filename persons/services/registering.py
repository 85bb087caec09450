"""Registering inscriptions: one service over the one write path the database has."""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from partners.enums import Capacity
from partners.models import Institution
from partners.officefiles import HOW_TO_SAVE, Line, NotUtf8, check_text, read_lines
from partners.periods import today
from partners.services import working_for

from ..insz import InvalidInsz, normalise

COLUMNS = ("insz", "capacity", "valid_from", "valid_until", "reason")
OPTIONAL = ("proof",)
BATCH = 1000
MAX_TEXT = 250
# The database function checks the same bounds.
EARLIEST_START = datetime.date(1990, 1, 1)
LATEST_START = datetime.timedelta(days=366)  # from today
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class ClientFileError(Exception):
    """The file cannot be read as a client list. No row of it was registered."""


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
    """Counts of the rows of a client list. `existing` rows were registered before and stay as they are."""

    read: int = 0
    registered: int = 0
    existing: int = 0
    wrong: int = 0


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
    without an end is the same as one from the same day), or a key of `OUTCOMES`. The outcome does not depend on
    whether the KBI knows the number. Raises DatabaseError when another institution is bound.
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

    The file is CSV in UTF-8 as `partners.officefiles` reads it, with the columns of `COLUMNS` and optionally
    `OPTIONAL` in any order, one row a line, and dates as YYYY-MM-DD. A row that does not start between 1 January 1990
    and 366 days from today is wrong. Each batch of `BATCH` rows has its own transaction; a second run registers the
    missing rows and changes no other. Raises `ClientFileError`, before it registers anything, when the file is
    unusable. Memory use does not grow with the file.
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
    try:
        with path.open("rb") as raw:
            check_text(raw)
        with path.open(encoding="utf-8-sig", newline="") as text:
            _columns(read_lines(text), path)
    except NotUtf8 as error:
        raise ClientFileError(
            f"{path.name}, line {error.line}: not UTF-8. {HOW_TO_SAVE}; nothing was registered."
        ) from error
    except OSError as error:
        raise ClientFileError(f"{path.name}: {error.strerror}. Nothing was registered.") from error


def _columns(lines: Iterator[Line], path: Path) -> list[str]:
    """Return the names of the columns from the first of `lines`. Raises `ClientFileError` when they are wrong."""
    heading = next(lines, None)
    names = [name.lower() for name in heading.values] if heading else []
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
    return names


def read_client_file(path: Path, *, allow_test: bool) -> Iterator[Row | WrongRow]:
    """Yield the rows of a client list, each as a `Row` or as a `WrongRow` with the reason. Memory use stays flat."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = read_lines(text)
        names = _columns(lines, path)
        for line in lines:
            if line.mistake:
                yield WrongRow(line.number, "", line.mistake)
            else:
                yield _row(line.number, names, line.values, allow_test)


def _row(line: int, names: list[str], values: list[str], allow_test: bool) -> Row | WrongRow:
    if any(values[len(names) :]):
        return WrongRow(line, "", f"{len(values)} values for {len(names)} columns.")
    values_by_name = dict(zip(names, values, strict=False))
    text = {name: values_by_name.get(name, "") for name in (*COLUMNS, *OPTIONAL)}
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
            return WrongRow(line, name, "Contains characters that cannot be shown.")
    return Row(line, insz, text["capacity"], first, dates["valid_until"], text["reason"], text["proof"])


def _date(text: str) -> datetime.date:
    """Return the date written as YYYY-MM-DD. Raises ValueError for any other form, ISO 8601 included."""
    if not _DATE.fullmatch(text):
        raise ValueError("not YYYY-MM-DD")
    return datetime.date.fromisoformat(text)
