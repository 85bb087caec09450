"""The HTML of verdicts, bars and values."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from persons.attendance import Verdict
from persons.enums import VerdictLabel
from persons.presentation.sheets import Fact, Section
from persons.presentation.values import Value
from persons.templatetags import dossier, portal


@pytest.mark.parametrize("code", VerdictLabel.values)
def test_every_verdict_has_sign_words_and_colour(code):
    html = portal.verdict(code)
    assert portal.verdict_sign(code) in html
    assert str(VerdictLabel(code).label) in html
    assert 'class="verdict ' in html


def test_the_words_know_every_verdict_and_rule_there_is():
    assert set(portal.LOOKS) == set(VerdictLabel) == {VerdictLabel(verdict.value) for verdict in Verdict}
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


def test_a_value_of_a_megabyte_is_cut_on_the_screen_and_says_so():
    with translation.override("nl"):
        written = dossier.section(Section(facts=(Fact("Naam", ((Value("<" * 1_000_000),),)),)), 3, "")
    assert len(written) < 10 * dossier.LONGEST
    assert "… (ingekort: 1000000 tekens)" in written
    assert "<<" not in written
