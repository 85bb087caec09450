"""Looks that a letter to the person does not name yet, because they are under investigation."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Institution, User
from partners.periods import today


class Withholding(models.Model):
    """The looks of an institution at one person on some days are confidential until a day, and then no longer.

    `first_day` and `last_day` are those of the looks, `valid_until` is the last day on which a letter leaves them out.
    Written by database functions (`oversight.withholding`); rows stay. It goes with the institution to its successor.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("instelling")
    )
    insz = models.CharField(_("INSZ"), max_length=11)
    first_day = models.DateField(_("inzages van"))
    last_day = models.DateField(_("inzages tot en met"))
    valid_until = models.DateField(_("vertrouwelijk tot en met"))
    reason = models.CharField(_("reden"), max_length=250)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("door")
    )
    made_at = models.DateTimeField(_("gemaakt op"), default=timezone.now)
    ended_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("beëindigd door"),
    )
    ended_at = models.DateTimeField(_("beëindigd op"), null=True)

    class Meta:
        verbose_name = _("vertrouwelijke inzages")
        verbose_name_plural = _("vertrouwelijke inzages")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="withholding_insz_digits"),
            models.CheckConstraint(condition=~Q(reason=""), name="withholding_has_reason"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), valid_until__gte=F("last_day")),
                name="withholding_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["insz", "institution"], name="withholding_number")]

    def __str__(self) -> str:
        # No number: exceptions and messages show this.
        return str(self.public_id)

    def is_in_force(self) -> bool:
        """Return True if letters leave these looks out today (Brussels). In SQL: oversight_is_withheld."""
        return self.ended_at is None and today() <= self.valid_until
