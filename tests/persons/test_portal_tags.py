"""How figures look on a page: cut, never rounded up; in the language of the reader; by the Brussels calendar."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from persons.attendance import RULES, Verdict
from persons.enums import VerdictLabel
from persons.presentation.sheets import Fact, Section
from persons.presentation.values import Value
from persons.templatetags import dossier, portal

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
    assert shown(portal.percent(amount, decimals)) == words


def test_a_percentage_in_english_has_a_point():
    with translation.override("en"):
        assert shown(portal.percent("76.6")).startswith("76.6")


@given(st.fractions(min_value=0, max_value=200), st.integers(min_value=0, max_value=3))
def test_no_percentage_is_shown_above_the_truth(value, decimals):
    number = shown(portal.percent(value, decimals)).removesuffix(" %").replace(",", ".")
    assert value - Fraction(1, 10**decimals) < Fraction(number) <= value


def test_a_hair_below_the_norm_never_reads_as_the_norm():
    assert shown(portal.percent(80 - Fraction(1, 10**40))) == "79,9 %"


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
    assert shown(portal.units(minutes, "minute")) == words


@pytest.mark.parametrize(
    ("amount", "words"), [(1, "1 lestijd"), ("120", "120 lestijden"), (Fraction(75, 2), "37,5 lestijden")]
)
def test_lestijden_stay_lestijden(amount, words):
    assert shown(portal.units(amount, "lestijd")) == words


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
    assert portal.age(day) == words


@time_machine.travel(datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC))
def test_today_begins_at_midnight_in_brussels():
    assert portal.age(datetime.date(2026, 11, 23)) == "vandaag"
    assert portal.age(datetime.datetime(2026, 11, 22, 22, 30, tzinfo=datetime.UTC)) == "gisteren"


@time_machine.travel(NOON)
def test_dates_are_brussels_dates_in_words():
    moment = datetime.datetime(2026, 3, 11, 23, 30, tzinfo=datetime.UTC)
    assert portal.day(moment) == "12 maart 2026"
    assert portal.short_day(moment) == "12 maart"
    assert portal.short_day("2025-03-12") == "12 maart 2025"
    assert portal.short_day(None) == portal.day("") == ""
    assert shown(portal.clock(moment)) == "00.30 uur"
    assert portal.clock(None) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1991-03-12", "12 maart 1991"),
        ("1991-03-00", "maart 1991"),
        ("1991-00-00", "1991"),
        ("0000-00-00", ""),
        ("", ""),
    ],
)
def test_an_incomplete_date_says_what_it_knows(text, words):
    assert portal.received_date(text) == words


def test_a_number_is_written_as_people_write_it():
    assert portal.insz("91610100176") == "91.61.01-001.76"
    assert portal.insz(None) == ""


@pytest.mark.parametrize("code", VerdictLabel.values)
def test_every_verdict_has_sign_words_and_colour(code):
    html = portal.verdict(code)
    assert portal.verdict_sign(code) in html
    assert str(VerdictLabel(code).label) in html
    assert 'class="verdict ' in html


def test_the_words_know_every_verdict_and_rule_there_is():
    assert set(portal.LOOKS) == set(VerdictLabel) == {VerdictLabel(verdict.value) for verdict in Verdict}
    assert set(portal.RULE_WORDS) == set(RULES)
    assert portal.rule_words("2099-1") == "2099-1"
    assert portal.verdict(None) == ""
    assert portal.verdict_sign("ending") == ""


def test_a_bar_is_attributes_only_and_hidden_from_screen_readers():
    html = Template(
        "{% load portal %}{% bar present=63 justified=6 unjustified=21 to_come=45 required=80 %}"
    ).render(Context())
    assert 'aria-hidden="true"' in html
    assert "style" not in html
    assert '<rect class="present" x="0.00" y="0" width="46.67" height="10"/>' in html
    assert '<rect class="open" x="66.67" y="0" width="33.33" height="10"/>' in html
    assert '<line class="norm" x1="80.00" x2="80.00"' in html


def test_a_bar_of_nothing_has_no_shapes():
    assert "<rect" not in portal.bar()
    assert "<line" not in portal.bar()


@given(*[st.fractions(min_value=0, max_value=10_000)] * 4)
def test_a_bar_is_never_longer_than_itself(present, justified, unjustified, to_come):
    html = str(portal.bar(present=present, justified=justified, unjustified=unjustified, to_come=to_come))
    shapes = [piece.split('"') for piece in html.split("<rect ")[1:]]
    assert all(float(shape[3]) + float(shape[7]) <= 100.011 for shape in shapes)


@time_machine.travel(NOON)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "reachable", "needed": 13, "out_of": 15}, "nog 13 van de 15 lessen"),
        ({"verdict": "reachable", "needed": 6, "out_of": 6}, "nog alle 6 lessen"),
        ({"verdict": "reachable", "needed": 1, "out_of": 1}, "nog 1 les"),
        ({"verdict": "reachable", "needed": None, "out_of": None}, ""),
        ({"verdict": "out_of_reach", "since": "2026-03-12"}, "sinds 12 maart"),
        ({"verdict": "out_of_reach", "since": None}, ""),
        ({"verdict": "kept", "numerator": "4320", "denominator": "5400"}, "precies op de norm"),
        ({"verdict": "kept", "numerator": "4321", "denominator": "5400"}, ""),
        ({"verdict": "no_lessons", "starts": "2027-05-04", "cut": None}, "start 4 mei 2027"),
        ({"verdict": "no_lessons", "starts": "2026-05-04", "cut": None}, ""),
        ({"verdict": "suspended", "suspended_until": "2026-12-30"}, "tot en met 30 december"),
        ({"verdict": "suspended", "suspended_until": None}, "zonder einddatum"),
        ({"verdict": "exempt"}, ""),
    ],
)
def test_what_can_still_be_done(changes, words):
    assert portal.outlook(part_line(**changes)) == words


@time_machine.travel(NOON)
def test_of_several_parts_each_is_named_and_the_gravest_comes_first():
    parts = [
        part_line("MO", "exempt"),
        part_line("NT2", "reachable", needed=13, out_of=15),
        part_line("PLO", "suspended", suspended_until="2026-12-30"),
    ]
    assert portal.outlooks(parts, "reachable") == [
        "NT2: nog 13 van de 15 lessen",
        "PLO: opgeschort tot en met 30 december",
        "MO: vrijgesteld",
    ]
    assert portal.outlooks([part_line("NT2", "reachable", needed=2, out_of=3)], "reachable") == [
        "nog 2 van de 3 lessen"
    ]


def test_a_value_of_a_megabyte_is_cut_on_the_screen_and_says_so():
    with translation.override("nl"):
        written = dossier.section(Section(facts=(Fact("Naam", ((Value("<" * 1_000_000),),)),)), 3, "")
    assert len(written) < 10 * dossier.LONGEST
    assert "… (ingekort: 1000000 tekens)" in written
    assert "<<" not in written
