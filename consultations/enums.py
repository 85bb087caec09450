"""Words of the log that models, services and screens share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The action of a user. Only `FILE` with outcome shown is a consultation in the statistics."""

    FILE = "file", _("dossier geopend")
    SECTION = "section", _("onderdeel opengeklapt")
    LIST = "list", _("lijst bekeken")
    SEARCH = "search", _("gezocht")
    PASTED_LIST = "pasted_list", _("geplakte lijst opgezocht")
    EXPORT = "export", _("uitgevoerd naar een bestand")
    PRINT = "print", _("afgedrukt")
    FOLLOW = "follow", _("gevolgd of niet meer gevolgd")
    HAND_OVER = "hand_over", _("cliënten aan een collega gegeven")
    REGISTRATION = "registration", _("ingeschreven")
    EXTENSION = "extension", _("inschrijving verlengd")
    ENDING = "ending", _("inschrijving beëindigd")
    INSCRIPTION = "inscription", _("inschrijving bekeken")
    LOG_READING = "log_reading", _("logboek gelezen")
    LOG_EXPORT = "log_export", _("logboek uitgevoerd naar een bestand")
    PERSON_REPORT = "person_report", _("brief aan de betrokkene gemaakt")
    WITHHOLDING = "withholding", _("inzages vertrouwelijk gehouden")
    ACCESS_REQUEST = "access_request", _("aanvraag via een derde genoteerd of bekeken")
    QUESTION = "question", _("vraag over een gegeven gesteld, bekeken of beantwoord")
    SET_ASIDE = "set_aside", _("opzijgezette berichten bekeken")
    UPLOAD = "upload", _("cliëntenlijst opgeladen of nagekeken")
    REMINDER = "reminder", _("herinnering gezet, bekeken of afgewerkt")
    ESCAPE = "escape", _("noodinzage gevraagd")
    ESCAPE_FILE = "escape_file", _("dossier geopend met een noodinzage")
    SHIELD = "shield", _("afscherming gezet, bekeken of beëindigd")


class Channel(models.TextChoices):
    """How it was asked: by a person on a page, by a machine over MAGDA, by a command on the server."""

    PORTAL = "portal", _("portaal")
    MACHINE = "machine", _("toepassing over MAGDA")
    COMMAND = "command", _("opdracht")


class Outcome(models.TextChoices):
    """How it ended."""

    SHOWN = "shown", _("getoond")
    EMPTY = "empty", _("niets gevonden")
    REFUSED = "refused", _("geweigerd")
    ABORTED = "aborted", _("afgebroken")


class Refusal(models.TextChoices):
    """The rule that refused. Only the log tells them apart: a page that may not be seen is the same 404 for each.

    A registration that was refused says why on the form.
    """

    NO_MEMBERSHIP = "no_membership", _("geen toegang tot deze instelling")
    ROLE = "role", _("de rol laat dit niet toe")
    NOT_VISIBLE = "not_visible", _("geen inschrijving in kracht")
    NO_PERMISSION = "no_permission", _("geen objectrecht")
    MANDATE = "mandate", _("de machtiging laat dit niet toe")
    LIMIT = "limit", _("te veel inzages na elkaar")
    # The rules above every mandate: persons/rules.py.
    OWN_FILE = "own_file", _("eigen dossier")
    COLLEAGUE = "colleague", _("dossier van een collega")
    SHIELDED = "shielded", _("afgeschermde persoon")
