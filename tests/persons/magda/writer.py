"""Writing a dossier from its blocks: the way back of the reader, for all blocks or those a mandate allows."""

from collections.abc import Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

from partners.blocks import DOSSIER_ELEMENTS, BlockName
from persons.magda.reader.canonical import canonical
from persons.magda.vocabulary.inburgering01 import ORDER_01, PIECE, PLACE

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
# A piece can stand in what another block brings: Inbreuken and VormingsActiviteiten in Trajecten.
_PIECES = sorted(BlockName, key=lambda name: name != BlockName.TRAJECTEN)


def write_dossier(blocks: Mapping[str, bytes], version: str, *, insz: str) -> bytes:
    """The canonical XML of a KBIDossier ("02.00") or DossierKBI ("01.00") with these blocks.

    `blocks` are those of a `Dossier`, or some of them; with all of them the result is the canonical XML of what
    was read. `insz` is needed by version 01.00; in 02.00 it stands in the block Personalia. Raises ValueError
    for another version, and for a block that the version does not have.
    """
    if version == "01.00":
        return canonical(build_dossier(blocks, version, insz=insz))
    _known(blocks, version)
    return b"<KBIDossier>%b</KBIDossier>" % b"".join(
        blocks[name] for name in DOSSIER_ELEMENTS if name in blocks
    )


def build_dossier(blocks: Mapping[str, bytes], version: str, *, insz: str) -> Any:
    """The same as an element, to be put in a message."""
    _known(blocks, version)
    if version == "02.00":
        dossier = etree.Element("KBIDossier")
        dossier.extend(_parsed(blocks[name]) for name in DOSSIER_ELEMENTS if name in blocks)
        return dossier
    dossier = etree.Element("DossierKBI")
    etree.SubElement(dossier, "INSZ").text = insz
    if BlockName.HOEDANIGHEDEN in blocks:
        dossier.append(_parsed(blocks[BlockName.HOEDANIGHEDEN]))
    for name in _PIECES:
        if name in blocks and name != BlockName.HOEDANIGHEDEN:
            for piece in _parsed(blocks[name]).iterchildren(PIECE):
                element = piece[0]
                _insert(_parent(dossier, piece.get(PLACE), element.tag), element)
    return dossier


def _known(blocks: Mapping[str, bytes], version: str) -> None:
    if version not in ("01.00", "02.00"):
        raise ValueError("no such version of a dossier")
    known = DOSSIER_ELEMENTS if version == "02.00" else BlockName
    if unknown := set(blocks).difference(known):
        raise ValueError(f"no such block in a dossier {version}: {min(unknown)}")


def _parsed(xml: bytes) -> Any:
    return etree.fromstring(xml, _PARSER)


def _parent(dossier: Any, place: str, tag: str) -> Any:
    """The element a piece stood in; what is missing on the way, because its block is, is made."""
    capacity, *deeper = map(int, place.split("/"))
    parent = _nth(_child(dossier, "Hoedanigheden"), "Hoedanigheid", capacity)
    if deeper:
        parent = _nth(_child(parent, "Trajecten"), "Traject", deeper[0])
        if len(deeper) > 1:
            parent = _nth(_child(parent, "Trajectonderdelen"), "Trajectonderdeel", deeper[1])
    elif tag in ORDER_01["Inburgeringsgegevens"]:
        parent = _child(parent, "Inburgeringsgegevens")
    return parent


def _nth(parent: Any, tag: str, ordinal: int) -> Any:
    children = parent.findall(tag)
    while len(children) <= ordinal:
        children.append(etree.SubElement(parent, tag))
    return children[ordinal]


def _child(parent: Any, tag: str) -> Any:
    child = parent.find(tag)
    if child is None:
        child = etree.Element(tag)
        _insert(parent, child)
    return child


def _insert(parent: Any, element: Any) -> None:
    """Put an element where the schema wants it among the children of `parent`."""
    order = ORDER_01[parent.tag]
    rank = order.index(element.tag)
    before = sum(1 for child in parent if order.index(child.tag) < rank)
    parent.insert(before, element)
