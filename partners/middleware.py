"""Run each request in one transaction, bound to the institution that its address names."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from .access import access_of, log_refusal, refuse
from .http import SignedInRequest
from .limits import LOOKS_STOPPED, stop, stopped_page
from .models import Membership
from .services import AGENCY_SCOPE, bind, memberships_of, note_sign_in


class ActingMiddleware:
    """Set `request.memberships` and `request.acting`, and bind the request's transaction to them.

    `memberships` are those of the user in force today. `acting` is the one at the institution in the address, in the
    role that the view requires; None elsewhere. Must come after LoginRequiredMiddleware: without a signed-in user a
    page of an institution leads to sign-in, whether or not the institution exists.

    The transaction covers the whole request and not only the view: the log row of a refusal stays when the response
    is 404, and a server error rolls back the page's log row together with the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast(SignedInRequest, request)
        request.memberships, request.acting = [], None
        # In the log rows of this request, in the application's log and in the response, to find one by the other.
        request.request_id = uuid.uuid4()
        nested = connection.in_atomic_block
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif nested and not connection.needs_rollback:
                # Inside an outer transaction (tests) the binding would outlive the request.
                bind()
        response.headers["X-Request-ID"] = str(request.request_id)
        return response

    def process_view(
        self,
        request: SignedInRequest,
        view: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Bind the transaction. For a page of an institution, remove the slug from the view's arguments.

        Returns 405 for HEAD and 204 for a page fetched ahead, before anything is looked up: no user sees either, so
        the log must not say that one did. Returns 429 while the user's looks are stopped, whatever the address; raises
        Http404 when the user has no membership in force there or not in a role of the view. Both are logged. No query
        depends on the slug, so an unknown one takes as long as another institution's.
        """
        access = access_of(view)
        if access is None:
            if request.user.is_authenticated:
                request.memberships = memberships_of(request.user)
            self._bind(request)
            return None
        if (unseen := unseen_response(request)) is not None:
            return unseen
        request.memberships = memberships_of(request.user)
        slug = kwargs.pop("slug")
        here = [membership for membership in request.memberships if membership.institution.slug == slug]
        chosen = access.choose(here)
        # A member without one of the view's roles is bound too, so that the log names the institution that refused.
        request.acting = chosen or next(iter(here), None)
        target = str([slug, *kwargs.values()][-1] if here else slug)
        is_over = self._bind(request, counts_looks=True)
        if is_over and (until := stop(request.memberships)) is not None:
            log_refusal(request, target, rule=LOOKS_STOPPED)
            return stopped_page(request, until)
        if chosen is None:
            refuse(request, target=target)
        if request.method == "GET" and chosen.last_sign_in != request.user.last_login:
            note_sign_in()
        return None

    def _bind(self, request: SignedInRequest, *, counts_looks: bool = False) -> bool:
        acting: Membership | None = request.acting
        assert request.resolver_match is not None
        is_agency = request.user.is_active and request.user.is_staff
        in_admin = "admin" in request.resolver_match.app_names
        return bind(
            institution_id=acting.institution_id if acting else None,
            user_id=request.user.pk,
            role=acting.role if acting else "",
            scope=AGENCY_SCOPE if is_agency and in_admin else "",
            request_id=request.request_id,
            counts_looks=counts_looks,
        )


def unseen_response(request: HttpRequest) -> HttpResponse | None:
    """Return the response to a request of which no user sees the page: 405 for HEAD, 204 for one fetched ahead.

    None for all others. A page with persons asks this before it looks anything up.
    """
    if request.method == "HEAD":
        return HttpResponseNotAllowed(["GET", "POST"])
    return HttpResponse(status=204) if is_fetched_ahead(request) else None


def is_fetched_ahead(request: HttpRequest) -> bool:
    """Return True if the browser fetches or renders the page before the user asks for it (prefetch, prerender)."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"))
    return any(
        word in purpose.lower() for purpose in purposes for word in ("prefetch", "prerender", "preview")
    )
