"""How `make demo` starts and stops; the last test runs the demo for real."""

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
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from demo import local, postgres
from demo import runner as demo
from tests.ports import free_port


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("KBI_DATA_DIR", str(tmp_path))
    return tmp_path


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


class Page(BaseHTTPRequestHandler):
    """A page with the status its address names."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def page() -> Iterator[int]:
    """The port of a web server on this machine."""
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.process
@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_the_first_page_is_not_asked_of_a_proxy(page, name, monkeypatch):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with subprocess.Popen(["sleep", "60"]) as web:
        demo._wait_until_ready(web, page)
        web.kill()


@pytest.mark.process
def test_a_web_server_that_ends_is_reported():
    with subprocess.Popen(["true"]) as web:
        web.wait()
        with pytest.raises(demo.DemoError, match="ended right away"):
            demo._wait_until_ready(web, 1)


def test_an_unknown_word_is_refused(capsys):
    assert demo.main(["cleen"]) == 1
    assert "cleen" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "file"), [("KBI_SECRET_KEY", "secret-key"), ("KBI_INSZ_KEY", "insz-key")])
def test_a_key_is_made_once_for_this_account_only(data, monkeypatch, name, file):
    keys = []
    for _ in range(2):
        monkeypatch.setenv(name, "")
        local.prepare_environment()
        keys.append(os.environ[name])
    assert keys[0] == keys[1]
    assert len(keys[0]) >= 50
    assert (data / file).stat().st_mode & 0o777 == 0o600


class Demo:
    """The demo as a process of its own, with a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.with_name("output")

    def start(self) -> None:
        """Start it where a proxy is set, and wait until it is ready."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("KBI_", "DATABASE", "DJANGO"))}
        environ |= {"KBI_DATA_DIR": str(self.data), "PORT": str(self.port), "PERSONS": "60"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo"],
                cwd=postgres.PROJECT,
                env=environ | {"http_proxy": "http://127.0.0.1:9"},
                stdout=log,
                stderr=log,
            )
        while "Ready after" not in self.output():
            assert self.process.poll() is None, self.output()
            time.sleep(0.1)

    def output(self) -> str:
        return self.log.read_text()

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def state(self, **changes: object) -> dict:
        """The recorded state, after these changes to it."""
        path = self.data / "demo-state.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))
        return json.loads(path.read_text())

    def sign_in(self, account: dict[str, str]) -> str:
        """The page an account of the table comes to."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        address = f"http://127.0.0.1:{self.port}/"
        with browser.open(address) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
            form = {"csrfmiddlewaretoken": token, "login": account["login"], "password": account["password"]}
            form_address, body = page.url, urllib.parse.urlencode(form).encode()
        browser.addheaders = [("Referer", address)]
        with browser.open(form_address, body) as page:
            # Home leads on to the only institution of the account.
            assert page.url == f"{address}ocmw-gent/"
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
    assert all(account["login"] in real_demo.output() for account in accounts)
    with urllib.request.urlopen(f"http://127.0.0.1:{real_demo.port}/") as answer:
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert real_demo.sign_in(accounts[0]).count("/dossier/") > 1
    identity = real_demo.state()["database"]
    assert re.search(r"Importing dossiers … 60 read: \d+ new", real_demo.output())

    # Killed without warning: the web server ends too, and the next start uses the same data.
    real_demo.stop(signal.SIGKILL)
    real_demo.start()
    assert "Importing" not in real_demo.output()
    assert real_demo.state()["database"] == identity

    assert real_demo.stop(signal.SIGTERM) == 0
    assert not server.is_running()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", real_demo.port)) != 0

    # the database of an earlier version is made again, and the passwords stay
    real_demo.state(migrations={"persons.0001_initial": "another"})
    real_demo.start()
    assert "of an earlier version: building it again" in real_demo.output()
    assert real_demo.state()["database"] != identity
    assert real_demo.sign_in(accounts[0]).count("/dossier/") > 1
    assert real_demo.stop(signal.SIGINT) == 0
    assert not server.is_running()
