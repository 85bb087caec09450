"""A case worker's own caseload: marks on persons one already sees; they open nothing."""

from __future__ import annotations

import uuid

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from partners.models import Membership, User

from ..enums import Kind, Outcome
from ..models import Inscription, Person
from ..querysets import FOLLOW_PERSON
from .door import Refused
from .log import record


def _mark(
    inscription_id: uuid.UUID | str, acting: Membership | None, user: User | None
) -> tuple[Person, User]:
    """Whom a mark is about and whose it is."""
    inscription = (
        Inscription.objects.visible_to(acting)
        .filter(public_id=inscription_id)
        .select_related("person")
        .first()
    )
    if acting is None or inscription is None or inscription.person is None:
        record(kind=Kind.FILE, outcome=Outcome.REFUSED, acting=acting, user=user, asked=str(inscription_id))
        raise Refused
    return inscription.person, acting.user


def follow(*, inscription_id: uuid.UUID | str, acting: Membership | None, user: User | None = None) -> None:
    """Put the person of this inscription in the own caseload. Raises `Refused` (logged) when not visible."""
    person, follower = _mark(inscription_id, acting, user)
    with transaction.atomic():
        assign_perm(FOLLOW_PERSON, follower, person)


def unfollow(*, inscription_id: uuid.UUID | str, acting: Membership | None, user: User | None = None) -> None:
    """Take the person of this inscription out of the own caseload. Raises `Refused` (logged) when not visible."""
    person, follower = _mark(inscription_id, acting, user)
    with transaction.atomic():
        remove_perm(FOLLOW_PERSON, follower, person)
