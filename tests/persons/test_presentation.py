"""The page of one client's file: the figures that can be checked, nothing given dropped, nothing withheld shown."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction

import pytest
import time_machine
from django.conf import settings
from django.utils import translation
from lxml import etree
from lxml.builder import E

from partners.blocks import BlockName
from partners.enums import BLOCK_LABELS
from persons.presentation import blocks, tree, values, words

from ..demo import populations
from .files import Page, opened_file, read
from .magda import messages

NBSP = "\N{NO-BREAK SPACE}"
MONDAY = datetime.date(2026, 1, 12)
AS_OF = "2026-03-23"


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def course(*presences: str | None, minutes: int = 180, number: int = 1, tag: str = "MOCursus"):
    """A course of one lesson a day from 12 January 2026 on, recorded as given; None is a lesson without a record."""
    end = f"{9 + minutes // 60:02d}:{minutes % 60:02d}"
    lessons = [
        messages.lesson(str(MONDAY + datetime.timedelta(days=day)), "09:00", end, presence)
        for day, presence in enumerate(presences)
    ]
    return messages.mo_course(*lessons, number=number, tag=tag)


def page_of(
    tmp_path, *elements, blocks=BlockName, kind="ocmw", first=False, followed=False, day=AS_OF, **mandate
):
    message = messages.answer(messages.dossier(*elements), day=day)
    dossier = read(tmp_path, message)[0]
    return Page(opened_file(dossier, blocks=blocks, kind=kind, **mandate), first=first, followed=followed)


def activities(*courses):
    return E.VormingsActiviteiten(E.MOCursussen(*courses))


# 30 lessons of 3 hours given, 21 attended, 2 excused, 7 missed; 15 to come.
HODAN = ["AANWEZIG"] * 21 + ["VERANTW_AFWE"] * 2 + ["AFWEZIG"] * 7 + [None] * 15
LAST_GIVEN = str(MONDAY + datetime.timedelta(days=29))


def test_a_card_says_what_can_be_checked(tmp_path):
    page = page_of(tmp_path, activities(course(*HODAN)), day=LAST_GIVEN)
    text = plain(page.text(".//section[@aria-labelledby='mo']"))
    assert "△ Bij te sturen" in text
    assert "76,6 % van de gegeven lestijd: 69 u van 90 u. Norm 80 %." in text
    assert "aanwezig 63 u" in text
    assert "gewettigd afwezig 6 u" in text
    assert "ongewettigd afwezig 21 u" in text
    assert "nog te geven 45 u" in text
    assert "Nog haalbaar: wie minstens 13 van de 15 komende lessen volgt, eindigt op 80 % of meer." in text
    assert "Telt gewettigde afwezigheid als afwezig: 70 % (63 u van 90 u)." in text
    assert "Verouderd · mag nog 2 lessen missen · beslist " in text
    assert "51,1 % al zeker kan nog tot 84,4 % 21 u verloren" in text
    assert "gewettigde afwezigheid telt als aanwezig" in text
    # The code of the rule is in the fold with all details.
    assert text.count("2015-1") == 1
    assert "Alle gegevens van de cursus" in text.split("2015-1")[0]
    assert "Lessen: 21 aanwezig, 2 gewettigd afwezig, 7 ongewettigd afwezig, 15 nog te geven." in text


def test_the_bar_is_hidden_from_screen_readers_and_made_of_attributes(tmp_path):
    page = page_of(tmp_path, activities(course(*HODAN)), day=LAST_GIVEN)
    (svg,) = page.main.xpath(".//section[@aria-labelledby='mo']//svg[contains(@class,'scale')]")
    assert svg.get("aria-hidden") == "true"
    widths = {rect.get("class"): rect.get("width") for rect in svg.xpath("rect")}
    # 69 of 135 hours are sure, and 45 are to come.
    assert widths == {"gone": "100%", "open": "84.4%", "sure": "51.1%"}
    assert svg.xpath("line[@class='norm']/@x1") == ["80.0%"]
    assert not page.main.xpath(".//@style")


def test_a_percentage_is_cut_and_never_rounded_up_to_the_norm(tmp_path):
    # 47,5 of 60 hours: 79,16 %.
    presences = ["AANWEZIG"] * 95 + ["AFWEZIG"] * 25
    page = page_of(tmp_path, activities(course(*presences, minutes=30)), day="2026-12-31")
    text = plain(page.text(".//section[@aria-labelledby='mo']"))
    assert "79,1 % van de gegeven lestijd: 47 u 30 van 60 u." in text
    assert "Niet meer haalbaar" in text
    assert "80 % van" not in text


@pytest.mark.parametrize(
    ("presences", "day", "verdict", "outlook"),
    [
        (["AANWEZIG"] * 8 + ["AFWEZIG"] * 2, "2026-06-30", "Norm gehaald", "Er komen geen lessen meer bij."),
        (
            ["AANWEZIG"] * 8 + ["AFWEZIG"] * 2,
            AS_OF,
            "Norm gehaald",
            "De cursus loopt nog, maar het bericht geeft geen lessen die nog komen: vraag het centrum",
        ),
        (
            ["AANWEZIG"] * 4 + ["AFWEZIG"] + [None] * 3,
            str(MONDAY + datetime.timedelta(days=4)),
            "Op schema",
            "Om te houden: wie alle 3 komende lessen volgt, eindigt op 80 % of meer.",
        ),
        (
            ["AANWEZIG"] * 9 + [None],
            str(MONDAY + datetime.timedelta(days=8)),
            "Norm gehaald",
            "Zeker: ook wie de komende les niet volgt, eindigt op 80 % of meer.",
        ),
        (
            ["AFWEZIG"] + ["AANWEZIG"] * 3 + [None],
            str(MONDAY + datetime.timedelta(days=3)),
            "Bij te sturen",
            "Nog haalbaar: wie de komende les volgt, eindigt op 80 % of meer.",
        ),
        (
            ["AANWEZIG", "AFWEZIG", "AFWEZIG", None],
            str(MONDAY + datetime.timedelta(days=2)),
            "Niet meer haalbaar",
            "Niet meer haalbaar sinds 13 januari 2026: ook wie de komende les volgt, eindigt onder 80 %.",
        ),
        (
            [None] * 5,
            "2026-01-05",
            "Nog te vroeg",
            "Om te halen: wie minstens 4 van de 5 komende lessen volgt, eindigt op 80 % of meer.",
        ),
    ],
)
def test_every_verdict_says_what_can_still_be_done(tmp_path, presences, day, verdict, outlook):
    text = plain(
        page_of(tmp_path, activities(course(*presences)), day=day).text(".//section[@aria-labelledby='mo']")
    )
    assert verdict in text
    assert outlook in text


def test_past_lessons_without_a_record_are_named(tmp_path):
    text = plain(page_of(tmp_path, activities(course("AANWEZIG", None, None))).text())
    assert "Van 2 voorbije lessen is geen aanwezigheid geregistreerd." in text
    assert "100 % van de gegeven lestijd: 3 u van 3 u." in text


def test_lessons_stand_in_a_table_under_the_figures(tmp_path):
    partly = messages.lesson("2026-01-15", "09:00", "12:00", "AANWEZIG", attended="01:30")
    odd = messages.lesson("2026-01-16", "09:00", "12:00", "AFWEZIG", weekday="MA")
    page = page_of(tmp_path, activities(messages.mo_course(partly, odd)))
    rows = [
        plain(" ".join(" ".join(row.itertext()).split())) for row in page.main.xpath(".//details//tbody/tr")
    ]
    assert rows[0] == "do 15-1-2026 09:00–12:00 3 u deels aanwezig (01:30)"
    # A day of the week that is not that of the date is worth a word.
    assert rows[1] == "vr 16-1-2026 09:00–12:00 3 u ongewettigd afwezig Lesdag: maandag"


def test_older_courses_have_their_own_verdict(tmp_path):
    told = course(*["AANWEZIG"] * 10, number=1)
    older = messages.mo_course(
        *[messages.lesson(f"2024-01-{day:02d}", presence="AFWEZIG") for day in range(8, 12)], number=2
    )
    older.find("Periode/Begin").text, older.find("Periode/Einde").text = "2024-01-08", "2024-02-01"
    text = plain(
        page_of(tmp_path, activities(told, older)).text(".//section[@aria-labelledby='mo']//table[1]")
    )
    assert "8 januari – 1 februari 2024" in text
    assert "Niet meer haalbaar" in text
    assert "0 % 0 u van 12 u" in text


def test_a_cancelled_course_gets_no_verdict(tmp_path):
    cancelled = messages.nt2_course(messages.lesson(), cancelled="1")
    not_placed = messages.nt2_course(messages.lesson(), number=2, status="NT_TOEGEWEZEN")
    page = page_of(tmp_path, E.VormingsActiviteiten(E.NT2Cursussen(cancelled, not_placed)))
    text = page.text(".//section[@aria-labelledby='nt2']")
    assert "Geen cursus die telt" in text
    assert "– geannuleerd" in text
    assert "– niet toegewezen" in text
    assert "Norm gehaald" not in text


def test_where_the_mandate_gives_no_attendance_the_page_says_so_and_shows_none(tmp_path):
    page = page_of(tmp_path, activities(course(*HODAN)), blocks=["Personalia", "Doelgroep"])
    assert "Deze machtiging geeft geen inzage in lessen en aanwezigheid." in page.text()
    assert "%" not in page.text()
    assert not page.main.xpath(".//table | .//svg")


def test_a_dossier_without_courses_says_so(tmp_path):
    assert "Het dossier bevat geen cursussen." in page_of(tmp_path).text()


def contract(*suspensions):
    return E.Contracten(
        E.Contract(
            E.DatumRegistratie("2025-11-03"),
            E.OnderdeelMO("true"),
            E.OnderdeelNT2("false"),
            E.Opschortingen(
                *(E.Opschorting(messages.period(*span), E.Reden("ziekte")) for span in suspensions)
            ),
        )
    )


@pytest.mark.parametrize("allowed", [list(BlockName), ["Personalia", "VormingsActiviteiten"]])
def test_a_suspension_shows_also_where_the_contract_is_withheld(tmp_path, allowed):
    suspended = contract(("2026-03-01", "2026-04-30"))
    page = page_of(tmp_path, suspended, activities(course(*["AANWEZIG"] * 5)), blocks=allowed)
    text = plain(page.text(".//section[@aria-labelledby='mo']"))
    assert "‖ Opgeschort" in text
    assert "Opgeschort: 1 maart – 30 april 2026." in text
    assert ("ziekte" in page.text()) is ("Contracten" in allowed)


def test_an_exemption_shows_also_where_its_reason_is_withheld(tmp_path):
    target = E.Doelgroep(E.Code("JA"), E.RedenVrijstellingVanDeVerplichting("ziekte"))
    page = page_of(
        tmp_path, target, activities(course("AFWEZIG")), blocks=["Personalia", "VormingsActiviteiten"]
    )
    assert "○ Vrijgesteld" in page.text(".//section[@aria-labelledby='mo']")
    assert "ziekte" not in page.text()


def test_totals_of_a_running_course_give_no_percentage_before_it_ends(tmp_path):
    running = messages.old_dossier(messages.component(messages.old_course(messages.absence("3"))))
    text = plain(Page(opened_file(read(tmp_path, messages.publication(running, day="2015-04-01"))[0])).text())
    assert "een percentage is er pas als de cursus om is" in text
    assert "ongewettigd afwezig 3 lestijden" in text
    assert "gevolgd of nog te geven 57 lestijden" in text
    assert "Nog te vroeg" in text


def test_totals_out_of_reach_say_what_is_reached_at_best(tmp_path):
    missed = [messages.absence("3", day=f"2015-03-{day:02d}") for day in range(2, 8)]
    lost = messages.old_dossier(messages.component(messages.old_course(*missed)))
    text = plain(Page(opened_file(read(tmp_path, messages.publication(lost, day="2015-04-01"))[0])).text())
    assert "hoogstens 70 % als vanaf nu niets meer gemist wordt: 42 lestijden van 60 lestijden." in text
    assert "Norm 80 %." in text
    assert "6 afwezigheden" in text


def test_the_header_says_who_it_is(tmp_path):
    target = E.Doelgroep(E.Code("JA"), E.Type("PLICHT"), messages.period("2026-02-02", None))
    page = page_of(tmp_path, target)
    assert page.text(".//h1") == "Amina Peeters"
    assert (
        "91.61.01-001.76 · geboren in 1991 (dag en maand onbekend) · verplichte inburgeraar sinds 2 februari 2026"
        in page.text()
    )
    # Titles stay in the browser's history.
    assert "Amina" not in page.document.findtext(".//title")


def test_the_target_group_is_not_told_where_the_block_is_withheld(tmp_path):
    page = page_of(tmp_path, E.Doelgroep(E.Code("JA"), E.Type("PLICHT")), blocks=["Personalia"])
    assert "verplicht" not in page.text()


@pytest.mark.parametrize(
    ("received", "said"),
    [
        ("1991-03-12", "geboren op 12 maart 1991"),
        ("1991-03-00", "geboren in maart 1991 (dag onbekend)"),
        ("1990-02-30", "geboren op 1990-02-30 zoals ontvangen (die dag bestaat niet)"),
        ("1990-13-01", "geboren op 1990-13-01 zoals ontvangen (die dag bestaat niet)"),
        ("1991-00-00", "geboren in 1991 (dag en maand onbekend)"),
        ("0000-00-00", "geboortedatum onbekend"),
        ("9999-99-99", "geboortedatum onbekend"),
        ("", "geboortedatum onbekend"),
    ],
)
def test_a_birth_date_is_told_as_far_as_it_is_known(received, said):
    assert values.birth_text(received) == said


def test_somebody_without_a_name_is_called_so(tmp_path):
    nobody = E.KBIDossier(E.Personalia(E.INSZ(messages.INSZ)))
    page = Page(opened_file(read(tmp_path, messages.answer(nobody))[0]))
    assert page.text(".//h1") == "naam onbekend"


def test_the_notice_says_as_whom_one_looks_and_that_it_is_logged(tmp_path):
    page = page_of(tmp_path, legal_url="https://voorbeeld.be/12")
    notice = plain(page.text(".//p[@class='notice']"))
    assert notice.startswith(
        "U kijkt als OCMW Gent in de hoedanigheid Leefloon, machtiging 12/2015 (Opvolging)"
    )
    assert " voorbeeld, inschrijving tot en met 31 december 2026." in notice
    assert "Deze inzage is geregistreerd om 14.03 uur." in notice
    assert page.main.xpath(".//p[@class='notice']//a/@href") == ["https://voorbeeld.be/12"]


@pytest.mark.parametrize(("followed", "deed"), [(False, "follow"), (True, "unfollow")])
def test_the_file_can_be_followed_or_left(tmp_path, followed, deed):
    form = page_of(tmp_path, first=True, followed=followed).main.xpath(".//div[@class='grow deeds']/form")[0]
    assert form.get("method") == "post"
    assert form.get("action").endswith("/volgen/")
    assert form.xpath(".//button/@value") == [deed]


def test_what_the_mandate_withholds_is_named_and_not_on_the_page(tmp_path):
    dossier = read(tmp_path, messages.answer(messages.full_dossier()))[0]
    allowed = ["Personalia", "Doelgroep", "VormingsActiviteiten", "Wachtlijst", "Hoedanigheden"]
    page = Page(opened_file(dossier, blocks=allowed))
    said = page.text(".//section[@aria-labelledby='niet-getoond']/p[1]")
    for block in BlockName:
        assert (str(BLOCK_LABELS[block]) in said) is (block not in allowed), block
    headings = page.main.xpath(".//section/@aria-labelledby")
    assert {"blok-personalia", "blok-doelgroep", "blok-wachtlijst"} <= set(headings)
    assert not {"blok-wooncode", "blok-inbreuken", "blok-contracten"} & set(headings)


def test_what_the_mandate_gives_but_the_message_does_not_hold_is_named(tmp_path):
    page = page_of(tmp_path, blocks=["Personalia", "Wooncode", "Opmerkingen"])
    assert page.text(".//section[@aria-labelledby='niet-getoond']/p[2]").endswith(
        "zonder gegevens: Wooncode."
    )


# Nothing given is dropped.

SHOWN_AS = {
    "AANWEZIG": "aanwezig",
    "AFWEZIG": "ongewettigd afwezig",
    "VERANTW_AFWE": "gewettigd afwezig",
    **dict(
        zip(
            ("MA", "DI", "WO", "DO", "VR", "ZA", "ZO"),
            ("ma", "di", "wo", "do", "vr", "za", "zo"),
            strict=True,
        )
    ),
}


def free(element) -> bool:
    """Whether an element of the full dossier holds free text: no code, date, flag or number."""
    text = element.text or ""
    of_a_list = element.getparent() is not None and element.getparent().tag in ("Conclusie", "Attest")
    return (
        len(element) == 0
        and not of_a_list
        and bool(re.search("[a-zé]", text))
        and not re.search("[0-9]{2}|_", text)
        and text not in ("true", "false")
    )


def dropped(page: Page, xml: bytes) -> list[str]:
    """The values of a block that are nowhere on the page, neither as they are nor in words."""
    text, raw = plain(page.text()), page.raw_values
    missing = []
    for element in etree.fromstring(xml).iter():
        found = [
            element.text or "",
            *(value for name, value in element.attrib.items() if element.tag != "Deel"),
        ]
        for value in (" ".join(each.split()) for each in found):
            forms = {value, SHOWN_AS.get(value, value)}
            if re.fullmatch(r"[0-9]+\.[0-9]+", value):
                forms.add(
                    f"{Fraction(value)!s}" if Fraction(value).denominator == 1 else value.replace(".", ",")
                )
            if value and value not in raw and not any(form in text for form in forms):
                missing.append(f"{element.tag}: {value}")
    return missing


@pytest.mark.slow
@pytest.mark.parametrize("version", ["02.00", "01.00"])
def test_nothing_of_a_population_is_dropped(tmp_path, version):
    for name, content in populations.files(40, version).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    from .files import _dossiers

    dossiers = [dossier for path in sorted(tmp_path.rglob("*.xml")) for dossier in _dossiers(path)]
    assert len(dossiers) >= 40
    for dossier in dossiers:
        page = Page(opened_file(dossier))
        for name, xml in dossier.blocks.items():
            if name != "Opmerkingen":
                assert dropped(page, xml) == [], name


def test_nothing_of_a_full_dossier_is_dropped(tmp_path):
    """Every element of KBI-02.00, each free text one of its own."""
    full = messages.full_dossier()
    number = 0
    for element in full.iter():
        if free(element):
            number += 1
            element.text = f"waarde-{number}-"
    assert number > 50
    dossier = read(tmp_path, messages.answer(full))[0]
    page = Page(opened_file(dossier))
    for name, xml in dossier.blocks.items():
        assert dropped(page, xml) == [], name


def test_an_element_no_schema_knows_is_shown_under_its_name_in_words():
    root = tree.parse(
        b"<Wooncode><VoldoetAanTaalBereidheid>true</VoldoetAanTaalBereidheid>"
        b"<NieuweKBIVraag><DatumVanVraag>2026-02-02</DatumVanVraag><Uitleg soort='kort'>nieuw</Uitleg></NieuweKBIVraag>"
        b"</Wooncode>"
    )
    view = blocks.block_view("Wooncode", root, MONDAY)
    (section,) = view.content.sections
    assert section.title == "Nieuwe KBI vraag"
    assert [(fact.label, [value.text for value in fact.items[0]]) for fact in section.facts] == [
        ("Datum van vraag", ["2 februari 2026"]),
        ("Uitleg", ["nieuw", "soort: kort"]),
    ]


def test_every_block_has_a_partial_of_its_own():
    partials = {path.stem for path in (settings.BASE_DIR / "templates" / "persons" / "blocks").glob("*.html")}
    assert partials == {name.lower() for name in BlockName} | {"general"}


def test_an_unknown_block_gets_the_general_layout():
    view = blocks.block_view("NieuwBlok", tree.parse(b"<NieuwBlok>tekst</NieuwBlok>"), MONDAY)
    assert view.title == "Nieuw blok"
    assert view.template == "persons/blocks/general.html"
    assert view.content.facts[0].items[0][0].text == "tekst"


def test_a_lesson_with_an_element_of_a_newer_schema_keeps_it(tmp_path):
    lesson = messages.lesson("2026-01-15")
    lesson.append(E.Afstand("online"))
    lesson.append(E.Leraar(E.Naam("Jan"), E.Vak(E.Code("7"))))
    text = page_of(tmp_path, activities(messages.mo_course(lesson))).text()
    assert "Afstand: online" in text
    assert "09:00–12:00" in text
    assert "Jan" in text
    assert "Vak" in text


def test_lessons_outside_a_known_course_are_shown_all_the_same(tmp_path):
    def moments():
        return E.LesMomenten(messages.lesson("2026-01-15", presence="AFWEZIG"))

    other = E.VormingsActiviteiten(E.AndereCursussen(E.Cursus(moments())))
    text = page_of(tmp_path, other, E.Wachtlijst(moments())).text()
    assert text.count("15 januari 2026") == 2
    assert text.count("ongewettigd afwezig") == 2


def test_courses_with_the_same_id_keep_their_own_lessons(tmp_path):
    """The reader takes the courses in the order of the message, whatever their kind."""
    first, second = course("AANWEZIG"), messages.nt2_course(messages.lesson("2026-02-20"), number=1)
    second.find("ID").text = first.findtext("ID")
    both = E.VormingsActiviteiten(E.NT2Cursussen(second), E.MOCursussen(first))
    page = page_of(tmp_path, both)
    assert "20-2-2026" in page.text(".//section[@aria-labelledby='nt2']")
    assert "12-1-2026" in page.text(".//section[@aria-labelledby='mo']")


def test_names_are_split_into_words():
    assert words.split_name("DatumEersteGesprek") == "Datum eerste gesprek"
    assert words.split_name("KBIVestiging") == "KBI vestiging"
    assert words.split_name("opschorting") == "Opschorting"


def test_a_part_of_a_trajectory_of_which_only_the_name_is_given_is_named(tmp_path):
    bare = messages.old_dossier(messages.component(kind="LO"))
    page = Page(opened_file(read(tmp_path, messages.publication(bare))[0]))
    assert "LO" in page.text(".//section[@aria-labelledby='blok-trajecten']")


def test_organisations_of_the_kbi_are_named_beside_their_number(tmp_path):
    made = E.Aanmelding(E.AanmeldingsPlaats(E.KboNummer("0543307391"), E.KbiNummer("12")))
    text = page_of(tmp_path, made).text(".//section[@aria-labelledby='blok-aanmelding']")
    assert "Agentschap Integratie en Inburgering 0543.307.391 KBI-nummer 12" in text


def test_codes_have_words_where_their_meaning_is_known_and_stand_as_they_are_otherwise(tmp_path):
    page = page_of(
        tmp_path,
        E.Doelgroep(E.Code("JA"), E.Type("PLICHT"), E.SubType("VOL_PROG")),
        E.Contracten(E.Contract(E.Type("IC07G"))),
        E.Trajecten(
            E.Traject(E.TrajectOnderdelen(E.TrajectOnderdeel(E.Type("TO_A1"), E.Status(E.Code("TO_STA_05")))))
        ),
        E.Doorverwijzing("D7", KorteNaam="kort", Naam="De lange naam"),
    )
    text = page.text()
    assert "verplicht volledig programma" in text
    assert "Nederlands A1 TO_A1" in text
    technical = page.text(".//section[@aria-labelledby='technisch']")
    for code in ("IC07G", "TO_STA_05"):
        assert text.count(code) == 1
        assert f"code {code} (betekenis niet meegeleverd)" in technical
    assert "De lange naam kort · D7" in text


# Remarks are for whom they are addressed to.


def remark(code, description="", text="geheim"):
    addressee = E.Bestemmeling(code, **({"Beschrijving": description} if description else {}))
    return E.OpmerkingBijDossier(addressee, E.Datum("2015-01-01"), E.Opmerking(text))


@pytest.mark.parametrize(
    ("code", "description", "kind", "seen"),
    [
        ("Algemeen", "", "ocmw", True),
        ("ALGEMEEN", "", "vdab", True),
        ("1", "Algemeen", "cvo", True),
        ("OCMW", "", "ocmw", True),
        ("3", "OCMW", "ocmw", True),
        ("OCMW", "Openbaar centrum voor maatschappelijk welzijn", "ocmw", True),
        ("OCMW", "", "vdab", False),
        ("VDAB", "", "ocmw", False),
        ("VMSW", "", "shm", False),
        ("OCMW", "VDAB", "ocmw", False),
        ("HvN", "", "hvn", True),
        ("3", "", "ocmw", False),
        ("Handhaving", "", "ocmw", False),
        ("OCMW Gent", "", "ocmw", False),
    ],
)
def test_only_remarks_for_everybody_or_the_own_kind_are_shown(tmp_path, code, description, kind, seen):
    dossier = messages.old_dossier(extra=[E.OpmerkingenBijDossier(remark(code, description))])
    page = Page(opened_file(read(tmp_path, messages.publication(dossier))[0], kind=kind))
    assert ("geheim" in page.html) is seen


def test_a_remark_without_an_addressee_is_not_shown(tmp_path):
    bare = E.OpmerkingBijDossier(E.Opmerking("geheim"))
    twice = remark("Algemeen")
    twice.insert(0, E.Bestemmeling("VDAB"))
    dossier = messages.old_dossier(
        extra=[E.OpmerkingenBijDossier(bare, twice, remark("Algemeen", text="open"))]
    )
    page = Page(opened_file(read(tmp_path, messages.publication(dossier))[0]))
    assert "geheim" not in page.html
    assert "open" in page.text(".//section[@aria-labelledby='blok-opmerkingen']")


def test_withheld_remarks_leave_no_trace(tmp_path):
    """Whether there are remarks for others is theirs to know as well."""
    with_others = messages.old_dossier(extra=[E.OpmerkingenBijDossier(remark("VDAB"))])
    without = messages.old_dossier()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    pages = [
        Page(opened_file(read(folder, messages.publication(dossier))[0]))
        for folder, dossier in ((tmp_path / "a", with_others), (tmp_path / "b", without))
    ]
    csrf = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert csrf.sub("", pages[0].html) == csrf.sub("", pages[1].html)


# A message is never trusted.

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 }}&amp;"


def test_nothing_in_a_message_becomes_markup(tmp_path):
    full = messages.full_dossier()
    for element in full.iter():
        if free(element):
            element.text = HOSTILE
        for name in ("Naam", "KorteNaam", "typering"):
            if element.get(name):
                element.set(name, HOSTILE)
    page = Page(opened_file(read(tmp_path, messages.answer(full))[0]))
    assert page.html.count("&lt;script&gt;") > 100
    assert not page.main.xpath(".//script | .//img")
    assert not [name for element in page.main.iter() for name in element.attrib if name.startswith("on")]
    assert "{{ 7 }}" in page.text()


def test_entities_in_a_stored_block_are_not_resolved():
    xml = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><Wooncode><OpvolgingDoor>&e;</OpvolgingDoor></Wooncode>'
    assert tree.parse(xml).text_of("OpvolgingDoor") == ""


# Language and time.


def test_figures_follow_the_language(tmp_path):
    with translation.override("en"):
        text = plain(page_of(tmp_path, activities(course(*HODAN)), day=LAST_GIVEN).text())
    assert "76.6" in text
    assert "76,6" not in text


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-03-23T12:00", "gegevens van vandaag om 09.12 uur"),
        ("2026-03-25T12:00", "gegevens van 23 maart 2026 om 09.12 uur"),
    ],
)
def test_the_age_of_the_data_is_told(tmp_path, now, said):
    with time_machine.travel(datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.UTC), tick=False):
        assert said in plain(page_of(tmp_path, activities(course("AANWEZIG"))).text())


def test_the_fold_of_certificates_says_how_many_and_when_the_last_one_was(tmp_path):
    made = E.BehaaldeAttesten(
        E.Document(E.Type("MMATTEST"), E.DatumAanmaak("2025-03-01"), E.DatumOndertekening("2025-03-04")),
        E.Document(E.Type("AI023G22"), E.DatumAanmaak("2025-01-02")),
    )
    text = page_of(tmp_path, made, first=True).text()
    assert "Attesten en testen 2 attesten, het laatste van 4 maart 2025" in text
    undated = E.BehaaldeAttesten(E.Document(E.Type("MMATTEST")))
    assert "Attesten en testen 1 attest" in page_of(tmp_path, undated, first=True).text()
