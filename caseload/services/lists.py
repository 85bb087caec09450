"""Pages of the client list and of searches in it: read, count and log in one transaction."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership
from partners.periods import today
from partners.rowtables import RowTable
from persons import birthdates, sorting
from persons.enums import NOT_SHOWN, VerdictLabel
from persons.insz import InvalidInsz, format_insz, looks_like_number, normalise
from persons.models import CaseloadRow, ClientListEntry
from persons.querysets import NAMELESS, ClientListQuerySet
from persons.services.ruling import refusing_rules

from ..paging import KeysetPaginator, Range, place_of, read, read_from

PAGE_SIZE = 50
COUNT_CAP = 1000
MOST_SORTED = 2_000
ENDING_SOON = datetime.timedelta(days=30)
_ENTRY = "persons_clientlistentry"


class ClientLines(RowTable):
    """A table of lines of the client list; `ranges` are those of its order (see `caseload.paging`), if it has any.

    `outdated_range` is the place of the range with the lines whose day has passed. `names_colleagues`: the table says
    in whose caseload a client is.
    """

    ranges: Sequence[Range] = ()
    outdated_range: int | None = None
    names_colleagues = False

    class Meta(RowTable.Meta):
        pass

    def with_sort_key(self, lines: ClientListQuerySet) -> ClientListQuerySet:
        """Return `lines` with the value by which this table sorts, if that is none of their own."""
        return lines

    def first_lines(self, number: int) -> list[ClientListEntry]:
        """Return at most `number` lines, in the order of the table."""
        queryset = self.data.data
        return read(queryset, self.ranges, number) if self.ranges else list(queryset[:number])

    def beside(self, entry: ClientListEntry, direction: str) -> ClientListEntry | None:
        """Return the line after `entry`, a visible one, or before it; None at the end.

        `entry` itself may have left the table, when a filter no longer fits.
        """
        ranges = self.ranges or [(Q(), [str(name) for name in self.data.data.query.order_by])]
        # Which of the ranges it is in, the database says.
        [entry] = read(self.with_sort_key(ClientListEntry.objects.filter(pk=entry.pk)), ranges, 1)
        return next(iter(read_from(self.data.data, ranges, place_of(entry, ranges, direction), 1)), None)


@dataclass(frozen=True)
class CappedCount:
    """A number of lines, exact up to the cap."""

    number: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.capped else str(self.number)


@dataclass(frozen=True)
class ClientPage:
    """One page of clients that was shown: its lines, the cursors of the pages beside it, and the log row."""

    entries: Sequence[ClientListEntry]
    previous: str
    next_after: str
    is_first: bool
    consultation: Consultation


@dataclass(frozen=True)
class SearchTerm:
    """A search as it is looked up and logged: an INSZ, normalised words of a name, or a birth date.

    `birth` is `1986-03-12`, or `1986-03` or `1986` without the rest.
    """

    number: str = ""
    name: str = ""
    birth: str = ""

    @classmethod
    def parse(cls, text: str) -> SearchTerm:
        """Read the text of the search field. Raises `InvalidSearch` for text that looks like a number but is none.

        Raises `InvalidBirthDate` for a date that cannot be.
        """
        if not looks_like_number(text):
            return cls(name=sorting.fold(text))
        if birth := birthdates.parse(text):
            return cls(birth=birth)
        try:
            return cls(number=normalise(text, allow_test=settings.KBI_ALLOW_TEST_NUMBERS))
        except InvalidInsz as error:
            raise InvalidSearch(error.reason) from error

    @property
    def text(self) -> str:
        """The search as the field shows it again."""
        return format_insz(self.number) if self.number else self.name or birthdates.written(self.birth)

    @property
    def term(self) -> str:
        """The search as the log keeps it, unless it is a number: those have a column of their own."""
        return self.name or self.birth

    def matches(self, visible: ClientListQuerySet) -> ClientListQuerySet:
        """The lines of `visible` that this search finds, in the order of names."""
        if self.number:
            return visible.filter(insz=self.number)
        return visible.born(self.birth) if self.birth else visible.named(self.name)


class InvalidSearch(ValueError):
    """The text is no name, date or number; `reason` is one of `persons.insz.InvalidInsz.reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_short(lines: ClientListQuerySet) -> bool:
    """Return True if the lines are few enough to sort by a column without an index."""
    return lines.order_by()[: MOST_SORTED + 1].count() <= MOST_SORTED


def show_page(
    table: ClientLines,
    *,
    acting: Membership,
    after: str = "",
    kind: Kind = Kind.LIST,
    search: SearchTerm | None = None,
    also_shown: Sequence[str] = (),
    size: int | None = None,
    has_outdated: bool = True,
) -> ClientPage:
    """Read one page of `table` and write the log row with the persons it shows.

    The table is over lines visible to `acting`. `after` is a cursor of a page beside it, made for the same
    institution, user and order; otherwise the list starts at its beginning. A search is logged whether or not it
    matches, so that looking for a neighbour leaves its trace. The row of a number that a rule above every mandate keeps
    from the user is a refusal. `also_shown` are numbers that the page shows beside the table, `size` how many lines it
    has if not `PAGE_SIZE`. Without `has_outdated` (see `counts`) the outdated lines are not looked for. Raises
    DatabaseError when the log cannot be written.
    """
    # Without a savepoint: when this fails there is no page.
    with transaction.atomic(savepoint=False):
        context = (acting.institution_id, acting.user_id)
        table.paginate(
            KeysetPaginator,
            size or PAGE_SIZE,
            after,
            context=context,
            ranges=table.ranges,
            empty=None if has_outdated else table.outdated_range,
        )
        page = table.page
        entries: Sequence[ClientListEntry] = page.rows
        complete(entries, acting, names_colleagues=table.names_colleagues)
        shown = dict.fromkeys([*(entry.insz for entry in entries), *also_shown])
        number = search.number if search else ""
        rule = refusing_rules([number]).get(number) if number and not shown else None
        consultation = record(
            kind=kind,
            outcome=Outcome.REFUSED if rule else Outcome.SHOWN if shown else Outcome.EMPTY,
            rule=rule.code if rule else None,
            acting=acting,
            term=search.term if search else "",
            numbers=[number] if number else [],
            shown=list(shown),
        )
    return ClientPage(entries, page.previous, page.next_after, page.is_first, consultation)


def complete(lines: Sequence[ClientListEntry], acting: Membership, *, names_colleagues: bool) -> None:
    """Set on each of `lines` what other lines and the caseloads say of its client.

    Among all lines that are visible, not those of the page: a namesake that a filter hides is as easily taken for the
    other. Queries beside the page, because as parts of its query they take longer to build than to run.
    """
    if not lines:
        return
    capacities: dict[str, list[tuple[int, str]]] = defaultdict(list)
    numbers: dict[str, set[str]] = defaultdict(set)
    others = ClientListEntry.objects.visible_to(acting).beside(lines).order_by("-shows", "inscription_id")
    for number, name, inscription, capacity in others.values_list(
        "insz", "sort_key", "inscription_id", "capacity"
    ):
        capacities[number].append((inscription, capacity))
        numbers[name].add(number)
    colleagues = _colleagues(lines, acting) if names_colleagues else {}
    for line in lines:
        line.other_capacities = [
            capacity for inscription, capacity in capacities[line.insz] if inscription != line.inscription_id
        ]
        line.has_namesake = line.sort_key != NAMELESS and bool(numbers[line.sort_key] - {line.insz})
        if names_colleagues:
            names = colleagues.get(line.insz, {})
            line.colleagues, line.is_own = sorted(names.values()), acting.user_id in names


def _colleagues(lines: Sequence[ClientListEntry], acting: Membership) -> dict[str, dict[int, str]]:
    """Return by INSZ who has the client in their caseload at the institution: account and name."""
    rows = CaseloadRow.objects.filter(
        institution=acting.institution_id, insz__in={line.insz for line in lines}
    )
    names: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows.select_related("user"):
        names[row.insz][row.user_id] = str(row.user)
    return names


class TabCounts(dict[str, CappedCount]):
    """How many lines are behind each tab; `has_outdated` is False if the day that decides has passed for none."""

    has_outdated = True


def counts(
    entries: ClientListQuerySet, part: str = "", *, tab: str = "", one_per_client: bool = True
) -> TabCounts:
    """How many of `entries` are behind each tab, each exact up to `COUNT_CAP`.

    Tabs count clients, "unmet" and "ending" count inscriptions; see `caseload.filters.ClientFilterSet.qs`. `entries`
    may have more lines of a client unless `one_per_client` is False.

    Tabs are "" (all), the verdicts, "not_shown" (the mandate gives none), "ending", and "unmet" (a no among the answers
    of the Wooncode). That last one has a count where no line has a verdict, or when `tab` is the one. With a `part`
    (MO, NT2, PLO) a verdict is that part's, as in `caseload.filters.ClientFilterSet`.
    """
    # One statement, with one compiled queryset for all verdicts: seven of them take longer to plan than to run.
    clients = entries.one_per_client() if one_per_client else entries
    lines, parameters = clients.order_by().values("pk").query.sql_with_params()
    every, every_parameters = entries.order_by().values("pk").query.sql_with_params()
    capped = f"(SELECT count(*) FROM ({{}} AND {{}} LIMIT {COUNT_CAP + 1}) t)"
    of_part = f"{_ENTRY}.parts @> %s::jsonb" if part else "true"
    part_value = [{"part": part}]
    part_json, part_code = ([json.dumps(part_value)], [part]) if part else ([], [])
    of_verdict = (
        f"{_ENTRY}.parts @> jsonb_build_array(jsonb_build_object('part', %s, 'verdict', tab.verdict))"
        if part
        else f"{_ENTRY}.verdict = tab.verdict"
    )
    of_verdicts = (
        f"ARRAY(SELECT {capped.format(lines, of_verdict)} FROM unnest(%s) WITH ORDINALITY AS tab(verdict, place)"
        " ORDER BY tab.place)"
    )
    hidden = f"{_ENTRY}.verdict IS NULL AND {of_part}"
    ending = f"{_ENTRY}.valid_until <= %s AND {of_part}"
    verdicts = VerdictLabel.values
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {capped.format(lines, hidden)}, {capped.format(every, ending)}, {of_verdicts},"
            f" EXISTS ({every} AND {_ENTRY}.decides_on < %s)",
            [
                *(*parameters, *part_json),
                *(*every_parameters, today() + ENDING_SOON, *part_json),
                *(*parameters, *part_code, verdicts),
                *(*every_parameters, today()),
            ],
        )
        not_shown, soon, numbers, has_outdated = cursor.fetchone()
    unmet = 0
    if tab == "unmet" or not any(numbers):
        of_wooncode = entries.filter(is_unmet=True, **({"parts__contains": part_value} if part else {}))
        unmet = of_wooncode.order_by()[: COUNT_CAP + 1].count()
    by_verdict = dict(zip(verdicts, numbers, strict=True))
    # A line has one verdict, or none.
    total = sum(numbers) + not_shown
    tabs = {"": total, **by_verdict, NOT_SHOWN: not_shown, "unmet": unmet, "ending": soon}
    result = TabCounts(
        (code, CappedCount(min(number, COUNT_CAP), number > COUNT_CAP)) for code, number in tabs.items()
    )
    result.has_outdated = has_outdated
    return result
