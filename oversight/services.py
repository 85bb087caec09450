"""Read the log of an institution for its privacy officer, and write the row that says who read it.

Every function that returns rows writes a row in the same transaction: without it nothing is shown.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import connection, transaction
from django.db.models import Case, Count, Q, QuerySet, When
from django.db.models.expressions import RawSQL

from caseload.paging import KeysetPaginator
from caseload.services.lists import CappedCount
from caseload.services.sessionvalues import SessionValues
from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Institution, Membership, User
from partners.periods import BRUSSELS, begin_of, months_later, today
from partners.sealing import Unreadable, seal, unseal

from .enums import FILES_OPENED, KINDS, KINDS_SHOWN, WITHOUT_NUMBER, How
from .hours import Hours

if TYPE_CHECKING:
    from .tables import LookTable

PAGE_SIZE = 50
COUNT_CAP = 1_000
MOST_SORTED = 2_000  # rows that are sorted by another column than the moment
MOST_COUNTED = 5_000  # of the newest rows, for the figures above the list
MOST_LINES = 5_000  # of a file
MOST_PERSONS = 5
MOST_NUMBERS = 500  # of one look, on its page
YEARS_KEPT = 10
_SEARCHES = SessionValues("log_searches", Kind.LOG_READING, 10)
_OF_PERSON = "consultations_of_person(%s, %s, %s::text[], %s, %s, %s, %s)"


class TooManyLines(Exception):
    """The looks are more than `MOST_LINES`. Nothing is handed over or logged."""


def institutions_of(acting: Membership) -> list[Institution]:
    """Return the institutions whose log `acting` reads: the own one first, then those that it succeeded."""
    institutions = Institution.objects.worked_for_by(acting.institution_id).order_by("name")
    return sorted(institutions, key=lambda each: each.pk != acting.institution_id)


def colleagues_of(institution: Institution) -> list[User]:
    """Return everyone who ever had access to `institution`, by name."""
    members = Membership.objects.filter(institution=institution).values("user")
    return list(User.objects.filter(pk__in=members).order_by("first_name", "last_name", "pk"))


def first_day_kept() -> datetime.date:
    """Return the first day of the months that the log is kept."""
    return months_later(today().replace(day=1), -12 * YEARS_KEPT)


def looks_at(institution: Institution) -> QuerySet[Consultation]:
    """The rows of the log of one institution: one, so that the index gives their order."""
    return Consultation.objects.filter(institution_id=institution.pk)


def not_by_number() -> Q:
    """The condition of a search by name or birth date: the row of one by INSZ has the number."""
    return Q(kind=Kind.SEARCH, numbers=[])


def unfollowed() -> Q:
    """The condition that a file was opened of a person who is in no caseload of the bound institution today."""
    followed = RawSQL("SELECT persons_in_a_caseload(NULL)", [])
    return Q(kind__in=FILES_OPENED, outcome=Outcome.SHOWN) & ~Q(insz__in=followed)


def numbers_of(look: Consultation) -> list[str]:
    """Return the numbers that a row of the log is about: those of the person, asked for, and shown; each once.

    None of a refusal of an own or a colleague's file: the number would be that of a user.
    """
    if look.rule in WITHOUT_NUMBER:
        return []
    return [number for number in dict.fromkeys([look.insz, *look.numbers, *look.shown]) if number]


def only_number_in(look: Consultation) -> str:
    """Return the number of the one person that a row is about; "" if there is none, or more than one."""
    numbers = numbers_of(look)
    return numbers[0] if len(numbers) == 1 else ""


def followed_among(numbers: Iterable[str]) -> set[str]:
    """Return those of `numbers` that are in a caseload of the bound institution today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM persons_in_a_caseload(%s::text[])", [list(numbers)])
        return {number for (number,) in cursor.fetchall()}


# -- the desk


@dataclass(frozen=True)
class Tile:
    """How many looks of one sort there were lately, by how many colleagues, and how many in the seven days before."""

    looks: int
    colleagues: int
    before: int


@dataclass(frozen=True)
class DeskFigures:
    """Figures above the list. `today` is of today, the others are of seven days, today included.

    `is_capped`: there were more than `MOST_COUNTED` looks in the fortnight, of which the newest are counted.
    """

    today: Tile
    outside: Tile
    refused: Tile
    taken: Tile
    is_capped: bool


def desk_figures(institution: Institution) -> DeskFigures:
    """Count the newest looks of a fortnight, in one statement whose cost does not depend on the length of the log."""
    day = today()
    first, week = (begin_of(day - datetime.timedelta(days=days)) for days in (13, 6))
    # The hours once for each row: three counts ask for them.
    is_outside = Case(When(Hours.of(institution).outside, then=True), default=False)
    rows = looks_at(institution).filter(at__gte=first, kind__in=KINDS_SHOWN).annotate(is_outside=is_outside)
    conditions = {
        "today": Q(at__gte=begin_of(day)),
        "outside": Q(is_outside=True),
        "refused": Q(outcome=Outcome.REFUSED),
        "taken": Q(kind__in=KINDS[How.TAKEN]),
    }
    lately, before = Q(at__gte=week), Q(at__lt=week)
    counts: dict[str, Any] = {"all": Count("pk")}
    for name, condition in conditions.items():
        counts[f"{name}_looks"] = Count("pk", filter=lately & condition)
        counts[f"{name}_colleagues"] = Count("user_id", filter=lately & condition, distinct=True)
        counts[f"{name}_before"] = Count("pk", filter=before & condition)
    numbers = rows.order_by("-at")[: MOST_COUNTED + 1].aggregate(**counts)
    tiles = {
        name: Tile(*(numbers[f"{name}_{part}"] for part in ("looks", "colleagues", "before")))
        for name in conditions
    }
    return DeskFigures(**tiles, is_capped=numbers["all"] > MOST_COUNTED)


@dataclass(frozen=True)
class LookedAt:
    """A person whose file was opened: how often, and by how many colleagues."""

    insz: str
    looks: int
    colleagues: int


def most_looked_at(looks: QuerySet[Consultation]) -> list[LookedAt]:
    """Return the persons whose files most colleagues opened, among the newest `MOST_COUNTED` openings in `looks`."""
    files = looks.filter(kind__in=FILES_OPENED, outcome=Outcome.SHOWN).order_by("-at")
    newest, parameters = files.values("insz", "user_id")[:MOST_COUNTED].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT insz, count(*), count(DISTINCT user_id) FROM ({newest}) newest"
            " GROUP BY insz ORDER BY 3 DESC, 2 DESC, insz LIMIT %s",
            [*parameters, MOST_PERSONS],
        )
        return [LookedAt(*row) for row in cursor.fetchall()]


def count(looks: QuerySet[Consultation]) -> CappedCount:
    """How many looks there are, exact up to `MOST_SORTED`."""
    number = looks[: MOST_SORTED + 1].count()
    return CappedCount(min(number, MOST_SORTED), number > MOST_SORTED)


def show_desk(
    table: LookTable, *, acting: Membership, after: str, also_shown: Collection[str] = ()
) -> Consultation:
    """Read one page of `table` and write the log row with the numbers on it, and those of `also_shown`.

    The page is `table.page`. The row is of the reader's own institution, whichever log was read.
    """
    with transaction.atomic():
        context = ("log", table.institution.pk, acting.institution_id, acting.user_id)
        table.paginate(KeysetPaginator, PAGE_SIZE, after, context=context)
        numbers = {only_number_in(look) for look in table.page.rows} - {""}
        table.followed = followed_among(numbers)
        shown = sorted(numbers | set(also_shown))
        return _record(Kind.LOG_READING, acting, shown, is_empty=not table.page.rows)


def take_along(table: LookTable, *, acting: Membership) -> Sequence[Consultation]:
    """Return the rows of `table` for a file, in its order, and write the log row with the numbers in it.

    Raises TooManyLines.
    """
    with transaction.atomic():
        looks: list[Consultation] = list(table.data.data[: MOST_LINES + 1])
        if len(looks) > MOST_LINES:
            raise TooManyLines
        numbers = {only_number_in(look) for look in looks} - {""}
        table.followed = followed_among(numbers)
        _record(Kind.LOG_EXPORT, acting, sorted(numbers), is_empty=not looks)
    return looks


def show_look(
    look_id: uuid.UUID, institutions: Sequence[Institution], acting: Membership
) -> Consultation | None:
    """Return one row of the log of these institutions, and write the log row with the numbers its page shows.

    None when there is no such row; nothing is written then.
    """
    own = [institution.pk for institution in institutions]
    with transaction.atomic():
        look = Consultation.objects.filter(pk=look_id, institution_id__in=own).first()
        if look is not None:
            _record(Kind.LOG_READING, acting, numbers_of(look)[:MOST_NUMBERS], is_empty=False)
        return look


def _record(
    kind: Kind, acting: Membership, shown: Sequence[str], *, is_empty: bool, asked: Sequence[str] = ()
) -> Consultation:
    outcome = Outcome.EMPTY if is_empty else Outcome.SHOWN
    return record(kind=kind, outcome=outcome, acting=acting, shown=shown, numbers=asked)


# -- one person


def record_reading(insz: str, acting: Membership, *, is_empty: bool) -> None:
    """Write the log row of a page about one person that shows something else than the log."""
    _record(Kind.LOG_READING, acting, [] if is_empty else [insz], is_empty=is_empty, asked=[insz])


def store_person(session: SessionBase, insz: str, acting: Membership) -> uuid.UUID:
    """Store the number in the session, and return the id for the address. Raises like `SessionValues.store`."""
    return _SEARCHES.store(session, insz, acting)


def stored_person(session: SessionBase, search_id: uuid.UUID, acting: Membership) -> str | None:
    """Return the number; None when the session does not have it, or no longer. Raises OtherInstitution."""
    return _SEARCHES.read(session, search_id, acting)


@dataclass(frozen=True)
class PersonPage:
    """One page of looks at a person. The counts are of the newest `COUNT_CAP` looks of all pages.

    `first` is the day of the oldest of those, in Brussels. `unusual` were refused, or outside the hours. `ends_on` is
    the last day of the institution's own inscription of the person that ends last; None without one.
    """

    rows: Sequence[Consultation]
    next_after: str
    is_first: bool
    looks: CappedCount
    colleagues: int
    unusual: int
    first: datetime.date | None
    ends_on: datetime.date | None
    consultation: Consultation
    previous: str = ""


def show_person(
    insz: str, institution: Institution, *, how: str, acting: Membership, after: str = ""
) -> PersonPage:
    """Read a page of the looks of `institution` at one person, and write the log row.

    `how` is a value of `How`, or "" for `KINDS_SHOWN`. `after` is the cursor of a page; with any other text the looks
    start at the newest.
    """
    kinds = list(KINDS[How(how)] if how else KINDS_SHOWN)
    context = ("log of a person", insz, how, institution.pk, acting.institution_id, acting.user_id)
    newest, oldest = begin_of(today() + datetime.timedelta(days=1)), begin_of(first_day_kept())
    place = _place(after, context)
    before, last = place or (newest, None)
    arguments: list[Any] = [institution.pk, insz, kinds, oldest]
    with transaction.atomic():
        rows = list(
            Consultation.objects.raw(f"SELECT * FROM {_OF_PERSON}", [*arguments, before, last, PAGE_SIZE + 1])
        )
        with connection.cursor() as cursor:
            # Local times from the database: converting them in Python takes longer than the query.
            cursor.execute(
                f"SELECT at AT TIME ZONE %s, user_id, outcome FROM {_OF_PERSON}",
                [BRUSSELS.key, *arguments, newest, None, COUNT_CAP + 1],
            )
            counted = cursor.fetchall()
            cursor.execute("SELECT persons_registered_until(%s)", [insz])
            [ends_on] = cursor.fetchone()
        consultation = _record(
            Kind.LOG_READING, acting, [insz] if counted else [], is_empty=not rows, asked=[insz]
        )
    shown, hours = rows[:PAGE_SIZE], Hours.of(institution)
    return PersonPage(
        rows=shown,
        next_after=seal([shown[-1].at.isoformat(), str(shown[-1].pk)], *context)
        if len(rows) > PAGE_SIZE
        else "",
        is_first=place is None,
        looks=CappedCount(min(len(counted), COUNT_CAP), len(counted) > COUNT_CAP),
        colleagues=len({user for _at, user, _outcome in counted}),
        unusual=sum(outcome == Outcome.REFUSED or hours.is_outside_at(at) for at, _user, outcome in counted),
        first=counted[-1][0].date() if counted else None,
        ends_on=ends_on,
        consultation=consultation,
    )


def _place(cursor: str, context: tuple[object, ...]) -> tuple[datetime.datetime, str] | None:
    """Return moment and id of the last row of the page before; None for the first page."""
    if not cursor:
        return None
    try:
        at, last = unseal(cursor, *context)
    except Unreadable:
        return None
    return datetime.datetime.fromisoformat(at), last
