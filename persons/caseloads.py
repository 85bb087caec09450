"""Whose clients the clients of an institution are: the caseloads of its case workers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Institution, User

from .enums import ReminderSubject
from .querysets import ReminderQuerySet


class CaseloadRow(models.Model):
    """A client in a user's own caseload at one institution. It opens nothing by itself.

    Written by database functions only (`persons.services.caseload`), and only for a number that the institution has
    registered today, whether or not the KBI has a dossier. It counts while that is so, and goes with the inscription.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    insz = models.CharField(_("INSZ"), max_length=11)
    since = models.DateTimeField(_("sinds"), default=timezone.now)

    class Meta:
        verbose_name = _("cliënt in een caseload")
        verbose_name_plural = _("cliënten in caseloads")
        ordering = ["institution", "user", "insz"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["institution", "insz", "user"], name="caseload_once")]
        indexes = [models.Index(fields=["institution", "user", "insz"], name="caseload_of_a_user")]

    def __str__(self) -> str:
        return f"{self.user} {self.since:%Y-%m-%d}"


class HandOver(models.Model):
    """Clients that went from one caseload to another: who gave how many to which colleague, and why. No number.

    It is a notice to `receiver` until `seen_at`. Written by the database function that moves the rows.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("van"))
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("naar"))
    # Another account than the giver's when a local administrator handed over for someone absent.
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("door"))
    made_at = models.DateTimeField(_("tijdstip"), default=timezone.now)
    clients = models.PositiveIntegerField(_("aantal cliënten"))
    reason = models.CharField(_("reden"), max_length=250)
    seen_at = models.DateTimeField(_("gezien"), null=True)

    class Meta:
        verbose_name = _("overdracht")
        verbose_name_plural = _("overdrachten")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.giver} {self.made_at:%Y-%m-%d}"


class Reminder(models.Model):
    """A day and a subject for a client of an institution. Whoever has the client in their caseload sees it.

    Written by database functions only (`persons.services.reminders`). Like a row of the caseload it counts while the
    client has an inscription, and goes with the last one. It is open until `done_at`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    insz = models.CharField(_("INSZ"), max_length=11)
    day = models.DateField(_("dag"))
    subject = models.CharField(_("onderwerp"), max_length=16, choices=ReminderSubject)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("gezet door"))
    set_at = models.DateTimeField(_("gezet op"), default=timezone.now)
    done_at = models.DateTimeField(_("gedaan op"), null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("herinnering")
        verbose_name_plural = _("herinneringen")
        ordering = ["day", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="reminder_insz_digits"),
            models.CheckConstraint(
                condition=Q(subject__in=ReminderSubject.values), name="reminder_subject_known"
            ),
            models.UniqueConstraint(
                fields=["institution", "insz", "day", "subject"],
                condition=Q(done_at__isnull=True),
                name="reminder_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "day", "insz", "id"],
                condition=Q(done_at__isnull=True),
                name="reminder_by_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.day}"
