"""Rows of the log of the days before, and a browser of the privacy officer."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable
from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation
from partners.models import Membership
from partners.periods import BRUSSELS, today
from persons.models import Inscription

from .. import factories

SLUG = "ocmw-proefstad"


def page(name: str, *values: object, slug: str = SLUG) -> str:
    return reverse(f"oversight:{name}", args=[slug, *values])


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode().split("<main")[1]).split())


def working_day(days_ago: int = 1) -> datetime.date:
    """The last Monday to Friday at least so many days ago."""
    day = today() - datetime.timedelta(days=days_ago)
    while day.isoweekday() > 5:
        day -= datetime.timedelta(days=1)
    return day


def moment(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), BRUSSELS)


Write = Callable[..., uuid.UUID]


@pytest.fixture
def write(db) -> Write:
    """`write(acting, inscription=…, at=…, …)` adds a row of yesterday or before to the log, and returns its id.

    With an inscription the row is about its person. The demo's policy lets the owner date a row earlier.
    """

    def _write(acting: Membership, *, inscription: Inscription | None = None, **values: object) -> uuid.UUID:
        about = asdict(inscription.subject()) if inscription else {}
        with factories.owner():
            return Consultation.objects.create(
                **{"at": moment(working_day(), 10), "kind": "file", "channel": "portal", "outcome": "shown"}
                | {"user_id": acting.user_id, "role": acting.role, "institution_id": acting.institution_id}
                | about
                | values
            ).pk

    return _write


@pytest.fixture
def browser(privacy_officer, sign_in) -> Client:
    return sign_in(privacy_officer)
