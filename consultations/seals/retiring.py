"""Move the months that are no longer kept from the log to signed files. Runs with the owner's connection."""

from __future__ import annotations

import datetime
import re
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import OperationalError, connection, transaction

from partners.periods import begin_of, months_later

from ..services import LOCK_NOT_AVAILABLE, LOCK_WAIT, LogInUse
from .archives import Archive, ArchiveDamaged, NotSealed, archived, path_of, read_archive, write_archive
from .keys import fingerprint, is_signed, private_key
from .proven import VERIFIED_WITHIN
from .reading import TABLE, one_at_a_time, seals_of

LOCK = 0x6B62_7265
# A month is detached when no one reads the log: each try waits `LOCK_WAIT`, and pages no longer than that.
TRIES, PAUSE = 20, 3.0


class NotRetired(Exception):
    """A month stays in the log; the message says which and why."""


def kept_from() -> datetime.date:
    """The first day of the oldest month that stays in the log (consultations_kept_from.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consultations_kept_from()")
        [day] = cursor.fetchone()
        return day


def retire_months(before: datetime.date, folder: Path) -> list[Archive]:
    """Move each whole month before the month of `before` to a file in `folder`; return the archives, oldest first.

    A month leaves the log once its file is on the disk, was read again and has all rows under their seals. A run that
    is killed loses nothing, and the next goes on from there. Of two runs at once, one does the work.

    Raises NotRetired for a month that is still kept or is not sealed, when the log was not verified without findings in
    the last two days, and when there is no key; LogInUse when others read the log all the time; KeyUnreadable; OSError.
    Months before the one it is about have been moved then.
    """
    key = private_key()
    if key is None:
        raise NotRetired("KBI_SEAL_KEY_FILE is not set: an archive needs a signature.")
    before, first_kept = before.replace(day=1), kept_from()
    if before > first_kept:
        raise NotRetired(
            f"The log of {first_kept:%Y-%m} and later is kept: not all before {before:%Y-%m} may leave it."
        )
    with one_at_a_time(LOCK) as is_mine:
        months = _months(before) if is_mine else []
        return [archive for month in months if (archive := _retire(month, folder, key))]


def _retire(month: datetime.date, folder: Path, key: Ed25519PrivateKey) -> Archive | None:
    """Move one month; returns None for one that never had a row."""
    seals, number = seals_of(month), _count_rows(month)
    if not seals and not number:
        return None
    if number != sum(seal.row_count for seal in seals):
        raise NotRetired(
            f"The log of {month:%Y-%m} has other rows than its seals. Run seal_log and verify_log."
        )
    _require_verified(month, seals[-1].number)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if not path_of(month, folder).exists():
            write_archive(month, seals, folder, key)
        archive = read_archive(month, seals, folder, roots=True)
    except NotSealed as error:
        raise NotRetired(
            f"The log of {month:%Y-%m} differs from its seals: {error}. Run verify_log."
        ) from None
    except ArchiveDamaged as error:
        raise NotRetired(f"{error} Remove it if it is not needed, and run this again.") from None
    if not is_signed(archive, {fingerprint(key.public_key()): key.public_key()}):
        raise NotRetired(
            f"{path_of(month, folder)} has no signature of the key in use. Remove it, and run this again."
        )
    _detach(archive)
    return archive


def _months(before: datetime.date) -> list[datetime.date]:
    """The months before `before` that have a partition in the log, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)", [TABLE]
        )
        names = [re.fullmatch(rf"{TABLE}_(\d{{4}})(\d\d)", name) for (name,) in cursor.fetchall()]
    months = {datetime.date(int(name[1]), int(name[2]), 1) for name in names if name}
    done = {archive.month for archive in archived()}
    return sorted(month for month in months - done if month < before)


def _count_rows(month: datetime.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {TABLE} WHERE at >= %s AND at < %s",
            [begin_of(month), begin_of(months_later(month, 1))],
        )
        [number] = cursor.fetchone()
        return number


def _require_verified(month: datetime.date, last_seal: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT findings = 0 AND last_seal >= %s AND verified_at > now() - make_interval(secs => %s)"
            " FROM consultations_verification ORDER BY verified_at DESC LIMIT 1",
            [last_seal, VERIFIED_WITHIN.total_seconds()],
        )
        if cursor.fetchone() != (True,):
            raise NotRetired(
                f"The log of {month:%Y-%m} was not verified without findings in the last two days. Run verify_log."
            )


def _detach(archive: Archive) -> None:
    """Record the archive and detach the month, in one transaction. Raises LogInUse."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
                cursor.execute(
                    "SELECT consultations_detach_partition(ROW(%s, %s, %s, %s, %s, %s)::consultations_archive)",
                    archive.row(),
                )
            return
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
                raise
    raise LogInUse
