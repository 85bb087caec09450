"""A case worker's own caseload. Being in it opens nothing by itself; each change is a log row for each client."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership, User
from partners.services import in_role
from persons.models import CaseloadRow, Inscription
from persons.querysets import may_open_files
from persons.services.caseload import hand_over, put_in_caseload
from persons.services.door import Refused
from persons.services.ruling import refusal_of


def follow(
    inscription_ids: Sequence[uuid.UUID], *, acting: Membership, user: User | None = None, on: bool = True
) -> dict[Inscription, bool]:
    """Put the clients of these inscriptions in the caseload of `acting`, or take them out.

    Returns the inscriptions, each with whether the caseload changed. The KBI may have no dossier of a client yet.
    Raises Refused, after it was logged, when one of the inscriptions is not of the institution or does not count today;
    the caseload stays as it was then.
    """
    with transaction.atomic():
        own = {
            inscription.public_id: inscription
            for inscription in Inscription.objects.counting().filter(
                institution=acting.institution_id, public_id__in=inscription_ids
            )
        }
        unknown = [each for each in inscription_ids if each not in own]
        if not unknown and may_open_files(acting):
            changes = put_in_caseload(inscription_ids, on)
            for inscription in own.values():
                record(kind=Kind.FOLLOW, outcome=Outcome.SHOWN, acting=acting, subject=inscription.subject())
            return {each: changes[each.public_id] for each in own.values()}
        record(
            kind=Kind.FOLLOW,
            outcome=Outcome.REFUSED,
            rule=refusal_of((unknown or inscription_ids)[0]),
            acting=acting,
            user=user,
            target=str((unknown or inscription_ids)[0]),
        )
    raise Refused


def own_among(numbers: Sequence[str], acting: Membership) -> set[str]:
    """Return those of these INSZ that are in the caseload of `acting`."""
    rows = CaseloadRow.objects.filter(
        institution=acting.institution_id, user=acting.user_id, insz__in=set(numbers)
    )
    return set(rows.values_list("insz", flat=True))


def give_clients(
    *, acting: Membership, giver: User, receiver: User, reason: str, numbers: Sequence[str] | None = None
) -> int:
    """Give clients in the caseload of `giver` to `receiver`, and return how many. The log row names them.

    `numbers` are their INSZ; None gives all of them. `acting` is the membership of the bound user in whose role they
    are given: another's clients in that of local administrator. `reason` is a code of
    `persons.reasons.HAND_OVER_REASONS`. Raises ReceiverWithoutAccess, which leaves no log row; DatabaseError when
    `acting` may not.
    """
    with transaction.atomic(), in_role(acting.role):
        given = hand_over(giver_id=giver.pk, receiver_id=receiver.pk, reason=reason, numbers=numbers)
        record(
            kind=Kind.HAND_OVER,
            outcome=Outcome.SHOWN if given else Outcome.EMPTY,
            acting=acting,
            shown=given,
        )
    return len(given)
