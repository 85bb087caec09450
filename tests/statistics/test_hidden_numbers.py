"""Whoever searches sees in no figure whether a number is hidden by a rule or unknown."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from partners.enums import Role
from partners.models import Institution, Membership
from partners.periods import today
from statistics.careful.figures import Part
from statistics.careful.services import make
from statistics.figures import FIGURES
from tests import factories

from .careful import last_month, looks, moment, row, working_day, write
from .test_pages import tables

pytestmark = pytest.mark.django_db
ROLES = (Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR)


def browser_of(acting: Membership) -> Client:
    browser = Client()
    browser.force_login(acting.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def search(acting: Membership, way: str, number: str) -> list[dict]:
    """Search or paste a number and see the page of it; return the rows of the log that this wrote."""
    known = {each["id"] for each in factories.log_rows()}
    browser, page = browser_of(acting), f"/{acting.institution.slug}/"
    asked = (page + "zoeken/", {"q": number}) if way == "search" else (page + "lijst/", {"numbers": number})
    assert browser.get(browser.post(*asked)["Location"]).status_code == 200
    return [each for each in factories.log_rows() if each["id"] not in known]


def seen_by(acting: Membership) -> dict[str, object]:
    """All figures of an institution that this user sees, on pages and in files; its own name left out."""
    browser, page = browser_of(acting), f"/{acting.institution.slug}/cijfers/"
    found: dict[str, object] = {}
    for code in FIGURES:
        found[code] = str(tables(browser.get(page, {"figure": code})))
        asked = {"figure": code, "year": str(today().year), "table": "maanden", "format": "csv"}
        file = browser.get(page + "bestand/", asked)
        found[f"{code} file"] = file.content.decode() if file.status_code == 200 else file.status_code
    report = browser.get(page + "zorgvuldig/")
    if report.status_code == 200:
        found["report"] = str(tables(report))
        for part in Part:
            file = browser.get(page + "zorgvuldig/bestand/", {"table": part.value, "format": "csv"})
            found[f"{part} file"] = file.content.decode()
    # Moments and versions differ: the second institution is read later, and has a second version of the report.
    own = re.compile(rf"{re.escape(acting.institution.name)}|\d+\.\d\d\b|versie [12]")
    return {key: own.sub("", value) if isinstance(value, str) else value for key, value in found.items()}


def use(
    institution: Institution, way: str, number: str
) -> tuple[list[tuple[str, str]], list[dict[str, object]]]:
    """Search a number this month and in the last; return how it was logged, and what the roles see of it."""
    factories.mandate(institution)
    worker = factories.member(institution)
    readers = [factories.member(institution, role) for role in ROLES]
    logged = search(worker, way, number)
    month = last_month()
    looks(worker, month)
    values = ("kind", "outcome", "rule", "numbers")
    write(row(worker, moment(working_day(month)), **{name: each[name] for name in values}) for each in logged)
    with factories.owner():
        make(month, again=True)
    return [(each["outcome"], each["rule"]) for each in logged], [seen_by(reader) for reader in readers]


@pytest.mark.parametrize("way", ["search", "list"])
def test_a_hidden_number_changes_no_figure_compared_with_an_unknown_one(way):
    unknown, hidden = factories.institution(), factories.institution()
    shielded = factories.insz()
    factories.shield(shielded)
    how_unknown, seen_unknown = use(unknown, way, factories.insz())
    how_hidden, seen_hidden = use(hidden, way, shielded)
    # The log tells them apart, the figures do not.
    assert ("refused", "shielded") in how_hidden
    assert ("refused", "shielded") not in how_unknown
    assert seen_hidden == seen_unknown
    assert "refusal file" in seen_hidden[0]
    assert seen_hidden[0]["refusal file"] == 404


@pytest.mark.parametrize("way", ["search", "list"])
def test_a_colleague_changes_no_figure_compared_with_an_unknown_number(way):
    unknown, hidden = factories.institution(), factories.institution()
    number = factories.insz()
    colleagues = [factories.member(each) for each in (unknown, hidden)]
    factories.enter_number(colleagues[1].user, number)
    _how, seen_unknown = use(unknown, way, factories.insz())
    how_hidden, seen_hidden = use(hidden, way, number)
    assert ("refused", "colleague") in how_hidden
    assert seen_hidden == seen_unknown


def test_refusals_are_a_figure_for_privacy_officers_only(ocmw):
    page = "/ocmw-proefstad/cijfers/"
    for role in Role:
        acting = factories.member(ocmw, role)
        if role == Role.PRIVACY_OFFICER:
            # Also of who opens files first.
            acting = factories.member(ocmw, Role.CASE_WORKER, user_=acting.user)
        response = browser_of(acting).get(page)
        names = [link.name for link in response.context["figures"]]
        others = {link.name for link in response.context["more_figures"]}
        is_officer = role == Role.PRIVACY_OFFICER
        assert names == [
            "Raadplegingen",
            "Zoekopdrachten",
            "Weigeringen" if is_officer else "Uitgevoerde lijsten",
        ]
        assert "Weigeringen" not in others
        asked = {"figure": "refusal", "year": str(today().year), "table": "maanden", "format": "csv"}
        assert browser_of(acting).get(page + "bestand/", asked).status_code == (200 if is_officer else 404)
