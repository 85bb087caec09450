"""The table of the last thirteen months, on the first page of the admin."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .figures import CONSULTATION
from .services.home import RecentMonths
from .tables import FigureTable, HeadingColumn, NumberColumn


class RecentTable(FigureTable):
    """A row for each month, the oldest first."""

    name = HeadingColumn(gettext_lazy("Maand"))
    number = NumberColumn(gettext_lazy("aantal"))

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""


def recent_table(recent: RecentMonths) -> RecentTable:
    """Return the months of `recent` as a table. The running month is marked in its heading."""
    running = len(recent.months) - 1
    notes = [
        _("Geteld in het logboek op {moment}. Dagen en maanden volgen de tijd in Brussel.").format(
            moment=date_format(timezone.localtime(), "DATETIME_FORMAT")
        ),
        _("{month} loopt nog: dat aantal is niet volledig.").format(
            month=capfirst(date_format(recent.months[running], "F"))
        ),
    ]
    if None in recent.counts:
        notes.append(_("“–” is geen gegevens, 0 is nul."))
    records = [
        {
            "name": _("{month} (lopend)").format(month=date_format(month, "F Y"))
            if index == running
            else date_format(month, "F Y"),
            "number": count,
        }
        for index, (month, count) in enumerate(zip(recent.months, recent.counts, strict=True))
    ]
    return RecentTable(
        records,
        title=_("{figure} door mensen per maand, alle instellingen").format(
            figure=capfirst(str(CONSULTATION.name))
        ),
        definition=str(CONSULTATION.definition),
        notes=notes,
        file_name="raadplegingen-laatste-maanden",
    )
