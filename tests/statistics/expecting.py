"""Helpers of the tests of expectations."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from partners.models import Institution, User
from statistics.enums import Basis
from statistics.expected.services.targets import targets_of
from statistics.models import ClientCount, DeviationNote, Expectation
from tests import factories


def month(text: str) -> datetime.date:
    """The first day of a month written as YYYY-MM."""
    return datetime.date.fromisoformat(f"{text}-01")


def author() -> User:
    return factories.user(first_name="Tom", last_name="Jacobs")


def expect(about: Institution | str, number: str | None, first: str, last: str = "", **fields) -> Expectation:
    """An expectation of an institution, or of a kind; per month by default. Without a number: none."""
    place = about if isinstance(about, Institution) else None
    fields["added_by"] = fields.get("added_by") or author()
    with factories.owner():
        return Expectation.objects.create(
            institution=place,
            kind="" if place else about,
            number=None if number is None else Decimal(number),
            first_month=month(first),
            last_month=month(last) if last else None,
            **{
                "basis": Basis.NONE if number is None else Basis.MONTHLY,
                "source": "Plan van proef",
                **fields,
            },
        )


def clients(place: Institution, text: str, number: int) -> ClientCount:
    """A final count of the clients of a month."""
    with factories.owner():
        return ClientCount.objects.create(
            institution=place, month=month(text), number=number, counted_at=timezone.now(), is_final=True
        )


def note(place: Institution, text: str, words: str) -> DeviationNote:
    who = author()
    with factories.owner():
        return DeviationNote.objects.create(institution=place, month=month(text), text=words, added_by=who)


def expected_for(month_: datetime.date) -> dict[int, Decimal]:
    """The whole target of a month, by primary key of the institution, rounded to hundredths."""
    return {
        pk: round(Decimal(float(target.whole)), 2) for (pk, _month), target in targets_of([month_]).items()
    }


def count_month(text: str) -> int:
    """Count the clients of one month, as the owner; return how many rows were written."""
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("SELECT statistics_count_clients(%s)", [month(text)])
        [number] = cursor.fetchone()
        return int(number)
