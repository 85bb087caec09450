"""The dossier blocks: the parts a dossier is cut into, stored in and handed over by. No Django.

The names are those of the top-level elements of `KBIDossier` (schema KBI-02.00, type DossierType, in its order).
Two more exist only in dossiers of Inburgering-01.00: `Hoedanigheden`, the frame of such a dossier, and
`Opmerkingen`, the remarks addressed to one partner each. `enums.BLOCK_LABELS` has their names on the screen.
"""

from enum import StrEnum
from typing import Final


class BlockName(StrEnum):
    """The names as the messages write them."""

    PERSONALIA = "Personalia"
    KLANT_PROFIEL = "KlantProfiel"
    DOELGROEP = "Doelgroep"
    BEHAALDE_ATTESTEN = "BehaaldeAttesten"
    CONTRACTEN = "Contracten"
    UITSTELLEN_VAN_ONDERTEKENING = "UitstellenVanOndertekening"
    AANMELDING = "Aanmelding"
    UITSTELLEN_VAN_AANMELDING = "UitstellenVanAanmelding"
    TRAJECTEN = "Trajecten"
    VORMINGS_ACTIVITEITEN = "VormingsActiviteiten"
    AFGELEGDE_TESTEN = "AfgelegdeTesten"
    ADVIEZEN = "Adviezen"
    PERSPECTIEVEN = "Perspectieven"
    TOELEIDINGEN_DIPLOMA = "ToeleidingenDiplomaGelijkschakeling"
    TOELEIDINGEN_PARTNER = "ToeleidingenPartner"
    INBREUKEN = "Inbreuken"
    TALENKENNIS = "Talenkennis"
    WACHTLIJST = "Wachtlijst"
    VOORKEUREN_KLANT = "VoorkeurenKlant"
    GESPREKKEN = "Gesprekken"
    WOONCODE = "Wooncode"
    WERVING = "Werving"
    DOORVERWIJZING = "Doorverwijzing"
    IDENTITEITSBEWIJZEN = "Identiteitsbewijzen"
    BETALINGEN = "Betalingen"
    HOEDANIGHEDEN = "Hoedanigheden"
    OPMERKINGEN = "Opmerkingen"


ATTENDANCE: Final = BlockName.VORMINGS_ACTIVITEITEN
# Blocks that only dossiers of Inburgering-01.00 have.
OLDER_BLOCKS: Final = (BlockName.HOEDANIGHEDEN, BlockName.OPMERKINGEN)
# The elements of KBIDossier 02.00, in the order the schema prescribes.
DOSSIER_ELEMENTS: Final = tuple(name for name in BlockName if name not in OLDER_BLOCKS)
