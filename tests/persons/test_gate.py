"""Who may see whom: four answers held against each other, and what the database says by itself."""

from __future__ import annotations

import contextlib
import datetime
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_group, get_objects_for_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Mandate, MandateVersion, Membership
from partners.periods import today
from partners.services import bind
from persons.models import ClientListEntry, Inscription, NameWord
from tests.sweeps import examples

from ..factories import (
    end,
    fetch,
    inscribe,
    institution,
    mandate,
    member,
    person,
    version,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def seen_by_gate(acting: Membership) -> set[int]:
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)
    seen = set(Inscription.objects.visible_to(acting).values_list("person_id", flat=True))
    assert seen == set(ClientListEntry.objects.visible_to(acting).values_list("person_id", flat=True))
    bind()
    return seen


def test_a_person_is_seen_while_an_inscription_covers_today(case_worker, ocmw):
    hodan = person()
    assert seen_by_gate(case_worker) == set()
    inscribe(ocmw, hodan)
    assert seen_by_gate(case_worker) == {hodan.pk}


@pytest.mark.parametrize(("ended", "seen"), [(-1, False), (0, True)])
def test_an_institution_sees_its_clients_up_to_its_last_day(case_worker, ocmw, as_owner, ended, seen):
    hodan = person()
    inscribe(ocmw, hodan)
    ocmw.ended_on = case_worker.institution.ended_on = today() + ended * DAY
    with as_owner():
        ocmw.save(update_fields=["ended_on"])
    assert (seen_by_gate(case_worker) == {hodan.pk}) is seen
    for table in ("persons_inscription_in_force", "persons_clientlistentry"):
        rows = fetch(f"SELECT person_id FROM {table}", institution=ocmw.pk, role="case_worker")
        assert rows == [(hodan.pk,)] * seen, table


@pytest.mark.parametrize(
    ("first", "last", "seen"),
    [(-10, 0, True), (0, 10, True), (-10, -1, False), (1, 10, False), (0, 0, True)],
)
def test_the_first_and_the_last_day_count(case_worker, ocmw, first, last, seen):
    hodan = person()
    inscribe(ocmw, hodan, valid_from=today() + first * DAY, valid_until=today() + last * DAY)
    assert (seen_by_gate(case_worker) == {hodan.pk}) is seen


def test_another_institution_sees_nothing(outsider, ocmw):
    inscribe(ocmw, person())
    assert seen_by_gate(outsider) == set()


def test_an_ended_version_closes_its_inscriptions_at_once(case_worker, ocmw):
    basis = mandate(ocmw)
    inscribe(ocmw, person())
    assert seen_by_gate(case_worker)
    end(basis.versions.get(), today() - DAY)
    assert seen_by_gate(case_worker) == set()


def test_a_closed_account_sees_nobody(case_worker, ocmw, as_owner):
    inscribe(ocmw, person())
    with as_owner():
        case_worker.user.is_active = False
        case_worker.user.save()
    assert seen_by_gate(case_worker) == set()


def test_an_ended_membership_sees_nobody(former_case_worker, ocmw):
    inscribe(ocmw, person())
    assert seen_by_gate(former_case_worker) == set()


def test_an_inactive_institution_sees_nobody(case_worker, ocmw, as_owner):
    inscribe(ocmw, person())
    with as_owner():
        ocmw.active = False
        ocmw.save()
    case_worker.refresh_from_db()
    assert seen_by_gate(case_worker) == set()
    assert fetch("SELECT count(*) FROM persons_person", institution=ocmw.pk) == [(0,)]
    assert fetch("SELECT count(*) FROM persons_clientlistentry", institution=ocmw.pk) == [(0,)]


@pytest.mark.parametrize("role", ["local_administrator", "privacy_officer"])
def test_only_case_workers_open_files(ocmw, role):
    inscribe(ocmw, person())
    assert seen_by_gate(member(ocmw, role)) == set()


def test_nobody_without_acting_sees_anybody(ocmw):
    inscribe(ocmw, person())
    assert not Inscription.objects.visible_to(None).exists()
    assert not ClientListEntry.objects.visible_to(None).exists()


@pytest.mark.parametrize("right", ["is_superuser", "is_staff"])
def test_staff_and_superusers_see_nobody_even_as_members(ocmw, as_owner, right):
    inscribe(ocmw, person())
    acting = member(ocmw)
    assert seen_by_gate(acting)
    with as_owner():
        setattr(acting.user, right, True)
        acting.user.save()
    assert seen_by_gate(acting) == set()
    assert not get_objects_for_user(
        acting.user, "persons.view_person", accept_global_perms=False, with_superuser=False
    ).exists()


def test_a_model_wide_permission_opens_no_file(case_worker, ocmw, as_owner):
    from django.contrib.auth.models import Permission

    person()
    with as_owner():
        ocmw.group.permissions.add(Permission.objects.get(codename="view_person"))
        case_worker.user.groups.add(ocmw.group)
    assert seen_by_gate(case_worker) == set()


def test_an_inscription_waits_for_the_dossier_and_answers_the_same(case_worker, ocmw, as_owner):
    from ..factories import insz

    number = insz()
    waiting = inscribe(ocmw, number)
    assert waiting.person is None
    assert seen_by_gate(case_worker) == set()
    hodan = person(number=number)
    with as_owner():
        Inscription.objects.filter(pk=waiting.pk).update(person=hodan)
    assert seen_by_gate(case_worker) == {hodan.pk}


def test_two_inscriptions_cannot_overlap(ocmw, case_worker):
    from persons.services.registering import Row, register

    hodan = person()
    inscribe(ocmw, hodan, valid_from=today(), valid_until=today() + 30 * DAY)
    bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role="case_worker")
    start, end = today() + 30 * DAY, today() + 60 * DAY
    assert (
        register(institution=ocmw, rows=[Row(1, hodan.insz, "leefloon", start, end, "x")])[0][1] == "overlaps"
    )
    after = start + DAY
    assert (
        register(institution=ocmw, rows=[Row(1, hodan.insz, "leefloon", after, end, "x")])[0][1]
        == "registered"
    )
    same = register(institution=ocmw, rows=[Row(1, hodan.insz, "leefloon", after, end, "x")])
    assert same[0][1] == "exists"


def test_the_owner_too_is_stopped_by_the_overlap_constraint(ocmw, as_owner):
    granted = inscribe(ocmw, person())
    with as_owner(), pytest.raises(DatabaseError), transaction.atomic():
        Inscription.objects.create(
            institution=ocmw,
            insz=granted.insz,
            person=granted.person,
            mandate=granted.mandate,
            valid_from=granted.valid_until,
            valid_until=granted.valid_until + DAY,
            reason="x",
        )


def test_one_registers_for_the_bound_institution_only(ocmw, other_ocmw):
    from persons.services.registering import Row, register

    row = Row(1, person().insz, "leefloon", today(), today(), "x")
    for bound in (None, other_ocmw.pk):
        bind(institution_id=bound)
        with pytest.raises(DatabaseError, match="bound institution"), transaction.atomic():
            register(institution=ocmw, rows=[row])


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"reason": " "}, "no_reason"),
        ({"capacity": "sociale_huurder"}, "no_mandate"),
        ({"valid_until": today() - 60 * DAY}, "period_reversed"),
        ({"valid_until": today() + 5000 * DAY}, "period_too_long"),
        ({"valid_from": datetime.date(2014, 12, 31), "valid_until": None}, "no_mandate"),
    ],
)
def test_registering_refuses(ocmw, case_worker, changes, outcome):
    from persons.services.registering import Row, register

    fields = {
        "line": 1,
        "insz": person().insz,
        "capacity": "leefloon",
        "valid_from": today(),
        "valid_until": today() + DAY,
        "reason": "proef",
    }
    bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role="case_worker")
    assert register(institution=ocmw, rows=[Row(**fields | changes)])[0][1] == outcome


PERIODS = st.tuples(st.integers(-40, 40), st.integers(0, 40))
# First day, length (None: no end) and status of the versions of a mandate: before, after, with gaps, not confirmed. One
# that is "ended" was confirmed, and its end was brought forward to yesterday.
VERSIONS = st.lists(
    st.tuples(
        st.integers(-40, 40),
        st.one_of(st.none(), st.integers(0, 40)),
        st.sampled_from(["confirmed", "confirmed", "confirmed", "ended", "proposed", "withdrawn"]),
    ),
    max_size=4,
)


@given(
    plan=st.lists(
        st.tuples(
            st.integers(0, 1),
            st.integers(0, 2),
            st.integers(0, 1),
            PERIODS,
            st.sampled_from([False, False, True]),
        ),
        min_size=1,
        max_size=6,
    ),
    mandates=st.lists(VERSIONS, min_size=2, max_size=2),
)
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_four_answers_agree(as_owner, plan, mandates):
    """The gate, `has_perm`, guardian's list and raw SQL as the web role name the same persons."""
    with transaction.atomic():
        houses = [institution(), institution()]
        people = [person(), person(), person()]
        with as_owner():
            bases = [Mandate.objects.create(institution=house, capacity="leefloon") for house in houses]
        # Half of the versions come after the inscriptions, so that their list lines are written either way.
        for basis, versions in zip(bases, mandates, strict=True):
            _add_versions(basis, versions[::2])
        with as_owner():
            for number, (house, who, basis, (begin, length), voided) in enumerate(plan):
                with_basis = bases[basis]
                try:
                    with transaction.atomic():
                        Inscription.objects.create(
                            institution=houses[house],
                            insz=people[who].insz,
                            person=people[who],
                            mandate=with_basis,
                            valid_from=today() + begin * DAY,
                            valid_until=today() + (begin + length) * DAY,
                            reason=f"proef {number}",
                            voided_at=timezone.now() if voided else None,
                        )
                except DatabaseError:
                    continue  # overlaps one drawn before
        for basis, versions in zip(bases, mandates, strict=True):
            _add_versions(basis, versions[1::2])
        with as_owner():
            confirmed = list(MandateVersion.objects.filter(mandate__in=bases, status="confirmed"))
        for house in houses:
            acting = member(house)
            by_rule = {
                i.person_id
                for i in _all_inscriptions(as_owner)
                if i.institution_id == house.pk
                and i.voided_at is None
                and i.valid_from <= today() <= i.valid_until
                and any(
                    version.mandate_id == i.mandate_id
                    and version.valid_from <= today()
                    and (version.valid_until is None or version.valid_until >= today())
                    for version in confirmed
                )
            }
            assert seen_by_gate(acting) == by_rule
            bind(institution_id=house.pk, user_id=acting.user_id)
            checker = ObjectPermissionChecker(house.group)
            assert {p.pk for p in people if checker.has_perm("view_person", p)} == by_rule
            listed = get_objects_for_group(
                house.group, "persons.view_person", any_perm=True, accept_global_perms=False
            )
            assert set(listed.values_list("pk", flat=True)) == by_rule
            bind()
            raw = fetch("SELECT id FROM persons_person", institution=house.pk)
            assert {pk for (pk,) in raw} == by_rule
        transaction.set_rollback(True)


def _add_versions(basis, versions):
    for begin, length, status in versions:
        first = today() + begin * DAY
        last = None if length is None else first + length * DAY
        # A version that shares a day with one drawn before is left out, and so is a second proposal.
        with contextlib.suppress(DatabaseError), transaction.atomic():
            made = version(
                basis,
                status="confirmed" if status == "ended" else status,
                valid_from=first,
                valid_until=last,
            )
            if status == "ended":
                end(made, today() - DAY)


def _all_inscriptions(as_owner):
    with as_owner():
        return list(Inscription.objects.select_related("mandate"))


def test_the_client_list_comes_from_an_index(ocmw, as_owner):
    """The page starts from the institution's own lines in their order; nothing is sorted, nobody else's is read."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        # In an empty table this index costs as little as the other one.
        cursor.execute("ALTER TABLE persons_nameword DROP CONSTRAINT persons_nameword_pkey")
    acting = member(ocmw)
    bind(institution_id=ocmw.pk)
    plan = ClientListEntry.objects.visible_to(acting)[:51].explain()
    assert "client_list_by_name" in plan
    assert "Sort" not in plan
    words = NameWord.objects.starting_with("ka").explain()
    assert re.search(r"Index Cond: .*institution_id = .*word.* >= 'ka'", words)
    birth = ClientListEntry.objects.visible_to(acting).born("1986-03-12").order_by("birth_date").explain()
    assert "client_list_by_birth" in birth
