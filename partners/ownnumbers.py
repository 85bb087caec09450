"""The hash of an account's own national number, and how a second person lets it be entered again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OwnNumber(models.Model):
    """The owner of an account entered their own INSZ. Only its HMAC is stored, under a key outside the database.

    Set once, by the owner of the account, single sign-on or the server, and never changed (trigger
    `guard_own_number`). The web role reads who has one and since when, never `hash`. `key_id` names the key
    (`persons.numberhashes`). A clearing that a second person confirmed deletes the row, and so does a new key.
    """

    user = models.OneToOneField(
        "partners.User",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
        verbose_name=_("account"),
    )
    hash = models.BinaryField(max_length=32, editable=False)
    key_id = models.CharField(max_length=16, editable=False)
    set_at = models.DateTimeField(_("ingevuld op"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("eigen rijksregisternummer")
        verbose_name_plural = _("eigen rijksregisternummers")
        default_permissions = ()
        indexes = [models.Index(fields=["hash"], name="own_number_hash")]

    def __str__(self) -> str:
        return str(self.user_id)


class NumberClearing(models.Model):
    """A request that an account may enter its own number again; an administrator of the agency confirms it.

    Another administrator asks it, or a privacy officer who said that the number is not that of the account's owner.

    Written by database functions (`partners.clearing`), kept for ever. Open until `confirmed_at` is there.
    """

    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    reason = models.CharField(_("reden"), max_length=250)
    asked_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("gevraagd door"),
    )
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("bevestigd door"),
    )
    confirmed_at = models.DateTimeField(_("bevestigd op"), null=True, editable=False)

    class Meta:
        verbose_name = _("wissen van een eigen nummer")
        verbose_name_plural = _("wissen van eigen nummers")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="number_clearing_has_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")),
                name="number_clearing_by_two",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=True), name="number_clearing_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%Y-%m-%d}"
