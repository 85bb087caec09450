"""The search of the admin: accounts and institutions, beginnings of words first, and no clients."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from partners.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(agency_administrator, sign_in):
    return sign_in(agency_administrator)


def found(browser, typed: str) -> tuple[list[str], list[str]]:
    """Names of the institutions and of the accounts that are found, in order."""
    response = browser.post(reverse("admin:search"), {"q": typed})
    assert (response.status_code, response["Location"]) == (302, reverse("admin:search"))
    context = browser.get(response["Location"]).context
    return tuple(
        [str(row) for row in context[name].rows] if context[name] else []
        for name in ("institutions", "users")
    )


def test_beginnings_of_words_come_first(agency):
    for name in ("Regent", "OCMW Gent", "Gentbrugge"):
        factories.institution(name)
    factories.user("a@partner.example", first_name="Roger", last_name="Aagent")
    factories.user("gentiel@partner.example", first_name="Zoë", last_name="Zwart")
    factories.user("b@partner.example", first_name="Ann", last_name="Van Gent")
    assert found(agency, "gent") == (
        ["OCMW Gent", "Gentbrugge", "Regent"],
        ["Ann Van Gent", "Zoë Zwart", "Roger Aagent"],
    )
    assert found(agency, "GENT van") == ([], ["Ann Van Gent"])


def test_a_number_finds_its_institution(agency):
    factories.institution("OCMW Gent", kbo_number="0212214125")
    assert found(agency, "0212.214")[0] == ["OCMW Gent"]


def test_no_client_is_found(agency, case_worker):
    person = factories.person("Abdulahi", "Hodan")
    factories.inscribe(case_worker.institution, person)
    for typed in ("Abdulahi", person.insz):
        assert found(agency, typed) == ([], [])
        assert person.insz not in agency.get(reverse("admin:search")).headers.get("Location", "")


@pytest.mark.parametrize("typed", ["", " ", "x" * 101, "\u200b", "\\", "(", "%"])
def test_what_names_nothing_finds_nothing(typed, agency, ocmw):
    assert found(agency, typed) == ([], [])


def test_many_are_cut_and_say_so(agency):
    for number in range(21):
        factories.user(f"veel{number}@partner.example", first_name="Veel", last_name=f"Naam {number}")
    assert len(found(agency, "veel")[1]) == 20
    assert "Er zijn er nog meer." in agency.get(reverse("admin:search")).content.decode()


@pytest.mark.parametrize(
    ("codename", "expected"),
    [("view_user", ([], ["Ann Gent"])), ("view_institution", (["OCMW Gent"], [])), ("view_home", None)],
)
def test_only_what_the_user_may_read_is_searched(codename, expected, sign_in):
    factories.institution("OCMW Gent")
    factories.user("ann@partner.example", first_name="Ann", last_name="Gent")
    account = factories.user(is_staff=True)
    with factories.owner():
        account.user_permissions.set(Permission.objects.filter(codename=codename))
    browser = sign_in(account)
    box = 'action="' + reverse("admin:search")
    assert (box in browser.get(reverse("admin:index")).content.decode()) == (expected is not None)
    if expected is None:
        for method in (browser.get, browser.post):
            assert method(reverse("admin:search"), {"q": "gent"}).status_code == 403
    else:
        assert found(browser, "gent") == expected


def test_a_text_without_a_word_matches_no_account():
    factories.user()
    assert not User.objects.matching("\u200b").exists()
