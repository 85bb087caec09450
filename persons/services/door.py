"""The door: open a file, or a part of it. Check access, load the blocks and write the log row in one transaction."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from guardian.core import ObjectPermissionChecker

from consultations.enums import Channel, Kind, Outcome, Refusal
from consultations.services import record
from partners.enums import Capacity
from partners.models import Membership, User

from ..models import Enrolment, Escape, Inscription, Person
from ..querysets import VIEW_PERSON
from .opened import (
    CarriedFrom,
    EmptyEscape,
    FileQuestion,
    FullerInscription,
    OpenedEscape,
    OpenedFile,
)
from .ruling import refusal_of, refusal_of_escape

Opened = TypeVar("Opened")
_MOMENTS = ("as_of", "named_at", "refreshed_at")


class Refused(Exception):
    """The institution may not see this file, or there is no such file. Both look the same and both are logged."""

    def __init__(self, rule: Refusal = Refusal.NOT_VISIBLE) -> None:
        super().__init__(rule)
        self.rule = rule


class LookExpired(Exception):
    """The file was opened too long ago, by somebody else, or not at all: it has to be opened again."""


def consult(
    *,
    inscription_id: uuid.UUID | str,
    acting: Membership | None,
    user: User | None = None,
    channel: Channel = Channel.PORTAL,
    kind: Kind = Kind.FILE,
    blocks: Collection[str] | None = None,
) -> OpenedFile:
    """Open the file of one inscription: check the gate, ask guardian, load the blocks, write the log row.

    `inscription_id` is the inscription's public id. `acting` is the membership in force the user works under; the
    transaction must be bound to its institution. `kind` is how the log names the look: only `FILE` counts as a
    consultation. `blocks` are the names to load; None loads all that the mandate allows. The log row also has the names
    of the other blocks, because the page lists them. Raises `Refused` when the file may not be seen, after logging it.
    Any other exception (the log cannot be written, for instance) also means that nothing is returned.
    """
    return _guarded(
        lambda: _open(inscription_id, acting, channel, kind, blocks),
        target=inscription_id,
        kind=kind,
        acting=acting,
        user=user,
        channel=channel,
    )


def open_part(
    *,
    inscription_id: uuid.UUID | str,
    look: uuid.UUID,
    acting: Membership | None,
    user: User | None = None,
    kind: Kind = Kind.SECTION,
    blocks: Collection[str] | None = None,
) -> OpenedFile:
    """Open some blocks of a file that the user opened at most 30 minutes ago; None opens all that the mandate allows.

    `look` is the id of that opening's log row. The new row points to it and does not count as a consultation. Every
    check of `consult` is made again. Raises `Refused` after logging it; `LookExpired`, with nothing logged, when the
    file has to be opened again.
    """
    return _guarded(
        lambda: _open(inscription_id, acting, Channel.PORTAL, kind, blocks, look),
        target=inscription_id,
        kind=kind,
        acting=acting,
        user=user,
        channel=Channel.PORTAL,
    )


def consult_escape(
    *, escape_id: uuid.UUID | str, acting: Membership | None, user: User | None = None
) -> OpenedEscape | EmptyEscape:
    """Open the file of one person through an escape: like `consult`, with the blocks of the escape only.

    `escape_id` is the escape's public id. The transaction is bound to the escape afterwards, instead of an inscription.
    Raises `Refused` when the escape is not the user's own here or not in force, after logging it.
    """
    return _guarded(
        lambda: _open_escape(escape_id, acting),
        target=escape_id,
        kind=Kind.ESCAPE_FILE,
        acting=acting,
        user=user,
        channel=Channel.PORTAL,
    )


def _guarded(
    work: Callable[[], Opened],
    *,
    target: uuid.UUID | str,
    kind: Kind,
    acting: Membership | None,
    user: User | None,
    channel: Channel,
) -> Opened:
    """Run `work`, and log a refusal before it is raised again."""
    # Join the request's transaction, so an error here rolls back the whole request.
    with transaction.atomic(savepoint=False):
        try:
            return work()
        except Refused as refusal:
            record(
                kind=kind,
                outcome=Outcome.REFUSED,
                rule=refusal.rule,
                acting=acting,
                user=user,
                channel=channel,
                target=str(target),
            )
            rejected = refusal
    raise rejected


class _GroupChecker(ObjectPermissionChecker):
    """Django-guardian's check of one object, without sorting its permissions: that joins and plans another table."""

    def get_group_perms(self, obj: Model) -> QuerySet[Any]:
        return super().get_group_perms(obj).order_by()


def visible_inscription(inscription_id: uuid.UUID | str, acting: Membership | None) -> Inscription:
    """Return the inscription behind a public id if `acting` may open its file; raise `Refused` if not.

    Two checks: the gate (`visible_to`), and django-guardian for the one person about to be opened. The refusal names
    the rule above every mandate where that was the reason.
    """
    if acting is None:
        raise Refused(Refusal.NO_MEMBERSHIP)
    matches = Inscription.objects.visible_to(acting).filter(public_id=inscription_id)
    inscription = next(iter(matches), None)
    if inscription is None or inscription.person_id is None:
        raise Refused(refusal_of(inscription_id))
    # Use the acting institution's group. `user.groups` would combine institutions.
    checker = _GroupChecker(Group(pk=acting.institution.group_id))
    if not checker.has_perm(VIEW_PERSON, Person(pk=inscription.person_id)):
        raise Refused(Refusal.NO_PERMISSION)
    inscription.institution = acting.institution
    return inscription


def bind_escape(escape: Escape) -> None:
    """Bind the transaction to an escape, instead of an inscription. Row-level security then shows its person only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.escape', %s, true), set_config('app.inscription', '', true)",
            [str(escape.pk)],
        )


def visible_escape(escape_id: uuid.UUID | str, acting: Membership | None) -> Escape:
    """Return the escape behind a public id if `acting` may open its file, and bind it; raise `Refused` if not.

    The gate refuses staff, superusers, closed accounts and access that ended: guardian would say yes to a superuser.
    """
    if acting is None:
        raise Refused(Refusal.NO_MEMBERSHIP)
    escape = Escape.objects.visible_to(acting).filter(public_id=escape_id).first()
    if escape is None:
        raise Refused(refusal_of_escape(escape_id))
    escape.institution = acting.institution
    bind_escape(escape)
    return escape


def _open_escape(escape_id: uuid.UUID | str, acting: Membership | None) -> OpenedEscape | EmptyEscape:
    escape = visible_escape(escape_id, acting)
    assert acting is not None
    person = Person.objects.filter(insz=escape.insz).only("pk").first()
    if person is None:
        if not Escape.objects.visible_to(acting).filter(pk=escape.pk).exists():
            raise Refused(refusal_of_escape(escape_id))  # its hours ended meanwhile
        consultation = record(
            kind=Kind.ESCAPE_FILE, outcome=Outcome.EMPTY, acting=acting, subject=escape.subject()
        )
        return EmptyEscape(escape, consultation)
    if not ObjectPermissionChecker(acting.user).has_perm(VIEW_PERSON, person):
        raise Refused(Refusal.NO_PERMISSION)
    content = _hand_over(None, person.pk, escape.version.escape_blocks)
    if content.person is None:
        raise Refused
    consultation = record(
        kind=Kind.ESCAPE_FILE,
        outcome=Outcome.SHOWN,
        acting=acting,
        subject=escape.subject(),
        blocks=sorted(content.blocks),
    )
    return OpenedEscape(
        escape, content.person, content.blocks, content.enrolments, consultation, content.questions
    )


def _open(
    inscription_id: uuid.UUID | str,
    acting: Membership | None,
    channel: Channel,
    kind: Kind,
    blocks: Collection[str] | None,
    look: uuid.UUID | None = None,
) -> OpenedFile:
    inscription = visible_inscription(inscription_id, acting)
    if look is not None and not _is_open(look, inscription):
        raise LookExpired
    allowed = inscription.version.blocks
    wanted = allowed if blocks is None else [name for name in allowed if name in blocks]
    content = _hand_over(inscription.pk, inscription.person_id, wanted)
    if content.person is None:
        raise Refused
    inscription.person = content.person
    # The page of a whole look lists the folded blocks by name; a part shows its own blocks only.
    listed = content.folded if look is None else ()
    consultation = record(
        kind=kind,
        outcome=Outcome.SHOWN,
        acting=acting,
        channel=channel,
        subject=inscription.subject(),
        blocks=sorted({*content.blocks, *listed}),
        parent=look,
    )
    return OpenedFile(
        inscription,
        content.person,
        content.blocks,
        content.enrolments,
        consultation,
        content.followed,
        _other_number(inscription, content.person, acting),
        _carried_from(inscription),
        content.questions,
        content.folded,
        content.fuller,
    )


def _is_open(look: uuid.UUID, inscription: Inscription) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT persons_is_open_look(%s, %s)", [look, inscription.pk])
        [is_open] = cursor.fetchone()
    return is_open


def _carried_from(inscription: Inscription) -> CarriedFrom | None:
    if inscription.carried_from_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT since, insz, institution FROM persons_carried_from(%s)", [inscription.pk])
        row = cursor.fetchone()
    return CarriedFrom(*row) if row else None


def _other_number(inscription: Inscription, person: Person, acting: Membership | None) -> uuid.UUID | None:
    """Return the inscription under another number of the person that the page may link to.

    It asks the gate, like every page: a number that the institution may not see is not revealed. Of several numbers the
    best goes first (persons_refresh_doubts.sql), and of several inscriptions the one in the capacity of this look.
    """
    numbers: list[int] = (person.doubts or {}).get("others", [])
    if not numbers:
        return None
    others = (
        Inscription.objects.visible_to(acting)
        .filter(person__in=numbers)
        .annotate(elsewhere=~Q(mandate=inscription.mandate_id))
        .order_by("elsewhere", "pk")
        .values_list("person_id", "public_id")
    )
    best = min(others, key=lambda other: numbers.index(other[0]), default=None)
    return best and best[1]


@dataclass
class _Content:
    """The rows of `persons_hand_over`, typed."""

    person: Person | None = None
    blocks: dict[str, bytes] = field(default_factory=dict)
    enrolments: list[Enrolment] = field(default_factory=list)
    followed: bool = False
    questions: list[FileQuestion] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    fuller: FullerInscription | None = None

    def add(self, kind: str, name: str, content: str) -> None:
        match kind:
            case "block":
                self.blocks[name] = content.encode()
            case "course":
                self.enrolments.append(Enrolment(key=name, **json.loads(content)))
            case "person":
                self.person = _person(json.loads(content))
            case "question":
                self.questions.append(_question(json.loads(content)))
            case "followed":
                self.followed = True
            case "folded":
                self.folded.append(name)
            case "fuller":
                self.fuller = FullerInscription(uuid.UUID(name), str(Capacity(content).label))
            case _:
                raise ValueError(f"persons_hand_over returned a row of an unknown kind: {kind!r}.")


def _hand_over(inscription_id: int | None, person_id: int | None, blocks: Sequence[str]) -> _Content:
    """Bind the inscription and load its file in one statement. Row-level security checks the rows again.

    Without an inscription, the file is that of the bound escape.
    """
    content = _Content()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, name, content FROM persons_hand_over(%s, %s, %s::text[])",
            [inscription_id, person_id, list(blocks)],
        )
        for row in cursor.fetchall():
            content.add(*row)
    return content


def _question(fields: dict[str, Any]) -> FileQuestion:
    return FileQuestion(
        block=fields["block"],
        key=fields["item_key"],
        text=fields["item_text"],
        digest=fields["item_digest"],
        supplier=fields["supplier"] or "",
        reason=fields["reason"],
        asked_on=timezone.localdate(datetime.datetime.fromisoformat(fields["asked_at"])),
        due_on=datetime.date.fromisoformat(fields["due_on"]),
        answer=fields["answer"],
        changed=fields["changed_at"] is not None,
        is_own=fields["is_own"],
        reference=fields["reference"] or "",
    )


def _person(fields: dict[str, str | None]) -> Person:
    # `from_db` takes its values in the order of the model's fields.
    names = [column.attname for column in Person._meta.concrete_fields if column.attname in fields]
    values = [
        datetime.datetime.fromisoformat(value) if name in _MOMENTS and value else value
        for name, value in ((name, fields[name]) for name in names)
    ]
    return Person.from_db(connection.alias, names, values)
