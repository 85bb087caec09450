"""What the reader gives for messages that are in order."""

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from lxml.builder import E

from partners.blocks import DOSSIER_ELEMENTS
from persons.attendance import Lesson, Part, Presence, Unit
from persons.magda.reader import Dossier, MessageError, courses_of, read_file
from tests.persons.magda import messages as m
from tests.persons.magda import schemas
from tests.persons.magda.conftest import canonical

NINE = 9 * 3_600_000  # milliseconds since midnight


def course_of(found):
    (facts,) = found.courses
    return facts.course


# --- envelope --------------------------------------------------------------------------------------------------


def test_a_dossier_names_its_person_and_its_message(dossier_of, tmp_path):
    found = dossier_of(m.answer(m.full_dossier()))
    assert (found.insz, found.unique_number, found.version) == (m.INSZ, "A1234567", "02.00")
    assert (found.last_name, found.first_name) == ("O'Neil-De Vos", "Amina Zoë")
    assert (found.birth_date, found.gender) == ("1991-00-00", "V")
    assert (found.target_code, found.target_type) == ("JA", "PLICHT")
    assert found.reference == "ref-1"
    assert found.as_of == datetime(2026, 1, 5, 9, 12, 33, 120000, tzinfo=ZoneInfo("Europe/Brussels"))
    assert found.as_of.utcoffset().total_seconds() == 3600
    assert found.file == str(tmp_path / "message.xml")


def test_the_moment_of_a_message_knows_summer_time(dossier_of):
    found = dossier_of(m.answer(m.dossier(), day="2026-07-01", hour="23:59"))
    assert found.as_of.isoformat() == "2026-07-01T23:59:00+02:00"


@pytest.mark.parametrize("service", [True, False])
def test_both_namespaces_of_an_answer_are_read(dossier_of, service):
    assert dossier_of(m.answer(m.dossier(), service=service)).insz == m.INSZ


@pytest.mark.parametrize("service", [True, False])
def test_both_namespaces_of_a_mutation_are_read(dossier_of, service):
    found = dossier_of(m.mutation(m.old_dossier(), service=service))
    assert (found.insz, found.version, found.reference) == (m.INSZ, "01.00", "ref-1")


def test_every_subject_of_a_publication_is_read(read):
    found = read(m.publication(m.old_dossier(), m.old_dossier(insz=m.INSZ_2)))
    assert [one.insz for one in found] == [m.INSZ, m.INSZ_2]
    assert [one.reference for one in found] == ["ref-1", "ref-2"]


@pytest.mark.parametrize("message", [m.answer(m.dossier()), m.publication(m.old_dossier())])
def test_a_soap_envelope_is_unwrapped(dossier_of, message):
    assert dossier_of(m.soap(message)).insz == m.INSZ


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-15", "US-ASCII"])
def test_any_declared_encoding_is_read_alike(dossier_of, encoding):
    expected = dossier_of(m.answer(m.full_dossier()))
    found = dossier_of(m.as_bytes(m.answer(m.full_dossier()), encoding=encoding))
    assert (found.blocks, found.courses) == (expected.blocks, expected.courses)


def test_a_byte_order_mark_does_no_harm(dossier_of):
    assert dossier_of(b"\xef\xbb\xbf" + m.as_bytes(m.answer(m.dossier()))).insz == m.INSZ


def test_a_line_tells_where_each_dossier_begins(read):
    text = m.as_bytes(m.answer(m.dossier(), m.dossier(insz=m.INSZ_2))).replace(
        b"<KBIDossier>", b"\n\n<KBIDossier>"
    )
    assert [one.line for one in read(text)] == [4, 6]


def test_lines_are_counted_beyond_what_sixteen_bits_hold(read):
    text = m.as_bytes(m.answer(m.dossier())).replace(b"<Antwoorden>", b"<Antwoorden>" + b"\n" * 70_000)
    assert read(text)[0].line == 70_002
    assert read(text.replace(b"91610100176", b"91610100177"))[0].line == 70_002


def test_a_warning_beside_data_does_not_keep_the_data_out(dossier_of):
    warned = m.answer(m.dossier(), exceptions=m.exceptions(("30004", "RR", "WAARSCHUWING")))
    assert dossier_of(warned).insz == m.INSZ


def test_a_replaced_number_reported_as_a_fault_does_not_keep_the_data_out(dossier_of):
    assert dossier_of(m.answer(m.dossier(), exceptions=m.exceptions(("30004", "RR", "FOUT")))).insz == m.INSZ


def test_a_person_with_nothing_but_a_number_is_a_dossier(dossier_of):
    found = dossier_of(m.answer(E.KBIDossier(E.Personalia(E.INSZ(m.INSZ)))))
    assert list(found.blocks) == ["Personalia"]
    assert (found.last_name, found.first_name, found.birth_date, found.gender) == ("", "", "", "")
    assert (found.target_code, found.target_type, found.courses) == ("", "", ())


def test_empty_elements_count_as_absent(dossier_of):
    course = E.NT2Cursus(E.ID(m.UUID.format(1)), E.DatumInschrijving(), E.Status(), E.Geannuleerd())
    found = dossier_of(m.answer(m.dossier(E.Doelgroep(E.Code(), E.Type()), m.activities(nt2=[course]))))
    assert (found.target_code, found.target_type) == ("", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            E.Naam(E.Achternamen(E.Achternaam("A"), E.Achternaam("B")), E.Voornamen(E.Voornaam("C"))),
            ("A B", "C"),
        ),
        (E.Naam(E.Achternaam("A"), E.Voornaam("C")), ("A", "C")),
        (E.Naam(E.AchterNaam("A"), E.VoorNaam("C"), E.VoorNaam("D")), ("A", "C D")),
        (E.Naam(E.Familienaam("A"), E.Voornamen("C D")), ("A", "C D")),
        (E.Naam("A"), ("A", "")),
    ],
)
def test_names_are_read_in_the_spellings_there_are(dossier_of, name, expected):
    found = dossier_of(m.answer(E.KBIDossier(E.Personalia(E.INSZ(m.INSZ), name))))
    assert (found.last_name, found.first_name) == expected


@pytest.mark.parametrize(
    ("gender", "expected"),
    [
        (E.Geslacht(E.Code("M")), "M"),
        (E.Geslacht("V"), "V"),
        (E.Geslacht(E.Code("2")), "V"),
        (E.Geslacht("?"), ""),
    ],
)
def test_gender_is_read_as_a_code_or_a_text(dossier_of, gender, expected):
    assert dossier_of(m.answer(E.KBIDossier(E.Personalia(E.INSZ(m.INSZ), gender)))).gender == expected


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(read_file(tmp_path / "none.xml", allow_test=True))


# --- blocks ----------------------------------------------------------------------------------------------------


def test_every_element_of_a_dossier_becomes_a_block(dossier_of):
    assert tuple(dossier_of(m.answer(m.full_dossier())).blocks) == DOSSIER_ELEMENTS


def test_an_old_dossier_is_cut_along_the_same_blocks(dossier_of):
    found = dossier_of(m.publication(m.full_old_dossier()))
    assert set(found.blocks) == {
        "Inbreuken",
        "Aanmelding",
        "Opmerkingen",
        "Doelgroep",
        "Contracten",
        "BehaaldeAttesten",
        "Talenkennis",
        "AfgelegdeTesten",
        "Adviezen",
        "Trajecten",
        "VormingsActiviteiten",
        "Hoedanigheden",
    }


@pytest.mark.parametrize(
    ("block", "foreign"),
    [
        ("Trajecten", ("Inbreukdossier", "Cursus", "Afwezigheid")),
        (
            "Hoedanigheden",
            ("Inbreukdossiers", "Cursussen", "Attesten", "Trajecten", "Sanctioneringsbevoegdheid"),
        ),
        ("VormingsActiviteiten", ("Vrijstelling", "Opschorting", "Test")),
        ("Talenkennis", ("Test",)),
    ],
)
def test_an_old_block_holds_nothing_of_another(dossier_of, block, foreign):
    root = etree.fromstring(dossier_of(m.publication(m.full_old_dossier())).blocks[block])
    assert [name for name in foreign if root.find(f".//{name}") is not None] == []


def test_blocks_are_documents_of_their_own(dossier_of):
    for message in (m.soap(m.answer(m.full_dossier())), m.publication(m.full_old_dossier())):
        for name, xml in dossier_of(message).blocks.items():
            assert etree.fromstring(xml).tag == name
            assert b"xmlns" not in xml


def test_a_block_with_a_prefix_of_the_envelope_declares_it_itself(dossier_of):
    text = m.as_bytes(
        m.answer(m.dossier(E.Gesprekken(E.Gesprek(E.Datum())), E.Wooncode(E.OpvolgingDoor("x"))))
    )
    text = text.replace(b"<m:Geef", b"<m:GeefX").replace(b"GeefX", b"Geef")
    text = text.replace(b" xmlns:m=", b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:m=')
    text = text.replace(b"<Datum/>", b'<Datum xsi:nil="true"/>')
    blocks = dossier_of(text).blocks
    assert etree.fromstring(blocks["Gesprekken"])[0][0].attrib
    assert blocks["Wooncode"] == b"<Wooncode><OpvolgingDoor>x</OpvolgingDoor></Wooncode>"


def test_layout_comments_and_instructions_are_no_data(dossier_of):
    plain = dossier_of(m.answer(m.full_dossier()))
    pretty = m.as_bytes(m.answer(m.full_dossier()), pretty=True)
    commented = m.as_bytes(m.answer(m.full_dossier())).replace(b"<Datum>", b"<Datum><!-- <Datum> --><?x y?>")
    for text in (pretty, commented, commented.replace(b"<?x y?>", b"")):
        assert dossier_of(text).blocks == plain.blocks
        assert dossier_of(text).courses == plain.courses


def test_space_inside_a_value_is_data(dossier_of):
    block = E.Inbreuken(E.Inbreuk(E.Motivering("  a\n b\t"), E.Type("1")), E.Inbreuk(E.Motivering("  ")))
    for pretty in (False, True):
        xml = dossier_of(m.as_bytes(m.answer(m.dossier(block)), pretty=pretty)).blocks["Inbreuken"]
        assert [one.text for one in etree.fromstring(xml).iter("Motivering")] == ["  a\n b\t", "  "]


@pytest.mark.parametrize(
    "value", [b"  <![CDATA[a > b]]>", b" <!-- x --> b", b"&#13;&#9;&#10; a&gt;&quot;'", b"]]&gt;"]
)
def test_whatever_a_value_is_written_like_its_text_is_kept(dossier_of, value):
    text = m.as_bytes(m.answer(m.dossier(E.Inbreuken(E.Inbreuk(E.Motivering("HIER")))))).replace(
        b"HIER", value
    )
    expected = etree.fromstring(text, etree.XMLParser(remove_comments=True)).find(".//Motivering").text
    found = etree.fromstring(dossier_of(text).blocks["Inbreuken"]).find(".//Motivering").text
    assert found == expected


# --- courses 02.00 ---------------------------------------------------------------------------------------------


def test_a_course_is_projected_with_its_lessons(dossier_of):
    lessons = (
        m.lesson("2025-10-06"),
        m.lesson("2025-10-13", presence="AFWEZIG", weekday="MA"),
        m.lesson("2025-10-20", presence="VERANTW_AFWE"),
        m.lesson("2026-03-02", "13:30", "16:45", presence=None),
    )
    facts = dossier_of(m.answer(m.dossier(m.activities(m.mo_course(*lessons, left="2026-04-01"))))).courses[0]
    assert facts.course.lessons == (
        Lesson(date(2025, 10, 6), 180, Presence.PRESENT, begins=NINE),
        Lesson(date(2025, 10, 13), 180, Presence.UNJUSTIFIED, begins=NINE),
        Lesson(date(2025, 10, 20), 180, Presence.JUSTIFIED, begins=NINE),
        Lesson(date(2026, 3, 2), 195, None, begins=27 * NINE // 18),
    )
    assert (facts.course.part, facts.course.unit, facts.course.required) == (Part.MO, Unit.MINUTE, None)
    assert (facts.course.starts, facts.course.ends) == (date(2025, 9, 1), date(2026, 6, 30))
    assert facts.course.left_on == date(2026, 4, 1)
    assert facts.course.key == m.UUID.format(1)
    assert (facts.name, facts.language, facts.place) == ("Maatschappelijke oriëntatie", "Arabisch", "Gent")


def test_an_nt2_course_says_where_and_at_what_level(dossier_of):
    facts = dossier_of(m.answer(m.dossier(m.activities(nt2=[m.nt2_course(m.lesson())])))).courses[0]
    assert (facts.course.part, facts.status, facts.decision) == (Part.NT2, "INGESCHREVEN", "")
    assert (facts.name, facts.level) == ("NT2 richtgraad 1", "Waystage")
    assert (facts.centre, facts.place) == ("CVO Leie & Schelde", "Campus Gent")


def test_all_kinds_of_courses_are_projected(dossier_of):
    found = dossier_of(m.answer(m.full_dossier()))
    assert [facts.course.part for facts in found.courses] == [Part.MO, Part.NT2, Part.MO, Part.PLO]
    assert [facts.decision for facts in found.courses] == ["", "NT_GESLAAGD", "", "VOLDAAN"]
    assert found.courses[3].course.lessons == ()


@pytest.mark.parametrize(
    ("times", "length"),
    [
        (("09:00", "12:00"), 180),
        (("09:00:00", "10:30:00.000"), 90),
        (("09:00", "09:00:30"), Fraction(1, 2)),
        (("09:00:00.000", "09:01:00.001"), Fraction(60001, 60000)),
        (("09:00", "09:00"), 0),
        (("00:00", "23:59"), 1439),
        (("18:00", "00:00"), 360),
        (("18:00", "24:00"), 360),
        (("22:00", "01:00"), 180),
        (("22:00", "25:00"), 180),
        (("00:00", "00:00"), 0),
        ((None, "12:00"), 0),
        (("09:00", None), 0),
        ((None, None), 0),
    ],
)
def test_the_length_of_a_lesson_is_exact(dossier_of, times, length):
    course = course_of(
        dossier_of(m.answer(m.dossier(m.activities(m.mo_course(m.lesson("2025-10-06", *times))))))
    )
    begins = times[0] and int(times[0][:2]) * 3_600_000
    assert course.lessons == (Lesson(date(2025, 10, 6), length, Presence.PRESENT, begins=begins),)
    assert type(course.lessons[0].units) is type(length)


@pytest.mark.parametrize(
    ("presence", "attended", "expected"),
    [
        ("AANWEZIG", "01:30", 90),
        ("AANWEZIG", "01:30:30", Fraction(181, 2)),
        ("AANWEZIG", "03:00", None),
        ("AANWEZIG", "05:00", None),
        ("AANWEZIG", "00:00", None),
        ("AFWEZIG", "01:30", None),
        ("VERANTW_AFWE", "01:30", None),
        (None, "01:30", None),
    ],
)
def test_the_attended_part_counts_only_for_who_was_there_for_a_part(dossier_of, presence, attended, expected):
    lesson = m.lesson(presence=presence, attended=attended)
    course = course_of(dossier_of(m.answer(m.dossier(m.activities(m.mo_course(lesson))))))
    assert course.lessons[0].attended == expected


def test_a_lesson_past_midnight_belongs_to_the_day_it_began(dossier_of, request):
    lessons = m.lesson("2025-10-06", "22:00", "01:00"), m.lesson("2025-10-07", "18:00", "00:00")
    message = m.answer(m.dossier(m.activities(m.mo_course(*lessons))))
    expected = [(date(2025, 10, 6), 180), (date(2025, 10, 7), 360)]
    for _ in range(2):
        course = course_of(dossier_of(message))
        assert [(lesson.day, lesson.units) for lesson in course.lessons] == expected
        request.getfixturevalue("without_shortcuts")


@pytest.mark.parametrize("day", ["1990-02-30", "1990-13-01", "1990-19-39", "0000-00-00", "9999-12-31"])
def test_a_date_that_the_schema_allows_sets_no_dossier_aside(dossier_of, day):
    person = E.Personalia(E.INSZ(m.INSZ), E.Geboortedatum(day))
    dossier = dossier_of(m.answer(E.KBIDossier(person, E.Doelgroep(m.period(day)))))
    assert dossier.birth_date == day
    assert day.encode() in dossier.blocks["Doelgroep"]


def test_a_suspension_with_an_impossible_day_has_no_known_day(dossier_of):
    suspended = E.Opschortingen(E.Opschorting(m.period("2025-02-30", "2025-06-30")))
    dossier = dossier_of(
        m.answer(m.dossier(E.Contracten(E.Contract(suspended)), m.activities(m.mo_course(m.lesson()))))
    )
    assert course_of(dossier).suspensions == ((None, date(2025, 6, 30)),)


@pytest.mark.parametrize(
    "block",
    [
        E.Aanmelding(E.DatumAanmelding("1900-02-29")),
        E.Betalingen(E.Betaling(E.Vrijstelling(" true\n"))),
        E.VoorkeurenKlant(E.Intensiteit(" 000000000012 ")),
    ],
    ids=["29 February 1900", "boolean", "number"],
)
def test_a_value_that_the_schema_allows_sets_no_dossier_aside(dossier_of, block):
    assert dossier_of(m.answer(m.dossier(block))).insz == m.INSZ


def test_a_lesson_without_a_date_has_no_day(dossier_of):
    course = course_of(dossier_of(m.answer(m.dossier(m.activities(m.mo_course(m.lesson(None), m.lesson()))))))
    assert [lesson.day for lesson in course.lessons] == [None, date(2025, 10, 6)]


def test_lessons_with_something_unknown_in_them_are_read(dossier_of):
    odd = m.lesson()
    odd.append(E.Opmerking("les in de bibliotheek"))
    odd.set("bron", "ALLIS")
    found = dossier_of(m.answer(m.dossier(m.activities(m.mo_course(m.lesson(), odd)))))
    assert course_of(found).lessons == (Lesson(date(2025, 10, 6), 180, Presence.PRESENT, begins=NINE),) * 2
    assert b'<LesMoment bron="ALLIS">' in found.blocks["VormingsActiviteiten"]


def test_lessons_written_in_another_order_are_read_alike(dossier_of):
    odd = m.lesson()
    odd.append(odd[0])
    found = dossier_of(m.answer(m.dossier(m.activities(m.mo_course(odd)))))
    assert course_of(found).lessons == (Lesson(date(2025, 10, 6), 180, Presence.PRESENT, begins=NINE),)


@pytest.mark.parametrize(("begin", "end"), [("2025-00-00", "9999-99-99"), ("0000-01-01", "9999-12-31")])
def test_an_incomplete_or_open_period_has_no_day_there(dossier_of, begin, end):
    course = m.mo_course()
    course.find("Periode/Begin").text, course.find("Periode/Einde").text = begin, end
    found = course_of(dossier_of(m.answer(m.dossier(m.activities(course)))))
    assert (found.starts, found.ends) == (None, None)


def test_a_course_taken_twice_has_two_keys(dossier_of):
    found = dossier_of(m.answer(m.dossier(m.activities(m.mo_course(left="2025-10-01"), m.mo_course()))))
    assert [facts.course.key for facts in found.courses] == [m.UUID.format(1), f"{m.UUID.format(1)}#2"]


@pytest.mark.parametrize(
    ("status", "cancelled", "expected"),
    [
        ("INGESCHREVEN", "0", False),
        ("INGESCHREVEN", "1", True),
        ("TOEGEWEZEN", "0", False),
        ("GERESERVEERD", "0", False),
        ("NT_INGESCHREVEN", "0", True),
        ("NT_TOEGEWEZEN", "0", True),
        ("UITGESCHREVEN", "0", False),
    ],
)
def test_cancelled_and_never_placed_courses_count_as_cancelled(dossier_of, status, cancelled, expected):
    course = m.nt2_course(m.lesson(), status=status, cancelled=cancelled)
    assert course_of(dossier_of(m.answer(m.dossier(m.activities(nt2=[course]))))).cancelled is expected


@pytest.mark.parametrize(
    ("left", "lessons", "registered", "expected"),
    [
        ("2025-10-20", [m.lesson()], "2025-09-03", date(2025, 10, 20)),
        (
            None,
            [m.lesson("2025-10-06"), m.lesson("2025-10-13", presence=None)],
            "2025-09-03",
            date(2025, 10, 6),
        ),
        (None, [m.lesson(presence=None)], "2025-09-03", date(2025, 9, 3)),
        (None, [], None, date(2025, 9, 1)),
    ],
)
def test_who_left_without_a_date_left_after_what_was_recorded(
    dossier_of, left, lessons, registered, expected
):
    course = m.nt2_course(*lessons, status="UITGESCHREVEN", left=left, registered=registered)
    found = course_of(dossier_of(m.answer(m.dossier(m.activities(nt2=[course])))))
    assert (found.left_on, found.cancelled) == (expected, False)


def test_who_left_without_any_date_has_a_cancelled_course(dossier_of):
    course = E.NT2Cursus(E.ID(m.UUID.format(1)), E.Status("UITGESCHREVEN"))
    assert course_of(dossier_of(m.answer(m.dossier(m.activities(nt2=[course]))))).cancelled


SUSPENDED = (date(2025, 10, 1), date(2025, 11, 30))


def contract(*flags, addenda=(), suspended=("2025-10-01", "2025-11-30")):
    return E.Contract(
        *(E(f"Onderdeel{part}", value) for part, value in flags),
        *([E.Addenda(*(E.Addendum(E(f"Onderdeel{part}", "true")) for part in addenda))] if addenda else []),
        E.Opschortingen(E.Opschorting(m.period(*suspended))),
    )


@pytest.mark.parametrize(
    ("signed", "suspended"),
    [
        (contract(("MO", "true"), ("NT2", "false")), {Part.MO}),
        (contract(("MO", "1"), ("NT2", "1"), ("LO", "0")), {Part.MO, Part.NT2}),
        (contract(("MO", "true"), addenda=["NT2", "LO"]), {Part.MO, Part.NT2, Part.PLO}),
        (contract(("MO", "false")), set()),
        (contract(), {Part.MO, Part.NT2, Part.PLO}),
    ],
)
def test_a_suspension_covers_the_parts_of_its_contract(dossier_of, signed, suspended):
    plo = E.PLOCursus(E.ID(m.UUID.format(9)))
    courses = m.activities(m.mo_course(), nt2=[m.nt2_course()], plo=[plo])
    found = dossier_of(m.answer(m.dossier(E.Contracten(signed), courses)))
    assert {one.course.part for one in found.courses if one.course.suspensions} == suspended
    assert all(one.course.suspensions in ((), (SUSPENDED,)) for one in found.courses)


def test_suspensions_of_all_contracts_add_up_and_may_be_open(dossier_of):
    contracts = E.Contracten(contract(), contract(("MO", "true"), suspended=("2026-01-01", None)))
    found = dossier_of(m.answer(m.dossier(contracts, m.activities(m.mo_course()))))
    assert course_of(found).suspensions == (SUSPENDED, (date(2026, 1, 1), None))


def trajectory(*components):
    return E.Trajecten(
        E.Traject(
            E.TrajectOnderdelen(
                *(
                    E.TrajectOnderdeel(E.Type(kind), *([E.Besluit(E.Code(decision))] if decision else []))
                    for kind, decision in components
                )
            )
        )
    )


@pytest.mark.parametrize(
    ("blocks", "exempt"),
    [
        ([], set()),
        ([E.Doelgroep(E.RedenVrijstellingVanDeVerplichting("65+"))], {Part.MO, Part.NT2}),
        ([E.Doelgroep(E.RedenVrijstellingVanDeVerplichting())], set()),
        ([trajectory(("TO_OB_MO", "NVT"), ("TO_A1", None))], {Part.MO}),
        ([trajectory(("TO_A1", "NVT"), ("TO_A2", "NVT"))], {Part.NT2}),
        ([trajectory(("TO_A1", "NVT"), ("TO_A2", None))], set()),
        ([trajectory(("TO_OB_MO", "VO"), ("TO_A1", "GESLAAGD"))], set()),
        ([trajectory(("TO_SANCTIO", "NVT"))], set()),
    ],
)
def test_exemption_is_of_the_person_or_of_a_whole_part(dossier_of, blocks, exempt):
    found = dossier_of(m.answer(m.dossier(*blocks, m.activities(m.mo_course(), nt2=[m.nt2_course()]))))
    assert {one.course.part for one in found.courses if one.course.exempt} == exempt


# --- courses 01.00 ---------------------------------------------------------------------------------------------


def test_an_old_course_has_a_total_a_degree_and_absences(dossier_of):
    course = m.old_course(
        m.absence("3", "A"),
        m.absence("2.5", "X", "gewettigd afwezig", day="2015-03-09"),
        m.absence("0.5", "X", "niet gewettigd", day="2015-03-00"),
        amounts=("40", "20.5"),
        required="82.5",
    )
    facts = dossier_of(m.publication(m.old_dossier(m.component(course)))).courses[0]
    found = facts.course
    assert (found.part, found.unit) == (Part.MO, Unit.LESTIJD)
    assert (found.total, found.required) == (Fraction(121, 2), Fraction(165, 2))
    assert found.lessons == ()
    assert found.absences == (
        Lesson(date(2015, 3, 2), 3, Presence.UNJUSTIFIED),
        Lesson(date(2015, 3, 9), Fraction(5, 2), Presence.JUSTIFIED),
        Lesson(None, Fraction(1, 2), Presence.UNJUSTIFIED),
    )
    assert (found.starts, found.ends, found.left_on) == (date(2015, 1, 1), date(2015, 6, 30), None)
    assert (facts.name, facts.centre) == ("MO in het Arabisch", "0543307391 12345678")
    assert (facts.status, facts.decision) == ("LOPEND", "GESL")


@pytest.mark.parametrize(
    ("code", "description", "justified"),
    [
        ("G", "", True),
        ("verantw_afwe", "", True),
        ("A", "", False),
        ("", "", False),
        ("A", "Verantwoord afwezig", True),
        ("G", "Onverantwoord", False),
        ("G", "ongewettigd", False),
        ("G", "niet-gewettigd", False),
        ("Z", "afwezig (gewettigd)", True),
    ],
)
def test_an_absence_is_justified_by_its_words_or_else_its_code(dossier_of, code, description, justified):
    message = m.publication(m.old_dossier(m.component(m.old_course(m.absence("1", code, description)))))
    (absence,) = course_of(dossier_of(message)).absences
    assert (absence.presence is Presence.JUSTIFIED) is justified


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("MO", Part.MO),
        ("TO_OB_MO", Part.MO),
        ("TO_A2", Part.NT2),
        ("NT2", Part.NT2),
        ("LO", Part.PLO),
        ("loopbaanoriëntatie", Part.PLO),
    ],
)
def test_the_part_of_an_old_course_is_that_of_its_component(dossier_of, kind, part):
    assert (
        course_of(dossier_of(m.publication(m.old_dossier(m.component(m.old_course(), kind=kind))))).part
        is part
    )


def test_the_part_of_an_old_course_may_follow_from_the_course(dossier_of):
    by_training, by_level, unknown = (
        m.old_course(number="1"),
        m.old_course(number="2"),
        m.old_course(number="3"),
    )
    for course in (by_level, unknown):
        course.remove(course.find("Opleiding"))
    by_level.find("Inschrijvingsgegevens/Status").addprevious(E.Richtgraad("1.1"))
    found = dossier_of(m.publication(m.old_dossier(m.component(by_training, by_level, unknown, kind="?"))))
    assert [facts.course.part for facts in found.courses] == [Part.MO, Part.NT2]


def test_exemption_and_suspension_of_a_component_are_those_of_its_courses(dossier_of):
    components = (
        m.component(m.old_course(), exempt=True),
        m.component(
            m.old_course(), kind="NT2", suspended=[("2015-02-01", None), ("2015-01-01", "2015-01-31")]
        ),
    )
    mo, nt2 = dossier_of(m.publication(m.old_dossier(*components))).courses
    assert (mo.course.exempt, mo.course.suspensions) == (True, ())
    assert nt2.course.exempt is False
    assert nt2.course.suspensions == ((date(2015, 2, 1), None), (date(2015, 1, 1), date(2015, 1, 31)))


def determination(kind, recent, exempt=False):
    return E.Doelgroepbepaling(
        E.Type("1", Beschrijving=kind),
        E.MeestRecentVlag(recent),
        *([E.RedenVrijstellingVanVerplichting("65+")] if exempt else []),
    )


@pytest.mark.parametrize(
    ("determinations", "expected"),
    [
        ([determination("Verplicht MO", "1")], ("JA", "PLICHT", False)),
        ([determination("Prioritair Rechthebbend", "1", exempt=True)], ("JA", "RECHT", True)),
        (
            [determination("Verplicht MO", "0", exempt=True), determination("Geen doelgroep", "1")],
            ("NEE", "GEEN", False),
        ),
        ([determination("iets nieuws", "1")], ("", "1", False)),
        ([], ("", "", False)),
    ],
)
def test_the_most_recent_target_group_counts(dossier_of, determinations, expected):
    extra = [E.Inburgeringsgegevens(E.Doelgroepbepalingen(*determinations))] if determinations else []
    found = dossier_of(m.publication(m.old_dossier(m.component(m.old_course()), extra=extra)))
    assert (found.target_code, found.target_type, course_of(found).exempt) == expected


def test_who_has_a_reason_for_leaving_left_at_the_end_of_the_period(dossier_of):
    course = m.old_course()
    course.find("Inschrijvingsgegevens/Resultaat").addprevious(E.Uitstapreden("verhuisd"))
    found = course_of(dossier_of(m.publication(m.old_dossier(m.component(course)))))
    assert found.left_on == date(2015, 6, 30)


def test_an_old_course_with_nothing_in_it_is_projected(dossier_of):
    found = course_of(dossier_of(m.publication(m.old_dossier(m.component(E.Cursus())))))
    assert (found.key, found.total, found.required, found.absences) == ("-", None, None, ())


def test_a_cancelled_old_course_is_cancelled(dossier_of):
    course = m.old_course()
    course.find("Inschrijvingsgegevens/Status").set("Beschrijving", "Cursus geannuleerd")
    assert course_of(dossier_of(m.publication(m.old_dossier(m.component(course))))).cancelled


def test_old_courses_without_an_id_have_keys_of_their_own(dossier_of):
    courses = [m.old_course(number="C-1"), m.old_course(number="C-2"), m.old_course(number="C-1")]
    found = dossier_of(m.publication(m.old_dossier(m.component(*courses))))
    keys = [facts.course.key for facts in found.courses]
    assert keys == ["C-1+2015-01-01", "C-2+2015-01-01", "C-1+2015-01-01#2"]


# --- stored blocks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", [m.answer(m.full_dossier()), m.publication(m.full_old_dossier())])
def test_stored_blocks_give_the_same_courses(dossier_of, message):
    found = dossier_of(message)
    assert len(found.courses) > 1
    assert courses_of(found.blocks, found.version) == found.courses


@pytest.mark.parametrize("message", [m.answer(m.full_dossier()), m.publication(m.full_old_dossier())])
def test_the_block_of_the_courses_alone_gives_them_without_exemption_and_suspension(dossier_of, message):
    found = dossier_of(message)
    alone = {name: xml for name, xml in found.blocks.items() if name == "VormingsActiviteiten"}
    courses = courses_of(alone, found.version)
    assert [one.course.key for one in courses] == [one.course.key for one in found.courses]
    assert [one.course.part for one in courses] == [one.course.part for one in found.courses]
    assert not any(one.course.exempt or one.course.suspensions for one in courses)


@pytest.mark.parametrize("version", ["01.00", "02.00"])
def test_no_blocks_give_no_courses(version):
    assert courses_of({}, version) == ()


def test_lessons_where_the_schema_has_none_are_stored_as_they_are(dossier_of):
    moments = E.LesMomenten(m.lesson())
    new = dossier_of(m.answer(m.dossier(E.Wachtlijst(moments))))
    assert new.blocks["Wachtlijst"] == b"<Wachtlijst>%b</Wachtlijst>" % canonical(moments)
    old_course = m.old_course()
    old_course.append(moments)
    old = dossier_of(m.publication(m.old_dossier(m.component(old_course))))
    assert canonical(moments) in old.blocks["VormingsActiviteiten"]


def test_small_files_streams_and_parsed_lessons_give_the_same(read, without_shortcuts, request):
    texts = [
        m.as_bytes(message, pretty=pretty)
        for message in (
            m.answer(m.full_dossier(), m.dossier(insz=m.INSZ_2)),
            m.publication(m.full_old_dossier()),
        )
        for pretty in (False, True)
    ]
    slow = [read(text) for text in texts]
    request.getfixturevalue("monkeypatch").undo()
    assert [read(text) for text in texts] == slow
    assert all(type(one) is Dossier for found in slow for one in found)


def test_a_request_is_not_an_answer(error_of):
    request = etree.Element(f"{{{schemas.NS_GEEF_02}}}GeefDossierKBI")
    assert error_of(request).reason == "unknown_root"


def test_an_error_says_where_it_happened(error_of, tmp_path):
    error = error_of(m.answer(m.dossier(E.Doelgroep(E.Code("MISSCHIEN")))))
    assert isinstance(error, MessageError)
    assert str(error) == (
        f"{tmp_path / 'message.xml'}:2: KBIDossier/Doelgroep/Code: "
        '"MISSCHIEN": not a value of the enumeration (bad_enum)'
    )


def test_the_answers_of_a_wooncode_leave_out_what_the_schema_does_not_know(dossier_of):
    """Elements without content count as absent, and only an `opschorting` is a suspension."""
    wooncode = E.Wooncode(
        E.VoldoetAanTaalBereidheid("1"),
        E.VoldoetAanTaalkennisvereiste(),
        E.Opschortingen(
            E.opschorting(E.Van("2026-01-01"), E.Tot("2026-03-31")),
            E.Opschorting(E.Van("2026-01-01"), E.Tot("zzz-open")),
            E.opschorting(),
        ),
        E.Vrijstelling(),
    )
    found = dossier_of(m.answer(m.dossier(wooncode)))
    assert found.housing == {"language": True, "suspensions": [["2026-01-01", "2026-03-31"]]}
    exempt = E.Wooncode(E.Vrijstelling(E.DatumVrijstelling("2026-01-01")))
    assert dossier_of(m.answer(m.dossier(exempt))).housing == {"exempt": True}
