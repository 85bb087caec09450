"""Columns and tabs follow the mandate: a landlord sees the answers of Wooncode, a school its own courses."""

from __future__ import annotations

import datetime
import re

import pytest

from caseload.filters import ClientFilterSet, tabs
from caseload.services.lists import counts
from partners.models import Institution
from partners.periods import today
from partners.services import working_for
from persons.enums import NOT_SHOWN
from persons.models import ClientListEntry

from ..factories import inscribe, institution, mandate, member, owner, part_line, person, succeed
from .test_export import cells

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HEADS = ("Inburgering", "Taalbereid", "Taalkennis")
SCHOOL, OTHER = "0999010126", "0999000129"


def heads(html: str) -> list[str]:
    head = re.search(r"<thead.*?</thead>", html, re.DOTALL).group()
    return [
        " ".join(re.sub("<[^>]*>", " ", each).split())
        for each in re.findall(r"<th\b.*?</th>", head, re.DOTALL)
    ]


def names(html: str) -> list[str]:
    return re.findall(r"<bdi>(\w+), Hodan</bdi>", html)


@pytest.fixture
def landlord(db):
    made = institution("Verhuurder Proefstad", "shm")
    mandate(made, "sociale_huurder", ["Personalia", "Wooncode"])
    inscribe(made, person("Ahmadi", housing={"integration": True, "language": False}), "sociale_huurder")
    inscribe(made, person("Benali", housing={"integration": False, "level": True}), "sociale_huurder")
    inscribe(made, person("Chaoui", housing={"integration": True}), "sociale_huurder")
    inscribe(made, person("Demir"), "sociale_huurder")
    return made


class TestLandlord:
    def page(self, sign_in, landlord, **filters: str) -> str:
        browser = sign_in(member(landlord))
        return browser.get(f"/{landlord.slug}/", {"show": "all"} | filters).content.decode()

    def test_the_answers_are_columns_and_nothing_is_not_shown(self, sign_in, landlord):
        html = self.page(sign_in, landlord)
        assert [head for head in heads(html) if head][1:4] == list(HEADS)
        assert "Niet te zien" not in html
        assert "Speling" not in heads(html)
        assert "Vrijstelling" not in heads(html)
        row = re.search(r"<bdi>Ahmadi.*?</tr>", html, re.DOTALL).group()
        answers = re.findall(r'data-label="(\w+)">\s*<(?:span|small)[^>]*>(?:<span[^>]*>)?([✓✕–])', row)
        assert answers[:3] == list(zip(HEADS, "✓✕–", strict=True))
        assert "niet meegedeeld" in row

    def test_the_tab_and_the_filter_find_who_does_not_meet_a_condition(self, sign_in, landlord):
        html = self.page(sign_in, landlord, standing="unmet")
        assert names(html) == ["Ahmadi", "Benali"]
        assert re.search(r'id="tab-unmet".*?<b>2</b>', html, re.DOTALL)
        assert 'id="tab-not_shown"' not in html
        html = self.page(sign_in, landlord, unmet="language")
        assert names(html) == ["Ahmadi"]
        assert "Voldoet niet aan: taalbereidheid" in html
        assert names(self.page(sign_in, landlord, unmet="level")) == []
        assert len(names(self.page(sign_in, landlord, unmet="rent"))) == 4

    def test_the_filter_is_offered_where_a_line_has_the_answers(self, sign_in, landlord, ocmw, case_worker):
        browser = sign_in(member(landlord))
        assert 'name="unmet"' in browser.get(f"/{landlord.slug}/filters/").content.decode()
        inscribe(ocmw, person(housing={"level": False}))
        assert 'name="unmet"' not in sign_in(case_worker).get(f"/{ocmw.slug}/filters/").content.decode()

    @pytest.mark.parametrize(
        ("housing", "words"),
        [
            ({"exempt": True}, "vrijgesteld"),
            ({"suspensions": [[str(today() - DAY), None]]}, "opgeschort"),
            (
                {"suspensions": [[None, "2999-02-01"], [None, "2999-01-01"]]},
                "opgeschort tot en met 1 februari 2999",
            ),
            ({"suspensions": [[str(today() + DAY), None], ["2020-01-01", str(today() - DAY)]]}, ""),
        ],
    )
    def test_an_exemption_and_a_suspension_of_today_are_said(self, sign_in, landlord, housing, words):
        inscribe(landlord, person("Eren", housing=housing), "sociale_huurder")
        html = self.page(sign_in, landlord)
        assert ("Vrijstelling" in heads(html)) is bool(words)
        if words:
            assert f"<small>{words}</small>" in re.search(r"<bdi>Eren.*?</tr>", html, re.DOTALL).group()

    def test_a_file_and_a_print_have_the_same_columns(self, sign_in, landlord):
        browser = sign_in(member(landlord))
        table = cells(browser.post(f"/{landlord.slug}/bestand/", {"format": "csv", "show": "all"}))
        assert [row[:1] + row[4:7] for row in table][:3] == [
            ["Cliënt", *HEADS],
            ["Ahmadi, Hodan", "ja", "nee", "–"],
            ["Benali, Hodan", "nee", "–", "ja"],
        ]
        assert not {"Status", "MO", "Speling"} & set(table[0])
        printed = browser.get(f"/{landlord.slug}/afdrukken/", {"show": "all"}).content.decode()
        assert [head for head in heads(printed) if head][1:4] == list(HEADS)

    def test_a_pasted_list_says_the_answers_too(self, sign_in, landlord):
        browser = sign_in(member(landlord))
        with owner():
            number = ClientListEntry.objects.get(last_name="Benali").insz
        place = browser.post(f"/{landlord.slug}/lijst/", {"numbers": number})["Location"]
        html = browser.get(place).content.decode()
        assert (
            "<small>Inburgering: nee</small><small>Taalbereid: –</small><small>Taalkennis: ja</small>" in html
        )
        assert "Niet te zien" not in html
        assert not any("NT2" in head for head in heads(html))

    def test_a_page_with_attendance_keeps_its_columns_and_tabs(self, landlord, sign_in):
        mandate(landlord, "kandidaat_huurder", ["Personalia", "Wooncode", "VormingsActiviteiten"])
        inscribe(landlord, person("Eren", housing={"level": False}), "kandidaat_huurder")
        html = self.page(sign_in, landlord)
        assert "Speling" in heads(html)
        assert not set(HEADS) & set(heads(html))
        acting = member(landlord)
        with working_for(landlord, acting.user, acting.role):
            lines = ClientListEntry.objects.visible_to(acting)
            filterset = ClientFilterSet({}, queryset=lines, acting=acting)
            codes = [tab.code for tab in tabs(counts(lines), filterset.values)]
            of_unmet = counts(lines, tab="unmet")["unmet"].number
            assert of_unmet == ClientListEntry.objects.filter(is_unmet=True).count() > 0
        assert NOT_SHOWN in codes
        assert "unmet" not in codes


def own(verdict: str, *parts: object, may_miss: int | None = None) -> dict:
    return {"verdict": verdict, "may_miss": may_miss, "decides_on": None, "parts": list(parts)}


@pytest.fixture
def school(db):
    made = institution("CVO Proefstad", "cvo", kbo_number=SCHOOL)
    mandate(made, "cursist", ["Personalia", "VormingsActiviteiten"])
    return made


def line_of(made, client) -> ClientListEntry:
    with owner():
        return ClientListEntry.objects.get(institution=made, person=client)


class TestSchool:
    def client(self, by_supplier: dict | None, **fields):
        mo, nt2 = (
            part_line("MO", "out_of_reach", course="MO Arabisch"),
            part_line("NT2", "kept", course="Waystage"),
        )
        return person(verdict="out_of_reach", parts=[mo, nt2], by_supplier=by_supplier, **fields)

    def test_a_line_has_the_judgement_of_the_own_courses(self, school, ocmw):
        client = self.client({SCHOOL: own("kept", "NT2", may_miss=4)})
        inscribe(school, client, "cursist")
        inscribe(ocmw, client)
        line = line_of(school, client)
        assert (line.verdict, line.may_miss) == ("kept", 4)
        assert [(part["part"], part["course"]) for part in line.parts] == [("NT2", "Waystage")]
        assert (line_of(ocmw, client).verdict, len(line_of(ocmw, client).parts)) == ("out_of_reach", 2)

    def test_a_part_that_another_centre_decides_is_the_own_one(self, school):
        mine = part_line("NT2", "reachable", course="Threshold")
        client = self.client({SCHOOL: own("reachable", mine)})
        inscribe(school, client, "cursist")
        assert line_of(school, client).parts == [mine]

    @pytest.mark.parametrize(
        ("by_supplier", "verdict", "number"),
        [
            ({SCHOOL: None}, "out_of_reach", 2),
            ({OTHER: None}, "no_lessons", 0),
            ({}, "no_lessons", 0),
            (None, "out_of_reach", 2),
        ],
    )
    def test_all_courses_none_and_a_message_from_before(self, school, by_supplier, verdict, number):
        client = self.client(by_supplier)
        inscribe(school, client, "cursist")
        line = line_of(school, client)
        assert (line.verdict, len(line.parts)) == (verdict, number)

    def test_the_list_names_the_course_and_has_no_column_without_one(self, school, sign_in):
        inscribe(school, self.client({SCHOOL: own("kept", "NT2")}, last_name="Ahmadi"), "cursist")
        inscribe(school, self.client({OTHER: None}, last_name="Benali"), "cursist")
        html = sign_in(member(school)).get(f"/{school.slug}/", {"show": "all"}).content.decode()
        assert "Cursus" in heads(html)
        assert not {"MO", "PLO"} & set(heads(html))
        assert ">Waystage</small>" in re.search(r"<bdi>Ahmadi.*?</tr>", html, re.DOTALL).group()
        assert "geen cursus bij uw school" in re.search(r"<bdi>Benali.*?</tr>", html, re.DOTALL).group()

    def test_another_number_writes_the_lines_again(self, school):
        client = self.client({OTHER: own("kept", "NT2")})
        inscribe(school, client, "cursist")
        assert line_of(school, client).verdict == "no_lessons"
        with owner():
            Institution.objects.filter(pk=school.pk).update(kbo_number=OTHER)
        assert line_of(school, client).verdict == "kept"

    def test_the_courses_of_a_school_that_it_succeeds_are_its_own(self, school):
        old = institution("CVO Vroeger", "cvo", kbo_number=OTHER)
        client = self.client({OTHER: own("kept", "NT2")})
        inscribe(old, client, "cursist")
        inscribe(school, client, "cursist")
        assert line_of(school, client).verdict == "no_lessons"
        succeed(old.slug, school.slug)
        assert line_of(school, client).verdict == "kept"


def test_doubts_and_the_age_of_the_data_show_without_attendance_too(sign_in, landlord):
    with owner():
        ClientListEntry.objects.filter(last_name="Ahmadi").update(
            doubts={"warnings": ["30004.KSZ"]}, as_of=today() - 40 * DAY
        )
    browser = sign_in(member(landlord))
    html = browser.get(f"/{landlord.slug}/", {"show": "all"}).content.decode()
    row = re.search(r"<bdi>Ahmadi.*?</tr>", html, re.DOTALL).group()
    assert "Bijgewerkt:" in row
    assert 'class="doubted"' in row
    data = {"format": "csv", "show": "all"}
    head, *rows = cells(browser.post(f"/{landlord.slug}/bestand/", data))
    place = head.index("Let op")
    assert [bool(each[place]) for each in rows if each[0].startswith("Ahmadi")] == [True]
    assert not any(each[place] for each in rows if not each[0].startswith("Ahmadi"))


def test_filters_find_a_client_by_what_only_another_capacity_shows(sign_in, ocmw, case_worker):
    """The row of the client is the line with attendance; target group and answers are those of the other one."""
    mandate(ocmw, "leefloon", ["Personalia", "VormingsActiviteiten"])
    mandate(ocmw, "andere_hulp", ["Personalia", "Doelgroep", "Wooncode"])
    client = person("Ahmadi", housing={"level": False})
    inscribe(ocmw, client, "leefloon")
    inscribe(ocmw, client, "andere_hulp")
    browser = sign_in(case_worker)

    def found(**filters: str) -> list[str]:
        return names(browser.get(f"/{ocmw.slug}/", {"show": "all"} | filters).content.decode())

    assert found(target="PLICHT") == found(unmet="level") == found(standing="unmet") == ["Ahmadi"]
    assert found(target="RECHT") == found(unmet="language") == []
    html = browser.get(f"/{ocmw.slug}/", {"show": "all"}).content.decode()
    assert re.search(r'id="tab-unmet".*?<b>1</b>', html, re.DOTALL) or 'id="tab-unmet"' not in html
