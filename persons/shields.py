"""What the rules above every mandate read: hashes of numbers, shields, and who may look all the same."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Institution, User
from partners.periods import today

from .enums import OwnFileAnswer


class NumberHash(models.Model):
    """The hash of a number of which there is a dossier or an inscription (`numberhashes.hash_of`).

    Written by the import, by registering and by `manage.py rehash_numbers`. The web role does not read it.
    """

    insz = models.CharField(_("INSZ"), max_length=11, primary_key=True)
    hash = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("hash van een nummer")
        verbose_name_plural = _("hashes van nummers")
        default_permissions = ()
        indexes = [models.Index(fields=["hash"], name="number_hash")]

    def __str__(self) -> str:
        return bytes(self.hash).hex()[:8]


class HashKey(models.Model):
    """Under which key all hashes were made (`numberhashes.key_id`); "" when some numbers have none yet. One row."""

    id = models.BooleanField(primary_key=True, default=True)
    key_id = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = _("sleutel van de hashes")
        verbose_name_plural = _("sleutels van de hashes")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=True), name="hash_key_one_row")]

    def __str__(self) -> str:
        return self.key_id


class _Ended(models.Model):
    """What two kinds of rows share: a person, a reason, days, and who ended it before its last day, and why."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    insz = models.CharField(_("INSZ"), max_length=11)
    reason = models.CharField(_("reden"), max_length=250)
    valid_from = models.DateField(_("van"), default=today)
    valid_until = models.DateField(_("tot en met"))
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("door")
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
    end_reason = models.CharField(_("reden van het einde"), max_length=250, blank=True)

    class Meta:
        abstract = True
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        # No number: exceptions and messages show this.
        return str(self.public_id)

    def is_in_force(self) -> bool:
        """Return True if it counts today (Brussels)."""
        return self.ended_at is None and self.valid_from <= today() <= self.valid_until


def _constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name=f"{name}_insz_digits"),
        models.CheckConstraint(condition=~Q(reason=""), name=f"{name}_has_reason"),
        models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name=f"{name}_period_in_order"),
        models.CheckConstraint(
            condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name=f"{name}_end_has_reason"
        ),
    ]


class Shield(_Ended):
    """A person whose file is only for named people: within an institution, or everywhere when the agency set it.

    Written by database functions (`persons.services.shielding`). It goes with the person to another number, and with
    the institution to its successor. `institution` is empty for a shield by the agency.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("instelling")
    )

    class Meta(_Ended.Meta):
        verbose_name = _("afscherming")
        verbose_name_plural = _("afschermingen")
        default_permissions = ("view", "add")
        constraints = _constraints("shield")
        indexes = [models.Index(fields=["insz"], name="shield_number")]


class NamedLooker(_Ended):
    """A user who may see one shielded person or colleague at an institution all the same; its privacy officer says so.

    Written by database functions (`persons.services.shielding`). It gives no access by itself: mandate, inscription
    and role are still needed.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", verbose_name=_("instelling")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("collega")
    )

    class Meta(_Ended.Meta):
        verbose_name = _("wie mag kijken")
        verbose_name_plural = _("wie mag kijken")
        default_permissions = ()
        constraints = _constraints("named_looker")
        indexes = [models.Index(fields=["insz", "user"], name="named_looker_number")]


class OwnFileReport(models.Model):
    """The number that a user entered as their own is that of a client of this institution.

    For the privacy officer, who says whether that is right. Until then, and when it is wrong, the number counts for its
    owner only. It has the user and the moment, never the number. Written by a trigger, answered by a database function
    (`persons.services.ownnumbers`).
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", verbose_name=_("instelling")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("account")
    )
    at = models.DateTimeField(_("tijdstip"), default=timezone.now)
    answer = models.CharField(_("antwoord"), max_length=5, choices=OwnFileAnswer, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("beantwoord door"),
    )
    answered_at = models.DateTimeField(_("beantwoord op"), null=True)

    # Set where reports are shown: it waits for an answer, and the number was not cleared meanwhile.
    is_open: bool

    class Meta:
        verbose_name = _("account van een cliënt")
        verbose_name_plural = _("accounts van cliënten")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=OwnFileAnswer.values, answered_at__isnull=False),
                name="own_file_report_answer_known",
            )
        ]
        indexes = [models.Index(fields=["user", "institution"], name="own_file_report_account")]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d}"
