"""A DossierKBI (Inburgering-01.00): checked, cut into the blocks of KBI-02.00, and projected.

The older model nests elements that are side by side in the newer one: courses inside parts of trajectories inside
capacities. It is cut up so that both have the same blocks; `vocabulary.inburgering01` has the cuts (CUTS_01, PIECE).
The tests put the pieces back (`tests/persons/magda/writer.py`) and
compare the result with the message.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

from partners.blocks import BlockName
from partners.periods import Period
from partners.texts import visible
from persons.attendance import Course, Lesson, Part, Unit
from persons.magda.reader.canonical import cut
from persons.magda.reader.checks import insz_in, no_text_in, wrong_value
from persons.magda.reader.records import CourseFacts, child_of, fault, kbo_number, text_of
from persons.magda.vocabulary.inburgering01 import (
    AMOUNT,
    ATTRIBUTES_01,
    CANCELLED_WORDS_01,
    CUTS_01,
    DEGREE,
    LEAVES_01,
    ORDER_01,
    PIECE,
    PIECE_PART,
    PLACE,
    TARGETS_01,
    part_01,
    presence_01,
)
from persons.magda.vocabulary.values import DAY, OPEN_DAY

VERSION = "01.00"
_KEY, _NAME, _TEXT, _PLACE, _CODE = 64, 250, 120, 200, 24
_DATE_ATTRIBUTES = re.compile(rb' (DatumGeldigheid|DatumLaatsteWijziging)="([^"]*)"')
_ROOM = 50_000  # absences remembered; a full cache is emptied
_END = b"</Afwezigheid>"
_RANKS = {parent: {tag: rank for rank, tag in enumerate(order)} for parent, order in ORDER_01.items()}


def read(dossier: Any, *, allow_test: bool) -> dict[str, Any]:
    """Return the fields of `Dossier` in a DossierKBI; raises MessageError. The tree is used up.

    Inburgering-01.00 has no name, birth date, gender or unique number.
    """
    for parent in dossier.iter(*ORDER_01):
        _in_order(parent)
    insz = dossier.find("INSZ")
    if insz is None:
        raise fault(dossier, "incomplete", "INSZ is missing")
    fields: dict[str, Any] = {"insz": insz_in(insz, allow_test=allow_test)}
    for element in dossier.iter(*LEAVES_01):
        text = element.text
        rule = LEAVES_01[element.tag]
        if text not in rule and text is not None and not rule.accepts(text):
            raise wrong_value(element, rule, text)
    pieces = _cut(dossier)
    fields["courses"] = project(pieces)
    fields["target_code"], fields["target_type"] = _target(pieces.get(BlockName.DOELGROEP))
    together = etree.Element("blocks")
    together.extend(pieces.values())
    fields["blocks"] = cut(together)
    for name, xml in fields["blocks"].items():
        _check_attributes(pieces[name], xml)
    return fields


def _in_order(parent: Any) -> None:
    ranks = _RANKS[parent.tag]
    last = -1
    for child in parent:
        rank = ranks.get(child.tag)
        if rank is None:
            raise fault(child, "bad_value", f"no such element in {parent.tag}")
        if rank <= last:
            raise fault(child, "bad_value", "the element stands twice or out of order")
        last = rank
    no_text_in(parent)
    # When all children are cut out, only indentation would remain, as if it were a value.
    parent.text = None


def _check_attributes(block: Any, xml: bytes) -> None:
    for name, text in set(_DATE_ATTRIBUTES.findall(xml)):
        rule = ATTRIBUTES_01[name.decode()]
        if not rule.accepts(text.decode()):
            for element in block.iter():
                if element.get(name.decode()) == text.decode():
                    raise wrong_value(element, rule, text.decode(), name.decode())


def _cut(dossier: Any) -> dict[str, Any]:
    """Return the blocks as elements of their own: the frame, and the pieces cut out of it."""
    pieces: dict[str, Any] = {}
    frame = dossier.find("Hoedanigheden")
    if frame is None:
        return pieces
    places: list[tuple[str, str, Any]] = []
    for ordinal, capacity in enumerate(frame.iterchildren("Hoedanigheid")):
        places += _cuts_in(capacity, str(ordinal))
    for name, place, element in places:
        block = pieces.get(name)
        if block is None:
            block = pieces[name] = etree.Element(name)
        attributes = {PLACE: place}
        if name == BlockName.VORMINGS_ACTIVITEITEN and (part := _part_of(element.getparent())) is not None:
            attributes = {PIECE_PART: part, PLACE: place}
        piece = etree.SubElement(block, PIECE, attributes)
        element.tail = None
        piece.append(element)
    pieces[BlockName.HOEDANIGHEDEN] = frame
    return pieces


def _cuts_in(capacity: Any, place: str) -> Iterator[tuple[str, str, Any]]:
    """Yield (block, place, element) for every piece of a Hoedanigheid, in the order of the document."""
    for child in capacity:
        if child.tag == "Inburgeringsgegevens":
            for element in child:
                yield CUTS_01["Inburgeringsgegevens"][element.tag], place, element
        elif (block := CUTS_01["Hoedanigheid"].get(child.tag)) is not None:
            yield block, place, child
        if child.tag == "Trajecten":
            for ordinal, trajectory in enumerate(child.iterchildren("Traject")):
                yield from _cuts_in_trajectory(trajectory, f"{place}/{ordinal}")


def _cuts_in_trajectory(trajectory: Any, place: str) -> Iterator[tuple[str, str, Any]]:
    for element in trajectory:
        if (block := CUTS_01["Traject"].get(element.tag)) is not None:
            yield block, place, element
        elif element.tag == "Trajectonderdelen":
            for ordinal, component in enumerate(element.iterchildren("Trajectonderdeel")):
                for child in component:
                    if (block := CUTS_01["Trajectonderdeel"].get(child.tag)) is not None:
                        yield block, f"{place}/{ordinal}", child


def _described(element: Any) -> tuple[str, str]:
    """Return code and Beschrijving of a CodeType; two empty texts without one."""
    if element is None:
        return "", ""
    code, description = element.text or "", element.get("Beschrijving") or ""
    return visible(code).strip(), visible(description).strip()


def _label(element: Any) -> str:
    code, description = _described(element)
    return description or code


def _part_of(component: Any) -> Part | None:
    return part_01(*_described(component.find("Type")))


def project(blocks: Mapping[str, Any]) -> tuple[CourseFacts, ...]:
    """Return the courses of a dossier from the elements of its blocks.

    The courses are in VormingsActiviteiten. Trajecten has exemptions (Vrijstelling) and suspensions (Opschortingen)
    of the component a course belongs to, Doelgroep an exemption from everything. A course is left out when its part
    follows from neither its Trajectonderdeel, nor its Opleiding, nor a Richtgraad.
    """
    activities = blocks.get(BlockName.VORMINGS_ACTIVITEITEN)
    if activities is None:
        return ()
    all_exempt = _all_exempt(blocks.get(BlockName.DOELGROEP))
    components = _components(blocks.get(BlockName.TRAJECTEN))
    courses: list[CourseFacts] = []
    seen: dict[str, int] = {}
    for place, piece in enumerate(activities):
        exempt, suspensions = components.get(piece.get(PLACE), (False, ()))
        for position, element in enumerate(piece[0]):
            part = piece.get(PIECE_PART) or _part_of_course(element)
            if element.tag != "Cursus" or part is None:
                continue
            key = _key(element)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                key = f"{key}#{seen[key]}"
            facts = _facts(element, key, Part(part), exempt or all_exempt, suspensions)
            facts.path = place, position
            facts.supplier = kbo_number(
                element.findtext("Modules/Module/KBICentrum/Ondernemingsnummer") or ""
            )
            courses.append(facts)
    return tuple(courses)


def _part_of_course(element: Any) -> Part | None:
    part = part_01(*_described(element.find("Opleiding/Type")))
    if part is None and element.find("Inschrijvingsgegevens/Richtgraad") is not None:
        return Part.NT2
    return part


def _key(element: Any) -> str:
    """Return a key for a course, which has no ID here: the numbers of its modules and the day of registration."""
    numbers = [_described(number)[0] for number in element.iterfind("Modules/Module/Cursusnummer")]
    starts = element.findtext("Inschrijvingsgegevens/Periode/BeginDatum") or ""
    return "+".join(filter(None, (*numbers, starts)))[: _KEY - 5] or "-"


def _facts(element: Any, key: str, part: Part, exempt: bool, suspensions: tuple[Period, ...]) -> CourseFacts:
    """Return the facts of a Cursus, in lestijden. With an Uitstapreden the person left at the end of the period."""
    fields = {child.tag: child for child in element}
    enrolment = {child.tag: child for child in fields.get("Inschrijvingsgegevens", ())}
    starts, ends = _period(enrolment.get("Periode"))
    amounts: list[int | Fraction] = []
    spans: list[Period] = []
    centre = ""
    for module in fields.get("Modules", ()):
        amount = text_of(module, "AantalLestijden")
        if amount:
            amounts.append(AMOUNT[amount])
        spans.append(_period(child_of(module, "Periode")))
        centre = centre or _centre(module)
    required = enrolment.get("TeBehalenAanwezigheidsGraad")
    return CourseFacts(
        Course(
            key=key,
            part=part,
            unit=Unit.LESTIJD,
            required=DEGREE[required.text] if required is not None and required.text else None,
            starts=starts or min((day for day, _ in spans if day), default=None),
            ends=ends or max((day for _, day in spans if day), default=None),
            left_on=ends if "Uitstapreden" in enrolment else None,
            total=Fraction(sum(amounts)) if amounts else None,
            absences=_absences(fields.get("Afwezigheden")),
            cancelled=bool(CANCELLED_WORDS_01.search(_label(enrolment.get("Status")))),
            exempt=exempt,
            suspensions=suspensions,
        ),
        name=_label(element.find("Opleiding/Type"))[:_NAME],
        level=_label(enrolment.get("Richtgraad"))[:_TEXT],
        centre=centre[:_PLACE],
        status=_described(enrolment.get("Status"))[0][:_TEXT],
        decision=_described(enrolment.get("Resultaat"))[0][:_TEXT],
    )


class _Absences(dict[bytes, Lesson]):
    """Absences by their serialised text without the end tag; that is cheaper than visiting their elements."""

    def __missing__(self, written: bytes) -> Lesson:
        if len(self) >= _ROOM:
            self.clear()
        lesson = self[written] = _absence(etree.fromstring(written + _END))
        return lesson


_ABSENCES = _Absences()


def _absences(element: Any) -> tuple[Lesson, ...]:
    if element is None or not len(element):
        return ()
    written: bytes = etree.tostring(element, encoding="utf-8", with_tail=False)
    *pieces, _ = written[written.index(b">") + 1 :].split(_END)
    if len(pieces) == len(element):
        try:
            return tuple(map(_ABSENCES.__getitem__, pieces))
        except etree.XMLSyntaxError:
            pass  # there is something else between them
    return tuple(map(_absence, element.iterchildren("Afwezigheid")))


def _absence(element: Any) -> Lesson:
    day: date | None = None
    amount: int | Fraction = 0
    code = description = ""
    for child in element:
        text = child.text
        if not text:
            continue
        match child.tag:
            case "Type":
                code, description = text, child.get("Beschrijving") or ""
            case "Datum":
                day = OPEN_DAY[text]
            case "AantalLestijden":
                amount = AMOUNT[text]
    return Lesson(day, amount, presence_01(code, description))


def _centre(module: Any) -> str:
    """Return a centre, which has no name here: its KBO number, and that of its branch when there is one."""
    centre = child_of(module, "KBICentrum")
    if centre is None:
        return ""
    return " ".join(
        filter(None, (text_of(centre, tag) for tag in ("Ondernemingsnummer", "VOPEntiteitNummer")))
    )


def _period(element: Any) -> Period:
    if element is None:
        return Period(None, None)
    starts, ends = text_of(element, "BeginDatum"), text_of(element, "EindDatum")
    return Period(DAY[starts] if starts else None, DAY[ends] if ends else None)


def _components(trajectories: Any) -> dict[str, tuple[bool, tuple[Period, ...]]]:
    """Return by place of a Trajectonderdeel whether the person is exempt, and when it is suspended."""
    components: dict[str, tuple[bool, tuple[Period, ...]]] = {}
    for piece in () if trajectories is None else trajectories.iterchildren(PIECE):
        for ordinal, trajectory in enumerate(piece.iterfind("Trajecten/Traject")):
            for component, element in enumerate(trajectory.iterfind("Trajectonderdelen/Trajectonderdeel")):
                periods = map(_period, element.iterfind("Opschortingen/Opschorting/Periode"))
                components[f"{piece.get(PLACE)}/{ordinal}/{component}"] = (
                    element.find("Vrijstelling") is not None,
                    tuple(period for period in periods if any(period)),
                )
    return components


def _current(target: Any) -> list[Any]:
    """Return the Doelgroepbepalingen in force: those flagged as the most recent, or all when none is flagged."""
    if target is None:
        return []
    all_of_them = list(target.iterfind(f"{PIECE}/Doelgroepbepalingen/Doelgroepbepaling"))
    recent = [element for element in all_of_them if element.findtext("MeestRecentVlag") == "1"]
    return recent or all_of_them


def _all_exempt(target: Any) -> bool:
    return any(element.findtext("RedenVrijstellingVanVerplichting") for element in _current(target))


def _target(target: Any) -> tuple[str, str]:
    """Return code and type of the target group in the words of KBI-02.00; an unknown type as received."""
    for element in _current(target):
        kind = element.find("Type")
        for text in filter(None, reversed(_described(kind))):
            for pattern, code, translated in TARGETS_01:
                if pattern.search(text):
                    return code, translated
        if kind is not None and kind.text:
            return "", kind.text.strip()[:_CODE]
    return "", ""
