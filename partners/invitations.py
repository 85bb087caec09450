"""An invitation to work for an institution: a link by e-mail that gives its receiver a role."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import Role
from .fields import NormalEmailField
from .querysets import InvitationQuerySet


class Invitation(models.Model):
    """A local administrator invites the owner of an e-mail address, who accepts with the link in the mail.

    Database functions write it (`partners.inviting`). `digest` is the SHA-256 of the token in the link, which is stored
    nowhere. `valid_until` is the last day of the access that the link gives. Local administrators and privacy
    officers read the invitations of their own institution.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "partners.Institution",
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("instelling"),
    )
    email = NormalEmailField(_("e-mailadres"))
    role = models.CharField(_("rol"), max_length=20, choices=Role)
    valid_until = models.DateField(_("toegang tot en met"))
    reason = models.CharField(_("reden"), max_length=250)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    invited_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("uitgenodigd door"),
    )
    invited_at = models.DateTimeField(_("uitgenodigd op"), default=timezone.now)
    expires_at = models.DateTimeField(_("geldig tot"))
    accepted_at = models.DateTimeField(_("aanvaard op"), null=True)
    accepted_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("aanvaard door"),
    )
    withdrawn_at = models.DateTimeField(_("ingetrokken op"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("uitnodiging")
        verbose_name_plural = _("uitnodigingen")
        ordering = ["-invited_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_one_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def has_expired(self) -> bool:
        """True when the link no longer works because of its age."""
        return self.expires_at <= timezone.now()
