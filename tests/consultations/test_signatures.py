"""A chain that someone rewrote gets no signature of the key, and each signature is checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from consultations.seals import verifying
from consultations.seals.findings import Fault
from consultations.seals.keys import own_public_keys, pem, private_key
from consultations.seals.sealing import HeadRefused, seal_log
from tests.scratch import Scratch
from tests.waiting import until

from .sealing import (
    LOG,
    environment,
    faults,
    new_key,
    rewrite_seals,
    seal_all,
    superuser,
    tamper,
    verify,
    write,
)

pytestmark = pytest.mark.process


@pytest.fixture
def scratch(to_seal: Scratch) -> Scratch:
    return to_seal


def seals(scratch: Scratch) -> int:
    [(number,)] = scratch.rows("SELECT count(*) FROM consultations_seal")
    return number


def seal_with_new_key() -> None:
    """The server's own work may hold a run back for a moment."""
    until(lambda: seal_log(is_new_key=True))


def rewrite(scratch: Scratch, key: str, settings, tmp_path: Path, first: int) -> None:
    """Change a row as superuser and make the seals fit it, without the key of the portal."""
    own, [name] = settings.KBI_SEAL_KEY_FILE, own_public_keys()
    settings.KBI_SEAL_KEY_FILE = "" if key == "none" else str(new_key(tmp_path / "other.key"))
    with superuser(scratch), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {LOG} SET user_name = 'Iemand Anders' WHERE target = 'r9'")
        rewrite_seals(private_key(), first)
        if key == "pretended":
            cursor.execute("UPDATE consultations_seal SET signed_by = %s WHERE number >= %s", [name, first])
    settings.KBI_SEAL_KEY_FILE = own


@pytest.mark.parametrize("key", ["none", "another", "pretended"])
def test_a_rewritten_chain_gets_no_signature(sealed, settings, tmp_path, key):
    rewrite(sealed, key, settings, tmp_path, first=3)
    write(sealed, "r16")
    with pytest.raises(HeadRefused, match=r"Seal 4 of .* has no good signature of the key"):
        seal_all(sealed)
    with pytest.raises(HeadRefused, match="is not new: it signed seals, and not seal 4"):
        seal_log(is_new_key=True)
    assert seals(sealed) == 4
    assert faults(verify(settings, published=False)) == [Fault.SIGNATURE]
    ended = sealed.manage("seal_log", **environment(settings))
    assert (ended.returncode, "Run verify_log" in ended.stderr) == (1, True)


def test_a_stored_hash_that_was_changed_is_not_followed(sealed):
    tamper(sealed, "UPDATE consultations_seal SET hash = sha256(hash) WHERE number = 4")
    write(sealed, "r16")
    with pytest.raises(HeadRefused, match="is not the one that was stored"):
        seal_all(sealed)


def test_signing_is_switched_on_and_the_key_changed_in_so_many_words(scratch, settings, tmp_path):
    first, second = settings.KBI_SEAL_KEY_FILE, str(new_key(tmp_path / "second.key"))
    settings.KBI_SEAL_KEY_FILE = ""
    write(scratch, "a")
    seal_all(scratch)
    write(scratch, "b")
    with pytest.raises(HeadRefused, match="set KBI_SEAL_KEY_FILE"):
        seal_with_new_key()
    for number, key in enumerate([first, second], 2):
        settings.KBI_SEAL_KEY_FILE = key
        with pytest.raises(HeadRefused, match="seal_log --new-key once"):
            seal_all(scratch)
        seal_with_new_key()
        assert seals(scratch) == number
        write(scratch, "next")
    seal_all(scratch)
    verdict = verify(settings)
    assert verdict.is_proven
    settings.KBI_SEAL_KEY_FILE = first
    [(name, public)] = own_public_keys().items()
    lacks = [note.partition(". The signature of seal 3 ")[0].split(": ")[1] for note in verdict.notes]
    assert lacks == ["no signature", f"signed by {name}, a key that was not given"]
    old = tmp_path / "first.pub"
    old.write_bytes(pem(public))
    settings.KBI_SEAL_KEY_FILE, settings.KBI_SEAL_EARLIER_KEYS = second, [str(old)]
    verdict = verify(settings)
    assert (verdict.is_proven, len(verdict.notes)) == (True, 1)
    assert "Seal 1 of" in verdict.notes[0]
    write(scratch, "with the first key again")
    settings.KBI_SEAL_KEY_FILE = first
    with pytest.raises(HeadRefused, match="is not new"):
        seal_with_new_key()
    settings.KBI_SEAL_KEY_FILE = ""
    with pytest.raises(HeadRefused, match="set KBI_SEAL_KEY_FILE"):
        seal_all(scratch)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("signature = '', signed_by = '' WHERE number IN (2, 3)", "Seals 2 to 3, from .*: no signature"),
        ("signature = '', signed_by = '' WHERE number = 4", "Seal 4 of .*: no signature"),
        ("signature = sha512(signature) WHERE number = 1", "Seal 1 of .*: a wrong signature of"),
        (
            "signed_by = '0123456789abcdef' WHERE number = 3",
            "Seal 3 of .*: signed by 0123456789abcdef, a key",
        ),
    ],
)
def test_each_signature_is_checked(sealed, settings, change, expected):
    tamper(sealed, f"UPDATE consultations_seal SET {change}")
    [finding] = verify(settings).findings
    assert finding.fault == Fault.SIGNATURE
    assert re.match(expected, finding.words)


def test_seals_without_a_signature_before_the_first_good_one_are_said(sealed, settings):
    tamper(sealed, "UPDATE consultations_seal SET signature = '', signed_by = '' WHERE number < 3")
    verdict = verify(settings)
    assert verdict.is_proven
    assert any(note.startswith("Seals 1 to 2, from ") and "no signature" in note for note in verdict.notes)
    assert verifying.verify_log().is_proven
