"""Reminders as a table."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from partners.models import Membership
from partners.periods import today
from partners.rowtables import RowTable, column
from persons.formats import short_day
from persons.insz import format_insz
from persons.models import ClientListEntry, Reminder


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """The values of one reminder. `client` is the public id of the file, None without a dossier; `late` are days."""

    public_id: uuid.UUID
    client: uuid.UUID | None
    name: str
    number: str
    subject: str
    day: str
    late: int
    set_by: str
    earliest: datetime.date

    @property
    def who(self) -> str:
        """The name, or the number without one."""
        return self.name or self.number


class ReminderTable(RowTable):
    """Reminders, in the order of the queryset. Set `lines` (by INSZ) before it is drawn."""

    client = column(_("Cliënt"), "r-client")
    subject = column(_("Onderwerp"), "r-subject")
    day = column(_("Dag"), "r-day")
    steps = column(_("Wat u kunt doen"), "r-steps")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients reminders"}

    row_template = "caseload/reminders/row.html"
    caption = _("Herinneringen over cliënten in uw caseload. Collega’s met dezelfde cliënt zien ze ook.")
    lines: Mapping[str, ClientListEntry]

    def __init__(self, reminders, *, acting: Membership) -> None:
        """`acting` is the membership of the reader: who set a reminder is shown for others only."""
        super().__init__(reminders)
        self.reader = acting.user_id

    @cached_property
    def page_rows(self) -> list[ReminderRow]:
        """The rows of the page; all of them when the table is not paged."""
        reminders: Sequence[Reminder] = self.page.rows if hasattr(self, "page") else self.data.data
        return [self._row(reminder) for reminder in reminders]

    def _row(self, reminder: Reminder) -> ReminderRow:
        line = self.lines.get(reminder.insz)
        return ReminderRow(
            public_id=reminder.public_id,
            client=line.public_id if line else None,
            name=str(line or ""),
            number=format_insz(reminder.insz),
            subject=reminder.get_subject_display(),
            day=short_day(reminder.day),
            late=max((today() - reminder.day).days, 0),
            set_by="" if reminder.set_by_id == self.reader else str(reminder.set_by),
            earliest=today(),
        )
