"""The vocabulary against the published schemas: nothing missing, nothing too much, nothing out of order."""

from functools import cache

import pytest
from lxml import etree

from partners.blocks import DOSSIER_ELEMENTS
from persons.magda.reader import Dossier
from persons.magda.vocabulary.enumerations import ENUMERATIONS
from persons.magda.vocabulary.inburgering01 import ATTRIBUTES_01, CUTS_01, LEAVES_01, ORDER_01
from persons.magda.vocabulary.kbi02 import DOSSIER
from persons.magda.vocabulary.values import BOOLEAN, DAY, OPEN_DAY, Numbers, Shape
from tests.persons.magda import messages as m
from tests.persons.magda import schemas

XS = "{http://www.w3.org/2001/XMLSchema}"
KBI = ("KBI-02.00/KBIComplex.xsd", "KBI-02.00/KBIEnum.xsd", "KBI-02.00/KBISimple.xsd")
INBURGERING = ("Inburgering-01.00/InburgeringComplex.xsd", "Inburgering-01.00/InburgeringExtensie.xsd")
GENERIEK = (
    "Generiek-02.00/GeneriekComplex.xsd",
    "Generiek-02.00/GeneriekSimple.xsd",
    "Generiek-02.00/GeneriekEnum.xsd",
)

# What a simple type of the schemas is checked as; other simple types are free text to the reader.
RULES = {
    "DatumType": DAY,
    "generiek:DatumType": OPEN_DAY,
    "generiek:Datum2_0Type": OPEN_DAY,
    "generiek:VolledigDatumType": DAY,
    "xs:boolean": BOOLEAN,
}
NUMBERS = {"NatuurlijkGetalType", "xs:int", "xs:decimal"}


@cache
def types(files, prefix=""):
    """The named types of some schema files."""
    found = {}
    for name in files:
        for element in etree.parse(str(schemas.XSD_DIR / name)).getroot():
            if element.tag in (f"{XS}complexType", f"{XS}simpleType"):
                found[prefix + element.get("name")] = element
    return found


def all_types(files):
    return {**types(GENERIEK, "generiek:"), **types(files)}


def values_of(simple):
    """The values of an enumeration; a pattern of single characters counts as one."""
    found = [one.get("value") for one in simple.iter(f"{XS}enumeration")]
    if not found and simple.get("name") == "CursusGeannuleerdType":
        (pattern,) = simple.iter(f"{XS}pattern")
        found = pattern.get("value").split("|")
    return found


def children_of(complex_type, known, prefix=""):
    """(name, type, whether it must be there) of the child elements of a complex type, inherited ones first."""
    for extension in complex_type.iter(f"{XS}extension"):
        base = extension.get("base")
        if base in known:
            yield from children_of(known[base], known, prefix_of(base))
    for element in complex_type.iter(f"{XS}element"):
        kind = element.get("type")
        if prefix and ":" not in kind:
            kind = prefix + kind
        single = element.get("maxOccurs", "1") == "1"
        yield element.get("name"), kind, single and element.get("minOccurs", "1") == "1"


def prefix_of(kind):
    return "generiek:" if kind.startswith("generiek:") else ""


def elements_below(kind, known, path=()):
    """(path, type, must be there) of all elements below a type, addresses left out."""
    for name, child, required in children_of(known[kind], known, prefix_of(kind)):
        if child == "generiek:AdresType":
            continue
        yield (*path, name), child, required
        if child in known and known[child].tag == f"{XS}complexType":
            yield from elements_below(child, known, (*path, name))


def attributes_of(kind, known):
    if kind in known:
        for attribute in known[kind].iter(f"{XS}attribute"):
            yield attribute.get("name"), attribute.get("type")


def rule_at(path):
    """What the vocabulary checks at a path below the dossier; None for nothing."""
    rule = DOSSIER
    for name in path:
        if not isinstance(rule, Shape):
            return None
        rule = rule.children.get(name)
    return rule


def expected_rule(kind, known):
    if kind in RULES:
        return RULES[kind]
    if kind in known and known[kind].tag == f"{XS}simpleType" and values_of(known[kind]):
        return ENUMERATIONS[kind]
    return None


def in_lessons(path):
    return "LesMomenten" in path and path[-1] != "LesMomenten"


DOSSIER_02 = list(elements_below("DossierType", all_types(KBI)))


def test_the_blocks_are_the_elements_of_a_dossier_in_their_order():
    assert tuple(path[0] for path, _, _ in DOSSIER_02 if len(path) == 1) == DOSSIER_ELEMENTS


def test_the_enumerations_are_those_that_elements_and_attributes_of_a_dossier_have():
    known = all_types(KBI)
    used = {kind for _, kind, _ in DOSSIER_02}
    used |= {kind for name in used for _, kind in attributes_of(name, known)}
    expected = {
        kind: values_of(known[kind])
        for kind in used
        if kind in known and known[kind].tag == f"{XS}simpleType" and values_of(known[kind])
    }
    assert {name: sorted(values) for name, values in ENUMERATIONS.items()} == {
        name: sorted(values) for name, values in expected.items()
    }


@pytest.mark.parametrize(
    ("path", "kind"), [(path, kind) for path, kind, _ in DOSSIER_02 if not in_lessons(path)], ids=str
)
def test_every_element_is_checked_as_its_type_says(path, kind):
    known = all_types(KBI)
    rule, expected = rule_at(path), expected_rule(kind, known)
    if expected is not None:
        assert rule is expected
    elif kind in NUMBERS:
        assert isinstance(rule, Numbers)
    else:
        assert rule is None or isinstance(rule, Shape)
    attributes = {name: expected_rule(child, known) for name, child in attributes_of(kind, known)}
    expected = {name: rule for name, rule in attributes.items() if rule is not None}
    assert (dict(rule.attributes) if isinstance(rule, Shape) else {}) == expected


def test_nothing_is_checked_that_the_schema_does_not_have():
    known = {path for path, _, _ in DOSSIER_02}

    def paths(shape, path=()):
        for name, rule in shape.children.items():
            yield (*path, name)
            if isinstance(rule, Shape):
                yield from paths(rule, (*path, name))

    assert set(paths(DOSSIER)) <= known


def test_what_the_schema_requires_is_required():
    # A list may be empty here (ALLIS may leave it so), and addresses and lessons are not looked into.
    expected = {}
    for path, _, required in DOSSIER_02:
        if required and not in_lessons(path):
            expected.setdefault(path[:-1], set()).add(path[-1])
    required = {path: set(rule_at(path).required) for path in expected}
    assert required == expected


# --- Inburgering-01.00 -----------------------------------------------------------------------------------------

DOSSIER_01 = list(elements_below("DossierKBIType", all_types(INBURGERING)))


@pytest.mark.parametrize("parent", ORDER_01)
def test_the_elements_that_are_cut_up_have_the_children_of_the_schema(parent):
    kind = {"DossierKBI": "DossierKBIType"}.get(parent, f"{parent}Type")
    known = all_types(INBURGERING)
    assert tuple(name for name, _, _ in children_of(known[kind], known)) == ORDER_01[parent]


def test_only_single_elements_are_cut_out():
    known = all_types(INBURGERING)
    for parent, cuts in CUTS_01.items():
        for element in known[f"{parent}Type"].iter(f"{XS}element"):
            if element.get("name") in cuts:
                assert element.get("maxOccurs", "1") == "1"


def test_old_elements_are_checked_as_their_types_say():
    known = all_types(INBURGERING)
    found = {}
    for path, kind, _ in DOSSIER_01:
        if kind in RULES or kind in NUMBERS or kind == "generiek:VlagEnumType":
            found.setdefault(path[-1], set()).add(kind)
    assert {name for name, kinds in found.items() if len(kinds) > 1} == set()
    assert set(found) == set(LEAVES_01)
    for name, (kind,) in found.items():
        if kind in RULES:
            assert LEAVES_01[name] is RULES[kind]
        elif kind in NUMBERS:
            assert isinstance(LEAVES_01[name], Numbers)
        else:
            assert set(LEAVES_01[name]) == set(values_of(known[kind]))


def test_old_attributes_that_are_dates_are_checked_as_such():
    known = all_types(INBURGERING)
    attributes = {
        pair for kind in known for pair in attributes_of(kind, known) if not kind.startswith("generiek:")
    }
    dates = {name for name, kind in attributes if kind in RULES}
    assert dates == set(ATTRIBUTES_01)


# --- the messages of the tests -----------------------------------------------------------------------------------


def missing(dossier, elements):
    """The (type, child) pairs of the schema of which the dossier has no element anywhere."""
    kinds = {path: kind for path, kind, _ in elements}
    places = {}
    for path in kinds:
        places.setdefault((kinds.get(path[:-1]), path[-1]), []).append("/".join(path))
    return [pair for pair, paths in places.items() if all(dossier.find(path) is None for path in paths)]


def test_the_full_dossier_of_the_tests_has_every_element():
    assert missing(m.full_dossier(), DOSSIER_02) == []


def test_the_full_old_dossier_of_the_tests_has_every_element():
    assert missing(m.full_old_dossier(), DOSSIER_01) == []


MESSAGES = {
    "answer with everything": m.answer(m.full_dossier()),
    "answer of the web service": m.answer(m.full_dossier(), service=False),
    "answer with courses": m.answer(
        m.dossier(m.activities(m.mo_course(m.lesson(), m.lesson(presence=None)), nt2=[m.nt2_course()]))
    ),
    "answer with an exception": m.answer(None, exceptions=m.exceptions(("30001", "MAGDA", "FOUT"))),
    "answer with a warning": m.answer(m.dossier(), exceptions=m.exceptions(("30004", "RR", "WAARSCHUWING"))),
    "answer with exceptions above": m.answer(above=m.exceptions(("99996", "MAGDA", "FOUT"))),
    "publication with everything": m.publication(m.full_old_dossier(), m.old_dossier()),
    "publication with courses": m.publication(
        m.old_dossier(
            m.component(m.old_course(m.absence()), exempt=True, suspended=[("2015-01-01", "2015-02-01")])
        )
    ),
    "mutation": m.mutation(m.full_old_dossier()),
    "mutation of the service": m.mutation(m.full_old_dossier(), service=True),
}


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("pretty", [False, True])
def test_the_messages_of_the_tests_are_valid(kind, pretty):
    assert schemas.faults(m.as_bytes(MESSAGES[kind], pretty=pretty)) == []


@pytest.mark.parametrize("kind", [kind for kind in MESSAGES if "exception" not in kind])
def test_what_is_written_back_is_valid(read, kind):
    message = MESSAGES[kind]
    for found in read(message):
        assert isinstance(found, Dossier)
        wrapped = m.answer if found.version == "02.00" else m.publication
        assert schemas.faults(m.as_bytes(wrapped(m.written(found)))) == []


def test_some_blocks_of_an_old_dossier_are_valid_too(read):
    (found,) = read(m.publication(m.full_old_dossier()))
    for name in found.blocks:
        assert schemas.faults(m.as_bytes(m.publication(m.written(found, name)))) == []
        rest = [other for other in found.blocks if other != name]
        assert schemas.faults(m.as_bytes(m.publication(m.written(found, *rest)))) == []


def test_a_wrong_message_is_not_valid():
    assert schemas.faults(m.as_bytes(m.answer(m.dossier(insz="1")))) != []
