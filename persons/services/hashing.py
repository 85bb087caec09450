"""Hash the numbers of persons and inscriptions, also again under a new key."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from partners.models import OwnNumber

from ..models import HashKey
from ..numberhashes import hash_of, key_id

BATCH = 10_000


class OtherKey(Exception):
    """The hashes of numbers were made under another key than that of the settings, or some numbers have none yet."""

    def __init__(self) -> None:
        super().__init__(
            "The hashes of national numbers are not of this KBI_INSZ_KEY. Run `manage.py rehash_numbers` first."
        )


@dataclass(frozen=True)
class Rehashed:
    """How many `numbers` were hashed, and how many `accounts` have to enter their own number again."""

    numbers: int
    accounts: int


def use_key() -> None:
    """Check that the hashes are of the key of the settings; note the key when there are none yet.

    Whatever stores a hash calls it first, in the same transaction if there is one. Raises OtherKey.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT persons_use_key(%s)", [key_id()])
        [is_same] = cursor.fetchone()
    if not is_same:
        raise OtherKey


@transaction.atomic
def rehash() -> Rehashed:
    """Hash all numbers under the key of the settings, and forget the own numbers of accounts under another key.

    One transaction: pages see the hashes of one key. No import or registration adds a number meanwhile. Running it
    again changes nothing. Needs the owner's connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2min'")
        cursor.execute("SELECT pg_advisory_xact_lock(app_arrivals())")
        cursor.execute("CREATE TEMP TABLE rehashed (insz text, hash bytea) ON COMMIT DROP")
        numbers = _stage(cursor)
        cursor.execute(
            "DELETE FROM persons_numberhash h WHERE NOT EXISTS (SELECT FROM rehashed r WHERE r.insz = h.insz)"
        )
        cursor.execute(
            "INSERT INTO persons_numberhash AS h (insz, hash) SELECT insz, hash FROM rehashed"
            " ON CONFLICT (insz) DO UPDATE SET hash = excluded.hash WHERE h.hash <> excluded.hash"
        )
    accounts, _by_model = OwnNumber.objects.exclude(key_id=key_id()).delete()
    HashKey.objects.update_or_create(defaults={"key_id": key_id()})
    return Rehashed(numbers, accounts)


def _stage(cursor: CursorWrapper) -> int:
    """Fill `rehashed` with all numbers, a batch at a time, and return how many there are."""
    count, last = 0, ""
    while True:
        cursor.execute(
            "SELECT insz FROM (SELECT insz FROM persons_person WHERE insz > %(last)s"
            " UNION SELECT insz FROM persons_inscription WHERE insz > %(last)s) n ORDER BY insz LIMIT %(batch)s",
            {"last": last, "batch": BATCH},
        )
        numbers = [insz for (insz,) in cursor.fetchall()]
        if not numbers:
            return count
        lines = "".join(f"{insz}\t\\\\x{hash_of(insz).hex()}\n" for insz in numbers)
        cursor.copy_expert("COPY rehashed FROM STDIN", io.StringIO(lines))
        count, last = count + len(numbers), numbers[-1]
