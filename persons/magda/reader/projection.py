"""The courses of a person from stored blocks."""

from collections.abc import Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

from partners.blocks import BlockName
from persons.magda.lessons import can_be_stripped
from persons.magda.reader import inburgering01, kbi02
from persons.magda.reader.lessons import LessonsTakenOut
from persons.magda.reader.records import CourseFacts

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_NEEDED = (BlockName.VORMINGS_ACTIVITEITEN, BlockName.CONTRACTEN, BlockName.TRAJECTEN, BlockName.DOELGROEP)


def courses_of(blocks: Mapping[str, bytes], version: str) -> tuple[CourseFacts, ...]:
    """Return the courses in the blocks of a dossier as read by `read_file`; `version` is that of the dossier.

    Only VormingsActiviteiten is needed. Without Contracten (02.00) or Trajecten (01.00) the courses have no
    suspensions, without Trajecten and Doelgroep no exemption. Raises MessageError about a block that `read_file`
    would not have returned.
    """
    taken_out = LessonsTakenOut()
    elements: dict[str, Any] = {}
    for name in _NEEDED:
        if name in blocks:
            xml = blocks[name]
            elements[name] = etree.fromstring(taken_out.strip(xml) if can_be_stripped(xml) else xml, _PARSER)
    if version == inburgering01.VERSION:
        return inburgering01.project(elements)
    return kbi02.project(elements, taken_out)
