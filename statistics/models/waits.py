"""Waits of the portal that ended, from which lead times are counted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import PortalWait


class Wait(models.Model):
    """A wait of the portal that ended: from registration to the first look or dossier, or an answered question.

    `subject_id` is the inscription or the question, so that each counts once; there is no foreign key, because a
    question goes with its dossier and its wait stays. The roll-up adds first looks, triggers add the others. The web
    role reads none of them: `statistics_lead_times` returns numbers.
    """

    way = models.CharField(max_length=20, choices=PortalWait)
    subject_id = models.BigIntegerField()
    institution_id = models.BigIntegerField()
    began_on = models.DateField()
    ended_on = models.DateField()

    class Meta:
        verbose_name = _("doorlooptijd")
        verbose_name_plural = _("doorlooptijden van omwegen")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["way", "subject_id"], name="wait_once"),
            models.CheckConstraint(condition=Q(way__in=PortalWait.values), name="wait_way_known"),
            models.CheckConstraint(condition=Q(ended_on__gte=models.F("began_on")), name="wait_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["ended_on"], include=["way", "institution_id", "began_on"], name="wait_ended"
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.began_on} – {self.ended_on}"
