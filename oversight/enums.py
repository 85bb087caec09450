"""What the privacy officer filters the log by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.enums import Kind, Refusal


class How(models.TextChoices):
    """Groups of kinds of looks. Every kind is in one of them; without a choice, `KINDS_SHOWN` are."""

    FILE = "file", _("dossier")
    SECTION = "section", _("onderdeel van een dossier")
    LIST = "list", _("lijst")
    SEARCH = "search", _("zoeken")
    TAKEN = "taken", _("bestand of afdruk")
    INSCRIPTION = "inscription", _("inschrijving")
    CASELOAD = "caseload", _("caseload of herinnering")
    QUESTION = "question", _("vraag of aanvraag via een derde")
    ESCAPE = "escape", _("noodinzage")
    LOG = "log", _("logboek of afscherming")


# The kinds of row of a file that was opened.
FILES_OPENED: Final = (Kind.FILE, Kind.ESCAPE_FILE)

# Of these refusals the desk shows who, when and which rule. The number would be that of a user. The same rules in
# consultations_of_person.sql.
WITHOUT_NUMBER: Final = (Refusal.OWN_FILE, Refusal.COLLEAGUE)

KINDS: Final[Mapping[How, tuple[Kind, ...]]] = {
    How.FILE: (Kind.FILE,),
    How.SECTION: (Kind.SECTION,),
    How.LIST: (Kind.LIST,),
    How.SEARCH: (Kind.SEARCH, Kind.PASTED_LIST),
    How.TAKEN: (Kind.EXPORT, Kind.PRINT, Kind.LOG_EXPORT),
    How.INSCRIPTION: (
        Kind.REGISTRATION,
        Kind.EXTENSION,
        Kind.ENDING,
        Kind.INSCRIPTION,
        Kind.UPLOAD,
        Kind.SET_ASIDE,
    ),
    How.CASELOAD: (Kind.FOLLOW, Kind.HAND_OVER, Kind.REMINDER),
    How.QUESTION: (Kind.QUESTION, Kind.ACCESS_REQUEST),
    How.ESCAPE: (Kind.ESCAPE, Kind.ESCAPE_FILE),
    How.LOG: (Kind.LOG_READING, Kind.SHIELD, Kind.PERSON_REPORT, Kind.WITHHOLDING),
}
# A section belongs to the look at its file, and the privacy officer's pages fill the log: shown when asked for.
KINDS_SHOWN: Final = tuple(
    kind for how, kinds in KINDS.items() if how not in (How.SECTION, How.LOG) for kind in kinds
)


class Notable(models.TextChoices):
    """What makes a look stand out. None of it is a fault by itself."""

    OUTSIDE = "outside", _("buiten de uren")
    NOT_BY_NUMBER = "not_by_number", _("gezocht zonder INSZ")
    UNFOLLOWED = "unfollowed", _("in geen caseload")
