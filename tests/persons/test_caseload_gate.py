"""Whose clients the clients are: the rule, guardian, the list, the counts and raw SQL held against each other."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Mandate, MandateVersion
from partners.periods import today
from partners.services import bind
from persons.models import CaseloadRow, ClientListEntry, Inscription
from persons.services.caseload import count_by_colleague

from ..factories import fetch, institution, insz, member, person
from ..sweeps import examples
from .test_gate import DAY, PERIODS, VERSIONS, _add_versions

pytestmark = pytest.mark.django_db

INSCRIPTION = st.tuples(st.integers(0, 1), st.integers(0, 2), PERIODS, st.sampled_from([False, False, True]))
ROW = st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 2))


@given(
    inscriptions=st.lists(INSCRIPTION, min_size=1, max_size=6),
    rows=st.sets(ROW, max_size=8),
    mandates=st.lists(VERSIONS, min_size=2, max_size=2),
)
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_caseload_is_the_same_for_the_rule_guardian_the_list_and_raw_sql(
    as_owner, inscriptions, rows, mandates
):
    """Two institutions, the same two case workers at both, two clients and a third who waits for the KBI.

    Rows are drawn without regard to inscriptions: those of a client who is none today must count nowhere.
    """
    with transaction.atomic():
        houses = [institution(), institution()]
        people = [person(), person()]
        numbers = [*(each.insz for each in people), insz()]
        colleagues = [member(houses[0]) for _ in range(2)]
        memberships = [colleagues, [member(houses[1], user_=each.user) for each in colleagues]]
        with as_owner():
            bases = [Mandate.objects.create(institution=house, capacity="leefloon") for house in houses]
        for basis, versions in zip(bases, mandates, strict=True):
            _add_versions(basis, versions)
        drawn = _inscribe(as_owner, inscriptions, houses, numbers, people, bases)
        with as_owner():
            confirmed = list(MandateVersion.objects.filter(mandate__in=bases, status="confirmed"))
            CaseloadRow.objects.bulk_create(
                CaseloadRow(institution=houses[house], user=colleagues[who].user, insz=numbers[client])
                for house, who, client in rows
            )
        for place, house in enumerate(houses):
            clients = {
                each.insz for each in drawn if each.institution_id == house.pk and _counts(each, confirmed)
            }
            caseloads = {
                who: {numbers[client] for h, w, client in rows if (h, w) == (place, who)} & clients
                for who in (0, 1)
            }
            for who, acting in enumerate(memberships[place]):
                _compare(acting, people, caseloads[who])
                bind(institution_id=house.pk, user_id=acting.user_id, role=acting.role)
                free = clients - set.union(*caseloads.values())
                expected = {colleagues[each].user_id: len(caseloads[each]) for each in (0, 1)} | {
                    None: len(free)
                }
                assert count_by_colleague() == {key: number for key, number in expected.items() if number}
                unassigned = ClientListEntry.objects.visible_to(acting).without_colleague()
                assert {each.insz for each in unassigned} == free & {each.insz for each in people}
            bind()
        transaction.set_rollback(True)


def _inscribe(as_owner, plan, houses, numbers, people, bases) -> list[Inscription]:
    drawn = []
    with as_owner():
        for number, (house, who, (begin, length), voided) in enumerate(plan):
            try:
                with transaction.atomic():
                    made = Inscription.objects.create(
                        institution=houses[house],
                        insz=numbers[who],
                        person=people[who] if who < len(people) else None,
                        mandate=bases[house],
                        valid_from=today() + begin * DAY,
                        valid_until=today() + (begin + length) * DAY,
                        reason=f"proef {number}",
                        voided_at=timezone.now() if voided else None,
                    )
            except DatabaseError:
                continue  # overlaps one drawn before
            drawn.append(made)
    return drawn


def _counts(inscription: Inscription, confirmed: list[MandateVersion]) -> bool:
    return (
        inscription.voided_at is None
        and inscription.valid_from <= today() <= inscription.valid_until
        and any(
            version.mandate_id == inscription.mandate_id
            and version.valid_from <= today()
            and (version.valid_until is None or version.valid_until >= today())
            for version in confirmed
        )
    )


def _compare(acting, people, numbers: set[str]) -> None:
    """Guardian's checker and list, the client list, and raw SQL name the clients of this caseload with a dossier."""
    by_rule = {each.pk for each in people if each.insz in numbers}
    bound = {"institution": acting.institution_id, "user": acting.user_id, "role": acting.role}
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)
    checker = ObjectPermissionChecker(acting.user)
    assert {each.pk for each in people if checker.has_perm("follow_person", each)} == by_rule
    listed = get_objects_for_user(acting.user, "persons.follow_person", accept_global_perms=False)
    assert set(listed.values_list("pk", flat=True)) == by_rule
    entries = ClientListEntry.objects.visible_to(acting).followed_by(acting.user_id)
    assert {entry.person_id for entry in entries} == by_rule
    raw = fetch("SELECT content_object_id FROM persons_followed WHERE user_id = %s", acting.user_id, **bound)
    assert {pk for (pk,) in raw} == by_rule
    # Neither a privacy officer nor a page without institution sees a mark.
    assert fetch("SELECT 1 FROM persons_followed", **bound | {"role": "privacy_officer"}) == []
    assert fetch("SELECT 1 FROM persons_followed", **bound | {"institution": ""}) == []
