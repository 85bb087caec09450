"""Counts from the log, imported counts, closing days, expectations, reports and lead times. No table names a person.

The web role reads the roll-up only through the database functions in `sql/`. They add the rows of the log that are not
in the roll-up yet, and let an institution see its own counts only.
"""

from .adoption import AdoptionMail
from .calendar import ClosingDay
from .counts import Count, CountFile, DailyCount, EarlierCount, ImportedCount, MonthlyCount, StoredFile
from .expectations import ClientCount, DeviationNote, Expectation, ExpectationFile
from .reports import Answer, CarefulReport, PublishedMonth, PublishingSwitch
from .waits import Wait

__all__ = [
    "AdoptionMail",
    "Answer",
    "CarefulReport",
    "ClientCount",
    "ClosingDay",
    "Count",
    "CountFile",
    "DailyCount",
    "DeviationNote",
    "EarlierCount",
    "Expectation",
    "ExpectationFile",
    "ImportedCount",
    "MonthlyCount",
    "PublishedMonth",
    "PublishingSwitch",
    "StoredFile",
    "Wait",
]
