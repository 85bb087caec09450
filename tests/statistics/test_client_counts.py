"""How many clients an institution had in a month: which inscriptions count, when, and that a count stays."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from partners.models import Institution
from partners.periods import months_later, today
from persons.models import Inscription
from statistics.expected.services.clients import open_months
from statistics.models import ClientCount
from tests import factories
from tests.factories import inscribe, insz, mandate, person

from .counting import look
from .expecting import count_month, month

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def months() -> list[datetime.date]:
    """The first days of the running month and of the four before it, the oldest first."""
    running = today().replace(day=1)
    return [months_later(running, -number) for number in range(4, -1, -1)]


@pytest.fixture
def place(ocmw) -> Institution:
    """An institution with two mandates of its own."""
    mandate(ocmw)
    mandate(ocmw, "schuldbemiddeling")
    return ocmw


def counted(place: Institution, when: datetime.date) -> int | None:
    """Count the month again; return what is stored."""
    count_month(f"{when:%Y-%m}")
    with factories.owner():
        return (
            ClientCount.objects.filter(institution=place, month=when).values_list("number", flat=True).first()
        )


def change(inscription: Inscription, **values) -> None:
    with factories.owner():
        Inscription.objects.filter(pk=inscription.pk).update(**values)


def test_a_number_counts_once_in_each_month_of_its_days(place, other_ocmw, months):
    first, second, third, *_ = months
    ida = person()
    inscribe(place, ida, valid_from=second - DAY, valid_until=second)
    inscribe(place, ida, "schuldbemiddeling", valid_from=second, valid_until=second + DAY)
    inscribe(place, insz(), valid_from=second + 5 * DAY, valid_until=second + 6 * DAY)  # no dossier yet
    assert [counted(place, each) for each in (first, second, third)] == [1, 2, 0]
    assert counted(other_ocmw, second) == 0


def test_a_voided_inscription_and_one_without_a_mandate_in_force_do_not_count(place, months):
    *_, last, _running = months
    voided = inscribe(place, person(), valid_from=last, valid_until=last + DAY)
    change(voided, voided_at=timezone.now())
    mandate(place, "andere_hulp", valid_from=last + 10 * DAY)
    inscription = inscribe(
        place, person(), "andere_hulp", valid_from=last + 10 * DAY, valid_until=last + 12 * DAY
    )
    change(inscription, valid_from=last, valid_until=last + 9 * DAY)
    assert counted(place, last) == 0


def test_the_running_month_counts_until_today_and_is_corrected(place, months):
    running = months[-1]
    now = today()
    coming = inscribe(place, person(), valid_from=now + DAY, valid_until=now + 9 * DAY)
    assert counted(place, running) == 0
    change(coming, valid_from=now)
    inscribe(place, person(), valid_from=now)
    assert counted(place, running) == 2
    with factories.owner():
        assert not ClientCount.objects.get(institution=place).is_final


def test_a_month_that_is_over_is_counted_once_more_and_then_stays(place, months):
    *_, last, _running = months
    inscribe(place, person(), valid_from=last, valid_until=last + DAY)
    with factories.owner():
        ClientCount.objects.create(
            institution=place, month=last, number=77, counted_at=timezone.now(), is_final=False
        )
    assert counted(place, last) == 1
    inscribe(place, person(), valid_from=last, valid_until=last + DAY)
    assert counted(place, last) == 1
    assert count_month(f"{last:%Y-%m}") == 0


def test_an_institution_has_a_count_for_the_months_in_which_it_was_open(place, other_ocmw, months):
    first, second, third, *_ = months
    inscribe(place, person(), valid_from=first, valid_until=third + 9 * DAY)
    with factories.owner():
        Institution.objects.filter(pk=place.pk).update(ended_on=second + DAY, active=False)
        Institution.objects.filter(pk=other_ocmw.pk).update(active=False)
    assert [counted(place, each) for each in (first, second, third)] == [1, 1, None]
    assert counted(other_ocmw, first) is None


def test_a_month_to_come_is_not_counted(place, months):
    assert count_month(f"{months_later(months[-1], 1):%Y-%m}") == 0


def test_the_job_counts_open_months_since_the_log_begins(place, months, capsys):
    assert open_months() == months[-1:]
    look(place, f"{months[1]} 12:00")
    inscribe(place, person(), valid_from=months[0], valid_until=months[2])
    with factories.owner():
        places = Institution.objects.active().count()
        assert open_months() == months[1:]
        call_command("count_clients")
        assert capsys.readouterr().out == f"{4 * places} counts of clients written.\n"
        assert open_months() == months[-1:]
        call_command("count_clients")
        assert capsys.readouterr().out == f"{places} counts of clients written.\n"
        numbers = dict(ClientCount.objects.filter(institution=place).values_list("month", "number"))
    assert numbers == dict(zip(months[1:], (1, 1, 0, 0), strict=True))


def test_the_web_role_cannot_count(place):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege('kbi_web', 'statistics_count_clients(date)', 'EXECUTE')"
        )
        assert cursor.fetchone() == (False,)


def test_counting_reads_the_inscriptions_once_whatever_the_log_has(place, months):
    """Not one query for each institution, and none of the log."""
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'statistics_count_clients'")
        [(body,)] = cursor.fetchall()
    assert body.count("persons_inscription") == 1
    assert "consultations_" not in body
    assert month("2026-01") == datetime.date(2026, 1, 1)
