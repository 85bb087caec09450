"""A key normalised on one way in and not on another: e-mail addresses and names of institutions."""

from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from partners.models import Institution, User
from partners.services import admit
from partners.texts import email_address, name_key, one_line, visible
from tests import factories

from .test_admin import HOURS, NO_INLINE, errors

pytestmark = pytest.mark.django_db

TYPED = [
    "an.peeters@ocmw.example",
    "An.Peeters@OCMW.example",
    " AN.PEETERS@ocmw.example ",
    "an.peeters\u200b@ocmw.example",
    "an.peeters@ocmw\u3000.example",
]
NAMES = [
    "OCMW Nieuwstad",
    "ocmw nieuwstad",
    "OCMW\u00a0Nieuwstad",
    " OCMW  Nieuwstad\u200b",
    "OCMW\u00adNieuwstad",
]


def test_a_name_in_decomposed_letters_is_the_same_name(as_owner):
    with as_owner():
        admit(name="CBE Liège", kind="cbe")
        with pytest.raises(ValidationError):
            admit(name="CBE Lie\u0300ge", kind="cbe")


@pytest.fixture
def agency(sign_in):
    return sign_in(factories.agency_administrator())


@pytest.mark.parametrize("stored", TYPED)
def test_an_account_is_stored_and_found_by_one_address(stored):
    account = factories.user(stored)
    assert account.email == TYPED[0]
    for typed in TYPED:
        assert User.objects.get(email=typed) == User.objects.get_by_natural_key(typed) == account


@pytest.mark.parametrize("typed", TYPED[:3])
def test_an_account_made_in_the_admin_signs_in_whatever_the_casing(agency, client, as_owner, typed):
    password = "een-lange-wachtzin-9"
    response = agency.post(reverse("admin:partners_user_add"), {"email": TYPED[1]} | NO_INLINE)
    assert response.status_code == 302, errors(response)
    with as_owner():
        User.objects.filter(email=TYPED[0]).update(password=make_password(password))
    client.logout()
    response = client.post(reverse("account_login"), {"login": typed, "password": password})
    assert response.status_code == 302
    assert int(client.session["_auth_user_id"]) == User.objects.get(email=TYPED[0]).pk


@pytest.mark.parametrize("typed", TYPED[:3])
def test_a_twin_of_an_address_is_refused_at_the_field(agency, typed):
    factories.user(TYPED[0])
    other = factories.user()
    data = {"email": typed, "is_active": "on", "groups": []} | NO_INLINE
    for address in (
        reverse("admin:partners_user_add"),
        reverse("admin:partners_user_change", args=[other.pk]),
    ):
        response = agency.post(address, data)
        assert response.status_code == 200
        assert list(errors(response)) == ["email"]


def as_owner(statement: str, *parameters: object) -> None:
    with factories.owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners_user SET email = 'An.Peeters@ocmw.example' WHERE id = %s",
        'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
        " VALUES (%s, 'An.Peeters@ocmw.example', true, true)",
    ],
)
def test_the_database_refuses_a_capital_in_an_address(statement):
    account = factories.user()
    with pytest.raises(IntegrityError, match="email_lower"):
        as_owner(statement, account.pk)


@pytest.mark.parametrize("typed", NAMES)
def test_a_twin_of_an_institution_is_refused_at_the_field(agency, typed):
    factories.institution(NAMES[0])
    with factories.owner(), pytest.raises(ValidationError) as refusal:
        admit(name=typed, kind="ocmw")
    assert list(refusal.value.message_dict) == ["name"]
    data = {"name": typed, "kind": "ocmw", "active": "on", **NO_INLINE, **HOURS}
    response = agency.post(reverse("admin:partners_institution_add"), data)
    assert response.status_code == 200
    assert list(errors(response)) == ["name"]
    assert Institution.objects.named(typed).get().name == NAMES[0]


@pytest.mark.parametrize("typed", NAMES)
def test_the_database_refuses_a_twin_of_an_institution(typed):
    factories.institution(NAMES[0])
    other = factories.institution()
    with pytest.raises(IntegrityError):
        as_owner("UPDATE partners_institution SET name = %s WHERE id = %s", typed, other.pk)


def test_an_institution_keeps_its_own_name_and_may_change_its_casing(agency):
    house = factories.institution(NAMES[0])
    data = {"name": "ocmw  Nieuwstad", "active": "on", **NO_INLINE, **HOURS}
    response = agency.post(reverse("admin:partners_institution_change", args=[house.pk]), data)
    assert response.status_code == 302, errors(response)
    house.refresh_from_db()
    assert (house.name, house.group.name) == ("ocmw Nieuwstad", "instelling: ocmw Nieuwstad")


class TestMigration:
    """Rows of before the constraints."""

    migration = import_module("partners.migrations.0004_normal_forms")

    @pytest.fixture(autouse=True)
    def _without_constraints(self):
        as_owner(
            "ALTER TABLE partners_user DROP CONSTRAINT user_email_lower;"
            "ALTER TABLE account_emailaddress DROP CONSTRAINT emailaddress_email_lower;"
            "ALTER TABLE partners_institution DROP CONSTRAINT institution_name_one_line;"
            "DROP INDEX institution_name_once"
        )

    def migrate(self):
        with factories.owner():
            self.migration.normalise(apps, None)

    def test_rows_get_the_normal_form(self):
        account, house = factories.user(), factories.institution("OCMW Proef")
        with factories.owner():
            EmailAddress.objects.create(user=account, email="an@ocmw.example")
        as_owner("UPDATE partners_user SET email = 'An@OCMW.example' WHERE id = %s", account.pk)
        as_owner("UPDATE account_emailaddress SET email = 'An@OCMW.example'")
        as_owner("UPDATE partners_institution SET name = 'OCMW\u00a0 Proef' WHERE id = %s", house.pk)
        as_owner("UPDATE auth_group SET name = 'instelling: OCMW\u00a0 Proef' WHERE id = %s", house.group_id)
        self.migrate()
        assert User.objects.values_list("email", flat=True).get(pk=account.pk) == "an@ocmw.example"
        assert EmailAddress.objects.get(user=account).email == "an@ocmw.example"
        house = Institution.objects.select_related("group").get(pk=house.pk)
        assert (house.name, house.group.name) == ("OCMW Proef", "instelling: OCMW Proef")

    @pytest.mark.parametrize("kind", ["account", "institution"])
    def test_twins_stop_the_migration_with_their_numbers(self, kind):
        if kind == "account":
            first, second = factories.user("an@ocmw.example"), factories.user()
            as_owner("UPDATE partners_user SET email = 'AN@ocmw.example' WHERE id = %s", second.pk)
        else:
            first, second = factories.institution("OCMW Nieuwstad"), factories.institution()
            as_owner("UPDATE partners_institution SET name = 'ocmw\u00a0nieuwstad' WHERE id = %s", second.pk)
        with pytest.raises(CommandError, match=rf": {first.pk} and {second.pk}\. Change") as refusal:
            self.migrate()
        assert "nieuwstad" not in str(refusal.value).lower()
        assert "@" not in str(refusal.value)


def test_the_normal_forms():
    assert visible("\u202eAb\u200bdul\u2066\u00ad") == "Abdul"
    assert one_line(" a\u00a0\t b\u00adc\ufeff\n") == "a b c"
    assert name_key("OCMW  GENT ") == name_key("ocmw\u202fGent") == "ocmw gent"
    assert email_address(" Zoe\u0308@X.example\u200b") == "zo\u00eb@x.example"
