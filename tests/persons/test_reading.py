"""The processes that read beside an import: one file they are stuck in keeps out no other."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from persons.attendance import DEFAULT_RULE
from persons.services import reading
from persons.services.reading import Prepared, SetAside, read
from tests.persons.magda import messages

pytestmark = pytest.mark.process

FILES = ["a.xml", "b.xml", "slow.xml", "y.xml", "z.xml"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a message in each of FILES."""
    for name in FILES:
        (tmp_path / name).write_bytes(messages.as_bytes(messages.answer(messages.dossier())))
    return tmp_path


def serve_with_a_slow_file(*arguments):
    """Do what a process does, but never finish slow.xml."""
    quick = reading.prepared_in

    def prepared_in(paths, **options):
        for path in paths:
            yield from quick([path], **options)
            if path.name == "slow.xml":
                time.sleep(600)

    reading.prepared_in = prepared_in
    original_serve(*arguments)


def serve_every_dossier_at_once(*arguments):
    """Do the same, and send each dossier by itself."""
    reading.PIECE = 1
    serve_with_a_slow_file(*arguments)


original_serve = reading._serve


@pytest.mark.parametrize(
    ("serve", "read_in_part"), [(serve_with_a_slow_file, []), (serve_every_dossier_at_once, ["slow.xml"])]
)
@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_that_takes_too_long_is_set_aside_and_the_others_go_on(
    folder, monkeypatch, serve, read_in_part, processes
):
    monkeypatch.setattr(reading, "_serve", serve)
    monkeypatch.setattr(reading, "FILES_AT_ONCE", 4)
    items = list(read([folder], allow_test=True, rule=DEFAULT_RULE, processes=processes, limit=1.0))
    slow = [item for item in items if isinstance(item, SetAside)]
    assert [(Path(item.file).name, item.reason) for item in slow] == [("slow.xml", "too_slow")]
    names = sorted(Path(item.file).name for item in items if isinstance(item, Prepared))
    assert names == sorted({*FILES} - {"slow.xml"} | {*read_in_part})
