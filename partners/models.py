"""Accounts, institutions and memberships: who may look. No model here refers to a client.

The models of mandates are in `partners.mandates`; import them from here.
"""

from __future__ import annotations

import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from stdnum.be import vat
from stdnum.exceptions import ValidationError as NumberError

from .enums import SCHOOLS, SUPPLIERS, AccessStatus, AccessStep, InstitutionKind, Role, role_word
from .fields import NormalEmailField, OneLineField
from .heartbeats import Heartbeat
from .invitations import Invitation
from .lookstops import LookStop
from .mandates import REVERSED, Mandate, MandateEvent, MandateVersion
from .ownnumbers import NumberClearing, OwnNumber
from .passwords import allow_change_of
from .periods import Period, today
from .querysets import InstitutionQuerySet, MembershipEventQuerySet, MembershipQuerySet, UserManager
from .signalrows import Signal

__all__ = [
    "FailedSignIns",
    "Heartbeat",
    "Institution",
    "Invitation",
    "LookStop",
    "Mandate",
    "MandateEvent",
    "MandateVersion",
    "Membership",
    "MembershipEvent",
    "NumberClearing",
    "OwnNumber",
    "Signal",
    "User",
]

# With this code Django shows the violation of a one-field constraint at that field.
AT_THE_FIELD = "unique"
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
    # The trigger `guard_account` fills in these, except `suspended_at` (partners.rights).
    suspended_at = models.DateTimeField(_("geschorst wegens niet-gebruik"), null=True, editable=False)
    reopened_at = models.DateTimeField(_("weer geopend"), null=True, editable=False)
    email_set_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("e-mailadres ingevuld door"),
    )

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
    gets it after this one has ended. `manage.py succeed` sets `successor`, and as `ended_on` the day before the
    successor takes over.
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
    opens_at = models.TimeField(
        _("kantooruren van"),
        default=datetime.time(7),
        db_default=datetime.time(7),
        help_text=_("Van maandag tot en met vrijdag. Een inzage op een ander uur valt op in het logboek."),
    )
    closes_at = models.TimeField(
        _("kantooruren tot"), default=datetime.time(19), db_default=datetime.time(19)
    )
    active = models.BooleanField(_("actief"), default=True)
    ended_on = models.DateField(_("laatste dag"), null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("opvolger"),
        editable=False,
    )

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
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="institution_closes_after_opening",
                violation_error_message=_("De kantooruren eindigen voor ze beginnen."),
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
            models.CheckConstraint(
                condition=Q(successor__isnull=True)
                | (Q(ended_on__isnull=False) & ~Q(successor=models.F("pk"))),
                name="institution_successor_follows",
            ),
        ]

    def is_open(self, day: datetime.date) -> bool:
        """Return True if the institution works on `day` (Brussels). In SQL: `partners_is_open`."""
        return self.active and (self.ended_on is None or self.ended_on >= day)

    @property
    def is_school(self) -> bool:
        """True if its client list shows the courses that it gives itself, as messages name them by its number."""
        return bool(self.kbo_number) and self.kind in SCHOOLS

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
    """Access: a user works for an institution in a role, from–until. Each request acts under one membership.

    What the agency gives is a proposal until another person confirms it. Database functions write the rows of the web
    role (`partners.rights`), and each step is an event. `reason` is that of the last step. A withdrawn membership keeps
    its days and counts nowhere. `follows` is the membership that this one continues: the days after it, or the same
    user at the institution before. A user cannot have the same role twice on one day: `membership_once` in
    migrations 0002 and 0009.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("gebruiker")
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("instelling")
    )
    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    role = models.CharField(_("rol"), max_length=20, choices=Role, default=Role.CASE_WORKER)
    valid_from = models.DateField(_("van"), default=today)
    valid_until = models.DateField(_("tot en met"))
    list_filters = models.JSONField(
        _("onthouden filters"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("Nooit een naam of nummer."),
    )
    saved_filters = models.TextField(
        _("bewaarde filters"),
        db_default="",
        default="",
        blank=True,
        editable=False,
        help_text=_("Versleuteld: de gebruiker kiest de namen."),
    )
    status = models.CharField(
        _("toestand"), max_length=12, choices=AccessStatus, default=AccessStatus.PROPOSED, editable=False
    )
    reason = models.CharField(_("reden"), max_length=250, blank=True)
    proposed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("voorgesteld door"),
    )
    proposed_at = models.DateTimeField(_("voorgesteld op"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("bevestigd door"),
    )
    confirmed_at = models.DateTimeField(_("bevestigd op"), null=True, editable=False)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="followers",
        verbose_name=_("vervolg op"),
    )
    last_sign_in = models.DateTimeField(
        _("laatst aangemeld"),
        null=True,
        editable=False,
        help_text=_("Het aanmelden waarna de gebruiker hier laatst een bladzijde opende."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("toegang")
        verbose_name_plural = _("toegangen")
        ordering = ["institution__name", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")),
                name="membership_period_in_order",
                violation_error_message=REVERSED,
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(status__in=AccessStatus.values), name="membership_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=AccessStatus.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="membership_confirmed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.institution} · {self.get_role_display()}"

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """Return the name of the role at this institution."""
        return role_word(self.role, self.institution.kind)

    @property
    def period_text(self) -> str:
        """The days of the membership, for the screen."""
        days = (self.valid_from, self.valid_until)
        return " – ".join(date_format(day, "SHORT_DATE_FORMAT") for day in days)

    def is_in_force(self, day: datetime.date | None = None) -> bool:
        """Return True if the user may act under this membership on `day` (Brussels; default today)."""
        day = day or today()
        period = Period(self.valid_from, self.valid_until)
        return (
            self.status == AccessStatus.CONFIRMED
            and self.user.is_active
            and self.institution.is_open(day)
            and period.covers(day)
        )

    def state(self, day: datetime.date | None = None) -> str:
        """Return the state in words on `day` (Brussels; default today): in force, to come, over, proposed …"""
        day = day or today()
        if self.status != AccessStatus.CONFIRMED:
            return str(self.get_status_display())
        if self.valid_from > day:
            return str(_("komt nog"))
        if self.valid_until < day:
            return str(_("voorbij"))
        return str(_("geldt nu") if self.is_in_force(day) else _("account gesloten of instelling beëindigd"))


class MembershipEvent(models.Model):
    """One step in the life of a membership: who did what, when and why.

    The database writes it in the transaction of the step (`partners_record_access`, `partners_record_account`), and no
    one can change it. `user_name` is the name at that time; it is empty for a step taken on the server. Role and days
    are those after the step. The agency reads all steps; local administrators and privacy officers read those at their
    own institution.
    """

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="events", verbose_name=_("toegang")
    )
    what = models.CharField(_("stap"), max_length=12, choices=AccessStep)
    at = models.DateTimeField(_("tijdstip"), default=timezone.now)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("account"),
    )
    user_name = models.CharField(_("door"), max_length=201, blank=True)
    role = models.CharField(_("rol"), max_length=20, choices=Role)
    valid_from = models.DateField(_("van"))
    valid_until = models.DateField(_("tot en met"))
    reason = models.CharField(_("reden"), max_length=250, blank=True)

    objects = MembershipEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("stap van een toegang")
        verbose_name_plural = _("stappen van toegangen")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(what__in=AccessStep.values), name="membershipevent_step_known")
        ]

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """Return the name of the role at this institution."""
        return role_word(self.role, self.membership.institution.kind)

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%Y-%m-%d %H:%M}"
