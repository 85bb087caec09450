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
