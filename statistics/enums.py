"""Choices that models, services and pages of the figures share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """The kinds of imported numbers. Each has its own figure in `figures.py`; they are never added up."""

    EXCHANGE = "exchange", _("uitwisselingen")


class Calendar(models.TextChoices):
    """The calendars of closing days: days on which an office is closed, besides Saturday and Sunday."""

    FLEMISH_GOVERNMENT = "flemish_government", _("Vlaamse overheid")
    PUBLIC_HOLIDAYS = "public_holidays", _("wettelijke feestdagen")


class Basis(models.TextChoices):
    """What the number of an expectation means. NONE ends what an earlier one, or that of the kind, expects."""

    MONTHLY = "monthly", _("raadplegingen per maand")
    PER_CLIENT = "per_client", _("raadplegingen per cliënt per kwartaal")
    NONE = "none", _("geen verwachting")


class AdoptionClass(models.TextChoices):
    """How far an institution is with the portal. Pages show the classes in this order; `adoption.rule` has the rule."""

    USES = "uses", _("gebruikt het")
    BELOW = "below", _("minder dan verwacht")
    STOPPED = "stopped", _("gestopt")
    NEVER = "never", _("keek nog nooit")
    NO_ACCESS = "no_access", _("geen toegang")


class AdoptionMailKind(models.TextChoices):
    """What the agency asks the local administrators of an institution."""

    INVITE = "invite", _("uitnodiging om te beginnen")
    REMIND = "remind", _("herinnering")


class PortalWait(models.TextChoices):
    """What one waits for in the portal itself. Detours wait for a third party: `persons.enums.ThirdParty`."""

    QUESTION = "question", _("“klopt niet?” in het portaal")
    FIRST_LOOK = "first_look", _("van inschrijving tot eerste inzage")
    FIRST_DOSSIER = "first_dossier", _("van wachten op de KBI tot eerste dossier")
