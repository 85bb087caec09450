"""Uploaded client lists, with their rows from the preview to the report, and who asked for the weekly mail.

The uploaded file itself is not kept. Row-level security is forced (`caseload/sql`): colleagues who register read the
lists, and only the user who uploaded one changes it. `manage.py clean_up` deletes them after a week.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.enums import Capacity, Role
from partners.models import Institution, Membership, User

from .enums import UploadState, Verdict
from .querysets import UploadQuerySet, UploadRowQuerySet


class Upload(models.Model):
    """A client list that a user uploaded. `role` is the one they did it in; nothing is registered up to CHECKED."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=Role)
    file_name = models.CharField(_("bestand"), max_length=100)
    read_as = models.CharField(max_length=100, help_text=_("Hoe het bestand gelezen werd."))
    is_complete = models.BooleanField(
        default=False, help_text=_("Cliënten die er niet in staan, worden voorgesteld om te beëindigen.")
    )
    state = models.CharField(max_length=8, choices=UploadState, default=UploadState.CHECKED)
    end_reason = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField(_("opgeladen op"), default=timezone.now)
    progressed_at = models.DateTimeField(null=True, help_text=_("Wanneer het laatste deel klaar was."))
    finished_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("opgeladen cliëntenlijst")
        verbose_name_plural = _("opgeladen cliëntenlijsten")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["institution", "-created_at"], name="uploads_latest")]

    def __str__(self) -> str:
        return str(self.public_id)


class UploadRow(models.Model):
    """A row of an uploaded list, or an inscription that a complete list lacks (`line` 0, `inscription` set).

    `verdict` is what would happen, "" until the row was judged; `chosen` whether the user wants it; `outcome` what
    happened, "" until then. `mistake` is a key of `persons.services.registering.OUTCOMES`, the first line of a double
    row, or words about a row that could not be read: that has its `field` and `mistake` only, no value of the file.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("rij"))
    insz = models.CharField(_("INSZ"), max_length=11, blank=True)
    capacity = models.CharField(_("hoedanigheid"), max_length=24, choices=Capacity, blank=True)
    valid_from = models.DateField(_("van"), null=True)
    valid_until = models.DateField(_("tot en met"), null=True)
    reason = models.CharField(_("reden"), max_length=250, blank=True)
    proof = models.CharField(_("bewijs"), max_length=250, blank=True)
    inscription = models.UUIDField(null=True)
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True)
    field = models.CharField(max_length=16, blank=True)
    mistake = models.CharField(max_length=300, blank=True)
    chosen = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, blank=True)

    objects = UploadRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("rij van een cliëntenlijst")
        verbose_name_plural = _("rijen van cliëntenlijsten")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["upload", "id"], name="upload_rows_in_order")]

    def __str__(self) -> str:
        return f"{self.upload_id}:{self.line}"


class WeeklyMail(models.Model):
    """The user of an access asked for a mail with the numbers of their caseload, every week.

    `language` is that of the page on which they asked; `sent_on` is the Brussels day of the last mail.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, primary_key=True, related_name="weekly_mail"
    )
    language = models.CharField(_("taal"), max_length=8)
    sent_on = models.DateField(_("laatst verstuurd op"), null=True)

    class Meta:
        verbose_name = _("wekelijkse mail")
        verbose_name_plural = _("wekelijkse mails")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.membership_id)
