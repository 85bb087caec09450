"""Each request runs in one transaction that is bound to the institution it acts for."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .models import Membership
from .services import AGENCY_SCOPE, acting_membership, bind, memberships_of

SESSION_KEY = "membership"


class ActingMiddleware:
    """Sets `request.acting` (a membership in force, or None) and binds the transaction of the request to it.

    `request.memberships` are all those in force, for the switch between them.

    One transaction for the request and not one for the view: what a view wrote before it answered 404 (a refused
    look-up) stays, and a server error takes everything back, the log row together with the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_root = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        memberships: list[Membership] = memberships_of(user) if user.is_authenticated else []
        acting = acting_membership(memberships, request.session.get(SESSION_KEY)) if memberships else None
        request.memberships = memberships
        request.acting = acting
        nested = connection.in_atomic_block
        with transaction.atomic():
            bind(
                institution_id=acting.institution_id if acting else None,
                user_id=user.pk,
                role=acting.role if acting else "",
                scope=self._scope(request),
            )
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif nested and not connection.needs_rollback:
                # Within an outer transaction (tests) the binding would outlive the request.
                bind()
        return response

    def _scope(self, request: HttpRequest) -> str:
        self.admin_root = self.admin_root or reverse("admin:index")
        is_agency = request.user.is_active and request.user.is_staff
        return AGENCY_SCOPE if is_agency and request.path.startswith(self.admin_root) else ""
