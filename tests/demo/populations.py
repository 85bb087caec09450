"""Populations the tests of the generator share, made once."""

from datetime import date
from functools import cache

from demo.generator import population

SEED = 2015
AS_OF = date(2026, 11, 23)


@cache
def files(persons: int, version: str = "02.00", seed: int = SEED, as_of: date = AS_OF) -> dict[str, bytes]:
    """Path and content of every file of a population."""
    return dict(population.messages(persons, seed, as_of, version))
