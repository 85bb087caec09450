"""A real portal for a real browser: the web server under the web role, on a database filled through the real import."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from partners.periods import today

from ..ports import free_port
from ..scratch import create_database, drop_database, url
from ..waiting import PATIENCE, until

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
PERSONS = 400
# What a busy machine may take; Playwright's own five seconds are too few for it.
expect.set_options(timeout=PATIENCE * 1000)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


# All commands in one process: each of its own would take another second.
FILL = """
import sys
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
folder, persons, day = Path(sys.argv[1]), *sys.argv[2:]
population = ["--persons", persons, "--seed", "7", "--as-of", day]
call_command("migrate", "--no-input")
call_command("hand_over_log")
call_command("collectstatic", "--no-input")
call_command("demo_accounts", "--out", str(folder / "accounts.csv"))
call_command("generate_dossiers", *population, "--out", str(folder / "dossiers"))
call_command("import_dossiers", str(folder / "dossiers"), "--processes", "0")
call_command("generate_clients", *population, "--out", str(folder / "clients"))
for path in sorted((folder / "clients").glob("*.csv")):
    try:
        call_command("import_clients", str(path), "--institution", path.stem)
    except SystemExit as ended:
        if ended.code != 3:  # some rows are wrong on purpose
            raise
"""


@dataclass(frozen=True)
class Portal:
    """A running portal: its address, the accounts by role, and how to run a command on its database.

    `sessions` are the cookies of accounts that signed in earlier.
    """

    url: str
    accounts: dict[tuple[str, str], tuple[str, str]]
    environment: dict[str, str]
    sessions: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ended.returncode in {0, 3}, ended.stderr
        return ended.stdout


def responds(address: str, web: subprocess.Popen) -> bool:
    """Return True once the web server takes requests; fail if it has ended."""
    assert web.poll() is None
    try:
        urllib.request.urlopen(f"{address}/livez", timeout=PATIENCE).close()  # noqa: S310
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    name = create_database("browser")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("KBI_", "DATABASE"))
    } | {
        "DATABASE_URL": url("web", name),
        "KBI_DB_OWNER_URL": url("owner", name),
        "KBI_SECRET_KEY": "only-for-browser-tests-" + "x" * 40,
        "KBI_INSZ_KEY": "only-for-browser-tests-too-" + "y" * 40,
        "KBI_ALLOW_TEST_NUMBERS": "on",
        "KBI_DEMO": "on",
        "KBI_STATIC_ROOT": str(folder / "static"),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run(
        [sys.executable, "-c", FILL, folder, str(PERSONS), today().isoformat()],
        cwd=settings.BASE_DIR,
        env=environment
        | {
            "KBI_DB_ROLE": "owner",
            "KBI_DB_SUPERUSER_URL": url("superuser", name),
            "DJANGO_SETTINGS_MODULE": "kbi_portal.settings",
        },
        stdout=subprocess.DEVNULL,
        timeout=600,
        check=True,
    )
    with (folder / "accounts.csv").open(newline="") as handle:
        accounts = {
            (row["institution"], row["role"]): (row["login"], row["password"])
            for row in csv.DictReader(handle)
        }
    port = free_port()
    log = (folder / "web.log").open("w")
    web = subprocess.Popen(
        [sys.executable, "-m", "kbi_portal.serve", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: responds(address, web), lambda: (folder / "web.log").read_text())
        yield Portal(address, accounts, environment)
    finally:
        web.terminate()
        web.wait(timeout=PATIENCE)
        log.close()
        drop_database(name)
    trouble = (folder / "web.log").read_text()
    assert "Traceback" not in trouble, trouble


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's or the system's Chromium, else the one Playwright brought; without one the tests fail.

    Closed after each file: until then Playwright's event loop runs, and Django refuses the database to other tests.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody in a browser; remembers everything the browser complained about."""

    def __init__(self, context: BrowserContext, portal: Portal) -> None:
        self.context = context
        self.portal = portal
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE * 1000)
        self.page: Page = context.new_page()
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile));"
        )

    def _on_console(self, message) -> None:
        # The browser itself reports a page that is meant to be a 404, and htmx a form of a session that has ended.
        is_meant = re.search("status of 4|Status Error Code 403", message.text)
        if message.type in {"error", "warning"} and not is_meant:
            self.complaints.append(message.text)

    def go(self, path: str = "/") -> Page:
        self.page.goto(self.portal.url + path)
        return self.page

    def sign_in(self, institution: str, role: str) -> Page:
        """Go to the first page as this account. Use the stored session, or the password if that session has ended."""
        who = institution, role
        self.context.clear_cookies(name="sessionid")
        self.context.add_cookies(self.portal.sessions.get(who, []))
        self.go("/")
        if self.page.locator("input[name=login]").count():
            login, password = self.portal.accounts[who]
            self.page.fill("input[name=login]", login)
            self.page.fill("input[name=password]", password)
            self.enter()
            self.portal.sessions[who] = [
                cookie for cookie in self.context.cookies() if cookie["name"] == "sessionid"
            ]
        return self.page

    def open_list(self, institution: str, role: str = "case_worker") -> Page:
        """Sign in and ask for the whole list: the filters another test left are remembered by the portal."""
        self.sign_in(institution, role)
        self.page.goto(self.page.url.partition("?")[0] + "?show=all")
        return self.page

    def enter(self) -> Page:
        """Press Enter in a form and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.page

    def choose(self, name: str) -> None:
        """Open the user's own menu in the header and press what has this name."""
        self.page.locator("header summary").click()
        self.page.locator("header").get_by_text(name, exact=True).click()

    def settle(self) -> None:
        """Wait until the page is there, and what htmx asked for is in it."""
        self.page.wait_for_load_state()
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    def axe(self) -> list[str]:
        """Violations of WCAG 2.1 A and AA on the page as it is now."""
        self.settle()
        self.page.evaluate(AXE)
        # Without preload: axe copies imported stylesheets into the page, which the page's own policy refuses.
        found = self.page.evaluate(
            "axe.run(document, {preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
            ".then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')))"
        )
        return [f"{self.page.url}: {violation}" for violation in found]

    def overflow(self) -> int:
        """How many pixels the page scrolls sideways."""
        self.settle()
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def visitor(chromium: Browser, portal: Portal, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """`request.param` may hold Playwright's context options (viewport, locale, colour scheme, scripts off)."""
    options = {"viewport": {"width": 1366, "height": 900}, "locale": "nl-BE"} | getattr(request, "param", {})
    context = chromium.new_context(**options)
    someone = Visitor(context, portal)
    yield someone
    context.close()
    assert someone.complaints == []
