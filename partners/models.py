"""Accounts, institutions and memberships: who may look. No model here refers to a client.

The models of mandates are in `partners.mandates`; import them from here.
"""

from __future__ import annotations

import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.be import vat
from stdnum.exceptions import ValidationError as NumberError

from .enums import SUPPLIERS, InstitutionKind, Role
from .fields import NormalEmailField, OneLineField
from .mandates import REVERSED, Mandate, MandateEvent, MandateVersion, check_order
from .passwords import allow_change_of
from .periods import Period, today
from .querysets import InstitutionQuerySet, MembershipQuerySet, UserManager

__all__ = ["FailedSignIns", "Institution", "Mandate", "MandateEvent", "MandateVersion", "Membership", "User"]

# With this code Django shows the violation of a one-field constraint at that field.
AT_THE_FIELD = "unique"
DOUBLED = _("Dit lidmaatschap bestaat al.")
NAMESAKE = _("Een andere instelling heeft deze naam al.")
# What `partners.texts.one_line` takes out, as PostgreSQL reads a regular expression.
UNFOLDED_SPACE = (
    r"^ | $|  |[\t-\r\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)


def validate_kbo(value: str) -> None:
    """Raise ValidationError unless `value` is ten digits that end in 97 - (first eight mod 97)."""
    try:
        compact = vat.validate(value)
    except NumberError as error:
        raise ValidationError(
            _("Dit is geen geldig ondernemingsnummer (10 cijfers, controlegetal).")
        ) from error
    if compact != value:
        raise ValidationError(_("Schrijf het ondernemingsnummer als tien cijfers."))


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Its memberships alone decide which files it may open, nothing in this row."""

    email = NormalEmailField(_("e-mailadres"), unique=True)
    first_name = models.CharField(_("voornaam"), max_length=100, blank=True)
    last_name = models.CharField(_("naam"), max_length=100, blank=True)
    is_staff = models.BooleanField(
        _("beheerder van het agentschap"), default=False, help_text=_("Mag in de beheeromgeving.")
    )
    is_active = models.BooleanField(
        _("actief"), default=True, help_text=_("Een gesloten account meldt zich niet aan en ziet niemand.")
    )
    date_joined = models.DateTimeField(_("aangemaakt"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Return True if this is the password. It gets a better hash if the stored one is of an older kind."""

        def improve(password: str) -> None:
            with transaction.atomic():
                allow_change_of(self.pk)
                self.password = make_password(password)
                self.save(update_fields=["password"])

        return check_password(raw_password, self.password, improve)

    def get_full_name(self) -> str:
        """Return first and last name; empty when there is none."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """Return the first name, or the e-mail address without one."""
        return self.first_name or self.email


class FailedSignIns(models.Model):
    """Wrong passwords typed for one e-mail address, counted by their source (`partners.slowing`).

    `source` is the random name of a known browser, a digest of a network address, or empty for all unknown browsers
    together. The address need not belong to an account.
    """

    DEVICE, ADDRESS, ALL = "device", "address", "all"
    KINDS = [
        (DEVICE, _("een browser waarin de gebruiker zich eerder aanmeldde")),
        (ADDRESS, _("onbekende browsers op één netwerkadres")),
        (ALL, _("alle onbekende browsers samen")),
    ]
    # The longest that the form of signing in accepts.
    LONGEST_EMAIL = 320

    email = models.CharField(_("e-mailadres"), max_length=LONGEST_EMAIL)
    kind = models.CharField(_("bron"), max_length=8, choices=KINDS)
    source = models.CharField(max_length=32, blank=True)
    failures = models.PositiveIntegerField(_("foute wachtwoorden"), default=0)
    since = models.DateTimeField(_("sinds"))
    last_at = models.DateTimeField(_("laatste"))
    until = models.DateTimeField(_("wacht tot"))

    class Meta:
        verbose_name = _("vertraagde aanmelding")
        verbose_name_plural = _("vertraagde aanmeldingen")
        ordering = ["-until", "email", "kind"]
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(fields=["email", "kind", "source"], name="failed_sign_ins_once")
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_kind_display()}"


class Institution(models.Model):
    """A partner of the KBI. Its auth `group` has its object permissions.

    `slug` is the first word of its addresses. It never changes (trigger `keep_address`), and no other institution
    gets it after this one has ended.
    """

    name = OneLineField(_("naam"), max_length=120, unique=True)
    kind = models.CharField(_("soort"), max_length=16, choices=InstitutionKind)
    slug = models.SlugField(
        _("adres"),
        max_length=60,
        unique=True,
        editable=False,
        help_text=_("Het eerste woord van elk adres van deze instelling. Verandert nooit."),
    )
    kbo_number = models.CharField(
        _("ondernemingsnummer"),
        max_length=10,
        blank=True,
        validators=[validate_kbo],
        help_text=_("Tien cijfers; leeg voor een samengetelde sector."),
    )
    nis_code = models.CharField(
        _("NIS-code"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{5}$", _("Vijf cijfers."))],
    )
    sender_uri = models.CharField(
        _("MAGDA-afzender"),
        max_length=120,
        blank=True,
        help_text=_("Identificatie van de toepassing in MAGDA."),
    )
    group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="institution", verbose_name=_("groep"), editable=False
    )
    active = models.BooleanField(_("actief"), default=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("instelling")
        verbose_name_plural = _("instellingen")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=InstitutionKind.values), name="institution_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=UNFOLDED_SPACE), name="institution_name_one_line"
            ),
            models.UniqueConstraint(
                Lower("name"), name="institution_name_once", violation_error_message=NAMESAKE
            ),
            models.UniqueConstraint(
                fields=["kbo_number"],
                condition=~Q(kbo_number=""),
                name="institution_kbo_number_once",
                violation_error_code=AT_THE_FIELD,
                violation_error_message=_("Een andere instelling heeft dit ondernemingsnummer al."),
            ),
            models.UniqueConstraint(
                fields=["sender_uri"],
                condition=~Q(sender_uri=""),
                name="institution_sender_uri_once",
                violation_error_code=AT_THE_FIELD,
                violation_error_message=_("Een andere instelling heeft deze MAGDA-afzender al."),
            ),
        ]

    @property
    def is_supplier(self) -> bool:
        """True if messages can name the institution as the one that supplied an item: it then gets questions."""
        return bool(self.kbo_number) and self.kind in SUPPLIERS

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError, at the name, when another institution has it in another casing."""
        # The database compares too, but Django shows the violation of a constraint on an expression above the form.
        if Institution.objects.named(self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": NAMESAKE})


class Membership(models.Model):
    """A user works for an institution in a role, from–until. Each request acts under one membership.

    A user cannot have the same role twice on one day: `membership_once` in migration 0002.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("gebruiker")
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("instelling")
    )
    role = models.CharField(_("rol"), max_length=20, choices=Role, default=Role.CASE_WORKER)
    valid_from = models.DateField(_("van"), default=today)
    valid_until = models.DateField(_("tot en met"), null=True, blank=True)
    list_filters = models.JSONField(
        _("onthouden filters"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("Nooit een naam of nummer."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("lidmaatschap")
        verbose_name_plural = _("lidmaatschappen")
        ordering = ["institution__name", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="membership_period_in_order",
                violation_error_message=REVERSED,
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.institution} · {self.get_role_display()}"

    def clean(self) -> None:
        """Raise ValidationError, by field, for a wrong period or a membership that exists already."""
        check_order(self)
        if self.valid_from and Membership.objects.doubling(self).exists():
            raise ValidationError({"valid_from": DOUBLED})

    def doubles(self, other: Membership) -> bool:
        """Return True if both give the same user the same role at the same institution on some day."""
        return (
            (self.user_id, self.institution_id, self.role)
            == (other.user_id, other.institution_id, other.role)
            and (other.valid_until is None or self.valid_from <= other.valid_until)
            and (self.valid_until is None or other.valid_from <= self.valid_until)
        )

    def is_in_force(self, day: datetime.date | None = None) -> bool:
        """Return True if the user may act under this membership on `day` (Brussels; default today)."""
        day = day or today()
        period = Period(self.valid_from, self.valid_until)
        return self.user.is_active and self.institution.active and period.covers(day)
