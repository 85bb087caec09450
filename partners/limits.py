"""Stop the looks of a user who makes many more than a person does, or is refused as often, and tell privacy officers.

The database counts the rows of the log (`partners_looks_over`, with each binding of a page) and knows the limits
(`partners_look_limits`). The stop ends by itself.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .enums import Role
from .http import SignedInRequest
from .models import Membership
from .services import institutions_of, names_by_role
from .signals import mail_later

LOOKS_STOPPED = "limit"  # a `consultations.enums.Refusal`


def stop(memberships: Sequence[Membership]) -> datetime.datetime | None:
    """Stop the looks of the bound user, if they are over a limit, and return until when; None when they are not.

    When the stop begins, the privacy officers of the institutions of `memberships` get a mail.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT stopped_until, is_new FROM partners_stop_looks()")
        until, is_new = cursor.fetchone()
    if is_new:
        mail_later([institution.pk for institution in institutions_of(memberships)])
    return until


def stopped_page(request: SignedInRequest, until: datetime.datetime) -> HttpResponse:
    """Return 429, the page that says until when, and who to ask."""
    officers = (
        names_by_role(request.acting.institution, Role.PRIVACY_OFFICER)[Role.PRIVACY_OFFICER]
        if request.acting
        else []
    )
    context = {"until": until, "officers": officers}
    response = render(request, "partners/stopped.html", context, status=429)
    seconds = (until - timezone.now()).total_seconds()
    response.headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    return response
