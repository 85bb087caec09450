"""Questions about items ("klopt niet?"): asking, who sees the mark, answering, newer messages, and raw SQL."""

from __future__ import annotations

import datetime
import itertools
import re
import uuid
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from lxml import etree

from partners.enums import Role
from partners.models import Institution, Membership
from partners.periods import today
from partners.services import bind
from persons.enums import QuestionReason
from persons.insz import format_insz
from persons.models import Inscription, Person, Question, QuestionAsker
from persons.presentation.items import items_of
from persons.services.door import consult
from persons.services.questions import NOT_TAKEN, ask

from .. import factories
from ..factories import fetch, inscribe, institution, log_rows, mandate, member, succeed
from ..persons.inbox import FIRST, OLD, SECOND, Inbox
from ..persons.magda import messages
from ..persons.test_second_gate import PERSON_TABLES

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def kbo(eight: int) -> str:
    return f"{eight:08d}{97 - eight % 97:02d}"


SCHOOL, OFFICE, UNKNOWN = kbo(9990201), kbo(9990202), kbo(9990203)
NT2, MO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
LESSON = f"VormingsActiviteiten:{NT2}|2026-01-02|09:00"
COURSE = f"VormingsActiviteiten:{NT2}"
OTHER_LESSON = f"VormingsActiviteiten:{NT2}|2026-01-03|09:00"
ORPHAN = f"VormingsActiviteiten:{MO}"  # a course without centre
BORN = "Personalia:Geboortedatum"


def message(
    day: str = FIRST,
    *,
    presence: str = "AFWEZIG",
    born: str = "1991-05-03",
    status: str = "INGESCHREVEN",
    school: str = SCHOOL,
    insz: str = OLD,
    lessons: bool = True,
) -> bytes:
    """A dossier with two NT2 lessons of a school, an MO course without centre, and an office."""
    moments = "".join(
        f"<LesMoment><Datum>2026-01-0{number}</Datum><AanvangUur>09:00</AanvangUur><EindUur>12:00</EindUur>"
        f"<Aanwezigheid>{code}</Aanwezigheid></LesMoment>"
        for number, code in ((2, presence), (3, "AANWEZIG"))
    )
    dossier = etree.fromstring(
        f"<KBIDossier><Personalia><INSZ>{insz}</INSZ><Naam><Voornamen><Voornaam>Hodan</Voornaam></Voornamen>"
        f"<Achternamen><Achternaam>Abdulahi</Achternaam></Achternamen></Naam><Geboortedatum>{born}</Geboortedatum>"
        f"<AangemaaktDoor><KboNummer>{OFFICE}</KboNummer><KbiNummer>IN-Gent</KbiNummer></AangemaaktDoor></Personalia>"
        f"<VormingsActiviteiten><MOCursussen><MOCursus><ID>{MO}</ID><Nummer>1</Nummer><Naam>MO</Naam></MOCursus>"
        f"</MOCursussen><NT2Cursussen><NT2Cursus><ID>{NT2}</ID><Centrum><ExternID>{school}</ExternID>"
        f"<Naam>CVO De Sprong</Naam></Centrum><Periode><Begin>2026-01-01</Begin><Einde>2026-12-30</Einde></Periode>"
        f"{f'<LesMomenten>{moments}</LesMomenten>' if lessons else ''}"
        f"<Status>{status}</Status></NT2Cursus></NT2Cursussen></VormingsActiviteiten></KBIDossier>"
    )
    return messages.as_bytes(messages.answer(dossier, day=day))


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


@pytest.fixture
def school(db) -> Institution:
    return institution("CVO De Sprong", "cvo", kbo_number=SCHOOL)


@pytest.fixture
def office(db) -> Institution:
    return institution("IN-Gent", "onthaalbureau", kbo_number=OFFICE)


@pytest.fixture
def granted(ocmw, inbox, school, office):
    """An inscription at the OCMW with the mandate for both blocks, and the message."""
    inbox.take(message())
    mandate(ocmw)
    return inscribe(ocmw, OLD)


def ask_page(inscription) -> str:
    return reverse("question_ask", args=[inscription.institution.slug, inscription.public_id])


def form(item: str = LESSON, **changes: str) -> dict[str, str]:
    return {"item": item, "reason": "attended", "reference": "L-2026/17"} | changes


def content(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode().partition("<main")[2]).split())


class Browser:
    """A case worker who reads files, the list and the questions to the own institution."""

    def __init__(self, who: Membership) -> None:
        from django.test import Client

        self.client = Client()
        self.client.force_login(who.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.slug = who.institution.slug

    def first_screen(self, inscription) -> str:
        return content(self.client.get(reverse("person_file", args=[self.slug, inscription.public_id])))

    def file(self, inscription) -> str:
        """The whole file, opened from its first screen."""
        first = self.client.get(reverse("person_file", args=[self.slug, inscription.public_id]))
        address = reverse("whole_file", args=[self.slug, inscription.public_id, first.context["look"]])
        return content(self.client.get(address))

    def list(self) -> str:
        return content(self.client.get(reverse("client_list", args=[self.slug])))

    def ask(self, inscription, item: str = LESSON, **changes: str):
        return self.client.post(ask_page(inscription), form(item, **changes))

    def questions(self, **query: str) -> str:
        return content(self.client.get(reverse("question_list", args=[self.slug]), query))

    def answer(self, question: Question, given: str):
        path = reverse("question_answer", args=[self.slug, question.public_id])
        return self.client.post(path, {"answer": given}, follow=True)


@pytest.fixture
def asker(case_worker) -> Browser:
    return Browser(case_worker)


@pytest.fixture
def teacher(school) -> Browser:
    return Browser(member(school))


def stored() -> list[Question]:
    with factories.owner():
        return list(Question.objects.order_by("pk"))


# -- asking and answering


def test_a_question_goes_to_the_supplier_and_comes_back(granted, asker, teacher):
    page = asker.client.get(ask_page(granted)).content.decode()
    assert [words in page for words in (LESSON, COURSE, BORN)] == [True] * 3
    assert "Personalia:INSZ" not in page
    sent = asker.ask(granted)
    assert (sent.status_code, sent["Location"]) == (302, ask_page(granted))
    [question] = stored()
    assert question.supplier_kbo == SCHOOL
    assert question.due_on == today() + 14 * DAY
    assert (
        question.item_text == "NT2, CVO De Sprong: les van 2 januari 2026, 09:00–12:00, ongewettigd afwezig"
    )
    file = asker.file(granted)
    assert "CVO De Sprong antwoordt ten laatste op" in file
    assert "de cliënt was aanwezig · L-2026/17" in file
    shown = teacher.questions()
    assert question.item_text in shown
    assert "de cliënt was aanwezig" in shown
    assert "Een partner vraagt" in shown
    for secret in ("OCMW Proefstad", "L-2026", "Leefloon", "Abdulahi", "Peeters"):
        assert secret not in shown
    done = content(teacher.answer(question, "changed"))
    assert "Het antwoord is verstuurd" in done
    assert question.item_text not in done
    assert "aangepast" in teacher.questions(state="all")
    file = asker.file(granted)
    assert "antwoord: aangepast" in file
    assert "onder voorbehoud" not in file


@pytest.mark.parametrize(("answer", "words"), [("stays", "blijft"), ("unknown", "onbekend")])
def test_the_other_answers(granted, asker, teacher, answer, words):
    asker.ask(granted)
    teacher.answer(stored()[0], answer)
    assert f"antwoord: {words}" in asker.file(granted)


def test_a_personal_detail_goes_to_the_office_that_made_it(granted, asker, office):
    asker.ask(granted, BORN, reason="wrong")
    clerk = Browser(member(office))
    assert "Geboortedatum: 3 mei 1991" in clerk.questions()
    for page in (asker.first_screen(granted), asker.file(granted)):
        assert "onder voorbehoud: Geboortedatum: 3 mei 1991" in page
    assert "onder voorbehoud" not in asker.list()  # no lesson or course is in doubt


def test_every_step_is_a_row(granted, asker, teacher, case_worker, school):
    asker.client.get(ask_page(granted))
    asker.ask(granted)
    teacher.questions()
    teacher.answer(stored()[0], "stays")
    rows = [
        (row["kind"], row["outcome"], row["institution_id"] == school.pk, row["insz"], row["shown"])
        for row in log_rows()
    ]
    asking = ("question", "shown", False, OLD, [])
    answering = ("question", "shown", True, "", [OLD])
    assert rows == [asking, asking, answering, answering, ("question", "empty", True, "", [])]
    assert log_rows()[0]["blocks"] == ["Personalia", "VormingsActiviteiten"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"item": ""}, "Kies een les"),
        ({"item": "VormingsActiviteiten:<script>"}, "staat niet (meer) in het dossier"),
        ({"item": "Wooncode:OpvolgingDoor"}, "staat niet (meer) in het dossier"),
        ({"item": ORPHAN}, "zegt niet wie dit gegeven leverde"),
        ({"reason": ""}, "Kies een reden"),
        ({"reason": "want ik denk het"}, "Selecteer een geldige keuze"),
        ({"reference": "x" * 31}, "30"),
        ({"reference": "<script>alert(1)</script>"}, "Gebruik alleen letters"),
        ({"reference": "=1+1"}, "Gebruik alleen letters"),
    ],
)
def test_a_wrong_form_sends_nothing_and_keeps_what_was_typed(granted, asker, changes, words):
    response = asker.client.post(ask_page(granted), form(**changes))
    assert response.status_code == 422
    assert words in content(response)
    assert "<script>alert" not in response.content.decode()
    if "reference" not in changes:
        assert 'value="L-2026/17"' in response.content.decode()
    assert stored() == []


def test_no_question_goes_to_a_number_that_is_no_partner(ocmw, inbox, asker):
    inbox.take(message(school=UNKNOWN))
    mandate(ocmw)
    response = asker.ask(inscribe(ocmw, OLD))
    assert response.status_code == 422
    assert "werkt niet met dit portaal" in content(response)


def test_an_identifier_that_is_no_kbo_number_is_no_supplier(ocmw, inbox, asker):
    inbox.take(message(school="0999020100"))
    mandate(ocmw)
    page = asker.client.get(ask_page(inscribe(ocmw, OLD))).content.decode()
    assert "leverancier onbekend" in page


def test_asking_twice_asks_once_and_answering_twice_answers_once(granted, asker, teacher):
    asker.ask(granted)
    again = asker.ask(granted)
    assert again.status_code == 422
    assert "stelde hierover al een vraag" in content(again)
    [question] = stored()
    teacher.answer(question, "stays")
    assert "was al beantwoord" in content(teacher.answer(question, "changed"))
    assert stored()[0].answer == "stays"
    assert asker.ask(granted).status_code == 302  # after the answer one may ask again
    assert len(stored()) == 2


# -- who sees the mark


def test_every_institution_with_the_block_sees_the_mark_and_not_who_asked(
    granted, asker, other_ocmw, outsider
):
    mandate(other_ocmw)
    elsewhere = inscribe(other_ocmw, OLD)
    other = Browser(outsider)
    assert "onder voorbehoud" not in other.file(elsewhere) + other.list()
    asker.ask(granted)
    for browser, inscription in ((asker, granted), (other, elsewhere)):
        # Beside the verdict of the course, and beside the lesson.
        for file in (browser.first_screen(inscription), browser.file(inscription)):
            assert file.count("onder voorbehoud") == 2
        assert "een vraag over een les of cursus wacht op antwoord" in browser.list()
    file = other.file(elsewhere)
    for secret in ("OCMW Proefstad", "L-2026/17", "de cliënt was aanwezig", "antwoordt ten laatste"):
        assert secret not in file
    assert other.ask(elsewhere).status_code == 302  # it may ask by itself
    assert len(stored()) == 2


def test_a_course_is_marked_itself(granted, asker):
    asker.ask(granted, COURSE, reason="not_there")
    for page in (asker.first_screen(granted), asker.file(granted)):
        assert page.count("onder voorbehoud") == 2  # the verdict, and the course in the source


def test_a_mandate_without_the_block_sees_no_mark(granted, asker, other_ocmw, outsider):
    mandate(other_ocmw, blocks=["Personalia"])
    elsewhere = inscribe(other_ocmw, OLD)
    asker.ask(granted)
    other = Browser(outsider)
    assert "voorbehoud" not in other.file(elsewhere) + other.list()
    response = other.ask(elsewhere)
    assert response.status_code == 422
    assert "staat niet (meer) in het dossier" in content(response)
    asker.ask(granted, BORN)
    assert "onder voorbehoud: Geboortedatum" in other.file(elsewhere)


def test_without_an_answer_the_mark_ends(granted, asker, teacher, as_owner):
    asker.ask(granted)
    with as_owner():
        Question.objects.update(due_on=today() - DAY)
    file = asker.file(granted)
    assert "onder voorbehoud" not in file + asker.list()
    assert "vraag niet beantwoord" in file
    assert "niet beantwoord" in teacher.questions(state="all")
    assert "laatste dag voor een antwoord is voorbij" in content(teacher.answer(stored()[0], "stays"))
    assert stored()[0].answer == ""


# -- newer messages


@pytest.mark.parametrize(
    "change",
    [{"presence": "AANWEZIG"}, {"presence": "VERANTW_AFWE"}, {"lessons": False}],
)
def test_a_newer_message_that_changes_the_item_ends_the_question(granted, asker, teacher, inbox, change):
    asker.ask(granted)
    inbox.take(message(SECOND, **change))
    assert "aangepast in een nieuw bericht" in asker.file(granted)
    assert "onder voorbehoud" not in asker.file(granted) + asker.list()
    assert "aangepast in een nieuw bericht" in teacher.questions(state="all")
    assert "intussen aangepast" in content(teacher.answer(stored()[0], "stays"))


def test_a_newer_message_that_changes_something_else_keeps_the_question(granted, asker, inbox):
    asker.ask(granted)
    inbox.take(message(SECOND, status="UITGESCHREVEN", born="1991-05-04"))
    assert "antwoordt ten laatste op" in asker.file(granted)
    assert stored()[0].changed_at is None
    assert "een vraag over een les of cursus" in asker.list()


def test_courses_and_details_change_too(granted, asker, inbox):
    asker.ask(granted, COURSE)
    asker.ask(granted, BORN)
    inbox.take(message(SECOND, status="UITGESCHREVEN", born="1991-05-04"))
    assert all(question.changed_at for question in stored())
    assert asker.file(granted).count("aangepast in een nieuw bericht") == 2


def test_an_older_message_changes_nothing(granted, asker, inbox):
    asker.ask(granted)
    inbox.take(message("2026-01-01", presence="AANWEZIG"))
    assert stored()[0].changed_at is None


# -- who may not


def test_a_question_to_another_number_is_not_found(granted, asker, office):
    asker.ask(granted)
    [question] = stored()
    clerk = Browser(member(office))
    path = reverse("question_answer", args=[office.slug, question.public_id])
    assert clerk.client.get(path).status_code == 404
    assert clerk.client.post(path, {"answer": "stays"}).status_code == 404
    assert question.item_text not in clerk.questions()
    assert log_rows()[-2]["outcome"] == "refused"
    assert stored()[0].answer == ""


def test_the_supplier_opens_no_file(granted, asker, teacher):
    asker.ask(granted)
    for name in ("person_file", "question_ask"):
        path = reverse(name, args=[teacher.slug, granted.public_id])
        assert teacher.client.get(path).status_code == 404
    assert OLD[:6] not in teacher.list()


@pytest.mark.parametrize("role", [Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_only_case_workers_ask_and_answer(granted, asker, ocmw, school, role):
    asker.ask(granted)
    other = Browser(member(school, role))
    assert other.client.get(reverse("question_list", args=[school.slug])).status_code == 404
    assert other.answer(stored()[0], "stays").status_code == 404
    assert Browser(member(ocmw, role)).ask(granted).status_code == 404


def test_an_ended_membership_asks_and_answers_nothing(granted, asker, school, case_worker, as_owner):
    asker.ask(granted)
    former = Browser(member(school, ended=True))
    assert former.answer(stored()[0], "stays").status_code == 404
    with as_owner():
        Membership.objects.filter(pk=case_worker.pk).update(valid_until=today() - DAY)
    assert asker.ask(granted, COURSE).status_code == 404
    assert len(stored()) == 1


def test_anothers_inscription_asks_nothing(granted, outsider):
    browser = Browser(outsider)
    path = reverse("question_ask", args=[outsider.institution.slug, granted.public_id])
    assert browser.client.post(path, form()).status_code == 404
    assert log_rows()[-1]["rule"] == "not_visible"
    assert stored() == []


# -- raw SQL

ASK = "SELECT outcome FROM persons_ask_question(%s, 'sleutel', 'tekst', '\\x00', %s, %s, %s)"


def test_raw_sql_asks_only_about_blocks_of_the_opened_file(granted, ocmw, other_ocmw, case_worker):
    bound = {
        "institution": ocmw.pk,
        "user": case_worker.user_id,
        "role": "case_worker",
        "inscription": granted.pk,
    }

    def outcome(block="VormingsActiviteiten", supplier=SCHOOL, reason="wrong", reference="", **changes):
        [(said,)] = fetch(ASK, block, supplier, reason, reference, **(bound | changes))
        return said

    assert outcome(block="Wooncode") == "not_found"
    assert outcome(inscription=None) == "not_found"
    assert outcome(institution=other_ocmw.pk, user=member(other_ocmw).user_id) == "not_found"
    assert outcome(supplier=OFFICE) == "no_supplier"  # it supplied the other block
    assert outcome(supplier="%") == "no_supplier"
    for changes in (
        {"reason": "omdat"},
        {"reference": "Jan & <b>"},
        {"reference": "x" * 31},
        {"role": "privacy_officer"},
        {"user": None},
        {"institution": other_ocmw.pk},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            outcome(**changes)
    assert stored() == []
    assert outcome() == "asked"
    assert outcome() == "exists"
    for statement in (
        "INSERT INTO persons_question DEFAULT VALUES",
        "UPDATE persons_question SET answer = 'stays'",
        "DELETE FROM persons_question",
        "UPDATE persons_questionasker SET reference = ''",
        "DELETE FROM persons_questionasker",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(statement, **bound)
    # The asker is not the supplier.
    assert fetch("SELECT persons_answer_question(%s, 'stays')", stored()[0].public_id, **bound) == [
        ("not_found",)
    ]


def test_an_unknown_answer_is_refused(granted, asker, school, teacher):
    asker.ask(granted)
    bound = {"institution": school.pk, "user": member(school).user_id, "role": "case_worker"}
    with pytest.raises(DatabaseError, match="question_answer_known"), transaction.atomic():
        fetch("SELECT persons_answer_question(%s, 'ja')", stored()[0].public_id, **bound)


def test_a_supplier_reads_exactly_the_questions_to_its_number_and_nothing_else(
    ocmw, other_ocmw, inbox, school, office
):
    """All questions of two institutions about two persons: a supplier reads its own, and no other row of a person."""
    second = messages.INSZ_2
    inbox.take(message(), message(insz=second))
    for partner in (ocmw, other_ocmw):
        mandate(partner)
        worker = member(partner)
        for number in (OLD, second):
            inscription = inscribe(partner, number)
            with transaction.atomic():
                bind(institution_id=partner.pk, user_id=worker.user_id, role=worker.role)
                opened = consult(inscription_id=inscription.public_id, acting=worker)
                for item in items_of(opened.blocks, "02.00"):
                    if item.supplier:
                        ask(item, reason=QuestionReason.WRONG, reference="L-1")
                bind()
    asked = stored()
    assert len(asked) == 2 * 2 * 5  # a course, two lessons, the name and the birth date
    for supplier, role in itertools.product((school, office), (*Role, "")):
        bound = {"institution": supplier.pk, "user": 1, "role": role}
        expected = {
            question.pk
            for question in asked
            if question.supplier_kbo == supplier.kbo_number and role == Role.CASE_WORKER
        }
        rows = fetch("SELECT id FROM persons_question", **bound)
        assert {pk for (pk,) in rows} == expected
        for table in {*PERSON_TABLES, "persons_inscription"} - {
            *("persons_question", "persons_standing"),
            "persons_numberhash",  # the web role may not even ask
        }:
            assert fetch(f"SELECT count(*) FROM {table}", **bound) == [(0,)], table
        for inscription_id in range(1, 5):
            # With a file bound that is not its own, it reads no question at all.
            assert fetch("SELECT id FROM persons_question", **bound, inscription=inscription_id) == []
    columns = fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'persons_question'"
    )
    names = {name for (name,) in columns}
    assert not {"institution_id", "user_id", "reference", "inscription_id", "mandate_id", "capacity"} & names
    with factories.owner():
        assert QuestionAsker.objects.count() == len(asked)
        assert Person.objects.count() == 2


def test_a_closed_supplier_reads_and_answers_nothing(granted, asker, school, as_owner):
    asker.ask(granted)
    bound = {"institution": school.pk, "user": member(school).user_id, "role": "case_worker"}
    with as_owner():
        Institution.objects.filter(pk=school.pk).update(active=False)
    assert fetch("SELECT count(*) FROM persons_question", **bound) == [(0,)]
    with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
        fetch("SELECT persons_answer_question(%s, 'stays')", stored()[0].public_id, **bound)


def test_an_unknown_question_is_not_found(school):
    bound = {"institution": school.pk, "user": member(school).user_id, "role": "case_worker"}
    assert fetch("SELECT persons_answer_question(%s, 'stays')", uuid.uuid4(), **bound) == [("not_found",)]
    assert "not_found" in NOT_TAKEN


def test_a_question_stays_with_the_institution_it_was_sent_to(granted, asker, school, office, as_owner):
    """The number goes to another institution: the open question does not, and a new one does."""
    asker.ask(granted)
    with as_owner():
        Institution.objects.filter(pk=school.pk).update(kbo_number="")
        Institution.objects.filter(pk=office.pk).update(kbo_number=SCHOOL)
    [question] = stored()
    for supplier, sees in ((school, [question.pk]), (office, [])):
        worker = member(supplier)
        bound = {"institution": supplier.pk, "user": worker.user_id, "role": "case_worker"}
        assert fetch("SELECT id FROM persons_question", **bound) == [(pk,) for pk in sees]
        page = Browser(worker).client.get(reverse("question_list", args=[supplier.slug]))
        assert [row.pk for row in page.context["table"].page.rows] == sees
    answer = "SELECT persons_answer_question(%s, 'stays')"
    assert fetch(answer, question.public_id, **bound) == [("not_found",)]
    bound = {"institution": school.pk, "user": member(school).user_id, "role": "case_worker"}
    assert fetch(answer, question.public_id, **bound) == [("answered",)]
    asker.ask(granted)
    assert [each.supplier_id for each in stored()] == [school.pk, office.pk]


# -- an institution that was succeeded


@pytest.fixture
def bigger(db) -> Institution:
    return institution("OCMW Groot", "ocmw")


def test_the_successor_of_who_asked_sees_the_answer_and_does_not_ask_twice(
    granted,
    case_worker,
    ocmw,
    bigger,
    school,
):
    Browser(case_worker).ask(granted)
    report = succeed(ocmw.slug, bigger.slug)
    assert f"  1 open questions that {ocmw.name} asked: OCMW Groot sees the answer\n" in report
    with factories.owner():
        carried = Inscription.objects.get(institution=bigger)
    heir = Browser(member(bigger))
    asking = heir.client.get(reverse("question_ask", args=[bigger.slug, carried.public_id])).content.decode()
    assert "L-2026/17" in asking
    again = heir.ask(carried)
    assert (again.status_code, len(stored())) == (422, 1)
    Browser(member(school)).answer(stored()[0], "stays")
    assert "blijft" in heir.file(carried)


def test_the_successor_of_the_supplier_answers_and_gets_new_questions(
    granted,
    case_worker,
    school,
):
    heir = institution("CVO De Brug", "cvo")
    teacher = Browser(member(heir))
    Browser(case_worker).ask(granted)
    [question] = stored()
    assert teacher.answer(question, "stays").status_code == 404
    report = succeed(school.slug, heir.slug)
    assert f"  1 open questions to {school.name}: CVO De Brug answers them\n" in report
    assert format_insz(granted.insz) in teacher.questions()
    teacher.answer(question, "stays")
    assert stored()[0].answer == "stays"
    # The messages go on naming the number of the predecessor.
    assert Browser(case_worker).ask(granted, COURSE).status_code == 302
    assert [each.supplier_kbo for each in stored()] == [SCHOOL, SCHOOL]
