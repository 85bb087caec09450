"""A KBIDossier (KBI-02.00): checked, cut into blocks, and projected."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from partners.blocks import DOSSIER_ELEMENTS, BlockName
from partners.periods import Period
from partners.texts import visible
from persons.attendance import Course, Lesson, Part, Unit
from persons.listparts import Housing
from persons.magda.reader.canonical import cut
from persons.magda.reader.checks import check, insz_in, no_text_in
from persons.magda.reader.lessons import LessonsTakenOut
from persons.magda.reader.records import CourseFacts, child_of, fault, kbo_number, text_of
from persons.magda.vocabulary.kbi02 import (
    DOSSIER,
    EXEMPTING_DECISIONS,
    GENDERS,
    LEFT,
    NOT_PLACED,
    PART_OF_COMPONENT,
)
from persons.magda.vocabulary.values import DAY, OPEN_DAY, TRUE

VERSION = "02.00"
_RANK = {name: rank for rank, name in enumerate(DOSSIER_ELEMENTS)}
# The flags of Contract and Addendum; PLO was called LO (loopbaanoriëntatie).
_PART_FLAGS = {"OnderdeelMO": Part.MO, "OnderdeelNT2": Part.NT2, "OnderdeelLO": Part.PLO}

# The width of the columns of a list, in characters.
_KEY, _NAME, _TEXT, _PLACE = 60, 250, 120, 200


def read(dossier: Any, taken_out: LessonsTakenOut, *, allow_test: bool) -> dict[str, Any]:
    """Return the fields of `Dossier` in a KBIDossier; raises MessageError. The tree is used up.

    The lessons in `taken_out` are not in the blocks: the caller puts them back.
    """
    blocks = _blocks_of(dossier)
    if BlockName.PERSONALIA not in blocks:
        raise fault(dossier, "incomplete", "Personalia is missing")
    check(dossier, DOSSIER)
    courses = project(blocks, taken_out)
    fields = _identity(blocks[BlockName.PERSONALIA], allow_test)
    target = blocks.get(BlockName.DOELGROEP)
    if target is not None:
        fields["target_code"] = text_of(target, "Code")
        fields["target_type"] = text_of(target, "Type")
    fields["housing"] = _housing(blocks.get(BlockName.WOONCODE))
    fields["courses"] = courses
    fields["blocks"] = cut(dossier)
    return fields


def _blocks_of(dossier: Any) -> dict[str, Any]:
    blocks: dict[str, Any] = {}
    last = -1
    for child in dossier:
        rank = _RANK.get(child.tag)
        if rank is None:
            raise fault(child, "bad_value", "no such element in a KBIDossier")
        if rank <= last:
            raise fault(child, "bad_value", "the element stands twice or out of order")
        last = rank
        blocks[child.tag] = child
    no_text_in(dossier)
    return blocks


def _identity(personalia: Any, allow_test: bool) -> dict[str, Any]:
    """Return INSZ, unique number, name, birth date and gender.

    NaamPersoonType and Geslacht2_0Type are not published; GeefPersoon has Achternamen/Achternaam,
    Voornamen/Voornaam and Geslacht/Code. So spelling and depth of these elements may vary here. Invisible characters
    of a name stay in the block: in a list they would turn the text around, or hide the name from a search.
    """
    fields = {child.tag: child for child in personalia}
    identity: dict[str, Any] = {"insz": insz_in(fields["INSZ"], allow_test=allow_test)}
    if (unique := fields.get("UniekNummer")) is not None:
        identity["unique_number"] = (unique.text or "")[:16]
    if (born := fields.get("Geboortedatum")) is not None:
        identity["birth_date"] = born.text or ""
    if (name := fields.get("Naam")) is not None:
        last: list[str] = []
        first: list[str] = []
        for element in name.iter():
            if text := visible(element.text or "").strip():
                kind = element.tag.lower()
                if kind.startswith(("achterna", "familiena")) or element is name:
                    last.append(text)
                elif kind.startswith("voorna"):
                    first.append(text)
        identity["last_name"] = " ".join(last)[:_PLACE]
        identity["first_name"] = " ".join(first)[:_PLACE]
    if (gender := fields.get("Geslacht")) is not None:
        code = text_of(gender, "Code") or gender.text or ""
        identity["gender"] = GENDERS.get(code.strip().upper()[:1], "")
    return identity


def _housing(block: Any) -> Housing | None:
    """Return the answers of a Wooncode."""
    if block is None:
        return None
    housing: Housing = {}
    for child in block:
        text = (child.text or "").strip()
        match child.tag:
            case "VoldoetAanInburgeringBereidheid" if text:
                housing["integration"] = text in TRUE
            case "VoldoetAanTaalBereidheid" if text:
                housing["language"] = text in TRUE
            case "VoldoetAanTaalkennisvereiste" if text:
                housing["level"] = text in TRUE
            case "Opschortingen":
                periods = [each for each in child if each.tag == "opschorting"]
                days = [[text_of(each, tag)[:10] or None for tag in ("Van", "Tot")] for each in periods]
                housing["suspensions"] = [period for period in days if any(period)]
            # An element without content counts as absent: ALLIS leaves fields empty.
            case "Vrijstelling" if "".join(child.itertext()).strip():
                housing["exempt"] = True
    return housing


def project(blocks: Mapping[str, Any], taken_out: LessonsTakenOut) -> tuple[CourseFacts, ...]:
    """Return the courses of a dossier from the elements of its blocks; any block may be absent.

    The courses are in VormingsActiviteiten, the suspensions in Contracten, the exemptions in Trajecten and Doelgroep.
    Raises MessageError about a wrong lesson.
    """
    activities = blocks.get(BlockName.VORMINGS_ACTIVITEITEN)
    if activities is None:
        return ()
    suspensions = _suspensions(blocks.get(BlockName.CONTRACTEN))
    exempt = _exempt_parts(blocks.get(BlockName.DOELGROEP), blocks.get(BlockName.TRAJECTEN))
    courses: list[CourseFacts] = []
    seen: dict[str, int] = {}
    for place, group in enumerate(activities):
        reader = _READERS.get(group.tag)
        if reader is None:
            continue
        tag, part, facts_of = reader
        for position, element in enumerate(group):
            if element.tag != tag:
                continue
            fields = {child.tag: child for child in element}
            moments = fields.get("LesMomenten")
            lessons = () if moments is None else taken_out.lessons(moments)
            facts = facts_of(fields, lessons, part, part in exempt, suspensions.get(part, ()))
            facts.path = place, position
            facts.supplier = _supplier(fields.get("Centrum"))
            key = facts.course.key
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:  # a person can be registered twice for the same course
                facts.course = replace(facts.course, key=f"{key}#{seen[key]}")
            courses.append(facts)
    return tuple(courses)


def _text(fields: Mapping[str, Any], *tags: str) -> str:
    for tag in tags:
        if (element := fields.get(tag)) is not None and (text := element.text):
            return visible(text).strip()
    return ""


def _label(fields: Mapping[str, Any], *tags: str) -> str:
    """Return the label of a CodeType: its Naam, else its KorteNaam, else the code."""
    for tag in tags:
        if (element := fields.get(tag)) is not None and (
            label := element.get("Naam") or element.get("KorteNaam") or element.text
        ):
            return visible(label).strip()
    return ""


def _day(fields: Mapping[str, Any], tag: str) -> date | None:
    if (element := fields.get(tag)) is not None and (text := element.text):
        return DAY[text]
    return None


def _period(element: Any) -> Period:
    """Return the period from Begin to Einde; an unknown, open or missing day is None."""
    if element is None:
        return Period(None, None)
    starts, ends = text_of(element, "Begin"), text_of(element, "Einde")
    return Period(OPEN_DAY[starts] if starts else None, OPEN_DAY[ends] if ends else None)


def _key(fields: Mapping[str, Any]) -> str:
    key = _text(fields, "ID")
    if not key or len(key) > _KEY:
        raise fault(fields["ID"], "bad_value", "not an ID")
    return key


def _mo(
    fields: dict[str, Any],
    lessons: tuple[Lesson, ...],
    part: Part,
    exempt: bool,
    suspensions: tuple[Period, ...],
) -> CourseFacts:
    starts, ends = _period(fields.get("Periode"))
    return CourseFacts(
        Course(
            key=_key(fields),
            part=part,
            unit=Unit.MINUTE,
            required=None,
            starts=starts,
            ends=ends,
            left_on=_day(fields, "DatumUitschrijving"),
            lessons=lessons,
            exempt=exempt,
            suspensions=suspensions,
        ),
        name=_text(fields, "Naam", "Nummer")[:_NAME],
        language=_text(fields, "Taal")[:_TEXT],
        place=_text(fields, "LesPlaats")[:_PLACE],
    )


def _nt2(
    fields: dict[str, Any],
    lessons: tuple[Lesson, ...],
    part: Part,
    exempt: bool,
    suspensions: tuple[Period, ...],
) -> CourseFacts:
    """Return the facts of an NT2Cursus.

    A course that is Geannuleerd counts as cancelled, and so does one in which the person was not placed
    (NT_INGESCHREVEN, NT_TOEGEWEZEN). UITGESCHREVEN without a date means: on the day of the last lesson with a
    recorded presence, else of the registration, else on the first day of the course; without any of these the course
    counts as cancelled. Distance lessons (AantalLestijdenAfstandsonderwijs) have no presence and do not count.
    """
    starts, ends = _period(fields.get("Periode"))
    registered = _day(fields, "DatumInschrijving")
    left_on = _day(fields, "DatumUitschrijving")
    status = _text(fields, "Status")
    cancelled = status in NOT_PLACED or _text(fields, "Geannuleerd") == "1"
    if status == LEFT and left_on is None:
        recorded = [lesson.day for lesson in lessons if lesson.day and lesson.presence]
        left_on = max(recorded) if recorded else registered or starts
        cancelled = cancelled or left_on is None
    centre = fields.get("Centrum")
    return CourseFacts(
        Course(
            key=_key(fields),
            part=part,
            unit=Unit.MINUTE,
            required=None,
            starts=starts,
            ends=ends,
            left_on=left_on,
            lessons=lessons,
            cancelled=cancelled,
            exempt=exempt,
            suspensions=suspensions,
        ),
        name=(_text(fields, "Naam") or _label(fields, "Opleiding", "Module") or _text(fields, "CursusCode"))[
            :_NAME
        ],
        level=_label(fields, "Module", "ModuleVariant")[:_TEXT],
        centre="" if centre is None else _centre(centre)[:_PLACE],
        place=_label(fields, "Vestiging")[:_PLACE],
        status=status,
        decision=_text(fields, "Besluit"),
    )


def _supplier(centre: Any) -> str:
    return "" if centre is None else kbo_number(text_of(centre, "ExternID"))


def _centre(element: Any) -> str:
    return text_of(element, "Naam") or text_of(element, "DavinciInstellingsNummer")


def _plo(
    fields: dict[str, Any],
    lessons: tuple[Lesson, ...],
    part: Part,
    exempt: bool,
    suspensions: tuple[Period, ...],
) -> CourseFacts:
    """Return the facts of a PLOCursus; in the schema it has no lessons."""
    starts, ends = _period(fields.get("Periode"))
    decision = fields.get("Besluit")
    met = None if decision is None else text_of(decision, "Voldaan")
    return CourseFacts(
        Course(
            key=_key(fields),
            part=part,
            unit=Unit.MINUTE,
            required=None,
            starts=starts,
            ends=ends,
            left_on=None,
            exempt=exempt,
            suspensions=suspensions,
        ),
        name=_text(fields, "Naam")[:_NAME],
        decision="" if not met else "VOLDAAN" if met.strip() in TRUE else "NIET_VOLDAAN",
    )


_READERS = {
    "MOCursussen": ("MOCursus", Part.MO, _mo),
    "NT2Cursussen": ("NT2Cursus", Part.NT2, _nt2),
    "IndividueleMOCursussen": ("IndividueleMOCursus", Part.MO, _mo),
    "PLOCursussen": ("PLOCursus", Part.PLO, _plo),
}


def _suspensions(contracts: Any) -> dict[Part, tuple[Period, ...]]:
    """Return for every part the periods in which a contract is suspended.

    A suspension covers the parts that its contract, or an addendum to it, names; without any named part it covers all.
    """
    by_part: dict[Part, tuple[Period, ...]] = {}
    for contract in () if contracts is None else contracts:
        suspensions = child_of(contract, "Opschortingen")
        if suspensions is None:
            continue
        periods = tuple(
            period for period in map(_period, suspensions.iterfind("Opschorting/Periode")) if any(period)
        )
        for part in _parts_of(contract):
            by_part[part] = by_part.get(part, ()) + periods
    return by_part


def _parts_of(contract: Any) -> Iterable[Part]:
    flags = [flag for flag in contract.iter(*_PART_FLAGS) if flag.text]
    if not flags:
        return tuple(Part)
    return {_PART_FLAGS[flag.tag] for flag in flags if flag.text.strip() in TRUE}


def _exempt_parts(target: Any, trajectories: Any) -> frozenset[Part]:
    """Return the parts from which the person is exempt.

    With a RedenVrijstellingVanDeVerplichting these are all parts; otherwise those in which every TrajectOnderdeel
    has a decision that exempts (all levels of NT2 are one part).
    """
    if target is not None and text_of(target, "RedenVrijstellingVanDeVerplichting"):
        return frozenset(Part)
    exempt: set[Part] = set()
    bound: set[Part] = set()
    if trajectories is not None:
        for component in trajectories.iter("TrajectOnderdeel"):
            part = PART_OF_COMPONENT.get(text_of(component, "Type"))
            if part is not None:
                decision = child_of(component, "Besluit")
                code = "" if decision is None else text_of(decision, "Code")
                (exempt if code in EXEMPTING_DECISIONS else bound).add(part)
    return frozenset(exempt - bound)
