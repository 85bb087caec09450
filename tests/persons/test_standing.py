"""How a person stands: which course tells for a part, which part for the person."""

import importlib
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from django.apps import apps
from django.db import connection

from partners.periods import Period, today
from persons.attendance import URGENCY, Lesson, Part, PersonJudgement, Presence, Verdict, judge, judge_person
from persons.models import ClientListEntry, Standing
from tests import factories
from tests.persons.test_attendance import AS_ABSENT, AS_OF, course, day, lessons

CONTRADICTORY = tuple(
    Lesson(day(-1), 60, presence, begins=0) for presence in (Presence.PRESENT, Presence.UNJUSTIFIED)
)


def telling(*courses):
    """The keys of the courses that tell, one per part."""
    return [part.course.key for part in judge_person(courses, as_of=AS_OF).parts]


def placed(key, starts, ends, given="P", **facts):
    return course(given, key, starts=day(starts), ends=None if ends is None else day(ends), **facts)


def test_of_the_courses_running_on_the_day_the_worst_tells():
    assert telling(
        placed("ended and failed", -90, -60, "UU"),
        placed("kept", -20, 20),
        placed("reachable", -10, 0, lessons("PU", to_come=9)),
        placed("to start", 5, 30, ""),
    ) == ["reachable"]


def test_without_a_running_course_the_one_that_ended_last_tells():
    assert telling(placed("older", -90, -60, "U"), placed("last", -50, -5), placed("next", 1, 9, "")) == [
        "last"
    ]


def test_without_a_running_or_ended_course_the_next_to_start_tells():
    assert telling(placed("much later", 20, 30, ""), placed("next", 3, 9, "")) == ["next"]


def test_a_course_runs_from_its_first_day_to_its_last():
    assert telling(placed("last day", -20, 0), placed("ended", -20, -1, "U")) == ["last day"]
    assert telling(placed("first day", 0, 20, ""), placed("ended", -20, -1, "U")) == ["first day"]


def test_a_course_without_a_period_runs_as_long_as_its_lessons():
    over = course((Lesson(day(-9), 60, Presence.UNJUSTIFIED),), "over")
    ahead = course((Lesson(day(9), 60, None),), "ahead")
    assert telling(over, ahead) == ["over"]
    assert telling(over, ahead, course("", "nothing known")) == ["nothing known"]


def test_leaving_ends_a_course():
    assert telling(placed("left", -20, 20, "U", left_on=day(-1)), placed("runs", -20, 20)) == ["runs"]
    assert telling(placed("left", -20, None, "", left_on=day(-2)), placed("ended", -20, -1)) == ["ended"]


def test_of_equal_courses_the_lower_percentage_tells_and_then_the_key():
    lower, higher = placed("z", -9, 9, "PPPPU"), placed("a", -9, 9, "PPPPP")
    assert telling(higher, lower) == telling(lower, higher) == ["z"]
    assert telling(replace(lower, key="y"), lower) == telling(lower, replace(lower, key="y")) == ["y"]


def test_each_part_has_its_own_telling_course_in_fixed_order():
    courses = [course("P", "plo", Part.PLO), course("U", "nt2", Part.NT2), course("P", "mo", Part.MO)]
    stand = judge_person(iter(courses), as_of=AS_OF, rule=AS_ABSENT)
    assert [part.part for part in stand.parts] == list(Part)
    assert [part.course.key for part in stand.parts] == ["mo", "nt2", "plo"]
    assert {part.judgement.rule for part in stand.parts} == {AS_ABSENT}
    assert stand.verdict is Verdict.OUT_OF_REACH


def test_the_most_urgent_part_tells():
    by_urgency = [
        course(lessons("U", to_come=9)),
        course("U"),
        course(CONTRADICTORY),
        course(lessons("P", to_come=9)),
        course(""),
        course("P"),
        course("U", suspensions=(Period(None, None),)),
        course("U", exempt=True),
    ]
    assert tuple(judge(each, as_of=AS_OF).verdict for each in by_urgency) == URGENCY
    assert set(URGENCY) == set(Verdict)
    for urgent, other in combinations(by_urgency, 2):
        both = [replace(other, part=Part.MO), replace(urgent, part=Part.NT2)]
        assert judge_person(both, as_of=AS_OF).verdict is judge(urgent, as_of=AS_OF).verdict


def test_of_parts_with_one_verdict_the_one_with_less_slack_tells_and_then_the_first_to_be_decided():
    def urgent(*courses):
        return judge_person(courses, as_of=AS_OF).urgent.course.key

    roomy = course(lessons("PPPPP", to_come=9), "roomy", Part.MO)
    tight = course(lessons("PPPPU", to_come=9), "tight", Part.NT2)
    assert urgent(roomy, tight) == "tight"
    later = course(lessons("PPPPU", to_come=9), "later", Part.MO)
    later = replace(
        later,
        lessons=tuple(
            lesson._replace(day=lesson.day + timedelta(days=90)) if lesson.presence is None else lesson
            for lesson in later.lessons
        ),
    )
    assert urgent(later, tight) == "tight"
    assert urgent(later, replace(tight, exempt=True)) == "later"


def test_a_person_without_courses_has_no_urgent_part():
    assert judge_person([], as_of=AS_OF).urgent is None


def test_a_person_without_courses_has_no_lessons():
    assert judge_person([], as_of=AS_OF) == PersonJudgement(())
    assert judge_person([], as_of=AS_OF).verdict is Verdict.NO_LESSONS


def test_cancelled_courses_are_ignored():
    cancelled = course("UUUUU", "cancelled", cancelled=True)
    assert judge_person([cancelled], as_of=AS_OF) == PersonJudgement(())
    assert telling(cancelled, course("P", "given")) == ["given"]


@pytest.mark.django_db
def test_the_migration_tells_stored_verdicts_that_can_still_be_lost(ocmw, as_owner):
    figures = {"numerator": "80", "denominator": "90", "required": "80"}
    running = factories.part_line("MO", "kept", **figures, to_come="30")
    safe = factories.part_line("MO", "kept", **figures, to_come="10")
    over = factories.part_line("NT2", "kept", **figures, to_come="0")
    lost = factories.part_line("NT2", "out_of_reach", **figures, to_come="30")
    stored = {
        "kept": [safe, over],
        "on_track": [running, over],
        "out_of_reach": [running, lost],
    }
    people = {
        verdict: factories.person(verdict="kept" if verdict == "on_track" else verdict, parts=parts)
        for verdict, parts in stored.items()
    }
    for person in people.values():
        factories.inscribe(ocmw, person)
    migration = importlib.import_module("persons.migrations.0006_on_track")
    with as_owner(), connection.schema_editor() as editor:
        migration.mark(apps, editor)
        for verdict, person in people.items():
            assert Standing.objects.get(person=person).verdict == verdict
            line = ClientListEntry.objects.get(person=person)
            assert line.verdict == verdict
            assert line.parts[0]["verdict"] == ("kept" if verdict == "kept" else "on_track")


@pytest.mark.django_db
def test_the_list_is_ordered_by_urgency(ocmw, as_owner):
    """Fewest lessons first, then below the norm before above it, then the day; without slack by verdict."""
    soon = today()
    wanted = [
        ("reachable", (0, soon)),
        ("reachable", (1, soon + timedelta(days=300))),
        ("on_track", (1, soon)),
        ("on_track", (1, soon + timedelta(days=1))),
        ("on_track", (2, date(1999, 1, 1))),
        ("reachable", (32_767, date(9999, 12, 31))),
        ("reachable", (None, None)),
        ("out_of_reach", (None, None)),
        ("contradictory", (None, None)),
        # Before the first lesson there is slack already, and nothing to do yet.
        ("no_lessons", (0, soon)),
        ("kept", (None, None)),
        ("suspended", (None, None)),
        ("exempt", (None, None)),
    ]
    factories.mandate(ocmw, capacity="andere_hulp", blocks=["Personalia"])
    for verdict, slack in reversed(wanted):
        factories.inscribe(ocmw, factories.person(verdict=verdict, slack=slack))
    factories.inscribe(ocmw, factories.person(verdict="reachable", slack=(0, soon)), "andere_hulp")
    with as_owner():
        lines = ClientListEntry.objects.order_by("urgency")
        assert [(line.verdict, (line.may_miss, line.decides_on)) for line in lines] == [
            *wanted,
            (None, (None, None)),
        ]
        assert len({line.urgency for line in lines}) == len(lines)
