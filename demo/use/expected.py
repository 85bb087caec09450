"""What the agency expects of the invented use, and what it noted about months that fell short."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from partners.enums import InstitutionKind
from partners.models import Institution, User
from partners.periods import begin_of, months_later, today
from statistics.enums import Basis
from statistics.models import DeviationNote, Expectation

AUTHOR: Final = "tom.jacobs@agentschap.example"
FULL: Final = 2_000  # persons; with fewer of them there is less to look at


@dataclass(frozen=True)
class Plan:
    """What is expected of an institution (by name) or of a kind, from a month on, in months before this one.

    `added` is how many days before today it was entered.
    """

    about: str
    basis: Basis
    number: str | None
    begins: int = 11
    added: int = 320
    share: int = 50
    source: str = "Jaarplan van het agentschap"


PLANS: Final = (
    Plan(InstitutionKind.OCMW, Basis.PER_CLIENT, "6"),
    Plan(InstitutionKind.VDAB, Basis.MONTHLY, "100"),
    Plan(InstitutionKind.VMSW, Basis.MONTHLY, "15"),
    Plan(InstitutionKind.SHM, Basis.MONTHLY, "25"),
    Plan(InstitutionKind.CVO, Basis.MONTHLY, "30", share=40),
    Plan(InstitutionKind.HVN, Basis.MONTHLY, "45"),
    Plan(InstitutionKind.ONTHAALBUREAU, Basis.PER_CLIENT, "4.5"),
    # What was expected before stays on record.
    Plan("OCMW Gent", Basis.MONTHLY, "120", added=300, source="Afspraak met OCMW Gent"),
    Plan("OCMW Gent", Basis.MONTHLY, "150", begins=4, added=130, source="Afspraak met OCMW Gent, herzien"),
    Plan("OCMW Lokeren", Basis.MONTHLY, "20", begins=6, added=200, source="Brief aan OCMW Lokeren"),
    # A school that works on paper until next year.
    Plan("CBE De Eerste Letter", Basis.NONE, None, added=310, source="Afspraak met de school"),
)
# About which institution, how many months ago, and what.
NOTES: Final = (
    ("OCMW Oostende", 5, "Verbouwing: de dienst werkte vanuit het stadhuis en had geen toegang."),
    ("OCMW Oostende", 3, "Nieuwe lokale beheerder gevraagd; opvolging in het najaar."),
    ("CVO De Sprong", 4, "De school vraagt attesten weer op papier op; gesprek gepland."),
    ("VMSW", 2, "De huisvestingsmaatschappijen zoeken intussen zelf op."),
    ("OCMW Gent", 4, "Zomervakantie: de dienst was enkele weken gesloten."),
)


@transaction.atomic
def invent_expectations(persons: int) -> tuple[int, int]:
    """Write expectations and notes, once; return how many of each.

    The accounts must be made. Needs the owner's connection.
    """
    if Expectation.objects.exists():
        return 0, 0
    author = User.objects.get(email=AUTHOR)
    month = today().replace(day=1)
    places = {place.name: place for place in Institution.objects.all()}
    scale = min(Decimal(1), Decimal(persons) / FULL)
    expectations = Expectation.objects.bulk_create(
        Expectation(
            institution=places.get(plan.about),
            kind="" if plan.about in places else plan.about,
            first_month=months_later(month, -plan.begins),
            basis=plan.basis,
            number=None if plan.number is None else _scaled(plan, scale),
            bottleneck_share=plan.share,
            source=plan.source,
            added_at=_days_ago(plan.added),
            added_by=author,
        )
        for plan in PLANS
    )
    notes = DeviationNote.objects.bulk_create(
        DeviationNote(
            institution=places[name],
            month=months_later(month, -ago),
            text=text,
            added_at=_days_ago(30 * ago - 15),
            added_by=author,
        )
        for name, ago, text in NOTES
    )
    return len(expectations), len(notes)


def _scaled(plan: Plan, scale: Decimal) -> Decimal:
    """Return the number of a plan for a smaller population; per client it is the same."""
    number = Decimal(plan.number or 0)
    return number if plan.basis == Basis.PER_CLIENT else round(number * scale, 2)


def _days_ago(days: int) -> datetime.datetime:
    day = today() - datetime.timedelta(days=days)
    return min(begin_of(day) + datetime.timedelta(hours=10), timezone.now())
