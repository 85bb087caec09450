"""The client list as a table: its columns, their order, and the values in a row."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, cached_property
from typing import NamedTuple

from django.utils import timezone
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
from persons.enums import NOT_SHOWN, STATUSES, InscriptionStep, VerdictLabel
from persons.insz import format_insz
from persons.listparts import ListPart
from persons.models import ClientListEntry, Inscription, InscriptionEvent
from persons.presentation.doubts import Mark, marks_of
from persons.querysets import ClientListQuerySet
from persons.reasons import reason_words
from persons.sortkeys import SORT_KEYS
from persons.urgency import by_urgency

from .paging import Range, reverse
from .services.lists import ENDING_SOON, ClientLines
from .services.pastedlists import PastedRow

ANSWERS = ("integration", "language", "level")  # of `listparts.Housing`, and the columns of the same names
FRESH = datetime.timedelta(days=7)  # older data carry a warning


@dataclass(frozen=True, slots=True)
class PartCell:
    """One part in a row: the picture with its percentage, or words where there is no figure.

    `at_best`: the message gives totals, and the percentage is the best still possible. `absent`: the client has no such
    course, and a small screen leaves the cell out. `hidden`: the words are for screen readers, others see a dash.
    """

    label: str
    words: str = ""
    absent: bool = False
    hidden: bool = False
    figures: ListPart | None = None
    percent: str = ""
    at_best: bool = False


class Answer(NamedTuple):
    """One answer of the block Wooncode in a row: its column's head, its word, and how it looks; "–" without one."""

    label: str
    word: str
    sign: str = ""
    style: str = ""


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
        gettext_lazy("Inburgering"), "c-answer", title=gettext_lazy("Voldoet aan de inburgeringsbereidheid")
    )
    language = _column(
        gettext_lazy("Taalbereid"), "c-answer", title=gettext_lazy("Voldoet aan de taalbereidheid")
    )
    level = _column(
        gettext_lazy("Taalkennis"), "c-answer", title=gettext_lazy("Voldoet aan de taalkennisvereiste")
    )
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
        if _is_withheld(entries):
            hidden |= {"standing", "slack", "lesson", "course", *(part.lower() for part in Part)}
        if not _is_withheld(entries) or not any(entry.housing for entry in entries):
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
        withheld = _is_withheld(entries)
        # The same words return in many lines of a page.
        capacity_of = cache(lambda code: str(Capacity(code).label))
        lower = cache(_lower_first)
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
                parts=_part_cells(entry.parts, shown),
                verdict=entry.status,
                outlooks=[_("geen cursus bij uw school")]
                if self.own_courses and entry.parts == []
                else _outlooks(entry, capacity_of(entry.capacity)),
                answers=[_answer(head, (entry.housing or {}).get(name)) for name, head in heads.items()],
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


def _is_withheld(entries: Sequence[ClientListEntry]) -> bool:
    """Return True if there are lines, and none of them has attendance."""
    return bool(entries) and all(entry.parts is None for entry in entries)


def _answer(head: str, value: bool | None) -> Answer:
    if value is None:
        return Answer(head, "–")
    return Answer(head, _("ja"), "✓", "ok") if value else Answer(head, _("nee"), "✕", "bad")


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


def _lower_first(words: str) -> str:
    """Words for the middle of a line; an abbreviation keeps its capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _part_words(part: PartCell) -> str:
    return f"{'≤ ' if part.at_best else ''}{part.percent}" if part.figures else part.words


@dataclass(frozen=True, slots=True)
class PastedCells:
    """The values of one number of a pasted list; `words` explain a number that is no client, after its `status`."""

    position: int
    number: str
    public_id: uuid.UUID | None = None
    name: str = ""
    others: Sequence[tuple[uuid.UUID, str]] = ()
    parts: Sequence[PartCell] = ()
    verdict: str = ""
    outlooks: Sequence[str] = ()
    doubts: Sequence[Mark] = ()
    sign: str = ""
    status: str = ""
    words: str = ""
    is_mistake: bool = False
    span: int = 1  # columns that the words take


class PastedTable(RowTable):
    """A pasted list, in the order in which it was pasted."""

    position = _column(gettext_lazy("Regel"), "c-position")
    client = _column(gettext_lazy("Cliënt"), "c-pasted")
    mo = _column(gettext_lazy("Oriëntatie (MO)"), "c-part")
    nt2 = _column(gettext_lazy("Nederlands (NT2)"), "c-part")
    plo = _column(gettext_lazy("Loopbaan (PLO)"), "c-part")
    standing = _column(gettext_lazy("Status"), "c-standing")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients pasted"}

    row_template = "caseload/includes/pasted_row.html"
    caption = ClientTable.caption

    @cached_property
    def page_rows(self) -> list[PastedCells]:
        """The rows. Read it before the columns, as in `ClientTable`."""
        rows: list[PastedRow] = list(self.data)
        entries = [row.entry for row in rows if row.entry]
        shown = list(Part)
        if _is_withheld(entries):
            shown = []
        elif not any(part["part"] == Part.PLO for entry in entries for part in entry.parts or ()):
            shown.remove(Part.PLO)
        for part in set(Part) - set(shown):
            self.columns.hide(part.lower())
        return [_pasted_cells(row, shown) for row in rows]


def _pasted_cells(row: PastedRow, shown: Sequence[Part]) -> PastedCells:
    number = row.number.text if row.number.mistake else format_insz(row.number.text)
    entry = row.entry
    if row.state == "client" and entry:
        return PastedCells(
            row.position,
            number,
            public_id=entry.public_id,
            name=str(entry),
            others=[(other.public_id, str(Capacity(other.capacity).label)) for other in row.others],
            parts=_part_cells(entry.parts, shown),
            verdict="" if _has_answers_only(entry) else entry.status,
            outlooks=_outlooks(entry, str(Capacity(entry.capacity).label)),
            doubts=marks_of(entry.doubts),
        )
    match row.state:
        case "double":
            sign, status = "=", _("Staat er twee keer")
            words = _("zie regel %(position)s") % {"position": row.first}
        case "waiting":
            sign, status = "…", _("Wacht op de KBI")
            assert row.waiting is not None
            words = _("ingeschreven op %(day)s, nog geen dossier") % {
                "day": formats.short_day(row.waiting.registered_at)
            }
        case "wrong":
            sign, status, words = "!", _("Geen INSZ"), str(formats.INSZ_MISTAKES[row.number.mistake])
        case _:
            sign, status, words = "?", _("Staat niet bij uw cliënten"), ""
    name = str(entry) if entry else ""
    return PastedCells(
        row.position,
        number,
        name=name,
        sign=sign,
        status=status,
        words=words,
        is_mistake=row.state == "wrong",
        span=len(shown) + 1,
    )


def _has_answers_only(entry: ClientListEntry) -> bool:
    return entry.parts is None and bool(entry.housing)


def _outlooks(entry: ClientListEntry, capacity: str) -> list[str]:
    if _has_answers_only(entry):
        heads = [str(ClientTable.base_columns[name].verbose_name) for name in ANSWERS]
        answers = [
            _answer(head, (entry.housing or {}).get(name)) for head, name in zip(heads, ANSWERS, strict=True)
        ]
        words = [f"{answer.label}: {answer.word}" for answer in answers]
        return [*words, *filter(None, [formats.relief(entry.housing)])]
    if entry.parts is None:
        return [_("aanwezigheid niet te zien bij %(capacity)s") % {"capacity": _lower_first(capacity)}]
    words = formats.outlooks(entry.parts, entry.verdict)
    is_outdated = entry.decides_on is not None and entry.decides_on < today()
    if is_outdated and entry.verdict not in (VerdictLabel.REACHABLE, VerdictLabel.ON_TRACK):
        # The words of the slack say so themselves; without them the row has to say why it comes first.
        words.insert(0, _("verouderd"))
    return words


def _part_cells(parts: list[ListPart] | None, shown: Iterable[Part]) -> list[PartCell]:
    if parts is None:
        return [PartCell(part, words=str(STATUSES[NOT_SHOWN].words).lower(), hidden=True) for part in shown]
    by_name = {part["part"]: part for part in parts}
    return [_part_cell(name, by_name.get(name)) for name in shown]


def _part_cell(name: str, part: ListPart | None) -> PartCell:
    if part is None:
        return PartCell(name, words=_("geen cursus"), absent=True)
    # Exempt or suspended: no norm applies, so no figure either.
    if part["cut"] is None or part["verdict"] in (VerdictLabel.EXEMPT, VerdictLabel.SUSPENDED):
        return PartCell(name, words=_without_figure(str(part["verdict"])))
    # Totals of a running course (version 01.00): the figure is the best still possible, not the one so far.
    return PartCell(
        name,
        figures=part,
        percent=formats.percent(part["cut"], 0),
        at_best=bool(part.get("at_best")),
    )


def _without_figure(verdict: str) -> str:
    if verdict == VerdictLabel.NO_LESSONS:
        return _("geen les gegeven")
    return str(STATUSES[verdict].words).lower()


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """The values of one line. `withdrawable`: registered today, so that a mistake can be taken back."""

    public_id: uuid.UUID
    number: str
    capacity: str
    registered: str
    until: str
    by: str
    withdrawable: bool


class WaitingTable(RowTable):
    """The clients who wait for a dossier, one line for each inscription, the newest first."""

    number = _column(gettext_lazy("INSZ"), "c-client")
    capacity = _column(gettext_lazy("Hoedanigheid"), "c-capacity")
    registered = _column(gettext_lazy("Ingeschreven"), "c-age")
    until = _column(gettext_lazy("Tot en met"), "c-capacity")
    by = _column(gettext_lazy("Door"), "c-capacity")
    steps = _column(gettext_lazy("Wat u kunt doen"), "c-capacity")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients"}

    row_template = "caseload/includes/waiting_row.html"
    caption = gettext_lazy("Ingeschreven cliënten zonder dossier, de nieuwste bovenaan.")

    @cached_property
    def page_rows(self) -> list[WaitingRow]:
        """The rows of the page."""
        day = today()
        return [
            WaitingRow(
                public_id=inscription.public_id,
                number=format_insz(inscription.insz),
                capacity=inscription.mandate.get_capacity_display(),
                registered=formats.short_day(inscription.registered_at),
                until=formats.short_day(inscription.valid_until),
                by=str(inscription.registered_by or _("cliëntenlijst")),
                withdrawable=timezone.localdate(inscription.registered_at) == day,
            )
            for inscription in self.page.object_list
        ]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step of an inscription."""

    at: datetime.datetime
    step: str
    old_until: datetime.date | None
    new_until: datetime.date | None
    user: str
    reason: str


class HistoryTable(RowTable):
    """Every step of one inscription, the newest first."""

    at = _column(gettext_lazy("Tijdstip"), "e-at")
    step = _column(gettext_lazy("Stap"), "e-step")
    until = _column(gettext_lazy("Laatste dag"), "e-until")
    user = _column(gettext_lazy("Door"), "e-user")
    reason = _column(gettext_lazy("Reden"), "e-reason")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients plainrows"}

    row_template = "caseload/includes/event_row.html"
    caption = gettext_lazy(
        "Wie welke stap zette, en waarom. De nieuwste staat bovenaan; niemand kan een regel wijzigen."
    )

    @property
    def page_rows(self) -> list[EventRow]:
        events: Iterable[InscriptionEvent] = self.data.data
        return [
            EventRow(
                event.at,
                event.get_what_display(),
                event.old_until,
                event.new_until,
                event.user_name,
                reason_words(event.reason),
            )
            for event in events
        ]


@dataclass(frozen=True, slots=True)
class EndedRow:
    """One inscription that opens nothing any more. `step` is how it ended: by itself, or by a step of `user`."""

    public_id: uuid.UUID
    number: str
    capacity: str
    first: datetime.date
    last: datetime.date
    running: bool
    step: str
    user: str
    reason: str


class EndedTable(RowTable):
    """Inscriptions that open nothing any more."""

    number = _column(gettext_lazy("INSZ"), "e-number")
    capacity = _column(gettext_lazy("Hoedanigheid"), "e-capacity")
    days = _column(gettext_lazy("Van, tot en met"), "e-days")
    step = _column(gettext_lazy("Hoe"), "e-how")
    user = _column(gettext_lazy("Door"), "e-user")
    reason = _column(gettext_lazy("Reden"), "e-reason")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients plainrows"}

    row_template = "caseload/includes/ended_row.html"
    caption = gettext_lazy(
        "Inschrijvingen van uw instelling die geen dossier meer openen. Namen en dossiers zijn hier niet te zien."
    )

    @property
    def page_rows(self) -> list[EndedRow]:
        inscriptions: Iterable[Inscription] = self.page.rows
        return [_ended_row(inscription) for inscription in inscriptions]


def _ended_row(inscription: Inscription) -> EndedRow:
    # The newest step comes first; one that ends by itself has no step of its own.
    last = next(iter(inscription.events.all()), None)
    ended = last if last and last.what not in (InscriptionStep.REGISTERED, InscriptionStep.EXTENDED) else None
    running = inscription.voided_at is None and inscription.valid_until >= today()
    if inscription.voided_at:
        is_mistake = ended is not None and ended.what == InscriptionStep.WITHDRAWN
        step = _("ingetrokken (vergissing)") if is_mistake else _("vervallen")
    elif running:
        step = _("machtiging voorbij")
    else:
        step = ended.get_what_display() if ended else _("verlopen")
    return EndedRow(
        public_id=inscription.public_id,
        number=format_insz(inscription.insz),
        capacity=inscription.mandate.get_capacity_display(),
        first=inscription.valid_from,
        last=inscription.valid_until,
        running=running,
        step=step,
        user=ended.user_name if ended else "",
        reason=reason_words(ended.reason) if ended else "",
    )
