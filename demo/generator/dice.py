"""Random numbers that are the same on every machine and Python version.

Python promises only two things of `random.Random`: that an integer seed keeps its meaning and that
`random()` keeps its sequence. Everything else here is built on that one method.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

IDENTITY, DOSSIER, CLIENTS, BUNDLE, USE = 1, 2, 3, 4, 5


class Dice:
    """Chance of one stream: `Dice(seed, stream, number)`, all natural numbers.

    Two dice with the same three numbers throw the same; a person's dossier therefore does not depend on
    the persons before it, nor on how many there are.
    """

    __slots__ = ("random",)

    def __init__(self, seed: int, stream: int, number: int) -> None:
        # Nothing secret is drawn: the point of this generator is that its throws can be repeated.
        self.random = Random((seed << 48) | (stream << 44) | number).random  # noqa: S311

    def chance(self, probability: float) -> bool:
        """Whether something that happens with `probability` (0 to 1) happens now."""
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of `items`, each as likely as the other."""
        return items[int(self.random() * len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different places of `items` (all of them when there are fewer), in chance order."""
        pool = list(items)
        random = self.random
        size = len(pool)
        count = min(count, size)
        for place in range(count):
            other = place + int(random() * (size - place))
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def uuid(self) -> str:
        """A UUID of version 4 in small letters, as KBI and DAVINCI keys are written."""
        random = self.random
        high, low = int(random() * 2**50), int(random() * 2**50)
        middle = int(random() * 2**20)
        return (
            f"{high >> 18:08x}-{high >> 2 & 0xFFFF:04x}-4{middle >> 8:03x}"
            f"-{'89ab'[high & 3]}{middle & 0xFFF:03x}-{low >> 2:012x}"
        )

    def digits(self, count: int) -> str:
        """`count` decimal digits."""
        return f"{int(self.random() * 10**count):0{count}d}"


class Weighted(Generic[T]):
    """Things drawn by weight: `Weighted([(thing, weight), ...])`; weights are positive numbers."""

    __slots__ = ("_bounds", "_items", "_total")

    def __init__(self, pairs: Sequence[tuple[T, float]]) -> None:
        self._items = [item for item, _ in pairs]
        self._bounds = list(accumulate(weight for _, weight in pairs))
        self._total = self._bounds[-1]

    def draw(self, dice: Dice) -> T:
        """One of the things, as often as its weight says."""
        throw = dice.random() * self._total
        return self._items[bisect_right(self._bounds, throw)]


class Shuffle:
    """The numbers 0 to `size` - 1 in a random order that is computed, not stored.

    A Feistel network of four rounds over the smallest square power of two, repeated until the result is below
    `size`. Every number comes out exactly once, so numbers are unique without a list of those in use.
    """

    __slots__ = ("_bits", "_keys", "_mask", "size")

    def __init__(self, size: int, dice: Dice) -> None:
        self.size = size
        self._bits = max(1, ((size - 1).bit_length() + 1) // 2)
        self._mask = (1 << self._bits) - 1
        self._keys = tuple(dice.between(1, 2**31) for _ in range(4))

    def __getitem__(self, place: int) -> int:
        if not 0 <= place < self.size:
            raise IndexError(place)
        bits, mask = self._bits, self._mask
        while True:
            left, right = place >> bits, place & mask
            for key in self._keys:
                mixed = (right + key) * 0x9E3779B1 & 0xFFFFFFFF
                mixed = (mixed ^ mixed >> 15) * 0x85EBCA6B & 0xFFFFFFFF
                left, right = right, left ^ (mixed >> 13 & mask)
            place = left << bits | right
            if place < self.size:
                return place
