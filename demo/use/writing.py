"""Write invented rows with one statement for each table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db import connection


def write(statement: str, rows: Iterable[Mapping[str, object]], *more: str) -> int:
    """Run `statement` with all rows as one JSON array, and `more` parameters after it; return how many rows it wrote.

    Days and moments go in as text, which PostgreSQL reads again.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(list(rows), default=str), *more])
        return cursor.rowcount
