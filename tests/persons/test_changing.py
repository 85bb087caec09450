"""The steps of an inscription after it was registered, and the events they leave."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.periods import today
from partners.services import bind, working_for
from persons.models import ClientListEntry, Inscription
from persons.services import changing
from persons.services.changing import NOT_TAKEN, NotTaken
from persons.services.registering import Row, register

from .. import factories
from ..factories import end as end_version
from ..factories import fetch, inscribe, insz, mandate, member, person, version

pytestmark = pytest.mark.django_db

TODAY = today()
DAY = datetime.timedelta(days=1)


def as_member(membership):
    """A transaction bound as a request of this member is."""
    return working_for(membership.institution, membership.user, membership.role)


def stored(inscription) -> tuple:
    with factories.owner():
        row = Inscription.objects.get(pk=inscription.pk)
    return row.valid_from, row.valid_until, row.voided_at is not None


def events(institution) -> list[tuple]:
    return fetch(
        "SELECT what, user_id, user_name, old_until, new_until, reason FROM persons_inscriptionevent ORDER BY id",
        institution=institution.pk,
    )


def refused(step, *arguments) -> str:
    with pytest.raises(NotTaken) as error:
        step(*arguments)
    assert error.value.words
    return error.value.code


def test_registering_is_an_event_of_the_one_who_registers(ocmw, case_worker):
    row = Row(1, insz(), "leefloon", TODAY, TODAY + 9 * DAY, "moved")
    with as_member(case_worker):
        assert [outcome for _, outcome in register(institution=ocmw, rows=[row, row])] == [
            "registered",
            "exists",
        ]
    name = f"{case_worker.user.first_name} {case_worker.user.last_name}"
    assert events(ocmw) == [("registered", case_worker.user_id, name, None, TODAY + 9 * DAY, "moved")]


def test_registering_from_a_client_list_is_an_event_without_user(ocmw):
    made = inscribe(ocmw, person())
    assert events(ocmw) == [("registered", None, "", None, made.valid_until, "proef")]


def test_an_extension_has_the_days_before_and_after(ocmw, case_worker):
    made = inscribe(ocmw, person())
    until = made.valid_until + 30 * DAY
    with as_member(case_worker):
        assert changing.extend(made.public_id, until, "goes_on") is True
        assert changing.extend(made.public_id, until, "goes_on") is False  # doubled
        line = ClientListEntry.objects.visible_to(case_worker).get()
    assert (line.valid_until, stored(made)[1]) == (until, until)
    assert [event[0] for event in events(ocmw)] == ["registered", "extended"]
    assert events(ocmw)[1][3:] == (made.valid_until, until, "goes_on")


def test_an_extension_ends_at_most_the_longest_period_after_today(ocmw, case_worker):
    mandate(ocmw, max_months=1)
    made = inscribe(ocmw, person(), valid_from=TODAY - 20 * DAY, valid_until=TODAY)
    latest = fetch("SELECT (app_today() + interval '1 month')::date")[0][0]
    with as_member(case_worker):
        assert refused(changing.extend, made.public_id, latest + DAY, "goes_on") == "too_long"
        assert changing.extend(made.public_id, latest, "goes_on")


@pytest.mark.parametrize(("days", "reason", "code"), [(-1, "goes_on", "not_later"), (30, " ", "no_reason")])
def test_an_extension_is_later_and_has_a_reason(ocmw, case_worker, days, reason, code):
    made = inscribe(ocmw, person())
    with as_member(case_worker):
        assert refused(changing.extend, made.public_id, made.valid_until + days * DAY, reason) == code
    assert len(events(ocmw)) == 1


@pytest.mark.parametrize("own", [True, False])
def test_an_extension_does_not_reach_the_next_inscription_in_the_capacity(ocmw, case_worker, own):
    """The same rule as registering, also where the next inscription is under the institution's own mandate."""
    made = inscribe(ocmw, person(), valid_until=TODAY)
    if own:
        mandate(ocmw)
    following = inscribe(ocmw, made.insz, valid_from=TODAY + 10 * DAY, valid_until=TODAY + 20 * DAY)
    assert (following.mandate_id == made.mandate_id) is not own
    row = Row(1, made.insz, "leefloon", TODAY + DAY, TODAY + 10 * DAY, "proef")
    with as_member(case_worker):
        assert [outcome for _, outcome in register(institution=ocmw, rows=[row])] == ["overlaps"]
        assert refused(changing.extend, made.public_id, TODAY + 10 * DAY, "goes_on") == "overlaps"
        assert changing.extend(made.public_id, TODAY + 9 * DAY, "goes_on")


def test_an_end_makes_yesterday_the_last_day_and_closes_the_file_at_once(ocmw, case_worker):
    made = inscribe(ocmw, person())
    with as_member(case_worker):
        assert changing.end(made.public_id, "moved_away") is False
        assert not Inscription.objects.visible_to(case_worker).exists()
        assert not ClientListEntry.objects.visible_to(case_worker).exists()
    assert stored(made) == (made.valid_from, TODAY - DAY, False)
    assert events(ocmw)[1][3:] == (made.valid_until, TODAY - DAY, "moved_away")


@pytest.mark.parametrize("first", [0, 5])
def test_one_that_began_today_or_has_not_begun_is_voided_and_can_be_registered_again(
    ocmw, case_worker, first
):
    hodan = person()
    made = inscribe(ocmw, hodan, valid_from=TODAY + first * DAY)
    with as_member(case_worker):
        assert changing.end(made.public_id, "mistake") is True
        assert not Inscription.objects.visible_to(case_worker).exists()
    assert stored(made) == (made.valid_from, made.valid_until, True)
    assert events(ocmw)[1][3:] == (made.valid_until, None, "mistake")
    for table in ("persons_person", "persons_block", "persons_enrolment", "persons_clientlistentry"):
        assert fetch(f"SELECT count(*) FROM {table}", institution=ocmw.pk, inscription=made.pk) == [(0,)], (
            table
        )
    with factories.owner():
        assert not ClientListEntry.objects.exists()
    row = Row(1, hodan.insz, "leefloon", made.valid_from, made.valid_until, "new_request")
    with as_member(case_worker):
        assert [outcome for _, outcome in register(institution=ocmw, rows=[row, row])] == [
            "registered",
            "exists",
        ]


def test_a_later_message_gives_a_voided_inscription_no_line(ocmw, case_worker, as_owner):
    number = insz()
    made = inscribe(ocmw, number, valid_from=TODAY)
    with as_member(case_worker):
        changing.end(made.public_id, "mistake")
    hodan = person(number=number)
    with as_owner():
        Inscription.objects.filter(pk=made.pk).update(person=hodan)
        assert not ClientListEntry.objects.exists()


def test_the_second_end_is_told_so_and_leaves_no_event(ocmw, case_worker):
    made, voided = inscribe(ocmw, person()), inscribe(ocmw, person(), valid_from=TODAY)
    colleague = member(ocmw)
    for one in (made, voided):
        with as_member(case_worker):
            changing.end(one.public_id, "help_ended")
        with as_member(colleague):
            assert refused(changing.end, one.public_id, "help_ended") == "over"
            assert refused(changing.extend, one.public_id, TODAY + 90 * DAY, "goes_on") == "over"
            assert refused(changing.withdraw, one.public_id, "mistake") == "over"
    assert [event[0] for event in events(ocmw)].count("ended") == 2


def test_a_mistake_is_withdrawn_on_the_same_day_only(ocmw, case_worker, as_owner):
    made, earlier = inscribe(ocmw, person()), inscribe(ocmw, person())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_inscription SET registered_at = now() - interval '25 hours' WHERE id = %s",
            [earlier.pk],
        )
    with as_member(case_worker):
        changing.withdraw(made.public_id, "mistake")
        assert refused(changing.withdraw, earlier.public_id, "mistake") == "too_late"
        assert [row.pk for row in Inscription.objects.visible_to(case_worker)] == [earlier.pk]
    assert stored(made) == (made.valid_from, made.valid_until, True)
    assert events(ocmw)[-1][0] == "withdrawn"


@pytest.mark.parametrize("may_register", ["case_worker", "local_administrator", "import"])
@pytest.mark.parametrize("role", ["case_worker", "local_administrator", "privacy_officer"])
def test_the_version_says_who_takes_steps(ocmw, may_register, role):
    mandate(ocmw, may_register=may_register)
    made = inscribe(ocmw, person())
    with as_member(member(ocmw, role)):
        steps = [
            (changing.extend, made.public_id, made.valid_until + DAY, "goes_on"),
            (changing.end, made.public_id, "moved_away"),
        ]
        if role == may_register:
            for step, *arguments in steps:
                step(*arguments)
        else:
            assert {refused(*step) for step in steps} == {"not_allowed"}


@pytest.mark.parametrize("step", [changing.end, changing.withdraw])
def test_one_whose_mandate_ended_can_still_be_ended_but_not_extended(ocmw, case_worker, step):
    """By the role of the last version in force, not of an earlier one or of one that was never confirmed."""
    basis = mandate(ocmw, valid_until=TODAY - 50 * DAY, may_register="local_administrator")
    last = version(basis, valid_from=TODAY - 49 * DAY)
    made = inscribe(ocmw, person())
    end_version(last, TODAY - DAY)
    version(basis, status="proposed", valid_from=TODAY + DAY, may_register="local_administrator")
    with as_member(member(ocmw, "local_administrator")):
        assert refused(step, made.public_id, "mistake") == "not_allowed"
    with as_member(case_worker):
        assert refused(changing.extend, made.public_id, made.valid_until + DAY, "goes_on") == "no_mandate"
        step(made.public_id, "mistake")
    assert logged(case_worker, made, Kind.ENDING, version=last)
    assert not logged(case_worker, made, Kind.ENDING, version=basis.versions.earliest("valid_from"))
    assert not logged(case_worker, made, Kind.FILE, version=last)


def test_another_institution_finds_nothing_to_change(ocmw, outsider):
    made = inscribe(ocmw, person())
    with as_member(outsider):
        for step, *arguments in (
            (changing.extend, made.public_id, made.valid_until + DAY, "goes_on"),
            (changing.end, made.public_id, "mistake"),
            (changing.withdraw, made.public_id, "mistake"),
        ):
            assert refused(step, *arguments) == "not_found"
    assert events(outsider.institution) == []
    assert len(events(ocmw)) == 1


@pytest.mark.parametrize("missing", ["institution", "user", "role"])
def test_a_step_needs_institution_user_and_role(ocmw, case_worker, missing):
    made = inscribe(ocmw, person())
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    bound.pop(missing)
    for call in (
        "persons_extend_inscription(%s, app_today() + 200, 'x')",
        "persons_end_inscription(%s, 'x')",
        "persons_withdraw_registration(%s, 'x')",
    ):
        with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
            fetch(f"SELECT {call}", str(made.public_id), **bound)


@pytest.mark.parametrize(
    "call",
    [
        "persons_own_inscription(gen_random_uuid())",
        "persons_take_step(1, 'extended', '2100-01-01', 'x')",
        "persons_inscriptions_beside(1, '', 1, 'empty')",
    ],
)
def test_the_web_role_calls_no_function_behind_the_steps(ocmw, case_worker, call):
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(f"SELECT {call}", **bound)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE persons_inscriptionevent SET reason = 'x'",
        "DELETE FROM persons_inscriptionevent",
        "TRUNCATE persons_inscriptionevent",
        "DELETE FROM persons_inscription",
        "TRUNCATE persons_inscription CASCADE",
    ],
)
@pytest.mark.parametrize("who", ["owner", "web"])
def test_no_event_is_changed_and_no_inscription_removed(ocmw, as_owner, statement, who):
    inscribe(ocmw, person())
    if who == "web":
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(statement, institution=ocmw.pk)
        return
    with connection.cursor() as cursor, as_owner():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        stopped = pytest.raises(DatabaseError, match="are kept")
        with stopped, transaction.atomic():
            cursor.execute(statement)


# The log


def subject_of(inscription, **changes):
    inscription.version = (
        changes.pop("version", None) or inscription.mandate.versions.order_by("valid_from").last()
    )
    return inscription.subject()


def logged(membership, inscription, kind=Kind.REGISTRATION, **changes) -> bool:
    """Whether the log takes a row of this kind about the inscription."""
    blocks = changes.pop("blocks", ())
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)
    row = {
        "kind": kind,
        "acting": membership,
        "subject": subject_of(inscription, **changes),
        "blocks": blocks,
    }
    try:
        with transaction.atomic():
            record(outcome=Outcome.SHOWN, **row)
    except DatabaseError:
        return False
    finally:
        bind()
    return True


STEPS = [Kind.REGISTRATION, Kind.EXTENSION, Kind.ENDING]


@pytest.mark.parametrize("kind", [*STEPS, Kind.FILE, Kind.FOLLOW])
def test_a_step_of_one_that_begins_later_or_waits_is_logged_and_a_look_is_not(ocmw, case_worker, kind):
    later = inscribe(ocmw, person(), valid_from=TODAY + 5 * DAY)
    waiting = inscribe(ocmw, insz())
    for one in (later, waiting):
        # A client who waits can be put in a caseload.
        assert logged(case_worker, one, kind) is (kind in STEPS or (kind == Kind.FOLLOW and one is waiting))


def test_the_version_of_a_step_is_the_one_of_the_first_day(ocmw, case_worker):
    basis = mandate(ocmw)
    now = basis.versions.get()
    end_version(now, TODAY + 9 * DAY)
    following = version(basis, valid_from=TODAY + 10 * DAY)
    later = inscribe(ocmw, person(), valid_from=TODAY + 12 * DAY)
    assert logged(case_worker, later, version=following)
    assert not logged(case_worker, later, version=now)
    begun = inscribe(ocmw, person())
    assert logged(case_worker, begun, version=now)
    assert not logged(case_worker, begun, version=following)


def test_a_step_in_the_log_shows_no_block(ocmw, case_worker):
    later = inscribe(ocmw, person(), valid_from=TODAY + 5 * DAY)
    assert not logged(case_worker, later, blocks=["Personalia"])


def test_an_end_is_logged_after_it_and_a_look_no_longer(ocmw, case_worker):
    for made in (inscribe(ocmw, person()), inscribe(ocmw, person(), valid_from=TODAY)):
        assert logged(case_worker, made, Kind.FILE)
        with as_member(case_worker):
            changing.end(made.public_id, "mistake")
        assert logged(case_worker, made, Kind.ENDING)
        assert not logged(case_worker, made, Kind.FILE)


def test_every_refusal_has_words():
    codes = {
        "not_found",
        "over",
        "no_mandate",
        "not_allowed",
        "no_reason",
        "not_later",
        "too_long",
        "overlaps",
    }
    assert set(NOT_TAKEN) == codes | {"too_late"}
