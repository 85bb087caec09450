"""Caseloads where two roles, two institutions or clients without a dossier meet."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client

from partners.enums import Role
from partners.periods import today
from partners.services import bind
from persons.models import CaseloadRow, ClientListEntry, Inscription
from persons.services.caseload import put_in_caseload

from ..factories import inscribe, insz, log_rows, member, person

pytestmark = pytest.mark.django_db

LIST, CASELOADS = "/ocmw-proefstad/", "/ocmw-proefstad/caseload/"


def put(membership, *inscriptions) -> None:
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)
    put_in_caseload([each.public_id for each in inscriptions])
    bind()


def names(response) -> list[str]:
    return re.findall(r'class="client"[^>]*><bdi>(\w+),', response.content.decode())


def test_the_list_opens_on_all_clients_when_those_of_the_own_caseload_are_over(
    sign_in, case_worker, ocmw, as_owner
):
    former = inscribe(ocmw, person("Kamara"))
    inscribe(ocmw, person("Diallo"))
    put(case_worker, former)
    with as_owner():
        Inscription.objects.filter(pk=former.pk).update(
            valid_from=today() - datetime.timedelta(days=9), valid_until=today() - datetime.timedelta(days=1)
        )
        # As when time passes: no trigger saw the inscription expire.
        CaseloadRow.objects.get_or_create(institution=ocmw, user=case_worker.user, insz=former.insz)
    assert names(sign_in(case_worker).get(LIST)) == ["Diallo"]


def test_the_list_opens_on_all_clients_while_the_own_ones_wait(sign_in, case_worker, ocmw):
    put(case_worker, inscribe(ocmw, insz()))
    inscribe(ocmw, person("Diallo"))
    assert names(sign_in(case_worker).get(LIST)) == ["Diallo"]


def test_who_is_case_worker_and_local_administrator_gives_the_clients_of_a_colleague(
    sign_in, case_worker, ocmw
):
    member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=case_worker.user)
    absent = member(ocmw)
    client = inscribe(ocmw, person("Kamara"))
    put(absent, client)
    given = {"giver": absent.user_id, "receiver": case_worker.user_id, "reason": "leave"}
    assert sign_in(case_worker).post(CASELOADS, given).status_code == 302
    [row] = log_rows()
    assert (row["kind"], row["role"], row["shown"]) == ("hand_over", "local_administrator", [client.insz])


def test_two_tabs_at_two_institutions_show_each_their_own_caseload(sign_in, case_worker, ocmw, other_ocmw):
    """The same client, followed at one institution only, and another one followed at the other."""
    there = member(other_ocmw, user_=case_worker.user)
    shared, second = person("Kamara"), person("Diallo")
    put(case_worker, inscribe(ocmw, shared))
    inscribe(ocmw, second)
    inscribe(other_ocmw, shared)
    put(there, inscribe(other_ocmw, second))
    browser: Client = sign_in(case_worker)
    for _ in range(2):  # the tabs take turns
        assert names(browser.get(LIST, {"show": "own"})) == ["Kamara"]
        assert names(browser.get("/ocmw-elders/", {"show": "own"})) == ["Diallo"]
        assert names(browser.get("/ocmw-elders/", {"show": "none"})) == ["Kamara"]


def test_clients_of_another_institution_are_not_counted(sign_in, case_worker, other_ocmw):
    """Counts are of the institution in the address."""
    put(member(other_ocmw), inscribe(other_ocmw, person()))
    page = " ".join(re.sub(r"<[^>]*>", " ", sign_in(case_worker).get(CASELOADS).content.decode()).split())
    assert "in geen enkele caseload 0" in page


def test_a_client_who_waited_in_a_caseload_arrives_with_a_colleague(sign_in, case_worker, ocmw, as_owner):
    waiting = inscribe(ocmw, insz())
    put(case_worker, waiting)
    arrived = person("Kamara", number=waiting.insz)
    with as_owner():
        Inscription.objects.filter(pk=waiting.pk).update(person=arrived)  # as the import does
    browser = sign_in(case_worker)
    assert names(browser.get(LIST, {"show": "own"})) == ["Kamara"]
    assert names(browser.get(LIST, {"show": "none"})) == []


def test_a_client_stays_assigned_until_the_last_colleague_lets_go(sign_in, case_worker, ocmw):
    client, colleague = inscribe(ocmw, person("Kamara")), member(ocmw)
    put(case_worker, client)
    put(colleague, client)
    browser = sign_in(case_worker)
    follow = f"/ocmw-proefstad/dossier/{client.public_id}/volgen/"
    for membership, expected in ((case_worker, []), (colleague, ["Kamara"])):
        assert sign_in(membership).post(follow, {"action": "unfollow"}).status_code == 302
        assert names(browser.get(LIST, {"show": "none"})) == expected


def test_clients_without_a_colleague_come_from_an_index_of_their_own(case_worker, ocmw, as_owner):
    """Where nearly all clients have a colleague, those without are found without reading the others."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        # In an empty table the index of all clients costs the same, and statistics decide which one is taken.
        cursor.execute("DROP INDEX client_list_by_name")
    bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
    plan = ClientListEntry.objects.visible_to(case_worker).without_colleague()[:51].explain()
    assert "client_list_no_colleague" in plan
    assert "Sort" not in plan
