"""Judging the rows of an uploaded list: what registering each would do. Only the verdicts are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.utils import timezone

from partners.models import Membership
from partners.periods import today
from partners.querysets import covering
from persons.models import Inscription
from persons.services.registering import OUTCOMES, Row, judge

from ..enums import UploadState, Verdict
from ..models import Upload, UploadRow
from .registering import in_each_role, registrars_beside

BATCH = 1000  # rows
MOST_MISSING = 20_000
# The verdicts of rows that change what the rows after them would do.
_EFFECTIVE = (Verdict.NEW, Verdict.FORWARD)
_VERDICTS = """
UPDATE caseload_uploadrow r SET verdict = d.verdict, field = d.field, mistake = d.mistake, chosen = d.chosen
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[]) AS d(id, verdict, field, mistake, chosen)
WHERE r.id = d.id
"""


def judge_batch(upload: Upload, acting: Membership) -> None:
    """Give the next rows of an upload their verdict, in the transaction bound to `acting`, and save how far it is.

    When all rows have one, its state becomes CHECKED. With `is_complete`, the clients that it lacks are then added.
    """
    rows = list(upload.rows.filter(verdict="")[:BATCH])
    if rows:
        _judge(_effective_before(rows, upload), rows, acting)
    if len(rows) < BATCH:
        if upload.is_complete:
            UploadRow.objects.bulk_create(_missing(upload, acting), batch_size=BATCH)
        upload.state = UploadState.CHECKED
    upload.progressed_at = timezone.now()
    upload.save(update_fields=["state", "progressed_at"])


def wished(rows: Iterable[UploadRow]) -> list[Row]:
    """Return what the rows ask to register.

    The place among `rows` stands for the line: two rows of a workbook can have one number.
    """
    return [
        Row(
            place,
            row.insz,
            row.capacity,
            row.valid_from,
            row.valid_until,
            row.reason,
            row.proof,
        )
        for place, row in enumerate(rows)
        if row.valid_from is not None
    ]


def _effective_before(rows: Sequence[UploadRow], upload: Upload) -> list[UploadRow]:
    """Return the rows of earlier batches, about the same persons and capacities, that change what `rows` would do."""
    keys = {(row.insz, row.capacity) for row in rows}
    earlier = upload.rows.filter(
        verdict__in=_EFFECTIVE, pk__lt=rows[0].pk, insz__in={insz for insz, _capacity in keys}
    )
    return [row for row in earlier if (row.insz, row.capacity) in keys]


def _judge(earlier: Sequence[UploadRow], rows: Sequence[UploadRow], acting: Membership) -> None:
    """Store the verdict of each of `rows`, judged after the `earlier` ones."""
    outcomes = in_each_role(judge, wished([*earlier, *rows]), acting)
    first_lines: dict[tuple[str, str], int] = {}
    for row in earlier:
        first_lines.setdefault((row.insz, row.capacity), row.line)
    for row, (_wish, outcome) in zip(rows, outcomes[len(earlier) :], strict=True):
        first = first_lines.get((row.insz, row.capacity))
        if first and outcome in {"exists", "overlaps"}:
            row.verdict, row.mistake = Verdict.DOUBLE, str(first)
        elif outcome in OUTCOMES:
            row.verdict, row.field, row.mistake = Verdict.WRONG, OUTCOMES[outcome][0], outcome
        else:
            row.verdict, row.chosen = outcome, outcome in _EFFECTIVE
        if row.chosen:
            first_lines.setdefault((row.insz, row.capacity), row.line)
    values = [(row.pk, row.verdict, row.field, row.mistake, row.chosen) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_VERDICTS, [list(column) for column in zip(*values, strict=True)])


def _missing(upload: Upload, acting: Membership) -> Iterator[UploadRow]:
    """Yield the inscriptions of today in the capacities of the list whose client is not in it, at most `MOST_MISSING`.

    Only those that the user may end, in any of their roles. A row with a mistake in its number does not count as
    present: the page says so.
    """
    present = set(upload.rows.exclude(insz="").values_list("insz", "capacity"))
    day = today()
    inscriptions = (
        Inscription.objects.filter(
            covering(day),
            covering(day, "mandate__versions__"),
            institution_id=acting.institution_id,
            voided_at__isnull=True,
            mandate__capacity__in={capacity for _insz, capacity in present},
            mandate__versions__status="confirmed",
            mandate__versions__may_register__in=[each.role for each in (acting, *registrars_beside(acting))],
        )
        .order_by("insz", "pk")
        .values_list("public_id", "insz", "mandate__capacity", "valid_from", "valid_until")
    )
    found = 0
    for public_id, insz, capacity, valid_from, valid_until in inscriptions.iterator():
        if (insz, capacity) in present:
            continue
        found += 1
        if found > MOST_MISSING:
            return
        yield UploadRow(
            upload=upload,
            line=0,
            insz=insz,
            capacity=capacity,
            valid_from=valid_from,
            valid_until=valid_until,
            inscription=public_id,
            verdict=Verdict.MISSING,
        )
