"""The web server: what it refuses to serve, and that slow, silent and broken clients keep no one waiting."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.models import Consultation
from kbi_portal.errors import is_passing
from kbi_portal.starting import CheckedApplication
from partners.models import Heartbeat

from .factories import agency_administrator, log_rows
from .ports import free_port
from .scratch import Scratch, clone, url
from .waiting import PATIENCE, until

SLOW_BODY = (
    b"POST /aanmelden/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nlogin="
)


def status_of(port: int, path: str, *, timeout: float = PATIENCE, **headers: str) -> int:
    """The status of a page, redirects not followed; raises TimeoutError after `timeout` seconds."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    with contextlib.closing(link):
        link.request("GET", path, headers=headers)
        return link.getresponse().status


class Server:
    """A web server of its own; ends with the block.

    Give it one worker for a short test: ending it waits ten seconds for a second one that still starts.
    """

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kbi_portal.serve", "--port", str(self.port), *options],
            env=environment | {"KBI_DB_ROLE": environment.get("KBI_DB_ROLE", "web")},
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Server:
        until(self._responds)
        return self

    def _responds(self) -> bool:
        assert self.process.poll() is None, self.process.stdout.read()
        with contextlib.suppress(OSError):
            return status_of(self.port, "/livez") == 200
        return False

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.output, _ = self.process.communicate(timeout=PATIENCE)

    def open(self, number: int, data: bytes) -> list[socket.socket]:
        """Open connections, and send `data` on each."""
        sockets = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(number)]
        for each in sockets:
            each.sendall(data)
        return sockets


@pytest.fixture(scope="module")
def database(django_db_setup: str) -> Iterator[Scratch]:
    """The database of `server`."""
    with clone(django_db_setup) as scratch:
        yield scratch


@pytest.fixture(scope="module")
def server(database: Scratch) -> Iterator[Server]:
    """One web server for the tests that leave it as it was."""
    with Server(database.environment) as running:
        yield running


@pytest.fixture
def _many_sockets() -> Iterator[None]:
    """As many open files as this process may have; afterwards as many as before."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.process
@pytest.mark.usefixtures("_many_sockets")
@pytest.mark.parametrize(
    ("number", "data"),
    [
        (16, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: "),
        (200, b""),
        (1500, b""),
        (32, SLOW_BODY),
        (32, b"POST /aanmelden/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlo"),
    ],
    ids=["half a head", "silent", "many silent", "slow body", "slow chunk"],
)
def test_slow_clients_keep_no_one_waiting(server, number, data):
    pages = {"/livez": 200, "/readyz": 200, "/": 302}
    assert {path: status_of(server.port, path) for path in pages} == pages
    sockets = server.open(number, data)
    try:
        # Sooner than the server cuts the slow ones off: after ten seconds (HEADER_SECONDS, BODY_SECONDS).
        assert {path: status_of(server.port, path, timeout=9) for path in pages} == pages
    finally:
        for each in sockets:
            each.close()


@pytest.mark.process
def test_a_body_that_is_too_large_or_has_no_length_is_refused_unread(server):
    for length in (b"3000000", b"-1", b"x"):
        [link] = server.open(1, SLOW_BODY.replace(b"1000", length))
        link.settimeout(PATIENCE)
        assert link.recv(100).split()[1] in {b"413", b"400"}, length
        link.close()


@pytest.mark.process
def test_http_2_without_tls_is_not_spoken(server):
    [link] = server.open(1, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
    link.settimeout(PATIENCE)
    assert link.recv(100)[:8] in {b"", b"HTTP/1.1"}
    link.close()


@pytest.mark.process
def test_bytes_in_an_address_give_400_and_no_traceback(scratch):
    with Server(scratch.environment, "--workers", "1") as running:
        [link] = running.open(1, b"GET /aanmelden/?q=\xc3\xa9 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        link.settimeout(PATIENCE)
        assert b" 400 " in link.recv(100)
        link.close()
    assert "Traceback" not in running.output


@pytest.mark.process
def test_a_header_of_a_proxy_cannot_be_written_with_an_underscore(scratch):
    environment = scratch.environment | {"KBI_HTTPS": "on", "KBI_BEHIND_PROXY": "on"}
    with Server(environment, "--workers", "1") as running:
        # Over plain HTTP the portal redirects to itself over HTTPS, without a word from its proxy.
        statuses = [
            status_of(running.port, "/", **{name: "https"})
            for name in ("X_Forwarded_Proto", "X-Forwarded-Proto")
        ]
        assert statuses == [301, 302]


@pytest.mark.process
@pytest.mark.parametrize("path", ["/livez", "/aanmelden/", "/static/favicon.svg", "/nergens"])
def test_no_response_names_the_server(server, path):
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    with contextlib.closing(link):
        link.request("GET", path)
        response = link.getresponse()
        assert response.headers.get_all("Server") == ["kbi-portaal"]


@pytest.mark.process
def test_a_killed_worker_is_replaced(server):
    parent = psutil.Process(server.process.pid)
    before = set(parent.children())
    killed = next(iter(before))
    killed.kill()
    until(lambda: len(now := set(parent.children())) == 2 and killed not in now)
    assert len(set(parent.children()) - before) == 1

    def all_pages_come() -> bool:
        with contextlib.suppress(OSError):
            return [status_of(server.port, "/") for _ in range(10)] == [302] * 10
        return False

    until(all_pages_come)


@pytest.mark.process
def test_a_locked_log_gives_503_and_leaves_livez(database, server):
    assert status_of(server.port, "/readyz") == 200
    with database.cursor("superuser") as cursor:
        cursor.execute("BEGIN; LOCK TABLE consultations_consultation")
        assert status_of(server.port, "/readyz") == 503
        assert status_of(server.port, "/livez") == 200
    assert status_of(server.port, "/readyz") == 200


@pytest.mark.process
def test_without_a_database_pages_are_503_and_the_process_lives(scratch):
    environment = scratch.environment | {"DATABASE_URL": "postgresql://kbi_web@127.0.0.1:1/kbi"}
    with Server(environment, "--workers", "1") as running:
        assert [status_of(running.port, path) for path in ("/livez", "/readyz", "/")] == [200, 503, 503]
    assert "The database cannot be reached" in running.output


@pytest.mark.process
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"KBI_SECRET_KEY": ""}, "KBI_SECRET_KEY (or KBI_SECRET_KEY_FILE) is missing"),
        ({"KBI_DB_ROLE": "owner"}, "KBI_DB_ROLE is 'owner'"),
        ({"KBI_ALLOWED_HOSTS": "*"}, "KBI_ALLOWED_HOSTS contains '*'"),
        ({"DATABASE_URL": "owner"}, "persons.E005"),
    ],
    ids=["no key", "role", "hosts", "rights"],
)
def test_the_web_server_ends_with_the_reason(scratch, changes, reason):
    if changes.get("DATABASE_URL") == "owner":
        changes = {"DATABASE_URL": scratch.url("owner")}
    ended = subprocess.run(
        [sys.executable, "-m", "kbi_portal.serve", "--port", str(free_port())],
        env=scratch.environment | changes,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr


# Without a server


@pytest.mark.django_db
def test_no_page_is_served_before_the_rights_were_checked(monkeypatch):
    reasons = iter([OperationalError("away"), "persons.E001: wrong", ""])

    def wrong_rights() -> str:
        reason = next(reasons)
        if isinstance(reason, Exception):
            raise reason
        return reason

    monkeypatch.setattr("kbi_portal.starting.wrong_rights", wrong_rights)
    monkeypatch.setattr("kbi_portal.starting.SECONDS_BETWEEN_CHECKS", 0)
    monkeypatch.setattr("kbi_portal.starting.connections.close_all", lambda: None)
    application = CheckedApplication(lambda environ, start_response: [b"page"])
    statuses = []

    def body(path: str) -> bytes:
        return b"".join(application({"PATH_INFO": path}, lambda status, headers: statuses.append(status)))

    assert [body("/livez"), body("/"), body("/"), body("/"), body("/")][3:] == [b"page", b"page"]
    assert statuses == ["503 Service Unavailable"] * 2


@pytest.mark.django_db
def test_a_fault_outside_django_is_logged_without_its_values(monkeypatch):
    def broken(environ, start_response):
        raise ValueError("Abdulahi, Hodan")

    monkeypatch.setattr("kbi_portal.starting.wrong_rights", lambda: "")
    statuses = []
    body = CheckedApplication(broken)({"PATH_INFO": "/"}, lambda status, headers: statuses.append(status))
    assert statuses == ["500 Internal Server Error"]
    assert b"Abdulahi" not in b"".join(body)


@pytest.mark.django_db
def test_requests_during_the_first_check_wait_for_it(monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def wrong_rights() -> str:
        begun.set()
        assert go_on.wait(PATIENCE)
        return ""

    monkeypatch.setattr("kbi_portal.starting.wrong_rights", wrong_rights)
    application = CheckedApplication(lambda environ, start_response: [b"page"])
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(application, {"PATH_INFO": "/"}, lambda *_: None)
        assert begun.wait(PATIENCE)
        second = pool.submit(application, {"PATH_INFO": "/"}, lambda *_: None)
        go_on.set()
        assert first.result() == second.result() == [b"page"]


@pytest.mark.django_db
def test_readyz_writes_a_row_of_the_log_and_takes_it_back(client):
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz")
    assert any('INSERT INTO "consultations_consultation"' in query["sql"] for query in queries)
    assert client.get("/readyz", headers={"host": "10.1.2.3"}).status_code == 200
    assert log_rows() == []


@pytest.mark.django_db
def test_readyz_is_503_while_no_look_can_be_logged(client, monkeypatch):
    def fail(**fields: object) -> None:
        raise OperationalError("no room")

    monkeypatch.setattr(Consultation.objects, "create", fail)
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


@pytest.mark.django_db
def test_readyz_names_the_jobs_that_are_late_and_lets_pages_be_served(client, as_owner, sign_in):
    """A process that can serve pages stays in the load balancer while the clock stands still."""
    assert client.get("/readyz").content == b"ok\nlate: work\n"
    now = timezone.now()
    day = datetime.timedelta(days=1)
    with as_owner():
        for name, late_at in (("seal_log", now - day), ("clean_up", now - day), ("roll_up", now + day)):
            Heartbeat.objects.create(job=name, lane=1, begun_at=now, late_at=late_at)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ok\nlate: clean_up, seal_log\n")
    home = sign_in(agency_administrator()).get(reverse("admin:index")).content.decode()
    assert "2 taken van de server zijn te laat" in home
    assert "Te laat: clean_up, seal_log." in home
    page = client.get(reverse("admin:system")).content.decode()
    assert page.count("<b>te laat</b>") == 2
    assert page.count("op tijd") == 1
    with as_owner():
        Heartbeat.objects.update(late_at=now + day)
    assert client.get("/readyz").content == b"ok\n"
    assert "te laat" not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db
def test_a_file_is_accepted_on_no_page_but_that_of_client_lists(case_worker, sign_in):
    search = reverse("client_search", args=[case_worker.institution.slug])
    for browser, path in ((Client(), reverse("account_login")), (sign_in(case_worker), search)):
        # The check of the CSRF token reads the body too, also while the error page is made.
        browser.handler.enforce_csrf_checks = True
        browser.cookies["csrftoken"] = "x" * 32
        response = browser.post(path, {"q": "x", "file": SimpleUploadedFile("x.txt", b"x")})
        assert response.status_code == 400, path
    assert log_rows() == []


@pytest.mark.django_db
def test_a_large_body_is_413_and_never_parsed(client, case_worker, sign_in):
    response = client.post(reverse("account_login"), {"login": "x" * 2_000_000})
    assert response.status_code == 413
    lists = reverse("upload_list", args=[case_worker.institution.slug])
    # The page that takes files takes a large body with a file only.
    browser = sign_in(case_worker)
    assert browser.post(lists, "x=" + "x" * 2_000_000, "application/x-www-form-urlencoded").status_code == 413
    assert browser.post(lists, {"file": SimpleUploadedFile("x.csv", b"x" * 2_000_000)}).status_code == 422
    assert browser.post(lists, {"file": SimpleUploadedFile("x.csv", b"x" * 12_000_000)}).status_code == 413


@pytest.mark.django_db
def test_an_uploaded_file_stays_in_memory(case_worker, sign_in, monkeypatch):
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda *_, **__: pytest.fail("a file on the disk"))
    lists = reverse("upload_list", args=[case_worker.institution.slug])
    content = b"insz;x\r\n" + b"x" * 5_000_000
    assert sign_in(case_worker).post(lists, {"file": SimpleUploadedFile("x.csv", content)}).status_code == 422


@pytest.mark.django_db
def test_a_busy_database_gives_503_and_a_fault_500(case_worker, sign_in, monkeypatch):
    browser = sign_in(case_worker)
    browser.raise_request_exception = False
    page = reverse("client_list", args=[case_worker.institution.slug])
    for error, status in ((OperationalError("away"), 503), (ValueError("x"), 500)):

        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("caseload.views.show_page", fail)
        response = browser.get(page)
        assert response.status_code == status
        assert response.headers.get("Retry-After") == ("10" if status == 503 else None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "passing"),
    [
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", True),
        ("DO $$ BEGIN RAISE lock_not_available; END $$", True),
        ("DO $$ BEGIN RAISE disk_full; END $$", True),
        ("DO $$ BEGIN RAISE insufficient_privilege; END $$", False),
        ("SELECT 1/0", False),
    ],
)
def test_only_faults_that_pass_are_worth_another_try(statement, passing):
    with pytest.raises(Exception) as caught, transaction.atomic(), connection.cursor() as cursor:  # noqa: PT011
        cursor.execute(statement)
    assert is_passing(caught.value) is passing


def test_the_settings_of_the_roles_bound_every_wait():
    import psycopg2

    with contextlib.closing(psycopg2.connect(url("superuser", "postgres"))) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, setconfig FROM pg_db_role_setting JOIN pg_roles ON pg_roles.oid = setrole"
            " WHERE rolname IN ('kbi_web', 'kbi_owner')"
        )
        configured = {role: dict(each.split("=") for each in values) for role, values in cursor.fetchall()}
    bounds = {"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"}
    assert set(configured["kbi_web"]) == bounds
    assert set(configured["kbi_owner"]) == bounds - {"statement_timeout"}
    assert settings.DATABASES["default"]["OPTIONS"]["connect_timeout"] == 5
