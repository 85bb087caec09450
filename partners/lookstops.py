"""The looks of an account are stopped for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enums import SignalKind


class LookStop(models.Model):
    """The last time that the looks of an account were stopped, after many more than a person makes.

    Written by `partners_stop_looks`, and over at `until` by itself. `reason` is LIMIT or REFUSALS.
    """

    user = models.OneToOneField(
        "partners.User",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
        verbose_name=_("account"),
    )
    reason = models.CharField(_("reden"), max_length=16, choices=SignalKind)
    since = models.DateTimeField(_("sinds"))
    until = models.DateTimeField(_("tot"))

    class Meta:
        verbose_name = _("tijdelijk gestopte inzages")
        verbose_name_plural = _("tijdelijk gestopte inzages")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=[SignalKind.LIMIT, SignalKind.REFUSALS]), name="look_stop_has_reason"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="look_stop_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%Y-%m-%d %H:%M}"
