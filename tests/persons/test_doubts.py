"""Data that are doubtful say so: newer messages that were set aside, and newer numbers of the same person."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import reverse
from lxml import html
from lxml.builder import E

from partners.periods import today
from persons.enums import SetAsideReason
from persons.models import ImportRun, Inscription, Person
from persons.services import aside, importing
from persons.services.importing import ImportReport
from persons.services.reading import SetAside
from tests import factories
from tests.factories import fetch, inscribe, log_rows
from tests.persons.inbox import FIRST, NEW, NEWEST, OLD, SECOND, THIRD, Inbox, broken, doubts, good, rows
from tests.persons.magda import messages

pytestmark = pytest.mark.django_db

OUTDATED = "Let op: deze gegevens kunnen verouderd of onvolledig zijn"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def granted(institution, insz: str = OLD) -> Inscription:
    with factories.owner():
        person = Person.objects.get(insz=insz)
    return inscribe(institution, person)


def content(response) -> html.HtmlElement:
    assert response.status_code == 200
    return html.fromstring(response.content.decode()).get_element_by_id("inhoud")


def text_of(element) -> str:
    return " ".join(element.text_content().split())


class Browser:
    """A case worker who reads the list and a file."""

    def __init__(self, client, inscription: Inscription) -> None:
        self.client = client
        self.slug = inscription.institution.slug
        self.inscription = inscription

    def mark(self) -> str:
        """The doubt on the line of the list; "" without one."""
        page = content(self.client.get(reverse("client_list", args=[self.slug]), {"show": "all"}))
        return " ".join(text_of(mark) for mark in page.find_class("doubted"))

    def file(self, inscription: Inscription | None = None):
        public_id = (inscription or self.inscription).public_id
        return content(self.client.get(reverse("person_file", args=[self.slug, public_id])))

    def notice(self) -> str:
        """The doubts at the top of the file; "" without one."""
        return " ".join(text_of(part) for part in self.file().xpath(".//section[@aria-labelledby='doubts']"))


@pytest.fixture
def read(sign_in, case_worker):
    """`read(inscription)`: the browser of a case worker of `ocmw`."""
    return lambda inscription: Browser(sign_in(case_worker), inscription)


# A newer message that was set aside


def test_the_reader_of_a_stale_file_is_told_until_a_newer_message_goes_in(inbox, ocmw, read):
    inbox.take(good(FIRST))
    browser = read(granted(ocmw))
    assert (browser.mark(), browser.notice()) == ("", "")

    assert inbox.take(broken(SECOND)).set_aside == 1
    assert browser.mark() == (f"mogelijk verouderd: nieuwer bericht van {browser_day(SECOND)} niet ingelezen")
    notice = browser.notice()
    assert OUTDATED in notice
    assert "van 6 januari 2026, kon niet worden ingelezen" in notice
    assert str(SetAsideReason.BAD_ENUM.label) in notice
    assert "de helpdesk van het Agentschap Integratie en Inburgering" in notice
    assert "MISSCHIEN" not in notice

    inbox.take(good(THIRD))
    assert (browser.mark(), browser.notice()) == ("", "")
    [row] = rows()
    assert row.settled_at is not None


def browser_day(day: str) -> str:
    from persons.formats import short_day

    return short_day(day)


def test_the_search_marks_a_stale_file_too(inbox, ocmw, read):
    inbox.take(good(FIRST), broken(SECOND))
    browser = read(granted(ocmw))
    found = content(
        browser.client.post(reverse("client_search", args=[ocmw.slug]), {"q": "peet"}, follow=True)
    )
    assert "mogelijk verouderd" in text_of(found)


@pytest.mark.parametrize("day", [FIRST, "2026-01-04"], ids=["same moment", "older"])
def test_a_broken_message_that_is_not_newer_leaves_no_mark(inbox, day):
    inbox.take(good(FIRST), broken(day))
    assert doubts() is None
    [row] = rows()
    assert row.settled_at is not None


def test_a_broken_message_that_came_before_the_person_marks_the_older_dossier(inbox, ocmw, read):
    inbox.take(broken(SECOND))
    inbox.take(good(FIRST), name="later")
    browser = read(granted(ocmw))
    assert "mogelijk verouderd" in browser.mark()


def test_of_several_broken_messages_the_first_says_since_when(inbox):
    inbox.take(good(FIRST), broken(THIRD), broken(SECOND))
    assert doubts() == {"set_aside": {"since": SECOND, "reason": "bad_enum", "dated": True}}
    inbox.take(good(SECOND, hour="10:00:00.000"), name="later")
    assert doubts() == {"set_aside": {"since": THIRD, "reason": "bad_enum", "dated": True}}


def test_the_same_broken_file_again_is_no_second_message(inbox):
    inbox.take(good(FIRST), broken(SECOND))
    [before] = rows()
    inbox.take(good(FIRST), broken(SECOND))
    [after] = rows()
    assert (after.pk, after.first_at) == (before.pk, before.first_at)
    assert after.last_at > before.last_at


def test_the_same_broken_file_under_another_name_is_no_second_message(inbox):
    inbox.take(broken(SECOND))
    inbox.take(broken(SECOND), name="opnieuw")
    [row] = rows()
    assert row.file == "opnieuw-0.xml"


def test_two_broken_dossiers_in_one_file_are_two_messages(inbox):
    wrong = [messages.dossier(E.Doelgroep(E.Code("MISSCHIEN")), insz=insz) for insz in (OLD, NEW)]
    inbox.take(messages.as_bytes(messages.answer(*wrong, day=SECOND)))
    assert {row.insz for row in rows()} == {OLD, NEW}


def test_a_broken_file_that_comes_again_does_not_bring_a_settled_mark_back(inbox):
    undated = broken(SECOND).replace(b"<Datum>2026-01-06</Datum>", b"<Datum>onbekend</Datum>")
    inbox.take(good(FIRST))
    inbox.take(undated, name="undated")
    assert doubts()["set_aside"]["dated"] is False
    inbox.take(undated, good(THIRD), name="undated")
    assert doubts() is None
    inbox.take(undated, name="undated")
    assert doubts() is None


def test_a_message_without_a_readable_moment_counts_by_its_arrival(inbox, ocmw, read):
    inbox.take(good(FIRST))
    inbox.take(
        broken(SECOND).replace(b"<Datum>2026-01-06</Datum>", b"<Datum>2026-13-01</Datum>"), name="undated"
    )
    browser = read(granted(ocmw))
    assert "bericht ontvangen op" in browser.mark()
    assert "kon niet worden ingelezen: het bevat een foute datum" in browser.notice()
    # An older message says nothing about it.
    inbox.take(good("2026-01-04"), name="older")
    assert doubts() is not None
    inbox.take(good(SECOND), name="newer")
    assert doubts() is None


def test_of_an_undated_and_a_good_message_in_one_import_neither_is_the_later_one(inbox):
    undated = broken(SECOND).replace(b"<Datum>2026-01-06</Datum>", b"<Datum>2026-13-01</Datum>")
    inbox.take(undated, good(FIRST))
    assert doubts()["set_aside"]["dated"] is False


def test_a_moment_in_the_future_is_not_believed(inbox):
    inbox.take(good(FIRST), good("2090-01-01"))
    assert doubts()["set_aside"]["dated"] is False
    inbox.take(good(SECOND), name="newer")
    assert doubts() is None


def test_a_message_that_is_too_large_still_says_whose_it_is(inbox, monkeypatch):
    read_file = importing.read.__globals__["read_file"]
    monkeypatch.setitem(
        importing.read.__globals__,
        "read_file",
        lambda path, **options: read_file(path, max_bytes=400_000, **options),
    )
    large = messages.dossier(E.KlantProfiel(E.Omgevingsfactoren("x" * 600_000)))
    inbox.take(good(FIRST), messages.as_bytes(messages.answer(large, day=SECOND)))
    assert doubts()["set_aside"] == {"since": SECOND, "reason": "too_large", "dated": True}


def test_a_message_that_is_cut_off_still_says_whose_it_is(inbox):
    whole = broken(SECOND)
    inbox.take(good(FIRST), whole[: whole.index(b"<Doelgroep>")])
    assert doubts()["set_aside"]["reason"] == "not_xml"


def test_a_number_that_cannot_be_read_casts_doubt_on_no_one(inbox):
    inbox.take(good(FIRST), good(SECOND).replace(OLD.encode(), b"91610100177"))
    assert doubts() is None
    [row] = rows()
    assert (row.insz, row.reason, row.settled_at) == ("", "bad_insz", None)


def test_two_numbers_in_one_message_cast_doubt_on_no_one(inbox):
    number = f"<INSZ>{OLD}</INSZ>".encode()
    inbox.take(good(FIRST), broken(SECOND).replace(number, number + number))
    assert doubts() is None


def test_a_message_the_database_refuses_marks_the_file(inbox):
    courses = [messages.nt2_course() for _ in range(3)]
    for course, name in zip(courses, ("A", "A", "A#2"), strict=True):
        course.find("ID").text = name
    refused = messages.answer(messages.dossier(messages.activities(nt2=courses)), day=SECOND)
    report = inbox.take(good(FIRST), good(FIRST, NEW), messages.as_bytes(refused))
    assert report == ImportReport(read=3, new=2, set_aside=1)
    assert doubts()["set_aside"]["reason"] == "not_storable"


def test_an_import_that_breaks_leaves_neither_messages_nor_set_aside_ones(inbox, monkeypatch):
    def breaks(*_):
        raise DatabaseError("connection lost")

    monkeypatch.setattr(aside, "refresh", breaks)
    with pytest.raises(DatabaseError, match="connection lost"):
        inbox.take(good(FIRST), broken(SECOND))
    with factories.owner():
        assert not Person.objects.exists()
    assert rows() == []


def test_a_run_that_was_broken_off_has_no_end(inbox, monkeypatch):
    inbox.take(good(FIRST))
    monkeypatch.setattr(importing, "_merge", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        inbox.take(good(SECOND))
    with factories.owner():
        assert [run.ended_at is None for run in ImportRun.objects.order_by("pk")] == [False, True]


def test_a_set_aside_message_shows_no_number_when_it_is_printed():
    message = SetAside("a.xml", 1, "", "bad_enum", "x", OLD, digest=b"1")
    assert OLD not in str(message)
    assert OLD not in repr(message)


@pytest.mark.parametrize(
    "name",
    [
        "dossier-91610100176.xml",
        "91.61.01-001.76.xml",
        "map/91610100176",
        "202611281291610100176.xml",
        "n91610100176123.xml",
        "916101--001-76.xml",
        "91,61,01,001,76.xml",
        "9161010017６.xml",
    ],
)
def test_a_number_in_the_name_of_a_file_is_not_stored(name):
    assert "001" not in aside.file_name(name)


@pytest.mark.parametrize(
    "name", ["publicatie-00012.xml", "20260105-091233-000012.xml", "dossier-0000007b.xml"]
)
def test_other_digits_in_the_name_of_a_file_stay(name):
    assert aside.file_name(f"map/{name}") == name


def test_every_reason_of_the_reader_has_a_sentence():
    from typing import get_args

    from persons.magda.reader.records import Reason

    ours = {"unreadable", "too_slow", "from_the_future", "not_storable"}
    assert set(SetAsideReason.values) == {*get_args(Reason), *ours}


# Who to ask


@pytest.mark.parametrize(
    ("setting", "words", "href"),
    [
        ("helpdesk@kbi.example", "helpdesk@kbi.example", "mailto:helpdesk@kbi.example"),
        ("https://kbi.example/hulp/", "kbi.example/hulp", "https://kbi.example/hulp/"),
        ("de KBI-lijn, 02 000 00 00", "de KBI-lijn, 02 000 00 00", None),
        ("javascript:alert(1)", "javascript:alert(1)", None),
    ],
)
def test_the_contact_of_the_portal_is_who_to_ask(inbox, ocmw, read, monkeypatch, setting, words, href):
    monkeypatch.setattr(settings, "KBI_CONTACT", setting)
    inbox.take(good(FIRST), broken(SECOND))
    [section] = read(granted(ocmw)).file().xpath(".//section[@aria-labelledby='doubts']")
    assert f"bij {words}." in text_of(section)
    assert section.xpath(".//p/a/@href") == ([href] if href else [])


# Another number of the same person


def test_the_old_file_leads_to_the_newer_number_the_institution_may_see(inbox, ocmw, read):
    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001"))
    older, newer = granted(ocmw, OLD), granted(ocmw, NEW)
    browser = read(older)
    assert browser.mark() == f"ander nummer: sinds {browser_day(SECOND)} zijn daar nieuwere gegevens"
    page = browser.file()
    assert page.xpath(".//section[@aria-labelledby='doubts']//a/@href") == [
        reverse("person_file", args=[ocmw.slug, newer.public_id])
    ]
    assert "sinds 6 januari 2026 nieuwere gegevens" in text_of(page)
    # The newer file says nothing about the older one.
    assert not browser.file(newer).xpath(".//section[@aria-labelledby='doubts']")


def test_a_number_that_was_replaced_is_never_the_newer_one(inbox, ocmw, read):
    """Whatever the moments of the messages say."""
    inbox.take(good(FIRST, NEW, "A0000001"), good(SECOND, OLD, "A0000001", replaced=True))
    assert doubts(NEW) is None
    assert doubts(OLD) == {"newer_number": {"since": FIRST}}
    older, newer = granted(ocmw, OLD), granted(ocmw, NEW)
    browser = read(older)
    links = ".//section[@aria-labelledby='doubts']//a[contains(@href, 'dossier')]/@href"
    assert browser.file().xpath(links) == [reverse("person_file", args=[ocmw.slug, newer.public_id])]
    assert not browser.file(newer).xpath(".//section[@aria-labelledby='doubts']")


def test_a_number_the_institution_may_not_see_is_not_revealed(inbox, ocmw, other_ocmw, read):
    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001", last="Anders"))
    newer = granted(other_ocmw, NEW)
    browser = read(granted(ocmw, OLD))
    response = browser.client.get(reverse("person_file", args=[ocmw.slug, browser.inscription.public_id]))
    shown = response.content.decode()
    assert "Uw instelling heeft geen geldige inschrijving onder dat nummer." in shown
    for secret in (NEW, "00.63.02-998.91", str(newer.public_id), "Anders"):
        assert secret not in shown
    assert {number for row in log_rows() for number in (row["insz"], *row["shown"]) if number} == {OLD}


def test_a_newer_number_whose_inscription_ended_is_not_linked(inbox, ocmw, read):
    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001"))
    yesterday = today() - datetime.timedelta(days=1)
    with factories.owner():
        person = Person.objects.get(insz=NEW)
    inscribe(ocmw, person, valid_from=yesterday - datetime.timedelta(days=30), valid_until=yesterday)
    assert (
        not read(granted(ocmw, OLD))
        .file()
        .xpath(".//section[@aria-labelledby='doubts']//a[contains(@href,'dossier')]")
    )


def test_of_three_numbers_in_a_row_each_older_one_leads_to_the_newest_visible_one(inbox, ocmw, read):
    inbox.take(*(good(day, insz, "A0000001") for day, insz in ((FIRST, OLD), (SECOND, NEW), (THIRD, NEWEST))))
    assert [list(doubts(insz) or ()) for insz in (OLD, NEW, NEWEST)] == [
        ["newer_number"],
        ["newer_number"],
        [],
    ]
    oldest, middle = granted(ocmw, OLD), granted(ocmw, NEW)
    browser = read(oldest)
    links = ".//section[@aria-labelledby='doubts']//a[contains(@href, 'dossier')]/@href"
    assert browser.file().xpath(links)[0].endswith(f"{middle.public_id}/")
    newest = granted(ocmw, NEWEST)
    for inscription in (oldest, middle):
        assert browser.file(inscription).xpath(links)[0].endswith(f"{newest.public_id}/")


def test_two_numbers_of_one_moment_are_two_numbers_and_neither_is_newer(inbox, ocmw, read):
    inbox.take(good(FIRST, OLD, "A0000001"), good(FIRST, NEW, "A0000001"))
    assert doubts(OLD) == doubts(NEW) == {"other_number": True}
    browser = read(granted(ocmw, OLD))
    assert browser.mark() == "ander nummer: niet bekend welk het nieuwste is"
    assert "even oud: het is niet bekend welk nummer het nieuwste is" in browser.notice()
    assert "nieuwere gegevens" not in browser.notice()


def test_a_message_of_the_older_number_turns_the_doubt_around(inbox):
    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001"))
    inbox.take(good(THIRD, OLD, "A0000001"), name="later")
    assert doubts(OLD) is None
    assert doubts(NEW) == {"newer_number": {"since": THIRD}}


def test_later_messages_of_the_newer_number_do_not_move_the_day(inbox):
    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001"))
    inbox.take(good(THIRD, NEW, "A0000001"), name="later")
    assert doubts(OLD) == {"newer_number": {"since": SECOND}}


def test_a_unique_number_that_changes_takes_the_doubt_away(inbox):
    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001"))
    inbox.take(good(THIRD, NEW, "B0000002"), name="later")
    assert doubts(OLD) is None


def test_persons_without_a_unique_number_are_not_one_person(inbox):
    inbox.take(good(FIRST, OLD), good(SECOND, NEW))
    assert doubts(OLD) is doubts(NEW) is None


def test_a_file_without_doubt_costs_no_query_more(inbox, ocmw, read, django_assert_num_queries):
    """tests/test_queries.py has the number; here only that the gate is asked again for a doubtful file alone."""
    from django.test.utils import CaptureQueriesContext

    inbox.take(good(FIRST, OLD, "A0000001"), good(SECOND, NEW, "A0000001"), broken(THIRD, NEW))
    older, newer = granted(ocmw, OLD), granted(ocmw, NEW)
    browser = read(older)
    browser.file()
    costs = []
    for inscription in (older, newer):
        with CaptureQueriesContext(connection) as captured:
            browser.file(inscription)
        costs.append(len(captured))
    assert costs[0] == costs[1] + 1


def test_the_list_marks_a_warning_that_came_with_the_data(inbox, ocmw, read):
    with_warning = messages.answer(
        messages.dossier(), day=FIRST, exceptions=messages.exceptions(("30004", "KSZ", "WAARSCHUWING"))
    )
    inbox.take(messages.as_bytes(with_warning))
    browser = read(granted(ocmw))
    assert browser.mark() == "nummer vervangen: het dossier kan onvolledig zijn"
    inbox.take(good(SECOND), name="later")
    assert browser.mark() == ""


def test_the_migration_marks_persons_who_were_there_before(inbox, ocmw):
    from importlib import import_module

    numbered = [(FIRST, OLD, "A0000001"), (SECOND, NEW, "A0000001"), (SECOND, NEWEST, "A0000001")]
    inbox.take(*(good(*fields) for fields in numbered))
    granted(ocmw, OLD)
    lines = "SELECT doubts FROM persons_clientlistentry"
    before = {insz: doubts(insz) for _, insz, _ in numbered}
    with factories.owner(), connection.cursor() as cursor:
        Person.objects.update(doubts=None, warnings=["30004.KSZ"])
        cursor.execute("UPDATE persons_clientlistentry SET doubts = NULL")
        cursor.execute(import_module("persons.migrations.0008_doubts").FILL)
    assert {insz: doubts(insz) for _, insz, _ in numbered} == before
    assert before[NEW] == {"other_number": True}
    [(line,)] = fetch(lines, institution=ocmw.pk)
    line = json.loads(line) if isinstance(line, str) else line
    assert line == {"newer_number": {"since": SECOND}, "warnings": ["30004.KSZ"]}
