"""An institution ends and another one takes over: its memberships, and the institution itself."""

from __future__ import annotations

import copy
import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.db import connection
from psycopg2.extras import DateRange

from .enums import AccessStatus
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
    return last_of(dict(Institution.objects.exclude(successor=None).values_list("pk", "successor_id")))


def last_of(followed: Mapping[int, int]) -> dict[int, int]:
    """Return for each key the last one in its row of successors. `followed` has the successor of each."""
    last = {}
    for old, new in followed.items():
        while new in followed:
            new = followed[new]
        last[old] = new
    return last


def carry_memberships(old: Institution, new: Institution, first: datetime.date) -> list[str]:
    """Carry the memberships of `old` over to `new` from `first` on; return an outcome for each.

    `carried_over`, or `merged` when its days are those of a membership at `new` already. Days that meet are merged as
    those of inscriptions are (app_merge_days.sql). A membership that has begun ends the day before `first`; another one
    is withdrawn. A proposal is never carried over, because no one has confirmed it: `proposal_withdrawn`.
    """
    memberships = Membership.objects.select_for_update().filter(touching(first, None), institution=old)
    outcomes = []
    for membership in memberships.exclude(status=AccessStatus.WITHDRAWN).order_by("pk"):
        confirmed = membership.status == AccessStatus.CONFIRMED
        carried = copy.copy(membership)
        _end(membership, first, f"{old} wordt opgevolgd door {new}.")
        outcomes.append(_carry(carried, membership, new, first) if confirmed else "proposal_withdrawn")
    return outcomes


def _end(membership: Membership, first: datetime.date, reason: str) -> None:
    membership.reason = reason[:250]
    if membership.status == AccessStatus.CONFIRMED and membership.valid_from < first:
        membership.valid_until = first - DAY
    else:
        membership.status = AccessStatus.WITHDRAWN
    membership.save(update_fields=["reason", "valid_until", "status"])


def _carry(carried: Membership, old: Membership, new: Institution, first: datetime.date) -> str:
    """Save `carried`, a copy of `old` as it was, for `new` from `first` on, without days that are there already."""
    days = DateRange(max(carried.valid_from, first), carried.valid_until + DAY)
    reason = f"Overgenomen van {old.institution}."[:250]
    existing = Membership.objects.select_for_update().filter(
        touching(days.lower, carried.valid_until), user=carried.user_id, institution=new, role=carried.role
    )
    for there in existing.exclude(status=AccessStatus.WITHDRAWN).order_by("-valid_until", "pk"):
        before = DateRange(there.valid_from, there.valid_until + DAY)
        # A proposal gives no access yet, so it gives way.
        if there.status == AccessStatus.CONFIRMED:
            days, remaining = _merge(days, before)
            if days.isempty:
                return "merged"
            if remaining == before:
                continue
        _end(there, days.lower, reason)
    carried.pk, carried._state.adding = None, True
    carried.public_id, carried.last_sign_in = uuid.uuid4(), None
    carried.institution, carried.follows, carried.reason = new, old, reason
    carried.valid_from, carried.valid_until = days.lower, days.upper - DAY
    carried.save()
    return "carried_over"


def _merge(days: DateRange, there: DateRange) -> Sequence[DateRange]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT p_new, p_there FROM app_merge_days(%s, %s)", [days, there])
        return cursor.fetchone()
