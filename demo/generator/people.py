"""Who the invented persons are: number, name, birth, gender, origin, region.

An identity follows from the seed and the person's place in the population alone. The first hundred persons
of a population of 100 and of 200,000 are therefore the same, and a client list can name persons without
generating their dossiers. Births lie in 1946 to 2009 whatever the day of the messages: on a day long before
2024 a share of the persons is under age, and has no courses.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from persons.insz import check_digits

from .dice import IDENTITY, Dice, Shuffle, Weighted
from .origins import ORIGINS, Origin
from .regions import REGIONS, Region

# Counters of a national register number run from 001 to 997, odd for men and even for women: 498 pairs a
# day. A share of them per year of birth gives the ages their weight.
_PAIRS_A_DAY = 498
_YEARS: tuple[tuple[int, int, float], ...] = (
    (1946, 1955, 0.04),
    (1956, 1965, 0.12),
    (1966, 1975, 0.32),
    (1976, 1980, 0.52),
    (1981, 1985, 0.72),
    (1986, 1989, 0.90),
    (1990, 1997, 1.00),
    (1998, 2001, 0.85),
    (2002, 2005, 0.66),
    (2006, 2007, 0.42),
    (2008, 2009, 0.14),
)


@dataclass(frozen=True, slots=True)
class _BirthYear:
    year: int
    new_year: int  # ordinal of 1 January
    pairs: int  # numbers given out per day, for each gender


_BIRTH_YEARS = tuple(
    _BirthYear(year, date(year, 1, 1).toordinal(), int(share * _PAIRS_A_DAY))
    for first, last, share in _YEARS
    for year in range(first, last + 1)
)
_CELLS = list(
    accumulate((date(one.year + 1, 1, 1).toordinal() - one.new_year) * one.pairs for one in _BIRTH_YEARS)
)

MOST_PERSONS = _CELLS[-1]
"""How many persons a population can have at most: every one has a test number of its own."""

_ORIGIN = Weighted([(origin, origin.share) for origin in ORIGINS])
_REGION = Weighted([(region, region.share) for region in REGIONS])


@dataclass(frozen=True, slots=True)
class Identity:
    """One invented person.

    `insz` is a MAGDA test number of eleven digits (month 61-72); `birth_date` is how the register knows the
    birth: complete, without day or without month (1991-00-00), or empty; `born` is the day the number says.
    """

    number: int
    insz: str
    born: date
    birth_date: str
    female: bool
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    origin: Origin
    region: Region


class Identities:
    """The persons of one seed by place: `Identities(seed)[place]`, place 0 to MOST_PERSONS - 1."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._shuffle = Shuffle(MOST_PERSONS, Dice(seed, IDENTITY, 2**43))

    def __getitem__(self, place: int) -> Identity:
        cell = self._shuffle[place]
        dice = Dice(self._seed, IDENTITY, place)
        origin = _ORIGIN.draw(dice)
        female = dice.chance(0.52)

        row = bisect_right(_CELLS, cell)
        year = _BIRTH_YEARS[row]
        day, pair = divmod(cell - (_CELLS[row - 1] if row else 0), year.pairs)
        born = date.fromordinal(year.new_year + day)
        nine = (
            f"{born.year % 100:02d}{born.month + 60:02d}{born.day:02d}{pair * 2 + (2 if female else 1):03d}"
        )

        return Identity(
            number=place,
            insz=nine + check_digits(nine, born.year >= 2000),
            born=born,
            birth_date=_birth_as_known(born, dice),
            female=female,
            first_names=_first_names(origin, female, dice),
            last_names=_last_names(origin, female, dice),
            origin=origin,
            region=_REGION.draw(dice),
        )


def identities(persons: int, seed: int) -> Iterator[Identity]:
    """The identities of a population of `persons`, in the order of its files."""
    everybody = Identities(seed)
    return (everybody[place] for place in range(persons))


def _birth_as_known(born: date, dice: Dice) -> str:
    throw = dice.random()
    if throw < 0.96:
        return born.isoformat()
    if throw < 0.98:
        return f"{born.year}-00-00"
    if throw < 0.99:
        return f"{born.year}-{born.month:02d}-00"
    return ""


def _first_names(origin: Origin, female: bool, dice: Dice) -> tuple[str, ...]:
    names = origin.female if female else origin.male
    if origin.style == "middle":
        middle = dice.pick(origin.middle_female if female else origin.middle_male)
        return (f"{middle} {dice.pick(names)}",)
    if dice.chance(origin.second):
        return tuple(dice.some(names, 2))
    return (dice.pick(names),)


def _last_names(origin: Origin, female: bool, dice: Dice) -> tuple[str, ...]:
    if origin.style == "fathers":
        # Father and grandfather; one in four registers kept the father's name only.
        fathers = dice.some(origin.male, 1 if dice.chance(0.25) else 2)
        return (" ".join(fathers),)
    families = origin.family_female if female else origin.family
    if origin.style == "two_families":
        return tuple(dice.some(families, 2))
    return (dice.pick(families),)
