"""The page of one client's file, made from an `OpenedFile` of the door. Reads no database."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_noop

from partners.blocks import ATTENDANCE, OLDER_BLOCKS, BlockName
from partners.periods import today

from ..insz import format_insz
from ..magda.reader import courses_of
from .attendance import AttendanceView, attendance_view
from .blocks import NARROW, WIDE, BlockView, block_labels, block_view, withhold_remarks
from .courses import course_nodes, mark_lessons
from .doubts import doubts_of
from .language import gettext, one_language
from .questions import Questions, questions_of
from .sheets import inline, lay_out
from .tree import Node, parse
from .values import as_date, birth_text, day_text

if TYPE_CHECKING:
    from ..services.door import CarriedFrom, OpenedFile

# How long the file says from where its inscription was carried over. Afterwards only the history does.
CARRIED_LATELY = datetime.timedelta(days=90)
# Doelgroep.Type of KBI-02.00 (DoelgroepTypeEnumType).
_TARGETS = {
    "PLICHT": gettext_noop("verplichte inburgeraar"),
    "RECHT": gettext_noop("rechthebbende inburgeraar"),
    "RECHT_PLICHT": gettext_noop("inburgeraar met recht en plicht"),
    "MINDERJARIG": gettext_noop("minderjarig"),
    "NADER_TE_BEPALEN": gettext_noop("doelgroep nader te bepalen"),
    "GEEN": gettext_noop("geen doelgroep"),
}


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


@one_language()
def file_page(opened: OpenedFile) -> dict[str, object]:
    """Return the context of caseload/person_file.html: header, notice, doubts, attendance, blocks."""
    person, inscription = opened.person, opened.inscription
    day = timezone.localdate(person.as_of)
    trees = {name: parse(xml, fold=name == ATTENDANCE) for name, xml in opened.blocks.items()}
    kind = inscription.institution.kind
    for root in trees.values() if person.version != "02.00" else ():
        withhold_remarks(root, kind)
    header = _header(opened, trees.get(BlockName.DOELGROEP))
    questions = questions_of(opened.questions, opened.blocks, person.version)
    attendance = _attendance(opened, trees, day, questions)
    views = [_marked(block_view(name, trees[name], day), questions) for name in _in_order(trees)]
    allowed = set(inscription.version.blocks)
    filled = {ATTENDANCE.value, *(view.name for view in views if view.content.filled)} & set(opened.blocks)
    missing = allowed - filled - (set(OLDER_BLOCKS) if person.version == "02.00" else set())
    return {
        "public_id": inscription.public_id,
        "header": header,
        "notice": _notice(opened),
        "doubts": doubts_of(person.doubts, person.warnings, other=opened.other_number),
        "attendance": attendance,
        "wide_blocks": [view for view in views if view.wide and view.content.filled],
        "narrow_blocks": [view for view in views if not view.wide and view.content.filled],
        "withheld": [words for name, words in block_labels().items() if name not in allowed],
        "own_questions": questions.own,
        "missing": [words for name, words in block_labels().items() if name in missing],
    }


def _in_order(trees: dict[str, Node]) -> list[str]:
    order = [name.value for name in (*WIDE, *NARROW)]
    others = [name for name in trees if name not in order and name != ATTENDANCE]
    return [name for name in order if name in trees] + others


@one_language()
def file_header(opened: OpenedFile) -> Header:
    """Return the head of a page about one client, without the dossier."""
    return _header(opened, None)


def _header(opened: OpenedFile, target: Node | None) -> Header:
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
    msgid = _TARGETS.get(kind.text)
    text = gettext(msgid) if msgid else values[0].text if values else ""
    periods = node.all("Periode")
    since = as_date(periods[0].text_of("Begin")) if periods else None
    if text and since:
        return gettext("%(target)s sinds %(day)s") % {"target": text, "day": day_text(since)}
    return text


def _notice(opened: OpenedFile) -> Notice:
    inscription, version = opened.inscription, opened.inscription.version
    return Notice(
        institution=inscription.institution.name,
        capacity=inscription.mandate.get_capacity_display(),
        reference=version.legal_reference,
        title=version.legal_title,
        url=version.legal_url,
        marked_example=version.is_example and "voorbeeld" not in version.legal_reference.lower(),
        until=inscription.valid_until,
        logged_at=opened.consultation.at,
    )


def _marked(view: BlockView, questions: Questions) -> BlockView:
    """Return the block with the marks of the personal details in it."""
    if view.name != BlockName.PERSONALIA or not questions.details:
        return view
    note = "\n".join(filter(None, (view.content.note, *questions.details)))
    return replace(view, content=replace(view.content, note=note))


def _attendance(
    opened: OpenedFile, trees: dict[str, Node], day: datetime.date, questions: Questions
) -> AttendanceView:
    if ATTENDANCE not in opened.inscription.version.blocks:
        return AttendanceView(allowed=False)
    root = trees.get(ATTENDANCE)
    if root is None:
        return AttendanceView(allowed=True)
    facts = courses_of(opened.blocks, opened.person.version)
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
