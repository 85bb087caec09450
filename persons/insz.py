"""The INSZ: the eleven digits that identify a person in Belgian social security.

Layout: YYMMDD, a counter of three digits, two check digits. The check digits are 97 minus the first nine
digits modulo 97; for a birth from 2000 on, a 2 is put before the nine digits first. A number never passes both
checks, so the century follows from the check digits. The month identifies the register: 00-12 Rijksregister,
20-32 and 40-52 bis number, 60-72 MAGDA test number, which never belongs to a person (KBISimple.xsd, InszType;
README of MAGDA-Mock).

Where the month is unknown (00, 20, 40, 60) the day goes on counting when the counter has run out. Since 2024 it runs
past 31, although InszType still ends there.

Pure functions. No message of an exception repeats the number.
"""

import re
from operator import itemgetter
from typing import Literal

from stdnum.be import ssn
from stdnum.exceptions import InvalidChecksum, ValidationError

from partners.periods import today
from partners.texts import visible

Reason = Literal[
    "empty",
    "characters",
    "rounded",
    "zero_lost",
    "length",
    "several",
    "check_digits",
    "date",
    "test_number",
]

_EXPLANATION: dict[Reason, str] = {
    "empty": "no digits",
    "characters": "other characters than digits and separators",
    "rounded": "a spreadsheet rounded the number, format the column as text and enter all digits again",
    "zero_lost": "fewer than eleven digits, so a spreadsheet may have dropped a zero in front",
    "length": "not eleven digits",
    "several": "more than one number",
    "check_digits": "the check digits do not match",
    "date": "no possible date of birth",
    "test_number": "a test number, which is not accepted here",
}

# Spaces, dots, slashes, underscores and every dash and minus sign.
_SEPARATOR = (
    r"[\s._/\u00b7\u2022\-\u02d7\u058a\u05be\u1806\u2010-\u2015\u2043\u207b\u2212\u2796\u2e3a\u2e3b\u30fb\u30fc"
    r"\ufe31\ufe32\ufe58\ufe63\uff0d\uff0e]"
)
# A lookahead, so that matches may overlap: the digits of a date or list number may precede those of the INSZ.
_ELEVEN_DIGITS = re.compile(rf"(?<!\d)(?=([0-9](?:{_SEPARATOR}{{0,3}}[0-9]){{10}})(?!\d))")
_LONGEST = 400
_SEPARATORS = re.compile(f"{_SEPARATOR}+")
_LABEL_AND_QUOTES = re.compile(r"^\D+|\W+$")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_FIRST_IS_DIGIT = re.compile(r"[\W_]*\d")
_DIGITS_OF_A_NUMBER = 6
_ZEROS_OF_A_ROUNDED_NUMBER = "0000"  # no number has the check digits 00
_ZEROS_LOST = range(8, 11)  # digits of a number that lost its zeros in front

_REGISTERED, _TEST, _NONE = 1, 2, 0
_REGISTER_OF_MONTH = bytes(
    _TEST if 60 <= month <= 72 else _REGISTERED if month <= 52 and month % 20 <= 12 else _NONE
    for month in range(100)
)
_BORN_2000 = 2_000_000_000
_LAST_DAY = 31  # where the month is known, whichever it is; day 00 is unknown


class InvalidInsz(ValueError):
    """The text is not an INSZ.

    `reason` is one of: "empty", "characters" (other characters than digits and separators), "rounded" (as in
    8,5E+10 or 85670900000), "zero_lost" (eight to ten digits), "length" (not eleven digits), "several" (different
    numbers), "check_digits", "date" (no such month or day), "test_number" (valid, but test numbers are not accepted).
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(_EXPLANATION[reason])
        self.reason: Reason = reason


def normalise(text: str, *, allow_test: bool) -> str:
    """Return the eleven digits of the one INSZ in `text`, however it was pasted.

    Separators, invisible characters, and labels or marks around the number are left out. Ordinary and bis numbers are
    checked by `stdnum.be.ssn`. Test numbers, which stdnum does not know, are accepted only with `allow_test`. Raises
    InvalidInsz; a number with several mistakes gets the first in the order of its docstring.
    """
    # An import calls this for every dossier, so the usual form goes first.
    if len(text) == 11 and text.isascii() and text.isdigit():
        digits, mistake = text, _mistake_in(text, allow_test)
    else:
        numbers = _numbers_in(text, allow_test)
        if len(numbers) != 1:
            raise InvalidInsz("several" if numbers else _why_none_in(visible(text)))
        [(digits, mistake)] = numbers.items()
    if mistake:
        raise InvalidInsz(mistake)
    return digits


def valid_numbers_in(text: str, *, allow_test: bool) -> list[str]:
    """Return the different valid INSZ in `text`, eleven digits each. Test numbers count only with `allow_test`."""
    return [digits for digits, mistake in _numbers_in(text, allow_test).items() if mistake is None]


def numbers_in_line(line: str, *, allow_test: bool) -> list[tuple[str, Reason | None]]:
    """Return each number that one line of a pasted list has, with its mistake (None: eleven digits of a valid INSZ).

    Text without eleven digits in a row returns itself, with the reason; a line without any digit returns nothing.
    """
    if not any(map(str.isdigit, line)):
        return []
    return list(_numbers_in(line, allow_test).items()) or [(line.strip(), _why_none_in(visible(line)))]


def looks_like_number(text: str) -> bool:
    """Return True if `text` is meant as a number, right or wrong, and not as a name.

    It then begins with a digit, apart from marks, or has at least six digits.
    """
    text = visible(text)
    return _FIRST_IS_DIGIT.match(text) is not None or sum(map(str.isdigit, text)) >= _DIGITS_OF_A_NUMBER


def _numbers_in(text: str, allow_test: bool) -> dict[str, Reason | None]:
    """Return the different groups of eleven digits in `text`, in its order, each with its mistake (None: valid).

    Only the first `_LONGEST` characters are looked at: the time grows with the square of the number of groups.
    """
    candidates: list[tuple[Reason | None, int, int, str]] = []
    for match in _ELEVEN_DIGITS.finditer(visible(text[:_LONGEST])):
        digits = _SEPARATORS.sub("", match[1])
        candidates.append((_mistake_in(digits, allow_test), *match.span(1), digits))
    # Of groups that overlap at most one is meant, so a valid one goes first.
    candidates.sort(key=lambda candidate: candidate[0] is not None)
    numbers: list[tuple[int, int, str, Reason | None]] = []
    for mistake, start, end, digits in candidates:
        if all(end <= first or last <= start for first, last, _, _ in numbers):
            numbers.append((start, end, digits, mistake))
    return {digits: mistake for _, _, digits, mistake in sorted(numbers, key=itemgetter(0))}


def _why_none_in(text: str) -> Reason:
    """Return why there are no eleven digits in `text`."""
    if not _SEPARATORS.sub("", text):
        return "empty"
    if _SCIENTIFIC.search(text):
        return "rounded"
    number = _LABEL_AND_QUOTES.sub("", text)
    if number.isascii() and number.isdigit() and len(number) in _ZEROS_LOST:
        return "zero_lost"
    digits = _SEPARATORS.sub("", number)
    return "length" if digits.isascii() and digits.isdigit() else "characters"


def _mistake_in(digits: str, allow_test: bool) -> Reason | None:
    """Return why eleven digits are no INSZ; None if they are one."""
    # stdnum takes 6 to 16 microseconds. So a clearly valid number is recognised here, and only the others go there.
    nine, check = divmod(int(digits), 100)
    born_1900 = nine % 97 == 97 - check
    if born_1900 or (nine + _BORN_2000) % 97 == 97 - check:
        month = nine // 100_000 % 100
        if month % 20 and nine // 1000 % 100 > _LAST_DAY:
            return "date"
        register = _REGISTER_OF_MONTH[month]
        if register == _TEST:
            return None if allow_test else "test_number"
        # stdnum's own rule: a number cannot have a year that is still to come.
        if register == _REGISTERED and (born_1900 or nine // 10_000_000 + 2000 <= today().year):
            return None
    try:
        ssn.validate(digits)
    except InvalidChecksum:
        # 8,56709E+10 becomes 85670900000 when its cell is formatted as a number afterwards.
        return "rounded" if digits.endswith(_ZEROS_OF_A_ROUNDED_NUMBER) else "check_digits"
    except ValidationError:
        return "date"
    return None


def format_insz(digits: str) -> str:
    """Return eleven digits (from `normalise`) in the usual written form: "91610100176" -> "91.61.01-001.76"."""
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def check_digits(nine: str, born_2000: bool) -> str:
    """Return the two check digits, "01" to "97", for the first nine digits of a number.

    `born_2000`: the person was born in 2000 or later.
    """
    return f"{97 - (int(nine) + (_BORN_2000 if born_2000 else 0)) % 97:02d}"
