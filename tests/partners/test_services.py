"""Institutions and their slugs, memberships, accounts and signing in."""

from __future__ import annotations

import pytest
from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from partners.checks import no_address_hides_an_institution
from partners.enums import Role
from partners.groups import ADMINISTRATORS, GROUPS
from partners.models import Institution, User
from partners.services import admit, remember_filters, save_institution

from ..factories import PASSWORD, fetch, institution, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
    ],
)
def test_limits_go_by_the_address_the_proxy_names(rf, settings, behind, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(behind)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert get_adapter().get_client_ip(rf.get("/", headers=headers)) == address


def test_filters_are_remembered_for_the_own_membership_only(case_worker, outsider):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.user', %s, true)", [str(case_worker.user_id)])
    remember_filters(case_worker, {"standing": "kept"})
    remember_filters(outsider, {"standing": "kept"})
    case_worker.refresh_from_db()
    outsider.refresh_from_db()
    assert case_worker.list_filters == {"standing": "kept"}
    assert outsider.list_filters == {}


def test_a_renamed_institution_renames_its_group(ocmw, as_owner):
    with as_owner():
        ocmw.name = "OCMW Andersom"
        save_institution(ocmw)
    ocmw.group.refresh_from_db()
    assert ocmw.group.name == "instelling: OCMW Andersom"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Beheer", "beheer-2"),
        ("livez", "livez-2"),
        ("Static", "static-2"),
        ("Ocmw Sint-Gillis-Waas", "ocmw-sint-gillis-waas"),
        ("Ça ira — één", "ca-ira-een"),
        ("مكتب", "instelling"),
        ("x" * 120, "x" * 50),
    ],
)
def test_a_slug_comes_from_the_name_and_is_no_other_address(as_owner, name, slug):
    with as_owner():
        assert admit(name=name, kind="ocmw").slug == slug


def test_a_slug_stays_taken_after_the_institution_ends(as_owner):
    with as_owner():
        first = admit(name="OCMW Oud", kind="ocmw")
        first.active = False
        first.name = "OCMW Oud (gefuseerd)"
        save_institution(first)
        assert admit(name="OCMW Oud", kind="ocmw").slug == "ocmw-oud-2"
    first.refresh_from_db()
    assert first.slug == "ocmw-oud"


def test_a_slug_never_changes(ocmw, as_owner):
    with as_owner(), pytest.raises(DatabaseError, match=r"slug|address"), transaction.atomic():
        Institution.objects.filter(pk=ocmw.pk).update(slug="iets-anders")


def test_a_new_address_must_not_hide_an_institution(as_owner, ocmw, monkeypatch):
    assert no_address_hides_an_institution(None, databases=["default"]) == []
    monkeypatch.setattr("partners.checks.reserved_words", lambda: {"beheer", "ocmw-proefstad"})
    [error] = no_address_hides_an_institution(None, databases=["default"])
    assert "/ocmw-proefstad/" in error.msg


def test_a_wrong_number_admits_nobody(as_owner):
    with as_owner(), pytest.raises(ValidationError) as error:
        admit(name="X", kind="ocmw", kbo_number="0999010100")
    assert "kbo_number" in error.value.message_dict
    assert not Institution.objects.filter(name="X").exists()


def test_the_same_number_twice_is_refused(as_owner):
    with as_owner():
        admit(name="X", kind="ocmw", kbo_number="0999010126")
        with pytest.raises(ValidationError) as error:
            admit(name="Y", kind="ocmw", kbo_number="0999010126")
    assert set(error.value.message_dict) == {"kbo_number"}


def test_groups_hold_what_the_code_says(as_owner):
    with as_owner():
        call_command("sync_groups")
        call_command("sync_groups")
    rows = fetch(
        "SELECT g.name, q.codename FROM auth_group g JOIN auth_group_permissions p ON p.group_id = g.id"
        " JOIN auth_permission q ON q.id = p.permission_id JOIN django_content_type c ON c.id = q.content_type_id"
        " WHERE c.app_label = 'persons'"
    )
    # The page of a message logs the numbers it shows; that of shields shows none. No group reads anything else about a
    # person.
    assert sorted(rows) == [
        (ADMINISTRATORS, codename) for codename in ("add_shield", "view_setasidemessage", "view_shield")
    ]
    assert {name for (name,) in fetch("SELECT name FROM auth_group")} >= set(GROUPS)


def test_signing_in_by_password(client):
    account = member(institution(), Role.CASE_WORKER).user
    answer = client.post(reverse("account_login"), {"login": account.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/", follow=True).status_code == 200


@pytest.mark.slow
def test_a_whole_office_signs_in_within_a_minute_from_one_address(client, case_worker):
    for _ in range(40):
        answer = client.post(
            reverse("account_login"), {"login": case_worker.user.email, "password": PASSWORD}, follow=True
        )
        assert answer.status_code == 200
        assert answer.redirect_chain
        client.logout()


def test_a_closed_account_does_not_sign_in(client, case_worker, as_owner):
    with as_owner():
        User.objects.filter(pk=case_worker.user_id).update(is_active=False)
    client.post(reverse("account_login"), {"login": case_worker.user.email, "password": PASSWORD})
    assert client.get("/").status_code == 302
