"""From a dossier as read to the rows that lists and sums use. Pure: no database."""

from __future__ import annotations

import datetime
from fractions import Fraction

from ..attendance import DEFAULT_RULE, Course, Judgement, PersonJudgement, Rule, judge, judge_person

Units = int | Fraction
PLACES = 4


def exact(units: Units) -> str:
    """Units as text: a whole number, else four decimals (minutes with seconds cannot always be written out)."""
    if isinstance(units, int):
        return str(units)
    if units.denominator == 1:
        return str(units.numerator)
    whole, places = divmod(round(units * 10**PLACES), 10**PLACES)
    return f"{whole}.{places:0{PLACES}d}".rstrip("0").rstrip(".")


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def suspended_until(course: Course, as_of: datetime.date) -> str | None:
    """The last day of the suspension that holds on `as_of`, None when open-ended or not suspended."""
    ends = [period.last for period in course.suspensions if period.covers(as_of)]
    return None if None in ends or not ends else _day(max(end for end in ends if end))


def part_summary(course: Course, judgement: Judgement, name: str) -> dict[str, object]:
    """What a list line shows of one part: exact figures as text, the verdict, what can still be done."""
    count = judgement.tally
    cut, strict = judgement.cut(), judgement.strict_cut()
    return {
        "part": str(course.part),
        "verdict": str(judgement.verdict),
        "unit": str(count.unit),
        "numerator": exact(judgement.numerator),
        "denominator": exact(judgement.denominator),
        "strict_numerator": exact(judgement.strict_numerator),
        "required": exact(judgement.required),
        "cut": None if cut is None else str(cut),
        "strict_cut": None if strict is None else str(strict),
        "given": exact(count.given),
        "present": exact(count.present),
        "justified": exact(count.justified),
        "unjustified": exact(count.unjustified),
        "to_come": exact(count.to_come),
        "lessons_to_come": len(count.lessons_to_come),
        "unrecorded": count.unrecorded,
        "at_best": judgement.at_best,
        "needed": judgement.needed,
        "out_of": judgement.out_of,
        "since": _day(judgement.out_of_reach_since),
        "starts": _day(course.starts),
        "ends": _day(course.ends),
        "suspended_until": suspended_until(course, judgement.as_of),
        "course": name,
        "rule": judgement.rule.code,
        "as_of": judgement.as_of.isoformat(),
    }


def summarise(
    courses: list[tuple[Course, str]], as_of: datetime.date, rule: Rule = DEFAULT_RULE
) -> tuple[PersonJudgement, list[dict[str, object]], dict[str, Judgement]]:
    """How a person stands on `as_of`: the standing, its parts for the list, and the judgement of every course."""
    names = {course.key: name for course, name in courses}
    found = judge_person([course for course, _ in courses], as_of=as_of, rule=rule)
    parts = [part_summary(each.course, each.judgement, names[each.course.key]) for each in found.parts]
    told = {each.course.key: each.judgement for each in found.parts}
    judged = {
        course.key: told.get(course.key) or judge(course, as_of=as_of, rule=rule) for course, _ in courses
    }
    return found, parts, judged
