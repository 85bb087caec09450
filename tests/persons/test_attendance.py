"""The attendance norm, case by case; what holds for every course is in test_attendance_properties."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from partners.periods import Period
from persons.attendance import (
    DEFAULT_RULE,
    RULES,
    Course,
    JustifiedCounts,
    Lesson,
    Part,
    Presence,
    Unit,
    Verdict,
    judge,
    tally,
)

PRESENT, JUSTIFIED, UNJUSTIFIED = Presence
AS_PRESENT, LEAVES_OUT, AS_ABSENT = (
    next(rule for rule in RULES.values() if rule.justified is counts) for counts in JustifiedCounts
)
AS_OF = date(2015, 12, 1)
LATER = date(2016, 12, 1)

RECORDED = {"P": PRESENT, "J": JUSTIFIED, "U": UNJUSTIFIED, ".": None}


def day(offset):
    return AS_OF + timedelta(days=offset)


def lessons(past, to_come=0, units=60):
    """One lesson a day: `past` ends on AS_OF, a letter per lesson; the ones to come start the day after."""
    held = [Lesson(day(i - len(past) + 1), units, RECORDED[mark]) for i, mark in enumerate(past)]
    return (*held, *(Lesson(day(i + 1), units, None) for i in range(to_come)))


def course(given=(), key="c", part=Part.MO, **facts):
    return Course(
        key, part, Unit.MINUTE, lessons=lessons(given) if isinstance(given, str) else given, **facts
    )


def totals(total=60, *absences, ends=AS_OF, **facts):
    return Course("t", Part.NT2, Unit.LESTIJD, total=total, absences=absences, ends=ends, **facts)


def away(units, presence=UNJUSTIFIED, on=-10):
    return Lesson(None if on is None else day(on), units, presence)


def figures(judgement):
    return judgement.verdict, judgement.numerator, judgement.denominator


# The edge cases of the rule


def test_exactly_eighty_percent_keeps_the_norm():
    judgement = judge(course("PPPPU"), as_of=AS_OF)
    assert figures(judgement) == (Verdict.KEPT, 240, 300)
    assert judgement.percentage == 80


def test_48_of_60_is_80_percent_and_kept():
    for judgement in (
        judge(course("P" * 48 + "U" * 12), as_of=AS_OF),
        judge(totals(60, away(12)), as_of=AS_OF),
    ):
        assert judgement.verdict is Verdict.KEPT
        assert judgement.cut() == 80


def test_47_and_a_half_of_60_is_not_80_percent():
    in_totals = judge(totals(60, away(Fraction(25, 2))), as_of=AS_OF)
    half = Lesson(AS_OF, 60, PRESENT, attended=30)
    in_lessons = judge(course((*lessons("P" * 47 + "U" * 12), half)), as_of=AS_OF)
    for judgement in (in_totals, in_lessons):
        assert judgement.verdict is Verdict.OUT_OF_REACH
        assert judgement.percentage == Fraction(475, 6)
        assert [judgement.cut(places) for places in range(3)] == [79, Decimal("79.1"), Decimal("79.16")]


@pytest.mark.parametrize("given", [(), "...", lessons("", to_come=10)])
def test_zero_lessons_given_is_no_verdict_yet(given):
    judgement = judge(course(given), as_of=AS_OF)
    assert figures(judgement) == (Verdict.NO_LESSONS, 0, 0)
    assert judgement.percentage is judgement.cut() is judgement.strict_cut() is None


@pytest.mark.parametrize(
    "period", [(AS_OF, AS_OF), (None, AS_OF), (AS_OF, None), (day(-9), day(9)), (None, None)]
)
def test_a_suspended_course_gets_no_verdict(period):
    judgement = judge(course(lessons("UUUUU", to_come=9), suspensions=(Period(*period),)), as_of=AS_OF)
    assert judgement.verdict is Verdict.SUSPENDED
    assert judgement.needed is judgement.out_of is judgement.out_of_reach_since is None


@pytest.mark.parametrize("period", [(None, day(-1)), (day(1), None), (day(-9), day(-1))])
def test_a_suspension_on_other_days_leaves_the_verdict(period):
    assert judge(course("U", suspensions=(Period(*period),)), as_of=AS_OF).verdict is Verdict.OUT_OF_REACH


def test_lessons_on_suspended_days_count_nowhere():
    suspensions = (Period(day(-3), day(-1)), Period(day(2), day(2)))
    suspended = course(lessons("PUUUP", to_come=3), suspensions=suspensions)
    judgement = judge(suspended, as_of=AS_OF)
    assert figures(judgement) == (Verdict.ON_TRACK, 120, 120)
    assert judgement.tally.to_come == 120


def test_an_exempt_course_gets_no_verdict_even_when_suspended():
    for suspensions in ((), (Period(AS_OF, AS_OF),)):
        exempt = course(lessons("UUUUP", to_come=9), exempt=True, suspensions=suspensions)
        judgement = judge(exempt, as_of=AS_OF)
        assert judgement.verdict is Verdict.EXEMPT
        assert judgement.needed is judgement.out_of is judgement.out_of_reach_since is None


def test_the_last_lesson_in_the_future_decides_whether_the_norm_can_be_reached():
    assert judge(course(lessons("PPPU", to_come=1)), as_of=AS_OF).verdict is Verdict.REACHABLE
    assert judge(course(lessons("PPPU")), as_of=AS_OF).verdict is Verdict.OUT_OF_REACH


def test_a_lesson_of_today_is_to_come_until_a_presence_is_recorded():
    """A message of the morning knows nothing of the evening: 7 of 9, and the tenth may make it 8 of 10."""
    before = course("PPPPPPPUU.")
    judgement = judge(before, as_of=AS_OF)
    assert figures(judgement) == (Verdict.REACHABLE, 420, 540)
    assert (judgement.needed, judgement.out_of, judgement.tally.unrecorded) == (1, 1, 0)
    # The day after it is over; and once recorded it is given, on the day itself.
    assert judge(before, as_of=day(1)).verdict is Verdict.OUT_OF_REACH
    assert judge(before, as_of=day(1)).tally.unrecorded == 1
    assert judge(course("PPPPPPPUUP"), as_of=AS_OF).verdict is Verdict.KEPT
    assert judge(course("PPPPPPPUUU"), as_of=AS_OF).verdict is Verdict.OUT_OF_REACH


def test_a_presence_recorded_for_the_future_does_not_count_yet():
    early = course((*lessons("PPPU"), Lesson(day(1), 60, PRESENT)))
    assert tally(early, as_of=AS_OF).given == 240
    assert judge(early, as_of=AS_OF).verdict is Verdict.REACHABLE
    assert judge(early, as_of=day(1)).verdict is Verdict.KEPT


def test_a_cancelled_course_is_excluded():
    cancelled = course("UUUUU", cancelled=True)
    assert tally(cancelled, as_of=AS_OF) == tally(course(), as_of=AS_OF)
    assert judge(cancelled, as_of=AS_OF).verdict is Verdict.NO_LESSONS


def test_lessons_without_a_recorded_presence_do_not_count_as_given():
    count = tally(course("PPPP..U"), as_of=AS_OF)
    assert (count.given, count.unrecorded, count.to_come) == (300, 2, 0)
    assert judge(course("PPPP..U"), as_of=AS_OF).cut() == 80


def test_an_undated_lesson_counts_once_it_is_recorded():
    count = tally(course((Lesson(None, 60, PRESENT), Lesson(None, 60, None))), as_of=AS_OF)
    assert (count.given, count.unrecorded, count.to_come) == (60, 1, 0)


def test_a_deliberation_without_length_counts_nowhere():
    deliberation = (Lesson(AS_OF, 0, UNJUSTIFIED), Lesson(AS_OF, 0, None), Lesson(day(1), 0, None))
    assert tally(course((*lessons("P"), *deliberation)), as_of=AS_OF) == tally(course("P"), as_of=AS_OF)


@pytest.mark.parametrize(
    ("presence", "attended", "split"),
    [
        (PRESENT, None, (60, 0, 0)),
        (PRESENT, 45, (45, 0, 15)),
        (PRESENT, Fraction(1, 3), (Fraction(1, 3), 0, Fraction(179, 3))),
        (PRESENT, 0, (0, 0, 60)),
        (PRESENT, -5, (0, 0, 60)),
        (PRESENT, 90, (60, 0, 0)),
        (JUSTIFIED, 45, (0, 60, 0)),
        (UNJUSTIFIED, 45, (0, 0, 60)),
    ],
)
def test_partial_presence_leaves_the_rest_unjustified(presence, attended, split):
    count = tally(course((Lesson(AS_OF, 60, presence, attended),)), as_of=AS_OF)
    assert (count.present, count.justified, count.unjustified) == split
    assert count.given == 60


def test_a_presence_of_another_kind_is_refused():
    with pytest.raises(AssertionError):
        tally(course((Lesson(AS_OF, 60, "present"),)), as_of=AS_OF)


def test_lessons_after_leaving_count_nowhere():
    count = tally(course(lessons("PPUU.", to_come=5), left_on=day(-3)), as_of=AS_OF)
    assert (count.given, count.unjustified, count.unrecorded, count.lessons_to_come) == (120, 0, 0, ())


def test_leaving_in_the_future_takes_away_lessons_to_come():
    assert tally(course(lessons("P", to_come=5), left_on=day(2)), as_of=AS_OF).lessons_to_come == (60, 60)


# The required degree and the rule for justified absence


def test_the_required_degree_of_the_enrolment_goes_before_that_of_the_rule():
    assert judge(course("PPPPU", required=Fraction(161, 2)), as_of=AS_OF).verdict is Verdict.OUT_OF_REACH
    assert judge(course("PU", required=Fraction(50)), as_of=AS_OF).verdict is Verdict.KEPT
    judgement = judge(course("PPPPU"), as_of=AS_OF, rule=replace(DEFAULT_RULE, default_required=Fraction(90)))
    assert (judgement.required, judgement.verdict) == (90, Verdict.OUT_OF_REACH)


@pytest.mark.parametrize(("required", "verdict"), [(0, Verdict.KEPT), (100, Verdict.OUT_OF_REACH)])
def test_the_ends_of_the_scale_are_allowed(required, verdict):
    assert judge(course("U", required=Fraction(required)), as_of=AS_OF).verdict is verdict


@pytest.mark.parametrize("required", [Fraction(-1), Fraction(1001, 10)])
def test_a_required_degree_that_is_no_percentage_is_refused(required):
    with pytest.raises(ValueError, match="between 0 and 100"):
        course("P", required=required)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AS_PRESENT, (Verdict.KEPT, 480, 600)),
        (LEAVES_OUT, (Verdict.OUT_OF_REACH, 360, 480)),
        (AS_ABSENT, (Verdict.OUT_OF_REACH, 360, 600)),
    ],
)
def test_each_rule_counts_justified_absence_its_own_way(rule, expected):
    judgement = judge(course("PPPJJUUPPP"), as_of=AS_OF, rule=rule)
    assert figures(judgement) == expected
    assert (judgement.strict_numerator, judgement.strict_denominator) == (360, 600)
    assert judgement.strict_cut() == 60
    assert (judgement.rule, judgement.as_of, judgement.required) == (rule, AS_OF, 80)


def test_only_justified_absence_left_out_is_no_verdict_yet():
    assert figures(judge(course("JJ"), as_of=AS_OF, rule=LEAVES_OUT)) == (Verdict.NO_LESSONS, 0, 0)


def test_rules_are_found_by_their_code_and_the_default_counts_justified_absence_as_present():
    assert all(rule.code == code for code, rule in RULES.items())
    assert RULES["2015-1"] is DEFAULT_RULE is AS_PRESENT
    assert len({rule.name for rule in RULES.values()}) == len(RULES) == len(JustifiedCounts)


# How many lessons are needed, and since when it is too late


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (lessons("PPPU", to_come=1), (1, 1)),
        (lessons("PPPPU", to_come=5), (4, 5)),
        (lessons("P" * 20, to_come=5), (0, 5)),
        (lessons("", to_come=60), (48, 60)),
        (lessons("PPPPU"), (None, None)),
        (lessons("UUU", to_come=1), (None, None)),
    ],
)
def test_needed_tells_how_many_of_the_lessons_to_come(given, expected):
    judgement = judge(course(given), as_of=AS_OF)
    assert (judgement.needed, judgement.out_of) == expected


def test_needed_counts_with_the_shortest_lessons():
    # 780 minutes in all, 624 needed, 360 attended: 264 more of 360, of which the short ones make 180.
    uneven = (*lessons("PPPPPPU"), Lesson(day(1), 180, None), *lessons("", to_come=3))
    judgement = judge(course(uneven), as_of=AS_OF)
    assert (judgement.verdict, judgement.needed, judgement.out_of) == (Verdict.ON_TRACK, 4, 4)


@pytest.mark.parametrize(
    ("rule", "since"), [(AS_PRESENT, day(-1)), (LEAVES_OUT, day(-2)), (AS_ABSENT, day(-4))]
)
def test_out_of_reach_since_the_absence_that_was_one_too_many(rule, since):
    # Of ten lessons two may be missed, of eight one: the third U, the second U, the third absence.
    judgement = judge(course("PPPUJJPUUU"), as_of=AS_OF, rule=rule)
    assert judgement.out_of_reach_since == since


def test_out_of_reach_since_follows_the_days_not_the_order_of_the_message():
    shuffled = tuple(reversed(lessons("UUUPP")))
    assert judge(course(shuffled), as_of=AS_OF).out_of_reach_since == day(-3)


def test_an_undated_absence_never_lends_its_weight_to_a_day():
    undated = Lesson(None, 60, UNJUSTIFIED)
    assert judge(course((undated, *lessons("PPPU"))), as_of=AS_OF).out_of_reach_since is None
    assert judge(course((undated, *lessons("PPUU"))), as_of=AS_OF).out_of_reach_since == day(0)


# Totals, version 01.00


def test_totals_of_an_ended_course_are_judged():
    judgement = judge(totals(60, away(6, JUSTIFIED), away(9)), as_of=AS_OF)
    assert figures(judgement) == (Verdict.KEPT, 51, 60)
    assert (judgement.strict_cut(), judgement.at_best) == (75, False)
    count = judgement.tally
    assert (count.given, count.present, count.justified, count.unjustified, count.to_come) == (
        60,
        45,
        6,
        9,
        0,
    )
    assert (count.lessons_to_come, judgement.needed) == ((), None)


@pytest.mark.parametrize("ends", [None, day(1)])
def test_totals_of_a_running_course_give_no_verdict_while_the_norm_allows_the_absences(ends):
    judgement = judge(totals(60, away(12), ends=ends), as_of=AS_OF)
    assert figures(judgement) == (Verdict.NO_LESSONS, 0, 0)
    assert (judgement.tally.given, judgement.tally.unjustified, judgement.tally.to_come) == (0, 12, 48)
    assert judgement.percentage is judgement.strict_cut() is None
    assert not judgement.at_best


def test_totals_of_a_running_course_are_out_of_reach_once_the_absences_exceed_what_the_norm_allows():
    absences = (away(12, on=-20), away(6, JUSTIFIED, on=-15), away(1, on=-10))
    judgement = judge(totals(60, *absences, ends=day(30)), as_of=AS_OF)
    assert figures(judgement) == (Verdict.OUT_OF_REACH, 47, 60)
    assert (judgement.at_best, judgement.strict_numerator, judgement.strict_denominator) == (True, 41, 60)
    assert judgement.out_of_reach_since == day(-10)


@pytest.mark.parametrize(("unjustified", "verdict"), [(12, Verdict.NO_LESSONS), (13, Verdict.OUT_OF_REACH)])
@pytest.mark.parametrize("ends", [None, day(1)])
@pytest.mark.parametrize("left", [day(-5), day(0)])
def test_totals_of_a_course_left_early_are_judged_by_the_absences_alone(unjustified, verdict, ends, left):
    judgement = judge(totals(60, away(unjustified), ends=ends, left_on=left), as_of=AS_OF)
    assert judgement.verdict is verdict
    assert judgement.tally.to_come == 0


def test_totals_left_on_the_last_day_are_those_of_the_whole_course():
    assert judge(totals(60, away(12), left_on=AS_OF), as_of=AS_OF).verdict is Verdict.KEPT


@pytest.mark.parametrize("total", [None, Fraction(0), Fraction(-1)])
@pytest.mark.parametrize("rule", RULES.values())
@pytest.mark.parametrize("ends", [AS_OF, LATER])
def test_totals_without_a_total_give_no_verdict(total, rule, ends):
    judgement = judge(totals(total, away(9), away(5, JUSTIFIED), ends=ends), as_of=AS_OF, rule=rule)
    assert figures(judgement) == (Verdict.NO_LESSONS, 0, 0)
    assert (judgement.tally.unjustified, judgement.tally.justified) == (9, 5)


def test_absences_that_exceed_the_total_leave_nobody_present_less_than_nothing():
    count = tally(totals(10, away(8), away(8, JUSTIFIED)), as_of=AS_OF)
    assert (count.given, count.present, count.justified, count.unjustified) == (16, 0, 8, 8)


@pytest.mark.parametrize(
    ("absence", "unjustified"),
    [
        (away(5), 5),
        (away(5, on=None), 5),
        (away(5, None), 5),
        (away(5, PRESENT), 0),
        (away(0), 0),
        (away(-5), 0),
        (away(5, on=1), 0),
        (away(5, on=-4), 0),
    ],
)
def test_an_absence_counts_when_it_is_one_before_the_day_and_before_leaving(absence, unjustified):
    left = day(-5) if absence.day == day(-4) else None
    assert tally(totals(60, absence, ends=LATER, left_on=left), as_of=AS_OF).unjustified == unjustified


def test_an_absence_on_a_suspended_day_leaves_the_total():
    count = tally(totals(60, away(10), suspensions=(Period(day(-10), day(-10)),)), as_of=AS_OF)
    assert (count.given, count.present, count.unjustified) == (50, 50, 0)
    whole = totals(5, away(10), suspensions=(Period(day(-10), day(-10)),))
    assert judge(whole, as_of=AS_OF).verdict is Verdict.NO_LESSONS


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [({"exempt": True}, Verdict.EXEMPT), ({"suspensions": (Period(AS_OF, None),)}, Verdict.SUSPENDED)],
)
def test_running_totals_that_get_no_verdict_show_no_figures(facts, verdict):
    assert figures(judge(totals(60, away(30), ends=LATER, **facts), as_of=AS_OF)) == (verdict, 0, 0)
