"""The privacy officer's desk in a real browser: from the list to one person and one look, and as a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import Portal, Visitor

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "privacy_officer")
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
DESK = "/ocmw-gent/inzages/"


@pytest.fixture(autouse=True)
def _looks(chromium: Browser, portal: Portal) -> None:
    """A case worker opened the list and a file today."""
    worker = Visitor(chromium.new_context(locale="nl-BE"), portal)
    worker.open_list("OCMW Gent")
    worker.page.locator("a.client").first.click()
    worker.page.wait_for_url(re.compile("/dossier/"))
    worker.context.close()


@pytest.mark.parametrize("visitor", [{}, DARK, PHONE, PHONE | DARK], indirect=True)
def test_the_pages_are_accessible(visitor):
    page = visitor.sign_in(*GENT)
    page.wait_for_url(re.compile(re.escape(DESK)))
    expect(page.locator("h1")).to_contain_text("Inzages bij OCMW Gent")
    expect(page.locator("table.inzages tbody tr")).not_to_have_count(0)
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    for address in (f"{DESK}?notable=outside&since=1/1/2020", f"{DESK}?since=31/2/2026", f"{DESK}persoon/"):
        visitor.go(address)
        assert visitor.axe() == []
        assert visitor.overflow() <= 0


def test_a_number_leads_to_who_looked_at_that_person(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go(f"{DESK}?how=file")
    number = page.locator("table.inzages tbody button").first
    words = number.inner_text()
    number.click()
    page.wait_for_url(re.compile(r"/persoon/[0-9a-f-]{36}/$"))
    expect(page.locator("h1")).to_have_text(f"Wie keek naar {words}?")
    expect(page.locator("table.inzages tbody tr")).not_to_have_count(0)
    assert re.sub(r"\D", "", words) not in page.url + page.title()
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    page.locator("table.inzages tbody a").first.click()
    page.wait_for_url(re.compile(r"/inzages/[0-9a-f-]{36}/$"))
    expect(page.locator("h1")).to_have_text("Eén inzage")
    assert visitor.axe() == []
    page.locator(".numbers button").first.click()
    page.wait_for_url(re.compile(r"/persoon/[0-9a-f-]{36}/$"))


@pytest.mark.parametrize("visitor", [{}, DARK, PHONE, PHONE | DARK], indirect=True)
def test_a_person_is_shielded_and_the_shield_ends(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go(f"{DESK}afschermingen/")
    page.get_by_label("INSZ van de betrokkene").fill("91610100176")
    page.get_by_role("button", name="Wie mag dit dossier zien?").click()
    page.wait_for_url(re.compile(r"/persoon/[0-9a-f-]{36}/afscherming/$"))
    assert "91610100176" not in page.url + page.title()
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    page.locator("#id_shield-reason").fill("Bedreigd")
    page.get_by_role("button", name="Scherm af").click()
    expect(page.locator(".messages")).to_contain_text("Dit dossier is afgeschermd.")
    page.get_by_label("Wie mag kijken").select_option(index=1)
    page.locator("#id_name-reason").fill("Vaste begeleider")
    page.get_by_role("button", name="Wijs aan").click()
    expect(page.locator(".messages")).to_contain_text("mag dit dossier zien.")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    for address in ("", "wie-mag-kijken/", "eigen-nummers/"):
        visitor.go(f"{DESK}afschermingen/{address}")
        assert visitor.axe() == []
        assert visitor.overflow() <= 0
    page = visitor.go(f"{DESK}afschermingen/")
    page.locator("table.inzages tbody button").first.click()
    for _deed in ("afscherming", "aanwijzing"):
        form = page.locator("form.answer").first
        form.locator("input[name=reason]").fill("Voorbij")
        form.get_by_role("button").click()
        expect(page.locator(".messages")).to_be_visible()
    expect(page.locator("form.answer")).to_have_count(0)
    assert visitor.axe() == []


def test_the_list_under_its_filters_is_a_file(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go(f"{DESK}?how=list")
    rows = page.locator("table.inzages tbody tr").count()
    assert rows > 0
    page.locator(".export summary").click()
    assert visitor.axe() == []
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == rows + 1


@pytest.mark.parametrize("visitor", [{}, DARK, PHONE], indirect=True)
def test_the_letter_to_the_person_is_read_printed_and_taken_along(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go(f"{DESK}?how=file")
    number = page.locator("table.inzages tbody button").first
    words = number.inner_text()
    number.click()
    page.get_by_role("button", name="Brief voor de betrokkene").click()
    page.wait_for_url(re.compile(r"/brief/[0-9a-f-]{36}/$"))
    expect(page.locator("article.letter h1")).to_contain_text("Wie keek in uw gegevens")
    expect(page.locator("article.letter")).to_contain_text(words)
    assert re.sub(r"\D", "", words) not in page.url + page.title()
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    looks = page.locator("article.letter tbody tr").count()
    for name, file in (
        ("Document (ODT)", "brief-.*odt"),
        ("Tabel (CSV)", "brief-.*csv"),
        ("Bewijs", "bewijs-.*json"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert re.fullmatch(file, download.value.suggested_filename)
        if file.endswith("csv"):
            lines = Path(download.value.path()).read_text("utf-8-sig").split("\n\n")[0].splitlines()
            assert len(lines) == looks + 1
    page.locator("#taal").select_option("en")
    page.get_by_role("button", name="Toon").click()
    expect(page.locator("article.letter h1")).to_contain_text("Who looked at your data")
    page.emulate_media(media="print")
    expect(page.locator(".letter-deeds")).to_be_hidden()
    expect(page.locator("article.letter h1")).to_be_visible()


@pytest.mark.parametrize("visitor", [{}, PHONE | DARK], indirect=True)
def test_the_page_of_confidential_looks_is_accessible(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go(f"{DESK}?how=file")
    page.locator("table.inzages tbody button").first.click()
    page.get_by_role("link", name="Inzages vertrouwelijk houden").click()
    page.wait_for_url(re.compile("/vertrouwelijk/$"))
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    page.get_by_role("button", name="Houd vertrouwelijk").click()
    expect(page.locator(".mistake").first).to_be_visible()
    assert visitor.axe() == []
