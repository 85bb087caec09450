"""The card of a part: the course that decides, its verdict, and the other courses of the part."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, TypeVar

from django.utils.translation import gettext_noop

from partners.periods import Period

from ...attendance import DEFAULT_RULE, Judgement, Part, Rule, judge, judge_person
from ...enums import VerdictLabel
from ...formats import slack as slack_words
from ...language import gettext
from ...magda.reader import CourseFacts
from ...models import Enrolment
from ..courses import CourseNode
from ..sheets import Fact, Section
from ..values import Form, Value, as_date, period_text, units_text
from .figures import (
    LegendItem,
    ScaleFigures,
    amounts_words,
    figure_words,
    legend_of,
    norm_words,
    percentage_words,
    scale_of,
    strict_words,
)
from .lessons import Lessons, lessons_of
from .naming import cancelled_words, centre_of, name_of, source_words
from .outlook import notes_words, outlook_words, readings_words

PART_NAMES: Final = {
    Part.MO: gettext_noop("Maatschappelijke oriëntatie (MO)"),
    Part.NT2: gettext_noop("Nederlands (NT2)"),
    Part.PLO: gettext_noop("Loopbaanoriëntatie (PLO)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseVerdict:
    """The verdict of one course. `verdict_words` replace the words of the verdict for a cancelled course."""

    key: str
    verdict: str
    verdict_words: str
    percentage: str
    # Words beside the verdict while a question is open, and the mark of a question about the course itself.
    reserved: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView(CourseVerdict):
    """One course whole, with its own verdict."""

    anchor: str
    name: str
    where: str
    period: str
    fraction: str
    outlook: str
    lessons: Lessons
    details: Section


V = TypeVar("V", bound=CourseVerdict)


@dataclass(frozen=True, slots=True)
class AttendanceCard:
    """One part of the programme: the course that decides (`telling`), and the other courses of the part.

    `readings`: where records contradict each other, the figures of the mildest and the strictest reading.
    """

    anchor: str
    title: str
    telling: CourseVerdict | None
    figure: str = ""
    norm: str = ""
    scale: ScaleFigures | None = None
    legend: tuple[LegendItem, ...] = ()
    amounts: str = ""
    outlook_lead: str = ""
    outlook: str = ""
    slack: str = ""
    strict: str = ""
    readings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    others: tuple[CourseView, ...] = ()


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """The complete block. `allowed`: the mandate allows it; `rest`: the content of the block beside the courses."""

    allowed: bool
    cards: tuple[AttendanceCard, ...] = ()
    rest: Section = field(default_factory=Section)


@dataclass(frozen=True, slots=True)
class TellingCourse:
    """The course that decides for a part: a card of what a first screen shows, its facts, its judgement."""

    card: AttendanceCard
    facts: CourseFacts
    judgement: Judgement


def attendance_view(
    courses: Sequence[CourseFacts],
    nodes: dict[str, CourseNode],
    enrolments: Sequence[Enrolment],
    *,
    as_of: datetime.datetime,
    day: datetime.date,
    rest: Section,
    rule: Rule = DEFAULT_RULE,
    marks: Mapping[str, str] = MappingProxyType({}),
    reserved: frozenset[str] = frozenset(),
) -> AttendanceView:
    """Return the cards, in the order of the parts.

    `courses` are those of the VormingsActiviteiten block, `nodes` their elements by key. Suspensions and
    exemption may be in blocks the mandate withholds, so they come from the stored `enrolments`. `day` is the
    Brussels day of the message (`as_of`), on which everything is judged under `rule`. `marks` are words beside courses,
    by key; the verdict of a course in `reserved` is under reservation.
    """
    courses = _completed(courses, enrolments)
    judgement = judge_person([facts.course for facts in courses], as_of=day, rule=rule)
    deciding = {part.part: part.course.key for part in judgement.parts}
    cards = []
    for part in Part:
        of_part = [facts for facts in courses if facts.course.part is part]
        if of_part:
            card = _card(part, of_part, deciding.get(part), nodes, as_of=as_of, day=day, rule=rule)
            cards.append(_with_marks(card, marks, reserved))
    return AttendanceView(True, tuple(cards), rest)


def telling_courses(
    courses: Sequence[CourseFacts],
    enrolments: Sequence[Enrolment],
    *,
    as_of: datetime.datetime,
    day: datetime.date,
    rule: Rule = DEFAULT_RULE,
    marks: Mapping[str, str] = MappingProxyType({}),
    reserved: frozenset[str] = frozenset(),
) -> list[TellingCourse]:
    """Return the deciding course of each part, in the order of the parts. Arguments as in `attendance_view`."""
    by_key = {facts.course.key: facts for facts in _completed(courses, enrolments)}
    person = judge_person([facts.course for facts in by_key.values()], as_of=day, rule=rule)
    telling = []
    for part in person.parts:
        facts = by_key[part.course.key]
        verdict = _verdict(facts, part.judgement)
        card = _telling_card(part.part, facts, part.judgement, verdict, as_of, rule)
        card = _with_marks(card, marks, reserved)
        telling.append(TellingCourse(card, facts, part.judgement))
    return telling


def _replace_from(facts: CourseFacts, enrolment: Enrolment | None) -> CourseFacts:
    """Return the course with the suspensions and the exemption stored for it."""
    if enrolment is None:
        return facts
    periods = tuple(
        Period(as_date(first or ""), as_date(last or "")) for first, last in enrolment.suspensions
    )
    return replace(facts, course=replace(facts.course, exempt=enrolment.exempt, suspensions=periods))


def _completed(courses: Sequence[CourseFacts], enrolments: Sequence[Enrolment]) -> list[CourseFacts]:
    """Return the courses with the suspensions and exemptions that are stored, because other blocks have them."""
    stored = {enrolment.key: enrolment for enrolment in enrolments}
    return [_replace_from(facts, stored.get(facts.course.key)) for facts in courses]


def _with_marks(card: AttendanceCard, marks: Mapping[str, str], reserved: frozenset[str]) -> AttendanceCard:
    """Return the card with the marks of questions about its courses and their lessons."""
    if not marks and not reserved:
        return card

    def marked(view: V) -> V:
        words = gettext("onder voorbehoud") if view.key in reserved else ""
        return replace(view, reserved=words, mark=marks.get(view.key, ""))

    return replace(
        card,
        telling=card.telling and marked(card.telling),
        others=tuple(marked(view) for view in card.others),
    )


def _card(
    part: Part,
    courses: list[CourseFacts],
    deciding: str | None,
    nodes: dict[str, CourseNode],
    *,
    as_of: datetime.datetime,
    day: datetime.date,
    rule: Rule,
) -> AttendanceCard:
    anchor = part.lower()
    views: list[CourseView] = []
    first: tuple[CourseFacts, Judgement, CourseView] | None = None
    for number, facts in enumerate(courses, 1):
        key = facts.course.key
        judgement = judge(facts.course, as_of=day, rule=rule)
        node = nodes.get(key)
        view = _course_view(
            facts, judgement, lessons_of(facts.course, judgement, node), f"{anchor}-{number}", node
        )
        if key == deciding and first is None:
            first = facts, judgement, view
        else:
            views.append(view)
    # The newest first: older courses are of least interest.
    order = {facts.course.key: facts.course.starts or datetime.date.min for facts in courses}
    others = tuple(sorted(views, key=lambda view: order[view.key], reverse=True))
    if first is None:
        return AttendanceCard(anchor, gettext(PART_NAMES[part]), None, others=others)
    facts, judgement, view = first
    return replace(
        _telling_card(part, facts, judgement, view, as_of, rule),
        norm=norm_words(judgement, facts.course),
        amounts=amounts_words(judgement),
        others=others,
    )


def _telling_card(
    part: Part,
    facts: CourseFacts,
    judgement: Judgement,
    verdict: CourseVerdict,
    as_of: datetime.datetime,
    rule: Rule,
) -> AttendanceCard:
    """Return the card of the course that decides for a part, without norm, amounts and the other courses."""
    title = gettext(PART_NAMES[part])
    lead, outlook = outlook_words(facts.course, judgement)
    return AttendanceCard(
        anchor=part.lower(),
        title=f"{title} · {facts.level}" if facts.level else title,
        telling=verdict,
        figure=figure_words(judgement, facts.course),
        scale=scale_of(judgement),
        legend=legend_of(judgement),
        outlook_lead=lead,
        outlook=outlook,
        slack=slack_words(judgement.may_miss, judgement.decides_on),
        strict=strict_words(judgement),
        readings=readings_words(facts, judgement),
        notes=notes_words(facts.course, judgement),
        source=source_words(facts, as_of, rule),
    )


def _verdict(facts: CourseFacts, judgement: Judgement) -> CourseVerdict:
    course = facts.course
    return CourseVerdict(
        key=course.key,
        verdict=VerdictLabel.NO_LESSONS if course.cancelled else VerdictLabel(judgement.verdict),
        verdict_words=cancelled_words(facts) if course.cancelled else "",
        percentage=percentage_words(judgement),
    )


def _course_view(
    facts: CourseFacts, judgement: Judgement, lessons: Lessons, anchor: str, node: CourseNode | None
) -> CourseView:
    course, unit = facts.course, facts.course.unit
    verdict = _verdict(facts, judgement)
    return CourseView(
        key=verdict.key,
        verdict=verdict.verdict,
        verdict_words=verdict.verdict_words,
        percentage=verdict.percentage,
        anchor=anchor,
        name=name_of(facts),
        where=", ".join(filter(None, (centre_of(facts), facts.place))),
        period=period_text(course.starts, course.ends),
        fraction=""
        if not verdict.percentage
        else gettext("%(numerator)s van %(denominator)s")
        % {
            "numerator": units_text(judgement.numerator, unit),
            "denominator": units_text(judgement.denominator, unit),
        },
        outlook=outlook_words(course, judgement)[1],
        lessons=lessons,
        details=_details(node, judgement.rule),
    )


def _details(node: CourseNode | None, rule: Rule) -> Section:
    """Return everything else the message says of the course, and the code of the rule that judged it."""
    code = Fact(gettext("Regel voor gewettigde afwezigheid"), ((Value(rule.code, form=Form.DATA),),))
    details = Section() if node is None else node.details
    return replace(details, facts=(*details.facts, code))
