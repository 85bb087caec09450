"""The frame around every page: who is looking, the menu, signing in and out, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.conf import settings
from django.core import exceptions
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, reverse
from django.utils import translation

from kbi_portal import errors
from kbi_portal.menu import ENTRIES, menu
from kbi_portal.middleware import UndeclaredProxyMiddleware
from partners.enums import InstitutionKind, Role
from partners.models import Institution

from . import factories

PASSWORD = "een-lang-wachtwoord-9"


def login(client: Client, email: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


@pytest.fixture
def account(ocmw):
    """A case worker who can sign in with `PASSWORD`."""
    user = factories.user("an@partner.example", password=PASSWORD, first_name="An", last_name="Peeters")
    return factories.member(ocmw, user_=user)


@pytest.mark.django_db
def test_the_frame_says_as_whom_one_looks(client, account):
    assert login(client, "an@partner.example")["Location"] == "/"
    html = client.get("/", follow=True).content.decode()
    for word in (
        "An Peeters",
        "maatschappelijk werker",
        "OCMW Proefstad",
        "Afmelden",
        "English",
        'href="#inhoud"',
    ):
        assert word in html
    assert "Naar OCMW" not in html
    assert 'aria-current="page"' in html


@pytest.mark.django_db
def test_who_works_for_two_institutions_chooses_by_a_link_and_can_switch(client, account, other_ocmw):
    factories.member(other_ocmw, user_=account.user)
    factories.member(other_ocmw, Role.PRIVACY_OFFICER, user_=account.user)
    login(client, "an@partner.example")
    main = client.get("/").content.decode().split("<main")[1]
    assert re.findall(r'href="(/ocmw-.*?)"', main) == ["/ocmw-elders/", "/ocmw-proefstad/"]
    assert "privacyverantwoordelijke" in main
    header = client.get("/ocmw-proefstad/").content.decode().split("<main")[0]
    assert "<b>OCMW Proefstad</b>" in header
    assert re.findall(r'href="(/ocmw-elders/.*?)"', header) == ["/ocmw-elders/"]
    # A page of no institution leads to neither.
    neutral = client.get(reverse("account_change_password")).content.decode().split("<main")[0]
    assert ">Cliënten</a>" not in neutral
    assert re.findall(r'href="(/ocmw-.*?)"', neutral) == ["/ocmw-elders/", "/ocmw-proefstad/"]


@pytest.mark.django_db
def test_roles_add_up_within_an_institution(client, account, ocmw, other_ocmw):
    factories.member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=account.user)
    factories.member(other_ocmw, Role.PRIVACY_OFFICER, user_=account.user)
    login(client, "an@partner.example")
    assert ">Cliënten</a>" in client.get("/ocmw-proefstad/cijfers/").content.decode()
    assert ">Cliënten</a>" not in client.get("/ocmw-elders/cijfers/").content.decode()


@pytest.mark.django_db
def test_somebody_without_membership_gets_an_explanation(client, former_case_worker, sign_in):
    response = sign_in(former_case_worker).get("/")
    assert response.status_code == 403
    assert "geen enkele instelling" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["abcdefgh\x00ijklmnop", "é" * 32, "'; DROP TABLE x --", "x" * 5000, ""])
def test_a_session_key_nobody_gave_out_is_no_session(client, key):
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/")["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["kind__exact=%00", "q=%00", "%00=1", "kind__exact=OCMW&kind__exact=a%00b"])
def test_a_nul_in_an_address_is_a_page_in_words(agency_administrator, sign_in, query):
    response = sign_in(agency_administrator).get(
        f"{reverse('admin:partners_institution_changelist')}?{query}"
    )
    assert response.status_code == 400
    assert "Onleesbaar verzoek" in response.content.decode()


@pytest.mark.django_db
def test_a_wrong_password_is_said_without_saying_whether_the_account_exists(client, account):
    known = login(client, "an@partner.example", "verkeerd").content.decode()
    unknown = login(client, "niemand@partner.example", "verkeerd").content.decode()
    pattern = r'<div class="notice bad" role="alert">\s*(.*?)\s*</div>'
    said = re.search(pattern, known, re.S).group(1)
    assert said == re.search(pattern, unknown, re.S).group(1)
    assert 'value="an@partner.example"' in known


@pytest.mark.django_db
def test_the_sixth_try_is_answered_by_a_page_in_words(client, account):
    for _ in range(5):
        assert login(client, "an@partner.example", "verkeerd").status_code == 200
    response = login(client, "an@partner.example")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 30
    assert "Probeer het opnieuw over een minuut." in response.content.decode()


@pytest.mark.django_db
def test_a_closed_account_is_told_so(client, account, as_owner):
    with as_owner():
        account.user.is_active = False
        account.user.save()
    response = login(client, "an@partner.example")
    assert response.status_code == 403
    assert "Account gesloten" in response.content.decode()


@pytest.mark.django_db
def test_signing_out_asks_by_get_and_does_it_by_post(client, account):
    login(client, "an@partner.example")
    assert "Meld af" in client.get(reverse("account_logout")).content.decode()
    response = client.post(reverse("account_logout"), follow=True)
    assert "U bent afgemeld." in response.content.decode()
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_nobody_registers_and_everybody_can_change_the_password(client, account):
    assert "Geen registratie" in client.get(reverse("account_signup")).content.decode()
    login(client, "an@partner.example")
    page = reverse("account_change_password")
    assert client.get(page).content.decode().count('type="password"') == 3
    short = client.post(page, {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"})
    assert "minstens 12 tekens" in short.content.decode()
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in short.content.decode()
    done = client.post(
        page,
        {"oldpassword": PASSWORD, "password1": "nog-een-lang-8", "password2": "nog-een-lang-8"},
        follow=True,
    )
    assert "Uw wachtwoord is gewijzigd." in done.content.decode()


@pytest.mark.django_db
def test_the_language_switch_comes_back_to_the_page_and_is_remembered(client, account):
    login(client, "an@partner.example")
    response = client.post(reverse("set_language"), {"language": "en", "next": "/ocmw-proefstad/?show=all"})
    assert response["Location"] == "/ocmw-proefstad/?show=all"
    html = client.get("/ocmw-proefstad/").content.decode()
    assert '<html lang="en">' in html
    assert 'value="nl"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_who_opens_no_files_has_no_clients_in_the_menu(client, ocmw, sign_in, role):
    browser = sign_in(factories.member(ocmw, role))
    html = browser.get(reverse("account_change_password")).content.decode()
    assert ">Cliënten</a>" not in html
    assert "Cijfers" in html


CLIENTS = ["Cliënten", "Lijst plakken", "Via derden"]
LOOKS = ["Inzages", "Eén persoon", "Afschermingen"]
MANDATES = ["Machtigingen", "Toegang"]
MENUS = [
    ([Role.CASE_WORKER], [*CLIENTS, "Cliënten opladen", "Cijfers"]),
    ([Role.LOCAL_ADMINISTRATOR], ["Collega’s", "Inschrijven", "Cliënten opladen", "Cijfers"]),
    ([Role.PRIVACY_OFFICER], [*LOOKS, "Cijfers", *MANDATES]),
    (list(Role), [*CLIENTS, "Collega’s", "Cliënten opladen", *LOOKS, "Cijfers", *MANDATES]),
]


@pytest.mark.parametrize(("roles", "words"), MENUS)
def test_the_menu_has_the_pages_of_the_roles(roles, words):
    ocmw = Institution(slug="ocmw", kind=InstitutionKind.OCMW)
    supplier = Institution(slug="cvo", kind=InstitutionKind.CVO, kbo_number="0999020181")
    assert [str(link.words) for link in menu(ocmw, set(roles), "")] == words
    added = {str(link.words) for link in menu(supplier, set(roles), "")} - set(words)
    assert added == ({"Vragen aan ons"} if Role.CASE_WORKER in roles else set())


def view_names(patterns: Iterable, namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from view_names(
                pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace
            )
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


@pytest.mark.parametrize("name", sorted({name for entry in ENTRIES for name in entry.within}))
def test_a_page_within_another_exists_and_marks_it(name):
    assert name in view_names(get_resolver().url_patterns)
    links = menu(Institution(slug="ocmw", kind=InstitutionKind.OCMW), set(Role), name)
    assert [link.current for link in links].count("true") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [roles for roles, _words in MENUS], ids=" ".join)
def test_each_link_of_the_menu_opens_and_is_the_current_one(sign_in, ocmw, roles):
    user = factories.user("an@partner.example")
    members = [factories.member(ocmw, role, user_=user) for role in roles]
    browser = sign_in(members[0])
    navigation = re.compile(r'<nav aria-label="Hoofdmenu".*?</nav>', re.DOTALL)
    link = re.compile(r'<a href="([^"]*)"\s*(aria-current="page")?\s*>')
    [nav] = navigation.findall(browser.get(reverse("statistics:own", args=[ocmw.slug])).content.decode())
    addresses = [address for address, _ in link.findall(nav)]
    assert len(addresses) >= 2
    for address in addresses[:-1]:  # the last one is the help, which is more than one page
        response = browser.get(address)
        assert response.status_code == 200, address
        [nav] = navigation.findall(response.content.decode())
        assert [each for each, current in link.findall(nav) if current] == [address]


@pytest.mark.django_db
def test_the_admin_wears_the_portals_colours(agency_administrator, sign_in):
    html = sign_in(agency_administrator).get(reverse("admin:index")).content.decode()
    assert "css/admin.css" in html
    assert reverse("account_logout") in html
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)", html)


def test_grids_have_their_columns_before_their_items():
    # `auto-fit` counts the items that have come in so far, so on a slow line each new one moves those before it.
    sheets = sorted((settings.BASE_DIR / "static/css").glob("*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if "auto-fit" in sheet.read_text()] == []


@pytest.mark.parametrize(("language", "words"), [("nl", "Er ging iets mis"), ("en", "Something went wrong")])
def test_a_server_error_is_a_page_in_the_users_language_without_a_query(language, words):
    # No database mark: a query would fail this test.
    with translation.override(language):
        html = errors.server_error(RequestFactory().get("/")).content.decode()
    assert words in html
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize(
    ("handler", "status", "words"),
    [(errors.not_found, 404, "Niet gevonden"), (errors.forbidden, 403, "Geen toegang")],
)
def test_errors_name_nobody_and_lead_home(handler, status, words):
    request = RequestFactory().get("/dossier/geheim/")
    response = handler(request, exceptions.PermissionDenied("geheim"))
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert "geheim" not in html
    assert 'href="/"' in html


@pytest.mark.django_db
def test_an_unknown_address_is_a_page_in_the_language_of_the_cookie(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get("/nergens/niets/")
    assert response.status_code == 404
    assert '<html lang="en">' in response.content.decode()


@pytest.mark.django_db
def test_an_expired_form_is_explained(account):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": "x", "password": "y"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "De pagina was verlopen" in page
    assert f'href="{reverse("account_login")}">Meld opnieuw aan' in page


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"])
def test_a_proxy_of_which_the_settings_know_nothing_is_logged_once(rf, caplog, header):
    middleware = UndeclaredProxyMiddleware(lambda request: HttpResponse())
    middleware(rf.get("/"))
    assert caplog.records == []
    for _ in range(3):
        middleware(rf.get("/", headers={header: "203.0.113.9"}))
    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert "KBI_BEHIND_PROXY" in record.getMessage()
    assert "203.0.113.9" not in record.getMessage()


def test_a_declared_proxy_is_not_warned_of(settings):
    settings.KBI_BEHIND_PROXY = True
    with pytest.raises(exceptions.MiddlewareNotUsed):
        UndeclaredProxyMiddleware(lambda request: HttpResponse())


@pytest.mark.django_db
def test_no_other_site_shows_what_is_here(client):
    response = client.get(reverse("account_login"))
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
