"""Messages that are wrong: the reason, the place, and that the others go on."""

import random

import pytest
from lxml import etree
from lxml.builder import E

from persons.insz import InvalidInsz
from persons.magda.reader import Dossier, MessageError
from persons.magda.reader.records import show_code
from tests.persons.magda import messages as m

ORDINARY = "85073003328"  # the example of python-stdnum, not a test number


def with_block(*blocks):
    return m.answer(m.dossier(*blocks))


def with_lesson(**fields):
    return with_block(m.activities(m.mo_course(m.lesson(), m.lesson(**fields))))


def old(**changes):
    """A publication with one old course in which the text of elements is changed, by path below the Cursus."""
    course = m.old_course(m.absence())
    for path, text in changes.items():
        course.find(path.replace("__", "/")).text = text
    return m.publication(m.old_dossier(m.component(course)))


# --- one mistake in one dossier ----------------------------------------------------------------------------------

MISTAKES = {
    "check digits": (m.answer(m.dossier(insz="91610100177")), "bad_insz", "Personalia/INSZ"),
    "no number": (m.answer(m.dossier(insz="")), "bad_insz", "Personalia/INSZ"),
    "letters in the number": (m.answer(m.dossier(insz="9161010017X")), "bad_insz", "Personalia/INSZ"),
    "too short a number": (m.answer(m.dossier(insz="9161010017")), "bad_insz", "Personalia/INSZ"),
    "number of an old dossier": (m.publication(m.old_dossier(insz="91610100177")), "bad_insz", "INSZ"),
    "no personalia": (m.answer(E.KBIDossier(E.Werving())), "incomplete", ""),
    "no number in personalia": (m.answer(E.KBIDossier(E.Personalia())), "incomplete", "Personalia"),
    "no number in an old dossier": (m.publication(E.DossierKBI(E.Hoedanigheden())), "incomplete", ""),
    "target group": (with_block(E.Doelgroep(E.Code("MISSCHIEN"))), "bad_enum", "Doelgroep/Code"),
    "infringement": (with_block(E.Inbreuken(E.Inbreuk(E.Type("9")))), "bad_enum", "Inbreuken/Inbreuk/Type"),
    "authority": (
        with_block(E.Inbreuken(E.Inbreuk(), E.Inbreuk(E.SanctionerendeOverheid("RVA")))),
        "bad_enum",
        "Inbreuken/Inbreuk[2]/SanctionerendeOverheid",
    ),
    "case of a code": (with_block(E.Doelgroep(E.Type("plicht"))), "bad_enum", "Doelgroep/Type"),
    "space around a code": (with_block(E.Doelgroep(E.Type(" PLICHT"))), "bad_enum", "Doelgroep/Type"),
    "presence": (
        with_lesson(presence="MISSCHIEN"),
        "bad_enum",
        "VormingsActiviteiten/MOCursussen/MOCursus/LesMomenten/LesMoment[2]/Aanwezigheid",
    ),
    "day of the week": (
        with_lesson(weekday="MAA"),
        "bad_enum",
        "VormingsActiviteiten/MOCursussen/MOCursus/LesMomenten/LesMoment[2]/Lesdag",
    ),
    "preferred number": (
        m.answer(
            E.KBIDossier(
                E.Personalia(E.INSZ(m.INSZ), E.TelefoonNummers(E.TelefoonNummer("09", voorkeur="misschien")))
            )
        ),
        "bad_enum",
        "Personalia/TelefoonNummers/TelefoonNummer/@voorkeur",
    ),
    "30 February": (
        with_lesson(day="2025-02-30"),
        "bad_date",
        "VormingsActiviteiten/MOCursussen/MOCursus/LesMomenten/LesMoment[2]/Datum",
    ),
    "month 20": (with_block(E.Doelgroep(m.period("2025-20-00"))), "bad_date", "Doelgroep/Periode/Begin"),
    "day 40": (with_block(E.Doelgroep(m.period("2025-00-40"))), "bad_date", "Doelgroep/Periode/Begin"),
    "hour 30": (
        with_lesson(end="30:00"),
        "bad_value",
        "VormingsActiviteiten/MOCursussen/MOCursus/LesMomenten/LesMoment[2]/EindUur",
    ),
    "an incomplete date where none may be": (
        with_block(E.Aanmelding(E.DatumAanmelding("2025-00-00"))),
        "bad_date",
        "Aanmelding/DatumAanmelding",
    ),
    "a date with a time": (
        with_block(E.Aanmelding(E.DatumAanmelding("2025-01-01T00:00"))),
        "bad_date",
        "Aanmelding/DatumAanmelding",
    ),
    "digits that are not those of ASCII": (
        with_block(E.Aanmelding(E.DatumAanmelding("２０２５-01-01"))),
        "bad_date",
        "Aanmelding/DatumAanmelding",
    ),
    "minute 60": (
        with_lesson(begin="09:60"),
        "bad_value",
        "VormingsActiviteiten/MOCursussen/MOCursus/LesMomenten/LesMoment[2]/AanvangUur",
    ),
    "duration": (
        with_lesson(attended="3u"),
        "bad_value",
        "VormingsActiviteiten/MOCursussen/MOCursus/LesMomenten/LesMoment[2]/Aanwezigheidsduur",
    ),
    "neither true nor false": (
        with_block(E.Betalingen(E.Betaling(E.Vrijstelling("ja")))),
        "bad_value",
        "Betalingen/Betaling/Vrijstelling",
    ),
    "not a number": (
        with_block(E.KlantProfiel(E.TotaalAantalJarenScholing("-1"))),
        "bad_value",
        "KlantProfiel/TotaalAantalJarenScholing",
    ),
    "too large a number": (
        with_block(E.VoorkeurenKlant(E.Intensiteit("2147483648"))),
        "bad_value",
        "VoorkeurenKlant/Intensiteit",
    ),
    "unknown block": (with_block(E.Schulden()), "bad_value", "Schulden"),
    "block in a namespace": (with_block(E("{urn:x}Werving")), "bad_value", "Werving"),
    "block twice": (with_block(E.Werving(), E.Werving()), "bad_value", "Werving[2]"),
    "blocks out of order": (with_block(E.Betalingen(), E.Werving()), "bad_value", "Werving"),
    "course without an ID": (
        with_block(m.activities(E.MOCursus(E.Nummer("1")))),
        "incomplete",
        "VormingsActiviteiten/MOCursussen/MOCursus",
    ),
    "course with an empty ID": (
        with_block(m.activities(nt2=[E.NT2Cursus(E.ID())])),
        "bad_value",
        "VormingsActiviteiten/NT2Cursussen/NT2Cursus/ID",
    ),
    "period without begin": (with_block(E.Doelgroep(E.Periode())), "incomplete", "Doelgroep/Periode"),
    "test without status": (
        with_block(E.AfgelegdeTesten(E.AfgelegdeTest(E.ID("x"), E.Nummer("1")))),
        "incomplete",
        "AfgelegdeTesten/AfgelegdeTest",
    ),
    "old date": (
        old(Inschrijvingsgegevens__Periode__BeginDatum="2015-02-29"),
        "bad_date",
        "Cursus/Inschrijvingsgegevens/Periode/BeginDatum",
    ),
    "old degree": (
        old(Inschrijvingsgegevens__TeBehalenAanwezigheidsGraad="101"),
        "bad_value",
        "Cursus/Inschrijvingsgegevens/TeBehalenAanwezigheidsGraad",
    ),
    "old degree in words": (
        old(Inschrijvingsgegevens__TeBehalenAanwezigheidsGraad="tachtig"),
        "bad_value",
        "Cursus/Inschrijvingsgegevens/TeBehalenAanwezigheidsGraad",
    ),
    "negative absence": (
        old(Afwezigheden__Afwezigheid__AantalLestijden="-3"),
        "bad_value",
        "Cursus/Afwezigheden/Afwezigheid/AantalLestijden",
    ),
    "absence of a size that would never end": (
        old(Afwezigheden__Afwezigheid__AantalLestijden="1e999999999"),
        "bad_value",
        "Cursus/Afwezigheden/Afwezigheid/AantalLestijden",
    ),
    "old flag": (
        old(Afwezigheden__Afwezigheid__MeestRecentVlag="J"),
        "bad_enum",
        "Cursus/Afwezigheden/Afwezigheid/MeestRecentVlag",
    ),
    "element that an old capacity does not have": (
        m.publication(m.old_dossier(extra=[E.Schulden()])),
        "bad_value",
        "Hoedanigheden/Hoedanigheid/Schulden",
    ),
    "old elements out of order": (
        m.publication(m.old_dossier(extra=[E.Testen(), E.Attesten()])),
        "bad_value",
        "Hoedanigheden/Hoedanigheid/Attesten",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_reason_and_place(error_of, mistake):
    message, reason, field = MISTAKES[mistake]
    error = error_of(message)
    assert error.reason == reason
    assert error.field.endswith(field)
    assert error.field.startswith(("KBIDossier", "DossierKBI"))
    assert error.line == 2


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_alike_without_the_shortcuts(error_of, without_shortcuts, mistake):
    message, reason, field = MISTAKES[mistake]
    error = error_of(message)
    assert (error.reason, error.line) == (reason, 2)
    assert error.field.endswith(field)


def test_the_line_of_a_mistake_is_that_of_its_element(error_of):
    text = m.as_bytes(with_lesson(day="2025-02-30"), pretty=True)
    expected = text[: text.index(b"2025-02-30")].count(b"\n") + 1
    assert error_of(text).line == expected


@pytest.mark.parametrize("attribute", ["DatumGeldigheid", "DatumLaatsteWijziging"])
def test_a_wrong_date_in_an_attribute_is_found(error_of, attribute):
    course = m.old_course()
    course.set(attribute, "2015-02-40")
    error = error_of(m.publication(m.old_dossier(m.component(course))))
    assert error.reason == "bad_date"
    assert error.field.endswith(f"Cursus/@{attribute}")


@pytest.mark.parametrize("place", ["text", "tail"])
def test_text_between_elements_is_refused_because_it_could_not_be_kept(error_of, place):
    dossier = m.dossier(E.Werving())
    setattr(dossier if place == "text" else dossier[0], place, "tekst")
    assert error_of(m.answer(dossier)).reason == "bad_value"


def test_test_numbers_are_taken_only_where_they_are_allowed(error_of):
    error = error_of(m.answer(m.dossier()), allow_test=False)
    assert (error.reason, error.field) == ("bad_insz", "KBIDossier/Personalia/INSZ")
    assert error.detail == str(InvalidInsz("test_number"))


def test_an_ordinary_number_needs_no_leave(dossier_of):
    assert dossier_of(m.answer(m.dossier(insz=ORDINARY)), allow_test=False).insz == ORDINARY


def test_one_wrong_subject_does_not_keep_out_the_others(read, request):
    dossiers = [
        m.old_dossier(),
        m.old_dossier(insz="91610100177"),
        E.DossierKBI(),
        m.old_dossier(insz=m.INSZ_2),
    ]
    text = m.as_bytes(m.publication(*dossiers))
    for _ in range(2):
        found = read(text)
        assert [type(one) for one in found] == [Dossier, MessageError, MessageError, Dossier]
        assert [one.reason for one in found[1:3]] == ["bad_insz", "no_dossier"]
        assert found[1].field == "DossierKBI/INSZ"
        request.getfixturevalue("without_shortcuts")


def test_one_wrong_answer_does_not_keep_out_the_others(read):
    found = read(m.answer(m.dossier(E.Schulden()), None, m.dossier(insz=m.INSZ_2)))
    assert [getattr(one, "reason", None) for one in found] == ["bad_value", "no_dossier", None]


# --- the message as a whole -------------------------------------------------------------------------------------


def without(path, message):
    found = message.find(path)
    found.getparent().remove(found)
    return message


def changed(path, text, message):
    message.find(path).text = text
    return message


MOMENT = "Repliek/Context/Bericht/Tijdstip"
MESSAGES = {
    "no moment": (without(MOMENT, m.answer(m.dossier())), "incomplete", "Repliek"),
    "no context": (without("Repliek/Context", m.answer(m.dossier())), "incomplete", "Repliek"),
    "no day": (without(f"{MOMENT}/Datum", m.answer(m.dossier())), "incomplete", "Repliek"),
    "no such day": (m.answer(m.dossier(), day="2026-02-30"), "bad_date", "Tijdstip/Datum"),
    "a day that never was": (m.answer(m.dossier(), day="1900-02-29"), "bad_date", "Tijdstip/Datum"),
    "no such hour": (m.answer(m.dossier(), hour="25:00"), "bad_value", "Tijdstip/Tijd"),
    "no body": (without("Repliek", m.answer(m.dossier())), "no_dossier", "GeefDossierKBIResponse"),
    "no answers": (m.answer(), "no_dossier", "GeefDossierKBIResponse"),
    "an answer without content": (m.answer(None), "no_dossier", "Antwoorden/Antwoord"),
    "an empty dossier": (m.answer(E.KBIDossier()), "no_dossier", "Antwoorden/Antwoord"),
    "another root": (E.Dossier(m.dossier()), "unknown_root", "Dossier"),
    "a root without its namespace": (E.GeefDossierKBIResponse(), "unknown_root", "GeefDossierKBIResponse"),
    "another version": (
        E("{http://service.geefdossierkbidienst.inburgering.vip.vlaanderen.be}GeefDossierKBIResponse"),
        "unknown_root",
        "GeefDossierKBIResponse",
    ),
    "something else in an envelope": (m.soap(E.Dossier()), "unknown_root", "Envelope"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MESSAGES)
def test_a_wrong_message_is_one_mistake(error_of, mistake):
    message, reason, field = MESSAGES[mistake]
    error = error_of(message)
    assert error.reason == reason
    assert error.field.endswith(field)


@pytest.mark.parametrize("mistake", MESSAGES)
def test_a_wrong_message_is_told_alike_as_a_stream(error_of, without_shortcuts, mistake):
    message, reason, _ = MESSAGES[mistake]
    assert error_of(message).reason == reason


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        (m.answer(None, exceptions=m.exceptions(("30001", "MAGDA", "FOUT"))), "30001.MAGDA"),
        (m.answer(E.KBIDossier(), exceptions=m.exceptions(("40003", "MAGDA", "FOUT"))), "40003.MAGDA"),
        (m.answer(above=m.exceptions(("99996", "MAGDA", "FOUT"))), "99996.MAGDA"),
        (
            m.answer(
                None, exceptions=m.exceptions(("30004", "RR", "WAARSCHUWING"), ("40003", "KSZ", "FOUT"))
            ),
            "40003.KSZ, 30004.RR",
        ),
        (m.answer(None, exceptions=m.exceptions((m.INSZ, "Amina!", "FOUT"))), "?.?"),
    ],
)
@pytest.mark.parametrize("in_soap", [False, True])
def test_an_answer_of_exceptions_only_names_their_codes(error_of, message, codes, in_soap):
    text = m.as_bytes(m.soap(message) if in_soap else message)
    error = error_of(text)
    assert (error.reason, error.detail) == ("exception_answer", codes)
    assert error.field.endswith("Uitzonderingen")


def test_exceptions_beside_the_body_are_named(error_of):
    message = m.answer()
    message.remove(message[0])
    message.append(m.exceptions(("50000", "MAGDA", "FOUT")))
    assert error_of(message).detail == "50000.MAGDA"


def test_a_soap_fault_is_an_answer_of_an_exception(error_of):
    envelope = m.soap(E(f"{{{m.SOAP}}}Fault", E.faultcode("soap:Client"), E.faultstring("Amina Peeters")))
    error = error_of(envelope)
    assert (error.reason, error.detail) == ("exception_answer", "SOAP fault")


# --- not XML, or not safe ---------------------------------------------------------------------------------------

GOOD = m.as_bytes(m.answer(m.dossier(), m.dossier(insz=m.INSZ_2)))
ENTITIES = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
BROKEN = {
    "nothing": (b"", "not_xml"),
    "text": (b"geachte\n" * 100, "not_xml"),
    "zeroes": (bytes(100_000), "not_xml"),
    "an archive": (b"PK\x03\x04" + bytes(range(256)) * 4000, "not_xml"),
    "half a declaration": (b"<?xml version=", "not_xml"),
    "an encoding that is another": (GOOD.replace(b"Peeters", "Pééters".encode("latin-1")), "not_xml"),
    "an encoding that is none": (GOOD.replace(b"'UTF-8'", b"'KLINGON'"), "not_xml"),
    "an undefined entity": (GOOD.replace(b"Peeters", b"&naam;"), "not_xml"),
    "an empty doctype": (GOOD.replace(b"<m:Geef", b"<!DOCTYPE x><m:Geef", 1), "doctype"),
    "an entity": (GOOD.replace(b"<m:Geef", b'<!DOCTYPE x [<!ENTITY naam "x">]><m:Geef', 1), "doctype"),
    "a file as entity": (
        GOOD.replace(b"<m:Geef", b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><m:Geef', 1).replace(
            b"Peeters", b"&f;"
        ),
        "doctype",
    ),
    "an external DTD": (b'<!DOCTYPE x SYSTEM "http://dtd.invalid/x.dtd"><x/>', "doctype"),
    "an entity bomb": (
        b'<!DOCTYPE x [<!ENTITY l0 "lol">' + ENTITIES + b"]><PubliceerBewijs>&l11;</PubliceerBewijs>",
        "doctype",
    ),
    "an entity bomb in an attribute": (
        b'<!DOCTYPE x [<!ENTITY l0 "lol">' + ENTITIES + b']><PubliceerBewijs a="&l11;"/>',
        "doctype",
    ),
    "a doctype in another encoding": ('<!DOCTYPE x [<!ENTITY n "x">]><x/>'.encode("utf-16"), "doctype"),
    "a doctype without end": (b"<!DOCTYPE x [" + b'<!ENTITY n "x">' * 100_000, "doctype"),
    "deep nesting": (GOOD.replace(b"</KBIDossier>", b"<Werving>" + b"<a>" * 100_000, 1), "too_large"),
    "deep nesting at the root": (b"<a>" * 1_000_000, "unknown_root"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_not_a_message_is_refused_as_a_whole(error_of, kind):
    text, reason = BROKEN[kind]
    error = error_of(text)
    assert (error.reason, type(error.line)) == (reason, int)
    assert error.line >= 1


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_not_a_message_is_refused_as_a_stream_too(error_of, without_shortcuts, kind):
    text, reason = BROKEN[kind]
    assert error_of(text).reason == reason


def test_a_megabyte_of_random_bytes_is_refused(error_of):
    assert error_of(random.Random(3).randbytes(1_000_000)).reason == "not_xml"


def test_what_came_before_the_end_of_a_cut_off_bundle_is_kept(read):
    text = m.as_bytes(m.publication(*[m.old_dossier() for _ in range(3)]), pretty=True)
    cut = text[: text.rindex(b"<INSZ>")]
    *dossiers, error = read(cut)
    assert [type(one) for one in dossiers] == [Dossier, Dossier]
    assert (error.reason, error.line) == ("not_xml", cut.count(b"\n") + 1)


def test_what_came_before_broken_markup_is_kept(read):
    first, second = GOOD.rsplit(b"<Voornaam>", 1)
    found = read(first + b"\n\n<Voornaam<" + second)
    assert [type(one) for one in found] == [Dossier, MessageError]
    assert (found[1].reason, found[1].line) == ("not_xml", 4)


def test_markup_hidden_in_a_comment_or_cdata_is_no_lesson(dossier_of):
    text = m.as_bytes(with_block(m.activities(m.mo_course(m.lesson()))))
    hidden = b"<LesMomenten><LesMoment><Datum>2025-10-20</Datum></LesMoment></LesMomenten>"
    expected = dossier_of(text).courses
    for wrapped in (b"<!--" + hidden + b"-->", b"<?x " + hidden + b"?>"):
        assert dossier_of(text.replace(b"<MOCursus>", b"<MOCursus>" + wrapped)).courses == expected
        assert dossier_of(text.replace(b"<Repliek>", b"<Repliek>" + wrapped)).courses == expected
    in_a_name = text.replace(b"Maatschappelijke", b"<![CDATA[" + hidden + b"]]>")
    assert dossier_of(in_a_name).courses[0].course.lessons == expected[0].course.lessons


def test_lessons_in_an_attribute_are_a_mistake_of_the_parser(error_of):
    text = m.as_bytes(with_block(m.activities(m.mo_course(m.lesson()))))
    hidden = b"<LesMomenten><LesMoment><Datum>2025-10-20</Datum></LesMoment></LesMomenten>"
    assert error_of(text.replace(b"<MOCursus>", b'<MOCursus a="' + hidden + b'">')).reason == "not_xml"


# --- nothing personal in an error --------------------------------------------------------------------------------

PERSONAL = (m.INSZ, m.INSZ_2, "Peeters", "Amina", "1991", "Persoonlijke")


@pytest.mark.parametrize("kind", [*MISTAKES, *MESSAGES, *BROKEN])
def test_an_error_says_nothing_personal(read, kind):
    message = {**MISTAKES, **MESSAGES, **BROKEN}[kind][0]
    for error in read(message):
        if isinstance(error, MessageError):
            told = f"{error.reason} {error.detail} {error.field} {error.line} {error.args}"
            assert [text for text in PERSONAL if text in told] == []


@pytest.mark.parametrize("value", [m.INSZ, "Peeters", "Amina Peeters", "0470123456", "A" * 25])
def test_a_wrong_code_is_shown_only_when_it_looks_like_one(error_of, value):
    error = error_of(with_block(E.Doelgroep(E.Code(value))))
    assert error.detail == "a text that is not shown: not a value of the enumeration"
    assert show_code("VERANTW_AFW") == '"VERANTW_AFW"'


def test_the_name_of_an_element_shows_no_number(error_of):
    error = error_of(with_block(etree.Element(f"I{m.INSZ}")))
    assert error.field == "KBIDossier/I…"


@pytest.fixture(params=["parsed", "streamed"])
def either_way(request):
    """Reads small files in one go, and as a stream."""
    if request.param == "streamed":
        request.getfixturevalue("without_shortcuts")


def test_a_mistake_says_whose_dossier_it_is_and_of_which_moment(read, either_way):
    wrong = [m.dossier(E.Doelgroep(E.Code("MISSCHIEN")), insz=insz) for insz in (m.INSZ, m.INSZ_2)]
    message = m.answer(wrong[0], m.dossier(insz=m.INSZ_BORN_2000), wrong[1], day="2026-01-06")
    errors = [item for item in read(message) if isinstance(item, MessageError)]
    assert [error.insz for error in errors] == [m.INSZ, m.INSZ_2]
    assert {f"{error.as_of:%Y-%m-%d %H:%M}" for error in errors} == {"2026-01-06 09:12"}


def test_without_a_readable_moment_every_dossier_is_a_mistake_of_its_own(read, either_way):
    errors = read(m.publication(m.old_dossier(), m.old_dossier(insz=m.INSZ_2), day="2026-13-06"))
    assert [(error.insz, error.as_of, error.reason) for error in errors] == [
        (m.INSZ, None, "bad_date"),
        (m.INSZ_2, None, "bad_date"),
    ]


def test_a_wrong_or_forbidden_number_is_no_ones(read, either_way):
    wrong = m.answer(m.dossier(insz="91610100177"))
    assert [error.insz for error in read(wrong)] == [""]
    assert [error.insz for error in read(m.answer(m.dossier()), allow_test=False)] == [""]
