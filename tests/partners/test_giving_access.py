"""The agency gives access in steps, another administrator confirms it, and the first page shows what waits."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from partners.models import Institution, Membership
from partners.periods import today
from partners.rights import longest_until

from ..factories import agency_administrator, institution, member, user

pytestmark = pytest.mark.django_db
ADD = "admin:partners_membership_add"


@pytest.fixture
def agency(sign_in):
    return sign_in(agency_administrator())


@pytest.fixture
def houses():
    return {
        name: institution(name, kind, **numbers)
        for name, kind, numbers in (
            ("Agentschap Integratie en Inburgering", "agency", {}),
            ("OCMW Gent", "ocmw", {"kbo_number": "0999010126", "nis_code": "44021"}),
            ("OCMW Destelbergen-Gentbrugge", "ocmw", {}),
            ("VDAB", "vdab", {}),
        )
    }


def days(**fields) -> dict[str, str]:
    form = {
        "role": "case_worker",
        "first": today(),
        "until": longest_until(),
        "reason": "nieuwe collega",
    } | fields
    return {name: f"{value:%d-%m-%Y}" if hasattr(value, "year") else value for name, value in form.items()}


def shown(browser, page) -> str:
    response = browser.get(page)
    assert response.status_code == 200
    return response.content.decode()


def choices(html: str) -> list[int]:
    return [int(key) for key in re.findall(r'name="chosen"\s+id="chosen-(\d+)"', html)]


def through(browser, account, house, **fields) -> str:
    """Go through the steps up to the summary; returns its address."""
    step = browser.post(reverse(ADD), {"q": account.email})["Location"]
    step = browser.post(step, {"chosen": account.pk, "choose": "Verder"})["Location"]
    step = browser.post(step, {"chosen": house.pk, "choose": "Verder"})["Location"]
    return browser.post(step, days(**fields))["Location"]


def test_access_is_proposed_step_by_step_and_the_message_names_it(agency, houses):
    account = user("an.peeters@ocmw-gent.example", first_name="An", last_name="Peeters")
    page = reverse(ADD)
    assert choices(shown(agency, page)) == []
    page = agency.post(page, {"q": "peeters an"})["Location"]
    assert choices(shown(agency, page)) == [account.pk]
    page = agency.post(page, {"chosen": account.pk, "choose": "Verder"})["Location"]
    page = agency.post(page, {"q": "gent"})["Location"]
    html = shown(agency, page)
    assert "OCMW · KBO 0999010126 · NIS 44021" in " ".join(re.sub(r"<[^>]+>", " ", html).split()).replace(
        " ·  ", " · "
    )
    page = agency.post(page, {"chosen": houses["OCMW Gent"].pk, "choose": "Verder"})["Location"]
    shown(agency, page)
    page = agency.post(page, days())["Location"]
    html = shown(agency, page)
    for text in ("Peeters", "OCMW Gent", "maatschappelijk werker", "nieuwe collega"):
        assert text in html
    assert not Membership.objects.exists()
    response = agency.post(page, follow=True)
    access = Membership.objects.get()
    assert (access.user, access.institution, access.status) == (account, houses["OCMW Gent"], "proposed")
    until = date_format(longest_until(), "SHORT_DATE_FORMAT")
    assert (
        f"Voorgesteld: An Peeters, maatschappelijk werker bij OCMW Gent, tot en met {until}."
        in response.content.decode()
    )
    assert response.request["PATH_INFO"] == reverse("admin:partners_membership_change", args=[access.pk])
    again = agency.post(page, follow=True)
    assert "al verstuurd, of verlopen" in again.content.decode()
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gent", "OCMW Gent"),
        ("Gent ocmw", "OCMW Gent"),
        ("gentb", "OCMW Destelbergen-Gentbrugge"),
        ("0999.010.126", "OCMW Gent"),
        ("44021", "OCMW Gent"),
        ("agent", "Agentschap Integratie en Inburgering"),
    ],
)
def test_beginnings_of_words_come_first(houses, typed, first):
    assert Institution.objects.matching(typed)[0].name == first


def test_gent_and_enter_never_gives_the_agency(agency, houses):
    """Enter in the search box searches, and chooses nothing: the first button of its form is Zoek."""
    found = [each.name for each in Institution.objects.matching("gent")]
    assert found == ["OCMW Gent", "OCMW Destelbergen-Gentbrugge", "Agentschap Integratie en Inburgering"]
    account = user()
    page = agency.post(reverse(ADD), {"chosen": account.pk, "choose": "Verder"})["Location"]
    for _enter in range(3):
        page = agency.post(page, {"q": "gent"})["Location"]
        html = shown(agency, page)
        assert "/instelling/" in page
        assert "checked" not in html
    forms = re.findall(
        r"<form method=\"post\">.*?</form>", html[html.index('id="content-main"') :], re.DOTALL
    )
    assert [("chosen" in form, 'name="q"' in form) for form in forms] == [(False, True), (True, False)]
    assert "Duid een regel aan." in agency.post(page, {"choose": "Verder"}, follow=True).content.decode()
    assert not Membership.objects.exists()


def test_a_wrong_day_is_named_and_what_was_typed_stays(agency, houses):
    page = through(agency, user(), houses["VDAB"], until="31-12-2099", reason="vervangt Joke")
    html = shown(agency, page)
    assert page.endswith("/rol/")
    assert "Toegang duurt ten hoogste twaalf maanden vanaf vandaag." in html
    assert 'value="31-12-2099"' in html
    assert "vervangt Joke" in html


def test_no_address_has_what_was_typed_and_no_get_writes(agency, houses, django_assert_num_queries):
    account = user("an.peeters@ocmw-gent.example")
    page = through(agency, account, houses["VDAB"])
    assert re.fullmatch(rf"{reverse(ADD)}[0-9a-f-]{{36}}/nakijken/", page)
    before = agency.session["access_drafts"]
    assert "peeters" not in str(before)
    for step in ("wie", "instelling", "rol", "nakijken"):
        shown(agency, page.replace("nakijken", step))
    assert agency.session["access_drafts"] == before
    assert agency.get(page.replace("nakijken", "nergens")).status_code == 404


def test_a_step_ahead_leads_back_and_a_draft_belongs_to_its_session(agency, houses):
    account = user()
    page = agency.post(reverse(ADD), {"chosen": account.pk, "choose": "Verder"})["Location"]
    for step in ("rol", "nakijken"):
        assert agency.post(page.replace("instelling", step), days())["Location"] == page
    other = Client()
    other.force_login(agency_administrator(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert other.get(page)["Location"] == reverse("admin:partners_membership_changelist")


def test_the_pages_of_an_account_and_an_institution_choose_one_already(agency, houses):
    account = user()
    html = shown(agency, reverse("admin:partners_user_change", args=[account.pk]))
    href = f"{reverse(ADD)}?user={account.pk}"
    assert href in html
    html = shown(agency, href)
    assert choices(html) == [account.pk]
    assert "checked" in html
    house = houses["VDAB"]
    html = shown(agency, f"{reverse(ADD)}?institution={house.pk}")
    assert f'<input type="hidden" name="institution" value="{house.pk}">' in html
    data = {"institution": house.pk, "chosen": account.pk, "choose": "Verder"}
    assert choices(shown(agency, agency.post(reverse(ADD), data)["Location"])) == [house.pk]


def test_no_one_chooses_themselves(sign_in, houses):
    me = agency_administrator()
    browser = sign_in(me)
    page = browser.post(reverse(ADD), {"q": me.email})["Location"]
    assert choices(shown(browser, page)) == []
    assert browser.post(page, {"chosen": me.pk, "choose": "Verder"})["Location"] == page


def test_what_overlaps_is_said_before_anything_is_made(agency, houses):
    access = member(houses["VDAB"])
    response = agency.post(through(agency, access.user, access.institution), follow=True)
    assert "heeft deze persoon die rol hier al" in response.content.decode()
    assert Membership.objects.count() == 1


def test_a_second_administrator_confirms_it_on_its_page(agency, houses):
    agency.post(through(agency, user(first_name="An", last_name="Peeters"), houses["OCMW Gent"]))
    access = Membership.objects.get()
    page = reverse("admin:partners_membership_change", args=[access.pk])
    confirm = reverse("admin:partners_membership_confirm", args=[access.pk])
    assert "U hebt dit zelf voorgesteld." in shown(agency, page)
    assert confirm not in shown(agency, page)
    assert "U hebt dit zelf voorgesteld" in agency.post(confirm, follow=True).content.decode()
    lena = Client()
    lena.force_login(agency_administrator(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "1 voorstel van toegang wacht" in shown(lena, reverse("admin:index"))
    listed = shown(lena, reverse("admin:partners_membership_changelist") + "?status__exact=proposed")
    assert page in listed
    assert confirm in shown(lena, page)
    said = lena.post(confirm, follow=True).content.decode()
    assert "Bevestigd: An Peeters, maatschappelijk werker bij OCMW Gent" in said
    assert "niet meer open" in lena.post(confirm, follow=True).content.decode()
    access.refresh_from_db()
    assert access.status == "confirmed"
    assert [entry.user_id for entry in LogEntry.objects.order_by("pk")] == [
        access.proposed_by_id,
        access.confirmed_by_id,
    ]
    html = shown(lena, page)
    assert html.index("bevestigd</td>") < html.index("voorgesteld</td>")


def test_access_is_ended_extended_and_withdrawn_with_a_reason(agency, houses):
    access = member(houses["VDAB"])
    page = reverse("admin:partners_membership_end", args=[access.pk])
    assert "reason" in agency.post(page, {"until": "", "reason": ""}).context["form"].errors
    response = agency.post(page, {"until": f"{today():%d-%m-%Y}", "reason": "uit dienst"}, follow=True)
    assert "De toegang is beëindigd." in response.content.decode()
    access.refresh_from_db()
    assert (access.valid_until, access.reason) == (today(), "uit dienst")
    page = reverse("admin:partners_membership_extend", args=[access.pk])
    until = f"{longest_until():%d-%m-%Y}"
    response = agency.post(page, {"until": until, "reason": "blijft toch"}, follow=True)
    assert "De verlenging is voorgesteld." in response.content.decode()
    response = agency.post(page, {"until": until, "reason": "blijft toch"})
    assert "wacht er een voorstel" in response.content.decode()
    follow_up = Membership.objects.get(follows=access)
    page = reverse("admin:partners_membership_end", args=[follow_up.pk])
    assert "until" not in agency.get(page).context["form"].fields
    response = agency.post(page, {"reason": "toch niet"}, follow=True)
    assert "De toegang is ingetrokken." in response.content.decode()


def test_a_reader_of_figures_gives_nothing(sign_in, as_owner, houses):
    from django.contrib.auth.models import Group

    from partners.groups import READERS, sync_groups

    reader, access = user(is_staff=True), member(houses["VDAB"])
    with as_owner():
        sync_groups()
        reader.groups.add(Group.objects.get(name=READERS))
    browser = sign_in(reader)
    assert browser.get(reverse(ADD)).status_code == 403
    for step in ("end", "extend"):
        assert browser.get(reverse(f"admin:partners_membership_{step}", args=[access.pk])).status_code == 403
    home = shown(browser, reverse("admin:index"))
    assert "Toegang geven" not in home
    assert "voorstel" not in home
