"""Words of the figures that models, services and screens share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """What an imported number counts. Each has its own figure in `figures.py`; none is ever added to another."""

    EXCHANGE = "exchange", _("uitwisselingen")


class Calendar(models.TextChoices):
    """Which days an office is closed besides Saturday and Sunday."""

    FLEMISH_GOVERNMENT = "flemish_government", _("Vlaamse overheid")
    PUBLIC_HOLIDAYS = "public_holidays", _("wettelijke feestdagen")
