"""The monthly reports in a real browser: within reach of everybody, on small screens, in the dark and on paper."""

import datetime
import uuid
from contextlib import closing

import psycopg2
import pytest

from tests.statistics.careful import last_month, moment, working_day
from tests.statistics.counting import INSERT

pytestmark = pytest.mark.browser

OWN = "/ocmw-gent/cijfers/zorgvuldig/"
OVERVIEW = "/beheer/statistics/carefulreport/"
SMALL = {"viewport": {"width": 390, "height": 844}}
LOOKS = [{}, {"color_scheme": "dark"}, SMALL]


@pytest.fixture(scope="module", autouse=True)
def _reports(portal):
    """A look of last month, and the reports of it."""
    at = moment(working_day(last_month())).astimezone(datetime.UTC)
    with (
        closing(psycopg2.connect(portal.environment["KBI_DB_OWNER_URL"])) as link,
        link,
        link.cursor() as cursor,
    ):
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute("SELECT consultations_ensure_partitions(%s, %s)", [at.date(), at.date()])
        cursor.execute(INSERT, [str(uuid.uuid4()), at, "file", "portal", "shown", 1])
    portal.manage("careful_reports")


def faults(visitor, addresses: list[str]) -> list[str]:
    """What keeps somebody from using these pages."""
    found = []
    for address in addresses:
        page = visitor.go(address)
        page.wait_for_selector(".fig-table")
        found += visitor.axe()
        if visitor.overflow() > 0:
            found.append(f"{address} scrolls sideways")
    return found


@pytest.mark.parametrize("visitor", LOOKS, indirect=True)
def test_the_report_is_within_reach_of_everybody(visitor):
    visitor.sign_in("OCMW Gent", "privacy_officer").wait_for_selector(".who")
    assert faults(visitor, [OWN]) == []


@pytest.mark.parametrize("visitor", LOOKS, indirect=True)
def test_the_agencys_pages_are_within_reach_of_everybody(visitor):
    visitor.sign_in("(agentschap)", "agency_administrator").wait_for_selector("#user-tools")
    assert faults(visitor, [OVERVIEW]) == []
    address = visitor.page.locator(".fig-table tbody a").first.get_attribute("href")
    assert faults(visitor, [address]) == []
