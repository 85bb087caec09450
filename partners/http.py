"""Types of requests: which attributes the middleware has set on them."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import Membership, User


class SignedInRequest(HttpRequest):
    """A request of a signed-in user.

    `request_id` is also in the rows the request writes in the log. `memberships` are the user's memberships in force
    today. `acting` is the one the request is bound to; None on pages that belong to no institution.
    """

    user: User
    request_id: uuid.UUID
    memberships: list[Membership]
    acting: Membership | None
    htmx: HtmxDetails


class PortalRequest(SignedInRequest):
    """A request for a page of an institution, bound to the membership that the address and the view name."""

    acting: Membership
