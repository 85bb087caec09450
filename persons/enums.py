"""Words about persons that models, services and screens share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerdictLabel(models.TextChoices):
    """The verdicts of `persons.attendance`, as words on the screen."""

    OUT_OF_REACH = "out_of_reach", _("Niet meer haalbaar")
    CONTRADICTORY = "contradictory", _("Na te kijken")
    REACHABLE = "reachable", _("Bij te sturen")
    ON_TRACK = "on_track", _("Op schema")
    KEPT = "kept", _("Norm gehaald")
    NO_LESSONS = "no_lessons", _("Nog te vroeg")
    SUSPENDED = "suspended", _("Opgeschort")
    EXEMPT = "exempt", _("Vrijgesteld")


class SetAsideReason(models.TextChoices):
    """Why a message was set aside, as the end of a sentence: the codes of the reader and those of the import.

    The words never quote a value of the message.
    """

    NOT_XML = "not_xml", _("het is geen geldige XML, of het is afgebroken")
    NOT_CANONICAL = "not_canonical", _("de bibliotheek voor XML weigert het")
    DOCTYPE = "doctype", _("het bevat een DOCTYPE, en dat is niet toegelaten")
    UNKNOWN_ROOT = "unknown_root", _("het is geen bericht van een soort die het portaal leest")
    TOO_LARGE = "too_large", _("het is te groot")
    BAD_INSZ = "bad_insz", _("het nummer van de persoon is fout")
    BAD_ENUM = "bad_enum", _("het bevat een code die het portaal niet kent")
    BAD_DATE = "bad_date", _("het bevat een foute datum")
    BAD_VALUE = "bad_value", _("het bevat een waarde die daar niet mag staan")
    NO_DOSSIER = "no_dossier", _("er zit geen dossier in")
    EXCEPTION_ANSWER = "exception_answer", _("de bron antwoordde met een fout")
    INCOMPLETE = "incomplete", _("er ontbreekt een verplicht gegeven")
    UNREADABLE = "unreadable", _("het bestand kan niet worden geopend")
    TOO_SLOW = "too_slow", _("het lezen duurde te lang")
    FROM_THE_FUTURE = "from_the_future", _("het is later gedateerd dan morgen")
    NOT_STORABLE = "not_storable", _("de databank weigert het")


class InscriptionStep(models.TextChoices):
    """A step in the life of an inscription."""

    REGISTERED = "registered", _("ingeschreven")
    EXTENDED = "extended", _("verlengd")
    ENDED = "ended", _("beëindigd")
    WITHDRAWN = "withdrawn", _("ingetrokken als vergissing")
    CARRIED_OVER = "carried_over", _("overgenomen van een ander nummer")
    MERGED = "merged", _("samengevoegd")


class ExtensionReason(models.TextChoices):
    """Why an inscription is extended. The event has the code."""

    GOES_ON = "goes_on", _("De hulp of begeleiding loopt door")
    COURSE = "course", _("De cursus loopt nog")
    DECISION = "decision", _("Nieuwe beslissing in het dossier")
    OTHER = "other", _("Andere reden, zie eigen dossier")


class EndReason(models.TextChoices):
    """Why an inscription is ended. The event has the code."""

    HELP_ENDED = "help_ended", _("De hulp of begeleiding is gestopt")
    MOVED_AWAY = "moved_away", _("Verhuisd, of naar een andere instelling")
    COMPLETED = "completed", _("Het inburgeringstraject is afgerond")
    DECEASED = "deceased", _("Overleden")
    MISTAKE = "mistake", _("Ten onrechte ingeschreven")
    OTHER = "other", _("Andere reden, zie eigen dossier")
