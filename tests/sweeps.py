"""How much of a sweep is tried: `make test` tries a fixed part of each, `make sweep` the whole."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Hashable, Iterable

IS_WHOLE = os.environ.get("SWEEP") == "whole"


def part(inputs: Iterable, kinds: Callable[..., Iterable[Hashable]]) -> list:
    """Return inputs in which every kind occurs that `kinds` finds in any of them; all inputs in a whole sweep.

    The same inputs give the same part each time.
    """
    everything = list(inputs)
    if IS_WHOLE:
        return everything
    random.Random(191).shuffle(everything)
    seen: set[Hashable] = set()
    chosen = []
    for each in everything:
        if new := set(kinds(each)) - seen:
            chosen.append(each)
            seen |= new
    return chosen


def examples(number: int) -> int:
    """Return how many examples a property is tried with: `number` in a whole sweep, else a quarter, 25 at least."""
    return number if IS_WHOLE else min(number, max(number // 4, 25))
