"""Import counts of another source in the admin: upload a file, see what it would change, and import it."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.models import User

from .counttables import PlanTable
from .fileadmin import FileRowsAdmin, FileWords, StoredFileAdmin, StoredFileForm
from .fileadmin import Plan as FilePlan
from .models import CountFile, EarlierCount, ImportedCount
from .services.importing import Plan, import_stored, plan_of


class CountFileForm(StoredFileForm):
    """A file with counts, and where they come from."""

    help_of_file = _(
        "De eerste regel noemt de kolommen: maand, instelling, uitwisselingen. Een maand als JJJJ-MM, een"
        " instelling met haar naam of KBO-nummer. Nul is een aantal; een maand zonder gegevens heeft geen regel."
    )
    help_of_source = _(
        "Staat op elke bladzijde bij de aantallen, bijvoorbeeld “Schriftelijke vraag nr. 191”."
    )


@admin.register(CountFile)
class CountFileAdmin(StoredFileAdmin):
    """Files with counts: what they would change, and what they changed."""

    form_class = CountFileForm
    rows = "importedcount"
    words = FileWords(
        add=_("Aantallen invoeren uit een bestand"),
        show_rows=_("Toon de aantallen"),
        replaced=_("Wat vervangen wordt, blijft bij het aantal te lezen."),
        out_of_date=_(
            "Er is niets ingevoerd: er werden intussen andere aantallen ingevoerd. Kijk opnieuw na."
        ),
    )

    def plan_of(self, content: bytes, source: str) -> Plan:
        return plan_of(content, source=source)

    def import_stored(self, file: CountFile, user: User, digest: str) -> Plan:
        return import_stored(file, user=user, digest=digest)

    def plan_table(self, plan: Plan) -> PlanTable:
        return PlanTable(plan.counts)

    def imported_words(self, plan: FilePlan) -> str:
        words = ngettext("%(number)s aantal ingevoerd", "%(number)s aantallen ingevoerd", plan.added)
        return gettext("%(added)s, %(replaced)s vervangen, %(unchanged)s stonden er al.") % {
            "added": words % {"number": plan.added},
            "replaced": plan.replaced,
            "unchanged": plan.unchanged,
        }


class EarlierCountLines(admin.TabularInline):
    """The numbers that a count had before."""

    model = EarlierCount
    fields = ("number", "source", "imported_at", "replaced_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: ImportedCount | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: EarlierCount | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: EarlierCount | None = None) -> bool:
        return request.user.has_perm("statistics.view_importedcount")


@admin.register(ImportedCount)
class ImportedCountAdmin(FileRowsAdmin):
    """Counts of another source, with the numbers they had before a correction."""

    list_display = ["month", "institution", "measure", "number", "source", "imported_at"]
    list_filter = ["measure", "source"]
    list_select_related = ["institution"]
    search_fields = ["institution__name", "source"]
    date_hierarchy = "month"
    inlines = [EarlierCountLines]
    fields = ("month", "institution", "measure", "number", "source", "imported_at", "file")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
