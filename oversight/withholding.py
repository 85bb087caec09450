"""Looks that letters to a person leave out until a day, over the database functions that write them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from partners import steps

from .models import Withholding

LONGEST = datetime.timedelta(days=366)
# Why the database did not take a step.
NOT_TAKEN = {
    "no_reason": _("Geef een reden."),
    "days": _("De eerste dag komt na de laatste."),
    "until": _(
        "Kies een dag die niet voor vandaag of voor de laatste inzage ligt, en hoogstens een jaar vooruit."
    ),
    "own": _(
        "U keek op die dagen zelf naar deze persoon. Een andere privacyverantwoordelijke houdt dat vertrouwelijk."
    ),
    "exists": _("Deze dagen zijn al vertrouwelijk tot die dag."),
    "not_found": _("Dit bestaat niet of is al voorbij."),
}


class NotTaken(steps.NotTaken):
    """The step was not taken."""

    reasons = NOT_TAKEN


def withhold(
    insz: str, *, first: datetime.date, last: datetime.date, until: datetime.date, reason: str
) -> None:
    """Keep the looks of the bound institution at a person from `first` to `last` out of letters until `until`.

    As its privacy officer; logged. `insz` has eleven digits. Raises NotTaken; DatabaseError for anyone else.
    """
    steps.take(
        "SELECT oversight_withhold(%s, %s, %s, %s, %s)",
        [insz, first, last, until, reason],
        "withheld",
        refused=NotTaken,
    )


def end_withholding(public_id: uuid.UUID) -> None:
    """Let letters name the looks again, as the privacy officer; logged. Raises like `withhold`."""
    steps.take("SELECT oversight_end_withholding(%s)", [public_id], "ended", refused=NotTaken)


def withholdings_of(numbers: Sequence[str]) -> list[Withholding]:
    """Return those that the bound privacy officer reads about a person, the newest first, also those that are over."""
    return list(Withholding.objects.filter(insz__in=numbers).select_related("made_by", "ended_by"))
