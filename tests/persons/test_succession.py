"""An institution takes over from others: what goes over, what stays, and days that meet."""

from __future__ import annotations

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from partners.enums import Role
from partners.models import Institution, Membership
from partners.periods import today
from partners.services import bind, working_for
from partners.succession import NotSucceeded
from persons.models import ClientListEntry, Inscription
from persons.services import succeeding
from persons.services.registering import Row, register

from .. import factories
from ..factories import fetch, inscribe, institution, insz, mandate, member, person
from ..sweeps import examples

pytestmark = pytest.mark.django_db

TODAY = today()
DAY = datetime.timedelta(days=1)
CLOSED_BEFORE = datetime.date(2025, 1, 1)


@pytest.fixture
def house(db) -> Institution:
    """The institution that takes over."""
    return institution("OCMW Groot", "ocmw")


@pytest.fixture(autouse=True)
def _as_the_command(settings):
    settings.ROLE = "owner"


def succeed(*olds: Institution, new: Institution, on: datetime.date = TODAY, dry_run: bool = False):
    with factories.owner():
        return succeeding.succeed(olds, new, on, dry_run=dry_run)


def run(*words: str) -> str:
    out = io.StringIO()
    with factories.owner():
        call_command("succeed", *words, stdout=out)
    return out.getvalue()


def rows(where: Institution) -> list[tuple]:
    """First and last day (from today), and whether it is voided, of the inscriptions of an institution."""
    with factories.owner():
        stored = Inscription.objects.filter(institution=where).order_by("valid_from", "pk")
        return [
            ((row.valid_from - TODAY).days, (row.valid_until - TODAY).days, row.voided_at is not None)
            for row in stored
        ]


def events(where: Institution) -> list[tuple]:
    found = fetch(
        "SELECT what, new_until, reason, user_id FROM persons_inscriptionevent ORDER BY id",
        institution=where.pk,
    )
    return [
        (what, until and (until - TODAY).days, reason) for what, until, reason, user in found if user is None
    ]


def roles(where: Institution) -> list[tuple]:
    """User, role, first and last day (from today) and status of the memberships of an institution."""
    with factories.owner():
        return [
            (row.user_id, row.role, (row.valid_from - TODAY).days, (row.valid_until - TODAY).days, row.status)
            for row in Membership.objects.filter(institution=where).order_by("user", "valid_from", "pk")
        ]


def snapshot() -> list:
    with factories.owner(), connection.cursor() as cursor:
        found = []
        for table in (
            "partners_institution",
            "partners_membership",
            "persons_inscription",
            "persons_inscriptionevent",
            "persons_clientlistentry",
        ):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
            found.append(cursor.fetchall())
        return found


def test_clients_and_colleagues_go_over_from_the_day_and_the_past_stays(ocmw, house):
    acting, hodan = member(ocmw), person()
    before = inscribe(ocmw, hodan)
    waiting = inscribe(ocmw, insz())
    coming = inscribe(ocmw, person(), valid_from=TODAY + 5 * DAY)
    over = inscribe(ocmw, person(), valid_from=TODAY - 60 * DAY, valid_until=TODAY - DAY)
    [report] = succeed(ocmw, new=house)
    assert (dict(report.inscriptions), dict(report.memberships), report.remaining) == (
        {"carried_over": 3},
        {"carried_over": 1},
        [],
    )
    assert rows(ocmw) == [(-60, -1, False), (-30, -1, False), (-30, -1, False), (5, 155, True)]
    assert rows(house) == [(0, 120, False), (0, 120, False), (5, 155, False)]
    with factories.owner():
        carried = Inscription.objects.get(institution=house, person=hodan)
        assert {row.carried_from_id for row in Inscription.objects.filter(institution=house)} == {
            before.pk,
            waiting.pk,
            coming.pk,
        }
    assert (carried.mandate_id, carried.reason, carried.registered_at) == (
        before.mandate_id,
        before.reason,
        before.registered_at,
    )
    assert ("carried_over", 120, "succession") in events(house)
    assert ("carried_over", -1, "succession") in events(ocmw)
    assert over.pk not in {carried.carried_from_id}
    assert roles(ocmw) == [(acting.user_id, "case_worker", -400, -1, "confirmed")]
    last = (acting.valid_until - TODAY).days
    assert roles(house) == [(acting.user_id, "case_worker", 0, last, "confirmed")]
    ocmw.refresh_from_db()
    assert (ocmw.active, ocmw.successor, ocmw.ended_on) == (False, house, TODAY - DAY)

    there = Membership.objects.get(institution=house)
    bind(institution_id=house.pk, user_id=there.user_id, role=there.role)
    assert set(ClientListEntry.objects.visible_to(there).values_list("insz", flat=True)) == {hodan.insz}
    bind()
    assert not Membership.objects.filter(institution=ocmw).in_force(TODAY).exists()


def test_from_a_day_that_is_past_everything_goes_over_from_today(ocmw, house):
    inscribe(ocmw, person())
    [report] = succeed(ocmw, new=house, on=CLOSED_BEFORE)
    ocmw.refresh_from_db()
    assert (report.first, ocmw.ended_on) == (TODAY, CLOSED_BEFORE - DAY)
    assert (rows(ocmw), rows(house)) == ([(-30, -1, False)], [(0, 120, False)])


def test_until_a_day_to_come_both_work_on_and_running_it_again_on_the_day_closes(ocmw, house, monkeypatch):
    acting, hodan = member(ocmw), person()
    inscribe(ocmw, hodan)
    on = TODAY + 10 * DAY
    [report] = succeed(ocmw, new=house, on=on)
    ocmw.refresh_from_db()
    assert (report.closed, ocmw.active) == (False, True)
    assert (rows(ocmw), rows(house)) == ([(-30, 9, False)], [(10, 120, False)])
    last = (acting.valid_until - TODAY).days
    assert (roles(ocmw)[0][2:4], roles(house)[0][2:4]) == ((-400, 9), (10, last))
    bind(institution_id=ocmw.pk, user_id=acting.user_id, role=acting.role)
    assert Inscription.objects.visible_to(acting).count() == 1
    bind()
    late = inscribe(ocmw, person(), valid_until=TODAY + 20 * DAY)

    monkeypatch.setattr(succeeding, "today", lambda: on)
    monkeypatch.setattr("partners.succession.today", lambda: on)
    [report] = succeed(ocmw, new=house, on=on)
    assert (dict(report.inscriptions), report.closed) == ({"carried_over": 1}, True)
    assert (10, 20, False) in rows(house)
    with factories.owner():
        late.refresh_from_db()
    assert late.valid_until == on - DAY


@pytest.mark.parametrize(
    ("there", "left", "carried"),
    [
        # (first, last day) of what the successor has; then what is left of it and of what comes (0 to 120), else None
        ((-10, 60), (-10, -1), (0, 120)),
        ((0, 60), None, (0, 120)),
        ((20, 60), None, (0, 120)),
        ((-10, 150), (-10, 150), None),
        ((40, 150), (40, 150), (0, 39)),
        ((0, 120), (0, 120), None),
        ((121, 130), (121, 130), (0, 120)),
        ((-10, -1), (-10, -1), (0, 120)),
    ],
)
def test_where_both_have_the_client_the_one_that_ends_last_stays(ocmw, house, there, left, carried):
    hodan = person()
    inscribe(ocmw, hodan)
    inscribe(house, hodan, valid_from=TODAY + there[0] * DAY, valid_until=TODAY + there[1] * DAY)
    [report] = succeed(ocmw, new=house)
    assert sum(report.inscriptions.values()) == 1
    assert sorted(row[:2] for row in rows(house) if not row[2]) == sorted(filter(None, [left, carried]))
    assert rows(ocmw) == [(-30, -1, False)]
    steps = [step for step, *_ in events(house)]
    assert ("merged" in steps) is (left != there or carried != (0, 120))
    with factories.owner():
        lines = ClientListEntry.objects.filter(
            institution=house, counts_from__lte=TODAY, counts_until__gte=TODAY
        )
        assert lines.count() == 1


def test_other_capacities_of_the_client_are_left_alone(ocmw, house):
    hodan = person()
    inscribe(ocmw, hodan)
    inscribe(house, hodan, "andere_hulp")
    succeed(ocmw, new=house)
    assert sorted(rows(house)) == [(-30, 120, False), (0, 120, False)]


def test_three_institutions_with_the_same_client_leave_one_line(ocmw, other_ocmw, house):
    hodan = person()
    for where, last in ((ocmw, 60), (other_ocmw, 90), (house, 30)):
        inscribe(where, hodan, valid_until=TODAY + last * DAY)
    succeed(ocmw, other_ocmw, new=house)
    assert [row[:2] for row in rows(house) if not row[2]] == [(-30, -1), (0, 90)]


def test_each_step_of_access_is_an_event(ocmw, house):
    acting = member(ocmw)
    succeed(ocmw, new=house)
    steps = fetch(
        "SELECT e.what, m.institution_id, e.user_name FROM partners_membershipevent e JOIN partners_membership m"
        " ON m.id = e.membership_id WHERE m.user_id = %s ORDER BY e.id",
        acting.user_id,
        scope="agency",
    )
    assert steps == [("given", ocmw.pk, ""), ("ended", ocmw.pk, ""), ("carried_over", house.pk, "")]
    assert Membership.objects.get(institution=house).follows == acting


@pytest.mark.parametrize(
    ("there", "left", "carried"),
    [
        # What the successor gave, what is left of it, and what comes (0 to 100).
        ((-50, 200), [(-50, 200)], []),
        ((-50, 80), [(-50, -1)], [(0, 100)]),
        ((30, 200), [(30, 200)], [(0, 29)]),
        ((30, 90), [], [(0, 100)]),
        ((-50, -10), [(-50, -10)], [(0, 100)]),
    ],
)
@pytest.mark.parametrize("status", ["confirmed", "proposed"])
def test_where_both_have_the_colleague_days_are_merged(ocmw, house, there, left, carried, status):
    """A proposal at the successor gives way to access that someone confirmed."""
    acting = _access(ocmw, (-400, 100))
    _access(house, there, acting.user, status=status)
    member(house, Role.PRIVACY_OFFICER, user_=acting.user)
    [report] = succeed(ocmw, new=house)
    if status == "proposed":
        left, carried = ([there] if there[1] < 0 else []), [(0, 100)]
    assert dict(report.memberships) == ({"carried_over": 1} if carried else {"merged": 1})
    found = [row[2:4] for row in roles(house) if row[1] == Role.CASE_WORKER and row[4] != "withdrawn"]
    assert sorted(found) == sorted(left + carried)
    assert roles(ocmw) == [(acting.user_id, "case_worker", -400, -1, "confirmed")]


def test_access_that_has_not_begun_goes_over_and_is_withdrawn(ocmw, house):
    acting = _access(ocmw, (5, 50))
    succeed(ocmw, new=house)
    assert roles(ocmw) == [(acting.user_id, "case_worker", 5, 50, "withdrawn")]
    assert roles(house) == [(acting.user_id, "case_worker", 5, 50, "confirmed")]


def test_a_proposal_gives_no_access_at_the_successor_either(ocmw, house):
    acting = _access(ocmw, (0, 50), status="proposed")
    [report] = succeed(ocmw, new=house)
    assert dict(report.memberships) == {"proposal_withdrawn": 1}
    assert (roles(ocmw)[0][4], roles(house)) == ("withdrawn", [])
    assert not Membership.objects.filter(user=acting.user).in_force(TODAY).exists()


def _access(where: Institution, days: tuple[int, int], user=None, status: str = "confirmed") -> Membership:
    user = user or factories.user()
    with factories.owner():
        return Membership.objects.create(
            user=user,
            institution=where,
            role=Role.CASE_WORKER,
            valid_from=TODAY + days[0] * DAY,
            valid_until=TODAY + days[1] * DAY,
            status=status,
            confirmed_at=timezone.now() if status == "confirmed" else None,
        )


def test_an_own_mandate_needs_a_mandate_of_the_successor(ocmw, house):
    mandate(ocmw, "sociale_huurder")
    hodan = person()
    kept = inscribe(ocmw, hodan, "sociale_huurder")
    inscribe(ocmw, hodan)
    [report] = succeed(ocmw, new=house)
    assert dict(report.inscriptions) == {"carried_over": 1}
    assert [(row.inscription, row.capacity, row.reason) for row in report.remaining] == [
        (kept.public_id, "sociale_huurder", "no_mandate")
    ]
    assert sorted(rows(ocmw)) == [(-30, -1, False), (-30, 120, False)]
    assert rows(house) == [(0, 120, False)]


def test_days_under_a_mandate_that_is_over_sooner_take_none_away(ocmw, house):
    """The successor's own mandate ends in ten days; what it has under that of the kind goes on until its own end."""
    hodan = person()
    inscribe(ocmw, hodan)
    inscribe(house, hodan, valid_until=TODAY + 60 * DAY)
    mandate(house, valid_until=TODAY + 10 * DAY, max_months=24)
    succeed(ocmw, new=house)
    assert sorted(rows(house)) == [(-30, 60, False), (0, 120, False)]


def test_under_another_mandate_the_longest_period_counts_from_the_first_day(ocmw, house):
    mandate(ocmw)
    basis = mandate(house, max_months=1)
    inscribe(ocmw, person())
    [report] = succeed(ocmw, new=house)
    assert dict(report.inscriptions) == {"shortened": 1}
    [(_, last, _)] = rows(house)
    [(latest,)] = fetch("SELECT (app_today() + interval '1 month')::date")
    assert TODAY + last * DAY == latest
    with factories.owner():
        assert Inscription.objects.get(institution=house).mandate == basis


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("capacity", ["leefloon", "sociale_huurder"])
def test_the_mandate_is_the_one_that_registering_chooses(house, own, capacity):
    """The same rule twice: `persons_mandate_for` and `persons_judge_turn`."""
    if own:
        mandate(house, capacity)
    number = insz()
    with factories.owner(), working_for(house):
        [(_, outcome)] = register(institution=house, rows=[Row(1, number, capacity, TODAY, TODAY, "proef")])
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("SELECT mandate_id FROM persons_mandate_for(%s, %s, %s)", [house.pk, capacity, TODAY])
        [found] = cursor.fetchone() or [None]
        registered = Inscription.objects.filter(insz=number).values_list("mandate_id", flat=True)
        assert list(registered) == ([found] if found else [])
    assert outcome == ("registered" if found else "no_mandate")


def test_a_second_run_changes_nothing(ocmw, house):
    member(ocmw), member(house)
    hodan = person()
    inscribe(ocmw, hodan)
    inscribe(house, hodan, valid_until=TODAY + 200 * DAY)
    succeed(ocmw, new=house)
    before = snapshot()
    [report] = succeed(ocmw, new=house)
    assert (dict(report.inscriptions), dict(report.memberships)) == ({}, {})
    assert snapshot() == before


def test_a_dry_run_reports_the_same_and_writes_nothing(ocmw, house):
    member(ocmw)
    inscribe(ocmw, person())
    before = snapshot()
    dry = run(ocmw.slug, house.slug, "--on", str(TODAY), "--dry-run")
    assert snapshot() == before
    assert dry.endswith("Dry run: nothing was written.\n")
    assert dry.startswith(run(ocmw.slug, house.slug, "--on", str(TODAY)))
    assert snapshot() != before


@pytest.mark.parametrize("step", ["carry_memberships", "end_institution"])
def test_broken_off_in_the_middle_leaves_nothing(ocmw, other_ocmw, house, monkeypatch, step):
    for where in (ocmw, other_ocmw):
        member(where)
        inscribe(where, person())
    before = snapshot()
    real, calls = getattr(succeeding, step), []

    def breaks(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(succeeding, step, breaks)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        succeed(ocmw, other_ocmw, new=house)
    assert snapshot() == before


@pytest.mark.parametrize("word", ["slug", "kbo_number"])
def test_the_report_names_no_person(house, word):
    old = institution("OCMW Klein", "ocmw", kbo_number="0999010126")
    mandate(old, "sociale_huurder")
    hodan = person()
    kept = inscribe(old, hodan, "sociale_huurder")
    inscribe(old, hodan)
    member(old)
    text = run(getattr(old, word), house.slug, "--on", "2025-01-01")
    assert text == (
        f"OCMW Klein → OCMW Groot, from {TODAY} (today: 2025-01-01 is past)\n"
        "  1 memberships carried over\n"
        "  1 inscriptions carried over\n"
        "  1 inscriptions stay at OCMW Klein: the successor has no mandate for the capacity\n"
        f"    {kept.public_id}  sociale_huurder\n"
        "  OCMW Klein is closed.\n"
    )
    assert hodan.insz not in text


def test_what_cannot_follow_is_refused_with_the_reason(ocmw, other_ocmw, house):
    vdab = institution("VDAB", "vdab")
    for olds, new, reason in (
        ([ocmw], ocmw, "cannot succeed itself"),
        ([vdab], house, "different kinds"),
    ):
        with pytest.raises(NotSucceeded, match=reason):
            succeed(*olds, new=new)
    succeed(ocmw, new=house)
    with pytest.raises(NotSucceeded, match="already, and OCMW Groot followed"):
        succeed(ocmw, new=other_ocmw)
    with pytest.raises(NotSucceeded, match="already"):
        succeed(ocmw, new=house, on=TODAY + DAY)
    with pytest.raises(NotSucceeded, match="has ended"):
        succeed(house, new=ocmw)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["bestaat-niet", "ocmw-groot", "--on", "2026-01-01"], "slug or KBO number bestaat-niet"),
        (["ocmw-proefstad", "ocmw-groot", "--on", "1/1/2026"], "YYYY-MM-DD"),
        (["ocmw-groot", "ocmw-groot", "--on", "2026-01-01"], "cannot succeed itself"),
    ],
)
def test_a_wrong_word_on_the_command_line_is_named(ocmw, house, words, reason):
    before = snapshot()
    with pytest.raises(CommandError, match=reason):
        run(*words)
    assert snapshot() == before


def test_an_institution_without_kbo_number_is_not_found_by_an_empty_one(ocmw, house):
    with pytest.raises(CommandError, match="No institution"):
        run("", house.slug, "--on", "2026-01-01")


def test_the_web_role_runs_none_of_it(ocmw, house):
    for statement in (
        "SELECT persons_succeed(1, 2, app_today())",
        "SELECT persons_carry_over(1, 1, '', 1, app_today(), NULL, '')",
        "SELECT persons_follow_numbers()",
        "SELECT persons_lock_institutions(ARRAY[1]::bigint[], false)",
        "SELECT * FROM persons_replaced_number",
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            fetch(statement, institution=ocmw.pk)


RANGES = st.tuples(st.integers(-20, 20), st.integers(0, 25))


@given(
    first=RANGES,
    there=st.lists(RANGES, max_size=5),
)
@settings(
    max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.hypothesis
def test_merged_days_are_the_days_of_both_and_share_none(first, there):
    days = {TODAY + (first[0] + n) * DAY for n in range(first[1] + 1)}
    new = DateRange(min(days), max(days) + DAY)
    kept: list[set] = []
    for begin, length in there:
        taken = {TODAY + (begin + n) * DAY for n in range(length + 1)}
        if not any(taken & other for other in kept):
            kept.append(taken)
    before = days.union(*kept)
    after: list[set] = []
    for taken in sorted(kept, key=max, reverse=True):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM app_merge_days(%s, %s)", [new, DateRange(min(taken), max(taken) + DAY)]
            )
            new, left = cursor.fetchone()
        after.append(_days(left))
    after.append(_days(new))
    assert set().union(*after) == before
    assert sum(map(len, after)) == len(before)
    assert max(before) in max(after, key=lambda each: max(each, default=datetime.date.min))


def _days(period: DateRange) -> set[datetime.date]:
    if period.isempty:
        return set()
    return {period.lower + n * DAY for n in range((period.upper - period.lower).days)}


PLAN = st.lists(
    st.tuples(
        st.integers(0, 2),  # which institution; the last is the successor
        st.integers(0, 1),  # which person
        st.sampled_from(["leefloon", "andere_hulp", "sociale_huurder"]),
        RANGES,
        st.booleans(),  # before or after own mandates exist
    ),
    min_size=1,
    max_size=8,
)


@given(
    plan=PLAN,
    own=st.sets(st.tuples(st.integers(0, 2), st.sampled_from(["leefloon", "sociale_huurder"]))),
    on=st.integers(-5, 10),
)
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.hypothesis
def test_no_day_of_access_is_gained_or_lost(plan, own, on):
    """On each day the successor opens exactly what the institutions together would have opened, in each capacity."""
    with transaction.atomic():
        houses = [institution(), institution(), institution()]
        numbers = [person().insz, insz()]
        for early in (True, False):
            if not early:
                for house, capacity in own:
                    mandate(houses[house], capacity, max_months=120)
            for house, who, capacity, (begin, length), is_early in plan:
                if is_early is early:
                    first = TODAY + begin * DAY
                    row = Row(1, numbers[who], capacity, first, first + length * DAY, "proef")
                    with factories.owner(), working_for(houses[house]):
                        register(institution=houses[house], rows=[row])  # some overlap or have no mandate
        before = _opened(houses)
        first = TODAY + max(on, 0) * DAY
        reports = succeed(*houses[:2], new=houses[2], on=TODAY + on * DAY)
        stays = {row.inscription for report in reports for row in report.remaining}
        after = _opened(houses)
        successor = houses[2].pk
        with factories.owner():
            left = {
                (row.institution_id, row.insz, row.mandate.capacity)
                for row in Inscription.objects.filter(public_id__in=stays).select_related("mandate")
            }
        expected = set()
        for house, number, capacity, day in before:
            moves = day >= first and (house, number, capacity) not in left
            expected.add((successor if moves else house, number, capacity, day))
        assert after == expected
        transaction.set_rollback(True)


def _opened(houses: list[Institution]) -> set[tuple[int, str, str, datetime.date]]:
    """Institution, number, capacity and day on which an inscription counts (also one that waits for a dossier)."""
    opened = set()
    with factories.owner():
        for row in Inscription.objects.filter(institution__in=houses, voided_at=None).select_related(
            "mandate"
        ):
            for n in range((row.valid_until - row.valid_from).days + 1):
                opened.add((row.institution_id, row.insz, row.mandate.capacity, row.valid_from + n * DAY))
    return opened
