"""Hand seals out, so that no one can rewrite the log without a trace: not the owner, and not a superuser.

Where they go must be out of reach of those who run the database: a folder on another machine, a web service, a
mailbox.
"""

from __future__ import annotations

import datetime
import json
import os
import urllib.request
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from itertools import groupby
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection

from partners.periods import BRUSSELS

from .chain import Seal, moment
from .keys import fingerprint, pem
from .reading import last_seal, one_at_a_time, seal_numbered, seals_after

LOCK = 0x6B62_7062
TIMEOUT = 10  # seconds
# Bytes at the end of a file that have its last seal.
TAIL = 8192


class NotPublished(Exception):
    """Seals were made, but could not be handed out; the message says why."""


class PublishedUnreadable(Exception):
    """A file of published seals cannot be read; the message names the file and the line."""


def publish(key: Ed25519PrivateKey | None) -> None:
    """Hand out seals as the settings say: all in the folder, the last of each run over HTTP, one a day by mail.

    Each place gets, in order, what it has not got yet, so also what an earlier run could not hand out. Raises
    NotPublished after trying each.
    """
    problems = []
    with one_at_a_time(LOCK) as is_mine:
        if not is_mine:
            return  # another run is at it
        for hand_out in (_to_folder, _to_service, _to_mailbox):
            try:
                hand_out(key)
            except (NotPublished, OSError, HTTPException) as error:  # mail servers raise OSError too
                problems.append(str(error))
    if problems:
        raise NotPublished(" ".join(problems))


def read_published(paths: Iterable[Path]) -> Iterator[Seal]:
    """The seals in these files, or in the files of these folders, in order. Raises PublishedUnreadable.

    The beginning of a line that was broken off is passed over: a later line has its seal.
    """
    for path in paths:
        files = sorted(path.glob("seals-*.jsonl")) if path.is_dir() else [path]
        if not files:
            raise PublishedUnreadable(f"{path} has no published seals.")
        for file in files:
            try:
                with file.open("rb") as lines:
                    for number, line in enumerate(lines, 1):
                        if line.strip().endswith(b"}"):
                            yield _read_line(line, f"{file}, line {number}")
            except OSError as error:
                raise PublishedUnreadable(f"{file} cannot be read: {error.strerror}.") from error


def line_of(seal: Seal) -> bytes:
    """The line of a published seal."""
    return json.dumps(seal.as_json()).encode() + b"\n"


def _read_line(line: bytes, place: str) -> Seal:
    try:
        return Seal.from_json(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise PublishedUnreadable(f"{place} is no published seal: {error}.") from None


def _to_folder(key: Ed25519PrivateKey | None) -> None:
    if not settings.KBI_SEAL_FOLDER:
        return
    folder = Path(settings.KBI_SEAL_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    if key is not None:
        public = folder / f"key-{fingerprint(key.public_key())}.pem"
        if not public.exists():
            public.write_bytes(pem(key.public_key()))
    last = _last_in(folder)
    if last is not None and ((own := seal_numbered(last.number)) is None or own.hash != last.hash):
        raise NotPublished(
            f"The last seal in {folder} has number {last.number} and is of {moment(last.sealed_at)}, and this log "
            "has another or none of that number: it was restored from an earlier copy, cut off or rewritten. Run "
            "verify_log, keep its report, and publish to a new folder from then on."
        )
    missing = (seal for seal, _hash in seals_after(last.number if last else 0))
    for month, seals in groupby(missing, lambda seal: f"{seal.sealed_at:%Y-%m}"):
        _append(folder / f"seals-{month}.jsonl", map(line_of, seals))


def _last_in(folder: Path) -> Seal | None:
    """The newest seal in a folder; None when it has none. Raises NotPublished when its last line is something else."""
    for path in sorted(folder.glob("seals-*.jsonl"), reverse=True):
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            lines = [line for line in file.read().splitlines() if line.strip().endswith(b"}")]
        if lines:
            try:
                return _read_line(lines[-1], f"The last line of {path}")
            except PublishedUnreadable as error:
                raise NotPublished(str(error)) from None
    return None


def _append(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("ab+") as file:
        if end := file.seek(0, os.SEEK_END):
            file.seek(end - 1)
            if file.read(1) != b"\n":  # a line that was broken off
                file.write(b"\n")
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _to_service(key: Ed25519PrivateKey | None) -> None:
    if not settings.KBI_SEAL_URL:
        return
    for seal in _runs_after(_last_at("service")):
        # The settings take https, and http on this machine.
        request = urllib.request.Request(  # noqa: S310
            settings.KBI_SEAL_URL, line_of(seal), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
            pass
        _note("service", seal)


def _to_mailbox(key: Ed25519PrivateKey | None) -> None:
    if not settings.KBI_SEAL_MAIL:
        return
    number = _last_at("mailbox")
    before = seal_numbered(number)
    day = _day_of(before) if before else None
    for seal in _runs_after(number):
        if _day_of(seal) == day:
            continue
        send_mail(
            f"KBI-portaal: {seal}",
            "Keep this mail: it proves the log of KBI-portaal up to this seal. Save the line below as a file and run\n"
            f"manage.py verify_log --published FILE\n\n{line_of(seal).decode()}",
            None,
            settings.KBI_SEAL_MAIL,
        )
        _note("mailbox", seal)
        day = _day_of(seal)


def _day_of(seal: Seal) -> datetime.date:
    return seal.sealed_at.astimezone(BRUSSELS).date()


def _runs_after(number: int) -> Iterator[Seal]:
    """The last seal of each run of `seal_log`: those of one run have the same moment."""
    for _moment, seals in groupby((seal for seal, _hash in seals_after(number)), lambda seal: seal.sealed_at):
        *_others, last = seals
        yield last


def _last_at(place: str) -> int:
    """The number of the last seal that a place got; a new place begins with the newest, and 0 is for an empty log.

    After a restore from an earlier copy it is the newest of this log: what it has now was handed out before.
    """
    head = last_seal()
    if head is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consultations_publication AS p (place, number) VALUES (%s, %s)"
            " ON CONFLICT (place) DO UPDATE SET number = least(p.number, %s) RETURNING number",
            [place, head.number - 1, head.number],
        )
        [number] = cursor.fetchone()
        return number


def _note(place: str, seal: Seal) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consultations_publication SET number = %s WHERE place = %s", [seal.number, place]
        )
