"""An inscription under a replaced number goes on under the newer number of the same person, and of no one else."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse

from partners.periods import today
from persons.formats import day
from persons.insz import format_insz
from persons.models import CaseloadRow, ClientListEntry, Inscription, Person, Reminder
from persons.services import importing

from .. import factories
from ..factories import fetch, inscribe, member
from .inbox import FIRST, NEW, NEWEST, OLD, SECOND, THIRD, Inbox, good

pytestmark = pytest.mark.django_db

TODAY = today()
DAY = datetime.timedelta(days=1)
U = "A0000001"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def held(where, insz: str) -> list[tuple]:
    """Days from today, whether it is voided and under which number it was before, of the inscriptions of a number."""
    with factories.owner():
        found = Inscription.objects.filter(institution=where, insz=insz).order_by("valid_from", "pk")
        return [
            (
                (row.valid_from - TODAY).days,
                (row.valid_until - TODAY).days,
                row.voided_at is not None,
                row.carried_from and row.carried_from.insz,
            )
            for row in found.select_related("carried_from")
        ]


def steps(where, insz: str) -> list[tuple]:
    return fetch(
        "SELECT e.what, e.reason, e.user_id FROM persons_inscriptionevent e JOIN persons_inscription i"
        " ON i.id = e.inscription_id WHERE i.insz = %s AND e.what <> 'registered' ORDER BY e.id",
        insz,
        institution=where.pk,
    )


def test_the_import_that_learns_it_carries_over_for_every_institution(inbox, ocmw, other_ocmw):
    inbox.take(good(FIRST, unique=U))
    inscribe(ocmw, OLD)
    inscribe(other_ocmw, OLD, "andere_hulp")
    report = inbox.take(good(SECOND, unique=U, replaced=True), good(THIRD, NEW, unique=U))
    assert report.carried_over == 2
    for where in (ocmw, other_ocmw):
        assert held(where, OLD) == [(-30, -1, False, None)]
        assert held(where, NEW) == [(0, 120, False, OLD)]
        assert steps(where, OLD) == steps(where, NEW) == [("carried_over", "number_replaced", None)]
    with factories.owner():
        [line] = ClientListEntry.objects.filter(institution=ocmw, counts_until__gte=TODAY)
    assert (line.insz, line.doubts) == (NEW, None)


def test_a_second_import_carries_nothing_more(inbox, ocmw):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))
    inscribe(ocmw, OLD)
    assert inbox.take().carried_over == 1
    assert inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U)).carried_over == 0
    assert held(ocmw, NEW) == [(0, 120, False, OLD)]


def test_an_import_that_was_killed_leaves_it_to_the_next_one(inbox, ocmw, monkeypatch):
    inbox.take(good(FIRST, unique=U))
    inscribe(ocmw, OLD)
    with monkeypatch.context() as broken:
        broken.setattr(importing, "follow_numbers", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            inbox.take(good(SECOND, unique=U, replaced=True), good(THIRD, NEW, unique=U))
    assert held(ocmw, NEW) == []
    assert inbox.take().carried_over == 1


@pytest.mark.parametrize("first", [0, 5])
def test_one_that_begins_today_or_later_is_voided_and_keeps_its_days(inbox, ocmw, first):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))
    inscribe(ocmw, OLD, valid_from=TODAY + first * DAY)
    inbox.take()
    assert held(ocmw, OLD) == [(first, first + 150, True, None)]
    assert held(ocmw, NEW) == [(first, first + 150, False, OLD)]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ((-10, 60), [(-10, -1, False, None), (0, 120, False, OLD)]),
        ((-10, 150), [(-10, 150, False, None)]),
        ((40, 150), [(0, 39, False, OLD), (40, 150, False, None)]),
        ((10, 60), [(0, 120, False, OLD), (10, 60, True, None)]),
    ],
)
def test_with_an_inscription_under_both_numbers_days_are_merged(inbox, ocmw, there, expected):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))
    inscribe(ocmw, OLD)
    inscribe(ocmw, NEW, valid_from=TODAY + there[0] * DAY, valid_until=TODAY + there[1] * DAY)
    assert inbox.take().carried_over == 1
    assert held(ocmw, NEW) == expected
    assert held(ocmw, OLD) == [(-30, -1, False, None)]
    assert ("merged", "number_replaced", None) in steps(ocmw, NEW)
    with factories.owner():
        counting = ClientListEntry.objects.filter(
            institution=ocmw, counts_from__lte=TODAY, counts_until__gte=TODAY
        )
        assert [line.insz for line in counting] == [NEW]


def test_one_that_is_over_stays_where_it_was(inbox, ocmw):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))
    inscribe(ocmw, OLD, valid_until=TODAY - DAY)
    assert inbox.take().carried_over == 0


def test_a_newer_number_with_the_same_unique_number_carries_over_once_and_not_to_and_fro(inbox, ocmw):
    inbox.take(good(FIRST, unique=U), good(SECOND, NEW, unique=U))
    inscribe(ocmw, OLD)
    assert inbox.take().carried_over == 1
    assert held(ocmw, NEW) == [(0, 120, False, OLD)]
    assert inbox.take(good(THIRD, unique=U)).carried_over == 0
    assert held(ocmw, OLD) == [(-30, -1, False, None)]
    assert inbox.take(good("2026-01-08", NEW, unique=U)).carried_over == 0


def test_numbers_in_a_row_lead_to_the_last_one(inbox, ocmw):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U, replaced=True))
    inscribe(ocmw, OLD)
    assert (
        inbox.take().carried_over == 0
    )  # both are replaced, and the number that replaced them is not here yet
    assert inbox.take(good(THIRD, NEWEST, unique=U)).carried_over == 1
    assert held(ocmw, NEWEST) == [(0, 120, False, OLD)]


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([good(FIRST, replaced=True), good(SECOND, NEW)], id="no unique number"),
        pytest.param(
            [good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique="A0000002")], id="another"
        ),
        pytest.param([good(FIRST, unique=U), good(FIRST, NEW, unique=U)], id="of the same moment"),
        pytest.param([good(SECOND, unique=U), good(FIRST, NEW, unique=U)], id="older"),
        pytest.param(
            [good(FIRST, unique=U), good(SECOND, NEW, unique=U, replaced=True)], id="replaced itself"
        ),
        pytest.param(
            [
                good(FIRST, unique=U, replaced=True),
                good(SECOND, NEW, unique=U),
                good(SECOND, NEWEST, unique=U),
            ],
            id="two candidates",
        ),
    ],
)
def test_without_one_certain_newer_number_nothing_is_carried_over(inbox, ocmw, messages):
    inbox.take(*messages)
    inscribe(ocmw, OLD)
    assert inbox.take().carried_over == 0
    assert held(ocmw, OLD) == [(-30, 120, False, None)]
    assert (held(ocmw, NEW), held(ocmw, NEWEST)) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "replaced", "carried"),
    [
        ("1991-00-00", "1991-05-03", False, 1),
        ("", "1991-05-03", False, 1),
        ("1991-05-04", "1991-05-03", False, 0),
        ("1990-00-00", "1991-05-03", False, 0),
        # A number is replaced because the birth date in it was wrong, too.
        ("1990-05-03", "1991-05-03", True, 1),
    ],
)
def test_another_birth_date_could_be_another_person(inbox, ocmw, old, new, replaced, carried):
    inbox.take(good(FIRST, unique=U, replaced=replaced), good(SECOND, NEW, unique=U))
    with factories.owner():
        Person.objects.filter(insz=OLD).update(birth_date=old)
        Person.objects.filter(insz=NEW).update(birth_date=new)
    inscribe(ocmw, OLD)
    assert inbox.take().carried_over == carried


def test_who_follows_the_client_follows_them_under_the_newer_number(inbox, ocmw, sign_in):
    inbox.take(good(FIRST, unique=U))
    before = inscribe(ocmw, OLD)
    client = sign_in(member(ocmw))
    client.post(reverse("person_follow", args=[ocmw.slug, before.public_id]), {"action": "follow"})
    reminder = {"subject": "letter", "day": today().isoformat()}
    client.post(reverse("reminder_set", args=[ocmw.slug, before.public_id]), reminder)
    inbox.take(good(SECOND, unique=U, replaced=True), good(THIRD, NEW, unique=U))
    with factories.owner():
        # The row under the old number went with its inscription.
        assert [row.insz for row in CaseloadRow.objects.all()] == [NEW]
        assert [(row.insz, row.subject) for row in Reminder.objects.all()] == [(NEW, "letter")]


def test_an_institution_without_inscription_gets_none(inbox, ocmw, other_ocmw):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))
    inscribe(ocmw, OLD)
    inbox.take()
    assert held(other_ocmw, NEW) == []


def test_the_file_says_for_ninety_days_from_which_number_it_was_taken_over(inbox, ocmw, sign_in, monkeypatch):
    inbox.take(good(FIRST, unique=U, replaced=True), good(SECOND, NEW, unique=U))
    before = inscribe(ocmw, OLD)
    inbox.take()
    client = sign_in(member(ocmw))
    with factories.owner():
        carried = Inscription.objects.get(institution=ocmw, insz=NEW)
    file = reverse("person_file", args=[ocmw.slug, carried.public_id])
    line = f"Nummer vervangen op {day(TODAY)}: overgenomen van nummer {format_insz(OLD)}."
    for days, is_said in ((0, True), (89, True), (90, False)):
        monkeypatch.setattr("persons.presentation.page.today", lambda days=days: TODAY + days * DAY)
        assert (line in client.get(file).content.decode()) is is_said
    assert client.get(reverse("person_file", args=[ocmw.slug, before.public_id])).status_code == 404


def test_the_file_of_a_successor_names_the_institution(inbox, ocmw, other_ocmw, sign_in):
    from persons.services.succeeding import succeed

    inbox.take(good(FIRST, unique=U))
    inscribe(ocmw, OLD)
    with factories.owner(), transaction.atomic():
        succeed([ocmw], other_ocmw, TODAY)
        carried = Inscription.objects.get(institution=other_ocmw)
    client = sign_in(member(other_ocmw))
    page = client.get(reverse("person_file", args=[other_ocmw.slug, carried.public_id])).content.decode()
    assert f"Overgenomen van OCMW Proefstad op {day(TODAY)}." in page
    # Of its own inscriptions only, whatever the caller asks for.
    for bound, number in ((ocmw, 0), (other_ocmw, 1)):
        found = fetch("SELECT * FROM persons_carried_from(%s)", carried.pk, institution=bound.pk)
        assert len(found) == number


# Copies of one person. With a few persons only, the planner begins with whatever table is the smallest.
MANY_PERSONS = """
INSERT INTO persons_person SELECT (jsonb_populate_record(p, jsonb_build_object(
  'id', p.id + n, 'insz', lpad(n::text, 11, '0')))).*
FROM persons_person p, generate_series(1, 5000) n WHERE p.id = %s
"""


def test_an_import_finds_replaced_numbers_by_their_index():
    """It looks after each import; reading all persons would take longer with every person."""
    one = factories.person()
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(MANY_PERSONS, [one.pk])
        cursor.execute("ANALYZE persons_person")
        cursor.execute("EXPLAIN SELECT * FROM persons_replaced_number")
        assert "person_newer_number" in str(cursor.fetchall())
