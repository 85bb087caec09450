"""The desk: what the privacy officer sees of the log, under which filters, and what that leaves in the log."""

from __future__ import annotations

import csv
import datetime
import io
import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from consultations.enums import Kind
from consultations.models import Consultation
from oversight.enums import KINDS
from oversight.hours import Hours
from partners.models import Institution
from partners.periods import today
from persons.insz import format_insz
from persons.models import CaseloadRow

from .. import factories
from ..factories import inscribe, insz, log_rows, member, person
from .conftest import SLUG, moment, page, text_of, working_day

pytestmark = pytest.mark.django_db


def test_the_first_page_of_a_privacy_officer_is_the_desk(browser):
    assert browser.get(reverse("client_list", args=[SLUG]))["Location"] == page("desk")
    html = browser.get(page("desk")).content.decode()
    assert f'href="{page("desk")}"' in html
    assert f'href="{page("person_search")}"' in html


def test_it_shows_numbers_and_colleagues_and_no_name_of_a_client(browser, ocmw, case_worker, write):
    made = inscribe(ocmw, person("Geheim"))
    write(case_worker, inscription=made)
    write(case_worker, kind="search", term="geheim", shown=[made.insz])
    response = browser.get(page("desk"))
    words = text_of(response)
    assert f"{case_worker.user} {format_insz(made.insz)} Leefloon Dossier geopend Getoond" in words
    assert f"{format_insz(made.insz)} – Gezocht zonder INSZ" in words
    assert "geheim" not in response.content.decode().lower()
    # The number is in no address.
    assert made.insz not in "".join(re.findall(r'(?:href|action)="([^"]*)"', response.content.decode()))


def test_each_page_is_a_row_of_the_log_with_the_numbers_on_it(
    browser, ocmw, case_worker, privacy_officer, write
):
    made = inscribe(ocmw, person())
    write(case_worker, inscription=made)
    write(case_worker, kind="list", shown=[insz(), insz()])
    text_of(browser.get(page("desk")))
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["user_id"]) == ("log_reading", "shown", privacy_officer.user_id)
    assert row["shown"] == [made.insz]  # of the list only how many persons
    text_of(browser.get(page("desk"), {"user": "0", "outcome": "empty"}))
    assert (log_rows()[-1]["kind"], log_rows()[-1]["outcome"]) == ("log_reading", "empty")


def test_the_rows_of_another_institution_are_not_there(browser, other_ocmw, write):
    theirs = inscribe(other_ocmw, person())
    look = write(member(other_ocmw), inscription=theirs)
    assert "geen inzages die hieraan voldoen" in text_of(browser.get(page("desk"), {"of": other_ocmw.slug}))
    assert browser.get(page("look", look)).status_code == 404
    assert log_rows()[-1]["outcome"] == "refused"


def test_each_filter_leaves_what_it_says(browser, ocmw, case_worker, write):
    colleague = member(ocmw)
    followed, other = inscribe(ocmw, person()), inscribe(ocmw, person())
    late = moment(working_day(), 21)
    looks = {
        "plain": write(case_worker, inscription=followed),
        "late": write(case_worker, inscription=followed, at=late),
        "unfollowed": write(colleague, inscription=other),
        "name": write(case_worker, kind="search", term="abdul", shown=[other.insz]),
        "number": write(case_worker, kind="search", numbers=[other.insz], shown=[other.insz]),
        "refused": write(case_worker, outcome="refused", rule="not_visible", target="x"),
        "export": write(case_worker, kind="export", shown=[other.insz, followed.insz]),
        "section": write(case_worker, kind="section", inscription=followed, blocks=["Personalia"]),
        "old": write(case_worker, inscription=followed, at=moment(working_day(12), 10)),
    }
    follow(ocmw, case_worker, followed.insz)

    def shown(**filters: object) -> set[str]:
        html = browser.get(page("desk"), filters).content.decode()
        return {name for name, look in looks.items() if f'href="{page("look", look)}"' in html}

    assert shown() == set(looks) - {"section", "old"}
    assert shown(how="section") == {"section"}
    assert shown(user=colleague.user_id) == {"unfollowed"}
    assert shown(outcome="refused") == {"refused"}
    assert shown(how="taken") == {"export"}
    assert shown(how="search") == {"name", "number"}
    assert shown(notable="outside") == {"late"}
    assert shown(notable="not_by_number") == {"name"}
    assert shown(notable="unfollowed") == {"unfollowed"}
    assert shown(capacity="leefloon") == {"plain", "late", "unfollowed"}
    assert shown(since=f"{working_day(12):%d/%m/%Y}", until=f"{working_day(12):%d/%m/%Y}") == {"old"}
    # An unknown value is no filter, and a day that does not exist says so.
    assert shown(how="nonsense", capacity="x", user="x", notable="x") == set(looks) - {"section", "old"}
    assert "Dit is geen datum" in text_of(browser.get(page("desk"), {"since": "31/2/2026"}))
    for day in ("31/12/9999", "1/1/0001"):
        assert browser.get(page("desk"), {"since": day, "until": day}).status_code == 200


def follow(institution: Institution, acting, number: str) -> None:
    with factories.owner():
        CaseloadRow.objects.create(institution=institution, user=acting.user, insz=number)


def test_the_figures_count_seven_days_and_the_seven_before(browser, ocmw, case_worker, write):
    made = inscribe(ocmw, person())
    for at in (moment(working_day(), 21), moment(working_day(), 22), moment(working_day(8), 21)):
        write(case_worker, inscription=made, at=at)
    write(member(ocmw), outcome="refused", rule="not_visible", target="x")
    words = text_of(browser.get(page("desk")))
    assert "0 inzages vandaag" in words
    assert "2 buiten de uren in 7 dagen van één collega · de 7 dagen ervoor 1" in words
    assert "1 geweigerd in 7 dagen van één collega · de 7 dagen ervoor 0" in words
    assert "0 bestand of afdruk in 7 dagen" in words


def test_whose_file_most_colleagues_opened_comes_first(browser, ocmw, case_worker, write):
    often, widely = inscribe(ocmw, person()), inscribe(ocmw, person())
    for _ in range(3):
        write(case_worker, inscription=often)
    write(case_worker, inscription=widely)
    write(member(ocmw), inscription=widely)
    words = text_of(browser.get(page("desk"))).partition("Meest bekeken")[2]
    assert f"{format_insz(widely.insz)} 2 keer geopend, door 2 collega’s" in words
    assert words.index(format_insz(widely.insz)) < words.index(format_insz(often.insz))
    assert "3 keer geopend, door 1 collega " in words


def test_pages_go_on_where_the_last_one_ended_also_within_a_millisecond(
    browser, ocmw, case_worker, write, monkeypatch
):
    monkeypatch.setattr("oversight.services.PAGE_SIZE", 2)
    at = moment(working_day(), 10)
    looks = {
        write(case_worker, kind="list", at=at + number * datetime.timedelta(microseconds=3))
        for number in range(5)
    }
    seen: list[str] = []
    address = page("desk")
    while address:
        html = browser.get(address).content.decode()
        seen += re.findall(r'<a href="[^"]*/inzages/([0-9a-f-]{36})/">\w', html)
        following = re.findall(
            r'href="(\?[^"]*after=[^"]+)">Volgende', " ".join(html.split()).replace("&amp;", "&")
        )
        address = page("desk") + following[0] if following else ""
    assert sorted(seen) == sorted(map(str, looks))


def test_a_short_list_is_sorted_by_other_columns(browser, ocmw, case_worker, write, monkeypatch):
    colleague = member(ocmw)
    for acting in (colleague, case_worker, colleague):
        write(acting, kind="list")
    names = sorted([str(case_worker.user), str(colleague.user)])
    words = text_of(browser.get(page("desk"), {"sort": "user"})).partition("Uitkomst Opvallend")[2]
    assert words.index(names[0]) < words.index(names[1])
    words = text_of(browser.get(page("desk"), {"sort": "-user"})).partition("Uitkomst Opvallend")[2]
    assert words.index(names[1]) < words.index(names[0])
    monkeypatch.setattr("oversight.services.MOST_SORTED", 2)
    assert "sort=user" not in browser.get(page("desk")).content.decode()


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_the_list_is_taken_along_and_the_log_says_so(browser, ocmw, case_worker, write, extension):
    made = inscribe(ocmw, person("Geheim"))
    write(case_worker, inscription=made)
    write(case_worker, kind="list", shown=[made.insz, insz()])
    response = browser.post(page("export"), {"format": extension, "how": "file"})
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="inzages-{today()}.{extension}"'
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["shown"]) == ("log_export", "shown", [made.insz])
    if extension == "csv":
        [head, line] = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
        cells = dict(zip(head, line, strict=True))
        assert cells["INSZ"] == format_insz(made.insz)
        assert (cells["Wie keek"], cells["Aantal personen"]) == (str(case_worker.user), "1")
        assert cells["Opvallend"] == "in geen caseload"
        assert cells["Rechtsgrond"] == made.subject().legal_basis
        assert "Geheim" not in response.content.decode("utf-8-sig")


def test_too_many_lines_lead_back_and_nothing_is_logged(browser, case_worker, write, monkeypatch):
    monkeypatch.setattr("oversight.services.MOST_LINES", 1)
    for _ in range(2):
        write(case_worker, kind="list")
    response = browser.post(page("export"), {"format": "csv", "outcome": "shown"})
    assert response.status_code == 302
    assert "outcome=shown" in response["Location"]
    assert "log_export" not in [row["kind"] for row in log_rows()]
    assert "meer dan" in text_of(browser.get(response["Location"]))


def test_one_look_shows_its_ground_and_all_its_numbers_but_not_what_was_typed(browser, case_worker, write):
    numbers = sorted([insz(), insz()])
    look = write(case_worker, kind="search", term="janssens", shown=numbers)
    response = browser.get(page("look", look))
    words = text_of(response)
    assert all(format_insz(number) in words for number in numbers)
    assert "janssens" not in response.content.decode()
    assert log_rows()[-1]["shown"] == numbers


def test_the_log_of_a_predecessor_is_read_apart_and_logged_at_the_reader(
    browser, ocmw, other_ocmw, privacy_officer, write
):
    colleague = member(other_ocmw)
    made = inscribe(other_ocmw, person())
    look = write(colleague, inscription=made)
    factories.succeed(other_ocmw.slug, ocmw.slug)
    words = text_of(browser.get(page("desk"), {"of": other_ocmw.slug}))
    assert "Inzages bij OCMW Elders" in words
    assert format_insz(made.insz) in words
    assert format_insz(made.insz) not in text_of(browser.get(page("desk")))
    assert "Dossier geopend" in text_of(browser.get(page("look", look)))
    assert {row["institution_id"] for row in log_rows() if row["kind"] == "log_reading"} == {ocmw.pk}


def test_only_the_privacy_officer_asks_which_numbers_are_in_a_caseload(ocmw, case_worker, privacy_officer):
    made = inscribe(ocmw, person())
    follow(ocmw, case_worker, made.insz)
    call = "SELECT * FROM persons_in_a_caseload(NULL)"
    bound = {"institution": ocmw.pk, "user": privacy_officer.user_id, "role": "privacy_officer"}
    assert factories.fetch(call, **bound) == [(made.insz,)]
    for claimed in (
        bound | {"user": case_worker.user_id},
        bound | {"role": "case_worker"},
        bound | {"institution": None},
    ):
        with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
            factories.fetch(call, **claimed)


def test_every_kind_of_look_can_be_asked_for_once():
    kinds = [kind for group in KINDS.values() for kind in group]
    assert sorted(kinds) == sorted(Kind)


def test_python_and_sql_agree_on_the_hours():
    """Every half an hour of a week in which the clock changes."""
    hours = Hours(datetime.time(8), datetime.time(17, 30))
    monday = datetime.datetime(today().year - 1, 10, 20, tzinfo=datetime.UTC)
    moments = [monday + number * datetime.timedelta(minutes=30) for number in range(9 * 48)]
    with factories.owner():
        Consultation.objects.bulk_create(
            Consultation(at=at, kind="list", channel="portal", outcome="shown") for at in moments
        )
        found = set(Consultation.objects.filter(hours.outside).values_list("at", flat=True))
    assert found == {at for at in moments if hours.is_outside(at)}
    assert 0 < len(found) < len(moments)
