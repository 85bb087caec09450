"""The log of who looked. It knows a person, an inscription and a mandate only as values."""

from __future__ import annotations

import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import Channel, Kind, Outcome, Refusal
from .fields import CurrentRequestId, CurrentTransactionId, TransactionIdField


def new_salt() -> bytes:
    """Sixteen random bytes, so that a published hash of a row cannot be guessed from its content."""
    return secrets.token_bytes(16)


class Consultation(models.Model):
    """One look in the log: the user, the institution, the person, the time, the way and the outcome.

    The row never carries the content that was shown. The table is append-only (privileges, policies and triggers),
    partitioned by Brussels month and kept for ten years. It has no foreign keys, because rows outlive the things they
    point to; for the same reason the legal basis is text. `kbi_log` owns the table (docs/operations.md), so neither
    the web role nor the owner of the other tables can rewrite it.

    `insz` is the person whose file was opened; `numbers` are the numbers that were asked for; `shown` lists the INSZ
    of every person a list or search showed. `xid` is the transaction that wrote the row: the roll-up and the seals
    read rows below `pg_snapshot_xmin`, which can no longer change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("tijdstip"), default=timezone.now, editable=False)
    kind = models.CharField(_("wat"), max_length=16, choices=Kind)
    channel = models.CharField(_("kanaal"), max_length=8, choices=Channel)
    outcome = models.CharField(_("uitkomst"), max_length=8, choices=Outcome)
    rule = models.CharField(_("regel"), max_length=32, choices=Refusal, blank=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(_("gebruiker"), max_length=201, blank=True)
    role = models.CharField(_("rol"), max_length=20, blank=True)
    institution_id = models.BigIntegerField(null=True)
    mandate_id = models.BigIntegerField(null=True)
    version_id = models.BigIntegerField(
        null=True,
        help_text=_("De versie van de machtiging die toen gold; leeg in rijen van voor de versies."),
    )
    capacity = models.CharField(_("hoedanigheid"), max_length=24, blank=True)
    legal_basis = models.CharField(_("rechtsgrond"), max_length=400, blank=True)
    inscription_id = models.BigIntegerField(null=True)
    insz = models.CharField(_("INSZ"), max_length=11, blank=True)
    target = models.CharField(
        _("gevraagd"), max_length=64, blank=True, help_text=_("Bij een weigering: het gevraagde adres.")
    )
    term = models.CharField(_("zoekterm"), max_length=100, blank=True)
    numbers = ArrayField(models.CharField(max_length=11), verbose_name=_("gevraagde nummers"), default=list)
    blocks = ArrayField(models.CharField(max_length=48), verbose_name=_("onderdelen"), default=list)
    shown = ArrayField(models.CharField(max_length=11), verbose_name=_("getoond"), default=list)
    purpose = models.CharField(_("doel"), max_length=250, blank=True)
    reason = models.CharField(_("reden"), max_length=250, blank=True)
    request_id = models.UUIDField(null=True, editable=False, default=CurrentRequestId)
    parent_id = models.UUIDField(
        null=True, help_text=_("De rij van het dossier waarin dit onderdeel openging.")
    )
    escape_id = models.BigIntegerField(null=True)
    salt = models.BinaryField(max_length=16, editable=False, default=new_salt)
    xid = TransactionIdField(editable=False, default=CurrentTransactionId)

    class Meta:
        managed = False
        db_table = "consultations_consultation"
        verbose_name = _("raadpleging")
        verbose_name_plural = _("raadplegingen")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome} {self.at:%Y-%m-%d %H:%M}"
