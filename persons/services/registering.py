"""Registering inscriptions: one service over the one write path the database has."""

from __future__ import annotations

import csv
import datetime
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from partners.enums import Capacity
from partners.models import Institution
from partners.services import working_for

from ..insz import InvalidInsz, normalise

COLUMNS = ("insz", "capacity", "valid_from", "valid_until", "reason")
BATCH = 1000
MAX_LINE = 4096


class ClientFileError(Exception):
    """The file as a whole cannot be read; nothing of it was registered."""


@dataclass(frozen=True)
class WrongRow:
    """One line that was not registered: where and why. Never repeats the number itself."""

    line: int
    field: str
    reason: str


@dataclass
class Report:
    """How a client list went in."""

    read: int = 0
    registered: int = 0
    existing: int = 0
    wrong: list[WrongRow] = field(default_factory=list)


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
    "no_mandate": ("capacity", "No mandate gives this institution this capacity on that day."),
    "period_reversed": ("valid_until", "The end lies before the beginning."),
    "period_too_long": ("valid_until", "Longer than the mandate allows."),
    "overlaps": ("valid_from", "Overlaps an inscription of the same person in the same capacity."),
}


def register(*, institution: Institution, rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Register inscriptions for the bound `institution` and say of each row what came of it.

    Outcomes: `registered`, `exists` (the same inscription was there already), or a key of `OUTCOMES`. The answer is
    the same whether or not the KBI knows the number. Raises DatabaseError when another institution is bound.
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
            "SELECT line, outcome FROM persons_register_inscriptions(%s, %s::jsonb)",
            [institution.pk, json.dumps(payload)],
        )
        return [(wanted[place], outcome) for place, outcome in cursor.fetchall()]


def import_clients(*, path: Path, institution: Institution, allow_test: bool) -> Report:
    """Register the client list in `path` for `institution`; wrong rows are reported by line, the rest goes in.

    A CSV file in UTF-8 with the columns of `COLUMNS`, comma or semicolon, dates as YYYY-MM-DD. Rows go in batches of
    `BATCH`, each its own transaction; running again finishes and changes nothing twice. Raises `ClientFileError`
    when the file as a whole is unusable, before anything is registered.
    """
    report = Report()
    batch: list[Row] = []

    def flush() -> None:
        if not batch:
            return
        with working_for(institution):
            for row, outcome in register(institution=institution, rows=batch):
                if outcome == "registered":
                    report.registered += 1
                elif outcome == "exists":
                    report.existing += 1
                else:
                    name, reason = OUTCOMES[outcome]
                    report.wrong.append(WrongRow(row.line, name, _(reason)))
        batch.clear()

    check_readable(path)
    for item in read_client_file(path, allow_test=allow_test):
        report.read += 1
        if isinstance(item, WrongRow):
            report.wrong.append(item)
            continue
        batch.append(item)
        if len(batch) >= BATCH:
            flush()
    flush()
    report.wrong.sort(key=lambda row: row.line)
    return report


def check_readable(path: Path) -> None:
    """Raise `ClientFileError` unless the whole file is UTF-8 text with the expected columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = handle.readline(MAX_LINE)
            while handle.read(1 << 20):
                pass
    except UnicodeDecodeError as error:
        raise ClientFileError(
            f"{path.name}: not UTF-8 at byte {error.start}; nothing was registered."
        ) from error
    except OSError as error:
        raise ClientFileError(f"{path.name}: {error.strerror}.") from error
    names = [name.strip().lower() for name in header.strip().split(_delimiter(header))]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise ClientFileError(
            f"{path.name}, line 1: column missing: {', '.join(missing)}; nothing was registered."
        )


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def read_client_file(path: Path, *, allow_test: bool) -> Iterator[Row | WrongRow]:
    """The rows of a client list, each as a `Row` or as the reason it is none. Streams; memory stays flat."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        delimiter = _delimiter(handle.readline(MAX_LINE))
        handle.seek(0)
        lines = _bounded(handle)
        reader = csv.DictReader(lines, delimiter=delimiter)
        reader.fieldnames = [str(name).strip().lower() for name in reader.fieldnames or []]
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield WrongRow(reader.line_num, "", f"Not a CSV line: {error}.")
                continue
            yield _row(reader.line_num, record, allow_test)


def _bounded(handle: Iterable[str]) -> Iterator[str]:
    for line in handle:
        yield line if len(line) <= MAX_LINE else line[:MAX_LINE] + "\n"


def _row(line: int, record: dict, allow_test: bool) -> Row | WrongRow:
    values = {name: (record.get(name) or "").strip() for name in (*COLUMNS, "proof")}
    if None in record:
        return WrongRow(line, "", _("More values than columns."))
    try:
        insz = normalise(values["insz"], allow_test=allow_test)
    except InvalidInsz as error:
        return WrongRow(line, "insz", f"INSZ: {error.reason}.")
    if values["capacity"] not in Capacity.values:
        return WrongRow(line, "capacity", _("Unknown capacity; known: %s.") % ", ".join(Capacity.values))
    dates: dict[str, datetime.date | None] = {}
    for name in ("valid_from", "valid_until"):
        try:
            dates[name] = datetime.date.fromisoformat(values[name]) if values[name] else None
        except ValueError:
            return WrongRow(line, name, _("Not a date; write YYYY-MM-DD."))
    if dates["valid_from"] is None:
        return WrongRow(line, "valid_from", _("A first day is required."))
    if not values["reason"]:
        return WrongRow(line, "reason", _("A reason is required."))
    if len(values["reason"]) > 250 or len(values["proof"]) > 250:
        return WrongRow(line, "reason", _("At most 250 characters."))
    return Row(
        line,
        insz,
        values["capacity"],
        dates["valid_from"],
        dates["valid_until"],
        values["reason"],
        values["proof"],
    )
