"""The query ledger: what a page costs, whatever the number of rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from .factories import inscribe, insz, person

pytestmark = pytest.mark.django_db

# Session, user, memberships, binding come first on every page. `set_config` at the end is the test's: the request runs
# inside its transaction, which outlives the binding.
# A file asks guardian, loads the content and writes the log on top. A search locks and saves the session, its results
# leave the session as it is. The list counts who waits for the KBI, and reads whether the own caseload
# has clients, with the notices to the user. A number without an inscription reads the own
# inscriptions, the mandates, and the names of administrators and privacy officers.
LEDGER = {"list": 9, "search": 6, "results": 6, "number": 9, "waiting": 6, "file": 8}


def cost(client, method: str, path: str, data: dict | None = None) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = getattr(client, method)(path, data or {})
    assert response.status_code == (302 if method == "post" else 200)
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config('app.institution', ''"))
    ]


def test_a_page_costs_the_same_for_one_client_and_for_fifty(case_worker, ocmw, sign_in):
    browser = sign_in(case_worker)
    first = inscribe(ocmw, person("Kamara", "A"))
    search = reverse("client_search", args=[ocmw.slug])
    pages = {
        "list": ("get", reverse("client_list", args=[ocmw.slug]), None),
        "search": ("post", search, {"q": "kam"}),
        "results": ("get", browser.post(search, {"q": "kam"})["Location"], None),
        "number": ("get", browser.post(search, {"q": insz()})["Location"], None),
        "waiting": ("get", reverse("waiting_list", args=[ocmw.slug]), None),
        "file": ("get", reverse("person_file", args=[ocmw.slug, first.public_id]), None),
    }
    for page in pages.values():
        cost(browser, *page)  # content types are cached from the first request on
    one = {name: cost(browser, *page) for name, page in pages.items()}
    for number in range(49):
        inscribe(ocmw, person("Kamara", f"B{number}"))
        inscribe(ocmw, insz())
    fifty = {name: cost(browser, *page) for name, page in pages.items()}
    for name in pages:
        assert len(one[name]) == len(fifty[name]), "\n".join(fifty[name])
    assert {name: len(queries) for name, queries in fifty.items()} == LEDGER, "\n".join(
        f"{name}: {query[:150]}" for name, queries in fifty.items() for query in queries
    )
