"""The rows of a published month: their keys, and how small numbers stay out of them. No database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind

from ..adoption.rule import DEFINITIONS as CLASSES
from ..adoption.rule import ENTITLED
from ..enums import AdoptionClass
from ..figures import CONSULTATION, PER_WORKING_DAY, REPORTED_EXCHANGE
from ..models import PublishedMonth

FEWEST: Final = 5  # the smallest number that is published
HIDDEN: Final = f"<{FEWEST}"  # stands for each smaller one, also for 0
Row = dict[str, Any]

SMALL: Final = _(
    "Een aantal onder 5, ook 0, staat er als “<5”; het aantal per werkdag daarvan ook. Er zijn geen totalen, en de"
    " cijfers staan alleen per instelling en per hele maand: een aantal van 1 tot en met 4 is er niet uit af te leiden."
    " Dat niemand keek, zegt soms de klasse."
)
NO_DATA: Final = _(
    "“–” (in de bestanden leeg of null) is geen 0: het cijfer is er niet voor die maand. Van de maand waarin het"
    " logboek begint, is er geen aantal per werkdag."
)
SOURCE: Final = _(
    "Raadplegingen: het logboek van het KBI-portaal, waarin elke inzage staat. Uitwisselingen: de bron die erbij staat."
)
# Key in the files, key in `PublishedMonth.rows`, and what it means.
KEYS: Final[tuple[tuple[str, str, Promise | str], ...]] = (
    ("instelling", "name", _("De naam van de instelling toen de maand gepubliceerd werd.")),
    ("ondernemingsnummer", "kbo_number", _("Het nummer in de Kruispuntbank van Ondernemingen.")),
    ("soort", "kind", _("Het soort instelling.")),
    (
        "klasse",
        "adoption_class",
        _("Of de instelling het portaal gebruikt, op de laatste dag van de maand, als ze er recht op heeft."),
    ),
    ("raadplegingen", "consultation", CONSULTATION.definition),
    ("raadplegingen_per_werkdag", "consultation_per_day", PER_WORKING_DAY),
    ("uitwisselingen", "exchange", REPORTED_EXCHANGE.definition),
    ("uitwisselingen_per_werkdag", "exchange_per_day", PER_WORKING_DAY),
)
CODES: Final = tuple(code for _key, code, _meaning in KEYS)


def public(number: int | None) -> int | str | None:
    """Return what is published of a number: itself from `FEWEST` on, `HIDDEN` below, None without data."""
    return number if number is None or number >= FEWEST else HIDDEN


def shown(row: Row) -> dict[str, Any]:
    """Return a stored row with words for kind and class, in the active language, and decimals per day."""
    values = {code: row[code] for code in CODES}
    values["kind"] = str(InstitutionKind(row["kind"]).label)
    if row["adoption_class"]:
        values["adoption_class"] = str(AdoptionClass(row["adoption_class"]).label)
    for code in ("consultation_per_day", "exchange_per_day"):
        if row[code] not in (None, HIDDEN):
            values[code] = Decimal(row[code])
    return values


def shown_rows(month: PublishedMonth) -> list[dict[str, Any]]:
    """Return `shown` of each row of a month."""
    return [shown(row) for row in month.rows]


def class_meanings() -> list[tuple[str, str]]:
    """Return each class with its definition, in the active language, and which institutions have a class."""
    return [
        *((str(each.label), str(CLASSES[each])) for each in AdoptionClass),
        (str(_("Recht op het portaal")), str(ENTITLED)),
    ]
