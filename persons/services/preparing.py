"""From a dossier as read to the lines that COPY takes. Pure: no database, so that other processes can do it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from ..attendance import Rule
from ..magda.reader import Dossier
from ..sorting import sort_key
from .projection import exact, summarise


class Identity(NamedTuple):
    """Who a message says it is about, cut to what `Person` has room for; "" for what it does not say."""

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
        """Of two messages about a person the greater one counts: newer, else (no order is right) by content."""
        return self.as_of, self.digest

    @property
    def size(self) -> int:
        """What it holds in memory, in bytes, as far as that differs between dossiers."""
        return len(self.blocks) + len(self.enrolments) + len(self.standing)


def prepare(dossier: Dossier, rule: Rule) -> Prepared:
    """Everything an import does with a dossier before the database has a say."""
    identity = Identity(
        dossier.last_name[:200],
        dossier.first_name[:200],
        dossier.birth_date[:10],
        dossier.gender[:1],
        dossier.unique_number[:16],
    )
    enrolments, standing = _projected(dossier, rule)
    return Prepared(
        dossier.insz,
        dossier.version,
        dossier.as_of,
        dossier.reference[:36],
        digest_of(dossier),
        identity,
        sort_key(identity.last_name, identity.first_name)[:420],
        _blocks(dossier),
        enrolments,
        standing,
        dossier.file,
        dossier.line,
    )


def digest_of(dossier: Dossier) -> bytes:
    """The fingerprint of what a message says: its version and blocks, not its time stamp."""
    whole = hashlib.sha256(dossier.version.encode())
    for name in sorted(dossier.blocks):
        whole.update(b"\0%b\0%b" % (name.encode(), dossier.blocks[name]))
    return whole.digest()


# COPY's text format: tab between fields, line feed after a row, backslash before what would be either, \N for none.
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_WORDS = {None: "\\N", True: "t", False: "f"}


def line(*values: object) -> bytes:
    """One row in COPY's text format."""
    texts = [_WORDS[value] if value is None or value.__class__ is bool else str(value) for value in values]
    row = "\t".join(texts)
    # Nearly never is there anything to escape; looking once at the whole costs less than at each.
    if "\n" in row or "\r" in row or row.count("\t") >= len(texts) or row.count("\\") > values.count(None):
        row = "\t".join([_field(value) for value in values])
    return (row + "\n").encode()


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


def _projected(dossier: Dossier, rule: Rule) -> tuple[bytes, bytes]:
    day = dossier.as_of.date()
    found, parts, judged = summarise([(fact.course, fact.name) for fact in dossier.courses], day, rule)
    enrolments = []
    for fact in dossier.courses:
        course, judgement = fact.course, judged[fact.course.key]
        count = judgement.tally
        enrolments.append(
            line(
                dossier.insz,
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
                0,
                len(count.lessons_to_come),
                judgement.verdict,
                course.cancelled,
                course.exempt,
                json.dumps([[_day(first), _day(last)] for first, last in course.suspensions]),
                day,
            )
        )
    standing = line(
        dossier.insz,
        found.verdict,
        json.dumps(parts, ensure_ascii=False),
        dossier.target_code[:24],
        dossier.target_type[:24],
        rule.code,
        day,
    )
    return b"".join(enrolments), standing


def _day(day: object | None) -> str | None:
    return str(day) if day else None
