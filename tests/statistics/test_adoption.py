"""Who uses the portal: each entitled institution is in one class, whatever it did, and what that costs."""

from __future__ import annotations

import datetime
import random
import re
from collections import Counter
from fractions import Fraction

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from partners.enums import InstitutionKind, Role
from partners.models import Institution, MandateVersion, Membership, User
from partners.periods import today
from partners.succession import end_institution
from statistics.adoption.rule import DEFINITIONS, ENTITLED, NOT_USING, QUIET_DAYS, Use, class_of
from statistics.adoption.services import (
    adoption_counts,
    adoption_on,
    adoption_today,
    clients_month,
    details_of,
    points_shown,
)
from statistics.enums import AdoptionClass
from statistics.models import ClientCount, Expectation
from statistics.services.counting import first_month
from tests import factories

from .counting import brussels, look

DAY = datetime.timedelta(days=1)
NOW = datetime.date(2026, 11, 25)
OCTOBER = datetime.date(2026, 10, 1)
uses = st.builds(
    Use,
    users=st.integers(0, 3),
    last_look=st.none() | st.dates(NOW - 90 * DAY, NOW),
    looks=st.none() | st.integers(0, 20),
    target=st.none() | st.fractions(0, 20, max_denominator=4),
)
# The classes in words of their own: together they are every use, and no two of them share one.
IN_CLASS = {
    AdoptionClass.NO_ACCESS: lambda use: use.users == 0,
    AdoptionClass.NEVER: lambda use: use.users > 0 and use.last_look is None,
    AdoptionClass.STOPPED: lambda use: use.users > 0 and use.last_look and use.last_look < NOW - 30 * DAY,
    AdoptionClass.BELOW: lambda use: is_recent(use) and has_target(use) and use.looks < use.target,
    AdoptionClass.USES: lambda use: is_recent(use) and not (has_target(use) and use.looks < use.target),
}


def is_recent(use: Use) -> bool:
    return use.users > 0 and use.last_look is not None and use.last_look >= NOW - 30 * DAY


def has_target(use: Use) -> bool:
    return use.looks is not None and use.target is not None


@pytest.fixture
def november():
    with time_machine.travel(brussels("2026-11-25 10:15"), tick=False):
        yield


@pytest.fixture
def begun(november, db):
    """The log begins a year ago, at no institution."""
    look(None, "2025-11-03 10:00")


def classes(agency) -> dict[str, str]:
    """The class of each entitled institution today, by name."""
    with agency():
        return {each.institution.name: each.adoption_class for each in adoption_today()}


def expect(number: int, *, by: User, institution: Institution | None = None, **fields) -> None:
    """An expectation of the institution, or of a kind, from January 2026 on."""
    values = {"first_month": datetime.date(2026, 1, 1), "number": number, "source": "proef"} | fields
    with factories.owner():
        Expectation.objects.create(institution=institution, added_by=by, **values)


# -- the rule


@given(uses)
def test_every_use_is_in_exactly_one_class(use):
    fitting = [each for each, condition in IN_CLASS.items() if condition(use)]
    assert fitting == [class_of(use, NOW)]


def test_the_thirtieth_day_still_counts_and_the_next_one_does_not():
    recent, longer = NOW - QUIET_DAYS * DAY, NOW - (QUIET_DAYS + 1) * DAY
    assert class_of(Use(users=1, last_look=recent), NOW) == AdoptionClass.USES
    assert class_of(Use(users=1, last_look=longer), NOW) == AdoptionClass.STOPPED


def test_as_much_as_expected_is_not_less():
    assert class_of(Use(1, NOW, looks=10, target=Fraction(10)), NOW) == AdoptionClass.USES
    assert class_of(Use(1, NOW, looks=10, target=Fraction(31, 3)), NOW) == AdoptionClass.BELOW


def test_the_docs_define_the_classes_as_the_screen_does():
    docs = re.sub(r"\s+(> )?", " ", (settings.BASE_DIR / "docs" / "figures.md").read_text())
    assert str(ENTITLED) in docs
    for adoption_class, definition in DEFINITIONS.items():
        assert f"`{adoption_class}` **{adoption_class.label}** {definition}" in docs
    assert set(DEFINITIONS) == set(AdoptionClass)
    assert set(NOT_USING) < set(AdoptionClass)


# -- the classes of today

pytestmark = pytest.mark.django_db


def test_the_five_classes(begun, agency, agency_administrator):
    none, never, stopped, below, used = (
        factories.institution(f"OCMW {name}") for name in ("Geen", "Nooit", "Stil", "Minder", "Volop")
    )
    for each in (never, stopped, below, used):
        factories.member(each)
    look(stopped, "2026-10-25 10:00")
    for each, times in ((below, 3), (used, 4)):
        look(each, "2026-10-20 10:00", times=times)
        look(each, "2026-11-20 10:00")
        expect(4, by=agency_administrator, institution=each)
    assert classes(agency) == {
        none.name: "no_access",
        never.name: "never",
        stopped.name: "stopped",
        below.name: "below",
        used.name: "uses",
    }
    with agency():
        assert adoption_counts() == dict.fromkeys(AdoptionClass, 1)


def test_only_who_may_be_given_files_is_entitled(begun, agency, as_owner):
    factories.institution("OCMW Gent")
    factories.institution("CVO/CBE", InstitutionKind.SECTOR)  # no mandate is for this kind
    own = factories.institution("Agentschap", InstitutionKind.AGENCY)
    assert set(classes(agency)) == {"OCMW Gent"}
    factories.mandate(own)
    assert set(classes(agency)) == {"OCMW Gent", "Agentschap"}
    with as_owner():
        Institution.objects.filter(pk=own.pk).update(active=False)
    assert set(classes(agency)) == {"OCMW Gent"}


def test_a_mandate_counts_on_its_days_and_only_when_confirmed(begun, agency, agency_administrator):
    own = factories.institution("Agentschap", InstitutionKind.AGENCY)
    mandate = factories.mandate(own, valid_from=datetime.date(2026, 1, 1), valid_until=NOW - DAY)
    factories.version(mandate, valid_from=NOW + DAY)
    factories.version(mandate, status="proposed", proposed_by=agency_administrator, valid_from=NOW + 40 * DAY)
    with agency():
        assert adoption_today() == []
        was = adoption_on(points_shown(first_month()))
    assert [point.day for point, entries in was.items() if entries][:2] == [
        datetime.date(2026, 1, 31),
        datetime.date(2026, 2, 28),
    ]


@pytest.mark.parametrize("role", Role)
def test_any_role_is_access(role, begun, agency, ocmw):
    factories.member(ocmw, role)
    assert classes(agency) == {ocmw.name: "never"}


def test_access_that_does_not_count_today_is_none(begun, agency, ocmw, as_owner, agency_administrator):
    look(ocmw, "2026-11-20 10:00")
    factories.member(ocmw, ended=True)
    closed, invited = factories.member(ocmw).user, factories.user()
    with as_owner():
        Membership.objects.create(
            user=invited, institution=ocmw, valid_until=NOW + DAY, proposed_by=agency_administrator
        )
        User.objects.filter(pk=closed.pk).update(is_active=False)
    assert classes(agency) == {ocmw.name: "no_access"}


def test_a_successor_goes_on_where_its_predecessors_were(begun, agency, as_owner):
    old, older, new = (factories.institution(f"OCMW {name}") for name in ("Oud", "Ouder", "Nieuw"))
    look(older, "2026-11-10 10:00")
    factories.member(new)
    assert classes(agency)[new.name] == "never"
    with as_owner():
        end_institution(older, old, datetime.date(2026, 11, 15))
        end_institution(old, new, datetime.date(2026, 11, 20))
    assert classes(agency) == {new.name: "uses"}


def test_an_institution_works_on_until_its_last_day(begun, agency, as_owner):
    old, new = factories.institution("OCMW Oud"), factories.institution("OCMW Nieuw")
    factories.member(old)
    look(old, "2026-11-10 10:00")
    with as_owner():
        end_institution(old, new, NOW + DAY)
    assert classes(agency) == {old.name: "uses", new.name: "no_access"}


def test_what_is_expected_of_predecessors_is_expected_of_the_successor(
    begun, agency, as_owner, agency_administrator
):
    old, new = factories.institution("OCMW Oud"), factories.institution("OCMW Nieuw")
    factories.member(new)
    expect(31, by=agency_administrator, institution=old)
    with as_owner():
        end_institution(old, new, datetime.date(2026, 10, 11))
    look(old, "2026-10-05 10:00", times=4)
    look(new, "2026-10-30 10:00", times=5)
    [only] = [each for each in classes_in_full(agency) if each.institution == new]
    assert (only.use.looks, only.use.target) == (9, 10)  # ten of the 31 days of October
    assert only.adoption_class == "below"


def classes_in_full(agency):
    with agency():
        return adoption_today()


def test_an_expectation_is_compared_with_whole_months_of_the_log_only(
    november, agency, ocmw, agency_administrator
):
    factories.member(ocmw)
    look(ocmw, "2026-10-30 10:00")
    expect(100, by=agency_administrator, kind="ocmw")
    assert classes(agency) == {ocmw.name: "uses"}  # the log begins in October
    look(None, "2026-09-30 10:00")
    assert classes(agency) == {ocmw.name: "below"}


def test_a_day_is_a_day_in_brussels(begun, agency, ocmw):
    factories.member(ocmw)
    look(ocmw, "2026-10-25 23:59")
    assert classes(agency) == {ocmw.name: "stopped"}
    look(ocmw, "2026-10-26 00:01")
    assert classes(agency) == {ocmw.name: "uses"}


def test_only_a_file_that_a_person_saw_is_use(begun, agency, ocmw):
    factories.member(ocmw)
    for fields in ({"kind": "list"}, {"channel": "machine"}, {"outcome": "refused"}, {"outcome": "empty"}):
        look(ocmw, "2026-11-20 10:00", **fields)
    assert classes(agency) == {ocmw.name: "never"}


def test_random_institutions_are_in_one_class_each(begun, agency, as_owner, agency_administrator):
    """Institutions with random mandates, access, looks and expectations, against the plain reading of the rule."""
    dice, expected = random.Random(11), {}
    for number in range(60):
        kind = dice.choice(["ocmw", "cvo", "sector"])
        institution = factories.institution(f"Instelling {number}", kind)
        is_closed = dice.random() < 0.1
        use = Use(
            users=dice.choice([0, 1, 2]),
            last_look=dice.choice([None, NOW - dice.randint(0, 45) * DAY]),
            looks=0,
            target=dice.choice([None, Fraction(dice.randint(0, 6))]),
        )
        for _user in range(use.users):
            factories.member(institution)
        if use.last_look:
            look(institution, f"{use.last_look} 12:00")
        in_october = dice.randint(0, 3) if use.last_look and use.last_look >= OCTOBER else 0
        if in_october:
            look(institution, "2026-10-01 12:00", times=in_october)
        is_in_october = use.last_look is not None and use.last_look.replace(day=1) == OCTOBER
        use = Use(use.users, use.last_look, in_october + is_in_october, use.target)
        if use.target is not None:
            expect(int(use.target), by=agency_administrator, institution=institution)
        if is_closed:
            with as_owner():
                Institution.objects.filter(pk=institution.pk).update(active=False)
        if kind != "sector" and not is_closed:
            [expected[institution.name]] = [each for each, condition in IN_CLASS.items() if condition(use)]
    found = classes(agency)
    assert found == expected
    assert set(found.values()) == set(AdoptionClass)
    with agency():
        assert adoption_counts() == {each: Counter(expected.values())[each] for each in AdoptionClass}


# -- over time


def over_time(agency) -> dict[str, list[str]]:
    """The class at each point, by name of the institution."""
    with agency():
        points = adoption_on(points_shown(first_month()))
    found: dict[str, list[str]] = {}
    for entries in points.values():
        for each in entries:
            found.setdefault(each.institution.name, []).append(each.adoption_class)
    return found


def test_the_points_are_ends_of_months_of_the_log_and_today(november):
    days = [point.day.isoformat() for point in points_shown(datetime.date(2026, 8, 1))]
    assert days == ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-25"]
    assert [point.month and point.month.month for point in points_shown(datetime.date(2026, 8, 1))] == [
        None,  # begun in the course of August
        9,
        10,
        10,
    ]
    assert len(points_shown(datetime.date(2020, 1, 1))) == 13
    assert [point.day for point in points_shown(None)] == [NOW]


def test_the_running_month_is_not_over_on_its_last_day(db):
    with time_machine.travel(brussels("2026-11-30 23:30"), tick=False):
        assert points_shown(datetime.date(2026, 9, 1))[-1] == (datetime.date(2026, 11, 30), OCTOBER)


def test_the_classes_at_the_end_of_each_month(november, agency, as_owner, ocmw, agency_administrator):
    look(None, "2026-06-20 10:00")
    access = factories.member(ocmw)
    with as_owner():
        Membership.objects.filter(pk=access.pk).update(valid_from=datetime.date(2026, 7, 1))
    look(ocmw, "2026-08-01 00:30")
    look(ocmw, "2026-10-31 23:30", times=2)
    expect(2, by=agency_administrator, institution=ocmw, first_month=datetime.date(2026, 8, 1))
    assert over_time(agency) == {
        ocmw.name: ["no_access", "never", "below", "stopped", "uses", "uses"],
    }


def test_a_closed_account_had_access_until_it_was_closed(begun, agency, as_owner, ocmw):
    user = factories.member(ocmw).user
    look(ocmw, "2026-08-20 10:00")
    with as_owner():
        user.is_active = False
        user.save(update_fields=["is_active"])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE partners_membershipevent DISABLE TRIGGER event_is_kept")
            cursor.execute(
                "UPDATE partners_membershipevent SET at = '2026-10-15 10:00+02' WHERE what = 'closed'"
            )
            cursor.execute("ALTER TABLE partners_membershipevent ENABLE TRIGGER event_is_kept")
    assert over_time(agency)[ocmw.name][-4:] == ["uses", "stopped", "no_access", "no_access"]


def test_merged_institutions_count_as_one_from_the_day_on(begun, agency, as_owner):
    old, new = factories.institution("OCMW Oud"), factories.institution("OCMW Nieuw")
    for each in (old, new):
        factories.member(each)
    look(old, "2026-09-25 10:00")
    with as_owner():
        end_institution(old, new, datetime.date(2026, 10, 1))
    found = over_time(agency)
    assert len(found["OCMW Oud"]) == 11  # until the end of September
    assert found["OCMW Oud"][-1] == "uses"
    assert found["OCMW Nieuw"][-3:] == ["never", "stopped", "stopped"]


# -- what it costs, and who may ask


def test_the_number_of_statements_does_not_depend_on_institutions_or_months(begun, agency, ocmw):
    def statements(work) -> int:
        with agency(), CaptureQueriesContext(connection) as captured:
            work()
        return len([query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    one = statements(adoption_counts)
    for _number in range(40):
        factories.member(factories.institution())
    assert statements(adoption_counts) == one <= 9
    months = points_shown(datetime.date(2026, 1, 1))
    assert statements(lambda: adoption_on(months)) == one - 1  # the log's first month is given


def test_no_institution_reads_the_last_days_of_others(ocmw, case_worker):
    call = "SELECT * FROM statistics_last_days_on(ARRAY[current_date], '{portal}', '{file}', '{shown}')"
    assert factories.fetch(call, institution=ocmw.pk, user=case_worker.user_id, role="case_worker") == []
    assert factories.fetch(call) == []
    assert len(factories.fetch(call, scope="agency")) == Institution.objects.count()


def test_clients_come_from_the_stored_counts(begun, agency, ocmw):
    with factories.owner():
        for month, number in ((OCTOBER, 4), (datetime.date(2026, 11, 1), 7)):
            ClientCount.objects.create(
                institution=ocmw,
                month=month,
                number=number,
                counted_at=brussels("2026-11-25"),
                is_final=False,
            )
    with agency():
        month = clients_month()
        assert month == datetime.date(2026, 11, 1)
        assert details_of([ocmw.pk], month)[ocmw.pk].clients == 7
        assert details_of([ocmw.pk], None)[ocmw.pk].clients is None


def test_today_is_the_day_of_in_force(begun, agency, ocmw):
    """The rule for days in the past is that of memberships and mandates for today."""
    for _number in range(3):
        factories.member(ocmw)
    factories.member(ocmw, ended=True)
    with agency():
        [only] = adoption_today()
        assert only.use.users == Membership.objects.in_force(today()).filter(institution=ocmw).count()
        assert MandateVersion.objects.in_force(today()).for_institution(ocmw).exists()
