"""The door: the one way to dossier blocks. Gate, blocks and log row are one deed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from guardian.core import ObjectPermissionChecker

from partners.models import Membership, User
from partners.services import bind_inscription

from ..enums import Channel, Kind, Outcome
from ..models import Block, Consultation, Enrolment, Inscription, Person
from ..querysets import VIEW_PERSON
from .log import record


class Refused(Exception):
    """The file is not this institution's to see, or does not exist: the same answer, and it stands in the log."""


@dataclass(frozen=True)
class OpenedFile:
    """What one consultation hands over: only blocks the mandate allows, and the log row that says so."""

    inscription: Inscription
    person: Person
    blocks: dict[str, bytes]
    enrolments: Sequence[Enrolment]
    consultation: Consultation


def consult(
    *,
    inscription_id: uuid.UUID | str,
    acting: Membership | None,
    user: User | None = None,
    channel: Channel = Channel.PORTAL,
) -> OpenedFile:
    """Open the file of one inscription: check the gate, load the allowed blocks, write the log row, hand over.

    `inscription_id` is the inscription's public id, `acting` the membership in force of the session (its
    institution must be bound to the transaction). Raises `Refused`, after logging it, when the gate says no;
    whatever else is raised (the log cannot be written), nothing is handed over.
    """
    with transaction.atomic():
        opened = _open(inscription_id, acting, channel)
    if opened is None:
        record(
            kind=Kind.FILE,
            outcome=Outcome.REFUSED,
            acting=acting,
            user=user,
            channel=channel,
            asked=str(inscription_id),
        )
        raise Refused
    return opened


def _open(inscription_id: uuid.UUID | str, acting: Membership | None, channel: Channel) -> OpenedFile | None:
    inscription = (
        Inscription.objects.visible_to(acting)
        .filter(public_id=inscription_id)
        .select_related("person", "mandate", "institution")
        .first()
    )
    if inscription is None or acting is None or inscription.person is None:
        return None
    person = inscription.person
    # The group of the institution one acts for, never `user.groups`: those would merge institutions.
    if not ObjectPermissionChecker(acting.institution.group).has_perm(VIEW_PERSON.split(".")[1], person):
        return None
    bind_inscription(inscription.pk)
    allowed = set(inscription.mandate.blocks)
    blocks = {
        block.name: block.xml.encode() for block in Block.objects.filter(person=person, name__in=allowed)
    }
    enrolments = (
        list(Enrolment.objects.filter(person=person).order_by("part", "starts", "key"))
        if "VormingsActiviteiten" in allowed
        else []
    )
    consultation = record(
        kind=Kind.FILE,
        outcome=Outcome.SHOWN,
        acting=acting,
        channel=channel,
        inscription=inscription,
        blocks=sorted(blocks),
    )
    return OpenedFile(inscription, person, blocks, enrolments, consultation)
