"""Versions of mandates: what the database lets happen to them, and that it records every step."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from partners.models import Mandate, MandateVersion
from partners.periods import today
from persons.models import ClientListEntry

from ..factories import agency_administrator, end, fetch, inscribe, institution, mandate, person, version

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TODAY = today()
TOMORROW, YESTERDAY = TODAY + DAY, TODAY - DAY
PROPOSE = (
    "INSERT INTO partners_mandateversion (mandate_id, status, legal_reference, legal_title, legal_url, blocks,"
    " max_months, may_register, valid_from, valid_until, is_example, proposed_by_id, proposed_at, confirmed_by_id,"
    " confirmed_at, end_reason) VALUES (%s, %s, 'nr. 1', 'Proef', '', '{Personalia}', 12, 'case_worker', %s, NULL,"
    " false, %s, now(), %s, %s, '') RETURNING id"
)


@pytest.fixture
def tom(db):
    return agency_administrator()


@pytest.fixture
def lena(db):
    return agency_administrator()


@pytest.fixture
def basis(ocmw):
    return mandate(ocmw)


def acting(user) -> dict:
    return {"user": user.pk, "scope": "agency"}


def propose(basis, user, first=TOMORROW, **fields) -> MandateVersion:
    return version(basis, status="proposed", proposed_by=user, valid_from=first, **fields)


def confirm(proposal, user) -> str:
    [[outcome]] = fetch("SELECT partners_confirm_version(%s)", proposal.pk, **acting(user))
    return outcome


def steps() -> list[tuple]:
    return fetch(
        "SELECT action, user_name, valid_until, reason FROM partners_mandateevent ORDER BY id", scope="agency"
    )


# -- confirming


def test_confirming_ends_the_version_before_on_the_day_before(basis, tom, lena):
    former = basis.versions.get()
    proposal = propose(basis, tom, TODAY + 30 * DAY)
    assert confirm(proposal, lena) == "confirmed"
    former.refresh_from_db()
    proposal.refresh_from_db()
    assert former.valid_until == TODAY + 29 * DAY
    assert (proposal.status, proposal.confirmed_by, proposal.valid_until) == ("confirmed", lena, None)
    assert proposal.confirmed_at is not None


def test_confirming_leaves_a_version_that_ended_before_as_it_is(basis, tom, lena):
    former = basis.versions.get()
    end(former, TODAY)
    assert confirm(propose(basis, tom, TODAY + 30 * DAY), lena) == "confirmed"
    former.refresh_from_db()
    assert former.valid_until == TODAY


def test_nobody_confirms_their_own_proposal(basis, tom):
    proposal = propose(basis, tom)
    assert confirm(proposal, tom) == "own_proposal"
    proposal.refresh_from_db()
    assert proposal.status == "proposed"


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_only_an_administrator_confirms(basis, tom, lena, as_owner, change):
    proposal = propose(basis, tom)
    with as_owner():
        type(lena).objects.filter(pk=lena.pk).update(**change)
    with pytest.raises(DatabaseError, match="administrators of the agency"), transaction.atomic():
        confirm(proposal, lena)


@pytest.mark.parametrize("first", [TODAY, TODAY - 30 * DAY])
def test_a_proposal_whose_first_day_has_come_is_not_confirmed(basis, tom, lena, first):
    assert confirm(propose(basis, tom, first), lena) == "begun"


def test_a_proposal_over_a_later_version_is_not_confirmed(basis, tom, lena):
    assert confirm(propose(basis, tom, TODAY + 30 * DAY), lena) == "confirmed"
    assert confirm(propose(basis, tom, TODAY + 10 * DAY), lena) == "overlaps"
    fetch(
        "SELECT partners_withdraw_version(%s, 'proef')",
        basis.versions.get(status="proposed").pk,
        **acting(tom),
    )
    between = propose(basis, tom, TODAY + 10 * DAY, valid_until=TODAY + 29 * DAY)
    assert confirm(between, lena) == "confirmed"


def test_a_version_is_confirmed_once(basis, tom, lena):
    proposal = propose(basis, tom)
    assert confirm(proposal, lena) == "confirmed"
    assert confirm(proposal, lena) == "not_open"


def test_a_second_proposal_waits_for_the_first(basis, tom, lena):
    propose(basis, tom)
    with pytest.raises(DatabaseError, match="mandateversion_one_proposal"), transaction.atomic():
        propose(basis, lena, TODAY + 30 * DAY)


# -- ending and withdrawing


@pytest.mark.parametrize(
    ("until", "reason", "outcome"),
    [
        (YESTERDAY, "proef", "ended"),
        (TODAY + 50 * DAY, "proef", "ended"),
        (TODAY - 2 * DAY, "proef", "too_early"),
        (TODAY + 100 * DAY, "proef", "later"),
        (TODAY + 101 * DAY, "proef", "later"),
        (None, "proef", "too_early"),
        (YESTERDAY, "  ", "no_reason"),
        (YESTERDAY, None, "no_reason"),
    ],
)
def test_an_end_only_comes_earlier_and_with_a_reason(ocmw, tom, until, reason, outcome):
    [there] = mandate(ocmw, valid_until=TODAY + 100 * DAY).versions.all()
    statement = "SELECT partners_end_version(%s, %s, %s)"
    assert fetch(statement, there.pk, until, reason, **acting(tom)) == [(outcome,)]
    there.refresh_from_db()
    assert there.valid_until == (until if outcome == "ended" else TODAY + 100 * DAY)


def test_ending_closes_files_and_lines_at_once(ocmw, tom, basis):
    granted = inscribe(ocmw, person())
    assert fetch("SELECT count(*) FROM persons_clientlistentry", institution=ocmw.pk) == [(1,)]
    fetch("SELECT partners_end_version(%s, %s, 'proef')", basis.versions.get().pk, YESTERDAY, **acting(tom))
    for table in ("persons_person", "persons_block", "persons_enrolment", "persons_clientlistentry"):
        rows = fetch(f"SELECT count(*) FROM {table}", institution=ocmw.pk, inscription=granted.pk)
        assert rows == [(0,)], table


def test_a_version_to_come_is_withdrawn_and_one_that_has_begun_is_not(basis, tom, lena):
    proposal = propose(basis, tom)
    confirm(proposal, lena)
    withdraw = "SELECT partners_withdraw_version(%s, %s)"
    assert fetch(withdraw, proposal.pk, "", **acting(tom)) == [("no_reason",)]
    assert fetch(withdraw, proposal.pk, "fout", **acting(tom)) == [("withdrawn",)]
    assert fetch(withdraw, proposal.pk, "fout", **acting(tom)) == [("not_open",)]
    begun = basis.versions.get(status="confirmed")
    assert fetch(withdraw, begun.pk, "fout", **acting(tom)) == [("begun",)]


def test_a_version_that_opens_too_much_is_closed_on_its_first_day(basis, ocmw, tom):
    """It cannot end before that day, so it is withdrawn: narrowing works at once."""
    first_day = version(
        mandate(ocmw, "werkzoekende", valid_from=TODAY - 9 * DAY, valid_until=TODAY - DAY),
        valid_from=TODAY,
    )
    withdraw = "SELECT partners_withdraw_version(%s, %s)"
    assert fetch(withdraw, first_day.pk, "te ruim", **acting(tom)) == [("withdrawn",)]
    first_day.refresh_from_db()
    assert first_day.status == "withdrawn"


# -- attacks as the web role


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners_mandateversion SET blocks = '{Wooncode}' WHERE id = %s RETURNING 1",
        "UPDATE partners_mandateversion SET valid_until = NULL WHERE id = %s RETURNING 1",
        "UPDATE partners_mandateversion SET status = 'confirmed' WHERE id = %s RETURNING 1",
        "DELETE FROM partners_mandateversion WHERE id = %s RETURNING 1",
        "TRUNCATE partners_mandateversion, partners_mandateevent CASCADE",
        "DELETE FROM partners_mandateevent RETURNING 1",
        "UPDATE partners_mandateevent SET user_name = 'An' RETURNING 1",
        "INSERT INTO partners_mandateevent (version_id, action, at, user_name, reason)"
        " VALUES (%s, 'confirmed', now(), 'An', '') RETURNING 1",
        "UPDATE partners_mandate SET capacity = 'cursist' RETURNING 1",
        "DELETE FROM partners_mandate RETURNING 1",
        "ALTER TABLE partners_mandateversion DISABLE TRIGGER guard_version",
    ],
)
def test_the_web_role_proposes_and_nothing_else(basis, tom, statement):
    there = basis.versions.get()
    values = [there.pk] * statement.count("%s")
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        fetch(statement, *values, **acting(tom))


@pytest.mark.parametrize(
    ("status", "first", "own", "confirmed_at"),
    [
        ("confirmed", TOMORROW, True, "now"),
        ("proposed", TODAY, True, None),
        ("proposed", TOMORROW, False, None),
        ("proposed", TOMORROW, True, "now"),
        ("withdrawn", TOMORROW, True, None),
    ],
)
def test_the_web_role_proposes_in_its_own_name_for_a_later_day(
    basis, tom, lena, status, first, own, confirmed_at
):
    values = [basis.pk, status, first, (tom if own else lena).pk, None, confirmed_at]
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        fetch(PROPOSE, *values, **acting(tom))
    assert fetch(PROPOSE, basis.pk, "proposed", TOMORROW, tom.pk, None, None, **acting(tom))


def test_only_the_pages_of_the_agency_change_versions(basis, tom, case_worker, ocmw):
    proposal = propose(basis, tom)
    bound = {"user": case_worker.user_id, "institution": ocmw.pk, "role": "case_worker"}
    for statement in (
        "SELECT partners_confirm_version(%s)",
        "SELECT partners_end_version(%s, '2100-01-01', 'proef')",
        "SELECT partners_withdraw_version(%s, 'proef')",
        "SELECT * FROM persons_count_opened(%s)",
    ):
        with pytest.raises(DatabaseError, match="pages of the agency"), transaction.atomic():
            fetch(statement, proposal.pk, **bound)
    with pytest.raises(DatabaseError, match="pages of the agency"), transaction.atomic():
        fetch("SELECT partners_confirm_version(%s)", proposal.pk, scope="agency")
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        fetch(PROPOSE, basis.pk, "proposed", TOMORROW, case_worker.user_id, None, None, **bound)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("blocks = '{Wooncode}'", "content"),
        ("max_months = 120", "content"),
        ("valid_from = valid_from - 1", "content"),
        ("may_register = 'import'", "content"),
        ("mandate_id = mandate_id + 1", "content"),
        ("valid_until = '2100-01-01'", "reason"),
        ("valid_until = app_today() - 2, end_reason = 'proef'", "yesterday"),
        ("end_reason = 'proef'", "only comes earlier"),
        ("confirmed_by_id = NULL, confirmed_at = now()", "once"),
        ("status = 'proposed'", "does not exist"),
        ("status = 'withdrawn', end_reason = 'proef'", "has begun"),
        ("status = 'withdrawn', end_reason = ''", "has begun"),
    ],
)
def test_the_owner_too_changes_no_confirmed_version(basis, as_owner, change, says):
    with (
        as_owner(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=says),
        transaction.atomic(),
    ):
        cursor.execute(f"UPDATE partners_mandateversion SET {change} WHERE mandate_id = %s", [basis.pk])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("status = 'confirmed', confirmed_at = now(), confirmed_by_id = {tom}", "another administrator"),
        ("status = 'confirmed', confirmed_at = now(), confirmed_by_id = {lena}", "another administrator"),
        ("status = 'confirmed', confirmed_at = now()", "another administrator"),
        ("valid_until = '2100-01-01'", "does not exist"),
        ("blocks = '{{Wooncode}}'", "content"),
    ],
)
def test_the_owner_too_confirms_in_no_other_name(basis, tom, lena, as_owner, change, says):
    """The bound user is Tom, who proposed the version."""
    proposal = propose(basis, tom)
    statement = f"UPDATE partners_mandateversion SET {change.format(tom=tom.pk, lena=lena.pk)} WHERE id = %s"
    with as_owner(), pytest.raises(DatabaseError, match=says), transaction.atomic():
        fetch(statement, proposal.pk, **acting(tom))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM partners_mandateversion",
        "DELETE FROM partners_mandateevent",
        "UPDATE partners_mandateevent SET reason = 'anders'",
        "TRUNCATE partners_mandateevent",
        "TRUNCATE partners_mandateversion CASCADE",
    ],
)
def test_the_owner_too_removes_no_version_and_changes_no_step(basis, as_owner, statement):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            cursor.execute(statement)


# -- the record


def test_every_step_is_recorded_by_name(basis, tom, lena):
    before = len(steps())
    confirm(propose(basis, tom, TODAY + 30 * DAY), lena)
    fetch(
        "SELECT partners_end_version(%s, %s, 'fout')",
        basis.versions.order_by("pk").first().pk,
        TODAY,
        **acting(tom),
    )
    last = basis.versions.order_by("pk").last()
    fetch("SELECT partners_withdraw_version(%s, 'ook fout')", last.pk, **acting(lena))
    assert sorted(steps()[before:]) == sorted(
        [
            ("proposed", "", None, ""),
            ("confirmed", str(lena), None, ""),
            ("succeeded", str(lena), TODAY + 29 * DAY, ""),
            ("ended", str(tom), TODAY, "fout"),
            ("withdrawn", str(lena), None, "ook fout"),
        ]
    )


def test_privacy_officers_read_the_steps_in_their_own_mandates(ocmw, other_ocmw, basis, privacy_officer):
    kinds = "SELECT DISTINCT m.institution_id, m.institution_kind FROM partners_mandateevent e"
    kinds += " JOIN partners_mandateversion v ON v.id = e.version_id JOIN partners_mandate m ON m.id = v.mandate_id"
    mandate(other_ocmw)
    bound = {"institution": ocmw.pk, "user": privacy_officer.user_id}
    assert set(fetch(kinds, **bound, role="privacy_officer")) == {(ocmw.pk, ""), (None, "ocmw")}
    for role in ("case_worker", "local_administrator", ""):
        assert fetch(kinds, **bound, role=role) == []
    assert fetch(kinds, role="privacy_officer") == []
    assert (other_ocmw.pk, "") in fetch(kinds, scope="agency")


# -- the list and the count


def test_lines_of_the_next_version_are_written_when_it_is_confirmed(ocmw, basis, tom, lena, as_owner):
    granted = inscribe(ocmw, person(verdict="out_of_reach"))
    proposal = propose(basis, tom, TODAY + 30 * DAY, blocks=["Personalia"])
    with as_owner():
        assert ClientListEntry.objects.filter(inscription=granted).count() == 1
    confirm(proposal, lena)
    with as_owner():
        lines = ClientListEntry.objects.filter(inscription=granted).order_by("counts_from")
        assert [(line.counts_from, line.counts_until, line.verdict) for line in lines] == [
            (granted.valid_from, TODAY + 29 * DAY, "out_of_reach"),
            (TODAY + 30 * DAY, granted.valid_until, None),
        ]
        assert {line.valid_until for line in lines} == {granted.valid_until}
    assert fetch("SELECT verdict FROM persons_clientlistentry", institution=ocmw.pk) == [("out_of_reach",)]
    fetch("SELECT partners_withdraw_version(%s, 'fout')", proposal.pk, **acting(tom))
    with as_owner():
        assert ClientListEntry.objects.get(inscription=granted).version != proposal


def test_the_agency_counts_the_clients_a_version_opens_and_reads_none(ocmw, tom):
    second = institution(kind="ocmw")
    hodan = person()
    for house in (ocmw, second):
        inscribe(house, hodan)
    inscribe(ocmw, person(), valid_until=TOMORROW)
    inscribe(ocmw, person(), valid_until=TODAY)  # over before the version begins
    proposal = propose(Mandate.objects.get(institution_kind="ocmw", capacity="leefloon"), tom)
    counted = fetch("SELECT * FROM persons_count_opened(%s)", proposal.pk, **acting(tom))
    assert counted == [("ocmw", 2, 3)]
