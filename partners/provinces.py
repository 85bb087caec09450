"""The provinces, by the first digits of the NIS code that the federal statistics give each municipality."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Province(models.TextChoices):
    """A Flemish province, or the Brussels-Capital Region. Each has the NIS codes that begin with its digits."""

    ANTWERP = "antwerpen", _("Antwerpen")
    LIMBURG = "limburg", _("Limburg")
    EAST_FLANDERS = "oost-vlaanderen", _("Oost-Vlaanderen")
    FLEMISH_BRABANT = "vlaams-brabant", _("Vlaams-Brabant")
    WEST_FLANDERS = "west-vlaanderen", _("West-Vlaanderen")
    BRUSSELS = "brussel", _("Brussel")


_DIGITS = {
    Province.ANTWERP: ("1",),
    Province.LIMBURG: ("7",),
    Province.EAST_FLANDERS: ("4",),
    Province.FLEMISH_BRABANT: ("23", "24"),
    Province.WEST_FLANDERS: ("3",),
    Province.BRUSSELS: ("21",),
}


def in_province(province: str) -> Q:
    """Return the condition that an institution is in this province, a value of `Province`.

    Institutions without a NIS code are in none.
    """
    condition = Q()
    for digits in _DIGITS[Province(province)]:
        condition |= Q(nis_code__startswith=digits)
    return condition


def province_of(nis_code: str) -> Province | None:
    """Return the province of a NIS code; None for an empty one and for one of no Flemish province or Brussels."""
    return next((province for province, digits in _DIGITS.items() if nis_code.startswith(digits)), None)
