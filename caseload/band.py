"""The band above the client list: what is new since the last visit, and what needs attention this week."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from .enums import Attention
from .filters import ClientFilterSet, ListFilters, address
from .services.attention import CappedCount, count_attention


@dataclass(frozen=True)
class Fact:
    """One fact of the band: what it counts, how many, and the list of them."""

    attention: Attention
    count: CappedCount
    href: str
    current: bool


@dataclass(frozen=True)
class Band:
    """The facts that are not zero. `visit` is the last visit before today, None for a first one.

    `since` is the moment from which a fall is new. `has_changes`: something changed since then. `shows`: there is
    something to say.
    """

    visit: datetime.datetime | None
    since: datetime.datetime | None
    has_changes: bool
    facts: Sequence[Fact]

    @property
    def shows(self) -> bool:
        return bool(self.facts or self.visit)


def band(filterset: ClientFilterSet) -> Band:
    """Return the band of the list: of the caseload that it shows, whatever the other filters. One statement."""
    filters = filterset.values
    counts = count_attention(filterset.filter_caseload(filterset.queryset, "show", filters.show))
    facts = [
        Fact(
            attention,
            count,
            address(ListFilters(attention=attention, show=filters.show)),
            filters.attention == attention,
        )
        for attention, count in counts.numbers.items()
        if count.number
    ]
    has_changes = counts.has_changes or bool(counts.numbers[Attention.FELL].number)
    return Band(counts.visit, counts.since, has_changes, facts)
