"""Which roles may open a page of an institution.

Such a page has the institution's slug as the first word of its address, and a view marked with `requires`.
`ActingMiddleware` reads the mark, binds the request to the user's membership and takes the slug out of the arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from django.dispatch import Signal
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from .enums import Role
from .http import PortalRequest, SignedInRequest
from .models import Membership

# Sent with `request`, `access`, `target` and `rule` before a signed-in user gets 404, or 429 while their looks are
# stopped. `consultations` logs it: partners comes before the log and cannot import it.
access_refused = Signal()

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def no_numbers(request: HttpRequest) -> Sequence[str]:
    """Return no numbers: the default for pages that ask for no INSZ."""
    return ()


@dataclass(frozen=True)
class Access:
    """The roles of a view, and how the log records a refusal.

    `kind` is a `consultations.enums.Kind`; empty means a list. `numbers` returns the INSZ that a request asks for.
    `takes_file`: a form of the page has a file.
    """

    roles: tuple[Role, ...]
    kind: str = ""
    numbers: Callable[[HttpRequest], Sequence[str]] = no_numbers
    takes_file: bool = False

    def choose(self, memberships: Sequence[Membership]) -> Membership | None:
        """Return the membership to bind: that of the first of the view's roles among `memberships`, else None."""
        by_role = {membership.role: membership for membership in memberships}
        return next((by_role[role] for role in self.roles if role in by_role), None)


def requires(
    *roles: Role,
    kind: str = "",
    numbers: Callable[[HttpRequest], Sequence[str]] = no_numbers,
    takes_file: bool = False,
) -> Callable[[Callable[Concatenate[PortalRequest, P], R]], Callable[Concatenate[PortalRequest, P], R]]:
    """Mark a view as a page of an institution for users who have one of `roles` there.

    Of several roles the user has, the first in this order is bound. For the others see
    `Access`.
    """

    def mark(view: Callable[Concatenate[PortalRequest, P], R]) -> Callable[Concatenate[PortalRequest, P], R]:
        view.access = Access(roles, kind, numbers, takes_file)  # type: ignore[attr-defined]
        return view

    return mark


def access_of(view: object) -> Access | None:
    """Return the mark that `requires` set on a view, or None."""
    return getattr(view, "access", None)


def takes_file(path: str) -> bool:
    """Return True if a form of the page at this path has a file.

    The mark `requires` says so for a page of an institution; a view of the admin has an attribute `takes_file`.
    """
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    access = access_of(view)
    return getattr(view, "takes_file", False) if access is None else access.takes_file


def refuse(request: SignedInRequest, target: str, rule: str = "") -> NoReturn:
    """Have the refusal logged (see `log_refusal`) and raise Http404. `target` is the slug or id in the address."""
    log_refusal(request, target, rule)
    raise Http404


def log_refusal(request: SignedInRequest, target: str, rule: str = "") -> None:
    """Have the refusal logged.

    `rule` is a `consultations.enums.Refusal`; empty means that the user has no access here, or not in a role of the
    view.
    """
    assert request.resolver_match is not None
    access = access_of(request.resolver_match.func)
    access_refused.send(sender=Access, request=request, access=access, target=target, rule=rule)
