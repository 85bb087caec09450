"""Where seals go: a folder, a web service, a mailbox."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail

from consultations.seals import publishing
from consultations.seals.chain import Seal
from consultations.seals.keys import KeyUnreadable, own_public_keys, public_keys
from consultations.seals.publishing import NotPublished, PublishedUnreadable, read_published
from consultations.seals.sealing import seal_log
from tests.scratch import Scratch

from .sealing import seal_all, tamper, write

pytestmark = pytest.mark.process


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "seals"


@pytest.fixture
def scratch(to_seal: Scratch, settings, folder) -> Scratch:
    settings.KBI_SEAL_FOLDER = str(folder)
    return to_seal


def numbers(folder: Path) -> list[int]:
    return [seal.number for seal in read_published([folder])]


def the_file(folder: Path) -> Path:
    [path] = folder.glob("seals-*.jsonl")
    return path


def test_the_folder_gets_each_seal_and_the_public_key(scratch, folder):
    for target in "abc":
        write(scratch, target)
        seal_all(scratch)
    assert numbers(folder) == [1, 2, 3]
    assert public_keys(folder.glob("key-*.pem")).keys() == own_public_keys().keys()
    line = json.loads(the_file(folder).read_text().splitlines()[1])
    assert line["signed_by"] in own_public_keys()
    assert line["hash"] == Seal.from_json(line).hash.hex()


def test_a_folder_that_was_away_gets_what_it_lacks(scratch, folder, settings):
    write(scratch, "a")
    seal_all(scratch)
    folder.rename(folder.with_name("away"))
    folder.write_text("a file is in its place")
    write(scratch, "b")
    with pytest.raises(NotPublished):
        seal_all(scratch)
    assert scratch.rows("SELECT count(*) FROM consultations_seal") == [(2,)]
    folder.unlink()
    folder.with_name("away").rename(folder)
    assert seal_log() == []
    assert numbers(folder) == [1, 2]
    settings.KBI_SEAL_FOLDER = str(folder.with_name("a new one"))
    seal_log()
    assert numbers(folder.with_name("a new one")) == [1, 2]


def test_a_line_that_was_broken_off_is_written_again(scratch, folder):
    for target in "ab":
        write(scratch, target)
        seal_all(scratch)
    path = the_file(folder)
    path.write_bytes(path.read_bytes()[:-100])
    assert numbers(folder) == [1]
    write(scratch, "c")
    seal_all(scratch)
    assert numbers(folder) == [1, 2, 3]


@pytest.mark.parametrize("replaced", ['"row_count": 1', '"number": 1'])
def test_a_published_seal_that_was_changed_is_refused(scratch, folder, replaced):
    write(scratch, "a")
    seal_all(scratch)
    path = the_file(folder)
    path.write_text(path.read_text().replace(replaced, replaced.replace("1", "2")))
    with pytest.raises(PublishedUnreadable, match="line 1 is no published seal: the hash"):
        numbers(folder)
    with pytest.raises(NotPublished, match="is no published seal"):
        seal_log()


def test_a_path_without_seals_is_refused(tmp_path):
    with pytest.raises(PublishedUnreadable, match="has no published seals"):
        list(read_published([tmp_path]))
    with pytest.raises(PublishedUnreadable, match="cannot be read"):
        list(read_published([tmp_path / "missing.jsonl"]))


@contextmanager
def service(status: int) -> Iterator[tuple[str, list[bytes]]]:
    """A web service on this machine that keeps what it gets."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", bodies
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_service_gets_the_last_seal_of_each_run(scratch, folder, settings, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with service(204) as (url, bodies):
        settings.KBI_SEAL_URL = url
        write(scratch, "a", at="'2024-05-06'")
        write(scratch, "b", at="'2024-06-06'")
        seal_all(scratch)
        seal_log()
    assert [Seal.from_json(json.loads(body)).number for body in bodies] == [2]


def test_a_service_that_refuses_keeps_no_seal_from_the_folder(scratch, folder, settings, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with service(500) as (url, bodies):
        settings.KBI_SEAL_URL = url
        write(scratch, "a")
        with pytest.raises(NotPublished, match="500"):
            seal_all(scratch)
    assert len(bodies) == 1
    assert numbers(folder) == [1]


def test_the_first_seal_of_a_day_goes_by_mail(scratch, settings, monkeypatch):
    settings.KBI_SEAL_MAIL = ["dpo@partner.example"]
    settings.DEFAULT_FROM_EMAIL = "kbi@agentschap.example"
    for target in "ab":
        write(scratch, target)
        seal_all(scratch)
    [message] = mail.outbox
    assert message.to == ["dpo@partner.example"]
    line = next(line for line in message.body.splitlines() if line.startswith("{"))
    assert Seal.from_json(json.loads(line)).number == 1
    monkeypatch.setattr(publishing, "_day_of", lambda seal: seal.number > 2)
    write(scratch, "c")
    seal_all(scratch)
    assert len(mail.outbox) == 2


def test_what_a_service_did_not_take_it_gets_later_in_order(scratch, settings, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with service(500) as (url, refused):
        settings.KBI_SEAL_URL = url
        for target in "ab":
            write(scratch, target)
            with pytest.raises(NotPublished, match="500"):
                seal_all(scratch)
    assert set(map(number_of, refused)) == {1}
    with service(204) as (url, bodies):
        settings.KBI_SEAL_URL = url
        assert seal_log() == []
        write(scratch, "c")
        seal_all(scratch)
        seal_log()
    assert list(map(number_of, bodies)) == [1, 2, 3]


def test_a_mail_that_was_not_taken_is_sent_later_one_for_each_day(scratch, settings, monkeypatch):
    settings.KBI_SEAL_MAIL = ["dpo@partner.example"]
    settings.DEFAULT_FROM_EMAIL = "kbi@agentschap.example"
    monkeypatch.setattr(publishing, "_day_of", lambda seal: seal.number > 2)
    send = publishing.send_mail

    def refuse(*_: object) -> None:
        raise SMTPServerDisconnected("the mail server is away")

    monkeypatch.setattr(publishing, "send_mail", refuse)
    for target in "abcd":
        write(scratch, target)
        with pytest.raises(NotPublished, match="mail server is away"):
            seal_all(scratch)
    monkeypatch.setattr(publishing, "send_mail", send)
    assert seal_log() == []
    assert seal_log() == []
    assert ["seal 1 of" in message.subject for message in mail.outbox] == [True, False]
    assert "seal 3 of" in mail.outbox[1].subject


def test_after_a_restore_from_an_earlier_copy_a_service_gets_new_seals_only(scratch, settings, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    settings.KBI_SEAL_FOLDER = ""
    with service(204) as (url, bodies):
        settings.KBI_SEAL_URL = url
        for target in "ab":
            write(scratch, target)
            seal_all(scratch)
        tamper(
            scratch,
            "DELETE FROM consultations_seal WHERE number = 2",
            "DELETE FROM consultations_consultation WHERE target = 'b'",
        )
        seal_log()
        write(scratch, "c")
        seal_all(scratch)
    assert list(map(number_of, bodies)) == [1, 2, 2]


def number_of(body: bytes) -> int:
    return Seal.from_json(json.loads(body)).number


def test_a_key_file_without_a_key_seals_nothing(scratch, settings, tmp_path):
    write(scratch, "a")
    path = tmp_path / "no.key"
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        path.write_bytes(content)
        settings.KBI_SEAL_KEY_FILE = str(path)
        with pytest.raises(KeyUnreadable, match="has no private Ed25519 key"):
            seal_log()
    settings.KBI_SEAL_KEY_FILE = str(tmp_path / "missing")
    with pytest.raises(KeyUnreadable, match="cannot be read"):
        seal_log()
    assert scratch.rows("SELECT count(*) FROM consultations_seal") == [(0,)]
    path.write_bytes(b"no key")
    with pytest.raises(KeyUnreadable, match="has no public key"):
        public_keys([path])


def test_an_answer_without_http_is_a_seal_that_was_not_published(scratch, settings, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise publishing.HTTPException("no HTTP")

    monkeypatch.setattr(publishing.urllib.request, "urlopen", broken)
    settings.KBI_SEAL_URL = "https://seals.example/"
    write(scratch, "a")
    with pytest.raises(NotPublished, match="no HTTP"):
        seal_all(scratch)
