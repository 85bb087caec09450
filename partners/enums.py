"""Kinds of institutions, roles and capacities."""

from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .blocks import BlockName


class InstitutionKind(models.TextChoices):
    """Kinds of partners. A mandate is for a kind or for one institution."""

    OCMW = "ocmw", _("OCMW")
    VDAB = "vdab", _("VDAB")
    VMSW = "vmsw", _("VMSW")
    SHM = "shm", _("sociale huisvestingsmaatschappij")
    CVO = "cvo", _("CVO")
    CBE = "cbe", _("CBE")
    AHOVOKS = "ahovoks", _("AHOVOKS")
    ONTHAALBUREAU = "onthaalbureau", _("onthaalbureau")
    HVN = "hvn", _("Huis van het Nederlands")
    AGENCY = "agency", _("agentschap")
    SECTOR = "sector", _("sector (samengeteld)")


# Kinds of institutions that give lessons or keep files in the KBI.
SUPPLIERS: Final = frozenset(
    (
        InstitutionKind.CVO,
        InstitutionKind.CBE,
        InstitutionKind.ONTHAALBUREAU,
        InstitutionKind.HVN,
        InstitutionKind.AGENCY,
    )
)

# Kinds that see their own courses in the client list. In SQL: persons_list_line and persons_own_courses_changed.
SCHOOLS: Final = frozenset((InstitutionKind.CVO, InstitutionKind.CBE))


class SignalKind(models.TextChoices):
    """What a privacy officer gets a signal about."""

    ESCAPE = "escape", _("noodinzage")
    MANY_ESCAPES = "many_escapes", _("veel noodinzages door één collega")
    LIMIT = "limit", _("veel meer inzages dan gewoon werk vraagt")
    REFUSALS = "refusals", _("veel geweigerde inzages")
    OWN_FILE_REPORT = "own_file_report", _("een collega is hier ook cliënt")


class Role(models.TextChoices):
    """Roles of a user at an institution. On screen `role_word` names them: that of a case worker has two names."""

    CASE_WORKER = "case_worker", _("medewerker")
    LOCAL_ADMINISTRATOR = "local_administrator", _("lokale beheerder")
    PRIVACY_OFFICER = "privacy_officer", _("privacyverantwoordelijke")


def role_word(role: str, kind: str) -> str:
    """Return the name of a role, a value of `Role`, at an institution of this kind, as screens show it."""
    if role == Role.CASE_WORKER and kind == InstitutionKind.OCMW:
        return str(_("maatschappelijk werker"))
    return str(Role(role).label)


class AccessStatus(models.TextChoices):
    """Status of a membership. Only confirmed access is in force."""

    PROPOSED = "proposed", _("wacht op bevestiging")
    CONFIRMED = "confirmed", _("bevestigd")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class AccessStep(models.TextChoices):
    """A step in the life of a membership. CHANGED is any other change, made on the server."""

    PROPOSED = "proposed", _("voorgesteld")
    CONFIRMED = "confirmed", _("bevestigd")
    GIVEN = "given", _("gegeven")
    CARRIED_OVER = "carried_over", _("overgenomen van een vorige instelling")
    EXTENDED = "extended", _("verlengd")
    ENDED = "ended", _("beëindigd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    CHANGED = "changed", _("gewijzigd")
    SUSPENDED = "suspended", _("account geschorst wegens niet-gebruik")
    CLOSED = "closed", _("account gesloten")
    REOPENED = "reopened", _("account weer geopend")


class Capacity(models.TextChoices):
    """The capacity (hoedanigheid) in which a partner follows a person.

    The OCMW values follow the purposes of KSZ sector 17 (domain brief §4); the code list of the KBI itself is
    not public.
    """

    IN_ONDERZOEK = "in_onderzoek", _("Dossier in onderzoek")
    LEEFLOON = "leefloon", _("Leefloon")
    EQUIVALENT_LEEFLOON = "equivalent_leefloon", _("Equivalent leefloon")
    ANDERE_HULP = "andere_hulp", _("Andere hulp")
    SCHULDBEMIDDELING = "schuldbemiddeling", _("Schuldbemiddeling")
    ANDERE_BEGELEIDING = "andere_begeleiding", _("Andere begeleiding")
    WERKZOEKENDE = "werkzoekende", _("Werkzoekende")
    SOCIALE_HUURDER = "sociale_huurder", _("Sociale huurder")
    KANDIDAAT_HUURDER = "kandidaat_huurder", _("Kandidaat-huurder")
    CURSIST = "cursist", _("Cursist NT2")
    INBURGERAAR = "inburgeraar", _("Inburgeraar")


class Registrar(models.TextChoices):
    """Who registers inscriptions under a mandate. The first two values are values of `Role`.

    The agency's import, a command on the server, is allowed under every mandate.
    """

    CASE_WORKERS = "case_worker", _("medewerkers")
    LOCAL_ADMINISTRATORS = "local_administrator", _("alleen lokale beheerders")
    IMPORTS = "import", _("alleen het agentschap, met een cliëntenlijst")


def registrar_word(registrar: str, kind: str) -> str:
    """Return who registers, a value of `Registrar`, at an institution of this kind, as screens show it."""
    if registrar == Registrar.CASE_WORKERS and kind == InstitutionKind.OCMW:
        return str(_("maatschappelijk werkers"))
    return str(Registrar(registrar).label)


class VersionStatus(models.TextChoices):
    """Status of a version of a mandate. Only a confirmed version opens files."""

    PROPOSED = "proposed", _("voorgesteld")
    CONFIRMED = "confirmed", _("bevestigd")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class VersionAction(models.TextChoices):
    """A step in the life of a version of a mandate."""

    PROPOSED = "proposed", _("voorgesteld")
    CONFIRMED = "confirmed", _("bevestigd")
    ENDED = "ended", _("vroeger beëindigd")
    SUCCEEDED = "succeeded", _("opgevolgd door een nieuwe versie")
    WITHDRAWN = "withdrawn", _("ingetrokken")


BLOCK_LABELS: Final[dict[BlockName, Promise]] = {
    BlockName.PERSONALIA: _("Personalia"),
    BlockName.KLANT_PROFIEL: _("Klantprofiel"),
    BlockName.DOELGROEP: _("Doelgroep"),
    BlockName.BEHAALDE_ATTESTEN: _("Behaalde attesten"),
    BlockName.CONTRACTEN: _("Contracten"),
    BlockName.UITSTELLEN_VAN_ONDERTEKENING: _("Uitstel van ondertekening"),
    BlockName.AANMELDING: _("Aanmelding"),
    BlockName.UITSTELLEN_VAN_AANMELDING: _("Uitstel van aanmelding"),
    BlockName.TRAJECTEN: _("Trajecten"),
    BlockName.VORMINGS_ACTIVITEITEN: _("Vormingsactiviteiten (lessen en aanwezigheid)"),
    BlockName.AFGELEGDE_TESTEN: _("Afgelegde testen"),
    BlockName.ADVIEZEN: _("Adviezen"),
    BlockName.PERSPECTIEVEN: _("Perspectieven"),
    BlockName.TOELEIDINGEN_DIPLOMA: _("Toeleiding naar diplomagelijkschakeling"),
    BlockName.TOELEIDINGEN_PARTNER: _("Toeleiding door partners"),
    BlockName.INBREUKEN: _("Inbreuken"),
    BlockName.TALENKENNIS: _("Talenkennis"),
    BlockName.WACHTLIJST: _("Wachtlijst"),
    BlockName.VOORKEUREN_KLANT: _("Voorkeuren van de klant"),
    BlockName.GESPREKKEN: _("Gesprekken"),
    BlockName.WOONCODE: _("Wooncode"),
    BlockName.WERVING: _("Werving"),
    BlockName.DOORVERWIJZING: _("Doorverwijzing"),
    BlockName.IDENTITEITSBEWIJZEN: _("Identiteitsbewijzen"),
    BlockName.BETALINGEN: _("Betalingen"),
    BlockName.HOEDANIGHEDEN: _("Hoedanigheden"),
    BlockName.OPMERKINGEN: _("Opmerkingen bij het dossier"),
}
