"""Rows of the log for the tests of the monthly reports, and what a plain count makes of them."""

from __future__ import annotations

import datetime
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.utils import timezone

from consultations.enums import Channel, Kind, Outcome
from consultations.models import Consultation
from partners.models import Institution, Membership
from partners.periods import BRUSSELS, today
from statistics.careful.services import last_month_due
from tests import factories


def last_month() -> datetime.date:
    """The last month whose reports can be made today."""
    return last_month_due(today())


def moment(day: datetime.date, hour: int = 10, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), BRUSSELS)


def working_day(month: datetime.date) -> datetime.date:
    """The first Monday of a month."""
    return next(
        day for day in (month + datetime.timedelta(days=more) for more in range(7)) if day.isoweekday() == 1
    )


def row(acting: Membership | None, at: datetime.datetime, **values: object) -> Consultation:
    """A row of the log that is not written yet."""
    who = {"user_id": acting.user_id, "institution_id": acting.institution_id} if acting else {}
    usual = {"kind": "file", "channel": "portal", "outcome": "shown"}
    return Consultation(at=at, **{**who, **usual, **values})


def write(rows: Iterable[Consultation]) -> None:
    with factories.owner():
        Consultation.objects.bulk_create(rows)


def looks(acting: Membership, month: datetime.date, number: int = 1, **values: object) -> None:
    """Files that this user opened on the first Monday of a month, at ten unless `at` says otherwise."""
    write([row(acting, **{"at": moment(working_day(month)), **values}) for _ in range(number)])


def random_rows(
    members: Sequence[Membership], month: datetime.date, number: int, seed: int
) -> list[Consultation]:
    """Rows of all sorts in and around a month, many at the edges of days, hours and months."""
    draw = random.Random(seed)
    after = (month + datetime.timedelta(days=32)).replace(day=1)
    edges = [moment(month, 0), moment(after, 0)]
    rows = []
    for _ in range(number):
        day = month + datetime.timedelta(days=draw.randint(-3, 33))
        at = moment(day, draw.choice([0, 6, 7, 10, 18, 19, 23]), draw.choice([0, 0, 30, 59]))
        if draw.random() < 0.1:
            at = draw.choice(edges) + datetime.timedelta(microseconds=draw.choice([-1, 0, 1]))
        at = min(at, timezone.now() - datetime.timedelta(minutes=1))
        outcome = draw.choice([*Outcome, Outcome.SHOWN, Outcome.SHOWN])
        rules = ["not_visible", "limit", "own_file", "colleague", "shielded"]
        kind = draw.choice([*Kind, *[Kind.FILE] * 20, *[Kind.SEARCH] * 10])
        has_number = kind in (Kind.SEARCH, Kind.PASTED_LIST) and draw.random() < 0.5
        rows.append(
            row(
                draw.choice([*members, None]),
                at,
                kind=kind,
                channel=draw.choice([*[Channel.PORTAL] * 8, Channel.MACHINE, Channel.COMMAND]),
                outcome=outcome,
                rule=draw.choice(rules) if outcome == Outcome.REFUSED else "",
                numbers=[factories.insz(1)] if has_number else [],
            )
        )
    return rows


def plain_count(
    rows: Iterable[Consultation], month: datetime.date, institutions: Iterable[Institution]
) -> dict[int, Counter[str]]:
    """Count rows as the definitions say, one by one."""
    hours = {each.pk: (each.opens_at, each.closes_at) for each in institutions}
    counts: dict[int, Counter[str]] = {pk: Counter() for pk in hours}
    by_user: dict[int, Counter[int]] = defaultdict(Counter)
    for each in rows:
        at = each.at.astimezone(BRUSSELS)
        if each.channel != "portal" or each.institution_id is None or at.date().replace(day=1) != month:
            continue
        found, seen = counts[each.institution_id], each.outcome in ("shown", "empty")
        opens, closes = hours[each.institution_id]
        if each.kind == "file" and each.outcome == "shown":
            found["consultation"] += 1
            if at.weekday() > 4 or at.time() < opens or at.time() >= closes:
                found["outside"] += 1
        if each.kind in ("file", "escape_file") and each.outcome == "shown":
            by_user[each.institution_id][each.user_id] += each.kind == "file"
        found["list"] += each.kind == "list" and seen
        refused = each.outcome == "refused"
        found["search"] += (each.kind in ("search", "pasted_list") and seen) or (
            each.kind == "search" and refused
        )
        found["by_name"] += each.kind == "search" and seen and not each.numbers
        found["export"] += each.kind in ("export", "print") and seen
        found["refusal"] += refused and each.kind != "search"
        found["above"] += each.kind != "search" and each.rule in ("own_file", "colleague", "shielded")
        found["stopped"] += each.kind != "search" and each.rule == "limit"
        found["aborted"] += each.outcome == "aborted"
    for pk, found in counts.items():
        found["looked"] = len(by_user[pk])
        found["most"] = max(by_user[pk].values(), default=0)
    return counts


def median(numbers: Iterable[int]) -> Fraction:
    """The median, by its definition."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return Fraction(ordered[half] + ordered[~half], 2)
