"""A client list in a real browser: upload, look over, register in the background, report; with and without script."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import expect

from partners.periods import today

from ..factories import insz
from ..waiting import PATIENCE, until

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "case_worker")
PHONE = {"viewport": {"width": 390, "height": 844}}
NO_SCRIPT = {"java_script_enabled": False}


@pytest.fixture(scope="module", autouse=True)
def worker(portal) -> Iterator[None]:
    """The worker of the background, beside the web server."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.2"],
        cwd=settings.BASE_DIR,
        env=portal.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.terminate()
    process.wait(timeout=PATIENCE)


def client_list(*numbers: str) -> dict:
    day, last = today(), today() + datetime.timedelta(days=90)
    lines = [f"{number};leefloon;{day};{last};aanvraag" for number in numbers]
    text = "\r\n".join(["INSZ-nummer;Hoedanigheid;Van;Tot en met;Reden", *lines])
    return {"name": "lijst.csv", "mimeType": "text/csv", "buffer": text.encode()}


def refreshed(page) -> bool:
    """Follow the link that a visitor without script has; return False, so that the page is looked at again."""
    page.get_by_role("link", name="Ververs").click()
    page.wait_for_load_state()
    return False


@pytest.mark.parametrize("visitor", [{}, PHONE, {"color_scheme": "dark"}, NO_SCRIPT], indirect=True)
def test_a_list_from_file_to_report(visitor, request):
    has_script = "java_script_enabled" not in str(request.node.callspec.params)
    page = visitor.sign_in(*GENT)
    page.get_by_role("link", name="Cliënten opladen").click()
    numbers = [insz(), insz(), insz()]
    page.set_input_files("input[type=file]", client_list(*numbers, numbers[0]))
    if has_script:
        assert visitor.axe() == []
        assert visitor.overflow() <= 0
    page.get_by_role("button", name="Kijk de lijst na").click()
    rows = page.locator("table.uploaded tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.last).to_contain_text("dubbel in het bestand, zie rij 2")
    if has_script:
        assert visitor.axe() == []
        assert visitor.overflow() <= 0
    rows.nth(1).get_by_role("checkbox").uncheck()
    # With script, the number follows the ticks on screen; they start without being stored first.
    start = page.get_by_role("button", name="Voer de aangevinkte rijen uit")
    expect(start).to_contain_text("(2)" if has_script else "(3)")
    page.get_by_label("De personen die ik inschrijf").check()
    start.click()
    report = page.get_by_text("Klaar: 2 van 2 aangevinkte rijen zijn in orde.")
    if not has_script:
        until(lambda: report.count() or refreshed(page))
    expect(report).to_be_visible()
    expect(rows.nth(0)).to_contain_text("ingeschreven")
    expect(rows.nth(1)).to_contain_text("niet aangevinkt, niets gedaan")
    if has_script:
        assert visitor.axe() == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download deze rijen").click()
    assert re.fullmatch(r"verslag\.csv", download.value.suggested_filename)


def test_a_wrong_file_says_what_to_do(visitor):
    page = visitor.sign_in(*GENT)
    page.get_by_role("link", name="Cliënten opladen").click()
    page.set_input_files(
        "input[type=file]", {"name": "x.csv", "mimeType": "text/csv", "buffer": b"naam\r\nAn"}
    )
    page.get_by_role("button", name="Kijk de lijst na").click()
    expect(page.locator(".mistake")).to_contain_text("Regel 1: deze kolom ontbreekt: INSZ-nummer")
    assert visitor.axe() == []
