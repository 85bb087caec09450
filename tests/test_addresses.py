"""Addresses of institutions: binding by slug, refusals in the log, two institutions in two tabs."""

from __future__ import annotations

import re
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from partners.access import access_of
from partners.addresses import reserved_words
from partners.enums import Role
from partners.models import Institution, Membership, User
from partners.services import new_slug

from . import factories
from .factories import inscribe, log_rows, member, person

LIST, ELSEWHERE = "/ocmw-proefstad/", "/ocmw-elders/"


def leaves(patterns, before: str = ""):
    """Pairs of whole route and view of every address of the portal."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from leaves(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def refusals() -> list[dict]:
    """The parts of refused log rows that say who was refused, where and why."""
    names = ("kind", "rule", "user_id", "institution_id", "role", "target", "numbers")
    return [{name: row[name] for name in names} for row in log_rows() if row["outcome"] == "refused"]


# -- the resolver


@pytest.mark.django_db
def test_no_slug_is_the_first_word_of_another_address():
    words = {route.lstrip("^").split("/")[0] for route, _view in leaves(get_resolver().url_patterns)}
    words = {word for word in words if word and not word.startswith("<")} | {
        settings.STATIC_URL.split("/")[1]
    }
    assert words == reserved_words()
    assert {"aanmelden", "beheer", "livez", "static"} <= words
    for word in words:
        assert new_slug(word) == f"{word}-2"


def test_every_page_of_an_institution_states_its_roles_and_no_other_page_does():
    for route, view in leaves(get_resolver().url_patterns):
        access = access_of(view)
        assert (access is not None) == route.startswith("<slug:slug>/"), route
        if access is not None:
            assert access.roles, route
            # Without a signed-in user it leads to sign-in, before anything is looked up.
            assert getattr(view, "login_required", True), route


def test_a_visitor_is_turned_away_before_the_institution_is_looked_up():
    order = settings.MIDDLEWARE
    login = order.index("django.contrib.auth.middleware.LoginRequiredMiddleware")
    assert login < order.index("partners.middleware.ActingMiddleware")


# -- visitors


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", [LIST, "/nergens/", LIST + "zoeken/", "/nergens/zoeken/", LIST + "cijfers/"])
def test_a_visitor_goes_to_sign_in_and_back_whether_or_not_the_institution_exists(ocmw, client, method, path):
    response = getattr(client, method)(path, {"q": "abdul"})
    assert response.status_code == 302
    assert response["Location"].startswith(f"{reverse('account_login')}?next={path}")
    assert log_rows() == []


@pytest.mark.django_db
def test_sign_in_leads_back_to_the_page(case_worker, client):
    page = LIST + "cijfers/?year=2015"
    sign_in = client.get(page)["Location"]
    form = client.get(sign_in).content.decode().split("<main")[1]
    [following] = re.findall(r'name="next" value="([^"]*)"', form)
    credentials = {"login": case_worker.user.email, "password": factories.PASSWORD, "next": following}
    assert client.post(reverse("account_login"), credentials)["Location"] == page


@pytest.mark.django_db
def test_a_post_after_signing_out_shows_and_logs_nothing(ocmw, case_worker, sign_in):
    granted = inscribe(ocmw, person())
    browser = sign_in(case_worker)
    browser.post(reverse("account_logout"))
    for name, arguments in [
        ("client_search", [ocmw.slug]),
        ("person_follow", [ocmw.slug, granted.public_id]),
    ]:
        response = browser.post(reverse(name, args=arguments), {"q": "abdul", "action": "follow"})
        assert response["Location"].startswith(reverse("account_login"))
    assert log_rows() == []


# -- members


@pytest.mark.django_db
@pytest.mark.parametrize(
    "slug", ["ocmw-elders", "nergens", "OCMW-PROEFSTAD", "aanmelden", "livez", "x" * 200, "ocmw_proefstad"]
)
def test_an_institution_one_does_not_work_for_is_not_found_and_logged(
    case_worker, other_ocmw, sign_in, slug, client
):
    browser = sign_in(case_worker)
    path = f"/{slug}/" if slug != "aanmelden" else "/aanmelden/cijfers/"
    response = browser.get(path)
    assert response.status_code == 404
    assert "Proefstad" not in response.content.decode()
    [row] = refusals()
    assert row == {
        "kind": "list",
        "rule": "no_membership",
        "user_id": case_worker.user_id,
        "institution_id": None,
        "role": "",
        "target": slug[:64],
        "numbers": [],
    }


@pytest.mark.django_db
def test_every_page_refuses_in_its_own_kind(case_worker, other_ocmw, sign_in):
    browser = sign_in(case_worker)
    number = factories.insz()
    at_other = inscribe(other_ocmw, person(number=number)).public_id
    browser.get(reverse("person_file", args=[other_ocmw.slug, at_other]))
    browser.post(reverse("client_search", args=[other_ocmw.slug]), {"q": number})
    browser.post(reverse("person_follow", args=[other_ocmw.slug, at_other]), {"action": "follow"})
    browser.get(reverse("statistics:own", args=[other_ocmw.slug]))
    assert [(row["kind"], row["target"], row["numbers"]) for row in refusals()] == [
        ("file", "ocmw-elders", []),
        ("search", "ocmw-elders", [number]),
        ("follow", "ocmw-elders", []),
        ("list", "ocmw-elders", []),
    ]


@pytest.mark.django_db
def test_an_unknown_slug_and_that_of_another_institution_look_and_cost_the_same(
    case_worker, other_ocmw, sign_in, django_assert_num_queries
):
    browser = sign_in(case_worker)
    browser.get("/nergens/")
    pages = []
    for path in ("/nergens/", ELSEWHERE):
        with django_assert_num_queries(8):
            pages.append(browser.get(path).content)
    assert pages[0] == pages[1]


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["membership ended", "not yet", "institution ended"])
def test_access_that_ended_ends_at_the_next_request(ocmw, case_worker, sign_in, as_owner, what):
    granted = inscribe(ocmw, person())
    browser = sign_in(case_worker)
    address = reverse("person_file", args=[ocmw.slug, granted.public_id])
    assert browser.get(LIST).status_code == browser.get(address).status_code == 200
    with as_owner():
        match what:
            case "membership ended":
                period = {"valid_from": "2019-01-01", "valid_until": "2020-01-01"}
                Membership.objects.filter(pk=case_worker.pk).update(**period)
            case "not yet":
                Membership.objects.filter(pk=case_worker.pk).update(
                    valid_from="2999-01-01", valid_until="2999-12-31"
                )
            case _:
                Institution.objects.filter(pk=ocmw.pk).update(active=False)
    assert browser.get(LIST).status_code == browser.get(address).status_code == 404
    assert browser.get("/").status_code == 403
    assert {(row["rule"], row["institution_id"]) for row in refusals()} == {("no_membership", None)}


@pytest.mark.django_db
def test_a_closed_account_has_no_session_left(case_worker, sign_in, as_owner):
    browser = sign_in(case_worker)
    with as_owner():
        User.objects.filter(pk=case_worker.user_id).update(is_active=False)
    assert browser.get(LIST)["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["//", "//ocmw-proefstad/", "/ocmw-proefstad//", "/ocmw-proefstad//zoeken/"])
def test_a_double_slash_is_no_address(case_worker, sign_in, path):
    # The test client takes what follows two slashes for a host.
    assert sign_in(case_worker).get("/", PATH_INFO=path).status_code == 404
    assert log_rows() == []


@pytest.mark.django_db
def test_an_inscription_opens_under_its_own_institution_only(ocmw, other_ocmw, case_worker, sign_in):
    """The user works for both; the address names the one that has no inscription."""
    granted = inscribe(ocmw, person())
    member(other_ocmw, user_=case_worker.user)
    browser = sign_in(case_worker)
    assert browser.get(reverse("person_file", args=[ocmw.slug, granted.public_id])).status_code == 200
    response = browser.get(reverse("person_file", args=[other_ocmw.slug, granted.public_id]))
    assert response.status_code == 404
    [row] = refusals()
    assert (row["rule"], row["institution_id"]) == ("not_visible", other_ocmw.pk)
    assert row["target"] == str(granted.public_id)


@pytest.mark.django_db
def test_a_role_that_may_not_is_logged_for_the_institution(ocmw, local_administrator, sign_in):
    granted = inscribe(ocmw, person())
    browser = sign_in(local_administrator)
    assert browser.get(LIST)["Location"] == LIST + "team/"
    browser.get(reverse("person_file", args=[ocmw.slug, granted.public_id]))
    browser.get(reverse("waiting_list", args=[ocmw.slug]))
    assert [(row["kind"], row["rule"], row["role"], row["target"]) for row in refusals()] == [
        ("file", "role", "local_administrator", str(granted.public_id)),
        ("inscription", "role", "local_administrator", ocmw.slug),
    ]
    assert {row["institution_id"] for row in refusals()} == {ocmw.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("account", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_staff_open_no_files_with_a_membership_either(ocmw, sign_in, account):
    granted = inscribe(ocmw, person())
    browser = sign_in(member(ocmw, user_=factories.user(**account)))
    assert browser.get(LIST)["Location"] == LIST + "cijfers/"
    assert browser.get(reverse("person_file", args=[ocmw.slug, granted.public_id])).status_code == 404
    search = browser.post(reverse("client_search", args=[ocmw.slug]), {"q": granted.insz})
    assert search.status_code == 404
    assert [(row["kind"], row["rule"], row["numbers"]) for row in refusals()] == [
        ("file", "not_visible", []),
        ("search", "role", [granted.insz]),
    ]


@pytest.mark.django_db
def test_of_several_roles_the_first_the_view_names_is_bound(ocmw, other_ocmw, sign_in):
    account = member(ocmw, Role.PRIVACY_OFFICER).user
    member(ocmw, user_=account)
    member(other_ocmw, Role.LOCAL_ADMINISTRATOR, user_=account)
    inscribe(ocmw, person())
    browser = sign_in(account)
    assert "Abdulahi" in browser.get(LIST).content.decode()
    # The role at one institution opens nothing at another.
    assert browser.get(ELSEWHERE)["Location"] == ELSEWHERE + "team/"
    assert browser.get(ELSEWHERE + "wacht-op-de-kbi/").status_code == 404
    assert [row["role"] for row in log_rows()] == ["case_worker", "local_administrator"]


@pytest.mark.django_db
def test_the_rows_of_a_request_share_its_id(ocmw, case_worker, sign_in):
    browser = sign_in(case_worker)
    browser.get(LIST)
    browser.get("/nergens/")
    requests = [uuid.UUID(row["request_id"]) for row in log_rows()]
    assert len(set(requests)) == 2


# -- two institutions


@pytest.fixture
def two_tabs(ocmw, other_ocmw, case_worker, sign_in) -> Client:
    """A browser of a case worker of both institutions, each with a client of its own."""
    inscribe(ocmw, person("Abdulahi", "Hodan"))
    inscribe(other_ocmw, person("Barzani", "Rojin"))
    member(other_ocmw, user_=case_worker.user)
    return sign_in(case_worker)


@pytest.mark.django_db
def test_two_tabs_work_side_by_side(two_tabs, ocmw, other_ocmw):
    before = dict(two_tabs.session)
    for _ in range(2):
        for path, own, other in [(LIST, "Abdulahi", "Barzani"), (ELSEWHERE, "Barzani", "Abdulahi")]:
            html = two_tabs.get(path).content.decode()
            assert own in html
            assert other not in html
            [file] = re.findall(rf'href="({path}dossier/[^"]*)"', html)
            assert own in two_tabs.get(file).content.decode()
    assert dict(two_tabs.session) == before
    assert [row["institution_id"] for row in log_rows()] == [
        ocmw.pk,
        ocmw.pk,
        other_ocmw.pk,
        other_ocmw.pk,
    ] * 2


@pytest.mark.django_db
def test_what_a_page_of_one_institution_asks_for_never_comes_from_another(two_tabs, ocmw):
    """A tab of one institution stays open while the user works for another in a second tab."""
    html = two_tabs.get(LIST).content.decode()
    two_tabs.get(ELSEWHERE)
    filters = re.search(r'hx-post="(/[^"]*)"', html).group(1)
    chosen = {"standing": "kept", "show": "all"}
    part = two_tabs.post(filters, chosen, headers={"HX-Request": "true"}, follow=True)
    search = two_tabs.post(re.search(r'action="([^"]*zoeken/)"', html).group(1), {"q": "a"}, follow=True)
    for response in (part, search):
        assert "Abdulahi" in response.content.decode()
        assert "Barzani" not in response.content.decode()
    assert "<b>OCMW Proefstad</b>" in search.content.decode()
    assert {row["institution_id"] for row in log_rows()[2:]} == {ocmw.pk}


@pytest.mark.django_db
def test_a_redirect_carries_no_message_and_no_name(two_tabs, ocmw):
    html = two_tabs.get(LIST).content.decode()
    [file] = re.findall(rf'href="({LIST}dossier/[^"?]*)\?[^"]*"', html)
    response = two_tabs.post(file + "volgen/", {"action": "follow"})
    assert response["Location"] == file
    assert response.content == b""
    # Opened in the tab of the other institution, nothing is left to show.
    assert "Abdulahi" not in two_tabs.get(ELSEWHERE).content.decode()
