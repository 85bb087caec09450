"""Guessing is slowed down, and no one is locked out by what others type."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.conf import settings as portal
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners import devices, slowing
from partners.models import FailedSignIns, User

from ..factories import PASSWORD, agency_administrator, institution, member, user

pytestmark = pytest.mark.django_db

OFFICE = "198.51.100.7"


def sign_in_at(browser: Client, email: str, password: str = PASSWORD, address: str = OFFICE):
    return browser.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address)


def guess(email: str, number: int, addresses=None, browser: Client | None = None) -> list[int]:
    """Statuses of `number` wrong passwords, each from a new address and browser unless these are named."""
    return [
        sign_in_at(browser or Client(), email, "fout", (addresses or f"203.0.113.{turn + 1}")).status_code
        for turn in range(number)
    ]


@pytest.fixture
def owner_of():
    """`owner_of()`: a new account that can sign in and has a page to go to."""

    def make() -> str:
        return member(institution()).user.email

    return make


@pytest.fixture
def known(owner_of):
    """A browser in which the owner of an account signed in before, and their e-mail address."""
    browser, email = Client(), owner_of()
    assert sign_in_at(browser, email).status_code == 302
    browser.post(reverse("account_logout"))
    return browser, email


def test_what_others_type_does_not_shut_out_the_owner_at_a_known_browser(known):
    browser, email = known
    assert guess(email, 9)[-1] == 429
    guess(email, 40, OFFICE)
    assert sign_in_at(browser, email).status_code == 302


def test_an_unknown_browser_waits_minutes_and_not_hours(known):
    _browser, email = known
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(email, 9)
        assert sign_in_at(Client(), email, address="192.0.2.200").status_code == 429
        # However long it goes on.
        for _ in range(30):
            clock.shift(slowing.LONGEST_WAIT)
            guess(email, 9)
        assert sign_in_at(Client(), email, address="192.0.2.200").status_code == 429
        clock.shift(slowing.LONGEST_WAIT)
        assert sign_in_at(Client(), email, address="192.0.2.200").status_code == 302


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_wrong_passwords_for_others_do_not_shut_out_an_office(settings, owner_of, behind_proxy):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(behind_proxy)
    headers = {"X-Forwarded-For": f"10.9.9.9, {OFFICE}"} if behind_proxy else {}
    for turn in range(32):
        browser = Client(headers=headers)
        assert (
            sign_in_at(
                browser, f"nobody{turn}@partner.example", "fout", "10.0.0.1" if behind_proxy else OFFICE
            ).status_code
            == 200
        )
    colleague = Client(headers=headers)
    assert sign_in_at(colleague, owner_of()).status_code == 302


def test_users_behind_a_declared_proxy_have_their_own_addresses(settings, owner_of):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    email = owner_of()
    for _ in range(5):
        sign_in_at(Client(headers={"X-Forwarded-For": "203.0.113.1"}), email, "fout", "10.0.0.1")
    refused, served = (
        sign_in_at(Client(headers={"X-Forwarded-For": address}), email, PASSWORD, "10.0.0.1").status_code
        for address in ("203.0.113.1", OFFICE)
    )
    assert (refused, served) == (429, 302)


def test_guessing_at_one_account_from_one_address_is_slowed_down(owner_of):
    """A hundred tries a day at most, also for a patient program."""
    email = owner_of()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        looked_at = 0
        for _ in range(24 * 60 * 2):
            clock.shift(30)
            try:
                slowing.begin(email, OFFICE, "")
            except slowing.SlowedDown:
                continue
            looked_at += 1
    assert 90 <= looked_at <= 110


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    seconds = [slowing.wait(failures, 5).total_seconds() for failures in range(4, 12)]
    assert seconds == [0, 30, 60, 120, 240, 480, 900, 900]
    assert slowing.wait(10**9, 5) == slowing.LONGEST_WAIT


def test_a_password_is_not_looked_at_while_waiting(owner_of, monkeypatch):
    email = owner_of()
    guess(email, 5, OFFICE)
    monkeypatch.setattr(User, "check_password", lambda *_: pytest.fail("A hash was computed."))
    assert sign_in_at(Client(), email).status_code == 429


def test_a_try_that_is_refused_does_not_make_the_wait_longer(owner_of):
    email = owner_of()
    guess(email, 5, OFFICE)
    before = list(FailedSignIns.objects.order_by("pk").values())
    assert guess(email, 5, OFFICE) == [429] * 5
    assert list(FailedSignIns.objects.order_by("pk").values()) == before


def test_a_known_browser_has_a_limit_of_its_own(known):
    browser, email = known
    assert guess(email, 6, OFFICE, browser)[-1] == 429
    assert sign_in_at(browser, email).status_code == 429
    # It says nothing about other browsers.
    assert sign_in_at(Client(), email).status_code == 302


def test_signing_in_takes_back_the_count_of_this_browser_only(owner_of):
    email = owner_of()
    guess(email, 4)
    sign_in_at(Client(), email, "fout")
    assert sign_in_at(Client(), email).status_code == 302
    assert FailedSignIns.objects.get(email=email, kind=FailedSignIns.ALL).failures == 5
    assert FailedSignIns.objects.filter(email=email, kind=FailedSignIns.ADDRESS).count() == 4


def test_signing_in_leaves_no_count(owner_of):
    assert sign_in_at(Client(), owner_of()).status_code == 302
    assert not FailedSignIns.objects.exists()


def test_a_count_starts_anew_after_a_day_and_is_purged(owner_of):
    email = owner_of()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(email, 5, OFFICE)
        clock.shift(slowing.REMEMBERED + datetime.timedelta(seconds=1))
        assert guess(email, 1, OFFICE) == [200]
        assert FailedSignIns.objects.get(email=email, kind=FailedSignIns.ALL).failures == 1
        sign_in_at(Client(), "nobody@partner.example", "fout")
        clock.shift(slowing.REMEMBERED)
        sign_in_at(Client(), "anybody@partner.example", "fout")
        assert slowing.purge(timezone.now()) == 4
        assert {count.email for count in FailedSignIns.objects.all()} == {"anybody@partner.example"}


def test_no_address_of_a_network_is_stored(owner_of):
    guess(owner_of(), 1, OFFICE)
    assert OFFICE not in str(list(FailedSignIns.objects.values()))


def test_an_ipv6_network_counts_as_one_address(owner_of):
    email = owner_of()
    for turn in range(5):
        sign_in_at(Client(), email, "fout", f"2001:db8:1:2::{turn + 1}")
    assert sign_in_at(Client(), email, address="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in_at(Client(), email, address="2001:db8:1:3::1").status_code == 302


def test_no_page_says_whether_an_account_exists(owner_of):
    """At every step the same status and page, after the same queries."""
    pages = []
    for email in (owner_of(), "nobody@partner.example"):
        pages.append([])
        for turn in range(8):
            response = sign_in_at(Client(), email, "fout", "203.0.113.77")
            text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
            pages[-1].append((response.status_code, text.replace(email, "…"), turn))
    assert pages[0] == pages[1]


def test_as_much_work_for_an_account_that_does_not_exist(owner_of):
    numbers = []
    for email in (owner_of(), "nobody@partner.example"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sign_in_at(Client(), email, "fout")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# The cookie


def test_the_cookie_of_another_user_opens_nothing(known, owner_of):
    browser, email = known
    victim = owner_of()
    guess(victim, 9)
    assert sign_in_at(browser, victim, address="192.0.2.1").status_code == 429
    browser.cookies[portal.DEVICE_COOKIE_NAME] = browser.cookies[portal.DEVICE_COOKIE_NAME].value[:-1] + "x"
    guess(email, 9)
    assert sign_in_at(browser, email, address="192.0.2.1").status_code == 429


def test_a_changed_password_makes_other_browsers_unknown(known, as_owner):
    browser, email = known
    elsewhere = Client()
    sign_in_at(elsewhere, email)
    other = "een-andere-lange-wachtzin"
    response = elsewhere.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": other, "password2": other},
    )
    assert response.status_code == 302
    guess(email, 9)
    assert sign_in_at(browser, email, other, "192.0.2.1").status_code == 429
    elsewhere.post(reverse("account_logout"))
    assert sign_in_at(elsewhere, email, other, "192.0.2.1").status_code == 302


def test_users_of_one_computer_are_all_known_there(owner_of):
    browser, emails = Client(), [owner_of() for _ in range(devices.MOST_USERS + 1)]
    for email in emails:
        sign_in_at(browser, email)
        browser.post(reverse("account_logout"))
        guess(email, 9)
    statuses = [sign_in_at(browser, email, address="192.0.2.1").status_code for email in emails[1:3]]
    assert statuses == [302, 302]
    browser.post(reverse("account_logout"))
    assert sign_in_at(browser, emails[0], address="192.0.2.1").status_code == 429


def test_the_cookie_is_for_the_server_alone_and_survives_signing_out(known):
    browser, _email = known
    cookie = browser.cookies[portal.DEVICE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == devices.DAYS * 86400
    assert cookie.value


def test_a_known_browser_is_not_counted_among_the_many_of_an_address(settings, known, owner_of):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "sign_in_from_address": "3/m/ip"}
    browser, email = known
    statuses = [
        sign_in_at(Client(), f"nobody{turn}@partner.example", "fout").status_code for turn in range(4)
    ]
    assert statuses == [200, 200, 200, 429]
    assert sign_in_at(browser, email).status_code == 302


# What an administrator sees


def test_an_administrator_sees_who_is_slowed_down_and_lifts_it(sign_in, owner_of):
    email = owner_of()
    guess(email, 9)
    guess("nobody@partner.example", 1)
    agency, page = sign_in(agency_administrator()), reverse("admin:partners_failedsignins_changelist")
    text = agency.get(page).content.decode()
    assert email in text
    assert "alle onbekende browsers samen" in text
    assert "nobody@partner.example" not in text
    count = FailedSignIns.objects.get(email=email, kind=FailedSignIns.ALL)
    assert str(timezone.localtime(count.until).year) in text
    response = agency.post(page, {"action": "lift", "_selected_action": [str(count.pk)]}, follow=True)
    assert "De vertraging is opgeheven." in response.content.decode()
    assert sign_in_at(Client(), email).status_code == 302
    entry = LogEntry.objects.get(object_id=str(User.objects.get(email=email).pk))
    assert "opgeheven" in entry.change_message


def test_only_an_administrator_lifts_it(sign_in, owner_of, case_worker):
    email = owner_of()
    guess(email, 9)
    count = FailedSignIns.objects.get(email=email, kind=FailedSignIns.ALL)
    data = {"action": "lift", "_selected_action": [str(count.pk)]}
    page = reverse("admin:partners_failedsignins_changelist")
    assert sign_in(case_worker).post(page, data).status_code == 403
    assert sign_in(user("staf@agentschap.example", is_staff=True)).post(page, data).status_code == 403
    assert FailedSignIns.objects.filter(pk=count.pk).exists()


def test_signing_out_tells_the_browser_to_forget_and_keeps_it_known(known):
    browser, email = known
    sign_in_at(browser, email)
    response = browser.post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browser.get(reverse("account_login"))
    assert portal.DEVICE_COOKIE_NAME not in response.cookies


def test_the_link_to_a_reset_is_on_the_page_once_and_after_the_password():
    page = Client().get(reverse("account_login")).content.decode()
    assert page.count(reverse("account_reset_password")) == 1
    assert page.index('name="password"') < page.index(reverse("account_reset_password"))
