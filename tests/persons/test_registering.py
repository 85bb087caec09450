"""Registering inscriptions, and client lists from files: what goes in, what is told by line."""

from __future__ import annotations

import datetime
import random
import tracemalloc
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from partners.periods import today
from partners.services import working_for
from persons.models import ClientListEntry, Inscription
from persons.services import registering
from persons.services.registering import (
    ClientFileError,
    Report,
    Row,
    WrongRow,
    import_clients,
    judge,
    register,
)
from tests import factories
from tests.persons.contents import PLACES
from tests.persons.magda.messages import INSZ, INSZ_2, INSZ_BORN_2000

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = today()
DAY = datetime.timedelta(days=1)
YESTERDAY, LATER = TODAY - DAY, TODAY + 100 * DAY
HEADING = "insz,capacity,valid_from,valid_until,reason"
GOOD = f"{INSZ},leefloon,{TODAY},{LATER},GPMI getekend"


class ClientList:
    """A client list in a file, and the import of it."""

    def __init__(self, path: Path, institution) -> None:
        self.path = path
        self.institution = institution
        self.wrong: list[WrongRow] = []

    def bring_in(self, *lines: str, content: bytes | None = None, allow_test: bool = True) -> Report:
        self.path.write_bytes("".join(f"{line}\n" for line in lines).encode() if content is None else content)
        self.wrong = []
        with factories.owner():
            return import_clients(
                path=self.path,
                institution=self.institution,
                allow_test=allow_test,
                on_wrong=self.wrong.append,
            )


@pytest.fixture
def client_list(tmp_path, ocmw) -> ClientList:
    return ClientList(tmp_path / "list.csv", ocmw)


def inscriptions() -> list[Inscription]:
    with factories.owner():
        return list(Inscription.objects.select_related("mandate").order_by("pk"))


def wish(number: str = INSZ, **changes) -> Row:
    values = {"capacity": "leefloon", "valid_from": TODAY, "valid_until": LATER, "reason": "proef"} | changes
    return Row(1, number, **values)


def outcomes(institution, *rows: Row) -> list[str]:
    """What registering says to a command on the server, which has no user."""
    with factories.owner(), working_for(institution):
        return [outcome for _, outcome in register(institution=institution, rows=rows)]


# Registering


def test_an_inscription_says_who_whom_why_and_until_when(ocmw, case_worker):
    person = factories.person(number=INSZ)
    with working_for(ocmw, case_worker.user, "case_worker"):
        assert register(institution=ocmw, rows=[wish(proof="brief")]) == [(wish(proof="brief"), "registered")]
    [made] = inscriptions()
    assert (made.institution, made.person_id, made.insz) == (ocmw, person.pk, INSZ)
    assert (made.valid_from, made.valid_until, made.reason, made.proof) == (TODAY, LATER, "proef", "brief")
    assert (made.mandate.capacity, made.registered_by) == ("leefloon", case_worker.user)
    with factories.owner():
        assert ClientListEntry.objects.get().inscription == made


def test_the_answer_is_the_same_whether_or_not_the_number_is_known(ocmw):
    factories.person(number=INSZ)
    assert outcomes(ocmw, wish(INSZ), wish(INSZ_2)) == ["registered", "registered"]
    assert [made.person_id is None for made in inscriptions()] == [False, True]


def test_without_an_end_it_lasts_as_long_as_the_mandate_allows(ocmw):
    factories.mandate(ocmw, max_months=6)
    assert outcomes(ocmw, wish(valid_from=datetime.date(2025, 8, 31), valid_until=None)) == ["registered"]
    # six months after 31 August is 28 February, the day before is the last
    assert inscriptions()[0].valid_until == datetime.date(2026, 2, 27)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"reason": " "}, "no_reason"),
        ({"capacity": "sociale_huurder"}, "no_mandate"),
        (
            {"valid_from": datetime.date(2014, 12, 31), "valid_until": datetime.date(2015, 1, 31)},
            "no_mandate",
        ),
        ({"valid_until": YESTERDAY}, "period_reversed"),
        ({"valid_until": TODAY + datetime.timedelta(days=740)}, "period_too_long"),
    ],
)
def test_a_wish_against_the_rules_is_refused_and_those_beside_it_go_in(ocmw, changes, outcome):
    rows = [wish(INSZ_2), wish(**changes), wish(INSZ_BORN_2000)]
    assert outcomes(ocmw, *rows) == ["registered", outcome, "registered"]
    assert outcome in registering.OUTCOMES
    assert [made.insz for made in inscriptions()] == [INSZ_2, INSZ_BORN_2000]


@pytest.mark.parametrize(
    ("start", "allowed"),
    [
        (datetime.date(1989, 12, 31), False),
        (datetime.date(1990, 1, 1), True),
        (TODAY + 366 * DAY, True),
        (TODAY + 367 * DAY, False),
        (datetime.date(9999, 12, 31), False),
    ],
)
def test_a_start_far_off_is_refused_by_the_database_as_by_the_file(client_list, ocmw, start, allowed):
    factories.mandate(ocmw, valid_from=datetime.date(1980, 1, 1))
    line = f"{INSZ},leefloon,{start},,x"
    assert client_list.bring_in(HEADING, line) == Report(read=1, registered=allowed, wrong=not allowed)
    says = ["exists"] if allowed else ["start_far_off"]
    assert outcomes(ocmw, wish(valid_from=start, valid_until=None)) == says
    assert len(inscriptions()) == allowed


def test_the_same_twice_is_there_already_and_another_period_overlaps(ocmw):
    longer = wish(valid_until=LATER + datetime.timedelta(days=1))
    after = wish(
        valid_from=LATER + datetime.timedelta(days=1), valid_until=LATER + datetime.timedelta(days=9)
    )
    other = wish(capacity="andere_hulp")
    # in one call as in two
    assert outcomes(ocmw, wish(), wish(), longer, after, other) == [
        *("registered", "exists", "overlaps", "registered", "registered")
    ]
    assert outcomes(ocmw, wish(), longer, after, other) == ["exists", "overlaps", "exists", "exists"]
    assert len(inscriptions()) == 3


def test_a_wish_refused_twice_is_refused_both_times(ocmw):
    longer = wish(valid_until=LATER + datetime.timedelta(days=1))
    assert outcomes(ocmw, wish(), longer, longer) == ["registered", "overlaps", "overlaps"]
    assert outcomes(ocmw, wish(INSZ_2, reason=""), wish(INSZ_2)) == ["no_reason", "registered"]


def test_the_mandate_of_the_institution_itself_goes_before_that_of_its_kind(ocmw):
    own = factories.mandate(ocmw, "leefloon")
    outcomes(ocmw, wish())
    assert inscriptions()[0].mandate == own


@pytest.mark.parametrize("valid_until", [LATER, None])
def test_a_mandate_that_goes_before_the_earlier_doubles_no_line(ocmw, case_worker, valid_until):
    factories.person(number=INSZ)
    assert outcomes(ocmw, wish(valid_until=valid_until)) == ["registered"]
    before = inscriptions()
    factories.mandate(ocmw, max_months=1)
    # in one call as in two
    assert outcomes(ocmw, *[wish(valid_until=valid_until)] * 2) == ["exists", "exists"]
    within = wish(valid_from=TODAY + DAY, valid_until=TODAY + 9 * DAY)
    assert outcomes(ocmw, within) == ["overlaps"]
    assert inscriptions() == before
    with working_for(ocmw, case_worker.user):
        assert ClientListEntry.objects.visible_to(case_worker).count() == 1


def test_in_one_call_too_a_second_mandate_doubles_no_line(ocmw):
    factories.mandate(ocmw, valid_from=TODAY)
    under_the_kind, under_its_own = wish(valid_from=YESTERDAY), wish()
    assert outcomes(ocmw, under_the_kind, under_its_own) == ["registered", "overlaps"]
    assert outcomes(ocmw, under_the_kind, under_its_own) == ["exists", "overlaps"]


def test_a_longest_period_that_changes_leaves_a_list_without_ends_as_it_is(ocmw):
    basis = factories.mandate(ocmw)
    assert outcomes(ocmw, wish(valid_until=None)) == ["registered"]
    factories.end(basis.versions.get(), YESTERDAY)
    factories.version(basis, valid_from=TODAY, max_months=3)
    assert outcomes(ocmw, wish(valid_until=None)) == ["exists"]


def test_what_an_ended_mandate_closed_is_registered_under_that_of_the_kind(ocmw, case_worker):
    """The same list once more opens what the mandate of the kind allows, and after that changes nothing."""
    factories.person(number=INSZ)
    basis = factories.mandate(ocmw)
    assert outcomes(ocmw, wish(valid_from=TODAY - 30 * DAY)) == ["registered"]
    factories.end(basis.versions.get(), YESTERDAY)
    assert outcomes(ocmw, wish(), wish()) == ["registered", "exists"]
    assert outcomes(ocmw, wish()) == ["exists"]
    assert len(inscriptions()) == 2
    with working_for(ocmw, case_worker.user):
        assert ClientListEntry.objects.visible_to(case_worker).count() == 1


def test_the_next_version_takes_the_clients_over(ocmw, case_worker):
    factories.person(number=INSZ)
    basis = factories.mandate(ocmw)
    assert outcomes(ocmw, wish(valid_from=TODAY - 30 * DAY)) == ["registered"]
    factories.end(basis.versions.get(), YESTERDAY)
    with working_for(ocmw, case_worker.user):
        assert not ClientListEntry.objects.visible_to(case_worker).exists()
    following = factories.version(basis, valid_from=TODAY)
    assert outcomes(ocmw, wish(valid_from=TODAY - 30 * DAY)) == ["exists"]
    with working_for(ocmw, case_worker.user):
        assert ClientListEntry.objects.visible_to(case_worker).get().version == following


def test_after_the_last_day_of_an_own_mandate_one_registers_under_that_of_the_kind(ocmw):
    basis = factories.mandate(ocmw)
    assert outcomes(ocmw, wish()) == ["registered"]
    factories.end(basis.versions.get(), TODAY + 9 * DAY)
    rows = [wish(), wish(valid_from=TODAY + 9 * DAY), wish(valid_from=TODAY + 10 * DAY)]
    assert outcomes(ocmw, *rows) == ["exists", "overlaps", "registered"]
    assert outcomes(ocmw, *rows) == ["exists", "overlaps", "exists"]


def test_a_first_day_in_the_past_brings_no_earlier_rule_back(ocmw, case_worker):
    basis = factories.mandate(ocmw, max_months=24)
    factories.end(basis.versions.get(), YESTERDAY)
    factories.version(basis, valid_from=TODAY, max_months=3, may_register="local_administrator")
    earlier = wish(valid_from=TODAY - 30 * DAY, valid_until=TODAY + 200 * DAY)
    assert outcomes(ocmw, earlier) == ["period_too_long"]
    with working_for(ocmw, case_worker.user, "case_worker"):
        assert [outcome for _, outcome in register(institution=ocmw, rows=[earlier])] == ["not_allowed"]


@pytest.mark.parametrize("may_register", ["case_worker", "local_administrator", "import"])
@pytest.mark.parametrize("role", ["case_worker", "local_administrator", "privacy_officer"])
def test_the_version_says_who_registers(ocmw, may_register, role):
    """A command on the server has no user, and registers under every mandate."""
    factories.mandate(ocmw, may_register=may_register)
    account = factories.member(ocmw, role).user
    with working_for(ocmw, account, role):
        says = [outcome for _, outcome in register(institution=ocmw, rows=[wish()])]
    assert says == ["registered" if role == may_register else "not_allowed"]
    assert outcomes(ocmw, wish()) == ["exists" if role == may_register else "registered"]


@pytest.mark.parametrize("role", ["", "case_worker", "import"])
def test_the_web_role_registers_nothing_without_a_user(ocmw, role):
    """Only a session of the owner is a command on the server."""
    says = pytest.raises(DatabaseError, match="no access in this role")
    with says, transaction.atomic(), working_for(ocmw, role=role):
        register(institution=ocmw, rows=[wish()])
    assert inscriptions() == []


# Judging beforehand


@pytest.mark.parametrize("seed", range(6))
def test_judging_says_what_registering_does_and_writes_and_locks_nothing(ocmw, case_worker, seed):
    """Lists with several rows for one person, whose outcome depends on the rows before them."""
    draw = random.Random(seed)
    if seed % 2:
        factories.mandate(ocmw, valid_from=TODAY + 5 * DAY, max_months=2)
    factories.mandate(ocmw, "andere_hulp", may_register=draw.choice(["case_worker", "local_administrator"]))
    factories.person(number=INSZ)

    def draw_row() -> Row:
        first = TODAY + draw.randint(-30, 30) * DAY
        return wish(
            draw.choice([INSZ, INSZ_2]),
            capacity=draw.choice(["leefloon", "leefloon", "andere_hulp", "sociale_huurder"]),
            valid_from=draw.choice([TODAY, TODAY - 30 * DAY, first]),
            valid_until=draw.choice([None, TODAY - 3 * DAY, LATER, first + draw.randint(0, 40) * DAY]),
            reason=draw.choice(["proef", "proef", "proef", ""]),
        )

    with working_for(ocmw, case_worker.user, "case_worker"):
        register(institution=ocmw, rows=[draw_row() for _ in range(3)])
    before = [(made.pk, made.valid_until) for made in inscriptions()]
    rows = [draw_row() for _ in range(40)]
    with working_for(ocmw, case_worker.user, "case_worker"):
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        with connection.cursor() as cursor:
            cursor.execute(held)
            locks = cursor.fetchone()
            judged = judge(institution=ocmw, rows=rows)
            cursor.execute(held)
            assert cursor.fetchone() == locks
    assert [(made.pk, made.valid_until) for made in inscriptions()] == before
    with working_for(ocmw, case_worker.user, "case_worker"):
        assert judged == register(institution=ocmw, rows=rows)
    assert len({outcome for _row, outcome in judged}) > 3


def test_rows_are_judged_for_the_bound_institution_and_user_only(ocmw, other_ocmw, case_worker):
    for bound, user in ((other_ocmw, case_worker.user), (ocmw, None)):
        with pytest.raises(DatabaseError, match="bound institution"), working_for(bound, user, "case_worker"):
            judge(institution=ocmw, rows=[wish()])


# A later row with an earlier end


def test_a_row_that_ends_earlier_brings_the_end_forward_with_an_event(ocmw, case_worker):
    factories.person(number=INSZ)
    earlier = wish(valid_until=TODAY + 9 * DAY, reason="moves away")
    # in one call as in two
    assert outcomes(ocmw, wish(), earlier, earlier, wish()) == [
        *("registered", "brought_forward", "exists", "overlaps")
    ]
    assert outcomes(ocmw, earlier, wish(valid_until=None)) == ["exists", "exists"]
    [made] = inscriptions()
    assert made.valid_until == TODAY + 9 * DAY
    with working_for(ocmw, case_worker.user):
        assert ClientListEntry.objects.visible_to(case_worker).get().valid_until == TODAY + 9 * DAY
        events = made.events.order_by("pk").values_list("what", "old_until", "new_until", "reason")
        assert list(events) == [
            ("registered", None, LATER, "proef"),
            ("ended", LATER, TODAY + 9 * DAY, "moves away"),
        ]


def test_an_end_in_the_past_becomes_yesterday_and_the_row_changes_nothing_more(ocmw, case_worker):
    factories.person(number=INSZ)
    first = TODAY - 30 * DAY
    ended = wish(valid_from=first, valid_until=TODAY - 10 * DAY)
    assert outcomes(ocmw, wish(valid_from=first), ended, ended) == [
        *("registered", "brought_forward", "exists")
    ]
    assert outcomes(ocmw, ended) == ["exists"]
    assert inscriptions()[0].valid_until == YESTERDAY
    with working_for(ocmw, case_worker.user):
        assert not ClientListEntry.objects.visible_to(case_worker).exists()


def test_only_who_may_register_brings_an_end_forward(ocmw, case_worker):
    factories.mandate(ocmw, may_register="local_administrator")
    assert outcomes(ocmw, wish()) == ["registered"]
    with working_for(ocmw, case_worker.user, "case_worker"):
        [(_, outcome)] = register(institution=ocmw, rows=[wish(valid_until=TODAY + 9 * DAY)])
    assert outcome == "not_allowed"
    assert inscriptions()[0].valid_until == LATER


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        ({}, True),
        ({"valid_from": LATER, "valid_until": LATER + 9 * DAY}, True),
        ({"valid_from": LATER + DAY, "valid_until": LATER + 9 * DAY}, False),
        ({"valid_from": TODAY - 9 * DAY, "valid_until": YESTERDAY}, False),
        ({"insz": INSZ_2}, False),
        ({"insz": f"{int(INSZ) + 1:011}"}, False),
        ({"mandate": "other"}, False),
        ({"institution": "other"}, False),
        ({"voided_at": timezone.now()}, False),
    ],
)
def test_the_constraint_behind_it_stops_the_owner_too(ocmw, other_ocmw, changes, stopped):
    """No day in common for one institution, number and mandate."""
    assert outcomes(ocmw, wish()) == ["registered"]
    [made] = inscriptions()
    other = factories.mandate(ocmw)
    values = {
        name: getattr(made, name) for name in ("institution", "insz", "mandate", "valid_from", "valid_until")
    }
    values |= {"reason": "x"} | changes
    if values["mandate"] == "other":
        values["mandate"] = other
    if values["institution"] == "other":
        values["institution"] = other_ocmw
    says = pytest.raises(DatabaseError, match="inscription_no_overlap") if stopped else nullcontext()
    with factories.owner(), says, transaction.atomic():
        Inscription.objects.create(**values)


def test_two_institutions_do_not_stand_in_each_others_way(ocmw, other_ocmw):
    assert outcomes(ocmw, wish()) == outcomes(other_ocmw, wish()) == ["registered"]


def test_nothing_is_registered_for_another_institution_than_the_bound_one(ocmw, other_ocmw):
    with (
        pytest.raises(DatabaseError, match="bound institution only"),
        transaction.atomic(),
        working_for(ocmw),
    ):
        register(institution=other_ocmw, rows=[wish()])
    assert inscriptions() == []


def test_an_institution_that_was_closed_registers_nothing(ocmw):
    with factories.owner():
        type(ocmw).objects.update(active=False)
    assert outcomes(ocmw, wish()) == ["no_mandate"]


# Files


def test_a_client_list_goes_in(client_list):
    assert client_list.bring_in(HEADING, GOOD, f"{INSZ_2},andere_hulp,{TODAY},,Hulpvraag") == Report(
        read=2, registered=2
    )
    assert [(made.insz, made.mandate.capacity) for made in inscriptions()] == [
        *((INSZ, "leefloon"), (INSZ_2, "andere_hulp"))
    ]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADING}\n{GOOD}".encode(),
        f"\ufeff{HEADING}\r\n{GOOD}\r\n".encode(),
        f"{HEADING}\n{GOOD}\n".replace(",", ";").encode(),
        "\n".join(",".join(f'"{value}"' for value in line.split(",")) for line in (HEADING, GOOD)).encode(),
        (
            "Reason; INSZ ;valid_until;VALID_FROM;capacity;name\n"
            f"GPMI getekend;91.61.01-001.76;{LATER};{TODAY};leefloon;x\n"
        ).encode(),
        f"{HEADING}\n\n{GOOD}\n,,,,\n   \n".encode(),
    ],
    ids=["plain", "BOM and CRLF", "semicolons", "quotes", "other order", "empty lines"],
)
def test_spreadsheets_write_it_in_several_ways(client_list, content):
    assert client_list.bring_in(content=content) == Report(read=1, registered=1)
    [made] = inscriptions()
    assert (made.insz, made.reason, made.valid_until) == (INSZ, "GPMI getekend", LATER)


def test_accents_are_kept(client_list):
    client_list.bring_in(HEADING, GOOD.replace("GPMI", "José, “GPMI”").replace("José,", '"José,') + '"')
    assert inscriptions()[0].reason == "José, “GPMI” getekend"


def test_registering_the_list_again_changes_nothing(client_list):
    lines = [HEADING, GOOD, f"{INSZ_2},leefloon,{TODAY},,Hulpvraag"]
    factories.person(number=INSZ)
    client_list.bring_in(*lines)
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(PLACES)
        before = cursor.fetchall()
    assert client_list.bring_in(*lines) == Report(read=2, existing=2)
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(PLACES)
        assert cursor.fetchall() == before


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        (GOOD.replace(INSZ, ""), "insz", "no digits"),
        (GOOD.replace(INSZ, "1234"), "insz", "not eleven digits"),
        (GOOD.replace(INSZ, "91610100177"), "insz", "check digits"),
        (GOOD.replace(INSZ, "Peeters An"), "insz", "other characters"),
        (GOOD.replace("leefloon", "buurman"), "capacity", "known are File under examination, Living wage"),
        (GOOD.replace("leefloon", "sociale_huurder"), "capacity", "No mandate"),
        (GOOD.replace(str(TODAY), ""), "valid_from", "required"),
        (GOOD.replace(str(TODAY), "01/13/2026"), "valid_from", "The month is over 12"),
        (GOOD.replace(str(TODAY), "2026-02-30"), "valid_from", "YYYY-MM-DD"),
        (f"{INSZ},leefloon,2206-11-23,2207-01-01,x", "valid_from", "more than 366 days from today"),
        (f"{INSZ},leefloon,9999-06-01,,x", "valid_from", "more than 366 days from today"),
        (f"{INSZ},leefloon,1889-12-31,,x", "valid_from", "Before 1990-01-01"),
        (GOOD.replace(str(LATER), "20260201"), "valid_until", "YYYY-MM-DD"),
        (GOOD.replace(str(LATER), str(YESTERDAY)), "valid_until", "before the first"),
        (GOOD.replace(str(LATER), "9999-12-31"), "valid_until", "Longer than the mandate allows"),
        (GOOD.replace("GPMI getekend", "  "), "reason", "required"),
        (GOOD.replace("GPMI getekend", "x" * 251), "reason", "Longer than 250"),
        (GOOD.replace("GPMI getekend", "a\x00b"), "reason", "cannot be shown"),
        (GOOD + ",more", "", "6 values for 5 columns"),
        (GOOD.replace("GPMI", '"GPMI'), "", "quotation mark"),
        (GOOD.replace("GPMI", "x" * 5000), "", "Longer than 4096"),
        (INSZ, "capacity", "Unknown"),
    ],
)
def test_a_wrong_row_is_told_by_its_line_and_the_others_go_in(client_list, line, field, says):
    others = [GOOD.replace(INSZ, number) for number in (INSZ_2, INSZ_BORN_2000)]
    report = client_list.bring_in(HEADING, others[0], "", line, others[1])
    assert (report.read, report.registered, report.wrong) == (3, 2, 1)
    [wrong] = client_list.wrong
    assert (wrong.line, wrong.field) == (4, field)
    assert says in wrong.reason
    assert INSZ not in wrong.reason
    assert "Peeters" not in wrong.reason


def test_wrong_rows_are_told_in_the_order_of_the_file(client_list, monkeypatch):
    monkeypatch.setattr(registering, "BATCH", 4)
    # refused by the database, refused while reading, in turn
    lines = [GOOD.replace("leefloon", kind) for kind in ("sociale_huurder", "buurman")] * 5
    report = client_list.bring_in(HEADING, *lines)
    assert report.wrong == 10
    assert [wrong.line for wrong in client_list.wrong] == list(range(2, 12))


def test_test_numbers_are_registered_only_when_they_are_allowed(client_list):
    assert client_list.bring_in(HEADING, GOOD, allow_test=False) == Report(read=1, wrong=1)
    assert "test number" in client_list.wrong[0].reason
    assert inscriptions() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1: column missing: insz, capacity"),
        (b"\n", "line 1: column missing"),
        (f"{GOOD}\n".encode(), "line 1: column missing"),
        (HEADING.replace("capacity", "hoeveelheid").encode(), "column missing: capacity"),
        (f"{HEADING},insz\n{GOOD},1\n".encode(), "column twice: insz"),
        (f"{HEADING}\n{GOOD}é\n".encode() + b"\xe9\n", "line 3: not UTF-8, and line 2 is not Windows-1252"),
        (f"{HEADING}\n{GOOD}\n".encode() * 20000 + b"\x81\n", "line 40001: not UTF-8, and line 40001 is not"),
        (f"{HEADING}\n{GOOD}".encode() + b"\xc3", "line 2: not UTF-8"),
        (random.Random(1).randbytes(1 << 20), "not UTF-8"),
        (b"x" * (1 << 20), "line 1: column missing"),
        (b"\x00" * (1 << 20), "line 1: column missing"),
        (b'"' * (1 << 20), "line 1: column missing"),
    ],
    ids=[
        "empty",
        "empty line",
        "no heading",
        "wrong heading",
        "column twice",
        "two encodings",
        "no encoding, far on",
        "cut in a letter",
        "noise",
        "one long line",
        "zeros",
        "quotes",
    ],
)
def test_a_file_that_will_not_do_is_refused_whole(client_list, content, says):
    with pytest.raises(ClientFileError) as found:
        client_list.bring_in(content=content)
    assert str(found.value).startswith("list.csv")
    assert says in str(found.value)
    assert "nothing was registered" in str(found.value).lower()
    assert inscriptions() == []


def test_what_is_no_file_is_refused(client_list, tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(ClientFileError, match=r"no such file|not a file"):
            import_clients(path=path, institution=client_list.institution, allow_test=True, on_wrong=print)


def test_a_megabyte_of_garbage_below_a_good_heading_is_told_line_by_line(client_list):
    dice = random.Random(2)
    letters = "".join(chr(code) for code in range(32, 0x250) if chr(code).isprintable()) + "\n\n\n\n\n"
    garbage = "".join(dice.choices(letters, k=1 << 20))
    report = client_list.bring_in(content=f"{HEADING}\n{garbage}\n{GOOD}\n".encode())
    assert report.registered == 1
    assert report.wrong == report.read - 1 == len(client_list.wrong) > 5000


def test_a_line_without_end_takes_no_memory(client_list):
    content = HEADING.encode() + b"\n" + b"x" * (40 << 20) + f"\n{GOOD}\n".encode()
    client_list.path.write_bytes(content)
    del content
    tracemalloc.start()
    try:
        with factories.owner():
            report = import_clients(
                path=client_list.path,
                institution=client_list.institution,
                allow_test=True,
                on_wrong=client_list.wrong.append,
            )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (report.registered, report.wrong) == (1, 1)
    assert client_list.wrong == [WrongRow(2, "", "Longer than 4096 characters.")]
    assert peak < 12 << 20
