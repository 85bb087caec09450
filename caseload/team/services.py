"""What the team page shows of an institution: access, invitations, registrations and caseloads, as numbers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from partners.enums import AccessStatus
from partners.models import FailedSignIns, Institution, Invitation, Membership, OwnNumber, User
from partners.periods import BRUSSELS, today
from partners.querysets import ENDING_SOON, MembershipQuerySet
from partners.rights import UNUSED_DAYS, end_access, give_access
from persons.models import Inscription

# An unused account is suspended after 180 days; the page warns two months before.
UNUSED_SOON = datetime.timedelta(days=UNUSED_DAYS - 60)
MANY_REGISTRATIONS = 20
COUNTED_DAYS, SHOWN_DAYS = 30, 7


@dataclass(frozen=True)
class Registrations:
    """How many inscriptions one user made on one day. `name` is empty for work on the server."""

    day: datetime.date
    name: str
    number: int

    @property
    def is_many(self) -> bool:
        """True when there are so many that the administrator should ask why."""
        return self.number > MANY_REGISTRATIONS


def access_of(institution: Institution) -> MembershipQuerySet:
    """Return the access to an institution that is not over and not withdrawn, proposals too.

    `is_slowed` is True while signing in to the account has to wait after wrong passwords.
    """
    slowed = FailedSignIns.objects.filter(email=OuterRef("user__email"), until__gt=timezone.now())
    return (
        Membership.objects.filter(institution=institution, valid_until__gte=today())
        .exclude(status=AccessStatus.WITHDRAWN)
        .select_related("user", "institution", "proposed_by")
        .annotate(is_slowed=Exists(slowed))
    )


def ending(access: MembershipQuerySet) -> MembershipQuerySet:
    """Keep the access that ends within thirty days and that nothing follows."""
    return access.ending(today(), today() + ENDING_SOON)


def unused(access: MembershipQuerySet) -> MembershipQuerySet:
    """Keep the access of accounts that are open and that no one used for four months."""
    return access.filter(user__is_active=True, user__date_joined__lt=timezone.now() - UNUSED_SOON).filter(
        Q(last_sign_in__isnull=True) | Q(last_sign_in__lt=timezone.now() - UNUSED_SOON)
    )


def without_number(access: MembershipQuerySet) -> list[User]:
    """Return the accounts with access today that did not enter their own national number, by name.

    The rule that no one opens their own file cannot work for them.
    """
    entered = OwnNumber.objects.filter(user=OuterRef("pk"))
    return list(
        User.objects.filter(~Exists(entered), pk__in=access.in_force(today()).values("user")).order_by(
            "last_name", "first_name", "email"
        )
    )


def invitations_of(institution: Institution) -> QuerySet[Invitation]:
    """Return the invitations that wait for an answer, the newest first; also those whose link has expired."""
    return (
        Invitation.objects.filter(institution=institution)
        .waiting()
        .select_related("institution", "invited_by")
    )


def count_ending(institution: Institution) -> int:
    """Return how many inscriptions of the bound institution end within thirty days."""
    return Inscription.objects.filter(
        institution=institution,
        voided_at__isnull=True,
        valid_until__range=(today(), today() + ENDING_SOON),
    ).count()


def registrations_of(institution: Institution) -> list[Registrations]:
    """Return the registrations by day and user of the last week, and of the last month where there were many.

    Counts only. Row-level security shows the bound institution's inscriptions only.
    """
    first = today() - datetime.timedelta(days=COUNTED_DAYS - 1)
    midnight = datetime.datetime.combine(first, datetime.time(), BRUSSELS)
    counted = (
        Inscription.objects.filter(institution=institution, registered_at__gte=midnight)
        .annotate(day=TruncDate("registered_at", tzinfo=BRUSSELS))
        .values("day", "registered_by")
        .annotate(number=Count("pk"))
        .order_by("-day", "-number", "registered_by")
    )
    rows = list(
        counted.filter(
            Q(day__gt=today() - datetime.timedelta(days=SHOWN_DAYS)) | Q(number__gt=MANY_REGISTRATIONS)
        )
    )
    names = User.objects.in_bulk({row["registered_by"] for row in rows if row["registered_by"]})
    return [
        Registrations(
            row["day"], str(names[row["registered_by"]]) if row["registered_by"] else "", row["number"]
        )
        for row in rows
    ]


@transaction.atomic
def change_role(membership: Membership, role: str, reason: str) -> None:
    """End a role at once and give another in its place, to the same last day, as the bound user.

    Raises `partners.rights.NotTaken`; nothing is changed then.
    """
    end_access(membership.pk, reason)
    give_access(
        user_id=membership.user_id,
        institution_id=membership.institution_id,
        role=role,
        first=today(),
        until=membership.valid_until,
        reason=reason,
    )


def lift_wait(membership: Membership) -> bool:
    """Forget the wrong passwords that slow signing in to this account down, and return True if there were any."""
    deleted, _ = FailedSignIns.objects.filter(email=membership.user.email).delete()
    return bool(deleted)
