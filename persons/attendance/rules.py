"""How justified absence counts, and the terms of the percentage under such a rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from .lessons import Unit, Units
from .tally import Tally


class JustifiedCounts(StrEnum):
    """How a justified absence counts: in both terms, in neither, or in the denominator only."""

    AS_PRESENT = "as_present"
    LEAVES_OUT = "leaves_out"
    AS_ABSENT = "as_absent"


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to count justified absence. `code` names rule and version; a change gets a new code."""

    code: str
    name: str  # English; shown translated
    justified: JustifiedCounts
    default_required: Fraction = Fraction(80)  # percent, where the message gives no degree


# It could not be verified which one the Flemish decision of 15 December 2006 prescribes; decision record 5.
DEFAULT_RULE = Rule("2015-1", "Justified absence counts as present", JustifiedCounts.AS_PRESENT)
RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        DEFAULT_RULE,
        Rule("2015-2", "Justified absence is left out", JustifiedCounts.LEAVES_OUT),
        Rule("2015-3", "Justified absence counts as absent", JustifiedCounts.AS_ABSENT),
    )
}


class Norm(NamedTuple):
    """The norm as a fraction p/q."""

    p: int
    q: int

    def is_met(self, numerator: Units, denominator: Units) -> bool:
        return self.spare(numerator, denominator) >= 0

    def spare(self, numerator: Units, denominator: Units) -> Units:
        """Return how many units the numerator is above the norm, times q; negative below it."""
        return numerator * self.q - self.p * denominator


class Figures(NamedTuple):
    """The terms of the percentage under a rule, and those with justified absence as absence."""

    numerator: Units
    denominator: Units
    present: Units
    given: Units
    at_best: bool


NO_FIGURES: Final = Figures(0, 0, 0, 0, False)


def figures_of(count: Tally, total: Units, counts: JustifiedCounts) -> Figures:
    """Return the figures of a tally; for a running course with totals only, the best still possible."""
    present, given = count.present, count.given
    # Without a total there is nothing to divide the absences by.
    justified = count.justified if total else 0
    at_best = count.unit is Unit.LESTIJD and not given and total > 0
    if at_best:
        present, given = total - justified - count.unjustified, total
    numerator, denominator = present, given
    if counts is JustifiedCounts.AS_PRESENT:
        numerator = present + justified
    elif counts is JustifiedCounts.LEAVES_OUT:
        denominator = given - justified
    return Figures(numerator, denominator, present, given, at_best)
