"""What the clock (`manage.py work`) runs, and when. Each job has a function that a command shares with it."""

from __future__ import annotations

import datetime
import logging
from pathlib import Path

from django.conf import settings

from caseload.services.cleaning import clean_up
from caseload.services.weekly import enqueue_on_the_day
from consultations.seals.chain import count_rows
from consultations.seals.keys import KeyUnreadable, own_public_keys
from consultations.seals.publishing import NotPublished, PublishedUnreadable, read_published
from consultations.seals.retiring import NotRetired, kept_from, retire_months
from consultations.seals.sealing import HeadRefused, SealedElsewhere, seal_log
from consultations.seals.verifying import record, verify_log
from consultations.services import LogInUse, ensure_partitions
from partners.clock import Job, Lane, NotNow
from persons.services.removing import DossiersInUse, remove_dossiers

from .careful.services import make_missing
from .expected.services.clients import count_clients
from .published.services import publish_missing
from .services.counting import CountedElsewhere
from .services.rolling import roll_up

LOGGER = logging.getLogger("kbi.clock")
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


def lanes() -> dict[str, Lane]:
    """The lanes of this installation, by name. Add a job here."""
    steady = [
        Job("roll_up", _roll_up, every=MINUTE, late_after=10 * MINUTE),
        Job("seal_log", _seal_log, every=MINUTE, late_after=10 * MINUTE),
        Job("partitions", _make_partitions, every=HOUR, late_after=48 * HOUR),
    ]
    nightly = [
        Job("verify_log", _verify_log, at=datetime.time(1), late_after=30 * HOUR),
        Job("count_clients", _count_clients, at=datetime.time(2), late_after=30 * HOUR),
        Job("careful_reports", _make_reports, at=datetime.time(2), late_after=30 * HOUR),
        Job("publish", _publish, every=HOUR, late_after=30 * HOUR),
        Job("clean_up", _clean_up, at=datetime.time(4), late_after=30 * HOUR),
        Job("remove_dossiers", _remove_dossiers, at=datetime.time(5), late_after=30 * HOUR),
    ]
    if settings.KBI_ARCHIVE_FOLDER:
        nightly.append(Job("retire_log", _retire_log, at=datetime.time(3), late_after=30 * HOUR))
    if settings.KBI_SENDS_MAIL:
        nightly.append(Job("send_weekly", _send_weekly, at=datetime.time(6), late_after=30 * HOUR))
    return {"steady": Lane(1, steady), "nightly": Lane(2, nightly)}


def _roll_up() -> str:
    try:
        return f"{count_rows(roll_up())} rolled up"
    except CountedElsewhere:
        raise NotNow(
            "The figures were counted on another server: run `manage.py roll_up --rebuild`."
        ) from None


def _seal_log() -> str:
    try:
        seals = seal_log()
    except SealedElsewhere:
        raise NotNow("The log has no number for this server yet: run `manage.py hand_over_log`.") from None
    except (KeyUnreadable, HeadRefused, NotPublished) as error:
        raise NotNow(str(error)) from None
    return f"{count_rows(sum(seal.row_count for seal in seals))} sealed"


def _make_partitions() -> str:
    try:
        return f"{ensure_partitions()} partitions made"
    except LogInUse:
        raise NotNow("A long transaction, such as a dump, reads the log.") from None


def _verify_log() -> str:
    folder = [Path(settings.KBI_SEAL_FOLDER)] if settings.KBI_SEAL_FOLDER else []
    try:
        verdict = verify_log(read_published(folder), own_public_keys())
    except (KeyUnreadable, PublishedUnreadable) as error:
        raise NotNow(str(error)) from None
    record(verdict)
    outcome = f"{count_rows(verdict.rows)} verified, {len(verdict.findings)} findings"
    if verdict.findings:
        # No failure: the desk of the privacy officers says so from now on, and verifying again would find the same.
        LOGGER.error("The log was changed: %s. `manage.py verify_log` says where.", outcome)
    return outcome


def _make_reports() -> str:
    try:
        return f"{make_missing()} monthly reports made"
    except CountedElsewhere:
        raise NotNow(
            "The figures were counted on another server: run `manage.py roll_up --rebuild`."
        ) from None


def _publish() -> str:
    try:
        return f"{publish_missing()} months published"
    except CountedElsewhere:
        raise NotNow(
            "The figures were counted on another server: run `manage.py roll_up --rebuild`."
        ) from None


def _retire_log() -> str:
    try:
        return f"{len(retire_months(kept_from(), Path(settings.KBI_ARCHIVE_FOLDER)))} months left the log"
    except LogInUse:
        raise NotNow("A long transaction, such as a dump, reads the log.") from None
    except (NotRetired, KeyUnreadable) as error:
        raise NotNow(str(error)) from None
    except OSError as error:
        raise NotNow(f"The file cannot be written: {error.strerror}.") from None


def _count_clients() -> str:
    return f"{count_clients()} counts of clients written"


def _clean_up() -> str:
    return clean_up().words


def _remove_dossiers() -> str:
    try:
        return f"{remove_dossiers()} dossiers removed"
    except DossiersInUse:
        raise NotNow("An import or a registration is at work.") from None


def _send_weekly() -> str:
    number = enqueue_on_the_day()
    return "not the day" if number is None else f"{number} mails wait for the worker"
