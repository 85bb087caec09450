"""Words of the look-up that models, services and screens share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How somebody looked: a person on a page, a person taking a list along, a machine over MAGDA."""

    PORTAL = "portal", _("portaal")
    EXPORT = "export", _("export")
    MAGDA = "magda", _("MAGDA")
    COMMAND = "command", _("opdracht")


class Kind(models.TextChoices):
    """What was looked at. Only `FILE` with outcome shown is a consultation in the statistics."""

    FILE = "file", _("dossier geopend")
    LIST = "list", _("lijst bekeken")
    SEARCH = "search", _("gezocht")


class Outcome(models.TextChoices):
    """How the look ended."""

    SHOWN = "shown", _("getoond")
    EMPTY = "empty", _("niets gevonden")
    REFUSED = "refused", _("geweigerd")
    ABORTED = "aborted", _("afgebroken")


class VerdictLabel(models.TextChoices):
    """The verdicts of `persons.attendance`, as words on the screen."""

    OUT_OF_REACH = "out_of_reach", _("Niet meer haalbaar")
    REACHABLE = "reachable", _("Onder de norm, haalbaar")
    KEPT = "kept", _("Norm gehaald")
    NO_LESSONS = "no_lessons", _("Nog geen oordeel")
    SUSPENDED = "suspended", _("Opgeschort")
    EXEMPT = "exempt", _("Vrijgesteld")
