"""What the case workers of a successor see and close of what its predecessors left."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from partners.enums import Role
from partners.models import Institution
from partners.periods import today
from partners.services import bind
from persons.insz import format_insz
from persons.models import AccessRequest

from .. import factories
from ..factories import detour, fetch, inscribe, institution, log_rows, member, person, succeed

pytestmark = pytest.mark.django_db

TODAY = today()
DAY = datetime.timedelta(days=1)
CLOSING = {"answered_on": TODAY.isoformat(), "result": "1"}


@pytest.fixture
def house(db) -> Institution:
    """The institution that takes over."""
    return institution("OCMW Groot", "ocmw")


def works_for(where: Institution) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(partners_works_for(%s))", [where.pk])
        return {number for (number,) in cursor.fetchall()}


def test_an_institution_works_for_itself_and_for_those_it_succeeded(ocmw, other_ocmw, house):
    bigger = institution("OCMW Grootst", "ocmw")
    succeed(ocmw.slug, other_ocmw.slug, house.slug)
    assert works_for(house) == {ocmw.pk, other_ocmw.pk, house.pk}
    assert works_for(ocmw) == set()
    # Not before the day.
    succeed(house.slug, bigger.slug, on=TODAY + DAY)
    assert works_for(bigger) == {bigger.pk}
    with factories.owner():
        Institution.objects.filter(pk=house.pk).update(ended_on=TODAY - DAY, active=False)
    assert works_for(bigger) == {ocmw.pk, other_ocmw.pk, house.pk, bigger.pk}
    assert works_for(house) == set()


@pytest.mark.parametrize(
    "change", ["successor_id = %(new)s, ended_on = '2020-01-01'", "ended_on = '2020-01-01'"]
)
def test_the_web_role_makes_no_successor(ocmw, house, change):
    statement = f"UPDATE partners_institution SET {change} WHERE id = %(old)s"
    bind(scope="agency")
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="only the server"),
        transaction.atomic(),
    ):
        cursor.execute(statement, {"old": ocmw.pk, "new": house.pk})


def test_the_successor_closes_the_detours_of_its_predecessor(ocmw, house, sign_in, as_owner):
    granted = inscribe(ocmw, person())
    asked = detour(granted)
    worker = member(house)
    close = reverse("request_close", args=[house.slug, asked.public_id])
    listing = reverse("request_list", args=[house.slug])
    browser = sign_in(worker)
    assert format_insz(granted.insz) not in browser.get(listing).content.decode()
    assert browser.get(close).status_code == 404

    report = succeed(ocmw.slug, house.slug)
    assert "  1 open detours: OCMW Groot closes them\n" in report
    assert str(granted.person) in browser.get(listing).content.decode()
    assert browser.post(close, CLOSING).status_code == 302
    with as_owner():
        asked.refresh_from_db()
    # It counts where it was asked.
    assert (asked.institution_id, asked.answered_on, asked.has_result) == (ocmw.pk, TODAY, True)
    shown = [
        row["shown"] for row in log_rows() if row["institution_id"] == house.pk and row["outcome"] == "shown"
    ]
    assert shown == [[granted.insz]] * 2


def test_a_file_of_detours_that_comes_back_notes_none_twice(ocmw, house, as_owner):
    granted = inscribe(ocmw, person())
    asked = detour(granted)
    worker = member(house)
    succeed(ocmw.slug, house.slug)
    rows = f'[{{"line": 1, "insz": "{granted.insz}", "third_party": "vdab", "asked_on": "{asked.asked_on}"}}]'
    noted = fetch(
        "SELECT outcome FROM persons_note_requests(%s::jsonb)",
        rows,
        institution=house.pk,
        user=worker.user_id,
        role=worker.role,
    )
    assert noted == [("exists",)]
    with as_owner():
        assert AccessRequest.objects.count() == 1


@pytest.mark.parametrize("role", [Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_other_roles_and_other_institutions_read_no_detours(ocmw, other_ocmw, house, role):
    detour(inscribe(ocmw, person()))
    succeed(ocmw.slug, house.slug)
    count = "SELECT count(*) FROM persons_accessrequest"
    assert fetch(count, institution=house.pk, role="case_worker") == [(1,)]
    assert fetch(count, institution=house.pk, role=role) == [(0,)]
    assert fetch(count, institution=other_ocmw.pk, role="case_worker") == [(0,)]
    assert fetch(count, institution=ocmw.pk, role="case_worker") == [(0,)]
