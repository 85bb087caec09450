"""Reads on partners, as clauses."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from .models import Institution, Mandate, Membership, User


def covering(day: datetime.date, prefix: str = "") -> Q:
    """The condition that `valid_from`–`valid_until` (both included, an empty end is open) covers `day`.

    `prefix` leads to the columns of a related table: "mandate__". In Python: `periods.Period.covers`.
    """
    until = f"{prefix}valid_until"
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})
    )


def touching(first: datetime.date, last: datetime.date | None) -> Q:
    """The condition that a period shares a day with `first`–`last` (both inclusive; None: no end)."""
    goes_on = Q(valid_until__isnull=True) | Q(valid_until__gte=first)
    return goes_on if last is None else goes_on & Q(valid_from__lte=last)


class UserManager(BaseUserManager):
    """Accounts are known by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        """Make an account that can sign in with `email` and `password` (None: no password sign-in)."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> User:
        """Make an account with every model permission; it still opens nobody's file."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str) -> User:
        """The account of an e-mail address, whatever its capitals."""
        return self.get(email__iexact=username)


class InstitutionQuerySet(models.QuerySet):
    def active(self) -> InstitutionQuerySet:
        """Institutions that may look at all."""
        return self.filter(active=True)


class MembershipQuerySet(models.QuerySet):
    def in_force(self, day: datetime.date) -> MembershipQuerySet:
        """Memberships under which one may act on `day` (a Brussels date)."""
        return self.filter(covering(day), user__is_active=True, institution__active=True)

    def doubling(self, membership: Membership) -> MembershipQuerySet:
        """Other memberships of the same user, institution and role on a day of `membership`."""
        return self.filter(
            touching(membership.valid_from, membership.valid_until),
            user=membership.user_id,
            institution=membership.institution_id,
            role=membership.role,
        ).exclude(pk=membership.pk)


class MandateQuerySet(models.QuerySet):
    def in_force(self, day: datetime.date) -> MandateQuerySet:
        """Mandates that hold on `day` (a Brussels date)."""
        return self.filter(covering(day))

    def for_institution(self, institution: Institution) -> MandateQuerySet:
        """Mandates given to this institution itself or to all of its kind."""
        return self.filter(Q(institution=institution) | Q(institution_kind=institution.kind))

    def doubling(self, mandate: Mandate) -> MandateQuerySet:
        """Other mandates for the same kind or institution in the same capacity on a day of `mandate`."""
        return self.filter(
            touching(mandate.valid_from, mandate.valid_until),
            institution=mandate.institution_id,
            institution_kind=mandate.institution_kind,
            capacity=mandate.capacity,
        ).exclude(pk=mandate.pk)
