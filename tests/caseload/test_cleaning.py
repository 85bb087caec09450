"""The nightly command deletes the rows that are past their term, and no others."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from caseload.services import cleaning
from caseload.services.following import follow
from partners.models import FailedSignIns, Invitation, User
from partners.periods import today
from partners.resets import reset_link
from partners.rights import is_unused
from partners.services import bind
from persons.models import CaseloadRow, Change, Escape, EscapeReview, Inscription, Standing

from ..factories import (
    PASSWORD,
    escape,
    fetch,
    inscribe,
    institution,
    insz,
    invitation,
    mandate,
    member,
    person,
)

pytestmark = pytest.mark.django_db


def clean_up(as_owner) -> str:
    output = StringIO()
    with as_owner():
        call_command("clean_up", stdout=output)
    return output.getvalue()


def follows(membership, inscription) -> None:
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)
    follow([inscription.public_id], acting=membership)
    bind()


def rows(as_owner) -> set[tuple[int, str]]:
    with as_owner():
        return set(CaseloadRow.objects.values_list("user_id", "insz"))


def ended(as_owner, inscription, days: int) -> None:
    with as_owner():
        Inscription.objects.filter(pk=inscription.pk).update(
            valid_from=today() - datetime.timedelta(days=200),
            valid_until=today() - datetime.timedelta(days=days),
        )


def test_a_row_of_an_expired_inscription_goes_and_one_of_a_colleague_who_left_stays(
    ocmw, case_worker, as_owner
):
    """A local administrator gives the clients of somebody who left to a colleague."""
    current, former = (inscribe(ocmw, person()) for _ in range(2))
    follows(case_worker, current)
    ended(as_owner, former, 1)
    with as_owner():
        # As when time passes: no trigger saw the inscription expire.
        CaseloadRow.objects.create(institution=ocmw, user=case_worker.user, insz=former.insz)
        type(case_worker).objects.filter(pk=case_worker.pk).update(
            valid_from=today() - datetime.timedelta(days=9), valid_until=today() - datetime.timedelta(days=1)
        )
    assert rows(as_owner) == {(case_worker.user_id, current.insz), (case_worker.user_id, former.insz)}
    assert "1 caseload rows" in clean_up(as_owner)
    assert rows(as_owner) == {(case_worker.user_id, current.insz)}
    assert "0 caseload rows" in clean_up(as_owner)


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


def test_an_invitation_goes_a_month_after_its_link_expired_unless_it_was_accepted(ocmw, as_owner):
    open_, expired, old, accepted = (invitation(ocmw) for _ in range(4))
    now, day = timezone.now(), datetime.timedelta(days=1)
    with as_owner():
        for row, days in ((expired, 29), (old, 31), (accepted, 31)):
            Invitation.objects.filter(pk=row.pk).update(expires_at=now - days * day)
        Invitation.objects.filter(pk=accepted.pk).update(accepted_at=now)
    clean_up(as_owner)
    with as_owner():
        assert set(Invitation.objects.all()) == {open_, expired, accepted}


def test_it_suspends_accounts_that_no_one_uses(as_owner):
    unused, used = member(institution()), member(institution())
    then = timezone.now() - datetime.timedelta(days=181)
    with as_owner():
        User.objects.filter(pk=unused.user_id).update(date_joined=then)
        User.objects.filter(pk=used.user_id).update(date_joined=then, last_login=timezone.now())
    assert "1 unused accounts suspended." in clean_up(as_owner)
    assert list(User.objects.filter(is_active=False)) == [unused.user]


def test_a_former_client_is_in_no_caseload_before_the_row_goes(ocmw, case_worker, privacy_officer, as_owner):
    """The days of the inscription decide, not the night."""
    current, former = (inscribe(ocmw, person()) for _ in range(2))
    for inscription in (current, former):
        follows(case_worker, inscription)
    ended(as_owner, former, 1)
    with as_owner():
        CaseloadRow.objects.get_or_create(institution=ocmw, user=case_worker.user, insz=former.insz)
    bound = {"institution": ocmw.pk, "user": privacy_officer.user_id, "role": privacy_officer.role}
    assert fetch("SELECT * FROM persons_in_a_caseload(NULL)", **bound) == [(current.insz,)]
    assert "1 caseload rows" in clean_up(as_owner)


def test_escapes_and_their_reviews_go_with_the_log(ocmw, case_worker, privacy_officer, as_owner):
    mandate(ocmw, escape_blocks=["Personalia"])
    years = 24 * 366
    old, reviewed_late, new = (escape(case_worker, insz(), began=years * each) for each in (11, 11, 9))
    with as_owner():
        for each, ago in ((old, 11), (reviewed_late, 9), (new, 9)):
            at = timezone.now() - datetime.timedelta(hours=years * ago)
            EscapeReview.objects.create(
                escape=each,
                verdict="justified",
                note="proef",
                user=privacy_officer.user,
                user_name="x",
                at=at,
            )
        with pytest.raises(DatabaseError, match="as long as the log"), transaction.atomic():
            EscapeReview.objects.filter(escape=new).delete()
        assert cleaning.clean_up().escapes == 1
        assert set(Escape.objects.all()) == {reviewed_late, new}
        assert EscapeReview.objects.count() == 2


def test_more_rows_than_a_batch_go(case_worker, as_owner, monkeypatch):
    monkeypatch.setattr(cleaning, "BATCH", 2)
    made = person()
    long_ago = timezone.now() - datetime.timedelta(days=91)
    with as_owner():
        Change.objects.bulk_create(Change(person=made, at=long_ago, kind="fell_below") for _ in range(5))
        Standing.objects.filter(person=made).update(fell_at=long_ago)
    assert "5 changes" in clean_up(as_owner)
    with as_owner():
        assert not Standing.objects.filter(fell_at__isnull=False).exists()


@pytest.mark.parametrize(("days", "signs_in"), [(181, False), (179, True)])
def test_an_account_that_no_one_used_does_not_sign_in_before_it_is_suspended(
    client, as_owner, days, signs_in
):
    account = member(institution()).user
    with as_owner():
        User.objects.filter(pk=account.pk).update(date_joined=timezone.now() - datetime.timedelta(days=days))
    account.refresh_from_db()
    link = reset_link(account).removeprefix(settings.KBI_BASE_URL)
    assert ("werkt niet meer" in client.get(link, follow=True).content.decode()) is not signs_in
    response = client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
    assert response.status_code == (302 if signs_in else 403)
    assert is_unused(account) is not signs_in
    assert f"{0 if signs_in else 1} unused accounts suspended." in clean_up(as_owner)
