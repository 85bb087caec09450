"""Letters with proofs: they prove their own lines, and reveal neither the employee nor another person."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from consultations.seals.findings import Fault
from consultations.seals.form import PUBLIC, REQUEST
from consultations.seals.keys import own_public_keys
from consultations.seals.letters import LetterUnreadable, LetterVerdict, check_letter, prove
from consultations.seals.publishing import read_published
from tests.scratch import Scratch

from .sealing import new_key, seal_all, tamper, working_on, write

pytestmark = pytest.mark.process

READER, OTHER, THIRD = "61610100118", "61610100217", "61610100316"
LOG = "consultations_consultation"
ABOUT = f"(SELECT * FROM {LOG} WHERE shown @> %s::varchar[] OR numbers @> %s::varchar[] OR insz = %s)"
EMPLOYEE_NAME, SEARCHED, REASON = "An Peeters-Zonderling", "janssens", "klopt-niet"


@pytest.fixture
def scratch(to_seal: Scratch) -> Scratch:
    fill(to_seal)
    return to_seal


@pytest.fixture(scope="module")
def filled(kept_to_seal: Scratch) -> Scratch:
    with working_on(kept_to_seal):
        fill(kept_to_seal)
    return kept_to_seal


@pytest.fixture
def unchanged(filled: Scratch) -> Iterator[Scratch]:
    """The same as `scratch`, for tests that leave it as it is."""
    with working_on(filled):
        yield filled


def fill(to_seal: Scratch) -> None:
    """Write rows about three persons, and seal them in two runs."""
    write(to_seal, "noise 1", "noise 2", shown=[OTHER])
    employee = {
        "user_id": 712345678901,
        "user_name": EMPLOYEE_NAME,
        "role": "case_worker",
        "institution_id": 4,
    }
    ground = {
        "legal_basis": "Beraadslaging 1/2026",
        "capacity": "leefloon",
        "blocks": ["Persoon", "Contracten"],
    }
    forge(to_seal, kind="file", insz=READER, target="my file", shown=[READER], **employee, **ground)
    forge(to_seal, kind="search", term=SEARCHED, shown=[OTHER, READER, THIRD], reason=REASON, **employee)
    seal_all(to_seal)
    write(to_seal, "asked for", numbers=[THIRD, READER])
    write(to_seal, "noise 3", shown=[THIRD])
    seal_all(to_seal)


def forge(scratch: Scratch, **columns: object) -> None:
    """A row with an employee, without the account and the inscription that the triggers of the log ask for."""
    values = {"channel": "portal", "outcome": "shown"} | columns
    with scratch.cursor("superuser") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {LOG} (id, at, {', '.join(values)})"
            f" VALUES (gen_random_uuid(), now(), {', '.join(['%s'] * len(values))})",
            list(values.values()),
        )


def letter_to(insz: str = READER) -> dict:
    return json.loads(json.dumps(prove(insz, ABOUT, [[insz], [insz], insz])))


def check(letter: dict, settings) -> LetterVerdict:
    return check_letter(letter, read_published([Path(settings.KBI_SEAL_FOLDER)]), own_public_keys())


def test_a_letter_proves_its_rows(unchanged, settings):
    letter = letter_to()
    assert [row["public"]["kind"] for row in letter["rows"]] == ["file", "search", "list"]
    assert letter["rows"][0]["public"]["legal_basis"] == "Beraadslaging 1/2026"
    assert letter["rows"][0]["public"]["blocks"] == "{Persoon,Contracten}"
    verdict = check(letter, settings)
    assert verdict.findings == []
    assert (verdict.rows, verdict.seals, verdict.without_proof) == (3, 2, 0)
    assert (verdict.signed, verdict.published, verdict.in_log) == (2, 2, 2)


def test_a_letter_reveals_neither_the_employee_nor_another_person(unchanged):
    text = json.dumps(prove(READER, ABOUT, [[READER], [READER], READER]))
    for secret in (OTHER, THIRD, EMPLOYEE_NAME, "712345678901", "case_worker", SEARCHED, "my file", REASON):
        assert secret not in text
    with unchanged.cursor("superuser") as cursor:
        cursor.execute(f"SELECT encode(salt, 'hex') FROM {LOG}")
        assert [salt for (salt,) in cursor.fetchall() if salt in text] == []


def test_a_letter_has_no_column_that_is_not_public(unchanged):
    for row in letter_to()["rows"]:
        assert set(row["public"]) == {"at", *PUBLIC}
        assert not set(row["public"]) & {*REQUEST, "insz", "numbers", "shown", "salt"}


def test_each_entry_has_a_salt_of_its_own(unchanged):
    """One that is shown tells nothing about another, and the same person has another hash in each row."""
    salts = [
        person["salt"]
        for row in letter_to()["rows"]
        for person in row["people"]
        if not isinstance(person, str)
    ]
    assert len(salts) == len(set(salts)) == 3
    hashes = [person for row in letter_to()["rows"] for person in row["people"] if isinstance(person, str)]
    assert len(hashes) == len(set(hashes)) == 3


def change(letter: dict, path: list, value: object) -> dict:
    changed = copy.deepcopy(letter)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["rows", 0, "public", "at"], "2026-01-01 10:00:00"),
        (["rows", 0, "public", "legal_basis"], "Geen"),
        (["rows", 0, "public", "institution_id"], "5"),
        (["rows", 0, "public", "purpose"], None),
        (["rows", 0, "request"], "00" * 32),
        (["rows", 0, "people", 0, "salt"], "00" * 16),
        (["rows", 0, "people", 0, "insz"], OTHER),
        (["rows", 1, "index"], 0),
        (["rows", 2, "path"], []),
        (["rows", 1, "counts"], "+ 0 2"),
        (["insz"], OTHER),
    ],
)
def test_a_letter_that_was_changed_proves_less(unchanged, settings, path, value):
    verdict = check(change(letter_to(), path, value), settings)
    assert Fault.CHANGED in {finding.fault for finding in verdict.findings}
    assert verdict.rows < 3


def test_no_row_of_another_person_can_be_put_into_a_letter(unchanged, settings):
    letter = letter_to()
    letter["rows"] += [row for row in letter_to(THIRD)["rows"] if row["public"]["kind"] == "search"]
    [finding] = check(letter, settings).findings
    assert "is not about the person of the letter" in finding.words


def test_a_row_counts_once(unchanged, settings):
    letter = letter_to()
    letter["rows"].append(letter["rows"][0])
    verdict = check(letter, settings)
    assert "is there twice" in verdict.findings[0].words
    assert verdict.rows == 3


def test_an_invented_seal_is_confirmed_by_nothing(scratch, settings, tmp_path):
    """Someone makes a log of their own and seals it with a key of their own."""
    keys, kept = own_public_keys(), list(read_published([Path(settings.KBI_SEAL_FOLDER)]))
    settings.KBI_SEAL_KEY_FILE, settings.KBI_SEAL_FOLDER = str(new_key(tmp_path / "other.key")), ""
    tamper(
        scratch,
        f"UPDATE {LOG} SET legal_basis = 'Geen' WHERE target = 'my file'",
        "TRUNCATE consultations_seal",
    )
    seal_all(scratch)
    forged = letter_to()
    tamper(scratch, "TRUNCATE consultations_seal")
    assert {finding.fault for finding in check_letter(forged, (), keys).findings} == {Fault.SIGNATURE}
    assert Fault.REWRITTEN in {finding.fault for finding in check_letter(forged, kept, keys).findings}


def test_signature_or_published_seals_prove_a_letter_without_the_log(scratch, settings):
    letter, keys = letter_to(), own_public_keys()
    kept = list(read_published([Path(settings.KBI_SEAL_FOLDER)]))
    tamper(scratch, f"TRUNCATE {LOG}, consultations_seal")
    assert check_letter(letter, kept).findings == []
    assert check_letter(letter, (), keys).findings == []
    assert {finding.fault for finding in check_letter(letter).findings} == {Fault.SIGNATURE}


def test_rows_without_a_proof_are_named(scratch, settings):
    write(scratch, "not sealed yet", shown=[READER])
    tamper(scratch, f"UPDATE {LOG} SET legal_basis = 'Geen' WHERE target = 'my file'")
    letter = letter_to()
    assert (len(letter["rows"]), len(letter["unsealed"]), len(letter["changed"])) == (2, 1, 1)
    verdict = check(letter, settings)
    assert (verdict.rows, verdict.without_proof) == (2, 1)
    assert [finding.fault for finding in verdict.findings] == [Fault.CHANGED]


def test_a_function_may_choose_the_rows(scratch):
    """As a page does whose role may not read the log itself."""
    with scratch.cursor("superuser") as cursor:
        cursor.execute(
            f"CREATE FUNCTION rows_about(text) RETURNS SETOF {LOG} LANGUAGE sql STABLE SECURITY DEFINER"
            f" AS 'SELECT * FROM {LOG} WHERE shown @> ARRAY[$1]::varchar[]'"
        )
    with working_on(scratch, "web"):
        assert len(prove(READER, "rows_about(%s)", [READER])["rows"]) == 2
        assert prove(READER)["rows"] == []  # the log itself, without a role


EMPTY = {"letter": 1, "insz": READER, "rows": [], "seals": [], "unsealed": [], "changed": []}


@pytest.mark.parametrize(
    "letter",
    [[], {}, EMPTY | {"letter": 2}, EMPTY | {"rows": [{}]}, EMPTY | {"seals": [{}]}, EMPTY | {"rows": [[]]}],
)
def test_what_is_no_letter_is_refused(unchanged, letter):
    with pytest.raises(LetterUnreadable):
        check_letter(letter)


def test_a_forged_seal_in_a_letter_is_refused(unchanged):
    letter = letter_to()
    letter["seals"][0]["row_count"] += 1
    with pytest.raises(LetterUnreadable, match="hash of seal"):
        check_letter(letter)


def test_the_command_checks_a_letter(scratch, settings, tmp_path):
    path = tmp_path / "letter.json"
    path.write_text(json.dumps(letter_to()))
    [public] = Path(settings.KBI_SEAL_FOLDER).glob("key-*.pem")
    arguments = ["verify_log", "--letter", path, "--key", public, "--published", settings.KBI_SEAL_FOLDER]
    ended = scratch.manage(*arguments)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "3 rows proven by 2 seals: 2 with a signature, 2 published, 2 in this log. 0 rows without proof.\n"
    )
    path.write_text(json.dumps(change(letter_to(), ["rows", 0, "public", "at"], "2026-01-01 10:00:00")))
    ended = scratch.manage(*arguments)
    assert ended.returncode == 1
    assert "is not in seal 1" in ended.stderr
    assert READER not in ended.stdout + ended.stderr
    assert scratch.rows("SELECT count(*) FROM consultations_verification") == [(0,)]
