"""The own looks of a user: what the log has about them, and which of those clients the institution still has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.enums import Kind

from .querysets import OwnLookQuerySet


class OwnLook(models.Model):
    """A look of the bound user at the bound institution, about one person, in the last 30 days.

    A view over a database function, because the web role may not read these rows of the log. It has no name and no
    number; the gate decides whether the page may show one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(_("tijdstip"), editable=False)
    place = models.BigIntegerField(editable=False, help_text=_("Microseconden, voor de volgorde."))
    kind = models.CharField(_("wat"), max_length=16, choices=Kind)
    capacity = models.CharField(_("hoedanigheid"), max_length=24)
    # By value, as in the log: an inscription of the institution, of today or not; 0 for a look with an escape.
    inscription_id = models.BigIntegerField()

    objects = OwnLookQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "persons_ownlook"
        verbose_name = _("eigen inzage")
        verbose_name_plural = _("eigen inzagen")
        ordering = ["-place", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
