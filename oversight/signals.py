"""Signals on the desk, and refusals that belong to no institution."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from caseload.dayfields import WRITTEN_DAY
from consultations.enums import Outcome
from partners.models import Institution, Signal
from partners.periods import begin_of
from partners.signals import SignalKind

HANDLED_SHOWN = datetime.timedelta(days=14)
MOST_SIGNALS = 50


@dataclass(frozen=True)
class SignalRow:
    """A signal, and the address of what it is about: the look, or the colleague's looks of that day; "" without one."""

    signal: Signal
    link: str


@dataclass(frozen=True)
class SignalRows:
    """The signals that wait, and those handled in the last `HANDLED_SHOWN`; the newest first."""

    open: Sequence[SignalRow]
    handled: Sequence[SignalRow]


def signals_of(institutions: Sequence[Institution]) -> SignalRows:
    """Return the signals of these institutions, the one that is acted for first; `MOST_SIGNALS` at most. One query."""
    by_id = {institution.pk: institution for institution in institutions}
    lately = Q(handled_at__isnull=True) | Q(handled_at__gte=timezone.now() - HANDLED_SHOWN)
    signals = (
        Signal.objects.filter(lately, institution__in=list(by_id))
        .select_related("user", "handled_by")
        .order_by(F("handled_at").desc(nulls_first=True), "-raised_at", "-pk")[:MOST_SIGNALS]
    )
    rows = [SignalRow(signal, _link(signal, institutions[0], by_id)) for signal in signals]
    return SignalRows(
        open=[row for row in rows if row.signal.handled_at is None],
        handled=[row for row in rows if row.signal.handled_at is not None],
    )


def _link(signal: Signal, own: Institution, by_id: dict[int, Institution]) -> str:
    if signal.look:
        return reverse("oversight:look", args=[own.slug, signal.look])
    if signal.kind == SignalKind.OWN_FILE_REPORT:
        return ""  # not about a look
    day = f"{timezone.localdate(signal.raised_at):{WRITTEN_DAY}}"
    values = {"user": signal.user_id, "since": day, "until": day}
    if signal.kind == SignalKind.REFUSALS:
        values["outcome"] = Outcome.REFUSED
    if signal.institution_id != own.pk:
        values["of"] = by_id[signal.institution_id].slug
    return f"{reverse('oversight:desk', args=[own.slug])}?{urlencode(values)}"


@dataclass(frozen=True)
class RefusedElsewhere:
    """A colleague who was refused at an address of no institution of their own: how often, and the last time."""

    user_id: int
    user_name: str
    times: int
    last_at: datetime.datetime


def refused_elsewhere(
    institution: Institution, since: datetime.date, until: datetime.date
) -> list[RefusedElsewhere]:
    """Return who was refused so, from day to day, of those who had access at `institution` that day.

    Their addresses are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, user_name, times, last_at FROM partners_refused_elsewhere(%s, %s, %s)",
            [institution.pk, begin_of(since), begin_of(until + datetime.timedelta(days=1))],
        )
        return [RefusedElsewhere(*row) for row in cursor.fetchall()]
