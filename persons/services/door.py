"""The door: the one way to dossier blocks. Gate, blocks and log row are one deed."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from partners.models import Membership, User

from ..enums import Channel, Kind, Outcome
from ..models import Consultation, Enrolment, Inscription, Person
from .log import record

_MOMENTS = ("as_of", "named_at", "refreshed_at")


class Refused(Exception):
    """The file is not this institution's to see, or does not exist: the same answer, and it stands in the log."""


@dataclass(frozen=True)
class OpenedFile:
    """What one consultation hands over: only blocks the mandate allows, and the log row that says so.

    Of `enrolments` what the allowed blocks may not tell is filled: key, suspensions and exemption. `followed`: the
    person is in the user's own caseload.
    """

    inscription: Inscription
    person: Person
    blocks: dict[str, bytes]
    enrolments: Sequence[Enrolment]
    consultation: Consultation
    followed: bool = False


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
    # One with the transaction of the request, where there is one: what breaks here takes that back as a whole.
    with transaction.atomic(savepoint=False):
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
    if acting is None:
        return None
    wanted = Inscription.objects.visible_to(acting).filter(public_id=inscription_id)
    inscription = next(iter(wanted.select_related("mandate")), None)
    if inscription is None or inscription.person_id is None:
        return None
    # The group of the institution one acts for, never `user.groups`: those would merge institutions.
    person, blocks, enrolments, followed = _handed_over(inscription, acting.institution.group_id)
    if person is None:
        return None
    inscription.person, inscription.institution = person, acting.institution
    consultation = record(
        kind=Kind.FILE,
        outcome=Outcome.SHOWN,
        acting=acting,
        channel=channel,
        inscription=inscription,
        blocks=sorted(blocks),
    )
    return OpenedFile(inscription, person, blocks, enrolments, consultation, followed)


def _handed_over(
    inscription: Inscription, group_id: int
) -> tuple[Person | None, dict[str, bytes], list[Enrolment], bool]:
    """What the database gives under the bound institution and this inscription, in one statement.

    It asks guardian's group permissions first, as `has_perm` would for this one person: nobody is handed over whom
    they do not give to the group.
    """
    person: Person | None = None
    blocks: dict[str, bytes] = {}
    enrolments: list[Enrolment] = []
    followed = False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, name, content FROM persons_hand_over(%s, %s, %s::text[], %s)",
            [inscription.pk, inscription.person_id, list(inscription.mandate.blocks), group_id],
        )
        for kind, name, content in cursor.fetchall():
            if kind == "block":
                blocks[name] = content.encode()
            elif kind == "course":
                enrolments.append(Enrolment(key=name, **json.loads(content)))
            elif kind == "person":
                person = _person(json.loads(content))
            else:
                followed = True
    return person, blocks, enrolments, followed


def _person(given: dict[str, str | None]) -> Person:
    # in the order of the model's fields: `from_db` goes by place
    names = [field.attname for field in Person._meta.concrete_fields if field.attname in given]
    values = [
        datetime.datetime.fromisoformat(value) if name in _MOMENTS and value else value
        for name, value in ((name, given[name]) for name in names)
    ]
    return Person.from_db(connection.alias, names, values)
