"""`manage.py grant_access` makes administrators on the server, says what is wrong, and is recorded."""

from __future__ import annotations

import getpass
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone

from partners.groups import ADMINISTRATORS
from partners.models import Membership, MembershipEvent, User
from partners.rights import longest_until

from ..factories import fetch, institution, member, user

pytestmark = pytest.mark.django_db
EMAIL = "luc@ocmw.example"


@pytest.fixture
def grant(as_owner):
    def _grant(*arguments: str) -> str:
        output = StringIO()
        with as_owner():
            call_command("grant_access", *arguments, stdout=output, stderr=output)
        return output.getvalue()

    return _grant


def test_it_makes_the_first_administrator_of_the_agency(grant):
    said = grant(EMAIL, "--agency", "--reason", "eerste beheerder", "--first-name", "Luc")
    made = User.objects.get(email=EMAIL)
    assert (made.is_staff, made.is_superuser, made.first_name) == (True, False, "Luc")
    assert [group.name for group in made.groups.all()] == [ADMINISTRATORS]
    assert fetch("SELECT partners_administers(%s)", made.pk) == [(True,)]
    assert f"manage.py reset_link {EMAIL}" in said
    [entry] = LogEntry.objects.all()
    assert entry.object_id == str(made.pk)
    assert "eerste beheerder" in entry.change_message
    assert getpass.getuser() in entry.change_message


def test_it_makes_the_first_administrator_of_an_institution(grant, as_owner):
    house = institution("OCMW Gent", kbo_number="0999010126")
    for place in ("ocmw-gent", "/ocmw-gent/", "0999.010.126"):
        grant(f"luc{len(place)}@ocmw.example", "--institution", place, "--reason", "eerste beheerder")
    for access in Membership.objects.all():
        assert access.is_in_force()
        assert (access.institution, access.role) == (house, "local_administrator")
        assert access.valid_until == longest_until()
    with as_owner():
        event = MembershipEvent.objects.first()
    assert event.what == "given"
    assert "eerste beheerder (manage.py grant_access" in event.reason


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["luc", "--agency", "--reason", "x"], "EMAIL"),
        ([EMAIL, "--agency", "--reason", " "], "--reason"),
        ([EMAIL, "--agency"], "reason"),
        ([EMAIL, "--reason", "x"], "--agency"),
        ([EMAIL, "--institution", "gent", "--reason", "x"], "Did you mean:\n  ocmw-gent  "),
        ([EMAIL, "--institution", "nergens", "--reason", "x"], "No institution"),
        ([EMAIL, "--institution", "ocmw-gent", "--reason", "x", "--until", "31/12/2026"], "YYYY-MM-DD"),
        ([EMAIL, "--institution", "ocmw-gent", "--reason", "x", "--until", "2999-12-31"], "twelve months"),
        ([EMAIL, "--institution", "ocmw-gent", "--reason", "x", "--until", "2020-12-31"], "from today"),
        ([EMAIL, "--institution", "ocmw-gent", "--reason", "x", "--role", "koning"], "--role"),
    ],
)
def test_an_error_names_what_is_wrong_and_nothing_is_made(grant, arguments, says):
    institution("OCMW Gent")
    with pytest.raises(CommandError) as error:
        grant(*arguments)
    assert says in str(error.value)
    assert not User.objects.exists()


def test_access_that_is_there_is_not_given_twice(grant):
    access = member(institution("OCMW Gent"), "local_administrator")
    with pytest.raises(CommandError, match="already"):
        grant(access.user.email, "--institution", "ocmw-gent", "--reason", "x")


def test_it_opens_a_suspended_account_and_no_closed_one(grant, as_owner):
    account = user(EMAIL)
    with as_owner():
        User.objects.update(is_active=False, suspended_at=timezone.now())
    assert "Opened" in grant(EMAIL, "--agency", "--reason", "terug")
    account.refresh_from_db()
    assert (account.is_active, account.suspended_at) == (True, None)
    with as_owner():
        User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="closed by the agency"):
        grant(EMAIL, "--agency", "--reason", "terug")
