"""A new client at the desk in a real browser: from INSZ to file with the keyboard, waiting for the KBI, a mistake."""

from __future__ import annotations

import itertools
import re
from contextlib import closing

import psycopg2
import pytest
from playwright.sync_api import expect

from persons.insz import check_digits, format_insz

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "case_worker")
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
NO_SCRIPT = {"java_script_enabled": False}
NOT_AT_GENT = """
SELECT p.insz FROM persons_person p WHERE NOT EXISTS (
  SELECT FROM persons_inscription i JOIN partners_institution n ON n.id = i.institution_id
  WHERE i.insz = p.insz AND n.slug = 'ocmw-gent')
ORDER BY p.insz LIMIT 20
"""
_counters = itertools.count(100)


def unknown() -> str:
    """A test number that the invented population does not have, another one each time."""
    nine = f"876814{next(_counters)}"
    return format_insz(nine + check_digits(nine, False))


@pytest.fixture(scope="module")
def known(portal) -> list[str]:
    """Numbers that the KBI knows and OCMW Gent has not registered."""
    with closing(psycopg2.connect(portal.environment["KBI_DB_OWNER_URL"])) as link, link.cursor() as cursor:
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute(NOT_AT_GENT)
        return [number for (number,) in cursor.fetchall()]


def paste(visitor, number: str) -> None:
    """Click the search field and paste: one click and one chord. Enter follows."""
    visitor.page.locator("input[name=q]").click()
    visitor.page.keyboard.insert_text(number)


@pytest.mark.parametrize("visitor", [{}, NO_SCRIPT], indirect=True)
def test_a_new_client_takes_one_click_a_paste_and_two_enters(visitor, known):
    page = visitor.open_list(*GENT)
    paste(visitor, known.pop())
    visitor.enter()
    expect(page.locator("input[name=capacity][value=leefloon]")).to_be_focused()
    visitor.enter()
    page.wait_for_url(re.compile("/dossier/"))
    expect(page.locator("body")).to_contain_text("Ingezien als Leefloon")
    page.go_back()
    expect(page.locator("a.client")).to_have_count(1)


@pytest.mark.parametrize("visitor", [{}, PHONE, DARK, PHONE | DARK], indirect=True)
def test_a_client_unknown_to_the_kbi_waits_and_a_mistake_is_taken_back(visitor):
    page = visitor.open_list(*GENT)
    number = unknown()
    paste(visitor, number)
    visitor.enter()
    expect(page.locator("h1")).to_have_text(f"{number} staat niet bij uw cliënten")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    visitor.enter()
    page.wait_for_url(re.compile("/wacht-op-de-kbi/"))
    expect(page.locator("[role=status]").first).to_contain_text("De KBI heeft nog geen dossier")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    paste(visitor, number)
    visitor.enter()
    expect(page.locator("h1")).to_have_text(f"{number} is bij u ingeschreven")
    assert visitor.axe() == []
    page.get_by_text("Per vergissing ingeschreven?").click()
    page.get_by_role("button", name="Trek in als vergissing").click()
    page.wait_for_url(re.compile("/wacht-op-de-kbi/$"))
    expect(page.locator("main")).not_to_contain_text(number)


def test_a_mistake_in_the_form_has_the_keyboard_and_the_last_day_follows_the_capacity(visitor):
    page = visitor.open_list(*GENT)
    paste(visitor, unknown())
    visitor.enter()
    until = page.locator("input[name=valid_until]")
    longest = until.input_value()
    page.locator("input[name=capacity][value=andere_hulp]").check()
    expect(until).not_to_have_value(longest)
    until.fill("31/02/2027")
    page.locator("input[name=capacity][value=leefloon]").check()
    expect(until).to_have_value("31/02/2027")
    visitor.enter()
    expect(until).to_be_focused()
    expect(until).to_have_attribute("aria-invalid", "true")
    expect(until).to_have_value("31/02/2027")
    assert visitor.axe() == []
    page.reload()
    expect(until).to_have_value("31/02/2027")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("staat niet bij uw cliënten")


def test_two_clicks_at_the_same_moment_register_once(visitor, known):
    page = visitor.open_list(*GENT)
    paste(visitor, known.pop())
    visitor.enter()
    addresses = page.evaluate(
        """async () => {
          const form = document.querySelector("form.form");
          const send = () => fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
          return (await Promise.all([send(), send(), send()])).map((response) => response.url);
        }"""
    )
    assert len(set(addresses)) == 1
    assert "/dossier/" in addresses[0]


def test_a_local_administrator_searches_by_number_and_sees_no_file(visitor):
    page = visitor.sign_in("OCMW Gent", "local_administrator")
    page.get_by_role("link", name="Inschrijven").click()
    page.fill("input[name=q]", "abdul")
    visitor.enter()
    expect(page.locator(".mistake")).to_contain_text("Typ een INSZ")
    page.fill("input[name=q]", unknown())
    visitor.enter()
    expect(page.locator("main")).to_contain_text("schrijven alleen")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
