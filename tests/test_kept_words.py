"""What is written once for a process: in each language its own, and nothing about a client in it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from partners.templatetags.frame import fixed_url
from persons.formats import clock, percent, weekday
from persons.templatetags.portal import verdict

DAY = datetime.date(2026, 12, 2)
NOON = datetime.datetime(2026, 12, 2, 12, 5, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("written", "dutch", "english"),
    [
        (lambda: percent(40) + percent("153/2"), "40 %76,5 %", "40%76.5%"),
        (lambda: clock(NOON), "13.05 uur", "13:05"),
        (lambda: weekday(DAY), "wo 2 dec", "Wed 2 Dec"),
        (lambda: re.sub("<[^>]*>", "", verdict("kept")), "Norm gehaald", "Norm kept"),
    ],
    ids=["percentage", "time", "day", "status"],
)
def test_each_language_has_its_own(monkeypatch, written, dutch, english):
    monkeypatch.setattr("persons.formats.today", lambda: DAY)
    for language, words in (("nl", dutch), ("en", english), ("nl", dutch)):
        with override(language):
            assert written().replace("\N{NO-BREAK SPACE}", " ").endswith(words), language


def test_other_words_of_a_status_are_escaped():
    with override("nl"):
        assert "&lt;b&gt;" in verdict("kept", "<b>")
        assert "Norm gehaald" in verdict("kept")


def test_an_address_of_the_frame_is_that_of_its_view():
    for slug in ("ocmw-een", "ocmw-twee", "ocmw-een"):
        assert fixed_url("client_list", slug) == reverse("client_list", args=[slug])


def test_no_address_of_the_frame_has_a_client_in_it():
    folders = [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]]
    tags = [
        tag
        for folder in folders
        for path in folder.rglob("*.html")
        for tag in re.findall(r"{% fixed_url \S+(.*?)%}", path.read_text())
    ]
    uses = [tag.partition(" as ")[0].strip() for tag in tags]
    assert len(uses) > 10
    assert set(uses) <= {"", "institution.slug", "other.slug"}
