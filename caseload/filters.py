"""Filters of the client list: codes in the address, never a name or number."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.enums import VersionStatus
from partners.models import MandateVersion, Membership, User
from partners.periods import today
from persons.attendance import Part
from persons.enums import NOT_SHOWN, STATUSES
from persons.models import ClientListEntry, Inscription
from persons.querysets import ClientListQuerySet, InscriptionQuerySet

from .enums import Attention
from .services.attention import narrow
from .services.lists import ENDING_SOON, CappedCount

ENDING = "ending"
STANDINGS = [*((code, status.words) for code, status in STATUSES.items()), (ENDING, _("Loopt af"))]
ALL, OWN, NO_COLLEAGUE = "all", "own", "none"
SHOW = [
    (OWN, _("mijn caseload")),
    (ALL, _("alle cliënten van de instelling")),
    (NO_COLLEAGUE, _("cliënten zonder collega")),
]
# The caseload of a colleague: "u" and the account's id.
_COLLEAGUE = re.compile(r"u([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True)
class ListFilters:
    """The values of the filters. `standing` is a verdict or `ending`; `part` MO, NT2 or PLO; "" is no filter.

    `show` says whose clients: `all`, `own`, `none` (in no caseload), or `u7`, the caseload of account 7. `attention` is
    an `enums.Attention`; it is for this visit, so the portal does not remember it.
    """

    standing: str = ""
    part: str = ""
    attention: str = ""
    show: str = ALL


class ClientFilterSet(django_filters.FilterSet):
    """Narrows the client list by status, part and caseload. A value that is not among the choices is no filter."""

    standing = django_filters.ChoiceFilter(label=_("Status"), choices=STANDINGS, method="filter_standing")
    part = django_filters.ChoiceFilter(
        label=_("Onderdeel"),
        choices=[(part.value, part.value) for part in Part],
        empty_label=_("alle onderdelen"),
        method="filter_part",
    )
    attention = django_filters.ChoiceFilter(
        label=_("Aandacht"), choices=Attention.choices, method="filter_attention"
    )
    show = django_filters.ChoiceFilter(
        label=_("Toon"), choices=SHOW, empty_label=None, method="filter_caseload"
    )

    class Meta:
        model = ClientListEntry
        fields: list[str] = []

    def __init__(self, *args, acting: Membership, **kwargs) -> None:
        """`acting` is the membership whose caseload is the own one."""
        super().__init__(*args, **kwargs)
        self.user_id = acting.user_id
        if colleague := _colleague(self.data.get("show", ""), acting):
            # A colleague is a choice only while the list shows their caseload: the page of caseloads names them all.
            choice = (f"u{colleague.pk}", _("caseload van %(name)s") % {"name": colleague})
            self.filters["show"].extra["choices"] = [*SHOW, choice]

    def filter_standing(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        """With a part chosen, the verdict is that part's and not the person's worst one."""
        if value == ENDING:
            return entries.filter(valid_until__lte=today() + ENDING_SOON)
        if value == NOT_SHOWN:
            return entries.filter(verdict__isnull=True)
        if part := self.values.part:
            return entries.filter(parts__contains=[{"part": part, "verdict": value}])
        return entries.filter(verdict=value)

    def filter_part(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        return entries.filter(parts__contains=[{"part": value}])

    def filter_attention(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        return narrow(entries, value)

    def filter_caseload(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        if value == NO_COLLEAGUE:
            return entries.without_colleague()
        if value == OWN:
            return entries.followed_by(self.user_id)
        if colleague := _COLLEAGUE.fullmatch(value):
            return entries.followed_by(int(colleague[1]))
        return entries

    @property
    def values(self) -> ListFilters:
        """The filters in force."""
        self.form.is_valid()
        values = self.form.cleaned_data
        return ListFilters(
            standing=values.get("standing") or "",
            part=values.get("part") or "",
            attention=values.get("attention") or "",
            show=values.get("show") or ALL,
        )

    @property
    def qs(self) -> ClientListQuerySet:
        """The lines behind the tab: one for each client, and of the inscriptions that end soon every one."""
        lines = super().qs
        is_by_client = self.values.standing != ENDING and self.values.attention != Attention.ENDING
        return lines.one_per_client() if is_by_client else lines

    @property
    def words(self) -> list[str]:
        """The filters in force as one reads them."""
        values = parameters(self.values)
        return [str(dict(self.form.fields[name].choices).get(value, value)) for name, value in values.items()]

    @property
    def before_tabs(self) -> ClientListQuerySet:
        """The lines that the tabs divide: narrowed to a caseload and to who needs attention, if asked for."""
        values = self.values
        return narrow(self.filter_caseload(self.queryset, "show", values.show), values.attention)


def _colleague(show: str, acting: Membership) -> User | None:
    """Return the colleague whose caseload `show` names: an account that has or had access to the institution."""
    value = _COLLEAGUE.fullmatch(show)
    if value is None:
        return None
    return User.objects.filter(pk=value[1], memberships__institution=acting.institution_id).first()


@dataclass(frozen=True)
class Chip:
    """A filter in force: its words, and the filters without it."""

    words: str
    without: ListFilters
    href: str

    @property
    def posted(self) -> str:
        """What htmx posts, so that the portal remembers it."""
        return json.dumps(
            {"standing": "", "part": "", "attention": "", "show": ALL} | parameters(self.without)
        )


def chips(filterset: ClientFilterSet, sort: str = "") -> list[Chip]:
    """The filters in force, in words."""
    filters = filterset.values
    found = []
    for name, nothing in (("standing", ""), ("part", ""), ("attention", ""), ("show", ALL)):
        value = getattr(filters, name)
        if value != nothing:
            field = filterset.form.fields[name]
            words = next(str(label) for code, label in field.choices if code == value)
            without = replace(filters, **{name: nothing})
            found.append(Chip(f"{field.label}: {words}", without, address(without, sort=sort)))
    return found


@dataclass(frozen=True)
class Tab:
    """One of the tabs above the list: a status, how many lines it has, its address."""

    code: str
    label: str | Promise
    count: CappedCount
    href: str
    current: bool


def parameters(filters: ListFilters) -> dict[str, str]:
    """The filters as they appear in an address and as they are remembered: codes, without the empty ones."""
    values = {
        "standing": filters.standing,
        "part": filters.part,
        "attention": filters.attention,
        "show": filters.show,
    }
    return {name: value for name, value in values.items() if value}


def address(filters: ListFilters, *, sort: str = "", after: str = "") -> str:
    """The query string of the list under `filters`, in the order `sort`, from the page after the cursor `after`."""
    place = {name: value for name, value in (("sort", sort), ("after", after)) if value}
    return "?" + urlencode(parameters(filters) | place)


def tabs(counts: Mapping[str, CappedCount], filters: ListFilters, sort: str = "") -> list[Tab]:
    """The tabs with their counts, "all" first; the one of `filters` is current."""
    return [
        Tab(
            code,
            label,
            counts[code],
            address(replace(filters, standing=code), sort=sort),
            code == filters.standing,
        )
        for code, label in [("", _("Alle")), *STANDINGS]
    ]


class EndedFilterSet(django_filters.FilterSet):
    """Inscriptions that are over (without a choice), or that still run under a mandate that is over."""

    CLOSED = "closed"

    state = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(CLOSED, _("lopend, maar de machtiging is voorbij"))],
        empty_label=_("voorbij of vervallen"),
        method="filter_state",
    )

    class Meta:
        model = Inscription
        fields: list[str] = []

    def filter_state(self, inscriptions: InscriptionQuerySet, name: str, value: str) -> InscriptionQuerySet:
        """Show those that run on but whose mandate has no version in force, now or later."""
        later = MandateVersion.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today()),
            mandate=OuterRef("mandate"),
            status=VersionStatus.CONFIRMED,
        )
        return inscriptions.filter(~Exists(later), voided_at__isnull=True, valid_until__gte=today())

    @property
    def qs(self) -> InscriptionQuerySet:
        """The chosen inscriptions with their steps, the last one to end first."""
        self.form.is_valid()
        if self.form.cleaned_data.get("state"):
            chosen = super().qs
        else:
            chosen = self.queryset.filter(Q(voided_at__isnull=False) | Q(valid_until__lt=today()))
        return chosen.prefetch_related("events").order_by("-valid_until", "-pk")
