"""What an expectation must be, the same for a form and for a line of a file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from partners.models import Institution

from ...enums import Basis
from ...models import Expectation

# The fields that a mistake can be about; the names of the fields of `Expectation`.
INSTITUTION, KIND, FIRST, LAST, NUMBER, SHARE = (
    *("institution", "kind", "first_month", "last_month"),
    *("number", "bottleneck_share"),
)
LARGEST_NUMBER = Decimal("9999999.99")
Scope = tuple[int | None, str]


@dataclass(frozen=True)
class Draft:
    """An expectation that is not stored yet: of an institution or of a kind, from its first to its last month."""

    institution: Institution | None
    kind: str
    first_month: datetime.date
    last_month: datetime.date | None
    basis: Basis
    number: Decimal | None
    bottleneck_share: int

    @property
    def scope(self) -> Scope:
        """What it is about: the key of an institution, or a kind."""
        return (self.institution.pk if self.institution else None, self.kind)

    @property
    def name(self) -> str:
        """The institution or the kind, in words."""
        return (
            self.institution.name if self.institution else str(Expectation(kind=self.kind).get_kind_display())
        )

    def meets(self, other: Draft | Expectation) -> bool:
        """Return True if the two have a month in common."""
        return (other.last_month is None or self.first_month <= other.last_month) and (
            self.last_month is None or other.first_month <= self.last_month
        )


def mistakes_in(draft: Draft) -> Iterator[tuple[str, str]]:
    """Return field and explanation of each mistake."""
    if (draft.institution is None) == (not draft.kind):
        yield (KIND, _("kies een instelling of een soort, niet allebei"))
    if draft.last_month is not None and draft.last_month < draft.first_month:
        yield (LAST, _("de periode eindigt voor ze begint"))
    elif draft.institution is not None:
        yield from _mistakes_of_ended(draft, draft.institution)
    if draft.basis == Basis.NONE:
        if draft.number is not None:
            yield (NUMBER, _("zonder verwachting is er geen aantal"))
    elif draft.number is None:
        yield (NUMBER, _("het aantal ontbreekt; nul schrijft u als 0"))
    elif not 0 <= draft.number <= LARGEST_NUMBER or draft.number != round(draft.number, 2):
        yield (NUMBER, _("verwacht: een getal vanaf 0, met hoogstens twee decimalen"))
    if not 1 <= draft.bottleneck_share <= 100:
        yield (SHARE, _("verwacht: een percentage van 1 tot en met 100"))


def _mistakes_of_ended(draft: Draft, institution: Institution) -> Iterator[tuple[str, str]]:
    ended_on = institution.ended_on
    if ended_on is None:
        if not institution.active:
            yield (INSTITUTION, _("%(name)s is niet meer actief") % {"name": institution.name})
    elif draft.first_month > ended_on:
        words = _("%(name)s eindigde op %(day)s")
        yield (INSTITUTION, words % {"name": institution.name, "day": f"{ended_on:%d/%m/%Y}"})
    elif draft.last_month is None or draft.last_month > ended_on:
        words = _("%(name)s eindigt op %(day)s: de laatste maand is ten laatste %(month)s")
        yield (
            LAST,
            words % {"name": institution.name, "day": f"{ended_on:%d/%m/%Y}", "month": f"{ended_on:%Y-%m}"},
        )


def by_scope(stored: Iterable[Expectation]) -> dict[Scope, list[Expectation]]:
    """Return the expectations of each institution and kind, in the order of `stored`."""
    grouped: dict[Scope, list[Expectation]] = {}
    for each in stored:
        grouped.setdefault((each.institution_id, each.kind), []).append(each)
    return grouped


def replaced_by(draft: Draft, stored: Mapping[Scope, Sequence[Expectation]]) -> Expectation | None:
    """Return the expectation of the same institution or kind that `draft` would replace in some month, the newest.

    `stored` are `by_scope`, each list with the newest first.
    """
    return next((each for each in stored.get(draft.scope, ()) if draft.meets(each)), None)
