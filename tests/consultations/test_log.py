"""The log as PostgreSQL guards it: append-only, in the user's own name, owned by a role no one can log in as."""

from __future__ import annotations

import datetime
from contextlib import closing, nullcontext

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from partners.models import Institution
from partners.periods import today
from partners.succession import end_institution

from .. import factories
from ..factories import fetch, log_rows
from ..scratch import url

pytestmark = pytest.mark.django_db


def test_the_log_belongs_to_a_role_that_no_one_can_log_in_as():
    """Row-level security is not forced on the log, because its owner's functions need its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, pg_get_userbyid(c.relowner), c.relrowsecurity
               FROM pg_class c WHERE c.relname LIKE 'consultations_consultation%' AND c.relkind IN ('r', 'p')"""
        )
        tables = cursor.fetchall()
        cursor.execute(
            """SELECT r.rolcanlogin, r.rolsuper, r.rolbypassrls,
                      (SELECT count(*) FROM pg_auth_members a WHERE a.roleid = r.oid)
               FROM pg_roles r WHERE r.rolname = 'kbi_log'"""
        )
        role = cursor.fetchall()
    assert len(tables) > 20
    assert {(owner, secured) for _name, owner, secured in tables} == {("kbi_log", True)}
    assert role == [(False, False, False, 0)]


def test_the_seals_belong_to_the_same_role():
    names = ["archive", "epoch", "publication", "seal", "verification"]
    tables = [f"consultations_{name}" for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname::text, pg_get_userbyid(relowner)::text FROM pg_class WHERE relname = ANY (%s) ORDER BY 1",
            [tables],
        )
        assert cursor.fetchall() == [(table, "kbi_log") for table in tables]


LOG_ROW = (
    "INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_id, user_name, role, institution_id,"
    " capacity, insz, target, blocks, shown) VALUES (gen_random_uuid(), {at}, 'list', 'portal', 'shown', %s, '', %s,"
    " %s, '', '', '', '{{}}', '{{}}')"
)


def write(at: str, user_id: int | None, institution_id: int | None, **bound) -> None:
    with connection.cursor() as cursor:
        for name in ("institution", "user", "role"):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", str(bound.get(name) or "")])
        cursor.execute(LOG_ROW.format(at=at), [user_id, bound.get("role") or "", institution_id])


OTHER_TIMES = ["now() - interval '1 hour'", "now() + interval '1 hour'", "'2199-01-01'"]


@pytest.mark.parametrize("at", OTHER_TIMES)
def test_a_row_is_dated_now(ocmw, at):
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        write(at, None, ocmw.pk, institution=ocmw.pk)


def test_the_owner_dates_rows_now_too_and_only_the_demo_dates_them_earlier(scratch):
    scratch.log("now() - interval '1 year'")
    for at in OTHER_TIMES[1:]:
        with pytest.raises(psycopg2.Error, match="row-level security"):
            scratch.log(at)
    with closing(psycopg2.connect(url("superuser", scratch.name))) as link, link, link.cursor() as cursor:
        cursor.execute("DROP POLICY demo_earlier_dates ON consultations_consultation")
    scratch.log("now()")
    for at in OTHER_TIMES:
        with pytest.raises(psycopg2.Error, match="row-level security"):
            scratch.log(at)


def append(row: dict[str, object], **bound: object) -> None:
    """Insert a row with raw SQL, as the current role, with this binding."""
    values = {"kind": "list", "channel": "portal", "outcome": "shown"} | row
    columns = ", ".join(values)
    with connection.cursor() as cursor:
        for name in ("institution", "user", "role"):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", str(bound.get(name) or "")])
        cursor.execute(
            f"INSERT INTO consultations_consultation (id, at, {columns})"
            f" VALUES (gen_random_uuid(), now(), {', '.join(['%s'] * len(values))})",
            list(values.values()),
        )


@pytest.mark.parametrize("role", ["web", "owner"])
def test_a_row_is_of_this_transaction(ocmw, as_owner, role):
    with (
        as_owner() if role == "owner" else nullcontext(),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        append({"institution_id": ocmw.pk, "xid": "3"}, institution=ocmw.pk)


def test_a_row_has_a_role_that_the_user_has(ocmw, other_ocmw, case_worker):
    bound = {"institution": ocmw.pk, "user": case_worker.user_id}
    row = {"institution_id": ocmw.pk, "user_id": case_worker.user_id}
    append(row | {"role": "case_worker"}, **bound, role="case_worker")
    for role, institution in (("privacy_officer", ocmw), ("case_worker", other_ocmw)):
        forged = row | {"role": role, "institution_id": institution.pk}
        with pytest.raises(DatabaseError, match="a role that the user does not have"), transaction.atomic():
            append(forged, **bound | {"institution": institution.pk}, role=role)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        append(row, **bound, role="case_worker")


def test_a_role_has_ended_the_day_after_its_membership(ocmw, as_owner):
    ended = factories.member(ocmw, ended=True)
    row = {"institution_id": ocmw.pk, "user_id": ended.user_id, "role": ended.role}
    with pytest.raises(DatabaseError, match="a role that the user does not have"), transaction.atomic():
        append(row, institution=ocmw.pk, user=ended.user_id, role=ended.role)


def test_the_database_fills_in_the_name_of_the_user(ocmw, case_worker):
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": case_worker.role}
    row = {"institution_id": ocmw.pk, "user_id": case_worker.user_id, "role": case_worker.role}
    append(row | {"user_name": "Iemand Anders"}, **bound)
    nameless = factories.user("zonder-naam@partner.example")
    append({"user_id": nameless.pk}, user=nameless.pk)
    append({"user_name": "Iemand Anders"})
    names = [row["user_name"] for row in log_rows()]
    assert sorted(names) == sorted([str(case_worker.user), "zonder-naam@partner.example", ""])


@pytest.mark.parametrize("user", ["none", "one of another institution", "one who does not exist"])
def test_no_row_of_an_institution_is_without_a_role_there(ocmw, other_ocmw, user):
    user_id = {
        "none": None,
        "one of another institution": factories.member(other_ocmw).user_id,
        "one who does not exist": 999_999_999,
    }[user]
    with pytest.raises(DatabaseError, match=r"row-level security|does not exist"), transaction.atomic():
        append({"institution_id": ocmw.pk, "user_id": user_id}, institution=ocmw.pk, user=user_id)


@pytest.mark.parametrize(
    "changes",
    [{"outcome": "refused"}, {"rule": "not_visible"}, {"escape_id": 5}],
    ids=["refused without a rule", "shown with a rule", "an escape"],
)
def test_a_row_does_not_contradict_itself(ocmw, case_worker, changes):
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": case_worker.role}
    row = {"institution_id": ocmw.pk, "user_id": case_worker.user_id, "role": case_worker.role}
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        append(row | changes, **bound)


def test_a_user_logs_in_their_own_name_only(ocmw, other_ocmw, case_worker):
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": case_worker.role}
    write("now()", case_worker.user_id, ocmw.pk, **bound)
    somebody_else = case_worker.user_id + 1
    for user_id, institution_id in (
        (case_worker.user_id, other_ocmw.pk),
        (somebody_else, ocmw.pk),
        (None, None),
    ):
        with (
            pytest.raises(DatabaseError, match=r"row-level security|a role that|does not exist"),
            transaction.atomic(),
        ):
            write("now()", user_id, institution_id, **bound)


@pytest.mark.parametrize("at", ["now()", "'2001-01-01'", "'2199-01-01'"])
def test_every_time_has_a_partition(scratch, at):
    with closing(psycopg2.connect(url("superuser", scratch.name))) as link, link, link.cursor() as cursor:
        cursor.execute(LOG_ROW.format(at=at), [None, "", None])
    assert scratch.rows("SELECT count(*) FROM consultations_consultation") == [(1,)]


STATEMENTS = [
    "UPDATE consultations_consultation SET outcome = 'empty'",
    "DELETE FROM consultations_consultation",
    "TRUNCATE consultations_consultation",
    "TRUNCATE consultations_consultation_rest",
    "ALTER TABLE consultations_consultation DISABLE TRIGGER USER",
    "DROP TABLE consultations_consultation",
    "CREATE POLICY every_row ON consultations_consultation TO PUBLIC USING (true)",
]


@pytest.mark.parametrize("role", ["web", "owner"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_role_that_logs_in_changes_the_log(ocmw, as_owner, role, statement):
    with as_owner():
        write("now()", None, ocmw.pk)
    with (
        as_owner() if role == "owner" else nullcontext(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
    ):
        cursor.execute(statement)
    assert len(log_rows()) == 1


@pytest.mark.parametrize("statement", STATEMENTS[:4])
def test_the_log_is_final_for_its_own_role_too(scratch, statement):
    """`kbi_log` cannot log in; a superuser who acts as that role still meets the trigger."""
    scratch.log("now()")
    with closing(psycopg2.connect(url("superuser", scratch.name))) as link, link.cursor() as cursor:
        cursor.execute("SET ROLE kbi_log")
        with pytest.raises(psycopg2.Error, match="never changed"):
            cursor.execute(statement)


def test_a_successors_privacy_officer_reads_the_log_of_its_predecessors(ocmw, other_ocmw, as_owner):
    last = factories.institution("OCMW Groot")
    with as_owner():
        write("now()", None, ocmw.pk)
        end_institution(ocmw, other_ocmw, today())
        end_institution(other_ocmw, last, today() + datetime.timedelta(days=1))
    count = "SELECT count(*) FROM consultations_consultation"
    assert fetch(count, institution=other_ocmw.pk, role="privacy_officer") == [(1,)]
    for role in ("case_worker", "local_administrator", ""):
        assert fetch(count, institution=other_ocmw.pk, role=role) == [(0,)]
    assert fetch(count, institution=last.pk, role="privacy_officer") == [(0,)]
    with as_owner():
        Institution.objects.filter(pk=other_ocmw.pk).update(ended_on=today() - datetime.timedelta(days=1))
    assert fetch(count, institution=last.pk, role="privacy_officer") == [(1,)]


def test_the_log_shows_itself_to_the_own_privacy_officer_only(ocmw, other_ocmw, as_owner):
    with as_owner():
        write("now()", None, ocmw.pk)
    count = "SELECT count(*) FROM consultations_consultation"
    assert fetch(count, institution=ocmw.pk, role="privacy_officer") == [(1,)]
    assert fetch(count, institution=other_ocmw.pk, role="privacy_officer") == [(0,)]
    assert fetch(count, institution=ocmw.pk, role="case_worker") == [(0,)]
    assert fetch(count, scope="agency") == [(0,)]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(
            "SELECT count(*) FROM consultations_consultation_rest",
            institution=ocmw.pk,
            role="privacy_officer",
        )
