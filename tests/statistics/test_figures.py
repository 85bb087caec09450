"""What each figure counts: every look belongs to exactly one, and the words on screen are those of the docs."""

import re

import pytest
from django.conf import settings

from consultations.enums import Channel, Kind, Outcome
from statistics.enums import Measure
from statistics.figures import CONSULTATION, EXCHANGE, FIGURES, PER_WORKING_DAY, REPORTED_EXCHANGE
from statistics.filters import OwnYearForm
from tests import factories

DOCS = (settings.BASE_DIR / "docs" / "figures.md").read_text()


def on_one_line(text: str) -> str:
    return re.sub(r"\s+(> )?", " ", text)


def test_every_look_belongs_to_exactly_one_figure():
    for channel in Channel:
        for kind in Kind:
            for outcome in Outcome:
                counting = [code for code, figure in FIGURES.items() if figure.counts(channel, kind, outcome)]
                assert len(counting) == 1, (channel, kind, outcome, counting)


def test_a_consultation_is_a_file_that_a_person_opened_and_saw():
    assert {
        (channel, kind, outcome)
        for channel in Channel
        for kind in Kind
        for outcome in Outcome
        if CONSULTATION.counts(channel, kind, outcome)
    } == {("portal", "file", "shown")}


def test_machines_are_never_people():
    for figure in FIGURES.values():
        assert Channel.MACHINE not in figure.channels or figure.channels == (Channel.MACHINE,), figure.code
    assert EXCHANGE.channels == (Channel.MACHINE,)


def test_every_measure_that_can_be_imported_has_its_figure():
    assert {figure.measure for figure in FIGURES.values() if figure.measure} == set(Measure.values)
    assert not any(
        REPORTED_EXCHANGE.counts(channel, kind, outcome)
        for channel in Channel
        for kind in Kind
        for outcome in Outcome
    )


@pytest.mark.parametrize("code", FIGURES)
def test_the_docs_say_what_the_screen_says(code):
    figure = FIGURES[code]
    section = DOCS.split(f"`{code}`", 1)[1]
    assert f"**{figure.name}**" in section.split("\n\n")[0]
    assert str(figure.definition) in on_one_line(section)


def test_the_docs_say_how_the_derived_figures_are_made():
    assert str(PER_WORKING_DAY) in on_one_line(DOCS)


def test_a_figure_that_nothing_can_count_yet_is_no_choice():
    choices = {code for code, _ in OwnYearForm.base_fields["figure"].choices}
    assert set(FIGURES) - choices == {"command", "empty", "exchange", "exchange_unanswered"}


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code, figure in FIGURES.items() if figure.is_offered])
def test_the_definition_stands_beside_the_figure(code, ocmw, privacy_officer, sign_in):
    if FIGURES[code].measure:
        with factories.owner():
            ocmw.imported_counts.create(month="2026-01-01", measure="exchange", number=7, source="proef")
    page = sign_in(privacy_officer).get("/ocmw-proefstad/cijfers/", {"figure": code, "year": "2026"})
    assert str(FIGURES[code].definition) in page.content.decode()
