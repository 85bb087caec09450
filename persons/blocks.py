"""The dossier blocks: what a dossier is cut into, kept in and given out by.

The names are those of the elements of `KBIDossier` (schema KBI-02.00, type DossierType, in its order). Two
more stand for what only dossiers of Inburgering-01.00 have: `Hoedanigheden`, the frame of such a dossier,
and `Opmerkingen`, the remarks addressed to one partner each. `partners.blocks` gives these names labels.
"""

from typing import Final

PERSONALIA: Final = "Personalia"
DOELGROEP: Final = "Doelgroep"
BEHAALDE_ATTESTEN: Final = "BehaaldeAttesten"
CONTRACTEN: Final = "Contracten"
AANMELDING: Final = "Aanmelding"
TRAJECTEN: Final = "Trajecten"
VORMINGS_ACTIVITEITEN: Final = "VormingsActiviteiten"
AFGELEGDE_TESTEN: Final = "AfgelegdeTesten"
ADVIEZEN: Final = "Adviezen"
INBREUKEN: Final = "Inbreuken"
TALENKENNIS: Final = "Talenkennis"
HOEDANIGHEDEN: Final = "Hoedanigheden"
OPMERKINGEN: Final = "Opmerkingen"

# The elements of KBIDossier 02.00, in the order the schema prescribes.
DOSSIER_ELEMENTS: Final[tuple[str, ...]] = (
    PERSONALIA,
    "KlantProfiel",
    DOELGROEP,
    BEHAALDE_ATTESTEN,
    CONTRACTEN,
    "UitstellenVanOndertekening",
    AANMELDING,
    "UitstellenVanAanmelding",
    TRAJECTEN,
    VORMINGS_ACTIVITEITEN,
    AFGELEGDE_TESTEN,
    ADVIEZEN,
    "Perspectieven",
    "ToeleidingenDiplomaGelijkschakeling",
    "ToeleidingenPartner",
    INBREUKEN,
    TALENKENNIS,
    "Wachtlijst",
    "VoorkeurenKlant",
    "Gesprekken",
    "Wooncode",
    "Werving",
    "Doorverwijzing",
    "Identiteitsbewijzen",
    "Betalingen",
)

BLOCKS: Final[tuple[str, ...]] = (*DOSSIER_ELEMENTS, HOEDANIGHEDEN, OPMERKINGEN)
