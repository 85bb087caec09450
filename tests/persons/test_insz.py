"""Numbers written out here are MAGDA test numbers or have the counter 000, which is given to nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.be import ssn

from partners.periods import today
from persons.insz import (
    InvalidInsz,
    check_digits,
    format_insz,
    looks_like_number,
    normalise,
    valid_numbers_in,
)
from tests.sweeps import examples

thoroughly = settings(deadline=None, max_examples=examples(300))

MONTHS = {"rijksregister": range(13), "bis": [*range(20, 33), *range(40, 53)], "test": range(60, 73)}
NO_MONTH = [month for month in range(100) if not any(month in months for months in MONTHS.values())]


def number(nine, *, born_2000=False):
    return nine + check_digits(nine, born_2000)


def reason_for(text, *, allow_test=True):
    with pytest.raises(InvalidInsz) as refused:
        normalise(text, allow_test=allow_test)
    return refused.value.reason


@st.composite
def nine_digits(draw, months):
    month = draw(st.sampled_from(months))
    days = st.integers(0, 31 if month % 20 else 99)
    year, day, counter = draw(st.tuples(st.integers(0, 99), days, st.integers(0, 999)))
    return f"{year:02d}{month:02d}{day:02d}{counter:03d}"


@pytest.mark.parametrize(
    "written",
    [
        "91610100176",
        "91.61.01-001.76",
        "91 61 01 001 76",
        " 91/61/01-001/76\n",
        "91\u00a061\u00a001\u2011001\u201376",
        "91_61_01_001_76",
        "91.61.01\u2014001.76",
        "91.61.01 \u2212 001.76",
        "91\u200961\u202f01\u3000001 76",
        "9161 0100 176",
        "INSZ: 91.61.01-001.76",
        "INSZ91610100176",
        "Rijksregisternummer 91610100176 (kopie)",
        "1. 91.61.01-001.76",
        "7/6/1984 91.61.01-001.76",
        "\u200e91.61.01-001.76\u200f",
        "\ufeff9161\u200b0100176",
        "91.61.01\u00ad001.76",
        '="91610100176"',
        "'91610100176",
        "“91.61.01-001.76”",
        "91610100176 = 91.61.01-001.76",
    ],
)
def test_separators_labels_and_marks_are_left_out(written):
    assert normalise(written, allow_test=True) == "91610100176"


@pytest.mark.parametrize("digits", ["91610100176", "00630299891"])
def test_test_numbers_of_both_centuries_are_accepted_only_where_allowed(digits):
    assert normalise(digits, allow_test=True) == digits
    assert reason_for(digits, allow_test=False) == "test_number"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" .-/ ", "empty"),
        ("9161010017A", "characters"),
        ("91,61,01", "characters"),
        ("\u0669\u0661610100176", "characters"),
        ("9161010017²", "characters"),
        ("9161010017", "zero_lost"),
        ("91610100", "zero_lost"),
        ("INSZ: 9161010017", "zero_lost"),
        ('="9161010017"', "zero_lost"),
        ("9161 010017", "length"),
        ("8,46608E+10", "rounded"),
        ("8.46608e+10", "rounded"),
        ("84660800000", "rounded"),
        ("91610100176, 00630299891", "several"),
        ("91610100176 00630299891", "several"),
        ("91.61.01-001.76 91.61.01-001.77", "several"),
        ("91610100177 91610100178", "several"),
        ("916101001760", "length"),
        ("91610100177", "check_digits"),
        ("91610100100", "check_digits"),
        ("91610100199", "check_digits"),
        (number("913301000"), "date"),
        (number("917301000"), "date"),
        (number("913301000", born_2000=True), "check_digits"),
        (number("910132000"), "date"),
        (number("916132000"), "date"),
        (number("912132000"), "date"),
        (number("918032000"), "date"),
    ],
)
def test_the_mistake_is_named(text, reason):
    assert reason_for(text) == reason


def test_wrong_check_digits_are_named_before_a_test_number_is_refused():
    assert reason_for("91610100177", allow_test=False) == "check_digits"


@pytest.mark.parametrize("register", [0, 20, 40])
@pytest.mark.parametrize("day", [0, 1, 31, 32, 99])
def test_without_a_known_month_the_day_is_a_counter(register, day):
    digits = number(f"91{register:02d}{day:02d}000")
    assert normalise(digits, allow_test=False) == digits
    assert normalise(number(f"9160{day:02d}000"), allow_test=True)


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("91.61.01-001.76", True),
        ("9161", True),
        ("\u200e9161", True),
        ('="9161', True),
        ("INSZ: 9161010017", True),
        ("8,46608E+10", True),
        ("Peeters", False),
        ("El-Amrani, Yassin", False),
        ("Peeters 1980", False),
        ("", False),
    ],
)
def test_a_number_and_a_name_are_told_apart(text, is_number):
    assert looks_like_number(text) == is_number


def test_all_valid_numbers_of_a_text():
    text = "91.61.01-001.76, 91610100177 en 00630299891 (91610100176)"
    assert valid_numbers_in(text, allow_test=True) == ["91610100176", "00630299891"]
    assert valid_numbers_in(text, allow_test=False) == valid_numbers_in("Peeters", allow_test=True) == []


def test_a_long_text_of_digits_is_read_to_a_limit():
    assert valid_numbers_in("1 " * 500_000 + "91610100176", allow_test=True) == []
    assert valid_numbers_in("INSZ: 91610100176, " + "1 " * 500_000, allow_test=True) == ["91610100176"]


def test_a_birth_year_still_to_come_is_refused():
    assert today().year < 2099
    assert reason_for(number("990101000", born_2000=True)) == "check_digits"


@pytest.mark.parametrize("text", ["91610100177", "9161010017", "9161010017A", number("913301000")])
def test_the_message_never_repeats_the_number(text):
    with pytest.raises(InvalidInsz) as refused:
        normalise(text, allow_test=True)
    assert text not in str(refused.value)
    assert text not in repr(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("text", ["", "x", "1", "91610100177", "913301000"])
def test_a_wrong_number_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"^[a-z ,]+$"):
        normalise(text, allow_test=True)


@thoroughly
@given(nine_digits([*MONTHS["rijksregister"], *MONTHS["bis"], *NO_MONTH]), st.integers(0, 99))
def test_ordinary_and_bis_numbers_are_judged_as_stdnum_judges_them(nine, check):
    for digits in (f"{nine}{check:02d}", number(nine), number(nine, born_2000=True)):
        try:
            accepted = normalise(digits, allow_test=False) == digits
        except InvalidInsz:
            accepted = False
        assert accepted == ssn.is_valid(digits)


@thoroughly
@given(nine_digits(MONTHS["test"]), st.booleans())
def test_every_test_number_is_accepted(nine, born_2000):
    digits = number(nine, born_2000=born_2000)
    assert normalise(digits, allow_test=True) == digits
    assert not ssn.is_valid(digits)


@thoroughly
@given(nine_digits(MONTHS["test"]), st.booleans(), st.integers(0, 10), st.integers(1, 9))
def test_one_digit_mistyped_never_passes_as_the_same_century(nine, born_2000, place, shift):
    digits = number(nine, born_2000=born_2000)
    other = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert other[9:] != check_digits(other[:9], born_2000)


@thoroughly
@given(nine_digits(range(100)))
def test_check_digits_of_the_two_centuries_always_differ(nine):
    checks = {check_digits(nine, False), check_digits(nine, True)}
    assert len(checks) == 2
    assert all(len(check) == 2 and 1 <= int(check) <= 97 for check in checks)


def test_the_written_form_and_back():
    assert format_insz("91610100176") == "91.61.01-001.76"
    assert normalise(format_insz("91610100176"), allow_test=True) == "91610100176"
