"""Filters of the client list: codes in the address, never a name or number."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import urlencode

import django_filters
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.forms import Select
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from partners.enums import Capacity, VersionStatus
from partners.models import MandateVersion, Membership, User
from partners.periods import today
from persons.attendance import Part
from persons.enums import NOT_SHOWN, STATUSES, TARGET_GROUPS, VerdictLabel
from persons.models import ClientListEntry, Inscription
from persons.querysets import ClientListQuerySet, InscriptionQuerySet
from persons.sortkeys import SORT_KEYS

from .enums import Attention
from .services.attention import narrow
from .services.lists import ENDING_SOON, CappedCount, is_short
from .tables import ClientTable, Whose

ENDING = "ending"
UNMET = "unmet"
STANDINGS = [
    *((code, status.words) for code, status in STATUSES.items()),
    (UNMET, _("Voldoet niet")),
    (ENDING, _("Loopt af")),
]
# Conditions of the Wooncode, by key of `listparts.Housing`.
CONDITIONS = [
    ("integration", _("inburgeringsbereidheid")),
    ("language", _("taalbereidheid")),
    ("level", _("taalkennisvereiste")),
]
ALL, OWN, NO_COLLEAGUE = "all", "own", "none"
SHOW = [
    (OWN, _("mijn caseload")),
    (ALL, _("alle cliënten van de instelling")),
    (NO_COLLEAGUE, _("cliënten zonder collega")),
]
# The caseload of a colleague: "u" and the account's id.
_COLLEAGUE = re.compile(r"u([1-9][0-9]{0,17})", re.ASCII)


class CourseEnd(TextChoices):
    """When the course of a part ends, for this client."""

    THIS_MONTH = "month", _("deze maand")
    NEXT_MONTH = "next", _("volgende maand")
    LATER = "later", _("later")
    PAST = "past", _("voorbij")

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day of this choice, as seen today."""
        day = today()
        this = day.replace(day=1)
        following = (this + datetime.timedelta(days=31)).replace(day=1)
        after = (following + datetime.timedelta(days=31)).replace(day=1)
        one = datetime.timedelta(days=1)
        return {
            CourseEnd.THIS_MONTH: (day, following - one),
            CourseEnd.NEXT_MONTH: (following, after - one),
            CourseEnd.LATER: (after, datetime.date.max),
            CourseEnd.PAST: (datetime.date.min, day - one),
        }[self]


@dataclass(frozen=True)
class ListFilters:
    """The values of the filters; "" is no filter.

    `standing` is a verdict, `unmet` or `ending`; `part` MO, NT2 or PLO; `capacity`, `ends`, `target` and `unmet` are
    codes of `Capacity`, `CourseEnd`, `TARGET_GROUPS` and `CONDITIONS`; `centre` is the name of one. `show` says whose
    clients: `all`, `own`, `none` (in no caseload), or `u7`, the caseload of account 7. `attention` is an
    `enums.Attention`; it is for this visit, so the portal does not remember it.
    """

    standing: str = ""
    part: str = ""
    capacity: str = ""
    centre: str = ""
    ends: str = ""
    target: str = ""
    attention: str = ""
    unmet: str = ""
    show: str = ALL


NOTHING = ListFilters()
NAMES = [field.name for field in fields(ListFilters)]


class ClientFilterSet(django_filters.FilterSet):
    """Narrows the client list. A value that is not among the choices is no filter.

    The line of a client has the course that decides for each part. With a part chosen, status, centre and end are
    those of that part; without one, the status is the line's, and centre and end are those of any part.
    """

    standing = django_filters.ChoiceFilter(
        label=_("Status"), choices=lambda: STANDINGS, method="filter_standing"
    )
    part = django_filters.ChoiceFilter(
        label=_("Onderdeel"),
        choices=lambda: [(part.value, part.value) for part in Part],
        empty_label=_("alle onderdelen"),
        method="filter_part",
    )
    capacity = django_filters.ChoiceFilter(
        label=_("Hoedanigheid"), choices=lambda: Capacity.choices, empty_label=_("alle hoedanigheden")
    )
    centre = django_filters.CharFilter(label=_("Centrum"), max_length=200, method="filter_centre")
    ends = django_filters.ChoiceFilter(
        label=_("Einde cursus"),
        choices=lambda: CourseEnd.choices,
        empty_label=_("om het even wanneer"),
        method="filter_ends",
    )
    target = django_filters.ChoiceFilter(
        label=_("Doelgroep"),
        choices=lambda: list(TARGET_GROUPS.items()),
        empty_label=_("alle doelgroepen"),
        field_name="target_type",
        method="filter_target",
    )
    attention = django_filters.ChoiceFilter(
        label=_("Aandacht"), choices=lambda: Attention.choices, method="filter_attention"
    )
    unmet = django_filters.ChoiceFilter(
        label=_("Voldoet niet aan"),
        choices=lambda: CONDITIONS,
        empty_label=_("(geen filter)"),
        method="filter_unmet",
    )
    show = django_filters.ChoiceFilter(
        label=_("Toon"), choices=lambda: SHOW, empty_label=None, method="filter_caseload"
    )

    class Meta:
        model = ClientListEntry
        fields: list[str] = []

    def __init__(self, *args, acting: Membership, **kwargs) -> None:
        """`acting` is the membership whose caseload is the own one."""
        super().__init__(*args, **kwargs)
        self.own_courses = acting.institution.is_school
        self.offers_conditions = False
        self.user_id = acting.user_id
        if colleague := _colleague(self.data.get("show", ""), acting):
            # A colleague is a choice only while the list shows their caseload: the page of caseloads names them all.
            choice = (f"u{colleague.pk}", _("caseload van %(name)s") % {"name": colleague})
            self.filters["show"].extra["choices"] = [*SHOW, choice]

    def offer_what_there_is(self) -> None:
        """Offer the capacities, centres and target groups that the lines have, and no others. Reads all lines.

        The conditions of the Wooncode are offered where a line has its answers.
        """
        lines = self.queryset.order_by()
        for name, labels in (("capacity", dict(Capacity.choices)), ("target", TARGET_GROUPS)):
            column = self.filters[name].field_name
            codes = set(lines.values_list(column, flat=True).distinct())
            field = self.form.fields[name]
            field.choices = [(code, words) for code, words in labels.items() if code in codes]
        self.offers_conditions = lines.filter(housing__isnull=False).exists()
        self.form.fields["centre"].widget = Select(
            choices=[("", _("alle centra")), *((name, name) for name in lines.centres())]
        )

    def filter_standing(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        """With a part chosen, the verdict is that part's and not the person's worst one."""
        if value == ENDING:
            return entries.filter(valid_until__lte=today() + ENDING_SOON)
        if value == UNMET:
            return entries.filter(is_unmet=True)
        if value == NOT_SHOWN:
            return entries.filter(verdict__isnull=True)
        if part := self.values.part:
            return entries.filter(parts__contains=[{"part": part, "verdict": value}])
        return entries.filter(verdict=value)

    def filter_part(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        return entries.filter(parts__contains=[{"part": value}])

    def filter_centre(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        part = {"part": self.values.part} if self.values.part else {}
        return entries.filter(parts__contains=[{"centre": value} | part])

    def filter_ends(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        first, last = CourseEnd(value).days
        return entries.with_course_that_ends(first, last, part=self.values.part)

    def filter_attention(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        return narrow(entries, value)

    def filter_target(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        return entries.of_clients_with(target_type=value)

    def filter_unmet(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        return entries.of_clients_with(is_unmet=True, housing__contains={value: False})

    def filter_caseload(self, entries: ClientListQuerySet, name: str, value: str) -> ClientListQuerySet:
        if value == NO_COLLEAGUE:
            return entries.without_colleague()
        if value == OWN:
            return entries.followed_by(self.user_id)
        if colleague := _COLLEAGUE.fullmatch(value):
            return entries.followed_by(int(colleague[1]))
        return entries

    @cached_property
    def values(self) -> ListFilters:
        """The filters in force."""
        self.form.is_valid()
        values = self.form.cleaned_data
        return ListFilters(**{name: values[name] for name in NAMES if values.get(name)})

    @property
    def qs(self) -> ClientListQuerySet:
        """The lines behind the tab: one for each client.

        Of the inscriptions that end soon, and of those with a "nee" among the answers of the Wooncode, every one: the
        first line of a client need not be the one that says so.
        """
        is_by_inscription = (
            self.values.standing in (ENDING, UNMET) or self.values.attention == Attention.ENDING
        )
        return super().qs if is_by_inscription else self.per_client(super().qs)

    def per_client(self, lines: ClientListQuerySet) -> ClientListQuerySet:
        """One of `lines` for each client. In one capacity a client has one at most, and it need not be the first."""
        return lines if self.values.capacity else lines.one_per_client()

    @property
    def words(self) -> list[str]:
        """The filters in force as one reads them."""
        values = parameters(self.values)
        return [self.words_of(name, value) for name, value in values.items()]

    def words_of(self, name: str, value: str) -> str:
        """Return the words of one value of a filter."""
        return str(dict(getattr(self.form.fields[name], "choices", ())).get(value, value))

    @property
    def before_tabs(self) -> ClientListQuerySet:
        """The lines that the tabs divide: narrowed by every filter but the status, and by the part as `counts` does."""
        lines = self.queryset
        for name in ("capacity", "centre", "ends", "target", "unmet", "attention", "show"):
            lines = self.filters[name].filter(lines, getattr(self.values, name))
        return lines


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
        return posted(self.without)


def chips(filterset: ClientFilterSet, sort: str = "") -> list[Chip]:
    """The filters in force, in words, but for those of the own caseload: a switch of its own shows it."""
    filters = filterset.values
    chips = []
    for name, value in parameters(filters).items():
        if (name, value) not in (("show", OWN), ("show", ALL)):
            words = f"{filterset.form.fields[name].label}: {filterset.words_of(name, value)}"
            without = replace(filters, **{name: getattr(NOTHING, name)})
            chips.append(Chip(words, without, address(without, sort=sort)))
    return chips


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
    return {name: value for name, value in asdict(filters).items() if value}


def posted(filters: ListFilters) -> str:
    """The filters as htmx posts them: all of them, so that those on the page do not stay in force."""
    return json.dumps(asdict(filters))


def address(filters: ListFilters, *, sort: str = "", after: str = "") -> str:
    """The query string of the list under `filters`, in the order `sort`, from the page after the cursor `after`."""
    place = {name: value for name, value in (("sort", sort), ("after", after)) if value}
    return "?" + urlencode(parameters(filters) | place)


def tabs(counts: Mapping[str, CappedCount], filters: ListFilters, sort: str = "") -> list[Tab]:
    """The tabs with their counts, "all" first; the one of `filters` is current.

    Where no line has attendance, the answers of the Wooncode take the place of "not shown".
    """
    left_out = UNMET if any(counts[verdict].number for verdict in VerdictLabel.values) else NOT_SHOWN
    return [
        Tab(
            code,
            label,
            counts[code],
            address(replace(filters, standing=code), sort=sort),
            code == filters.standing,
        )
        for code, label in [("", _("Alle")), *STANDINGS]
        if code != left_out or code == filters.standing
    ]


def client_table(filterset: ClientFilterSet, sort: str, *, short: bool | None = None) -> ClientTable:
    """Return the list under its filters, with the stars; its rows lead on to the next client of this list.

    `short` says that every column sorts; None counts the lines, if `sort` needs to know.
    """
    filters, lines = filterset.values, filterset.qs
    if short is None:
        short = sort.removeprefix("-") in SORT_KEYS and is_short(lines)
    table = ClientTable(
        lines,
        sort=sort,
        whose=Whose.OWN if filters.show == OWN else Whose.NAMED,
        own_courses=filterset.own_courses,
        is_short=short,
    )
    table.query = address(filters, sort=table.sort)
    return table


def filters_in(data: Mapping[str, str], acting: Membership) -> tuple[ListFilters, str]:
    """Return the filters in `data`, and the order as it appears in an address. Reads no line."""
    filterset = ClientFilterSet(data, queryset=ClientListEntry.objects.none(), acting=acting)
    return filterset.values, client_table(filterset, data.get("sort", ""), short=True).sort


def list_query(data: Mapping[str, str], acting: Membership) -> str:
    """Return the filters and the order in `data` as the query of the list; "" without any of them."""
    if not {*ClientFilterSet.base_filters, "sort"} & set(data):
        return ""
    filters, sort = filters_in(data, acting)
    return address(filters, sort=sort)


@dataclass(frozen=True)
class Saved:
    """Filters with a name, and the address of the list under them."""

    name: str
    href: str
    posted: str


def saved(filters_by_name: Mapping[str, Mapping[str, str]]) -> list[Saved]:
    """The filters that a membership has by name, in the order of the alphabet."""
    links = []
    for name, values in sorted(filters_by_name.items()):
        filters = ListFilters(**{key: value for key, value in values.items() if key in NAMES})
        sort = values.get("sort", "")
        links.append(Saved(name, address(filters, sort=sort), json.dumps(asdict(filters) | {"sort": sort})))
    return links


@dataclass(frozen=True)
class Side:
    """One side of the switch between the own caseload and the whole institution."""

    words: Promise
    href: str
    show: str
    current: bool


def switch(filters: ListFilters, sort: str = "") -> list[Side]:
    """The two sides of the switch, under the other filters of the list."""
    return [
        Side(words, address(replace(filters, show=show), sort=sort), show, filters.show == show)
        for show, words in ((OWN, _("Mijn")), (ALL, _("Hele instelling")))
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
