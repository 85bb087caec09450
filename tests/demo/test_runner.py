"""What `make demo` says and remembers; the last test runs the demo for real."""

import csv
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import types
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from demo import local, postgres
from demo import runner as demo


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """An empty data folder, and a database that never changes its identity."""
    monkeypatch.setenv("KBI_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(demo, "_database_identity", lambda: "one")
    monkeypatch.setattr(demo, "_is_of_earlier_version", lambda: False)
    return tmp_path


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """The management commands that would have run, in place of running them."""
    commands = []

    def manage(command: list[str], log: Path) -> str:
        commands.append(command[0])
        if command[0] == "demo_accounts":
            (log.parent / "demo-accounts.csv").touch()
        if command[0] == "generate_clients":
            (log.parent / "clients").mkdir()
            (log.parent / "clients" / "0999010126.csv").touch()
        return "done"

    monkeypatch.setattr(demo, "_manage", manage)
    return commands


def test_the_first_start_does_every_step_and_the_second_none(data, ran):
    demo.prepare(data, 20, None)
    assert ran[:5] == ["migrate", "hand_over_log", "sync_groups", "collectstatic", "demo_accounts"]
    assert {
        "import_counts",
        "generate_dossiers",
        "import_dossiers",
        "generate_clients",
        "import_clients",
    } < set(ran)
    ran.clear()
    demo.prepare(data, 20, None)
    assert ran == []


def test_another_number_of_persons_invents_and_imports_again(data, ran):
    demo.prepare(data, 20, None)
    ran.clear()
    demo.prepare(data, 30, None)
    assert "generate_dossiers" in ran
    assert "import_dossiers" in ran
    assert "migrate" not in ran


def test_another_database_gets_every_step(data, ran, monkeypatch):
    demo.prepare(data, 20, None)
    first = list(ran)
    ran.clear()
    monkeypatch.setattr(demo, "_database_identity", lambda: "two")
    demo.prepare(data, 20, None)
    assert ran == first


def test_a_start_that_was_broken_off_goes_on_where_it_was(data, ran, monkeypatch):
    manage = demo._manage

    def fails(command: list[str], log: Path) -> str:
        if command[0] == "import_dossiers":
            raise demo.DemoError("no room")
        return manage(command, log)

    with monkeypatch.context() as broken:
        broken.setattr(demo, "_manage", fails)
        with pytest.raises(demo.DemoError):
            demo.prepare(data, 20, None)
    ran.clear()
    demo.prepare(data, 20, None)
    assert ran[0] == "import_dossiers"


STATE = {"database": "one", "persons": 20, "as_of": "2026-01-05", "done": {"migrate": "x"}}


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
    ],
)
def test_a_state_file_that_holds_no_state_is_none(data, ran, text):
    demo.prepare(data, 20, None)
    first = list(ran)
    ran.clear()
    (data / "demo-state.json").write_text(text)
    demo.prepare(data, 20, None)
    assert ran == first


def test_accounts_whose_table_was_thrown_away_are_written_again(data, ran):
    demo.prepare(data, 20, None)
    ran.clear()
    (data / "demo-accounts.csv").unlink()
    demo.prepare(data, 20, None)
    assert ran == ["demo_accounts"]


@pytest.mark.process
def test_a_failing_step_is_told_by_its_last_line(data):
    with pytest.raises(demo.DemoError, match=r"`manage.py check` failed: CommandError: .*nonsense"):
        demo._manage(["check", "--tag", "nonsense"], data / "demo.log")


@pytest.mark.parametrize("text", ["0", "70000", "-1", "eighty", "8e3", "٨٠"])
def test_a_port_that_is_none_is_refused_in_words(text, monkeypatch, capsys):
    monkeypatch.setenv("PORT", text)
    assert demo.main([]) == 1
    assert f"PORT={text}: a whole number from 1 to 65535" in capsys.readouterr().err


def test_a_port_in_use_names_another_one(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(demo.DemoError, match=f"Port {port} .*make demo PORT={port + 1}"):
            demo._check_port(port)


def test_a_second_demo_of_the_same_folder_says_where_the_first_is(data):
    (data / "demo.lock").write_text("4711\nhttp://127.0.0.1:8000/\n")
    with (data / "demo.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with (
            pytest.raises(demo.DemoError, match=r"http://127.0.0.1:8000/ \(process 4711\)"),
            demo._only_one(data, 1),
        ):
            pass


def test_a_server_of_ones_own_is_not_filled_unasked(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://kbi_web@db.example.org/kbi")
    monkeypatch.delenv("KBI_ALLOW_TEST_NUMBERS", raising=False)
    monkeypatch.delenv("KBI_DB_OWNER_URL", raising=False)
    assert demo.main([]) == 1
    assert "KBI_DB_OWNER_URL is missing" in capsys.readouterr().err
    monkeypatch.setenv("KBI_DB_OWNER_URL", "postgresql://kbi_owner@db.example.org/kbi")
    assert demo.main([]) == 1
    assert "KBI_ALLOW_TEST_NUMBERS=on make demo" in capsys.readouterr().err


def test_a_database_of_an_earlier_version_is_built_again(data, ran, monkeypatch, capsys):
    rebuilt = []
    monkeypatch.setattr(demo, "_is_of_earlier_version", lambda: not rebuilt)
    server = types.SimpleNamespace(recreate_database=lambda: rebuilt.append("yes"))
    demo.prepare(data, 20, server)
    assert "The demo database is of an earlier version: building it again." in capsys.readouterr().out
    assert rebuilt == ["yes"]
    assert ran[0] == "migrate"


def test_a_database_of_an_earlier_version_on_another_server_is_left_alone(data, ran, monkeypatch):
    monkeypatch.setattr(demo, "_is_of_earlier_version", lambda: True)
    with pytest.raises(demo.DemoError, match="Give the demo an empty database"):
        demo.prepare(data, 20, None)
    assert ran == []


def test_a_database_of_an_earlier_version_is_recognised(scratch, monkeypatch):
    """The migrations of an earlier version were replaced: the database has run some that no file contains."""
    monkeypatch.setenv("KBI_DB_OWNER_URL", scratch.environment["KBI_DB_OWNER_URL"])
    assert not demo._is_of_earlier_version()
    scratch.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('persons', '0003_log', now())"
    )
    assert demo._is_of_earlier_version()


def test_an_unknown_word_is_refused(capsys):
    assert demo.main(["cleen"]) == 1
    assert "cleen" in capsys.readouterr().err


def test_the_secret_key_is_made_once_for_this_account_only(data, monkeypatch):
    keys = []
    for _ in range(2):
        monkeypatch.setenv("KBI_SECRET_KEY", "")
        local.prepare_environment(start=False)
        keys.append(os.environ["KBI_SECRET_KEY"])
    assert keys[0] == keys[1]
    assert len(keys[0]) >= 50
    assert (data / "secret-key").stat().st_mode & 0o777 == 0o600


class Demo:
    """The demo as a process of its own, with a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = data.with_name("said")

    def start(self) -> None:
        """Start it and wait until it is ready."""
        names = {
            "DATABASE_URL",
            "KBI_DB_OWNER_URL",
            "KBI_DB_ROLE",
            "KBI_SECRET_KEY",
            "DJANGO_SETTINGS_MODULE",
        }
        environ = {name: value for name, value in os.environ.items() if name not in names}
        environ |= {"KBI_DATA_DIR": str(self.data), "PORT": str(self.port), "PERSONS": "60"}
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo"],
                cwd=postgres.PROJECT,
                env=environ,
                stdout=said,
                stderr=said,
            )
        while "Ready after" not in self.said():
            assert self.process.poll() is None, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.log.read_text()

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def demo_state(running: Demo) -> dict:
    return json.loads((running.data / "demo-state.json").read_text())


def sign_in(running: Demo, account: dict[str, str]) -> str:
    """The page an account of the table comes to."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    address = f"http://127.0.0.1:{running.port}/"
    with browser.open(address) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
        form = {"csrfmiddlewaretoken": token, "login": account["login"], "password": account["password"]}
        where, body = page.url, urllib.parse.urlencode(form).encode()
    browser.addheaders = [("Referer", address)]
    with browser.open(where, body) as page:
        assert page.url == address
        return page.read().decode()


@pytest.fixture
def real_demo():
    folder = Path(tempfile.mkdtemp(prefix="kbi-", dir="/tmp"))
    folder.chmod(0o755)
    running = Demo(folder / "data")
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)
    postgres.server(running.data / "postgres").clean()
    shutil.rmtree(folder)


@pytest.mark.process
def test_the_demo_comes_up_goes_down_and_comes_up_again_with_its_data(real_demo):
    server = postgres.server(real_demo.data / "postgres")
    real_demo.start()
    with (real_demo.data / "demo-accounts.csv").open(newline="") as file:
        accounts = list(csv.DictReader(file))
    assert list(accounts[0]) == ["institution", "role", "login", "password"]
    assert all(account["login"] in real_demo.said() for account in accounts)
    with urllib.request.urlopen(f"http://127.0.0.1:{real_demo.port}/") as answer:
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert sign_in(real_demo, accounts[0]).count("/dossier/") > 1
    identity = demo_state(real_demo)["database"]
    assert re.search(r"Importing dossiers … 60 read: 60 new", real_demo.said())

    # killed without warning: the web server goes with it, and the next start takes over what is left
    real_demo.stop(signal.SIGKILL)
    real_demo.start()
    assert "Importing" not in real_demo.said()
    assert demo_state(real_demo)["database"] == identity

    assert real_demo.stop(signal.SIGTERM) == 0
    assert not server.is_running()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", real_demo.port)) != 0
