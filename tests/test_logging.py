"""The application's own log: enough to find a fault, and nothing about a person."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.urls import reverse

from kbi_portal.logging import NoPersonFilter
from tests.factories import log_rows

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    """The lines that the portal's handlers would write."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(NoPersonFilter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def lines(monkeypatch):
    handler = Lines()
    for name in ("django", "kbi"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [handler])
    return handler.lines


def test_a_fault_of_the_database_names_code_place_view_request_and_user(
    case_worker, sign_in, monkeypatch, lines
):
    def broken(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE lock_not_available USING MESSAGE = 'Abdulahi, Hodan'; END $$")

    monkeypatch.setattr("caseload.views.show_page", broken)
    browser = sign_in(case_worker)
    browser.raise_request_exception = False
    response = browser.get(reverse("client_list", args=[case_worker.institution.slug]))
    assert response.status_code == 503
    [line] = lines
    assert "OperationalError 55P03 at tests/test_logging.py:" in line
    assert " broken" in line
    assert "view client_list" in line
    assert f"request {response.headers['X-Request-ID']}" in line
    assert f"user {case_worker.user_id}" in line
    assert "Abdulahi" not in line
    assert case_worker.user.email not in line


def test_the_request_in_the_log_of_looks_is_the_one_in_the_response(case_worker, sign_in):
    response = sign_in(case_worker).get(reverse("client_list", args=[case_worker.institution.slug]))
    [row] = log_rows()
    assert row["request_id"] == response.headers["X-Request-ID"]


def test_a_fault_outside_a_request_names_its_place(lines):
    try:
        int("85073003328x")
    except ValueError:
        logging.getLogger("kbi.proef").exception("Broken off")
    [line] = lines
    assert line.startswith("Broken off [ValueError at tests/test_logging.py:")
    assert "85073003328" not in line


def test_the_secret_of_a_link_in_a_mail_is_in_no_line(client, lines):
    for address in ("/uitnodiging/geheim-1_A/", "/wachtwoord-vergeten/2/geheim-1_A/"):
        client.head(address)
        client.put(address)
        client.get(f"{address}x/y")
    assert lines
    assert not [line for line in lines if "geheim" in line]
