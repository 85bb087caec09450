"""The tiles on the first page of the admin: each counts what its link shows, for users who may do it."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from partners.enums import AccessStatus, Role
from partners.models import Heartbeat
from partners.periods import today
from partners.rights import grant_on_server
from persons.models import SetAsideMessage
from tests import factories

from .counting import look

pytestmark = pytest.mark.django_db

ACCESS = "admin:partners_membership_changelist"
VERSIONS = "admin:partners_mandateversion_changelist"
DAY = datetime.timedelta(days=1)


def tiles(browser) -> dict[str, tuple[str, str]]:
    """Words and address of each tile, by heading."""
    page = html.fromstring(browser.get(reverse("admin:index")).content.decode())
    found = {}
    for tile in page.xpath("//ul[contains(@class, 'deed-tiles')]/li"):
        [heading], [why], [link] = tile.xpath("h2"), tile.xpath("p"), tile.xpath("div/a")
        found[heading.text_content().strip()] = (" ".join(why.text_content().split()), link.get("href"))
    return found


def listed(browser, address: str) -> int:
    """How many rows the list at `address` has."""
    return browser.get(address).context["cl"].result_count


def ending(institution, role: str = Role.CASE_WORKER, *, days: int = 10, user_=None, status="confirmed"):
    """Access that ends in so many days."""
    membership = factories.member(institution, role, user_=user_)
    with factories.owner():
        membership.valid_until = today() + days * DAY
        membership.status = status
        membership.save()
    return membership


@pytest.fixture
def agency(agency_administrator, sign_in):
    return sign_in(agency_administrator)


def test_access_that_ends_within_thirty_days_is_counted_as_its_list_shows_it(agency, ocmw, other_ocmw):
    assert "toegang loopt af" not in str(tiles(agency))
    ending(ocmw, days=30)
    ending(ocmw, Role.LOCAL_ADMINISTRATOR, days=0)
    ending(other_ocmw, Role.LOCAL_ADMINISTRATOR)
    factories.member(other_ocmw, Role.LOCAL_ADMINISTRATOR)
    # None of these needs anything: later, over, withdrawn, of a closed account.
    ending(ocmw, days=31)
    ending(ocmw, days=-1)
    ending(ocmw, status=AccessStatus.WITHDRAWN)
    closed = ending(ocmw)
    with factories.owner():
        closed.user.is_active = False
        closed.user.save()
    why, href = tiles(agency)["3 toegangen lopen af"]
    assert why == "Binnen 30 dagen, bij 2 instellingen. 1 ervan heeft dan geen lokale beheerder meer."
    assert href == f"{reverse(ACCESS)}?ending=yes"
    assert listed(agency, href) == 3


def test_access_that_goes_on_is_not_counted(agency, ocmw):
    first = ending(ocmw)
    assert "1 toegang loopt af" in tiles(agency)
    with factories.owner():
        next_days = grant_on_server(
            user=first.user,
            institution=ocmw,
            role=first.role,
            first=first.valid_until + DAY,
            until=first.valid_until + 100 * DAY,
        )
    assert "1 toegang loopt af" not in tiles(agency)
    with factories.owner():
        next_days.status = AccessStatus.PROPOSED
        next_days.save()
    assert "1 toegang loopt af" in tiles(agency)


def test_mandates_that_end_within_ninety_days_are_counted_as_their_list_shows_them(agency, ocmw):
    factories.mandate(ocmw, valid_until=today() + 91 * DAY)
    assert "lopen af" not in str(tiles(agency))
    factories.mandate(ocmw, "schuldbemiddeling", valid_until=today() + 90 * DAY)
    why, href = tiles(agency)["1 machtiging loopt af"]
    assert why.startswith("OCMW Proefstad · Schuldbemiddeling, tot en met ")
    factories.mandate(ocmw, "andere_hulp", valid_until=today())
    why, href = tiles(agency)["2 machtigingen lopen af"]
    assert why.startswith("Eerst OCMW Proefstad · Andere hulp, tot en met ")
    assert href == f"{reverse(VERSIONS)}?ending=yes"
    assert listed(agency, href) == 2


def test_a_mandate_with_a_next_version_does_not_end(agency, ocmw):
    address = factories.mandate(ocmw, valid_until=today() + 10 * DAY)
    assert "1 machtiging loopt af" in tiles(agency)
    factories.version(address, valid_from=today() + 11 * DAY)
    assert "1 machtiging loopt af" not in tiles(agency)


def test_institutions_that_opened_no_file_are_counted(agency, ocmw, other_ocmw):
    for institution in (ocmw, other_ocmw, factories.institution("Nooit gekeken")):
        factories.mandate(institution)
        factories.member(institution)
    factories.mandate(factories.institution("Zonder toegang"))
    now = timezone.now()
    look(ocmw, now - 70 * DAY)
    look(other_ocmw, now - 70 * DAY)
    look(other_ocmw, now)
    why, href = tiles(agency)["3 instellingen zonder gebruik"]
    assert why.startswith("Gestopt: 1, keek nog nooit: 1, geen toegang: 1.")
    assert href == reverse("admin:statistics_adoption")
    assert agency.get(href).status_code == 200


def test_the_state_says_what_is_wrong_and_when_nothing_is(agency, as_owner):
    why, href = tiles(agency)["1 taak van de server is te laat"]
    assert "Te laat: work." in why
    assert href == reverse("admin:system")
    now = timezone.now()
    with as_owner():
        Heartbeat.objects.create(job="roll_up", lane=1, begun_at=now, succeeded_at=now, late_at=now + DAY)
    why, href = tiles(agency)["Het logboek is nu niet bewezen"]
    assert "Niet bewezen: het logboek is nog niet verzegeld." in why
    page = agency.get(href).content.decode()
    assert "Het logboek is nu niet bewezen" in page
    assert "roll_up" in page
    assert "op tijd" in page


@pytest.mark.parametrize(
    ("codenames", "headings"),
    [
        ([], []),
        (["add_membership"], ["Toegang geven"]),
        (["change_membership"], ["1 toegang loopt af"]),
        (
            ["change_membership", "change_mandateversion"],
            ["1 voorstel van toegang wacht", "1 toegang loopt af"],
        ),
        (["add_mandateversion"], ["1 machtiging loopt af"]),
        (["view_adoption"], ["1 instelling zonder gebruik"]),
        (["view_home"], []),
        (["view_setasidemessage"], ["1 opzijgezet bericht"]),
    ],
)
def test_a_tile_is_for_who_may_do_it(codenames, headings, ocmw, sign_in):
    ending(ocmw)
    ending(ocmw, status=AccessStatus.PROPOSED)
    factories.mandate(ocmw, valid_until=today() + 10 * DAY)
    look(ocmw, timezone.now() - 70 * DAY)
    account = factories.user(is_staff=True)
    with factories.owner():
        now = timezone.now()
        SetAsideMessage.objects.create(file="proef.xml", line=1, reason="not_xml", first_at=now, last_at=now)
        account.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    found = list(tiles(sign_in(account)))
    assert found[:-1] == headings
    # The state of the system is for everyone there.
    assert "te laat" in found[-1]


def test_the_page_costs_the_same_for_one_institution_and_for_forty(agency, ocmw):
    factories.member(ocmw)
    look(ocmw, timezone.now() - 70 * DAY)

    def cost() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert agency.get(reverse("admin:index")).status_code == 200
        return [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    ending(ocmw)
    factories.mandate(ocmw, valid_until=today() + 10 * DAY)
    cost()
    one = cost()
    for _ in range(40):
        institution = factories.institution()
        ending(institution)
        factories.mandate(institution, valid_until=today() + 10 * DAY)
        look(institution, timezone.now() - 50 * DAY)
    forty = cost()
    assert len(forty) == len(one) <= 28, "\n".join(query[:150] for query in forty)


def test_the_words_are_dutch_and_those_of_the_stock_page_too(agency):
    text = " ".join(
        html.fromstring(agency.get(reverse("admin:index")).content.decode()).text_content().split()
    )
    for word in (
        "Home",
        "Change",
        "View",
        "Add",
        "Welcome",
        "Site administration",
        "Toggle theme",
        "Log out",
    ):
        assert f" {word} " not in f" {text} "
