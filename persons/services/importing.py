"""Bringing dossiers in: messages are read, judged, staged by COPY and merged set-wise, one transaction per batch."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from ..attendance import DEFAULT_RULE, Rule
from ..magda.reader import Dossier, MessageError, read_file
from ..sorting import sort_key
from .projection import exact, summarise

BATCH = 1000

STAGING = """
CREATE TEMP TABLE IF NOT EXISTS staged_person (
  insz text, unique_number text, last_name text, first_name text, sort_key text, birth_date text, gender text,
  version text, as_of timestamptz, reference text, digest bytea
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_block (insz text, name text, xml text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_enrolment (
  insz text, key text, part text, course text, level text, language text, centre text, starts date, ends date,
  left_on date, required numeric, unit text, given numeric, present numeric, justified numeric, unjustified numeric,
  to_come numeric, lessons_given integer, lessons_to_come integer, verdict text, cancelled boolean, exempt boolean,
  suspensions jsonb, as_of date
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_standing (
  insz text, verdict text, parts jsonb, target_code text, target_type text, rule text, as_of date
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS accepted (person_id bigint, insz text, is_new boolean) ON COMMIT DELETE ROWS;
"""

# The newest message wins; of two with the same time stamp the greater digest, so that order does not matter.
# A message of 01.00 has no name: the one known stays.
MERGE_PERSONS = """
WITH written AS (
  INSERT INTO persons_person AS p (insz, unique_number, last_name, first_name, sort_key, birth_date, gender, version,
    as_of, reference, digest, refreshed_at)
  SELECT insz, unique_number, last_name, first_name, sort_key, birth_date, gender, version, as_of, reference, digest,
    now()
  FROM staged_person
  ON CONFLICT (insz) DO UPDATE SET
    unique_number = coalesce(nullif(excluded.unique_number, ''), p.unique_number),
    last_name = CASE WHEN excluded.sort_key = '' THEN p.last_name ELSE excluded.last_name END,
    first_name = CASE WHEN excluded.sort_key = '' THEN p.first_name ELSE excluded.first_name END,
    sort_key = coalesce(nullif(excluded.sort_key, ''), p.sort_key),
    birth_date = coalesce(nullif(excluded.birth_date, ''), p.birth_date),
    gender = coalesce(nullif(excluded.gender, ''), p.gender),
    version = excluded.version, as_of = excluded.as_of, reference = excluded.reference, digest = excluded.digest,
    refreshed_at = excluded.refreshed_at
  WHERE (p.as_of, p.digest) < (excluded.as_of, excluded.digest)
  RETURNING id, insz, xmax = 0 AS is_new
)
INSERT INTO accepted SELECT id, insz, is_new FROM written
"""

MERGE_DETAILS = (
    """DELETE FROM persons_block b USING accepted a WHERE b.person_id = a.person_id AND NOT a.is_new
         AND NOT EXISTS (SELECT 1 FROM staged_block s WHERE s.insz = a.insz AND s.name = b.name)""",
    """INSERT INTO persons_block AS b (person_id, name, xml)
       SELECT a.person_id, s.name, s.xml FROM staged_block s JOIN accepted a ON a.insz = s.insz
       ON CONFLICT (person_id, name) DO UPDATE SET xml = excluded.xml WHERE b.xml <> excluded.xml""",
    """DELETE FROM persons_enrolment e USING accepted a WHERE e.person_id = a.person_id AND NOT a.is_new""",
    """INSERT INTO persons_enrolment (person_id, key, part, course, level, language, centre, starts, ends, left_on,
         required, unit, given, present, justified, unjustified, to_come, lessons_given, lessons_to_come, verdict,
         cancelled, exempt, suspensions, as_of)
       SELECT a.person_id, s.key, s.part, s.course, s.level, s.language, s.centre, s.starts, s.ends, s.left_on,
         s.required, s.unit, s.given, s.present, s.justified, s.unjustified, s.to_come, s.lessons_given,
         s.lessons_to_come, s.verdict, s.cancelled, s.exempt, s.suspensions, s.as_of
       FROM staged_enrolment s JOIN accepted a ON a.insz = s.insz""",
    """INSERT INTO persons_standing (person_id, verdict, parts, target_code, target_type, rule, as_of)
       SELECT a.person_id, s.verdict, s.parts, s.target_code, s.target_type, s.rule, s.as_of
       FROM staged_standing s JOIN accepted a ON a.insz = s.insz
       ON CONFLICT (person_id) DO UPDATE SET verdict = excluded.verdict, parts = excluded.parts,
         target_code = excluded.target_code, target_type = excluded.target_type, rule = excluded.rule,
         as_of = excluded.as_of""",
    # Inscriptions that waited for these persons open now; the trigger gives them their list lines.
    """UPDATE persons_inscription i SET person_id = a.person_id FROM accepted a
       WHERE a.is_new AND i.insz = a.insz AND i.person_id IS NULL""",
    """SELECT persons_refresh_client_list(ARRAY(
         SELECT i.id FROM persons_inscription i JOIN accepted a ON a.person_id = i.person_id
         WHERE NOT a.is_new))""",
)


@dataclass
class ImportReport:
    """What came of an import. `unchanged` counts messages that were in already, `older` those that a newer one
    had overtaken."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    set_aside: list[MessageError] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to read: those named, and every visible file below a named folder, in a fixed order."""
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        else:
            yield path


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _below(path)
        else:
            yield path


def import_dossiers(
    paths: Iterable[Path], *, allow_test: bool, batch: int = BATCH, rule: Rule = DEFAULT_RULE
) -> ImportReport:
    """Read the messages in `paths` and merge them: idempotent, the newest message of a person wins.

    Each batch is one transaction: a kill leaves the database as before it or complete, and running again finishes.
    A wrong message is set aside with its reason and the others go on. Needs the owner's connection.
    """
    report = ImportReport()
    waiting: list[Dossier] = []
    for path in find_files(paths):
        for item in read_file(path, allow_test=allow_test):
            report.read += 1
            if isinstance(item, MessageError):
                report.set_aside.append(item)
                continue
            waiting.append(item)
            if len(waiting) >= batch:
                _merge(waiting, report, rule)
                waiting = []
    if waiting:
        _merge(waiting, report, rule)
    return report


def digest_of(dossier: Dossier) -> bytes:
    """The fingerprint of what a message says: its version and blocks, not its time stamp."""
    whole = hashlib.sha256(dossier.version.encode())
    for name in sorted(dossier.blocks):
        whole.update(name.encode() + b"\0" + dossier.blocks[name] + b"\0")
    return whole.digest()


def _merge(dossiers: list[Dossier], report: ImportReport, rule: Rule) -> None:
    newest: dict[str, tuple[datetime, bytes, Dossier]] = {}
    for dossier in dossiers:
        digest = digest_of(dossier)
        rank = (dossier.as_of, digest)
        held = newest.get(dossier.insz)
        if held is None:
            newest[dossier.insz] = (*rank, dossier)
        elif rank == held[:2]:
            report.unchanged += 1
        else:
            report.older += 1
            if rank > held[:2]:
                newest[dossier.insz] = (*rank, dossier)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT insz, as_of, digest FROM persons_person WHERE insz = ANY(%s)", [list(newest)])
        for insz, as_of, digest in cursor.fetchall():
            rank, wanted = (as_of, bytes(digest)), newest[insz][:2]
            if wanted == rank:
                report.unchanged += 1
            elif wanted < rank:
                report.older += 1
            else:
                continue
            del newest[insz]
        if not newest:
            return
        cursor.execute(STAGING)
        _stage(cursor, newest, rule)
        cursor.execute(MERGE_PERSONS)
        for statement in MERGE_DETAILS:
            cursor.execute(statement)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM accepted"
        )
        new, changed = cursor.fetchone()
    report.new += new
    report.changed += changed
    # Another import was quicker with something newer.
    report.older += len(newest) - new - changed


_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    return str(value).translate(_ESCAPES)


def _line(*values: object) -> str:
    return "\t".join(map(_field, values)) + "\n"


def _stage(cursor, newest: dict[str, tuple[datetime, bytes, Dossier]], rule: Rule) -> None:
    persons, blocks, enrolments, standings = io.StringIO(), io.StringIO(), io.StringIO(), io.StringIO()
    for insz, (as_of, digest, dossier) in newest.items():
        persons.write(
            _line(
                insz,
                dossier.unique_number[:16],
                dossier.last_name[:200],
                dossier.first_name[:200],
                sort_key(dossier.last_name, dossier.first_name)[:420],
                dossier.birth_date[:10],
                dossier.gender[:1],
                dossier.version,
                as_of.isoformat(),
                dossier.reference[:36],
                "\\x" + digest.hex(),
            )
        )
        for name, xml in dossier.blocks.items():
            blocks.write(f"{insz}\t{name}\t{_field(xml.decode())}\n")
        day = as_of.date()
        facts = dossier.courses
        found, parts, judged = summarise([(fact.course, fact.name) for fact in facts], day, rule)
        for fact in facts:
            course, judgement = fact.course, judged[fact.course.key]
            count = judgement.tally
            enrolments.write(
                _line(
                    insz,
                    course.key[:64],
                    course.part,
                    fact.name[:250],
                    fact.level[:120],
                    fact.language[:120],
                    fact.centre[:200],
                    course.starts,
                    course.ends,
                    course.left,
                    None if course.required is None else exact(course.required),
                    course.unit,
                    exact(count.given),
                    exact(count.present),
                    exact(count.justified),
                    exact(count.unjustified),
                    exact(count.to_come),
                    count.lessons_given,
                    len(count.lessons_to_come),
                    judgement.verdict,
                    course.cancelled,
                    course.exempt,
                    json.dumps(
                        [[str(a) if a else None, str(b) if b else None] for a, b in course.suspensions]
                    ),
                    day,
                )
            )
        standings.write(
            _line(
                insz,
                found.verdict,
                json.dumps(parts, ensure_ascii=False),
                dossier.target_code[:24],
                dossier.target_type[:24],
                rule.code,
                day,
            )
        )
    for table, content in (
        ("staged_person", persons),
        ("staged_block", blocks),
        ("staged_enrolment", enrolments),
        ("staged_standing", standings),
    ):
        content.seek(0)
        cursor.copy_expert(f"COPY {table} FROM STDIN", content)
