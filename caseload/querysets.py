"""Query sets of uploaded client lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from persons.querysets import may_register
from persons.rules import RULES

from .enums import Verdict

if TYPE_CHECKING:
    from partners.models import Membership

# Outcomes of a row that was carried out.
DONE = ("registered", "brought_forward", "exists", "ended", "voided")
# The rows that may be ticked.
TICKABLE = (Verdict.NEW, Verdict.FORWARD, Verdict.MISSING)
# The mistakes and outcomes of rows that a rule above every mandate refused; also in caseload_uploadrow.sql.
RULED = frozenset(str(rule.code) for rule in RULES)
# The groups of rows that a page can show, beside all of them.
GROUPS: dict[str, Q] = {
    "new": Q(verdict=Verdict.NEW),
    "forward": Q(verdict=Verdict.FORWARD),
    "missing": Q(verdict=Verdict.MISSING),
    "exists": Q(verdict=Verdict.EXISTS),
    "wrong": Q(verdict__in=(Verdict.WRONG, Verdict.DOUBLE)),
    "refused": Q(chosen=True) & ~Q(outcome__in=("", *DONE)),
}


class UploadQuerySet(models.QuerySet):
    def visible_to(self, acting: Membership | None) -> UploadQuerySet:
        """The uploads of the institution of `acting`; none for a role that registers no clients."""
        if acting is None or not may_register(acting):
            return self.none()
        return self.filter(institution_id=acting.institution_id)


class UploadRowQuerySet(models.QuerySet):
    def in_group(self, name: str) -> UploadRowQuerySet:
        """The rows of a group; all of them for another name."""
        return self.filter(GROUPS[name]) if name in GROUPS else self

    def count_groups(self) -> dict[str, int]:
        """Return how many rows are in each group, in `all`, `judged`, and `ticked`.

        `ending`, `handled` and `done` are numbers of ticked rows.
        """
        return self.aggregate(
            all=Count("pk"),
            judged=Count("pk", filter=~Q(verdict="")),
            ticked=Count("pk", filter=Q(chosen=True)),
            ending=Count("pk", filter=Q(chosen=True, verdict=Verdict.MISSING)),
            handled=Count("pk", filter=Q(chosen=True) & ~Q(outcome="")),
            done=Count("pk", filter=Q(chosen=True, outcome__in=DONE)),
            **{name: Count("pk", filter=condition) for name, condition in GROUPS.items()},
        )
