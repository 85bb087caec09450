"""Since when, until when and how far the log is proven, for a page. Cheap: it reads no sealed row."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Rows are sealed every minute, and the log is verified every night.
SEALED_WITHIN = datetime.timedelta(minutes=10)
VERIFIED_WITHIN = datetime.timedelta(days=2)
# The database counts no further.
MOST_UNSEALED = 10_000


class Gap(models.TextChoices):
    """Why the log is not proven now."""

    TAMPERED = "tampered", _("de controle vond dat het logboek gewijzigd is")
    NEVER_SEALED = "never_sealed", _("het logboek is nog niet verzegeld")
    SEALS_LATE = "seals_late", _("de verzegeling loopt achter")
    NOT_VERIFIED = "not_verified", _("het logboek is de laatste twee dagen niet gecontroleerd")


@dataclass(frozen=True)
class Proven:
    """The state of the log.

    `since` is the moment of the first seal: rows from before were sealed as they were then. `until` is the moment of
    the last seal that a verification covered without findings. `sealed_until` is that of the last seal. `unsealed`
    counts the rows after it, up to `MOST_UNSEALED`, and `oldest_unsealed` is when the first of them was written.
    `findings` is the number of the last verification, at `verified_at`. Each is None where there is none yet.
    """

    since: datetime.datetime | None
    sealed_until: datetime.datetime | None
    unsealed: int
    oldest_unsealed: datetime.datetime | None
    verified_at: datetime.datetime | None
    until: datetime.datetime | None
    findings: int | None

    def gap(self) -> Gap | None:
        """Why the log is not proven now, the worst reason first; None when it is."""
        now = timezone.now()
        if self.findings:
            return Gap.TAMPERED
        if self.since is None:
            return Gap.NEVER_SEALED
        if self.oldest_unsealed and self.oldest_unsealed < now - SEALED_WITHIN:
            return Gap.SEALS_LATE
        if self.verified_at is None or self.verified_at < now - VERIFIED_WITHIN:
            return Gap.NOT_VERIFIED
        return None


def proven() -> Proven:
    """Read the state, as any role of the portal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT since, sealed_until, unsealed, oldest_unsealed, verified_at, verified_until, findings"
            " FROM consultations_proven()"
        )
        return Proven(*cursor.fetchone())
