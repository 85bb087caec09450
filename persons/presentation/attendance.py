"""The attendance block: per part a card with the verdict and everything that can be checked about it.

Figures come from `persons.attendance` and are exact; this module only words them. A verdict informs a social
inquiry; nothing on the card proposes a sanction.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypedDict

from django.utils.translation import gettext_noop, ngettext

from partners.periods import Period

from ..attendance import (
    DEFAULT_RULE,
    Course,
    Judgement,
    Lesson,
    LessonKind,
    Part,
    Presence,
    Rule,
    Unit,
    Units,
    Verdict,
    classify,
    judge,
    judge_person,
)
from ..enums import VerdictLabel
from ..formats import percent, rule_words
from ..formats import slack as slack_words
from ..listparts import hour
from ..magda.reader import CourseFacts
from ..magda.vocabulary.kbi02 import LEFT, NOT_PLACED
from ..models import Enrolment
from .codes import CODES
from .courses import CourseNode, LessonText
from .language import gettext
from .sheets import Fact, Section, organisation
from .values import Form, Value, Values, as_date, day_text, moment_text, period_text, table_day, units_text
from .words import label

PART_NAMES: Final = {
    Part.MO: gettext_noop("Maatschappelijke oriëntatie (MO)"),
    Part.NT2: gettext_noop("Nederlands (NT2)"),
    Part.PLO: gettext_noop("Loopbaanoriëntatie (PLO)"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """How a lesson looks: its class in the stylesheet, its letter in the strip, its words. Compared by identity."""

    style: str
    letter: str
    msgid: str

    @property
    def words(self) -> str:
        """The meaning of the mark, in the language of the request."""
        return gettext(self.msgid)


PRESENT: Final = Mark("", "", gettext_noop("aanwezig"))
PARTLY: Final = Mark("p", "D", gettext_noop("deels aanwezig"))
JUSTIFIED: Final = Mark("j", "G", gettext_noop("gewettigd afwezig"))
ABSENT: Final = Mark("a", "A", gettext_noop("ongewettigd afwezig"))
TO_COME: Final = Mark("o", "", gettext_noop("nog te geven"))
UNRECORDED: Final = Mark("q", "?", gettext_noop("niet geregistreerd"))
NOT_COUNTED: Final = Mark("x", "×", gettext_noop("telt niet mee"))
REPEATED: Final = Mark("x", "=", gettext_noop("dubbel geregistreerd, telt één keer"))
CONTRADICTORY: Final = Mark("t", "!", gettext_noop("tegenstrijdig geregistreerd"))
_MARKS: Final = {
    LessonKind.PRESENT: PRESENT,
    LessonKind.PARTLY: PARTLY,
    LessonKind.JUSTIFIED: JUSTIFIED,
    LessonKind.UNJUSTIFIED: ABSENT,
    LessonKind.TO_COME: TO_COME,
    LessonKind.UNRECORDED: UNRECORDED,
    LessonKind.SUSPENDED: NOT_COUNTED,
    LessonKind.IGNORED: NOT_COUNTED,
    LessonKind.REPEATED: REPEATED,
    LessonKind.CONTRADICTORY: CONTRADICTORY,
}
_RECORDED: Final = {
    Presence.PRESENT: PRESENT,
    Presence.JUSTIFIED: JUSTIFIED,
    Presence.UNJUSTIFIED: ABSENT,
}
MARKS: Final = (
    PRESENT,
    PARTLY,
    JUSTIFIED,
    ABSENT,
    TO_COME,
    UNRECORDED,
    NOT_COUNTED,
    REPEATED,
    CONTRADICTORY,
)
_LESSONS_NAMED: Final = 5  # contradictory lessons named in one sentence


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson (02.00) or absence (01.00) in the table. `extra`: further values the message has about it."""

    day: str
    raw_day: str
    hours: str
    length: str
    mark: Mark
    words: str
    extra: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Lessons:
    """The lessons of a course as a table, or its absences when the message has totals only."""

    rows: tuple[LessonRow, ...]
    absences_only: bool

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The strip: a mark per lesson."""
        return () if self.absences_only else tuple(row.mark for row in self.rows)

    @property
    def key(self) -> tuple[Mark, ...]:
        """The marks that need a word of explanation, in a fixed order."""
        marks = set(self.marks)
        return tuple(mark for mark in MARKS if mark in marks and (mark.letter or mark is TO_COME))

    @property
    def counted(self) -> str:
        """The strip in words: "30 lessen aanwezig, 2 gewettigd afwezig, 15 nog te geven"."""
        counts = Counter(self.marks)
        return ", ".join(f"{counts[mark]} {mark.words}" for mark in MARKS if counts[mark])


class ScaleFigures(TypedDict):
    """The figures of the picture, with the keys of a `ListPart`; `required` is in percent."""

    numerator: Units
    denominator: Units
    to_come: Units
    required: Units
    at_best: bool


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry of the key to the picture: class of its zone and words."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class CourseView:
    """One course with its own verdict. `verdict_words` replace the words of the verdict for a cancelled course."""

    key: str
    anchor: str
    name: str
    where: str
    period: str
    verdict: str
    verdict_words: str
    percentage: str
    fraction: str
    outlook: str
    lessons: Lessons
    details: Section
    # Words beside the verdict while a question is open, and the mark of a question about the course itself.
    reserved: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceCard:
    """One part of the programme: the course that decides (`telling`), and the other courses of the part.

    `readings`: where records contradict each other, the figures of the mildest and the strictest reading.
    """

    anchor: str
    title: str
    telling: CourseView | None
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


@dataclass(frozen=True, slots=True)
class TellingCourse:
    """The course that decides for a part: its card without lessons and other courses, its facts, its judgement."""

    card: AttendanceCard
    facts: CourseFacts
    judgement: Judgement


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
        view = _course_view(facts, part.judgement, _NO_LESSONS, part.part.lower())
        card = _with_marks(
            _telling_card(part.part, facts, part.judgement, view, as_of, rule), marks, reserved
        )
        telling.append(TellingCourse(card, facts, part.judgement))
    return telling


def _completed(courses: Sequence[CourseFacts], enrolments: Sequence[Enrolment]) -> list[CourseFacts]:
    """Return the courses with the suspensions and exemptions that are stored, because other blocks have them."""
    stored = {enrolment.key: enrolment for enrolment in enrolments}
    return [replace_from(facts, stored.get(facts.course.key)) for facts in courses]


def _with_marks(card: AttendanceCard, marks: Mapping[str, str], reserved: frozenset[str]) -> AttendanceCard:
    """Return the card with the marks of questions about its courses and their lessons."""
    if not marks and not reserved:
        return card

    def marked(view: CourseView) -> CourseView:
        words = gettext("onder voorbehoud") if view.key in reserved else ""
        return replace(view, reserved=words, mark=marks.get(view.key, ""))

    return replace(
        card,
        telling=card.telling and marked(card.telling),
        others=tuple(marked(view) for view in card.others),
    )


def replace_from(facts: CourseFacts, enrolment: Enrolment | None) -> CourseFacts:
    """Return the course with the suspensions and the exemption stored for it."""
    if enrolment is None:
        return facts
    periods = tuple(
        Period(as_date(first or ""), as_date(last or "")) for first, last in enrolment.suspensions
    )
    return replace(facts, course=replace(facts.course, exempt=enrolment.exempt, suspensions=periods))


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
            facts, judgement, _lessons(facts.course, judgement, node), f"{anchor}-{number}", node
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
    return replace(_telling_card(part, *first, as_of, rule), others=others)


def _telling_card(
    part: Part,
    facts: CourseFacts,
    judgement: Judgement,
    view: CourseView,
    as_of: datetime.datetime,
    rule: Rule,
) -> AttendanceCard:
    """Return the card of a part about the course that decides for it, without the others."""
    title = gettext(PART_NAMES[part])
    lead, outlook = _outlook(facts.course, judgement)
    return AttendanceCard(
        anchor=part.lower(),
        title=f"{title} · {facts.level}" if facts.level else title,
        telling=view,
        figure=_figure(judgement, facts.course),
        norm=_norm(judgement, facts.course),
        scale=_scale(judgement),
        legend=_legend(judgement),
        amounts=_amounts(judgement),
        outlook_lead=lead,
        outlook=outlook,
        slack=slack_words(judgement.may_miss, judgement.decides_on),
        strict=_strict(judgement),
        readings=_readings(facts, judgement),
        notes=_notes(facts.course, judgement),
        source=_source(facts, as_of, rule),
    )


def _course_view(
    facts: CourseFacts, judgement: Judgement, lessons: Lessons, anchor: str, node: CourseNode | None = None
) -> CourseView:
    course = facts.course
    percentage = _percentage(judgement)
    unit = course.unit
    return CourseView(
        key=course.key,
        anchor=anchor,
        name=_course_name(facts),
        where=", ".join(filter(None, (_centre(facts), facts.place))),
        period=period_text(course.starts, course.ends),
        verdict=VerdictLabel.NO_LESSONS if course.cancelled else VerdictLabel(judgement.verdict),
        verdict_words=_cancelled_words(facts) if course.cancelled else "",
        percentage=percentage,
        fraction=""
        if not percentage
        else gettext("%(numerator)s van %(denominator)s")
        % {
            "numerator": units_text(judgement.numerator, unit),
            "denominator": units_text(judgement.denominator, unit),
        },
        outlook=_outlook(course, judgement)[1],
        lessons=lessons,
        details=_details(node, judgement.rule),
    )


def _details(node: CourseNode | None, rule: Rule) -> Section:
    """Return everything else the message says of the course, and the code of the rule that judged it."""
    code = Fact(gettext("Regel voor gewettigde afwezigheid"), ((Value(rule.code, form=Form.DATA),),))
    details = Section() if node is None else node.details
    return replace(details, facts=(*details.facts, code))


def _percentage(judgement: Judgement) -> str:
    percentage = judgement.cut()
    if percentage is None or not _has_percentage(judgement):
        return ""
    if judgement.at_best:
        return gettext("hoogstens %(percentage)s") % {"percentage": percent(percentage)}
    return percent(percentage)


def _centre(facts: CourseFacts) -> str:
    """Return the centre; for a KBO number (01.00) the name of that organisation, where it is known here."""
    number, *branch = facts.centre.split(" ")
    if facts.course.unit is Unit.LESTIJD and number.isdigit():
        return " ".join([organisation(number).text, *branch])
    return facts.centre


def _course_name(facts: CourseFacts) -> str:
    name = facts.name or facts.level or facts.course.key
    if facts.name and facts.level and facts.level not in facts.name:
        name = f"{facts.name}, {facts.level}"
    if facts.language and facts.language not in name:
        return gettext("%(course)s, in het %(language)s") % {"course": name, "language": facts.language}
    return name


def _cancelled_words(facts: CourseFacts) -> str:
    """Return why a course does not count: not placed, left before it began, or cancelled."""
    words = CODES[("NT2Cursus", "Status")].get(facts.status)
    if words and (facts.status in NOT_PLACED or (facts.status == LEFT and facts.course.left_on is None)):
        return gettext(words)
    return gettext("geannuleerd")


def _at_best_running(judgement: Judgement) -> bool:
    """Return True for a running course with totals only: the message does not say how much was given."""
    count = judgement.tally
    return count.unit is Unit.LESTIJD and not count.given


def _figure(judgement: Judgement, course: Course) -> str:
    """Return the sentence after the percentage."""
    if judgement.readings:
        return gettext("Geen percentage: registraties van dezelfde les spreken elkaar tegen.")
    if judgement.verdict in (Verdict.EXEMPT, Verdict.SUSPENDED):
        return ""
    if judgement.percentage is None:
        if not _has_lessons(course):
            return gettext("Het bericht geeft voor deze cursus geen lessen.")
        if _at_best_running(judgement) and judgement.tally.to_come:
            return gettext(
                "Het bericht zegt niet hoeveel er al gegeven is: een percentage is er pas als de cursus om is."
            )
        return gettext("Nog geen les gegeven die telt.")
    words = {
        "numerator": units_text(judgement.numerator, course.unit),
        "denominator": units_text(judgement.denominator, course.unit),
    }
    if judgement.at_best:
        return gettext("als vanaf nu niets meer gemist wordt: %(numerator)s van %(denominator)s.") % words
    if judgement.denominator != judgement.tally.given:
        return gettext("van de lestijd die telt: %(numerator)s van %(denominator)s.") % words
    return gettext("van de gegeven lestijd: %(numerator)s van %(denominator)s.") % words


def _has_lessons(course: Course) -> bool:
    return bool(course.lessons) if course.unit is Unit.MINUTE else bool(course.total or course.absences)


def _norm(judgement: Judgement, course: Course) -> str:
    """Return the sentence about the norm; "" where none applies, so that the page does not contradict itself."""
    if not _has_lessons(course) or judgement.verdict in (Verdict.EXEMPT, Verdict.SUSPENDED):
        return ""
    return gettext("Norm %(norm)s.") % {"norm": percent(judgement.required)}


def _scale(judgement: Judgement) -> ScaleFigures | None:
    if not _has_percentage(judgement):
        return None
    return {
        "numerator": judgement.numerator,
        "denominator": judgement.denominator,
        "to_come": judgement.tally.to_come,
        "required": judgement.required,
        "at_best": judgement.at_best,
    }


def _has_percentage(judgement: Judgement) -> bool:
    """Return True where there is a percentage to show; where no norm applies there is none."""
    applies = judgement.verdict not in (Verdict.EXEMPT, Verdict.SUSPENDED)
    return applies and judgement.percentage is not None


def _legend(judgement: Judgement) -> tuple[LegendItem, ...]:
    """Return the zones of the picture in words. What is lost is cut from what can still be: both add up to 100 %."""
    if not _has_percentage(judgement):
        return ()
    numerator, denominator = judgement.numerator, judgement.denominator
    to_come = 0 if judgement.at_best else judgement.tally.to_come
    sure = 100 * Fraction(numerator, denominator + to_come)
    best = 100 * Fraction(numerator + to_come, denominator + to_come)
    lost = denominator - numerator
    items = []
    if not judgement.at_best:
        items.append(LegendItem("sure", gettext("%(percentage)s al zeker") % {"percentage": percent(sure)}))
    if to_come or judgement.at_best:
        items.append(
            LegendItem("open", gettext("kan nog tot %(percentage)s") % {"percentage": percent(best)})
        )
    if lost:
        words = {"units": units_text(lost, judgement.tally.unit)}
        items.append(LegendItem("gone", gettext("%(units)s verloren") % words))
    return tuple(items)


def _amounts(judgement: Judgement) -> str:
    """Return the amounts behind the percentage."""
    count = judgement.tally
    if judgement.readings or not (count.present or count.justified or count.unjustified or count.to_come):
        return ""
    totals_run = _at_best_running(judgement)
    amounts = [
        (gettext("aanwezig %(units)s"), count.present, not totals_run),
        (gettext("gewettigd afwezig %(units)s"), count.justified, True),
        (gettext("ongewettigd afwezig %(units)s"), count.unjustified, True),
        (
            gettext("gevolgd of nog te geven %(units)s") if totals_run else gettext("nog te geven %(units)s"),
            count.to_come,
            bool(count.to_come),
        ),
    ]
    return " · ".join(
        words % {"units": units_text(amount, count.unit)} for words, amount, shown in amounts if shown
    )


def _outlook(course: Course, judgement: Judgement) -> tuple[str, str]:
    """Return the outlook: a lead in bold, and the sentence after it."""
    norm = percent(judgement.required)
    if course.cancelled:
        return "", ""
    match judgement.verdict:
        case Verdict.OUT_OF_REACH:
            return _lost(course, judgement, norm)
        case Verdict.CONTRADICTORY:
            return gettext("Na te kijken:"), _contradictory(course, judgement)
        case Verdict.SUSPENDED:
            return gettext("Opgeschort:"), _suspension(course, judgement.as_of)
        case Verdict.EXEMPT:
            return gettext("Vrijgesteld:"), gettext("voor dit onderdeel geldt geen norm.")
    if judgement.needed is None or judgement.out_of is None:
        return "", _no_lessons_to_come(course, judgement)
    if judgement.verdict is Verdict.REACHABLE:
        return gettext("Nog haalbaar:"), _needed(judgement.needed, judgement.out_of, norm)
    if judgement.needed == 0:
        return gettext("Zeker:"), ngettext(
            "ook wie de komende les niet volgt, eindigt op %(norm)s of meer.",
            "ook wie geen van de %(number)s komende lessen volgt, eindigt op %(norm)s of meer.",
            judgement.out_of,
        ) % {"number": judgement.out_of, "norm": norm}
    lead = gettext("Om te halen:") if judgement.verdict is Verdict.NO_LESSONS else gettext("Om te houden:")
    return lead, _needed(judgement.needed, judgement.out_of, norm)


def _no_lessons_to_come(course: Course, judgement: Judgement) -> str:
    if judgement.verdict is not Verdict.KEPT:
        return ""
    if _may_have_more_lessons(course, judgement):
        return gettext(
            "De cursus loopt nog, maar het bericht geeft geen lessen die nog komen: vraag het centrum of er nog"
            " zijn."
        )
    return gettext("Er komen geen lessen meer bij.")


def _may_have_more_lessons(course: Course, judgement: Judgement) -> bool:
    """Return True for a running course of which the message lists no lesson to come: the centre may plan more."""
    return course.last_day is not None and course.last_day > judgement.as_of


def _needed(needed: int, out_of: int, norm: str) -> str:
    words = {"needed": needed, "number": out_of, "norm": norm}
    if out_of == 1:
        return gettext("wie de komende les volgt, eindigt op %(norm)s of meer.") % words
    if needed == out_of:
        return gettext("wie alle %(number)s komende lessen volgt, eindigt op %(norm)s of meer.") % words
    return (
        gettext(
            "wie minstens %(needed)s van de %(number)s komende lessen volgt, eindigt op %(norm)s of meer."
        )
        % words
    )


def _lost(course: Course, judgement: Judgement, norm: str) -> tuple[str, str]:
    if judgement.out_of_reach_since:
        lead = gettext("Niet meer haalbaar sinds %(day)s:") % {"day": day_text(judgement.out_of_reach_since)}
    else:
        lead = gettext("Niet meer haalbaar:")
    coming = len(judgement.tally.lessons_to_come)
    if coming:
        return lead, ngettext(
            "ook wie de komende les volgt, eindigt onder %(norm)s.",
            "ook wie alle %(number)s komende lessen volgt, eindigt onder %(norm)s.",
            coming,
        ) % {"number": coming, "norm": norm}
    if _may_have_more_lessons(course, judgement) and not judgement.at_best:
        return lead, gettext(
            "met de lessen in het bericht. De cursus loopt nog: vraag het centrum of er nog lessen komen."
        )
    if judgement.at_best:
        return lead, gettext("ook wie verder alles volgt, eindigt onder %(norm)s.") % {"norm": norm}
    return lead, gettext("er komen geen lessen meer bij.")


def _contradictory(course: Course, judgement: Judgement) -> str:
    """Return which lessons have contradictory records."""
    kinds = classify(course, as_of=judgement.as_of)
    lessons = dict.fromkeys(
        f"{table_day(lesson.day)} {hour(lesson.begins)}"
        for lesson, kind in zip(course.lessons, kinds, strict=True)
        if kind is LessonKind.CONTRADICTORY and lesson.day and lesson.begins is not None
    )
    named = ", ".join(list(lessons)[:_LESSONS_NAMED])
    if (more := len(lessons) - _LESSONS_NAMED) > 0:
        named = gettext("%(lessons)s en nog %(number)s") % {"lessons": named, "number": more}
    return ngettext(
        "deze les is meer dan eens geregistreerd, en niet hetzelfde: %(lessons)s.",
        "deze lessen zijn meer dan eens geregistreerd, en niet hetzelfde: %(lessons)s.",
        len(lessons),
    ) % {"lessons": named}


def _readings(facts: CourseFacts, judgement: Judgement) -> tuple[str, ...]:
    """Return the figures of both readings of contradictory records, and who can say which records are right."""
    if judgement.readings is None:
        return ()
    mildest, strictest = judgement.readings
    centre = _centre(facts)
    return (
        _reading(gettext("Met de gunstigste registratie van elke les: %(figures)s."), mildest),
        _reading(gettext("Met de strengste registratie van elke les: %(figures)s."), strictest),
        gettext("Welke registratie klopt, weet de organisator van de cursus (%(centre)s): vraag het daar na.")
        % {"centre": centre}
        if centre
        else gettext("Welke registratie klopt, weet de organisator van de cursus: vraag het daar na."),
    )


def _reading(sentence: str, judgement: Judgement) -> str:
    percentage, unit = judgement.cut(), judgement.tally.unit
    words = str(VerdictLabel(judgement.verdict).label)
    if percentage is not None:
        words = gettext("%(percentage)s (%(numerator)s van %(denominator)s), %(verdict)s") % {
            "percentage": percent(percentage),
            "numerator": units_text(judgement.numerator, unit),
            "denominator": units_text(judgement.denominator, unit),
            "verdict": words,
        }
    return sentence % {"figures": words}


def _suspension(course: Course, day: datetime.date) -> str:
    """Return the periods of the suspensions in force on `day` in words; there may be several at once."""
    periods = [
        period_text(*period) or gettext("zonder begin of einde")
        for period in course.suspensions
        if period.covers(day)
    ]
    return gettext("%(period)s. Zolang geldt er geen oordeel, en lessen op die dagen tellen niet mee.") % {
        "period": ", ".join(dict.fromkeys(periods))
    }


def _strict(judgement: Judgement) -> str:
    """Return the other percentage, when justified absence makes a difference."""
    percentage = judgement.strict_cut()
    if percentage is None or not judgement.tally.justified or not _has_percentage(judgement):
        return ""
    unit = judgement.tally.unit
    return gettext(
        "Telt gewettigde afwezigheid als afwezig: %(percentage)s (%(numerator)s van %(denominator)s)."
    ) % {
        "percentage": percent(percentage),
        "numerator": units_text(judgement.strict_numerator, unit),
        "denominator": units_text(judgement.strict_denominator, unit),
    }


def _notes(course: Course, judgement: Judgement) -> tuple[str, ...]:
    notes = []
    if unrecorded := judgement.tally.unrecorded:
        notes.append(
            ngettext(
                "Van %(number)s voorbije les is geen aanwezigheid geregistreerd. Ze telt niet als gegeven;"
                " wordt ze nog geregistreerd, dan kan het oordeel veranderen.",
                "Van %(number)s voorbije lessen is geen aanwezigheid geregistreerd. Ze tellen niet als gegeven;"
                " worden ze nog geregistreerd, dan kan het oordeel veranderen.",
                unrecorded,
            )
            % {"number": unrecorded}
        )
    if course.left_on and course.left_on <= judgement.as_of:
        notes.append(
            gettext("Uitgeschreven op %(day)s: latere lessen tellen niet mee.")
            % {"day": day_text(course.left_on)}
        )
    return tuple(notes)


def _source(facts: CourseFacts, as_of: datetime.datetime, rule: Rule) -> tuple[str, ...]:
    """Return the course with centre and period, the age of the data, and the rule."""
    course = (
        _centre(facts),
        _course_name(facts),
        facts.place,
        period_text(facts.course.starts, facts.course.ends),
    )
    return (
        ", ".join(filter(None, course)),
        *_outcome(facts),
        gettext("gegevens van %(moment)s") % {"moment": moment_text(as_of)},
        rule_words(rule.code),
    )


def _outcome(facts: CourseFacts) -> tuple[str, ...]:
    """Return placement and decision of the course, as far as their codes have words."""
    words = {
        **CODES[("NT2Cursus", "Status")],
        **CODES[("NT2Cursus", "Besluit")],
        "VOLDAAN": gettext_noop("voldaan"),
        "NIET_VOLDAAN": gettext_noop("niet voldaan"),
    }
    return tuple(gettext(words[code]) for code in (facts.status, facts.decision) if code in words)


def _lessons(course: Course, judgement: Judgement, node: CourseNode | None) -> Lessons:
    totals = course.unit is Unit.LESTIJD
    lessons = course.absences if totals else course.lessons
    texts: Sequence[LessonText] = node.lessons if node else ()
    if len(texts) != len(lessons):
        texts = [_NO_TEXT] * len(lessons)
    words = {mark: mark.words for mark in MARKS}
    kinds = classify(course, as_of=judgement.as_of)
    rows = tuple(
        _row(lesson, text, _MARKS[kind], words, course.unit)
        for lesson, text, kind in zip(lessons, texts, kinds, strict=True)
    )
    return Lessons(rows, totals)


_NO_TEXT: Final = LessonText()
_NO_LESSONS: Final = Lessons((), absences_only=True)


def _row(lesson: Lesson, text: LessonText, mark: Mark, words: dict[Mark, str], unit: Unit) -> LessonRow:
    description = words[mark]
    if mark in (NOT_COUNTED, REPEATED, CONTRADICTORY) and lesson.presence is not None:
        description = f"{words[_RECORDED[lesson.presence]]}, {description}"
    elif mark is TO_COME and lesson.presence is not None:
        description = gettext("%(words)s (vooraf ingevuld: %(recorded)s)") % {
            "words": description,
            "recorded": words[_RECORDED[lesson.presence]],
        }
    if text.attended:
        description = f"{description} ({text.attended})"
    extra = text.extra
    if text.weekday:
        msgid = CODES[("LesMoment", "Lesdag")].get(text.weekday)
        weekday = gettext(msgid) if msgid else text.weekday
        extra = ((Value(f"{label('Lesdag')}:"), Value(weekday, raw=text.weekday, form=Form.DATA)), *extra)
    return LessonRow(
        day="" if lesson.day is None else table_day(lesson.day),
        raw_day="" if lesson.day is None else lesson.day.isoformat(),
        hours=text.hours,
        length=units_text(lesson.units, unit),
        mark=mark,
        words=description,
        extra=extra,
    )
