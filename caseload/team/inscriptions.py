"""The institution's inscriptions as a local administrator sees them: no status and nothing of a dossier.

Each page that is shown is a row of the log with the persons on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import django_filters
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Registrar, Role
from partners.http import PortalRequest
from partners.models import Institution, MandateVersion
from partners.periods import today
from partners.rowtables import RowTable, column
from persons.formats import short_day
from persons.insz import format_insz
from persons.models import Inscription
from persons.querysets import InscriptionQuerySet, may_register

from ..services.changes import ruling_version
from ..services.pages import show_rows
from .services import ENDING_SOON

ENDING, WAITING, ENDED = "ending", "waiting", "ended"


@dataclass(frozen=True, slots=True)
class InscriptionRow:
    """The values of one inscription. `name` is empty without a dossier, and when the inscription is not in force.

    `may_change`: it runs, and its mandate lets local administrators extend and end it.
    """

    public_id: uuid.UUID
    name: str
    number: str
    capacity: str
    valid_from: str
    valid_until: str
    registered_by: str
    may_change: bool


def own_inscriptions(institution: Institution) -> InscriptionQuerySet:
    """Return the inscriptions of an institution that were not voided, the ones that end first first."""
    return (
        Inscription.objects.filter(institution=institution, voided_at__isnull=True)
        .select_related("person", "mandate", "registered_by")
        .annotate(ruling=ruling_version())
        .order_by("valid_until", "pk")
    )


class InscriptionFilterSet(django_filters.FilterSet):
    """Inscriptions that are not over, unless asked otherwise. An unknown value is no filter."""

    show = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[
            (ENDING, _("loopt af binnen 30 dagen")),
            (WAITING, _("wacht op de KBI")),
            (ENDED, _("afgelopen")),
        ],
        empty_label=_("lopende inschrijvingen"),
        method="filter_show",
    )

    class Meta:
        model = Inscription
        fields: list[str] = []

    @property
    def qs(self) -> InscriptionQuerySet:
        rows: InscriptionQuerySet = super().qs
        if self.form.cleaned_data.get("show") == ENDED:
            return rows.filter(valid_until__lt=today()).order_by("-valid_until", "-pk")
        return rows.filter(valid_until__gte=today())

    def filter_show(self, rows: InscriptionQuerySet, name: str, value: str) -> InscriptionQuerySet:
        if value == ENDING:
            return rows.filter(valid_until__lte=today() + ENDING_SOON)
        if value == WAITING:
            # Of an inscription that opens nothing today, no one learns whether the KBI has a dossier.
            counting = Inscription.objects.counting().filter(pk=OuterRef("pk"), person__isnull=True)
            return rows.filter(Exists(counting))
        return rows


class InscriptionTable(RowTable):
    """Inscriptions of an institution, in the order of the queryset."""

    client = column(_("Cliënt"), "t-name")
    capacity = column(_("Hoedanigheid"), "t-who")
    since = column(_("Van"), "t-day")
    until = column(_("Tot en met"), "t-day")
    registered_by = column(_("Ingeschreven door"), "t-who")
    deeds = column(_("Wat u kunt doen"), "t-deeds")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients team"}

    row_template = "caseload/team/inscription_row.html"
    caption = _("Wie uw instelling inschreef. Als lokale beheerder ziet u geen status en geen dossier.")

    @cached_property
    def page_rows(self) -> list[InscriptionRow]:
        """The rows of the page."""
        rows: Sequence[Inscription] = self.page.rows
        versions = MandateVersion.objects.in_bulk({row.ruling for row in rows} - {None})  # type: ignore[attr-defined]
        return [
            InscriptionRow(
                public_id=row.public_id,
                name=str(row.person) if row.person else "",
                number=format_insz(row.insz),
                capacity=capfirst(row.mandate.get_capacity_display()),
                valid_from=short_day(row.valid_from),
                valid_until=short_day(row.valid_until),
                registered_by=str(row.registered_by or ""),
                may_change=row.valid_until >= today() and _may_change(versions.get(row.ruling)),  # type: ignore[attr-defined]
            )
            for row in rows
        ]


def _may_change(version: MandateVersion | None) -> bool:
    return version is not None and version.may_register == Registrar.LOCAL_ADMINISTRATORS


@requires(Role.LOCAL_ADMINISTRATOR, kind=Kind.INSCRIPTION)
@require_safe
def team_inscriptions(request: PortalRequest) -> HttpResponse:
    """The inscriptions of the institution: number, name, capacity, days and who registered. Not for staff."""
    if not may_register(request.acting):
        refuse(request, target=request.acting.institution.slug)
    filterset = InscriptionFilterSet(request.GET, queryset=own_inscriptions(request.acting.institution))
    table = InscriptionTable(filterset.qs)
    after = request.GET.get("after", "")
    page = show_rows(table, acting=request.acting, kind=Kind.INSCRIPTION, place="team", after=after)
    context = {"filterset": filterset, "table": table, "page": page}
    return render(request, "caseload/team/inscriptions.html", context)
