"""Working days: which days are counted, by which calendar, and the statement of 2015 held against them."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from statistics.enums import Calendar
from statistics.models import ClosingDay
from statistics.services.calendar import WorkingDays, rounded, weekdays, working_days, working_days_of
from statistics.services.quoted import quoted
from tests import factories

DAYS = st.dates(datetime.date(2013, 1, 1), datetime.date(2035, 12, 31))
FALL = (datetime.date(2015, 9, 1), datetime.date(2015, 11, 30))


@given(DAYS, st.integers(0, 800))
def test_weekdays_are_counted_as_one_would_by_hand(first, length):
    last = first + datetime.timedelta(days=length)
    by_hand = sum((first + datetime.timedelta(days=i)).weekday() < 5 for i in range(length + 1))
    assert weekdays(first, last) == by_hand


def test_a_period_that_ends_before_it_begins_has_no_weekdays():
    assert weekdays(datetime.date(2015, 1, 2), datetime.date(2015, 1, 1)) == 0


@given(st.integers(0, 10**12), st.integers(1, 400))
def test_quotients_are_rounded_half_up(total, days):
    assert rounded(total, days) == int(Decimal(total) / days + Decimal("0.5"))


@pytest.mark.parametrize(
    ("total", "days", "per_day"),
    [
        (4_385_264, 63, "69607"),
        (100, 1, "100"),
        (7, 21, "0.3"),
        (0, 21, "0"),
        (995, 10, "99.5"),
        (9996, 100, "100.0"),
    ],
)
def test_small_quotients_have_a_decimal(total, days, per_day):
    counted = WorkingDays(*FALL, None, days, (), True)
    assert str(counted.per_day(total)) == per_day


def test_without_working_days_there_is_no_quotient():
    saturday = datetime.date(2015, 1, 3)
    assert WorkingDays(saturday, saturday, None, 0, (), True).per_day(5) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("calendar", "number", "closed"),
    [
        (None, 65, []),
        (Calendar.PUBLIC_HOLIDAYS, 64, ["2015-11-11"]),
        (Calendar.FLEMISH_GOVERNMENT, 63, ["2015-11-02", "2015-11-11"]),
    ],
)
def test_the_working_days_of_the_fall_of_2015(calendar, number, closed):
    days = working_days(*FALL, calendar)
    assert (days.number, days.calendar, days.covered) == (number, calendar, True)
    assert [closing.day.isoformat() for closing in days.closed] == ["2015-11-02", "2015-11-11"][
        65 - 63 - (65 - number) :
    ]


@pytest.mark.django_db
def test_the_seed_has_what_the_flemish_government_keeps_besides_public_holidays():
    for year in range(2013, 2036):
        of_year = {
            calendar: set(
                ClosingDay.objects.filter(calendar=calendar, day__year=year).values_list("day", flat=True)
            )
            for calendar in Calendar
        }
        public, flemish = of_year[Calendar.PUBLIC_HOLIDAYS], of_year[Calendar.FLEMISH_GOVERNMENT]
        assert len(public) == 12
        assert public <= flemish
        assert {(day.month, day.day) for day in flemish - public} == {
            (7, 11),
            (11, 2),
            (11, 15),
            *((12, day) for day in range(26, 32)),
        }


@pytest.mark.django_db
def test_a_year_that_is_not_filled_in_is_said_to_be_so():
    days = working_days(datetime.date(2036, 1, 1), datetime.date(2036, 12, 31), Calendar.FLEMISH_GOVERNMENT)
    assert (days.number, days.covered) == (262, False)


@pytest.mark.django_db
def test_many_periods_take_two_queries(django_assert_num_queries):
    periods = [(datetime.date(2015, month, 1), datetime.date(2015, month, 28)) for month in range(1, 13)]
    with django_assert_num_queries(2):
        found = working_days_of(periods, Calendar.FLEMISH_GOVERNMENT)
    assert [days.number for days in found] == [
        working_days(*period, Calendar.FLEMISH_GOVERNMENT).number for period in periods
    ]


@pytest.mark.django_db
def test_the_statement_of_2015_needs_fewer_days_than_any_calendar_has(table_2015, agency):
    with agency():
        statement = quoted(2015)
    assert statement.total == 4_385_264
    assert [(q.days.calendar, q.days.number, q.per_day) for q in statement.quotients] == [
        (Calendar.FLEMISH_GOVERNMENT, 63, 69_607),
        (Calendar.PUBLIC_HOLIDAYS, 64, 68_520),
        (None, 65, 67_466),
    ]
    assert (statement.claimed, statement.most_days, statement.at_most_days) == (70_000, 62, 70_730)
    assert statement.total / 62 > 70_000 >= statement.total / 63


@pytest.mark.django_db
def test_a_year_left_out_of_the_middle_of_a_calendar_is_said_not_to_be_filled_in(as_owner):
    with as_owner():
        ClosingDay.objects.filter(day__year=2020).delete()
    year = [datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)]
    days = working_days(*year, Calendar.FLEMISH_GOVERNMENT)
    assert (days.number, days.covered) == (262, False)
    across = working_days(datetime.date(2019, 12, 1), datetime.date(2021, 1, 31), Calendar.FLEMISH_GOVERNMENT)
    assert not across.covered
    assert working_days(*(day.replace(year=2021) for day in year), Calendar.FLEMISH_GOVERNMENT).covered


@pytest.mark.django_db
def test_without_the_table_or_for_another_year_there_is_no_statement(institutions_2015, agency):
    with agency():
        assert quoted(2015) is None
        assert quoted(2016) is None


@pytest.mark.django_db
def test_a_closing_day_entered_twice_is_refused_in_words(agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    add = reverse("admin:statistics_closingday_add")
    new = {"calendar": "flemish_government", "day": "2027-05-07", "name": "Brugdag"}
    assert client.post(add, new).status_code == 302
    assert ClosingDay.objects.filter(day="2027-05-07").count() == 1
    again = client.post(add, new)
    assert again.status_code == 200
    assert again.context["adminform"].form.errors == {"day": ["Deze dag staat al in deze kalender."]}
    assert ClosingDay.objects.filter(day="2027-05-07").count() == 1
    # The same day may stand in another calendar.
    assert client.post(add, new | {"calendar": "public_holidays"}).status_code == 302


@pytest.mark.django_db
def test_a_closing_day_is_changed_and_taken_out_in_the_admin(agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    day = ClosingDay.objects.get(calendar="flemish_government", day="2015-11-02")
    change = reverse("admin:statistics_closingday_change", args=[day.pk])
    response = client.post(change, {"calendar": day.calendar, "day": "2015-11-03", "name": "Verplaatst"})
    assert response.status_code == 302
    assert working_days(*FALL, Calendar.FLEMISH_GOVERNMENT).closed[0].day == datetime.date(2015, 11, 3)
    response = client.post(reverse("admin:statistics_closingday_delete", args=[day.pk]), {"post": "yes"})
    assert response.status_code == 302
    assert working_days(*FALL, Calendar.FLEMISH_GOVERNMENT).number == 64


@pytest.mark.django_db
def test_only_the_agency_changes_closing_days(case_worker):
    changed = "WITH c AS (UPDATE statistics_closingday SET name = 'x' RETURNING 1) SELECT count(*) FROM c"
    assert factories.fetch(changed, institution=case_worker.institution_id) == [(0,)]
    assert factories.fetch("SELECT count(*) > 700 FROM statistics_closingday") == [(True,)]


@pytest.mark.django_db
def test_the_calendar_must_be_a_known_one():
    with pytest.raises(ValidationError):
        ClosingDay(calendar="lunar", day=datetime.date(2015, 1, 1), name="x").full_clean()
