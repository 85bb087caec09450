"""Giving, confirming, extending and ending access, over the database functions that do it and record each step.

The functions decide who may: the agency's administrators everywhere, local administrators at the bound institution, no
one for themselves. What the agency gives or extends is a proposal that another person confirms.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import steps
from .enums import AccessStatus, AccessStep, Role
from .models import Institution, Membership, User
from .periods import months_later, today

LONGEST_MONTHS = 12
UNUSED_DAYS = 180
# Why the database did not take a step.
NOT_TAKEN = {
    "not_found": _("Deze toegang bestaat niet."),
    "own": _("Uw eigen toegang wijzigt u niet zelf. Vraag het aan een andere beheerder."),
    "ended_institution": _("Deze instelling is beëindigd. Kies een andere."),
    "unknown_role": _("Kies een rol uit de lijst."),
    "no_reason": _("Geef een reden."),
    "no_end": _("Kies een laatste dag, ten hoogste twaalf maanden na vandaag."),
    "begins_early": _("Toegang begint ten vroegste vandaag."),
    "reversed": _("Het einde ligt voor het begin."),
    "too_long": _("Toegang duurt ten hoogste twaalf maanden vanaf vandaag."),
    "overlaps": _("Op een deel van deze dagen heeft deze persoon die rol hier al, of wacht er een voorstel."),
    "not_open": _("Dit voorstel staat niet meer open. Misschien was een collega u voor."),
    "own_proposal": _("U hebt dit zelf voorgesteld. Een andere beheerder bevestigt het."),
    "own_account": _(
        "Wie dit voorstelde, vulde het e-mailadres van uw account in of gaf u alleen uw rol. Een andere beheerder"
        " bevestigt het."
    ),
    "not_confirmed": _("Dit voorstel is nog niet bevestigd."),
    "over": _("Deze toegang is al voorbij. Geef nieuwe toegang als dat nodig is."),
    "not_later": _(
        "De nieuwe laatste dag ligt niet na de huidige. Beëindig de toegang als ze vroeger moet stoppen."
    ),
    "not_earlier": _(
        "De nieuwe laatste dag ligt niet voor de huidige. Verleng de toegang als ze langer moet duren."
    ),
    "too_early": _("De laatste dag is ten vroegste gisteren."),
    "left": _("Een collega beëindigde net uw eigen toegang als lokale beheerder. Er is niets gewijzigd."),
    "not_suspended": _("Dit account is niet geschorst wegens niet-gebruik."),
}


class NotTaken(steps.NotTaken):
    """The step was not taken."""

    reasons = NOT_TAKEN


def longest_until(day: datetime.date | None = None) -> datetime.date:
    """Return the last day that access may have which is given or extended on `day` (Brussels; default today)."""
    return months_later(day or today(), LONGEST_MONTHS)


def give_access(
    *, user_id: int, institution_id: int, role: str, first: datetime.date, until: datetime.date, reason: str
) -> AccessStep:
    """Give access as the bound user. Returns PROPOSED (by the agency) or GIVEN (by a local administrator).

    Raises `NotTaken`; DatabaseError when no administrator is bound.
    """
    return _step(
        "SELECT partners_propose_access(%s, %s, %s, %s, %s, %s)",
        [user_id, institution_id, role, first, until, reason],
        AccessStep.PROPOSED,
        AccessStep.GIVEN,
    )


def confirm_access(membership_id: int) -> None:
    """Confirm a proposal of the agency as the bound user. Raises `NotTaken`, and DatabaseError like `give_access`."""
    _step("SELECT partners_confirm_access(%s)", [membership_id], AccessStep.CONFIRMED)


def extend_access(membership_id: int, until: datetime.date, reason: str) -> AccessStep:
    """Extend access as the bound user. Returns EXTENDED (by a local administrator) or PROPOSED (by the agency).

    A proposal is a membership of its own, for the days that follow. Raises like `give_access`.
    """
    return _step(
        "SELECT partners_extend_access(%s, %s, %s)",
        [membership_id, until, reason],
        AccessStep.EXTENDED,
        AccessStep.PROPOSED,
    )


def end_access(membership_id: int, reason: str, until: datetime.date | None = None) -> AccessStep:
    """End access on `until` (None: at once, yesterday was its last day), as the bound user.

    Returns ENDED, or WITHDRAWN for a proposal and for access without a day left. Raises like `give_access`.
    """
    return _step(
        "SELECT partners_end_access(%s, %s, %s)",
        [membership_id, until, reason],
        AccessStep.ENDED,
        AccessStep.WITHDRAWN,
    )


def reopen_account(user_id: int) -> None:
    """Reopen an account that was suspended, as the bound user. Raises like `give_access`."""
    _step("SELECT partners_reopen_account(%s)", [user_id], AccessStep.REOPENED)


def grant_on_server(
    *,
    user: User,
    institution: Institution,
    role: str = Role.CASE_WORKER,
    first: datetime.date | None = None,
    until: datetime.date | None = None,
    reason: str = "",
    follows: Membership | None = None,
) -> Membership:
    """Give access that is in force from `first` (default today) without anyone's confirmation, and return it.

    `until` is twelve months from today by default. For work on the server: needs the owner's connection. Raises
    `NotTaken` when the user has the role on some of the days already, or the days are in the wrong order.
    """
    first, until = first or today(), until or longest_until()
    if until < first:
        raise NotTaken("reversed")
    try:
        with transaction.atomic():
            return Membership.objects.create(
                user=user,
                institution=institution,
                role=role,
                valid_from=first,
                valid_until=until,
                reason=reason,
                status=AccessStatus.CONFIRMED,
                confirmed_at=timezone.now(),
                follows=follows,
            )
    except IntegrityError as error:
        if "membership_once" not in str(error):
            raise
        raise NotTaken("overlaps") from None


def is_unused(user: User) -> bool:
    """Return True if no one used the account for 180 days: it counts as suspended, also before `suspend_unused`."""
    used_at = max(filter(None, (user.last_login, user.date_joined, user.reopened_at)))
    return used_at < timezone.now() - datetime.timedelta(days=UNUSED_DAYS)


@transaction.atomic
def suspend_unused() -> int:
    """Suspend the accounts that no one used for 180 days, and return how many. Needs the owner's connection.

    Used is: signed in, made, or opened again. The history of each account in the admin records it, and so do the
    steps of its access. An administrator opens the account again, or `manage.py grant_access` does. It does not sign
    in from the day itself on (`is_unused`), whenever this runs.
    """
    now = timezone.now()
    unused = User.objects.filter(is_active=True).alias(
        used_at=Greatest("last_login", "date_joined", "reopened_at")
    )
    accounts = list(unused.filter(used_at__lt=now - datetime.timedelta(days=UNUSED_DAYS)).select_for_update())
    User.objects.filter(pk__in=[user.pk for user in accounts]).update(is_active=False, suspended_at=now)
    for user in accounts:
        record_on_account(user, gettext("Geschorst: 180 dagen niet gebruikt."))
    return len(accounts)


def record_on_account(user: User, message: str) -> None:
    """Add a line to the history of an account, for what was done on the server.

    The server has no account of its own. The history is that of the account, which is why it is also the user.
    """
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user)[:200],
        action_flag=CHANGE,
        change_message=message,
    )


def _step(
    statement: str, parameters: Sequence[int | str | datetime.date | None], *done: AccessStep
) -> AccessStep:
    return AccessStep(steps.take(statement, parameters, *done, refused=NotTaken))
