"""A dossier with everything the schemas know, on the page: no value is dropped, no element goes without a label."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from partners.blocks import DOSSIER_ELEMENTS, BlockName
from persons.magda.vocabulary.inburgering01 import CUTS_01
from persons.presentation import words
from tests.persons.files import Page, opened_file, read
from tests.persons.test_presentation import dropped

from . import messages, schemas
from .everything import Everything

pytestmark = pytest.mark.slow


def everything(version: str) -> etree._Element:
    """The message around a full dossier."""
    if version == "02.00":
        return messages.answer(Everything(version).dossier("KBIDossier", "DossierType"))
    dossier = etree.Element("DossierKBI")
    etree.SubElement(dossier, "INSZ").text = messages.INSZ
    dossier.append(Everything(version).dossier("Hoedanigheden", "HoedanighedenType"))
    for remark in dossier.iter("OpmerkingBijDossier"):
        remark.find("Bestemmeling").text = "Algemeen"
        remark.find("Bestemmeling").set("Beschrijving", "OCMW")
    return messages.publication(dossier)


@pytest.mark.parametrize("version", ["02.00", "01.00"])
def test_the_full_dossier_is_one_of_the_schema(version):
    message = everything(version)
    assert schemas.faults(etree.tostring(message)) == []
    assert len({element.tag for element in message.iter()}) > (130 if version == "01.00" else 250)


@pytest.mark.parametrize("version", ["02.00", "01.00"])
def test_every_value_the_schemas_know_is_on_the_page(tmp_path, version):
    dossier = read(tmp_path, everything(version))[0]
    assert len(dossier.blocks) == (25 if version == "02.00" else 12)
    page = Page(opened_file(dossier))
    missing = {name: found for name, xml in dossier.blocks.items() if (found := dropped(page, xml))}
    assert missing == {}


OLDER = sorted({block for cuts in CUTS_01.values() for block in cuts.values()})
# The name in the header is there under every mandate.
WITHHELD = [("02.00", block) for block in DOSSIER_ELEMENTS if block != "Personalia"] + [
    ("01.00", block) for block in OLDER
]


@pytest.mark.parametrize(("version", "block"), WITHHELD)
def test_a_block_that_is_withheld_leaves_nothing_on_the_page(tmp_path, version, block):
    dossier = read(tmp_path, everything(version))[0]
    page = Page(opened_file(dossier, blocks=[name for name in BlockName if name != block]))
    own = set(re.findall(rb"\bw[0-9]+x\b", dossier.blocks[block]))
    assert own or block in ("Betalingen", "Wachtlijst", "Werving")
    assert not {word.decode() for word in own} & set(re.findall(r"\bw[0-9]+x\b", page.html))


@pytest.mark.parametrize("version", ["02.00", "01.00"])
def test_every_element_and_attribute_has_a_label(version):
    message = everything(version)
    (root,) = message.iter("KBIDossier" if version == "02.00" else "Hoedanigheden")
    names = {element.tag for element in root.iter()} | {
        name for element in root.iter() for name in element.attrib
    }
    assert names - set(words.LABELS) - {"KBIDossier"} == set()
