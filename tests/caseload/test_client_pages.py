"""What stands on the client list and on a search: the answer in the row, the filters, the helpful words."""

from __future__ import annotations

import datetime
import re

import pytest
from django.conf import settings
from django.utils import timezone

from caseload.services import lists
from partners.periods import today
from persons import formats
from persons.insz import format_insz
from persons.models import Person

from ..factories import inscribe, insz, log_rows, mandate, part_line, person

pytestmark = pytest.mark.django_db

# `ocmw` is OCMW Proefstad.
LIST = "/ocmw-proefstad/"
SEARCH = LIST + "zoeken/"


def text(response) -> str:
    """The words of a page, without tags and with single spaces."""
    plain = re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", plain)


def search(browser, typed: str):
    """The results of a search, behind the redirect."""
    return browser.post(SEARCH, {"q": typed}, follow=True)


@pytest.fixture
def browser(case_worker, sign_in):
    return sign_in(case_worker)


def test_the_answer_stands_in_the_row(browser, ocmw):
    parts = [
        part_line("MO", "exempt", cut=None),
        part_line("NT2", "reachable", may_miss=2, decides_on=str(today()), cut="76.6"),
    ]
    inscribe(ocmw, person("Abdulahi", "Hodan", verdict="reachable", parts=parts))
    words = text(browser.get(LIST))
    for word in ("Abdulahi, Hodan 1991 leefloon", "76 %", "Bij te sturen"):
        assert word in words
    assert "NT2: mag nog 2 lessen missen · beslist " in words
    assert "MO: vrijgesteld" in words
    assert "1 van 1 inschrijving getoond" in words
    assert "geregistreerd om" in words


def test_totals_of_a_running_course_are_the_best_still_possible(browser, ocmw):
    parts = [part_line("MO", "out_of_reach", at_best=True, cut="74.9", present="0")]
    inscribe(ocmw, person(verdict="out_of_reach", parts=parts))
    assert "hoogstens 74 %" in text(browser.get(LIST))


def test_a_mandate_without_attendance_says_so(browser, ocmw):
    mandate(ocmw, "schuldbemiddeling", ["Personalia"])
    inscribe(ocmw, person(), "schuldbemiddeling")
    html = browser.get(LIST).content.decode()
    # No column consists of "niet te zien".
    assert re.findall(r'class="(c-[a-z]+)', html) == ["c-client", "c-end", "c-colleague", "c-own"]
    inscribe(ocmw, person("Benali"))
    response = browser.get(LIST)
    assert "· Niet te zien aanwezigheid niet te zien bij schuldbemiddeling" in text(response)
    assert re.findall(r'class="(c-[a-z]+)', response.content.decode())[0:2] == ["c-client", "c-part"]


def test_the_plo_column_shows_only_when_somebody_has_figures_of_it(browser, ocmw):
    inscribe(ocmw, person())
    assert "PLO" not in re.findall(r'data-label="(\w+)"', browser.get(LIST).content.decode())
    none = part_line("PLO", "no_lessons", cut=None, starts=None)
    inscribe(ocmw, person("Zahra", parts=[part_line("NT2"), none]))
    response = browser.get(LIST)
    assert "PLO" not in re.findall(r'data-label="(\w+)"', response.content.decode())
    assert "PLO: nog te vroeg" in text(response)
    inscribe(ocmw, person("Ymeri", parts=[part_line("PLO")]))
    assert "PLO" in re.findall(r'data-label="(\w+)"', browser.get(LIST).content.decode())


def test_an_inscription_that_ends_soon_says_when(browser, ocmw):
    last = today() + datetime.timedelta(days=5)
    inscribe(ocmw, person(), valid_until=last)
    assert f">tot {formats.short_day(last)}<" in browser.get(LIST + "?standing=ending").content.decode()


def test_data_older_than_a_week_say_so(browser, ocmw, as_owner):
    old, fresh = person("Oud"), person("Vers")
    with as_owner():
        for one, days in ((old, 12), (fresh, 6)):
            Person.objects.filter(pk=one.pk).update(as_of=timezone.now() - datetime.timedelta(days=days))
    for one in (old, fresh):
        inscribe(ocmw, one)
    html = browser.get(LIST).content.decode()
    assert re.findall(r">(Bijgewerkt: [^<]*)<", html) == ["Bijgewerkt: 12 dagen geleden"]


def test_filters_in_force_are_words_with_a_link_that_takes_them_away(browser, ocmw):
    inscribe(ocmw, person())
    assert 'class="chips"' not in browser.get(LIST + "?show=all").content.decode()
    html = browser.get(LIST + "?standing=kept&part=NT2&show=none").content.decode()
    [chips] = re.findall(r'<ul class="chips".*?</ul>', html, re.DOTALL)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", chips))
    for filter_words in ("Status: Norm gehaald", "Onderdeel: NT2", "Toon: cliënten zonder collega"):
        assert filter_words in words
    assert "Wis alle filters" in words
    assert re.findall(r'href="([^"]*)"', chips) == [
        "?part=NT2&amp;show=none",
        "?standing=kept&amp;show=none",
        "?standing=kept&amp;part=NT2&amp;show=all",
        "?show=all",
    ]


@pytest.mark.parametrize(
    ("last_name", "first_name"),
    [
        ("<script>alert(1)</script>", "O'Neil & <b>"),
        ("محمود", "فاطمة"),
        ("Wickramasinghe " * 12, "Maximiliaan-" * 15),
        ("", ""),
    ],
)
def test_any_name_can_stand_in_the_list(browser, ocmw, last_name, first_name):
    inscribe(ocmw, person(last_name.strip(), first_name.strip()))
    html = browser.get(LIST).content.decode()
    assert "<script>alert" not in html
    assert "<bdi>" in html
    if not last_name:
        assert "naam onbekend" in html


def test_the_table_has_caption_scopes_and_labels(browser, ocmw):
    inscribe(ocmw, person())
    html = browser.get(LIST).content.decode()
    assert "<caption>" in html
    assert html.count('scope="col"') == 7
    [row] = re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', html, re.DOTALL)
    assert row.count('role="cell"') + 1 == 7
    assert 'scope="row"' in html
    assert 'aria-sort="ascending"' in html
    assert 'data-label="Speling"' in html
    assert re.findall(r'<a href="([^"]*sort=[^"]*)"', html) == [
        "?sort=end",
        "?sort=client",
        "?sort=mo",
        "?sort=nt2",
        "?sort=standing",
        "?sort=-slack",
        "?sort=colleague",
    ]


def test_nothing_inline_stands_in_a_page(browser, ocmw):
    inscribe(ocmw, person())
    for page in (browser.get(LIST), search(browser, "abd")):
        html = page.content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*src=)|javascript:|data:", html)


def test_tabs_keep_the_other_filters_and_count(browser, ocmw):
    inscribe(ocmw, person("A", parts=[part_line("NT2", "kept")]))
    inscribe(ocmw, person("B", verdict="out_of_reach", parts=[part_line("NT2", "out_of_reach")]))
    response = browser.get(LIST + "?show=all&part=NT2&standing=out_of_reach")
    html = response.content.decode()
    assert 'href="?standing=kept&amp;part=NT2&amp;show=all"' in html
    assert "1 van 1 inschrijving getoond" in text(response)
    assert "✕ Niet meer haalbaar 1" in text(response)
    assert "Alle 2" in text(response)


def test_next_leads_on_with_the_same_filters(browser, ocmw, monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    for name in ("Aa", "Bb", "Cc"):
        inscribe(ocmw, person(name))
    first = browser.get(LIST + "?show=all&standing=kept")
    [address] = re.findall(r'href="(\?[^"]*after=[^"]*)"', first.content.decode())
    assert address.startswith("?standing=kept&amp;show=all&amp;after=")
    second = text(browser.get(LIST + address.replace("&amp;", "&")))
    assert "Cc" in second
    assert "Eerste bladzijde" in second
    assert "Volgende" not in second


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "OCMW Proefstad heeft nog geen cliënten met een dossier."),
        ("?show=own", "Uw caseload is leeg."),
        ("?standing=kept", "Geen enkele cliënt voldoet aan deze filter."),
        ("?part=MO&show=all", "Geen enkele cliënt voldoet aan deze filter."),
    ],
)
def test_an_empty_list_says_why_and_what_helps(browser, query, words):
    assert words in text(browser.get(LIST + query))


def test_htmx_gets_the_sheet_and_a_restored_page_the_whole(browser, ocmw):
    inscribe(ocmw, person())
    sheet = browser.get(LIST + "?show=all", headers={"HX-Request": "true"}).content.decode()
    assert sheet.lstrip().startswith("<div")
    assert "<html" not in sheet
    restored = browser.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


@pytest.mark.parametrize("value", ["out_of_reach'--", "KEPT", "x" * 5000])
def test_a_made_up_filter_counts_as_none(browser, ocmw, value):
    inscribe(ocmw, person())
    response = browser.get(LIST, {"standing": value, "part": value, "show": value, "after": value})
    assert response.status_code == 200
    assert "Abdulahi" in text(response)


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("91.61.01-001.75", "controlecijfers"),
        ("9161010", "elf cijfers"),
        ("91 61 01 001 7x", "een ander teken"),
        ("00000000000", ""),
        ("   ", "Typ het begin van een naam"),
        ("--", "Typ het begin van een naam"),
    ],
)
def test_a_wrong_search_keeps_what_was_typed_and_names_the_mistake_at_the_field(browser, typed, mistake):
    response = browser.post(SEARCH, {"q": typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert f'value="{typed.strip()}"' in html or not typed.strip()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_q_error"' in html
    assert 'id="id_q_error"' in html
    assert mistake in text(response)


def test_nobody_found_says_how_to_search(browser, ocmw):
    words = text(search(browser, "Zz"))
    assert "Niemand met die naam of geboortedatum staat bij uw cliënten." in words
    assert "geregistreerd om" in words


def test_a_search_finds_by_number_and_has_pages(browser, ocmw, monkeypatch):
    number = insz()
    inscribe(ocmw, person("Nummer", number=number))
    typed = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    assert "Nummer" in text(search(browser, typed))
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)
    made = inscribe(ocmw, person("Nummertje"))
    first = search(browser, "num")
    [address] = re.findall(r'href="(\?after=[^"]*)"', first.content.decode())
    second = browser.get(first.request["PATH_INFO"] + address)
    assert str(made.public_id) in second.content.decode()
    assert "Eerste bladzijde" in text(second)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("El Idrissi Amina", True),
        ("amina el idrissi", True),
        ("Amina El Idr", True),
        ("Amina Fatima El", True),
        ("Fatima El Idrissi", True),
        ("Amina Peeters", False),
        ("Ami El Idrissi", True),
        ("na El Idrissi", False),
    ],
)
def test_a_search_finds_a_name_with_the_first_name_first(browser, ocmw, typed, found):
    inscribe(ocmw, person("El Idrissi", "Amina Fatima"))
    inscribe(ocmw, person("Peeters", "Jan"))
    words = text(search(browser, typed))
    assert ("El Idrissi, Amina" in words) == found
    assert "Peeters, Jan" not in words


@pytest.mark.parametrize("who", ["former_case_worker", "agency_administrator", "privacy_officer"])
def test_a_search_of_somebody_who_opens_no_files_is_logged_as_refused(request, ocmw, sign_in, who):
    number = insz()
    inscribe(ocmw, person("Gezocht", number=number))
    visitor = request.getfixturevalue(who)
    for typed in (number, "Gezocht", "9161010"):
        response = sign_in(visitor).post(SEARCH, {"q": typed})
        assert "Gezocht" not in response.content.decode()
    rows = log_rows()
    assert [(row["kind"], row["outcome"], row["numbers"]) for row in rows] == [
        ("search", "refused", [number]),
        ("search", "refused", []),
        ("search", "refused", []),
    ]
    assert {row["user_id"] for row in rows} == {getattr(visitor, "user", visitor).pk}


def test_clients_without_a_name_are_told_apart_by_their_number(browser, ocmw):
    numbers = [insz(), insz()]
    for number in numbers:
        inscribe(ocmw, person("", "", number=number))
    words = text(browser.get(LIST))
    for number in numbers:
        assert f"naam onbekend, {format_insz(number)}" in words


def test_clients_without_a_name_come_last(browser, ocmw):
    for names in (("", ""), ("Żółw", "Zofia"), ("Яковлев", "Яна"), ("Abdulahi", "Hodan"), ("", "")):
        inscribe(ocmw, person(*names))
    shown = re.findall(
        r'href="/ocmw-proefstad/dossier/.*?</a>', browser.get(LIST).content.decode(), re.DOTALL
    )
    assert ["naam onbekend" in row for row in shown] == [False, False, False, True, True]


def test_the_search_page_opens_empty_and_logs_nothing(browser):
    response = browser.get(SEARCH)
    assert response.status_code == 200
    assert "Typ het begin van een of meer woorden" in text(response)
    assert "aria-invalid" not in response.content.decode()
    assert log_rows() == []


def test_the_list_reads_in_english(browser, ocmw):
    inscribe(
        ocmw,
        person(
            verdict="reachable", parts=[part_line("NT2", "reachable", may_miss=2, decides_on=str(today()))]
        ),
    )
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    words = text(browser.get(LIST))
    for word in (
        "My clients",
        "living wage",
        "may still miss 2 lessons · decides ",
        "83%",
        "Sign out",
    ):
        assert word in words
