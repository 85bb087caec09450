"""Access is proposed by one person and confirmed by another, ends, and each step is recorded: also in raw SQL."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction
from django.utils import timezone

from partners.enums import AccessStatus, AccessStep, Role
from partners.models import Institution, Membership, MembershipEvent, User
from partners.periods import months_later, today
from partners.rights import (
    NotTaken,
    confirm_access,
    end_access,
    extend_access,
    give_access,
    grant_on_server,
    longest_until,
    reopen_account,
    suspend_unused,
)
from partners.services import bind

from ..factories import agency_administrator, fetch, institution, member, user

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@contextlib.contextmanager
def acting(who):
    """Act as an administrator of the agency on its pages, or as a membership at its institution."""
    with transaction.atomic():
        if isinstance(who, Membership):
            bind(institution_id=who.institution_id, user_id=who.user_id, role=who.role)
        else:
            bind(user_id=who.pk, scope="agency")
        yield
        bind()


def proposed_by(who, house=None, account=None, **fields) -> Membership:
    values = {
        "user_id": (account or user()).pk,
        "institution_id": (house or institution()).pk,
        "role": "case_worker",
        "first": today(),
        "until": today() + 30 * DAY,
        "reason": "nieuwe collega",
    } | fields
    with acting(who):
        give_access(**values)
    return Membership.objects.filter(user=values["user_id"]).latest("pk")


def refusal(who, step, *arguments, **fields) -> str:
    with pytest.raises(NotTaken) as refused, acting(who):
        step(*arguments, **fields)
    assert refused.value.words
    bind()
    return refused.value.code


def events(membership, reader="agency", **binding) -> list[tuple]:
    with transaction.atomic():
        bind(scope="agency") if reader == "agency" else bind(**binding)
        found = list(
            MembershipEvent.objects.filter(membership=membership)
            .order_by("pk")
            .values_list("what", "user_id")
        )
        bind()
    return found


def in_force(membership) -> bool:
    """Whether Python, the query set and the database say that the membership is in force today: all the same."""
    membership = Membership.objects.select_related("user", "institution").get(pk=membership.pk)
    answers = {
        membership.is_in_force(),
        Membership.objects.in_force(today()).filter(pk=membership.pk).exists(),
        fetch(
            "SELECT partners_has_role(%s, %s, %s, app_today())",
            membership.user_id,
            membership.institution_id,
            membership.role,
        )[0][0],
    }
    assert len(answers) == 1
    return answers.pop()


@pytest.fixture
def tom():
    return agency_administrator()


@pytest.fixture
def lena():
    return agency_administrator()


@pytest.fixture
def luc():
    return member(institution(), Role.LOCAL_ADMINISTRATOR)


# -- two persons


def test_what_the_agency_gives_is_in_force_once_a_second_administrator_confirms(tom, lena, sign_in):
    access = proposed_by(tom)
    assert not in_force(access)
    assert sign_in(access).get("/").status_code == 403
    assert refusal(tom, confirm_access, access.pk) == "own_proposal"
    with acting(lena):
        confirm_access(access.pk)
    assert in_force(access)
    access.refresh_from_db()
    assert (access.proposed_by, access.confirmed_by) == (tom, lena)
    assert events(access) == [("proposed", tom.pk), ("confirmed", lena.pk)]
    assert refusal(lena, confirm_access, access.pk) == "not_open"


def test_the_local_administrator_confirms_it_too_but_only_at_the_own_institution(tom, luc):
    access, elsewhere = proposed_by(tom, luc.institution), proposed_by(tom)
    assert refusal(luc, confirm_access, elsewhere.pk) == "not_found"
    with acting(luc):
        confirm_access(access.pk)
    assert in_force(access)
    assert not in_force(elsewhere)


def test_no_one_confirms_access_for_themselves(tom, lena, luc):
    for who, account in ((lena, lena), (luc, luc.user)):
        access = proposed_by(tom, luc.institution, account, role="privacy_officer")
        assert refusal(who, confirm_access, access.pk) == "own"
        with acting(tom):
            end_access(access.pk, "proef")


def test_an_account_whose_address_the_proposer_set_confirms_nothing_of_theirs(tom, lena, luc, sign_in):
    access = proposed_by(tom, luc.institution)
    with acting(tom):
        User.objects.filter(pk=luc.user_id).update(email="van@tom.example")
    luc.user.refresh_from_db()
    assert luc.user.email_set_by == tom
    assert refusal(luc, confirm_access, access.pk) == "own_account"
    with acting(lena):
        confirm_access(access.pk)


def test_a_local_administrator_made_by_the_proposer_alone_confirms_nothing_of_theirs(tom, luc, as_owner):
    with as_owner():
        own = grant_on_server(user=tom, institution=luc.institution, role=Role.LOCAL_ADMINISTRATOR)
    puppet = proposed_by(own, luc.institution, role="local_administrator")
    access = proposed_by(tom, luc.institution)
    assert refusal(puppet, confirm_access, access.pk) == "own_account"
    with acting(luc):
        confirm_access(access.pk)


@pytest.mark.parametrize("change", ["is_staff = true", "is_superuser = true"])
def test_no_second_administrator_is_made_through_the_web(tom, change):
    account = user()
    with pytest.raises(DatabaseError, match="account"), transaction.atomic():
        fetch(
            f"UPDATE partners_user SET {change} WHERE id = %s RETURNING 1",
            account.pk,
            user=tom.pk,
            scope="agency",
        )
    for table in ("groups", "user_permissions"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(f"DELETE FROM partners_user_{table} RETURNING 1", user=tom.pk, scope="agency")


def test_the_address_of_an_administrator_is_changed_by_its_owner(tom, lena):
    statement = "UPDATE partners_user SET email = 'van@tom.example' WHERE id = %s RETURNING 1"
    with pytest.raises(DatabaseError, match="its owner"), transaction.atomic():
        fetch(statement, lena.pk, user=tom.pk, scope="agency")
    assert fetch(statement, tom.pk, user=tom.pk, scope="agency")


# -- what a local administrator gives


def test_a_local_administrator_gives_access_at_once_and_never_elsewhere(luc):
    access = proposed_by(luc, luc.institution)
    assert in_force(access)
    assert events(access) == [("given", luc.user_id)]
    values = {"role": "case_worker", "first": today(), "until": today(), "reason": "x"}
    there = institution()
    assert refusal(luc, give_access, user_id=user().pk, institution_id=there.pk, **values) == "not_found"
    own = values | {"user_id": luc.user_id, "institution_id": luc.institution_id}
    assert refusal(luc, give_access, **own) == "own"


def test_a_local_administrator_ends_and_extends_colleagues_and_not_themselves(luc):
    access, stranger = proposed_by(luc, luc.institution), member(institution())
    with acting(luc):
        assert extend_access(access.pk, longest_until(), "herzien") == AccessStep.EXTENDED
        assert end_access(access.pk, "weg", today() + DAY) == AccessStep.ENDED
        assert end_access(access.pk, "weg") == AccessStep.WITHDRAWN
    assert [what for what, _ in events(access)] == ["given", "extended", "ended", "withdrawn"]
    for step in ((end_access, "weg"), (extend_access, longest_until(), "x")):
        assert refusal(luc, step[0], luc.pk, *step[1:]) == "own"
        assert refusal(luc, step[0], stranger.pk, *step[1:]) == "not_found"


# -- days and reasons


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": None}, "no_end"),
        ({"until": longest_until(today()) + DAY}, "too_long"),
        ({"first": today() - DAY}, "begins_early"),
        ({"first": today() + DAY, "until": today()}, "reversed"),
        ({"reason": " "}, "no_reason"),
        ({"role": "agency_administrator"}, "unknown_role"),
        ({"role": None}, "unknown_role"),
        ({"user_id": 0}, "not_found"),
        ({"institution_id": 0}, "not_found"),
    ],
)
def test_wrong_values_are_refused_with_a_code(tom, fields, code):
    values = {
        "user_id": user().pk,
        "institution_id": institution().pk,
        "role": "case_worker",
        "first": today(),
        "until": today(),
        "reason": "x",
    }
    assert refusal(tom, give_access, **values | fields) == code
    assert not Membership.objects.exists()


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("ended", [None, -1, 0, 1])
def test_an_institution_works_up_to_its_last_day_unless_it_was_closed(as_owner, active, ended):
    """Python and SQL say the same; the gate is in tests/persons/test_gate.py."""
    access = member(institution())
    house = access.institution
    house.active, house.ended_on = active, None if ended is None else today() + ended * DAY
    with as_owner():
        house.save(update_fields=["active", "ended_on"])
    expected = active and ended in (None, 0, 1)
    assert in_force(access) is expected
    assert house.is_open(today()) is expected
    assert Institution.objects.active().filter(pk=house.pk).exists() is expected
    rule = "SELECT partners_is_open(active, ended_on, app_today()) FROM partners_institution WHERE id = %s"
    assert fetch(rule, house.pk) == [(expected,)]


def test_an_ended_institution_gets_no_one(tom, as_owner):
    house = institution()
    with as_owner():
        type(house).objects.update(active=False)
    values = {"role": "case_worker", "first": today(), "until": today(), "reason": "x"}
    assert (
        refusal(tom, give_access, user_id=user().pk, institution_id=house.pk, **values) == "ended_institution"
    )


def test_the_same_role_twice_on_a_day_is_refused_unless_withdrawn(tom):
    access = proposed_by(tom)
    values = {
        "user_id": access.user_id,
        "institution_id": access.institution_id,
        "role": access.role,
        "first": access.valid_until,
        "until": access.valid_until,
        "reason": "x",
    }
    assert refusal(tom, give_access, **values) == "overlaps"
    with acting(tom):
        assert end_access(access.pk, "vergissing") == AccessStep.WITHDRAWN
        give_access(**values)
    assert Membership.objects.filter(user=access.user_id).count() == 2


def test_the_agency_proposes_an_extension_as_the_days_that_follow(tom, lena):
    access = member(institution())
    with acting(tom):
        end_access(access.pk, "korter", today() + DAY)
        assert extend_access(access.pk, today() + 60 * DAY, "blijft") == AccessStep.PROPOSED
    assert refusal(tom, extend_access, access.pk, today() + 61 * DAY, "nog eens") == "overlaps"
    follow_up = Membership.objects.get(follows=access)
    assert (follow_up.valid_from, follow_up.status) == (today() + 2 * DAY, AccessStatus.PROPOSED)
    with acting(lena):
        confirm_access(follow_up.pk)
    assert fetch(
        "SELECT partners_has_role(%s, %s, %s, app_today() + 30)",
        access.user_id,
        access.institution_id,
        access.role,
    ) == [(True,)]


def test_ending_takes_effect_at_once_and_once(tom, lena):
    access = member(institution())
    assert in_force(access)
    with acting(tom):
        assert end_access(access.pk, "uit dienst") == AccessStep.ENDED
    assert not in_force(access)
    assert refusal(lena, end_access, access.pk, "uit dienst") == "over"
    assert refusal(lena, extend_access, access.pk, today(), "toch niet") == "over"
    access = member(access.institution)
    assert refusal(tom, end_access, access.pk, "") == "no_reason"
    assert refusal(tom, end_access, access.pk, "x", today() - 2 * DAY) == "too_early"
    assert refusal(tom, end_access, access.pk, "x", access.valid_until) == "not_earlier"
    assert refusal(tom, extend_access, access.pk, access.valid_until, "x") == "not_later"


@pytest.mark.parametrize(
    ("day", "later"),
    [("2027-03-31", "2028-03-31"), ("2028-02-29", "2029-02-28"), ("2026-12-31", "2027-12-31")],
)
def test_twelve_months_are_counted_as_the_database_counts_them(day, later):
    first, last = map(datetime.date.fromisoformat, (day, later))
    assert months_later(first, 12) == last
    assert fetch("SELECT (%s::date + interval '12 months')::date", day) == [(last,)]
    assert fetch("SELECT partners_longest_access()") == [(longest_until(),)]


# -- raw SQL as the web role


@pytest.mark.parametrize("scope", ["agency", ""])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO partners_membership (user_id, institution_id, role, valid_from, valid_until, list_filters,"
        " status, confirmed_at, reason, proposed_at) SELECT user_id, institution_id, 'privacy_officer', valid_from,"
        " valid_until, '{}', 'confirmed', now(), '', now() FROM partners_membership RETURNING 1",
        "UPDATE partners_membership SET status = 'confirmed', confirmed_at = now() RETURNING 1",
        "UPDATE partners_membership SET valid_until = '2100-01-01' RETURNING 1",
        "DELETE FROM partners_membership RETURNING 1",
        "INSERT INTO partners_membershipevent (membership_id, what, at, user_name, role, valid_from,"
        " valid_until, reason) SELECT id, 'confirmed', now(), 'x', role, valid_from, valid_until, ''"
        " FROM partners_membership RETURNING 1",
        "UPDATE partners_membershipevent SET user_name = 'x' RETURNING 1",
        "DELETE FROM partners_membershipevent RETURNING 1",
        "SELECT partners_access_giver()",
    ],
)
def test_raw_sql_of_an_administrator_changes_no_access(luc, tom, scope, statement):
    binding = (
        {"user": tom.pk, "scope": "agency"}
        if scope
        else {"user": luc.user_id, "institution": luc.institution_id, "role": luc.role}
    )
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(statement, **binding)


@pytest.mark.parametrize("claim", ["role", "institution", "scope", "nobody"])
def test_a_claimed_role_changes_no_access(luc, case_worker, claim):
    """Binding a role, institution or scope that the user does not have gives no right to change access."""
    access, other = proposed_by(luc, luc.institution), member(institution())
    binding = {
        "role": {"user": other.user_id, "institution": luc.institution_id, "role": "local_administrator"},
        "institution": {
            "user": luc.user_id,
            "institution": other.institution_id,
            "role": "local_administrator",
        },
        "scope": {"user": luc.user_id, "scope": "agency"},
        "nobody": {"scope": "agency"},
    }[claim]
    for call in (
        "partners_propose_access(%(user)s, %(house)s, 'case_worker', app_today(), app_today(), 'x')",
        "partners_confirm_access(%(access)s)",
        "partners_end_access(%(access)s, NULL, 'x')",
        "partners_extend_access(%(access)s, app_today() + 90, 'x')",
        "partners_reopen_account(%(user)s)",
    ):
        values = {"access": access.pk, "user": other.user_id, "house": luc.institution_id}
        literal = call % {name: str(value) for name, value in values.items()}
        with pytest.raises(DatabaseError, match="administrators change access"), transaction.atomic():
            fetch(f"SELECT {literal}", **binding)


def test_a_former_local_administrator_changes_nothing(tom, luc):
    access = proposed_by(luc, luc.institution)
    with acting(tom):
        end_access(luc.pk, "uit dienst")
    with pytest.raises(DatabaseError, match="administrators change access"), acting(luc):
        end_access(access.pk, "x")


def test_the_owner_changes_no_step_either_and_what_the_owner_does_is_recorded(luc, as_owner):
    with as_owner():
        Membership.objects.filter(pk=luc.pk).update(role=Role.CASE_WORKER)
        for change in ("update", "delete"):
            rows = MembershipEvent.objects.filter(membership=luc)
            with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic():
                rows.update(reason="x") if change == "update" else rows._raw_delete("default")
    assert events(luc) == [("given", None), ("changed", None)]


# -- who reads the steps


def test_steps_are_read_by_the_agency_and_by_the_institution_itself(tom, luc):
    access = proposed_by(tom, luc.institution)
    assert len(events(access)) == 1
    for role, number in (("local_administrator", 1), ("privacy_officer", 1), ("case_worker", 0)):
        bound = {"institution_id": luc.institution_id, "user_id": luc.user_id, "role": role}
        assert len(events(access, "institution", **bound)) == number
        assert events(access, "institution", **bound | {"institution_id": institution().pk}) == []
    assert events(access, "nobody") == []


# -- accounts that no one uses


def age(account, days, as_owner, **fields):
    with as_owner():
        then = timezone.now() - datetime.timedelta(days=days)
        User.objects.filter(pk=account.pk).update(date_joined=then, last_login=then, **fields)


def test_an_account_that_no_one_used_for_180_days_is_suspended_and_recorded(luc, as_owner):
    access, other = proposed_by(luc, luc.institution), proposed_by(luc, luc.institution)
    age(access.user, 181, as_owner)
    age(other.user, 179, as_owner)
    with as_owner():
        assert suspend_unused() == 1
        assert suspend_unused() == 0
    assert not in_force(access)
    assert in_force(other)
    assert events(access)[-1] == ("suspended", None)
    assert (
        LogEntry.objects.get(object_id=str(access.user_id)).change_message
        == "Geschorst: 180 dagen niet gebruikt."
    )
    with acting(luc):
        reopen_account(access.user_id)
    assert in_force(access)
    assert events(access)[-1] == ("reopened", luc.user_id)
    with as_owner():
        assert suspend_unused() == 0
    assert refusal(luc, reopen_account, access.user_id) == "not_suspended"


def test_a_local_administrator_reopens_no_account_of_others_and_none_that_was_closed(tom, luc, as_owner):
    colleague, stranger = proposed_by(luc, luc.institution).user, member(institution()).user
    for account in (stranger, tom):
        age(account, 400, as_owner)
    with as_owner():
        suspend_unused()
        User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert refusal(luc, reopen_account, stranger.pk) == "not_found"
    assert refusal(luc, reopen_account, tom.pk) == "not_found"
    assert refusal(luc, reopen_account, colleague.pk) == "not_suspended"


def test_a_closed_account_is_not_made_a_suspended_one(local_administrator, as_owner):
    account = member(local_administrator.institution).user
    with as_owner():
        User.objects.filter(pk=account.pk).update(is_active=False)
    with pytest.raises(DatabaseError, match="on the pages of the agency"), acting(local_administrator):
        User.objects.filter(pk=account.pk).update(suspended_at=timezone.now())
