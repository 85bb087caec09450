"""Requests that no user sees: they show nothing, look nothing up, and leave no row."""

import pytest
from django.urls import reverse

from tests.factories import inscribe, log_rows, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(ocmw) -> list[str]:
    inscription = inscribe(ocmw, person())
    return [
        reverse("client_list", args=[ocmw.slug]),
        reverse("person_file", args=[ocmw.slug, inscription.public_id]),
        reverse("client_search", args=[ocmw.slug]),
        reverse("waiting_list", args=[ocmw.slug]),
        reverse("reminder_list", args=[ocmw.slug]),
        reverse("own_looks", args=[ocmw.slug]),
        reverse("client_list", args=["ocmw-elders"]),
    ]


def test_head_is_no_look(pages, case_worker, sign_in):
    browser = sign_in(case_worker)
    for page in pages:
        response = browser.head(page)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, POST"
    assert log_rows() == []


@pytest.mark.parametrize(
    "header",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
        {"x-purpose": "preview"},
    ],
)
def test_a_page_fetched_ahead_is_no_look(pages, case_worker, sign_in, header):
    browser = sign_in(case_worker)
    for page in pages:
        response = browser.get(page, headers=header)
        assert (response.status_code, response.content) == (204, b"")
    assert log_rows() == []
    assert browser.get(pages[1]).status_code == 200
    assert [row["kind"] for row in log_rows()] == ["file"]
