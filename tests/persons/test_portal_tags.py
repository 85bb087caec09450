"""The HTML of verdicts, bars and values."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from persons.attendance import Verdict, judge
from persons.enums import NOT_SHOWN, STATUSES, VerdictLabel
from persons.presentation.sheets import Fact, Section
from persons.presentation.values import Value
from persons.scale import scale_of
from persons.templatetags import dossier, portal
from tests.persons.test_attendance_properties import AS_OF, courses, rules


@pytest.mark.parametrize("code", STATUSES)
def test_every_status_has_sign_words_and_colour(code):
    html = portal.verdict(code)
    assert portal.verdict_sign(code) in html
    assert str(STATUSES[code].words) in html
    assert 'class="verdict ' in html


def test_the_statuses_know_every_verdict_there_is():
    assert set(STATUSES) - {NOT_SHOWN} == set(VerdictLabel.values) == {verdict.value for verdict in Verdict}
    assert len({status.sign for status in STATUSES.values()}) == len(STATUSES)
    assert portal.verdict(None) == ""
    assert portal.verdict_sign("ending") == ""


def shapes(html: str) -> dict[str, float]:
    """The width of each zone and the place of norm and pointer, in percent."""
    drawn = {
        name: float(width) for name, width in re.findall(r'class="(\w+)" y="\d+" width="([\d.]+)%"', html)
    }
    drawn["norm"] = float(re.search(r'class="norm" x1="([\d.]+)%"', html)[1])
    if place := re.search(r'<svg x="([\d.]+)%" y="0" overflow="visible"><path class="now"', html):
        drawn["now"] = float(place[1])
    return drawn


FIGURES = {"numerator": "63", "denominator": "90", "to_come": "45", "required": "80"}


def test_the_picture_shows_what_is_sure_open_and_lost_of_the_complete_course():
    html = Template("{% load portal %}{% scale figures %}").render(Context({"figures": FIGURES}))
    assert shapes(html) == {"gone": 100, "open": 80, "sure": 46.7, "norm": 80, "now": 70}
    assert 'aria-hidden="true"' in html
    assert "style" not in html
    assert "<text" not in html


def test_the_large_picture_has_the_figures_in_it():
    with translation.override("nl"):
        html = portal.scale(FIGURES, "big").replace("\N{NO-BREAK SPACE}", " ")
    assert ">nu 70 %</text>" in html
    assert ">norm 80 %</text>" in html
    assert shapes(html) == shapes(portal.scale(FIGURES))


def test_of_totals_nothing_is_sure_and_there_is_no_pointer():
    assert shapes(portal.scale(FIGURES | {"at_best": True})) == {
        "gone": 100,
        "open": 70,
        "sure": 0,
        "norm": 80,
    }


def test_there_is_no_picture_of_nothing():
    assert portal.scale(FIGURES | {"denominator": "0"}) == ""


amounts = st.fractions(min_value=0, max_value=10_000)


@given(amounts, amounts, amounts, st.fractions(min_value=0, max_value=100), st.booleans())
def test_the_zones_lie_in_each_other(numerator, missed, to_come, required, at_best):
    figures = {
        "numerator": numerator,
        "denominator": numerator + missed,
        "to_come": to_come,
        "required": required,
        "at_best": at_best,
    }
    if html := portal.scale(figures, "big"):
        drawn = shapes(html)
        assert 0 <= drawn["sure"] <= drawn["open"] <= drawn["gone"] == 100
        # The pointer lies between the worst and the best that can become of it.
        assert drawn["sure"] <= drawn.get("now", drawn["sure"])
        assert at_best or drawn["now"] <= drawn["open"]


@given(course=courses(), rule=rules)
def test_where_the_norm_falls_is_the_verdict(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    picture = scale_of(judgement.numerator, judgement.denominator, judgement.tally.to_come)
    if picture is None:
        return
    # The picture is drawn with floats; on the stroke itself it says nothing.
    tolerance = 1e-9
    match judgement.verdict:
        case Verdict.KEPT:
            assert judgement.required <= picture.sure + tolerance
        case Verdict.OUT_OF_REACH:
            assert judgement.required >= picture.best - tolerance
        case Verdict.ON_TRACK | Verdict.REACHABLE:
            assert picture.sure - tolerance <= judgement.required <= picture.best + tolerance


def test_a_value_of_a_megabyte_is_cut_on_the_screen_and_says_so():
    with translation.override("nl"):
        written = dossier.section(Section(facts=(Fact("Naam", ((Value("<" * 1_000_000),),)),)), 3, "")
    assert len(written) < 10 * dossier.LONGEST
    assert "… (ingekort: 1000000 tekens)" in written
    assert "<<" not in written
