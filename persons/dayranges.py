"""Days as PostgreSQL's datemultirange: ranges with gaps between them, which Django has no field for."""

from __future__ import annotations

import datetime

from django.db.models import BooleanField, Field, Func, Value


class DayRangesField(Field):
    """A datemultirange. Only the database writes and compares it."""

    def db_type(self, connection: object) -> str:
        """Return the type of the column."""
        return "datemultirange"


def contains(name: str, day: datetime.date) -> Func:
    """Return the condition that the ranges in the column `name` contain `day`; NULL where the column is."""
    return Func(
        name, Value(day), template="(%(expressions)s)", arg_joiner=" @> ", output_field=BooleanField()
    )
