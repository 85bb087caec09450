"""An invitation: who accepts it, what it gives, and that it never sets the password of an account that exists."""

from __future__ import annotations

import datetime
import re
import smtplib

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners import inviting
from partners.models import Invitation, Membership, MembershipEvent, User
from partners.periods import today
from partners.rights import longest_until
from partners.services import bind

from ..factories import PASSWORD, fetch, member, user

pytestmark = pytest.mark.django_db

HOST = "http://127.0.0.1:8000"
NEW = "els.nieuw@partner.example"
CHOSEN = "een-heel-eigen-wachtzin"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def mailing(settings):
    settings.KBI_SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "portaal@agentschap.example"


@pytest.fixture
def admin(local_administrator, sign_in):
    """The browser of a local administrator."""
    return sign_in(local_administrator)


def invite(browser, slug: str, email: str = NEW, **changes):
    fields = {
        "email": email,
        "role": "case_worker",
        "valid_until": longest_until().isoformat(),
        "reason": "nieuwe collega",
    }
    return browser.post(reverse("team_invite", args=[slug]), fields | changes)


def link_in(text: str) -> str:
    [link, *others] = re.findall(r"http://[^\s<]+/uitnodiging/[^\s<]+", text)
    assert set(others) <= {link}
    assert link.startswith(HOST)
    return link.removeprefix(HOST)


def shown_link(browser, slug: str, email: str = NEW, **changes) -> str:
    """Invite without a mail server, and return the path of the link on the screen."""
    response = invite(browser, slug, email, **changes)
    assert response.status_code == 302, response.content.decode()
    return link_in(browser.get(response["Location"]).content.decode())


def open_link(path: str, browser: Client | None = None):
    browser = browser or Client()
    return browser, browser.get(path, follow=True)


def join(path: str, **changes):
    browser, page = open_link(path)
    assert page.status_code == 200
    fields = {"first_name": "Els", "last_name": "Nieuw", "password1": CHOSEN, "password2": CHOSEN}
    return browser, browser.post(reverse("invitation"), fields | changes)


def signed_in(account: User) -> Client:
    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def access(email: str) -> list[Membership]:
    return list(Membership.objects.filter(user__email=email).order_by("pk"))


# For an address without an account


def test_a_new_colleague_sets_a_first_password_and_works(mailing, admin, ocmw, local_administrator):
    assert invite(admin, ocmw.slug, NEW.upper())["Location"] == reverse("team", args=[ocmw.slug])
    [message] = mail.outbox
    assert (message.to, message.from_email) == ([NEW], "portaal@agentschap.example")
    assert "OCMW Proefstad" in message.body
    assert local_administrator.user.last_name not in message.body
    browser, response = join(link_in(message.body))
    assert response["Location"] == reverse("client_list", args=[ocmw.slug])
    assert browser.get(response["Location"]).status_code == 200
    [given] = access(NEW)
    assert (given.institution, given.role, given.status) == (ocmw, "case_worker", "confirmed")
    assert (given.valid_from, given.valid_until) == (today(), longest_until())
    account = given.user
    assert (str(account), account.is_staff, account.is_superuser) == ("Els Nieuw", False, False)
    assert account.check_password(CHOSEN)
    assert account.email_set_by == local_administrator.user


def test_the_step_names_who_invited_and_why(admin, ocmw, local_administrator, as_owner):
    join(shown_link(admin, ocmw.slug))
    with as_owner():
        event = MembershipEvent.objects.get(membership__user__email=NEW)
    assert (event.what, event.user, event.reason) == ("given", local_administrator.user, "nieuwe collega")


def test_a_wrong_form_makes_nothing_and_keeps_what_was_typed(admin, ocmw):
    path = shown_link(admin, ocmw.slug)
    for changes in ({"password1": "kort"}, {"last_name": " \u200b "}, {"password2": "iets-heel-anders"}):
        _, response = join(path, **changes)
        assert response.status_code == 422
        text = response.content.decode()
        assert "mistake" in text
        assert 'value="Els"' in text
    assert not User.objects.filter(email=NEW).exists()
    _, response = join(path)
    assert response.status_code == 302


def test_markup_in_a_name_is_text(admin, ocmw):
    join(shown_link(admin, ocmw.slug), first_name="<script>alert(1)</script>")
    text = admin.get(reverse("team", args=[ocmw.slug])).content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


def test_a_link_works_once(admin, ocmw):
    path = shown_link(admin, ocmw.slug)
    join(path)
    _, page = open_link(path)
    assert page.status_code == 404
    assert "al aanvaard" in page.content.decode()


def test_a_second_press_finds_the_account_made(admin, ocmw):
    """The form sent twice: the second one changes nothing and shows no error."""
    path = shown_link(admin, ocmw.slug)
    browser, _ = open_link(path)
    fields = {"first_name": "Els", "last_name": "Nieuw", "password1": CHOSEN, "password2": CHOSEN}
    token = inviting.kept_token(type("Request", (), {"session": browser.session})())
    browser.post(reverse("invitation"), fields)
    assert fetch("SELECT partners_join(%s, 'Els', 'Nieuw', 'md5$x')", token) == [("accepted",)]
    browser.get(path)
    assert browser.post(reverse("invitation"), fields)["Location"] == reverse("client_list", args=[ocmw.slug])
    assert len(access(NEW)) == 1


# For an account that exists


@pytest.fixture
def joke(other_ocmw):
    """A case worker of another institution."""
    return member(other_ocmw).user


def test_the_owner_of_an_account_signs_in_and_accepts(admin, ocmw, joke):
    before = User.objects.get(pk=joke.pk).password
    browser, page = open_link(shown_link(admin, ocmw.slug, joke.email))
    text = page.content.decode()
    assert "heeft al een account" in text
    assert 'type="password"' not in text
    [sign_in] = re.findall(r'href="(/aanmelden/\?next=[^"]+)"', text)
    response = browser.post(sign_in, {"login": joke.email, "password": PASSWORD, "next": "/uitnodiging/"})
    assert response["Location"] == "/uitnodiging/"
    assert "Aanvaarden" in browser.get("/uitnodiging/").content.decode()
    assert access(joke.email)[1:] == []
    assert browser.post("/uitnodiging/")["Location"] == reverse("client_list", args=[ocmw.slug])
    assert access(joke.email)[1].institution == ocmw
    assert User.objects.get(pk=joke.pk).password == before


def test_no_form_sets_the_password_of_an_account_that_exists(admin, ocmw, joke):
    browser, _ = open_link(shown_link(admin, ocmw.slug, joke.email))
    fields = {"first_name": "E", "last_name": "N", "password1": CHOSEN, "password2": CHOSEN}
    assert "heeft al een account" in browser.post("/uitnodiging/", fields).content.decode()
    account = User.objects.get(pk=joke.pk)
    assert account.check_password(PASSWORD)
    assert account.first_name == "An"
    assert len(access(joke.email)) == 1


def test_an_account_made_after_the_link_was_opened_keeps_its_password(admin, ocmw):
    path = shown_link(admin, ocmw.slug)
    browser, _ = open_link(path)
    user(NEW)
    fields = {"first_name": "E", "last_name": "N", "password1": CHOSEN, "password2": CHOSEN}
    assert "heeft al een account" in browser.post("/uitnodiging/", fields).content.decode()
    token = inviting.kept_token(type("Request", (), {"session": browser.session})())
    assert fetch("SELECT partners_join(%s, 'E', 'N', 'md5$x')", token) == [("has_account",)]
    assert User.objects.get(email=NEW).check_password(PASSWORD)


def test_another_account_does_not_accept(admin, ocmw, joke, outsider):
    path = shown_link(admin, ocmw.slug, joke.email)
    browser, page = open_link(path, signed_in(outsider.user))
    assert "ander account" in page.content.decode()
    assert "ander account" in browser.post("/uitnodiging/").content.decode()
    token = path.split("/")[-2]
    assert fetch("SELECT partners_accept_invitation(%s)", token, user=outsider.user_id) == [
        ("other_account",)
    ]
    assert fetch("SELECT partners_accept_invitation(%s)", token) == [("other_account",)]
    assert len(access(outsider.user.email)) == len(access(joke.email)) == 1


def test_accepting_twice_gives_one_access(admin, ocmw, joke):
    path = shown_link(admin, ocmw.slug, joke.email)
    browser, _ = open_link(path, signed_in(joke))
    browser.post("/uitnodiging/")
    again = browser.post("/uitnodiging/")
    assert again.status_code == 404  # the session has forgotten it
    browser.get(path)
    assert browser.post("/uitnodiging/")["Location"] == reverse("client_list", args=[ocmw.slug])
    assert len(access(joke.email)) == 2


def test_a_suspended_account_opens_with_its_own_password_only(admin, ocmw, joke, as_owner):
    with as_owner():
        User.objects.filter(pk=joke.pk).update(is_active=False, suspended_at=timezone.now())
    browser, page = open_link(shown_link(admin, ocmw.slug, joke.email))
    assert "heeft al een account" in page.content.decode()
    sign_in = {"login": joke.email, "next": "/uitnodiging/"}
    browser.post("/aanmelden/", sign_in | {"password": "fout"})
    assert not User.objects.get(pk=joke.pk).is_active
    response = browser.post("/aanmelden/", sign_in | {"password": PASSWORD})
    assert response["Location"] == "/aanmelden/?next=/uitnodiging/"
    assert User.objects.get(pk=joke.pk).is_active
    browser.post("/aanmelden/", sign_in | {"password": PASSWORD})
    assert browser.post("/uitnodiging/").status_code == 302
    assert access(joke.email)[1].institution == ocmw


def test_a_closed_account_stays_closed(admin, ocmw, joke, as_owner):
    with as_owner():
        User.objects.filter(pk=joke.pk).update(is_active=False)
    browser, _ = open_link(shown_link(admin, ocmw.slug, joke.email))
    response = browser.post("/aanmelden/", {"login": joke.email, "password": PASSWORD})
    assert response.status_code == 403
    assert not User.objects.get(pk=joke.pk).is_active


# When a link does not work


@pytest.mark.parametrize(
    "what", ["expired", "withdrawn", "administrator left", "institution ended", "access over"]
)
def test_a_link_that_does_not_work_any_more(admin, ocmw, local_administrator, joke, as_owner, what):
    paths = [shown_link(admin, ocmw.slug), shown_link(admin, ocmw.slug, joke.email)]
    with as_owner():
        match what:
            case "expired":
                Invitation.objects.update(expires_at=timezone.now() - DAY)
            case "withdrawn":
                Invitation.objects.update(withdrawn_at=timezone.now())
            case "administrator left":
                Membership.objects.filter(pk=local_administrator.pk).update(valid_until=today() - DAY)
            case "institution ended":
                type(ocmw).objects.filter(pk=ocmw.pk).update(active=False)
            case _:
                Invitation.objects.update(valid_until=today() - DAY)
    for path, browser in zip(paths, [Client(), signed_in(joke)], strict=True):
        browser, page = open_link(path, browser)
        assert page.status_code == 404
        assert "werkt niet meer" in page.content.decode()
        assert browser.post("/uitnodiging/").status_code == 404
    assert access(NEW) == []
    assert len(access(joke.email)) == 1


@pytest.mark.parametrize("path", ["/uitnodiging/", "/uitnodiging/geen-link/", "/uitnodiging/%F0%9F%98%80/"])
def test_no_link_is_not_found(path):
    _, page = open_link(path)
    assert page.status_code == 404


def test_the_address_of_the_page_has_no_token_and_a_scanner_of_mail_changes_nothing(admin, ocmw, as_owner):
    path = shown_link(admin, ocmw.slug)
    assert Client().head(path).status_code == 405
    response = Client().get(path)
    assert response["Location"] == "/uitnodiging/"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"
    token = path.split("/")[-2]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(i::text, ' ') FROM partners_invitation i")
        assert token not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(session_data, ' ') FROM django_session")
        assert token not in (cursor.fetchone()[0] or "")
    assert Invitation.objects.count() == 0  # unbound, the web role reads none


# What the administrator sees


def test_the_answer_is_the_same_with_and_without_an_account(mailing, admin, ocmw, joke):
    seen = []
    for email in (NEW, joke.email):
        with CaptureQueriesContext(connection) as queries:
            response = invite(admin, ocmw.slug, email)
        page = admin.get(response["Location"]).content.decode()
        [message] = re.findall(r'<li class="notice[^"]*">(.*?)</li>', page, re.DOTALL)
        seen.append((response.status_code, response["Location"], message, len(queries)))
    assert seen[0] == seen[1]
    first, second = mail.outbox
    assert re.sub("http.*", "", first.body) == re.sub("http.*", "", second.body)
    assert (first.subject, first.extra_headers) == (second.subject, second.extra_headers)


def test_without_a_mail_server_the_link_is_shown_once(admin, ocmw):
    shown_link(admin, ocmw.slug)
    assert mail.outbox == []
    assert "/uitnodiging/" not in re.sub(
        r'action="[^"]*"', "", admin.get(reverse("team", args=[ocmw.slug])).content.decode()
    )


def test_a_mail_server_that_is_away_leaves_nothing_half_done(mailing, admin, ocmw, monkeypatch, as_owner):
    def fail(*_: object) -> None:
        raise smtplib.SMTPRecipientsRefused({NEW: (550, b"no")})

    monkeypatch.setattr(inviting, "send", fail)
    response = invite(admin, ocmw.slug)
    assert response.status_code == 422
    text = response.content.decode()
    assert "nam het bericht niet aan" in text
    assert f'value="{NEW}"' in text
    with as_owner():
        assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "geen adres"}, "Dit is geen volledig e-mailadres"),
        ({"email": ""}, "Vul het e-mailadres"),
        ({"role": "agency_administrator"}, "Kies een rol uit de lijst"),
        ({"role": ""}, "verplicht"),
        ({"valid_until": "31/31/2026"}, "Dit is geen datum"),
        ({"valid_until": "2020-01-01"}, "al voorbij"),
        ({"valid_until": "2999-01-01"}, "ten hoogste twaalf maanden"),
        ({"reason": " "}, "Geef een reden"),
        ({"reason": "x" * 251}, "korter dan 250"),
    ],
)
def test_a_wrong_invitation_names_the_field_and_keeps_what_was_typed(admin, ocmw, changes, words, as_owner):
    response = invite(admin, ocmw.slug, **{"reason": "nieuwe collega <b>", **changes})
    assert response.status_code == 422
    text = response.content.decode()
    assert words in text
    if "reason" not in changes:
        assert "nieuwe collega &lt;b&gt;" in text
    with as_owner():
        assert not Invitation.objects.exists()


def test_an_administrator_does_not_invite_themselves(admin, ocmw, local_administrator):
    for email in (local_administrator.user.email, local_administrator.user.email.upper() + "\u200b"):
        response = invite(admin, ocmw.slug, email, role="case_worker")
        assert response.status_code == 422
        assert "uw eigen adres" in response.content.decode()


def test_an_administrator_who_takes_the_address_later_gets_no_role(
    admin, ocmw, local_administrator, as_owner
):
    path = shown_link(admin, ocmw.slug)
    with as_owner():
        User.objects.filter(pk=local_administrator.user_id).update(email=NEW)
    admin.get(path)
    assert admin.post("/uitnodiging/").status_code == 409
    assert len(access(NEW)) == 1


@pytest.mark.parametrize(
    "email", ["AN@Partner.example", " an@partner.example\u200b", "a\u00adn@partner.example"]
)
def test_an_address_in_another_casing_is_the_same_account(admin, ocmw, email):
    account = user("an@partner.example")
    path = shown_link(admin, ocmw.slug, email)
    browser, _ = open_link(path, signed_in(account))
    assert browser.post("/uitnodiging/").status_code == 302
    assert [given.user for given in access("an@partner.example")] == [account]


def test_a_lookalike_of_an_address_is_another_account(admin, ocmw):
    mike = user("mike@partner.example")
    browser, page = open_link(shown_link(admin, ocmw.slug, "mıke@partner.example"), signed_in(mike))
    assert "ander account" in page.content.decode()
    assert browser.post("/uitnodiging/").status_code == 200
    assert access(mike.email) == []


def test_a_colleague_with_the_role_is_not_invited_again(admin, ocmw, case_worker):
    response = invite(admin, ocmw.slug, case_worker.user.email)
    assert response.status_code == 422
    assert "heeft die rol hier al" in response.content.decode()
    assert invite(admin, ocmw.slug, case_worker.user.email, role="privacy_officer").status_code == 302


def test_a_second_press_makes_one_invitation(admin, ocmw, as_owner):
    assert invite(admin, ocmw.slug).status_code == 302
    again = invite(admin, ocmw.slug)
    assert again.status_code == 422
    assert "staat al een uitnodiging open" in again.content.decode()
    with as_owner():
        assert Invitation.objects.count() == 1


def test_inviting_again_replaces_the_link(admin, ocmw, as_owner):
    first = shown_link(admin, ocmw.slug)
    with as_owner():
        invitation = Invitation.objects.get()
    address = reverse("team_invitation", args=[ocmw.slug, invitation.public_id])
    response = admin.post(address, {"action": "again"})
    second = link_in(admin.get(response["Location"]).content.decode())
    assert open_link(first)[1].status_code == 404
    assert open_link(second)[1].status_code == 200


def test_withdrawing_twice_is_friendly(admin, ocmw, as_owner):
    path = shown_link(admin, ocmw.slug)
    with as_owner():
        address = reverse("team_invitation", args=[ocmw.slug, Invitation.objects.get().public_id])
    assert "werkt niet meer" in admin.post(address, {"action": "withdraw"}, follow=True).content.decode()
    assert "al in" in admin.post(address, {"action": "withdraw"}, follow=True).content.decode()
    assert admin.post(address, {"action": "x"}).status_code == 400
    assert open_link(path)[1].status_code == 404


def test_the_invitation_of_another_institution_is_not_found(admin, ocmw, other_ocmw, as_owner):
    shown_link(admin, ocmw.slug)
    with as_owner():
        invitation = Invitation.objects.get()
    elsewhere = signed_in(member(other_ocmw, "local_administrator").user)
    for slug in (other_ocmw.slug, ocmw.slug):
        address = reverse("team_invitation", args=[slug, invitation.public_id])
        assert elsewhere.post(address, {"action": "withdraw"}).status_code == 404
    with as_owner():
        assert Invitation.objects.get().withdrawn_at is None


def test_not_more_than_a_hundred_a_day(ocmw, local_administrator):
    with transaction.atomic():
        bind(institution_id=ocmw.pk, user_id=local_administrator.user_id, role="local_administrator")
        for number in range(100):
            inviting.invite(email=f"n{number}@x.example", role="case_worker", until=today(), reason="proef")
        with pytest.raises(inviting.Refused) as refused:
            inviting.invite(email="n@x.example", role="case_worker", until=today(), reason="proef")
        assert refused.value.code == "too_many"
        bind()


# In the database


@pytest.mark.parametrize("role", ["case_worker", "privacy_officer", ""])
def test_the_database_lets_no_other_role_invite(ocmw, role):
    account = member(ocmw, role or "case_worker").user
    with pytest.raises(DatabaseError, match="administrators"), transaction.atomic():
        fetch(
            "SELECT partners_invite('x@y.example', 'case_worker', app_today(), 'x', '\\x00')",
            institution=ocmw.pk,
            user=account.pk,
            role=role,
        )


def test_the_database_lets_the_agency_invite_nobody(ocmw, agency_administrator):
    with pytest.raises(DatabaseError, match="local administrators"), transaction.atomic():
        fetch(
            "SELECT partners_invite('x@y.example', 'case_worker', app_today(), 'x', '\\x00')",
            institution=ocmw.pk,
            user=agency_administrator.pk,
            scope="agency",
        )


@pytest.mark.parametrize(
    ("email", "role", "until", "outcome"),
    [
        ("x@y.example", "agency_administrator", "app_today()", "unknown_role"),
        ("x@y.example", "case_worker", "app_today() + 400", "too_long"),
        ("x@y.example", "case_worker", "app_today() - 1", "begins_early"),
        ("x@y.example", "case_worker", "NULL", "no_end"),
        (None, "case_worker", "app_today()", "own"),
    ],
)
def test_the_database_refuses_wrong_invitations(ocmw, local_administrator, email, role, until, outcome):
    bound = {"institution": ocmw.pk, "user": local_administrator.user_id, "role": "local_administrator"}
    statement = f"SELECT partners_invite(%s, %s, {until}, 'x', '\\x00')"
    assert fetch(statement, email or local_administrator.user.email, role, **bound) == [(outcome,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners_invitation SET role = 'privacy_officer' RETURNING 1",
        "DELETE FROM partners_invitation RETURNING 1",
        "INSERT INTO partners_invitation (public_id) VALUES (gen_random_uuid()) RETURNING 1",
        "SELECT partners_give_invited(i, i.invited_by_id) FROM partners_invitation i",
        "SELECT * FROM partners_locked_invitation('x')",
    ],
)
def test_the_web_role_has_no_other_way(admin, ocmw, local_administrator, statement):
    shown_link(admin, ocmw.slug)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(statement, institution=ocmw.pk, user=local_administrator.user_id, role="local_administrator")


def test_each_institution_reads_its_own_invitations(admin, ocmw, other_ocmw, local_administrator):
    shown_link(admin, ocmw.slug)
    count = "SELECT count(*) FROM partners_invitation"
    for role, seen in [("local_administrator", 1), ("privacy_officer", 1), ("case_worker", 0), ("", 0)]:
        assert fetch(count, institution=ocmw.pk, role=role) == [(seen,)]
    assert fetch(count, institution=other_ocmw.pk, role="local_administrator") == [(0,)]
    assert fetch(count, scope="agency") == [(0,)]


def test_an_address_is_in_no_line_of_the_log(admin, ocmw, caplog, joke):
    caplog.set_level("DEBUG")
    path = shown_link(admin, ocmw.slug)
    join(path)
    browser, _ = open_link(shown_link(admin, ocmw.slug, joke.email), signed_in(joke))
    browser.post("/uitnodiging/")
    messages = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("kbi"))
    assert NEW not in messages
    assert joke.email not in messages


def test_a_nul_in_the_link_is_no_fault(client):
    assert client.get("/uitnodiging/a%00b/").status_code == 302
    assert client.get("/uitnodiging/").status_code == 404
