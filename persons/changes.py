"""What new messages changed for persons, for the screens that say what is new."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DateTimeField, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from .attendance import Part
from .enums import ChangeKind
from .querysets import ChangeQuerySet

# An import that was writing while the user looked: its changes have the moment at which it began.
MARGIN = datetime.timedelta(minutes=10)
KEPT = datetime.timedelta(days=90)


class LastVisit(Func):
    """The moment from which something is new: that of the bound user's last visit before today, less `MARGIN`.

    NULL for a first visit, and then nothing is new. PostgreSQL reads it once for a statement.
    """

    template = "(SELECT persons_last_visit() - %(expressions)s)"
    output_field = DateTimeField()

    def __init__(self) -> None:
        super().__init__(Value(MARGIN))


class Change(models.Model):
    """One thing that a newer message changed, or the arrival of the dossier for an inscription that waited.

    `at` is when the import wrote it. `blocks` are the dossier blocks that a mandate must give for the change to be
    visible; without any, the line of the client list is enough. With an `inscription` only that one sees it. The import
    writes changes (`services/comparing.py`), and `persons_refresh_doubts` those of messages that were set aside; they
    are kept for 90 days.
    """

    person = models.ForeignKey(
        "persons.Person", on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    inscription = models.ForeignKey(
        "persons.Inscription", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("tijdstip"))
    kind = models.CharField(_("wijziging"), max_length=16, choices=ChangeKind)
    part = models.CharField(
        _("onderdeel"), max_length=4, choices=[(p.value, p.value) for p in Part], blank=True
    )
    course = models.CharField(_("cursus"), max_length=250, blank=True)
    blocks = ArrayField(models.CharField(max_length=48), default=list)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("wijziging")
        verbose_name_plural = _("wijzigingen")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="change_kind_known"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_latest"),
            models.Index(fields=["person", "at"], name="change_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
