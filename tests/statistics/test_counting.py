"""How often, from the live log: what counts, in which month, and who may know."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from partners.services import bind, working_for
from statistics.figures import CONSULTATION, EXCHANGE, FIGURES
from statistics.services.counting import CountedElsewhere, first_month, last_days_on, monthly
from tests import factories

from .counting import look

pytestmark = pytest.mark.django_db

FIRST, UNTIL = datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)


def month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{text}-01")


def test_people_machines_lists_searches_and_refusals_are_told_apart(ocmw, agency):
    look(ocmw, "2024-05-06 10:00", times=3)
    look(ocmw, "2024-05-06 10:00", kind="export", times=2)
    look(ocmw, "2024-05-06 10:00", channel="machine", times=7)
    look(ocmw, "2024-05-06 10:00", kind="list", times=11)
    look(ocmw, "2024-05-06 10:00", kind="search", outcome="empty", times=13)
    look(ocmw, "2024-05-06 10:00", kind="search", outcome="refused", times=19)
    look(ocmw, "2024-05-06 10:00", kind="pasted_list", outcome="refused", times=23)
    look(ocmw, "2024-05-06 10:00", outcome="refused", times=17)
    with agency():
        counted = {
            code: sum(monthly(figure, FIRST, UNTIL).values())
            for code, figure in FIGURES.items()
            if not figure.measure
        }
    assert {code: number for code, number in counted.items() if number} == {
        "consultation": 3,
        "export": 2,
        "exchange": 7,
        "list": 11,
        "search": 13 + 19,
        "refusal": 17 + 23,
    }


@pytest.mark.parametrize(
    ("moment", "belongs"),
    [
        ("2023-12-31 23:59:59.999999", "2023-12"),
        ("2024-01-01 00:00", "2024-01"),
        ("2024-01-01 00:30", "2024-01"),  # still December in Greenwich
        ("2024-03-31 23:59:59.999999", "2024-03"),  # the first day of summer time
        ("2024-04-01 00:00", "2024-04"),  # two hours ahead of Greenwich
        ("2024-04-01 01:59", "2024-04"),
        ("2024-10-31 23:59:59.999999", "2024-10"),  # winter time again since the 27th
        ("2024-11-01 00:00", "2024-11"),
        ("2024-07-01 00:00", "2024-07"),
        ("2024-06-30 23:59:59.999999", "2024-06"),
    ],
)
def test_a_month_is_a_month_in_brussels(ocmw, agency, moment, belongs):
    look(ocmw, moment)
    with agency():
        assert monthly(CONSULTATION, FIRST, UNTIL) == {(ocmw.pk, month(belongs)): 1}
        assert first_month() == month(belongs)
        # A period cuts where its months do.
        begin = month(belongs)
        after = (begin + datetime.timedelta(days=32)).replace(day=1)
        assert monthly(CONSULTATION, begin, after) == {(ocmw.pk, begin): 1}
        assert monthly(CONSULTATION, after, UNTIL) == {}
        assert monthly(CONSULTATION, FIRST, begin) == {}


def test_looks_of_somebody_without_institution_count_for_nobody(ocmw, agency):
    look(None, "2024-05-06 10:00", outcome="refused", times=2)
    look(ocmw, "2024-05-06 10:00", outcome="refused")
    with agency():
        assert monthly(FIGURES["refusal"], FIRST, UNTIL) == {
            (None, month("2024-05")): 2,
            (ocmw.pk, month("2024-05")): 1,
        }


def test_an_institution_reads_itself_and_nothing_else(ocmw, other_ocmw):
    look(ocmw, "2024-05-06 10:00", times=3)
    look(other_ocmw, "2024-05-06 10:00", times=5)
    with working_for(ocmw):
        assert monthly(CONSULTATION, FIRST, UNTIL, ocmw.pk) == {(ocmw.pk, month("2024-05")): 3}
        assert monthly(CONSULTATION, FIRST, UNTIL, other_ocmw.pk) == {}
        assert monthly(CONSULTATION, FIRST, UNTIL) == {}
        assert last_days_on(CONSULTATION, [FIRST]) == {}


def test_without_a_binding_nobody_reads_anything(ocmw):
    look(ocmw, "2024-05-06 10:00")
    with transaction.atomic():
        bind()
        assert monthly(CONSULTATION, FIRST, UNTIL) == {}
        assert monthly(CONSULTATION, FIRST, UNTIL, ocmw.pk) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM statistics_dailycount",
        "SELECT * FROM statistics_monthlycount",
        "SELECT * FROM statistics_watermark",
        "UPDATE statistics_watermark SET xid = '0'",
        "SELECT statistics_roll_up()",
        "SELECT statistics_rebuild()",
        "DELETE FROM statistics_importedcount",
        "UPDATE statistics_importedcount SET institution_id = 1",
        "UPDATE statistics_countfile SET content = ''",
        "INSERT INTO statistics_earliercount (number) VALUES (1)",
        "DELETE FROM statistics_earliercount",
    ],
)
def test_the_web_role_has_no_other_way_to_the_counts(statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_imported_numbers_are_the_agencys_and_the_institutions_own(table_2015, ocmw):
    gent = table_2015["OCMW Gent"]
    query = "SELECT sum(number) FROM statistics_importedcount"
    assert factories.fetch(query, scope="agency") == [(10_915_510,)]
    assert factories.fetch(query, institution=gent.pk) == [(82_968,)]
    assert factories.fetch(query, institution=ocmw.pk) == [(None,)]
    assert factories.fetch(query) == [(None,)]


def test_an_empty_log_begins_nowhere(agency):
    with agency():
        assert first_month() is None
        assert monthly(CONSULTATION, FIRST, UNTIL) == {}


def test_a_roll_up_of_another_server_is_refused_not_shown(ocmw, agency):
    look(ocmw, "2024-05-06 10:00")
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_watermark SET server = 'another'")
    with agency():
        for figure in (CONSULTATION, EXCHANGE):
            with pytest.raises(CountedElsewhere):
                monthly(figure, FIRST, UNTIL)
        with pytest.raises(CountedElsewhere):
            last_days_on(CONSULTATION, [FIRST])
