"""The class of every entitled institution on one day or on several, and what its row shows besides.

The number of statements does not depend on the number of institutions or days, and their cost not on the length of the
log: looks come from the roll-up and the rows that are not in it yet. All of it needs the agency's scope.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Case, Max, Min, OuterRef, Q, Subquery, When

from partners.enums import AccessStep, Role, VersionStatus
from partners.models import Institution, MandateVersion, Membership, MembershipEvent, User
from partners.periods import BRUSSELS, Period, months_later, today
from partners.succession import last_of

from ..enums import AdoptionClass
from ..expected.services.targets import targets_of
from ..figures import CONSULTATION
from ..models import AdoptionMail, ClientCount
from ..services.counting import Month, first_month, last_days_on, monthly, next_month
from .rule import Use, class_of

DAY = datetime.timedelta(days=1)
MONTHS_SHOWN = 12  # months that are over, beside today


class Point(NamedTuple):
    """A day on which classes are determined, and the first day of the last month that was over by then.

    `month` is None when the log has not the whole of it.
    """

    day: datetime.date
    month: datetime.date | None


@dataclass(frozen=True)
class Adoption:
    """The class of an entitled institution on a day, and what decided it."""

    institution: Institution
    use: Use
    adoption_class: AdoptionClass


@dataclass(frozen=True)
class Details:
    """What the row of an institution shows besides.

    `clients` is their number in `clients_month`, None where they were not counted. `first_access` is the first day of
    any access, `ended_access` the last day of access that is over, and `next_access` the first day of access to come;
    None without. `administrators` are the local administrators with access today. `mail` is the one of this month.
    """

    clients: int | None = None
    first_access: datetime.date | None = None
    ended_access: datetime.date | None = None
    next_access: datetime.date | None = None
    administrators: Sequence[User] = ()
    mail: AdoptionMail | None = None


def adoption_counts() -> dict[AdoptionClass, int]:
    """Return how many entitled institutions are in each class today, also 0. Raises CountedElsewhere."""
    return counts_of(adoption_today())


def adoption_today() -> list[Adoption]:
    """Return the class of each entitled institution today, by name. Raises CountedElsewhere."""
    now = points_shown(first_month())[-1]
    return adoption_on([now])[now]


def counts_of(adoptions: Iterable[Adoption]) -> dict[AdoptionClass, int]:
    """Return the number in each class, also 0, in the order of the pages."""
    numbers = Counter(adoption.adoption_class for adoption in adoptions)
    return {each: numbers[each] for each in AdoptionClass}


def points_shown(begins: datetime.date | None) -> list[Point]:
    """Return the ends of the last twelve months and today, without months before the one in which the log begins.

    `begins` is the first day of that month, None while the log is empty. The running month is not over, also on its
    last day.
    """

    def whole(month: datetime.date) -> datetime.date | None:
        return month if begins is not None and begins < month else None

    now = today()
    running = now.replace(day=1)
    months = [months_later(running, -back) for back in range(MONTHS_SHOWN, 0, -1)]
    ends = [Point(next_month(month) - DAY, whole(month)) for month in months if begins and begins <= month]
    return [*ends, Point(now, whole(months[-1]))]


def adoption_on(points: Sequence[Point]) -> dict[Point, list[Adoption]]:
    """Return the class of each institution that is entitled at each point, by name.

    Memberships and mandates count on the days that are stored for them now. Raises CountedElsewhere.
    """
    institutions = list(Institution.objects.order_by("name", "pk"))
    days = [point.day for point in points]
    mandates = _Mandates(days)
    users = _users(days)
    last_looks = last_days_on(CONSULTATION, days)
    months = [point.month for point in points if point.month]
    looks = _looks(months)
    targets = {key: target.whole for key, target in targets_of(months).items()}
    adoptions: dict[Point, list[Adoption]] = {}
    for point in points:
        parts = _with_predecessors(institutions, point.day)
        adoptions[point] = []
        for institution in institutions:
            if not (_works_on(institution, point.day) and mandates.cover(institution, point.day)):
                continue
            last = [last_looks.get((pk, point.day)) for pk in parts[institution.pk]]
            keys = [(pk, point.month) for pk in parts[institution.pk] if point.month]
            expected = [targets[key] for key in keys if key in targets]
            use = Use(
                users=users[institution.pk, point.day],
                last_look=max(filter(None, last), default=None),
                looks=sum(looks[key] for key in keys) if keys else None,
                target=sum(expected, Fraction()) if expected else None,
            )
            adoptions[point].append(Adoption(institution, use, class_of(use, point.day)))
    return adoptions


def details_of(institutions: Collection[int], month: datetime.date | None) -> dict[int, Details]:
    """Return the details of these institutions (primary keys), in four statements.

    `month` is that of the clients: `clients_month`.
    """
    now = today()
    clients: dict[int, int] = {}
    if month is not None:
        counts = ClientCount.objects.filter(month=month, institution__in=institutions)
        clients = dict(counts.values_list("institution_id", "number"))
    confirmed = Membership.objects.confirmed().filter(institution__in=institutions).order_by()
    access = {
        pk: (first, ended, coming)
        for pk, first, ended, coming in confirmed.values_list("institution_id").annotate(
            first_access=Min("valid_from"),
            ended_access=Max("valid_until", filter=Q(valid_until__lt=now)),
            next_access=Min("valid_from", filter=Q(valid_from__gt=now)),
        )
    }
    administrators: dict[int, list[User]] = {}
    for membership in local_administrators(institutions):
        administrators.setdefault(membership.institution_id, []).append(membership.user)
    mails = AdoptionMail.objects.filter(month=now.replace(day=1), institution__in=institutions)
    mail = {each.institution_id: each for each in mails}
    return {
        pk: Details(
            clients.get(pk),
            *access.get(pk, (None, None, None)),
            administrators=administrators.get(pk, ()),
            mail=mail.get(pk),
        )
        for pk in institutions
    }


def clients_month() -> datetime.date | None:
    """Return the last month of which clients were counted (its first day), None without one."""
    return ClientCount.objects.aggregate(last=Max("month"))["last"]


def local_administrators(institutions: Collection[int]) -> Iterable[Membership]:
    """Return the memberships of local administrators in force today, with their user, by name of the user."""
    return (
        Membership.objects.in_force(today())
        .filter(institution__in=institutions, role=Role.LOCAL_ADMINISTRATOR)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )


class _Mandates:
    """For which kinds and institutions a mandate is in force on each of some days."""

    def __init__(self, days: Sequence[datetime.date]) -> None:
        versions = MandateVersion.objects.filter(status=VersionStatus.CONFIRMED).values_list(
            "mandate__institution_kind", "mandate__institution_id", "valid_from", "valid_until"
        )
        self._entitled: dict[datetime.date, set[str | int]] = {day: set() for day in days}
        for kind, institution_id, first, last in versions:
            for day in days:
                if Period(first, last).covers(day):
                    self._entitled[day].add(institution_id or kind)

    def cover(self, institution: Institution, day: datetime.date) -> bool:
        """Return True if a mandate of the institution or of its kind is in force on `day`."""
        return not self._entitled[day].isdisjoint((institution.pk, institution.kind))


def _works_on(institution: Institution, day: datetime.date) -> bool:
    """Return True if the institution works on `day`, today or before: one that ended worked until its last day.

    One that was switched off without a last day counts on no day, because no one knows since when.
    """
    ended = institution.ended_on
    is_known = institution.active or (ended is not None and ended < today())
    return is_known and (ended is None or ended >= day)


def _users(days: Sequence[datetime.date]) -> Mapping[tuple[int, datetime.date], int]:
    """Return how many users have access by institution (primary key) and day; a missing key is none.

    An account that is closed now counts until the day before it was closed.
    """
    closed = (
        MembershipEvent.objects.filter(
            membership=OuterRef("pk"), what__in=[AccessStep.CLOSED, AccessStep.SUSPENDED]
        )
        .order_by("-at")
        .values("at")[:1]
    )
    rows = (
        Membership.objects.confirmed()
        .filter(valid_from__lte=max(days), valid_until__gte=min(days))
        .annotate(closed_at=Case(When(user__is_active=False, then=Subquery(closed))))
        .values_list("institution_id", "user_id", "valid_from", "valid_until", "user__is_active", "closed_at")
    )
    users: dict[tuple[int, datetime.date], set[int]] = {}
    for institution_id, user_id, first, last, is_active, closed_at in rows:
        if not is_active:
            if closed_at is None:
                continue
            last = min(last, min(closed_at.astimezone(BRUSSELS).date(), today()) - DAY)
        for day in days:
            if first <= day <= last:
                users.setdefault((institution_id, day), set()).add(user_id)
    return Counter({key: len(ids) for key, ids in users.items()})


def _looks(months: Sequence[datetime.date]) -> Mapping[Month, int]:
    """Return the consultations by institution (primary key) and month; a missing key is none."""
    return Counter(monthly(CONSULTATION, min(months), next_month(max(months))) if months else {})


def _with_predecessors(institutions: Iterable[Institution], day: datetime.date) -> dict[int, list[int]]:
    """Return for each institution itself and those that it succeeded by `day`, also at one remove (primary keys)."""
    followed = {
        each.pk: each.successor_id
        for each in institutions
        if each.successor_id is not None and each.ended_on is not None and each.ended_on < day
    }
    parts = {each.pk: [each.pk] for each in institutions}
    for before, last in last_of(followed).items():
        parts[last].append(before)
    return parts
