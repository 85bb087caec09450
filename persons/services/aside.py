"""Keep messages that were set aside, and the doubts about persons that follow from them; steps of an import."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ..insz import check_digits
from ..models import SetAsideMessage
from .reading import SetAside

# Eleven digits could be the number of a person, however they are separated; more of them could contain one.
_DIGITS = re.compile(r"\d(?:[^a-zA-Z\d]{0,3}\d){10,}")

# The same message again only moves the last time, and its place when the file was renamed.
STORE = """
INSERT INTO persons_setasidemessage AS old (file, line, field, reason, insz, as_of, first_at, last_at, digest)
SELECT file, line, field, reason, insz, as_of, %s, %s, decode(digest, 'hex')
FROM jsonb_to_recordset(%s::jsonb) AS x(
  file text, line integer, field text, reason text, insz text, as_of timestamptz, digest text)
ON CONFLICT (digest) DO UPDATE SET file = excluded.file, line = excluded.line, last_at = excluded.last_at
"""

# A message is settled by one of the same person that is not older. A message of an unknown moment is settled by every
# newer one of a later import; in the same import nothing says which of both came first.
SETTLE = """
UPDATE persons_setasidemessage s SET settled_at = %s
FROM persons_person p
WHERE s.insz = p.insz AND p.insz = ANY (%s) AND s.settled_at IS NULL
  AND (s.as_of <= p.as_of OR (s.as_of IS NULL AND s.first_at < %s AND p.insz = ANY (%s)))
"""

REFRESH = """
SELECT persons_refresh_doubts(ARRAY(
  SELECT unnest(%s::text[])
  UNION SELECT insz FROM persons_person WHERE unique_number = ANY (%s) AND unique_number <> ''))
"""


def store(cursor: CursorWrapper, messages: Iterable[SetAside], started: datetime.datetime) -> None:
    """Insert the messages; one that is there already gets a new last time. `started` is when the import began."""
    rows = {
        message.digest: {
            "file": file_name(message.file),
            "line": message.place,
            "field": message.field[:400],
            "reason": message.reason,
            "insz": message.insz,
            "as_of": message.as_of and message.as_of.isoformat(),
            "digest": message.digest.hex(),
        }
        for message in messages
    }
    if rows:
        cursor.execute(STORE, [started, started, json.dumps(list(rows.values()))])


def refresh(
    cursor: CursorWrapper,
    messages: Sequence[SetAside],
    accepted: Mapping[str, bool],
    unique_numbers: Iterable[str],
    started: datetime.datetime,
) -> None:
    """Settle what this batch settles, and write the doubts again of every person it may have changed them for.

    `accepted` says for each number that was written whether its message is newer; `unique_numbers` are those of the
    batch's persons, before and after it. Call it after `store`.
    """
    touched = sorted({*accepted, *(message.insz for message in messages if message.insz)})
    if touched:
        newer = [insz for insz, is_newer in accepted.items() if is_newer]
        cursor.execute(SETTLE, [started, touched, started, newer])
        cursor.execute(REFRESH, [touched, sorted(filter(None, unique_numbers)) if accepted else []])


def settle(message: SetAsideMessage) -> bool:
    """Settle a message without a number, on the agency's pages; returns whether it was open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT persons_settle_message(%s)", [message.pk])
        return bool(cursor.fetchone()[0])


def file_name(path: str) -> str:
    """Return the name of a file without its folder, and without numbers that could be a person's."""
    name = PurePath(path).name.encode(errors="replace").decode().replace("\0", "?")
    return without_numbers(name)[:255]


def without_numbers(text: str) -> str:
    """Return `text` with dots in the place of digits that are, or contain, what could be the number of a person.

    A longer row of digits, such as a time stamp, stays unless eleven of them in a row have the right check digits.
    """
    return _DIGITS.sub(lambda match: "…" if _could_be_number(match[0]) else match[0], text)


def _could_be_number(text: str) -> bool:
    digits = "".join(filter(str.isdecimal, text))
    rows = [digits[start : start + 11] for start in range(len(digits) - 10)]
    return len(rows) == 1 or any(
        row[9:] in (check_digits(row[:9], False), check_digits(row[:9], True)) for row in rows
    )
