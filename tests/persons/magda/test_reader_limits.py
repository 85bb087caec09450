"""Large files: bounded in memory, one dossier at a time, and a limit to what a dossier may be."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from lxml.builder import E

from persons.magda.reader import Dossier, MessageError, kbi02, read_file
from tests.persons.magda import messages as m

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 200_000  # bytes of one dossier in these tests; the reader looks every 256 kB
NOISE = b"<ruis><a b='c'>tekst</a></ruis>"


def bundle(before, between, after, path, size):
    """A file of about `size` bytes: `before`, then `between` as often as fits, then `after`."""
    with path.open("wb") as file:
        file.write(before)
        file.writelines([between] * ((size - len(before) - len(after)) // len(between)))
        file.write(after)


def carriers_of(message, tag):
    """The text of a message before, within and after its one carrier."""
    text = m.as_bytes(message)
    start, end = text.index(b"<%b>" % tag), text.index(b"</%b>" % tag) + len(tag) + 3
    return text[:start], text[start:end], text[end:]


def outcome(found):
    return [one.reason if isinstance(one, MessageError) else one.insz for one in found]


# --- one dossier that is too large ---------------------------------------------------------------------------------


def three(noise_in_the_second):
    text = m.as_bytes(
        m.answer(m.dossier(), m.dossier(E.Werving(E.Wervingsbrief("HIER"))), m.dossier(insz=m.INSZ_2))
    )
    return text.replace(b"HIER", noise_in_the_second)


@pytest.mark.parametrize(
    "noise",
    [
        NOISE * 20_000,
        b"tekst en nog eens tekst " * 25_000,
        b"<!-- commentaar -->" * 30_000,
        b"<LesMomenten>" + b"<LesMoment><Datum>2025-10-06</Datum></LesMoment>" * 12_000 + b"</LesMomenten>",
        b"<LesMomenten><LesMoment><Datum>2025-10-06</Datum></LesMoment></LesMomenten>" * 8_000,
        b"<LesMomenten>" * 100 + b"tekst" * 120_000 + b"</LesMomenten>" * 100,
    ],
    ids=["elements", "text", "comments", "lessons", "courses", "lessons in lessons"],
)
def test_a_dossier_that_is_too_large_does_not_keep_out_the_others(read, noise):
    found = read(three(noise), max_bytes=LIMIT)
    assert outcome(found) == [m.INSZ, "too_large", m.INSZ_2]
    assert found[1].field.endswith("Antwoorden/Antwoord[2]")
    assert str(LIMIT) in found[1].detail


def test_a_dossier_just_below_the_limit_is_read(read):
    lessons = [m.lesson() for _ in range(600)]
    text = m.as_bytes(m.answer(m.dossier(m.activities(m.mo_course(*lessons)))))
    assert 60_000 < len(text) < LIMIT
    (found,) = read(text, max_bytes=LIMIT)
    assert len(found.courses[0].course.lessons) == 600


def test_the_rest_is_not_read_after_a_dossier_many_times_too_large(read):
    found = read(three(NOISE * 40_000), max_bytes=LIMIT)
    assert outcome(found) == [m.INSZ, "too_large"]
    assert found[1].detail.endswith("the rest of the file is not read")


def test_noise_between_dossiers_is_told_once_and_the_others_go_on(read):
    text = three(b"").replace(b"<Antwoord><Referte>ref-2", NOISE * 20_000 + b"<Antwoord><Referte>ref-2")
    assert outcome(read(text, max_bytes=LIMIT)) == [m.INSZ, "too_large", m.INSZ, m.INSZ_2]


def test_noise_after_the_last_dossier_is_told(read):
    text = three(b"").replace(b"</Antwoorden>", NOISE * 20_000 + b"</Antwoorden>")
    assert outcome(read(text, max_bytes=LIMIT)) == [m.INSZ, m.INSZ, m.INSZ_2, "too_large"]


def test_a_text_longer_than_the_parser_takes_is_too_large(read):
    found = read(three(b"x" * 11_000_000))
    assert outcome(found) == [m.INSZ, "too_large"]


def test_a_carrier_in_the_wrong_place_is_no_dossier(read, request):
    text = m.as_bytes(m.answer(m.dossier()))
    dossier = text[text.index(b"<KBIDossier>") : text.index(b"</Inhoud>")]
    stray = b"<Antwoord><Inhoud>%b</Inhoud></Antwoord>" % dossier
    text = text.replace(b"<Antwoorden>", stray + b"<Antwoorden>")
    assert outcome(read(text)) == [m.INSZ]
    request.getfixturevalue("without_shortcuts")
    assert outcome(read(text)) == [m.INSZ]


# --- many dossiers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "tag", "courses"),
    [
        (m.answer(m.full_dossier()), b"Antwoord", 4),
        (m.soap(m.answer(m.full_dossier())), b"Antwoord", 4),
        (m.publication(m.full_old_dossier()), b"Onderwerp", 6),
        (m.mutation(m.full_old_dossier(), service=True), b"Vraag", 6),
    ],
    ids=["answers", "in soap", "subjects", "questions"],
)
@pytest.mark.slow
@pytest.mark.parametrize("spoiler", [b"", b"<!-- a comment -->"], ids=["plain", "commented"])
def test_every_dossier_of_a_streamed_bundle_is_read_in_full(tmp_path, message, tag, courses, spoiler):
    before, carrier, after = carriers_of(message, tag)
    path = tmp_path / "bundle.xml"
    bundle(before, carrier + b"\n" + spoiler, after, path, 5_000_000)
    found = list(read_file(path, allow_test=True))
    assert len(found) > 100
    assert {type(one) for one in found} == {Dossier}
    assert {len(one.courses) for one in found} == {courses}
    assert all(one.blocks == found[0].blocks and one.courses == found[0].courses for one in found)
    step = carrier.count(b"\n") + 1
    assert [one.line for one in found] == [found[0].line + step * number for number in range(len(found))]


@pytest.mark.slow
def test_dossiers_come_as_they_are_read(tmp_path):
    before, carrier, _ = carriers_of(m.answer(m.dossier()), b"Antwoord")
    path = tmp_path / "bundle.xml"
    bundle(before, carrier, b"<niet af", path, 6_000_000)
    found = read_file(path, allow_test=True)
    assert type(next(found)) is Dossier
    *_, last = found
    assert (type(last), last.reason) == (MessageError, "not_xml")


# The resident memory of a process of its own, since libxml2 allocates past Python; from /proc, since the figure of
# getrusage begins with that of the process that started it.
PEAK = """
import re, sys
from pathlib import Path
from persons.magda.reader import read_file

def highest():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024

count = 0
for found in read_file(sys.argv[1], allow_test=True):
    count += 1
    if count == int(sys.argv[2]):
        early = highest()
print(count, getattr(found, "reason", "read"), highest(), highest() - early)
"""


def peak(path, count):
    """(dossiers and errors, last reason, peak in MB, growth in MB since the `count`th) of reading a file."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(path), str(count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    number, last, highest, growth = done.stdout.split()
    return int(number), last, int(highest), int(growth)


@pytest.mark.process
def test_memory_is_flat_over_a_bundle_of_50_megabytes(tmp_path):
    lessons = [m.lesson(f"2025-{month:02d}-{day:02d}") for month in range(1, 13) for day in range(1, 28, 2)]
    courses = m.activities(m.mo_course(*lessons), nt2=[m.nt2_course(*lessons)])
    before, carrier, after = carriers_of(m.answer(m.dossier(courses)), b"Antwoord")
    path = tmp_path / "bundle.xml"
    bundle(before, carrier, after, path, 50_000_000)
    number, last, highest, growth = peak(path, 100)
    assert number > 500
    assert last == "read"
    assert growth < 20
    assert highest < 150


@pytest.mark.process
@pytest.mark.parametrize("spoiler", [b"", b"<!-- -->"], ids=["plain", "commented"])
def test_memory_is_flat_when_every_dossier_is_wrong(tmp_path, spoiler):
    lessons = [m.lesson() for _ in range(300)]
    wrong = m.dossier(m.activities(m.mo_course(*lessons)), insz="91610100177")
    before, carrier, after = carriers_of(m.answer(wrong), b"Antwoord")
    path = tmp_path / "bundle.xml"
    bundle(before, spoiler + carrier, after, path, 30_000_000)
    number, last, highest, growth = peak(path, 100)
    assert number > 500
    assert last == "bad_insz"
    assert growth < 20
    assert highest < 150


@pytest.mark.process
@pytest.mark.parametrize(
    ("noise", "megabytes"),
    [
        (NOISE + b"\n", 200),
        (b"<LesMomenten><LesMoment><Datum>2025-10-06</Datum></LesMoment></LesMomenten>", 40),
        (b"tekst ", 40),
        (b"<!-- -->", 40),
        (b"&lt;&#65;", 40),
    ],
    ids=["elements", "lessons", "text", "comments", "references"],
)
def test_noise_does_not_fill_the_memory(tmp_path, noise, megabytes):
    before, _, after = carriers_of(m.answer(m.dossier()), b"Antwoord")
    path = tmp_path / "noise.xml"
    bundle(before, noise * 1000, after, path, megabytes * 1_000_000)
    number, last, highest, _ = peak(path, 1)
    assert (number, last) == (1, "too_large")
    assert highest < 250


# --- elements with very many attributes or namespaces --------------------------------------------------------------

MANY_ATTRIBUTES = b"".join(b' a%d="x"' % number for number in range(200_000))
MANY_NAMESPACES = b"".join(b' xmlns:n%d="urn:%d"' % (number, number) for number in range(100_000))


def crowded(element, extra):
    """Two dossiers; the first has `extra` in the start tag of `element`."""
    text = m.as_bytes(m.answer(m.full_dossier(), m.dossier(insz=m.INSZ_2)))
    start = text.index(b"<" + element) + len(element) + 1
    return text[:start] + extra + text[start:]


@pytest.mark.parametrize("extra", [MANY_ATTRIBUTES, MANY_NAMESPACES], ids=["attributes", "namespaces"])
@pytest.mark.parametrize("element", [b"KBIDossier", b"Personalia"])
def test_a_crowded_element_sets_its_dossier_aside_and_no_other(read, element, extra):
    error, other = read(crowded(element, extra))
    assert (error.reason, error.field.rpartition("/")[2]) == ("too_large", element.decode())
    assert error.line
    assert other.insz == m.INSZ_2


@pytest.mark.parametrize("extra", [MANY_ATTRIBUTES, MANY_NAMESPACES], ids=["attributes", "namespaces"])
def test_a_crowded_element_around_the_dossiers_is_one_error(error_of, extra):
    assert error_of(crowded(b"Antwoorden", extra)).reason == "too_large"


@pytest.mark.parametrize(
    ("written", "number", "refused"),
    [
        (b' a%d="x"', 64, False),
        (b' a%d="x"', 65, True),
        (b' xmlns:n%d="urn:x"', 64, False),
        (b' xmlns:n%d="urn:x"', 65, True),
    ],
)
@pytest.mark.parametrize("shortcuts", [True, False])
def test_the_limit_is_64_attributes_and_64_namespaces(read, request, shortcuts, written, number, refused):
    if not shortcuts:
        request.getfixturevalue("without_shortcuts")
    extra = b"".join(written % place for place in range(number))
    first, other = read(crowded(b"Personalia", extra))
    assert isinstance(first, MessageError) is refused
    assert isinstance(other, Dossier)


def test_a_crowded_tag_in_two_chunks_is_refused(read, without_shortcuts, monkeypatch):
    extra = b"".join(b' a%d="x"' % place for place in range(65))
    monkeypatch.setattr("persons.magda.reader.files._OTHER_ENCODING", re.compile(b"never"))
    for size in (50, 331, 997):
        monkeypatch.setattr("persons.magda.reader.files._CHUNK", size)
        first, other = read(crowded(b"Personalia", extra))
        assert (first.reason, other.insz) == ("too_large", m.INSZ_2)


@pytest.mark.parametrize("shortcuts", [True, False])
def test_a_namespace_that_cannot_be_canonicalised_sets_one_dossier_aside(read, request, shortcuts):
    if not shortcuts:
        request.getfixturevalue("without_shortcuts")
    error, other = read(crowded(b"Personalia", b' xmlns:n="relative"'))
    assert (error.reason, other.insz) == ("not_canonical", m.INSZ_2)


@pytest.mark.parametrize("error", [etree.C14NError("C14N failed"), etree.LxmlError("any other")])
def test_any_error_of_the_xml_library_sets_one_dossier_aside(read, monkeypatch, error):
    whole = kbi02.cut

    def cut(dossier):
        if dossier.findtext("Personalia/INSZ") == m.INSZ:
            raise error
        return whole(dossier)

    monkeypatch.setattr(kbi02, "cut", cut)
    first, other = read(m.answer(m.dossier(), m.dossier(insz=m.INSZ_2)))
    assert (first.reason, bool(first.line)) == ("not_canonical", True)
    assert "failed" not in str(first)
    assert other.insz == m.INSZ_2


def test_an_error_of_the_xml_library_outside_a_dossier_ends_only_that_file(error_of, monkeypatch):
    monkeypatch.setattr("persons.magda.reader.files.moment_or_error", lambda body: etree.fromstring("<"))
    assert error_of(m.answer(m.dossier())).reason == "not_canonical"
