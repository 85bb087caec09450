"""Dossiers that no one needs any more go; what the portal did with them stays."""

from __future__ import annotations

import datetime
from contextlib import closing

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from consultations.enums import Kind, Outcome
from consultations.services import record
from oversight.models import Withholding
from partners.periods import months_later, today
from persons.enums import ChangeKind
from persons.models import (
    AccessRequest,
    Change,
    EscapeReview,
    Inscription,
    NumberHash,
    Person,
    Question,
    QuestionAsker,
    SetAsideMessage,
)
from persons.services import removing
from persons.services.removing import DossiersInUse, remove_dossiers
from tests import factories
from tests.consultations.sealing import working_on
from tests.factories import detour, escape, inscribe, log_rows, name_looker, person, shield

from .inbox import FIRST, OLD, SECOND, Inbox, good
from .test_version_races import BASICS, REGISTER, VERSION, Session, second_waits

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
# The first day of the term of twelve months, and the last one before it.
SINCE = months_later(today(), -12)
LONG_AGO = SINCE - DAY

# Every table about a person is here or in KEPT; the names come from the catalogue of the database.
REMOVED = {
    "persons_person",
    "persons_block",
    "persons_enrolment",
    "persons_standing",
    "persons_change",
    "persons_clientlistentry",
    "persons_nameword",
    "persons_question",
    "persons_questionasker",
    "persons_caseloadrow",
    "persons_reminder",
    "persons_setasidemessage",
}
KEPT = {
    "persons_inscription": "why someone could look; it loses its dossier",
    "persons_inscriptionevent": "its steps",
    "persons_accessrequest": "a detour of the institution, which the figures count",
    "persons_accessrequestevent": "its steps",
    "persons_shield": "who was shielded, and why",
    "persons_namedlooker": "who could look all the same, and why",
    "persons_escape": "why someone could look without an inscription",
    "persons_escapereview": "what was thought of it",
    "oversight_withholding": "which looks a letter leaves out",
    "persons_numberhash": "the rules apply to the inscription that stays",
    "caseload_uploadrow": "goes after seven days",
    "consultations_consultation": "the log",
}
# Tables with a number, or that point at a person or at a row that does.
ABOUT_PERSONS = """
WITH RECURSIVE about AS (
  SELECT a.attrelid AS id FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
    AND a.attname IN ('insz', 'numbers', 'shown', 'number') AND a.attnum > 0
    AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype, 'varchar[]'::regtype)
  UNION SELECT 'persons_person'::regclass
  UNION SELECT k.conrelid FROM pg_constraint k JOIN about ON k.confrelid = about.id WHERE k.contype = 'f'
)
SELECT id::regclass::text FROM about
"""


def tables_about_persons() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(ABOUT_PERSONS)
        return {name for (name,) in cursor.fetchall()}


def unneeded(last_name: str = "Vroeger", **fields) -> Person:
    """A dossier that arrived long ago."""
    made = person(last_name, **fields)
    arrived(made, LONG_AGO)
    return made


def arrived(made: Person, day: datetime.date) -> None:
    with factories.owner():
        Person.objects.filter(pk=made.pk).update(
            arrived_at=timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
        )


def inscribed(ocmw, made: Person, until: datetime.date, capacity: str = "leefloon") -> Inscription:
    """An inscription with this last day, as when time passes."""
    inscription = inscribe(ocmw, made, capacity)
    with factories.owner():
        Inscription.objects.filter(pk=inscription.pk).update(valid_from=until - 90 * DAY, valid_until=until)
    return inscription


def remove() -> int:
    with factories.owner():
        return remove_dossiers()


def is_there(made: Person) -> bool:
    with factories.owner():
        return Person.objects.filter(pk=made.pk).exists()


def ask_about(made: Person, ocmw, *, due: datetime.date, **fields) -> Question:
    with factories.owner():
        question = Question.objects.create(
            person=made, insz=made.insz, block="Personalia", item_key="Personalia:Geboortedatum",
            item_text="geboren op 3 mei 1991", item_digest=b"x" * 32, supplier_kbo="0999020123", reason="moment",
            due_on=due, **fields,
        )  # fmt: skip
        QuestionAsker.objects.create(question=question, institution=ocmw)
    return question


def test_everything_about_the_person_goes_and_what_was_done_stays(case_worker, ocmw):
    """A table that is neither removed nor kept fails here: decide what happens to its rows."""
    assert tables_about_persons() == REMOVED | set(KEPT)
    made, other = unneeded(), unneeded("Nu")
    inscribe(ocmw, other)
    inscription = inscribed(ocmw, made, LONG_AGO)
    detour(inscription)
    ask_about(made, ocmw, due=today() - DAY)
    ended = {"valid_from": LONG_AGO - DAY, "valid_until": LONG_AGO}
    shield(made.insz, ocmw, **ended)
    name_looker(made.insz, case_worker, **ended)
    over = escape(case_worker, made.insz, began=24, version=inscription.version)
    with factories.owner(), connection.cursor() as cursor:
        EscapeReview.objects.create(
            escape=over, verdict="justified", note="proef", user=case_worker.user, user_name="proef"
        )
        Withholding.objects.create(
            institution=ocmw, insz=made.insz, reason="proef", made_by=case_worker.user,
            first_day=LONG_AGO, last_day=LONG_AGO, valid_until=LONG_AGO,
        )  # fmt: skip
        Change.objects.create(
            person=made, at=timezone.now(), kind=ChangeKind.FELL_BELOW, inscription=inscription
        )
        SetAsideMessage.objects.create(
            file="a.xml", line=1, reason="not_xml", insz=made.insz, first_at=timezone.now(), last_at=timezone.now(),
            digest=b"y" * 32,
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since) VALUES (%s, %s, %s, now())",
            [ocmw.pk, case_worker.user_id, made.insz],
        )
        cursor.execute(
            "INSERT INTO persons_reminder (public_id, institution_id, insz, day, subject, set_by_id, set_at)"
            " VALUES (gen_random_uuid(), %s, %s, app_today(), 'talk', %s, now())",
            [ocmw.pk, made.insz, case_worker.user_id],
        )
        AccessRequest.objects.update(
            answered_on=today(), has_result=True
        )  # a step, of which a trigger writes the event
        record(kind=Kind.LIST, outcome=Outcome.SHOWN, acting=None, shown=[made.insz])

    def rows_of(number: str, names: set[str]) -> dict[str, int]:
        """How many rows of these tables are about the number, in a column or through a key."""
        counts = {}
        conditions = {
            "persons_block": "person_id = %s", "persons_enrolment": "person_id = %s",
            "persons_standing": "person_id = %s", "persons_change": "person_id = %s",
            "persons_nameword": "inscription_id = ANY (SELECT id FROM persons_inscription WHERE insz = %s)",
            "persons_inscriptionevent": "inscription_id = ANY (SELECT id FROM persons_inscription WHERE insz = %s)",
            "persons_questionasker": "question_id = %s",
            "persons_escapereview": "escape_id = ANY (SELECT id FROM persons_escape WHERE insz = %s)",
            "persons_accessrequestevent": "request_id = ANY (SELECT id FROM persons_accessrequest WHERE insz = %s)",
            "consultations_consultation": "%s = ANY (shown)",
        }  # fmt: skip
        keys = dict.fromkeys(
            ("persons_block", "persons_enrolment", "persons_standing", "persons_change"), made.pk
        )
        keys["persons_questionasker"] = question_id
        with factories.owner(), connection.cursor() as cursor:
            for name in sorted(names):
                condition = conditions.get(name, "insz = %s")
                cursor.execute(f"SELECT count(*) FROM {name} WHERE {condition}", [keys.get(name, number)])
                [counts[name]] = cursor.fetchone()
        return counts

    with factories.owner():
        question_id = Question.objects.get(person=made).pk
    kept = set(KEPT) - {"caseload_uploadrow"}
    before = rows_of(made.insz, REMOVED | kept)
    assert min(before.values()) > 0, before
    assert remove() == 1
    assert rows_of(made.insz, REMOVED) == dict.fromkeys(sorted(REMOVED), 0)
    assert rows_of(made.insz, kept) == {name: before[name] for name in sorted(kept)}
    with factories.owner():
        assert Inscription.objects.get(pk=inscription.pk).person_id is None
    assert is_there(other)
    # Nothing of it is left to remove, and the next run says so.
    assert remove() == 0


def test_who_never_had_an_inscription_goes_a_term_after_arriving_with_the_hash(settings):
    """The number itself is nowhere then."""
    old, new = unneeded(), person()
    arrived(new, SINCE)
    assert remove() == 1
    assert (is_there(old), is_there(new)) == (False, True)
    with factories.owner():
        assert not NumberHash.objects.filter(insz=old.insz).exists()
    settings.KBI_DOSSIER_MONTHS = 11
    assert remove() == 1
    assert not is_there(new)


@pytest.mark.parametrize(
    ("until", "stays"),
    [
        (today() + 100 * DAY, True),
        (today(), True),
        (today() - DAY, True),
        (SINCE, True),
        (SINCE - DAY, False),
        (SINCE - 3000 * DAY, False),
    ],
)
def test_an_inscription_keeps_the_dossier_until_the_term_after_its_last_day(ocmw, until, stays):
    made = unneeded()
    inscribed(ocmw, made, until)
    inscribed(ocmw, made, LONG_AGO - 9 * DAY, "schuldbemiddeling")
    assert (remove(), is_there(made)) == (0 if stays else 1, stays)


def test_one_of_another_institution_and_one_to_come_keep_it_too(ocmw, other_ocmw):
    to_come, elsewhere = unneeded(), unneeded()
    inscribe(ocmw, to_come, valid_from=today() + 20 * DAY)
    inscribed(ocmw, elsewhere, LONG_AGO)
    inscribed(other_ocmw, elsewhere, SINCE)
    assert remove() == 0


def test_a_voided_inscription_counts_until_it_was_voided(ocmw):
    lately, before = unneeded(), unneeded()
    for made, day in ((lately, SINCE), (before, LONG_AGO)):
        inscription = inscribed(ocmw, made, today() + 50 * DAY)
        with factories.owner():
            noon = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
            Inscription.objects.filter(pk=inscription.pk).update(voided_at=noon)
    assert remove() == 1
    assert (is_there(lately), is_there(before)) == (True, False)


def test_a_shield_a_name_and_an_open_question_keep_it(ocmw, case_worker):
    shielded, to_come, named, asked = (unneeded() for _ in range(4))
    shield(shielded.insz)
    shield(to_come.insz, ocmw, valid_from=today() + DAY)
    name_looker(named.insz, case_worker)
    ask_about(asked, ocmw, due=today())
    ended, answered, changed, late = (unneeded() for _ in range(4))
    shield(ended.insz, ended_at=timezone.now(), end_reason="proef")
    ask_about(answered, ocmw, due=today(), answer="stays", answered_at=timezone.now())
    ask_about(changed, ocmw, due=today(), changed_at=timezone.now())
    ask_about(late, ocmw, due=today() - DAY)
    assert remove() == 4
    assert [is_there(made) for made in (shielded, to_come, named, asked)] == [True] * 4


def test_all_numbers_of_a_person_go_together(ocmw, monkeypatch):
    """A number that was replaced stays as long as the newer one is needed: its file says that there is another."""
    monkeypatch.setattr(removing, "BATCH", 1)
    kept, gone = ([unneeded() for _ in range(2)] for _ in range(2))
    with factories.owner():
        for unique, persons in (("A1", kept), ("B1", gone)):
            Person.objects.filter(pk__in=[each.pk for each in persons]).update(unique_number=unique)
    inscribe(ocmw, kept[1])
    assert remove() == 2
    assert [is_there(each) for each in (*kept, *gone)] == [True, True, False, False]


def test_an_import_brings_the_dossier_again_for_the_whole_term(ocmw, tmp_path):
    inbox = Inbox(tmp_path)
    inbox.take(good(FIRST))
    with factories.owner():
        first = Person.objects.get(insz=OLD)
    arrived(first, LONG_AGO)
    inscription = inscribed(ocmw, first, LONG_AGO)
    assert remove() == 1
    # Not even a new message: the same one comes in as new.
    assert inbox.take(good(FIRST)).new == 1
    with factories.owner():
        again = Person.objects.get(insz=OLD)
        assert again.pk != first.pk
        assert again.blocks.count() > 0
        assert Inscription.objects.get(pk=inscription.pk).person_id == again.pk
        assert NumberHash.objects.filter(insz=OLD).exists()
    assert remove() == 0
    arrived(again, LONG_AGO)
    assert remove() == 1
    # A later message does not make it arrive again.
    inbox.take(good(FIRST))
    with factories.owner():
        arrived(Person.objects.get(insz=OLD), LONG_AGO)
    assert inbox.take(good(SECOND)).changed == 1
    assert remove() == 1


def test_who_is_registered_after_it_waits_for_the_kbi(ocmw, case_worker, sign_in):
    made = unneeded()
    inscribed(ocmw, made, LONG_AGO)
    assert remove() == 1
    inscription = inscribe(ocmw, made.insz)
    assert inscription.person_id is None
    browser = sign_in(case_worker)
    assert made.insz[:2] in browser.get(reverse("waiting_list", args=[ocmw.slug])).content.decode()
    assert log_rows()[-1]["shown"] == [made.insz]


@pytest.fixture
def database(scratch):
    """An institution with a mandate and one dossier without any inscription, which arrived long ago."""
    with scratch.cursor() as cursor:
        cursor.execute(BASICS)
        cursor.execute(VERSION, (901, "confirmed", -100, "confirmed"))
        cursor.execute("UPDATE persons_person SET arrived_at = now() - interval '2 years'")
    return scratch


REMOVE = "SELECT removed FROM persons_remove_dossiers(12, 0, 100)"


class OnServer(Session):
    """A transaction of the owner."""

    def __init__(self, database) -> None:
        self.link = psycopg2.connect(database.url("owner"), options="-c app.owner_work=on")
        self.cursor = self.link.cursor()


@pytest.mark.process
def test_who_registers_while_it_is_removed_waits_and_then_finds_an_unknown_number(database):
    clock, office = OnServer(database), Session(database)
    with closing(clock.link), closing(office.link):
        assert clock.ask(REMOVE) == 1
        assert second_waits(clock, office, REGISTER, clock.link.commit) == "registered"
    assert database.rows("SELECT person_id FROM persons_inscription") == [(None,)]
    assert database.rows("SELECT count(*) FROM persons_person") == [(0,)]


@pytest.mark.process
def test_a_registration_that_was_first_keeps_the_dossier(database, monkeypatch):
    """The removal does not queue behind it, because other registrations would queue behind the removal."""
    monkeypatch.setattr(removing, "SECONDS_BETWEEN_TRIES", 0.01)
    office, other = Session(database), Session(database)
    with closing(office.link), closing(other.link), working_on(database):
        assert office.ask(REGISTER) == "registered"
        with pytest.raises(DossiersInUse):
            remove_dossiers()
        office.link.commit()
        assert remove_dossiers() == 0
    [(person_id,)] = database.rows("SELECT person_id FROM persons_inscription")
    assert database.rows("SELECT id FROM persons_person") == [(person_id,)]


@pytest.mark.process
def test_an_import_at_the_same_time_waits_for_the_batch_and_brings_it_again(database, tmp_path):
    """Each sees the whole dossier or none: the number comes in as new."""
    clock, importer = OnServer(database), OnServer(database)
    arrivals = "SELECT pg_advisory_xact_lock(app_arrivals())::text"
    with closing(clock.link), closing(importer.link):
        assert clock.ask(REMOVE) == 1
        second_waits(clock, importer, arrivals, clock.link.commit)
        assert importer.ask(arrivals) == ""
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            clock.ask(REMOVE)
    with working_on(database):
        assert Inbox(tmp_path).take(good(FIRST, insz="91610100176")).new == 1


def test_the_web_role_removes_nothing(case_worker):
    made = unneeded()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(REMOVE)
    assert is_there(made)
