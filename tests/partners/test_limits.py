"""Many more looks or refusals than a person makes stop further looks for half an hour, and raise a signal."""

from __future__ import annotations

import datetime
import re
import uuid
from dataclasses import asdict

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from consultations.models import Consultation
from partners.enums import Role
from partners.models import LookStop, Membership, Signal
from persons.models import Inscription

from .. import factories
from ..factories import fetch, inscribe, insz, limit_looks, log_rows, member, person

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser_of(acting: Membership) -> Client:
    browser = Client()
    browser.force_login(acting.user, backend=BACKEND)
    return browser


def file_of(inscription: Inscription) -> str:
    return reverse("person_file", args=[inscription.institution.slug, inscription.public_id])


def clients_of(institution, number: int) -> list[Inscription]:
    return [inscribe(institution, person()) for _number in range(number)]


def signals() -> list[Signal]:
    with factories.owner():
        return list(Signal.objects.order_by("pk"))


def stops() -> list[LookStop]:
    with factories.owner():
        return list(LookStop.objects.order_by("pk"))


def look_before(acting: Membership, inscription: Inscription, ago: datetime.timedelta) -> None:
    """Write a look at a file that was so long ago. The demo's policy lets the owner date a row earlier."""
    with factories.owner():
        Consultation.objects.create(
            at=timezone.now() - ago,
            kind="file",
            channel="portal",
            outcome="shown",
            user_id=acting.user_id,
            role=acting.role,
            institution_id=acting.institution_id,
            request_id=uuid.uuid4(),
            **asdict(inscription.subject()),
        )


def bound(acting: Membership) -> dict:
    return {"institution": acting.institution_id, "user": acting.user_id, "role": acting.role}


def test_of_two_hundred_quick_looks_sixty_are_shown(case_worker, privacy_officer, ocmw, settings):
    settings.KBI_SENDS_MAIL = True
    clients, browser = clients_of(ocmw, 62), browser_of(case_worker)
    statuses = [browser.get(file_of(clients[number % 62])).status_code for number in range(200)]
    assert statuses == [200] * 60 + [429] * 140
    refused = [row for row in log_rows() if row["outcome"] == "refused"]
    assert {(row["kind"], row["rule"], row["institution_id"]) for row in refused} == {
        ("file", "limit", ocmw.pk)
    }
    assert len(refused) == 140
    [signal] = signals()
    assert (signal.kind, signal.user_id, signal.times) == ("limit", case_worker.user_id, 1)
    [stop] = stops()
    assert stop.until - stop.since == 30 * MINUTE
    [task] = DBTaskResult.objects.all()
    assert (task.task_path, task.args_kwargs["args"]) == ("partners.signals.deliver", [ocmw.pk])


def test_the_page_says_until_when_and_who_to_ask(case_worker, privacy_officer, ocmw):
    limit_looks(persons_in_minute=1)
    browser, client = browser_of(case_worker), inscribe(ocmw, person("Geheim"))
    browser.get(file_of(client))
    response = browser.get(file_of(client))
    html = response.content.decode()
    [stop] = stops()
    assert f"tot {timezone.localtime(stop.until):%H.%M} uur" in " ".join(html.split())
    assert str(privacy_officer.user) in html
    assert "Geheim" not in html
    assert 1700 < int(response["Retry-After"]) <= 1800


def test_two_sessions_count_together(case_worker, ocmw):
    limit_looks(persons_in_minute=4)
    clients, sessions = clients_of(ocmw, 6), [browser_of(case_worker), browser_of(case_worker)]
    statuses = [sessions[number % 2].get(file_of(each)).status_code for number, each in enumerate(clients)]
    assert statuses == [200] * 4 + [429] * 2


def test_two_institutions_count_together_and_both_get_a_signal(case_worker, ocmw, other_ocmw):
    limit_looks(persons_in_minute=4)
    member(other_ocmw, user_=case_worker.user)
    former = factories.institution()
    member(former, user_=case_worker.user, ended=True)
    browser = browser_of(case_worker)
    clients = [*clients_of(ocmw, 2), *clients_of(other_ocmw, 3)]
    assert [browser.get(file_of(each)).status_code for each in clients] == [200] * 4 + [429]
    assert browser.get(file_of(clients[0])).status_code == 429
    assert {each.institution_id for each in signals()} == {ocmw.pk, other_ocmw.pk}


def test_a_colleague_goes_on(case_worker, ocmw):
    limit_looks(persons_in_minute=1)
    client, browser = inscribe(ocmw, person()), browser_of(case_worker)
    assert [browser.get(file_of(client)).status_code for _time in range(2)] == [200, 429]
    assert browser_of(member(ocmw)).get(file_of(client)).status_code == 200


def test_the_stop_is_for_every_page_of_an_institution_and_no_other(case_worker, ocmw, other_ocmw):
    limit_looks(persons_in_minute=1)
    client, browser = inscribe(ocmw, person()), browser_of(case_worker)
    browser.get(file_of(client))
    pages = [
        reverse("client_list", args=[ocmw.slug]),
        reverse("search_results", args=[ocmw.slug, uuid.uuid4()]),
        reverse("paste_list", args=[ocmw.slug]),
        reverse("client_list", args=[other_ocmw.slug]),
        reverse("client_list", args=["bestaat-niet"]),
    ]
    assert [browser.get(page).status_code for page in pages] == [429] * 5
    assert browser.post(reverse("client_export", args=[ocmw.slug])).status_code == 429
    assert {row["rule"] for row in log_rows() if row["outcome"] == "refused"} == {"limit"}
    others = ["help", "account_change_password", "own_number"]
    assert [browser.get(reverse(name)).status_code for name in others] == [200] * 3


def test_reading_one_file_again_and_its_parts_do_not_count(case_worker, ocmw):
    limit_looks(persons_in_minute=2, requests_in_minute=5)
    client, browser = inscribe(ocmw, person()), browser_of(case_worker)
    for _time in range(4):
        assert browser.get(file_of(client)).status_code == 200
    [look, *_others] = [row["id"] for row in log_rows() if row["kind"] == "file"]
    for name in ("whole_file", "print_file", "conversation_sheet"):
        for _time in range(3):
            assert browser.get(reverse(name, args=[ocmw.slug, client.public_id, look])).status_code == 200
    assert browser.get(file_of(client)).status_code == 200  # the fifth that counts
    assert browser.get(file_of(client)).status_code == 429


def test_the_form_of_a_question_shows_a_file_and_counts_like_one(case_worker, ocmw):
    limit_looks(persons_in_minute=2)
    clients, browser = clients_of(ocmw, 3), browser_of(case_worker)
    asked = [reverse("question_ask", args=[ocmw.slug, each.public_id]) for each in clients]
    assert [browser.get(page).status_code for page in asked] == [200, 200, 429]


@pytest.mark.parametrize("name", ["list", "search", "pasted list", "export"])
def test_each_page_with_persons_counts_once(name, case_worker, ocmw):
    limit_looks(requests_in_minute=3)
    clients, browser = clients_of(ocmw, 5), browser_of(case_worker)
    search = reverse("client_search", args=[ocmw.slug])
    pasted = "\n".join(each.insz for each in clients)

    def ask() -> int:
        match name:
            case "list":
                return browser.get(reverse("client_list", args=[ocmw.slug])).status_code
            case "search":
                posted = browser.post(search, {"q": clients[0].insz})
                return (
                    browser.get(posted["Location"]).status_code
                    if posted.status_code == 302
                    else posted.status_code
                )
            case "pasted list":
                posted = browser.post(reverse("paste_list", args=[ocmw.slug]), {"numbers": pasted})
                return (
                    browser.get(posted["Location"]).status_code
                    if posted.status_code == 302
                    else posted.status_code
                )
            case _:
                data = {"format": "csv", "reason": "meeting"}
                return browser.post(reverse("client_export", args=[ocmw.slug]), data).status_code

    statuses = [ask() for _time in range(4)]
    assert statuses == [200, 200, 200, 429], [row["kind"] for row in log_rows()]
    assert signals()[0].kind == "limit"


def test_thirty_refusals_in_a_minute_stop_too(case_worker, ocmw):
    browser = browser_of(case_worker)
    nothing = [reverse("person_file", args=[ocmw.slug, uuid.uuid4()]) for _number in range(32)]
    assert [browser.get(page).status_code for page in nothing] == [404] * 30 + [429] * 2
    assert signals()[0].kind == "refusals"
    assert stops()[0].reason == "refusals"


def test_refusals_of_unknown_addresses_count_with_the_others(case_worker, ocmw):
    limit_looks(refusals_in_minute=4)
    browser = browser_of(case_worker)
    pages = [reverse("client_list", args=[f"ocmw-{number}"]) for number in range(3)]
    pages += [reverse("person_file", args=[ocmw.slug, uuid.uuid4()]) for _number in range(2)]
    assert [browser.get(page).status_code for page in pages] == [404] * 4 + [429]


def test_a_user_without_any_access_is_stopped_without_a_signal(former_case_worker, ocmw):
    limit_looks(refusals_in_minute=2)
    browser = browser_of(former_case_worker)
    page = reverse("client_list", args=[ocmw.slug])
    assert [browser.get(page).status_code for _time in range(3)] == [404, 404, 429]
    assert signals() == []


def test_a_pasted_list_with_many_ruled_numbers_is_one_refusal(case_worker, ocmw):
    limit_looks(refusals_in_minute=2)
    numbers = [insz() for _number in range(5)]
    for number in numbers:
        factories.shield(number, ocmw)
    browser = browser_of(case_worker)
    posted = browser.post(reverse("paste_list", args=[ocmw.slug]), {"numbers": "\n".join(numbers)})
    assert browser.get(posted["Location"]).status_code == 200
    assert len([row for row in log_rows() if row["rule"] == "shielded"]) == 5
    assert browser.get(reverse("client_list", args=[ocmw.slug])).status_code == 200


def test_looks_of_the_last_hour_count_and_older_ones_do_not(case_worker, ocmw):
    limit_looks(persons_in_hour=4)
    clients, browser = clients_of(ocmw, 5), browser_of(case_worker)
    for each in clients[:3]:
        look_before(case_worker, each, 61 * MINUTE)
    for each in clients[:3]:
        look_before(case_worker, each, 50 * MINUTE)
    assert browser.get(file_of(clients[3])).status_code == 200
    assert browser.get(file_of(clients[4])).status_code == 429


def test_the_stop_ends_by_itself_and_the_count_begins_anew(case_worker, ocmw):
    limit_looks(persons_in_hour=3)
    clients, browser = clients_of(ocmw, 4), browser_of(case_worker)
    for each in clients[:3]:
        look_before(case_worker, each, 40 * MINUTE)
    assert browser.get(file_of(clients[0])).status_code == 429
    now = timezone.now()
    with factories.owner():
        LookStop.objects.update(since=now - 39 * MINUTE, until=now - 9 * MINUTE)
    statuses = [browser.get(file_of(each)).status_code for each in clients]
    assert statuses == [200, 200, 200, 429]
    # The first signal waits, and counts one more time.
    assert [each.times for each in signals()] == [2]
    [stop] = stops()
    assert stop.until > now


def test_while_it_lasts_no_statement_of_the_web_role_reads_a_block(case_worker, ocmw):
    client = inscribe(ocmw, person())
    opened = bound(case_worker) | {"inscription": client.pk}

    def read() -> list[int]:
        blocks = fetch("SELECT count(*) FROM persons_block", **opened)
        courses = fetch("SELECT count(*) FROM persons_enrolment", **opened)
        handed = fetch(
            "SELECT count(*) FROM persons_hand_over(%s, %s, ARRAY(SELECT name::text FROM persons_block))"
            " WHERE kind IN ('block', 'folded', 'course')",
            client.pk,
            client.person_id,
            **opened,
        )
        return [number for [(number,)] in (blocks, courses, handed)]

    before = read()
    assert before[0] > 0
    assert before[2] >= before[0]
    with factories.owner():
        LookStop.objects.create(
            user=case_worker.user, reason="limit", since=timezone.now(), until=timezone.now() + MINUTE
        )
    assert read() == [0, 0, 0]
    colleague = member(ocmw)
    assert fetch("SELECT count(*) FROM persons_block", **bound(colleague), inscription=client.pk) == [
        (before[0],)
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners_lookstop SET until = now() + interval '1 second'",
        "DELETE FROM partners_lookstop",
        "INSERT INTO partners_lookstop VALUES (1, 'limit', now(), now() + interval '1 minute')",
    ],
)
def test_the_web_role_does_not_end_a_stop(statement, case_worker):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(statement, **bound(case_worker))


def test_it_does_not_begin_one_below_the_limits_either(case_worker):
    assert fetch("SELECT * FROM partners_stop_looks()", **bound(case_worker)) == [(None, False)]
    assert (stops(), signals()) == ([], [])


def test_a_user_reads_only_the_own_stop(case_worker, ocmw):
    with factories.owner():
        LookStop.objects.create(
            user=case_worker.user, reason="limit", since=timezone.now(), until=timezone.now() + MINUTE
        )
    assert fetch("SELECT count(*) FROM partners_lookstop", **bound(case_worker)) == [(1,)]
    assert fetch("SELECT count(*) FROM partners_lookstop", **bound(member(ocmw))) == [(0,)]


def test_a_privacy_officer_has_the_same_limits(ocmw):
    limit_looks(requests_in_minute=2)
    browser = browser_of(member(ocmw, Role.PRIVACY_OFFICER))
    desk = reverse("oversight:desk", args=[ocmw.slug])
    assert [browser.get(desk).status_code for _time in range(3)] == [200, 200, 429]


def test_the_words_name_no_number(case_worker, ocmw):
    limit_looks(persons_in_minute=1)
    client, browser = inscribe(ocmw, person()), browser_of(case_worker)
    browser.get(file_of(client))
    html = browser.get(file_of(client)).content.decode()
    assert not re.search(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}|\d{11}", html)
