"""The one picture of attendance: the complete course as a bar of 100 %, for list and file alike. No Django.

Sure is what counts even if every lesson to come is missed, open what the lessons to come can still add, and the rest is
lost. Where the norm falls is the verdict: in the open part it can still be met or lost, in the sure part it is met for
good, in the lost part it is out of reach.
"""

from __future__ import annotations

from typing import NamedTuple

from .attendance import Units


class Scale(NamedTuple):
    """Shares of the complete course in percent, to draw with. `now` is the share so far; None where it is not known."""

    sure: float
    best: float
    now: float | None


def scale_of(numerator: Units, denominator: Units, to_come: Units, *, at_best: bool = False) -> Scale | None:
    """Return the picture of these figures, which are those of a `Judgement`; None where nothing was given.

    `at_best`: the message gives totals, and the figures are the best still possible. It does not say how much of that
    was attended, so all of it is open.
    """
    if not denominator:
        return None
    if at_best:
        return Scale(0, _share(numerator, denominator), None)
    course = denominator + to_come
    return Scale(
        _share(numerator, course), _share(numerator + to_come, course), _share(numerator, denominator)
    )


def _share(part: Units, whole: Units) -> float:
    return float(100 * part / whole)
