"""The steps of the demo's preparation: which are due, and a database of an earlier version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demo import steps


class Database:
    """The database of the demo as `prepare` sees it, and the embedded server that makes it again."""

    def __init__(self) -> None:
        self.identity = "one"
        self.applied: list[str] = []

    def recreate_database(self) -> None:
        self.identity += " again"
        self.applied = []


@pytest.fixture
def database(monkeypatch) -> Database:
    """A database in place of a real one."""
    database = Database()
    monkeypatch.setattr(steps, "_look_at_database", lambda: (database.identity, database.applied))
    return database


@pytest.fixture
def data(tmp_path, database) -> Path:
    """An empty data folder."""
    return tmp_path


@pytest.fixture
def commands(monkeypatch) -> list[str]:
    """The management commands that would have run, in place of running them."""
    commands = []

    def manage(command: list[str], log: Path, accepts: tuple[int, ...] = ()) -> str:
        commands.append(command[0])
        if command[0] == "demo_accounts":
            (log.parent / "demo-accounts.csv").touch()
        return "done"

    monkeypatch.setattr(steps, "manage", manage)
    return commands


ALL = [
    *(
        "migrate",
        "hand_over_log",
        "rehash_numbers",
        "sync_groups",
        "collectstatic",
        "demo_accounts",
        "import_counts",
        "generate_dossiers",
    ),
    *(
        "generate_earlier",
        "import_dossiers",
        "import_dossiers",
        "generate_doubts",
        "import_dossiers",
        "generate_clients",
        "demo_use",
        "rehash_numbers",
        "roll_up",
        "demo_expectations",
        "count_clients",
        "careful_reports",
        "demo_publish",
        "publish",
        "demo_answer",
        "seal_log",
        "verify_log",
        "import_dossiers",
    ),
]


def test_the_first_start_does_every_step_and_the_second_none(data, commands):
    steps.prepare(data, 20, None)
    assert commands == ALL
    steps.prepare(data, 20, None)
    assert commands == ALL


def test_another_number_of_persons_invents_and_imports_again(data, commands):
    steps.prepare(data, 20, None)
    commands.clear()
    steps.prepare(data, 30, None)
    assert commands == [
        "generate_dossiers",
        "generate_earlier",
        "import_dossiers",
        "import_dossiers",
        "generate_doubts",
        "import_dossiers",
        "generate_clients",
        "demo_use",
        "rehash_numbers",
        "roll_up",
        "demo_expectations",
        "count_clients",
        "careful_reports",
        "demo_publish",
        "publish",
        "seal_log",
        "verify_log",
        "import_dossiers",
    ]


def test_another_database_gets_every_step(data, database, commands):
    steps.prepare(data, 20, None)
    database.identity = "two"
    steps.prepare(data, 20, None)
    assert commands == ALL * 2


def test_a_start_that_was_broken_off_goes_on_where_it_was(data, commands, monkeypatch):
    manage = steps.manage

    def fails(command: list[str], log: Path, accepts: tuple[int, ...]) -> str:
        if command[0] == "import_dossiers":
            raise steps.DemoError("no room")
        return manage(command, log)

    with monkeypatch.context() as broken:
        broken.setattr(steps, "manage", fails)
        with pytest.raises(steps.DemoError):
            steps.prepare(data, 20, None)
    commands.clear()
    steps.prepare(data, 20, None)
    assert commands[0] == "generate_earlier"


STATE = {"database": "one", "persons": 20, "as_of": "2026-01-05", "done": {"migrate": "x"}, "migrations": {}}


@pytest.mark.parametrize(
    "text",
    [
        '{"database": "o',
        "[]",
        "null",
        '"one"',
        '{"database": "one"}',
        json.dumps(STATE | {"done": []}),
        json.dumps(STATE | {"done": {"migrate": ["x"]}}),
        json.dumps(STATE | {"as_of": "yesterday"}),
        json.dumps(STATE | {"persons": "20"}),
        json.dumps(STATE | {"migrations": ["persons.0001_initial"]}),
    ],
)
def test_a_state_file_without_a_state_is_ignored(data, commands, text):
    (data / "demo-state.json").write_text(text)
    steps.prepare(data, 20, None)
    assert commands == ALL


def test_accounts_whose_table_was_thrown_away_are_written_again(data, commands):
    steps.prepare(data, 20, None)
    commands.clear()
    (data / "demo-accounts.csv").unlink()
    steps.prepare(data, 20, None)
    assert commands == ["demo_accounts"]


def test_the_reason_of_a_failing_command_is_in_the_message_and_all_of_it_in_the_log(tmp_path):
    with pytest.raises(steps.DemoError, match=r"`manage.py check` failed: CommandError: .*nonsense"):
        steps.manage(["check", "--tag", "nonsense"], tmp_path / "demo.log")
    assert (tmp_path / "demo.log").read_text().startswith("--- check\nTraceback")


# A database of an earlier version

NOTICE = "The demo database is of an earlier version: building it again.\n"


def after_an_earlier_start(data: Path, database: Database, commands: list[str]) -> None:
    """The state after a start of this version of the demo: all migrations are applied and recorded."""
    steps.prepare(data, 20, None)
    database.applied = ["auth.0001_initial", *steps._migrations()]
    commands.clear()


def change_record(data: Path, **changes: object) -> None:
    """Record other migrations than those that were applied; a change to None removes the record."""
    path = data / "demo-state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_database_of_this_version_stays(data, database, commands, capsys):
    after_an_earlier_start(data, database, commands)
    steps.prepare(data, 20, database)
    assert commands == []
    assert NOTICE not in capsys.readouterr().out


def test_a_migration_that_is_gone_makes_the_database_again(data, database, commands, capsys):
    after_an_earlier_start(data, database, commands)
    database.applied.append("persons.0002_earlier")
    steps.prepare(data, 20, database)
    assert commands == ALL
    assert NOTICE in capsys.readouterr().out
    commands.clear()
    steps.prepare(data, 20, database)
    assert commands == []


def test_a_migration_with_other_content_makes_the_database_again(data, database, commands, capsys):
    after_an_earlier_start(data, database, commands)
    change_record(data, migrations=steps._migrations() | {"persons.0001_initial": "another digest"})
    steps.prepare(data, 20, database)
    assert commands == ALL
    assert NOTICE in capsys.readouterr().out


def test_a_demo_that_recorded_no_migrations_yet_is_made_again(data, database, commands, capsys):
    after_an_earlier_start(data, database, commands)
    change_record(data, migrations={})
    steps.prepare(data, 20, database)
    assert commands == ALL
    assert NOTICE in capsys.readouterr().out


def test_a_migration_run_by_hand_since_is_not_an_earlier_version(data, database, commands):
    after_an_earlier_start(data, database, commands)
    change_record(data, migrations=dict(list(steps._migrations().items())[:-1]))
    steps.prepare(data, 20, database)
    assert commands == []


def test_migrations_of_a_library_that_is_gone_do_not_count(data, database, commands):
    after_an_earlier_start(data, database, commands)
    database.applied.append("library.0009_dropped")
    steps.prepare(data, 20, database)
    assert commands == []


def test_a_database_on_a_server_of_ones_own_is_never_thrown_away(data, database, commands):
    after_an_earlier_start(data, database, commands)
    database.applied.append("persons.0002_earlier")
    with pytest.raises(steps.DemoError, match="name an empty database"):
        steps.prepare(data, 20, None)
    assert commands == []
