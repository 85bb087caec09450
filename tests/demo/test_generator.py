"""The invented population: repeatable, believable, safely written."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import holidays
import pytest
from django.core.management import CommandError, call_command
from lxml import etree
from stdnum.be import vat

from demo.generator import population, regions, schooldays, xmltext
from demo.generator.clients import client_list, write_csv
from demo.generator.dice import DOSSIER, IDENTITY, Dice, Shuffle, Weighted
from demo.generator.origins import ORIGINS
from demo.generator.people import MOST_PERSONS, Identities, identities
from partners.blocks import DOSSIER_ELEMENTS
from persons.attendance import Verdict, judge_person
from persons.insz import check_digits, normalise
from persons.magda.reader import MessageError, read_file
from tests.demo.populations import AS_OF, SEED, files

pytestmark = pytest.mark.slow


def digest(messages) -> str:
    running = hashlib.sha256()
    for path, content in messages:
        running.update(path.encode() + b"\0" + content + b"\0")
    return running.hexdigest()


def read_all(folder: Path) -> list:
    return [item for path in sorted(folder.rglob("*.xml")) for item in read_file(path, allow_test=True)]


def dossiers_of(persons: int) -> list:
    return [etree.fromstring(message).find(".//KBIDossier") for message in files(persons).values()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """1,200 persons of version 02.00."""
    out = tmp_path_factory.mktemp("population") / "dossiers"
    population.write(1200, SEED, AS_OF, out)
    return out


@pytest.fixture(scope="module")
def bundles(tmp_path_factory) -> Path:
    """1,200 persons of version 01.00."""
    out = tmp_path_factory.mktemp("population") / "bundles"
    population.write(1200, SEED, AS_OF, out, version="01.00")
    return out


@pytest.fixture(scope="module")
def answers(folder) -> list:
    """What the reader makes of the 1,200 answers."""
    return read_all(folder)


@pytest.fixture(scope="module")
def published(bundles) -> list:
    """What the reader makes of the bundles and mutations."""
    return read_all(bundles)


# Chance


def test_dice_answer_as_they_always_did():
    dice = Dice(1, DOSSIER, 3)
    thrown = [dice.uuid(), dice.digits(7), dice.some("abcdef", 3), dice.between(1, 1000), dice.pick("xyz")]
    assert thrown == [
        "66a015f7-004e-4b59-b9c4-4db7a08541f4",
        "8842674",
        ["b", "a", "d"],
        73,
        "z",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 10, 1000, 4097])
def test_a_shuffle_gives_every_number_once(size):
    shuffle = Shuffle(size, Dice(1, IDENTITY, size))
    assert sorted(shuffle[place] for place in range(size)) == list(range(size))
    with pytest.raises(IndexError):
        shuffle[size]


def test_weights_are_kept():
    dice = Dice(1, DOSSIER, 1)
    drawn = Counter(Weighted([("a", 1), ("b", 3)]).draw(dice) for _ in range(4000))
    assert 2800 < drawn["b"] < 3200


# Same seed, same bytes


@pytest.mark.parametrize("version", ["02.00", "01.00"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(version):
    first = digest(population.messages(150, 7, AS_OF, version))
    assert first == digest(population.messages(150, 7, AS_OF, version))
    assert first != digest(population.messages(150, 8, AS_OF, version))
    assert first != digest(population.messages(150, 7, AS_OF + timedelta(days=1), version))


@pytest.mark.process
def test_neither_hash_order_nor_locale_nor_time_zone_matters():
    program = (
        "import hashlib, sys; from datetime import date; from demo.generator import population;"
        "files = [*population.messages(60, 7, date(2026, 11, 23)),"
        " *population.messages(60, 7, date(2026, 11, 23), '01.00')];"
        "sys.stdout.write(hashlib.sha256(b''.join(p.encode() + c for p, c in files)).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "TZ": zone, "PYTHONUTF8": "0"},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed, locale, zone in [("1", "C", "Asia/Tokyo"), ("2", "C.UTF-8", "America/Lima")]
    }
    assert len(answers) == 1


def test_a_person_does_not_depend_on_how_many_there_are():
    few, many = files(40), files(300)
    assert list(few.items()) == list(islice(many.items(), 40))
    assert [identity.insz for identity in identities(40, SEED)] == [
        identity.insz for identity in islice(identities(200_000, SEED), 40)
    ]


# Who they are


def test_every_number_is_a_valid_test_number_that_occurs_once():
    everybody = list(identities(20_000, SEED))
    numbers = [identity.insz for identity in everybody]
    assert len(set(numbers)) == len(numbers)
    for identity in everybody:
        number = identity.insz
        assert normalise(number, allow_test=True) == number
        assert "61" <= number[2:4] <= "72"
        assert number[:2] == f"{identity.born.year % 100:02d}"
        assert number[9:] == check_digits(number[:9], identity.born.year >= 2000)
        assert (int(number[2:4]) - 60, int(number[4:6])) == (identity.born.month, identity.born.day)
        assert (int(number[6:9]) % 2 == 0) == identity.female


def test_numbers_last_for_the_largest_population():
    everybody = Identities(SEED)
    assert MOST_PERSONS > 1_000_000
    assert normalise(everybody[MOST_PERSONS - 1].insz, allow_test=True)
    with pytest.raises(IndexError):
        everybody[MOST_PERSONS]


def test_names_are_of_many_origins_and_seldom_the_same_in_one_birth_year():
    everybody = list(identities(30_000, SEED))
    pairs = Counter((person.first_names, person.last_names, person.born.year) for person in everybody)
    assert sum(number for number in pairs.values() if number > 1) < 0.005 * len(everybody)
    assert {person.origin.country for person in everybody} == {origin.country for origin in ORIGINS}
    assert max(Counter(person.origin.country for person in everybody).values()) < 0.16 * len(everybody)
    shown = " ".join(name for person in everybody for name in (*person.first_names, *person.last_names))
    for sign in "ëéèçğışłńñãøțâưễ'-":
        assert sign in shown or sign == "ø", sign


def test_birth_dates_are_complete_incomplete_or_unknown():
    kinds = Counter(
        "unknown" if not person.birth_date else person.birth_date[4:].count("00")
        for person in identities(3000, SEED)
    )
    assert kinds[0] > 2700
    assert min(kinds[1], kinds[2], kinds["unknown"]) > 5


def test_names_survive_the_message():
    everybody = list(identities(300, SEED))
    for identity, dossier in zip(everybody, dossiers_of(300), strict=True):
        assert dossier.findtext("Personalia/INSZ") == identity.insz
        if dossier.find("Personalia/Naam") is not None:
            name = dossier.find("Personalia/Naam")
            assert tuple(each.text for each in name.iter("Voornaam")) == identity.first_names
            assert tuple(each.text for each in name.iter("Achternaam")) == identity.last_names
    centres = {
        each.text for dossier in dossiers_of(300) for each in dossier.iterfind(".//NT2Cursus/Centrum/Naam")
    }
    assert any("&" in centre for centre in centres)
    assert centres <= {centre.name for centre in regions.CENTRES}


@pytest.mark.parametrize("nasty", ["D'Hondt & Zn", "a<b>c", 'zei "ja"', "]]>", "&amp;", "Nguyễn Thị Ánh"])
def test_text_and_attributes_are_escaped(nasty):
    for code in (xmltext.code01, xmltext.code02):
        element = etree.fromstring(code("Reden", nasty, nasty))
        assert element.text == nasty
        assert nasty in element.attrib.values()
    assert etree.fromstring(xmltext.tag("Naam", nasty)).text == nasty


def test_centres_have_kbo_numbers_of_their_own():
    numbers = [centre.kbo for centre in regions.CENTRES]
    assert len(set(numbers)) == len(numbers)
    for number in (*numbers, regions.AGENCY, regions.ATLAS, regions.BRUSSELS):
        assert vat.is_valid(number)


# When there are lessons


@pytest.mark.parametrize("year", range(2012, 2030))
def test_school_holidays_are_those_of_the_flemish_calendar(year):
    known = holidays.BE(years=year, subdiv="Flemish", categories=("public", "school"))
    theirs = {day for day in known if day.year == year and day.isoweekday() != 7}
    ours = {date.fromordinal(ordinal) for ordinal in schooldays.free_days(year)}
    assert {day for day in ours if day.year == year and day.isoweekday() != 7} == theirs


def test_lessons_lie_on_school_days_within_reach_of_the_day():
    free = holidays.BE(years=range(2024, 2029), subdiv="Flemish", categories=("public", "school"))
    weekdays = ("MA", "DI", "WO", "DO", "VR", "ZA")
    days = []
    for moment in (moment for dossier in dossiers_of(300) for moment in dossier.iter("LesMoment")):
        day = date.fromisoformat(moment.findtext("Datum"))
        assert day not in free
        assert moment.findtext("Lesdag") == weekdays[day.weekday()]
        assert "08:00" <= moment.findtext("AanvangUur") < moment.findtext("EindUur") <= "22:00"
        days.append(day)
    assert AS_OF - timedelta(days=700) < min(days) < AS_OF - timedelta(days=240)
    assert AS_OF + timedelta(days=60) < max(days) < AS_OF + timedelta(days=420)


# What they live through


def test_every_block_occurs():
    found = Counter(block.tag for dossier in dossiers_of(300) for block in dossier)
    assert set(found) == set(DOSSIER_ELEMENTS)
    assert found["Personalia"] == 300


def test_everything_that_can_happen_to_a_course_happens():
    happened = Counter()
    for dossier in dossiers_of(300):
        happened["almost nothing"] += len(dossier) <= 2
        happened["individual"] += dossier.find(".//IndividueleMOCursus") is not None
        happened["cancelled"] += dossier.find(".//NT2Cursus[Geannuleerd='1']") is not None
        happened["suspended"] += dossier.find("Contracten/Contract/Opschortingen") is not None
        happened["addendum"] += dossier.find("Contracten/Contract/Addenda") is not None
        happened["exempt"] += dossier.find(".//TrajectOnderdeel/Besluit[Code='NVT']") is not None
        happened["infringement"] += dossier.find("Inbreuken/Inbreuk") is not None
        for course in (*dossier.iter("MOCursus"), *dossier.iter("NT2Cursus")):
            happened["left"] += course.find("DatumUitschrijving") is not None
            for moment in course.iter("LesMoment"):
                past = moment.findtext("Datum") < AS_OF.isoformat()
                happened[moment.findtext("Aanwezigheid") or ("unrecorded" if past else "to come")] += 1
                happened["in part"] += moment.find("Aanwezigheidsduur") is not None
                happened["told beforehand"] += not past and moment.find("Aanwezigheid") is not None
    assert min(happened.values()) > 0, happened
    languages = {each.text for dossier in dossiers_of(300) for each in dossier.iterfind(".//MOCursus/Taal")}
    levels = {each.text for dossier in dossiers_of(300) for each in dossier.iterfind(".//NT2Cursus/Module")}
    assert len(languages) >= 10
    assert len(levels) >= 9


SHARES = {
    Verdict.KEPT: (52, 68),
    Verdict.REACHABLE: (11, 19),
    Verdict.OUT_OF_REACH: (5, 11),
    Verdict.NO_LESSONS: (6, 14),
    Verdict.SUSPENDED: (2, 7),
    Verdict.EXEMPT: (1.5, 6),
}


def gravest(dossier, as_of: date) -> Verdict:
    """The gravest verdict of the parts, for which a story is told. The portal shows the most urgent one."""
    person = judge_person([facts.course for facts in dossier.courses], as_of=as_of)
    order = list(Verdict)
    return min((part.judgement.verdict for part in person.parts), key=order.index, default=Verdict.NO_LESSONS)


def test_every_verdict_occurs_in_its_share(answers):
    dossiers = answers
    assert [str(item) for item in dossiers if isinstance(item, MessageError)] == []
    verdicts = Counter(gravest(dossier, AS_OF) for dossier in dossiers)
    # Contradictory records are mistakes of an organiser, and none are invented.
    assert verdicts.pop(Verdict.CONTRADICTORY, 0) == 0
    assert min(verdicts[Verdict.KEPT], verdicts[Verdict.ON_TRACK]) > 0
    verdicts[Verdict.KEPT] += verdicts[Verdict.ON_TRACK]  # the share of those who meet the norm today
    shares = {verdict: 100 * verdicts[verdict] / len(dossiers) for verdict in SHARES}
    outside = {
        verdict: share
        for verdict, share in shares.items()
        if not SHARES[verdict][0] < share < SHARES[verdict][1]
    }
    assert outside == {}


@pytest.mark.parametrize(
    "as_of",
    [AS_OF, date(2026, 1, 2), date(2026, 4, 13), date(2026, 8, 5), date(2024, 2, 29), date(2015, 12, 1)],
)
def test_the_verdict_of_every_person_is_the_one_the_story_was_told_for(tmp_path, as_of):
    population.write(250, 11, as_of, tmp_path / "out")
    wanted = {story.identity.insz: story.standing for story, _ in population.stories(250, 11, as_of)}
    for dossier in read_all(tmp_path / "out"):
        assert dossier.as_of.date() == as_of
        verdict = gravest(dossier, as_of)
        today = Verdict.KEPT if verdict is Verdict.ON_TRACK else verdict
        assert today.value == wanted[dossier.insz], dossier.file


def test_some_keep_the_norm_to_the_minute(answers):
    exact = [
        part.judgement
        for dossier in answers
        for part in judge_person([facts.course for facts in dossier.courses], as_of=AS_OF).parts
        if part.judgement.percentage == 80
    ]
    assert exact
    assert {judgement.verdict for judgement in exact} <= {
        Verdict.KEPT,
        Verdict.ON_TRACK,
        Verdict.SUSPENDED,
        Verdict.EXEMPT,
    }


def test_totals_give_every_verdict_that_totals_can_give(published):
    dossiers = published
    assert [str(item) for item in dossiers if isinstance(item, MessageError)] == []
    verdicts = Counter(
        judge_person([facts.course for facts in dossier.courses], as_of=AS_OF).verdict for dossier in dossiers
    )
    assert set(verdicts) == set(Verdict) - {Verdict.REACHABLE, Verdict.ON_TRACK, Verdict.CONTRADICTORY}
    assert {dossier.version for dossier in dossiers} == {"01.00"}
    required = {facts.course.required for dossier in dossiers for facts in dossier.courses}
    assert required == {None, 75, 80}


def test_mutations_are_about_persons_of_the_bundles_and_newer(published):
    bundled = {item.insz: item for item in published if "publicaties" in item.file}
    mutated = [item for item in published if "mutaties" in item.file]
    assert (len(bundled), len(mutated)) == (1200, 12)
    for item in mutated:
        before = bundled[item.insz]
        assert item.as_of > before.as_of
        assert [facts.course for facts in item.courses] == [facts.course for facts in before.courses]
    assert any(item.blocks != bundled[item.insz].blocks for item in mutated)


def test_all_blocks_of_the_older_model_occur(published):
    found = {name for dossier in published for name in dossier.blocks}
    assert found == {
        "Aanmelding", "Adviezen", "AfgelegdeTesten", "BehaaldeAttesten", "Contracten", "Doelgroep", "Hoedanigheden",
        "Inbreuken", "Opmerkingen", "Talenkennis", "Trajecten", "VormingsActiviteiten",
    }  # fmt: skip


# Files and folders


def test_files_lie_in_folders_of_a_thousand_and_name_nobody():
    paths = [path for path, _ in islice(population.messages(2500, SEED, AS_OF), 2100)]
    assert paths[0] == "0000/dossier-0000000.xml"
    assert Counter(path.split("/")[0] for path in paths) == {"0000": 1000, "0001": 1000, "0002": 100}
    numbers = [identity.insz for identity in identities(2100, SEED)]
    assert not any(number in path for number, path in zip(numbers, paths, strict=True))


def test_memory_stays_flat():
    # The timetables and lessons of a whole year are in the caches first.
    for _ in islice(population.messages(4000, SEED, AS_OF), 1500):
        pass
    tracemalloc.start()
    try:
        messages = population.messages(1100, SEED + 1, AS_OF)
        for _ in islice(messages, 100):
            pass
        early, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in messages:
            pass
        late, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A thousand messages are 17 MB of text.
    assert late - early < 4_000_000
    assert peak - early < 5_000_000


def test_what_was_written_is_what_was_told(tmp_path):
    summary = population.write(30, SEED, AS_OF, tmp_path / "out")
    written = {
        str(path.relative_to(tmp_path / "out")): path.read_bytes()
        for path in (tmp_path / "out").rglob("*.xml")
    }
    assert written == files(30)
    assert (summary.persons, summary.files) == (30, 30)
    assert summary.bytes == sum(map(len, written.values()))
    assert summary.standings.total() == 30
    assert population.made_with(tmp_path / "out") == {
        "made_by": "generate_dossiers",
        "persons": 30,
        "seed": SEED,
        "as_of": "2026-11-23",
        "version": "02.00",
    }


def test_an_earlier_population_is_replaced_whole(tmp_path):
    out = tmp_path / "out"
    population.write(30, 1, AS_OF, out)
    population.write(5, 2, AS_OF, out)
    assert {path.name for path in out.rglob("*.xml")} == {f"dossier-{place:07d}.xml" for place in range(5)}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    population.write(2, 1, AS_OF, tmp_path / "out")
    assert population.made_with(tmp_path / "out") is not None


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("keep me")
    (tmp_path / "out" / population.MARKER).write_text(json.dumps({"made_by": "somebody else"}))
    with pytest.raises(population.PopulationError, match="not empty"):
        population.write(2, 1, AS_OF, tmp_path / "out")
    assert (tmp_path / "out" / "letter.txt").read_text() == "keep me"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", [".out.unfinished", ".out.outdated"])
def test_what_is_in_the_way_and_not_ours_is_left_alone(tmp_path, name):
    population.write(2, 1, AS_OF, tmp_path / "out")
    (tmp_path / name).mkdir()
    (tmp_path / name / "letter.txt").write_text("keep me")
    with pytest.raises(population.PopulationError, match="in the way"):
        population.write(2, 1, AS_OF, tmp_path / "out")
    assert (tmp_path / name / "letter.txt").exists()


def test_a_killed_run_leaves_no_half_population_and_running_again_finishes(tmp_path, monkeypatch):
    out = tmp_path / "out"
    told = population.messages

    def killed(*arguments, **options):
        yield from islice(told(*arguments, **options), 7)
        raise KeyboardInterrupt

    monkeypatch.setattr(population, "messages", killed)
    with pytest.raises(KeyboardInterrupt):
        population.write(20, SEED, AS_OF, out)
    assert not out.exists()
    assert len(list((tmp_path / ".out.unfinished").rglob("*.xml"))) == 7

    monkeypatch.undo()
    population.write(20, SEED, AS_OF, out)
    assert len(list(out.rglob("*.xml"))) == 20
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_kill_keeps_the_population_that_was_there(tmp_path, monkeypatch):
    out = tmp_path / "out"
    population.write(4, 1, AS_OF, out)

    def killed(*arguments, **options):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(population, "messages", killed)
    with pytest.raises(KeyboardInterrupt):
        population.write(20, 2, AS_OF, out)
    assert len(list(out.rglob("*.xml"))) == 4


def test_two_runs_do_not_write_the_same_folder(tmp_path):
    unfinished = tmp_path / ".out.unfinished"
    unfinished.mkdir()
    with (unfinished / population.MARKER).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(population.PopulationError, match="Another run"):
            population.write(2, 1, AS_OF, tmp_path / "out")


# The command


def run(tmp_path, capsys, **options) -> str:
    settings = {"persons": 12, "seed": 3, "as_of": AS_OF, "out": tmp_path / "out"} | options
    call_command("generate_dossiers", **settings)
    return capsys.readouterr().out


def test_the_command_closes_with_one_line_of_counts(tmp_path, capsys):
    line = run(tmp_path, capsys)
    assert line.count("\n") == 1
    assert line.startswith("12 persons in 12 files (")
    assert "version 02.00, seed 3, as of 2026-11-23:" in line
    assert sum(int(each.split()[0]) for each in line.rsplit(": ", 1)[1].split(", ")) == 12


def test_the_command_takes_the_version_of_the_messages(tmp_path, capsys):
    call_command(
        "generate_dossiers",
        "--persons=12",
        "--as-of=2026-11-23",
        f"--out={tmp_path / 'out'}",
        "--version=01.00",
    )
    assert capsys.readouterr().out.startswith("12 persons in 2 files (")
    assert {path.parent.name for path in (tmp_path / "out").rglob("*.xml")} == {"publicaties", "mutaties"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"persons": 0}, "between 1 and"),
        ({"persons": 10**9}, "between 1 and"),
        ({"seed": -1}, "seed"),
        ({"as_of": date(1999, 1, 1)}, "date must lie"),
        ({"out": Path("/")}, "below it"),
        ({"out": Path(__file__)}, "not a folder"),
        ({"out": Path(__file__).parent}, "not empty"),
        ({"out": Path(__file__) / "below"}, "File exists"),
    ],
)
def test_the_command_says_why_it_refuses(tmp_path, capsys, options, reason):
    with pytest.raises(CommandError, match=reason):
        run(tmp_path, capsys, **options)


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "20261123", "2026-W48-1"])
def test_the_command_refuses_what_is_no_date(tmp_path, text):
    with pytest.raises(CommandError, match="not a date"):
        call_command("generate_dossiers", "--persons=1", f"--as-of={text}", f"--out={tmp_path / 'out'}")


# Client lists

CAPACITIES = ["leefloon", "in_onderzoek", "schuldbemiddeling"]


def test_a_client_list_is_the_same_each_time_and_needs_no_dossiers():
    first = list(client_list(2000, SEED, 0, 300, CAPACITIES, AS_OF))
    assert first == list(client_list(2000, SEED, 0, 300, CAPACITIES, AS_OF))
    assert first != list(client_list(2000, SEED, 1, 300, CAPACITIES, AS_OF))
    assert len(first) == 300
    assert all(row.reason for row in first)


def test_periods_of_clients_lie_around_the_day():
    rows = list(client_list(5000, SEED, 0, 2000, CAPACITIES, AS_OF))
    soon = AS_OF + timedelta(days=30)
    kinds = Counter(
        "expired"
        if row.valid_until < AS_OF
        else "later"
        if row.valid_from > AS_OF
        else "ends soon"
        if row.valid_until <= soon
        else "in force"
        for row in rows
    )
    assert kinds["in force"] > 1500
    assert 100 < kinds["ends soon"] < 300
    assert 50 < kinds["expired"] < 160
    assert 25 < kinds["later"] < 110
    for row in rows:
        assert row.valid_from <= row.valid_until
        assert (row.valid_until - row.valid_from).days <= (180 if row.capacity == "in_onderzoek" else 365)


def test_nobody_is_twice_in_a_list_in_the_same_capacity():
    rows = list(client_list(2000, SEED, 0, 1500, CAPACITIES, AS_OF))
    places = Counter((row.insz, row.capacity) for row in rows)
    assert max(places.values()) == 1
    assert len({row.insz for row in rows}) < len(rows)


def test_some_clients_are_unknown_to_the_population_and_valid_numbers_all_the_same():
    known = {identity.insz for identity in identities(2000, SEED)}
    rows = list(client_list(2000, SEED, 0, 600, CAPACITIES, AS_OF))
    strangers = {row.insz for row in rows} - known
    assert 3 <= len(strangers) <= 8
    assert all(normalise(number, allow_test=True) == number for number in strangers)


def test_lists_of_institutions_overlap():
    lists = [
        {row.insz for row in client_list(20_000, SEED, index, 800, CAPACITIES, AS_OF)} for index in range(3)
    ]
    assert len(lists[0] & lists[1] & lists[2]) > 50
    assert len(lists[0] - lists[1] - lists[2]) > 400


def test_a_list_can_keep_to_a_region():
    homes = {identity.insz: identity.region.name for identity in identities(2000, SEED)}
    rows = list(client_list(2000, SEED, 0, 120, CAPACITIES, AS_OF, region="Gent"))
    assert len(rows) == 120
    assert {homes.get(row.insz, "Gent") for row in rows} == {"Gent"}


def test_a_list_is_never_longer_than_the_population_allows():
    assert len(list(client_list(10, SEED, 0, 500, ["leefloon"], AS_OF))) <= 15
    with pytest.raises(ValueError, match="capacity"):
        list(client_list(10, SEED, 0, 5, [], AS_OF))


def test_a_client_list_is_written_as_import_clients_reads_it(tmp_path):
    path = tmp_path / "clients.csv"
    assert write_csv(path, client_list(100, SEED, 0, 20, ["leefloon"], AS_OF)) == 20
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "insz,capacity,valid_from,valid_until,reason"
    assert len(lines) == 21
    assert lines[1].split(",")[1] == "leefloon"
    assert date.fromisoformat(lines[1].split(",")[2])
