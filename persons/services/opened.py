"""What the door returns: an opened file, with what its pages say about it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from consultations.models import Consultation
from partners.models import Institution

from ..models import Enrolment, Escape, Inscription, Person


@dataclass(frozen=True)
class FileQuestion:
    """A question about an item of the file. `is_own`: the acting institution asked it; `reference` is "" otherwise.

    `supplier` is the name of the institution that answers, `digest` the hash of the item's content in hex.
    """

    block: str
    key: str
    text: str
    digest: str
    supplier: str
    reason: str
    asked_on: datetime.date
    due_on: datetime.date
    answer: str
    changed: bool
    is_own: bool
    reference: str


@dataclass(frozen=True)
class CarriedFrom:
    """Since which day (Brussels) an inscription goes on here, and from where.

    Either `number` is the replaced number that the institution knew before, or `institution` is the name of the one
    that it succeeded; the other is "".
    """

    since: datetime.date
    number: str
    institution: str


@dataclass(frozen=True)
class FullerInscription:
    """Another inscription in force of the same person at the institution that shows the attendance."""

    public_id: uuid.UUID
    capacity: str


@dataclass(frozen=True)
class OpenedFile:
    """The result of one look: the blocks that were asked for and allowed, and the log row that records the look.

    `blocks` maps block names to canonical XML. `folded` are the names of the other blocks that the dossier has and the
    mandate allows. `enrolments` have only key, suspensions and exemption filled in; the
    blocks carry the rest. `followed` says whether the person is in the user's own caseload. `other_number` is the
    public id of the institution's own inscription of the same person under a newer number (or one of the same moment),
    None without one. `carried_from` says from where the inscription was carried over, None if it was not. `questions`
    are those about the blocks, oldest first, whoever asked them. `fuller` is None where this file shows the attendance.
    """

    inscription: Inscription
    person: Person
    blocks: dict[str, bytes]
    enrolments: Sequence[Enrolment]
    consultation: Consultation
    followed: bool = False
    other_number: uuid.UUID | None = None
    carried_from: CarriedFrom | None = None
    questions: Sequence[FileQuestion] = ()
    folded: Sequence[str] = ()
    fuller: FullerInscription | None = None

    @property
    def public_id(self) -> uuid.UUID:
        """The id in the address of the file."""
        return self.inscription.public_id

    @property
    def institution(self) -> Institution:
        """The institution that looks."""
        return self.inscription.institution

    @property
    def allowed(self) -> Sequence[str]:
        """The names of the blocks that the mandate allows."""
        return self.inscription.version.blocks


@dataclass(frozen=True)
class OpenedEscape:
    """The file that an escape opened: only the blocks of the escape; otherwise like `OpenedFile`."""

    escape: Escape
    person: Person
    blocks: dict[str, bytes]
    enrolments: Sequence[Enrolment]
    consultation: Consultation
    questions: Sequence[FileQuestion]
    # No inscription was carried over, and no other number of the person is shown.
    other_number: None = None
    carried_from: None = None

    @property
    def public_id(self) -> uuid.UUID:
        """The id in the address of the file."""
        return self.escape.public_id

    @property
    def institution(self) -> Institution:
        """The institution that looks."""
        return self.escape.institution

    @property
    def allowed(self) -> Sequence[str]:
        """The names of the blocks that the version shows to an escape."""
        return self.escape.version.escape_blocks


@dataclass(frozen=True)
class EmptyEscape:
    """An escape to a number of which the KBI has no dossier, and the row of the log."""

    escape: Escape
    consultation: Consultation
