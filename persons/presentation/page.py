"""The page of one client's file, made from an `OpenedFile` of the door. Reads no database."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from partners.blocks import ATTENDANCE, OLDER_BLOCKS, BlockName
from partners.enums import Capacity
from partners.periods import today

from ..attendance import DEFAULT_RULE
from ..enums import TARGET_GROUPS
from ..formats import rule_words
from ..insz import format_insz
from ..language import gettext, one_language, per_language
from ..magda.reader import CourseFacts, courses_of
from .attendance import AttendanceView, attendance_view
from .blocks import NARROW, WIDE, BlockView, block_labels, block_view, withhold_remarks
from .contacts import contacts_of, reach_of
from .courses import course_nodes, mark_lessons
from .doubts import doubts_of
from .folds import AT_ONCE, FOLDS, TECHNICAL, Fold
from .questions import Questions, questions_of
from .say import fold_answers, sayings
from .sheets import Fact, Section, inline, lay_out
from .technical import take_technical
from .tree import Node, parse
from .values import Value, as_date, birth_text, day_text, moment_text

if TYPE_CHECKING:
    from ..services.opened import CarriedFrom, OpenedEscape, OpenedFile

# How long the file says from where its inscription was carried over. Afterwards only the history does.
CARRIED_LATELY = datetime.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Header:
    """The person. `target` is empty unless the mandate allows the Doelgroep block.

    `carried_over` is a sentence that says from where the inscription came lately, empty otherwise.
    """

    name: str
    named: bool
    insz: str
    birth: str
    target: str
    carried_over: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The institution and capacity of the look, its legal basis and end, and the time of its log row."""

    institution: str
    capacity: str
    reference: str
    title: str
    url: str
    marked_example: bool
    until: datetime.date
    logged_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class EscapeNotice:
    """The ground of an escape, until when it shows the file, and the time of the log row."""

    capacity: str
    reference: str
    title: str
    reason: str
    ends_at: datetime.datetime
    logged_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class FoldView:
    """A part of the file that opens on demand. `link` are the words that open it without script.

    `answer` is its content in a few words, "" if that takes reading it.
    """

    slug: str
    title: str
    link: str
    answer: str


@one_language()
def first_screen(opened: OpenedFile) -> dict[str, Any]:
    """Return the context of caseload/person_file.html. `opened` has the blocks of `folds.FIRST_SCREEN`."""
    person = opened.person
    trees = _trees(opened, without=ATTENDANCE)
    day = timezone.localdate(person.as_of)
    shows_attendance = ATTENDANCE in opened.allowed
    facts = _courses(opened)
    questions = questions_of(opened.questions, opened.blocks, person.version)
    says = sayings(facts, opened.enrolments, as_of=person.as_of, day=day, questions=questions)
    answers = fold_answers(trees, says)
    at_once = [name for name in AT_ONCE if name in trees]
    views = [view for name in at_once if (view := _plain_view(name, trees[name], day)).content.filled]
    present = {*opened.blocks, *opened.folded}
    return {
        **_about(opened, trees),
        "notice": _notice(opened),
        "says": says,
        "shows_attendance": shows_attendance,
        "contacts": contacts_of(trees, [say.facts for say in says]),
        "reach": reach_of(trees),
        "views": views,
        "fuller": opened.fuller,
        "folds": [
            FoldView(fold.slug, gettext(fold.title), _open_words(fold.title), answers.get(fold.slug, ""))
            for fold in FOLDS
            if present.intersection(fold.blocks)
        ],
        "own_questions": questions.own,
        "marked_details": questions.details,
        "missing": _missing(opened, present),
    }


@per_language
def _open_words(title: str) -> str:
    return gettext("Open %(part)s") % {"part": gettext(title).lower()}


@one_language()
def file_part(opened: OpenedFile, fold: Fold) -> dict[str, object]:
    """Return the context of caseload/includes/file_part.html: the blocks of one fold, or the technical details."""
    day = timezone.localdate(opened.person.as_of)
    trees = _trees(opened)
    title = gettext(fold.title)
    if fold is TECHNICAL:
        return {"title": title, "technical": _technical(opened, trees), "attendance": None, "blocks": ()}
    questions = questions_of(opened.questions, opened.blocks, opened.person.version)
    views = [
        _plain_view(name, trees[name], day) for name in fold.blocks if name in trees and name != ATTENDANCE
    ]
    return {
        "title": title,
        "technical": None,
        "attendance": _attendance(opened, trees, day, questions) if ATTENDANCE in trees else None,
        "blocks": [_marked(view, questions) for view in views if view.content.filled],
    }


@one_language()
def whole_file(opened: OpenedFile) -> dict[str, object]:
    """Return the context of caseload/whole_file.html: everything the mandate gives, on one page."""
    return {**_whole(opened), "notice": _notice(opened)}


@one_language()
def escaped_file(opened: OpenedEscape) -> dict[str, object]:
    """Return the context of caseload/escapes/file.html: everything the escape shows, on one page."""
    return {**_whole(opened), "notice": _escape_notice(opened)}


def _whole(opened: OpenedFile | OpenedEscape) -> dict[str, object]:
    person = opened.person
    day = timezone.localdate(person.as_of)
    trees = _trees(opened)
    about = _about(opened, trees)
    questions = questions_of(opened.questions, opened.blocks, person.version)
    attendance = _attendance(opened, trees, day, questions)
    technical = _technical(opened, trees)
    views = [_marked(block_view(name, trees[name], day), questions) for name in _in_order(trees)]
    filled = {ATTENDANCE.value, *(view.name for view in views if view.content.filled)} & set(opened.blocks)
    return {
        **about,
        "attendance": attendance,
        "wide_blocks": [view for view in views if view.wide and view.content.filled],
        "narrow_blocks": [view for view in views if not view.wide and view.content.filled],
        "technical": technical,
        "own_questions": questions.own,
        "missing": _missing(opened, filled),
    }


def _trees(opened: OpenedFile | OpenedEscape, without: str = "") -> dict[str, Node]:
    """Return the blocks as trees, but for the remarks that are not for this kind of partner."""
    trees = {
        name: parse(xml, fold=name == ATTENDANCE) for name, xml in opened.blocks.items() if name != without
    }
    for root in trees.values() if opened.person.version != "02.00" else ():
        withhold_remarks(root, opened.institution.kind)
    return trees


def _courses(opened: OpenedFile | OpenedEscape) -> tuple[CourseFacts, ...]:
    """Return the courses. Their suspensions and exemptions are stored, so the other blocks with these are not read."""
    blocks = {name: xml for name, xml in opened.blocks.items() if name == ATTENDANCE}
    return courses_of(blocks, opened.person.version)


def _about(opened: OpenedFile | OpenedEscape, trees: dict[str, Node]) -> dict[str, object]:
    """Return what every page of a file says of the person and of the look."""
    person, allowed = opened.person, opened.allowed
    return {
        "public_id": opened.public_id,
        "look": opened.consultation.parent_id or opened.consultation.pk,
        "header": _header(opened, trees.get(BlockName.DOELGROEP)),
        "doubts": doubts_of(person.doubts, person.warnings, other=opened.other_number),
        "withheld": [words for name, words in block_labels().items() if name not in allowed],
    }


def _missing(opened: OpenedFile | OpenedEscape, present: Collection[str]) -> list[str]:
    """Return the names of the blocks that the mandate allows and of which there is nothing."""
    older = OLDER_BLOCKS if opened.person.version == "02.00" else ()
    missing = {*opened.allowed} - {*present} - {*older}
    return [words for name, words in block_labels().items() if name in missing]


def _plain_view(name: str, root: Node, day: datetime.date) -> BlockView:
    """Return a block without its technical details."""
    take_technical(root)
    return block_view(name, root, day)


def _technical(opened: OpenedFile | OpenedEscape, trees: dict[str, Node]) -> Section:
    """Return the technical details of the message itself, then those of each block."""
    person, labels = opened.person, block_labels()
    message = (
        (gettext("Bericht"), f"{person.reference} · {moment_text(person.as_of)}".removeprefix(" · ")),
        (gettext("Versie van het bericht"), person.version),
        (gettext("Rekenregel"), f"{DEFAULT_RULE.code}: {rule_words(DEFAULT_RULE.code)}"),
    )
    first = Section(gettext("Bericht"), tuple(Fact(title, ((Value(text),),)) for title, text in message))
    blocks = [Section(labels.get(name, name), take_technical(root)) for name, root in trees.items()]
    return Section(sections=(first, *[block for block in blocks if block.filled]))


def _in_order(trees: dict[str, Node]) -> list[str]:
    order = [name.value for name in (*WIDE, *NARROW)]
    others = [name for name in trees if name not in order and name != ATTENDANCE]
    return [name for name in order if name in trees] + others


@one_language()
def file_header(opened: OpenedFile | OpenedEscape) -> Header:
    """Return the head of a page about one client, without the dossier."""
    return _header(opened, None)


def _header(opened: OpenedFile | OpenedEscape, target: Node | None) -> Header:
    person = opened.person
    name = f"{person.first_name} {person.last_name}".strip()
    return Header(
        name=name or gettext("naam onbekend"),
        named=bool(name),
        insz=format_insz(person.insz),
        birth=birth_text(person.birth_date),
        target="" if target is None else _target(target),
        carried_over=_carried_over(opened.carried_from),
    )


def _carried_over(carried: CarriedFrom | None) -> str:
    if carried is None or today() - carried.since >= CARRIED_LATELY:
        return ""
    if carried.institution:
        words = gettext("Overgenomen van {institution} op {day}.")
        return words.format(institution=carried.institution, day=day_text(carried.since))
    words = gettext("Nummer vervangen op {day}: overgenomen van nummer {number}.")
    return words.format(number=format_insz(carried.number), day=day_text(carried.since))


def _target(root: Node) -> str:
    """Return the target group in a few words: "verplichte inburgeraar sinds 2 februari 2026"."""
    determinations = root.at("Doelgroepbepalingen", "Doelgroepbepaling")
    current = next((node for node in determinations if node.text_of("MeestRecentVlag") == "1"), None)
    node = current or (determinations[0] if determinations else root)
    kind = node.first("Type")
    if kind is None:
        return ""
    values = inline(kind)
    words = TARGET_GROUPS.get(kind.text)
    text = str(words) if words else values[0].text if values else ""
    periods = node.all("Periode")
    since = as_date(periods[0].text_of("Begin")) if periods else None
    if text and since:
        return gettext("%(target)s sinds %(day)s") % {"target": text, "day": day_text(since)}
    return text


def _notice(opened: OpenedFile) -> Notice:
    inscription, version = opened.inscription, opened.inscription.version
    return Notice(
        institution=inscription.institution.name,
        capacity=str(Capacity(inscription.mandate.capacity).label),
        reference=version.legal_reference,
        title=version.legal_title,
        url=version.legal_url,
        marked_example=version.is_example and "voorbeeld" not in version.legal_reference.lower(),
        until=inscription.valid_until,
        logged_at=opened.consultation.at,
    )


def _escape_notice(opened: OpenedEscape) -> EscapeNotice:
    escape = opened.escape
    return EscapeNotice(
        capacity=escape.version.mandate.get_capacity_display(),
        reference=escape.version.legal_reference,
        title=escape.version.legal_title,
        reason=escape.get_reason_display(),
        ends_at=escape.ends_at,
        logged_at=opened.consultation.at,
    )


def _marked(view: BlockView, questions: Questions) -> BlockView:
    """Return the block with the marks of the personal details in it."""
    if view.name != BlockName.PERSONALIA or not questions.details:
        return view
    note = "\n".join(filter(None, (view.content.note, *questions.details)))
    return replace(view, content=replace(view.content, note=note))


def _attendance(
    opened: OpenedFile | OpenedEscape, trees: dict[str, Node], day: datetime.date, questions: Questions
) -> AttendanceView:
    if ATTENDANCE not in opened.allowed:
        return AttendanceView(allowed=False)
    root = trees.get(ATTENDANCE)
    if root is None:
        return AttendanceView(allowed=True)
    facts = _courses(opened)
    nodes = mark_lessons(course_nodes(root, facts), questions.lessons)
    return attendance_view(
        facts,
        nodes,
        opened.enrolments,
        as_of=opened.person.as_of,
        day=day,
        rest=lay_out(root),
        marks=questions.courses,
        reserved=questions.reserved,
    )
