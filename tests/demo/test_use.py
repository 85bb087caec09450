"""A year of invented use: when it happens, and what is in the database after it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consultations.enums import Kind
from demo.accounts import INSTITUTIONS, make_demo
from demo.generator import population
from demo.generator.dice import USE, Dice
from demo.generator.schooldays import easter, public_holidays
from demo.use.clients import Population
from demo.use.days import before, busyness, first_day, last_working_day, working_days
from demo.use.habits import COLLEAGUES, HABITS, Habit
from demo.use.looks import Client, Desk, Log, invent_looks
from demo.use.year import invent
from partners.enums import InstitutionKind, Role
from partners.models import Institution
from partners.periods import BRUSSELS, today
from persons.enums import QuestionState
from persons.models import (
    AccessRequest,
    CaseloadRow,
    Inscription,
    InscriptionEvent,
    Question,
    Reminder,
)
from persons.services.importing import import_dossiers
from statistics.adoption.rule import NOT_USING
from statistics.adoption.services import adoption_today
from statistics.enums import AdoptionClass, Calendar
from statistics.figures import CONSULTATION, FIGURES
from statistics.leadtimes.services import Question as LeadQuestion
from statistics.leadtimes.services import lead_times
from statistics.leadtimes.ways import DETOURS
from statistics.services.counting import first_month, for_the_agency, monthly, next_month

DAYS = [
    datetime.date(2028, 2, 29),
    datetime.date(2026, 11, 29),  # a Sunday
    datetime.date(2026, 3, 1),  # a Sunday and the first of a month
    datetime.date(2027, 1, 1),  # a holiday
    datetime.date(2026, 4, 7),  # the day after Easter Monday
]


def desk(clients: int = 30) -> Desk:
    """An institution with three case workers and clients of always."""
    always = (datetime.date.min, datetime.date.max)
    return Desk(
        7,
        "ocmw-proef",
        [1, 2, 3],
        [Client(number, f"{number:011d}", "García López", *always) for number in range(1, clients + 1)],
        {Role.PRIVACY_OFFICER: 4},
    )


def looks(day: datetime.date, habit: Habit | None = None) -> list[dict]:
    log = Log()
    days = working_days(first_day(day), last_working_day(day))
    invent_looks(log, desk(), habit or Habit(3, 3), days, Dice(1, USE, 1))
    return log.rows


@pytest.mark.parametrize("day", DAYS)
def test_a_year_of_looks_is_on_working_days_and_ends_before_today(day):
    rows = looks(day)
    midnight = datetime.datetime.combine(day, datetime.time(), BRUSSELS)
    moments = [row["at"] for row in rows]
    assert max(moments) < midnight
    months = {(at.year, at.month) for at in moments}
    first = first_day(day)
    assert min(months) == (first.year, first.month)
    assert len(months) in {12, 13}  # on the first of a month that one has no look yet
    for at in moments:
        assert at.weekday() < 5
        assert at.toordinal() not in public_holidays(at.year)
        assert 8 <= at.hour <= 17


@pytest.mark.parametrize("day", DAYS)
def test_the_last_working_day_is_before_today_and_no_working_day_is_between(day):
    last = last_working_day(day)
    assert last < day
    assert before(day - datetime.timedelta(days=1)) == last
    assert working_days(last, day - datetime.timedelta(days=1)) == [last]


def test_holidays_have_no_working_days_and_are_quiet():
    year = working_days(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    assert easter(2026) + datetime.timedelta(days=39) not in year
    assert datetime.date(2026, 7, 21) not in year
    assert len(year) == 261 - 8  # weekdays, without the public holidays on one
    assert busyness(datetime.date(2026, 7, 7)) < busyness(datetime.date(2026, 10, 6)) * 0.6


def test_there_are_fewer_looks_in_summer_and_more_when_a_habit_grows():
    rows = looks(datetime.date(2027, 1, 1), Habit(1, 8))
    files = Counter(row["at"].month for row in rows if row["kind"] == Kind.FILE)
    assert files[7] < files[6] > files[8]
    assert files[11] > files[1] * 3


def test_who_stopped_does_not_look_after_it():
    day = datetime.date(2026, 11, 29)
    rows = looks(day, Habit(3, 3, stopped=200))
    assert rows
    assert max(row["at"] for row in rows).date() <= day - datetime.timedelta(days=200)


def test_a_part_of_a_file_belongs_to_an_earlier_look_of_the_same_user_of_at_most_half_an_hour():
    rows = looks(datetime.date(2026, 11, 29))
    by_id = {row["id"]: row for row in rows}
    parts = [row for row in rows if row.get("parent_id")]
    assert {row["kind"] for row in parts} == {Kind.SECTION, Kind.PRINT}
    for part in parts:
        file = by_id[part["parent_id"]]
        assert file["kind"] == Kind.FILE
        assert (file["user_id"], file["inscription_id"]) == (part["user_id"], part["inscription_id"])
        assert datetime.timedelta() < part["at"] - file["at"] < datetime.timedelta(minutes=30)


def test_the_same_day_gives_the_same_looks():
    def without_ids(rows: list[dict]) -> list[dict]:
        # The target of a refusal is an id that no one has.
        left_out = {"id", "parent_id", "target"}
        return [{name: value for name, value in row.items() if name not in left_out} for row in rows]

    assert without_ids(looks(DAYS[0])) == without_ids(looks(DAYS[0]))


def test_some_institutions_with_access_never_look():
    kinds = {name: kind for name, kind, _number in INSTITUTIONS}
    assert set(kinds) - set(HABITS) - {"CVO/CBE", "Agentschap Integratie en Inburgering"} == {
        "AHOVOKS",
        "CBE De Eerste Letter",
    }
    assert set(COLLEAGUES) - set(HABITS) == {"OCMW Lokeren"}
    assert set(HABITS) <= set(kinds) | set(COLLEAGUES)


def test_no_name_of_a_colleague_has_a_digit():
    for colleagues in COLLEAGUES.values():
        for colleague in colleagues:
            assert not any(sign.isdigit() for sign in colleague.first_name + colleague.last_name)


# In the database


PERSONS = 300


@pytest.fixture
def used(tmp_path, as_owner) -> Callable[[], object]:
    """A small demo with a year of use; calling it invents again."""
    as_of = today()
    population.write(PERSONS, 1, as_of, tmp_path / "dossiers")

    def again():
        with as_owner():
            return invent(Population(PERSONS, 1, as_of))

    with as_owner():
        make_demo(tmp_path / "accounts.csv")
        import_dossiers([tmp_path / "dossiers"], allow_test=True, on_set_aside=pytest.fail, processes=0)
    assert again().looks
    return again


def log_of(select: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {select}")
        return cursor.fetchall()


@pytest.mark.django_db
def test_a_year_of_use(used, as_owner):
    """One test, because setting it up takes most of the time."""
    with as_owner():
        check_the_log()
        check_the_figures()
        check_the_lead_times()
        check_the_clients()
        check_the_cases()
        before_ = log_of("count(*) FROM consultations_consultation")
    again = used()
    assert (again.inscriptions, again.looks) == (0, None)
    with as_owner():
        assert log_of("count(*) FROM consultations_consultation") == before_


def check_the_log() -> None:
    kinds = Counter(
        dict(log_of("kind, count(*) FROM consultations_consultation WHERE outcome = 'shown' GROUP BY 1"))
    )
    assert kinds[Kind.FILE] > kinds[Kind.LIST] > kinds[Kind.EXPORT] > 0
    assert kinds[Kind.FILE] > kinds[Kind.SEARCH] > kinds[Kind.PRINT] > 0
    assert all(
        kinds[kind]
        for kind in (
            Kind.SECTION,
            Kind.QUESTION,
            Kind.ACCESS_REQUEST,
            Kind.REMINDER,
            Kind.EXTENSION,
            Kind.ENDING,
        )
    )
    rules = {
        rule for (rule,) in log_of("DISTINCT rule FROM consultations_consultation WHERE outcome = 'refused'")
    }
    assert rules >= {"not_visible", "no_membership"}
    since = "app_today()::timestamp AT TIME ZONE 'Europe/Brussels'"
    assert log_of(f"count(*) FROM consultations_consultation WHERE at >= {since}") == [(0,)]
    # No row is in the partition for rows outside every month.
    rest = "consultations_consultation WHERE tableoid = 'consultations_consultation_rest'::regclass"
    assert log_of(f"count(*) FROM {rest}") == [(0,)]
    # All persons are of test numbers.
    assert log_of(
        "count(*) FROM consultations_consultation, unnest(shown || numbers || NULLIF(ARRAY[insz], '{\"\"}')) AS n"
        " WHERE substr(n, 3, 2)::int NOT BETWEEN 61 AND 72"
    ) == [(0,)]
    reasons = {
        reason
        for (reason,) in log_of("DISTINCT reason FROM consultations_consultation WHERE kind = 'export'")
    }
    assert "" not in reasons


def check_the_figures() -> None:
    """Each figure of each month is the number of its rows in the log."""
    start = first_day(today())
    with for_the_agency():
        assert first_month() == start
        for figure in FIGURES.values():
            if figure.measure:
                continue
            rows = log_of(
                "institution_id, date_trunc('month', at AT TIME ZONE 'Europe/Brussels')::date, kind, outcome, channel,"
                " count(*) FROM consultations_consultation GROUP BY 1, 2, 3, 4, 5"
            )
            expected: Counter = Counter()
            for institution, month, kind, outcome, channel, number in rows:
                if figure.counts(channel, kind, outcome):
                    expected[institution, month] += number
            assert monthly(figure, start, next_month(today())) == dict(expected)
        classes = {entry.institution.name: entry.adoption_class for entry in adoption_today()}
    for name in ("AHOVOKS", "CBE De Eerste Letter", "OCMW Lokeren"):
        assert classes[name] == AdoptionClass.NEVER
    assert classes["OCMW Gent"] not in NOT_USING
    for name, habit in HABITS.items():
        assert not habit.stopped or classes[name] == AdoptionClass.STOPPED
    with for_the_agency():
        looked = {institution for institution, _month in monthly(CONSULTATION, start, next_month(today()))}
    assert Institution.objects.get(name="OCMW Gent").pk in looked


def check_the_lead_times() -> None:
    question = LeadQuestion(
        first_day(today()), next_month(today()), None, DETOURS, Calendar.FLEMISH_GOVERNMENT
    )
    with for_the_agency():
        times = lead_times(question)
    assert times.detours.ended.is_shown
    # Most case workers look at once at whom they register.
    assert times.by_way["first_look"].ended.half == 0
    assert "first_dossier" in times.by_way


def check_the_clients() -> None:
    steps = Counter(InscriptionEvent.objects.values_list("what", flat=True))
    assert steps["registered"] == Inscription.objects.count()
    assert min(steps["extended"], steps["ended"]) > 0
    now = today()
    ghent = Inscription.objects.filter(institution__name="OCMW Gent", voided_at=None)
    assert ghent.filter(valid_until__lt=now).exists()
    # Some wait for a dossier.
    assert Inscription.objects.filter(voided_at=None, person=None, valid_until__gte=now).exists()
    # The steps are in the order of time, and the last one has the last day of today.
    for inscription in Inscription.objects.prefetch_related("events"):
        events = sorted(inscription.events.all(), key=lambda event: event.pk)
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[0].what == "registered"
        assert all(event.at.astimezone(BRUSSELS).date() <= event.old_until for event in events[1:])
        if inscription.voided_at is None:
            assert events[-1].new_until == inscription.valid_until
        assert all(event.at.astimezone(BRUSSELS).date() < now for event in events)


def check_the_cases() -> None:
    now = today()
    own = CaseloadRow.objects.filter(user__email="an.peeters@ocmw-gent.example").values_list(
        "insz", flat=True
    )
    reminders = Reminder.objects.filter(insz__in=own, institution__name="OCMW Gent", done_at=None)
    assert {day.day - now for day in reminders} >= {datetime.timedelta()}
    assert reminders.filter(day__lt=now).exists()
    assert reminders.filter(day__gt=now).exists()
    detours = AccessRequest.objects.filter(institution__name="OCMW Gent")
    assert detours.filter(answered_on=None).exists()
    answered = detours.exclude(answered_on=None)
    assert answered.exists()
    assert all(detour.asked_on < detour.answered_on < now for detour in answered)
    states = {question.state for question in Question.objects.all()}
    # How many there are depends on the lessons that were missed before today.
    assert QuestionState.OPEN in states
    assert states <= {QuestionState.OPEN, QuestionState.ANSWERED, QuestionState.UNANSWERED}
    assert set(Question.objects.values_list("supplier__kind", flat=True)) <= {
        InstitutionKind.CVO,
        InstitutionKind.CBE,
    }


def test_use_is_not_invented_where_test_numbers_are_refused(settings):
    settings.KBI_ALLOW_TEST_NUMBERS = False
    with pytest.raises(CommandError, match="KBI_ALLOW_TEST_NUMBERS is off"):
        call_command("demo_use", "--persons=10", f"--as-of={today()}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--persons=0", "--as-of=2026-01-05"], "--persons must lie between"),
        (["--persons=10", "--as-of=2026-01-05", "--seed=-1"], "--seed must be"),
        (["--persons=10", "--as-of=1990-01-05"], "--as-of must lie between"),
    ],
)
def test_wrong_options_are_refused_in_words(arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("demo_use", *arguments)
