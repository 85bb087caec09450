"""The published figures in a real browser without an account: within reach of all, on small screens, in the dark."""

import datetime
import uuid
from contextlib import closing

import psycopg2
import pytest

from tests.statistics.careful import last_month, moment, working_day
from tests.statistics.counting import INSERT

pytestmark = pytest.mark.browser

PAGE = "/cijfers-openbaar/"
LOOKS = [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}]


@pytest.fixture(scope="module", autouse=True)
def _published(portal):
    """A look of last month, and its figures published."""
    at = moment(working_day(last_month())).astimezone(datetime.UTC)
    with (
        closing(psycopg2.connect(portal.environment["KBI_DB_OWNER_URL"])) as link,
        link,
        link.cursor() as cursor,
    ):
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute("SELECT consultations_ensure_partitions(%s, %s)", [at.date(), at.date()])
        cursor.execute(INSERT, [str(uuid.uuid4()), at, "file", "portal", "shown", 1])
    portal.manage("demo_publish")
    portal.manage("publish")


@pytest.mark.parametrize("visitor", LOOKS, indirect=True)
def test_someone_without_an_account_reads_it_and_gets_no_cookie(visitor):
    page = visitor.go(PAGE)
    page.wait_for_selector(".fig-table")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    assert page.locator(".fig-table tbody tr").count() > 1
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").last.click()
    assert file.value.suggested_filename == "kbi-cijfers.csv"
    assert page.context.cookies() == []
