"""Bringing dossiers in: what goes in, what is set aside, and that neither order nor repetition matters."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.builder import E

from persons.attendance import DEFAULT_RULE
from persons.enums import VerdictLabel
from persons.magda.reader import read_file
from persons.models import Block, ClientListEntry, Enrolment, Inscription, NumberHash, Person, Standing
from persons.numberhashes import hash_of
from persons.services import importing
from persons.services.importing import ImportReport, import_dossiers
from persons.services.preparing import RULES, prepare
from persons.services.reading import SetAside, find_files
from tests import factories
from tests.demo.populations import files
from tests.persons.contents import CONTENTS, PLACES
from tests.persons.magda import messages
from tests.persons.magda.writer import write_dossier
from tests.sweeps import examples

pytestmark = pytest.mark.django_db

BRUSSELS = ZoneInfo("Europe/Brussels")
# in the past on whatever machine: messages of the future are set aside
AS_OF = datetime.date(2025, 11, 24)


class Inbox:
    """A folder of messages, and the import of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.set_aside: list[SetAside] = []

    def put(self, message, name: str = "a.xml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(message if isinstance(message, bytes) else messages.as_bytes(message))
        return path

    def bring_in(self, *paths: Path, **options) -> ImportReport:
        self.set_aside = []
        with factories.owner():
            return import_dossiers(
                paths or [self.folder],
                **{"allow_test": True, "processes": 0, "on_set_aside": self.set_aside.append} | options,
            )


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Inbox(folder)


def select(sql: str) -> list[tuple]:
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def contents() -> list:
    return [json.loads(row) if isinstance(row, str) else row for (row,) in select(CONTENTS)]


def empty() -> None:
    with factories.owner(), connection.cursor() as cursor:
        for table in ("change", "clientlistentry", "inscription", "standing", "enrolment", "block", "person"):
            cursor.execute(f"DELETE FROM persons_{table}")


def nt2(*presences: str, minutes: int = 60) -> etree._Element:
    """VormingsActiviteiten with one NT2 course of lessons of an hour, one for each presence."""
    return messages.activities(
        nt2=[
            messages.nt2_course(
                *(
                    messages.lesson(
                        f"2025-10-{day:02d}", "09:00", f"{9 + minutes // 60}:{minutes % 60:02d}", each
                    )
                    for day, each in enumerate(presences, 1)
                )
            )
        ]
    )


# What goes in


def test_a_dossier_becomes_person_blocks_enrolment_and_standing(inbox):
    here, away = ["AANWEZIG"] * 3, ["AFWEZIG"]
    inbox.put(
        messages.answer(messages.dossier(E.Doelgroep(E.Code("JA"), E.Type("PLICHT")), nt2(*here, *away)))
    )
    assert inbox.bring_in() == ImportReport(read=1, new=1)
    with factories.owner():
        person = Person.objects.get()
        assert (person.insz, person.last_name, person.first_name) == (messages.INSZ, "Peeters", "Amina")
        assert (person.sort_key, person.birth_date, person.gender) == ("peeters amina", "1991-00-00", "V")
        assert person.as_of == datetime.datetime(2026, 1, 5, 9, 12, 33, 120_000, BRUSSELS)
        assert (person.version, person.reference) == ("02.00", "ref-1")
        assert {block.name for block in Block.objects.all()} == {
            "Personalia",
            "Doelgroep",
            "VormingsActiviteiten",
        }
        course = Enrolment.objects.get()
        assert (course.part, course.exempt, course.suspensions) == ("NT2", False, [])
        standing = Standing.objects.get()
        assert (standing.verdict, standing.target_code) == (VerdictLabel.OUT_OF_REACH, "JA")
        [part] = standing.parts
        assert (part["numerator"], part["denominator"], part["cut"]) == ("180", "240", "75.0")


def test_a_newer_message_completes_a_person_whose_number_has_no_hash_yet(inbox):
    """As after an import of the version before hashes."""
    inbox.put(messages.answer(messages.dossier(nt2("AANWEZIG")), day="2025-10-10"))
    inbox.bring_in()
    with factories.owner():
        NumberHash.objects.all().delete()
    inbox.put(messages.answer(messages.dossier(nt2("AANWEZIG", "AFWEZIG")), day="2025-10-11"))
    assert inbox.bring_in().changed == 1
    with factories.owner():
        assert bytes(NumberHash.objects.get().hash) == hash_of(messages.INSZ)


def test_the_slack_of_the_most_urgent_part_goes_in(inbox, ocmw):
    lessons = ["AANWEZIG"] * 8 + ["AFWEZIG"] * 2 + ["AANWEZIG"] * 5
    factories.inscribe(ocmw, messages.INSZ)
    inbox.put(messages.answer(messages.dossier(nt2(*lessons)), day="2025-10-10"))
    inbox.bring_in()
    slack = ("on_track", 1, datetime.date(2025, 10, 12))
    with factories.owner():
        for row in (Standing.objects.get(), ClientListEntry.objects.get()):
            assert (row.verdict, row.may_miss, row.decides_on) == slack
        [part] = Standing.objects.get().parts
        assert (part["may_miss"], part["decides_on"]) == (1, "2025-10-12")
    inbox.put(messages.answer(messages.dossier(nt2(*lessons)), day="2025-10-20"))
    inbox.bring_in()
    with factories.owner():
        for row in (Standing.objects.get(), ClientListEntry.objects.get()):
            assert (row.verdict, row.may_miss, row.decides_on) == ("kept", None, None)


@pytest.mark.parametrize(
    ("message", "version"),
    [
        (lambda: messages.answer(messages.full_dossier()), "02.00"),
        (lambda: messages.publication(messages.full_old_dossier()), "01.00"),
    ],
)
def test_every_element_is_kept_and_can_be_written_back(inbox, message, version):
    root = message()
    inbox.put(root)
    [dossier] = root.iter("KBIDossier", "DossierKBI")
    inbox.bring_in()
    with factories.owner():
        stored = {block.name: block.xml.encode() for block in Block.objects.all()}
    written = etree.fromstring(write_dossier(stored, version, insz=messages.INSZ))
    dossier.tail = None
    alone = etree.fromstring(etree.tostring(dossier))
    assert etree.tostring(written, method="c14n", exclusive=True) == etree.tostring(
        alone, method="c14n", exclusive=True
    )


@pytest.mark.parametrize("version", ["01.00", "02.00"])
def test_a_population_goes_in_whole(inbox, version):
    for name, content in files(60, version, as_of=AS_OF).items():
        inbox.put(content, name)
    report = inbox.bring_in(batch=25)
    assert inbox.set_aside == []
    assert report.new == 60
    # of version 01.00 some dossiers are registered again the same day
    assert report.read == report.new + report.changed + report.older
    assert len(contents()) == 60


def test_texts_keep_the_signs_that_copy_would_take_for_its_own(inbox):
    name = "a\\N\tb\\.\\\\"
    inbox.put(
        messages.answer(
            E.KBIDossier(
                messages.personalia(last="\\N", first=name), E.KlantProfiel(E.Omgevingsfactoren(name + "\n"))
            )
        )
    )
    inbox.bring_in()
    with factories.owner():
        person = Person.objects.get()
        assert (person.last_name, person.first_name) == ("\\N", name)
        block = etree.fromstring(Block.objects.get(name="KlantProfiel").xml)
        assert block.findtext("Omgevingsfactoren") == name + "\n"


def test_files_are_found_in_folders_and_below_hidden_ones_left_out(tmp_path):
    for name in ("b.xml", "a/c.xml", "a/.hidden.xml", ".git/d.xml", "z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a" / "around").symlink_to(tmp_path, target_is_directory=True)
    found = [
        str(path.relative_to(tmp_path)) for path in find_files([tmp_path, tmp_path / "a" / ".hidden.xml"])
    ]
    assert found == ["a/around", "a/c.xml", "b.xml", "z", "a/.hidden.xml"]


# Again, and newer


def test_the_same_again_writes_nothing(inbox, ocmw):
    for name, content in files(40, as_of=AS_OF).items():
        inbox.put(content, name)
    inbox.bring_in(batch=15)
    with factories.owner():
        persons = list(Person.objects.all()[:10])
    for person in persons:
        factories.inscribe(ocmw, person)
    before = select(PLACES)
    assert {table for table, *_ in before} >= {"persons_person", "persons_block", "persons_clientlistentry"}
    assert inbox.bring_in(batch=7) == ImportReport(read=40, unchanged=40)
    assert select(PLACES) == before


def test_a_verdict_of_earlier_code_is_judged_again_when_the_message_comes_again(inbox, ocmw):
    inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG"))))
    inbox.bring_in()
    with factories.owner():
        person = Person.objects.get()
        Standing.objects.update(rules=0, verdict="kept")
    line = factories.inscribe(ocmw, person)
    assert inbox.bring_in() == ImportReport(read=1, changed=1)
    with factories.owner():
        assert Standing.objects.get().rules == RULES
        assert ClientListEntry.objects.get(inscription=line).verdict == "out_of_reach"
    before = select(PLACES)
    assert inbox.bring_in() == ImportReport(read=1, unchanged=1)
    assert select(PLACES) == before


def test_a_message_that_is_judged_again_settles_no_doubt(inbox):
    good = inbox.put(messages.answer(messages.dossier(), day="2026-01-05"))
    wrong = messages.answer(messages.dossier(E.Doelgroep(E.Code("MISSCHIEN"))), day="2026-13-06")
    inbox.bring_in(good)
    inbox.bring_in(inbox.put(wrong, "wrong.xml"))
    with factories.owner():
        Standing.objects.update(rules=0)
    assert inbox.bring_in(good).changed == 1
    with factories.owner():
        assert Person.objects.get().doubts["set_aside"]["dated"] is False


def test_standings_that_change_raise_the_rules(tmp_path):
    """Raise RULES when these messages give other standings than before, and write down the new digest.

    If only the generator changed, the digest is enough.
    """
    standings = hashlib.sha256()
    path = tmp_path / "message.xml"
    for content in files(200, as_of=AS_OF).values():
        path.write_bytes(content)
        [dossier] = read_file(path, allow_test=True)
        standings.update(prepare(dossier, DEFAULT_RULE).standing)
    assert {RULES: standings.hexdigest()} == {
        3: "b78c02ca414fa54ed4a0cdcee37a3f36583e98226f414bda35deb52ea35b6f42"
    }


def course_at(supplier: str, number: int, *presences: str) -> etree._Element:
    """An NT2 course of the centre with that KBO number."""
    made = messages.nt2_course(
        *(messages.lesson(f"2025-10-{day + 1:02d}", presence=code) for day, code in enumerate(presences)),
        number=number,
    )
    made.find("Centrum").insert(0, E.ExternID(supplier))
    return made


def test_each_centre_gets_the_judgement_of_its_own_courses(inbox):
    one, other = "0999010126", "0999000129"
    absent = course_at(other, 2, "AFWEZIG", "AFWEZIG")
    block = messages.activities(messages.mo_course(), nt2=[course_at(one, 1, "AANWEZIG", "AANWEZIG"), absent])
    inbox.bring_in(inbox.put(messages.answer(messages.dossier(block), day="2026-01-05")))
    with factories.owner():
        standing = Standing.objects.get()
    assert standing.verdict == "out_of_reach"
    assert {number: each["verdict"] for number, each in standing.by_supplier.items()} == {
        one: "kept",
        other: "out_of_reach",
    }
    # A part that is the same as among all courses is its name only.
    assert standing.by_supplier[other]["parts"] == ["NT2"]
    assert standing.by_supplier[one]["parts"][0]["verdict"] == "kept"
    alone = messages.activities(nt2=[course_at(one, 1, "AANWEZIG")])
    inbox.bring_in(inbox.put(messages.answer(messages.dossier(alone), day="2026-01-06")))
    with factories.owner():
        assert Standing.objects.get().by_supplier == {one: None}


def test_the_answers_of_a_wooncode_are_stored_as_far_as_they_are_there(inbox):
    housing = E.Wooncode(
        E.VoldoetAanInburgeringBereidheid("0"),
        E.VoldoetAanTaalkennisvereiste("true"),
        E.Opschortingen(E.opschorting(E.Van("2026-01-01"), E.Tot("2026-03-01")), E.opschorting()),
        E.Vrijstelling(E.DatumVrijstelling("2025-01-01")),
    )
    inbox.bring_in(inbox.put(messages.answer(messages.dossier(housing), day="2026-01-05")))
    with factories.owner():
        assert Standing.objects.get().housing == {
            "integration": False,
            "level": True,
            "suspensions": [["2026-01-01", "2026-03-01"]],
            "exempt": True,
        }
    inbox.bring_in(inbox.put(messages.answer(messages.dossier(), day="2026-01-06")))
    with factories.owner():
        assert Standing.objects.get().housing is None


def test_the_newest_message_wins_and_what_it_leaves_out_goes(inbox):
    inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG"), insz=messages.INSZ), day="2026-01-05"))
    inbox.bring_in()
    inbox.put(messages.answer(messages.dossier(E.Adviezen(E.Arbeidsmarkt("AD"))), day="2026-01-06"))
    assert inbox.bring_in() == ImportReport(read=1, changed=1)
    with factories.owner():
        assert {block.name for block in Block.objects.all()} == {"Personalia", "Adviezen"}
        assert not Enrolment.objects.exists()
        assert Standing.objects.get().verdict == "no_lessons"


def test_an_older_message_changes_nothing(inbox):
    inbox.put(messages.answer(messages.dossier(), day="2026-01-06"))
    inbox.bring_in()
    before = select(PLACES)
    inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG")), day="2026-01-05"))
    assert inbox.bring_in() == ImportReport(read=1, older=1)
    assert select(PLACES) == before


def test_a_block_that_stayed_the_same_is_not_written_again(inbox):
    inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG")), day="2026-01-05"))
    inbox.bring_in()
    before = dict(select("SELECT name, xmin::text FROM persons_block"))
    inbox.put(messages.answer(messages.dossier(nt2("AANWEZIG")), day="2026-01-06"))
    inbox.bring_in()
    after = dict(select("SELECT name, xmin::text FROM persons_block"))
    assert after["Personalia"] == before["Personalia"]
    assert after["VormingsActiviteiten"] != before["VormingsActiviteiten"]


def thin(**when) -> etree._Element:
    return messages.answer(E.KBIDossier(E.Personalia(E.INSZ(messages.INSZ))), **when)


# Messages about one person between which every rule has to choose: two of the same moment, one without a name, one
# of the older version, which never has one.
ABOUT_ONE = [
    messages.as_bytes(message)
    for message in (
        messages.answer(messages.dossier(nt2("AFWEZIG")), day="2026-01-05"),
        messages.answer(messages.dossier(nt2("AANWEZIG")), day="2026-01-05"),
        messages.answer(E.KBIDossier(messages.personalia(last="Claes")), day="2026-01-06"),
        messages.answer(E.KBIDossier(messages.personalia(last="Adams")), day="2026-01-06"),
        thin(day="2026-01-07"),
        messages.publication(
            messages.old_dossier(messages.component(messages.old_course())), day="2026-01-08"
        ),
    )
]


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.permutations(range(len(ABOUT_ONE))), batch=st.integers(1, 6), repeat=st.booleans())
def test_the_order_of_messages_does_not_matter(inbox, order, batch, repeat):
    for place, number in enumerate(order):
        inbox.put(ABOUT_ONE[number], f"{place}.xml")
    empty()
    report = inbox.bring_in(batch=batch)
    assert report.new == 1
    assert report.new + report.changed + report.unchanged + report.older == len(ABOUT_ONE)
    if repeat:
        before = select(PLACES)
        again = inbox.bring_in(batch=batch)
        assert (again.new, again.changed) == (0, 0)
        assert select(PLACES) == before
    [person] = contents()
    # the newest message is of the version without names; the newest name is that of 6 January
    assert (person["version"], person["last_name"]) == ("01.00", "Claes")
    assert set(person["blocks"]) == {"Hoedanigheden", "Trajecten", "VormingsActiviteiten"}
    assert len(person["enrolments"]) == 1


def test_two_messages_of_one_moment_leave_the_same_whatever_came_first(inbox):
    ends = []
    for order in permutations(ABOUT_ONE[:2]):
        empty()
        for message in order:
            inbox.bring_in(inbox.put(message))
        ends.append(contents())
    assert ends[0] == ends[1]


def test_a_message_of_the_older_version_keeps_the_known_name(inbox):
    inbox.put(messages.answer(messages.dossier(), day="2026-01-05"))
    inbox.bring_in()
    inbox.put(messages.publication(messages.old_dossier(), day="2026-01-06"))
    assert inbox.bring_in() == ImportReport(read=1, changed=1)
    with factories.owner():
        person = Person.objects.get()
        assert (person.version, person.last_name, person.birth_date) == ("01.00", "Peeters", "1991-00-00")


def test_a_name_that_comes_late_is_still_taken(inbox, ocmw):
    inbox.bring_in(inbox.put(messages.publication(messages.old_dossier(), day="2026-01-06")))
    with factories.owner():
        factories_line = factories.inscribe(ocmw, Person.objects.get())
    report = inbox.bring_in(inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG")), day="2026-01-05")))
    assert report == ImportReport(read=1, changed=1)
    with factories.owner():
        person = Person.objects.get()
        assert (person.version, person.last_name) == ("01.00", "Peeters")
        assert not Enrolment.objects.exists()
        line = ClientListEntry.objects.get(inscription=factories_line)
        assert (line.last_name, line.sort_key) == ("Peeters", "peeters amina")


# Inscriptions


def test_a_waiting_inscription_opens_when_the_dossier_arrives(inbox, ocmw):
    waiting = factories.inscribe(ocmw, messages.INSZ)
    assert waiting.person is None
    with factories.owner():
        assert not ClientListEntry.objects.exists()
    inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG"))))
    inbox.bring_in()
    with factories.owner():
        assert Inscription.objects.get().person.insz == messages.INSZ
        line = ClientListEntry.objects.get()
        assert (line.last_name, line.verdict, line.institution) == ("Peeters", "out_of_reach", ocmw)


def test_the_lines_of_the_client_list_follow_the_newest_message(inbox, ocmw):
    inbox.bring_in(inbox.put(messages.answer(messages.dossier(nt2("AFWEZIG")), day="2026-01-05")))
    with factories.owner():
        person = Person.objects.get()
    factories.inscribe(ocmw, person)
    # in this capacity the mandate gives no attendance
    factories.inscribe(ocmw, person, "in_onderzoek")
    inbox.bring_in(
        inbox.put(
            messages.answer(
                E.KBIDossier(
                    messages.personalia(last="Peeters-Claes"),
                    E.Doelgroep(E.Code("JA"), E.Type("RECHT")),
                    nt2("AANWEZIG"),
                ),
                day="2026-01-06",
            )
        )
    )
    with factories.owner():
        lines = {line.inscription.mandate.capacity: line for line in ClientListEntry.objects.all()}
    assert {line.last_name for line in lines.values()} == {"Peeters-Claes"}
    assert {line.as_of for line in lines.values()} == {datetime.date(2026, 1, 6)}
    assert {line.target_type for line in lines.values()} == {"RECHT"}
    assert lines["leefloon"].verdict == "kept"
    assert (lines["in_onderzoek"].verdict, lines["in_onderzoek"].parts) == (None, None)


# What is set aside

GOOD = messages.as_bytes(messages.answer(messages.dossier(), messages.dossier(insz=messages.INSZ_2)))


def spoiled(find: str, put: str) -> bytes:
    """A message of three dossiers of which the second is wrong."""
    root = messages.answer(
        messages.dossier(),
        messages.dossier(E.Doelgroep(E.Code("JA")), nt2("AFWEZIG"), insz=messages.INSZ_2),
        messages.dossier(insz=messages.INSZ_BORN_2000),
    )
    before, dossier, after = messages.as_bytes(root, pretty=True).decode().partition("ref-2")
    assert find in after
    return (before + dossier + after.replace(find, put, 1)).encode()


@pytest.mark.parametrize(
    ("content", "reason", "field"),
    [
        (spoiled(f"<INSZ>{messages.INSZ_2}", "<INSZ>00630299892"), "bad_insz", "KBIDossier/Personalia/INSZ"),
        (spoiled("<Code>JA</Code>", "<Code>MISSCHIEN</Code>"), "bad_enum", "KBIDossier/Doelgroep/Code"),
        (spoiled("<Datum>2025-10-01", "<Datum>2025-02-30"), "bad_date", "LesMoment/Datum"),
        (spoiled(">AFWEZIG<", ">ERGENS<"), "bad_enum", "LesMoment/Aanwezigheid"),
    ],
)
def test_a_wrong_dossier_is_set_aside_with_its_place_and_the_others_go_in(inbox, content, reason, field):
    path = inbox.put(content)
    report = inbox.bring_in()
    assert (report.read, report.new, report.set_aside) == (3, 2, 1)
    [wrong] = inbox.set_aside
    assert (wrong.file, wrong.reason) == (str(path), reason)
    assert wrong.field.endswith(field)
    assert content.decode().splitlines()[wrong.place - 1].strip().startswith(f"<{field.rpartition('/')[2]}>")
    assert str(path) in str(wrong)
    assert f"line {wrong.place}" in str(wrong)
    with factories.owner():
        assert {person.insz for person in Person.objects.all()} == {messages.INSZ, messages.INSZ_BORN_2000}


BOMB = b"""<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">%b]><a>&a9;</a>""" % b"".join(
    b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_xml"),
        (b"no XML at all", "not_xml"),
        (GOOD[: len(GOOD) // 3], "not_xml"),
        (b"<other/>", "unknown_root"),
        (GOOD.replace(b"?>", b"?><!DOCTYPE x SYSTEM 'http://example.org/x.dtd'>", 1), "doctype"),
        (BOMB, "doctype"),
        (messages.as_bytes(messages.answer(None)), "no_dossier"),
        (messages.as_bytes(messages.answer(messages.dossier(), day="2090-01-01")), "from_the_future"),
        (messages.as_bytes(messages.answer(messages.dossier(), day="2026-13-01")), "bad_date"),
    ],
)
def test_a_wrong_file_is_set_aside_and_the_others_go_in(inbox, content, reason):
    inbox.put(GOOD, "1.xml")
    path = inbox.put(content, "2.xml")
    inbox.put(messages.answer(messages.dossier(insz=messages.INSZ_BORN_2000)), "3.xml")
    report = inbox.bring_in()
    assert (report.new, report.set_aside) == (3, 1)
    [wrong] = inbox.set_aside
    assert (wrong.file, wrong.reason) == (str(path), reason)
    assert messages.INSZ not in str(wrong)


def test_what_is_no_file_or_cannot_be_read_is_set_aside(inbox, monkeypatch):
    inbox.put(GOOD)
    os.mkfifo(inbox.folder / "pipe")
    (inbox.folder / "dangling").symlink_to(inbox.folder / "nowhere")
    (inbox.folder / "closed").mkdir()
    scandir = os.scandir

    def no_entry(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", no_entry)
    assert inbox.bring_in() == ImportReport(read=5, new=2, set_aside=3)
    assert {wrong.reason for wrong in inbox.set_aside} == {"unreadable"}
    assert {Path(wrong.file).name for wrong in inbox.set_aside} == {"pipe", "dangling", "closed"}


def test_test_numbers_go_in_only_when_they_are_allowed(inbox):
    inbox.put(GOOD)
    assert inbox.bring_in(allow_test=False) == ImportReport(read=2, set_aside=2)
    assert {wrong.reason for wrong in inbox.set_aside} == {"bad_insz"}
    assert contents() == []


def test_a_message_the_database_refuses_is_set_aside_and_its_batch_goes_in(inbox):
    for name, content in files(20, as_of=AS_OF).items():
        inbox.put(content, name)
    # The reader calls the second course "A#2", which the third one is called already.
    courses = [messages.nt2_course() for _ in range(3)]
    for course, name in zip(courses, ("A", "A", "A#2"), strict=True):
        course.find("ID").text = name
    message = messages.answer(messages.dossier(messages.activities(nt2=courses)))
    path = inbox.put(message, "0000/dossier-0000007b.xml")
    assert inbox.bring_in() == ImportReport(read=21, new=20, set_aside=1)
    [wrong] = inbox.set_aside
    assert (wrong.file, wrong.reason) == (str(path), "not_storable")
    assert len(contents()) == 20


def test_a_batch_also_ends_at_a_number_of_bytes(inbox, monkeypatch):
    batches = []
    merge = importing._merge
    monkeypatch.setattr(importing, "BATCH_BYTES", 50_000)
    monkeypatch.setattr(
        importing, "_merge", lambda batch, *rest: (batches.append(len(batch)), merge(batch, *rest))
    )
    for name, content in files(20, as_of=AS_OF).items():
        inbox.put(content, name)
    assert inbox.bring_in().new == 20
    assert sum(batches) == 20
    assert len(batches) > 3


def test_messages_that_arrive_today_are_not_of_the_future(inbox):
    now = datetime.datetime.now(BRUSSELS) + datetime.timedelta(hours=20)
    inbox.put(messages.answer(messages.dossier(), day=now.date().isoformat(), hour=f"{now:%H:%M:%S}.000"))
    assert inbox.bring_in() == ImportReport(read=1, new=1)
