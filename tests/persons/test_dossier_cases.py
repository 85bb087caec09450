"""The cases of tests/cases/dossiers: one test for each kind of fault, named after it."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from lxml import etree

from partners.services import bind
from persons.attendance import Verdict, judge_person
from persons.magda.reader import Dossier, read_file
from persons.models import Person, Standing
from persons.services.door import consult
from persons.services.importing import import_dossiers
from tests import factories
from tests.persons.files import Page, opened_file

CASES = Path(__file__).parents[1] / "cases" / "dossiers"


def dossier_in(path: Path) -> Dossier:
    """The one dossier in a file; a message that is set aside fails the test."""
    [dossier] = read_file(path, allow_test=True)
    assert isinstance(dossier, Dossier), dossier
    return dossier


def case(name: str) -> Dossier:
    return dossier_in(CASES / f"{name}.xml")


def judged(dossier: Dossier):
    courses = [facts.course for facts in dossier.courses]
    [part] = judge_person(courses, as_of=dossier.as_of.date()).parts
    return part.judgement


def page(dossier: Dossier) -> Page:
    return Page(opened_file(dossier))


def changed(tmp_path: Path, name: str, before: str, after: str, at: int = 1) -> Dossier:
    """A case with the text at the `at`-th place where `before` is, from behind, replaced."""
    text = (CASES / f"{name}.xml").read_text(encoding="utf-8")
    pieces = text.rsplit(before, at)
    path = tmp_path / "changed.xml"
    path.write_text(pieces[0] + after + before.join(pieces[1:]), encoding="utf-8")
    return dossier_in(path)


def test_one_odd_value_does_not_hide_the_whole_file():
    dossier = case("lesson-ends-at-0000")
    assert [lesson.units for lesson in dossier.courses[0].course.lessons] == [360, 180]
    assert judged(dossier).denominator == 540
    assert "18:00–00:00" in page(dossier).text()


def test_a_value_that_is_only_shown_is_no_stricter_than_the_schema():
    assert "1985-02-30" in page(case("birth-30-february")).text()


def test_lessons_once_are_80_percent_and_the_norm_is_met():
    judgement = judged(case("lesson-once-80-percent"))
    assert (judgement.percentage, judgement.verdict) == (Fraction(80), Verdict.KEPT)


def test_duplicate_records_do_not_decide_a_verdict():
    dossier = case("lesson-twice-same-record")
    judgement = judged(dossier)
    assert (judgement.percentage, judgement.verdict) == (Fraction(80), Verdict.KEPT)
    assert "dubbel geregistreerd, telt één keer" in page(dossier).text()


def test_contradictory_records_do_not_decide_a_verdict(tmp_path):
    dossier = changed(tmp_path, "lesson-twice-same-record", "AFWEZIG", "AANWEZIG")
    judgement = judged(dossier)
    assert (judgement.percentage, judgement.verdict) == (None, Verdict.CONTRADICTORY)
    assert [reading.percentage for reading in judgement.readings] == [90, 80]


def test_the_page_shows_contradictory_records_both_ways_and_says_who_to_ask(tmp_path):
    shown = page(changed(tmp_path, "lesson-twice-same-record", "AFWEZIG", "AANWEZIG"))
    text = shown.text("//section[contains(@class, 'attendance')]")
    assert "Na te kijken" in text
    assert not shown.main.xpath(".//*[@class='big']")
    assert not shown.main.xpath(".//div[contains(@class, 'bar')]")
    assert "do 10-9-2026 09:00" in text
    assert "gunstigste registratie van elke les: 90 % (27 u van 30 u), Norm gehaald" in text
    assert "strengste registratie van elke les: 80 %" in text
    assert "weet de organisator van de cursus" in text
    assert text.count("tegenstrijdig geregistreerd") >= 2


@pytest.mark.parametrize(
    ("before", "after"),
    [("<EindUur>12:00<", "<EindUur>13:00<"), ("<Aanwezigheid>AFWEZIG</Aanwezigheid>", "")],
    ids=["end", "no presence"],
)
def test_records_contradict_each_other_in_end_or_presence(tmp_path, before, after):
    dossier = changed(tmp_path, "lesson-twice-same-record", before, after)
    assert judged(dossier).verdict is Verdict.CONTRADICTORY


def test_lessons_that_begin_at_different_hours_are_different_lessons(tmp_path):
    dossier = changed(tmp_path, "lesson-twice-same-record", "<AanvangUur>09:00<", "<AanvangUur>10:00<")
    judgement = judged(dossier)
    assert (judgement.numerator, judgement.denominator) == (24 * 60, 32 * 60)
    assert judgement.verdict is Verdict.OUT_OF_REACH


@pytest.mark.django_db
def test_a_newer_message_with_an_odd_value_is_not_set_aside():
    """It was, for a lesson that ends at 00:00, and the older file was shown without a word."""
    with factories.owner():
        report = import_dossiers(
            [CASES / "stale-1-good.xml", CASES / "stale-2-newer-but-set-aside.xml"], allow_test=True
        )
        person = Person.objects.get(insz="84660781438")
    assert (report.new, report.older, report.set_aside) == (1, 1, 0)
    assert person.as_of.date().isoformat() == "2026-11-24"


@pytest.mark.django_db
def test_every_case_goes_in_and_doubt_is_a_standing_of_its_own(tmp_path):
    folder = tmp_path / "cases"
    shutil.copytree(CASES, folder)
    root = etree.parse(folder / "lesson-twice-same-record.xml")
    list(root.iter("Aanwezigheid"))[-1].text = "AANWEZIG"
    next(root.iter("INSZ")).text = "84660780943"
    root.write(folder / "birth-30-february.xml")
    with factories.owner():
        report = import_dossiers([folder], allow_test=True)
        standings = dict(Standing.objects.values_list("person__insz", "verdict"))
    assert report.set_aside == 0
    assert standings["84660780943"] == "contradictory"
    assert standings["84660780745"] == standings["84660780646"] == "kept"


def test_warnings_beside_data_are_not_dropped():
    text = page(case("warning-30004-beside-data")).text()
    assert "Het nummer van deze persoon is vervangen." in text
    assert "(code 30004.KSZ)" in text
    assert "nieuw nummer" not in text.replace("het nieuwe nummer", "")


@pytest.mark.django_db
def test_warnings_follow_the_newest_message(tmp_path):
    later = (CASES / "warning-30004-beside-data.xml").read_text(encoding="utf-8")
    later = later.replace("2026-11-24", "2026-11-25").replace("30004", "12345", 1)
    path = tmp_path / "later.xml"

    def warnings_after(text):
        path.write_text(text, encoding="utf-8")
        with factories.owner():
            import_dossiers([path], allow_test=True)
            return Person.objects.get(insz="84660780151").warnings

    with factories.owner():
        import_dossiers([CASES / "warning-30004-beside-data.xml"], allow_test=True)
        assert Person.objects.get(insz="84660780151").warnings == ["30004.KSZ"]
    assert warnings_after(later) == ["12345.KSZ"]
    begin, end = later.index("<Uitzonderingen>"), later.index("</Antwoord>")
    assert warnings_after((later[:begin] + later[end:]).replace("08:00:00", "09:00:00")) is None


def opened_page(ocmw, case_worker, insz: str) -> Page:
    """The page of a person's file, through the door."""
    factories.mandate(ocmw)
    with factories.owner():
        person = Person.objects.get(insz=insz)
    granted = factories.inscribe(ocmw, person)
    bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
    return Page(consult(inscription_id=granted.public_id, acting=case_worker))


@pytest.mark.django_db
def test_the_door_hands_the_warnings_over(ocmw, case_worker):
    with factories.owner():
        import_dossiers([CASES / "warning-30004-beside-data.xml"], allow_test=True)
    assert "(code 30004.KSZ)" in opened_page(ocmw, case_worker, "84660780151").text()


@pytest.mark.django_db
def test_the_reader_is_told_that_a_newer_message_was_set_aside(ocmw, case_worker, tmp_path):
    newer = tmp_path / "newer.xml"
    text = (CASES / "stale-2-newer-but-set-aside.xml").read_text(encoding="utf-8")
    newer.write_text(text.replace(">AFWEZIG<", ">MISSCHIEN<"), encoding="utf-8")
    with factories.owner():
        report = import_dossiers([CASES / "stale-1-good.xml", newer], allow_test=True)
    if (report.new, report.set_aside) != (1, 1):
        pytest.fail("the messages are not those of the case")
    shown = opened_page(ocmw, case_worker, "84660781438")
    assert "24 november 2026" in shown.text("//*[contains(@class, 'notice')]")
