"""The page of an uploaded client list: its form, the filter of its rows and their table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import django_filters
from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.enums import Capacity
from partners.rowtables import RowTable, column
from persons.formats import short_day
from persons.insz import format_insz
from persons.services.changing import NOT_TAKEN
from persons.services.registering import OUTCOMES

from .enums import UploadState, Verdict
from .models import Upload, UploadRow
from .querysets import TICKABLE, UploadRowQuerySet
from .services.uploads import MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_REASON = 250
LOOKS = {
    Verdict.NEW: "ok-ink",
    Verdict.FORWARD: "ok-ink",
    Verdict.EXISTS: "quiet",
    Verdict.DOUBLE: "bad-ink",
    Verdict.WRONG: "bad-ink",
    Verdict.MISSING: "warn-ink",
}
# Columns as the screen and the file name them.
FIELDS: Mapping[str, Promise] = {
    "insz": gettext_lazy("INSZ-nummer"),
    "capacity": gettext_lazy("Hoedanigheid"),
    "valid_from": gettext_lazy("Van"),
    "valid_until": gettext_lazy("Tot en met"),
    "reason": gettext_lazy("Reden"),
    "proof": gettext_lazy("Bewijs"),
}
OUTCOME_WORDS: Mapping[str, Promise] = {
    "registered": gettext_lazy("ingeschreven"),
    "brought_forward": gettext_lazy("laatste dag vervroegd"),
    "exists": gettext_lazy("stond er al"),
    "ended": gettext_lazy("beëindigd"),
    "voided": gettext_lazy("vervallen: de inschrijving begon vandaag of later"),
}
GROUP_WORDS: Mapping[str, Promise] = {
    "": gettext_lazy("alle rijen"),
    "new": gettext_lazy("nieuwe inschrijvingen"),
    "forward": gettext_lazy("eindigen vroeger"),
    "missing": gettext_lazy("staan niet in het bestand"),
    "exists": gettext_lazy("staan er al"),
    "wrong": gettext_lazy("rijen met een fout"),
    "refused": gettext_lazy("niet gelukt"),
}


class UploadForm(forms.Form):
    """A client list to upload."""

    file = forms.FileField(
        label=gettext_lazy("Bestand: CSV, XLSX of ODS"),
        help_text=gettext_lazy(
            "Hoogstens %(rows)s rijen en 10 MB. De eerste regel noemt de kolommen: INSZ-nummer, hoedanigheid, van, tot"
            " en met, reden en eventueel bewijs."
        ),
        error_messages={
            "required": gettext_lazy("Kies een bestand."),
            "empty": gettext_lazy("Dit bestand is leeg. Kies een ander."),
            "missing": gettext_lazy("Kies een bestand."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
    )
    is_complete = forms.BooleanField(
        label=gettext_lazy("Dit is onze volledige lijst"),
        help_text=gettext_lazy(
            "Cliënten die er niet in staan, krijgt u te zien om ze eventueel te beëindigen. Er eindigt niets vanzelf."
        ),
        required=False,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        field.help_text = str(field.help_text) % {"rows": MAX_ROWS}


class UploadRowFilterSet(django_filters.FilterSet):
    """Keeps the rows of one group. A value that is not among the choices is no filter."""

    show = django_filters.ChoiceFilter(
        choices=[(code, words) for code, words in GROUP_WORDS.items() if code], method="filter_group"
    )

    class Meta:
        model = UploadRow
        fields: list[str] = []

    def filter_group(self, rows: UploadRowQuerySet, name: str, value: str) -> UploadRowQuerySet:
        return rows.in_group(value)

    @property
    def group(self) -> str:
        """The group in force, "" for all rows."""
        self.form.is_valid()
        return self.form.cleaned_data.get("show") or ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of rows that the page can show, with its number of rows."""

    code: str
    words: str
    number: int
    look: str
    current: bool


def groups(counts: Mapping[str, int], current: str) -> list[Group]:
    """Return the groups that have rows, and all rows; the current one in any case."""
    looks = {"new": "fine", "forward": "fine", "missing": "warned", "wrong": "warned", "refused": "warned"}
    return [
        Group(code, str(words), counts[code or "all"], looks.get(code, ""), code == current)
        for code, words in GROUP_WORDS.items()
        if not code or code == current or counts[code]
    ]


@dataclass(frozen=True, slots=True)
class RowCells:
    """The values of one row. `has_box`: rows have boxes; `can_tick`: this one may be carried out or not."""

    pk: int
    line: str
    insz: str
    capacity: str
    valid_from: str
    valid_until: str
    words: str
    look: str
    has_box: bool
    can_tick: bool
    chosen: bool
    box_label: str


class UploadRowTable(RowTable):
    """The rows of an uploaded list, in its order. `editable`: with boxes to tick; `is_done`: it was carried out."""

    tick = column(gettext_lazy("Doen"), "c-tick")
    line = column(gettext_lazy("Rij"), "num")
    insz = column(gettext_lazy("INSZ"))
    capacity = column(gettext_lazy("Hoedanigheid"))
    valid_from = column(gettext_lazy("Van"), "num")
    valid_until = column(gettext_lazy("Tot en met"), "num")
    what = column(gettext_lazy("Wat er gebeurt"))

    class Meta(RowTable.Meta):
        attrs = {"class": "uploaded"}

    row_template = "caseload/includes/upload_row.html"

    def __init__(self, data: UploadRowQuerySet, *, editable: bool, is_done: bool) -> None:
        super().__init__(data.order_by("pk"), exclude=() if editable else ("tick",))
        self.editable = editable
        self.is_done = is_done

    @property
    def caption(self) -> str:
        """What the table shows."""
        return _("Wat er met elke rij van het bestand gebeurt")

    @cached_property
    def page_rows(self) -> list[RowCells]:
        """The rows of the page."""
        capacity_of = cache(lambda code: str(Capacity(code).label) if code else "")
        return [
            RowCells(
                pk=row.pk,
                line=str(row.line) if row.line else "–",
                insz=format_insz(row.insz) if row.insz else "",
                capacity=capacity_of(row.capacity),
                valid_from=short_day(row.valid_from),
                valid_until=_until(row),
                words=row_words(row, is_done=self.is_done),
                look=_look(row, is_done=self.is_done),
                has_box=self.editable,
                can_tick=self.editable and row.verdict in TICKABLE,
                chosen=row.chosen,
                box_label=_("Doen: %(insz)s") % {"insz": format_insz(row.insz) if row.insz else row.line},
            )
            for row in self.page.object_list
        ]


def _until(row: UploadRow) -> str:
    if row.valid_from is None:
        return ""
    return short_day(row.valid_until) if row.valid_until else _("zo lang als mag")


def _look(row: UploadRow, *, is_done: bool) -> str:
    if is_done and not row.outcome and row.verdict in TICKABLE:
        return "quiet"
    if not row.outcome:
        return LOOKS[Verdict(row.verdict)]
    return "ok-ink" if row.outcome in OUTCOME_WORDS else "bad-ink"


def row_words(row: UploadRow, *, is_done: bool) -> str:
    """Return what would happen to a row, or what did (`is_done`)."""
    if row.outcome in OUTCOME_WORDS:
        return str(OUTCOME_WORDS[row.outcome])
    if row.outcome in OUTCOMES:
        return str(OUTCOMES[row.outcome][1])
    if row.outcome:
        return str(NOT_TAKEN.get(row.outcome, row.outcome))
    if not row.verdict:
        return str(UploadState.CHECKING.label)
    if row.verdict == Verdict.WRONG:
        mistake = str(OUTCOMES[row.mistake][1]) if row.mistake in OUTCOMES else row.mistake
        return f"{FIELDS[row.field]}: {mistake}" if row.field in FIELDS else mistake
    if is_done and row.verdict in TICKABLE:
        return _("niet aangevinkt, niets gedaan")
    words = str(Verdict(row.verdict).label)
    if row.verdict == Verdict.DOUBLE:
        words += ", " + _("zie rij %(line)s") % {"line": row.mistake}
    return words


def report_rows(upload: Upload, rows: list[UploadRow]) -> Iterator[list[str | int]]:
    """Yield the lines of the report. The portal can read them again as a client list."""
    is_done = upload.state == UploadState.DONE
    what = _("Wat er gebeurde") if is_done else _("Wat er gebeurt")
    yield [_("Rij"), *map(str, FIELDS.values()), what, _("Aangevinkt")]
    for row in rows:
        yield [
            row.line or "",
            format_insz(row.insz) if row.insz else "",
            str(Capacity(row.capacity).label) if row.capacity else "",
            row.valid_from.isoformat() if row.valid_from else "",
            row.valid_until.isoformat() if row.valid_until else "",
            row.reason,
            row.proof,
            row_words(row, is_done=is_done),
            _("ja") if row.chosen else _("nee"),
        ]
