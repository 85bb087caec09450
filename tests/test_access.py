"""Every route against every visitor: one table, and a route that is missing from it fails."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from persons.models import Consultation

from .factories import inscribe, log_rows, person

pytestmark = pytest.mark.django_db

VISITORS = [
    "visitor",
    "outsider",
    "case_worker",
    "former_case_worker",
    "local_administrator",
    "privacy_officer",
    "agency_administrator",
]

# route, method: status for each visitor in the order above
ACCESS: dict[tuple[str, str], tuple[int, ...]] = {
    ("home", "get"): (302, 200, 200, 403, 302, 302, 302),
    ("client_search", "post"): (302, 200, 200, 403, 302, 302, 302),
    ("client_search", "get"): (302, 302, 302, 403, 302, 302, 302),
    ("person_file", "get"): (302, 404, 200, 404, 404, 404, 404),
    ("person_follow", "post"): (302, 404, 302, 404, 404, 404, 404),
    ("person_follow", "get"): (302, 405, 405, 405, 405, 405, 405),
    ("choose_membership", "get"): (302, 200, 200, 403, 200, 200, 403),
    ("account_login", "get"): (200, 302, 302, 302, 302, 302, 302),
    ("account_logout", "get"): (302, 200, 200, 200, 200, 200, 200),
    ("account_signup", "get"): (200, 302, 302, 302, 302, 302, 302),
    ("account_change_password", "get"): (302, 200, 200, 200, 200, 200, 200),
    ("set_language", "post"): (302, 302, 302, 302, 302, 302, 302),
    ("statistics:own", "get"): (302, 200, 200, 403, 200, 200, 302),
    ("statistics:own_download", "get"): (302, 200, 200, 403, 200, 200, 302),
    ("livez", "get"): (200, 200, 200, 200, 200, 200, 200),
    ("readyz", "get"): (200, 200, 200, 200, 200, 200, 200),
}
DATA = {
    "client_search": {"q": "abdul"},
    "person_follow": {"action": "follow"},
    "set_language": {"language": "en"},
    "statistics:own_download": {"table": "maanden", "format": "csv"},
}
# The admin's own routes: nobody but the agency, whatever the address. Statuses a staff member may get.
AGENCY_MAY_GET = {200, 302, 403, 404, 405}


def routes() -> dict[str, str]:
    """Name and pattern of every route outside the admin."""
    found: dict[str, str] = {}

    def walk(patterns, prefix: str = "") -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                if pattern.namespace != "admin":
                    walk(
                        pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else "")
                    )
            else:
                found[f"{prefix}{pattern.name}"] = str(pattern.pattern)

    walk(get_resolver().url_patterns)
    return found


def admin_paths() -> list[str]:
    [admin] = [p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "admin"]
    root = reverse("admin:index")
    found = []

    def walk(patterns, before: str) -> None:
        for pattern in patterns:
            text = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, text)
            else:
                found.append(
                    re.sub(r"<[^>]+>", "1", re.sub(r"\(\?P<[^>]+>.*?\)\$?", "1", text)).replace("^", "")
                )

    walk(admin.url_patterns, root)
    return sorted(set(found))


def test_every_route_is_in_the_table():
    assert set(routes()) == {name for name, _ in ACCESS}


@pytest.fixture
def granted(ocmw):
    return inscribe(ocmw, person())


def visit(request, who: str, method: str, path: str, data: dict | None = None):
    client = Client()
    if who != "visitor":
        member = request.getfixturevalue(who)
        client.force_login(
            getattr(member, "user", member), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return getattr(client, method)(path, data or {})


@pytest.mark.parametrize("who", VISITORS)
@pytest.mark.parametrize(("name", "method"), ACCESS)
def test_access(request, granted, name, method, who):
    arguments = [granted.public_id] if "public_id" in routes()[name] else []
    response = visit(request, who, method, reverse(name, args=arguments), DATA.get(name))
    assert response.status_code == ACCESS[name, method][VISITORS.index(who)]
    if response.status_code == 404:
        assert "Abdulahi" not in response.content.decode()


@pytest.mark.parametrize("who", VISITORS)
def test_the_admin_is_the_agencys(request, granted, who):
    for path in admin_paths():
        status = visit(request, who, "get", path).status_code
        if who == "visitor":
            assert status in {302, 404}, path
        elif who == "agency_administrator":
            assert status in AGENCY_MAY_GET, path
        else:
            # The final catch-all of the admin answers 404 or a redirection with a slash to everybody.
            assert status in {403, 404, 301}, path
    assert visit(request, "agency_administrator", "get", reverse("admin:index")).status_code == 200


def test_a_refused_file_is_logged_and_looks_like_one_that_is_not_there(request, granted):
    refused = visit(request, "outsider", "get", reverse("person_file", args=[granted.public_id]))
    nowhere = visit(
        request, "outsider", "get", reverse("person_file", args=["00000000-0000-4000-8000-000000000000"])
    )
    assert refused.status_code == nowhere.status_code == 404
    assert refused.content == nowhere.content
    assert [row["outcome"] for row in log_rows()] == ["refused", "refused"]
    assert [row["kind"] for row in log_rows()] == ["file", "file"]


def test_the_admin_names_no_client(request, granted, as_owner):
    """Every admin page the agency can open, read for a client's name and number."""
    for path in admin_paths():
        answer = visit(request, "agency_administrator", "get", path)
        if answer.status_code == 200 and not answer.streaming:
            text = answer.content.decode()
            assert "Abdulahi" not in text, path
            assert granted.insz not in text, path


def test_the_table_covers_what_is_logged(request, granted):
    """Opening, listing and searching leave their rows; what shows nobody leaves none."""
    for name, method in ACCESS:
        arguments = [granted.public_id] if "public_id" in routes()[name] else []
        visit(request, "case_worker", method, reverse(name, args=arguments), DATA.get(name))
    assert sorted({(row["kind"], row["outcome"]) for row in log_rows()}) == [
        ("file", "shown"),
        ("list", "shown"),
        ("search", "shown"),
    ]
    assert Consultation.objects.count() == 0  # the web role of a case worker does not read the log
