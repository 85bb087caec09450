"""A dossier with every element and attribute the published schemas know, each value one of its own.

Made by walking the schemas, so that a new element cannot be forgotten. Lists get two items each.
"""

from __future__ import annotations

import datetime
import itertools
from functools import cache

from lxml import etree

from . import schemas

_XS = "{http://www.w3.org/2001/XMLSchema}"
_FILES = {
    "02.00": ("KBI-02.00/KBIComplex.xsd", "KBI-02.00/KBISimple.xsd", "KBI-02.00/KBIEnum.xsd"),
    "01.00": (
        "Inburgering-01.00/InburgeringComplex.xsd",
        "Inburgering-01.00/InburgeringSimple.xsd",
        "Inburgering-01.00/InburgeringEnum.xsd",
    ),
}
_GENERAL = (
    "Generiek-02.00/GeneriekComplex.xsd",
    "Generiek-02.00/GeneriekSimple.xsd",
    "Generiek-02.00/GeneriekEnum.xsd",
)
_INSZ = "91610100176"


@cache
def _types(version: str) -> dict[tuple[str, str], etree._Element]:
    """Every named type by (prefix, name); the own namespace has no prefix."""
    return {
        (prefix, node.get("name")): node
        for prefix, names in (("", _FILES[version]), ("generiek", _GENERAL))
        for name in names
        for node in etree.parse(str(schemas.XSD_DIR / name)).getroot()
        if node.get("name")
    }


class Everything:
    """Fills elements after the schemas of one version."""

    def __init__(self, version: str) -> None:
        self.types = _types(version)
        self.numbers = itertools.count(1)

    def dossier(self, root: str, kind: str) -> etree._Element:
        """An element `root` of complex type `kind`, everything in it."""
        element = etree.Element(root)
        self._fill(element, "", kind)
        return element

    def _fill(self, element: etree._Element, prefix: str, name: str) -> None:
        if prefix == "persoon":
            self._person(element, name)
            return
        node = self.types.get((prefix, name))
        if prefix == "xs" or node is None or node.tag == f"{_XS}simpleType":
            element.text = self._text(prefix, name, element.tag)
            return
        self._complex(element, prefix, node)

    def _complex(self, element: etree._Element, prefix: str, node: etree._Element) -> None:
        for part in node:
            tag = part.tag.removeprefix(_XS)
            if tag in ("complexContent", "simpleContent"):
                self._complex(element, prefix, part)
            elif tag in ("extension", "restriction"):
                base_prefix, base = self._name(part.get("base"), prefix)
                self._fill(element, base_prefix, base)
                self._complex(element, prefix, part)
            elif tag in ("sequence", "all", "choice"):
                for child in part.iterchildren(f"{_XS}element"):
                    self._child(element, prefix, child)
            elif tag == "attribute":
                kind = self._name(part.get("type"), prefix)
                element.set(part.get("name"), self._text(*kind, part.get("name")))

    def _child(self, element: etree._Element, prefix: str, child: etree._Element) -> None:
        for _ in range(2 if child.get("maxOccurs", "1") == "unbounded" else 1):
            inner = etree.SubElement(element, child.get("name"))
            if child.get("type"):
                self._fill(inner, *self._name(child.get("type"), prefix))
            else:
                self._complex(inner, prefix, child.find(f"{_XS}complexType"))

    @staticmethod
    def _name(qualified: str, prefix: str) -> tuple[str, str]:
        before, _, name = qualified.rpartition(":")
        return (before or prefix), name

    def _person(self, element: etree._Element, name: str) -> None:
        """The two types of Persoon-02.00 that are not published, by the shape of GeefPersoon."""
        if name == "NaamPersoonType":
            for wrapper, leaf in (("Voornamen", "Voornaam"), ("Achternamen", "Achternaam")):
                around = etree.SubElement(element, wrapper)
                for _ in range(2):
                    etree.SubElement(around, leaf).text = self._word()
        else:
            etree.SubElement(element, "Code").text = "V"
            etree.SubElement(element, "Omschrijving").text = self._word()

    def _word(self) -> str:
        return f"w{next(self.numbers)}x"

    def _text(self, prefix: str, name: str, tag: str) -> str:
        number = next(self.numbers)
        node = self.types.get((prefix, name))
        if node is not None and node.tag == f"{_XS}simpleType":
            values = [each.get("value") for each in node.iter(f"{_XS}enumeration")]
            if values:
                return values[number % len(values)]
        if "Datum" in name:
            return str(datetime.date(1990, 1, 1) + datetime.timedelta(days=number * 5))
        if name in ("boolean", "VlagEnumType", "CursusGeannuleerdType", "TelefoonNummerVoorkeurType"):
            return "false" if name == "boolean" else "0"
        if name == "TijdType":
            return {"AanvangUur": "09:00", "EindUur": "12:00"}.get(tag, f"01:{number % 60:02d}")
        if name == "UUIDType":
            return f"aaaaaaaa-aaaa-aaaa-aaaa-{number:012d}"
        if name == "KBIRapportType":
            return f"{{aaaaaaaa-aaaa-aaaa-aaaa-{number:012d}}}"
        if "insz" in name.lower():
            return _INSZ
        if name in ("KboNummerType", "OndernemingsNummerType"):
            return f"{number:010d}"
        if name == "UniekNummerType":
            return f"A{number:07d}"
        if name == "VOPEntiteitNummerType":
            return f"{number:08d}"
        if name == "CijferType":
            return "7"
        if "LandNISCode" in name or "LandISOCode" in name:
            return f"{number % 1000:03d}"
        if "StraatNISCode" in name:
            return f"{number % 10_000:04d}"
        if name in ("NatuurlijkGetalType", "int") or "NISCode" in name or "PostCode" in name:
            return f"{10_000 + number}"
        if name == "decimal":
            return f"{number % 90}.5"
        if "EmailType" in name:
            return f"w{number}x@voorbeeld.be"
        return f"w{number}x"
