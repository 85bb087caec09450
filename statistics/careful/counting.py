"""Count a month of the log for the reports: one reading of the partition of the month, as the owner.

What the roll-up has comes from there, so that the reports and the monthly pages agree.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, When

from consultations.enums import Channel, Kind, Outcome, Refusal
from consultations.models import Consultation
from oversight.enums import FILES_OPENED
from oversight.hours import Hours
from oversight.services import not_by_number
from partners.enums import Role
from partners.models import Institution, Membership
from partners.periods import begin_of, today
from persons.enums import EscapeVerdict
from persons.models import Escape

from ..figures import FIGURES
from ..services.counting import for_the_agency, monthly, next_month
from .figures import COUNTED, FEWEST_USERS, MEAN, MEDIAN, MOST, REPORT

# The rules above every mandate.
ABOVE: Final = (Refusal.OWN_FILE, Refusal.COLLEAGUE, Refusal.SHIELDED)
_ROLES: Final = {
    Role.CASE_WORKER: "workers",
    Role.LOCAL_ADMINISTRATOR: "administrators",
    Role.PRIVACY_OFFICER: "officers",
}
_OPENED = Q(kind__in=FILES_OPENED, outcome=Outcome.SHOWN)
_CONSULTED = Q(kind=Kind.FILE, outcome=Outcome.SHOWN)
_REFUSED = Q(outcome=Outcome.REFUSED, kind__in=FIGURES["refusal"].kinds)
# The figures that are counted for each user, and the rows of the log that they count.
_CONDITIONS: Final = {
    "consulted": _CONSULTED,
    "opened": _OPENED,
    "outside": _CONSULTED & Q(is_outside=True),
    "by_name": not_by_number() & Q(outcome__in=(Outcome.SHOWN, Outcome.EMPTY)),
    "above": _REFUSED & Q(rule__in=ABOVE),
    "stopped": _REFUSED & Q(rule=Refusal.LIMIT),
}


@dataclass
class Month:
    """What was counted of an institution in a month: figures by code, and the consultations of each user who looked."""

    figures: Counter[str] = field(default_factory=Counter)
    by_user: dict[int, int] = field(default_factory=dict)

    def numbers(self) -> dict[str, int | float | None]:
        """Return a number for each code of `REPORT`; None where it is of fewer users than may be shown."""
        looks = sorted(self.by_user.values())
        numbers: dict[str, int | float | None] = {code: self.figures[code] for code in REPORT}
        numbers |= {"looked": len(looks), MEAN: None, MEDIAN: None, MOST: None}
        if len(looks) >= FEWEST_USERS:
            middle = looks[(len(looks) - 1) // 2] + looks[len(looks) // 2]
            numbers |= {MEAN: _tenth(sum(looks), len(looks)), MEDIAN: _tenth(middle, 2), MOST: looks[-1]}
        return numbers


def _tenth(number: int, by: int) -> float:
    """Divide, and round to one decimal, halves up."""
    return (20 * number + by) // (2 * by) / 10


def count(month: datetime.date) -> dict[int, Month]:
    """Count a month that is over, by institution (primary key): of those with access in it or with rows in the log.

    Needs the owner's role. Raises CountedElsewhere.
    """
    months: dict[int, Month] = defaultdict(Month)
    _count_rolled_up(months, month)
    _count_users(months, month)
    _count_escapes(months, month)
    _count_access(months, month)
    known = set(Institution.objects.values_list("pk", flat=True))
    return {institution: found for institution, found in months.items() if institution in known}


def _count_rolled_up(months: dict[int, Month], month: datetime.date) -> None:
    with for_the_agency():
        for code in COUNTED:
            for (institution, _month), number in monthly(FIGURES[code], month, next_month(month)).items():
                if institution is not None:
                    months[institution].figures[code] = number


def _count_users(months: dict[int, Month], month: datetime.date) -> None:
    for row in rows_by_user(month, Institution.objects.all()):
        found = months[row["institution_id"]]
        for code in ("outside", "by_name", "above", "stopped"):
            found.figures[code] += row[code]
        if row["opened"]:
            found.by_user[row["user_id"]] = row["consulted"]


def rows_by_user(month: datetime.date, institutions: Iterable[Institution]) -> QuerySet[Any, Any]:
    """Count the rows of a month by institution and user, in one reading of its partition. The result is numbers."""
    hours: dict[Hours, list[int]] = defaultdict(list)
    for institution in institutions:
        hours[Hours.of(institution)].append(institution.pk)
    # A condition for each of the few hours that institutions have, and only for the rows that it is about.
    whens = [
        When(_CONSULTED & Q(institution_id__in=ids) & each.outside, then=True) for each, ids in hours.items()
    ]
    counts = {code: Count("pk", filter=condition) for code, condition in _CONDITIONS.items()}
    return (
        Consultation.objects.filter(
            channel=Channel.PORTAL,
            institution_id__isnull=False,
            at__gte=begin_of(month),
            at__lt=begin_of(next_month(month)),
        )
        .annotate(is_outside=Case(*whens, default=False))
        .values("institution_id", "user_id")
        .annotate(**counts)
    )


def _count_escapes(months: dict[int, Month], month: datetime.date) -> None:
    escapes = Escape.objects.filter(
        at__gte=begin_of(month), at__lt=begin_of(next_month(month))
    ).with_verdict()
    for institution, verdict, due_on in escapes.values_list("institution_id", "verdict", "due_on"):
        months[institution].figures.update(
            escapes=1,
            reviewed=verdict is not None,
            unjustified=verdict == EscapeVerdict.NOT_JUSTIFIED,
            late=verdict is None and due_on < today(),
        )


def _count_access(months: dict[int, Month], month: datetime.date) -> None:
    last = next_month(month) - datetime.timedelta(days=1)
    accounts: dict[tuple[int, str], set[int]] = defaultdict(set)
    signed: dict[int, set[int]] = defaultdict(set)
    everyone: dict[int, set[int]] = defaultdict(set)
    for institution, user, role in Membership.objects.in_force(last).values_list(
        "institution_id", "user_id", "role"
    ):
        accounts[institution, _ROLES[Role(role)]].add(user)
        everyone[institution].add(user)
    # Also in access that ended before.
    for institution, user in Membership.objects.exclude(last_sign_in=None).values_list(
        "institution_id", "user_id"
    ):
        signed[institution].add(user)
    for (institution, code), users in accounts.items():
        months[institution].figures[code] = len(users)
    for institution, users in everyone.items():
        months[institution].figures["unsigned"] = len(users - signed[institution])
    _count_unused(months, {i: users for (i, code), users in accounts.items() if code == "workers"}, month)
    for code, memberships in (
        ("begun", Membership.objects.confirmed().filter(valid_from__range=(month, last), follows=None)),
        ("ended", Membership.objects.ending(month, last)),
    ):
        for institution in memberships.values_list("institution_id", flat=True):
            months[institution].figures[code] += 1


def _count_unused(months: dict[int, Month], workers: dict[int, set[int]], month: datetime.date) -> None:
    unused = [
        (institution, user)
        for institution, users in workers.items()
        for user in users - months[institution].by_user.keys()
    ]
    for institution, _user in unused:
        months[institution].figures["unused"] += 1
    for institution in _never_looked(unused, begin_of(next_month(month))):
        months[institution].figures["never"] += 1


def _never_looked(users: Collection[tuple[int, int]], until: datetime.datetime) -> list[int]:
    """Return the institution of each of `users` (institution and account) who opened no file there before `until`."""
    institutions = [institution for institution, _user in users]
    accounts = [user for _institution, user in users]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT institution_id FROM statistics_never_looked(%s::bigint[], %s::bigint[], %s)",
            [institutions, accounts, until],
        )
        return [institution for (institution,) in cursor.fetchall()]
