"""The keyboard, the menu of the header, the focus and the words after an action; axe on the help pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "case_worker")
PHONE_DARK = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
PAGES = (
    *("/help/medewerker/", "/help/lokale-beheerder/", "/help/privacyverantwoordelijke/", "/help/agentschap/"),
    *("/privacy/", "/toegankelijkheid/", "/nieuw/"),
)
LARGE_ENOUGH = """() => [...document.querySelectorAll("header a, header summary, header button, footer a")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 24)
    .map(each => each.textContent.trim())"""


def test_single_keys_go_to_the_search_and_along_the_rows(visitor):
    page = visitor.open_list(*GENT)
    rows = page.locator("a.client")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("Control+j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("/")
    field = page.locator("input[name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("jk/?")
    expect(field).to_have_value("jk/?")
    expect(page.locator("dialog")).to_have_count(0)
    rows.nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/dossier/"))
    page.keyboard.press("/")
    page.wait_for_url(re.compile("/zoeken/"))
    expect(page.locator("input[name=q]")).to_be_focused()


def test_the_keys_are_shown_and_can_be_turned_off(visitor):
    page = visitor.open_list(*GENT)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Sneltoetsen")
    expect(dialog).to_be_visible()
    assert visitor.axe() == []
    switch = dialog.get_by_label("Gebruik sneltoetsen in deze browser")
    expect(switch).to_be_checked()
    switch.uncheck()
    dialog.get_by_role("button", name="Sluiten").click()
    expect(dialog).to_be_hidden()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    visitor.choose("Sneltoetsen")
    expect(page.locator("dialog")).to_have_count(1)
    expect(page.locator("a.client:focus")).to_have_count(0)
    dialog.get_by_label("Gebruik sneltoetsen in deze browser").check()
    page.keyboard.press("Escape")
    expect(page.locator("header summary")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("a.client").first).to_be_focused()


@pytest.mark.parametrize("visitor", [{}, PHONE_DARK], indirect=True)
def test_the_menu_of_the_header_opens_and_escape_closes_it(visitor):
    page = visitor.open_list(*GENT)
    menu = page.locator("header details")
    menu.locator("summary").press("Enter")
    expect(menu.get_by_role("button", name="Afmelden")).to_be_visible()
    assert page.evaluate(LARGE_ENOUGH) == []
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Afmelden")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    if page.viewport_size["width"] > 1000:
        assert page.locator("header").bounding_box()["height"] == 44
    page.locator(".how summary").click()
    expect(page.locator("#hoe-lezen")).to_contain_text("Wat betekent elke status?")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0


def test_the_focus_and_the_words_after_an_action(visitor):
    page = visitor.open_list(*GENT)
    status = page.locator("#status")
    page.locator("#sort-client").press("Enter")
    page.wait_for_url(re.compile("sort="))
    visitor.settle()
    expect(page.locator("#sort-client")).to_be_focused()
    expect(status).to_have_text(page.locator("[data-status]").inner_text())
    page.locator("input[name=client]").first.check()
    expect(status).to_have_text("Gekozen cliënten: 1")
    page.get_by_role("button", name="Wis keuze").press("Enter")
    expect(status).to_have_text("Gekozen cliënten: 0")
    expect(page.locator("#sheet")).to_be_focused()
    page.locator("a.client").first.click()
    page.wait_for_url(re.compile("/dossier/"))
    fold = page.locator(".folds > details").filter(has_text="Technische gegevens")
    fold.locator("summary").press("Enter")
    expect(status).to_have_text("Technische gegevens is geopend.")
    expect(fold.locator("summary")).to_be_focused()
    for name in ("Zet in mijn caseload", "Haal uit mijn caseload"):
        page.get_by_role("button", name=name).press("Enter")
        expect(page.locator("main [role=status]")).to_be_focused()
    visitor.go("/ocmw-gent/zoeken/")
    page.fill("input[name=q]", "zzzz")
    visitor.enter()
    expect(status).to_contain_text("Niemand met die naam")
    page.fill("input[name=q]", "91.61.01-001.75")
    visitor.enter()
    expect(page.locator("input[name=q]")).to_be_focused()


@pytest.mark.parametrize("visitor", [{}, PHONE_DARK], indirect=True)
def test_help_statements_and_news_have_no_violation(visitor):
    for address in PAGES:
        visitor.go(address)
        assert visitor.axe() == []
        assert visitor.overflow() <= 0
