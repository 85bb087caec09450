"""On which days there are lessons: the Flemish school calendar, by rule.

Rules of the Flemish education ministry's circular on holidays in basic and secondary education, which
centres for adult education follow: summer 1 July to 31 August; autumn the week of 1 November (the week
after when that is a Sunday); Christmas two weeks from the Monday of 25 December (the Monday after when that
falls in a weekend); carnival the week that starts on the seventh Monday before Easter; Easter the first two
weeks of April, moved when Easter falls in March or after 15 April. Beside them the public holidays.
"""

from datetime import date, timedelta
from functools import cache

SUNDAY = 7


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (anonymous algorithm of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    letter = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * letter) // 451
    month, day = divmod(h + letter - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[int]:
    """The Belgian public holidays of a year as ordinals, without Easter and Whit Sunday."""
    sunday = easter(year).toordinal()
    fixed = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
    days = {date(year, month, day).toordinal() for month, day in fixed}
    # Easter Monday, Ascension Day and Whit Monday.
    return frozenset(days | {sunday + distance for distance in (1, 39, 50)})


@cache
def free_days(year: int) -> frozenset[int]:
    """The days of a year without lessons, Sundays apart, as ordinals (`date.toordinal`)."""
    sunday = easter(year)
    days = set(public_holidays(year))
    # The Friday after Ascension Day.
    days.add(sunday.toordinal() + 40)
    for first, length in (
        (date(year, 7, 1), 62),
        (
            _monday_on_or_after(date(year, 11, 1))
            if date(year, 11, 1).isoweekday() == SUNDAY
            else _monday_of(date(year, 11, 1)),
            7,
        ),
        (_christmas(year - 1), 14),
        (_christmas(year), 14),
        (sunday - timedelta(days=48), 7),
        (_easter_holiday(sunday), 14),
    ):
        start = first.toordinal()
        days.update(range(start, start + length))
    return frozenset(days)


def is_lesson_day(ordinal: int) -> bool:
    """Whether lessons can be given on a day (`date.toordinal`): no Sunday, no holiday."""
    return ordinal % 7 != 0 and ordinal not in free_days(date.fromordinal(ordinal).year)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _christmas(year: int) -> date:
    day = date(year, 12, 25)
    return _monday_on_or_after(day) if day.isoweekday() >= 6 else _monday_of(day)


def _easter_holiday(sunday: date) -> date:
    if sunday.month == 3:
        return sunday + timedelta(days=1)
    if sunday > date(sunday.year, 4, 15):
        return sunday - timedelta(days=13)
    return _monday_on_or_after(date(sunday.year, 4, 1))
