"""The team page in a real browser: invite, accept, extend; readable with keyboard, phone and dark colours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Visitor

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "local_administrator")
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}


@pytest.mark.parametrize("visitor", [{}, PHONE, PHONE | DARK], indirect=True)
def test_the_pages_are_accessible(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go("/ocmw-gent/team/")
    expect(page.locator("h1")).to_contain_text("Collega’s van OCMW Gent")
    for address in ("/ocmw-gent/team/geschiedenis/", "/ocmw-gent/team/inschrijvingen/", "/ocmw-gent/team/"):
        visitor.go(address)
        assert visitor.axe() == []
        assert visitor.overflow() <= 0
    page.get_by_role("link", name=re.compile("^Wijzig")).first.click()
    expect(page.get_by_role("button", name="Beëindig")).to_be_visible()
    assert visitor.axe() == []
    assert visitor.overflow() <= 0


def test_a_colleague_is_invited_and_works(visitor, chromium, portal):
    visitor.sign_in(*GENT)
    page = visitor.go("/ocmw-gent/team/")
    page.get_by_role("link", name="Collega uitnodigen").click()
    page.fill("#id_email", "els.nieuw@ocmw-gent.example")
    page.fill("#id_reason", "nieuwe collega")
    visitor.enter()
    [path] = re.findall(r"(/uitnodiging/[^/\s]{20,}/)", page.locator(".messages").inner_text())
    assert visitor.axe() == []
    invited = Visitor(chromium.new_context(locale="nl-BE"), portal)
    invited.go(path)
    invited.page.wait_for_url(re.compile("/uitnodiging/$"))
    assert invited.axe() == []
    for field, value in (("first_name", "Els"), ("last_name", "Nieuw")):
        invited.page.fill(f"#id_{field}", value)
    for field in ("password1", "password2"):
        invited.page.fill(f"#id_{field}", "een-heel-eigen-wachtzin")
    invited.enter()
    expect(invited.page.locator("h1")).to_contain_text(re.compile("[Cc]liënten"))
    invited.context.close()
    assert invited.complaints == []
    visitor.go("/ocmw-gent/team/")
    expect(page.locator("#team")).to_contain_text("Els Nieuw")


def test_sorting_replaces_the_table_only_and_the_choice_is_extended(visitor):
    visitor.sign_in(*GENT)
    page = visitor.go("/ocmw-gent/team/")
    page.locator("#team thead a", has_text="Rol").click()
    page.wait_for_url(re.compile("sort=role"))
    visitor.settle()
    assert page.locator("h1").count() == page.locator("#team").count() == 1
    page.locator("#team input[type=checkbox]").first.check()
    page.get_by_role("button", name="Verleng").click()
    expect(page.locator(".mistake")).to_contain_text("Geef een reden")
    assert page.locator("#team input[type=checkbox]:checked").count() == 1
    assert visitor.axe() == []
