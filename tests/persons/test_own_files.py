"""The number of an account that is that of a client counts for its owner at once, and for others once it is right."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from partners.clearing import confirm_clearing
from partners.enums import SignalKind
from partners.models import Membership, NumberClearing, OwnNumber, Signal
from partners.periods import today
from partners.services import bind
from persons.models import OwnFileReport, Person
from persons.services.door import Refused, consult
from persons.services.ownnumbers import NotAnswered, answer, enter

from .. import factories
from ..factories import agency_administrator, enter_number, fetch, inscribe, insz, member, person, shield

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def bind_to(acting: Membership) -> None:
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)


def rule_for(granted, acting: Membership) -> str:
    """The rule that keeps a file closed; "" when it opens."""
    bind_to(acting)
    try:
        consult(inscription_id=granted.public_id, acting=acting)
    except Refused as error:
        return str(error.rule)
    return ""


def reports() -> list[OwnFileReport]:
    with factories.owner():
        return list(OwnFileReport.objects.order_by("pk"))


@pytest.fixture
def colleague(ocmw) -> Membership:
    return member(ocmw)


def test_a_number_hides_a_client_from_colleagues_only_once_it_is_right(
    ocmw, case_worker, colleague, privacy_officer
):
    granted = inscribe(ocmw, person())
    enter_number(colleague.user, granted.insz, is_right=False)
    assert rule_for(granted, colleague) == "own_file"
    assert rule_for(granted, case_worker) == ""
    [report] = reports()
    bind_to(privacy_officer)
    answer(report.pk, is_right=True)
    assert rule_for(granted, case_worker) == "colleague"
    [report] = reports()
    assert (report.answer, report.answered_by) == ("right", privacy_officer.user)
    bind_to(privacy_officer)
    with pytest.raises(NotAnswered, match="not_open"):
        answer(report.pk, is_right=False, reason="Vergissing")


def test_a_wrong_number_is_cleared_by_the_privacy_officer_and_an_administrator(
    ocmw, case_worker, colleague, privacy_officer
):
    granted = inscribe(ocmw, person())
    enter_number(colleague.user, granted.insz, is_right=False)
    [report] = reports()
    bind_to(privacy_officer)
    with pytest.raises(NotAnswered, match="no_reason"):
        answer(report.pk, is_right=False, reason=" ")
    answer(report.pk, is_right=False, reason="Nummer van een cliënt")
    assert rule_for(granted, case_worker) == ""
    with factories.owner():
        [asked] = NumberClearing.objects.all()
    assert (asked.user, asked.asked_by, asked.reason) == (
        colleague.user,
        privacy_officer.user,
        "Nummer van een cliënt",
    )
    assert rule_for(granted, colleague) == "own_file"
    bind(user_id=agency_administrator().pk, scope="agency")
    confirm_clearing(asked.pk)
    assert not OwnNumber.objects.values_list("user_id").exists()
    assert rule_for(granted, colleague) == ""


def test_only_a_privacy_officer_there_answers_and_not_about_themselves(ocmw, other_ocmw, colleague):
    number = inscribe(ocmw, person()).insz
    member(ocmw, "privacy_officer", user_=colleague.user)
    enter_number(colleague.user, number, is_right=False)
    [report] = reports()
    bind(institution_id=ocmw.pk, user_id=colleague.user_id, role="privacy_officer")
    with pytest.raises(NotAnswered, match="own"):
        answer(report.pk, is_right=True)
    bind_to(member(other_ocmw, "privacy_officer"))
    with pytest.raises(NotAnswered, match="not_open"):
        answer(report.pk, is_right=True)
    bind_to(colleague)
    with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
        answer(report.pk, is_right=True)


def test_a_cleared_number_is_no_question_any_more(ocmw, colleague, privacy_officer, as_owner):
    enter_number(colleague.user, inscribe(ocmw, person()).insz, is_right=False)
    [report] = reports()
    with as_owner():
        OwnNumber.objects.filter(user=colleague.user).delete()
    bind_to(privacy_officer)
    with pytest.raises(NotAnswered, match="not_open"):
        answer(report.pk, is_right=True)


def test_each_institution_is_asked_for_itself(ocmw, other_ocmw, case_worker, privacy_officer, colleague):
    member(other_ocmw, user_=colleague.user)
    here, there = inscribe(ocmw, client := person()), inscribe(other_ocmw, client)
    enter_number(colleague.user, client.insz, is_right=False)
    assert {report.institution_id for report in reports()} == {ocmw.pk, other_ocmw.pk}
    bind_to(privacy_officer)
    answer(next(each.pk for each in reports() if each.institution_id == ocmw.pk), is_right=True)
    assert rule_for(here, case_worker) == "colleague"
    assert rule_for(there, member(other_ocmw)) == ""


def test_an_account_that_was_there_before_the_client_waits_for_no_one(ocmw, case_worker, colleague):
    number = insz()
    enter_number(colleague.user, number, is_right=False)
    granted = inscribe(ocmw, person(number=number))
    assert reports() == []
    assert rule_for(granted, case_worker) == "colleague"


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_client_to_come_counts_and_a_former_one_does_not(ocmw, colleague, shift):
    first = today() + shift * DAY if shift > 0 else today() - 100 * DAY
    granted = inscribe(ocmw, insz(), valid_from=first, valid_until=first + 50 * DAY)
    enter_number(colleague.user, granted.insz, is_right=False)
    assert len(reports()) == (1 if shift > 0 else 0)


def test_another_number_of_the_same_person_is_reported_too(ocmw, case_worker, colleague, as_owner):
    old, new = person(), person()
    with as_owner():
        Person.objects.filter(pk__in=[old.pk, new.pk]).update(unique_number="U-7")
    granted = inscribe(ocmw, new)
    enter_number(colleague.user, old.insz, is_right=False)
    assert len(reports()) == 1
    assert rule_for(granted, case_worker) == ""


def test_a_number_entered_elsewhere_is_reported_when_the_access_comes(ocmw, other_ocmw, case_worker):
    """Else it would be enough to enter the number before one works there."""
    granted = inscribe(ocmw, person())
    account = member(other_ocmw).user
    enter_number(account, granted.insz, is_right=False)
    assert reports() == []
    member(ocmw, user_=account)
    assert [(each.user, each.institution) for each in reports()] == [(account, ocmw)]
    assert rule_for(granted, case_worker) == ""
    # A further role asks nothing again.
    member(ocmw, "local_administrator", user_=account)
    assert len(reports()) == 1


def test_a_colleague_who_became_a_client_is_not_asked_about_at_the_next_role(ocmw, case_worker, colleague):
    number = insz()
    enter_number(colleague.user, number, is_right=False)
    granted = inscribe(ocmw, person(number=number))
    member(ocmw, "local_administrator", user_=colleague.user)
    assert reports() == []
    assert rule_for(granted, case_worker) == "colleague"


def test_a_report_is_a_signal_without_a_number(ocmw, colleague, privacy_officer):
    number = inscribe(ocmw, insz()).insz
    bind_to(colleague)
    assert enter(number)
    bind_to(privacy_officer)
    [signal] = Signal.objects.all()
    assert (signal.kind, signal.user, signal.institution) == (
        SignalKind.OWN_FILE_REPORT,
        colleague.user,
        ocmw,
    )
    with factories.owner():
        assert number not in str([vars(each) for each in (*reports(), signal)])


def test_a_report_is_never_deleted(ocmw, colleague, as_owner):
    enter_number(colleague.user, inscribe(ocmw, insz()).insz)
    with as_owner(), pytest.raises(DatabaseError), transaction.atomic():
        OwnFileReport.objects.all().delete()


# -- what is bound of the rules


def test_a_request_binds_only_who_its_pages_could_name(ocmw, case_worker):
    known, unknown = inscribe(ocmw, person()), insz()
    shield(known.insz)
    shield(unknown)
    bind_to(case_worker)
    with transaction.atomic():
        here = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
        assert fetch("SELECT app_hidden_numbers()", **here) == [([known.insz],)]
        assert fetch("SELECT app_hidden()", **here) == [([known.pk],)]
        facts = fetch("SELECT asked FROM persons_rule_facts(ARRAY[%s], NULL, NULL)", unknown, **here)
        assert facts == [(unknown,)]


def test_a_shield_by_the_agency_goes_with_the_person_to_a_number_that_is_registered_here(
    ocmw, case_worker, as_owner
):
    old, new = person(), person()
    with as_owner():
        Person.objects.filter(pk__in=[old.pk, new.pk]).update(unique_number="U-8")
    shield(old.insz)
    assert rule_for(inscribe(ocmw, new), case_worker) == "shielded"


def test_what_a_transaction_changes_counts_in_it_at_once(ocmw, case_worker, as_owner):
    granted = inscribe(ocmw, person())
    here = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    bind_to(case_worker)
    assert fetch("SELECT 1 FROM persons_person", **here) == [(1,)]
    bind_to(case_worker)
    made = shield(granted.insz, ocmw)
    assert fetch("SELECT 1 FROM persons_person", **here) == []
    with as_owner():
        made.ended_at, made.end_reason = timezone.now(), "proef"
        made.save(update_fields=["ended_at", "end_reason"])
    assert fetch("SELECT 1 FROM persons_person", **here) == [(1,)]
    bind()
