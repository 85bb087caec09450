"""The answer that the agency gave: that of 2015, from the imported counts."""

from __future__ import annotations

import datetime
from typing import Final

from partners.models import User
from statistics.answers.content import as_json
from statistics.answers.services.making import answer_for
from statistics.answers.services.months import Months
from statistics.enums import Calendar
from statistics.models import Answer
from statistics.services.counting import for_the_agency

from .expected import AUTHOR

TITLE: Final = "Schriftelijke vraag nr. 191 van 14 december 2015 (Vlaams Parlement)"
PERIOD: Final = Months(datetime.date(2015, 1, 1), datetime.date(2015, 11, 1))


def give_answer() -> bool:
    """Give the answer about 2015, once; return True if it was not there.

    The accounts must be made and the counts imported. Needs the owner's connection.
    """
    if Answer.objects.exists():
        return False
    calendar = Calendar.FLEMISH_GOVERNMENT
    with for_the_agency():
        Answer.objects.create(
            title=TITLE,
            first_month=PERIOD.first,
            last_month=PERIOD.last,
            calendar=calendar,
            content=as_json(answer_for(PERIOD, calendar)),
            given_by=User.objects.get(email=AUTHOR),
        )
    return True
