"""The dossier blocks a mandate can allow: top-level elements of `KBIDossier` (schema KBI-02.00, in its order).

`Hoedanigheden` and `Opmerkingen` stand for what only the older model (Inburgering-01.00) has: the frame of the
dossier and the remarks addressed to partners.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockName(models.TextChoices):
    """Element names as in the message, labels as on the screen."""

    PERSONALIA = "Personalia", _("Personalia")
    KLANT_PROFIEL = "KlantProfiel", _("Klantprofiel")
    DOELGROEP = "Doelgroep", _("Doelgroep")
    BEHAALDE_ATTESTEN = "BehaaldeAttesten", _("Behaalde attesten")
    CONTRACTEN = "Contracten", _("Contracten")
    UITSTELLEN_VAN_ONDERTEKENING = "UitstellenVanOndertekening", _("Uitstel van ondertekening")
    AANMELDING = "Aanmelding", _("Aanmelding")
    UITSTELLEN_VAN_AANMELDING = "UitstellenVanAanmelding", _("Uitstel van aanmelding")
    TRAJECTEN = "Trajecten", _("Trajecten")
    VORMINGS_ACTIVITEITEN = "VormingsActiviteiten", _("Vormingsactiviteiten (lessen en aanwezigheid)")
    AFGELEGDE_TESTEN = "AfgelegdeTesten", _("Afgelegde testen")
    ADVIEZEN = "Adviezen", _("Adviezen")
    PERSPECTIEVEN = "Perspectieven", _("Perspectieven")
    TOELEIDINGEN_DIPLOMA = "ToeleidingenDiplomaGelijkschakeling", _("Toeleiding naar diplomagelijkschakeling")
    TOELEIDINGEN_PARTNER = "ToeleidingenPartner", _("Toeleiding door partners")
    INBREUKEN = "Inbreuken", _("Inbreuken")
    TALENKENNIS = "Talenkennis", _("Talenkennis")
    WACHTLIJST = "Wachtlijst", _("Wachtlijst")
    VOORKEUREN_KLANT = "VoorkeurenKlant", _("Voorkeuren van de klant")
    GESPREKKEN = "Gesprekken", _("Gesprekken")
    WOONCODE = "Wooncode", _("Wooncode")
    WERVING = "Werving", _("Werving")
    DOORVERWIJZING = "Doorverwijzing", _("Doorverwijzing")
    IDENTITEITSBEWIJZEN = "Identiteitsbewijzen", _("Identiteitsbewijzen")
    BETALINGEN = "Betalingen", _("Betalingen")
    HOEDANIGHEDEN = "Hoedanigheden", _("Hoedanigheden")
    OPMERKINGEN = "Opmerkingen", _("Opmerkingen bij het dossier")


ATTENDANCE = BlockName.VORMINGS_ACTIVITEITEN
