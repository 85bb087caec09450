"""Import dossiers: read and judge messages, stage them by COPY, merge them set-wise; one transaction for each batch."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from ..attendance import DEFAULT_RULE, Rule
from ..models import ImportRun
from ..numberhashes import hash_of
from ..sorting import name_words
from . import aside, hashing, questions
from .comparing import COMPARE, OPEN_WAITING
from .preparing import RULES, Identity, Prepared, line, text_array
from .reading import SetAside, read, set_aside

BATCH = 1000
BATCH_BYTES = 32 * 1024 * 1024
# A message from the future would win from every real one, so it is refused. A day of grace allows for clocks.
GRACE = datetime.timedelta(days=1)

STAGING = """
CREATE TEMP TABLE IF NOT EXISTS staged_person (
  insz text, unique_number text, last_name text, first_name text, sort_key text, name_words text[],
  birth_date text, gender text, named_at timestamptz, version text, as_of timestamptz, reference text, warnings jsonb,
  digest bytea, hash bytea
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_block (insz text, name text, xml text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_enrolment (
  insz text, key text, part text, course text, centre text, ends date, exempt boolean, suspensions jsonb, phase text
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_standing (
  insz text, verdict text, may_miss smallint, decides_on date, parts jsonb, target_code text, target_type text,
  housing jsonb, by_supplier jsonb, rules smallint
) ON COMMIT DELETE ROWS;
-- `old_version`: the version of the message before; empty when there is nothing to compare. `fell`: see `comparing`.
CREATE TEMP TABLE IF NOT EXISTS accepted (
  person_id bigint, insz text, is_new boolean, is_newer boolean, old_version text, fell boolean
) ON COMMIT DELETE ROWS;
-- There is only something to delete when an outer transaction imports several batches.
DELETE FROM staged_person; DELETE FROM staged_block; DELETE FROM staged_enrolment; DELETE FROM staged_standing;
DELETE FROM accepted;
"""

# No inscription is registered meanwhile (the other half is in persons_register_inscriptions): a number looked up
# before its person arrives, and written afterwards, would wait for ever. Two imports run one after the other.
LOCK = "SELECT pg_advisory_xact_lock(app_arrivals())"

# The newest message wins; of two with the same time stamp the greater digest, so that order does not matter. The same
# message goes in again if an earlier version of the code judged it.
MERGE_MESSAGES = """
WITH before AS (
  SELECT p.insz, CASE WHEN (p.as_of, p.digest) <> (s.as_of, s.digest) THEN p.version END AS version
  FROM persons_person p JOIN staged_person s ON s.insz = p.insz
), written AS (
  INSERT INTO persons_person AS p (insz, unique_number, last_name, first_name, sort_key, name_words, birth_date,
    gender, named_at, version, as_of, reference, warnings, digest, refreshed_at)
  SELECT insz, unique_number, last_name, first_name, sort_key, name_words, birth_date, gender, named_at, version, as_of,
    reference, warnings, digest, now()
  FROM staged_person
  ON CONFLICT (insz) DO UPDATE SET
    version = excluded.version, as_of = excluded.as_of, reference = excluded.reference, warnings = excluded.warnings,
    digest = excluded.digest, refreshed_at = excluded.refreshed_at
  WHERE (p.as_of, p.digest) < (excluded.as_of, excluded.digest)
    OR ((p.as_of, p.digest) = (excluded.as_of, excluded.digest)
      AND EXISTS (SELECT 1 FROM persons_standing s WHERE s.person_id = p.id AND s.rules < %s))
  RETURNING id, insz, xmax = 0 AS is_new
)
INSERT INTO accepted (person_id, insz, is_new, is_newer, old_version)
SELECT w.id, w.insz, w.is_new, true, b.version FROM written w LEFT JOIN before b ON b.insz = w.insz
"""

# The identity comes from the newest message that has a name. Messages of 01.00 have none: a person does not lose the
# name with such a message, and still gets one when the message with the name arrives late.
MERGE_IDENTITIES = """
WITH written AS (
  UPDATE persons_person p SET
    unique_number = s.unique_number, last_name = s.last_name, first_name = s.first_name, sort_key = s.sort_key,
    name_words = s.name_words, birth_date = s.birth_date, gender = s.gender, named_at = s.named_at, refreshed_at = now()
  FROM staged_person s
  WHERE p.insz = s.insz AND CASE
    WHEN s.named_at IS NULL THEN p.named_at IS NULL AND s.as_of = p.as_of AND s.digest = p.digest
      AND (p.birth_date, p.gender, p.unique_number) IS DISTINCT FROM (s.birth_date, s.gender, s.unique_number)
    ELSE p.named_at IS NULL OR s.named_at > p.named_at OR (s.named_at = p.named_at
      AND (s.last_name COLLATE "C", s.first_name COLLATE "C", s.birth_date COLLATE "C", s.gender COLLATE "C",
           s.unique_number COLLATE "C")
        > (p.last_name, p.first_name, p.birth_date, p.gender, p.unique_number))
    END
  RETURNING p.id, p.insz
)
INSERT INTO accepted (person_id, insz, is_new, is_newer) SELECT id, insz, false, false FROM written w
WHERE NOT EXISTS (SELECT 1 FROM accepted a WHERE a.person_id = w.id)
"""

MERGE_DETAILS = (
    COMPARE,  # before the rest, which writes over what it compares with
    """INSERT INTO persons_numberhash (insz, hash)
       SELECT s.insz, s.hash FROM staged_person s JOIN accepted a ON a.insz = s.insz
       ON CONFLICT (insz) DO NOTHING""",
    """DELETE FROM persons_block b USING accepted a WHERE b.person_id = a.person_id AND a.is_newer AND NOT a.is_new
         AND NOT EXISTS (SELECT 1 FROM staged_block s WHERE s.insz = a.insz AND s.name = b.name)""",
    """INSERT INTO persons_block AS b (person_id, name, xml)
       SELECT a.person_id, s.name, s.xml FROM staged_block s JOIN accepted a ON a.insz = s.insz AND a.is_newer
       ON CONFLICT (person_id, name) DO UPDATE SET xml = excluded.xml WHERE b.xml <> excluded.xml""",
    """DELETE FROM persons_enrolment e USING accepted a
       WHERE e.person_id = a.person_id AND a.is_newer AND NOT a.is_new""",
    """INSERT INTO persons_enrolment (person_id, key, part, course, centre, ends, exempt, suspensions, phase)
       SELECT a.person_id, s.key, s.part, s.course, s.centre, s.ends, s.exempt, s.suspensions, s.phase
       FROM staged_enrolment s JOIN accepted a ON a.insz = s.insz AND a.is_newer""",
    """INSERT INTO persons_standing AS old (person_id, verdict, may_miss, decides_on, parts, target_code, target_type,
         housing, by_supplier, rules, fell_at)
       SELECT a.person_id, s.verdict, s.may_miss, s.decides_on, s.parts, s.target_code, s.target_type, s.housing,
         s.by_supplier, s.rules, CASE WHEN a.fell THEN now() END
       FROM staged_standing s JOIN accepted a ON a.insz = s.insz AND a.is_newer
       ON CONFLICT (person_id) DO UPDATE SET verdict = excluded.verdict, may_miss = excluded.may_miss,
         decides_on = excluded.decides_on, parts = excluded.parts, target_code = excluded.target_code,
         target_type = excluded.target_type, housing = excluded.housing, by_supplier = excluded.by_supplier,
         rules = excluded.rules,
         fell_at = CASE WHEN excluded.parts @? '$[*] ? (@.verdict == "reachable" || @.verdict == "out_of_reach")'
                        THEN coalesce(excluded.fell_at, old.fell_at) END""",
    OPEN_WAITING,
)


@dataclass
class ImportReport:
    """The counts of an import; the others add up to `read`.

    `changed` includes messages that an earlier version of the code judged; `unchanged` counts the others that were
    imported before, `older` those for which there is a newer one already. `carried_over` is not part of that sum: the
    inscriptions that go on under a newer number.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    set_aside: int = 0
    carried_over: int = 0


def import_dossiers(
    paths: Iterable[Path],
    *,
    allow_test: bool,
    batch: int = BATCH,
    rule: Rule = DEFAULT_RULE,
    processes: int | None = None,
    on_set_aside: Callable[[SetAside], None] = lambda message: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """Read the messages in `paths` and merge them: idempotent, the newest message of a person wins.

    A batch of at most `batch` messages is one transaction: after a kill it is either in the database or not, and
    running again finishes. A wrong message is set aside: `on_set_aside` is called at once, the database gets it with
    its batch (`SetAsideMessage`), and the others go on. Test numbers are wrong unless `allow_test`. `processes` read
    beside this one (see `reading.read`). A message is counted in `report`, which is also returned, once it is in the
    database, never before. Needs the owner's connection, outside a transaction. Raises `hashing.OtherKey` before it
    reads anything when the hashes of numbers were made under another key.
    """
    hashing.use_key()
    report = report if report is not None else ImportReport()
    started = timezone.now()
    latest = started + GRACE
    run = ImportRun.objects.create(started_at=started)
    waiting = _Batch(started, on_set_aside)
    with closing(read(paths, allow_test=allow_test, rule=rule, processes=processes)) as items:
        for item in items:
            if isinstance(item, SetAside):
                waiting.set_aside(item)
            elif item.as_of > latest:
                # Such a moment would be newer than that of every real message to come.
                detail = "dated later than tomorrow"
                waiting.set_aside(set_aside(item, "from_the_future", detail, dated=False))
            else:
                waiting.add(item)
            if len(waiting) >= batch or waiting.size >= BATCH_BYTES:
                _merge(waiting, report)
                waiting = _Batch(started, on_set_aside)
        if len(waiting):
            _merge(waiting, report)
    report.carried_over = follow_numbers()
    run.ended_at = timezone.now()
    run.save(update_fields=["ended_at"])
    return report


def follow_numbers() -> int:
    """Carry inscriptions under replaced numbers over to the newer number of the same person; return how many.

    A transaction of its own after the batches: it waits for users who change an inscription, and they could wait for
    the lines that a batch has written. An import that was killed before it leaves it to the next one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2min'")
        cursor.execute("SELECT persons_follow_numbers()")
        [carried_over] = cursor.fetchone()
    return carried_over


class _Batch:
    """The messages of one transaction: those to store and those set aside. `started` is when the import began."""

    def __init__(self, started: datetime.datetime, on_set_aside: Callable[[SetAside], None]) -> None:
        self.started = started
        self.messages: list[Prepared] = []
        self.aside: list[SetAside] = []
        self.size = 0
        self._on_set_aside = on_set_aside

    def __len__(self) -> int:
        return len(self.messages) + len(self.aside)

    def add(self, message: Prepared) -> None:
        self.messages.append(message)
        self.size += message.size

    def set_aside(self, message: SetAside) -> None:
        self.aside.append(message)
        self._on_set_aside(message)

    def halves(self) -> tuple[_Batch, _Batch]:
        """Return the batch in two; the messages set aside go with the second."""
        first, second = (_Batch(self.started, self._on_set_aside) for _ in range(2))
        middle = len(self.messages) // 2
        first.messages, second.messages = self.messages[:middle], self.messages[middle:]
        second.aside = self.aside
        return first, second


class _Candidate:
    """The messages about one person in a batch: the newest, and the identity in the newest that has a name."""

    __slots__ = ("identity", "messages", "named_at", "newest", "sort_key")

    def __init__(self) -> None:
        self.messages = 0
        self.newest: Prepared | None = None
        self.named_at: datetime.datetime | None = None
        self.identity = Identity("", "", "", "", "")
        self.sort_key = ""

    def add(self, message: Prepared) -> None:
        self.messages += 1
        if self.newest is None or message.rank > self.newest.rank:
            self.newest = message
        if message.sort_key and (
            self.named_at is None or (message.as_of, message.identity) > (self.named_at, self.identity)
        ):
            self.named_at, self.identity, self.sort_key = message.as_of, message.identity, message.sort_key
        elif self.named_at is None and message is self.newest:
            self.identity = message.identity

    def is_better_named_than(self, named_at: datetime.datetime | None, identity: Identity) -> bool:
        """Return True if the batch has a name that is newer than the stored one (of the same moment: greater)."""
        if self.named_at is None:
            return False
        return named_at is None or (self.named_at, self.identity) > (named_at, identity)


def _merge(batch: _Batch, report: ImportReport) -> None:
    """Merge a batch; if the database refuses a message, find it and set it aside, and store the others."""
    try:
        _merge_batch(batch, report)
    except (DataError, IntegrityError) as error:
        if not batch.messages:
            raise
        if len(batch.messages) > 1:
            for half in batch.halves():
                _merge(half, report)
            return
        [message] = batch.messages
        details = getattr(error.__cause__, "diag", None)
        name = (details and (details.constraint_name or details.sqlstate)) or type(error).__name__
        batch.messages = []
        batch.set_aside(set_aside(message, "not_storable", f"refused by the database ({name})"))
        _merge(batch, report)


def _merge_batch(batch: _Batch, report: ImportReport) -> None:
    messages = batch.messages
    candidates: dict[str, _Candidate] = {}
    for message in messages:
        candidates.setdefault(message.insz, _Candidate()).add(message)
    unchanged = older = 0
    for message in messages:
        newest = candidates[message.insz].newest
        if message is not newest:
            same = newest is not None and message.rank == newest.rank
            unchanged, older = unchanged + same, older + (not same)

    with transaction.atomic(), connection.cursor() as cursor:
        # Confirming a version of a mandate locks the list lines for longer than the owner's role waits for a lock.
        cursor.execute("SET LOCAL lock_timeout = '2min'")
        newer = set(candidates)
        judged_again: set[str] = set()
        # Persons share a unique number before or after this batch.
        unique_numbers = {candidate.identity.unique_number for candidate in candidates.values()}
        cursor.execute(
            "SELECT insz, as_of, digest, rules < %s, named_at, last_name, first_name, birth_date, gender,"
            " unique_number FROM persons_person LEFT JOIN persons_standing ON person_id = id WHERE insz = ANY(%s)",
            [RULES, list(candidates)],
        )
        for insz, as_of, digest, is_outdated, named_at, *identity in cursor.fetchall():
            candidate, stored = candidates[insz], (as_of, bytes(digest))
            assert candidate.newest is not None
            unique_numbers.add(identity[-1])
            if is_outdated and candidate.newest.rank == stored:
                judged_again.add(insz)
            elif candidate.newest.rank <= stored:
                same = candidate.newest.rank == stored
                unchanged, older = unchanged + same, older + (not same)
                newer.discard(insz)
                if not candidate.is_better_named_than(named_at, Identity(*identity)):
                    del candidates[insz]
        new = changed = renamed = 0
        if candidates:
            _stage(cursor, candidates, newer)
        if candidates or batch.aside:
            cursor.execute(LOCK)
        accepted: dict[str, bool] = {}  # whether the message is newer, by number
        if candidates:
            cursor.execute(MERGE_MESSAGES, [RULES])
            cursor.execute(MERGE_IDENTITIES)
            for statement in MERGE_DETAILS:
                cursor.execute(statement)
            cursor.execute("SELECT insz, is_newer, is_new FROM accepted")
            rows = cursor.fetchall()
            new = sum(is_new for _insz, _is_newer, is_new in rows)
            changed = sum(is_newer for _insz, is_newer, _is_new in rows) - new
            accepted = {insz: is_newer and insz not in judged_again for insz, is_newer, _is_new in rows}
            questions.settle(cursor, [insz for insz, is_newer in accepted.items() if is_newer])
            renamed = len(rows) - new - changed
        aside.store(cursor, batch.aside, batch.started)
        aside.refresh(cursor, batch.aside, accepted, unique_numbers, batch.started)
    report.read += len(messages) + len(batch.aside)
    report.set_aside += len(batch.aside)
    report.new += new
    report.changed += changed + renamed
    report.unchanged += unchanged
    # An older message with a name counts as a change; another import may have stored a newer message first.
    report.older += older - renamed + len(newer) - new - changed


def _stage(cursor: CursorWrapper, candidates: dict[str, _Candidate], newer: set[str]) -> None:
    """Copy the candidates to the staging tables; of persons not in `newer` only the identity."""
    persons = []
    for insz, candidate in sorted(candidates.items()):
        newest, identity = candidate.newest, candidate.identity
        assert newest is not None
        persons.append(
            line(
                insz,
                identity.unique_number,
                identity.last_name,
                identity.first_name,
                candidate.sort_key,
                text_array(name_words(identity.last_name, identity.first_name)),
                identity.birth_date,
                identity.gender,
                candidate.named_at and candidate.named_at.isoformat(),
                newest.version,
                newest.as_of.isoformat(),
                newest.reference,
                json.dumps(newest.warnings) if newest.warnings else None,
                "\\x" + newest.digest.hex(),
                "\\x" + hash_of(insz).hex(),
            )
        )
    messages = [
        candidate.newest
        for insz, candidate in sorted(candidates.items())
        if insz in newer and candidate.newest
    ]
    cursor.execute(STAGING)
    for table, lines in (
        ("staged_person", persons),
        ("staged_block", [message.blocks for message in messages]),
        ("staged_enrolment", [message.enrolments for message in messages]),
        ("staged_standing", [message.standing for message in messages]),
    ):
        cursor.copy_expert(f"COPY {table} FROM STDIN", io.BytesIO(b"".join(lines)))
