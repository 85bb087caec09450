"""An escape (noodinzage): one person's file for one user without an inscription, for some hours, and its review."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.services import Subject
from partners.models import Institution, MandateVersion, User
from partners.periods import today

from .enums import EscapeReason, EscapeVerdict
from .querysets import EscapeQuerySet

# persons_begin_escape.sql has the same numbers; tests/persons/test_escapes.py compares them.
HOURS = 4
REVIEW_DAYS = 14
SHORTEST_EXPLANATION, LONGEST_EXPLANATION = 10, 255
LONGEST_NOTE = 500


class Escape(models.Model):
    """A user looked, or may look, at one person without an inscription, under a version that has blocks for it.

    It opens those blocks from `at` until before `ends_at`, for this user at this institution only, while the version,
    the access and the account are in force and no rule above every mandate refuses. Written by one database function
    (`persons.services.escaping.begin`), never changed or deleted, and never an inscription by itself. Its verdict is
    that of the last of its reviews; it is due on `due_on` (a Brussels date).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("instelling")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("account")
    )
    user_name = models.CharField(_("door"), max_length=201)
    insz = models.CharField(_("INSZ"), max_length=11)
    version = models.ForeignKey(
        MandateVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("versie van de machtiging")
    )
    reason = models.CharField(_("reden"), max_length=16, choices=EscapeReason)
    explanation = models.CharField(_("toelichting"), max_length=LONGEST_EXPLANATION)
    at = models.DateTimeField(_("begonnen"), default=timezone.now)
    ends_at = models.DateTimeField(_("eindigt"))
    due_on = models.DateField(_("na te kijken ten laatste op"))

    # Set on the rows of `objects.with_verdict()`: that of the last review.
    verdict: str | None

    objects = EscapeQuerySet.as_manager()

    class Meta:
        verbose_name = _("noodinzage")
        verbose_name_plural = _("noodinzages")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="escape_insz_digits"),
            models.CheckConstraint(condition=Q(reason__in=EscapeReason.values), name="escape_reason_known"),
            models.CheckConstraint(
                condition=Q(explanation__regex=rf"^.{{{SHORTEST_EXPLANATION},{LONGEST_EXPLANATION}}}$"),
                name="escape_has_explanation",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("at")), name="escape_hours_in_order"),
        ]
        indexes = [
            models.Index(fields=["institution", "-at"], name="escape_of_institution"),
            models.Index(fields=["user", "at"], name="escape_of_user"),
        ]

    def __str__(self) -> str:
        # No number: exceptions and messages show this.
        return str(self.public_id)

    @property
    def is_late(self) -> bool:
        """Return True if its review is late today, when it has none."""
        return self.due_on < today()

    def subject(self) -> Subject:
        """Return the values the log keeps of this escape."""
        return Subject(
            insz=self.insz,
            inscription_id=None,
            mandate_id=self.version.mandate_id,
            version_id=self.version_id,
            capacity=self.version.mandate.capacity,
            legal_basis=self.version.legal_basis,
            escape_id=self.pk,
        )


class EscapeReview(models.Model):
    """What a privacy officer found of an escape. A later review goes before an earlier one; none changes.

    Written by a database function (`persons.services.escaping.review`), never by the user whose escape it was.
    """

    escape = models.ForeignKey(
        Escape, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("noodinzage")
    )
    verdict = models.CharField(_("oordeel"), max_length=16, choices=EscapeVerdict)
    note = models.CharField(_("nota"), max_length=LONGEST_NOTE)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("account")
    )
    user_name = models.CharField(_("door"), max_length=201)
    at = models.DateTimeField(_("tijdstip"), default=timezone.now)

    class Meta:
        verbose_name = _("oordeel over een noodinzage")
        verbose_name_plural = _("oordelen over noodinzages")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=EscapeVerdict.values), name="review_verdict_known"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="review_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.at:%Y-%m-%d %H:%M}"
