"""Turn a dossier into lines for COPY. Pure: no database, so that other processes can do it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from ..attendance import Course, Part, PartJudgement, PersonJudgement, Rule, judge_person
from ..attendance.parts import phase_of
from ..listparts import ListPart, SupplierStanding, list_part, slack_of
from ..magda.reader import CourseFacts, Dossier
from ..sorting import sort_key

# Raise it when the same message gives another standing than before: the import then judges messages again that it has
# already, and not only newer ones. tests/persons/test_importing.py notices such a change.
RULES = 3


class Identity(NamedTuple):
    """The person in a message, cut to the columns of `Person`; "" for values the message does not have."""

    last_name: str
    first_name: str
    birth_date: str
    gender: str
    unique_number: str


class Prepared(NamedTuple):
    """One dossier ready for the database. The bytes are lines for the staging tables of `importing`."""

    insz: str
    version: str
    as_of: datetime
    reference: str
    warnings: tuple[str, ...]
    digest: bytes
    identity: Identity
    sort_key: str
    blocks: bytes
    enrolments: bytes
    standing: bytes
    file: str
    place: int  # the line in the file where the dossier begins

    @property
    def rank(self) -> tuple[datetime, bytes]:
        """Of two messages about a person the greater one counts: the newer, else, as neither is right, by content."""
        return self.as_of, self.digest

    @property
    def size(self) -> int:
        """Memory used, in bytes, as far as that differs between dossiers."""
        return len(self.blocks) + len(self.enrolments) + len(self.standing)


def prepare(dossier: Dossier, rule: Rule) -> Prepared:
    """Do everything an import can do with a dossier before the database is involved."""
    identity = Identity(
        dossier.last_name[:200],
        dossier.first_name[:200],
        dossier.birth_date[:10],
        dossier.gender[:1],
        dossier.unique_number[:16],
    )
    return Prepared(
        dossier.insz,
        dossier.version,
        dossier.as_of,
        dossier.reference[:36],
        dossier.warnings,
        digest_of(dossier),
        identity,
        sort_key(identity.last_name, identity.first_name)[:420],
        _blocks(dossier),
        _enrolments(dossier),
        _standing(dossier, rule),
        dossier.file,
        dossier.line,
    )


def digest_of(dossier: Dossier) -> bytes:
    """Return the fingerprint of the content of a message: its version and blocks, not its time stamp."""
    content = hashlib.sha256(dossier.version.encode())
    for name in sorted(dossier.blocks):
        content.update(b"\0%b\0%b" % (name.encode(), dossier.blocks[name]))
    return content.digest()


# COPY's text format: a tab between fields, a line feed after a row, a backslash to escape these, \N for NULL.
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_WORDS = {None: "\\N", True: "t", False: "f"}
# Without \u escapes, each of which `line` would have to escape again.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line(*values: object) -> bytes:
    """Return one row in COPY's text format."""
    texts = [_WORDS[value] if value is None or value.__class__ is bool else str(value) for value in values]
    row = "\t".join(texts)
    # There is hardly ever anything to escape; checking the row once is cheaper than checking every value.
    if "\n" in row or "\r" in row or row.count("\t") >= len(texts) or row.count("\\") > values.count(None):
        row = "\t".join([_field(value) for value in values])
    return (row + "\n").encode()


def text_array(words: Sequence[str]) -> str:
    """Return words of letters and digits as a PostgreSQL array."""
    return "{" + ",".join(f'"{word}"' for word in words) + "}"


def _field(value: object) -> str:
    return _WORDS[value] if value is None or value.__class__ is bool else str(value).translate(_ESCAPES)


def _escaped(xml: bytes) -> bytes:
    for special, instead in ((b"\\", b"\\\\"), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\t", b"\\t")):
        if special in xml:
            xml = xml.replace(special, instead)
    return xml


def _blocks(dossier: Dossier) -> bytes:
    insz = dossier.insz.encode()
    return b"".join(
        [b"%b\t%b\t%b\n" % (insz, name.encode(), _escaped(xml)) for name, xml in dossier.blocks.items()]
    )


def _enrolments(dossier: Dossier) -> bytes:
    as_of = dossier.as_of.date()
    lines = [
        line(
            dossier.insz,
            facts.course.key[:64],
            facts.course.part,
            facts.name[:250],
            facts.centre[:200],
            facts.course.ends,
            facts.course.exempt,
            _json([[_day(first), _day(last)] for first, last in facts.course.suspensions]),
            phase_of(facts.course, as_of=as_of) or "",
        )
        for facts in dossier.courses
    ]
    return b"".join(lines)


def _standing(dossier: Dossier, rule: Rule) -> bytes:
    as_of = dossier.as_of.date()
    facts_of = {facts.course.key: facts for facts in dossier.courses}

    def stored(part: PartJudgement) -> ListPart:
        facts = facts_of[part.course.key]
        return list_part(part, facts.name or facts.level, facts.centre)

    everything = judge_person([facts.course for facts in dossier.courses], as_of=as_of, rule=rule)
    may_miss, decides_on = slack_of(everything)
    by_supplier: dict[str, SupplierStanding | None] = {}
    for number, own in judge_suppliers(dossier.courses, everything, as_of, rule).items():
        if own is everything:
            by_supplier[number] = None
            continue
        own_may_miss, own_decides_on = slack_of(own)
        by_supplier[number] = {
            "verdict": str(own.verdict),
            "may_miss": own_may_miss,
            "decides_on": _day(own_decides_on),
            "parts": [part.part.value if part in everything.parts else stored(part) for part in own.parts],
        }
    return line(
        dossier.insz,
        everything.verdict,
        may_miss,
        decides_on,
        _json([stored(part) for part in everything.parts]),
        dossier.target_code[:24],
        dossier.target_type[:24],
        None if dossier.housing is None else _json(dossier.housing),
        _json(by_supplier) if by_supplier else "{}",
        RULES,
    )


def judge_suppliers(
    courses: Sequence[CourseFacts], everything: PersonJudgement, as_of: date, rule: Rule
) -> dict[str, PersonJudgement]:
    """Return by KBO number the judgement of the courses of that centre alone; cancelled ones count nowhere.

    `everything` is the judgement of all courses. It is returned itself where one centre gives all of them, and its
    parts where one centre gives all courses of a part: judging takes most of the time of an import.
    """
    numbers: dict[Part, dict[str, list[Course]]] = {}
    for facts in courses:
        if not facts.course.cancelled:
            numbers.setdefault(facts.course.part, {}).setdefault(facts.supplier, []).append(facts.course)
    suppliers = {number for by_number in numbers.values() for number in by_number}
    if len(suppliers) == 1:
        return {number: everything for number in suppliers if number}
    judged: dict[str, list[PartJudgement]] = {number: [] for number in sorted(suppliers) if number}
    for part in everything.parts:
        by_number = numbers[part.part]
        for number, own in by_number.items():
            if number:
                alone = len(by_number) == 1
                judged[number] += [part] if alone else judge_person(own, as_of=as_of, rule=rule).parts
    return {number: PersonJudgement(tuple(parts)) for number, parts in judged.items()}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
