"""The figures in a real browser: charts under the strict policy, pictures to keep, tables without script."""

import re
import uuid
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.statistics.counting import DATA_2015, INSERT, SOURCE_2015

pytestmark = pytest.mark.browser

MONTHLY = "/beheer/statistics/monthlycount/"
EXPECTED = "/beheer/statistics/expectation/cijfers/"
AGENCY = ("(agentschap)", "agency_administrator")
OCMW = ("OCMW Gent", "case_worker")
SMALL = {"viewport": {"width": 390, "height": 844}}
LOOKS = [{}, {"color_scheme": "dark"}, SMALL]
PLAIN = {"java_script_enabled": False}


@pytest.fixture(scope="module", autouse=True)
def _something_counted(portal):
    """The table of 2015, one look of today, and what the agency expects."""
    portal.manage("import_counts", str(DATA_2015), "--source", SOURCE_2015)
    portal.manage("demo_expectations", "--persons", "2000")
    with (
        closing(psycopg2.connect(portal.environment["KBI_DB_OWNER_URL"])) as link,
        link,
        link.cursor() as cursor,
    ):
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute(INSERT, [str(uuid.uuid4()), timezone.now(), "file", "portal", "shown", 1])


def as_agency(visitor, address: str):
    """The page at `address`, signed in as an administrator of the agency."""
    page = visitor.sign_in(*AGENCY)
    page.wait_for_selector("#user-tools")
    return visitor.go(address)


def open_file(visitor) -> None:
    """Look once, so that the log has something to count."""
    page = visitor.open_list(*OCMW)
    page.click("a.client")
    page.wait_for_url(re.compile("/dossier/"))


def faults(visitor, addresses: list[str]) -> list[str]:
    """What keeps somebody from using the pages with a chart at `addresses`."""
    found = []
    for address in addresses:
        page = visitor.go(address)
        page.wait_for_selector("[data-plot] svg")
        found += visitor.axe()
        if visitor.overflow() > 0:
            found.append(f"{address} scrolls sideways")
    return found


@pytest.mark.parametrize("visitor", LOOKS, indirect=True)
def test_the_agencys_figures_are_within_reach_of_everybody(visitor):
    as_agency(visitor, "/beheer/")
    addresses = ["/beheer/", MONTHLY, f"{MONTHLY}?year=2015", f"{MONTHLY}?year=2015&chart=line"]
    addresses += [EXPECTED, f"{EXPECTED}?show=institutions", f"{EXPECTED}?show=months", f"{EXPECTED}1/"]
    assert faults(visitor, addresses) == []


@pytest.mark.parametrize("visitor", LOOKS, indirect=True)
def test_the_own_figures_are_within_reach_of_everybody(visitor):
    open_file(visitor)
    addresses = ["/ocmw-gent/cijfers/", "/ocmw-gent/cijfers/?year=2015", "/ocmw-gent/cijfers/verwachting/"]
    assert faults(visitor, addresses) == []


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifted += entry.value;
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("visitor", [{}, SMALL], indirect=True)
def test_nothing_moves_while_a_chart_is_drawn(visitor):
    page = as_agency(visitor, "/beheer/")
    page.add_init_script(SHIFTS)
    for address in ("/beheer/", MONTHLY, f"{MONTHLY}?year=2015", f"{MONTHLY}?year=2015&chart=line"):
        page = visitor.go(address)
        page.wait_for_selector("[data-plot] svg")
        # The browser reports a shift with the next frame.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
        assert page.evaluate("window.shifted") < 0.05, address


def test_a_chart_speaks_and_answers_the_pointer(visitor):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    plot = page.locator("[data-plot]")
    label = (
        "Gestapelde staafgrafiek van 5 reeksen: uitwisselingen die de bron opgaf per maand in 2015."
        " Samen 10.915.510;"
    )
    expect(plot).to_have_attribute("aria-label", re.compile(f"^{re.escape(label)}"))
    # Colour is not all: each series has a pattern of its own.
    expect(plot.locator("svg pattern").nth(4)).to_be_attached()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    tip = page.locator(".fig-tip")
    expect(tip).to_contain_text(re.compile(r"CVO/CBE\s*590\.409"))
    expect(tip).to_contain_text(re.compile(r"Totaal\s*1\.281\.748"))
    page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.3)
    expect(tip).to_contain_text("geen gegevens")


def column(page: Page, month: int) -> dict[str, str]:
    """Numbers of `month` (0 to 11) in the table under the chart, by row heading."""
    rows = page.locator(".fig-table").first.locator("tbody tr, tfoot tr").all()
    return {row.locator("th").inner_text(): row.locator("td").nth(month).inner_text() for row in rows}


def tip(page: Page, month: int) -> dict[str, str]:
    """Point at `month` (0 to 11) in the chart and return the numbers in its tooltip, by name."""
    name, x = page.evaluate(
        """month => [
            JSON.parse(document.getElementById('chart-data').textContent).months[month],
            echarts.getInstanceByDom(document.querySelector('[data-plot]')).convertToPixel({xAxisIndex: 0}, month),
        ]""",
        month,
    )
    box = page.locator("[data-plot]").bounding_box()
    page.mouse.move(box["x"] + x, box["y"] + 60)
    expect(page.locator(".fig-tip b")).to_have_text(re.compile(rf"^{name}\b"))
    rows = page.locator(".fig-tip dl > div").all()
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}


@pytest.mark.parametrize("chart", ["stacked", "line"])
def test_the_chart_and_the_table_show_the_same_numbers(visitor, chart):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    page.click(".fig-more summary")
    page.select_option("[name=chart]", chart)
    page.click("button[type=submit]:has-text('Toon')")
    page.wait_for_url(re.compile(f"chart={chart}"))
    tips = [tip(page, month) for month in range(12)]
    for month, words in enumerate(tips):
        cells = column(page, month)
        assert words == {name: cells[name].replace("–", "geen gegevens") for name in words}
        # Institutions without data are rows of the table only.
        assert {cell for name, cell in cells.items() if name not in words} == {"–"}
    assert len(tips[0]) == 6


def shapes(page: Page, colour: str) -> Locator:
    """Shapes of the chart in the value that the stylesheet gives `colour` at this moment."""
    value = page.locator(".fig-chart").evaluate(
        "(figure, colour) => getComputedStyle(figure).getPropertyValue(`--fig-${colour}`).trim()", colour
    )
    return page.locator(f"[data-plot] svg :is([fill='{value}'], [stroke='{value}'])")


def test_a_chart_follows_the_scheme_and_the_width(visitor):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    light = shapes(page, "2")
    expect(light).not_to_have_count(0)
    page.emulate_media(color_scheme="dark")
    expect(light).to_have_count(0)
    expect(shapes(page, "2")).not_to_have_count(0)
    expect(shapes(page, "ink")).not_to_have_count(0)
    # The admin's own switch moves on from the system's scheme to light.
    page.locator(".theme-toggle:visible").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(light).not_to_have_count(0)
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_function("document.querySelector('[data-plot]').clientWidth < 700")
    width = page.locator("[data-plot]").evaluate("plot => plot.clientWidth")
    expect(page.locator("[data-plot] svg")).to_have_attribute("viewBox", re.compile(rf"^0 0 {width} \d+$"))


@pytest.mark.parametrize("visitor", [{"color_scheme": "dark"}], indirect=True)
def test_a_picture_is_light_on_a_dark_screen(visitor):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    with page.expect_download() as download:
        page.click("[data-picture=svg]")
    picture = Path(download.value.path()).read_text()
    assert 'fill="#ffffff"' in picture
    assert 'fill="#9a4a00"' in picture
    # The chart on the screen stays dark.
    expect(page.locator(".on-paper")).to_have_count(0)
    expect(shapes(page, "2")).not_to_have_count(0)


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG\r\n"), ("svg", b"<svg ")])
def test_a_chart_is_kept_as_a_picture_with_its_title(visitor, kind, begins):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    with page.expect_download() as download:
        page.click(f"[data-picture={kind}]")
    assert (
        download.value.suggested_filename == f"uitwisselingen-die-de-bron-opgaf-2015-alle-instellingen.{kind}"
    )
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(begins)
    assert len(content) > 5_000
    if kind == "svg":
        assert "Uitwisselingen die de bron opgaf per maand in 2015" in content.decode()


@pytest.mark.parametrize("visitor", [PLAIN], indirect=True)
def test_without_script_the_table_stands_and_a_sentence_says_why(visitor):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    assert page.locator("[data-plot]").is_hidden()
    assert page.get_by_text("De grafiek wordt met JavaScript getekend.").is_visible()
    assert page.locator("[data-picture]").first.is_hidden()
    assert page.locator("tfoot").first.inner_text().endswith("10.915.510")
    page.click(".fig-more summary")
    page.select_option("[name=chart]", "line")
    page.click("button[type=submit]:has-text('Toon')")
    page.wait_for_url(re.compile("chart=line"))


def test_the_pages_speak_english_too(visitor):
    page = as_agency(visitor, f"{MONTHLY}?year=2015")
    page.click("button[lang=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_selector("[data-plot] svg")
    expect(page.locator("tfoot").first).to_contain_text("10,915,510")


def test_the_running_month_is_marked_and_the_new_look_is_counted(visitor):
    open_file(visitor)
    page = visitor.go("/ocmw-gent/cijfers/")
    marked = page.locator("thead th.marked").inner_text()
    assert marked.endswith("(lopend)")
    before = int(page.locator("tbody td.marked").inner_text().replace(".", ""))
    visitor.go("/")
    page.click("a.client")
    page.wait_for_url(re.compile("/dossier/"))
    page = visitor.go("/ocmw-gent/cijfers/")
    assert int(page.locator("tbody td.marked").inner_text().replace(".", "")) == before + 1
    # Rolled up or not, the figure is the same.
    visitor.portal.manage("roll_up")
    page = visitor.go("/ocmw-gent/cijfers/")
    assert int(page.locator("tbody td.marked").inner_text().replace(".", "")) == before + 1


@pytest.mark.parametrize("visitor", LOOKS, indirect=True)
def test_who_does_not_use_the_portal_is_within_reach_of_everybody(visitor):
    page = as_agency(visitor, "/beheer/statistics/adoptionmail/?show=all")
    page.click("details.adopt-time > summary")
    page.wait_for_selector("[data-plot] svg")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    # What only screen readers say does not make the page as long as the list in its frame.
    height = page.evaluate("document.documentElement.scrollHeight")
    assert page.viewport_size["width"] < 1000 or height < 6000
