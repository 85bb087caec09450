"""Lead times from the tables: which waits count, how long they are, and nothing from fewer than five."""

from __future__ import annotations

import datetime
from collections import defaultdict
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.enums import Channel, Kind, Outcome
from partners.periods import today
from partners.services import working_for
from persons.services.removing import remove_dossiers
from statistics.enums import Calendar, PortalWait
from statistics.figures import CONSULTATION
from statistics.leadtimes.services import (
    Both,
    Lead,
    LeadTimes,
    Open,
    Question,
    TimeClass,
    first_year,
    lead_times,
    without_differences,
)
from statistics.leadtimes.ways import DETOUR_WAYS, DETOURS
from statistics.models import ClosingDay, Wait
from statistics.services.calendar import working_days
from tests import factories
from tests.sweeps import examples

from .waits import DAY, detours, question, took, waits

pytestmark = pytest.mark.django_db

FLEMISH, PUBLIC = Calendar.FLEMISH_GOVERNMENT, Calendar.PUBLIC_HOLIDAYS
FIRST, UNTIL = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)
MARCH = datetime.date(2024, 3, 1)


def ask(
    ways: str = DETOURS,
    *,
    first: datetime.date = FIRST,
    until: datetime.date = UNTIL,
    institutions: tuple[int, ...] | None = None,
    calendar: Calendar = FLEMISH,
) -> LeadTimes:
    return lead_times(Question(first, until, institutions, ways, calendar))


# -- a plain calculation beside the database's


def lasted(began: datetime.date, ended: datetime.date, closed: set[datetime.date]) -> int:
    """The working days after `began`, up to and including `ended`, one by one."""
    days = (began + number * DAY for number in range(1, (ended - began).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)


def quantile(days: list[int], share: Fraction) -> int:
    """The smallest number of days within which at least that share ended."""
    return next(limit for limit in sorted(days) if sum(day <= limit for day in days) >= share * len(days))


def expected(days: list[int]) -> Lead:
    if 0 < len(days) < 5:
        return Lead(None)
    if not days:
        return Lead()
    return Lead(len(days), quantile(days, Fraction(1, 2)), quantile(days, Fraction(9, 10)))


def closing_days(calendar: Calendar) -> set[datetime.date]:
    return set(ClosingDay.objects.filter(calendar=calendar).values_list("day", flat=True))


SPANS = st.tuples(
    st.sampled_from(["school", "vdab", "agency"]),
    st.integers(0, 1),
    st.dates(datetime.date(2023, 11, 1), datetime.date(2025, 2, 1)),
    st.integers(0, 60) | st.sampled_from([0, 1, 2, 3]),
)


@given(st.lists(SPANS, max_size=60), st.sampled_from(Calendar))
@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_quantiles_are_those_of_a_plain_calculation(agency, ocmw, other_ocmw, spans, calendar):
    houses = [ocmw, other_ocmw]
    closed = closing_days(calendar)
    groups: dict[object, list[int]] = defaultdict(list)
    noted: dict[tuple[int, str], list] = defaultdict(list)
    with transaction.atomic():
        for third_party, house, asked_on, length in spans:
            answered_on = asked_on + length * DAY
            noted[house, third_party].append((asked_on, answered_on))
            if FIRST <= answered_on < UNTIL:
                days = lasted(asked_on, answered_on, closed)
                for key in (third_party, houses[house].pk, answered_on.replace(day=1), "together"):
                    groups[key].append(days)
        for (house, third_party), answers in noted.items():
            detours(houses[house], answers, third_party)
        with agency():
            times = ask(calendar=calendar)
        transaction.set_rollback(True)
    found: dict[object, Lead] = {
        **{way: both.ended for way, both in times.by_way.items()},
        **{pk: both.ended for pk, both in times.by_institution.items()},
        **times.by_month,
        **({"together": times.together.ended} if times.together != Both() else {}),
    }
    assert found == {key: expected(days) for key, days in groups.items()}
    assert times.detours == times.together
    total = groups["together"]
    assert all(not 0 < each.number < 5 for each in times.classes)
    assert sum(each.number for each in times.classes) == (len(total) if len(total) >= 5 else 0)
    for each in times.classes:
        high = 10**6 if each.high is None else each.high
        assert each.number == sum(each.low <= days <= high for days in total)
    assert [each.low for each in times.classes[1:]] == [(each.high or 0) + 1 for each in times.classes[:-1]]


@given(st.lists(st.integers(0, 12), max_size=7))
@settings(max_examples=examples(400), deadline=None)
def test_no_difference_with_the_total_gives_one_to_four_away(numbers):
    total = sum(numbers)
    groups = {place: None if 0 < number < 5 else number for place, number in enumerate(numbers)}
    hidden = without_differences(groups, None if 0 < total < 5 else total)
    rest = total - sum(numbers[place] for place in groups if place not in hidden)
    assert {place for place, number in groups.items() if number is None} <= hidden
    # What is left out is nothing, or at least five together, or all that there is.
    assert rest == 0 or rest >= 5 or {place for place, number in enumerate(numbers) if number} <= hidden
    # Zero is no secret.
    assert all(numbers[place] for place in hidden)


def test_the_days_are_those_of_the_named_calendar(ocmw, agency):
    # From Friday 28 June to Friday 12 July 2024; 11 July is a closing day of the Flemish government only.
    detours(ocmw, [(datetime.date(2024, 6, 28), datetime.date(2024, 7, 12))] * 5)
    after = datetime.date(2024, 6, 29)
    for calendar, days in ((FLEMISH, 9), (PUBLIC, 10)):
        with agency():
            assert ask(calendar=calendar).together.ended == Lead(5, days, days)
        assert working_days(after, datetime.date(2024, 7, 12), calendar).number == days


@pytest.mark.parametrize(
    ("asked", "answered", "days"),
    [
        ("2024-03-15", "2024-03-15", 0),
        ("2024-03-15", "2024-03-16", 0),  # a Saturday
        ("2024-03-15", "2024-03-18", 1),
        ("2024-03-16", "2024-03-17", 0),
        ("2024-03-16", "2024-03-18", 1),
        ("2024-03-28", "2024-04-02", 2),  # Good Friday is no public holiday, Easter Monday is
    ],
)
def test_a_wait_is_the_working_days_after_the_question_up_to_the_answer(asked, answered, days, ocmw, agency):
    detours(ocmw, [(datetime.date.fromisoformat(asked), datetime.date.fromisoformat(answered))] * 5)
    with agency():
        assert ask().together.ended == Lead(5, days, days)


def test_a_month_is_that_of_the_answer(ocmw, agency):
    april = datetime.date(2024, 4, 1)
    detours(ocmw, [(datetime.date(2024, 3, 25), april)] * 5)
    with agency():
        assert ask(first=MARCH, until=april).together == Both()
        times = ask(first=april, until=datetime.date(2024, 5, 1))
    # 1 April 2024 is Easter Monday.
    assert times.by_month == {april: Lead(5, 4, 4)}


def test_nothing_leaves_the_database_of_fewer_than_five(ocmw, other_ocmw, agency):
    took(ocmw, [1, 2, 3, 4], "school")
    took(other_ocmw, [7], "agency")
    with agency():
        times = ask()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT part, number, half, nine_in_ten, longest FROM statistics_lead_times(%s, %s, NULL, %s, %s)",
                [FIRST, UNTIL, list(DETOUR_WAYS), FLEMISH],
            )
            rows = cursor.fetchall()
    assert times.together.ended == Lead(5, 3, 7)
    assert times.by_way == {"school": Both(Lead(None)), "agency": Both(Lead(None))}
    assert times.by_institution == {ocmw.pk: Both(Lead(None)), other_ocmw.pk: Both(Lead(None))}
    assert times.classes == (TimeClass(0, 0, 0), TimeClass(1, 10, 5))
    assert {row[1:] for row in rows if row[0] in {"way", "institution"}} == {(None, None, None, None)}


def test_a_withdrawn_detour_counts_nowhere(ocmw, agency):
    made = [*took(ocmw, [3] * 5), *detours(ocmw, [(today(), None)])]
    with agency():
        assert ask().together == Both(Lead(5, 3, 3), Open(None))
    with factories.owner():
        type(made[0]).objects.filter(pk__in=[each.pk for each in made]).update(
            withdrawn_at="2024-04-01T10:00Z"
        )
    with agency():
        assert ask().together == Both()


def test_open_ones_have_their_age_today_whatever_the_period(ocmw, agency):
    days = [today() - number * DAY for number in (0, 7, 14, 21, 70)]
    detours(ocmw, [(day, None) for day in days])
    closed = closing_days(FLEMISH)
    ages = sorted(lasted(day, today(), closed) for day in days)
    with agency():
        for first, until in ((FIRST, UNTIL), (MARCH, datetime.date(2024, 4, 1))):
            times = ask(first=first, until=until)
            assert times.together == Both(open=Open(5, ages[2], ages[4], ages[4]))
            assert times.by_institution[ocmw.pk].open.longest == ages[4]


# -- questions


def test_a_question_waits_for_its_supplier_at_the_institution_that_asked(ocmw, other_ocmw, agency):
    for _ in range(5):
        question(ocmw, datetime.date(2024, 3, 11), answer="stays", answered_at="2024-03-14T23:30Z")
    question(other_ocmw, datetime.date(2024, 3, 11), changed_at="2024-03-13T10:00Z")
    question(other_ocmw, datetime.date(2024, 3, 11))  # its last day is over
    with agency():
        times = ask("question")
    # Half past midnight in Brussels: Friday.
    assert times.together == Both(Lead(5, 4, 4))
    assert times.by_institution == {ocmw.pk: Both(Lead(5, 4, 4))}
    assert times.detours == Both()


def test_an_open_question_has_its_age(ocmw, agency):
    for _ in range(5):
        question(ocmw, today() - 7 * DAY)
    age = lasted(today() - 7 * DAY, today(), closing_days(FLEMISH))
    with agency():
        assert ask("question").together == Both(open=Open(5, age, age, age))


def test_what_a_question_took_stays_when_its_dossier_is_removed(ocmw, agency):
    asked = [
        question(ocmw, datetime.date(2024, 3, 11), answer="stays", answered_at="2024-03-14T10:00Z")
        for _ in range(5)
    ]
    with agency():
        before = ask("question")
    with factories.owner():
        for each in asked:
            type(each.person).objects.filter(pk=each.person_id).update(arrived_at="2024-01-01T10:00Z")
        assert remove_dossiers() >= 5
        assert Wait.objects.filter(way=PortalWait.QUESTION).count() == 5
    with agency():
        assert ask("question") == before
    assert before.together.ended == Lead(5, 3, 3)


# -- the portal


def test_the_first_dossier_ends_the_wait_of_an_inscription(ocmw, agency):
    waiting = [factories.inscribe(ocmw, factories.insz()) for _ in range(5)]
    with agency():
        assert ask("first_dossier").together.open.number == 5
    # The dossier of this one was there.
    factories.inscribe(ocmw, factories.person())
    arrived = [factories.person(number=each.insz) for each in waiting]
    with factories.owner(), connection.cursor() as cursor:
        for each, person in zip(waiting, arrived, strict=True):
            cursor.execute(
                "UPDATE persons_inscription SET person_id = %s WHERE id = %s", [person.pk, each.pk]
            )
        # Removed and here again: no second wait.
        cursor.execute("UPDATE persons_inscription SET person_id = NULL WHERE id = %s", [waiting[0].pk])
        cursor.execute(
            "UPDATE persons_inscription SET person_id = %s WHERE id = %s", [arrived[0].pk, waiting[0].pk]
        )
    month = today().replace(day=1)
    with agency():
        times = ask("first_dossier", first=month, until=(month + 40 * DAY).replace(day=1))
    assert times.together == Both(Lead(5, 0, 0))


def test_the_first_look_is_the_figure_of_consultations():
    assert (CONSULTATION.channels, CONSULTATION.kinds, CONSULTATION.outcomes) == (
        (Channel.PORTAL,),
        (Kind.FILE,),
        (Outcome.SHOWN,),
    )


# -- who may read


def test_an_institution_reads_its_own_only(ocmw, other_ocmw):
    took(ocmw, [1] * 5)
    took(other_ocmw, [9] * 6)
    waits(other_ocmw, "first_look", [(MARCH, MARCH)] * 6)
    with working_for(ocmw):
        assert ask(institutions=(ocmw.pk,)).together.ended == Lead(5, 1, 1)
        for institutions in ((other_ocmw.pk,), (ocmw.pk, other_ocmw.pk), None):
            times = ask(institutions=institutions)
            assert (times.together, times.by_way, times.classes) == (Both(), {}, ())
            assert first_year(institutions) is None
        assert first_year((ocmw.pk,)) == 2024


def test_nobody_reads_without_a_binding(ocmw):
    took(ocmw, [1] * 5)
    assert ask().by_way == {}
    assert ask(institutions=(ocmw.pk,)).by_way == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM statistics_wait",
        "SELECT count(*) FROM statistics_waits('2024-01-01', '2025-01-01', NULL, '')",
        "SELECT count(*) FROM statistics_first_looks('0', NULL, '-infinity', 'infinity', NULL)",
    ],
)
def test_the_web_role_reads_no_wait(statement, agency):
    with agency(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        factories.fetch(statement, scope="agency")
