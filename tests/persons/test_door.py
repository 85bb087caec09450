"""The one way to a dossier: gate, blocks and log row are one deed."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from guardian.core import ObjectPermissionChecker

from caseload.services.following import follow
from partners.periods import today
from partners.services import bind
from persons.services import door
from persons.services.door import Refused, consult

from .. import factories
from ..factories import inscribe, log_rows, mandate, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bound(case_worker):
    bind(institution_id=case_worker.institution_id, user_id=case_worker.user_id, role=case_worker.role)
    return case_worker


def test_it_hands_over_the_allowed_blocks_and_logs_them(ocmw, bound):
    mandate(ocmw, blocks=["Personalia", "VormingsActiviteiten"])
    hodan = person()
    granted = inscribe(ocmw, hodan)
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    opened = consult(inscription_id=granted.public_id, acting=bound)
    assert set(opened.blocks) == {"Personalia", "VormingsActiviteiten"}
    assert [enrolment.key for enrolment in opened.enrolments] == ["c1"]
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["insz"]) == ("file", "shown", hodan.insz)
    assert row["blocks"] == ["Personalia", "VormingsActiviteiten"]
    assert (row["user_id"], row["institution_id"]) == (bound.user_id, ocmw.pk)
    assert (row["mandate_id"], row["inscription_id"]) == (granted.mandate_id, granted.pk)
    assert row["version_id"] == granted.mandate.versions.get().pk
    assert row["capacity"] == "leefloon"


def test_without_attendance_in_the_mandate_there_are_no_enrolments(ocmw, bound):
    mandate(ocmw, blocks=["Personalia"])
    granted = inscribe(ocmw, person())
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    assert consult(inscription_id=granted.public_id, acting=bound).enrolments == []


def test_not_yours_and_not_there_are_the_same_and_logged(ocmw, outsider):
    granted = inscribe(ocmw, person())
    bind(institution_id=outsider.institution_id, user_id=outsider.user_id, role=outsider.role)
    for asked in (granted.public_id, uuid.uuid4()):
        with pytest.raises(Refused):
            consult(inscription_id=asked, acting=outsider)
    rows = log_rows()
    assert [row["outcome"] for row in rows] == ["refused", "refused"]
    assert [row["insz"] for row in rows] == ["", ""]
    assert rows[0]["target"] == str(granted.public_id)


def test_whom_guardian_does_not_give_to_the_group_is_not_handed_over(ocmw, bound, outsider):
    """Guardian is asked about the group one acts for, beside the gate: no other group answers in its place."""
    granted = inscribe(ocmw, person())
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    own = bound.institution.group
    bound.institution.group = outsider.institution.group
    with pytest.raises(Refused):
        consult(inscription_id=granted.public_id, acting=bound)
    bound.institution.group = own
    assert consult(inscription_id=granted.public_id, acting=bound).blocks
    assert [row["outcome"] for row in log_rows()] == ["refused", "shown"]


def test_guardian_decides_about_the_person_about_to_be_opened(ocmw, bound, monkeypatch):
    """The door asks guardian's Python API: when `has_perm` says no, the file stays closed and the refusal is logged."""
    hodan = person()
    granted = inscribe(ocmw, hodan)
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    calls = []

    def has_perm(checker, permission, who):
        calls.append((checker.group, permission, who.pk))
        return False

    monkeypatch.setattr(ObjectPermissionChecker, "has_perm", has_perm)
    with pytest.raises(Refused):
        consult(inscription_id=granted.public_id, acting=bound)
    assert calls == [(ocmw.group, "persons.view_person", hodan.pk)]
    [row] = log_rows()
    assert (row["outcome"], row["rule"], row["insz"], row["blocks"]) == ("refused", "no_permission", "", [])


def test_a_row_of_an_unknown_kind_closes_the_file(ocmw, bound):
    granted = inscribe(ocmw, person())
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    content = door._Content()
    with pytest.raises(ValueError, match="unknown kind: 'photo'"):
        content.add("photo", "", "")
    assert consult(inscription_id=granted.public_id, acting=bound).followed is False


def test_without_a_log_nothing_is_handed_over(ocmw, bound):
    granted = inscribe(ocmw, person())
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    # A web server whose clock is wrong cannot write the log.
    with (
        time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        consult(inscription_id=granted.public_id, acting=bound)


@pytest.mark.parametrize("page", ["file", "list", "search"])
def test_without_a_log_nothing_personal_leaves_the_server(ocmw, case_worker, sign_in, page):
    hodan = person("Abdulahi", "Hodan")
    granted = inscribe(ocmw, hodan)
    browser = sign_in(case_worker)
    browser.raise_request_exception = False
    # A web server whose clock is wrong cannot write the log. The request's transaction is a savepoint here: the
    # test's own goes on after it.
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        if page == "file":
            response = browser.get(f"/ocmw-proefstad/dossier/{granted.public_id}/")
        elif page == "list":
            response = browser.get("/ocmw-proefstad/")
        else:
            response = browser.post("/ocmw-proefstad/zoeken/", {"q": "abdul"}, follow=True)
    assert response.status_code == 500
    for secret in ("Abdulahi", "Hodan", hodan.insz, str(granted.public_id)):
        assert secret not in response.content.decode()


def test_following_marks_and_opens_nothing(ocmw, bound, outsider):
    hodan = person()
    granted = inscribe(ocmw, hodan)
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    follow([granted.public_id], acting=bound)
    follow([granted.public_id], acting=bound)
    assert consult(inscription_id=granted.public_id, acting=bound).followed
    follow([granted.public_id], acting=bound, on=False)
    assert not consult(inscription_id=granted.public_id, acting=bound).followed
    bind(institution_id=outsider.institution_id, user_id=outsider.user_id, role=outsider.role)
    with pytest.raises(Refused):
        follow([granted.public_id], acting=outsider)


FORGERIES = {
    "no inscription": {
        "inscription_id": None,
        "mandate_id": None,
        "version_id": None,
        "insz": "",
        "capacity": "",
        "legal_basis": "",
    },
    "another number": {"insz": "91610100176"},
    "another mandate": {"mandate_id": 1},
    "another version": {"version_id": 1},
    "no version": {"version_id": None},
    "another capacity": {"capacity": "huurder"},
    "another legal basis": {"legal_basis": "Wet van 1 april"},
    "a block outside the mandate": {"blocks": ["Wooncode"]},
    "an inscription that does not exist": {"inscription_id": 0},
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("kind", ["file", "section", "follow"])
def test_raw_sql_of_the_web_role_logs_no_look_that_was_not_one(ocmw, bound, kind, forgery):
    factories.mandate(ocmw, blocks=["Personalia"])
    inscription = factories.inscribe(ocmw, factories.person())
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    subject = dataclasses.asdict(inscription.subject())
    row = {
        "id": uuid.uuid4(),
        "at": timezone.now(),
        "kind": kind,
        "channel": "portal",
        "outcome": "shown",
        "user_id": bound.user_id,
        "role": bound.role,
        "institution_id": ocmw.pk,
        "blocks": ["Personalia"],
    }
    if kind == "section":
        row["parent_id"] = consult(inscription_id=inscription.public_id, acting=bound).consultation.pk
    append(row | subject)
    before = len(factories.log_rows())
    with pytest.raises(DatabaseError, match=r"differs from the row|row-level"), transaction.atomic():
        append(row | {"id": uuid.uuid4()} | subject | FORGERIES[forgery])
    assert len(factories.log_rows()) == before


@pytest.mark.parametrize("moved", ["earlier", "later", "proposed"])
def test_raw_sql_of_the_web_role_logs_no_look_under_a_version_that_is_not_in_force(ocmw, bound, moved):
    basis = factories.mandate(ocmw, blocks=["Personalia"], valid_until=today())
    other = factories.version(
        basis,
        blocks=["Personalia"],
        status="proposed" if moved == "proposed" else "confirmed",
        valid_from=today() + datetime.timedelta(days=1) if moved == "later" else datetime.date(2014, 1, 1),
        valid_until=datetime.date(2014, 12, 31) if moved == "earlier" else None,
    )
    inscription = factories.inscribe(ocmw, factories.person())
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    row = {
        "id": uuid.uuid4(),
        "at": timezone.now(),
        "kind": "file",
        "channel": "portal",
        "outcome": "shown",
        "user_id": bound.user_id,
        "role": bound.role,
        "institution_id": ocmw.pk,
    }
    append(row | dataclasses.asdict(inscription.subject()))
    inscription.version = other
    with pytest.raises(DatabaseError, match="differs from the row"), transaction.atomic():
        append(row | {"id": uuid.uuid4()} | dataclasses.asdict(inscription.subject()))


def test_raw_sql_of_the_web_role_logs_no_look_through_the_inscription_of_another_institution(
    ocmw, other_ocmw, bound
):
    person = factories.person()
    factories.inscribe(ocmw, person)
    foreign = factories.inscribe(other_ocmw, person)
    bind(institution_id=ocmw.pk, user_id=bound.user_id, role=bound.role)
    row = {
        "id": uuid.uuid4(),
        "at": timezone.now(),
        "kind": "file",
        "channel": "portal",
        "outcome": "shown",
        "user_id": bound.user_id,
        "role": bound.role,
        "institution_id": ocmw.pk,
    }
    with pytest.raises(DatabaseError, match="differs from the row"), transaction.atomic():
        append(row | dataclasses.asdict(foreign.subject()))


def append(row: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO consultations_consultation ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )
