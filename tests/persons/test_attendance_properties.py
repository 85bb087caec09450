"""What must hold for every course, whatever was recorded and under each rule."""

import ast
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from partners.periods import Period
from persons import attendance
from persons.attendance import (
    RULES,
    Course,
    Lesson,
    LessonKind,
    Part,
    Presence,
    Unit,
    Verdict,
    classify,
    judge,
    tally,
)
from tests.sweeps import examples

AS_OF = date(2015, 12, 1)
AFTERWARDS = AS_OF + timedelta(days=100)
AS_PRESENT, LEAVES_OUT, AS_ABSENT = RULES.values()
GRAVITY = {
    Verdict.OUT_OF_REACH: 0,
    Verdict.REACHABLE: 1,
    Verdict.ON_TRACK: 2,
    Verdict.KEPT: 3,
    Verdict.NO_LESSONS: 3,
}

thoroughly = settings(deadline=None, max_examples=examples(150))

rules = st.sampled_from(list(RULES.values()))
# Few different lengths and degrees, so that courses exactly on the norm are drawn often.
sizes = st.sampled_from([30, 60, 60, 60, 90, Fraction(125, 2)])
degrees = st.sampled_from([Fraction(0), Fraction(50), Fraction(80), Fraction(250, 3), Fraction(100)])


@st.composite
def drawn_lessons(draw, days, presences):
    units = draw(sizes)
    attended = draw(st.sampled_from([None, None, None, 0, units * Fraction(1, 2), units * 2]))
    return Lesson(draw(days), units, draw(presences), attended)


past_days = st.integers(-30, 0).map(lambda offset: AS_OF + timedelta(days=offset))
coming_days = st.integers(1, 30).map(lambda offset: AS_OF + timedelta(days=offset))
some_periods = st.lists(st.builds(Period, st.none() | past_days, st.none() | coming_days), max_size=2)
recorded = st.sampled_from(Presence)
perhaps_recorded = st.sampled_from([*Presence, None])


@st.composite
def courses(draw, past=perhaps_recorded, to_come=(0, 6)):
    fewest, most = to_come
    held = draw(st.lists(drawn_lessons(past_days | st.none(), past), max_size=14))
    planned = draw(st.lists(drawn_lessons(coming_days, st.none()), min_size=fewest, max_size=most))
    return Course(
        "c",
        Part.MO,
        Unit.MINUTE,
        required=draw(st.none() | degrees),
        lessons=tuple(draw(st.permutations(held + planned))),
    )


@st.composite
def totals(draw):
    dated = st.lists(drawn_lessons(past_days | coming_days | st.none(), recorded), max_size=6)
    ends = draw(st.sampled_from([None, AS_OF, AFTERWARDS]))
    left = draw(st.none() | past_days | coming_days)
    total = draw(st.sampled_from([None, Fraction(120), Fraction(600), Fraction(1201, 2)]))
    return Course(
        "t",
        Part.NT2,
        Unit.LESTIJD,
        required=draw(st.none() | degrees),
        ends=ends,
        left_on=left,
        total=total,
        absences=tuple(draw(dated)),
    )


def to_come(course):
    """Lessons of the day itself are to come as long as nothing is recorded of them."""
    return [
        place
        for place, lesson in enumerate(course.lessons)
        if lesson.day and (lesson.day > AS_OF or (lesson.day == AS_OF and lesson.presence is None))
    ]


def held(course, attended):
    """The course when all its lessons are over and of those to come only the places `attended` were."""
    lessons = list(course.lessons)
    for place in to_come(course):
        presence = Presence.PRESENT if place in attended else Presence.UNJUSTIFIED
        lessons[place] = lessons[place]._replace(presence=presence, attended=None)
    return replace(course, lessons=tuple(lessons))


def strict_percentage(judgement):
    if not judgement.strict_denominator:
        return None
    return Fraction(100 * judgement.strict_numerator, judgement.strict_denominator)


def verdict_afterwards(course, attended, rule):
    return judge(held(course, attended), as_of=AFTERWARDS, rule=rule).verdict


@thoroughly
@given(courses(), rules)
def test_a_presence_instead_of_an_absence_never_worsens_the_verdict(course, rule):
    before = judge(course, as_of=AS_OF, rule=rule)
    for place, lesson in enumerate(course.lessons):
        milder = {
            Presence.UNJUSTIFIED: [Presence.JUSTIFIED, Presence.PRESENT],
            Presence.JUSTIFIED: [Presence.PRESENT],
        }
        for better in milder.get(lesson.presence, []):
            lessons = list(course.lessons)
            lessons[place] = lesson._replace(presence=better, attended=None)
            after = judge(replace(course, lessons=tuple(lessons)), as_of=AS_OF, rule=rule)
            assert GRAVITY[after.verdict] >= GRAVITY[before.verdict]
            assert after.percentage is None or after.percentage >= (before.percentage or 0)


@thoroughly
@given(courses(), rules, st.tuples(degrees, degrees).map(sorted))
def test_a_higher_norm_never_betters_the_verdict(course, rule, norms):
    lower, higher = (judge(replace(course, required=norm), as_of=AS_OF, rule=rule) for norm in norms)
    assert GRAVITY[higher.verdict] <= GRAVITY[lower.verdict]


@thoroughly
@given(courses(to_come=(1, 5)), rules)
def test_attending_any_needed_number_of_lessons_is_enough_and_one_fewer_is_not(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    if judgement.needed is None:
        return  # out of reach: the next property says when
    places = to_come(course)
    assert judgement.out_of == len(places)
    for attended in combinations(places, judgement.needed):
        assert verdict_afterwards(course, attended, rule) is Verdict.KEPT
    if judgement.needed:
        fewer = combinations(places, judgement.needed - 1)
        assert Verdict.OUT_OF_REACH in {verdict_afterwards(course, attended, rule) for attended in fewer}


@thoroughly
@given(courses(), rules)
def test_may_miss_is_the_most_lessons_of_which_any_may_be_missed(course, rule):
    """Told again by trying every subset of the lessons to come."""
    judgement = judge(course, as_of=AS_OF, rule=rule)
    places = to_come(course)
    if not places or judgement.verdict is Verdict.OUT_OF_REACH:
        assert (judgement.may_miss, judgement.decides_on) == (None, None)
        return

    def any_may_be_missed(number):
        return all(
            verdict_afterwards(course, set(places) - set(missed), rule) is not Verdict.OUT_OF_REACH
            for missed in combinations(places, number)
        )

    numbers = [number for number in range(len(places) + 1) if any_may_be_missed(number)]
    assert numbers == list(range(judgement.may_miss + 1))
    assert judgement.needed == len(places) - judgement.may_miss


@thoroughly
@given(courses(), rules)
def test_decides_on_is_the_day_with_which_missing_every_lesson_from_now_loses_the_norm(course, rule):
    """Told again by missing every lesson up to a day and attending the later ones."""
    judgement = judge(course, as_of=AS_OF, rule=rule)
    places = to_come(course)
    if judgement.verdict is Verdict.OUT_OF_REACH:
        assert judgement.decides_on is None
        return

    def lost_by(day):
        attended = {place for place in places if course.lessons[place].day > day}
        return verdict_afterwards(course, attended, rule) is Verdict.OUT_OF_REACH

    days = sorted({course.lessons[place].day for place in places})
    assert judgement.decides_on == next((day for day in days if lost_by(day)), None)
    # Together: without a day that decides everything may be missed, and before it no more lessons than may be missed
    # whichever they are.
    if judgement.may_miss is not None:
        assert (judgement.decides_on is None) == (judgement.may_miss == len(places))
        if judgement.decides_on:
            until = [place for place in places if course.lessons[place].day <= judgement.decides_on]
            assert len(until) > judgement.may_miss
    if judgement.verdict is Verdict.KEPT:
        assert judgement.decides_on is None
    if judgement.verdict in (Verdict.REACHABLE, Verdict.ON_TRACK):
        assert judgement.decides_on is not None


@thoroughly
@given(courses(to_come=(1, 6)), rules, st.data())
def test_attending_a_lesson_never_leaves_less_slack_and_missing_one_never_more(course, rule, data):
    before = judge(course, as_of=AS_OF, rule=rule)
    place = data.draw(st.sampled_from(to_come(course)))

    def after(presence):
        lessons = list(course.lessons)
        lessons[place] = lessons[place]._replace(day=AS_OF, presence=presence, attended=None)
        return judge(replace(course, lessons=tuple(lessons)), as_of=AS_OF, rule=rule)

    attended, missed = after(Presence.PRESENT), after(Presence.UNJUSTIFIED)
    if before.may_miss is None:
        assert attended.may_miss is missed.may_miss is None
        return
    if attended.may_miss is not None:
        # All that is left may be missed, or as many as before.
        assert attended.may_miss >= min(before.may_miss, attended.out_of)
        assert attended.decides_on is None or attended.decides_on >= before.decides_on
    if missed.may_miss is not None:
        assert missed.may_miss <= before.may_miss


@thoroughly
@given(courses(), rules, some_periods)
def test_there_is_no_slack_where_no_norm_applies(course, rule, suspensions):
    whole = (Period(None, None),)
    for none in (
        replace(course, exempt=True),
        replace(course, cancelled=True),
        replace(course, suspensions=(*suspensions, *whole)),
    ):
        judgement = judge(none, as_of=AS_OF, rule=rule)
        assert (judgement.may_miss, judgement.decides_on) == (None, None)


@thoroughly
@given(totals(), rules)
def test_totals_give_no_slack(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    assert (judgement.may_miss, judgement.decides_on) == (None, None)


@thoroughly
@given(courses(), rules)
def test_needed_is_told_exactly_when_lessons_are_to_come_and_the_norm_is_within_reach(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    open_still = bool(to_come(course)) and judgement.verdict is not Verdict.OUT_OF_REACH
    assert (judgement.needed is not None) == (judgement.out_of is not None) == open_still
    if judgement.verdict is Verdict.REACHABLE:
        assert 1 <= judgement.needed <= judgement.out_of


@thoroughly
@given(courses(), rules)
def test_the_norm_is_met_for_good_exactly_when_missing_everything_still_meets_it(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    worst = verdict_afterwards(course, (), rule)
    if judgement.verdict in (Verdict.KEPT, Verdict.ON_TRACK):
        assert judgement.percentage >= judgement.required
        assert worst is (Verdict.KEPT if judgement.verdict is Verdict.KEPT else Verdict.OUT_OF_REACH)
        assert (judgement.verdict is Verdict.KEPT) == (judgement.needed in (None, 0))


@thoroughly
@given(courses(), rules)
def test_below_the_norm_it_is_reachable_exactly_when_attending_everything_reaches_it(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    best = verdict_afterwards(course, to_come(course), rule)
    if judgement.verdict in (Verdict.REACHABLE, Verdict.OUT_OF_REACH):
        assert judgement.percentage < judgement.required
        assert (judgement.verdict is Verdict.REACHABLE) == (best is Verdict.KEPT)
    else:
        assert best is not Verdict.OUT_OF_REACH
        assert judgement.percentage is None or judgement.percentage >= judgement.required


@thoroughly
@given(courses(), rules)
def test_out_of_reach_is_never_recovered_by_attending_everything(course, rule):
    attended = held(course, to_come(course))
    out_of_reach = judge(course, as_of=AS_OF, rule=rule).verdict is Verdict.OUT_OF_REACH
    for offset in (1, 3, 10, 20, 30):
        later = judge(attended, as_of=AS_OF + timedelta(days=offset), rule=rule)
        assert (later.verdict is Verdict.OUT_OF_REACH) == out_of_reach


@thoroughly
@given(courses(), rules)
def test_out_of_reach_since_is_the_first_day_whose_absences_alone_put_the_norm_out_of_reach(course, rule):
    """Told again by another way: up to a day everything as it was, after it (and undated) all attended."""

    def out_of_reach_on(day):
        lessons = [
            lesson
            if lesson.presence is None or (lesson.day is not None and lesson.day <= day)
            else lesson._replace(presence=Presence.PRESENT, attended=None)
            for lesson in course.lessons
        ]
        retold = replace(course, lessons=tuple(lessons))
        return judge(retold, as_of=AS_OF, rule=rule).verdict is Verdict.OUT_OF_REACH

    judgement = judge(course, as_of=AS_OF, rule=rule)
    days = (AS_OF - timedelta(days=ago) for ago in range(30, -1, -1))
    assert judgement.out_of_reach_since == next((day for day in days if out_of_reach_on(day)), None)


@thoroughly
@given(courses() | totals(), rules, st.integers(0, 6))
def test_a_cut_percentage_is_below_the_norm_exactly_when_the_percentage_is(course, rule, decimals):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    pairs = (
        (judgement.cut(decimals), judgement.percentage),
        (judgement.strict_cut(decimals), strict_percentage(judgement)),
    )
    for cut, exact in pairs:
        assert (cut is None) == (exact is None)
        if cut is not None:
            assert 0 <= exact - Fraction(cut) < Fraction(1, 10**decimals)
            for norm in (50, 80, 83, 100):
                assert (cut >= norm) == (exact >= norm)


@thoroughly
@given(courses() | totals())
def test_the_milder_rule_never_gives_the_lower_percentage(course):
    mild, middle, strict = (
        judge(course, as_of=AS_OF, rule=replace(rule, default_required=Fraction(80)))
        for rule in (AS_PRESENT, LEAVES_OUT, AS_ABSENT)
    )
    if not any(judgement.at_best for judgement in (mild, middle, strict)):
        assert middle.percentage is None or mild.percentage >= middle.percentage >= strict.percentage
        for judgement in (mild, middle, strict):
            assert strict_percentage(judgement) == strict.percentage
    assert GRAVITY[mild.verdict] >= GRAVITY[strict.verdict]


@thoroughly
@given(courses() | totals(), rules)
def test_the_tally_adds_up_and_every_number_is_exact(course, rule):
    count = tally(course, as_of=AS_OF)
    judgement = judge(course, as_of=AS_OF, rule=rule)
    assert judgement.tally == count
    if course.unit is Unit.MINUTE or count.given:
        assert count.given == count.present + count.justified + count.unjustified
    if course.unit is Unit.MINUTE:
        assert count.to_come == sum(count.lessons_to_come)
    for owner in (count, judgement):
        for value in (getattr(owner, field.name) for field in fields(owner)):
            assert not isinstance(value, float | Decimal)
            assert not isinstance(value, int | Fraction) or value >= 0
    assert judgement.numerator <= judgement.denominator
    assert judgement.strict_numerator <= judgement.strict_denominator


GIVEN = (LessonKind.PRESENT, LessonKind.PARTLY, LessonKind.JUSTIFIED, LessonKind.UNJUSTIFIED)


@thoroughly
@given(courses(), some_periods, st.none() | past_days | coming_days, st.booleans())
def test_the_tally_adds_up_the_lessons_by_their_kinds(course, suspensions, left, cancelled):
    course = replace(course, suspensions=tuple(suspensions), left_on=left, cancelled=cancelled)
    count, kinds = tally(course, as_of=AS_OF), classify(course, as_of=AS_OF)

    def units(*of_kinds):
        pairs = zip(course.lessons, kinds, strict=True)
        return tuple(lesson.units for lesson, kind in pairs if kind in of_kinds)

    assert count.given == sum(units(*GIVEN))
    assert count.justified == sum(units(LessonKind.JUSTIFIED))
    assert count.lessons_to_come == units(LessonKind.TO_COME)
    assert count.unrecorded == len(units(LessonKind.UNRECORDED))
    for lesson, kind in zip(course.lessons, kinds, strict=True):
        suspended = lesson.day is not None and any(period.covers(lesson.day) for period in suspensions)
        gone = left is not None and lesson.day is not None and lesson.day > left
        assert (kind in (LessonKind.SUSPENDED, LessonKind.IGNORED)) == (suspended or gone or cancelled)


@thoroughly
@given(courses(), rules, st.randoms(use_true_random=False))
def test_the_order_of_the_lessons_in_the_message_does_not_matter(course, rule, random):
    shuffled = replace(course, lessons=tuple(random.sample(course.lessons, len(course.lessons))))
    one, other = (judge(each, as_of=AS_OF, rule=rule) for each in (course, shuffled))
    sizes_sorted = tuple(sorted(one.tally.lessons_to_come))
    assert sizes_sorted == tuple(sorted(other.tally.lessons_to_come))
    sort = {"lessons_to_come": sizes_sorted}
    assert replace(one, tally=replace(one.tally, **sort)) == replace(
        other, tally=replace(other.tally, **sort)
    )


@thoroughly
@given(courses(), rules, st.sampled_from([Fraction(1, 60), Fraction(1, 50), Fraction(7)]))
def test_the_size_of_the_unit_does_not_matter(course, rule, factor):
    def scaled(lesson):
        attended = None if lesson.attended is None else lesson.attended * factor
        return lesson._replace(units=lesson.units * factor, attended=attended)

    other = judge(replace(course, lessons=tuple(map(scaled, course.lessons))), as_of=AS_OF, rule=rule)
    one = judge(course, as_of=AS_OF, rule=rule)
    for name in ("verdict", "percentage", "may_miss", "decides_on", "out_of_reach_since"):
        assert getattr(one, name) == getattr(other, name)
    assert strict_percentage(one) == strict_percentage(other)


@thoroughly
@given(courses(past=recorded, to_come=(0, 0)), rules)
def test_an_ended_course_is_judged_the_same_by_its_totals_as_by_its_lessons(course, rule):
    by_lessons = judge(course, as_of=AS_OF, rule=rule)
    absences = []
    for lesson in course.lessons:
        if lesson.presence is not Presence.PRESENT:
            absences.append(lesson)
        elif lesson.attended is not None:
            missed = max(lesson.units - lesson.attended, 0)
            absences.append(Lesson(lesson.day, missed, Presence.UNJUSTIFIED))
    by_totals = judge(
        Course(
            "t",
            Part.MO,
            Unit.LESTIJD,
            required=course.required,
            ends=AS_OF,
            total=by_lessons.tally.given,
            absences=tuple(absences),
        ),
        as_of=AS_OF,
        rule=rule,
    )
    for told in ("verdict", "numerator", "denominator", "strict_numerator", "out_of_reach_since"):
        assert getattr(by_lessons, told) == getattr(by_totals, told)


@thoroughly
@given(totals(), rules)
def test_running_totals_are_out_of_reach_exactly_when_no_further_absence_still_ends_so(course, rule):
    running = replace(course, ends=AFTERWARDS, left_on=None)
    so_far = tuple(lesson for lesson in course.absences if lesson.day is None or lesson.day <= AS_OF)
    ended = judge(replace(running, absences=so_far), as_of=AFTERWARDS, rule=rule)
    told = judge(running, as_of=AS_OF, rule=rule)
    assert (told.verdict is Verdict.OUT_OF_REACH) == (ended.verdict is Verdict.OUT_OF_REACH)
    assert told.out_of_reach_since == ended.out_of_reach_since
    assert told.verdict in (Verdict.OUT_OF_REACH, Verdict.NO_LESSONS)


# --- equal and contradictory records ------------------------------------------------------------------------------

HOUR = 3_600_000


@st.composite
def courses_with_hours(draw):
    """A course of which every lesson has a begin; the lessons of a day begin at different hours."""
    course = draw(courses())
    lessons = [lesson._replace(begins=place * HOUR) for place, lesson in enumerate(course.lessons)]
    return replace(course, lessons=tuple(lessons), left_on=draw(st.none() | past_days))


@thoroughly
@given(courses_with_hours(), rules, st.data())
def test_duplicating_any_record_changes_nothing(course, rule, data):
    dated = [lesson for lesson in course.lessons if lesson.day]
    repeats = data.draw(st.lists(st.sampled_from(dated), max_size=5) if dated else st.just([]))
    lessons = data.draw(st.permutations([*course.lessons, *repeats]))
    before = judge(replace(course, lessons=tuple(dict.fromkeys(lessons))), as_of=AS_OF, rule=rule)
    after = judge(replace(course, lessons=tuple(lessons)), as_of=AS_OF, rule=rule)
    assert after == before


@st.composite
def courses_with_contradictions(draw):
    """A course, and the places of the records that were added beside a different one of the same lesson."""
    course = draw(courses_with_hours())
    dated = [lesson for lesson in course.lessons if lesson.day and lesson.units > 0]
    if not dated:
        dated = [Lesson(AS_OF, 60, Presence.PRESENT, begins=40 * HOUR)]
    others = []
    for lesson in draw(st.lists(st.sampled_from(dated), min_size=1, max_size=3, unique=True)):
        other = draw(drawn_lessons(st.just(lesson.day), perhaps_recorded))._replace(begins=lesson.begins)
        if other != lesson:
            others.append(other)
    if not others:
        lesson = dated[0]
        others.append(lesson._replace(units=lesson.units + 15))
    lessons = draw(st.permutations([*dict.fromkeys((*course.lessons, *dated)), *others]))
    return replace(course, lessons=tuple(lessons), left_on=None)


@thoroughly
@given(courses_with_contradictions(), rules)
def test_contradictory_records_never_give_a_verdict(course, rule):
    judgement = judge(course, as_of=AS_OF, rule=rule)
    assert judgement.verdict is Verdict.CONTRADICTORY
    assert judgement.percentage is None
    assert (judgement.may_miss, judgement.decides_on, judgement.out_of_reach_since) == (None, None, None)
    assert judgement.tally.contradictory >= 1
    assert LessonKind.CONTRADICTORY in classify(course, as_of=AS_OF)
    exempt = judge(replace(course, exempt=True), as_of=AS_OF, rule=rule)
    assert (exempt.verdict, exempt.percentage) == (Verdict.EXEMPT, None)


def choices(course):
    """Every way to keep one record of each lesson."""
    by_lesson = {}
    for place, lesson in enumerate(course.lessons):
        key = (lesson.day, lesson.begins) if lesson.day else place
        by_lesson.setdefault(key, []).append(lesson)
    return [replace(course, lessons=tuple(chosen)) for chosen in product(*by_lesson.values())]


@thoroughly
@given(courses_with_contradictions(), rules)
def test_no_choice_of_records_is_milder_than_the_mildest_reading_or_stricter_than_the_strictest(course, rule):
    mildest, strictest = judge(course, as_of=AS_OF, rule=rule).readings

    def is_met(judgement):
        return not judgement.denominator or judgement.percentage >= judgement.required

    met = [is_met(judge(choice, as_of=AS_OF, rule=rule)) for choice in choices(course)]
    assert is_met(mildest) == any(met)
    assert is_met(strictest) == all(met)
    assert Verdict.CONTRADICTORY not in (mildest.verdict, strictest.verdict)


def inexact(tree):
    """What in the code could make a float: a literal, a true division, a call or an import that gives one."""
    for node in ast.walk(tree):
        if (
            (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
            or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
            or (isinstance(node, ast.Name) and node.id in {"float", "complex", "round", "divmod", "pow"})
            or (isinstance(node, ast.Attribute) and node.attr in {"fsum", "truediv", "limit_denominator"})
            or (isinstance(node, ast.Import | ast.ImportFrom) and "math" in ast.unparse(node))
        ):
            yield ast.unparse(node)


def test_the_package_holds_nothing_that_could_make_a_float():
    modules = list(Path(attendance.__file__).parent.glob("*.py"))
    assert len(modules) > 1
    for module in modules:
        assert list(inexact(ast.parse(module.read_text(encoding="utf-8")))) == [], module.name


def test_every_way_to_make_a_float_is_noticed():
    slips = [
        "0.8",
        "a / b",
        "a /= b",
        "float(a)",
        "round(a)",
        "from math import floor",
        "import math",
        "m.fsum",
    ]
    assert all(list(inexact(ast.parse(slip))) for slip in slips)
