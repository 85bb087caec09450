"""Registering under a number that was replaced: carried over at once, and said only once the inscription is ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Institution
from partners.periods import months_later
from persons.formats import day
from persons.insz import format_insz
from persons.models import AccessRequest, CaseloadRow, Inscription
from persons.services.registering import Row, import_clients
from persons.services.registering import register as register_rows

from .. import factories
from ..factories import fetch, insz, log_rows, mandate, member
from ..persons.inbox import FIRST, NEW, OLD, SECOND, Inbox, good
from .test_pasted_lists import paste, register_form
from .test_pasted_lists import rows as pasted_rows
from .test_registration import DAY, TODAY, register, search, text, written

pytestmark = pytest.mark.django_db

U = "A0000001"
SAID = "Dit nummer is vervangen; ingeschreven onder het nieuwe nummer."


@pytest.fixture
def browser(case_worker, sign_in):
    return sign_in(case_worker)


@pytest.fixture
def replaced(tmp_path: Path, ocmw) -> None:
    """The KBI knows a person under two numbers, of which the first was replaced."""
    mandate(ocmw)
    Inbox(tmp_path).take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))


def held(where: Institution) -> list[tuple]:
    with factories.owner():
        return [
            (each.insz, (each.valid_from - TODAY).days, each.voided_at is not None)
            for each in Inscription.objects.filter(institution=where).order_by("pk")
        ]


def test_it_is_carried_over_at_once_and_the_file_opens(replaced, browser, ocmw, case_worker):
    response = register(browser, search(browser, OLD))
    with factories.owner():
        carried = Inscription.objects.get(insz=NEW)
        assert [row.insz for row in CaseloadRow.objects.all()] == [NEW]
    assert ("follow", NEW) in [(row["kind"], row["insz"]) for row in log_rows()]
    assert response["Location"] == reverse("person_file", args=[ocmw.slug, carried.public_id])
    words = text(browser.get(response["Location"]))
    assert SAID in words
    assert f"Nummer vervangen op {day(TODAY)}: overgenomen van nummer {format_insz(OLD)}." in words
    assert held(ocmw) == [(OLD, 0, True), (NEW, 0, False)]
    steps = fetch(
        "SELECT what, reason, user_id FROM persons_inscriptionevent ORDER BY id", institution=ocmw.pk
    )
    assert [step for step in steps if step[0] == "carried_over"] == [
        ("carried_over", "number_replaced", case_worker.user_id)
    ] * 2
    # The log names the number that was typed.
    assert [(row["numbers"], row["insz"]) for row in log_rows() if row["kind"] == "registration"] == [
        ([OLD], OLD)
    ]


def test_the_form_is_the_same_for_a_number_that_was_replaced(replaced, browser):
    pages = []
    for number in (OLD, insz()):
        results = search(browser, number)
        browser.get(results)  # the first page of a session notes the sign-in
        with CaptureQueriesContext(connection) as captured:
            html = browser.get(results).content.decode()
        for varying in (format_insz(number), results.split("/")[3]):
            html = html.replace(varying, "")
        html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|\d\d[.:]\d\d', "", html)
        pages.append((html, [re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in captured]))
    assert pages[0] == pages[1]


def test_where_it_has_not_begun_it_stays_and_nothing_is_said(replaced, browser, ocmw):
    response = register(
        browser,
        search(browser, OLD),
        valid_from=written(TODAY + 5 * DAY),
        valid_until=written(months_later(TODAY, 6)),
    )
    assert SAID not in text(browser.get(response["Location"]))
    assert held(ocmw) == [(OLD, 5, False)]


def test_where_the_new_number_is_registered_already_days_are_merged(replaced, browser, ocmw):
    register(browser, search(browser, NEW))
    response = register(browser, search(browser, OLD))
    assert SAID in text(browser.get(response["Location"]))
    assert held(ocmw) == [(NEW, 0, False), (OLD, 0, True)]


def test_a_mistake_can_be_taken_back_under_the_new_number(replaced, browser, ocmw):
    file = register(browser, search(browser, OLD))["Location"]
    browser.post(file + "vergissing/")
    assert held(ocmw) == [(OLD, 0, True), (NEW, 0, True)]
    assert browser.get(file).status_code == 404


def test_a_pasted_list_goes_on_under_the_new_number(replaced, browser, ocmw):
    other = insz()
    address = paste(browser, other, OLD)
    response = browser.post(address + "inschrijven/", register_form(), follow=True)
    [(address, _status)] = response.redirect_chain
    assert "1 nummer is vervangen; in de lijst staat nu het nieuwe nummer." in text(response)
    assert "niet ingeschreven" not in " ".join(pasted_rows(browser, address))
    assert sorted(held(ocmw)) == sorted([(OLD, 0, True), (NEW, 0, False), (other, 0, False)])


def test_client_lists_on_the_server_are_carried_over_too(replaced, ocmw, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(f"insz;capacity;valid_from;valid_until;reason\n{OLD};leefloon;{TODAY};;proef\n")
    with factories.owner():
        report = import_clients(path=path, institution=ocmw, allow_test=True, on_wrong=lambda wrong: None)
    assert (report.registered, held(ocmw)) == (1, [(OLD, 0, True), (NEW, 0, False)])


def test_raw_sql_carries_over_for_the_bound_institution_only(replaced, ocmw, other_ocmw):
    mandate(other_ocmw)
    for where in (ocmw, other_ocmw):
        with factories.owner(), factories.working_for(where):
            register_rows(institution=where, rows=[Row(1, OLD, "leefloon", TODAY, None, "proef")])
    worker = member(ocmw)
    bound = {"institution": ocmw.pk, "user": worker.user_id, "role": worker.role}
    call = "SELECT old_insz, new_insz FROM persons_follow_registered(%s)"
    assert fetch(call, [insz()], **bound) == []
    assert fetch(call, [OLD], **bound) == [(OLD, NEW)]
    assert fetch(call, [OLD], **bound) == []
    assert held(other_ocmw) == [(OLD, 0, False)]
    with pytest.raises(DatabaseError, match="bound institution"), transaction.atomic():
        fetch(call, [OLD])


def test_a_detour_that_is_noted_with_it_is_about_the_newer_number(replaced, browser):
    asked = {"detour-third_party": "school", "detour-asked_on": f"{TODAY:%d/%m/%Y}"}
    response = register(browser, search(browser, OLD), **asked)
    assert "/dossier/" in response["Location"]
    with factories.owner():
        assert [detour.insz for detour in AccessRequest.objects.all()] == [NEW]


@pytest.mark.parametrize("role", ["", "privacy_officer"])
def test_only_who_registers_has_numbers_followed(replaced, ocmw, role):
    bound = {"institution": ocmw.pk}
    if role:
        bound |= {"user": member(ocmw, role).user_id, "role": role}
    with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
        fetch("SELECT * FROM persons_follow_registered(%s)", [OLD], **bound)
