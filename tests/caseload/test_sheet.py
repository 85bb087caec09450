"""The conversation sheet: what it says, in which languages, and how it is opened and logged."""

from __future__ import annotations

import ast
import datetime
import re
import uuid
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from lxml import html

from kbi_portal.messages import catalogues, compiled
from partners.enums import Role
from partners.models import Institution, Membership
from persons.insz import format_insz
from persons.magda.reader import MessageError, read_file
from persons.presentation import conversation, translations
from persons.presentation.contacts import Contact
from persons.presentation.translations import sheet_languages

from ..demo.populations import AS_OF as DAY
from ..demo.populations import files
from ..factories import inscribe, log_rows, mandate, member, person
from ..persons.files import opened_file, read
from ..persons.magda import messages
from .test_file_parts import HALF_AN_HOUR, earlier

CATALOGUES = catalogues("sheet")
LANGUAGES = ["fr", "en", "ar", "tr", "uk"]
MOST_WORDS = 10


def texts() -> set[tuple[str, str]]:
    """The Dutch texts of the sheet, each with its plural, "" without one."""
    found = set()
    for node in ast.walk(ast.parse(Path(conversation.__file__).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            arguments = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if node.func.attr == "say":
                found.add((arguments[0], ""))
            elif node.func.attr == "say_number":
                found.add((arguments[0], arguments[1]))
    return found


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))


class TestCatalogues:
    def test_every_language_of_the_issue_has_one(self):
        assert {path.parts[-3] for path in CATALOGUES} >= set(LANGUAGES)
        assert {language.code for language in sheet_languages()} == {path.parts[-3] for path in CATALOGUES}

    @pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
    def test_each_is_complete_and_keeps_the_values(self, path):
        catalogue = polib.pofile(str(path))
        assert {(entry.msgid, entry.msgid_plural or "") for entry in catalogue} == texts()
        for entry in catalogue:
            translated = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            for text in translated:
                assert text, entry.msgid
                assert placeholders(text) == placeholders(entry.msgid), entry.msgid
                assert "%" not in re.sub(r"%\(\w+\)s", "", text), entry.msgid

    @pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
    def test_what_is_compiled_is_what_is_written(self, path):
        assert path.with_suffix(".mo").read_bytes() == compiled(path), "run `make messages`"

    def test_a_dutch_text_is_one_sentence_of_at_most_ten_words(self):
        for pair in texts():
            for text in filter(None, pair):
                words = text.replace("%(day)s", "woensdag 25/11/2026").split()
                assert len(words) <= MOST_WORDS, text
                assert len(re.findall(r"[.?!](?:\s|$)", text)) <= 1, text

    def test_only_arabic_is_written_from_the_right(self):
        directions = {language.code: language.direction for language in sheet_languages()}
        assert {code for code in LANGUAGES if directions[code] == "rtl"} == {"ar"}

    def test_the_portal_itself_has_no_more_languages_than_before(self):
        assert [code for code, _name in settings.LANGUAGES] == ["nl", "en"]


# -- what it says, for dossiers as the generator writes them

# What the portal says to a case worker and never to a client, and everything about sanctions.
UNSAID = re.compile(
    r"sanct|boete|leefloon|haalbaar|bij te sturen|op schema|norm|vrijgesteld|opgeschort|hoedanigheid|INSZ|%|"
    r"\bNT2\b|\bMO\b|\bPLO\b|\b[A-Z]{2}\d{2}[A-Z]\d{2}\b"
)
TEXT = re.compile(r"(?<=[.?!])\s+")


@pytest.fixture(scope="module", params=["02.00", "01.00"])
def dossiers(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dossiers")
    for number, content in enumerate(files(25, request.param).values()):
        (folder / f"{number}.xml").write_bytes(content)
    found = [dossier for path in sorted(folder.iterdir()) for dossier in read_file(path, allow_test=True)]
    return [dossier for dossier in found if not isinstance(dossier, MessageError)]


def course_of(folder, lessons, *, coming=0, ends=None):
    """A dossier of DAY with lessons so many days from it, with their presence, and lessons to come each day."""
    rows = [
        messages.lesson(f"{DAY + datetime.timedelta(days=away)}", "13:30", "16:30", presence)
        for away, presence in [*lessons, *((day, None) for day in range(1, coming + 1))]
    ]
    course = messages.mo_course(*rows)
    if ends:
        course.find("Periode/Einde").text = ends
    activities = messages.activities(course)
    message = messages.answer(messages.dossier(activities), day=f"{DAY}")
    [dossier] = read(folder, message)
    return dossier


def sheet(dossier, monkeypatch, *, chosen: str | None = None, today: datetime.date = DAY) -> str:
    """The HTML of the sheet of one dossier, on a day."""
    monkeypatch.setattr(conversation, "today", lambda: today)
    context = conversation.conversation_sheet(
        opened_file(dossier, blocks=conversation.SHEET_BLOCKS), chosen=chosen, worker="An Peeters, OCMW Gent"
    )
    request = RequestFactory().get("/gespreksblad/")
    request.user = AnonymousUser()
    request.acting = Membership(institution=Institution(pk=1, slug="ocmw-proefstad"), role=Role.CASE_WORKER)
    request.memberships = [request.acting]
    return render_to_string("caseload/conversation_sheet.html", context, request)


def dutch(page: str) -> list[str]:
    """The paragraphs in Dutch on the paper."""
    paper = html.document_fromstring(page).find_class("a4")[0]
    found = paper.xpath(".//*[@lang='nl' and not(self::bdi)]//p | .//p[@lang='nl']")
    return [" ".join(paragraph.text_content().split()) for paragraph in found]


class TestPaper:
    def test_it_names_no_number_code_verdict_or_sanction(self, dossiers, monkeypatch):
        assert len(dossiers) >= 20
        for dossier in dossiers:
            page = sheet(dossier, monkeypatch, chosen="tr")
            [paper] = html.document_fromstring(page).find_class("a4")
            text = paper.text_content()
            assert dossier.insz not in page
            assert format_insz(dossier.insz) not in page
            assert UNSAID.search(text) is None, UNSAID.search(text)

    def test_telephone_numbers_and_hours_run_from_the_left_in_arabic(self, monkeypatch, tmp_path):
        adviser = Contact("Trajectbegeleider", "Sarah Hermans", "Amal", ("09 000 00 00",))
        monkeypatch.setattr(conversation, "contacts_of", lambda *_: [adviser])
        page = html.document_fromstring(sheet(course_of(tmp_path, [], coming=2), monkeypatch, chosen="ar"))
        for values in ("//*[@dir='rtl']//bdi[@class='tel']", "//*[@dir='rtl']//li/bdi"):
            assert {value.get("dir") for value in page.xpath(values)} == {"ltr"}

    def test_every_dutch_sentence_has_at_most_ten_words(self, dossiers, monkeypatch):
        for dossier in dossiers:
            for paragraph in dutch(sheet(dossier, monkeypatch)):
                if ": " in paragraph or "·" in paragraph:  # names, places and telephone numbers
                    continue
                for sentence in TEXT.split(paragraph):
                    assert len(sentence.split()) <= MOST_WORDS, sentence

    def test_both_languages_say_the_same_number_of_things(self, dossiers, monkeypatch):
        for dossier in dossiers[:4]:
            for code in LANGUAGES:
                paper = html.document_fromstring(sheet(dossier, monkeypatch, chosen=code)).find_class("a4")[0]
                for section in paper.xpath("./section"):
                    first, second = section.xpath("./div")
                    assert (first.get("lang"), second.get("lang")) == ("nl", code)
                    assert len(first.xpath(".//p | .//li")) == len(second.xpath(".//p | .//li"))

    def test_it_counts_lessons(self, monkeypatch, tmp_path):
        lessons = [*((-day, "AANWEZIG") for day in range(20, 12, -1)), (-3, "AFWEZIG"), (-2, "VERANTW_AFWE")]
        page = sheet(course_of(tmp_path, lessons, coming=6), monkeypatch)
        text = " ".join(dutch(page))
        assert "U was in 8 van de 10 lessen." in text
        assert "U miste 1 les met een goede reden." in text
        assert "Er komen nog 6 lessen." in text
        assert "U hebt nog minstens" in text
        assert "U mag nog" in text
        days = [
            " ".join(item.text_content().split()) for item in html.document_fromstring(page).xpath("//li")
        ]
        assert "dinsdag 24/11/2026 13.30–16.30" in days
        assert len([day for day in days if "13.30–16.30" in day]) == conversation.LESSONS

    def test_lessons_since_the_message_are_said_and_count(self, monkeypatch, tmp_path):
        dossier = course_of(tmp_path, [(-day, "AANWEZIG") for day in range(12, 2, -1)], coming=10)
        later = DAY + datetime.timedelta(days=2)
        text = " ".join(dutch(sheet(dossier, monkeypatch, today=later)))
        assert "Na maandag 23/11/2026 was er al 1 les." in text
        assert "Wij weten nog niet of u daar was." in text
        much_later = DAY + datetime.timedelta(days=60)
        text = " ".join(dutch(sheet(dossier, monkeypatch, today=much_later)))
        assert "Er waren lessen na maandag 23/11/2026." in text
        assert "U mag nog" not in text
        assert "Uw volgende lessen" not in text

    @pytest.mark.parametrize(
        ("component", "said"),
        [
            ({"absences": 1}, "Wij weten niet naar hoeveel lessen u kwam."),
            ({"exempt": True}, "U moet deze lessen niet volgen."),
            ({"suspended": [("2015-01-01", "2015-06-30")]}, "U moet nu niet naar deze lessen komen."),
        ],
        ids=["totals only", "exempt", "suspended"],
    )
    def test_without_lessons_it_says_so_without_a_number(self, monkeypatch, tmp_path, component, said):
        absences = [messages.absence()] * component.pop("absences", 0)
        old = messages.old_dossier(messages.component(messages.old_course(*absences), **component))
        [dossier] = read(tmp_path, messages.publication(old, day="2015-03-10"))
        today = datetime.date(2015, 3, 10)
        page = sheet(dossier, monkeypatch, today=today)
        text = " ".join(dutch(page))
        assert said in text
        # No number of lessons at all.
        assert re.search(r"\d+ (?:van de \d+ )?less?(?:en)?\b", text) is None

    def test_contradictory_records_give_no_number(self, monkeypatch, tmp_path):
        lessons = [(-9, "AANWEZIG"), (-8, "AANWEZIG"), (-8, "AFWEZIG")]
        text = " ".join(dutch(sheet(course_of(tmp_path, lessons, coming=2), monkeypatch)))
        assert "Wij weten niet naar hoeveel lessen u kwam." in text
        assert "U mag" not in text

    def test_without_lessons_planned_it_says_so(self, monkeypatch, tmp_path):
        dossier = course_of(tmp_path, [(-9, "AANWEZIG"), (-8, "AANWEZIG")], ends="2027-06-30")
        text = " ".join(dutch(sheet(dossier, monkeypatch)))
        assert "Wij kennen nog geen volgende lessen." in text
        assert "genoeg lessen" not in text
        text = " ".join(dutch(sheet(course_of(tmp_path, [(-9, "AANWEZIG")]), monkeypatch)))
        assert "U kwam naar genoeg lessen." in text
        assert "Er komen geen lessen meer." in text

    def test_a_client_who_missed_too_many_is_asked_to_talk(self, monkeypatch, tmp_path):
        dossier = course_of(tmp_path, [(-day, "AFWEZIG") for day in range(12, 2, -1)], coming=2)
        text = " ".join(dutch(sheet(dossier, monkeypatch)))
        assert "U was in 0 van de 10 lessen." in text
        assert "U miste te veel lessen. Praat met ons over wat nu kan." in text
        assert "U mag" not in text


# -- the second language


class TestSecondLanguage:
    @pytest.fixture
    def dossier(self, tmp_path):
        [dossier] = read(tmp_path, messages.answer(messages.full_dossier(), day=f"{DAY}"))
        return dossier

    def test_the_contact_language_comes_first_and_is_not_preselected_unreviewed(self, dossier, monkeypatch):
        page = html.document_fromstring(sheet(dossier, monkeypatch))
        options = page.xpath("//select[@name='taal']/option")
        assert options[0].get("value") == "ar"
        assert "contacttaal" in options[0].text_content()
        assert [option.get("value") for option in options if option.get("selected") is not None] == [""]
        assert len(options) == len(sheet_languages()) + 1
        assert page.find_class("a4")[0].xpath(".//*[@lang='ar']") == []
        assert page.xpath("//a[@href='?taal=ar']") != []

    def test_it_is_preselected_once_a_translator_checked_it(self, dossier, monkeypatch):
        reviewed = tuple(replace(language, is_reviewed=True) for language in sheet_languages())
        monkeypatch.setattr(translations, "sheet_languages", lambda: reviewed)
        monkeypatch.setattr(conversation, "sheet_languages", lambda: reviewed)
        page = sheet(dossier, monkeypatch)
        [paper] = html.document_fromstring(page).find_class("a4")
        assert paper.xpath("./section/div[@lang='ar']") != []
        assert "nagekeken" not in page

    def test_where_the_mandate_gives_no_languages_nothing_is_offered(self, dossier, monkeypatch):
        monkeypatch.setattr(conversation, "today", lambda: DAY)
        opened = opened_file(dossier, blocks=["VormingsActiviteiten"])
        context = conversation.conversation_sheet(opened, chosen=None, worker="")
        assert context["offered"] is None
        assert context["second"] is None

    def test_arabic_runs_from_the_right_and_is_marked_as_not_reviewed(self, dossier, monkeypatch):
        page = html.document_fromstring(sheet(dossier, monkeypatch, chosen="ar"))
        [paper] = page.find_class("a4")
        assert {cell.get("dir") for cell in paper.xpath(".//div[@lang='ar']")} == {"rtl"}
        assert {cell.get("dir") for cell in paper.xpath(".//section/div[@lang='nl']")} == {"ltr"}
        text = " ".join(paper.text_content().split())
        assert "vertaling uit het Nederlands · ترجمة من الهولندية" in text
        assert "niet nagekeken door een vertaler" in text
        assert page.find_class("a4-warning") != []

    def test_an_unknown_language_is_said(self, dossier, monkeypatch):
        page = sheet(dossier, monkeypatch, chosen="xx")
        assert "Deze taal is er niet. Kies een andere." in page
        assert "vertaling uit het Nederlands" not in page


# -- opening it


@pytest.mark.django_db
class TestOpening:
    @pytest.fixture
    def inscription(self, ocmw):
        mandate(ocmw, blocks=["Personalia", "VormingsActiviteiten", "Talenkennis", "Gesprekken"])
        blocks = {
            "Personalia": "<Personalia><INSZ>x</INSZ></Personalia>",
            "VormingsActiviteiten": "<VormingsActiviteiten></VormingsActiviteiten>",
            "Talenkennis": "<Talenkennis><Talen><Taal><Code>Turks</Code><ContactTaal>true</ContactTaal></Taal>"
            "</Talen></Talenkennis>",
        }
        return inscribe(ocmw, person("Demir", "Elif", blocks=blocks))

    @pytest.fixture
    def look(self, browser, inscription):
        page = browser.get(reverse("person_file", args=[inscription.institution.slug, inscription.public_id]))
        return page.context["look"]

    @pytest.fixture
    def browser(self, case_worker, sign_in):
        return sign_in(case_worker)

    def address(self, inscription, look) -> str:
        slug = inscription.institution.slug
        return reverse("conversation_sheet", args=[slug, inscription.public_id, look])

    def test_the_file_leads_to_it_and_it_is_logged_as_printed(self, browser, inscription, look):
        file = browser.get(reverse("person_file", args=[inscription.institution.slug, inscription.public_id]))
        [deeds] = html.document_fromstring(file.content).xpath("//div[@class='title-line']/div")
        assert deeds.xpath("./*[1]")[0].get("href") == self.address(inscription, file.context["look"])
        page = browser.get(self.address(inscription, look) + "?taal=tr")
        assert page.status_code == 200
        assert "Elif Demir" in page.content.decode()
        assert "Dersten önce okulu arayın." in page.content.decode()
        [row] = [row for row in log_rows() if row["kind"] == "print"]
        assert (row["outcome"], row["parent_id"], row["insz"]) == ("shown", str(look), inscription.insz)
        assert row["blocks"] == ["Talenkennis", "VormingsActiviteiten"]

    def test_after_half_an_hour_the_file_opens_again(self, browser, inscription, look):
        late = earlier(look, HALF_AN_HOUR + datetime.timedelta(minutes=1))
        response = browser.get(self.address(inscription, late))
        file = reverse("person_file", args=[inscription.institution.slug, inscription.public_id])
        assert (response.status_code, response["Location"]) == (302, file)
        assert [row for row in log_rows() if row["kind"] == "print"] == []

    def test_another_institution_is_refused_and_logged(self, browser, inscription, look, other_ocmw, sign_in):
        stranger = sign_in(member(other_ocmw, "case_worker"))
        address = reverse("conversation_sheet", args=[other_ocmw.slug, inscription.public_id, look])
        assert stranger.get(address).status_code == 404
        [row] = [row for row in log_rows() if row["kind"] == "print"]
        assert (row["outcome"], row["target"]) == ("refused", str(inscription.public_id))

    def test_a_look_that_is_none_opens_nothing(self, browser, inscription):
        assert browser.get(self.address(inscription, uuid.uuid4())).status_code == 302
