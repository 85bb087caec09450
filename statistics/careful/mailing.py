"""Mail those who look after the use at an institution that its monthly report is there. The mail has no number."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from partners.enums import Role
from partners.models import Institution, Membership
from partners.periods import today
from partners.services import AGENCY_SCOPE, bind
from partners.tasks import background

from ..models import CarefulReport

READERS = (Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER)
WAIT, MOST_TRIES = datetime.timedelta(hours=3), 24


def announce_later(institution_ids: Iterable[int], month: datetime.date) -> None:
    """Have a worker mail that the reports of these institutions are there. Needs the owner's role."""
    if settings.KBI_SENDS_MAIL:
        for institution_id in institution_ids:
            announce.enqueue(institution_id, month.isoformat())


@background
def announce(institution_id: int, month: str, tries: int = 1) -> None:
    """Mail the readers of a report: one mail to all of them. `month` is its first day, as text.

    It is noted as sent in the transaction that sends it, so a task that runs twice sends once. When the server does not
    take it (OSError), it is tried again each three hours, for three days.
    """
    readers = Membership.objects.in_force(today()).filter(institution=institution_id, role__in=READERS)
    addresses = sorted(set(readers.values_list("user__email", flat=True)))
    if not addresses:
        return
    try:
        with transaction.atomic():
            bind(scope=AGENCY_SCOPE)
            reports = CarefulReport.objects.filter(institution=institution_id, month=month, version=1)
            if reports.filter(announced_at=None).update(announced_at=timezone.now()):
                institution = Institution.objects.get(pk=institution_id)
                message(institution, datetime.date.fromisoformat(month), addresses).send()
            bind()
    except OSError:
        if tries < MOST_TRIES:
            later = announce.using(run_after=timezone.now() + WAIT)
            later.enqueue(institution_id, month, tries + 1)
        raise


def message(institution: Institution, month: datetime.date, addresses: Sequence[str]) -> EmailMessage:
    """Return the mail, in both languages: the name of the institution, the month and a link."""
    link = settings.KBI_BASE_URL + reverse("statistics:own_careful", args=[institution.slug])
    context = {"institution": institution.name, "month": month, "link": f"{link}?month={month:%Y-%m}"}
    with override("nl"):
        subject = gettext("KBI-portaal: maandverslag van %(institution)s") % {"institution": institution.name}
    return EmailMessage(
        subject,
        render_to_string("statistics/email/report.txt", context),
        to=list(addresses),
        headers={"Auto-Submitted": "auto-generated"},
    )
