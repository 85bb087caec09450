"""The INSZ: the eleven digits that identify a person in Belgian social security.

Layout: YYMMDD, a counter of three digits, two check digits. The check digits are 97 minus the first nine
digits modulo 97; for a birth from 2000 on, a 2 is put before the nine digits first. A number never passes both
checks, so the century follows from the check digits. The month identifies the register: 00-12 Rijksregister,
20-32 and 40-52 bis number, 60-72 MAGDA test number, which never belongs to a person (KBISimple.xsd, InszType;
README of MAGDA-Mock).

Pure functions. No message of an exception repeats the number.
"""

from typing import Literal

from stdnum.be import ssn
from stdnum.exceptions import InvalidChecksum, ValidationError

from partners.periods import today

Reason = Literal["empty", "characters", "length", "check_digits", "date", "test_number"]

_EXPLANATION: dict[str, str] = {
    "empty": "no digits",
    "characters": "other characters than digits and separators",
    "length": "not eleven digits",
    "check_digits": "the check digits do not match",
    "date": "no possible date of birth",
    "test_number": "a test number, which is not accepted here",
}

# Beside the four separators of the written form: tab, line end, no-break spaces and dashes, which come along when
# a number is copied from a document.
_SEPARATORS = dict.fromkeys(map(ord, " .-/\t\r\n\u00a0\u202f\u2010\u2011\u2013"))

_REGISTERED, _TEST, _NONE = 1, 2, 0
_REGISTER_OF_MONTH = bytes(
    _TEST if 60 <= month <= 72 else _REGISTERED if month <= 52 and month % 20 <= 12 else _NONE
    for month in range(100)
)
_BORN_2000 = 2_000_000_000
_LAST_DAY = 31  # InszType: the day runs from 00 (unknown) to 31, whatever the month.


class InvalidInsz(ValueError):
    """The text is not an INSZ.

    `reason` is one of: "empty", "characters" (other characters than digits and separators), "length" (not
    eleven digits), "check_digits", "date" (no such month or day), "test_number" (valid, but test numbers are not
    accepted).
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(_EXPLANATION[reason])
        self.reason = reason


def normalise(text: str, *, allow_test: bool) -> str:
    """Return the eleven digits of the INSZ in `text`, without spaces, dots, dashes and slashes.

    Ordinary and bis numbers are checked by `stdnum.be.ssn`, and the day may not be above 31 (InszType). Test
    numbers, which stdnum does not know, are accepted only with `allow_test`. Raises InvalidInsz; with several
    mistakes its reason is the first in the order of its docstring.
    """
    digits = text
    if len(digits) != 11 or not (digits.isascii() and digits.isdigit()):
        digits = _digits_in(text)

    # An import calls this for every dossier, and stdnum takes 6 to 16 microseconds. So a clearly valid number is
    # recognised here, and only the others go to stdnum.
    nine, check = divmod(int(digits), 100)
    born_1900 = nine % 97 == 97 - check
    if born_1900 or (nine + _BORN_2000) % 97 == 97 - check:
        if nine // 1000 % 100 > _LAST_DAY:
            raise InvalidInsz("date")
        register = _REGISTER_OF_MONTH[nine // 100_000 % 100]
        if register == _TEST:
            if not allow_test:
                raise InvalidInsz("test_number")
            return digits
        # stdnum's own rule: a number cannot have a year that is still to come.
        if register == _REGISTERED and (born_1900 or nine // 10_000_000 + 2000 <= today().year):
            return digits
    return _judged_by_stdnum(digits)


def _digits_in(text: str) -> str:
    digits = text.translate(_SEPARATORS)
    if not digits:
        raise InvalidInsz("empty")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidInsz("characters")
    if len(digits) != 11:
        raise InvalidInsz("length")
    return digits


def _judged_by_stdnum(digits: str) -> str:
    try:
        return ssn.validate(digits)
    except InvalidChecksum:
        raise InvalidInsz("check_digits") from None
    except ValidationError:
        raise InvalidInsz("date") from None


def format_insz(digits: str) -> str:
    """Return eleven digits (from `normalise`) in the usual written form: "91610100176" -> "91.61.01-001.76"."""
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def check_digits(nine: str, born_2000: bool) -> str:
    """Return the two check digits, "01" to "97", for the first nine digits of a number.

    `born_2000`: the person was born in 2000 or later.
    """
    return f"{97 - (int(nine) + (_BORN_2000 if born_2000 else 0)) % 97:02d}"
