"""Query sets of the partners' models, and conditions on periods."""

from __future__ import annotations

import datetime
import re
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from .enums import AccessStatus, VersionStatus
from .periods import today
from .texts import one_line

if TYPE_CHECKING:
    from .invitations import Invitation  # noqa: F401 (named as text)
    from .mandates import Mandate, MandateEvent, MandateVersion  # noqa: F401 (named as text)
    from .models import Institution, Membership, MembershipEvent, User  # noqa: F401 (named as text)

# Access that ends within these days is pointed out to administrators, and a mandate within these.
ENDING_SOON = datetime.timedelta(days=30)
MANDATE_ENDING_SOON = datetime.timedelta(days=90)


def covering(day: datetime.date, prefix: str = "") -> Q:
    """The condition that `valid_from`–`valid_until` (both included, an empty end is open) covers `day`.

    `prefix` leads to the columns of a related table: "mandate__". In Python: `periods.Period.covers`.
    """
    until = f"{prefix}valid_until"
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})
    )


def open_on(day: datetime.date, prefix: str = "") -> Q:
    """The condition that an institution works on `day`: not closed, its last day not past. In SQL: `partners_is_open`.

    `prefix` leads to the columns of a related table: "institution__".
    """
    ended_on = f"{prefix}ended_on"
    return Q(**{f"{prefix}active": True}) & (
        Q(**{f"{ended_on}__isnull": True}) | Q(**{f"{ended_on}__gte": day})
    )


def touching(first: datetime.date, last: datetime.date | None) -> Q:
    """Return the condition that a period shares a day with `first`–`last` (both included; None: no end)."""
    ends_later = Q(valid_until__isnull=True) | Q(valid_until__gte=first)
    return ends_later if last is None else ends_later & Q(valid_from__lte=last)


def _in_any(fields: tuple[str, ...], lookup: str, value: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__{lookup}": value}) for field in fields))


class UserManager(BaseUserManager["User"]):
    """Finds and creates accounts by e-mail address."""

    use_in_migrations = True

    def matching(self, text: str) -> models.QuerySet[User]:
        """Return the accounts with every word of `text` in the name or the e-mail address.

        Those with words that begin so come first. A text without a word matches none.
        """
        words = one_line(text).split()
        if not words:
            return self.none()
        fields = ("email", "first_name", "last_name")
        # \m is the beginning of a word for PostgreSQL.
        begins = [_in_any(fields, "iregex", rf"\m{re.escape(word)}") for word in words]
        return (
            self.filter(reduce(and_, (_in_any(fields, "icontains", word) for word in words), Q()))
            .annotate(place=Case(When(reduce(and_, begins, Q()), then=0), default=1))
            .order_by("place", "last_name", "first_name", "pk")
        )

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        """Create an account that signs in with `email` and `password` (None: no sign-in by password).

        Raises ValueError when `email` is empty.
        """
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> User:
        """Create an account with every model permission. It still opens no person's file."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account with this e-mail address, ignoring case. Raises User.DoesNotExist."""
        return self.get(email=username)


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def active(self) -> InstitutionQuerySet:
        """Keep the institutions that work today."""
        return self.filter(open_on(today()))

    def worked_for_by(self, institution_id: int) -> InstitutionQuerySet:
        """Keep the institution itself and those that it succeeded by today, also at one remove.

        The rule is in the database function `partners_works_for`.
        """
        return self.filter(pk__in=RawSQL("SELECT unnest(partners_works_for(%s))", [institution_id]))

    def named(self, name: str) -> InstitutionQuerySet:
        """Keep the institution with this name, whatever its casing and spaces."""
        return self.alias(lower_name=Lower("name")).filter(lower_name=Lower(Value(one_line(name))))

    def matching(self, text: str) -> InstitutionQuerySet:
        """Keep the institutions that `text` may mean: every word in the name, or the beginning of a KBO or NIS number.

        Names with each word whole come first, then those with words that begin so: "gent" is OCMW Gent before
        Gentbrugge, and that before the agency (Agentschap). A text without a word matches none.
        """
        words = one_line(text).split()
        if not words:
            return self.none()
        digits = re.sub(r"\D", "", text, flags=re.ASCII)
        in_name = [Q(name__icontains=word) for word in words]
        # \m and \M are the beginning and the end of a word for PostgreSQL.
        begins = [Q(name__iregex=rf"\m{re.escape(word)}") for word in words]
        whole = [Q(name__iregex=rf"\m{re.escape(word)}\M") for word in words]
        numbers = Q(kbo_number__startswith=digits) | Q(nis_code__startswith=digits) if digits else Q(pk=None)
        return (
            self.filter(reduce(and_, in_name, Q()) | numbers)
            .annotate(
                place=Case(
                    When(reduce(and_, whole, Q()), then=0), When(reduce(and_, begins, Q()), then=1), default=2
                )
            )
            .order_by("place", "name", "pk")
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, day: datetime.date) -> MembershipQuerySet:
        """Keep the memberships that are in force on `day` (a Brussels date). In SQL: `partners_has_role`."""
        return self.confirmed().filter(covering(day), open_on(day, "institution__"), user__is_active=True)

    def confirmed(self) -> MembershipQuerySet:
        """Keep the memberships that are in force on their days: proposals and withdrawn ones are not."""
        return self.filter(status=AccessStatus.CONFIRMED)

    def ending(self, first: datetime.date, last: datetime.date) -> MembershipQuerySet:
        """Keep confirmed access whose last day is from `first` to `last`, and that no later access follows.

        Later access is confirmed too, and of the same user, institution and role.
        """
        following = self.model.objects.confirmed().filter(
            user=OuterRef("user"),
            institution=OuterRef("institution"),
            role=OuterRef("role"),
            valid_from__gt=OuterRef("valid_until"),
        )
        return self.confirmed().filter(~Exists(following), valid_until__range=(first, last))

    def waiting(self, day: datetime.date) -> MembershipQuerySet:
        """Keep the proposals that can still be confirmed on `day` (a Brussels date)."""
        return self.filter(status=AccessStatus.PROPOSED, valid_until__gte=day)


class MembershipEventQuerySet(models.QuerySet["MembershipEvent"]):
    def for_institution(self, institution: Institution) -> MembershipEventQuerySet:
        """Keep the steps of access to this institution."""
        return self.filter(membership__institution=institution)


class MandateQuerySet(models.QuerySet["Mandate"]):
    def for_institution(self, institution: Institution) -> MandateQuerySet:
        """Keep the mandates of this institution itself and of its kind."""
        return self.filter(Q(institution=institution) | Q(institution_kind=institution.kind))


class MandateVersionQuerySet(models.QuerySet["MandateVersion"]):
    def confirmed(self) -> MandateVersionQuerySet:
        """Keep the versions that open files on their days: proposals and withdrawn ones open nothing."""
        return self.filter(status=VersionStatus.CONFIRMED)

    def in_force(self, day: datetime.date) -> MandateVersionQuerySet:
        """Keep the versions in force on `day` (a Brussels date): at most one of each mandate."""
        return self.confirmed().filter(covering(day))

    def ending(self, first: datetime.date, last: datetime.date) -> MandateVersionQuerySet:
        """Keep confirmed versions whose last day is from `first` to `last`, and that no confirmed version follows."""
        following = self.model.objects.confirmed().filter(
            mandate=OuterRef("mandate"), valid_from__gt=OuterRef("valid_until")
        )
        return self.confirmed().filter(~Exists(following), valid_until__range=(first, last))

    def starting_in(self, first: datetime.date, last: datetime.date | None) -> MandateVersionQuerySet:
        """Keep the confirmed versions that begin from `first` to `last` (both included; None: no end)."""
        starting = Q(valid_from__gte=first)
        return self.confirmed().filter(starting if last is None else starting & Q(valid_from__lte=last))

    def for_institution(self, institution: Institution) -> MandateVersionQuerySet:
        """Keep the versions of the mandates of this institution itself and of its kind."""
        return self.filter(
            Q(mandate__institution=institution) | Q(mandate__institution_kind=institution.kind)
        )


class MandateEventQuerySet(models.QuerySet["MandateEvent"]):
    def for_institution(self, institution: Institution) -> MandateEventQuerySet:
        """Keep the steps in the mandates of this institution itself and of its kind."""
        return self.filter(
            Q(version__mandate__institution=institution)
            | Q(version__mandate__institution_kind=institution.kind)
        )


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> InvitationQuerySet:
        """Keep the invitations that were neither accepted nor withdrawn. Their links may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
