"""The nightly command deletes the rows that are past their term, and no others."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from caseload.services.following import follow
from partners.models import FailedSignIns, User
from partners.periods import today
from partners.services import bind
from persons.models import Inscription, PersonUserObjectPermission

from ..factories import inscribe, institution, member, person

pytestmark = pytest.mark.django_db


def clean_up(as_owner) -> str:
    output = StringIO()
    with as_owner():
        call_command("clean_up", stdout=output)
    return output.getvalue()


def follows(membership, inscription) -> None:
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)
    follow(inscription_id=inscription.public_id, acting=membership)
    bind()


def marks(as_owner) -> set[tuple[int, int]]:
    with as_owner():
        return set(PersonUserObjectPermission.objects.values_list("user_id", "content_object_id"))


def ended(as_owner, inscription, days: int) -> None:
    with as_owner():
        Inscription.objects.filter(pk=inscription.pk).update(
            valid_from=today() - datetime.timedelta(days=200),
            valid_until=today() - datetime.timedelta(days=days),
        )


@pytest.mark.parametrize(("days", "goes"), [(30, False), (31, True)])
def test_a_mark_goes_a_month_after_the_inscription_ended(ocmw, case_worker, as_owner, days, goes):
    current, former = (inscribe(ocmw, person()) for _ in range(2))
    for inscription in (current, former):
        follows(case_worker, inscription)
    ended(as_owner, former, days)
    before = marks(as_owner)
    assert f"{int(goes)} marks on former clients" in clean_up(as_owner)
    assert before - marks(as_owner) == ({(case_worker.user_id, former.person_id)} if goes else set())
    assert "0 marks" in clean_up(as_owner)


def test_a_mark_goes_when_the_user_works_there_no_more(ocmw, other_ocmw, case_worker, as_owner):
    client = person()
    follows(case_worker, inscribe(ocmw, client))
    inscribe(other_ocmw, client)
    elsewhere = member(other_ocmw, user_=case_worker.user)
    with as_owner():
        type(case_worker).objects.filter(pk=case_worker.pk).update(
            valid_until=today() - datetime.timedelta(days=1)
        )
    assert "0 marks" in clean_up(as_owner)  # a client at the institution where the user works now
    with as_owner():
        type(elsewhere).objects.filter(pk=elsewhere.pk).update(
            valid_from=today() - datetime.timedelta(days=9), valid_until=today() - datetime.timedelta(days=1)
        )
    assert "1 marks" in clean_up(as_owner)
    assert marks(as_owner) == set()


def test_ended_sessions_expired_counters_and_old_history_go(case_worker, as_owner, sign_in):
    sign_in(case_worker.user)
    now = timezone.now()
    with as_owner():
        Session.objects.create(
            session_key="a" * 32, session_data="", expire_date=now - datetime.timedelta(minutes=1)
        )
        cache.set("counts.still", 1, 600)
        cache.set("counted", 1, 600)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE kbi_portal_cache SET expires = now() - interval '1 minute' WHERE cache_key LIKE '%counted'"
            )
        for years in (9, 11):
            LogEntry.objects.create(
                user_id=case_worker.user_id,
                content_type=ContentType.objects.get_for_model(User),
                object_id="1",
                object_repr="x",
                action_flag=CHANGE,
                action_time=now - datetime.timedelta(days=365 * years),
            )
    assert "1 lines of history" in clean_up(as_owner)
    with as_owner(), connection.cursor() as cursor:
        assert Session.objects.count() == 1
        assert not Session.objects.filter(session_key="a" * 32).exists()
        assert LogEntry.objects.count() == 1
        cursor.execute("SELECT cache_key FROM kbi_portal_cache WHERE cache_key LIKE '%count%'")
        assert [key for (key,) in cursor.fetchall()] == [":1:counts.still"]


def test_counts_of_wrong_passwords_go_after_a_day(as_owner):
    now = timezone.now()
    for email, hours in [("oud@partner.example", 25), ("nieuw@partner.example", 23)]:
        moment = now - datetime.timedelta(hours=hours)
        FailedSignIns.objects.create(email=email, kind="all", since=moment, last_at=moment, until=moment)
    clean_up(as_owner)
    assert [count.email for count in FailedSignIns.objects.all()] == ["nieuw@partner.example"]


def test_it_suspends_accounts_that_no_one_uses(as_owner):
    unused, used = member(institution()), member(institution())
    then = timezone.now() - datetime.timedelta(days=181)
    with as_owner():
        User.objects.filter(pk=unused.user_id).update(date_joined=then)
        User.objects.filter(pk=used.user_id).update(date_joined=then, last_login=timezone.now())
    assert "1 unused accounts suspended." in clean_up(as_owner)
    assert list(User.objects.filter(is_active=False)) == [unused.user]
