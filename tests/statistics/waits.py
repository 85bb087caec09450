"""Helpers of the tests of lead times: detours, questions and waits as they stand in the tables."""

from __future__ import annotations

import datetime
import itertools

from partners.models import Institution
from persons.models import AccessRequest, Question, QuestionAsker
from statistics.models import Wait
from tests import factories

_numbers = itertools.count(1)
DAY = datetime.timedelta(days=1)


def detours(
    institution: Institution,
    answers: list[tuple[datetime.date, datetime.date | None]],
    third_party: str = "school",
) -> list[AccessRequest]:
    """Detours of an institution: the day of the question, and that of the answer or None."""
    with factories.owner():
        return AccessRequest.objects.bulk_create(
            AccessRequest(
                institution=institution,
                insz=factories.insz(),
                third_party=third_party,
                asked_on=asked_on,
                answered_on=answered_on,
                has_result=None if answered_on is None else True,
            )
            for asked_on, answered_on in answers
        )


def took(
    institution: Institution, days: list[int], third_party: str = "school", end: datetime.date | None = None
) -> list[AccessRequest]:
    """Detours answered on `end` (a Wednesday of March 2024), asked so many whole weeks and days of a week before."""
    end = end or datetime.date(2024, 3, 20)
    return detours(institution, [(before(end, number), end) for number in days], third_party)


def before(end: datetime.date, working_days: int) -> datetime.date:
    """The day from which it is so many days from Monday to Friday to `end`."""
    day = end
    while working_days:
        day -= DAY
        working_days -= (day + DAY).weekday() < 5
    return day


def waits(institution: Institution, way: str, days: list[tuple[datetime.date, datetime.date]]) -> None:
    """Waits of the portal that ended."""
    with factories.owner():
        Wait.objects.bulk_create(
            Wait(
                way=way,
                subject_id=10**9 + next(_numbers),
                institution_id=institution.pk,
                began_on=began_on,
                ended_on=ended_on,
            )
            for began_on, ended_on in days
        )


def question(institution: Institution, asked_on: datetime.date, **fields) -> Question:
    """A question of an institution, asked at noon."""
    person = factories.person()
    noon = datetime.datetime.combine(asked_on, datetime.time(11), datetime.UTC)
    with factories.owner():
        made = Question.objects.create(
            person=person, insz=person.insz, block="Personalia", item_key="Personalia:Geboortedatum",
            item_text="geboren op 3 mei 1991", item_digest=b"x" * 32, supplier_kbo="0999020123", reason="moment",
            asked_at=noon, due_on=asked_on + 14 * DAY, **fields,
        )  # fmt: skip
        QuestionAsker.objects.create(question=made, institution=institution)
    return made
