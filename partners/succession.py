"""An institution ends and another one takes over: its memberships, and the institution itself."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Sequence

from django.db import connection
from psycopg2.extras import DateRange

from .models import Institution, Membership
from .periods import today
from .querysets import touching

DAY = datetime.timedelta(days=1)


class NotSucceeded(Exception):
    """The institutions cannot follow each other; the message gives the reason."""


def check_succession(old: Institution, new: Institution, on: datetime.date) -> None:
    """Raise `NotSucceeded` unless `new` can take over from `old` on `on`.

    True as well when it did so before, on the same day: then the rest is taken over.
    """
    if old == new:
        raise NotSucceeded(f"{old.name} cannot succeed itself.")
    if old.kind != new.kind:
        raise NotSucceeded(f"{old.name} and {new.name} are of different kinds, and mandates are for a kind.")
    if new.ended_on or not new.active:
        raise NotSucceeded(f"{new.name} has ended, so it can take nothing over.")
    if old.ended_on and (old.successor != new or old.ended_on != on - DAY):
        follows = f"{old.successor.name} followed" if old.successor else "no one followed"
        raise NotSucceeded(f"{old.name} ended on {old.ended_on} already, and {follows}.")


def end_institution(old: Institution, new: Institution, on: datetime.date) -> bool:
    """Make `new` the successor of `old` from `on`; return whether that changes anything.

    From that day on `old` is closed. Before it `old` works on, and a second run on the day closes it.
    """
    active = old.active and on > today()
    if (old.successor_id, old.active) == (new.pk, active):
        return False
    old.successor, old.ended_on, old.active = new, on - DAY, active
    old.save(update_fields=["successor", "ended_on", "active"])
    return True


def last_successors() -> dict[int, int]:
    """Return for each institution with a successor (primary key) the last one in its row of successors."""
    followed = dict(Institution.objects.exclude(successor=None).values_list("pk", "successor_id"))
    last = {}
    for old, new in followed.items():
        while new in followed:
            new = followed[new]
        last[old] = new
    return last


def carry_memberships(old: Institution, new: Institution, first: datetime.date) -> list[str]:
    """Carry the memberships of `old` over to `new` from `first` on; return an outcome for each.

    `carried_over`, or `merged` when its days are those of a membership at `new` already. Days that meet are merged as
    those of inscriptions are (app_merge_days.sql). A membership that has begun ends the day before `first`.
    """
    memberships = Membership.objects.select_for_update().filter(touching(first, None), institution=old)
    return [_carry(membership, new, first) for membership in memberships.order_by("pk")]


def _carry(membership: Membership, new: Institution, first: datetime.date) -> str:
    carried = copy.copy(membership)
    if membership.valid_from < first:
        carried.pk, carried._state.adding = None, True
        membership.valid_until = first - DAY
        membership.save(update_fields=["valid_until"])
    carried.institution = new
    days = DateRange(max(membership.valid_from, first), carried.valid_until and carried.valid_until + DAY)
    existing = Membership.objects.select_for_update().filter(
        user=carried.user_id, institution=new, role=carried.role
    )
    for there in sorted(existing, key=lambda each: each.valid_until or datetime.date.max, reverse=True):
        before = DateRange(there.valid_from, there.valid_until and there.valid_until + DAY)
        days, remaining = _merge(days, before)
        if remaining != before:
            _give_days(there, remaining)
        if days.isempty:
            break
    _give_days(carried, days)
    return "merged" if days.isempty else "carried_over"


def _merge(days: DateRange, there: DateRange) -> Sequence[DateRange]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT p_new, p_there FROM app_merge_days(%s, %s)", [days, there])
        return cursor.fetchone()


def _give_days(membership: Membership, days: DateRange) -> None:
    """Save the membership with these days. Without days it never begins, so a stored one is deleted."""
    if not days.isempty:
        membership.valid_from, membership.valid_until = days.lower, days.upper and days.upper - DAY
        membership.save()
    elif membership.pk:
        membership.delete()
