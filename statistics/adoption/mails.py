"""Mails of the agency to local administrators whose institution does not use the portal, or less than expected.

A mail names the institution and no one: no client, no colleague. It leaves once for each institution in a month, and
one that the server does not take is tried again for three days.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from partners.models import Institution, User
from partners.periods import today
from partners.services import AGENCY_SCOPE, bind
from partners.signals import FIRST_WAIT, LONGEST_WAIT, TRIED
from partners.tasks import background

from ..enums import AdoptionMailKind
from ..models import AdoptionMail
from .rule import mail_kind_of
from .services import adoption_today, local_administrators

SUBJECTS: dict[str, Promise] = {
    AdoptionMailKind.INVITE: _("KBI-portaal: uw instelling heeft toegang"),
    AdoptionMailKind.REMIND: _("KBI-portaal: een herinnering"),
}


def ask_for_mails(institution_ids: Collection[int], user: User) -> list[AdoptionMail]:
    """Have the mails sent that `user` asks for, and return them. Raises CountedElsewhere.

    Left out are institutions whose class needs no mail today, those without a local administrator, and those that had
    a mail this month; one that was given up is asked for again. `user` must be the bound one, in the agency's scope.
    """
    with_contact = {each.institution_id for each in local_administrators(institution_ids)}
    month, asked = today().replace(day=1), []
    for adoption in adoption_today():
        kind = mail_kind_of(adoption.adoption_class)
        if kind is None or adoption.institution.pk not in with_contact:
            continue
        try:
            with transaction.atomic():
                AdoptionMail.objects.filter(
                    institution=adoption.institution,
                    month=month,
                    sent_at=None,
                    asked_at__lt=timezone.now() - TRIED,
                ).delete()
                mail = AdoptionMail.objects.create(
                    institution=adoption.institution, month=month, kind=kind, asked_by=user
                )
        except IntegrityError:
            continue  # one a month
        deliver.enqueue(mail.pk)
        asked.append(mail)
    return asked


@background
def deliver(mail_id: int) -> None:
    """Send a mail to the local administrators of its institution. The task has the id only.

    It is noted as sent in the transaction that sends it, so a task that runs twice sends once. When the server does
    not take it (OSError) the next try waits as long as the mail is old, between `FIRST_WAIT` and `LONGEST_WAIT`.
    """
    try:
        with transaction.atomic():
            bind(scope=AGENCY_SCOPE)
            mail = AdoptionMail.objects.select_related("institution").filter(pk=mail_id, sent_at=None).first()
            if mail is not None:
                _send(mail)
            bind()
    except OSError:
        _try_again(mail_id)
        raise


def _send(mail: AdoptionMail) -> None:
    addresses = [membership.user.email for membership in local_administrators([mail.institution_id])]
    if not addresses:
        return
    is_first = AdoptionMail.objects.filter(pk=mail.pk, sent_at=None).update(sent_at=timezone.now())
    if is_first:
        message(AdoptionMailKind(mail.kind), mail.institution, sorted(set(addresses))).send()


def _try_again(mail_id: int) -> None:
    with transaction.atomic():
        bind(scope=AGENCY_SCOPE)
        asked_at = AdoptionMail.objects.values_list("asked_at", flat=True).get(pk=mail_id)
        bind()
    age = timezone.now() - asked_at
    if age < TRIED:
        wait = min(max(age, FIRST_WAIT), LONGEST_WAIT)
        deliver.using(run_after=timezone.now() + wait).enqueue(mail_id)


def message(kind: AdoptionMailKind, institution: Institution, addresses: Sequence[str]) -> EmailMessage:
    """Return the mail, in both languages: the name of the institution, a link to its team, and who to ask."""
    context = {
        "is_invitation": kind == AdoptionMailKind.INVITE,
        "institution": institution.name,
        "link": settings.KBI_BASE_URL + reverse("team", args=[institution.slug]),
    }
    with override("nl"):
        subject = str(SUBJECTS[kind])
    return EmailMessage(
        subject,
        render_to_string("statistics/email/adoption.txt", context),
        to=list(addresses),
        headers={"Auto-Submitted": "auto-generated"},
    )
