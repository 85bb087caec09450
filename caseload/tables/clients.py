"""The client list as a table: its columns, their order, and the values in a row."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import downloads
from partners.downloads import Sheet
from partners.enums import Capacity
from partners.periods import today
from partners.rowtables import Head, RowTable, column
from persons import formats
from persons.attendance import DEFAULT_RULE, Part
from persons.enums import STATUSES
from persons.insz import format_insz
from persons.listparts import ListPart
from persons.models import ClientListEntry
from persons.presentation.doubts import Mark, marks_of
from persons.querysets import ClientListQuerySet
from persons.sortkeys import SORT_KEYS
from persons.urgency import by_urgency

from ..paging import Range, reverse
from ..services.lists import ENDING_SOON, ClientLines
from .cells import ANSWERS, Answer, PartCell, answer_cell, is_withheld, lower_first, outlooks, part_cells

FRESH = datetime.timedelta(days=7)  # older data carry a warning


class NextLesson(NamedTuple):
    """The day of the next lesson, and its hour and part ("9.00 NT2"); both "" without one."""

    day: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """The values of one line; `parts` follow the columns of the table. `number` is set when others have this name.

    `others` are the further capacities in which the institution has this client, as words. `age` is that of the data,
    when they are older than a week. `withheld`: the page has no column of attendance. `answers` are those of Wooncode,
    and `relief` says why they do not bind the client: exempt, or suspended today. `is_own`: the client is in the
    caseload of the user. It, `relief`, `course`, `lesson` and `colleagues` are None where the table does not have that
    column.
    `is_new`: the client fell below the norm, or out of reach, since the user's last visit.
    """

    public_id: uuid.UUID
    name: str
    number: str
    birth_year: str
    capacity: str
    others: str
    other_count: int
    parts: list[PartCell]
    verdict: str
    outlooks: list[str]
    answers: list[Answer]
    relief: str | None
    course: str | None
    lesson: NextLesson | None
    colleagues: str | None
    is_own: bool | None
    until: str
    ends_soon: bool
    age: str
    doubts: list[Mark]
    withheld: bool
    is_new: bool

    @property
    def said(self) -> str:
        """What the last cell says, as one text: a narrow cell cuts it off."""
        return " · ".join([*(f"{mark.word}: {mark.explanation}" for mark in self.doubts), *self.outlooks])


def _column(header: Promise, look: str, order_by: tuple[str, ...] = (), title: Promise | None = None) -> Head:
    """A column of class `look`. Its head is a link when it has the fields to sort by; `title` explains a short head."""
    return column(header, look, title=title, orderable=bool(order_by), order_by=order_by or None)


def _by(name: str) -> tuple[str, ...]:
    """The order by a column of `SORT_KEYS`."""
    return (f"by_{name}", "sort_key", "inscription_id")


class Whose(Enum):
    """What a client list says of caseloads."""

    NOT_SAID = auto()
    OWN = auto()  # all clients are in the own caseload
    NAMED = auto()


class ClientTable(ClientLines):
    """The client list: one line for each inscription, sorted by urgency, by name or by the end of the inscription.

    The columns are django-tables2's own; the template loops over `page_rows`, because the stock template looks up
    accessor, signature and attributes for every cell (14 ms for 50 rows against 4 ms).
    """

    client = _column(gettext_lazy("Cliënt"), "c-client", order_by=("sort_key", "inscription_id"))
    capacity = _column(gettext_lazy("Hoedanigheid"), "c-capacity")
    mo = _column(
        gettext_lazy("MO"), "c-part", order_by=_by("mo"), title=gettext_lazy("Maatschappelijke oriëntatie")
    )
    nt2 = _column(
        gettext_lazy("NT2"), "c-part", order_by=_by("nt2"), title=gettext_lazy("Nederlands als tweede taal")
    )
    plo = _column(gettext_lazy("PLO"), "c-part", order_by=_by("plo"), title=gettext_lazy("Loopbaan"))
    course = _column(gettext_lazy("Cursus"), "c-course")
    integration = _column(
        ANSWERS["integration"], "c-answer", title=gettext_lazy("Voldoet aan de inburgeringsbereidheid")
    )
    language = _column(ANSWERS["language"], "c-answer", title=gettext_lazy("Voldoet aan de taalbereidheid"))
    level = _column(ANSWERS["level"], "c-answer", title=gettext_lazy("Voldoet aan de taalkennisvereiste"))
    relief = _column(
        gettext_lazy("Vrijstelling"), "c-relief", title=gettext_lazy("Vrijgesteld of opgeschort")
    )
    standing = _column(gettext_lazy("Status"), "c-standing", order_by=_by("standing"))
    slack = _column(gettext_lazy("Speling"), "c-slack", order_by=("urgency", "sort_key", "inscription_id"))
    lesson = _column(gettext_lazy("Volgende les"), "c-lesson", order_by=_by("lesson"))
    end = _column(
        gettext_lazy("Inschrijving tot en met"),
        "c-end",
        order_by=("valid_until", "sort_key", "inscription_id"),
    )
    as_of = _column(gettext_lazy("Bijgewerkt"), "c-age")
    colleague = _column(gettext_lazy("Collega"), "c-colleague", order_by=_by("colleague"))
    own = _column(gettext_lazy("In mijn caseload"), "c-own")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients worklist"}

    row_template = "caseload/includes/client_row.html"
    # Set it before the table is drawn; None: nothing is new.
    new_since: datetime.datetime | None = None

    def __init__(
        self,
        data: ClientListQuerySet,
        *,
        sort: str = "",
        usual: str = "slack",
        whose: Whose = Whose.NOT_SAID,
        own_courses: bool = False,
        is_short: bool = False,
    ) -> None:
        """`sort` names one sortable column, with "-" for descending; anything else sorts by `usual`.

        Columns without an index sort in a list that `is_short` only (`services.lists.is_short`).

        `whose` says whether the rows have a star, and a colleague where the next lesson is otherwise. `own_courses`:
        the institution is a school, so the lines have its own courses, with their names.
        """
        self.sort_key = sort.removeprefix("-") if is_short else ""
        self.own_courses = own_courses
        self.names_colleagues = whose is Whose.NAMED
        self.usual = usual
        hidden = [
            "lesson" if self.names_colleagues else "colleague",
            *(["own"] if whose is Whose.NOT_SAID else []),
        ]
        fixed = {*hidden, *(() if is_short else SORT_KEYS)}
        sortable = {name for name, head in self.base_columns.items() if head.orderable and name not in fixed}
        super().__init__(
            self.with_sort_key(data), order_by=sort if sort.removeprefix("-") in sortable else usual
        )
        for name in hidden:
            self.columns.hide(name)
        for name in fixed:
            self.columns.columns[name].column.orderable = False

    def with_sort_key(self, lines: ClientListQuerySet) -> ClientListQuerySet:
        """Return `lines` with the value by which this table sorts, if that is none of their own."""
        expression = SORT_KEYS.get(self.sort_key)
        return lines.annotate(**{f"by_{self.sort_key}": expression()}) if expression else lines

    @property
    def sort(self) -> str:
        """The order as it appears in an address: "" for the usual one."""
        alias = ",".join(self.order_by)
        return "" if alias == self.usual else alias

    @property
    def ranges(self) -> Sequence[Range]:  # type: ignore[override]
        """By urgency the list is two ranges: the lines that are outdated come before the others."""
        match ",".join(self.order_by):
            case "slack":
                return by_urgency(today())
            case "-slack":
                return reverse(by_urgency(today()))
        return ()

    @property
    def outdated_range(self) -> int | None:  # type: ignore[override]
        return {"slack": 0, "-slack": 1}.get(",".join(self.order_by))

    @property
    def caption(self) -> str:
        """How to read the bars, and the rule behind them."""
        return _(
            "Aanwezigheid per onderdeel, van links naar rechts: wat zeker is, wat nog kan, wat verloren is. Het"
            " streepje is de norm (80 % tenzij het bericht anders zegt), het pijltje het percentage tot nu. {rule}."
        ).format(rule=capfirst(formats.rule_words(DEFAULT_RULE.code)))

    @cached_property
    def page_rows(self) -> list[ClientRow]:
        """The rows of the page. Read it before the columns, of which a page shows those that say something.

        The client's cell has the capacity, and the end and the age of the data where they need attention. Where no line
        gives attendance, the end is what there is to know.
        """
        entries: list[ClientListEntry] = list(self.page.object_list)
        rows = self._rows(entries)
        for name in ("capacity", "as_of") if rows and rows[0].withheld else ("capacity", "as_of", "end"):
            self.columns.hide(name)
        return rows

    def _hide_what_says_nothing(self, entries: Sequence[ClientListEntry]) -> None:
        """Hide the columns that none of these lines has values for. The answers of Wooncode replace attendance.

        PLO gets its column only for figures: in messages of 02.00 its courses have no lessons, and the cell of the
        slack says what there is to say about such a part.
        """
        parts = {
            part["part"]
            for entry in entries
            for part in entry.parts or ()
            if part["part"] != Part.PLO or part["cut"] is not None
        }
        if self.own_courses:
            hidden = {part.lower() for part in Part if part not in parts}
        else:
            hidden = {"course"} | ({"plo"} - {part.lower() for part in parts})
        if is_withheld(entries):
            hidden |= {"standing", "slack", "lesson", "course", *(part.lower() for part in Part)}
        if not is_withheld(entries) or not any(entry.housing for entry in entries):
            hidden |= {"relief", *ANSWERS}
        elif not any(formats.relief(entry.housing) for entry in entries):
            hidden.add("relief")
        for name in hidden:
            self.columns.hide(name)

    def sheet(self, name: str, entries: Sequence[ClientListEntry]) -> Sheet:
        """Return `entries` as a file named `name`: the columns of the page, with birth date and INSZ after the client.

        Columns that the mandates of all these lines withhold are left out.
        """
        rows = self._rows(entries)
        self.columns.hide("own")
        columns = [column.name for column in self.columns]
        head: list[downloads.Value] = [str(column.header) for column in self.columns]
        after_client = columns.index("client") + 1
        head[after_client:after_client] = [_("Geboortedatum"), _("INSZ")]
        body = [_file_cells(columns, entry, row) for entry, row in zip(entries, rows, strict=True)]
        if "standing" not in columns and any(row.doubts for row in rows):
            # Where there is a status, its cell has the doubts.
            head.append(_("Let op"))
            for cells, row in zip(body, rows, strict=True):
                cells.append("; ".join(f"{mark.word}: {mark.explanation}" for mark in row.doubts))
        return Sheet(name, [head, *body])

    def _rows(self, entries: Sequence[ClientListEntry]) -> list[ClientRow]:
        self._hide_what_says_nothing(entries)
        columns = {column.name for column in self.columns}
        heads = {name: str(self.columns[name].header) for name in ANSWERS if name in columns}
        shown = [part for part in Part if part.lower() in columns]
        soon = today() + ENDING_SOON
        old = today() - FRESH
        withheld = is_withheld(entries)
        # The same words return in many lines of a page.
        capacity_of = cache(lambda code: str(Capacity(code).label))
        lower = cache(lower_first)
        age_of, day_of = cache(formats.age), cache(formats.short_day)
        return [
            ClientRow(
                public_id=entry.public_id,
                # Without a name the number tells clients apart.
                name=str(entry) or _("naam onbekend, %(insz)s") % {"insz": format_insz(entry.insz)},
                number=format_insz(entry.insz) if entry.has_namesake and str(entry) else "",
                birth_year=formats.birth_year(entry.birth_date),
                capacity=lower(capacity_of(entry.capacity)),
                others=", ".join(lower(capacity_of(code)) for code in entry.other_capacities),
                other_count=len(entry.other_capacities),
                parts=part_cells(entry.parts, shown),
                verdict=entry.status,
                outlooks=[_("geen cursus bij uw school")]
                if self.own_courses and entry.parts == []
                else outlooks(entry, capacity_of(entry.capacity)),
                answers=[answer_cell(head, (entry.housing or {}).get(name)) for name, head in heads.items()],
                relief=formats.relief(entry.housing) if "relief" in columns else None,
                course=_courses(entry.parts or ()) if "course" in columns else None,
                lesson=next_lesson(entry.parts or ()) if "lesson" in columns else None,
                colleagues=", ".join(entry.colleagues) if "colleague" in columns else None,
                is_own=(entry.is_own or not self.names_colleagues) if "own" in columns else None,
                until=day_of(entry.valid_until),
                ends_soon=entry.valid_until <= soon,
                age=age_of(entry.as_of) if entry.as_of < old else "",
                doubts=marks_of(entry.doubts),
                withheld=withheld,
                is_new=bool(self.new_since and entry.fell_at and entry.fell_at >= self.new_since),
            )
            for entry in entries
        ]


def _courses(parts: Sequence[ListPart]) -> str:
    return ", ".join(dict.fromkeys(filter(None, (part.get("course", "") for part in parts))))


def _file_cells(columns: Sequence[str], entry: ClientListEntry, row: ClientRow) -> list[downloads.Value]:
    """The cells of one line in a file, in the order of `columns`; texts are those of the page."""
    texts = {part.label.lower(): _part_words(part) for part in row.parts}
    texts |= {name: answer.word for name, answer in zip(ANSWERS, row.answers, strict=False)}
    texts |= {"relief": row.relief or "", "course": row.course or "", "colleague": row.colleagues or ""}
    cells: list[downloads.Value] = []
    for name in columns:
        match name:
            case "client":
                cells += [row.name, formats.birth_date(entry.birth_date), format_insz(entry.insz)]
            case "capacity":
                cells.append(capfirst(", ".join(filter(None, [row.capacity, row.others]))))
            case "standing":
                verdict = str(STATUSES[row.verdict].words)
                doubts = [f"{mark.word}: {mark.explanation}" for mark in row.doubts]
                cells.append("; ".join([verdict, *doubts]))
            case "slack":
                cells.append("; ".join(row.outlooks))
            case "lesson":
                cells.append(" ".join(row.lesson or ()).strip())
            case "end":
                cells.append(entry.valid_until)
            case "as_of":
                cells.append(entry.as_of)
            case _:
                cells.append(texts[name])
    return cells


def next_lesson(parts: Sequence[ListPart]) -> NextLesson:
    """Return the next lesson of all parts, from today on, of those that the message had."""
    day = today().isoformat()
    coming = [(lesson, part["part"]) for part in parts for lesson in part.get("lessons", ()) if lesson >= day]
    if not coming:
        return NextLesson()
    lesson, part = min(coming, key=lambda each: _moment(each[0]))
    date, _space, hour = lesson.partition(" ")
    return NextLesson(formats.weekday(date), f"{hour} {part}".strip())


def _moment(lesson: str) -> tuple[str, int]:
    """Return what orders "2026-12-02 9.00": the hour has no leading zero."""
    date, _space, hour = lesson.partition(" ")
    return date, int(hour.replace(".", "") or 0)


def _part_words(part: PartCell) -> str:
    return f"{'≤ ' if part.at_best else ''}{part.percent}" if part.figures else part.words
