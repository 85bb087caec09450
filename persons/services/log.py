"""Writing the log of who looked. Every look goes through here, whatever its outcome."""

from __future__ import annotations

from collections.abc import Sequence

from partners.models import Membership, User

from ..enums import Channel, Kind, Outcome
from ..models import Consultation, Inscription


def record(
    *,
    kind: Kind,
    outcome: Outcome,
    acting: Membership | None,
    user: User | None = None,
    channel: Channel = Channel.PORTAL,
    inscription: Inscription | None = None,
    asked: str = "",
    blocks: Sequence[str] = (),
    shown: Sequence[str] = (),
) -> Consultation:
    """Append one row to the log and return it.

    `acting` is as whom one looks, None for somebody signed in without a membership in force (`user` then says who).
    `inscription` is what was opened; `asked` an opaque id that was refused; `blocks` the block names that were
    shown; `shown` the INSZ of the persons a list or search showed. Raises DatabaseError when the row cannot be
    written: the caller must then show nothing.
    """
    looker = acting.user if acting else user
    return Consultation.objects.create(
        kind=kind,
        channel=channel,
        outcome=outcome,
        user_id=looker.pk if looker else None,
        user_name=str(looker)[:201] if looker else "",
        role=acting.role if acting else "",
        institution_id=acting.institution_id if acting else None,
        mandate_id=inscription.mandate_id if inscription else None,
        capacity=inscription.mandate.capacity if inscription else "",
        inscription_id=inscription.pk if inscription else None,
        insz=inscription.insz if inscription else "",
        asked=asked[:64],
        blocks=list(blocks),
        shown=list(shown),
    )
