"""How figures and dates read: cut, never rounded up; in the language of the reader; by the Brussels calendar."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from persons import formats
from persons.attendance import RULES

from ..factories import part_line

NBSP = "\N{NO-BREAK SPACE}"
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)


def shown(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("amount", "decimals", "words"),
    [
        ("76.66", None, "76,6 %"),
        ("80.0", None, "80 %"),
        ("79.99", None, "79,9 %"),
        ("79.99", 0, "79 %"),
        (Fraction(2, 3) * 100, 2, "66,66 %"),
        (Decimal("100"), None, "100 %"),
        (0, None, "0 %"),
        (None, None, ""),
    ],
)
def test_a_percentage_is_cut_and_has_a_dutch_comma(amount, decimals, words):
    assert shown(formats.percent(amount, decimals)) == words


def test_a_percentage_in_english_has_a_point():
    with translation.override("en"):
        assert shown(formats.percent("76.6")).startswith("76.6")


@given(st.fractions(min_value=0, max_value=200), st.integers(min_value=0, max_value=3))
def test_no_percentage_is_shown_above_the_truth(value, decimals):
    number = shown(formats.percent(value, decimals)).removesuffix(" %").replace(",", ".")
    assert value - Fraction(1, 10**decimals) < Fraction(number) <= value


def test_a_hair_below_the_norm_never_reads_as_the_norm():
    assert shown(formats.percent(80 - Fraction(1, 10**40))) == "79,9 %"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (4140, "69 u"),
        (3168, "52 u 48"),
        (3665, "61 u 05"),
        (45, "45 min"),
        (0, "0 min"),
        ("2850", "47 u 30"),
        (Fraction(181, 2), "1 u 30,5"),
        (None, ""),
    ],
)
def test_minutes_read_as_hours_and_minutes(minutes, words):
    assert shown(formats.units(minutes, "minute")) == words


@pytest.mark.parametrize(
    ("amount", "words"), [(1, "1 lestijd"), ("120", "120 lestijden"), (Fraction(75, 2), "37,5 lestijden")]
)
def test_lestijden_stay_lestijden(amount, words):
    assert shown(formats.units(amount, "lestijd")) == words


@time_machine.travel(NOON)
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.date(2026, 11, 23), "vandaag"),
        (datetime.date(2026, 11, 22), "gisteren"),
        (datetime.date(2026, 11, 20), "3 dagen geleden"),
        (datetime.date(2026, 9, 1), "1 september 2026"),
        (datetime.date(2026, 11, 24), "24 november 2026"),
        (None, ""),
    ],
)
def test_the_age_of_data_is_said_in_days(day, words):
    assert formats.age(day) == words


@time_machine.travel(datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC))
def test_today_begins_at_midnight_in_brussels():
    assert formats.age(datetime.date(2026, 11, 23)) == "vandaag"
    assert formats.age(datetime.datetime(2026, 11, 22, 22, 30, tzinfo=datetime.UTC)) == "gisteren"


@time_machine.travel(NOON)
def test_dates_are_brussels_dates_in_words():
    moment = datetime.datetime(2026, 3, 11, 23, 30, tzinfo=datetime.UTC)
    assert formats.day(moment) == "12 maart 2026"
    assert formats.short_day(moment) == "12 maart"
    assert formats.short_day("2025-03-12") == "12 maart 2025"
    assert formats.short_day(None) == formats.day("") == ""
    assert shown(formats.clock(moment)) == "00.30 uur"
    assert formats.clock(None) == ""


def test_every_rule_has_words():
    assert set(formats.RULE_WORDS) == set(RULES)
    assert formats.rule_words("2099-1") == "2099-1"


@time_machine.travel(NOON)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"verdict": "reachable", "may_miss": 2, "decides_on": "2026-12-02"},
            "mag nog 2 lessen missen · beslist wo 2 dec",
        ),
        (
            {"verdict": "on_track", "may_miss": 1, "decides_on": "2027-01-07"},
            "mag nog 1 les missen · beslist do 7 jan",
        ),
        (
            {"verdict": "reachable", "may_miss": 0, "decides_on": "2026-11-23"},
            "mag geen les meer missen · beslist ma 23 nov",
        ),
        (
            {"verdict": "on_track", "may_miss": 9, "decides_on": "2026-11-20"},
            "verouderd · mag nog 9 lessen missen · beslist vr 20 nov",
        ),
        (
            {"verdict": "on_track", "may_miss": 9, "decides_on": "2027-09-08"},
            "mag nog 9 lessen missen · beslist wo 8 sep 2027",
        ),
        ({"verdict": "reachable", "may_miss": None, "decides_on": None}, ""),
        ({"verdict": "out_of_reach", "since": "2026-03-12"}, "sinds 12 maart"),
        ({"verdict": "out_of_reach", "since": None}, ""),
        ({"verdict": "kept", "numerator": "4320", "denominator": "5400"}, "precies op de norm"),
        ({"verdict": "kept", "numerator": "4321", "denominator": "5400"}, ""),
        ({"verdict": "kept", "to_come": "0", "numerator": "4321", "denominator": "5400"}, "cursus loopt nog"),
        (
            {"verdict": "out_of_reach", "to_come": "0", "since": "2026-03-12"},
            "sinds 12 maart, cursus loopt nog",
        ),
        (
            {"verdict": "out_of_reach", "to_come": "0", "since": "2026-03-12", "ends": "2026-03-13"},
            "sinds 12 maart",
        ),
        ({"verdict": "no_lessons", "starts": "2027-05-04", "cut": None}, "start 4 mei 2027"),
        ({"verdict": "no_lessons", "starts": "2026-05-04", "cut": None}, ""),
        ({"verdict": "suspended", "suspended_until": "2026-12-30"}, "tot en met 30 december"),
        ({"verdict": "suspended", "suspended_until": None}, "zonder einddatum"),
        ({"verdict": "exempt"}, ""),
    ],
)
def test_what_can_still_be_done(changes, words):
    assert formats.outlook(part_line(**changes)) == words


@time_machine.travel(NOON)
def test_a_part_from_before_slack_was_computed_has_no_words_about_it():
    old = part_line(verdict="reachable")
    del old["may_miss"], old["decides_on"]
    assert formats.outlook(old) == ""


@time_machine.travel(NOON)
def test_of_several_parts_each_is_named_and_the_most_urgent_comes_first():
    parts = [
        part_line("MO", "exempt"),
        part_line("NT2", "reachable", may_miss=2, decides_on="2026-12-02"),
        part_line("PLO", "suspended", suspended_until="2026-12-30"),
    ]
    assert formats.outlooks(parts, "reachable") == [
        "NT2: mag nog 2 lessen missen · beslist wo 2 dec",
        "PLO: opgeschort tot en met 30 december",
        "MO: vrijgesteld",
    ]
    tight = part_line("NT2", "reachable", may_miss=1, decides_on="2026-12-02")
    assert formats.outlooks([tight], "reachable") == ["mag nog 1 les missen · beslist wo 2 dec"]
    roomy = part_line("MO", "reachable", may_miss=4, decides_on="2026-12-01")
    assert [line[:3] for line in formats.outlooks([roomy, tight], "reachable")] == ["NT2", "MO:"]
    lost = part_line("MO", "out_of_reach")
    assert formats.outlooks([lost, tight], "reachable")[0].startswith("NT2")


def test_a_suspension_with_days_that_are_none_does_not_count():
    assert formats.relief({"suspensions": [["2020-01-01", "zzz-open"], ["2020-13-45", None]]}) == ""
    assert formats.relief({"suspensions": [["2020-01-01", None]]}) == "opgeschort"
