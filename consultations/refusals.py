"""Log the refusals that happen before a view runs, or by a rule: no membership, not in a role, over a limit."""

from __future__ import annotations

from django.dispatch import receiver

from partners.access import Access, access_refused
from partners.http import SignedInRequest

from .enums import Kind, Outcome, Refusal
from .services import record


@receiver(access_refused)
def log_refusal(
    request: SignedInRequest, access: Access, target: str, rule: str = "", **kwargs: object
) -> None:
    """Write the row of a refused request. Raises DatabaseError when it cannot be written."""
    usual = Refusal.ROLE if request.acting else Refusal.NO_MEMBERSHIP
    record(
        kind=Kind(access.kind or Kind.LIST),
        outcome=Outcome.REFUSED,
        rule=Refusal(rule) if rule else usual,
        acting=request.acting,
        user=request.user,
        target=target,
        numbers=access.numbers(request),
    )
