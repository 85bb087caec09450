"""The sentences about a judgement: what is still possible, what contradicts itself, what to keep in mind."""

from __future__ import annotations

import datetime
from typing import Final

from django.utils.translation import ngettext

from ...attendance import Course, Judgement, LessonKind, Verdict, classify
from ...enums import VerdictLabel
from ...formats import percent
from ...language import gettext
from ...listparts import hour
from ...magda.reader import CourseFacts
from ..values import day_text, period_text, table_day, units_text
from .naming import centre_of

_LESSONS_NAMED: Final = 5  # contradictory lessons named in one sentence


def outlook_words(course: Course, judgement: Judgement) -> tuple[str, str]:
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


def readings_words(facts: CourseFacts, judgement: Judgement) -> tuple[str, ...]:
    """Return the figures of both readings of contradictory records, and who can say which records are right."""
    if judgement.readings is None:
        return ()
    mildest, strictest = judgement.readings
    centre = centre_of(facts)
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


def notes_words(course: Course, judgement: Judgement) -> tuple[str, ...]:
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
