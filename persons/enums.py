"""Words about persons that models, services and screens share."""

from __future__ import annotations

import datetime
from typing import Final, NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.periods import today


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


class Status(NamedTuple):
    """How a status looks and what it means: words, class in the stylesheet, sign. Never colour alone."""

    words: Promise | str
    style: str
    sign: str
    meaning: Promise | str


# A line whose mandate does not give the attendance has no verdict; this is what it shows.
NOT_SHOWN: Final = "not_shown"
# By code, in the order of the tabs. Everything that shows a status takes it from here.
STATUSES: Final[dict[str, Status]] = {
    VerdictLabel.REACHABLE.value: Status(
        VerdictLabel.REACHABLE.label,
        "warn",
        "△",
        _("De cliënt zit nu onder de norm, maar kan ze nog halen."),
    ),
    VerdictLabel.ON_TRACK.value: Status(
        VerdictLabel.ON_TRACK.label,
        "ok",
        "↗",
        _("De cliënt zit nu op of boven de norm, maar kan ze nog verliezen."),
    ),
    VerdictLabel.KEPT.value: Status(
        VerdictLabel.KEPT.label,
        "ok",
        "✓",
        _("De norm blijft gehaald, ook als de cliënt elke komende les mist."),
    ),
    VerdictLabel.OUT_OF_REACH.value: Status(
        VerdictLabel.OUT_OF_REACH.label,
        "bad",
        "✕",
        _("Ook wie elke komende les volgt, haalt de norm niet meer."),
    ),
    VerdictLabel.CONTRADICTORY.value: Status(
        VerdictLabel.CONTRADICTORY.label,
        "doubt",
        "?",
        _("Registraties spreken elkaar tegen. Daarom is er geen oordeel."),
    ),
    VerdictLabel.NO_LESSONS.value: Status(
        VerdictLabel.NO_LESSONS.label,
        "mute",
        "–",
        _("Er is nog geen les met een geregistreerde aanwezigheid."),
    ),
    VerdictLabel.SUSPENDED.value: Status(
        VerdictLabel.SUSPENDED.label,
        "mute",
        "‖",
        _("Het traject of het contract is nu opgeschort. Er is geen oordeel."),
    ),
    VerdictLabel.EXEMPT.value: Status(
        VerdictLabel.EXEMPT.label,
        "mute",
        "○",
        _("De cliënt is vrijgesteld: er geldt geen norm."),
    ),
    NOT_SHOWN: Status(
        _("Niet te zien"),
        "mute",
        "·",
        _("De machtiging voor deze hoedanigheid geeft u de aanwezigheid niet."),
    ),
}


class EscapeReason(models.TextChoices):
    """Why a user opens a file without an inscription. Which ones a legal task offers: `reasons.ESCAPE_REASONS`."""

    URGENT_AID = "urgent_aid", _("Dringende hulpvraag: de inschrijving kan niet wachten op een onderzoek")
    HOUSEHOLD = "household", _("Sociaal onderzoek bij iemand van het gezin van een cliënt")
    JOB_INTERVIEW = (
        "job_interview",
        _("Gesprek vandaag met iemand die nog niet als werkzoekende is ingeschreven"),
    )
    ALLOCATION = "allocation", _("Toewijzing van een woning vandaag")
    TENANCY = "tenancy", _("Dringende vraag over de taalkennis van een huurder")
    COURSE_START = "course_start", _("Plaatsing in een cursus die vandaag of morgen begint")
    AT_THE_DESK = "at_the_desk", _("Inburgeraar aan de balie met een dringende vraag over het traject")
    SAFETY = "safety", _("Gevaar voor de betrokkene of voor iemand anders")


class EscapeVerdict(models.TextChoices):
    """What the privacy officer finds of an escape."""

    JUSTIFIED = "justified", _("terecht")
    NOT_JUSTIFIED = "not_justified", _("niet terecht")
    UNCLEAR = "unclear", _("onduidelijk")


class ChangeKind(models.TextChoices):
    """What a new message changed for a person."""

    FELL_BELOW = "fell_below", _("zakte onder de norm")
    OUT_OF_REACH = "out_of_reach", _("haalt de norm niet meer")
    BACK_ABOVE = "back_above", _("haalt de norm weer")
    COURSE_BEGUN = "course_begun", _("begon een cursus")
    COURSE_LEFT = "course_left", _("verliet een cursus voor het einde")
    COURSE_ENDED = "course_ended", _("cursus afgelopen")
    CERTIFICATE = "certificate", _("behaalde een attest")
    SUSPENSION_BEGUN = "suspended", _("werd opgeschort")
    SUSPENSION_ENDED = "resumed", _("opschorting afgelopen")
    ARRIVED = "arrived", _("dossier aangekomen")
    SET_ASIDE = "set_aside", _("nieuwer bericht opzijgezet")


# Doelgroep.Type of KBI-02.00 (DoelgroepTypeEnumType).
TARGET_GROUPS: Final[dict[str, Promise]] = {
    "PLICHT": _("verplichte inburgeraar"),
    "RECHT": _("rechthebbende inburgeraar"),
    "RECHT_PLICHT": _("inburgeraar met recht en plicht"),
    "MINDERJARIG": _("minderjarig"),
    "NADER_TE_BEPALEN": _("doelgroep nader te bepalen"),
    "GEEN": _("geen doelgroep"),
}


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
    CARRIED_OVER = "carried_over", _("overgenomen")
    MERGED = "merged", _("samengevoegd")


class CarryReason(models.TextChoices):
    """Why the server carried an inscription over; the reason of its events."""

    NUMBER_REPLACED = "number_replaced", _("het nummer van de persoon is vervangen")
    SUCCESSION = "succession", _("een andere instelling volgt op")


class ThirdParty(models.TextChoices):
    """A kind of third party that a case worker asked, before or beside the portal."""

    RECEPTION_OFFICE = "reception_office", _("onthaalbureau (IN-Gent, Atlas, Amal)")
    AGENCY = "agency", _("agentschap")
    SCHOOL = "school", _("school of centrum (CVO, CBE)")
    HVN = "hvn", _("Huis van het Nederlands")
    OCMW = "ocmw", _("ander OCMW")
    VDAB = "vdab", _("VDAB")
    CLIENT = "client", _("de cliënt zelf")
    SOFTWARE_SUPPLIER = "software_supplier", _("softwareleverancier")
    OTHER = "other", _("andere")


class DetourStep(models.TextChoices):
    """A step of a detour after it was noted."""

    ANSWERED = "answered", _("beantwoord")
    CORRECTED = "corrected", _("verbeterd")
    WITHDRAWN = "withdrawn", _("ingetrokken als vergissing")


class ReminderSubject(models.TextChoices):
    """What a reminder is about. There is no free text: it would be a second dossier."""

    CALL_CLIENT = "call_client", _("cliënt bellen")
    CALL_SCHOOL = "call_school", _("school bellen")
    CERTIFICATE = "certificate", _("attest vragen")
    TALK = "talk", _("gesprek")
    EXTEND = "extend", _("inschrijving verlengen")
    CHECK_FILE = "check_file", _("dossier nakijken")
    LETTER = "letter", _("brief")
    OTHER = "other", _("andere")


class QuestionReason(models.TextChoices):
    """Why an item of a file is in doubt."""

    ATTENDED = "attended", _("de cliënt was aanwezig")
    JUSTIFIED = "justified", _("de cliënt had een geldige reden (attest)")
    NOT_THERE = "not_there", _("de cliënt volgt deze cursus of les niet")
    MOMENT = "moment", _("dag, uur of periode klopt niet")
    TWICE = "twice", _("het staat er dubbel")
    OUTDATED = "outdated", _("het gegeven is verouderd")
    WRONG = "wrong", _("het gegeven is fout")


class QuestionAnswer(models.TextChoices):
    """What the supplier of an item answers."""

    CHANGED = "changed", _("aangepast")
    STAYS = "stays", _("blijft")
    UNKNOWN = "unknown", _("onbekend")


class QuestionState(models.TextChoices):
    """How far a question is. Only an open one puts its item under reservation."""

    OPEN = "open", _("onder voorbehoud")
    ANSWERED = "answered", _("beantwoord")
    CHANGED = "changed", _("aangepast in een nieuw bericht")
    UNANSWERED = "unanswered", _("niet beantwoord")

    @classmethod
    def of(cls, *, answer: str, changed: bool, due_on: datetime.date) -> QuestionState:
        """Return the state today: an answer counts first, then a newer message that changed the item."""
        if answer:
            return cls.ANSWERED
        if changed:
            return cls.CHANGED
        return cls.UNANSWERED if due_on < today() else cls.OPEN


class ExtensionReason(models.TextChoices):
    """Why an inscription is extended. The event has the code."""

    GOES_ON = "goes_on", _("De hulp of begeleiding loopt door")
    COURSE = "course_runs", _("De cursus loopt nog")
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


class OwnFileAnswer(models.TextChoices):
    """What a privacy officer said of an account whose number is that of a client."""

    RIGHT = "right", _("klopt")
    WRONG = "wrong", _("klopt niet")
