"""What of a row is sealed, and as which bytes: the canonical form, version 1.

The columns of a row are text in the order of `COLUMNS`, as PostgreSQL's COPY writes them: separated by tabs, NULL as
`\\N`, and backslashes and control characters escaped with a backslash. `EXPRESSIONS` has those that are not a column
as it is. The hash of the row, a leaf of RFC 6962, is over

    "1 I N S\\n" + the public columns + "\\n" + the digests

The public columns begin with the moment. 1 is the version. N and S count the values of `numbers` and `shown`. I is
where `insz` is: "-" when it is empty, its place in `shown` counted from 0, or "+" when it is not there and has a
digest of its own. Each digest is SHA-256 over a salt of 16 bytes and a text: first the transaction, the employee and
what they asked; then each INSZ apart, in the order `insz` (if I is "+"), `numbers`, `shown`. The salts are, in this
order, the SHAKE-128 of "kbi-log salts 1" and the random secret of the row in hexadecimal digits.

So a letter can show the public columns and one INSZ with its salt, and only digests of the rest, which no one can
guess.

The digest of a seal is SHA-256 over the lines of its rows, with their line feeds. It is quick to compare, and covers
the same columns as the hashes of the rows.

A column that is added to the log needs a next version of the form; rows keep the version of their seal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256, shake_128
from typing import Any, NamedTuple

from .merkle import SIZE, leaf_hash

FORM = 1
PEOPLE = ("insz", "numbers", "shown")
SECRET = "salt"  # noqa: S105
# The employee, and what they asked: a search term or a reason may tell about someone else.
REQUEST = (
    *("user_id", "user_name", "role"),
    *("rule", "target", "term", "reason"),
    *("epoch", "inscription_id", "request_id", "parent_id", "escape_id"),
)
PUBLIC = (
    *("id", "kind", "channel", "outcome", "institution_id", "mandate_id", "version_id"),
    *("capacity", "legal_basis", "blocks", "purpose"),
)
# Transaction and moment come first, because each row is looked up by them.
COLUMNS = ("xid", "at", *PEOPLE, SECRET, *REQUEST, *PUBLIC)

# Text that does not depend on settings of the session.
EXPRESSIONS = {"at": "at AT TIME ZONE 'UTC'", SECRET: f"encode({SECRET}, 'hex')"}
SELECT = ", ".join(EXPRESSIONS.get(column, column) for column in COLUMNS)
SELECT_TEXT = ", ".join(f"({EXPRESSIONS.get(column, column)})::text" for column in COLUMNS)

SALT = 16
_PEOPLE = 2
_SECRET = _PEOPLE + len(PEOPLE)
_REQUEST = _SECRET + 1
_PUBLIC = _REQUEST + len(REQUEST)
_SECOND = 19  # letters of a moment without its fraction
_NONE = b"{}"

_ESCAPES = str.maketrans(
    {"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
)


class Place(NamedTuple):
    """The transaction of a row, and the second of its moment in UTC as text (`2026-11-29 10:36:07`)."""

    xid: int
    at: bytes


def place_of(line: bytes) -> Place:
    """Where a row belongs: of one line of `COPY (SELECT {SELECT} …) TO STDOUT`."""
    xid, at, _rest = line.split(b"\t", 2)
    return Place(int(xid), at[:_SECOND])


def leaf_of(line: bytes) -> bytes:
    """Hash a row: one line of COPY, with its line feed."""
    parts = line.split(b"\t", _PUBLIC)
    counts, people = _people(parts)
    digests = b"".join(_digests(parts, people, _salts(parts, people)))
    return leaf_hash(b"1 %b\n%b\t%b%b" % (counts, parts[1], parts[_PUBLIC], digests))


def row_id(line: bytes) -> str:
    """The id of the row in a line of COPY."""
    return line.split(b"\t", _PUBLIC)[_PUBLIC][:36].decode()


def line_of(values: Sequence[str | None]) -> bytes:
    """The line that COPY would write of a row; `values` are its columns as `SELECT_TEXT` reads them."""
    return b"\t".join(map(_escape, values)) + b"\n"


def disclose(values: Sequence[str | None], own: Collection[str]) -> dict[str, Any]:
    """What a letter shows of a row to the person with the numbers `own`, for JSON; `disclosed_leaf` hashes it again.

    `values` are the columns as `SELECT_TEXT` reads them.
    """
    parts = line_of(values).split(b"\t", _PUBLIC)
    counts, people = _people(parts)
    salts = _salts(parts, people)
    request, *digests = _digests(parts, people, salts)
    entries: list[str | dict[str, str]] = []
    for place, (person, digest) in enumerate(zip(people, digests, strict=True), 1):
        if (number := person.decode()) in own:
            entries.append({"insz": number, "salt": salts[place * SALT : (place + 1) * SALT].hex()})
        else:
            entries.append(digest.hex())
    return {
        "form": FORM,
        "counts": counts.decode(),
        "public": {"at": values[1], **dict(zip(PUBLIC, values[_PUBLIC:], strict=True))},
        "request": request.hex(),
        "people": entries,
    }


def disclosed_leaf(row: Mapping[str, Any]) -> bytes:
    """Hash a row of a letter. Raises KeyError, TypeError or ValueError when it is not what `disclose` makes."""
    if row["form"] != FORM:
        raise ValueError(f"form {row['form']} is not known")
    own, numbers, shown = row["counts"].split(" ")
    if int(numbers) + int(shown) + (own == "+") != len(row["people"]):
        raise ValueError("the number of persons is not that of the row")
    digests = [bytes.fromhex(row["request"])]
    for person in row["people"]:
        if isinstance(person, str):
            digests.append(bytes.fromhex(person))
        else:
            digests.append(sha256(bytes.fromhex(person["salt"]) + person["insz"].encode()).digest())
    if any(len(digest) != SIZE for digest in digests):
        raise ValueError("a digest has another length")
    public = b"\t".join(_escape(row["public"][column]) for column in ("at", *PUBLIC))
    return leaf_hash(b"1 %b\n%b\n%b" % (row["counts"].encode(), public, b"".join(digests)))


def _people(parts: list[bytes]) -> tuple[bytes, list[bytes]]:
    """The text "I N S", and the numbers that have a digest.

    Quotes of odd values in an array stay, so that different arrays have different values.
    """
    insz, numbers, shown = parts[_PEOPLE:_SECRET]
    if numbers == _NONE and insz == shown[1:-1] and insz:  # a file, by far the most
        return b"0 0 1", [insz]
    asked = numbers[1:-1].split(b",") if numbers != _NONE else []
    seen = shown[1:-1].split(b",") if shown != _NONE else []
    own = []
    if not insz:
        place = b"-"
    elif insz in seen:
        place = b"%d" % seen.index(insz)
    else:
        place, own = b"+", [insz]
    return b"%b %d %d" % (place, len(asked), len(seen)), own + asked + seen


def _salts(parts: list[bytes], people: list[bytes]) -> bytes:
    return shake_128(b"kbi-log salts 1" + parts[_SECRET]).digest(SALT * (1 + len(people)))


def _digests(parts: list[bytes], people: list[bytes], salts: bytes) -> list[bytes]:
    request = b"\t".join((parts[0], *parts[_REQUEST:_PUBLIC]))
    digests = [sha256(salts[:SALT] + request).digest()]
    place = SALT
    for person in people:
        digests.append(sha256(salts[place : place + SALT] + person).digest())
        place += SALT
    return digests


def _escape(value: str | None) -> bytes:
    return b"\\N" if value is None else value.translate(_ESCAPES).encode()
