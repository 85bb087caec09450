"""Lists, files of detours and handed-over clients with some that a rule above every mandate keeps from the user."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from caseload.models import Upload
from caseload.querysets import RULED
from partners.periods import today
from persons.insz import format_insz
from persons.models import CaseloadRow

from .. import factories
from ..factories import detour, enter_number, inscribe, insz, log_rows, mandate, member, owner, person, shield
from .test_caseloads import put
from .test_uploads import csv_file, line, lists, rows, work

__all__ = ["lists"]
pytestmark = pytest.mark.django_db
REFUSED = "Dit nummer schrijft u niet in"


def ruled_rows(kind: str) -> list[tuple[str, str, list[str]]]:
    return [
        (row["rule"], row["target"], row["numbers"])
        for row in log_rows()
        if row["kind"] == kind and row["outcome"] == "refused"
    ]


def mentions(number: str, *kinds: str) -> list[dict]:
    """The rows of the log that are no refusal and have this number."""
    return [
        row
        for row in log_rows()
        if row["kind"] in kinds and row["outcome"] != "refused" and number in row["numbers"] + row["shown"]
    ]


def test_the_policies_of_rows_name_the_rules(pytestconfig):
    text = (pytestconfig.rootpath / "caseload/sql/caseload_uploadrow.sql").read_text()
    codes = ", ".join(f"'{code}'" for code in ("own_file", "colleague", "shielded"))
    assert {"own_file", "colleague", "shielded"} == RULED
    assert text.count(f"({codes})") == 2


def test_an_upload_logs_each_number_that_a_rule_refuses_with_the_rule(lists, ocmw):
    mandate(ocmw)
    own, shielded, free = insz(), insz(), insz()
    enter_number(lists.membership.user, own)
    shield(shielded)
    page = lists.upload(csv_file(*(line(number) for number in (own, shielded, free))))
    target = page.rstrip("/").rsplit("/", 1)[-1]
    assert sorted(ruled_rows("upload")) == [
        ("own_file", target, [own]),
        ("shielded", target, [shielded]),
    ]
    content = lists.page(page)
    assert content.count(REFUSED) == 2
    assert "afgeschermd" not in content
    assert len(lists.report(page)) == 4
    lists.browser.post(page, {"do": "delete"})
    assert not mentions(own, "upload", "export")
    assert not mentions(shielded, "upload", "export")
    assert [row["numbers"] for row in log_rows() if row["kind"] == "upload"][-1] == [free]


def test_a_row_that_a_rule_refuses_when_it_is_carried_out_is_logged_with_the_rule(lists, ocmw):
    mandate(ocmw)
    shielded, free = insz(), insz()
    page = lists.upload(csv_file(line(shielded), line(free)))
    shield(shielded)
    lists.start(page)
    work()
    assert [row.outcome for row in rows()] == ["shielded", "registered"]
    target = page.rstrip("/").rsplit("/", 1)[-1]
    assert ruled_rows("registration") == [("shielded", target, [shielded])]
    [registered] = [row for row in log_rows() if row["kind"] == "registration" and not row["rule"]]
    assert registered["numbers"] == [free]


def test_colleagues_do_not_see_the_row_that_a_rule_refused_to_another(lists, ocmw, sign_in):
    mandate(ocmw)
    number, free = insz(), insz()
    enter_number(lists.membership.user, number)
    page = lists.upload(csv_file(line(number), line(free)))
    colleague = member(ocmw)
    # Named for the uploader's file, so that only the row itself could hide it.
    factories.name_looker(number, colleague)
    content = sign_in(colleague).get(page).content.decode()
    assert format_insz(free) in content
    assert format_insz(number) not in content
    assert REFUSED not in content


@pytest.mark.parametrize("is_agencys", [True, False])
def test_colleagues_do_not_see_a_number_that_was_shielded_after_the_upload(lists, ocmw, sign_in, is_agencys):
    # It was registered nowhere, so the rules that are bound to each request do not know it.
    mandate(ocmw)
    number, free = insz(), insz()
    page = lists.upload(csv_file(line(number), line(free)))
    browser = sign_in(member(ocmw))
    assert format_insz(number) in browser.get(page).content.decode()
    shield(number, None if is_agencys else ocmw)
    for content in (browser.get(page).content, browser.get(page + "verslag/").content):
        assert format_insz(free) in content.decode()
        assert format_insz(number) not in content.decode()
    assert not [row for row in log_rows() if row["user_id"] != lists.membership.user_id][-1]["shown"].count(
        number
    )
    named = member(ocmw)
    factories.name_looker(number, named)
    assert format_insz(number) in sign_in(named).get(page).content.decode()


def test_a_client_that_a_complete_list_lacks_goes_away_with_a_shield(lists, ocmw, sign_in):
    mandate(ocmw)
    since = today() - datetime.timedelta(days=30)
    missing, other = (inscribe(ocmw, person(), valid_from=since) for _ in range(2))
    page = lists.upload(csv_file(line(insz())), is_complete="on")
    for granted in (missing, other):
        assert format_insz(granted.insz) in lists.page(page)
    lists.browser.post(page, {"do": "all", "show": "missing", "end_reason": "weg"})
    shield(missing.insz, ocmw)
    for show in ("", "missing"):
        content = lists.page(page, show=show)
        assert format_insz(missing.insz) not in content
        assert format_insz(other.insz) in content
    assert not any(format_insz(missing.insz) in row for row in lists.report(page))
    # What was ticked before ends no one who is hidden by now.
    lists.start(page, end_reason="weg")
    work()
    with owner():
        missing.refresh_from_db()
        other.refresh_from_db()
    assert (missing.valid_until >= today(), other.valid_until >= today()) == (True, False)
    # The hidden row goes with its list.
    lists.browser.post(page, {"do": "delete"})
    with owner():
        assert not Upload.objects.exists()
    assert rows() == []


@pytest.mark.parametrize("rule", ["own_file", "shielded"])
def test_a_file_of_detours_logs_each_number_that_a_rule_refuses_with_the_rule(
    ocmw, case_worker, sign_in, rule
):
    hidden, client, stranger = inscribe(ocmw, person()), inscribe(ocmw, person()), insz()
    if rule == "own_file":
        enter_number(case_worker.user, hidden.insz)
    else:
        shield(hidden.insz, ocmw)
    content = "\n".join(
        ["insz;gevraagd aan;gevraagd op"]
        + [f"{number};vdab;2016-01-02" for number in (hidden.insz, client.insz, stranger)]
    )
    file = SimpleUploadedFile("derden.csv", content.encode())
    response = sign_in(case_worker).post(reverse("request_import", args=[ocmw.slug]), {"file": file})
    assert response.status_code == 422
    assert response.content.decode().count("Uw instelling heeft dit nummer nooit ingeschreven.") == 2
    assert ruled_rows("access_request") == [(rule, "", [hidden.insz])]
    [asked] = [row for row in log_rows() if row["kind"] == "access_request" and not row["rule"]]
    assert (asked["outcome"], asked["numbers"]) == ("empty", sorted([client.insz, stranger]))


def test_the_pages_of_a_detour_of_a_hidden_client_are_not_found_and_logged_with_the_rule(
    ocmw, case_worker, sign_in
):
    granted = inscribe(ocmw, person())
    asked = detour(granted)
    browser = sign_in(case_worker)
    addresses = [
        reverse("request_note", args=[ocmw.slug, granted.public_id]),
        reverse("request_close", args=[ocmw.slug, asked.public_id]),
        reverse("request_correct", args=[ocmw.slug, asked.public_id]),
    ]
    assert [browser.get(each).status_code for each in addresses] == [200] * 3
    shield(granted.insz, ocmw)
    unknown = browser.get(
        reverse("request_close", args=[ocmw.slug, "00000000-0000-4000-8000-000000000000"])
    ).content
    for each in addresses:
        response = browser.get(each)
        assert (response.status_code, response.content) == (404, unknown)
        assert (log_rows()[-1]["rule"], log_rows()[-1]["numbers"]) == ("shielded", [])


@pytest.mark.parametrize("rule", ["own_file", "shielded"])
def test_no_one_is_given_a_client_that_a_rule_keeps_from_them(ocmw, case_worker, sign_in, rule):
    hidden, free = (inscribe(ocmw, person()) for _ in range(2))
    receiver = member(ocmw)
    if rule == "own_file":
        enter_number(receiver.user, hidden.insz)
    else:
        shield(hidden.insz, ocmw)
    factories.name_looker(hidden.insz, case_worker)
    put(case_worker, hidden, free)
    response = sign_in(case_worker).post(
        reverse("caseloads", args=[ocmw.slug]),
        {"receiver": receiver.user_id, "reason": "leave"} | {"giver": case_worker.user_id},
        follow=True,
    )
    assert "afgeschermd" not in response.content.decode()
    with owner():
        kept = dict(CaseloadRow.objects.values_list("insz", "user_id"))
    assert kept == {hidden.insz: case_worker.user_id, free.insz: receiver.user_id}
    [given] = [row for row in log_rows() if row["kind"] == "hand_over" and row["outcome"] == "shown"]
    assert given["shown"] == [free.insz]
