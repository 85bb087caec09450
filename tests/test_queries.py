"""The query ledger: what a page costs, whatever the number of rows."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.periods import today
from partners.services import bind
from persons.models import Change
from persons.services.caseload import put_in_caseload
from persons.services.reminders import set_reminders

from . import factories
from .factories import inscribe, insz, name_looker, person, shield

pytestmark = pytest.mark.django_db

# Session, user, memberships, binding (which counts the user's looks too) come first on every page. `set_config` at the
# end is the test's: the request runs inside its transaction, which outlives the binding.
# A file asks guardian, loads the content and writes the log on top. A search locks and saves the session, its results
# leave the session as it is, and look up the words of the name first. The list counts who waits for the KBI, reads
# whether the own caseload has clients, with the notices to the user, and looks for namesakes and other lines of the
# clients on the page; outside the own caseload it reads in whose caseload they are, too; the band above it is one
# statement. A number without an inscription reads the own inscriptions, whether a rule above every mandate keeps it
# from the user, the mandates, and the names of administrators and privacy officers.
LEDGER = {
    "list": 11,
    "search": 6,
    "results": 8,
    "number": 10,
    "waiting": 6,
    "reminders": 7,
    "looks": 8,
    "changes": 9,
    "file": 8,
    "extend": 8,
    "history": 9,
    "ended": 7,
}
# The desk reads the institutions and colleagues to choose from, counts, reads whose files most opened, the page, who is
# in a caseload, whether the log is proven, the signals, who was refused elsewhere, the escapes to review, the figures,
# and how many accounts of clients wait for an answer. The page of a person calls its function for the page and for the
# figures. The list of shields counts who may look at each, and these accounts. A letter reads its looks (which writes
# the log row), the numbers of the person, the first month of the log, and what is confidential. In the menu is how many
# signals wait.
DESK_LEDGER = {
    "desk": 18,
    "look": 8,
    "person": 10,
    "shields": 9,
    "lookers": 7,
    "letter": 9,
    "withholdings": 7,
}


def cost(client, method: str, path: str, data: dict | None = None) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = getattr(client, method)(path, data or {})
    assert response.status_code == (302 if method == "post" else 200)
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config('app.institution', ''"))
    ]


def choose(browser, *inscriptions) -> str:
    """The address of the page that extends these inscriptions."""
    data = {"client": [str(each.public_id) for each in inscriptions], "do": "extend"}
    return browser.post(reverse("choose", args=[inscriptions[0].institution.slug]), data)["Location"]


def remind(acting, *inscriptions) -> None:
    """Put these clients in the caseload, with a reminder for today and a change."""
    with factories.owner():
        Change.objects.bulk_create(
            Change(person=each.person, at=timezone.now(), kind="set_aside") for each in inscriptions
        )
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)
    public_ids = [each.public_id for each in inscriptions]
    put_in_caseload(public_ids)
    set_reminders(public_ids, day=today(), subject="talk")
    bind()


def test_a_page_costs_the_same_for_one_client_and_for_fifty(case_worker, ocmw, sign_in):
    browser = sign_in(case_worker)
    first = inscribe(ocmw, person("Kamara", "A"))
    remind(case_worker, first)
    inscribe(ocmw, person(), valid_until=today() - datetime.timedelta(days=1))
    search = reverse("client_search", args=[ocmw.slug])
    pages = {
        "list": ("get", reverse("client_list", args=[ocmw.slug]), None),
        "search": ("post", search, {"q": "kam"}),
        "results": ("get", browser.post(search, {"q": "kam"})["Location"], None),
        "number": ("get", browser.post(search, {"q": insz()})["Location"], None),
        "waiting": ("get", reverse("waiting_list", args=[ocmw.slug]), None),
        "reminders": ("get", reverse("reminder_list", args=[ocmw.slug]), None),
        "looks": ("get", reverse("own_looks", args=[ocmw.slug]), None),
        "changes": ("get", reverse("change_list", args=[ocmw.slug]), None),
        "file": ("get", reverse("person_file", args=[ocmw.slug, first.public_id]), None),
        "extend": ("get", choose(browser, first), None),
        "history": ("get", reverse("inscription_history", args=[ocmw.slug, first.public_id]), None),
        "ended": ("get", reverse("ended_list", args=[ocmw.slug]), None),
    }
    for page in pages.values():
        cost(browser, *page)  # content types are cached from the first request on
    one = {name: cost(browser, *page) for name, page in pages.items()}
    made = [first, *(inscribe(ocmw, person("Kamara", f"B{number}")) for number in range(49))]
    remind(case_worker, *made)
    for _number in range(9):
        inscribe(ocmw, insz())
        inscribe(ocmw, person(), valid_until=today() - datetime.timedelta(days=1))
    pages["extend"] = ("get", choose(browser, *made), None)
    fifty = {name: cost(browser, *page) for name, page in pages.items()}
    for name in pages:
        assert len(one[name]) == len(fifty[name]), "\n".join(fifty[name])
    assert {name: len(queries) for name, queries in fifty.items()} == LEDGER, "\n".join(
        f"{name}: {query[:150]}" for name, queries in fifty.items() for query in queries
    )


def test_the_desk_costs_the_same_for_one_look_and_for_fifty(case_worker, privacy_officer, ocmw, sign_in):
    first = inscribe(ocmw, person())

    worker = Client()
    worker.force_login(case_worker.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def look_at(*inscriptions) -> None:
        for each in inscriptions:
            worker.get(reverse("person_file", args=[ocmw.slug, each.public_id]))

    look_at(first)
    browser = sign_in(privacy_officer)
    [look] = [row["id"] for row in factories.log_rows() if row["kind"] == "file"]
    search = browser.post(reverse("oversight:person_search", args=[ocmw.slug]), {"insz": first.insz})
    pages = {
        "desk": ("get", reverse("oversight:desk", args=[ocmw.slug]), None),
        "look": ("get", reverse("oversight:look", args=[ocmw.slug, look]), None),
        "person": ("get", search["Location"], None),
        "shields": ("get", reverse("oversight:shields", args=[ocmw.slug]), None),
        "lookers": ("get", reverse("oversight:lookers", args=[ocmw.slug]), None),
        "letter": ("get", browser.post(f"{search['Location']}brief/")["Location"], None),
        "withholdings": ("get", f"{search['Location']}vertrouwelijk/", None),
    }
    shield(first.insz, ocmw)
    name_looker(first.insz, case_worker)
    for page in pages.values():
        cost(browser, *page)
    one = {name: cost(browser, *page) for name, page in pages.items()}
    look_at(*[first] * 25, *(inscribe(ocmw, person()) for _ in range(25)))
    for _number in range(25):
        shield(other := insz(), ocmw)
        name_looker(other, case_worker)
    fifty = {name: cost(browser, *page) for name, page in pages.items()}
    for name in pages:
        assert len(one[name]) == len(fifty[name]), "\n".join(fifty[name])
    assert {name: len(queries) for name, queries in fifty.items()} == DESK_LEDGER, "\n".join(
        f"{name}: {query[:150]}" for name, queries in fifty.items() for query in queries
    )
