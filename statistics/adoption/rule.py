"""The rule of adoption: in which class an institution is on a day. No database.

docs/figures.md repeats the definitions; a test compares the two.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..enums import AdoptionClass, AdoptionMailKind

QUIET_DAYS = 30
# The institutions that do not use the portal; those that use it less than expected do.
NOT_USING: Final = (AdoptionClass.STOPPED, AdoptionClass.NEVER, AdoptionClass.NO_ACCESS)
ENTITLED: Final = _(
    "Instellingen die op die dag werkten en waarvoor een machtiging gold, van de instelling zelf of van haar soort. Elk"
    " staat in precies één klasse. Een samengevoegde instelling telt bij haar opvolger."
)
DEFINITIONS: Final[dict[AdoptionClass, Promise]] = {
    AdoptionClass.NO_ACCESS: _("Op die dag had niemand toegang in naam van de instelling."),
    AdoptionClass.NEVER: _(
        "Iemand heeft toegang, maar sinds het logboek begint is er geen raadpleging, ook niet bij een voorganger."
    ),
    AdoptionClass.STOPPED: _("De laatste raadpleging was meer dan 30 dagen geleden."),
    AdoptionClass.BELOW: _(
        "Er was een raadpleging in de laatste 30 dagen, maar in de laatste volledige maand waren er minder dan"
        " verwacht. Alleen waar een verwachting geldt."
    ),
    AdoptionClass.USES: _(
        "Er was een raadpleging in de laatste 30 dagen, en niet minder dan verwacht in de laatste volledige maand, of"
        " er geldt geen verwachting."
    ),
}


@dataclass(frozen=True)
class Use:
    """What decides the class of an institution on a day.

    `users` is how many users have access on that day, and `last_look` the last day up to it with a consultation, None
    for never. `looks` are the consultations of the last month that is over and `target` how many were expected in it,
    None without data.
    """

    users: int
    last_look: datetime.date | None = None
    looks: int | None = None
    target: Fraction | None = None


def class_of(use: Use, day: datetime.date) -> AdoptionClass:
    """Return the one class of an institution with this use on `day` (Brussels)."""
    if not use.users:
        return AdoptionClass.NO_ACCESS
    if use.last_look is None:
        return AdoptionClass.NEVER
    if (day - use.last_look).days > QUIET_DAYS:
        return AdoptionClass.STOPPED
    if use.looks is not None and use.target is not None and use.looks < use.target:
        return AdoptionClass.BELOW
    return AdoptionClass.USES


def mail_kind_of(adoption_class: AdoptionClass) -> AdoptionMailKind | None:
    """Return which mail the agency can send to an institution in this class, None for none.

    Without access there is no local administrator to write to: access comes first.
    """
    match adoption_class:
        case AdoptionClass.NEVER:
            return AdoptionMailKind.INVITE
        case AdoptionClass.STOPPED | AdoptionClass.BELOW:
            return AdoptionMailKind.REMIND
    return None
