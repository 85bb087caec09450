"""The rows that no seal covers: those that wait, those that wait too long, and those that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from .chain import count_rows
from .comparing import AHEAD
from .findings import Fault, Finding, Verdict
from .reading import TABLE, current_epoch

# Rows are sealed every minute; a long transaction that writes may hold that up.
SEALED_WITHIN = "1 hour"


def look_outside(verdict: Verdict, ends: Mapping[int, int]) -> None:
    """Add the rows outside the seals to the verdict; `ends` has where the seals of each epoch end."""
    current, is_here = current_epoch()
    if not is_here:
        words = "The log has no number for this database server, so no row is sealed: run `manage.py hand_over_log`."
        verdict.findings.append(Finding(Fault.LATE, words))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        ceiling = int(cursor.fetchone()[0])
        if is_here and ends.get(current, 0) > ceiling:
            words = "The last seal ends at a transaction that the server has not given yet: no later row is sealed."
            verdict.findings.append(Finding(Fault.CHAIN, words))
        cursor.execute(
            f"SELECT epoch, count(*), min(at) FILTER (WHERE at BETWEEN '1970-01-01' AND now() + interval '1 day'),"
            f" count(*) FILTER (WHERE epoch = %s AND xid >= pg_snapshot_xmax(pg_current_snapshot())),"
            f" count(*) FILTER (WHERE at < now() - %s::interval),"
            f" count(*) FILTER (WHERE at > now() + make_interval(secs => %s))"
            f" FROM {TABLE} LEFT JOIN unnest(%s::smallint[], %s::xid8[]) AS sealed (epoch, until) USING (epoch)"
            f" WHERE sealed.until IS NULL OR xid >= sealed.until GROUP BY epoch ORDER BY epoch",
            [current, SEALED_WITHIN, AHEAD.total_seconds(), list(ends), [str(end) for end in ends.values()]],
        )
        outside = cursor.fetchall()
    first = verdict.head.epoch if verdict.head else 0
    for epoch, number, oldest, ahead, late, early in outside:
        if not first <= epoch <= current:
            words = f"{count_rows(number)} added to what was written on an earlier server."
            verdict.findings.append(Finding(Fault.ADDED, words))
            continue
        verdict.unsealed += number
        if oldest:
            verdict.oldest_unsealed = min(oldest, verdict.oldest_unsealed or oldest)
        if ahead and is_here:
            words = f"{count_rows(ahead)} added with a transaction number that the server has not given yet."
            verdict.findings.append(Finding(Fault.ADDED, words))
        if early:
            words = f"{count_rows(early)} not sealed yet dated later than now."
            verdict.findings.append(Finding(Fault.DATED, words))
        if late and verdict.head:
            words = f"{count_rows(late)} not sealed for more than {SEALED_WITHIN}: does seal_log run?"
            verdict.findings.append(Finding(Fault.LATE, words))
