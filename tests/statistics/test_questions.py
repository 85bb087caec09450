"""The navigation between the pages of figures, and their headings."""

import re

import pytest
from django.urls import reverse

from statistics import questions
from statistics.questions import HOW_MUCH, Question
from tests import factories

pytestmark = pytest.mark.django_db

MONTHLY = "admin:statistics_monthlycount_changelist"
CLOSING = "admin:statistics_closingday_changelist"


@pytest.fixture
def another(monkeypatch):
    """A second question: for the agency on the page of closing days, for partners on the desk."""
    other = Question(
        "Wat anders?",
        "een proef",
        CLOSING,
        "statistics.view_closingday",
        "oversight:desk",
        ["privacy_officer"],
    )
    monkeypatch.setattr(questions, "QUESTIONS", (HOW_MUCH, other))


def links(response) -> list[tuple[str, str, bool]]:
    """Words, address and whether it is the page itself, of each link of the navigation."""
    text = " ".join(response.content.decode().split())
    navigation = re.search(r'<nav class="fig-questions".*?</nav>', text)
    found = re.findall(r'<a href="([^"]+)"([^>]*)> ?<b>(.*?)</b>', navigation.group() if navigation else "")
    return [(words, href, "aria-current" in more) for href, more, words in found]


def test_the_question_is_the_heading(case_worker, agency_administrator, sign_in):
    for page in (
        sign_in(case_worker).get("/ocmw-proefstad/cijfers/"),
        sign_in(agency_administrator).get(reverse(MONTHLY)),
    ):
        assert re.findall(r"<h1>(.*?)</h1>", page.content.decode()) == ["Hoeveel werd er opgezocht?"]


def test_one_question_needs_no_navigation(agency_administrator, sign_in, monkeypatch):
    monkeypatch.setattr(questions, "QUESTIONS", (HOW_MUCH,))
    assert links(sign_in(agency_administrator).get(reverse(MONTHLY))) == []


def test_the_questions_lead_to_each_other(another, agency_administrator, sign_in):
    assert links(sign_in(agency_administrator).get(reverse(MONTHLY))) == [
        ("Hoeveel werd er opgezocht?", reverse(MONTHLY), True),
        ("Wat anders?", reverse(CLOSING), False),
    ]


def test_the_questions_are_those_of_the_role(another, case_worker, ocmw, sign_in):
    assert links(sign_in(case_worker).get("/ocmw-proefstad/cijfers/")) == []
    officer = factories.member(ocmw, "privacy_officer")
    assert links(sign_in(officer).get("/ocmw-proefstad/cijfers/")) == [
        ("Hoeveel werd er opgezocht?", "/ocmw-proefstad/cijfers/", True),
        ("Wat anders?", reverse("oversight:desk", args=["ocmw-proefstad"]), False),
    ]
