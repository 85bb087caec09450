"""The agency's page of messages that were set aside: each look is a row of the log, and no one else reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from lxml import html

from consultations.enums import Kind
from persons.models import Person, SetAsideMessage
from tests import factories
from tests.factories import fetch, inscribe, log_rows
from tests.persons.inbox import FIRST, NEW, OLD, SECOND, Inbox, broken, doubts, good, rows

pytestmark = pytest.mark.django_db

CHANGELIST = "admin:persons_setasidemessage_changelist"
STATES = [{}, {"stand": "achterhaald"}, {"stand": "alle"}]


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


@pytest.fixture
def agency(sign_in, agency_administrator):
    return sign_in(agency_administrator)


def detail(row: SetAsideMessage) -> str:
    return reverse("admin:persons_setasidemessage_change", args=[row.pk])


def test_each_opening_is_a_row_with_the_numbers_shown(inbox, agency, agency_administrator):
    inbox.take(good(FIRST), broken(SECOND), broken(SECOND, NEW), b"no XML")
    page = agency.get(reverse(CHANGELIST)).content.decode()
    assert "91.61.01-001.76" in page
    assert "het bevat een code die het portaal niet kent" in page
    assert "MISSCHIEN" not in page
    [row] = rows(insz=NEW)
    assert "00.63.02-998.91" in agency.get(detail(row)).content.decode()
    listed, opened = log_rows()
    assert {listed["kind"], opened["kind"]} == {Kind.SET_ASIDE}
    assert {listed["user_id"], opened["user_id"]} == {agency_administrator.pk}
    assert (sorted(listed["shown"]), opened["shown"]) == (sorted([OLD, NEW]), [NEW])


def test_without_the_row_of_the_log_nothing_is_shown(inbox, agency, monkeypatch):
    def cannot(**_):
        raise DatabaseError("the log is full")

    inbox.take(good(FIRST), broken(SECOND))
    [row] = rows()
    monkeypatch.setattr("persons.admin.setaside.record", cannot)
    agency.raise_request_exception = False
    for address in (reverse(CHANGELIST), detail(row)):
        response = agency.get(address)
        assert response.status_code == 500
        assert "91.61" not in response.content.decode()


def test_requests_no_user_sees_leave_no_row(inbox, agency):
    inbox.take(good(FIRST), broken(SECOND))
    [row] = rows()
    for address in (reverse(CHANGELIST), detail(row)):
        assert agency.head(address).status_code == 405
        assert agency.get(address, headers={"sec-purpose": "prefetch"}).status_code == 204
    assert log_rows() == []


def test_open_messages_come_first_and_settled_ones_say_since_when(inbox, agency):
    inbox.take(good(FIRST), broken(SECOND), broken("2026-01-04"))
    assert [len(agency.get(reverse(CHANGELIST), query).context["cl"].result_list) for query in STATES] == [
        1,
        1,
        2,
    ]


def test_messages_are_kept_by_reason_file_and_name(inbox, agency):
    inbox.take(good(FIRST), broken(SECOND), b"no XML")
    for query in ({"reason__exact": "not_xml"}, {"bestand": "bericht-2.xml"}, {"q": "richt-2"}):
        [row] = agency.get(reverse(CHANGELIST), query).context["cl"].result_list
        assert row.reason == "not_xml"


def test_no_number_stands_in_an_address(inbox, agency):
    inbox.take(good(FIRST), broken(SECOND))
    response = agency.get(reverse(CHANGELIST), {"q": "91.61.01-001.76"})
    assert (response.status_code, response["Location"]) == (302, reverse(CHANGELIST))
    assert agency.get(reverse(CHANGELIST), {"insz__startswith": "91"}).status_code == 400
    page = agency.get(reverse(CHANGELIST))
    links = html.fromstring(page.content.decode()).xpath("//@href")
    assert not [link for link in links if "9161" in link]


def test_the_home_of_the_agency_counts_them(inbox, agency):
    def tiles() -> list[str]:
        [page] = html.fromstring(agency.get(reverse("admin:index")).content.decode()).find_class("deed-tiles")
        return [" ".join(tile.text_content().split()) for tile in page]

    assert "Er zijn nog geen dossiers ingelezen." in tiles()[-1]
    assert not any("opzijgezet" in words for words in tiles())
    inbox.take(good(FIRST), broken(SECOND))
    assert tiles()[-2].startswith("1 opzijgezet bericht ")
    assert "Laatste inlezing " in tiles()[-1]
    assert log_rows() == []


def test_the_home_of_others_does_not_count_them(sign_in):
    reader = factories.user(is_staff=True)
    assert "opzijgezet" not in sign_in(reader).get(reverse("admin:index")).content.decode()


def test_only_the_agencys_pages_read_set_aside_messages(inbox, ocmw, case_worker):
    inbox.take(good(FIRST), broken(SECOND))
    with factories.owner():
        person = Person.objects.get()
    inscribe(ocmw, person)
    count = "SELECT count(*) FROM persons_setasidemessage"
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    assert [fetch(count), fetch(count, **bound), fetch(count, scope="agency")] == [[(0,)], [(0,)], [(1,)]]


@pytest.mark.parametrize(
    "change", ["UPDATE persons_setasidemessage SET settled_at = now()", "DELETE FROM persons_setasidemessage"]
)
def test_the_web_role_writes_no_set_aside_message(inbox, change):
    inbox.take(broken(SECOND))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(change, scope="agency")


def test_the_agency_settles_only_messages_without_a_number(inbox, agency):
    inbox.take(good(FIRST), broken(SECOND), b"no XML")
    data = {"action": "settle", "_selected_action": [row.pk for row in rows()]}
    assert agency.post(reverse(CHANGELIST), data).status_code == 302
    assert {row.reason: row.settled_at is None for row in rows()} == {"bad_enum": True, "not_xml": False}
    assert doubts() is not None


def test_only_the_agencys_pages_settle_a_message(inbox, agency_administrator):
    inbox.take(b"no XML")
    [row] = rows()
    by = {"user": agency_administrator.pk}
    with pytest.raises(DatabaseError, match="administrators of the agency"), transaction.atomic():
        fetch("SELECT persons_settle_message(%s)", row.pk, **by)
    assert fetch("SELECT persons_settle_message(%s)", row.pk, scope="agency", **by) == [(True,)]
