"""A password is set by the owner of its account only, with a link that works once."""

from __future__ import annotations

import re
import smtplib
from io import StringIO

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from partners import resets
from partners.models import User
from partners.passwords import allow_change_of
from partners.services import bind
from partners.tasks import TaskFailed

from ..factories import PASSWORD, agency_administrator, fetch, institution, member, user

pytestmark = pytest.mark.django_db

NEW = "een-heel-nieuwe-wachtzin"
HOST = "http://127.0.0.1:8000"


@pytest.fixture
def mailing(settings):
    """The portal has a mail server, and mail leaves before the response."""
    settings.KBI_SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "portaal@agentschap.example"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def owner_of():
    return member(institution()).user


def path_of(text: str) -> str:
    [link, *others] = re.findall(r"https?://\S+", text)
    assert set(others) <= {link}
    assert link.startswith(HOST)
    return link.removeprefix(HOST)


def ask(email: str, **headers: str):
    return Client().post(reverse("account_reset_password"), {"email": email}, headers=headers)


def set_password(browser: Client, path: str, password: str = NEW):
    """Open a link and fill in its form."""
    page = browser.get(path)
    if page.status_code != 302:
        return page
    return browser.post(page["Location"], {"password1": password, "password2": password})


def password_of(account: User) -> str:
    return User.objects.get(pk=account.pk).password


def test_a_link_arrives_and_sets_a_password_once(mailing, owner_of):
    assert ask(owner_of.email.upper())["Location"] == reverse("account_reset_password_done")
    [message] = mail.outbox
    assert (message.to, message.from_email) == ([owner_of.email], "portaal@agentschap.example")
    assert "één keer" in message.body
    assert "once" in message.body
    assert owner_of.last_name not in message.body
    path = path_of(message.body)
    browser = Client()
    assert set_password(browser, path)["Location"] == "/"
    assert browser.get("/", follow=True).status_code == 200
    owner_of.refresh_from_db()
    assert owner_of.check_password(NEW)
    again = set_password(Client(), path, PASSWORD)
    assert "werkt niet meer" in again.content.decode()
    assert User.objects.get(pk=owner_of.pk).check_password(NEW)


def test_a_form_that_was_open_already_sets_no_second_password(mailing, owner_of):
    ask(owner_of.email)
    path, first, second = path_of(mail.outbox[0].body), Client(), Client()
    form = second.get(path)["Location"]
    set_password(first, path)
    second.post(form, {"password1": "nog-een-andere-wachtzin", "password2": "nog-een-andere-wachtzin"})
    assert User.objects.get(pk=owner_of.pk).check_password(NEW)


def test_a_link_works_for_an_hour(mailing, owner_of):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(owner_of.email)
        path = path_of(mail.outbox[0].body)
        clock.shift(59 * 60)
        assert Client().get(path).status_code == 302
        clock.shift(2 * 60)
        assert "werkt niet meer" in set_password(Client(), path).content.decode()


def test_a_changed_address_makes_links_to_the_old_one_invalid(owner_of, as_owner):
    path = path_of(resets.reset_link(owner_of))
    with as_owner():
        User.objects.filter(pk=owner_of.pk).update(email="nieuw@partner.example")
    assert "werkt niet meer" in set_password(Client(), path).content.decode()


def test_a_closed_account_gets_no_link_and_uses_none(mailing, owner_of, as_owner):
    path = path_of(resets.reset_link(owner_of))
    form = Client()
    location = form.get(path)["Location"]
    with as_owner():
        User.objects.filter(pk=owner_of.pk).update(is_active=False)
    assert "werkt niet meer" in Client().get(path).content.decode()
    assert form.post(location, {"password1": NEW, "password2": NEW}).status_code == 200
    ask(owner_of.email)
    assert mail.outbox == []
    assert User.objects.get(pk=owner_of.pk).check_password(PASSWORD)


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_the_sender_of_a_request_does_not_choose_the_host_of_the_link(mailing, settings, owner_of, header):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "kwaad.example", "testserver"]
    ask(owner_of.email, **{header: "kwaad.example"})
    assert "kwaad" not in mail.outbox[0].body
    assert path_of(mail.outbox[0].body)


def test_mail_goes_to_the_stored_address_and_no_lookalike(mailing, as_owner):
    user("mike@partner.example")
    ask("mıke@partner.example")
    ask("mike@partner.example\n, kwaad@evil.example")
    assert mail.outbox == []


def test_a_reset_does_not_say_whether_an_account_exists(settings, owner_of, as_owner):
    """Neither by its page nor by its statements: sending is the work of the background."""
    settings.KBI_SENDS_MAIL = True
    closed = user("gesloten@partner.example", is_active=False)
    seen = []
    for email in (owner_of.email, "nobody@partner.example", closed.email):
        with CaptureQueriesContext(connection) as queries:
            response = ask(email)
        # Without those of the counters of requests, which differ by turn.
        statements = [
            re.sub(r"'[^']*'|\d+", "?", query["sql"])
            for query in queries
            if "partners_" in query["sql"] or "django_tasks" in query["sql"]
        ]
        assert len(statements) == 2
        seen.append((response.status_code, response["Location"], statements))
    assert seen[0] == seen[1] == seen[2]
    assert mail.outbox == []
    tasks = DBTaskResult.objects.order_by("enqueued_at")
    assert [(task.args_kwargs["args"], task.priority) for task in tasks] == [
        ([account], resets.MAIL_FIRST) for account in (owner_of.pk, 0, closed.pk)
    ]
    # What is stored has ids only.
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM django_tasks_database_dbtaskresult t")
        [everything] = cursor.fetchone()
    assert "partner.example" not in everything
    for task in tasks:
        resets.deliver.func(*task.args_kwargs["args"])
    [message] = mail.outbox
    assert message.to == [owner_of.email]


def test_a_mail_server_that_is_away_fails_the_task_without_the_address(monkeypatch, owner_of):
    def refuse(*_: object) -> None:
        raise smtplib.SMTPRecipientsRefused({owner_of.email: (550, b"no")})

    monkeypatch.setattr(resets, "send_link", refuse)
    with pytest.raises(TaskFailed, match=r"SMTPRecipientsRefused at .*resets\.py") as failed:
        resets.deliver.func(owner_of.pk)
    assert owner_of.email not in str(failed.value)


def test_all_other_sessions_end(mailing, owner_of, sign_in):
    elsewhere = sign_in(owner_of)
    assert elsewhere.get("/").status_code == 302
    set_password(Client(), path_of(resets.reset_link(owner_of)))
    assert elsewhere.get("/")["Location"].startswith(reverse("account_login"))


def test_a_link_opened_by_another_user_signs_them_out_and_works(owner_of, sign_in):
    browser = sign_in(member(institution()))
    assert set_password(browser, path_of(resets.reset_link(owner_of))).status_code == 302
    assert int(browser.session["_auth_user_id"]) == owner_of.pk
    assert User.objects.get(pk=owner_of.pk).check_password(NEW)


def test_a_weak_password_is_refused_at_the_form(owner_of):
    page = set_password(Client(), path_of(resets.reset_link(owner_of)), "kort")
    assert page.status_code == 200
    assert "mistake" in page.content.decode()
    assert User.objects.get(pk=owner_of.pk).check_password(PASSWORD)


def test_a_reset_makes_the_browser_a_known_one_while_others_guess(owner_of):
    for turn in range(9):
        Client().post(
            reverse("account_login"),
            {"login": owner_of.email, "password": "fout"},
            REMOTE_ADDR=f"203.0.113.{turn + 1}",
        )
    browser = Client()
    set_password(browser, path_of(resets.reset_link(owner_of)))
    browser.post(reverse("account_logout"))
    response = browser.post(reverse("account_login"), {"login": owner_of.email, "password": NEW})
    assert response.status_code == 302


def test_without_a_mail_server_the_page_says_who_makes_a_link(owner_of):
    for response in (Client().get(reverse("account_reset_password")), ask(owner_of.email)):
        text = response.content.decode()
        assert "verstuurt geen e-mails" in text
        assert 'name="email"' not in text
    assert mail.outbox == []


def test_links_to_one_mailbox_are_few(mailing, owner_of):
    statuses = [ask(owner_of.email).status_code for _ in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3


# In the admin


def test_an_administrator_sends_a_link_and_it_is_recorded(mailing, owner_of, sign_in):
    agency = sign_in(agency_administrator())
    page = reverse("admin:partners_user_change", args=[owner_of.pk])
    assert "Stuur een herstellink" in agency.get(page).content.decode()
    response = agency.post(reverse("admin:partners_user_reset_link", args=[owner_of.pk]), follow=True)
    assert "verstuurd" in response.content.decode()
    [message] = mail.outbox
    assert message.to == [owner_of.email]
    # The administrator never sees it.
    assert path_of(message.body) not in response.content.decode()
    assert LogEntry.objects.get(object_id=str(owner_of.pk)).change_message == "Herstellink verstuurd."


def test_a_link_that_was_not_sent_is_said_and_not_recorded(mailing, owner_of, sign_in, monkeypatch, as_owner):
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    agency, address = (
        sign_in(agency_administrator()),
        reverse("admin:partners_user_reset_link", args=[owner_of.pk]),
    )
    monkeypatch.setattr(resets, "send_link", refuse)
    assert "nam het bericht niet aan" in agency.post(address, follow=True).content.decode()
    monkeypatch.undo()
    with as_owner():
        User.objects.filter(pk=owner_of.pk).update(is_active=False)
    assert "gesloten account" in agency.post(address, follow=True).content.decode()
    assert not LogEntry.objects.exists()
    assert mail.outbox == []


def test_without_a_mail_server_the_admin_has_no_button(owner_of, sign_in):
    agency = sign_in(agency_administrator())
    text = agency.get(reverse("admin:partners_user_change", args=[owner_of.pk])).content.decode()
    assert "Stuur een herstellink" not in text
    assert "manage.py reset_link" in text
    response = agency.post(reverse("admin:partners_user_reset_link", args=[owner_of.pk]), follow=True)
    assert "verstuurt geen e-mails" in response.content.decode()


@pytest.mark.parametrize("object_id", ["999999", "x", "1\0", "99999999999999999999"])
def test_a_link_for_an_account_that_is_not_there_is_404(mailing, sign_in, object_id):
    agency = sign_in(agency_administrator())
    address = reverse("admin:partners_user_reset_link", args=["nummer"]).replace("nummer", object_id)
    assert agency.post(address).status_code == 404


def test_no_form_of_the_admin_sets_the_password_of_another(owner_of, sign_in):
    agency = sign_in(agency_administrator())
    page = reverse("admin:partners_user_change", args=[owner_of.pk])
    text = agency.get(page).content.decode()
    assert "password" not in re.sub(r"(?s)<(script|nav).*?</\1>", "", text)
    before = password_of(owner_of)
    data = {
        "email": owner_of.email,
        "is_active": "on",
        "password": make_password(NEW),
        "password1": NEW,
        "password2": NEW,
        "usable_password": "true",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert agency.post(page, data).status_code == 302
    for path in ("../password/", "password/"):
        assert agency.post(page + path, data).status_code in {302, 404}
    assert password_of(owner_of) == before


# In the database


@pytest.mark.parametrize("scope", ["agency", ""])
def test_the_database_refuses_the_password_of_another(owner_of, scope):
    me = agency_administrator()
    for bound in ({"user_id": me.pk, "scope": scope}, {"scope": scope}):
        with transaction.atomic():
            bind(**bound)
            with pytest.raises(DatabaseError, match="no password but their own"), transaction.atomic():
                User.objects.filter(pk=owner_of.pk).update(password=make_password(NEW))
            bind()


def test_the_database_refuses_a_new_account_with_a_password(as_owner):
    me = agency_administrator()
    with transaction.atomic():
        bind(user_id=me.pk, scope="agency")
        with pytest.raises(DatabaseError, match="has no password"), transaction.atomic():
            User.objects.create_user("nieuw@partner.example", NEW)
        User.objects.create_user("nieuw@partner.example")
        bind()


def test_the_database_lets_the_password_of_the_proven_account_change(owner_of):
    other = user()
    with transaction.atomic():
        bind()
        allow_change_of(owner_of.pk)
        with pytest.raises(DatabaseError, match="no password but their own"), transaction.atomic():
            User.objects.filter(pk=other.pk).update(password=make_password(NEW))
        User.objects.filter(pk=owner_of.pk).update(password=make_password(NEW))
        bind()
        with pytest.raises(DatabaseError, match="no password but their own"), transaction.atomic():
            User.objects.filter(pk=owner_of.pk).update(password=make_password(PASSWORD))


def test_nothing_but_the_password_of_the_proven_account_changes(owner_of):
    with transaction.atomic():
        bind()
        allow_change_of(owner_of.pk)
        with pytest.raises(DatabaseError, match="pages of the agency"), transaction.atomic():
            User.objects.filter(pk=owner_of.pk).update(email="ander@partner.example")


def test_signing_in_stores_a_better_hash(settings, owner_of, as_owner):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    with as_owner():
        older = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1)
        User.objects.filter(pk=owner_of.pk).update(password=older)
    response = Client().post(reverse("account_login"), {"login": owner_of.email, "password": PASSWORD})
    assert response.status_code == 302
    assert password_of(owner_of).startswith("md5$")


# On the server


def run(email: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("reset_link", email, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_command_prints_a_link_and_is_recorded(owner_of, as_owner, sign_in, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "sysadmin")
    with as_owner():
        out, err = run(owner_of.email.upper())
    assert "60 minutes" in err
    agency = sign_in(agency_administrator())
    history = agency.get(reverse("admin:partners_user_history", args=[owner_of.pk])).content.decode()
    assert "sysadmin" in history
    assert out.strip() not in history
    assert set_password(Client(), path_of(out)).status_code == 302


def test_a_command_for_no_open_account_says_why(owner_of, as_owner, settings):
    with as_owner():
        with pytest.raises(CommandError, match="No account"):
            run("nobody@partner.example")
        User.objects.filter(pk=owner_of.pk).update(is_active=False)
        with pytest.raises(CommandError, match="closed"):
            run(owner_of.email)
        settings.KBI_BASE_URL = ""
        with pytest.raises(CommandError, match="KBI_BASE_URL"):
            run(owner_of.email)
    assert fetch("SELECT count(*) FROM django_admin_log") == [(0,)]
