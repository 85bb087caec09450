"""Words of uploaded client lists, and of the band above the client list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadState(models.TextChoices):
    """Where an uploaded list is in its life."""

    CHECKING = "checking", _("wordt nagekeken")
    CHECKED = "checked", _("na te kijken")
    RUNNING = "running", _("bezig")
    DONE = "done", _("klaar")
    STOPPED = "stopped", _("gestopt")


class Verdict(models.TextChoices):
    """What would happen to a row. The first three are outcomes of `persons.services.registering.register`."""

    NEW = "registered", _("nieuw")
    FORWARD = "brought_forward", _("eindigt vroeger: laatste dag wordt vervroegd")
    EXISTS = "exists", _("staat er al, niets te doen")
    DOUBLE = "double", _("dubbel in het bestand")
    WRONG = "wrong", _("fout")
    MISSING = "missing", _("staat niet in het bestand: beëindigen?")


class Attention(models.TextChoices):
    """What the band above the client list counts, each a filter of the list."""

    FELL = "fell", _("nieuw onder de norm, of niet meer haalbaar")
    FEW_LEFT = "few", _("mag nog hoogstens 1 les missen")
    ENDING = "week", _("inschrijving loopt deze week af")
