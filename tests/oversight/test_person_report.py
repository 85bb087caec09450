"""`manage.py person_report`: the letter on the server."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from odfdo import Document

from .. import factories
from ..factories import inscribe, insz, log_rows, member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(monkeypatch):
    """Run the command with this text on standard input; returns what it prints."""

    def run(typed: str, **options: object) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        printed = io.StringIO()
        with factories.owner():
            call_command("person_report", stdout=printed, **options)
        return printed.getvalue()

    return run


@pytest.fixture
def looked(ocmw, other_ocmw, write):
    made = inscribe(ocmw, person())
    write(member(ocmw), inscription=made)
    write(member(other_ocmw), inscription=inscribe(other_ocmw, made.person))
    return made.insz


def test_the_looks_of_all_institutions_go_to_standard_output(report, looked):
    text = report(f"{looked}\n")
    assert text.count("Uw leefloon en uw inburgering opvolgen") == 2
    assert "OCMW Proefstad" in text
    assert "OCMW Elders" in text
    row = log_rows()[-1]
    assert (row["kind"], row["channel"], row["outcome"], row["numbers"], row["shown"], row["user_id"]) == (
        *("person_report", "command", "shown"),
        *([looked], [looked], None),
    )


def test_of_one_institution(report, looked):
    text = report(looked, institution="ocmw-elders", language="en")
    assert "OCMW Elders" in text
    assert "OCMW Proefstad" not in text
    assert "Who looked" in text


def test_the_files_are_for_their_owner_only(report, looked, tmp_path):
    assert report(looked, folder=tmp_path).startswith("2 looks in ")
    files = {path.suffix: path for path in tmp_path.iterdir()}
    assert set(files) == {".odt", ".csv", ".json"}
    for path in files.values():
        assert path.stat().st_mode & 0o777 == 0o600
        assert looked not in path.name
    assert "Het zijn 2 inzages." in Document(files[".odt"]).get_formatted_text()
    proof = json.loads(files[".json"].read_text())
    assert (proof["insz"], proof["rows"], len(proof["unsealed"])) == (looked, [], 2)
    with pytest.raises(CommandError, match="cannot be written"):
        report(looked, folder=tmp_path)


def test_an_unknown_number_has_a_letter_that_says_so(report):
    assert "In het logboek staat geen inzage in gegevens over u." in report(insz())
    assert log_rows()[-1]["outcome"] == "empty"


@pytest.mark.parametrize("typed", ["", "abc", "91610100177", "9" * 1000])
def test_what_is_no_number_is_not_repeated(report, typed):
    with pytest.raises(CommandError, match="Standard input has no INSZ") as error:
        report(typed)
    assert not typed or typed not in str(error.value)
    assert log_rows() == []


def test_the_institution_and_the_folder_must_exist(report, tmp_path):
    with pytest.raises(CommandError, match="No institution"):
        report(insz(), institution="nergens")
    with pytest.raises(CommandError, match="is no folder"):
        report(insz(), folder=tmp_path / "nergens")
