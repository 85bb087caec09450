"""Clients that the institution registered and of which the KBI has no dossier yet."""

from __future__ import annotations

from partners.models import Membership
from persons.models import Inscription
from persons.querysets import InscriptionQuerySet

from .lists import COUNT_CAP, CappedCount


def waiting_clients(acting: Membership) -> InscriptionQuerySet:
    """The waiting inscriptions of the institution, the newest first."""
    return Inscription.objects.waiting_for(acting).select_related("registered_by").order_by("-pk")


def count_waiting(acting: Membership) -> CappedCount:
    """How many clients wait, exact up to `COUNT_CAP`."""
    number = Inscription.objects.waiting_for(acting)[: COUNT_CAP + 1].count()
    return CappedCount(min(number, COUNT_CAP), number > COUNT_CAP)
