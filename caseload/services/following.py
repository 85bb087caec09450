"""A case worker's own caseload: marks on clients one may already see. A mark opens nothing by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership, User
from persons.models import Person
from persons.querysets import FOLLOW_PERSON
from persons.services.door import Refused, visible_inscription


def follow(*, inscription_id: uuid.UUID | str, acting: Membership | None, user: User | None = None) -> None:
    """Add the person of this inscription to the user's own caseload. Raises `Refused` when not visible."""
    _mark(assign_perm, inscription_id, acting, user)


def unfollow(*, inscription_id: uuid.UUID | str, acting: Membership | None, user: User | None = None) -> None:
    """Remove the person of this inscription from the user's own caseload. Raises `Refused` when not visible."""
    _mark(remove_perm, inscription_id, acting, user)


def _mark(
    change: Callable[[str, User, Person], object],
    inscription_id: uuid.UUID | str,
    acting: Membership | None,
    user: User | None,
) -> None:
    """Check the door's rules, change the mark, and write the log row; a refusal is logged too."""
    with transaction.atomic():
        try:
            inscription = visible_inscription(inscription_id, acting)
        except Refused as refusal:
            record(
                kind=Kind.FOLLOW,
                outcome=Outcome.REFUSED,
                rule=refusal.rule,
                acting=acting,
                user=user,
                target=str(inscription_id),
            )
            rejected = refusal
        else:
            assert acting is not None
            assert inscription.person_id is not None
            change(FOLLOW_PERSON, acting.user, Person(pk=inscription.person_id))
            record(kind=Kind.FOLLOW, outcome=Outcome.SHOWN, acting=acting, subject=inscription.subject())
            return
    raise rejected
