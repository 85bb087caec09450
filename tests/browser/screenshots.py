"""Draws docs/screenshots again: `make screenshots`. The people on them are invented, under test numbers.

Run as `python -m tests.browser.screenshots`; pytest is what starts the portal and the browser, as for the tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import Visitor

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTHS = {1366: 900, 390: 844}
LIST = "/ocmw-gent/?show=all"
REACHABLE = "/ocmw-gent/?show=all&standing=reachable"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_draw(chromium, portal, width, scheme):
    context = chromium.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, locale="nl-BE"
    )
    visitor = Visitor(context, portal)

    def draw(name: str, *, whole: bool = False) -> None:
        visitor.page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=whole)

    page = visitor.sign_in("OCMW Gent", "case_worker")
    page.locator("table.clients").wait_for()
    visitor.go(LIST)
    draw("client-list")
    visitor.go(REACHABLE)
    page.locator("table.clients tbody tr a").first.click()
    page.wait_for_url("**/dossier/**")
    draw("person", whole=width > 1000)
    visitor.go("/ocmw-gent/cijfers/")
    page.wait_for_load_state("networkidle")
    draw("figures")
    context.close()
    assert visitor.complaints == []


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    sys.exit(pytest.main([__file__, "-q", "--randomly-dont-reorganize"]))
