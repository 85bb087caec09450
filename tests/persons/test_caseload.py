"""Caseloads: clients of one institution, in the caseload of colleagues there, for as long as they are clients."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_user

from partners.models import Membership
from partners.periods import today
from partners.services import bind
from persons.models import CaseloadRow, ClientListEntry, HandOver, Inscription, Person
from persons.services.caseload import (
    ReceiverWithoutAccess,
    count_by_colleague,
    hand_over,
    put_in_caseload,
    see_hand_overs,
)
from persons.services.changing import end

from ..factories import inscribe, insz, member, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def as_(membership: Membership) -> None:
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)


def followed(membership: Membership) -> set[int]:
    """The persons that guardian, its list and the client list say this user follows at this institution."""
    as_(membership)
    listed = set(
        get_objects_for_user(membership.user, "persons.follow_person", accept_global_perms=False).values_list(
            "pk", flat=True
        )
    )
    checker = ObjectPermissionChecker(membership.user)
    assert {p.pk for p in Person.objects.all() if checker.has_perm("follow_person", p)} == listed
    entries = ClientListEntry.objects.visible_to(membership).followed_by(membership.user_id)
    assert {entry.person_id for entry in entries} == listed
    return listed


def test_a_client_is_in_the_caseload_of_one_institution_only(ocmw, other_ocmw, case_worker):
    client = person()
    here = inscribe(ocmw, client)
    inscribe(other_ocmw, client)
    there = member(other_ocmw, user_=case_worker.user)
    as_(case_worker)
    assert put_in_caseload([here.public_id]) == {here.public_id: True}
    assert put_in_caseload([here.public_id]) == {here.public_id: False}
    assert followed(case_worker) == {client.pk}
    assert followed(there) == set()
    assert followed(member(ocmw)) == set()
    as_(there)
    assert put_in_caseload([here.public_id]) == {}
    as_(case_worker)
    assert put_in_caseload([here.public_id], on=False) == {here.public_id: True}
    assert followed(case_worker) == set()


def test_a_client_who_waits_is_followed_once_the_dossier_arrives(ocmw, case_worker, as_owner):
    number = insz()
    waiting = inscribe(ocmw, number)
    as_(case_worker)
    assert put_in_caseload([waiting.public_id]) == {waiting.public_id: True}
    assert count_by_colleague() == {case_worker.user_id: 1}
    assert followed(case_worker) == set()
    arrived = person(number=number)
    with as_owner():
        Inscription.objects.filter(pk=waiting.pk).update(person=arrived)  # as the import does
    assert followed(case_worker) == {arrived.pk}


def test_a_client_leaves_every_caseload_with_the_last_inscription(ocmw, case_worker):
    client = person()
    first = inscribe(ocmw, client)
    second = inscribe(ocmw, client, "schuldbemiddeling")
    colleague = member(ocmw)
    for each in (case_worker, colleague):
        as_(each)
        put_in_caseload([first.public_id])
    end(first.public_id, "proef")
    assert CaseloadRow.objects.count() == 2
    end(second.public_id, "proef")
    assert CaseloadRow.objects.count() == 0
    assert count_by_colleague() == {}


def test_an_expired_inscription_counts_nowhere(ocmw, case_worker, as_owner):
    client = inscribe(ocmw, person())
    as_(case_worker)
    put_in_caseload([client.public_id])
    with as_owner():
        Inscription.objects.filter(pk=client.pk).update(
            valid_from=today() - 9 * DAY, valid_until=today() - DAY
        )
        CaseloadRow.objects.create(institution=ocmw, user=case_worker.user, insz=client.insz)
    assert followed(case_worker) == set()
    assert count_by_colleague() == {}
    assert put_in_caseload([client.public_id]) == {}


def test_clients_are_counted_for_each_colleague_and_without_one(ocmw, case_worker):
    clients = [inscribe(ocmw, person()) for _ in range(3)]
    inscribe(ocmw, insz())
    colleague = member(ocmw)
    as_(colleague)
    put_in_caseload([clients[0].public_id])
    as_(case_worker)
    put_in_caseload([client.public_id for client in clients[:2]])
    assert count_by_colleague() == {colleague.user_id: 1, case_worker.user_id: 2, None: 2}


def test_clients_are_handed_over_with_a_notice(ocmw, case_worker):
    kept, given, shared = (inscribe(ocmw, person()) for _ in range(3))
    colleague = member(ocmw)
    as_(colleague)
    put_in_caseload([shared.public_id])
    as_(case_worker)
    put_in_caseload([each.public_id for each in (kept, given, shared)])
    stranger = insz()
    moved = hand_over(
        giver_id=case_worker.user_id,
        receiver_id=colleague.user_id,
        reason="verlof",
        numbers=[given.insz, shared.insz, stranger],
    )
    assert moved == sorted([given.insz, shared.insz])
    assert followed(case_worker) == {kept.person_id}
    assert followed(colleague) == {given.person_id, shared.person_id}
    as_(colleague)
    notice = HandOver.objects.get()
    assert (notice.giver, notice.receiver, notice.made_by, notice.clients, notice.seen_at) == (
        case_worker.user,
        colleague.user,
        case_worker.user,
        2,
        None,
    )
    see_hand_overs(notice.pk)
    notice.refresh_from_db()
    assert notice.seen_at is not None
    as_(case_worker)
    assert (
        hand_over(giver_id=case_worker.user_id, receiver_id=colleague.user_id, reason="x", numbers=[]) == []
    )
    assert HandOver.objects.count() == 1


def test_a_local_administrator_hands_over_for_a_colleague_who_left(
    ocmw, case_worker, local_administrator, as_owner
):
    clients = [inscribe(ocmw, person()) for _ in range(2)]
    as_(case_worker)
    put_in_caseload([client.public_id for client in clients])
    with as_owner():
        Membership.objects.filter(pk=case_worker.pk).update(
            valid_from=today() - 9 * DAY, valid_until=today() - DAY
        )
    colleague = member(ocmw)
    as_(local_administrator)
    moved = hand_over(giver_id=case_worker.user_id, receiver_id=colleague.user_id, reason="vertrek")
    assert moved == sorted(client.insz for client in clients)
    assert count_by_colleague() == {colleague.user_id: 2}
    assert HandOver.objects.get().made_by == local_administrator.user


def test_who_may_not_hand_over_gets_an_error(
    ocmw, other_ocmw, case_worker, privacy_officer, local_administrator
):
    client = inscribe(ocmw, person())
    colleague, stranger = member(ocmw), member(other_ocmw)
    as_(case_worker)
    put_in_caseload([client.public_id])
    attempts = [
        (colleague, case_worker, colleague, "x"),  # another's clients
        (privacy_officer, case_worker, colleague, "x"),
        (stranger, case_worker, colleague, "x"),
        (case_worker, case_worker, colleague, " "),
    ]
    for by, giver, receiver, reason in attempts:
        bind(institution_id=ocmw.pk, user_id=by.user_id, role=by.role)
        with pytest.raises(DatabaseError), transaction.atomic():
            hand_over(giver_id=giver.user_id, receiver_id=receiver.user_id, reason=reason)
    for by, receiver in [
        (case_worker, stranger),
        (case_worker, case_worker),
        (local_administrator, local_administrator),
    ]:
        bind(institution_id=ocmw.pk, user_id=by.user_id, role=by.role)
        with pytest.raises(ReceiverWithoutAccess):
            hand_over(giver_id=case_worker.user_id, receiver_id=receiver.user_id, reason="x")
    assert followed(case_worker) == {client.person_id}


def test_a_notice_is_seen_by_its_receiver_only(ocmw, case_worker):
    client = inscribe(ocmw, person())
    colleague = member(ocmw)
    as_(case_worker)
    put_in_caseload([client.public_id])
    hand_over(giver_id=case_worker.user_id, receiver_id=colleague.user_id, reason="verlof")
    notice = HandOver.objects.get()
    see_hand_overs(notice.pk)
    notice.refresh_from_db()
    assert notice.seen_at is None
    as_(member(ocmw))
    assert not HandOver.objects.exists()
    assert timezone.now() > notice.made_at
