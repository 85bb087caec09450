"""Extending and ending the inscriptions of an institution, one or many at once, and showing them with their history.

Each step is one row of the log, in the transaction of the step.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import BigIntegerField, DateField, F, Func, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from consultations.enums import Kind, Outcome, Refusal
from consultations.models import Consultation
from consultations.services import record
from partners.models import MandateVersion, Membership
from partners.periods import Period, today
from partners.services import in_role
from persons.insz import format_insz
from persons.models import ClientListEntry, Inscription
from persons.services import changing
from persons.services.ruling import refusal_of

from .registering import registrar_among
from .sessionvalues import SessionValues

MOST_AT_ONCE = 500
# Chosen inscriptions, and how a step ended for each of them.
SELECTIONS = SessionValues("selections", Kind.INSCRIPTION, 3)
OUTCOMES = SessionValues("outcomes", Kind.INSCRIPTION, 3)


class Step(StrEnum):
    """What a user does to inscriptions."""

    EXTEND = "extend"
    END = "end"

    @property
    def kind(self) -> Kind:
        """The kind of its rows in the log."""
        return Kind.EXTENSION if self == Step.EXTEND else Kind.ENDING


# The outcomes that changed an inscription.
TAKEN = ("extended", "ended", "voided")


@dataclass(frozen=True)
class OwnInscription:
    """An inscription of the institution, as the pages about inscriptions show it.

    `name` comes from its line on the client list; "" without one. `longest` is the last day to which it can be extended
    today; None when its mandate is over.
    """

    inscription: Inscription
    name: str
    longest: datetime.date | None

    @property
    def words(self) -> str:
        """The name, or the number without one."""
        return self.name or format_insz(self.inscription.insz)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be done to it."""
        return self.inscription.voided_at is not None or self.inscription.valid_until < today()


def ruling_version() -> Func:
    """Return the expression for the version that rules a step of today in an inscription."""
    return Func(
        F("mandate_id"),
        Greatest(F("valid_from"), Value(today()), output_field=DateField()),
        function="partners_ruling_version",
        output_field=BigIntegerField(),
    )


def own_inscriptions(public_ids: Iterable[uuid.UUID], acting: Membership) -> list[OwnInscription]:
    """Return the inscriptions of the institution among `public_ids`, by number. Ids of others are left out.

    `inscription.version` is the version that rules a step of today, where there is one. Three queries.
    """
    found = list(
        Inscription.objects.own(acting)
        .filter(public_id__in=list(public_ids))
        .annotate(ruling=ruling_version())
        .order_by("insz", "pk")
    )
    longest = RawSQL(
        "(app_today() + make_interval(months => max_months))::date", [], output_field=DateField()
    )
    versions = MandateVersion.objects.annotate(longest=longest).in_bulk(
        {each.ruling for each in found} - {None}
    )
    lines = ClientListEntry.objects.visible_to(acting).filter(inscription__in=[each.pk for each in found])
    names = {line.inscription_id: str(line) for line in lines}
    own = []
    for each in found:
        latest = None
        if version := versions.get(each.ruling):
            each.version = version
            if Period(version.valid_from, version.valid_until).covers(max(each.valid_from, today())):
                latest = version.longest
        own.append(OwnInscription(each, names.get(each.pk, ""), latest))
    return own


def show_inscriptions(inscriptions: Sequence[Inscription], acting: Membership) -> Consultation:
    """Write the log row of a page that shows these inscriptions."""
    return record(
        kind=Kind.INSCRIPTION,
        outcome=Outcome.SHOWN if inscriptions else Outcome.EMPTY,
        acting=acting,
        shown=[inscription.insz for inscription in inscriptions],
    )


def take_step(
    step: Step,
    public_ids: Sequence[uuid.UUID],
    *,
    reason: str,
    until: datetime.date | None = None,
    acting: Membership,
    memberships: Sequence[Membership],
) -> dict[uuid.UUID, str]:
    """Extend inscriptions to `until`, or end them at once; return the outcome of each by public id.

    `memberships` are those of the user; the one whose role registers under the mandate takes the step.

    Outcomes: `extended`, `unchanged` (it ends on that day already), `ended`, `voided` (it had not begun before today),
    or a key of `persons.services.changing.NOT_TAKEN`. One row of the log for each. Raises DatabaseError when a row
    cannot be written; no step was taken then.
    """
    outcomes: dict[uuid.UUID, str] = {}
    with transaction.atomic(savepoint=False):
        own = {each.inscription.public_id: each.inscription for each in own_inscriptions(public_ids, acting)}
        for public_id in public_ids:
            inscription = own.get(public_id)
            registrar = _registrar(inscription, acting, memberships)
            with in_role(registrar.role) if registrar != acting else nullcontext():
                outcome = _outcome(step, public_id, reason, until)
                _log(step, public_id, inscription, outcome, registrar)
            outcomes[public_id] = outcome
    return outcomes


def _registrar(
    inscription: Inscription | None, acting: Membership, memberships: Sequence[Membership]
) -> Membership:
    version = getattr(inscription, "version", None)
    return (version and registrar_among(memberships, acting, version.may_register)) or acting


def _outcome(step: Step, public_id: uuid.UUID, reason: str, until: datetime.date | None) -> str:
    try:
        if step == Step.END:
            return "voided" if changing.end(public_id, reason) else "ended"
        assert until is not None
        return "extended" if changing.extend(public_id, until, reason) else "unchanged"
    except changing.NotTaken as error:
        return error.code


def log_refusal(kind: Kind, target: uuid.UUID, acting: Membership) -> None:
    """Write the log row of a page about an inscription that the institution does not have."""
    record(kind=kind, outcome=Outcome.REFUSED, rule=refusal_of(target), acting=acting, target=str(target))


def _log(
    step: Step, public_id: uuid.UUID, inscription: Inscription | None, outcome: str, acting: Membership
) -> None:
    if inscription is None:
        log_refusal(step.kind, public_id, acting)
    elif outcome in TAKEN:
        record(kind=step.kind, outcome=Outcome.SHOWN, acting=acting, subject=inscription.subject())
    elif outcome == "not_allowed":
        record(
            kind=step.kind,
            outcome=Outcome.REFUSED,
            rule=Refusal.ROLE,
            acting=acting,
            target=str(public_id),
            numbers=[inscription.insz],
        )
    else:
        record(kind=step.kind, outcome=Outcome.EMPTY, acting=acting, numbers=[inscription.insz])
