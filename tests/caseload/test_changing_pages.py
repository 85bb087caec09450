"""The pages that extend and end inscriptions: one, many, their history, and those that are over."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from caseload.filters import EndedFilterSet
from caseload.services.changes import MOST_AT_ONCE
from partners.periods import today
from partners.services import bind
from persons.models import Inscription

from .. import factories
from ..factories import end as end_version
from ..factories import fetch, inscribe, insz, log_rows, mandate, member, person
from .test_client_pages import text

pytestmark = pytest.mark.django_db

TODAY = today()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def browser(case_worker, sign_in):
    return sign_in(case_worker)


def path(name: str, inscription, slug: str = "ocmw-proefstad") -> str:
    return reverse(f"inscription_{name}", args=[slug, getattr(inscription, "public_id", inscription)])


def browser_of(membership) -> Client:
    client = Client()
    client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def stored(inscription) -> Inscription:
    with factories.owner():
        return Inscription.objects.get(pk=inscription.pk)


def steps(institution) -> list[str]:
    rows = fetch("SELECT what FROM persons_inscriptionevent ORDER BY id", institution=institution.pk)
    return [what for (what,) in rows if what != "registered"]


def logged(*kinds: str) -> list[tuple]:
    return [(row["kind"], row["outcome"], row["rule"]) for row in log_rows() if row["kind"] in kinds]


def choose(browser, do: str, *inscriptions, slug: str = "ocmw-proefstad"):
    ids = [str(getattr(each, "public_id", each)) for each in inscriptions]
    return browser.post(reverse("choose", args=[slug]), {"client": ids, "do": do})


# One inscription


def test_the_form_to_extend_offers_the_longest_period(browser, ocmw):
    mandate(ocmw, max_months=6)
    made = inscribe(ocmw, person(), valid_until=TODAY + 9 * DAY)
    [[longest]] = fetch("SELECT (app_today() + interval '6 months')::date")
    page = browser.get(path("extend", made))
    assert f'value="{longest:%d/%m/%Y}"' in page.content.decode()
    assert "Abdulahi, Hodan" in text(page)
    assert [(row["kind"], row["shown"]) for row in log_rows()] == [("inscription", [made.insz])]


def test_an_extension_leads_back_to_the_file_and_a_doubled_one_changes_nothing(browser, ocmw):
    made = inscribe(ocmw, person(), valid_until=TODAY + 9 * DAY)
    data = {"until": (TODAY + 90 * DAY).isoformat(), "reason": "goes_on"}
    for words in ("is verlengd", "liep al tot die dag"):
        answer = browser.post(path("extend", made), data)
        assert answer["Location"] == reverse("person_file", args=[ocmw.slug, made.public_id])
        assert words in text(browser.get(answer["Location"]))
    assert stored(made).valid_until == TODAY + 90 * DAY
    assert steps(ocmw) == ["extended"]
    assert logged("extension") == [("extension", "shown", ""), ("extension", "empty", "")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": ""}, "Vul de dag in"),
        ({"until": "31-31-2027"}, "Dit is geen datum"),
        ({"reason": ""}, "Kies een reden"),
        ({"reason": "zomaar"}, "Kies een reden uit de lijst"),
        ({"until": (TODAY + 5 * DAY).isoformat()}, "ligt voor de huidige"),
        ({"until": (TODAY + 4000 * DAY).isoformat()}, "Zo lang mag het niet"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_the_rest(browser, ocmw, changes, words):
    made = inscribe(ocmw, person(), valid_until=TODAY + 9 * DAY)
    data = {"until": (TODAY + 90 * DAY).isoformat(), "reason": "goes_on"} | changes
    page = browser.post(path("extend", made), data)
    assert page.status_code == 422
    assert words in text(page)
    if "until" not in changes or changes["until"]:
        assert f'value="{data["until"]}"' in page.content.decode()
    assert steps(ocmw) == []
    assert stored(made).valid_until == TODAY + 9 * DAY


def test_an_end_closes_the_file_and_leads_to_the_list(browser, ocmw):
    made = inscribe(ocmw, person())
    assert browser.get(path("end", made)).status_code == 200
    answer = browser.post(path("end", made), {"reason": "moved_away"})
    assert answer["Location"] == reverse("client_list", args=[ocmw.slug])
    assert "gisteren was de laatste dag" in text(browser.get(answer["Location"]))
    assert stored(made).valid_until == TODAY - DAY
    assert logged("ending") == [("ending", "shown", "")]
    assert browser.get(reverse("person_file", args=[ocmw.slug, made.public_id])).status_code == 404
    # Back, and the button once more
    assert "al voorbij" in text(browser.get(path("end", made), follow=True))
    assert "al voorbij" in text(browser.post(path("end", made), {"reason": "moved_away"}, follow=True))
    assert "al voorbij" in text(browser.get(path("extend", made), follow=True))
    assert steps(ocmw) == ["ended"]


def test_one_that_began_today_is_voided(browser, ocmw):
    made = inscribe(ocmw, person(), valid_from=TODAY)
    assert "vervallen" in text(browser.post(path("end", made), {"reason": "mistake"}, follow=True))
    assert stored(made).voided_at


def test_a_waiting_client_is_ended_without_a_name(browser, ocmw):
    made = inscribe(ocmw, insz())
    page = text(browser.get(path("end", made)))
    assert f"{made.insz[:2]}.{made.insz[2:4]}" in page
    assert browser.post(path("end", made), {"reason": "other"}).status_code == 302
    assert steps(ocmw) == ["ended"]


@pytest.mark.parametrize("step", ["extend", "end"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_inscription_of_another_institution_is_not_there(browser, other_ocmw, step, method):
    other = inscribe(other_ocmw, person())
    data = {"reason": "other", "until": str(TODAY + 200 * DAY)}
    answers = [getattr(browser, method)(path(step, public_id), data) for public_id in (other, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    kind = {"extend": "extension", "end": "ending"}[step]
    assert logged(kind) == [(kind, "refused", "not_visible")] * 2
    assert log_rows()[0]["target"] == str(other.public_id)
    assert steps(other_ocmw) == []


@pytest.mark.parametrize("who", ["former_case_worker", "privacy_officer"])
def test_who_may_not_change_gets_404_and_is_logged(request, ocmw, sign_in, who):
    made = inscribe(ocmw, person())
    browser = sign_in(request.getfixturevalue(who))
    assert browser.post(path("end", made), {"reason": "other"}).status_code == 404
    assert choose(browser, "end", made).status_code == 404
    assert {row["outcome"] for row in log_rows()} == {"refused"}
    assert steps(ocmw) == []


def test_the_mandate_says_whose_role_it_takes(request, ocmw, browser, local_administrator):
    mandate(ocmw, may_register="local_administrator")
    made = inscribe(ocmw, person())
    page = browser.post(path("end", made), {"reason": "other"})
    assert (page.status_code, steps(ocmw)) == (422, [])
    assert "niet uw rol" in text(page)
    assert logged("ending") == [("ending", "refused", "role")]
    administrator = browser_of(local_administrator)
    # by number only: a local administrator opens no files
    assert "Abdulahi" not in text(administrator.get(path("end", made)))
    assert administrator.post(path("end", made), {"reason": "other"}).status_code == 302
    assert steps(ocmw) == ["ended"]


def test_a_user_with_both_roles_takes_the_step_in_the_one_of_the_mandate(ocmw, case_worker, browser):
    member(ocmw, "local_administrator", user_=case_worker.user)
    mandate(ocmw, may_register="local_administrator")
    made = inscribe(ocmw, person())
    assert browser.post(path("end", made), {"reason": "other"}).status_code == 302
    assert steps(ocmw) == ["ended"]
    assert [(row["kind"], row["outcome"], row["role"]) for row in log_rows() if row["kind"] == "ending"] == [
        ("ending", "shown", "local_administrator")
    ]


def test_a_client_of_an_ended_mandate_is_found_and_ended(browser, ocmw):
    basis = mandate(ocmw)
    made = inscribe(ocmw, person())
    end_version(basis.versions.get(), TODAY - DAY)
    ended = reverse("ended_list", args=[ocmw.slug])
    assert "Er zijn er geen" in text(browser.get(ended))
    page = browser.get(ended, {"state": "closed"})
    assert path("end", made) in page.content.decode()
    assert "Abdulahi" not in text(page)
    assert "machtiging is voorbij" in text(browser.get(path("extend", made)))
    assert browser.post(path("end", made), {"reason": "help_ended"}).status_code == 302
    assert logged("ending") == [("ending", "shown", "")]
    assert "De hulp of begeleiding is gestopt" in text(browser.get(ended))


# Many


def test_a_selection_is_extended_and_each_row_says_how_it_went(browser, ocmw):
    mandate(ocmw, "andere_hulp", max_months=3)
    first = inscribe(ocmw, person("Abdulahi"), valid_until=TODAY + 9 * DAY)
    later = inscribe(ocmw, person("Benali"), valid_until=TODAY + 80 * DAY)
    short = inscribe(ocmw, person("Cisse"), "andere_hulp", valid_until=TODAY + 50 * DAY)
    answer = choose(browser, "extend", first, later, short)
    assert answer.status_code == 302
    assert re.fullmatch(r"/ocmw-proefstad/keuze/[0-9a-f-]{36}/verlengen/", answer["Location"])
    page = browser.get(answer["Location"])
    [[longest]] = fetch("SELECT (app_today() + interval '3 months')::date")
    assert f'value="{longest:%d/%m/%Y}"' in page.content.decode()
    assert "3 gekozen inschrijvingen verlengen" in text(page)
    data = {"until": (TODAY + 60 * DAY).isoformat(), "reason": "goes_on"}
    outcome = text(browser.get(browser.post(answer["Location"], data)["Location"]))
    assert "2 inschrijvingen gewijzigd" in outcome
    assert "ligt voor de huidige" in outcome
    assert [stored(each).valid_until - TODAY for each in (first, later, short)] == [
        60 * DAY,
        80 * DAY,
        60 * DAY,
    ]
    assert sorted(logged("extension")) == [
        *(("extension", "empty", ""), ("extension", "shown", ""), ("extension", "shown", ""))
    ]
    # the button once more
    again = text(browser.get(browser.post(answer["Location"], data)["Location"]))
    assert "0 inschrijvingen gewijzigd" in again
    assert steps(ocmw) == ["extended", "extended"]


def test_a_selection_is_ended_and_leaves_out_what_is_not_ones_own(browser, ocmw, other_ocmw):
    own, other = inscribe(ocmw, person()), inscribe(other_ocmw, person("Elders"))
    answer = choose(browser, "end", own, other, uuid.uuid4())
    page = browser.get(answer["Location"])
    assert "Elders" not in text(page)
    outcome = browser.get(browser.post(answer["Location"], {"reason": "completed"})["Location"])
    assert "1 inschrijving gewijzigd" in text(outcome)
    assert "Elders" not in text(outcome)
    assert sorted(logged("ending")) == [
        *(("ending", "refused", "not_visible"), ("ending", "refused", "not_visible")),
        ("ending", "shown", ""),
    ]
    assert steps(other_ocmw) == []


def test_a_selection_belongs_to_its_session_and_institution(browser, ocmw, other_ocmw, case_worker):
    made = inscribe(ocmw, person())
    address = choose(browser, "end", made)["Location"]
    member(other_ocmw, user_=case_worker.user)
    elsewhere = address.replace(ocmw.slug, other_ocmw.slug)
    assert browser.get(elsewhere).status_code == 404
    assert "Deze keuze is er niet meer" in text(browser_of(case_worker).get(address, follow=True))
    assert browser_of(case_worker).post(address, {"reason": "other"}).status_code == 302
    assert steps(ocmw) == []


def test_two_tabs_have_a_selection_each(browser, ocmw):
    first, second = inscribe(ocmw, person("Abdulahi")), inscribe(ocmw, person("Benali"))
    one, two = (choose(browser, "end", each)["Location"] for each in (first, second))
    assert "Abdulahi" in text(browser.get(one))
    assert "Benali" in text(browser.get(two))
    browser.post(one, {"reason": "other"})
    assert stored(first).valid_until == TODAY - DAY
    assert stored(second).valid_until > TODAY


@pytest.mark.parametrize(
    ("data", "status"),
    [({"do": "end", "client": "nummer"}, 400), ({"do": "delete"}, 400), ({"do": "end"}, 302)],
)
def test_a_selection_of_nothing_or_of_garbage(browser, ocmw, data, status):
    answer = browser.post(reverse("choose", args=[ocmw.slug]), data)
    assert answer.status_code == status
    if status == 302:
        assert "Kies eerst" in text(browser.get(answer["Location"]))


def test_five_hundred_are_ended_at_once_and_no_more(browser, ocmw, as_owner):
    inscribe(ocmw, person())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_inscription (public_id, institution_id, insz, mandate_id, valid_from, valid_until,"
            " reason, proof, registered_at) SELECT gen_random_uuid(), institution_id, (85610100000 + n)::text,"
            " mandate_id, valid_from, valid_until, 'proef', '', now() FROM persons_inscription,"
            " generate_series(1, 499) n"
        )
        ids = list(Inscription.objects.values_list("public_id", flat=True))
    assert len(ids) == MOST_AT_ONCE
    assert "hoogstens 500" in text(browser.get(choose(browser, "end", *ids, uuid.uuid4())["Location"]))
    address = choose(browser, "end", *ids)["Location"]
    assert browser.get(address).status_code == 200
    outcome = browser.get(browser.post(address, {"reason": "completed"})["Location"])
    assert "500 inschrijvingen gewijzigd" in text(outcome)
    assert len(steps(ocmw)) == len(logged("ending")) == 500


# The list and the file


def test_the_list_and_a_search_have_the_bar(browser, ocmw):
    made = inscribe(ocmw, person())
    for page in (
        browser.get(reverse("client_list", args=[ocmw.slug])),
        browser.post(reverse("client_search", args=[ocmw.slug]), {"q": "abd"}, follow=True),
    ):
        html = page.content.decode()
        assert f'value="{made.public_id}"' in html
        assert 'name="do" value="extend"' in html
        assert "Kies Abdulahi, Hodan" in text(page)


def test_the_history_has_every_step_and_is_logged(browser, ocmw, case_worker):
    made = inscribe(ocmw, person())
    browser.post(path("extend", made), {"until": str(made.valid_until + DAY), "reason": "course_runs"})
    assert (
        path("history", made)
        in browser.get(reverse("person_file", args=[ocmw.slug, made.public_id])).content.decode()
    )
    page = text(browser.get(path("history", made)))
    for words in (
        "ingeschreven",
        "op de server",
        "proef",
        "verlengd",
        "De cursus loopt nog",
        case_worker.user.last_name,
    ):
        assert words in page
    part = browser.get(path("history", made), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "verlengd" in part
    browser.post(path("end", made), {"reason": "other"})
    assert "beëindigd" in text(browser.get(path("history", made)))
    assert logged("inscription") == [("inscription", "shown", "")] * 3


def test_the_history_of_another_institution_is_not_there(browser, other_ocmw):
    assert browser.get(path("history", inscribe(other_ocmw, person()))).status_code == 404
    assert logged("inscription") == [("inscription", "refused", "not_visible")]


def test_the_ended_ones_are_numbers_without_name_or_dossier(browser, ocmw, other_ocmw, case_worker):
    gone = inscribe(ocmw, person("Abdulahi"))
    over = inscribe(ocmw, person("Benali"), valid_until=TODAY - 5 * DAY)
    void = inscribe(ocmw, person("Cisse"), valid_from=TODAY)
    kept = inscribe(ocmw, person("Diallo"))
    elsewhere = inscribe(other_ocmw, person("Elders"), valid_until=TODAY - DAY)
    for each in (gone, void):
        browser.post(path("end", each), {"reason": "moved_away"})
    page = browser.get(reverse("ended_list", args=[ocmw.slug]))
    words = text(page)
    for each in (gone, over, void):
        assert str(each.public_id) in page.content.decode()
    for each in (kept, elsewhere):
        assert str(each.public_id) not in page.content.decode()
    for name in ("Abdulahi", "Benali", "Cisse", "Haalbaar", "Norm"):
        assert name not in words
    for step in ("beëindigd", "verlopen", "vervallen", "Verhuisd", case_worker.user.last_name):
        assert step in words
    shown = [row["shown"] for row in log_rows() if row["kind"] == "inscription"][-1]
    assert sorted(shown) == sorted(each.insz for each in (gone, over, void))


def test_among_the_ended_ones_a_mistake_is_not_an_inscription_that_lapsed(browser, ocmw):
    made = inscribe(ocmw, person(), valid_from=TODAY)
    browser.post(reverse("withdraw_registration", args=[ocmw.slug, made.public_id]))
    words = text(browser.get(reverse("ended_list", args=[ocmw.slug])))
    assert "ingetrokken (vergissing)" in words
    assert "vervallen" not in words.partition("Reden")[2]


def test_the_ended_ones_are_read_in_the_order_of_their_index(case_worker, ocmw):
    ended = EndedFilterSet({}, queryset=Inscription.objects.own(case_worker)).qs[:51]
    with connection.cursor() as cursor:
        # Of a table with a few rows any plan is cheap. Only an index in this order can do without a sort.
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;"
            " SET LOCAL enable_incremental_sort = off"
        )
    bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
    plan = ended.explain()
    assert "inscription_by_end" in plan
    assert "Sort" not in plan


def test_the_ended_ones_have_pages(browser, ocmw, monkeypatch):
    monkeypatch.setattr("caseload.services.pages.PAGE_SIZE", 2)
    made = [inscribe(ocmw, person(), valid_until=TODAY - n * DAY) for n in (1, 2, 3)]
    first = browser.get(reverse("ended_list", args=[ocmw.slug])).content.decode()
    [following] = re.findall(r'href="(\?[^"]*after=[^"]*)"', first)
    second = browser.get(
        reverse("ended_list", args=[ocmw.slug]) + following.replace("&amp;", "&")
    ).content.decode()
    assert [str(each.public_id) in first for each in made] == [True, True, False]
    assert [str(each.public_id) in second for each in made] == [False, False, True]
