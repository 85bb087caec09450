"""The agency manages who may look, as the web role under the agency's scope."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from partners.enums import AccessStatus
from partners.models import Institution, Membership, User
from partners.periods import today
from partners.services import bind

from ..factories import PASSWORD, agency_administrator, fetch, institution, member, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(sign_in):
    return sign_in(agency_administrator())


def errors(response) -> dict:
    return response.context["adminform"].errors if response.context else {}


NO_INLINE = {
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
    "memberships-MIN_NUM_FORMS": "0",
    "memberships-MAX_NUM_FORMS": "1000",
}
HOURS = {"opens_at": "07:00", "closes_at": "19:00"}


def test_it_admits_an_institution_with_its_group(agency):
    data = {
        "name": "OCMW Nieuwstad",
        "kind": "ocmw",
        "kbo_number": "0999010126",
        "active": "on",
        **NO_INLINE,
        **HOURS,
    }
    response = agency.post(reverse("admin:partners_institution_add"), data)
    assert response.status_code == 302, errors(response)
    made = Institution.objects.get(name="OCMW Nieuwstad")
    assert made.group.name == "instelling: OCMW Nieuwstad"
    assert LogEntry.objects.filter(object_id=str(made.pk)).exists()


@pytest.mark.parametrize("number", ["0999010100", "123", "abc", "0999.010.126"])
def test_a_wrong_enterprise_number_is_named_and_kept(agency, number):
    data = {"name": "X", "kind": "ocmw", "kbo_number": number, "active": "on", **NO_INLINE, **HOURS}
    response = agency.post(reverse("admin:partners_institution_add"), data)
    assert response.status_code == 200
    assert "kbo_number" in errors(response)
    assert number in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("kbo_number", "0999010126", "Een andere instelling heeft dit ondernemingsnummer al."),
        ("sender_uri", "partner.example/kbi", "Een andere instelling heeft deze MAGDA-afzender al."),
    ],
)
def test_what_another_institution_has_already_is_said_at_the_field(agency, field, value, says):
    institution(**{field: value})
    data = {"name": "OCMW Nieuwstad", "kind": "ocmw", "active": "on", **NO_INLINE, **HOURS} | {field: value}
    response = agency.post(reverse("admin:partners_institution_add"), data)
    assert response.status_code == 200
    assert errors(response) == {field: [says]}
    assert says in response.content.decode()


def test_a_change_of_the_enterprise_number_stays_on_the_page(sign_in):
    tom = agency_administrator()
    agency = sign_in(tom)
    made = institution("CVO De Sprong", "cvo", kbo_number="0999010126")
    page = reverse("admin:partners_institution_change", args=[made.pk])
    for number in ("0999010225", ""):
        data = {"name": made.name, "kbo_number": number, "active": "on", **NO_INLINE, **HOURS}
        response = agency.post(page, data)
        assert response.status_code == 302, errors(response)
    text = agency.get(page).content.decode()
    assert "0999010126 → 0999010225" in text
    assert "0999010225 → –" in text
    assert text.count(f"{tom}: 0999010") == 2
    # The web role adds to the history, and changes nothing in it.
    for statement in ("DELETE FROM django_admin_log", "UPDATE django_admin_log SET change_message = ''"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(statement, scope="agency", user=tom.pk)


def test_the_office_hours_end_after_they_begin(agency):
    made = institution("OCMW Proefstad")
    address = reverse("admin:partners_institution_change", args=[made.pk])
    data = {"name": made.name, "active": "on", "opens_at": "08:00", "closes_at": "08:00"}
    response = agency.post(address, data)
    assert response.status_code == 200
    assert "De kantooruren eindigen voor ze beginnen." in response.content.decode()
    assert agency.post(address, data | {"closes_at": "16:30"}).status_code == 302
    made.refresh_from_db()
    assert (made.opens_at.hour, made.closes_at.hour, made.closes_at.minute) == (8, 16, 30)


def test_an_institution_with_thousands_of_members_can_be_saved(
    agency, as_owner, django_assert_max_num_queries
):
    house = institution("VDAB", "vdab")
    with as_owner():
        accounts = User.objects.bulk_create(User(email=f"lid{number}@vdab.example") for number in range(5000))
        Membership.objects.bulk_create(
            Membership(
                user=account,
                institution=house,
                valid_until=today(),
                status=AccessStatus.CONFIRMED,
                confirmed_at=timezone.now(),
            )
            for account in accounts
        )
    address = reverse("admin:partners_institution_change", args=[house.pk])
    with django_assert_max_num_queries(25):
        html = agency.get(address).content.decode()
    assert "5000 nu, 5000 in totaal" in html
    listed = reverse("admin:partners_membership_changelist") + f"?institution__id__exact={house.pk}"
    assert f'href="{listed}"' in html
    assert "5000 toegangen" in agency.get(listed).content.decode()
    assert agency.post(address, {"name": "VDAB Vlaanderen", "active": "on", **HOURS}).status_code == 302
    house.refresh_from_db()
    assert house.name == "VDAB Vlaanderen"


def test_it_makes_an_account(agency):
    data = {
        "email": "nieuw@partner.example",
        "first_name": "N",
        "last_name": "Nieuw",
        "password1": "een-lange-wachtzin-9",
        "password2": "een-lange-wachtzin-9",
        **NO_INLINE,
    }
    response = agency.post(reverse("admin:partners_user_add"), data)
    assert response.status_code == 302, errors(response)
    made = User.objects.get(email="nieuw@partner.example")
    assert not made.has_usable_password()
    assert (made.is_staff, made.is_superuser) == (False, False)


def test_nobody_gives_rights_to_themselves_or_makes_a_superuser(sign_in):
    me = agency_administrator()
    browser = sign_in(me)
    data = {
        "email": me.email,
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [],
        **NO_INLINE,
    }
    response = browser.post(reverse("admin:partners_user_change", args=[me.pk]), data)
    assert response.status_code == 302, errors(response)
    me.refresh_from_db()
    assert me.groups.count() == 1
    assert not me.is_superuser


def test_only_a_superuser_touches_their_own_account(agency, as_owner, sign_in):
    with as_owner():
        boss = User.objects.create_superuser("super@agentschap.example", PASSWORD)
    page = reverse("admin:partners_user_change", args=[boss.pk])
    link = reverse("admin:partners_user_reset_link", args=[boss.pk])
    data = {"email": "mijn@adres.example", "is_active": "on", **NO_INLINE}
    assert agency.post(page, data).status_code == 403
    assert agency.post(link).status_code == 403
    boss.refresh_from_db()
    assert (boss.email, boss.check_password(PASSWORD)) == ("super@agentschap.example", True)
    assert sign_in(boss).post(page, data | {"is_staff": "on"}).status_code == 302
    boss.refresh_from_db()
    assert boss.email == "mijn@adres.example"


@pytest.mark.parametrize(
    "change", [{"email": "x@y.example"}, {"password": "x"}, {"is_active": False}, {"is_superuser": False}]
)
def test_the_database_keeps_the_accounts_of_superusers(as_owner, change):
    me = agency_administrator()
    with as_owner():
        boss = User.objects.create_superuser("super@agentschap.example", PASSWORD)
    with transaction.atomic():
        bind(user_id=me.pk, scope="agency")
        with pytest.raises(DatabaseError, match="their own"), transaction.atomic():
            User.objects.filter(pk=boss.pk).update(**change)
        bind()


def test_the_group_of_an_institution_is_not_for_people(agency):
    house = institution()
    text = agency.get(reverse("admin:partners_user_change", args=[user().pk])).content.decode()
    assert house.group.name not in text
    assert Group.objects.filter(name=house.group.name).exists()


@pytest.mark.parametrize("model", ["institution", "membership", "mandate", "mandateversion", "user"])
def test_nothing_is_deleted(agency, model):
    member(institution())
    made = apps.get_model("partners", model)
    pk = made.objects.first().pk
    assert (
        agency.post(reverse(f"admin:partners_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    )
    listing = agency.get(reverse(f"admin:partners_{model}_changelist")).content.decode()
    assert "delete_selected" not in listing


@pytest.mark.parametrize("model", ["institution", "membership", "mandate", "mandateversion", "user"])
def test_every_object_has_its_history_and_its_search(agency, model):
    member(institution("Zoekstad"))
    made = apps.get_model("partners", model)
    pk = made.objects.first().pk
    assert agency.get(reverse(f"admin:partners_{model}_history", args=[pk])).status_code == 200
    assert agency.get(
        reverse(f"admin:partners_{model}_changelist"), {"q": "zoek", "in_force": "yes"}
    ).status_code in {
        200,
        400,
    }


@pytest.mark.parametrize("in_force", ["yes", "no"])
def test_what_holds_today_can_be_filtered(agency, in_force):
    house = institution("Filterstad")
    member(house)
    member(house, ended=True)
    address = reverse("admin:partners_membership_changelist")
    rows = agency.get(address, {"in_force": in_force}).context["cl"].queryset
    assert [row.is_in_force(today()) for row in rows] == [in_force == "yes"]


def test_autocomplete_answers_the_agency_only(agency, sign_in, case_worker):
    address = reverse("admin:autocomplete")
    query = {
        "app_label": "partners",
        "model_name": "membership",
        "field_name": "institution",
        "term": "proef",
    }
    assert "OCMW Proefstad" in agency.get(address, query).content.decode()
    assert sign_in(case_worker).get(address, query).status_code == 403
