"""Read a file with expectations, and find every mistake in it.

A file has a line for each expectation, with the columns of `COLUMNS`, and is CSV, XLSX or ODS as
`partners.officefiles` reads it. A line is about an institution (its name, or its KBO number) or about a kind, in the
column `soort`. Months are YYYY-MM; without a last one the expectation has no end. Two lines of a file about the same
institution or kind may not have a month in common.
"""

from __future__ import annotations

import datetime
import io
import re
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.officefiles import Column, HeadingError, Line, OfficeFile, OfficeFileError, find_columns
from partners.texts import name_key

from ...enums import Basis
from ...services.filereading import (
    HEADER,
    LINE,
    MOST_MISTAKES,
    Mistake,
    Refused,
    institution_key,
    institutions_by_key,
    line_mistake,
    month_of,
    shown,
    text_of,
)
from . import checking
from .checking import Draft, Scope, mistakes_in

INSTITUTION, KIND, FIRST, LAST, BASIS, NUMBER, SHARE = (
    *("instelling", "soort", "van", "tot", "grondslag", "aantal", "knelpunt"),
)
COLUMNS = (
    Column(INSTITUTION, ("institution",), required=False),
    Column(KIND, ("kind",), required=False),
    Column(FIRST, ("from", "van maand")),
    Column(LAST, ("until", "tot en met", "tot en met maand"), required=False),
    Column(BASIS, ("basis",)),
    Column(NUMBER, ("number",)),
    Column(SHARE, ("bottleneck", "knelpunt onder", "knelpunt onder (%)"), required=False),
)
# The words of a file for a basis.
BASES = {
    "per maand": Basis.MONTHLY,
    "per cliënt per kwartaal": Basis.PER_CLIENT,
    "geen": Basis.NONE,
    "per month": Basis.MONTHLY,
    "per client per quarter": Basis.PER_CLIENT,
    "none": Basis.NONE,
}
WORDS = ("per maand", "per cliënt per kwartaal", "geen")
DEFAULT_SHARE = 50
# In which column of a file a mistake in a field is.
_COLUMN_OF = {
    checking.INSTITUTION: INSTITUTION,
    checking.KIND: KIND,
    checking.FIRST: FIRST,
    checking.LAST: LAST,
    checking.NUMBER: NUMBER,
    checking.SHARE: SHARE,
}


@dataclass
class Reading:
    """The contents of a file: how it is read, its columns, an expectation by line, and its mistakes.

    `by_scope` has the lines about the same institution or kind, in the order of their first months.
    """

    read_as: str = ""
    columns: list[str] = field(default_factory=list)
    drafts: dict[int, Draft] = field(default_factory=dict)
    by_scope: dict[Scope, list[tuple[datetime.date, int]]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, line: int | None, column: str, words: str) -> None:
        """Add a mistake."""
        self.mistakes.append(Mistake(line, column, words))


def read_expectations(content: bytes) -> Reading:
    """Return what a file says. Raises Refused with every mistake in it."""
    reading = Reading()
    institutions = institutions_by_key(Institution.objects.all())
    try:
        file = OfficeFile(io.BytesIO(content))
        reading.read_as = file.read_as
        lines = file.lines()
        if _read_heading(next(lines, None), reading):
            for line in lines:
                _read_line(line, institutions, reading)
                if len(reading.mistakes) >= MOST_MISTAKES:
                    reading.wrong(None, "", _("er zijn er nog meer: verbeter deze eerst"))
                    break
            if not reading.drafts and not reading.mistakes:
                reading.wrong(None, "", _("het bestand bevat geen verwachtingen"))
    except OfficeFileError as error:
        reading.wrong(error.line, str(LINE), error.reason)
    if reading.mistakes:
        raise Refused(reading.mistakes)
    return reading


def _read_heading(heading: Line | None, reading: Reading) -> bool:
    """Set the columns of `reading`. Return False, with the mistake in `reading`, if the heading is wrong."""
    if heading is None:
        reading.wrong(None, "", _("het bestand is leeg"))
        return False
    mistake = heading.mistake
    try:
        reading.columns = find_columns(heading.values, COLUMNS)
    except HeadingError as error:
        mistake = mistake or str(error)
    if not mistake and not {INSTITUTION, KIND} & set(reading.columns):
        mistake = _("één van de kolommen instelling en soort is nodig")
    if any(value for value, name in zip(heading.values, reading.columns, strict=False) if not name):
        mistake = mistake or _("er is een andere kolom")
    if mistake:
        columns = ",".join(column.name for column in COLUMNS)
        words = _("de kolommen zijn %(columns)s; %(mistake)s") % {"columns": columns, "mistake": mistake}
        reading.wrong(heading.number, str(HEADER), words)
    return not mistake


def _read_line(line: Line, institutions: Mapping[str, Institution], reading: Reading) -> None:
    if mistake := line_mistake(line, reading.columns):
        reading.wrong(line.number, str(LINE), mistake)
        return
    text = text_of(line, reading.columns)
    before = len(reading.mistakes)
    institution = _institution(text.get(INSTITUTION, ""), line.number, institutions, reading)
    kind = _kind(text.get(KIND, ""), line.number, reading)
    first = _month(text[FIRST], FIRST, line.number, reading)
    last = _month(text[LAST], LAST, line.number, reading) if text.get(LAST) else None
    basis = _basis(text[BASIS], line.number, reading)
    number = _number(text[NUMBER], line.number, reading)
    share = _share(text.get(SHARE, ""), line.number, reading)
    if len(reading.mistakes) > before or first is None or basis is None:
        return
    draft = Draft(institution, kind, first, last, basis, number, share)
    for where, words in mistakes_in(draft):
        reading.wrong(line.number, _COLUMN_OF[where], words)
    if len(reading.mistakes) == before:
        _keep(draft, line.number, reading)


def _keep(draft: Draft, line: int, reading: Reading) -> None:
    """Add the draft of a line to `reading`, or a mistake if an earlier line has one of its months."""
    lines = reading.by_scope.setdefault(draft.scope, [])
    place = bisect(lines, (draft.first_month, line))
    # The lines before have no month in common: the first one that meets the draft is beside its place.
    for first, other in lines[max(place - 1, 0) : place + 1]:
        if draft.meets(reading.drafts[other]):
            words = _("%(month)s van %(institution)s staat al op regel %(line)s")
            month = max(draft.first_month, first)
            values = {"month": f"{month:%Y-%m}", "institution": draft.name, "line": other}
            reading.wrong(line, FIRST, words % values)
            return
    lines.insert(place, (draft.first_month, line))
    reading.drafts[line] = draft


def _institution(
    text: str, line: int, institutions: Mapping[str, Institution], reading: Reading
) -> Institution | None:
    if not text:
        return None
    institution = institutions.get(institution_key(text))
    if institution is None:
        words = _("geen instelling heet %(name)s of heeft dat KBO-nummer")
        reading.wrong(line, INSTITUTION, words % {"name": shown(text)})
    return institution


def _kind(text: str, line: int, reading: Reading) -> str:
    """Return the kind with this code or this name on the screen, "" for none."""
    if not text:
        return ""
    key = name_key(text)
    for kind in InstitutionKind:
        if key in {name_key(kind.value), name_key(str(kind.label))}:
            return str(kind.value)
    kinds = ", ".join(InstitutionKind.values)
    words = _("verwacht: een van %(expected)s, gevonden: %(text)s")
    reading.wrong(line, KIND, words % {"expected": kinds, "text": shown(text)})
    return ""


def _month(text: str, column: str, line: int, reading: Reading) -> datetime.date | None:
    month = month_of(text)
    if month is None:
        words = _("verwacht: een maand als JJJJ-MM, gevonden: %(text)s")
        reading.wrong(line, column, words % {"text": shown(text)})
        return None
    return datetime.date.fromisoformat(f"{month}-01")


def _basis(text: str, line: int, reading: Reading) -> Basis | None:
    basis = BASES.get(name_key(text))
    if basis is None:
        words = _("verwacht: een van %(expected)s, gevonden: %(text)s")
        reading.wrong(line, BASIS, words % {"expected": ", ".join(WORDS), "text": shown(text)})
    return basis


def _number(text: str, line: int, reading: Reading) -> Decimal | None:
    """Return the number, None for an empty one."""
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?", text, re.ASCII):
        return Decimal(text.replace(",", "."))
    words = _("verwacht: een getal vanaf 0, zonder punten of spaties tussen duizenden, gevonden: %(text)s")
    reading.wrong(line, NUMBER, words % {"text": shown(text)})
    return None


def _share(text: str, line: int, reading: Reading) -> int:
    """Return the percentage; that of the form if there is none."""
    if not text:
        return DEFAULT_SHARE
    if match := re.fullmatch(r"([0-9]{1,3}) ?%?", text, re.ASCII):
        return int(match[1])
    words = _("verwacht: een percentage van 1 tot en met 100, gevonden: %(text)s")
    reading.wrong(line, SHARE, words % {"text": shown(text)})
    return DEFAULT_SHARE
