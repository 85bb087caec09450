"""A signal reaches the privacy officers of its institution once, by mail with a reference only, and no one else."""

from __future__ import annotations

import datetime
import smtplib
import uuid

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from partners.enums import Role
from partners.models import Membership, Signal
from partners.services import working_for
from partners.signals import TRIED, NotHandled, SignalKind, count_open, deliver, handle, raise_signal
from partners.tasks import TaskFailed

from .. import factories
from ..factories import fetch, member, succeed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mailing(settings):
    """The portal has a mail server; the worker runs when a test says so."""
    settings.KBI_SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "portaal@agentschap.example"


def raised(acting: Membership, kind: SignalKind = SignalKind.ESCAPE, look: uuid.UUID | None = None) -> Signal:
    """Raise a signal about the user of `acting`, and return the newest one."""
    with working_for(acting.institution, acting.user, acting.role):
        raise_signal(kind, look=look)
    return signals()[-1]


def signals() -> list[Signal]:
    with factories.owner():
        return list(Signal.objects.order_by("pk"))


def change(signal: Signal, **values: object) -> None:
    with factories.owner():
        Signal.objects.filter(pk=signal.pk).update(**values)


def mail_tasks() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(task_path="partners.signals.deliver").order_by("enqueued_at"))


def handled_by(acting: Membership, reference: str) -> None:
    with working_for(acting.institution, acting.user, acting.role):
        handle(reference)


def test_the_mail_has_a_reference_and_a_link_and_nothing_about_anyone(case_worker, privacy_officer):
    signal = raised(case_worker, look=uuid.uuid4())
    [task] = mail_tasks()
    assert task.args_kwargs == {"args": [case_worker.institution_id], "kwargs": {}}
    deliver.func(case_worker.institution_id)
    [message] = mail.outbox
    assert (message.to, message.from_email) == ([privacy_officer.user.email], "portaal@agentschap.example")
    assert signal.reference in message.subject
    assert signal.reference in message.body
    assert "http://127.0.0.1:8000/ocmw-proefstad/inzages/" in message.body
    assert "nieuw signaal" in message.body
    assert "new signal" in message.body
    for secret in (case_worker.user.last_name, case_worker.user.email, "noodinzage", str(signal.look)):
        assert secret not in message.subject + message.body


def test_all_officers_in_force_get_it_and_no_other_member(case_worker, privacy_officer, ocmw, other_ocmw):
    second = member(ocmw, Role.PRIVACY_OFFICER)
    member(ocmw, Role.PRIVACY_OFFICER, ended=True)
    member(ocmw, Role.LOCAL_ADMINISTRATOR)
    member(other_ocmw, Role.PRIVACY_OFFICER)
    raised(case_worker)
    deliver.func(ocmw.pk)
    [message] = mail.outbox
    assert sorted(message.to) == sorted([privacy_officer.user.email, second.user.email])


def test_nothing_is_mailed_twice(case_worker, privacy_officer):
    raised(case_worker)
    for _time in range(2):
        deliver.func(case_worker.institution_id)
    assert len(mail.outbox) == 1
    assert signals()[0].mailed_at is not None


def test_a_mail_that_the_server_refuses_is_tried_again_later(case_worker, privacy_officer, monkeypatch):
    signal = raised(case_worker)
    change(signal, raised_at=timezone.now() - datetime.timedelta(hours=2))

    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(TaskFailed, match=r"^SMTPServerDisconnected at "):
            deliver.func(case_worker.institution_id)
    assert signals()[0].mailed_at is None
    again = mail_tasks()[-1]
    wait = again.run_after - timezone.now()
    minute = datetime.timedelta(minutes=1)
    assert abs(wait - datetime.timedelta(hours=2)) < minute
    deliver.func(*again.args_kwargs["args"])
    assert len(mail.outbox) == 1


def test_a_signal_of_more_than_three_days_is_not_mailed_any_more(case_worker, privacy_officer):
    change(raised(case_worker), raised_at=timezone.now() - TRIED - datetime.timedelta(minutes=1))
    deliver.func(case_worker.institution_id)
    assert mail.outbox == []


def test_without_a_mail_server_it_waits_on_the_desk_only(case_worker, privacy_officer, settings):
    settings.KBI_SENDS_MAIL = False
    raised(case_worker)
    assert (len(signals()), mail_tasks()) == (1, [])


def test_the_same_within_an_hour_is_one_signal_that_counts(case_worker, ocmw):
    for _time in range(50):
        raised(case_worker, SignalKind.REFUSALS)
    [signal] = signals()
    assert (signal.times, len(mail_tasks())) == (50, 1)
    raised(case_worker, SignalKind.LIMIT)
    raised(member(ocmw), SignalKind.REFUSALS)
    assert [each.times for each in signals()] == [50, 1, 1]
    change(signal, raised_at=timezone.now() - datetime.timedelta(minutes=61))
    assert raised(case_worker, SignalKind.REFUSALS).times == 1
    assert len(signals()) == 4


def test_each_escape_is_a_signal_of_its_own(case_worker):
    for _time in range(3):
        raised(case_worker, SignalKind.ESCAPE)
    assert [signal.times for signal in signals()] == [1, 1, 1]


def test_after_it_was_handled_the_same_is_a_new_signal(case_worker, privacy_officer):
    handled_by(privacy_officer, raised(case_worker).reference)
    raised(case_worker)
    first, second = signals()
    assert (first.handled_by_id, first.handled_at is not None) == (privacy_officer.user_id, True)
    assert (second.handled_by_id, second.times) == (None, 1)
    assert first.reference != second.reference


@pytest.mark.parametrize(
    ("name", "code"),
    [("other", "not_found"), ("again", "not_open"), ("own", "own"), ("unknown", "not_found")],
)
def test_a_signal_that_is_not_theirs_to_handle_stays(name, code, case_worker, privacy_officer, other_ocmw):
    about = privacy_officer if name == "own" else case_worker
    signal = raised(about)
    acting = member(other_ocmw, Role.PRIVACY_OFFICER) if name == "other" else privacy_officer
    if name == "again":
        handled_by(privacy_officer, signal.reference)
    before = signals()[0].handled_at
    with pytest.raises(NotHandled) as refused:
        handled_by(acting, "S-00000000" if name == "unknown" else signal.reference)
    assert refused.value.code == code
    assert refused.value.words
    assert signals()[0].handled_at == before


def test_only_officers_of_the_institution_read_it(case_worker, privacy_officer, other_ocmw, ocmw):
    raised(case_worker)
    readers = {
        "officer": privacy_officer,
        "case worker": case_worker,
        "administrator": member(ocmw, Role.LOCAL_ADMINISTRATOR),
        "elsewhere": member(other_ocmw, Role.PRIVACY_OFFICER),
    }
    seen = {}
    for name, acting in readers.items():
        with working_for(acting.institution, acting.user, acting.role):
            seen[name] = (Signal.objects.count(), count_open(acting))
    assert seen == {"officer": (1, 1), "case worker": (0, 0), "administrator": (0, 0), "elsewhere": (0, 0)}
    assert fetch("SELECT count(*) FROM partners_signal", scope="agency") == [(0,)]


def test_the_officer_of_a_successor_reads_and_handles_it(case_worker, other_ocmw):
    signal = raised(case_worker)
    succeed("ocmw-proefstad", other_ocmw.slug)
    officer = member(other_ocmw, Role.PRIVACY_OFFICER)
    with working_for(other_ocmw, officer.user, officer.role):
        assert [each.reference for each in Signal.objects.all()] == [signal.reference]
    handled_by(officer, signal.reference)
    assert signals()[0].handled_by_id == officer.user_id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners_signal SET handled_at = now()",
        "DELETE FROM partners_signal",
        "INSERT INTO partners_signal SELECT * FROM partners_signal",
        "SELECT partners_signal_about(1, 1, 'escape', NULL)",
    ],
)
def test_the_web_role_writes_it_through_functions_only(statement, case_worker, privacy_officer):
    raised(case_worker)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(
            statement,
            institution=privacy_officer.institution_id,
            user=privacy_officer.user_id,
            role=privacy_officer.role,
        )


def test_not_even_the_owner_deletes_one(case_worker):
    raised(case_worker)
    with (
        factories.owner(),
        pytest.raises(DatabaseError, match="kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM partners_signal")
