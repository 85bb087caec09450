"""Signals: what a privacy officer should look at, announced by mail with a reference only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import SignalKind


class Signal(models.Model):
    """Something in the log of an institution that its privacy officers should look at.

    Written by database functions (`partners.signals`), kept for ever. `user` is the account that it is about, `look`
    the id of a row of the log, without a foreign key. `times` counts how often the same happened within an hour while
    no one had handled it. `mailed_at` is when the mail left, None before that and where no mail is sent.
    """

    institution = models.ForeignKey(
        "partners.Institution", on_delete=models.PROTECT, related_name="+", verbose_name=_("instelling")
    )
    kind = models.CharField(_("soort"), max_length=16, choices=SignalKind)
    reference = models.CharField(_("kenmerk"), max_length=10, unique=True, editable=False)
    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    look = models.UUIDField(null=True, editable=False)
    raised_at = models.DateTimeField(_("tijdstip"), default=timezone.now, editable=False)
    times = models.PositiveIntegerField(_("keer"), default=1, editable=False)
    mailed_at = models.DateTimeField(_("gemaild op"), null=True, editable=False)
    handled_at = models.DateTimeField(_("afgehandeld op"), null=True, editable=False)
    handled_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("afgehandeld door"),
    )

    class Meta:
        verbose_name = _("signaal")
        verbose_name_plural = _("signalen")
        ordering = ["-raised_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SignalKind.values), name="signal_kind_known"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="signal_handled_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution"],
                condition=Q(handled_at__isnull=True),
                name="signal_open_at_institution",
            )
        ]

    def __str__(self) -> str:
        return self.reference
