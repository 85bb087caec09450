"""Counts from the log, imported counts, closing days, expectations, reports and lead times. No table names a person.

The web role reads the roll-up only through the database functions in `sql/`. They add the rows of the log that are not
in the roll-up yet, and let an institution see its own counts only.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.fields import OneLineField
from partners.models import Institution
from partners.signals import TRIED

from .enums import AdoptionMailKind, Basis, Calendar, Measure, PortalWait
from .querysets import (
    CarefulReportQuerySet,
    ClosingDayQuerySet,
    ExpectationQuerySet,
    ImportedCountQuerySet,
    PublishedMonthQuerySet,
)


class Count(models.Model):
    """The number of log rows with the same institution, channel, kind and outcome in a period.

    There is no foreign key: the log outlives institutions, and rows without an institution count too. Only the database
    function `statistics_roll_up` writes these tables.
    """

    institution_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=8)
    kind = models.CharField(max_length=16)
    outcome = models.CharField(max_length=8)
    number = models.PositiveIntegerField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.outcome}: {self.number}"


class DailyCount(Count):
    """The roll-up by Brussels day, for the last day on which an institution opened a file."""

    day = models.DateField()

    class Meta(Count.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "day", "channel", "kind", "outcome"],
                nulls_distinct=False,
                name="daily_count_once",
            )
        ]
        indexes = [models.Index(fields=["day"], name="daily_count_day")]


class MonthlyCount(Count):
    """The roll-up by Brussels month: the cost of reading a year does not depend on the length of the log.

    Its verbose name is the title of the admin page that shows it.
    """

    month = models.DateField(help_text=_("Eerste dag van de maand."))

    class Meta(Count.Meta):
        verbose_name = _("maandelijkse raadplegingen")
        verbose_name_plural = _("maandelijkse raadplegingen per instelling")
        permissions = [
            ("view_monthly", "Can see the monthly figures of every institution"),
            ("view_home", "Can see the figures on the home page of the admin"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "month", "channel", "kind", "outcome"],
                nulls_distinct=False,
                name="monthly_count_once",
            )
        ]
        indexes = [
            # Covers reading a year of one figure.
            models.Index(
                fields=["kind", "outcome", "channel", "month"],
                include=["institution_id", "number"],
                name="monthly_count_figure",
            )
        ]


class StoredFile(models.Model):
    """A file that an administrator uploaded: checked first, and then imported.

    Only a file without mistakes is stored, and it stays as evidence of what came from it.
    """

    name = OneLineField(_("bestand"), max_length=120)
    source = OneLineField(_("bron"), max_length=500)
    content = models.BinaryField()
    added_at = models.DateTimeField(_("opgeladen op"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opgeladen door")
    )
    imported_at = models.DateTimeField(_("ingevoerd op"), null=True, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("ingevoerd door"),
    )

    class Meta:
        abstract = True
        ordering = ["-added_at", "-pk"]
        default_permissions = ("view", "add", "delete")

    def __str__(self) -> str:
        return self.name


IMPORTED_BY_SOMEONE = Q(imported_at=None, imported_by=None) | Q(
    imported_at__isnull=False, imported_by__isnull=False
)


class CountFile(StoredFile):
    """A file with counts of another source."""

    class Meta(StoredFile.Meta):
        verbose_name = _("bestand met aantallen")
        verbose_name_plural = _("bestanden met aantallen")
        constraints = [
            models.CheckConstraint(condition=IMPORTED_BY_SOMEONE, name="count_file_imported_by_someone")
        ]


class ImportedCount(models.Model):
    """A number for an institution and a month from another source, stored as stated, with that source.

    A month without a row has no data; a row with 0 means zero. `file` is empty for a count that a command imported.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="imported_counts", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    measure = models.CharField(_("wat"), max_length=16, choices=Measure)
    number = models.PositiveBigIntegerField(_("aantal"))
    source = models.CharField(_("bron"), max_length=500)
    imported_at = models.DateTimeField(_("ingevoerd op"), default=timezone.now, editable=False)
    file = models.ForeignKey(
        CountFile,
        on_delete=models.PROTECT,
        related_name="counts",
        null=True,
        editable=False,
        verbose_name=_("bestand"),
    )

    objects = ImportedCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("ingevoerd aantal")
        verbose_name_plural = _("ingevoerde aantallen")
        ordering = ["month", "institution__name", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "measure"], name="imported_count_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="imported_count_month_starts_on_first"),
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values), name="imported_count_measure_known"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="imported_count_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}: {self.number}"


class EarlierCount(models.Model):
    """The number that an imported count had before it was corrected. Only a trigger writes it."""

    count = models.ForeignKey(ImportedCount, on_delete=models.CASCADE, related_name="earlier")
    number = models.PositiveBigIntegerField(_("aantal"))
    source = models.CharField(_("bron"), max_length=500)
    imported_at = models.DateTimeField(_("ingevoerd op"))
    replaced_at = models.DateTimeField(_("vervangen op"))

    class Meta:
        verbose_name = _("eerder aantal")
        verbose_name_plural = _("eerdere aantallen")
        ordering = ["-replaced_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


class ClosingDay(models.Model):
    """A day on which the offices of a calendar are closed. Saturdays and Sundays need no row.

    Each year has its own rows, so adding or removing a day does not change other years.
    """

    calendar = models.CharField(
        _("kalender"), max_length=20, choices=Calendar, default=Calendar.FLEMISH_GOVERNMENT
    )
    day = models.DateField(_("dag"))
    name = models.CharField(_("naam"), max_length=80)

    objects = ClosingDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("sluitingsdag")
        verbose_name_plural = _("sluitingsdagen")
        ordering = ["-day", "calendar", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="closing_day_once",
                violation_error_message=_("Deze dag staat al in deze kalender."),
            ),
            models.CheckConstraint(
                condition=Q(calendar__in=Calendar.values), name="closing_day_calendar_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"

    def clean(self) -> None:
        """Raise ValidationError at the day if the calendar has it already."""
        if ClosingDay.objects.filter(calendar=self.calendar, day=self.day).exclude(pk=self.pk).exists():
            raise ValidationError({"day": _("Deze dag staat al in deze kalender.")})


class ClientCount(models.Model):
    """How many clients an institution had in a Brussels month: numbers with an inscription that counted on a day of it.

    Each number counts once, also when the KBI has no dossier of it yet. A month without a row has no data; a row with 0
    means that no client was inscribed. Only the database function `statistics_count_clients` writes this table: it
    counts the running month until today, and once more when the month is over (`is_final`); then the row stays.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="client_counts", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    number = models.PositiveIntegerField(_("aantal"))
    counted_at = models.DateTimeField(_("geteld op"))
    is_final = models.BooleanField(_("definitief"))

    class Meta:
        verbose_name = _("aantal cliënten")
        verbose_name_plural = _("aantallen cliënten")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["institution", "month"], name="client_count_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="client_count_month_starts_on_first"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month:%Y-%m}: {self.number}"


class ExpectationFile(StoredFile):
    """A file with expectations."""

    class Meta(StoredFile.Meta):
        verbose_name = _("bestand met verwachtingen")
        verbose_name_plural = _("bestanden met verwachtingen")
        constraints = [
            models.CheckConstraint(condition=IMPORTED_BY_SOMEONE, name="expectation_file_imported_by_someone")
        ]


class Expectation(models.Model):
    """How many consultations the agency expects of an institution, or of each institution of a kind, in a month.

    It counts from `first_month` to `last_month`, both included; without a last month until another one replaces it. Of
    two for the same institution or kind the one that was added last counts. One of the institution itself goes before
    one of its kind (`services.targets` in `expected`). Rows are only added: what was expected before stays on record
    with its author and date.

    Below `bottleneck_share` per cent of it, the use is a bottleneck.
    """

    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expectations",
        verbose_name=_("instelling"),
    )
    kind = models.CharField(
        _("soort instelling"),
        max_length=16,
        blank=True,
        choices=InstitutionKind,
        help_text=_("Geldt voor elke instelling van deze soort die geen eigen verwachting heeft."),
    )
    first_month = models.DateField(_("van maand"))
    last_month = models.DateField(_("tot en met maand"), null=True, blank=True)
    basis = models.CharField(_("grondslag"), max_length=12, choices=Basis, default=Basis.MONTHLY)
    number = models.DecimalField(_("aantal"), max_digits=9, decimal_places=2, null=True, blank=True)
    bottleneck_share = models.PositiveSmallIntegerField(
        _("knelpunt onder (%)"),
        default=50,
        help_text=_("Onder dit deel van de verwachting is het gebruik een knelpunt."),
    )
    source = OneLineField(
        _("bron"), max_length=500, help_text=_("Bijvoorbeeld “Plan 2026 van het agentschap”.")
    )
    added_at = models.DateTimeField(_("ingevoerd op"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("ingevoerd door"),
    )
    file = models.ForeignKey(
        ExpectationFile,
        on_delete=models.PROTECT,
        related_name="expectations",
        null=True,
        editable=False,
        verbose_name=_("bestand"),
    )

    objects = ExpectationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verwachting")
        verbose_name_plural = _("verwachtingen")
        ordering = ["-added_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False, kind="")
                | Q(institution__isnull=True, kind__in=InstitutionKind.values),
                name="expectation_of_institution_or_kind",
                violation_error_message=_("Kies een instelling of een soort, niet allebei."),
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1) & (Q(last_month=None) | Q(last_month__day=1)),
                name="expectation_months_start_on_first",
            ),
            models.CheckConstraint(
                condition=Q(last_month=None) | Q(last_month__gte=F("first_month")),
                name="expectation_period_in_order",
                violation_error_message=_("De periode eindigt voor ze begint."),
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.NONE, number=None)
                | Q(basis__in=[Basis.MONTHLY, Basis.PER_CLIENT], number__gte=0),
                name="expectation_number_fits_basis",
                violation_error_message=_("Deze grondslag vraagt een aantal, “geen verwachting” geen."),
            ),
            models.CheckConstraint(
                condition=Q(bottleneck_share__range=(1, 100)),
                name="expectation_share_is_percentage",
                violation_error_message=_("Een percentage van 1 tot en met 100."),
            ),
            models.CheckConstraint(condition=~Q(source=""), name="expectation_has_source"),
        ]

    def __str__(self) -> str:
        scope = self.institution.name if self.institution else self.get_kind_display()
        return f"{scope} {self.first_month:%Y-%m}: {self.get_basis_display()}"


class DeviationNote(models.Model):
    """What the agency notes about the use of an institution in a month, beside its expectation. Rows are only added.

    The institution reads it too.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="deviation_notes", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    text = OneLineField(
        _("nota"),
        max_length=500,
        help_text=_("Waarom het gebruik afwijkt. De instelling leest dit ook; noem geen personen."),
    )
    added_at = models.DateTimeField(_("geschreven op"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("geschreven door"),
    )

    class Meta:
        verbose_name = _("nota bij een afwijking")
        verbose_name_plural = _("nota's bij afwijkingen")
        ordering = ["-month", "-added_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="deviation_note_month_starts_on_first"),
            models.CheckConstraint(condition=~Q(text=""), name="deviation_note_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}"


class AdoptionMail(models.Model):
    """A mail of the agency to the local administrators of an institution, about its use: one per Brussels month.

    It names no one. `sent_at` is when the mail server took it, None before that. One that did not leave within `TRIED`
    is given up, and can be asked for again. The verbose name is the title of the page about who does not use it.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="adoption_mails", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    kind = models.CharField(_("soort"), max_length=8, choices=AdoptionMailKind)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("gevraagd door")
    )
    sent_at = models.DateTimeField(_("verstuurd op"), null=True, editable=False)

    class Meta:
        verbose_name = _("mail over het gebruik")
        verbose_name_plural = _("wie gebruikt het niet?")
        default_permissions = ("add",)
        permissions = [("view_adoption", "Can see which institutions do not use the portal")]
        constraints = [
            models.UniqueConstraint(fields=["institution", "month"], name="adoption_mail_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="adoption_mail_month_starts_on_first"),
            models.CheckConstraint(
                condition=Q(kind__in=AdoptionMailKind.values), name="adoption_mail_kind_known"
            ),
        ]

    @property
    def is_given_up(self) -> bool:
        """True if it did not leave, and is not tried again."""
        return self.sent_at is None and self.asked_at < timezone.now() - TRIED

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}"


class CarefulReport(models.Model):
    """The report of a month about the use at an institution, as it was made. The clock makes it; it never changes.

    Made again, a month has a next `version` for every institution. `announced_at`, when the mail about a report left,
    is all that is noted later. `figures` has a number for each code of `careful.figures`; without one where it is of
    fewer users than may be shown. `comparison` has those of the other institutions of the kind together
    (`careful.services.Comparison`), and is empty where these are too few.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"))
    version = models.PositiveSmallIntegerField(_("versie"), default=1)
    made_at = models.DateTimeField(_("gemaakt op"), default=timezone.now, editable=False)
    opens_at = models.TimeField(_("kantooruren van"))
    closes_at = models.TimeField(_("kantooruren tot"))
    figures = models.JSONField(_("cijfers"))
    comparison = models.JSONField(_("vergelijking"), default=dict)
    announced_at = models.DateTimeField(_("verstuurd op"), null=True, editable=False)

    objects = CarefulReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("maandverslag over zorgvuldig gebruik")
        verbose_name_plural = _("maandverslagen over zorgvuldig gebruik")
        ordering = ["-month", "institution__name", "-version"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["month", "institution", "version"], name="careful_report_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="careful_report_month_starts_on_first"),
            models.CheckConstraint(condition=Q(version__gte=1), name="careful_report_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}, {self.version}"


class Wait(models.Model):
    """A wait of the portal that ended: from registration to the first look or dossier, or an answered question.

    `subject_id` is the inscription or the question, so that each counts once; there is no foreign key, because a
    question goes with its dossier and its wait stays. The roll-up adds first looks, triggers add the others. The web
    role reads none of them: `statistics_lead_times` returns numbers.
    """

    way = models.CharField(max_length=20, choices=PortalWait)
    subject_id = models.BigIntegerField()
    institution_id = models.BigIntegerField()
    began_on = models.DateField()
    ended_on = models.DateField()

    class Meta:
        verbose_name = _("doorlooptijd")
        verbose_name_plural = _("doorlooptijden van omwegen")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["way", "subject_id"], name="wait_once"),
            models.CheckConstraint(condition=Q(way__in=PortalWait.values), name="wait_way_known"),
            models.CheckConstraint(condition=Q(ended_on__gte=models.F("began_on")), name="wait_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["ended_on"], include=["way", "institution_id", "began_on"], name="wait_ended"
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.began_on} – {self.ended_on}"


class PublishingSwitch(models.Model):
    """That the agency published the monthly figures (`is_on`), or no longer does. Rows are only added.

    The newest counts; without one nothing is published. The database function `statistics_is_published` reads it.
    """

    is_on = models.BooleanField(
        _("openbaar"),
        default=False,
        help_text=_(
            "Iedereen leest de cijfers per instelling van de voorbije maanden, zonder zich aan te melden. De bladzijde"
            " is er binnen het uur."
        ),
    )
    at = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("gezet door"),
    )

    class Meta:
        verbose_name = _("schakelaar van de openbare cijfers")
        verbose_name_plural = _("openbare cijfers: aan of uit")
        ordering = ["-pk"]
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return str(_("openbaar") if self.is_on else _("niet openbaar"))


class PublishedMonth(models.Model):
    """What was published of a month. Public pages and files read this table only; it never changes.

    Published again, a month has a next `version`. `rows` has the public numbers of each institution, by the keys of
    `published.rows`: a small number was left out before it was stored. `is_whole` is False for a month that the log
    has not every day of.
    """

    month = models.DateField(_("maand"))
    version = models.PositiveSmallIntegerField(_("versie"), default=1)
    published_at = models.DateTimeField(_("gepubliceerd op"), default=timezone.now, editable=False)
    is_whole = models.BooleanField(_("volledig"))
    calendar = models.CharField(_("kalender"), max_length=20, choices=Calendar)
    working_days = models.PositiveSmallIntegerField(_("werkdagen"))
    sources = models.JSONField(_("bronnen"))
    rows = models.JSONField(_("rijen"))

    objects = PublishedMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("gepubliceerde maand")
        verbose_name_plural = _("gepubliceerde maanden")
        ordering = ["-month", "-version"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="published_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="published_month_starts_on_first"),
            models.CheckConstraint(condition=Q(version__gte=1), name="published_month_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}, {self.version}"


class Answer(models.Model):
    """An answer to a parliamentary question, as it was given. Rows are only added.

    `content` has the sections that `answers.content.as_json` wrote, in Dutch. What was corrected since does not change
    it: its page shows what would be different now.
    """

    title = OneLineField(
        _("titel"),
        max_length=200,
        help_text=_(
            "Waarop dit een antwoord is, bijvoorbeeld “Schriftelijke vraag nr. 191”. Noem geen personen."
        ),
    )
    first_month = models.DateField(_("van maand"))
    last_month = models.DateField(_("tot en met maand"))
    calendar = models.CharField(
        _("kalender"), max_length=20, choices=Calendar, default=Calendar.FLEMISH_GOVERNMENT
    )
    content = models.JSONField(_("inhoud"), editable=False)
    given_at = models.DateTimeField(_("gegeven op"), default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("gegeven door"),
    )

    class Meta:
        verbose_name = _("antwoord op een parlementaire vraag")
        verbose_name_plural = _("antwoorden op parlementaire vragen")
        ordering = ["-given_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1), name="answer_months_start_on_first"
            ),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="answer_period_in_order",
                violation_error_message=_("De periode eindigt voor ze begint."),
            ),
            models.CheckConstraint(condition=Q(calendar__in=Calendar.values), name="answer_calendar_known"),
            models.CheckConstraint(condition=~Q(title=""), name="answer_has_title"),
        ]

    def __str__(self) -> str:
        return self.title
