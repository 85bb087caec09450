"""Extending and ending in a real browser: from the file, for chosen rows, without script, and twice at once."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "case_worker")
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
NO_SCRIPT = {"java_script_enabled": False}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leave the redirect to the caller."""

    def redirect_request(self, *arguments: object) -> None:
        return None


@pytest.mark.parametrize("visitor", [{}, PHONE, DARK, NO_SCRIPT], indirect=True)
def test_chosen_rows_are_extended_and_each_says_how_it_went(visitor, request):
    has_script = "java_script_enabled" not in str(request.node.callspec.params)
    page = visitor.open_list(*GENT)
    bar = page.get_by_role("group", name="Met de gekozen cliënten")
    expect(bar).to_be_hidden()
    boxes = page.locator("input[name=client]")
    names = [page.locator("a.client").nth(row).inner_text() for row in (0, 2)]
    for row in (0, 2):
        boxes.nth(row).check()
    expect(bar).to_be_visible()
    expect(bar.get_by_text("Kies alle")).to_be_visible(visible=has_script)
    if has_script:
        assert visitor.axe() == []
    assert visitor.overflow() <= 0
    bar.get_by_role("button", name="Inschrijving verlengen…").click()
    expect(page.locator("h1")).to_have_text("2 gekozen inschrijvingen verlengen")
    for name in names:
        expect(page.locator("main")).to_contain_text(name.split(",")[0])
    assert re.search(r"/ocmw-gent/keuze/[0-9a-f-]{36}/verlengen/$", page.url)
    if has_script:
        assert visitor.axe() == []
    assert visitor.overflow() <= 0
    page.get_by_label("Reden").select_option("goes_on")
    page.get_by_role("button", name="Verleng", exact=True).click()
    expect(page.locator("h1")).to_have_text("Uitkomst")
    if has_script:
        assert visitor.axe() == []
    page.reload()
    expect(page.locator("h1")).to_have_text("Uitkomst")


def open_menu(page, name: str) -> None:
    """Follow a link in the menu of the file."""
    page.get_by_text("Meer", exact=True).click()
    page.get_by_role("link", name=name).click()


def test_a_file_shows_its_history_and_is_ended(visitor):
    page = visitor.open_list(*GENT)
    page.locator("a.client").last.click()
    page.wait_for_url(re.compile("/dossier/"))
    address = page.url
    page.get_by_text("Geschiedenis van de inschrijving").click()
    expect(page.locator("details").last).to_contain_text("Wie welke stap zette")
    assert visitor.axe() == []
    open_menu(page, "Inschrijving beëindigen")
    assert visitor.axe() == []
    page.get_by_role("button", name="Beëindig").click()  # the browser asks for the reason
    page.get_by_label("Reden").select_option("completed")
    page.get_by_role("button", name="Beëindig").click()
    expect(page.get_by_role("status").first).to_contain_text("gisteren was de laatste dag")
    assert page.goto(address).status == 404
    visitor.go("/ocmw-gent/beeindigd/")
    expect(page.locator("table")).to_contain_text("Het inburgeringstraject is afgerond")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0


def test_of_two_at_the_same_moment_one_ends_it_and_the_other_is_told_so(visitor, portal):
    page = visitor.open_list(*GENT)
    page.locator("a.client").last.click()
    page.wait_for_url(re.compile("/dossier/"))
    open_menu(page, "Inschrijving beëindigen")
    page.wait_for_url(re.compile("/beeindigen/$"))
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in visitor.context.cookies())
    token = page.locator("form.fields input[name=csrfmiddlewaretoken]").input_value()
    data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "reason": "completed"}).encode()

    def end(_number: int) -> str:
        asked = urllib.request.Request(page_url, data, {"Cookie": cookies, "Referer": page_url})  # noqa: S310
        try:
            stopped = urllib.request.build_opener(NoRedirect).open(asked, timeout=30)
        except urllib.error.HTTPError as error:
            stopped = error
        stopped.close()
        # The message on the next page is in a cookie of this response.
        message = "; ".join(value.partition(";")[0] for value in stopped.headers.get_all("Set-Cookie", []))
        following = urllib.parse.urljoin(page_url, stopped.headers["Location"])
        asked = urllib.request.Request(following, headers={"Cookie": f"{cookies}; {message}"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return answer.read().decode()

    page_url = page.url
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(end, range(4)))
    said = [
        "ended" if "gisteren was de laatste dag" in each else "over" if "al voorbij" in each else each
        for each in pages
    ]
    assert sorted(set(said)) == ["ended", "over"]
    assert said.count("ended") == 1
