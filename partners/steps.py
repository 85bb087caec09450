"""Steps that a database function takes or refuses. The function returns a code: what it did, or why it did nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connection

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class NotTaken(Exception):
    """The step was not taken. `code` is the reason; a subclass has the words of its reasons for the screen."""

    reasons: ClassVar[Mapping[str, StrPromise | str]] = {}

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        """The reason, for the screen."""
        return str(self.reasons[self.code])

    @classmethod
    def unless(cls, outcome: str, *done: str) -> None:
        """Raise this for an outcome that is none of `done`."""
        if outcome not in done:
            raise cls(outcome)


def take(statement: str, parameters: Sequence[Any], *done: str, refused: type[NotTaken]) -> str:
    """Run a statement that returns one code, and return it. Raises `refused` for a code that is none of `done`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        [outcome] = cursor.fetchone()
    refused.unless(outcome, *done)
    return str(outcome)
