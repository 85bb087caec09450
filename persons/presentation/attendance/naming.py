"""The names a course goes by: its centre, its own name, why it does not count, and where its data come from."""

from __future__ import annotations

import datetime
from typing import Final

from django.utils.translation import gettext_noop

from ...attendance import Rule, Unit
from ...formats import rule_words
from ...language import gettext
from ...magda.reader import CourseFacts
from ...magda.vocabulary.kbi02 import LEFT, NOT_PLACED
from ..codes import CODES
from ..sheets import organisation
from ..values import moment_text, period_text

_OUTCOMES: Final = {
    **CODES[("NT2Cursus", "Status")],
    **CODES[("NT2Cursus", "Besluit")],
    "VOLDAAN": gettext_noop("voldaan"),
    "NIET_VOLDAAN": gettext_noop("niet voldaan"),
}


def centre_of(facts: CourseFacts) -> str:
    """Return the centre; for a KBO number (01.00) the name of that organisation, where it is known here."""
    number, *branch = facts.centre.split(" ")
    if facts.course.unit is Unit.LESTIJD and number.isdigit():
        return " ".join([organisation(number).text, *branch])
    return facts.centre


def name_of(facts: CourseFacts) -> str:
    name = facts.name or facts.level or facts.course.key
    if facts.name and facts.level and facts.level not in facts.name:
        name = f"{facts.name}, {facts.level}"
    if facts.language and facts.language not in name:
        return gettext("%(course)s, in het %(language)s") % {"course": name, "language": facts.language}
    return name


def cancelled_words(facts: CourseFacts) -> str:
    """Return why a course does not count: not placed, left before it began, or cancelled."""
    words = CODES[("NT2Cursus", "Status")].get(facts.status)
    if words and (facts.status in NOT_PLACED or (facts.status == LEFT and facts.course.left_on is None)):
        return gettext(words)
    return gettext("geannuleerd")


def source_words(facts: CourseFacts, as_of: datetime.datetime, rule: Rule) -> tuple[str, ...]:
    """Return the course with centre and period, the age of the data, and the rule."""
    course = (
        centre_of(facts),
        name_of(facts),
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
    return tuple(gettext(_OUTCOMES[code]) for code in (facts.status, facts.decision) if code in _OUTCOMES)
