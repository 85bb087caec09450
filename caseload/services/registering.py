"""Registering one client on a page, and taking that back the same day. Each is one log row, in the same transaction."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from django.db import transaction

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import Subject, record
from partners.models import MandateVersion, Membership
from partners.periods import today
from partners.services import in_role, memberships_of
from persons.models import Inscription
from persons.querysets import may_register
from persons.reasons import MISTAKE
from persons.rules import RULES
from persons.services import changing
from persons.services.detours import Detour, note
from persons.services.door import Refused
from persons.services.registering import Row, follow_replaced, register
from persons.services.ruling import refusal_of, refusing_rules

# Who may not register, or not in this capacity. Every other outcome but those of `_DONE` is a mistake in the form.
REFUSALS = {
    "not_allowed": Refusal.ROLE,
    "no_mandate": Refusal.MANDATE,
    **{str(rule.code): rule.code for rule in RULES},
}
_CHANGED = ("registered", "brought_forward")
_DONE = (*_CHANGED, "exists")


@dataclass(frozen=True)
class Registration:
    """How a registration ended: the `outcome` of `persons.services.registering.register`, or of the form ("form").

    `current` is the inscription that is in force today in this capacity, whoever registered it; None without one.
    `is_replaced`: the number was replaced, and `current` is under the newer one.
    """

    outcome: str
    current: Inscription | None = None
    is_replaced: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether nothing was registered, and the client is not registered in this capacity either."""
        return self.outcome not in _DONE and self.current is None


def register_client(
    row: Row, *, registrar: Membership, target: uuid.UUID, detour: Detour | None = None
) -> Registration:
    """Register one client, as `register_clients` does, and note a detour about them, both or none.

    The detour is part of the log row of the registration. Raises `NotNoted` when the detour is wrong: nothing is
    registered or logged then. The bound user notes it as a case worker.
    """
    with transaction.atomic(savepoint=detour is not None):
        [registration] = register_clients([row], registrar=registrar, target=target)
        if detour is not None and not registration.is_refused:
            # A replaced number has no inscription left: the detour belongs to the number that goes on.
            current = registration.current if registration.is_replaced else None
            note(replace(detour, insz=current.insz) if current else detour)
    return registration


def register_clients(rows: Sequence[Row], *, registrar: Membership, target: uuid.UUID) -> list[Registration]:
    """Register clients in one capacity for the institution of `registrar`, in that role, with a log row for each.

    `target` is the id in the address. A client who is registered already, by a colleague or by an earlier click,
    stays as registered. Raises DatabaseError when a log row cannot be written; nothing is registered then.
    """
    with transaction.atomic(savepoint=False), in_role(registrar.role):
        outcomes = register(institution=registrar.institution, rows=rows)
        own = Inscription.objects.filter(
            institution=registrar.institution_id, mandate__capacity=rows[0].capacity
        )
        begun = own.filter(insz__in=[row.insz for row in rows], valid_from=rows[0].valid_from, voided_at=None)
        begun = begun.select_related("mandate").order_by("pk")
        made = {inscription.insz: inscription for inscription in begun}
        version_of = cache(_version_of_day)
        for row, outcome in outcomes:
            done = outcome in _CHANGED
            _log(
                Kind.REGISTRATION,
                registrar,
                number=row.insz,
                done=done,
                rule=REFUSALS.get(outcome),
                target=target,
                subject=_subject(made[row.insz], version_of) if done and row.insz in made else None,
            )
        # After the log rows: they name the inscription under the number that was typed.
        newer = follow_replaced(row.insz for row, outcome in outcomes if outcome in _CHANGED)
        counting = own.counting().filter(insz__in=[newer.get(row.insz, row.insz) for row in rows])
        current = {inscription.insz: inscription for inscription in counting.order_by("-pk")}
    return [
        Registration(outcome, current.get(newer.get(row.insz, row.insz)), row.insz in newer)
        for row, outcome in outcomes
    ]


def log_mistake(number: str, *, acting: Membership, target: uuid.UUID, rule: Refusal | None) -> None:
    """Write the log row of a form that registered nothing. `rule` says that mandate or role refused it.

    A rule above every mandate goes before that one.
    """
    above = refusing_rules([number]).get(number)
    _log(
        Kind.REGISTRATION,
        acting,
        number=number,
        done=False,
        rule=above.code if above else rule,
        target=target,
    )


def withdraw_registration(
    public_id: uuid.UUID, *, acting: Membership, memberships: Sequence[Membership]
) -> Inscription:
    """Withdraw a registration made today by mistake, write the log row, and return the inscription as it was.

    `memberships` are those of the user; the one whose role registers under the mandate takes the step. Raises
    `Refused` when the institution has no such inscription, and `changing.NotTaken`; both are logged.
    """
    own = Inscription.objects.filter(institution=acting.institution_id, public_id=public_id)
    inscription = own.select_related("mandate").first() if may_register(acting) else None
    if inscription is None:
        _log(Kind.ENDING, acting, done=False, rule=refusal_of(public_id), target=public_id)
        raise Refused
    version = _version(inscription)
    registrar = registrar_among(memberships, acting, version.may_register) if version else None
    with transaction.atomic(savepoint=False), in_role((registrar or acting).role):
        rejected = None
        try:
            changing.withdraw(public_id, MISTAKE)
        except changing.NotTaken as error:
            rejected = error
        _log(
            Kind.ENDING,
            registrar or acting,
            number=inscription.insz,
            done=rejected is None,
            rule=REFUSALS.get(rejected.code) if rejected else None,
            target=public_id,
            subject=None if rejected else _subject(inscription),
        )
    if rejected:
        raise rejected
    return inscription


def registrar_among(memberships: Sequence[Membership], acting: Membership, role: str) -> Membership | None:
    """Return the membership with this role at the institution of `acting`; None when the user has none."""
    here = (each for each in memberships if each.institution_id == acting.institution_id)
    return next((each for each in here if each.role == role and may_register(each)), None)


def registrars_beside(acting: Membership) -> list[Membership]:
    """Return the other memberships of the same user at the same institution that may register. One query."""
    return [
        other
        for other in memberships_of(acting.user)
        if other.institution_id == acting.institution_id and other.role != acting.role and may_register(other)
    ]


def in_each_role(
    ask: Callable[..., list[tuple[Row, str]]], rows: Sequence[Row], acting: Membership
) -> list[tuple[Row, str]]:
    """Return each row with its outcome from `ask`: `register` or `judge` of `persons.services.registering`.

    Asks as `acting`, to whom the transaction is bound, and once more in another role of the user for the rows whose
    mandate asks that role.
    """
    done = ask(institution=acting.institution, rows=rows)
    refused = [place for place, (_row, outcome) in enumerate(done) if outcome == "not_allowed"]
    for other in registrars_beside(acting) if refused else []:
        with in_role(other.role):
            again = ask(institution=acting.institution, rows=[done[place][0] for place in refused])
        for place, result in zip(refused, again, strict=True):
            done[place] = result
    return done


def _log(
    kind: Kind,
    acting: Membership,
    *,
    done: bool,
    rule: Refusal | None,
    target: uuid.UUID,
    number: str = "",
    subject: Subject | None = None,
) -> None:
    outcome = Outcome.SHOWN if done else Outcome.REFUSED if rule else Outcome.EMPTY
    record(
        kind=kind,
        outcome=outcome,
        rule=rule,
        acting=acting,
        target=str(target) if rule else "",
        numbers=[number] if number else [],
        subject=subject,
    )


def _version_of_day(mandate_id: int, day: datetime.date) -> MandateVersion | None:
    return MandateVersion.objects.in_force(day).filter(mandate=mandate_id).first()


_VersionOf = Callable[[int, datetime.date], MandateVersion | None]


def _subject(inscription: Inscription, version_of: _VersionOf = _version_of_day) -> Subject | None:
    """The values for the log; None when no version of the mandate rules the inscription today, or when it begins."""
    version = _version(inscription, version_of)
    if version is None:
        return None
    inscription.version = version
    return inscription.subject()


def _version(inscription: Inscription, version_of: _VersionOf = _version_of_day) -> MandateVersion | None:
    return version_of(inscription.mandate_id, max(inscription.valid_from, today()))
