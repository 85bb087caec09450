"""Detours: what an institution asked third parties about its clients, and every later step."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Institution, User

from .enums import DetourStep, ThirdParty
from .querysets import AccessRequestQuerySet


class AccessRequest(models.Model):
    """A detour: an institution asked a third party about a client. It has only what the lead times need.

    Written by database functions (`persons.services.detours`). It names the number and not an inscription: the detour
    may be older than every inscription, and the client may wait for a dossier. Open until `answered_on` is there. A
    withdrawn one was a mistake and counts nowhere.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    insz = models.CharField(_("INSZ"), max_length=11)
    third_party = models.CharField(_("gevraagd aan"), max_length=20, choices=ThirdParty)
    asked_on = models.DateField(_("gevraagd op"))
    answered_on = models.DateField(_("beantwoord op"), null=True)
    has_result = models.BooleanField(_("met resultaat"), null=True)
    withdrawn_at = models.DateTimeField(_("ingetrokken"), null=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("aanvraag via een derde")
        verbose_name_plural = _("aanvragen via een derde")
        # The oldest open one first.
        ordering = ["asked_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="accessrequest_insz_digits"),
            models.CheckConstraint(
                condition=Q(third_party__in=ThirdParty.values), name="accessrequest_third_party_known"
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, has_result__isnull=True)
                | Q(answered_on__gte=models.F("asked_on"), has_result__isnull=False),
                name="accessrequest_answer_after_question",
            ),
            # The same detour twice, such as a file that is imported again, is one row. The index serves the list.
            models.UniqueConstraint(
                fields=["institution", "asked_on", "insz", "third_party"],
                condition=Q(withdrawn_at__isnull=True),
                name="accessrequest_once",
            ),
        ]
        # The lead times read those that were answered in a period, and the open ones.
        indexes = [
            models.Index(
                fields=["answered_on"],
                include=["institution", "third_party", "asked_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="accessrequest_answered",
            )
        ]

    def __str__(self) -> str:
        # No number: exceptions and messages show this.
        return f"{self.third_party} {self.asked_on}"


class AccessRequestEvent(models.Model):
    """One step of a detour after it was noted. Written by a trigger; never changed or deleted.

    The `old_` values are those before the step, so that a figure of an earlier day can be counted again: the values of
    that day are those before the next step, or those of the detour without one. `user_name` is the name at that time;
    it is empty for a step on the server.
    """

    request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="events", verbose_name=_("aanvraag")
    )
    what = models.CharField(_("stap"), max_length=12, choices=DetourStep)
    at = models.DateTimeField(_("tijdstip"), default=timezone.now)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("account"), db_index=False
    )
    user_name = models.CharField(_("door"), max_length=201, blank=True)
    old_third_party = models.CharField(_("gevraagd aan, ervoor"), max_length=20, choices=ThirdParty)
    old_asked_on = models.DateField(_("gevraagd op, ervoor"))
    old_answered_on = models.DateField(_("beantwoord op, ervoor"), null=True)
    old_has_result = models.BooleanField(_("met resultaat, ervoor"), null=True)

    class Meta:
        verbose_name = _("stap van een aanvraag via een derde")
        verbose_name_plural = _("stappen van aanvragen via een derde")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=DetourStep.values), name="accessrequestevent_step_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%Y-%m-%d %H:%M}"
