"""The band above the client list, the label of who fell lately, and the page of changes."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from caseload.filters import ClientFilterSet
from caseload.services.attention import count_attention, end_of_week
from caseload.services.cleaning import clean_up
from partners.models import Membership
from partners.periods import BRUSSELS, today
from partners.services import working_for
from persons.changes import MARGIN
from persons.models import Change, ClientListEntry, Person, Standing
from persons.services.caseload import put_in_caseload

from .. import factories
from ..factories import fetch, inscribe, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
TODAY = today()
LOOK = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, rule, user_id, user_name, role, institution_id,
  capacity, insz, target, blocks, shown)
VALUES (%s, %s, %s, 'portal', %s, %s, %s, '', 'case_worker', %s, '', '', '', '{}', '{}')
"""


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def page(name: str, *values, slug: str = "ocmw-proefstad") -> str:
    return reverse(name, args=[slug, *values])


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def at(day: datetime.date, hour: int = 9) -> datetime.datetime:
    """A moment by the clock of Brussels."""
    return datetime.datetime.combine(day, datetime.time(hour), BRUSSELS)


def visited(
    acting: Membership, moment: datetime.datetime, kind: str = "list", outcome: str = "empty"
) -> None:
    """Leave the look of an earlier day in the log."""
    rule = "not_visible" if outcome == "refused" else ""
    values = [uuid.uuid4(), moment, kind, outcome, rule, acting.user_id, acting.institution_id]
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(LOOK, values)


def fell(who: Person, moment: datetime.datetime) -> None:
    """As an import of that moment leaves it."""
    with factories.owner():
        Standing.objects.filter(person=who).update(fell_at=moment)
        Change.objects.create(
            person=who, at=moment, kind="fell_below", part="NT2", blocks=["VormingsActiviteiten"]
        )


def client_of(where, name: str = "Abdulahi", *, fell_at: datetime.datetime | None = None, **facts):
    who = person(name, verdict="reachable", **facts)
    made = inscribe(where, who, valid_until=TODAY + 120 * DAY)
    if fell_at:
        fell(who, fell_at)
    return made


def last_visit(acting: Membership) -> datetime.datetime | None:
    [(moment,)] = fetch(
        "SELECT persons_last_visit()",
        institution=acting.institution_id,
        user=acting.user_id,
        role=acting.role,
    )
    return moment


# The last visit


def test_the_last_visit_is_the_last_list_of_an_earlier_day(ocmw, other_ocmw, case_worker):
    assert last_visit(case_worker) is None
    for moment in (at(TODAY - 9 * DAY), at(TODAY - 3 * DAY, 8), at(TODAY - 3 * DAY, 16)):
        visited(case_worker, moment)
    # None of these is one: today, another kind, a refusal, another user, another institution.
    visited(case_worker, min(at(TODAY, 0), timezone.now()))
    visited(case_worker, at(TODAY - DAY), kind="search")
    visited(case_worker, at(TODAY - DAY), outcome="refused")
    visited(member(ocmw), at(TODAY - DAY))
    visited(member(other_ocmw, user_=case_worker.user), at(TODAY - DAY))
    assert last_visit(case_worker) == at(TODAY - 3 * DAY, 16)


def test_a_visit_of_more_than_ninety_days_ago_is_a_first_visit_again(case_worker):
    visited(case_worker, at(TODAY - 91 * DAY))
    assert last_visit(case_worker) is None
    visited(case_worker, at(TODAY - 89 * DAY))
    assert last_visit(case_worker) == at(TODAY - 89 * DAY)


def test_an_index_finds_the_visit():
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'consultations_consultation_visit'")
        [(definition,)] = cursor.fetchall()
    assert "(user_id, institution_id, at)" in definition


# The band


@pytest.fixture
def clients(ocmw, case_worker):
    """Clients of every kind; every other one in the own caseload. The last visit was three days ago."""
    visited(case_worker, at(TODAY - 3 * DAY))
    made = []
    for place in range(12):
        new, slack = place % 3 == 0, place % 4
        made.append(
            client_of(
                ocmw,
                fell_at=at(TODAY - (2 if new else 5) * DAY) if place % 3 < 2 else None,
                slack=(slack, TODAY + DAY) if place < 10 else (0, TODAY - DAY),
            )
        )
    ends = [end_of_week(TODAY), end_of_week(TODAY), end_of_week(TODAY) + DAY]
    with factories.owner():
        for inscription, day in zip(made[3:], ends, strict=False):
            type(inscription).objects.filter(pk=inscription.pk).update(valid_until=day)
    # A second capacity counts nobody twice.
    inscribe(ocmw, made[0].insz, "schuldbemiddeling", valid_until=end_of_week(TODAY))
    inscribe(ocmw, made[1].insz, "andere_hulp", valid_until=TODAY + 90 * DAY)
    with working_for(ocmw, case_worker.user, case_worker.role):
        put_in_caseload([each.public_id for each in made[::2]])
    return made


def filterset(acting, **values: str) -> ClientFilterSet:
    return ClientFilterSet(values, queryset=ClientListEntry.objects.visible_to(acting), acting=acting)


@pytest.mark.parametrize("show", ["all", "own"])
def test_each_fact_counts_the_list_behind_it(clients, browser, ocmw, case_worker, show):
    with working_for(ocmw, case_worker.user, case_worker.role):
        everyone = filterset(case_worker, show=show)
        counted = count_attention(everyone.before_tabs)
        for attention, count in counted.numbers.items():
            behind = filterset(case_worker, show=show, attention=attention).qs.count()
            assert (count.number, count.capped) == (behind, False), attention
            assert 0 < behind < everyone.qs.count(), attention
    html = browser.get(page("client_list"), {"show": show}).content.decode()
    for attention, count in counted.numbers.items():
        href = f"?attention={attention}&amp;show={show}"
        assert re.search(rf'href="{re.escape(href)}"[^>]*>\s*<b>{count}</b>', html), attention
        rows = browser.get(page("client_list"), {"attention": attention, "show": show})
        assert len(rows.context["page"].entries) == count.number
        assert str(rows.context["total"]) == str(count)


def test_the_numbers(clients, browser):
    words = text_of(browser.get(page("client_list"), {"show": "all"}))
    since = f"Sinds {_long(TODAY - 3 * DAY)}"
    assert (
        f"{since} 4 zakten onder de norm 6 mogen nog hoogstens 1 les missen 3 inschrijvingen lopen" in words
    )


def _long(day: datetime.date) -> str:
    return format_date(day, "l j F")


def test_who_fell_since_the_last_visit_is_labelled(browser, ocmw, case_worker):
    visited(case_worker, at(TODAY - 3 * DAY))
    client_of(ocmw, "Nieuwe", fell_at=at(TODAY - 3 * DAY) - MARGIN)
    client_of(ocmw, "Vroegere", fell_at=at(TODAY - 3 * DAY) - MARGIN - HOUR)
    words = text_of(browser.get(page("client_list")))
    assert "1 zakte onder de norm" in words
    rows = browser.get(page("client_list")).context["table"].page_rows
    assert {row.name: row.is_new for row in rows} == {"Nieuwe, Hodan": True, "Vroegere, Hodan": False}
    assert browser.get(page("client_list")).content.decode().count('<span class="new">') == 1


def test_the_band_says_the_same_all_day(browser, ocmw, case_worker):
    visited(case_worker, at(TODAY - 3 * DAY))
    client_of(ocmw, fell_at=at(TODAY - DAY))
    for _visit in range(3):
        assert "1 zakte onder de norm" in text_of(browser.get(page("client_list")))


def test_a_first_visit_has_no_since(browser, ocmw):
    client_of(ocmw, fell_at=at(TODAY - DAY), slack=(1, TODAY + DAY))
    words = text_of(browser.get(page("client_list")))
    assert "1 mag nog hoogstens 1 les missen" in words
    assert "onder de norm" not in words.split("Alle wijzigingen")[0]
    # The address of that filter shows nobody.
    response = browser.get(page("client_list"), {"attention": "fell", "show": "all"})
    assert response.context["page"].entries == []


def test_without_anything_new_the_band_is_calm(browser, ocmw, case_worker):
    client_of(ocmw)
    assert 'class="band' not in browser.get(page("client_list")).content.decode()
    visited(case_worker, at(TODAY - 3 * DAY))
    response = browser.get(page("client_list"))
    assert f"Niets nieuws sinds {_long(TODAY - 3 * DAY)}" in text_of(response)
    assert 'class="band calm"' in response.content.decode()


def test_another_change_is_news_too(browser, ocmw, case_worker):
    visited(case_worker, at(TODAY - 3 * DAY))
    made = client_of(ocmw)
    with factories.owner():
        Change.objects.create(person=made.person, at=at(TODAY - DAY), kind="set_aside")
    response = browser.get(page("client_list"))
    assert "Niets nieuws" not in text_of(response)
    assert f"Sinds {_long(TODAY - 3 * DAY)}" in text_of(response)
    assert 'class="band calm"' not in response.content.decode()


def test_a_mandate_without_attendance_shows_no_fall(browser, ocmw, case_worker):
    visited(case_worker, at(TODAY - 3 * DAY))
    mandate(ocmw, blocks=["Personalia"])
    client_of(ocmw, fell_at=at(TODAY - DAY), slack=(0, TODAY + DAY))
    response = browser.get(page("client_list"))
    assert "Niets nieuws" in text_of(response)
    assert 'class="new"' not in response.content.decode()
    assert browser.get(page("change_list")).context["page"].rows == []


def test_the_filter_is_for_this_visit_and_goes_with_a_cross(browser, ocmw, case_worker):
    visited(case_worker, at(TODAY - 3 * DAY))
    client_of(ocmw, fell_at=at(TODAY - DAY))
    response = browser.post(page("client_list"), {"attention": "fell", "part": "NT2", "show": "all"})
    assert response["Location"].endswith("?part=NT2&attention=fell&show=all")
    assert Membership.objects.get(pk=case_worker.pk).list_filters == {"part": "NT2", "show": "all"}
    response = browser.get(response["Location"])
    [chip] = [chip for chip in response.context["chips"] if chip.words.startswith("Aandacht")]
    assert chip.href == "?part=NT2&show=all"
    assert "nieuw onder de norm" in chip.words


def test_file_and_print_take_the_filter_along(browser, ocmw, case_worker):
    visited(case_worker, at(TODAY - 3 * DAY))
    client_of(ocmw, "Nieuwe", fell_at=at(TODAY - DAY))
    client_of(ocmw, "Andere")
    response = browser.get(page("client_print"), {"attention": "fell", "show": "all"})
    assert "Nieuwe, Hodan" in text_of(response)
    assert "Andere, Hodan" not in text_of(response)
    data = {"attention": "fell", "show": "all", "format": "csv", "reason": ""}
    written = browser.post(page("client_export"), data).content.decode("utf-8-sig")
    assert "Nieuwe, Hodan" in written
    assert "Andere, Hodan" not in written


# The page of changes


def test_the_page_lists_the_changes_and_is_logged_as_a_list(browser, ocmw, other_ocmw, case_worker):
    mandate(ocmw)
    made = client_of(ocmw, fell_at=at(TODAY - DAY))
    client_of(other_ocmw, "Hunne", fell_at=at(TODAY - DAY))
    with factories.owner():
        Change.objects.create(
            person=made.person,
            at=at(TODAY - 2 * DAY),
            kind="course_begun",
            part="MO",
            course="Oriëntatie",
            blocks=["VormingsActiviteiten"],
        )
        Change.objects.create(
            person=made.person, at=at(TODAY), kind="certificate", blocks=["BehaaldeAttesten", "Wooncode"]
        )
    response = browser.get(page("change_list"))
    words = text_of(response).split("Onderdeel en cursus", 1)[1]
    assert words.index("Zakte onder de norm NT2") < words.index("Begon een cursus MO · Oriëntatie")
    assert "Hunne" not in words
    assert "Behaalde een attest" not in words
    assert f'href="{page("person_file", made.public_id)}"' in response.content.decode()
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["shown"]) == ("list", "shown", [made.insz])


def test_the_page_shows_the_own_caseload_first(browser, ocmw, case_worker):
    mine = client_of(ocmw, "Mijne", fell_at=at(TODAY - DAY))
    client_of(ocmw, "Andermans", fell_at=at(TODAY - DAY))
    with working_for(ocmw, case_worker.user, case_worker.role):
        put_in_caseload([mine.public_id])
    assert "Andermans, Hodan" not in text_of(browser.get(page("change_list")))
    everyone = text_of(browser.get(page("change_list"), {"show": "all"}))
    assert "Mijne, Hodan" in everyone
    assert "Andermans, Hodan" in everyone
    nothing = browser.get(page("change_list"), {"show": "all", "kind": "arrived"})
    assert "In deze periode veranderde hier niets." in text_of(nothing)
    assert log_rows()[-1]["outcome"] == "empty"


def test_the_page_of_all_clients_begins_with_a_week(browser, ocmw, case_worker):
    made = client_of(ocmw, fell_at=at(TODAY - 20 * DAY))
    lines = [
        (query, len(browser.get(page("change_list"), query).context["page"].rows))
        for query in ({}, {"days": "30"})
    ]
    assert lines == [({}, 0), ({"days": "30"}, 1)]
    with working_for(ocmw, case_worker.user, case_worker.role):
        put_in_caseload([made.public_id])
    assert len(browser.get(page("change_list")).context["page"].rows) == 1


def test_each_row_links_to_the_capacity_that_shows_it(browser, ocmw):
    mandate(ocmw, "leefloon", blocks=["Personalia", "VormingsActiviteiten"])
    mandate(ocmw, "andere_hulp", blocks=["Personalia", "BehaaldeAttesten"])
    made = client_of(ocmw)
    other = inscribe(ocmw, made.insz, "andere_hulp")
    with factories.owner():
        Change.objects.create(
            person=made.person, at=at(TODAY - DAY), kind="certificate", blocks=["BehaaldeAttesten"]
        )
    html = browser.get(page("change_list")).content.decode()
    assert page("person_file", other.public_id) in html
    assert page("person_file", made.public_id) not in html


def test_pages_of_changes_go_on(browser, ocmw, monkeypatch):
    monkeypatch.setattr("caseload.news.services.PAGE_SIZE", 2)
    made = client_of(ocmw)
    with factories.owner():
        for days in range(3):
            Change.objects.create(person=made.person, at=at(TODAY - days * DAY), kind="set_aside")
    first = browser.get(page("change_list"))
    second = browser.get(page("change_list"), {"after": first.context["page"].next_after})
    assert (len(first.context["page"].rows), len(second.context["page"].rows)) == (2, 1)


def test_an_ended_inscription_takes_its_changes_off_the_page(browser, ocmw):
    made = client_of(ocmw, "Vorige", fell_at=at(TODAY - DAY))
    with factories.owner():
        type(made).objects.filter(pk=made.pk).update(valid_until=TODAY - DAY)
    assert "Vorige" not in text_of(browser.get(page("change_list")))


def test_what_is_older_than_ninety_days_is_not_shown_and_the_night_deletes_it(ocmw, case_worker):
    old = client_of(ocmw, fell_at=timezone.now() - 91 * DAY)
    new = client_of(ocmw, fell_at=timezone.now() - 89 * DAY)
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": case_worker.role}
    assert fetch("SELECT person_id FROM persons_change", **bound) == [(new.person_id,)]
    with factories.owner():
        assert clean_up().changes == 1
        assert [change.person_id for change in Change.objects.all()] == [new.person_id]
        lines = ClientListEntry.objects.filter(fell_at__isnull=False)
        assert [line.person_id for line in lines] == [new.person_id]
        assert old.person_id != new.person_id
