"""Tables of the pages: which columns a list has and what stands in a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import django_tables2 as tables
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.enums import Capacity
from partners.models import today

from .attendance import DEFAULT_RULE, Part
from .formats import outlooks
from .insz import format_insz
from .models import ClientListEntry
from .services.lists import ENDING_SOON
from .templatetags import portal


def _column(header: str | Promise, look: str, label: str | Promise = "") -> tables.Column:
    """A column of class `look`; `label` stands before its cells on a small screen."""
    th = {"class": look}
    if not label:
        th["aria-sort"] = "ascending"
    return tables.Column(
        verbose_name=header, empty_values=(), attrs={"th": th, "td": {"data-label": label or header}}
    )


class ClientTable(tables.Table):
    """The client list: one line for each inscription, the answer in the row. Ordered by name, always.

    The column of PLO, rare as it is, shows only when a line has something in it. `lines` writes the rows out by
    itself: what django-tables2 finds out anew for each cell (signature, accessor, attributes) took four fifths of the
    time of a page.
    """

    client = _column(gettext_lazy("Cliënt"), "c-client")
    capacity = _column(gettext_lazy("Hoedanigheid"), "c-capacity", gettext_lazy("Hoedanigheid"))
    mo = _column(gettext_lazy("Oriëntatie (MO)"), "c-part", "MO")
    nt2 = _column(gettext_lazy("Nederlands (NT2)"), "c-part", "NT2")
    plo = _column(gettext_lazy("Loopbaan (PLO)"), "c-part", "PLO")
    standing = _column(gettext_lazy("Stand"), "c-standing", gettext_lazy("Stand"))
    as_of = _column(gettext_lazy("Gegevens van"), "c-age", gettext_lazy("Gegevens van"))

    class Meta:
        template_name = "includes/table.html"
        orderable = False
        attrs = {"class": "clients"}

    def __init__(self, data: Sequence[ClientListEntry], **kwargs: object) -> None:
        self.entries = data
        shown = {part["part"] for entry in data for part in entry.parts or ()}
        super().__init__(data, exclude=() if Part.PLO in shown else ("plo",), **kwargs)
        # The same words return in many lines of a page.
        self._words = cache(lambda word: format_html("<small>{}</small>", word))
        self._absent = cache(lambda word: format_html('<small class="absent">{}</small>', word))
        self._capacity = cache(lambda code: conditional_escape(Capacity(code).label))
        self._verdict = cache(portal.verdict)
        self._age = cache(lambda day: format_html("<small>{}</small>", portal.age(day)))
        self._percent = cache(lambda cut: conditional_escape(portal.percent(cut, 0)))
        self._ending = today() + ENDING_SOON

    @property
    def caption(self) -> str:
        """How to read the bars, and the rule behind them."""
        return _(
            "Aanwezigheid per onderdeel; het streepje is de norm (80 % tenzij de inschrijving anders zegt)."
            " Regel {code}: {rule}."
        ).format(code=DEFAULT_RULE.code, rule=portal.rule_words(DEFAULT_RULE.code))

    @property
    def lines(self) -> Iterator[SafeString]:
        """The rows as HTML; what the renderers answer is escaped already."""
        first, *others = [
            (getattr(self, f"render_{column.name}"), column.attrs["td"].as_html()) for column in self.columns
        ]
        head: Callable[[ClientListEntry], str] = first[0]
        for entry in self.entries:
            cells = [f'<td role="cell" {attributes}>{render(entry)}</td>' for render, attributes in others]
            yield SafeString(
                f'<tr role="row"><th scope="row" role="rowheader">{head(entry)}</th>{"".join(cells)}</tr>'
            )

    def render_client(self, record: ClientListEntry) -> SafeString:
        return format_html(
            '<a class="client" href="{}"><bdi>{}</bdi></a> <small>{}</small>',
            reverse("person_file", args=[record.public_id]),
            # Without a name the number tells them apart.
            str(record) or _("naam onbekend, %(insz)s") % {"insz": format_insz(record.insz)},
            portal.birth_year(record.birth_date),
        )

    def render_capacity(self, record: ClientListEntry) -> SafeString:
        return self._capacity(record.mandate.capacity)

    def render_mo(self, record: ClientListEntry) -> SafeString:
        return self._part(record, Part.MO)

    def render_nt2(self, record: ClientListEntry) -> SafeString:
        return self._part(record, Part.NT2)

    def render_plo(self, record: ClientListEntry) -> SafeString:
        return self._part(record, Part.PLO)

    def render_standing(self, record: ClientListEntry) -> SafeString:
        if record.parts is None:
            said = [self._words(_("niet in deze machtiging"))]
        else:
            said = [self._verdict(record.verdict)]
            said += [self._words(words) for words in outlooks(record.parts, record.verdict)]
        if record.valid_until <= self._ending:
            said.append(
                self._words(
                    _("inschrijving tot en met %(day)s") % {"day": portal.short_day(record.valid_until)}
                )
            )
        return SafeString(f'<span class="told">{"".join(said)}</span>')

    def render_as_of(self, record: ClientListEntry) -> SafeString:
        return self._age(record.as_of)

    def _part(self, entry: ClientListEntry, name: Part) -> SafeString:
        if entry.parts is None:
            return format_html(
                '<small aria-hidden="true">–</small><span class="visually-hidden">{}</span>',
                _("niet in deze machtiging"),
            )
        part = next((part for part in entry.parts if part["part"] == name), None)
        if part is None:
            return self._absent(_("geen cursus"))
        if part["cut"] is None:
            return self._words(_without_figure(part))
        # Totals of a running course (version 01.00): the figure is the best still possible, not the one so far.
        at_best = bool(part.get("at_best"))
        drawn = portal.bar(
            present=part["present"],
            justified=part["justified"],
            unjustified=part["unjustified"],
            to_come=part["to_come"] if at_best else None,
            required=part["required"],
        )
        at_most = (
            format_html(
                '<span aria-hidden="true">≤ </span><span class="visually-hidden">{} </span>', _("hoogstens")
            )
            if at_best
            else ""
        )
        return SafeString(
            f'<span class="bar">{drawn}<span>{at_most}{self._percent(part["cut"])}</span></span>'
        )


def _without_figure(part: Mapping[str, object]) -> str:
    return {
        "exempt": _("vrijgesteld"),
        "suspended": _("opgeschort"),
        "no_lessons": _("nog geen les"),
    }.get(str(part["verdict"]), "–")
