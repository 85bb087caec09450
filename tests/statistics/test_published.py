"""The published figures: off and on, equal to those of the agency, small numbers, versions, headers, what is read."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.addresses import reserved_words
from partners.groups import READERS
from partners.models import Institution
from partners.periods import months_later, today
from statistics.adoption.services import Point, adoption_on
from statistics.careful.services import last_month_due
from statistics.enums import Calendar
from statistics.figures import CONSULTATION, REPORTED_EXCHANGE
from statistics.models import ImportedCount, PublishedMonth, PublishingSwitch
from statistics.published import ADDRESS
from statistics.published.rows import HIDDEN, KEYS, public
from statistics.published.services import NotPublished, months_due, publish, publish_missing
from statistics.services.calendar import working_days
from statistics.services.counting import monthly, next_month
from tests import factories

from .counting import look

pytestmark = pytest.mark.django_db

PAGE = f"/{ADDRESS}/"
CSV, JSON, DCAT = f"{PAGE}cijfers.csv", f"{PAGE}cijfers.json", f"{PAGE}dcat.jsonld"
SWITCH = "admin:statistics_publishingswitch_add"
DAY = datetime.timedelta(days=1)


def last_month() -> datetime.date:
    return last_month_due(today())


def at(month: datetime.date, day: int = 10) -> str:
    return f"{month.replace(day=day)} 10:00"


def switch(is_on: bool = True) -> None:
    administrator = factories.agency_administrator()
    with factories.owner():
        PublishingSwitch.objects.create(is_on=is_on, by=administrator)


def run() -> int:
    with factories.owner():
        return publish_missing()


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by its head."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def texts_of(html: str) -> list[list[str]]:
    """The cells of the table of the page, without its head."""
    body = html.partition("<tbody")[2].partition("</tbody>")[0]
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip().replace("&lt;", "<")
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


@pytest.fixture
def visitor() -> Client:
    """A browser of someone without an account."""
    return Client()


@pytest.fixture
def use(ocmw, other_ocmw):
    """Two months of use: many looks at one institution and few at the other. A third has imported exchanges only."""
    month = last_month()
    factories.mandate(ocmw, "leefloon", ["Personalia"])
    factories.member(ocmw)
    for each in (months_later(month, -2), months_later(month, -1), month):
        look(ocmw, at(each), times=240)
        look(other_ocmw, at(each), times=4)
        look(None, at(each), times=9)
    look(ocmw, times=7)  # the running month
    third = factories.institution("VDAB", "vdab", kbo_number="0887010362")
    with factories.owner():
        for number, each in ((812, month), (3, months_later(month, -1))):
            ImportedCount.objects.create(
                institution=third, month=each, measure="exchange", number=number, source="Vraag 1"
            )
    return {"ocmw": ocmw, "other": other_ocmw, "third": third}


@pytest.fixture
def published(use):
    switch()
    run()
    return use


# -- off and on


def test_it_is_off_until_an_administrator_switches_it_on(use, visitor, sign_in):
    assert run() == 0
    for address in (PAGE, CSV, JSON, DCAT, f"{PAGE}{last_month():%Y-%m}/"):
        assert visitor.get(address).status_code == 404
    administrator = factories.agency_administrator()
    browser = sign_in(administrator)
    assert browser.post(reverse(SWITCH), {"is_on": "on"}).status_code == 302
    with factories.owner():
        [row] = PublishingSwitch.objects.all()
        assert (row.is_on, row.by) == (True, administrator)
    assert run() == 3
    assert visitor.get(PAGE).status_code == 200
    # It is on already.
    assert browser.post(reverse(SWITCH), {"is_on": "on"}).context["adminform"].errors["is_on"]
    assert browser.post(reverse(SWITCH), {}).status_code == 302
    for address in (PAGE, CSV, JSON, DCAT, f"{PAGE}{last_month():%Y-%m}/"):
        response = visitor.get(address)
        assert response.status_code == 404
        assert response["Cache-Control"] == "no-store"
    listed = browser.get(reverse("admin:statistics_publishingswitch_changelist")).content.decode()
    assert listed.count(str(administrator)) >= 2


def test_a_reader_of_figures_sees_the_switch_and_does_not_set_it(sign_in):
    reader = factories.user(is_staff=True)
    with factories.owner():
        group, _made = Group.objects.get_or_create(name=READERS)
        group.permissions.set(
            Permission.objects.filter(codename__startswith="view_", content_type__app_label="statistics")
        )
        reader.groups.add(group)
    browser = sign_in(reader)
    assert browser.get(reverse("admin:statistics_publishingswitch_changelist")).status_code == 200
    assert browser.post(reverse(SWITCH), {"is_on": "on"}).status_code == 403


def test_the_database_lets_no_one_else_switch_or_publish(published, case_worker):
    month = last_month()
    for scope, user in (("", case_worker.user_id), ("agency", case_worker.user_id)):
        for statement in (
            f"INSERT INTO statistics_publishingswitch (is_on, at, by_id) VALUES (true, now(), {user + 1})",
            "UPDATE statistics_publishingswitch SET is_on = true",
            "DELETE FROM statistics_publishedmonth",
            f"UPDATE statistics_publishedmonth SET rows = '[]' WHERE month = '{month}'",
        ):
            with (
                pytest.raises(DatabaseError, match=r"row-level security|permission denied"),
                transaction.atomic(),
            ):
                factories.fetch(statement, user=user, scope=scope)
    with (
        factories.owner(),
        pytest.raises(DatabaseError, match="kept as they were made"),
        transaction.atomic(),
    ):
        PublishedMonth.objects.all().delete()
    # Without a binding: what is published, and nothing about the switch.
    assert factories.fetch("SELECT count(*) FROM statistics_publishedmonth") == [(3,)]
    assert factories.fetch("SELECT count(*) FROM statistics_publishingswitch") == [(0,)]
    switch(False)
    assert factories.fetch("SELECT count(*) FROM statistics_publishedmonth") == [(0,)]


def test_no_institution_gets_the_address():
    assert ADDRESS in reserved_words()


# -- the figures


def test_page_csv_and_json_are_equal(published, visitor):
    month = last_month()
    document = json.loads(visitor.get(JSON).content)
    [of_month] = [each for each in document["maanden"] if each["maand"] == f"{month:%Y-%m}"]
    lines = [row for row in rows_of(visitor.get(CSV).content) if row["maand"] == f"{month:%Y-%m}"]
    assert len(lines) == len(of_month["rijen"]) == 3
    for line, row in zip(lines, of_month["rijen"], strict=True):
        assert {key: line[key] for key, _code, _meaning in KEYS} == {
            key: "" if value is None else str(value).replace(".", ",") for key, value in row.items()
        }
        assert (line["versie"], line["werkdagen"]) == ("1", str(of_month["werkdagen"]))
    on_page = texts_of(visitor.get(f"{PAGE}{month:%Y-%m}/").content.decode())
    keys = ["instelling", "klasse", "raadplegingen", "raadplegingen_per_werkdag", "uitwisselingen"]
    keys.append("uitwisselingen_per_werkdag")
    expected = [
        [
            ("" if key == "klasse" else "–") if row[key] is None else str(row[key]).replace(".", ",")
            for key in keys
        ]
        for row in of_month["rijen"]
    ]
    assert on_page == expected
    assert texts_of(visitor.get(PAGE).content.decode()) == on_page
    assert rows_of(visitor.get(f"{PAGE}{month:%Y-%m}/cijfers.csv").content) == lines
    assert json.loads(visitor.get(f"{PAGE}{month:%Y-%m}/cijfers.json").content)["maanden"] == [of_month]


def test_the_figures_are_those_of_the_agency(published, visitor, agency):
    document = json.loads(visitor.get(JSON).content)
    assert [each["maand"] for each in document["maanden"]] == [
        f"{months_later(last_month(), -back):%Y-%m}" for back in range(3)
    ]
    names = dict(Institution.objects.values_list("name", "pk"))
    for of_month in document["maanden"]:
        month = datetime.date.fromisoformat(f"{of_month['maand']}-01")
        begins = month == months_later(last_month(), -2)
        last = next_month(month) - DAY
        point = Point(last, None if begins else month)
        with agency():
            looks = monthly(CONSULTATION, month, next_month(month))
            exchanges = monthly(REPORTED_EXCHANGE, month, next_month(month))
            classes = {each.institution.pk: each.adoption_class.label for each in adoption_on([point])[point]}
            days = working_days(month, last, Calendar.FLEMISH_GOVERNMENT)
        assert (of_month["volledig"], of_month["werkdagen"]) == (not begins, days.number)
        for row in of_month["rijen"]:
            pk = names[row["instelling"]]
            number = looks.get((pk, month), 0)
            assert row["raadplegingen"] == public(number)
            assert row["uitwisselingen"] == public(exchanges.get((pk, month)))
            assert row["klasse"] == classes.get(pk)
            if begins:
                assert row["raadplegingen_per_werkdag"] is None
            elif number >= 5:
                assert row["raadplegingen_per_werkdag"] == float(days.per_day(number))
    [row] = [row for row in document["maanden"][0]["rijen"] if row["instelling"] == published["ocmw"].name]
    assert (row["raadplegingen"], row["klasse"]) == (240, "gebruikt het")


def test_a_number_below_five_is_nowhere_and_there_is_no_total(published, visitor):
    assert [public(number) for number in (None, 0, 1, 4, 5, 812)] == [None, *[HIDDEN] * 3, 5, 812]
    with factories.owner():
        stored = list(PublishedMonth.objects.all())
    for month in stored:
        for row in month.rows:
            for code in ("consultation", "exchange"):
                assert row[code] in (None, HIDDEN) or row[code] >= 5
                if row[code] == HIDDEN:
                    assert row[f"{code}_per_day"] in (None, HIDDEN)
    before = f"{PAGE}{months_later(last_month(), -1):%Y-%m}/cijfers.csv"
    hidden = {row["instelling"]: row for row in rows_of(visitor.get(before).content)}
    assert hidden[published["other"].name]["raadplegingen"] == HIDDEN
    assert hidden[published["third"].name]["uitwisselingen"] == HIDDEN
    html = visitor.get(PAGE).content.decode()
    assert "<tfoot" not in html
    assert "“&lt;5”" in html
    # Looks of no institution are in no row.
    assert not any(str(number) in row for number in (9, 244, 253) for row in texts_of(html))


def test_the_running_month_is_never_published(published, visitor):
    running = today().replace(day=1)
    for month in {running, months_later(last_month(), 1)}:
        assert visitor.get(f"{PAGE}{month:%Y-%m}/").status_code == 404
        with pytest.raises(NotPublished), factories.owner():
            publish(month)
    assert f"{running:%Y-%m}" not in {row["maand"] for row in rows_of(visitor.get(CSV).content)}


def test_months_before_the_log_have_imported_numbers_only(table_2015, visitor, ocmw):
    look(ocmw, at(last_month()), times=5)
    switch()
    assert run() == 12
    rows = rows_of(visitor.get(f"{PAGE}2015-10/cijfers.csv").content)
    assert {row["instelling"] for row in rows} <= set(table_2015)
    assert {(row["raadplegingen"], row["raadplegingen_per_werkdag"], row["klasse"]) for row in rows} == {
        ("", "", "")
    }
    assert all(row["uitwisselingen"] for row in rows)
    [month] = json.loads(visitor.get(f"{PAGE}2015-10/cijfers.json").content)["maanden"]
    assert month["bronnen"] == ["Schriftelijke vraag nr. 191 van 14 december 2015 (Vlaams Parlement)"]
    assert "Schriftelijke vraag nr. 191" in visitor.get(f"{PAGE}2015-10/").content.decode()
    with factories.owner():
        assert months_due() == []


def test_no_cell_of_the_file_becomes_a_formula(ocmw, visitor):
    with factories.owner():
        Institution.objects.filter(pk=ocmw.pk).update(name="=1+1")
    look(ocmw, at(last_month()), times=5)
    switch()
    run()
    assert [row["instelling"] for row in rows_of(visitor.get(CSV).content)] == ["'=1+1"]


# -- versions


def test_a_month_published_again_is_a_next_version_and_the_earlier_stays(published, visitor):
    month = last_month()
    with factories.owner():
        ImportedCount.objects.filter(month=month).update(number=900)
    assert run() == 0
    with factories.owner():
        assert not publish(month)
        call_command("publish", "--month", f"{month:%Y-%m}", "--again", stdout=io.StringIO())
    [last] = json.loads(visitor.get(f"{PAGE}{month:%Y-%m}/cijfers.json").content)["maanden"]
    [earlier] = last["eerdere_versies"]
    exchanges = [[row["uitwisselingen"] for row in each["rijen"]][-1] for each in (last, earlier)]
    assert (last["versie"], earlier["versie"], exchanges) == (2, 1, [900, 812])
    assert {row["versie"] for row in rows_of(visitor.get(f"{PAGE}{month:%Y-%m}/cijfers.csv").content)} == {
        "2"
    }
    html = visitor.get(PAGE).content.decode()
    assert "versie 2" in html
    assert "Versie 1, van" in html


def test_the_command_says_why_it_publishes_nothing(use):
    with factories.owner():
        for words, why in (
            (["--again"], "needs --month"),
            (["--month", "2026-13"], "no month"),
            (["--month", f"{last_month():%Y-%m}"], "does not publish"),
        ):
            with pytest.raises(CommandError, match=why):
                call_command("publish", *words)
    switch()
    with factories.owner(), pytest.raises(CommandError, match="no figures"):
        call_command("publish", "--month", "2014-01")


# -- how it is served


def test_pages_read_the_published_months_only_also_for_who_is_signed_in(
    published, sign_in, visitor, case_worker
):
    browser = sign_in(case_worker)
    for client in (visitor, browser):
        for address in (PAGE, CSV, JSON, DCAT, f"{PAGE}{last_month():%Y-%m}/"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            tables = {
                name for query in captured for name in re.findall(r'(?:FROM|JOIN) "?(\w+)', query["sql"])
            }
            assert tables == {"statistics_publishedmonth"}
            reads = [query["sql"] for query in captured if "statistics_publishedmonth" in query["sql"]]
            assert len(reads) <= 2
    assert str(case_worker.user) not in browser.get(PAGE).content.decode()


def test_caches_may_keep_it(published, visitor):
    for address, kind in (
        (PAGE, "text/html"),
        (CSV, "text/csv"),
        (JSON, "application/json"),
        (DCAT, "application/ld+json"),
    ):
        response = visitor.get(address)
        assert response["Content-Type"].startswith(kind)
        assert response["Cache-Control"] == "public, max-age=3600"
        assert response["Vary"] == "Accept-Language"
        assert not response.cookies
        again = visitor.get(address, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = visitor.get(address, headers={"If-Modified-Since": response["Last-Modified"]})
        assert since.status_code == 304
        assert visitor.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
        head = visitor.head(address)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", response["ETag"])
        assert visitor.post(address).status_code == 405


def test_a_next_version_has_another_etag(published, visitor):
    before = {address: visitor.get(address)["ETag"] for address in (PAGE, CSV, JSON)}
    with factories.owner():
        publish(last_month(), again=True)
    assert all(visitor.get(address)["ETag"] != etag for address, etag in before.items())


def test_the_page_is_in_the_language_of_the_browser_and_files_are_in_dutch(published, visitor):
    english = {"Accept-Language": "en"}
    assert "How do I read this?" in visitor.get(PAGE, headers=english).content.decode()
    assert "Hoe lees ik dit?" in visitor.get(PAGE).content.decode()
    for address in (CSV, JSON, DCAT):
        assert visitor.get(address, headers=english).content == visitor.get(address).content


@pytest.mark.parametrize(
    "query", ["?x=1", "?month=%27", "?order_by=-x&table=..", "?maand=2099-99", "?" + "a" * 3000]
)
def test_a_query_string_changes_nothing(published, visitor, query):
    for address in (PAGE, CSV, JSON):
        assert visitor.get(address + query).content == visitor.get(address).content


@pytest.mark.parametrize(
    "month", ["2026-13", "0000-01", "2026-1", "x", "2026", "9999-12", "2026-01-01", "٢٠٢٦-٠١"]
)
def test_a_month_that_is_none_is_404(published, visitor, month):
    for name in ("", "cijfers.csv", "cijfers.json"):
        assert visitor.get(f"{PAGE}{month}/{name}").status_code == 404


def test_before_the_first_month_the_page_says_so(visitor):
    switch()
    assert run() == 0
    assert "Er is nog geen maand gepubliceerd." in visitor.get(PAGE).content.decode()
    assert rows_of(visitor.get(CSV).content) == []
    assert json.loads(visitor.get(JSON).content)["maanden"] == []
    assert "dct:modified" not in json.loads(visitor.get(DCAT).content)


def test_the_description_leads_to_the_page_and_the_files(published, visitor):
    dataset = json.loads(visitor.get(DCAT).content)
    assert dataset["@type"] == "dcat:Dataset"
    assert dataset["dcat:landingPage"]["@id"] == f"http://testserver{PAGE}"
    for distribution in dataset["dcat:distribution"]:
        address = distribution["dcat:downloadURL"]["@id"]
        response = visitor.get(address.removeprefix("http://testserver"))
        assert (
            response["Content-Type"].partition(";")[0]
            == distribution["dcat:mediaType"]["@id"].rpartition("types/")[2]
        )
    period = dataset["dct:temporal"]
    assert period["dcat:startDate"]["@value"] == f"{months_later(last_month(), -2):%Y-%m}"
    assert period["dcat:endDate"]["@value"] == f"{last_month():%Y-%m}"
    assert dataset["dct:modified"]["@value"] == f"{today()}"


def test_the_agency_finds_the_page_from_its_figures(published, sign_in):
    page = reverse("admin:statistics_monthlycount_changelist")
    browser = sign_in(factories.agency_administrator())
    assert f'href="{PAGE}"' in browser.get(page).content.decode()
    switch(False)
    html = browser.get(page).content.decode()
    assert f'href="{PAGE}"' not in html
    assert "niet openbaar" in html
