"""Count the clients of each month. Runs as the owner of the database, from the clock and from a command."""

from __future__ import annotations

import datetime

from django.db import connection, transaction

from partners.periods import today

from ...models import ClientCount
from ...services.counting import first_month, next_month


def count_clients() -> int:
    """Count the running month, and the months before it without a final count since the log begins.

    Returns the number of counts that were written. Each month is a transaction of its own, so a run that is broken off
    goes on at the next one.
    """
    return sum(map(_count, open_months()))


def open_months() -> list[datetime.date]:
    """Return the first days of the months to count, the oldest first; the running month is the last one."""
    running = today().replace(day=1)
    final = set(ClientCount.objects.filter(is_final=True).values_list("month", flat=True).distinct())
    month, months = first_month() or running, []
    while month < running:
        if month not in final:
            months.append(month)
        month = next_month(month)
    return [*months, running]


@transaction.atomic
def _count(month: datetime.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statistics_count_clients(%s)", [month])
        [number] = cursor.fetchone()
        return int(number)
