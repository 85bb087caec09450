"""The invented escapes: reviewed, waiting and late, each with its looks in the log."""

from __future__ import annotations

from collections import Counter

import pytest

from consultations.services import ensure_partitions
from demo.generator.dice import USE, Dice
from demo.use.days import first_day, last_working_day, working_days
from demo.use.escapes import SHOWN, invent_escapes
from demo.use.looks import Desk, Log
from partners.enums import Role
from partners.periods import today
from persons.models import Escape, EscapeReview

from ..factories import inscribe, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db


def test_escapes_are_reviewed_waiting_and_late(ocmw, case_worker, privacy_officer, as_owner):
    mandate(ocmw)
    client = inscribe(ocmw, person()).insz
    for _ in range(9):
        person()
    officers = {Role.PRIVACY_OFFICER: privacy_officer.user_id}
    desk = Desk(ocmw.pk, ocmw.slug, [case_worker.user_id, member(ocmw).user_id], [], officers)
    days, log = working_days(first_day(today()), last_working_day(today())), Log()
    with as_owner():
        ensure_partitions(first_day(today()))
        assert invent_escapes(desk, days, log, Dice(1, USE, 3)) == 7
        log.write()
        made, reviewed = (
            list(Escape.objects.all()),
            set(EscapeReview.objects.values_list("escape", flat=True)),
        )
    assert client not in {each.insz for each in made}
    assert sum(each.is_late and each.pk not in reviewed for each in made) == 1
    rows = log_rows()
    assert Counter((row["kind"], row["outcome"]) for row in rows) == {
        ("escape", "shown"): 7,
        ("escape_file", "shown"): 7,
        ("escape", "aborted"): 1,
    }
    opened = [row for row in rows if row["kind"] == "escape_file"]
    assert all(set(row["blocks"]) <= set(SHOWN) and row["blocks"] for row in opened)
