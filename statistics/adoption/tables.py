"""The tables of adoption: classes by kind, classes over time, and a row for each institution."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import django_tables2 as tables
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.enums import InstitutionKind
from partners.periods import today
from partners.provinces import province_of
from persons.sorting import fold

from ..enums import AdoptionClass, AdoptionMailKind
from ..tables import (
    Cell,
    FigureTable,
    HeadingColumn,
    NumberColumn,
    Record,
    Value,
    dash,
    number,
)
from .rule import DEFINITIONS, ENTITLED, mail_kind_of
from .services import Adoption, Details, Point, counts_of

SHARE, TOTAL = "share", "total"
GIVE_ACCESS = "give_access"  # an action, beside the kinds of mail
CONTACT = "text contact"  # the look of a cell


class TextColumn(tables.Column):
    """A column of texts. An empty one stays empty; None is no data."""

    def cell(self, value: str | None, *, beside: bool = False) -> Cell:
        """Return the cell of a value, as `NumberColumn` does."""
        text = dash() if value is None else value
        return Cell(text, text, "text", str(self.verbose_name))


class DayColumn(tables.Column):
    """A column of days: dates in files."""

    def cell(self, value: datetime.date | None, *, beside: bool = False) -> Cell:
        """Return the cell of a value, as `NumberColumn` does."""
        if value is None:
            return Cell(dash(), dash(), "text", str(self.verbose_name))
        return Cell(value, date_format(value, "j b Y"), "text", str(self.verbose_name))


class ClassColumn(TextColumn):
    """A column of classes, each in its own colour."""

    def cell(self, value: AdoptionClass, *, beside: bool = False) -> Cell:  # type: ignore[override]
        """Return the cell of a class."""
        return super().cell(str(value.label))._replace(look=f"text adopt-{value}")


class ContactColumn(TextColumn):
    """A column of people, as pairs of name and e-mail address."""

    def cell(self, value: Sequence[tuple[str, str]], *, beside: bool = False) -> Cell:  # type: ignore[override]
        """Return the cell of one person or several."""
        words = "; ".join(f"{name} ({email})" for name, email in value)
        return super().cell(words or None)._replace(look=CONTACT)


class ShareColumn(NumberColumn):
    """A column of percentages, cut and never rounded up; the page draws the classes as a bar beside each."""

    def cell(self, value: Value | None, *, beside: bool = False) -> Cell:
        cell = super().cell(value)
        return cell if value is None else cell._replace(text=f"{value} %")


class Segment(NamedTuple):
    """A class in the bar of a row: its code, where it begins and how wide it is, in per cent of the whole."""

    code: str
    start: str
    width: str


class BarRow(NamedTuple):
    """A row with the bar of its classes."""

    heading: str
    cells: list[Cell]
    beside: bool
    bar: list[Segment]


class BarTable(FigureTable):
    """Numbers of institutions in each class, a row for each kind or day."""

    row_template = "statistics/adoption/bars.html"
    has_folded_notes = True

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""

    def _rows(self, records: Iterable[Record]) -> list[BarRow]:  # type: ignore[override]
        rows = zip(records, super()._rows(records), strict=True)
        return [BarRow(row.heading, row.cells, row.beside, _bar(record)) for record, row in rows]


class AdoptionRow(NamedTuple):
    """The row of an institution for a page: with the addresses and actions that a file has not."""

    heading: str
    cells: list[Cell]
    beside: bool
    pk: int
    href: str  # of its page, or empty
    contacts: Sequence[tuple[str, str]]
    action: str  # GIVE_ACCESS, a kind of mail, or empty
    mailed: str


class AdoptionTable(FigureTable):
    """A row for each institution. Users can sort by any column but the explanation."""

    name = HeadingColumn(gettext_lazy("Instelling"), order_by="sort_key")
    kind = TextColumn(gettext_lazy("Soort"))
    province = TextColumn(gettext_lazy("Provincie"))
    adoption = ClassColumn(gettext_lazy("Klasse"), order_by="place")
    clients = NumberColumn(gettext_lazy("Cliënten"))
    last_look = DayColumn(gettext_lazy("Laatste raadpleging"))
    users = NumberColumn(gettext_lazy("Gebruikers"))
    why = TextColumn(gettext_lazy("Sinds"), orderable=False)
    contact = ContactColumn(gettext_lazy("Lokale beheerder"), order_by="contact_key")

    row_template = "statistics/adoption/rows.html"

    class Meta(FigureTable.Meta):
        attrs = {"class": "fig-table adopt-table"}
        orderable = True
        order_by = "name"

    @property
    def mailable(self) -> list[int]:
        """The institutions in the list (primary keys) that a mail can be sent to."""
        return [record["pk"] for record in self.data if record["action"] in AdoptionMailKind.values]

    def _rows(self, records: Iterable[Record]) -> list[AdoptionRow]:  # type: ignore[override]
        marks = ("pk", "href", "contact", "action", "mailed")
        rows = zip(records, super()._rows(records), strict=True)
        return [
            AdoptionRow(row.heading, row.cells, row.beside, *(record[mark] for mark in marks))
            for record, row in rows
        ]


def class_label(adoption_class: AdoptionClass) -> str:
    """Return the name of a class as the head of a column."""
    return capfirst(str(adoption_class.label))


def _class_columns(first: str) -> list[tuple[str, NumberColumn]]:
    columns: list[tuple[str, NumberColumn]] = [("name", HeadingColumn(first))]  # type: ignore[list-item]
    columns.append((SHARE, ShareColumn(_("Gebruikt het, in %"))))
    columns += [(each.value, NumberColumn(class_label(each))) for each in AdoptionClass]
    return [*columns, (TOTAL, NumberColumn(_("Samen")))]


def _counts_record(name: str, adoptions: Sequence[Adoption]) -> Record:
    counts = counts_of(adoptions)
    share = 100 * counts[AdoptionClass.USES] // len(adoptions) if adoptions else None
    return {
        "name": name,
        SHARE: share,
        **{each.value: counts[each] for each in counts},
        TOTAL: len(adoptions),
    }


def _bar(record: Record) -> list[Segment]:
    total, start, bar = record[TOTAL], 0, []
    for each in AdoptionClass:
        if record[each.value]:
            bar.append(Segment(each.value, _percent(start, total), _percent(record[each.value], total)))
            start += record[each.value]
    return bar


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total:.2f}%"


def kinds_table(adoptions: Sequence[Adoption], scope: str, day: datetime.date) -> BarTable:
    """Return how many institutions of each kind are in each class on `day`; `scope` says which institutions."""
    by_kind: dict[str, list[Adoption]] = {}
    for adoption in adoptions:
        by_kind.setdefault(adoption.institution.kind, []).append(adoption)
    kinds = [kind for kind in InstitutionKind if kind in by_kind]
    return BarTable(
        [_counts_record(_kind_name(kind), by_kind[kind]) for kind in kinds],
        [_counts_record(_("Samen"), adoptions)] if len(kinds) != 1 else (),
        extra_columns=_class_columns(_("Soort")),
        title=_("Instellingen per soort en klasse op {day} · {scope}").format(
            day=date_format(day, "DATE_FORMAT"), scope=scope
        ),
        definition=str(ENTITLED),
        notes=class_notes(),
        file_name=_file_name(_("klassen per soort"), scope),
    )


def months_table(adoptions: Mapping[Point, Sequence[Adoption]], scope: str) -> BarTable:
    """Return how many institutions are in each class at each point; the last one is today."""
    return BarTable(
        [_counts_record(point_name(point), adoptions[point]) for point in adoptions],
        extra_columns=_class_columns(_("Op")),
        title=_("Instellingen per klasse, op het einde van elke maand · {scope}").format(scope=scope),
        definition=str(ENTITLED),
        notes=[
            *class_notes(),
            _(
                "Toegang en machtigingen tellen op de dagen die nu geregistreerd staan. Een instelling die later"
                " toetrad, telt daarvoor als zonder toegang. Maanden voor het logboek begint, staan er niet bij."
            ),
        ],
        file_name=_file_name(_("klassen per maand"), scope),
    )


def _file_name(*words: str) -> str:
    return slugify(" ".join([f"{today():%Y-%m-%d}", *words]))[:100]


def point_name(point: Point) -> str:
    """Return the name of a point: its day, or today."""
    return _("vandaag") if point.day == today() else date_format(point.day, "j F Y")


def point_label(point: Point) -> str:
    """Return the short name of a point, as beside the axis of a chart."""
    return _("vandaag") if point.day == today() else date_format(point.day, "b y")


def class_notes() -> list[str]:
    """Return the name and the definition of each class."""
    return [f"{class_label(each)}: {DEFINITIONS[each]}" for each in AdoptionClass]


def adoption_table(
    adoptions: Sequence[Adoption],
    details: Mapping[int, Details],
    *,
    title: str,
    notes: Sequence[str],
    clients_month: datetime.date | None,
    may: Mapping[str, bool],
    order_by: str = "",
) -> AdoptionTable:
    """Return the row of each institution. Whatever `order_by` is no name of a column means by name.

    `may` says what the user may do: "see_contact" (and the page of an institution), "give_access" and "mail".
    """
    if order_by.removeprefix("-") not in AdoptionTable.base_columns or order_by.removeprefix("-") == "why":
        order_by = AdoptionTable.Meta.order_by
    table = AdoptionTable(
        [_record(adoption, details[adoption.institution.pk], may) for adoption in adoptions],
        title=title,
        definition=str(ENTITLED),
        notes=notes,
        file_name=_file_name(title),
        order_by=order_by,
        exclude=() if may["see_contact"] else ("contact",),
    )
    table.has_actions = may["see_contact"]
    if clients_month:
        heading = _("Cliënten in {month}").format(month=date_format(clients_month, "b Y"))
        table.columns["clients"].column.verbose_name = heading
    return table


def _record(adoption: Adoption, details: Details, may: Mapping[str, bool]) -> Record:
    institution = adoption.institution
    province = province_of(institution.nis_code)
    contacts = [(str(user), user.email) for user in details.administrators]
    return {
        "pk": institution.pk,
        "name": institution.name,
        "sort_key": fold(institution.name),
        "href": reverse("admin:partners_institution_change", args=[institution.pk])
        if may["see_contact"]
        else "",
        "kind": _kind_name(institution.kind),
        "province": province and str(province.label),
        "adoption": adoption.adoption_class,
        "place": list(AdoptionClass).index(adoption.adoption_class),
        "clients": details.clients,
        "last_look": adoption.use.last_look,
        "users": adoption.use.users,
        "why": _why(adoption, details),
        "contact": contacts,
        "contact_key": fold(contacts[0][0]) if contacts else None,
        "action": _action(adoption, details, may),
        "mailed": _mailed(details),
    }


def _kind_name(kind: str) -> str:
    return capfirst(str(InstitutionKind(kind).label))


def _why(adoption: Adoption, details: Details) -> str:
    use = adoption.use
    match adoption.adoption_class:
        case AdoptionClass.NO_ACCESS:
            return _why_no_access(details)
        case AdoptionClass.NEVER:
            assert details.first_access is not None
            return _("toegang sinds {day}").format(day=date_format(details.first_access, "j b Y"))
        case AdoptionClass.STOPPED:
            assert use.last_look is not None
            days = (today() - use.last_look).days
            return ngettext("{days} dag stil", "{days} dagen stil", days).format(days=number(days))
    if use.target is None or use.looks is None:
        return ""
    return _("{looks} van {target} verwacht").format(
        looks=number(use.looks), target=number(_in_tenths(use.target))
    )


def _why_no_access(details: Details) -> str:
    if details.next_access:
        return _("toegang begint op {day}").format(day=date_format(details.next_access, "j b Y"))
    if details.ended_access:
        return _("toegang tot {day}").format(day=date_format(details.ended_access, "j b Y"))
    return _("accounts gesloten") if details.first_access else _("nog nooit toegang")


def _in_tenths(target: Fraction) -> int | Decimal:
    return int(target) if target.denominator == 1 else Decimal(round(target * 10)).scaleb(-1)


def _action(adoption: Adoption, details: Details, may: Mapping[str, bool]) -> str:
    if adoption.adoption_class == AdoptionClass.USES:
        return ""
    if not details.administrators:
        return GIVE_ACCESS if may["give_access"] else ""
    kind = mail_kind_of(adoption.adoption_class)
    is_free = details.mail is None or details.mail.is_given_up
    return kind.value if kind and may["mail"] and is_free else ""


def _mailed(details: Details) -> str:
    mail = details.mail
    if mail is None:
        return ""
    if mail.sent_at is None:
        return _("mail niet verstuurd") if mail.is_given_up else _("mail wacht")
    return _("gemaild op {day}").format(day=date_format(mail.sent_at, "j b"))
