"""The table of what a file with counts would change."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .services.importing import PlannedCount
from .tables import number


class PlanTable(tables.Table):
    """The counts of a file beside those that are stored."""

    line = tables.Column(verbose_name=gettext_lazy("Regel"))
    month = tables.DateColumn(verbose_name=gettext_lazy("Maand"), format="Y-m")
    institution = tables.Column(verbose_name=gettext_lazy("Instelling"), accessor="institution__name")
    stored = tables.Column(verbose_name=gettext_lazy("Nu"), attrs={"td": {"class": "num"}})
    number = tables.Column(verbose_name=gettext_lazy("Bestand"), attrs={"td": {"class": "num"}})
    change = tables.Column(verbose_name=gettext_lazy("Wat er gebeurt"), empty_values=(), order_by="line")

    class Meta:
        orderable = False
        attrs = {"class": "counts"}

    def render_stored(self, record: PlannedCount) -> str:
        """Return the stored number, and its source where the file names another one."""
        assert record.stored is not None
        stored = number(record.stored.number)
        return f"{stored} ({record.stored.source})" if record.is_correction else stored

    def render_number(self, value: int) -> str:
        return number(value)

    def render_change(self, record: PlannedCount) -> str:
        if record.stored is None:
            return _("nieuw")
        return _("wordt vervangen") if record.is_correction else _("staat er al")
