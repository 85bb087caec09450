"""The weekly mail: asked for by each user, numbers only, once a week, for access in force."""

from __future__ import annotations

import datetime
import io
import smtplib

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseload.models import WeeklyMail
from caseload.services import weekly
from partners.models import Membership, User
from partners.periods import today
from partners.rights import grant_on_server
from partners.services import working_for
from partners.tasks import TaskFailed
from persons.models import Change, Standing
from persons.services.caseload import put_in_caseload

from .. import factories
from ..factories import fetch, inscribe, member, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def mailing(settings):
    """The portal has a mail server, today is the day of the mails, and mail leaves at once."""
    settings.KBI_SENDS_MAIL = True
    settings.KBI_WEEKLY_DAY = today().isoweekday()
    settings.DEFAULT_FROM_EMAIL = "portaal@agentschap.example"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def address(name: str = "weekly_mail", slug: str = "ocmw-proefstad") -> str:
    return reverse(name, args=[slug])


def send_weekly() -> str:
    out = io.StringIO()
    with factories.owner():
        call_command("send_weekly", stdout=out)
    return out.getvalue()


def clients(ocmw, case_worker) -> None:
    """In the own caseload one who fell and may miss no lesson; another one outside of it."""
    fallen = [
        inscribe(ocmw, person("Geheim", "Naam", verdict="reachable", slack=(0, today() + DAY)))
        for _place in range(2)
    ]
    with factories.owner():
        for made in fallen:
            moment = timezone.now() - DAY
            Standing.objects.filter(person=made.person_id).update(fell_at=moment)
            Change.objects.create(
                person=made.person, at=moment, kind="fell_below", blocks=["VormingsActiviteiten"]
            )
            Change.objects.create(person=made.person, at=moment - 7 * DAY, kind="set_aside")
    with working_for(ocmw, case_worker.user, case_worker.role):
        put_in_caseload([fallen[0].public_id])


def test_who_ticks_it_gets_numbers_of_the_own_caseload_once_a_week(browser, ocmw, case_worker):
    clients(ocmw, case_worker)
    assert send_weekly() == "0 weekly mails wait for the worker.\n"
    assert browser.post(address(), {"wanted": "on"})["Location"] == address("change_list")
    assert "checked" in browser.get(address("change_list")).content.decode()
    send_weekly()
    send_weekly()
    [message] = mail.outbox
    assert (message.to, message.from_email) == ([case_worker.user.email], "portaal@agentschap.example")
    for line in (
        "niet meer haalbaar, de laatste zeven dagen: 1\n",
        "Mogen nog hoogstens 1 les missen: 1\n",
        "Inschrijvingen die deze week aflopen: 0\n",
        "Alle wijzigingen, de laatste zeven dagen: 1\n",
        "http://127.0.0.1:8000" + address("change_list"),
    ):
        assert line in message.body
    assert "Geheim" not in message.body + message.subject
    with factories.owner():
        assert WeeklyMail.objects.get().sent_on == today()
        WeeklyMail.objects.update(sent_on=today() - 7 * DAY)
    send_weekly()
    assert len(mail.outbox) == 2


def test_a_task_that_runs_twice_sends_once(browser, case_worker):
    browser.post(address(), {"wanted": "on"})
    for _time in range(2):
        weekly.deliver.func(case_worker.pk)
    assert len(mail.outbox) == 1


def test_it_stops_when_the_user_says_so(browser):
    browser.post(address(), {"wanted": "on"})
    browser.post(address(), {"wanted": "on"})
    browser.post(address(), {})
    send_weekly()
    assert mail.outbox == []


def test_the_language_is_that_of_the_page(browser):
    browser.post(reverse("set_language"), {"language": "en"})
    browser.post(address(), {"wanted": "on"})
    send_weekly()
    [message] = mail.outbox
    assert message.subject == "KBI portal: your caseload this week"
    assert "May miss 1 lesson at most" in message.body


@pytest.mark.parametrize("how", ["ended", "closed", "staff", "institution"])
def test_without_access_in_force_there_is_no_mail(browser, ocmw, case_worker, how):
    browser.post(address(), {"wanted": "on"})
    with factories.owner():
        if how == "ended":
            Membership.objects.filter(pk=case_worker.pk).update(valid_until=today() - DAY)
        elif how == "institution":
            type(ocmw).objects.filter(pk=ocmw.pk).update(active=False)
        else:
            field = {"is_active": False} if how == "closed" else {"is_staff": True}
            User.objects.filter(pk=case_worker.user_id).update(**field)
    send_weekly()
    weekly.deliver.func(case_worker.pk)
    assert mail.outbox == []


def followed(access: Membership) -> Membership:
    """End access yesterday, and return the one of today that follows it."""
    with factories.owner():
        Membership.objects.filter(pk=access.pk).update(valid_until=today() - DAY)
        access.refresh_from_db()
        return grant_on_server(user=access.user, institution=access.institution, follows=access)


def test_it_goes_on_under_later_access(browser, case_worker):
    browser.post(address(), {"wanted": "on"})
    later = followed(case_worker)
    assert "checked" in browser.get(address("change_list")).content.decode()
    assert send_weekly() == "1 weekly mails wait for the worker.\n"
    assert [message.to for message in mail.outbox] == [[case_worker.user.email]]
    with factories.owner():
        assert WeeklyMail.objects.get().membership == later


@pytest.mark.parametrize("before", [[], [{"wanted": "on"}]])
def test_it_stops_under_later_access(browser, case_worker, before):
    browser.post(address(), {"wanted": "on"})
    followed(case_worker)
    for ticks in [*before, {}]:
        browser.post(address(), ticks)
    assert "checked" not in browser.get(address("change_list")).content.decode()
    assert send_weekly() == "0 weekly mails wait for the worker.\n"


def test_a_user_who_did_not_ask_gets_none_under_later_access(case_worker):
    followed(case_worker)
    assert send_weekly() == "0 weekly mails wait for the worker.\n"


def test_only_on_its_day(browser, settings):
    browser.post(address(), {"wanted": "on"})
    settings.KBI_WEEKLY_DAY = (today() + DAY).isoweekday()
    assert send_weekly() == "Not the day of the weekly mails.\n"
    assert mail.outbox == []


def test_without_a_mail_server_there_is_no_tick_and_no_mail(browser, settings):
    settings.KBI_SENDS_MAIL = False
    assert 'name="wanted"' not in browser.get(address("change_list")).content.decode()
    with pytest.raises(CommandError, match="KBI_EMAIL_HOST"):
        send_weekly()


def test_a_mail_that_the_server_does_not_take_goes_with_the_next_run(browser, case_worker, monkeypatch):
    browser.post(address(), {"wanted": "on"})

    def refuse(self):
        raise smtplib.SMTPException(case_worker.user.email)

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(TaskFailed) as failed:
            weekly.deliver.func(case_worker.pk)
    assert case_worker.user.email not in str(failed.value)
    send_weekly()
    assert len(mail.outbox) == 1


def test_a_user_sees_and_changes_only_the_own_mail(browser, ocmw, other_ocmw, case_worker):
    browser.post(address(), {"wanted": "on"})
    count = "SELECT count(*) FROM caseload_weeklymail"
    assert fetch(count, institution=ocmw.pk, user=case_worker.user_id) == [(1,)]
    assert fetch(count, institution=ocmw.pk, user=member(ocmw).user_id) == [(0,)]
    assert fetch(count, institution=other_ocmw.pk, user=case_worker.user_id) == [(0,)]
    assert fetch(count) == [(0,)]
