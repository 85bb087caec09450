"""Pages of the client list and searches in it: read, count, and log as one deed."""

from __future__ import annotations

import datetime
import json
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from consultations.enums import Channel, Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership, today
from persons import sorting
from persons.enums import VerdictLabel
from persons.insz import InvalidInsz, normalise
from persons.models import ClientListEntry
from persons.querysets import ClientListQuerySet

PAGE_SIZE = 50
COUNT_CAP = 1000
ENDING_SOON = datetime.timedelta(days=30)
_ENTRY = "persons_clientlistentry"


@dataclass(frozen=True)
class ListFilters:
    """What of the list is asked for; codes only. `standing` is a verdict or `ending`; `part` MO, NT2 or PLO."""

    standing: str = ""
    part: str = ""
    own: bool = False


@dataclass(frozen=True)
class CappedCount:
    """A number of lines, exact up to the cap."""

    number: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.capped else str(self.number)


@dataclass(frozen=True)
class ClientPage:
    """One page of the list: its lines, where the next one starts, how many lines each tab holds, and its log row."""

    entries: list[ClientListEntry]
    next_after: uuid.UUID | None
    is_first: bool
    counts: dict[str, CappedCount]
    consultation: Consultation


class InvalidSearch(ValueError):
    """What was typed can be neither a name nor a number; `reason` is one of `persons.insz.InvalidInsz.reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _narrowed(entries: ClientListQuerySet, filters: ListFilters, acting: Membership) -> ClientListQuerySet:
    if filters.own:
        entries = entries.followed_by(acting.user_id)
    if filters.standing == "ending":
        last = today() + ENDING_SOON
        entries = entries.filter(valid_until__lte=last)
        if filters.part:
            entries = entries.filter(parts__contains=[{"part": filters.part}])
    elif filters.part:
        wanted = {"part": filters.part}
        if filters.standing:
            # The verdict of that part, not the person's worst one.
            wanted["verdict"] = filters.standing
        entries = entries.filter(parts__contains=[wanted])
    elif filters.standing:
        entries = entries.filter(verdict=filters.standing)
    return entries


def client_page(
    *, acting: Membership | None, filters: ListFilters, after: uuid.UUID | None = None
) -> ClientPage:
    """One page of the own clients in the order of names, and the log row that says who was shown.

    `after` is the public id of the last line of the page before; when that line is no longer visible the list starts
    at its beginning. Raises DatabaseError when the log cannot be written.
    """
    with transaction.atomic():
        visible = ClientListEntry.objects.visible_to(acting)
        entries = _narrowed(visible, filters, acting) if acting else visible
        place = (
            visible.filter(inscription__public_id=after).values_list("sort_key", "inscription_id").first()
            if after
            else None
        )
        if place:
            entries = entries.after(*place)
        lines = list(entries[: PAGE_SIZE + 1])
        shown = lines[:PAGE_SIZE]
        consultation = record(
            kind=Kind.LIST,
            outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
            acting=acting,
            shown=[line.insz for line in shown],
        )
        return ClientPage(
            entries=shown,
            next_after=shown[-1].public_id if len(lines) > PAGE_SIZE else None,
            is_first=place is None,
            counts=counts(acting=acting, filters=filters),
            consultation=consultation,
        )


def counts(*, acting: Membership | None, filters: ListFilters) -> dict[str, CappedCount]:
    """How many lines each tab holds, each exact up to `COUNT_CAP`, in one statement."""
    if acting is None:
        return {}
    visible = ClientListEntry.objects.visible_to(acting)
    if filters.own:
        visible = visible.followed_by(acting.user_id)
    # The three kinds of tab as `_narrowed` has them, but compiled once: eight querysets take longer to build and to
    # plan than to run.
    lines, given = visible.order_by().values("pk").query.sql_with_params()
    part = [{"part": filters.part}] if filters.part else []
    one = f"(SELECT count(*) FROM ({lines} AND {{}} LIMIT {COUNT_CAP + 1}) t)"  # noqa: S608
    of_part = f"{_ENTRY}.parts @> %s::jsonb" if part else "true"
    of_verdict = (
        f"{_ENTRY}.parts @> jsonb_build_array(jsonb_build_object('part', %s, 'verdict', tab.verdict))"
        if part
        else f"{_ENTRY}.verdict = tab.verdict"
    )
    of_verdicts = (
        f"ARRAY(SELECT {one.format(of_verdict)} FROM unnest(%s) WITH ORDINALITY AS tab(verdict, place)"  # noqa: S608
        " ORDER BY tab.place)"
    )
    ending = f"{_ENTRY}.valid_until <= %s AND {of_part}"
    part_json, part_code = ([json.dumps(part)], [filters.part]) if part else ([], [])
    verdicts = VerdictLabel.values
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {one.format(of_part)}, {one.format(ending)}, {of_verdicts}",  # noqa: S608
            [
                *(*given, *part_json),
                *(*given, today() + ENDING_SOON, *part_json),
                *(*given, *part_code, verdicts),
            ],
        )
        whole, soon, numbers = cursor.fetchone()
    found = {"": whole, **dict(zip(verdicts, numbers, strict=True)), "ending": soon}
    return {tab: CappedCount(min(number, COUNT_CAP), number > COUNT_CAP) for tab, number in found.items()}


def search(
    *,
    acting: Membership | None,
    text: str,
    after: uuid.UUID | None = None,
    channel: Channel = Channel.PORTAL,
) -> ClientPage:
    """The own clients whose name starts with `text`, or whose INSZ it is; logged with who was shown.

    Raises `InvalidSearch` when `text` starts with a digit and is no valid INSZ; nothing is looked up then.
    """
    typed = text.strip()
    number = ""
    if typed[:1].isdigit():
        try:
            number = normalise(typed, allow_test=settings.KBI_ALLOW_TEST_NUMBERS)
        except InvalidInsz as error:
            raise InvalidSearch(error.reason) from error
    with transaction.atomic():
        visible = ClientListEntry.objects.visible_to(acting)
        entries = visible.filter(insz=number) if number else visible.with_prefix(typed)
        place = (
            visible.filter(inscription__public_id=after).values_list("sort_key", "inscription_id").first()
            if after
            else None
        )
        if place:
            entries = entries.after(*place)
        lines = list(entries[: PAGE_SIZE + 1])
        shown = lines[:PAGE_SIZE]
        consultation = record(
            kind=Kind.SEARCH,
            outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
            acting=acting,
            channel=channel,
            # Logged whether or not it matches: a look for a neighbour leaves its trace.
            numbers=[number] if number else [],
            term="" if number else sorting.normalise(typed),
            shown=[line.insz for line in shown],
        )
    return ClientPage(
        entries=shown,
        next_after=shown[-1].public_id if len(lines) > PAGE_SIZE else None,
        is_first=place is None,
        counts={},
        consultation=consultation,
    )
