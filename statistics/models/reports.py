"""What is kept as it was made: monthly reports, published months and answers to parliamentary questions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.fields import OneLineField
from partners.models import Institution

from ..enums import Calendar
from ..querysets import (
    CarefulReportQuerySet,
    PublishedMonthQuerySet,
)


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
