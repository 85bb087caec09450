"""The inscriptions as a local administrator sees them: no status, no dossier, and a row of the log for each page."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse

from partners.enums import Role
from partners.periods import today
from partners.services import working_for
from persons.insz import format_insz
from persons.services.registering import Row, register

from .. import factories
from ..factories import inscribe, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def admin(local_administrator, sign_in):
    """The browser of a local administrator."""
    return sign_in(local_administrator)


def shown(browser, institution, query: str = ""):
    response = browser.get(reverse("team_inscriptions", args=[institution.slug]) + query)
    assert response.status_code == 200
    return response


def names(response) -> list[str]:
    return [row.name or row.number for row in response.context["table"].page_rows]


def test_it_shows_number_name_capacity_days_and_colleague_and_nothing_else(
    admin, ocmw, other_ocmw, case_worker
):
    number = factories.insz()
    client = person("Abdulahi", "Hodan", number=number, verdict="out_of_reach")
    with working_for(ocmw, case_worker.user, "case_worker"):
        register(institution=ocmw, rows=[Row(1, number, "leefloon", today(), today() + DAY, "proef")])
    inscribe(other_ocmw, person("Barzani", "Rojin"))
    response = shown(admin, ocmw)
    [row] = response.context["table"].page_rows
    assert (row.name, row.number, row.capacity) == (str(client), format_insz(number), "Leefloon")
    assert row.registered_by == str(case_worker.user)
    page = re.sub(r"<[^>]*>", " ", response.content.decode().split("<main")[1])
    for hidden in ("Niet meer haalbaar", "Barzani", "83 %", "1991"):
        assert hidden not in page
    granted = response.context["table"].page.rows[0]
    assert reverse("person_file", args=[ocmw.slug, granted.public_id]) + '"' not in response.content.decode()
    assert reverse("inscription_history", args=[ocmw.slug, granted.public_id]) in response.content.decode()
    [logged] = log_rows()
    assert (logged["kind"], logged["outcome"], logged["shown"]) == ("inscription", "shown", [number])
    assert logged["role"] == "local_administrator"


def test_a_client_without_a_dossier_and_an_ended_one_have_no_name(admin, ocmw, as_owner):
    waiting = inscribe(ocmw, factories.insz())
    start = today() - 60 * DAY
    ended = inscribe(ocmw, person("Barzani", "Rojin"), valid_from=start, valid_until=today() - DAY)
    assert names(shown(admin, ocmw)) == [format_insz(waiting.insz)]
    assert names(shown(admin, ocmw, "?show=waiting")) == [format_insz(waiting.insz)]
    assert names(shown(admin, ocmw, "?show=ended")) == [format_insz(ended.insz)]
    assert [row["shown"] for row in log_rows()] == [[waiting.insz], [waiting.insz], [ended.insz]]


def test_it_shows_what_ends_within_thirty_days(admin, ocmw):
    soon, later = (
        inscribe(ocmw, person(name), valid_from=today(), valid_until=today() + days * DAY)
        for name, days in (("Kamara", 30), ("Ndiaye", 31))
    )
    assert names(shown(admin, ocmw, "?show=ending")) == [str(soon.person)]
    assert names(shown(admin, ocmw, "?show=nonsense")) == [str(soon.person), str(later.person)]


def test_an_empty_page_is_logged_as_empty(admin, ocmw):
    assert "geen inschrijvingen" in shown(admin, ocmw).content.decode()
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["shown"]) == ("inscription", "empty", [])


def test_pages_follow_each_other_and_each_is_a_row(admin, ocmw):
    with factories.owner(), working_for(ocmw):
        rows = [
            Row(place, factories.insz(), "leefloon", today(), today() + place * DAY, "proef")
            for place in range(1, 56)
        ]
        register(institution=ocmw, rows=rows)
    first = shown(admin, ocmw)
    after = first.context["page"].next_after
    assert rows[0].insz not in after
    second = shown(admin, ocmw, f"?after={after}")
    assert [len(names(response)) for response in (first, second)] == [50, 5]
    assert [len(row["shown"]) for row in log_rows()] == [50, 5]
    assert len(names(shown(admin, ocmw, "?after=nonsense"))) == 50


@pytest.mark.parametrize("role", ["case_worker", "privacy_officer"])
def test_other_roles_are_refused_in_this_kind(ocmw, sign_in, role):
    acting = member(ocmw, role)
    inscribe(ocmw, person())
    response = sign_in(acting).get(reverse("team_inscriptions", args=[ocmw.slug]))
    assert response.status_code == 404
    assert "Abdulahi" not in response.content.decode()
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["rule"]) == ("inscription", "refused", "role")


def test_without_its_row_in_the_log_nothing_is_shown(admin, ocmw, monkeypatch):
    inscribe(ocmw, person())

    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("caseload.services.pages.record", fail)
    with pytest.raises(RuntimeError):
        shown(admin, ocmw)


def test_a_page_fetched_ahead_is_neither_shown_nor_logged(admin, ocmw):
    address = reverse("team_inscriptions", args=[ocmw.slug])
    assert admin.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert admin.head(address).status_code == 405
    assert log_rows() == []


def test_staff_see_none_of_them_whatever_membership_they_have(ocmw, sign_in):
    inscribe(ocmw, person("Barzani", "Rojin"))
    staff = member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=factories.agency_administrator())
    assert sign_in(staff).get(reverse("team_inscriptions", args=[ocmw.slug])).status_code == 404
    assert [(row["outcome"], row["shown"]) for row in log_rows()] == [("refused", [])]


def test_whether_the_kbi_has_a_dossier_is_not_told_before_the_first_day(admin, ocmw):
    for client in (person("Barzani"), factories.insz()):
        inscribe(ocmw, client, valid_from=today() + DAY)
    assert len(names(shown(admin, ocmw))) == 2
    assert names(shown(admin, ocmw, "?show=waiting")) == []


@pytest.mark.parametrize("may_register", ["local_administrator", "case_worker"])
def test_it_leads_to_the_steps_that_the_mandate_lets_a_local_administrator_take(admin, ocmw, may_register):
    mandate(ocmw, may_register=may_register)
    granted = inscribe(ocmw, person())
    past = inscribe(ocmw, person(), valid_from=today() - 9 * DAY, valid_until=today() - DAY)
    end = reverse("inscription_end", args=[ocmw.slug, granted.public_id])
    page = shown(admin, ocmw).content.decode()
    assert (end in page) is (may_register == "local_administrator")
    assert (
        reverse("inscription_end", args=[ocmw.slug, past.public_id])
        not in shown(admin, ocmw, "?show=ended").content.decode()
    )
    if may_register == "local_administrator":
        response = admin.post(end, {"reason": "moved_away"})
        assert response["Location"] == reverse("team_inscriptions", args=[ocmw.slug])
        assert names(shown(admin, ocmw)) == []


def test_the_team_page_counts_what_ends_and_who_has_no_colleague(admin, ocmw, other_ocmw):
    for house in (ocmw, other_ocmw):
        inscribe(house, person(), valid_from=today(), valid_until=today() + 30 * DAY)
    inscribe(ocmw, person(), valid_from=today(), valid_until=today() + 31 * DAY)
    page = admin.get(reverse("team", args=[ocmw.slug])).content.decode()
    assert "1 inschrijving loopt af binnen 30 dagen" in page
    assert "2 cliënten zonder collega" in page
