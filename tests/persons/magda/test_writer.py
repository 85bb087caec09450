"""What the writer makes of blocks: all of what was read, or only what a mandate allows."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.builder import E

from partners.blocks import DOSSIER_ELEMENTS, BlockName
from persons.magda.vocabulary.inburgering01 import ORDER_01
from tests.persons.magda import messages as m
from tests.persons.magda.conftest import canonical
from tests.persons.magda.writer import build_dossier, write_dossier
from tests.sweeps import examples

FULL = {
    "answer": (lambda: m.answer(m.full_dossier()), "02.00", "KBIDossier"),
    "publication": (lambda: m.publication(m.full_old_dossier()), "01.00", "DossierKBI"),
    "mutation": (lambda: m.mutation(m.full_old_dossier()), "01.00", "DossierKBI"),
}


@pytest.mark.parametrize("kind", FULL)
@pytest.mark.parametrize("pretty", [False, True])
@pytest.mark.parametrize("in_soap", [False, True])
def test_a_dossier_with_everything_is_written_back_as_it_was(dossier_of, kind, pretty, in_soap):
    message, version, tag = FULL[kind]
    expected = canonical(next(message().iter(tag)))
    found = dossier_of(m.as_bytes(m.soap(message()) if in_soap else message(), pretty=pretty))
    assert write_dossier(found.blocks, version, insz=found.insz) == expected


@pytest.mark.parametrize("kind", FULL)
def test_a_dossier_with_everything_is_written_back_without_the_shortcuts(dossier_of, without_shortcuts, kind):
    message, version, tag = FULL[kind]
    found = dossier_of(m.as_bytes(message(), pretty=True))
    assert write_dossier(found.blocks, version, insz=found.insz) == canonical(next(message().iter(tag)))


@pytest.mark.parametrize("kind", FULL)
def test_the_element_and_the_text_are_the_same(dossier_of, kind):
    message, version, _ = FULL[kind]
    found = dossier_of(message())
    element = build_dossier(found.blocks, version, insz=found.insz)
    assert canonical(element) == write_dossier(found.blocks, version, insz=found.insz)


def test_blocks_are_written_in_the_order_of_the_schema_whatever_theirs(dossier_of):
    found = dossier_of(m.answer(m.full_dossier()))
    backwards = dict(reversed(found.blocks.items()))
    expected = write_dossier(found.blocks, "02.00", insz=found.insz)
    assert write_dossier(backwards, "02.00", insz=found.insz) == expected


@given(st.sets(st.sampled_from(DOSSIER_ELEMENTS)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_some_blocks_of_a_dossier_are_those_and_no_more(dossier_of, allowed):
    found = dossier_of(m.answer(m.full_dossier()))
    blocks = {name: xml for name, xml in found.blocks.items() if name in allowed}
    root = etree.fromstring(write_dossier(blocks, "02.00", insz=found.insz))
    assert [child.tag for child in root] == [name for name in DOSSIER_ELEMENTS if name in allowed]


@given(st.sets(st.sampled_from(BlockName)))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(40)
)
def test_some_blocks_of_an_old_dossier_can_be_written_and_read_again(dossier_of, allowed):
    found = dossier_of(m.publication(m.full_old_dossier()))
    blocks = {name: xml for name, xml in found.blocks.items() if name in allowed}
    root = build_dossier(blocks, "01.00", insz=found.insz)
    again = dossier_of(m.publication(root))
    for parent in root.iter(*ORDER_01):
        order = [ORDER_01[parent.tag].index(child.tag) for child in parent]
        assert order == sorted(set(order))
    # What was made on the way, to hold a piece in its place, is a frame without content.
    assert {name for name in again.blocks if name not in blocks} <= {"Hoedanigheden", "Trajecten"}
    without_parts = {name: _without_parts(xml) for name, xml in blocks.items()}
    assert {name: _without_parts(again.blocks[name]) for name in blocks} == without_parts


def _without_parts(xml):
    # A course loses its part with the block Trajecten, which tells it.
    root = etree.fromstring(xml)
    for piece in root.iter("Deel"):
        piece.attrib.pop("onderdeel", None)
    for made in root.xpath("self::Hoedanigheden//Inburgeringsgegevens[not(*)]"):
        made.getparent().remove(made)
    return etree.tostring(root)


def test_a_piece_finds_its_place_among_several_capacities_and_trajectories(dossier_of):
    two = E.DossierKBI(
        E.INSZ(m.INSZ),
        E.Hoedanigheden(
            E.Hoedanigheid(E.Hoedanigheidscode("A")),
            E.Hoedanigheid(
                E.Trajecten(
                    E.Traject(),
                    E.Traject(
                        E.Trajectonderdelen(m.component(kind="MO"), m.component(m.old_course(), kind="NT2"))
                    ),
                )
            ),
        ),
    )
    expected = canonical(two)
    found = dossier_of(m.publication(two))
    assert b'<Deel onderdeel="NT2" plaats="1/1/1">' in found.blocks["VormingsActiviteiten"]
    assert write_dossier(found.blocks, "01.00", insz=found.insz) == expected


@pytest.mark.parametrize(
    "old",
    [
        E.DossierKBI(E.INSZ(m.INSZ)),
        E.DossierKBI(E.INSZ(m.INSZ), E.Hoedanigheden()),
        E.DossierKBI(
            E.INSZ(m.INSZ), E.Hoedanigheden(E.Hoedanigheid(E.Inburgeringsgegevens(), E.Trajecten()))
        ),
    ],
)
def test_a_dossier_with_nearly_nothing_is_written_back(dossier_of, old):
    expected = canonical(old)
    found = dossier_of(m.as_bytes(m.publication(old), pretty=True))
    assert write_dossier(found.blocks, "01.00", insz=found.insz) == expected


@pytest.mark.parametrize(
    ("blocks", "version"),
    [
        ({"Personalia": b"<Personalia/>"}, "03.00"),
        ({"Hoedanigheden": b"<Hoedanigheden/>"}, "02.00"),
        ({"X": b""}, "01.00"),
    ],
)
def test_what_a_version_does_not_have_is_refused(blocks, version):
    with pytest.raises(ValueError, match="no such"):
        write_dossier(blocks, version, insz=m.INSZ)
