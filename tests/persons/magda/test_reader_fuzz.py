"""Whatever is done to the bytes of a message: dossiers and errors come out, and the shortcuts change nothing."""

from contextlib import contextmanager
from copy import deepcopy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.builder import E

from persons.magda.reader import Dossier, MessageError, files, read_file
from tests.persons.magda import messages as m
from tests.sweeps import examples

LESSONS = [
    m.lesson("2025-10-06", weekday="MA"),
    m.lesson("2025-10-13", presence="AFWEZIG"),
    m.lesson("2025-10-20", attended="01:00"),
    m.lesson(None, "10:00:30", "11:00:00.500", "VERANTW_AFWE"),
]
TEXTS = [
    m.as_bytes(
        m.answer(
            m.dossier(m.activities(m.mo_course(*LESSONS[:2]), nt2=[m.nt2_course(*LESSONS)])),
            m.dossier(E.Inbreuken(E.Inbreuk(E.Motivering("a & b\r > c"))), insz=m.INSZ_2),
        )
    ),
    m.as_bytes(m.answer(m.full_dossier()), pretty=True),
    m.as_bytes(m.soap(m.publication(m.full_old_dossier(), m.old_dossier()))),
    m.as_bytes(m.answer(None, exceptions=m.exceptions(("30001", "MAGDA", "FOUT")))),
    m.as_bytes(m.answer(m.dossier()), encoding="UTF-16"),
]
# What would hurt most: markup that hides or fakes other markup, and what is almost right.
SNIPPETS = [
    b"<LesMomenten>",
    b"</LesMomenten>",
    b"<LesMomenten/>",
    b"<LesMomenten >",
    b"<LesMoment><Datum>2025-10-06</Datum></LesMoment>",
    b"<LesMoment>",
    b"</LesMoment>",
    b"<Datum>",
    b"2025-02-30",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?x ",
    b"?>",
    b"<!DOCTYPE x>",
    b"&amp;",
    b"&#13;",
    b"&#xE001;",
    b"&x;",
    b"<a/>",
    b" xmlns='urn:x'",
    b' b="&gt;" a="1"',
    b"\xff",
    b"\x00",
    b"\n  ",
    "ŵ".encode(),
    b"<Antwoord>",
    b"</Onderwerp>",
    b"<Personalia>",
]
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=8), st.just(b"")),
    ),
    min_size=1,
    max_size=4,
)


def changed(text, changes):
    for place, removed, added in changes:
        at = int(place * len(text))
        text = text[:at] + added + text[at + removed :]
    return text


@contextmanager
def setting(name, value):
    before = getattr(files, name)
    setattr(files, name, value)
    try:
        yield
    finally:
        setattr(files, name, before)


def told(found):
    """What the reader gave, comparable; errors without the words, which may differ."""
    return [
        (one.insz, one.blocks, one.courses, one.line, one.last_name, one.target_type)
        if isinstance(one, Dossier)
        else (one.reason, one.line, one.field)
        for one in found
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "message.xml"


@given(st.integers(0, len(TEXTS) - 1), CHANGES)
@example(0, [(0.3, 0, b"<!-- <LesMomenten> -->")])
@settings(max_examples=examples(400), deadline=None)
def test_any_change_to_a_message_gives_dossiers_and_errors_only(path, number, changes):
    path.write_bytes(changed(TEXTS[number], changes))
    assert {type(one) for one in read_file(path, allow_test=True)} <= {Dossier, MessageError}


@given(st.integers(0, len(TEXTS) - 1), CHANGES)
@settings(max_examples=examples(400), deadline=None)
def test_lessons_taken_out_and_lessons_parsed_are_the_same(path, number, changes):
    path.write_bytes(changed(TEXTS[number], changes))
    quick = list(read_file(path, allow_test=True))
    with setting("can_be_stripped", lambda text, begin: False):
        slow = list(read_file(path, allow_test=True))
    assert told(quick) == told(slow)


@given(st.integers(0, len(TEXTS) - 1), CHANGES, st.integers(1, 3000))
@settings(max_examples=examples(400), deadline=None)
def test_a_message_as_a_whole_and_in_pieces_is_the_same(path, number, changes, size):
    path.write_bytes(changed(TEXTS[number], changes))
    whole = list(read_file(path, allow_test=True))
    with setting("_SMALL", 0), setting("_CHUNK", size):
        pieces = list(read_file(path, allow_test=True))
    assert told(pieces) == told(whole)


@given(st.binary(max_size=2000))
@settings(max_examples=examples(100), deadline=None)
def test_any_bytes_are_one_error(path, text):
    path.write_bytes(text)
    (error,) = read_file(path, allow_test=True)
    assert isinstance(error, MessageError)


TREES = [etree.fromstring(text) for text in TEXTS]
NAMES = ["Personalia", "LesMomenten", "LesMoment", "Cursus", "INSZ", "Antwoord", "KBIDossier", "vreemd"]
NAMESPACES = ["", "urn:x", "http://webservice.GeefDossierKBI-02.00.kbi-02.00.vip.vlaanderen.be"]
ATTRIBUTE = ["Naam", "plaats", "DatumGeldigheid", "{urn:x}a", "{http://www.w3.org/XML/1998/namespace}id"]
STEPS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(
            [
                "delete",
                "duplicate",
                "move",
                "reverse",
                "wrap",
                "unwrap",
                "rename",
                "attribute",
                "declare",
                "crowd",
            ]
        ),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=6,
)


def mutate(root, step):
    """Change the tree at the element that the first number points to."""
    at, to, what, number = step
    elements = list(root.iter("*"))
    element, other = (elements[int(place * len(elements))] for place in (at, to))
    parent = element.getparent()
    if what == "reverse":
        element[:] = element[::-1]
    elif what == "rename":
        namespace = NAMESPACES[number % 3]
        element.tag = (f"{{{namespace}}}" if namespace else "") + NAMES[number % len(NAMES)]
    elif what == "attribute":
        element.set(ATTRIBUTE[number % len(ATTRIBUTE)], f"2015-02-3{number}")
    elif what == "crowd":
        for place in range(60 + number):
            element.set(f"a{place}", "x")
    elif parent is None:
        return
    elif what == "delete":
        parent.remove(element)
    elif what == "duplicate":
        parent.insert(parent.index(element), deepcopy(element))
    elif what == "move":
        if element not in other.iterancestors() and element is not other:
            other.insert(number, element)
    elif what == "wrap":
        wrapper = etree.Element(NAMES[number % len(NAMES)])
        parent.replace(element, wrapper)
        wrapper.append(element)
    elif what == "unwrap":
        place = parent.index(element)
        parent[place : place + 1] = list(element)
    elif what == "declare":
        new = etree.Element(
            element.tag, element.attrib, {f"n{place}": "urn:x" for place in range(60 + number)}
        )
        new.text = element.text
        new.extend(element)
        parent.replace(element, new)


@given(st.integers(0, len(TREES) - 1), STEPS)
@settings(max_examples=examples(500), deadline=None)
def test_any_change_to_the_tree_of_a_message_gives_dossiers_and_errors_only(path, number, steps):
    root = deepcopy(TREES[number])
    for step in steps:
        mutate(root, step)
    path.write_bytes(etree.tostring(root))
    assert {type(one) for one in read_file(path, allow_test=True)} <= {Dossier, MessageError}
    with setting("_SMALL", 0), setting("_CHUNK", 700):
        assert {type(one) for one in read_file(path, allow_test=True)} <= {Dossier, MessageError}
