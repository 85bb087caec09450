"""What PostgreSQL shows the web role by itself, whatever the application forgets."""

from __future__ import annotations

import datetime
from contextlib import nullcontext

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from partners.models import Mandate, Membership
from partners.periods import today

from ..factories import end, fetch, inscribe, mandate, member, person, version

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PERSON_TABLES = [
    "persons_person",
    "persons_block",
    "persons_enrolment",
    "persons_standing",
    "persons_clientlistentry",
    "persons_nameword",
    "persons_change",
    "persons_inscriptionevent",
    "persons_caseloadrow",
    "persons_handover",
    "persons_reminder",
    "persons_setasidemessage",
    "persons_accessrequest",
    "persons_accessrequestevent",
    "persons_question",
    "persons_questionasker",
    "caseload_upload",
    "caseload_uploadrow",
    "persons_numberhash",
    "persons_shield",
    "persons_namedlooker",
    "persons_ownfilereport",
    "persons_escape",
    "persons_escapereview",
    "oversight_withholding",
]
# The web role never reads these at all.
CLOSED_TABLES = {"persons_standing", "persons_numberhash"}
SEEN_TABLES = [
    "persons_person",
    "persons_block",
    "persons_enrolment",
    "persons_clientlistentry",
    "persons_nameword",
]


def test_every_table_with_person_data_has_forced_policies():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
                      (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
               FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"""
        )
        tables = {name: rest for name, *rest in cursor.fetchall()}
    about_persons = {"persons_person"} | {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed
        and any(
            field.name in {"insz", "person"} or field.related_model is apps.get_model("persons", "Person")
            for field in model._meta.get_fields()
            if field.concrete
        )
    }
    # These name no person themselves: through their inscription, question or rows, or by number of clients only.
    about_persons |= {
        "persons_nameword",
        "persons_inscriptionevent",
        "persons_accessrequestevent",
        "persons_handover",
        "persons_questionasker",
        "persons_ownfilereport",
        "persons_escapereview",
        "caseload_upload",
        "statistics_wait",
    }
    assert about_persons >= set(PERSON_TABLES)
    for name in about_persons:
        secured, forced, policies = tables[name]
        assert (secured, forced) == (True, True), name
        assert policies, name


def test_the_web_role_owns_nothing_and_passes_nothing_by():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname='kbi_web'"
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'kbi_web'::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proowner = 'kbi_web'::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", PERSON_TABLES)
def test_with_no_institution_bound_there_is_nothing(ocmw, table):
    granted = inscribe(ocmw, person())
    if table in CLOSED_TABLES:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(f"SELECT count(*) FROM {table}")
        return
    assert fetch(f"SELECT count(*) FROM {table}") == [(0,)]
    assert fetch(f"SELECT count(*) FROM {table}", inscription=granted.pk) == [(0,)]
    assert fetch(f"SELECT count(*) FROM {table}", scope="agency") == [(0,)]


def test_the_wrong_institution_sees_nothing(ocmw, other_ocmw):
    granted = inscribe(ocmw, person())
    for table in SEEN_TABLES:
        rows = fetch(f"SELECT count(*) FROM {table}", institution=other_ocmw.pk, inscription=granted.pk)
        assert rows == [(0,)], table
    for table in ("persons_inscription", "persons_inscriptionevent"):
        assert fetch(f"SELECT count(*) FROM {table}", institution=other_ocmw.pk) == [(0,)], table


def test_an_expired_inscription_shows_nothing(ocmw):
    granted = inscribe(ocmw, person(), valid_from=today() - 30 * DAY, valid_until=today() - DAY)
    for table in SEEN_TABLES:
        rows = fetch(f"SELECT count(*) FROM {table}", institution=ocmw.pk, inscription=granted.pk)
        assert rows == [(0,)], table


def test_an_ended_version_shows_nothing(ocmw):
    basis = mandate(ocmw)
    granted = inscribe(ocmw, person())
    assert fetch("SELECT count(*) FROM persons_block", institution=ocmw.pk, inscription=granted.pk) != [(0,)]
    end(basis.versions.get(), today() - DAY)
    for table in SEEN_TABLES:
        rows = fetch(f"SELECT count(*) FROM {table}", institution=ocmw.pk, inscription=granted.pk)
        assert rows == [(0,)], table


def test_a_block_outside_the_mandate_does_not_show(ocmw):
    mandate(ocmw, blocks=["Personalia", "Doelgroep"])
    granted = inscribe(ocmw, person(verdict="reachable", slack=(0, today())))
    inscribe(ocmw, person(verdict="kept"))
    rows = fetch("SELECT name FROM persons_block ORDER BY 1", institution=ocmw.pk, inscription=granted.pk)
    assert rows == [("Doelgroep",), ("Personalia",)]
    assert fetch("SELECT count(*) FROM persons_enrolment", institution=ocmw.pk, inscription=granted.pk) == [
        (0,)
    ]
    # Not even by the place in the order.
    columns = "verdict, parts, may_miss, decides_on, urgency"
    lines = fetch(f"SELECT {columns} FROM persons_clientlistentry", institution=ocmw.pk)
    assert [line[:4] for line in lines] == [(None, None, None, None)] * 2
    assert len({line[4] for line in lines}) == 1


def test_two_capacities_never_add_up(ocmw):
    mandate(ocmw, capacity="leefloon", blocks=["Personalia", "Doelgroep"])
    mandate(ocmw, capacity="andere_hulp", blocks=["Personalia", "Wooncode"])
    hodan = person()
    one, two = inscribe(ocmw, hodan, "leefloon"), inscribe(ocmw, hodan, "andere_hulp")
    for granted, names in ((one, {"Personalia", "Doelgroep"}), (two, {"Personalia", "Wooncode"})):
        rows = fetch("SELECT name FROM persons_block", institution=ocmw.pk, inscription=granted.pk)
        assert {name for (name,) in rows} == names


def test_an_opened_inscription_opens_nobody_else(ocmw):
    hodan, karim = person(), person("Aziz", "Karim")
    granted, _ = inscribe(ocmw, hodan), inscribe(ocmw, karim)
    rows = fetch("SELECT DISTINCT person_id FROM persons_block", institution=ocmw.pk, inscription=granted.pk)
    assert rows == [(hodan.pk,)]


def test_a_narrower_version_takes_the_attendance_out_of_the_list_at_once(ocmw):
    basis = mandate(ocmw)
    inscribe(ocmw, person(verdict="reachable", slack=(3, today())))
    verdicts = "SELECT verdict, may_miss, decides_on, target_code FROM persons_clientlistentry"
    assert fetch(verdicts, institution=ocmw.pk) == [("reachable", 3, today(), "JA")]
    end(basis.versions.get(), today() - DAY)
    version(basis, blocks=["Personalia"], valid_from=today())
    assert fetch(verdicts, institution=ocmw.pk) == [(None, None, None, "")]


def test_the_answers_of_a_landlord_are_in_the_list_only_with_their_block(ocmw):
    basis = mandate(ocmw, blocks=["Personalia", "Wooncode"])
    mandate(ocmw, "andere_hulp", ["Personalia", "VormingsActiviteiten"])
    client = person(housing={"level": False}, by_supplier={"0999010126": None})
    inscribe(ocmw, client)
    inscribe(ocmw, client, "andere_hulp")
    answers = "SELECT capacity, housing, is_unmet FROM persons_clientlistentry ORDER BY 1"
    without = ("andere_hulp", None, False)
    assert fetch(answers, institution=ocmw.pk) == [without, ("leefloon", '{"level": false}', True)]
    end(basis.versions.get(), today() - DAY)
    version(basis, blocks=["Personalia"], valid_from=today())
    assert fetch(answers, institution=ocmw.pk) == [without, ("leefloon", None, False)]
    for column in ("housing", "by_supplier"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(f"SELECT {column} FROM persons_standing", institution=ocmw.pk)


def test_the_agency_sees_no_inscription_and_no_person(ocmw):
    inscribe(ocmw, person())
    for table in (
        "persons_inscription",
        "persons_inscriptionevent",
        "persons_inscription_in_force",
        "persons_current_grant",
        "persons_person",
        "persons_block",
        "persons_enrolment",
        "persons_clientlistentry",
        "persons_nameword",
    ):
        assert fetch(f"SELECT count(*) FROM {table}", scope="agency") == [(0,)], table


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO persons_inscription (public_id, institution_id, insz, mandate_id, valid_from, valid_until, reason,"
        " proof, registered_at) SELECT gen_random_uuid(), institution_id, insz, mandate_id, valid_from + 900,"
        " valid_until + 900, reason, '', now() FROM persons_inscription RETURNING 1",
        "UPDATE persons_inscription SET valid_until = '2100-01-01' RETURNING 1",
        "DELETE FROM persons_inscription RETURNING 1",
        "UPDATE persons_inscription SET voided_at = NULL RETURNING 1",
        "INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_name, reason)"
        " SELECT id, 'extended', now(), '', '' FROM persons_inscription RETURNING 1",
        "UPDATE persons_person SET last_name = 'x' RETURNING 1",
        "DELETE FROM persons_block RETURNING 1",
        "UPDATE persons_clientlistentry SET valid_until = '2100-01-01' RETURNING 1",
        "UPDATE persons_change SET at = now() RETURNING 1",
        "UPDATE persons_nameword SET counts_until = '2100-01-01' RETURNING 1",
        "SELECT persons_refresh_client_list(ARRAY[1]::bigint[])",
        "ALTER TABLE persons_person DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (x int)",
        "SET ROLE postgres",
    ],
)
def test_the_web_role_has_no_other_way(ocmw, statement):
    granted = inscribe(ocmw, person())
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch(statement, institution=ocmw.pk, inscription=granted.pk, scope="agency")


def test_only_the_agency_changes_who_may_look(ocmw, case_worker):
    change = "UPDATE partners_institution SET active = true RETURNING 1"
    assert fetch(change, institution=ocmw.pk, user=case_worker.user_id, role="case_worker") == []
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        fetch(
            "INSERT INTO partners_mandate (institution_kind, institution_id, capacity)"
            " VALUES ('', %s, 'cursist') RETURNING 1",
            ocmw.pk,
            institution=ocmw.pk,
            user=case_worker.user_id,
        )
    assert fetch(change, scope="agency")


@pytest.mark.parametrize(
    ("change", "scope"),
    [
        ("is_staff = true", ""),
        ("is_active = false", ""),
        ("email = 'x@y.example'", ""),
        ("is_superuser = true", ""),
        ("is_superuser = true", "agency"),
        ("is_staff = true", "agency"),
    ],
)
def test_an_account_gets_no_rights_outside_the_agencys_pages(case_worker, change, scope):
    statement = f"UPDATE partners_user SET {change} WHERE id = %s RETURNING 1"
    with pytest.raises(DatabaseError, match="account"), transaction.atomic():
        fetch(statement, case_worker.user_id, user=case_worker.user_id, scope=scope)
    assert fetch("UPDATE partners_user SET last_login = now() WHERE id = %s RETURNING 1", case_worker.user_id)


def test_the_password_of_a_colleague_is_not_ones_own(ocmw, case_worker):
    change = "UPDATE partners_user SET password = 'x' WHERE id = %s RETURNING 1"
    with pytest.raises(DatabaseError, match="password"), transaction.atomic():
        fetch(change, member(ocmw).user_id, user=case_worker.user_id)
    assert fetch(change, case_worker.user_id, user=case_worker.user_id)


@pytest.mark.parametrize(("begins", "doubled"), [("2026-01-31", True), ("2026-02-01", False)])
def test_the_database_too_knows_a_doubled_membership(ocmw, case_worker, as_owner, begins, doubled):
    with as_owner():
        Membership.objects.update(valid_from="2026-01-01", valid_until="2026-01-31")
    stopped = pytest.raises(DatabaseError, match="membership_once") if doubled else nullcontext()
    with as_owner(), stopped, transaction.atomic():
        Membership.objects.create(
            user=case_worker.user, institution=ocmw, valid_from=begins, valid_until="2026-12-31"
        )


@pytest.mark.parametrize(("begins", "doubled"), [("2026-01-31", True), ("2026-02-01", False)])
def test_two_confirmed_versions_share_no_day(ocmw, begins, doubled):
    basis = mandate(ocmw, valid_from="2026-01-01", valid_until="2026-01-31")
    mandate(ocmw, "cursist")
    stopped = pytest.raises(DatabaseError, match="mandate_once") if doubled else nullcontext()
    with stopped, transaction.atomic():
        version(basis, valid_from=begins)


@pytest.mark.parametrize("own", [True, False])
def test_an_address_has_one_mandate(ocmw, as_owner, own):
    mandate(ocmw)
    address = {"institution": ocmw} if own else {"institution_kind": "ocmw"}
    with as_owner(), pytest.raises(DatabaseError, match="mandate_address_once"), transaction.atomic():
        Mandate.objects.create(**address, capacity="leefloon")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE partners_mandate SET institution_kind = 'vdab', institution_id = NULL",
        "UPDATE partners_mandate SET capacity = 'andere_hulp'",
        "UPDATE partners_institution SET kind = 'vdab'",
    ],
)
def test_what_inscriptions_rest_on_keeps_its_address(ocmw, as_owner, change):
    mandate(ocmw)
    inscribe(ocmw, person())
    with (
        as_owner(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="do not change"),
        transaction.atomic(),
    ):
        cursor.execute(change)


def test_a_temporary_table_does_not_stand_in_for_the_gate(ocmw, as_owner):
    granted = inscribe(ocmw, person())
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("CREATE TEMP TABLE persons_inscription_in_force (id int)")
        with as_owner():
            cursor.execute(
                "CREATE TEMP TABLE persons_inscription_in_force AS SELECT id, institution_id, person_id,"
                " ARRAY['Wooncode'] AS blocks FROM persons_inscription"
            )
            cursor.execute("GRANT SELECT ON persons_inscription_in_force TO kbi_web")
    bound = {"institution": ocmw.pk, "inscription": granted.pk}
    assert ("Wooncode",) not in fetch("SELECT name FROM persons_block", **bound)


@pytest.mark.parametrize("table", ["persons_caseloadrow", "persons_followed", "persons_handover"])
def test_the_web_role_writes_caseloads_through_functions_only(ocmw, case_worker, table):
    client = inscribe(ocmw, person())
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    assert put([client.public_id], **bound) == [(True,)]
    for statement in (
        f"INSERT INTO {table} SELECT * FROM {table} RETURNING 1",
        f"UPDATE {table} SET id = id + 1 RETURNING 1",
        f"DELETE FROM {table} RETURNING 1",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|cannot"), transaction.atomic():
            fetch(statement, **bound)


def put(ids: list, on: bool = True, **bound: object) -> list[tuple]:
    return fetch(
        "SELECT changed FROM persons_put_in_caseload(%s::uuid[], %s)",
        [str(each) for each in ids],
        on,
        **bound,
    )


def test_only_own_clients_go_into_the_own_caseload(ocmw, other_ocmw, case_worker):
    stranger = inscribe(other_ocmw, person())
    own = inscribe(ocmw, person())
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    assert put([stranger.public_id, own.public_id], **bound) == [(True,)]
    assert fetch("SELECT user_id, insz FROM persons_caseloadrow", **bound) == [
        (case_worker.user_id, own.insz)
    ]
    others = [
        bound | {"role": "local_administrator"},
        bound | {"role": ""},
        bound | {"user": member(other_ocmw).user_id},
        bound | {"institution": other_ocmw.pk},
    ]
    for other in others:
        with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
            put([own.public_id], **other)
    assert fetch("SELECT 1 FROM persons_caseloadrow", **(bound | {"role": "privacy_officer"})) == []
    assert fetch("SELECT 1 FROM persons_followed", institution=other_ocmw.pk, role="case_worker") == []


@pytest.mark.parametrize(
    "statement",
    ["SELECT lo_create(0)", "SELECT lo_from_bytea(0, 'x')", "SELECT lo_get(1)", "SELECT loread(0, 1)"],
)
def test_the_web_role_makes_no_large_objects(db, statement):
    with pytest.raises(DatabaseError, match="permission denied for function"), transaction.atomic():
        fetch(statement)
