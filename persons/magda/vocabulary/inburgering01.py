"""Inburgering-01.00 (InburgeringComplex.xsd): checked elements, the cut into blocks, codes."""

import re
from functools import lru_cache
from typing import Any, Final

from partners.blocks import BlockName
from persons.attendance import Part, Presence
from persons.magda.vocabulary.kbi02 import PART_OF_COMPONENT
from persons.magda.vocabulary.values import DAY, OPEN_DAY, Numbers, Values, lestijden, percentage

AMOUNT: Final = Numbers(lestijden)
DEGREE: Final = Numbers(percentage)
# Here the type of an element follows from its name alone.
LEAVES_01: Final[dict[str, Any]] = {
    **dict.fromkeys(("Datum", "Begindatum", "Einddatum", "Aanmeldingsdatum"), OPEN_DAY),
    **dict.fromkeys(("BeginDatum", "EindDatum"), DAY),
    "MeestRecentVlag": Values(("0", "1")),
    "AantalLestijden": AMOUNT,
    "TeBehalenAanwezigheidsGraad": DEGREE,
}
ATTRIBUTES_01: Final[dict[str, Any]] = dict.fromkeys(("DatumGeldigheid", "DatumLaatsteWijziging"), OPEN_DAY)

# The children of the elements that are cut up, in the order of the schema. An element outside this order, or a
# second one of the same name, could not be put back in its place and is refused.
ORDER_01: Final[dict[str, tuple[str, ...]]] = {
    "DossierKBI": ("INSZ", "Hoedanigheden"),
    "Hoedanigheid": (
        "Periode",
        "Hoedanigheidscode",
        "KBICentrum",
        "Regie",
        "Sanctioneringsbevoegdheden",
        "Aanmeldingsgegevens",
        "AfsluitenDossier",
        "OpmerkingenBijDossier",
        "Inburgeringsgegevens",
        "Attesten",
        "BehaaldeNiveaus",
        "Testen",
        "Adviezen",
        "Trajecten",
        "Talenkennis",
    ),
    "Inburgeringsgegevens": ("Doelgroepbepalingen", "Contractgegevens"),
    "Traject": (
        "Periode",
        "RedenEindeTraject",
        "Besluiten",
        "Perspectieven",
        "Trajectonderdelen",
        "Inbreukdossiers",
    ),
    "Trajectonderdeel": ("Type", "Vrijstelling", "Opschortingen", "Besluiten", "Testen", "Cursussen"),
}

# The block for an element under a parent. The rest of Hoedanigheden is the block of that name.
CUTS_01: Final[dict[str, dict[str, str]]] = {
    "Hoedanigheid": {
        "Sanctioneringsbevoegdheden": BlockName.INBREUKEN,
        "Aanmeldingsgegevens": BlockName.AANMELDING,
        "OpmerkingenBijDossier": BlockName.OPMERKINGEN,
        "Attesten": BlockName.BEHAALDE_ATTESTEN,
        "BehaaldeNiveaus": BlockName.TALENKENNIS,
        "Testen": BlockName.AFGELEGDE_TESTEN,
        "Adviezen": BlockName.ADVIEZEN,
        "Trajecten": BlockName.TRAJECTEN,
        "Talenkennis": BlockName.TALENKENNIS,
    },
    "Inburgeringsgegevens": {
        "Doelgroepbepalingen": BlockName.DOELGROEP,
        "Contractgegevens": BlockName.CONTRACTEN,
    },
    "Traject": {"Inbreukdossiers": BlockName.INBREUKEN},
    "Trajectonderdeel": {"Cursussen": BlockName.VORMINGS_ACTIVITEITEN},
}

# A block of a dossier 01.00 other than Hoedanigheden: <Block><Deel plaats="0/1/2">the
# element</Deel>...</Block>. `plaats` has the ordinals (from 0) of the Hoedanigheid, the Traject and the
# Trajectonderdeel it was in, as far as it was in one; a course also has its part.
PIECE: Final = "Deel"
PLACE: Final = "plaats"
PIECE_PART: Final = "onderdeel"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])", re.IGNORECASE)


# Assumption (code list not public): words in the code or its Beschrijving identify the part.
PART_WORDS_01: Final[tuple[tuple[re.Pattern[str], Part], ...]] = (
    (_words(r"NT2|nederlands tweede taal|nederlands als tweede taal"), Part.NT2),
    (_words(r"MO|maatschappelijke ori[eë]ntatie"), Part.MO),
    (_words(r"P?LO|ELO|SLO|LLO|(?:persoonlijke )?loopbaanori[eë]ntatie"), Part.PLO),
)

# Assumption (code list not public): the codes of justified absences. Words in Beschrijving go before the code.
JUSTIFIED_CODES_01: Final = frozenset(
    ("G", "GA", "GEW", "GEWETTIGD", "V", "VA", "VERANTW", "VERANTWOORD", "VERANTW_AFWE")
)
_UNJUSTIFIED_WORDS = re.compile(r"(?:on|niet[- ]?)(?:gewettigd|verantwoord)", re.IGNORECASE)
_JUSTIFIED_WORDS = re.compile(r"gewettigd|verantwoord", re.IGNORECASE)

# Assumption (code list not public; kinds of target group from the documentation of Doelgroepbepaling.Type):
# words in the code or its Beschrijving, and the Code and Type of KBI-02.00 for them.
TARGETS_01: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = (
    (re.compile(r"geen doelgroep", re.IGNORECASE), "NEE", "GEEN"),
    (re.compile(r"verplicht", re.IGNORECASE), "JA", "PLICHT"),
    (re.compile(r"rechthebbend", re.IGNORECASE), "JA", "RECHT"),
)
# Assumption (code list not public): words in the Status of an enrolment for a course that did not take place.
CANCELLED_WORDS_01: Final = re.compile(r"geannuleerd|afgelast", re.IGNORECASE)


@lru_cache(maxsize=1000)
def presence_01(code: str, description: str) -> Presence:
    """Return whether an absence of Inburgering-01.00 is justified, by its Type and that element's Beschrijving.

    The words "gewettigd" and "verantwoord" (and their negations) decide; without them the code; an unknown
    code counts as unjustified.
    """
    if _UNJUSTIFIED_WORDS.search(description):
        return Presence.UNJUSTIFIED
    if _JUSTIFIED_WORDS.search(description) or code.strip().upper() in JUSTIFIED_CODES_01:
        return Presence.JUSTIFIED
    return Presence.UNJUSTIFIED


@lru_cache(maxsize=1000)
def part_01(*texts: str) -> Part | None:
    """Return the part of a Trajectonderdeel or Opleiding, by its code and description; None when unknown."""
    for text in texts:
        component = PART_OF_COMPONENT.get(text)
        if component is not None:
            return component
        for pattern, part in PART_WORDS_01:
            if pattern.search(text):
                return part
    return None
