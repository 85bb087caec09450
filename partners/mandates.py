"""Mandates in versions: what an institution may see in a capacity, why, and from when until when.

Part of `partners.models`. It names User and Institution as text, because that module imports this one.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Protocol

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .enums import (
    BLOCK_LABELS,
    Capacity,
    InstitutionKind,
    Registrar,
    VersionAction,
    VersionStatus,
    registrar_word,
)
from .periods import Period, today
from .querysets import MandateEventQuerySet, MandateQuerySet, MandateVersionQuerySet

LONGEST_MONTHS = 120
REVERSED = _("Het einde ligt voor het begin.")
ONE_PROPOSAL = _("Voor deze machtiging staat al een voorstel open. Bevestig dat eerst, of trek het in.")
ESCAPE_BLOCKS = _("Een noodinzage toont alleen onderdelen die de machtiging geeft.")


def block_labels(blocks: Collection[str]) -> list[str]:
    """Return the names of these blocks on screen, in the order of the dossier."""
    return [str(label) for name, label in BLOCK_LABELS.items() if name in blocks]


class _HasPeriod(Protocol):
    valid_from: datetime.date
    valid_until: datetime.date | None


def check_order(period: _HasPeriod) -> None:
    """Raise ValidationError for `valid_until` when the period ends before it begins."""
    if period.valid_from and period.valid_until and period.valid_until < period.valid_from:
        raise ValidationError({"valid_until": REVERSED})


class Mandate(models.Model):
    """The address of a mandate: an institution, or every institution of a kind, in a capacity.

    Its versions say which blocks it opens, why and when; a mandate without a version in force opens nothing.
    Inscriptions point to the mandate. There is one for each address, and an institution's own mandate takes precedence
    over that of its kind.
    """

    institution_kind = models.CharField(
        _("voor alle instellingen van de soort"), max_length=16, choices=InstitutionKind, blank=True
    )
    institution = models.ForeignKey(
        "partners.Institution",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("of voor één instelling"),
    )
    capacity = models.CharField(_("hoedanigheid"), max_length=24, choices=Capacity)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("machtiging")
        verbose_name_plural = _("machtigingen")
        ordering = ["institution_kind", "institution__name", "capacity", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(institution__isnull=True) & ~Q(institution_kind=""))
                | (Q(institution__isnull=False) & Q(institution_kind="")),
                name="mandate_for_a_kind_or_one_institution",
                violation_error_message=_("Kies een soort of één instelling, niet beide."),
            ),
            models.CheckConstraint(condition=Q(capacity__in=Capacity.values), name="mandate_capacity_known"),
            models.UniqueConstraint(
                fields=["institution_kind", "institution", "capacity"],
                nulls_distinct=False,
                name="mandate_address_once",
                violation_error_message=_("Deze machtiging bestaat al. Stel er een nieuwe versie van voor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee} · {self.get_capacity_display()}"

    @property
    def addressee(self) -> str:
        """The institution, or the kind of institutions, that the mandate is for."""
        return self.institution.name if self.institution else str(self.get_institution_kind_display())


class MandateVersion(models.Model):
    """What a mandate allows from one day to another, and on which legal basis.

    `blocks` are names of top-level elements of the KBI message's `KBIDossier`; `escape_blocks` are those of them that
    an escape may show, without an inscription: none unless the version says so. `max_months` is the longest period of
    an inscription. A version opens something only while its status is confirmed and its days cover today.

    The database keeps the rules (`partners_guard_version`). The content of a version never changes. A proposal is
    confirmed by another administrator than the one who proposed it, and begins on a later day than that. Confirmed
    versions of a mandate share no day (`mandate_once` in migration 0006). The end of a confirmed version may come
    earlier, with a reason. The web role writes proposals; everything else goes through `partners.services`.
    """

    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, related_name="versions", verbose_name=_("machtiging")
    )
    status = models.CharField(
        _("toestand"),
        max_length=12,
        choices=VersionStatus,
        default=VersionStatus.PROPOSED,
        editable=False,
    )
    legal_reference = models.CharField(
        _("referentie"), max_length=80, help_text=_("bv. Beraadslaging nr. 12/2015")
    )
    legal_title = models.CharField(_("rechtsgrond"), max_length=250)
    legal_url = models.CharField(
        _("vindplaats"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    blocks = ArrayField(models.CharField(max_length=48), verbose_name=_("dossieronderdelen"), default=list)
    escape_blocks = ArrayField(
        models.CharField(max_length=48),
        verbose_name=_("onderdelen bij een noodinzage"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_(
            "Wat een medewerker zonder inschrijving enkele uren ziet, met een reden die de privacyverantwoordelijke"
            " nakijkt. Niets aangevinkt: geen noodinzage."
        ),
    )
    max_months = models.PositiveSmallIntegerField(
        _("langste inschrijving (maanden)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text=_("Een inschrijving duurt ten hoogste zo lang. Ten hoogste 120 maanden."),
    )
    may_register = models.CharField(
        _("wie schrijft in"), max_length=20, choices=Registrar, default=Registrar.CASE_WORKERS
    )
    valid_from = models.DateField(_("van"))
    valid_until = models.DateField(_("tot en met"), null=True, blank=True)
    is_example = models.BooleanField(
        _("voorbeeld"),
        default=False,
        help_text=_("De echte beraadslagingen zijn niet openbaar; een voorbeeld is zo gemerkt."),
    )
    proposed_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("voorgesteld door"),
        editable=False,
    )
    proposed_at = models.DateTimeField(_("voorgesteld op"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("bevestigd door"),
        editable=False,
    )
    confirmed_at = models.DateTimeField(_("bevestigd op"), null=True, editable=False)
    end_reason = models.CharField(_("reden van het einde"), max_length=250, blank=True, editable=False)

    objects = MandateVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("versie van een machtiging")
        verbose_name_plural = _("versies van machtigingen")
        ordering = ["mandate", "-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="mandateversion_period_in_order",
                violation_error_message=REVERSED,
            ),
            models.CheckConstraint(
                condition=Q(max_months__gte=1, max_months__lte=LONGEST_MONTHS),
                name="mandateversion_max_months_bounded",
            ),
            models.CheckConstraint(
                condition=Q(escape_blocks__contained_by=models.F("blocks")),
                name="mandateversion_escape_within_blocks",
                violation_error_message=ESCAPE_BLOCKS,
            ),
            models.CheckConstraint(
                condition=Q(status__in=VersionStatus.values), name="mandateversion_status_known"
            ),
            models.CheckConstraint(
                condition=Q(may_register__in=Registrar.values), name="mandateversion_registrar_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=VersionStatus.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="mandateversion_confirmed_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["mandate"],
                condition=Q(status=VersionStatus.PROPOSED),
                name="mandateversion_one_proposal",
                violation_error_message=ONE_PROPOSAL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate} · {self.legal_reference}"

    def clean(self) -> None:
        """Raise ValidationError, at the end, for a period that ends before it begins."""
        check_order(self)

    @property
    def legal_basis(self) -> str:
        """The legal ground as the log stores it: reference and title."""
        return f"{self.legal_reference}: {self.legal_title}"

    def get_may_register_display(self) -> str:  # type: ignore[no-redef]
        """Return who registers, in the words of the institutions that the mandate is for."""
        mandate = self.mandate
        kind = mandate.institution.kind if mandate.institution else mandate.institution_kind
        return registrar_word(self.may_register, kind)

    @property
    def block_labels(self) -> list[str]:
        """The names of the blocks on screen, in the order of the dossier."""
        return block_labels(self.blocks)

    @property
    def escape_labels(self) -> list[str]:
        """The names of the blocks that an escape shows, as `block_labels`; none where there is no escape."""
        return block_labels(self.escape_blocks)

    @property
    def period_text(self) -> str:
        """The days of the version, as pages show them."""
        first = date_format(self.valid_from, "SHORT_DATE_FORMAT")
        return f"{first} – {date_format(self.valid_until, 'SHORT_DATE_FORMAT') if self.valid_until else '…'}"

    @property
    def has_begun(self) -> bool:
        """True from the first day of the version on (Brussels)."""
        return self.valid_from <= today()

    def is_in_force(self, day: datetime.date) -> bool:
        """Return True if the version opens files on `day` (Brussels)."""
        return self.status == VersionStatus.CONFIRMED and Period(self.valid_from, self.valid_until).covers(
            day
        )

    def before(self) -> MandateVersion | None:
        """Return the confirmed version of the mandate that begins last before this one, or None."""
        earlier = MandateVersion.objects.confirmed().filter(
            mandate=self.mandate_id, valid_from__lt=self.valid_from
        )
        return earlier.order_by("-valid_from").first()

    def state(self, day: datetime.date | None = None) -> str:
        """Return the state in words on `day` (Brussels; default today): in force, to come, ended, proposed …"""
        day = day or today()
        if self.status != VersionStatus.CONFIRMED:
            return str(self.get_status_display())
        if self.valid_from > day:
            return str(_("komt nog"))
        return str(_("geldt nu") if self.is_in_force(day) else _("voorbij"))


class MandateEvent(models.Model):
    """One step in the life of a version: proposed, confirmed, ended earlier, followed up or withdrawn.

    The database writes it in the transaction of the step (`partners_record_version`), and no one can change it. The
    privacy officers of the institutions that the mandate is for read it, and so does the agency. `user_name` is the
    name at that time; it is empty for a step taken on the server.
    """

    version = models.ForeignKey(
        MandateVersion, on_delete=models.PROTECT, related_name="events", verbose_name=_("versie")
    )
    action = models.CharField(_("stap"), max_length=12, choices=VersionAction)
    at = models.DateTimeField(_("tijdstip"), default=timezone.now)
    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    user_name = models.CharField(_("door"), max_length=201, blank=True)
    valid_until = models.DateField(_("tot en met"), null=True)
    reason = models.CharField(_("reden"), max_length=250, blank=True)

    objects = MandateEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("stap in een machtiging")
        verbose_name_plural = _("stappen in machtigingen")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M}"
