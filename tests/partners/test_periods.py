"""A period covers the same days in Python and in the database."""

from __future__ import annotations

import datetime

import pytest

from partners.models import MandateVersion
from partners.periods import Period
from partners.querysets import covering

from .. import factories

DAY = datetime.date(2026, 3, 2)
BEFORE, AFTER = DAY - datetime.timedelta(days=1), DAY + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (DAY, DAY, True),
        (BEFORE, AFTER, True),
        (BEFORE, None, True),
        (DAY, None, True),
        (BEFORE, BEFORE, False),
        (AFTER, AFTER, False),
        (AFTER, None, False),
    ],
)
@pytest.mark.django_db
def test_a_period_covers_the_same_days_in_python_and_in_the_database(first, last, covered):
    mandate = factories.mandate(factories.institution(), valid_from=first, valid_until=last)
    assert Period(first, last).covers(DAY) is covered
    assert MandateVersion.objects.filter(covering(DAY), mandate=mandate).exists() is covered


def test_a_period_without_a_beginning_covers_the_past():
    assert Period(None, DAY).covers(datetime.date.min)
    assert not Period(None, DAY).covers(AFTER)
    assert Period(None, None).covers(DAY)
