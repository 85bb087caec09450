"""Help, the two statements and the news, and the foot of every page that leads to them."""

from __future__ import annotations

import datetime
import re

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from caseload.services import cleaning
from kbi_portal import errors
from kbi_portal.information import GUIDES
from partners import devices, slowing
from partners.enums import Role
from persons.enums import STATUSES

from .factories import inscribe, log_rows, member, part_line, person

PAGES = {
    "help": ("Help", "Help"),
    "help_case_worker": ("Help", "Help"),
    "help_local_administrator": ("Help", "Help"),
    "help_privacy_officer": ("Help", "Help"),
    "help_agency": ("Help", "Help"),
    "privacy": ("Privacyverklaring", "Privacy statement"),
    "accessibility": ("Toegankelijkheidsverklaring", "Accessibility statement"),
    "news": ("Nieuw", "What is new"),
}
FOOT = ("/help/", "/privacy/", "/toegankelijkheid/", "/nieuw/")


def foot(html: str) -> str:
    """The foot of a page, of the portal or of the admin."""
    return html.rpartition("<footer")[2]


def current_guide(html: str) -> str:
    [words] = re.findall(r'<nav aria-label="Help per rol">.*?aria-current="page">(.*?)</a>', html, re.DOTALL)
    return words


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_everyone_reads_the_pages_in_both_languages_and_the_log_gets_no_row(client, name):
    for language, heading in zip(("nl", "en"), PAGES[name], strict=True):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        html = client.get(reverse(name)).content.decode()
        assert f'<html lang="{language}">' in html
        assert f"<h1>{heading}</h1>" in html
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)", html)
    assert log_rows() == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_help_opens_at_the_role_of_the_user(ocmw, sign_in, role):
    browser = sign_in(member(ocmw, role))
    html = browser.get(reverse("help")).content.decode()
    assert current_guide(html) == str(GUIDES[role][1])
    for other in GUIDES:
        assert f'href="{reverse(f"help_{other}")}"' in html
    page = browser.get(reverse("own_looks", args=[ocmw.slug])).content.decode()
    assert f'href="{reverse(f"help_{role}")}"' in page


@pytest.mark.django_db
def test_the_agency_and_a_visitor_have_a_help_page_too(client, agency_administrator, sign_in):
    assert current_guide(client.get(reverse("help")).content.decode()) == str(GUIDES[Role.CASE_WORKER][1])
    html = sign_in(agency_administrator).get(reverse("help")).content.decode()
    assert current_guide(html) == str(GUIDES["agency"][1])


@pytest.mark.django_db
def test_help_has_the_words_of_every_status_where_the_folded_legend_looks_for_them(client):
    html = client.get(reverse("help_case_worker")).content.decode()
    legend = html.partition('<div class="stack" id="lezen">')[2].partition("Wat 79 % niet betekent")[0]
    for status in STATUSES.values():
        assert f"</span>{status.words}</span>" in legend
        assert str(status.meaning) in legend


@pytest.mark.django_db
def test_how_to_read_is_folded_at_list_file_and_figures(case_worker, ocmw, sign_in):
    line = person(verdict="reachable", parts=[part_line("NT2", "reachable")])
    inscription = inscribe(ocmw, line)
    browser = sign_in(case_worker)
    for name, arguments in [
        ("client_list", [ocmw.slug]),
        ("person_file", [ocmw.slug, inscription.public_id]),
        ("statistics:own", [ocmw.slug]),
    ]:
        html = browser.get(reverse(name, args=arguments)).content.decode()
        assert html.count("Hoe lees ik dit?") == 1


@pytest.mark.django_db
def test_the_foot_leads_to_the_pages(client, case_worker, agency_administrator, ocmw, sign_in, settings):
    settings.KBI_CONTACT = "helpdesk@partner.example"
    inscription = inscribe(ocmw, person())
    pages = [client.get(reverse("account_login"))]
    worker = sign_in(case_worker)
    pages += [
        worker.get(reverse("client_list", args=[ocmw.slug])),
        worker.get(reverse("person_file", args=[ocmw.slug, inscription.public_id])),
        worker.get("/nergens/"),
        sign_in(agency_administrator).get(reverse("admin:index")),
    ]
    for response in pages:
        assert response.status_code in (200, 404)
        html = foot(response.content.decode())
        for address in FOOT:
            assert f'href="{address}"' in html
        assert 'href="mailto:helpdesk@partner.example"' in html
        assert f"Nieuw in versie {settings.PORTAL_VERSION}" in html


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_foot_of_an_error_page_needs_no_database(language):
    # No database mark: a query would fail this test.
    request = RequestFactory().get("/")
    with translation.override(language):
        for response in (
            errors.not_found(request, Exception()),
            errors.server_error(request),
            errors.bad_body(413),
        ):
            html = foot(response.content.decode())
            for address in FOOT:
                assert f'href="{address}"' in html


@pytest.mark.django_db
def test_the_news_begins_with_this_version(client):
    html = client.get(reverse("news")).content.decode()
    assert re.findall(r"<h2>Versie (.*?)</h2>", html)[0] == settings.PORTAL_VERSION


def test_the_privacy_statement_has_the_terms_of_the_code():
    """Change templates/information/privacy.html with these."""
    assert cleaning.UPLOADS_KEPT == cleaning.DONE_KEPT == datetime.timedelta(days=7)
    assert datetime.timedelta(days=30) == cleaning.INVITATIONS_KEPT
    assert datetime.timedelta(days=3653) == cleaning.HISTORY_KEPT
    assert datetime.timedelta(days=1) == slowing.REMEMBERED
    assert devices.DAYS == 180
    assert settings.SESSION_COOKIE_AGE == 10 * 60 * 60
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert settings.CSRF_COOKIE_AGE is settings.LANGUAGE_COOKIE_AGE is None


@pytest.mark.django_db
def test_the_caseload_says_what_was_done(case_worker, ocmw, sign_in):
    inscription = inscribe(ocmw, person())
    browser = sign_in(case_worker)
    address = reverse("person_follow", args=[ocmw.slug, inscription.public_id])
    for action, words in [
        ("follow", "Staat nu in uw caseload."),
        ("unfollow", "Staat niet meer in uw caseload."),
    ]:
        assert words in browser.post(address, {"action": action}, follow=True).content.decode()
