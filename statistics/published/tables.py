"""The published figures as a table of the page, as CSV, as JSON and as a description in the words of DCAT.

Files are in Dutch and the same for everyone. Their keys never change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from partners.csvfiles import write_csv

from ..enums import Calendar
from ..models import PublishedMonth
from ..tables import FigureTable, HeadingColumn, NumberColumn, WordColumn
from .rows import KEYS, NO_DATA, SMALL, SOURCE, class_meanings, shown_rows

TITLE = gettext_lazy("Gebruik van het KBI-portaal per instelling en maand")
ABOUT = gettext_lazy(
    "Hoe vaak instellingen in Vlaanderen de Kruispuntbank Inburgering raadplegen, per maand en per werkdag, en of ze"
    " het portaal gebruiken. Geen cijfers over personen of medewerkers."
)
PUBLISHER = "Agentschap Integratie en Inburgering"
LANGUAGE = settings.LANGUAGE_CODE
MONTH_COLUMNS = ("maand", "versie", "gepubliceerd_op", "werkdagen")


class MonthTable(FigureTable):
    """A published month: a row for each institution, by name."""

    is_narrow = False
    name = HeadingColumn(gettext_lazy("Instelling"))
    adoption_class = WordColumn(gettext_lazy("Klasse"))
    consultation = NumberColumn(gettext_lazy("Raadplegingen"))
    consultation_per_day = NumberColumn(gettext_lazy("Raadpl./werkdag"))
    exchange = NumberColumn(gettext_lazy("Uitwisselingen"))
    exchange_per_day = NumberColumn(gettext_lazy("Uitw./werkdag"))

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""


def month_table(month: PublishedMonth) -> MonthTable:
    """Return the table of a month, in the active language."""
    calendar = str(Calendar(month.calendar).label)
    notes = [
        _("{number} werkdagen, volgens de kalender “{calendar}”.").format(
            number=month.working_days, calendar=calendar
        )
    ]
    if not month.is_whole:
        notes.append(_("In deze maand begint het logboek: de raadplegingen zijn niet die van de hele maand."))
    notes += [_("Bron van de uitwisselingen: {source}.").format(source=source) for source in month.sources]
    return MonthTable(
        shown_rows(month),
        title=capfirst(date_format(month.month, "F Y")),
        definition="",
        notes=notes,
        file_name=f"kbi-{month.month:%Y-%m}",
    )


def meanings() -> list[tuple[str, str]]:
    """Return the head of each column after the first and what it means, in the active language."""
    heads = {code: column.verbose_name for code, column in MonthTable.base_columns.items()}
    return [
        (str(heads[code]), str(meaning)) for _key, code, meaning in KEYS if code in heads and code != "name"
    ]


def as_csv(versions: Sequence[PublishedMonth]) -> bytes:
    """Return CSV of the last version of each month: semicolons, a comma in decimals, empty without data."""
    with override(LANGUAGE):
        lines: list[list[Any]] = [[*MONTH_COLUMNS, *(key for key, _code, _meaning in KEYS)]]
        for month, *_earlier in _by_month(versions):
            head = [f"{month.month:%Y-%m}", month.version, _day(month), month.working_days]
            lines += [
                [*head, *("" if row[code] is None else row[code] for _key, code, _meaning in KEYS)]
                for row in shown_rows(month)
            ]
    return write_csv(lines)


def as_json(versions: Sequence[PublishedMonth]) -> bytes:
    """Return JSON of each month with its definitions; the versions before the last one stay in it."""
    with override(LANGUAGE):
        months = [
            _month(last) | {"eerdere_versies": [_month(each) for each in earlier]}
            for last, *earlier in _by_month(versions)
        ]
        document = {
            "titel": str(TITLE),
            "beschrijving": str(ABOUT),
            "uitgever": PUBLISHER,
            "bron": str(SOURCE),
            "kleine_aantallen": str(SMALL),
            "geen_gegevens": str(NO_DATA),
            "definities": {key: str(meaning) for key, _code, meaning in KEYS},
            "klassen": dict(class_meanings()),
            "maanden": months,
        }
    return _dump(document)


def as_dcat(
    months: Sequence[PublishedMonth], address: Callable[[str], str], contact: Mapping[str, str]
) -> bytes:
    """Return a description of the data set in JSON-LD (DCAT-AP). `address` makes a whole address of a route's name."""
    with override(LANGUAGE):
        dataset: dict[str, Any] = {
            "@id": f"{address('page')}#dataset",
            "@type": "dcat:Dataset",
            "dct:title": _nl(TITLE),
            "dct:description": _nl(ABOUT),
            "dct:identifier": address("page"),
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _nl(PUBLISHER)},
            "dct:language": _id("http://publications.europa.eu/resource/authority/language/NLD"),
            "dct:accrualPeriodicity": _id(
                "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
            ),
            "dct:accessRights": _id("http://publications.europa.eu/resource/authority/access-right/PUBLIC"),
            "dcat:theme": _id("http://publications.europa.eu/resource/authority/data-theme/GOVE"),
            "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": _nl(SOURCE)},
            "dcat:landingPage": _id(address("page")),
            "dcat:distribution": [
                _distribution(address(name), name.upper(), media)
                for name, media in (("csv", "text/csv"), ("json", "application/json"))
            ],
        }
    if contact.get("href"):
        kind = "vcard:hasEmail" if contact["href"].startswith("mailto:") else "vcard:hasURL"
        dataset["dcat:contactPoint"] = {
            "@type": "vcard:Organization",
            "vcard:fn": PUBLISHER,
            kind: _id(contact["href"]),
        }
    if months:
        dataset["dct:issued"] = _typed(_day_text(min(months, key=lambda month: month.published_at)), "date")
        dataset["dct:modified"] = _typed(_day_text(max(months, key=lambda month: month.published_at)), "date")
        dataset["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(f"{months[-1].month:%Y-%m}", "gYearMonth"),
            "dcat:endDate": _typed(f"{months[0].month:%Y-%m}", "gYearMonth"),
        }
    return _dump({"@context": _CONTEXT, **dataset})


_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _distribution(address: str, form: str, media: str) -> dict[str, Any]:
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _nl(form),
        "dcat:accessURL": _id(address),
        "dcat:downloadURL": _id(address),
        "dct:format": _id(f"http://publications.europa.eu/resource/authority/file-type/{form}"),
        "dcat:mediaType": _id(f"https://www.iana.org/assignments/media-types/{media}"),
    }


def _by_month(versions: Sequence[PublishedMonth]) -> list[list[PublishedMonth]]:
    """Group versions, which are in the order of `services.versions`, by month."""
    return [list(group) for _month_of, group in groupby(versions, key=lambda each: each.month)]


def _month(month: PublishedMonth) -> dict[str, Any]:
    return {
        "maand": f"{month.month:%Y-%m}",
        "versie": month.version,
        "gepubliceerd_op": _day_text(month),
        "volledig": month.is_whole,
        "werkdagen": month.working_days,
        "kalender": str(Calendar(month.calendar).label),
        "bronnen": month.sources,
        "rijen": [{key: row[code] for key, code, _meaning in KEYS} for row in shown_rows(month)],
    }


def _day(month: PublishedMonth) -> Any:
    return localtime(month.published_at).date()


def _day_text(month: PublishedMonth) -> str:
    return _day(month).isoformat()


def _id(address: str) -> dict[str, str]:
    return {"@id": address}


def _nl(text: object) -> dict[str, str]:
    return {"@value": str(text), "@language": LANGUAGE}


def _typed(text: str, name: str) -> dict[str, str]:
    return {"@value": text, "@type": f"xsd:{name}"}


def _plain(value: object) -> int | float:
    assert isinstance(value, Decimal)
    return int(value) if value == int(value) else float(value)


def _dump(document: object) -> bytes:
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=1).encode()
