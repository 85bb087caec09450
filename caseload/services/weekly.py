"""The weekly mail of a case worker who asked for it: numbers about the own caseload, no person."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from partners.models import Membership
from partners.periods import today
from partners.services import bind
from partners.tasks import background
from persons.models import Change, ClientListEntry
from persons.querysets import ClientListQuerySet, may_open_files

from ..enums import Attention
from ..models import WeeklyMail
from .attention import shown

WEEK = datetime.timedelta(days=7)


def ask_for_mail(acting: Membership, *, wanted: bool) -> None:
    """Begin or stop the weekly mail of this user about this institution, in the language of the page."""
    with transaction.atomic():
        mails = _mails_of(acting)
        if wanted:
            WeeklyMail.objects.update_or_create(membership=acting, defaults={"language": get_language()})
            mails = mails.exclude(membership=acting)
        mails.delete()


def wants_mail(acting: Membership) -> bool:
    """Return True if the user asked for the weekly mail about this institution, also under earlier access."""
    return _mails_of(acting).exists()


def _mails_of(acting: Membership) -> QuerySet[WeeklyMail]:
    return WeeklyMail.objects.filter(
        membership__user=acting.user_id, membership__institution=acting.institution_id
    )


def enqueue_on_the_day() -> int | None:
    """Have a worker send the mails if this is their day, and return how many; None on another day.

    Needs the owner's role.
    """
    return enqueue_mails() if today().isoweekday() == settings.KBI_WEEKLY_DAY else None


def enqueue_mails() -> int:
    """Have a worker send the mails of this week that were not sent yet; return how many. Needs the owner's role."""
    _move_to_access_in_force()
    members = Membership.objects.in_force(today()).values("pk")
    due = WeeklyMail.objects.filter(_unsent(), membership__in=members).values_list("membership_id", flat=True)
    for membership_id in due:
        deliver.enqueue(membership_id)
    return len(due)


def _move_to_access_in_force() -> None:
    """Move the mails of access that is over to the access that the same user has in the same role today."""
    in_force = Membership.objects.in_force(today())
    for mail in WeeklyMail.objects.exclude(membership__in=in_force).select_related("membership"):
        old = mail.membership
        now = in_force.filter(
            user=old.user_id, institution=old.institution_id, role=old.role, weekly_mail__isnull=True
        ).first()
        if now is not None:
            WeeklyMail.objects.filter(membership=old).update(membership=now)


@background
def deliver(membership_id: int) -> None:
    """Send the mail of this week to the user of an access in force, unless it was sent. The task has the id only.

    The row is locked, so a task that runs twice sends once. A mail that the server does not take (OSError) leaves the
    row as it was, and the next run of the command sends it.
    """
    with transaction.atomic():
        acting = Membership.objects.select_related("institution", "user").filter(pk=membership_id).first()
        if acting is None or not may_open_files(acting):
            return
        bind(
            institution_id=acting.institution_id,
            user_id=acting.user_id,
            role=acting.role,
            request_id=uuid.uuid4(),
        )
        mail = WeeklyMail.objects.select_for_update().filter(_unsent(), membership=acting).first()
        if mail is not None:
            mail.sent_on = today()
            mail.save(update_fields=["sent_on"])
            message(acting, mail.language).send()
        bind()


def message(acting: Membership, language: str) -> EmailMessage:
    """Return the mail about the own caseload of the bound user: numbers, the name of the institution and a link."""
    own = ClientListEntry.objects.visible_to(acting).followed_by(acting.user_id)
    week_ago = timezone.now() - WEEK
    context = {
        "institution": acting.institution.name,
        "fell": _number(own.filter(fell_at__gte=week_ago).one_per_client()),
        "few": _number(shown(own, Attention.FEW_LEFT)),
        "ending": _number(shown(own, Attention.ENDING)),
        "changes": Change.objects.on(own).filter(at__gte=week_ago).count(),
        "link": settings.KBI_BASE_URL + reverse("change_list", args=[acting.institution.slug]),
    }
    with override(language):
        return EmailMessage(
            gettext("KBI-portaal: uw caseload deze week"),
            render_to_string("caseload/email/weekly.txt", context),
            to=[acting.user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )


def _number(lines: ClientListQuerySet) -> int:
    return lines.order_by().values("pk").count()


def _unsent() -> Q:
    """The condition of mails that were not sent in this week, which begins on Monday."""
    monday = today() - datetime.timedelta(days=today().weekday())
    return Q(sent_on__isnull=True) | Q(sent_on__lt=monday)
