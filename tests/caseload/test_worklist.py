"""The filters of the client list, its next lesson and colleagues, the star, and the way from file to file."""

from __future__ import annotations

import datetime
import itertools
import json
import re

import pytest
from django.test import Client

from caseload.filters import CourseEnd
from caseload.services import lists
from partners.models import Membership
from partners.periods import today
from partners.rights import grant_on_server
from partners.services import saved_filters
from persons.formats import weekday
from persons.models import CaseloadRow

from ..factories import inscribe, log_rows, mandate, member, owner, part_line, person

pytestmark = pytest.mark.django_db

LIST = "/ocmw-proefstad/"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


@pytest.fixture
def on_day(monkeypatch):
    """Let the filters see another day as today."""

    def set_day(day: str) -> None:
        monkeypatch.setattr("caseload.filters.today", lambda: datetime.date.fromisoformat(day))

    return set_day


def names(browser: Client, **filters: str) -> list[str]:
    """The last names in the list under these filters of the whole institution."""
    html = browser.get(LIST, {"show": "all"} | filters).content.decode()
    return re.findall(r"<bdi>(\w+), Hodan</bdi>", html)


def number_of(html: str, tab: str) -> str:
    """What the tab counts."""
    return re.search(rf'id="tab-{tab}".*?<b>(.*?)</b>', html, re.DOTALL).group(1)


class TestFilters:
    def test_by_centre_of_any_part_or_of_the_chosen_one(self, browser, ocmw):
        inscribe(
            ocmw, person("Ahmadi", parts=[part_line("NT2", centre="Ligo"), part_line("MO", centre="Atlas")])
        )
        inscribe(ocmw, person("Benali", parts=[part_line("NT2", centre="Atlas")]))
        inscribe(ocmw, person("Chaoui", parts=[part_line("NT2", centre="CVO Gent")]))
        assert names(browser, centre="Atlas") == ["Ahmadi", "Benali"]
        assert names(browser, centre="Atlas", part="MO") == ["Ahmadi"]
        assert names(browser, centre="atlas' OR true--") == []

    def test_by_end_of_the_course(self, browser, ocmw, on_day):
        on_day("2026-12-10")
        for name, ends in (
            ("Ahmadi", "2026-12-10"),
            ("Benali", "2026-12-31"),
            ("Chaoui", "2027-01-01"),
            ("Demir", "2027-02-01"),
            ("Eren", "2026-12-09"),
            ("Fofana", None),
        ):
            inscribe(ocmw, person(name, parts=[part_line("NT2", ends=ends)]))
        inscribe(
            ocmw,
            person("Gueye", parts=[part_line("NT2", ends="2027-01-31"), part_line("MO", ends="2026-12-11")]),
        )
        assert names(browser, ends="month") == ["Ahmadi", "Benali", "Gueye"]
        assert names(browser, ends="next") == ["Chaoui", "Gueye"]
        assert names(browser, ends="next", part="MO") == []
        assert names(browser, ends="later") == ["Demir"]
        assert names(browser, ends="past") == ["Eren"]
        assert len(names(browser, ends="tomorrow")) == 7

    @pytest.mark.parametrize("day", ["2026-12-31", "2028-02-29", "2026-01-31", "2026-11-30"])
    def test_the_ends_of_courses_follow_each_other_without_a_gap(self, on_day, day):
        on_day(day)
        ends = [CourseEnd.PAST, CourseEnd.THIS_MONTH, CourseEnd.NEXT_MONTH, CourseEnd.LATER]
        for before, after in itertools.pairwise(ends):
            assert before.days[1] + DAY == after.days[0]
        assert CourseEnd.THIS_MONTH.days[0] == datetime.date.fromisoformat(day)

    def test_a_client_in_two_capacities_is_in_the_list_of_either(self, browser, ocmw):
        mandate(ocmw, "schuldbemiddeling", ["Personalia"])
        one = person("Ahmadi")
        inscribe(ocmw, one, "leefloon")
        inscribe(ocmw, one, "schuldbemiddeling")
        inscribe(ocmw, person("Benali"), "leefloon")
        assert names(browser) == ["Ahmadi", "Benali"]
        assert names(browser, capacity="schuldbemiddeling") == ["Ahmadi"]
        assert names(browser, capacity="leefloon") == ["Ahmadi", "Benali"]

    def test_by_target_group_where_the_mandate_gives_it(self, browser, ocmw):
        mandate(ocmw, "schuldbemiddeling", ["Personalia", "VormingsActiviteiten"])
        inscribe(ocmw, person("Ahmadi"))
        inscribe(ocmw, person("Benali"), "schuldbemiddeling")
        assert names(browser, target="PLICHT") == ["Ahmadi"]
        assert names(browser, target="RECHT") == []

    def test_the_tabs_count_what_the_other_filters_leave(self, browser, ocmw):
        for name, verdict, centre in (
            ("Ahmadi", "kept", "Atlas"),
            ("Benali", "reachable", "Atlas"),
            ("Chaoui", "kept", "Ligo"),
        ):
            inscribe(ocmw, person(name, verdict=verdict, parts=[part_line(verdict=verdict, centre=centre)]))
        html = browser.get(LIST, {"show": "all", "centre": "Atlas", "standing": "kept"}).content.decode()
        assert [number_of(html, tab) for tab in ("all", "kept", "reachable")] == ["2", "1", "1"]
        assert names(browser, centre="Atlas", standing="kept") == ["Ahmadi"]

    def test_each_filter_in_force_is_said_and_can_be_removed(self, browser, ocmw):
        inscribe(ocmw, person(parts=[part_line("MO", centre="A & <b>B</b>")]))
        filters = {"part": "MO", "centre": "A & <b>B</b>", "show": "all", "capacity": "leefloon"}
        html = browser.get(LIST, filters).content.decode()
        chips = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*) <span aria-hidden="true">✕', html)
        assert [words for _href, words in chips] == [
            "Onderdeel: MO",
            "Hoedanigheid: Leefloon",
            "Centrum: A &amp; &lt;b&gt;B&lt;/b&gt;",
        ]
        assert "centre" not in chips[2][0]
        assert "part=MO" in chips[2][0]

    def test_the_form_offers_what_the_own_clients_have(self, browser, ocmw, other_ocmw):
        mandate(ocmw, "andere_hulp")
        inscribe(ocmw, person(parts=[part_line(centre="Ligo")]))
        inscribe(other_ocmw, person(parts=[part_line(centre="Elders")]))
        page = browser.get(f"{LIST}filters/", {"centre": "Ligo"})
        html = page.content.decode()
        assert re.findall(r'<option value="Ligo"( selected)?>', html) == [" selected"]
        assert "Elders" not in html
        assert 'value="leefloon"' in html
        assert 'value="andere_hulp"' not in html
        assert browser.get(f"{LIST}filters/", headers={"HX-Request": "true"}).templates[0].name == (
            "caseload/includes/filter_form.html"
        )


def test_only_a_centre_of_the_own_clients_is_remembered(browser, ocmw, case_worker):
    inscribe(ocmw, person(parts=[part_line(centre="Ligo")]))
    for centre, remembered in (("Hodan Abdulahi 91.61", None), ("Ligo", "Ligo")):
        response = browser.post(LIST, {"centre": centre, "show": "all"})
        assert "Hodan" not in response["Location"]
        with owner():
            assert Membership.objects.get(pk=case_worker.pk).list_filters.get("centre") == remembered


class TestNamedFilters:
    def save(self, browser: Client, **data: str):
        return browser.post(f"{LIST}filters/bewaren/", {"show": "all"} | data)

    def test_they_are_a_link_on_the_list_until_they_are_removed(self, browser, case_worker):
        response = self.save(browser, name="Bij Atlas", centre="Atlas", sort="client")
        assert response["Location"] == f"{LIST}?centre=Atlas&show=all&sort=client"
        html = browser.get(LIST).content.decode()
        assert re.search(r'<a href="\?centre=Atlas&amp;show=all&amp;sort=client"[^>]*>★ Bij Atlas</a>', html)
        self.save(browser, remove="Bij Atlas")
        assert (
            "Bij Atlas" not in browser.get(LIST).content.decode().split("<main", 1)[1].split("#sheet", 1)[0]
        )
        with owner():
            assert saved_filters(Membership.objects.get(pk=case_worker.pk)) == {}

    def test_a_name_is_asked_for_escaped_and_never_in_an_address(self, browser):
        assert (
            "Typ een naam" in self.save(browser, name=" ").wsgi_request._messages._queued_messages[0].message
        )
        response = self.save(browser, name="<script>alert(1)</script>")
        assert "script" not in response["Location"]
        assert "<script>alert" not in browser.get(LIST).content.decode()

    def test_there_are_twenty_at_most_and_one_can_be_replaced(self, browser, case_worker):
        for number in range(21):
            self.save(browser, name=f"lijst {number}", part="MO")
        self.save(browser, name="lijst 0", part="NT2")
        with owner():
            stored = Membership.objects.get(pk=case_worker.pk)
        assert "lijst" not in stored.saved_filters
        saved = saved_filters(stored)
        assert len(saved) == 20
        assert saved["lijst 0"] == {"part": "NT2", "show": "all"}

    @pytest.mark.parametrize("name", ["a\0b", "x" * 1_000_000, "no such name"])
    def test_removing_a_name_that_is_not_there_leaves_the_others(self, browser, case_worker, name):
        self.save(browser, name="lijst", part="MO")
        assert self.save(browser, remove=name).status_code == 302
        with owner():
            assert set(saved_filters(Membership.objects.get(pk=case_worker.pk))) == {"lijst"}

    def test_access_that_follows_has_them_until_it_saves_its_own(self, browser, ocmw, case_worker):
        self.save(browser, name="van vroeger", part="MO")
        with owner():
            Membership.objects.filter(pk=case_worker.pk).update(valid_until=today() - DAY)
            case_worker.refresh_from_db()
            second = grant_on_server(user=case_worker.user, institution=ocmw, follows=case_worker)
            Membership.objects.filter(pk=second.pk).update(valid_until=today())
            third = grant_on_server(
                user=case_worker.user, institution=ocmw, first=today() + DAY, follows=second
            )
            assert set(saved_filters(third)) == {"van vroeger"}
        assert "★ van vroeger" in browser.get(LIST).content.decode()
        self.save(browser, name="van nu", part="MO")
        self.save(browser, remove="van vroeger")
        self.save(browser, remove="van nu")
        with owner():
            assert saved_filters(Membership.objects.get(pk=third.pk)) == {}
            assert set(saved_filters(Membership.objects.get(pk=case_worker.pk))) == {"van vroeger"}

    def test_they_are_the_users_own(self, browser, ocmw, sign_in):
        self.save(browser, name="van An", part="MO")
        assert "van An" not in sign_in(member(ocmw)).get(LIST).content.decode()


def test_the_next_lesson_is_the_first_one_from_today_on(browser, ocmw, case_worker):
    past, soon, later = (str(today() + days * DAY) for days in (-1, 2, 3))
    parts = [
        part_line("MO", lessons=[f"{past} 9.00", f"{soon} 13.30", later]),
        part_line("NT2", lessons=[f"{soon} 9.00"]),
    ]
    line = inscribe(ocmw, person(parts=parts))
    browser.post(f"{LIST}dossier/{line.public_id}/volgen/", {"action": "follow"})
    html = browser.get(LIST, {"show": "own"}).content.decode()
    assert f"{weekday(soon)} <span>9.00 NT2</span>" in html
    assert "c-colleague" not in html


def test_outside_the_own_caseload_the_list_says_whose_client_it_is(ocmw, case_worker, sign_in):
    line = inscribe(ocmw, person())
    colleague = member(ocmw)
    with owner():
        colleague.user.first_name, colleague.user.last_name = "Luc", "<Maes>"
        colleague.user.save()
    sign_in(colleague).post(f"{LIST}dossier/{line.public_id}/volgen/", {"action": "follow"})
    html = sign_in(case_worker).get(LIST, {"show": "all"}).content.decode()
    assert '<small title="Luc &lt;Maes&gt;">Luc &lt;Maes&gt;</small>' in html
    assert 'aria-pressed="false"' in html
    assert "c-lesson" not in html


class TestStar:
    def test_with_script_the_row_stays_and_the_answer_is_words(self, browser, ocmw, case_worker):
        line = inscribe(ocmw, person())
        address = f"{LIST}dossier/{line.public_id}/volgen/"
        response = browser.post(address, {"action": "follow"}, headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (204, b"")
        assert json.loads(response["HX-Trigger"])["starred"]["on"] is True
        assert 'aria-pressed="true"' in browser.get(LIST, {"show": "all"}).content.decode()
        browser.post(address, {"action": "unfollow"}, headers={"HX-Request": "true"})
        with owner():
            assert not CaseloadRow.objects.exists()
        assert [row["kind"] for row in log_rows()] == ["follow", "list", "follow"]

    def test_without_script_it_leads_back_to_the_list_under_its_filters(self, browser, ocmw):
        line = inscribe(ocmw, person())
        address = f"{LIST}dossier/{line.public_id}/volgen/"
        data = {"action": "follow", "list": "?standing=kept&show=all&sort=client&next=//evil.example"}
        assert browser.post(address, data)["Location"] == f"{LIST}?standing=kept&show=all&sort=client"

    def test_a_client_of_another_institution_has_none(self, browser, other_ocmw):
        line = inscribe(other_ocmw, person())
        response = browser.post(
            f"{LIST}dossier/{line.public_id}/volgen/", {"action": "follow"}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 404
        assert log_rows()[-1]["outcome"] == "refused"


class TestFromFileToFile:
    @pytest.fixture
    def clients(self, ocmw) -> dict[str, str]:
        """The addresses of the files of three clients, one of whom is outdated and comes first."""
        past, soon = today() - 3 * DAY, today() + 3 * DAY
        return {
            name: f"{LIST}dossier/{inscribe(ocmw, person(name, verdict='reachable', slack=slack)).public_id}/"
            for name, slack in (("Ahmadi", (1, soon)), ("Benali", (2, soon)), ("Chaoui", (5, past)))
        }

    def test_the_file_leads_on_in_the_order_of_the_list(self, browser, clients):
        html = browser.get(LIST, {"standing": "reachable", "show": "all"}).content.decode()
        query = "?standing=reachable&show=all"
        assert f'href="{clients["Chaoui"]}{query.replace("&", "&amp;")}"' in html
        opened = browser.get(clients["Chaoui"] + query).content.decode()
        assert f'href="{clients["Chaoui"]}volgende/{query.replace("&", "&amp;")}"' in opened
        for before, after in (("Chaoui", "Ahmadi"), ("Ahmadi", "Benali")):
            assert browser.get(f"{clients[before]}volgende/{query}")["Location"] == clients[after] + query
            assert browser.get(f"{clients[after]}vorige/{query}")["Location"] == clients[before] + query

    def test_at_either_end_it_leads_back_to_the_list(self, browser, clients):
        query = "?show=all&sort=client"
        assert browser.get(f"{clients['Chaoui']}volgende/{query}")["Location"] == LIST + query
        assert "laatste cliënt" in browser.get(LIST + query).content.decode()
        assert browser.get(f"{clients['Ahmadi']}vorige/{query}")["Location"] == LIST + query

    def test_a_file_that_left_the_list_leads_to_its_neighbour(self, browser, ocmw, clients):
        inscribe(ocmw, person("Bakari", verdict="kept"))
        query = "?standing=kept&show=all&sort=client"
        assert "dossier" in browser.get(f"{clients['Ahmadi']}volgende/{query}")["Location"]
        assert browser.get(f"{clients['Benali']}volgende/{query}")["Location"] == LIST + query

    def test_the_way_itself_is_no_look_and_one_that_may_not_be_seen_is_refused(
        self, browser, clients, other_ocmw
    ):
        browser.get(f"{clients['Ahmadi']}volgende/?show=all")
        assert log_rows() == []
        hidden = inscribe(other_ocmw, person())
        response = browser.get(f"{LIST}dossier/{hidden.public_id}/volgende/?show=all", follow=True)
        assert response.status_code == 404
        assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("file", "refused")]

    def test_a_file_opened_from_elsewhere_leads_nowhere(self, browser, clients):
        assert "volgende/" not in browser.get(clients["Ahmadi"]).content.decode()


def test_the_previous_page_is_the_one_that_was_before(browser, ocmw, monkeypatch):
    """Also across the border between outdated lines and the others, in either direction of the order."""
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    for place, name in enumerate(("Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg")):
        past = place < 3
        day = today() + (-10 + place if past else place) * DAY
        inscribe(ocmw, person(name, verdict="reachable", slack=(place, day)))
    for sort in ("", "-slack", "client", "-end"):
        address, pages = f"{LIST}?show=all&sort={sort}", []
        while address:
            html = browser.get(address).content.decode()
            back = re.search(r'id="previous"\s+href="([^"]*)"', html)
            pages.append((re.findall(r"<bdi>(\w+), Hodan</bdi>", html), back and back.group(1)))
            onward = re.search(r'id="next"\s+href="([^"]*)"', html)
            address = LIST + onward.group(1).replace("&amp;", "&") if onward else ""
        assert [len(rows) for rows, _back in pages] == [2, 2, 2, 1]
        assert pages[0][1] is None
        for (rows, _back), (_rows, back) in itertools.pairwise(pages):
            html = browser.get(LIST + back.replace("&amp;", "&")).content.decode()
            assert re.findall(r"<bdi>(\w+), Hodan</bdi>", html) == rows
            assert ('id="previous"' in html) == (rows != pages[0][0])
            assert 'id="next"' in html


class TestOtherHeads:
    """The columns without an index sort a list of at most 2,000 lines."""

    @pytest.fixture
    def clients(self, ocmw, case_worker, sign_in) -> None:
        soon, later = str(today() + 2 * DAY), str(today() + 9 * DAY)
        mandate(ocmw, "schuldbemiddeling", ["Personalia"])
        for name, verdict, parts in (
            (
                "Ahmadi",
                "kept",
                [part_line("MO", cut="91.5"), part_line("NT2", cut="9.5", lessons=[f"{later} 9.00"])],
            ),
            ("Benali", "reachable", [part_line("MO", cut="9.75", lessons=[f"{soon} 9.00"])]),
            ("Chaoui", "exempt", [part_line("NT2", "exempt", cut=None)]),
        ):
            line = inscribe(ocmw, person(name, verdict=verdict, parts=parts))
        inscribe(ocmw, person("Demir"), "schuldbemiddeling")
        colleague = member(ocmw)
        with owner():
            colleague.user.first_name = "Luc"
            colleague.user.save()
        sign_in(colleague).post(f"{LIST}dossier/{line.public_id}/volgen/", {"action": "follow"})

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("mo", ["Chaoui", "Demir", "Benali", "Ahmadi"]),
            ("-mo", ["Ahmadi", "Benali", "Demir", "Chaoui"]),
            ("nt2", ["Benali", "Chaoui", "Demir", "Ahmadi"]),
            ("standing", ["Benali", "Ahmadi", "Chaoui", "Demir"]),
            ("-standing", ["Demir", "Chaoui", "Ahmadi", "Benali"]),
            ("colleague", ["Ahmadi", "Benali", "Demir", "Chaoui"]),
        ],
    )
    def test_each_head_sorts_pages_and_leads_from_file_to_file(
        self, clients, case_worker, sign_in, monkeypatch, sort, expected
    ):
        monkeypatch.setattr(lists, "PAGE_SIZE", 2)
        browser = sign_in(case_worker)
        html = browser.get(LIST, {"show": "all", "sort": sort}).content.decode()
        first = re.findall(r"<bdi>(\w+), Hodan</bdi>", html)
        onward = re.search(r'id="next"\s+href="([^"]*)"', html).group(1).replace("&amp;", "&")
        after = browser.get(LIST + onward).content.decode()
        assert [*first, *re.findall(r"<bdi>(\w+), Hodan</bdi>", after)] == expected
        file = re.search(rf'href="({LIST}dossier/[^"?]*)(\?[^"]*)"', html)
        following = browser.get(file[1] + "volgende/" + file[2].replace("&amp;", "&"))["Location"]
        assert expected[1] in browser.get(following).content.decode()

    def test_the_next_lesson_sorts_the_own_caseload(self, ocmw, clients, case_worker, sign_in):
        browser = sign_in(case_worker)
        html = browser.get(LIST, {"show": "all"}).content.decode()
        for address in re.findall(r'formaction="([^"]*)"', html):
            if "volgen/" in address:
                browser.post(address, {"action": "follow"})
        html = browser.get(LIST, {"show": "own", "sort": "lesson"}).content.decode()
        assert re.findall(r"<bdi>(\w+), Hodan</bdi>", html) == ["Benali", "Ahmadi", "Chaoui", "Demir"]

    def test_a_longer_list_offers_only_what_has_an_index(self, clients, case_worker, sign_in, monkeypatch):
        monkeypatch.setattr(lists, "MOST_SORTED", 3)
        monkeypatch.setattr(lists, "COUNT_CAP", 2)
        browser = sign_in(case_worker)
        html = browser.get(LIST, {"show": "all", "sort": "mo"}).content.decode()
        assert re.findall(r"<bdi>(\w+), Hodan</bdi>", html)[0] != "Chaoui"
        heads = re.findall(r'<th scope="col".*?</th>', html, re.DOTALL)
        assert not [head for head in heads if "sort=mo" in head or "sort=-mo" in head]
        assert [head for head in heads if "sort=client" in head]
        monkeypatch.setattr(lists, "MOST_SORTED", 4)
        assert "sort=-mo" in browser.get(LIST, {"show": "all", "sort": "mo"}).content.decode()
