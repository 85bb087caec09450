"""The figures of a judgement: percentage, norm, the picture with its key, and the amounts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypedDict

from ...attendance import Course, Judgement, Unit, Units, Verdict
from ...formats import percent
from ...language import gettext
from ..values import units_text


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


def percentage_words(judgement: Judgement) -> str:
    percentage = judgement.cut()
    if percentage is None or not _has_percentage(judgement):
        return ""
    if judgement.at_best:
        return gettext("hoogstens %(percentage)s") % {"percentage": percent(percentage)}
    return percent(percentage)


def figure_words(judgement: Judgement, course: Course) -> str:
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


def norm_words(judgement: Judgement, course: Course) -> str:
    """Return the sentence about the norm; "" where none applies, so that the page does not contradict itself."""
    if not _has_lessons(course) or judgement.verdict in (Verdict.EXEMPT, Verdict.SUSPENDED):
        return ""
    return gettext("Norm %(norm)s.") % {"norm": percent(judgement.required)}


def scale_of(judgement: Judgement) -> ScaleFigures | None:
    if not _has_percentage(judgement):
        return None
    return {
        "numerator": judgement.numerator,
        "denominator": judgement.denominator,
        "to_come": judgement.tally.to_come,
        "required": judgement.required,
        "at_best": judgement.at_best,
    }


def legend_of(judgement: Judgement) -> tuple[LegendItem, ...]:
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


def amounts_words(judgement: Judgement) -> str:
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


def strict_words(judgement: Judgement) -> str:
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


def _has_percentage(judgement: Judgement) -> bool:
    """Return True where there is a percentage to show; where no norm applies there is none."""
    applies = judgement.verdict not in (Verdict.EXEMPT, Verdict.SUSPENDED)
    return applies and judgement.percentage is not None


def _has_lessons(course: Course) -> bool:
    return bool(course.lessons) if course.unit is Unit.MINUTE else bool(course.total or course.absences)


def _at_best_running(judgement: Judgement) -> bool:
    """Return True for a running course with totals only: the message does not say how much was given."""
    count = judgement.tally
    return count.unit is Unit.LESTIJD and not count.given
