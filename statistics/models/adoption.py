"""Mails of the agency about who does not use the portal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Institution
from partners.signals import TRIED

from ..enums import AdoptionMailKind


class AdoptionMail(models.Model):
    """A mail of the agency to the local administrators of an institution, about its use: one per Brussels month.

    It names no one. `sent_at` is when the mail server took it, None before that. One that did not leave within `TRIED`
    is given up, and can be asked for again. The verbose name is the title of the page about who does not use it.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="adoption_mails", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    kind = models.CharField(_("soort"), max_length=8, choices=AdoptionMailKind)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("gevraagd door")
    )
    sent_at = models.DateTimeField(_("verstuurd op"), null=True, editable=False)

    class Meta:
        verbose_name = _("mail over het gebruik")
        verbose_name_plural = _("wie gebruikt het niet?")
        default_permissions = ("add",)
        permissions = [("view_adoption", "Can see which institutions do not use the portal")]
        constraints = [
            models.UniqueConstraint(fields=["institution", "month"], name="adoption_mail_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="adoption_mail_month_starts_on_first"),
            models.CheckConstraint(
                condition=Q(kind__in=AdoptionMailKind.values), name="adoption_mail_kind_known"
            ),
        ]

    @property
    def is_given_up(self) -> bool:
        """True if it did not leave, and is not tried again."""
        return self.sent_at is None and self.asked_at < timezone.now() - TRIED

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}"
