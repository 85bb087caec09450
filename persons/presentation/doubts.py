"""Why the data of a person are doubtful, in words: a mark in the client list, and a sentence in the file."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from partners.periods import today

from ..enums import SetAsideReason
from ..formats import day, short_day

REPLACED = "30004"  # the code of the exception about a replaced number; its origin follows (KSZ)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence for the file. `link` is the public id of the inscription it leads to, with the words of the link."""

    text: str
    link: uuid.UUID | None = None
    link_text: str = ""


class Mark(NamedTuple):
    """The doubt on a line of the list: a short word, and its explanation."""

    word: str
    explanation: str


def marks_of(doubts: Mapping[str, Any] | None) -> list[Mark]:
    """Return the marks of a list line (`ClientListEntry.doubts`)."""
    known = doubts or {}
    marks = []
    if aside := known.get("set_aside"):
        words = (
            _("nieuwer bericht van %(day)s niet ingelezen")
            if aside["dated"]
            else _("bericht ontvangen op %(day)s niet ingelezen")
        )
        marks.append(Mark(_("mogelijk verouderd"), words % {"day": short_day(aside["since"])}))
    if newer := known.get("newer_number"):
        words = _("sinds %(day)s zijn daar nieuwere gegevens") % {"day": short_day(newer["since"])}
        marks.append(Mark(_("ander nummer"), words))
    elif "other_number" in known:
        marks.append(Mark(_("ander nummer"), _("niet bekend welk het nieuwste is")))
    if (until := known.get("question")) and until >= today().isoformat():
        words = _("een vraag over een les of cursus wacht op antwoord tot %(day)s")
        marks.append(Mark(_("onder voorbehoud"), words % {"day": short_day(until)}))
    return marks + [_warning_mark(code) for code in known.get("warnings", ())]


def _warning_mark(code: str) -> Mark:
    if code.partition(".")[0] == REPLACED:
        return Mark(_("nummer vervangen"), _("het dossier kan onvolledig zijn"))
    return Mark(_("waarschuwing"), _("de bron gaf code %(code)s") % {"code": code})


def doubts_of(
    doubts: Mapping[str, Any] | None, warnings: Sequence[str] | None, *, other: uuid.UUID | None
) -> list[Doubt]:
    """Return the doubts of a file (`Person.doubts`, `Person.warnings`).

    `other` is the public id of the institution's own inscription under the other number; None without one.
    """
    known = doubts or {}
    sentences = []
    if "set_aside" in known:
        sentences.append(Doubt(_set_aside(**known["set_aside"])))
    if "newer_number" in known:
        sentence = _(
            "Deze persoon heeft nog een ander nummer. Onder dat nummer zijn er sinds %(day)s nieuwere gegevens."
        ) % {"day": day(known["newer_number"]["since"])}
        sentences.append(_with_link(sentence, other, _("Open het dossier met de nieuwere gegevens")))
    elif "other_number" in known:
        sentence = _(
            "Deze persoon heeft meer dan één nummer. De gegevens onder die nummers zijn even oud: het is niet bekend"
            " welk nummer het nieuwste is."
        )
        sentences.append(_with_link(sentence, other, _("Open het andere dossier")))
    return sentences + [Doubt(_warning(code)) for code in warnings or ()]


def _set_aside(since: str, reason: str, *, dated: bool) -> str:
    facts = {"day": day(since), "reason": SetAsideReason(reason).label}
    if dated:
        return (
            _("Een nieuwer bericht over deze persoon, van %(day)s, kon niet worden ingelezen: %(reason)s.")
            % facts
        )
    return (
        _("Een bericht over deze persoon, ontvangen op %(day)s, kon niet worden ingelezen: %(reason)s.")
        % facts
    )


def _with_link(sentence: str, other: uuid.UUID | None, words: str) -> Doubt:
    if other is None:
        without = _("Uw instelling heeft geen geldige inschrijving onder dat nummer.")
        return Doubt(f"{sentence} {without}")
    return Doubt(sentence, other, words)


def _warning(code: str) -> str:
    """Return a warning beside the data in words, with its code and origin."""
    if code.partition(".")[0] == REPLACED:
        words = _(
            "Het nummer van deze persoon is vervangen. Dit dossier kan onvolledig zijn: zoek ook op het nieuwe nummer."
        )
    else:
        words = _("De bron gaf een waarschuwing bij deze gegevens.")
    return _("%(warning)s (code %(code)s)") % {"warning": words, "code": code}
