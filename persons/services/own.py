"""What an institution itself knows about a number: its own inscriptions, also those that are over."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Literal

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from partners.models import MandateVersion, Membership
from partners.periods import today

from ..enums import InscriptionStep
from ..models import Inscription
from ..querysets import may_open_files, may_register

State = Literal[
    "in_force", "waiting", "starts", "expired", "ended", "merged", "carried_on", "voided", "no_mandate"
]
IN_FORCE: tuple[State, ...] = ("in_force", "waiting")


@dataclass(frozen=True, slots=True)
class OwnInscription:
    """One inscription of the institution, and where it is in its life.

    `waiting` is in force without a dossier; who opens no files sees it as `in_force`. `carried_on` goes on under
    another number or at a successor, and `carried_over` says that this one took over such an inscription. `on` is the
    day that the state is about: the last day, the first one of `starts`, the day of the step that ended it, or the last
    day of the mandate (None: not known). `by` and `reason` say who ended or withdrew it, and why. `withdrawable` says
    that it was registered today, and not voided since.
    """

    public_id: uuid.UUID
    capacity: str
    state: State
    on: datetime.date | None
    by: str = ""
    reason: str = ""
    carried_over: bool = False
    withdrawable: bool = False


def own_inscriptions(acting: Membership, number: str) -> list[OwnInscription]:
    """Return the inscriptions of the institution of `acting` for an INSZ, the latest first.

    Empty for who may not register. Two queries, one without any inscription. Nothing depends on what the KBI or another
    institution knows, except `waiting` for those who may open files.
    """
    if not may_register(acting):
        return []
    day = today()
    versions = MandateVersion.objects.confirmed().filter(mandate=OuterRef("mandate"))
    inscriptions = (
        Inscription.objects.own(acting)
        .filter(insz=number)
        .annotate(
            has_version=Exists(MandateVersion.objects.in_force(day).filter(mandate=OuterRef("mandate"))),
            mandate_until=Subquery(
                versions.filter(valid_until__lt=day).order_by("-valid_until").values("valid_until")[:1]
            ),
        )
        .prefetch_related("events")
        .order_by("-valid_from", "-pk")
    )
    opens_files = may_open_files(acting)
    return [_own(inscription, day, opens_files) for inscription in inscriptions]


def _own(inscription: Inscription, day: datetime.date, opens_files: bool) -> OwnInscription:
    steps = list(inscription.events.all())  # the newest first
    last = steps[0]
    state, on = _state(inscription, day, InscriptionStep(last.what), timezone.localdate(last.at))
    if state == "waiting" and not opens_files:
        state = "in_force"
    by_step = state in ("ended", "voided")
    return OwnInscription(
        public_id=inscription.public_id,
        capacity=inscription.mandate.capacity,
        state=state,
        on=on,
        by=last.user_name if by_step else "",
        reason=last.reason if by_step else "",
        # The step of the one that was taken over has a last day before it.
        carried_over=any(
            step.what == InscriptionStep.CARRIED_OVER and step.old_until is None for step in steps
        ),
        withdrawable=inscription.voided_at is None
        and inscription.valid_until >= day
        and timezone.localdate(inscription.registered_at) == day,
    )


def _state(
    inscription: Inscription, day: datetime.date, last: InscriptionStep, last_day: datetime.date
) -> tuple[State, datetime.date | None]:
    is_voided = inscription.voided_at is not None
    if is_voided or inscription.valid_until < day:
        match last:
            case InscriptionStep.CARRIED_OVER:
                return "carried_on", last_day
            case InscriptionStep.MERGED:
                return "merged", last_day
            case InscriptionStep.ENDED if not is_voided:
                return "ended", last_day
        return ("voided", last_day) if is_voided else ("expired", inscription.valid_until)
    if inscription.valid_from > day:
        return "starts", inscription.valid_from
    if not inscription.has_version:  # type: ignore[attr-defined]  # annotated above
        return "no_mandate", inscription.mandate_until  # type: ignore[attr-defined]
    return ("waiting" if inscription.person_id is None else "in_force"), inscription.valid_until
