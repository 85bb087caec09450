"""The rules above every mandate: one's own file, a colleague's, a shielded person's; in Python and in the database."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_group
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.enums import Refusal
from partners.clearing import NotTaken as ClearingNotTaken
from partners.clearing import ask_clearing, confirm_clearing
from partners.models import Membership, NumberClearing, OwnNumber
from partners.periods import today
from partners.services import bind
from persons import checks
from persons.insz import format_insz
from persons.models import (
    Change,
    ClientListEntry,
    HashKey,
    Inscription,
    NumberHash,
    OwnFileReport,
    Person,
    Shield,
)
from persons.numberhashes import hash_of, key_id
from persons.rules import RULES, Facts, refusing
from persons.services import hashing
from persons.services.door import Refused, consult
from persons.services.ownnumbers import enter, entered_on
from persons.services.registering import Row, judge, register
from persons.services.ruling import refusing_rules
from persons.services.shielding import NotTaken, end_looker, end_shield, name_looker, set_shield
from tests.sweeps import examples

from .. import factories
from ..factories import (
    agency_administrator,
    detour,
    enter_number,
    fetch,
    inscribe,
    institution,
    insz,
    log_rows,
    mandate,
    member,
    person,
    shield,
)
from .test_gate import seen_by_gate

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
# A key of other tests than those of the settings.
OTHER_KEY = "another-key-" + "z" * 50


def bind_to(acting: Membership) -> None:
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)


def bound(acting: Membership, **more: object) -> dict[str, object]:
    return {"institution": acting.institution_id, "user": acting.user_id, "role": acting.role} | more


def open_file(granted: Inscription, acting: Membership):
    bind_to(acting)
    return consult(inscription_id=granted.public_id, acting=acting)


def refused_with(granted: Inscription, acting: Membership) -> str:
    with pytest.raises(Refused) as refusal:
        open_file(granted, acting)
    row = log_rows()[-1]
    assert (row["outcome"], row["target"], row["insz"]) == ("refused", str(granted.public_id), "")
    assert row["rule"] == refusal.value.rule
    return row["rule"]


# -- the rules


def test_each_rule_has_a_code_of_the_log_and_a_sentence():
    assert [rule.code for rule in RULES] == [Refusal.OWN_FILE, Refusal.COLLEAGUE, Refusal.SHIELDED]
    assert len({str(rule.sentence) for rule in RULES}) == len(RULES)


@given(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_decides_like_the_classes(facts):
    rule = refusing(Facts(*facts))
    assert fetch("SELECT persons_rule_of(%s, %s, %s, %s)", *facts) == [(rule and rule.code,)]


def test_the_own_file_opens_never(case_worker, ocmw):
    granted = inscribe(ocmw, person())
    open_file(granted, case_worker)
    enter_number(case_worker.user, granted.insz)
    assert refused_with(granted, case_worker) == "own_file"
    factories.name_looker(granted.insz, case_worker)
    assert refused_with(granted, case_worker) == "own_file"


def test_a_colleagues_file_opens_for_who_was_named(case_worker, ocmw):
    granted = inscribe(ocmw, person())
    enter_number(member(ocmw, "privacy_officer").user, granted.insz)
    assert refused_with(granted, case_worker) == "colleague"
    factories.name_looker(granted.insz, case_worker)
    assert open_file(granted, case_worker).person.insz == granted.insz
    assert refused_with(granted, member(ocmw)) == "colleague"


def test_who_works_elsewhere_or_no_longer_is_no_colleague(case_worker, ocmw, outsider, former_case_worker):
    for account in (outsider, former_case_worker):
        granted = inscribe(ocmw, person())
        enter_number(account.user, granted.insz)
        open_file(granted, case_worker)


@pytest.mark.parametrize(
    ("fields", "refuses"),
    [
        ({}, True),
        ({"valid_from": today() + DAY, "valid_until": today() + DAY}, False),
        ({"valid_from": today() - DAY, "valid_until": today() - DAY}, False),
        ({"valid_from": today(), "valid_until": today()}, True),
        ({"ended_at": timezone.now(), "end_reason": "proef"}, False),
    ],
)
def test_a_shield_counts_on_its_days(case_worker, ocmw, fields, refuses):
    granted = inscribe(ocmw, person())
    shield(granted.insz, ocmw, **fields)
    if refuses:
        assert refused_with(granted, case_worker) == "shielded"
    else:
        open_file(granted, case_worker)


def test_a_shield_counts_where_it_was_set_and_one_of_the_agency_everywhere(
    case_worker, ocmw, outsider, other_ocmw
):
    here, there = inscribe(ocmw, client := person()), inscribe(other_ocmw, client)
    mine = shield(client.insz, ocmw)
    assert refused_with(here, case_worker) == "shielded"
    open_file(there, outsider)
    with factories.owner():
        Shield.objects.filter(pk=mine.pk).update(ended_at=timezone.now(), end_reason="proef")
    shield(client.insz)
    assert refused_with(here, case_worker) == refused_with(there, outsider) == "shielded"
    factories.name_looker(client.insz, case_worker)
    open_file(here, case_worker)
    assert refused_with(there, outsider) == "shielded"


def test_a_rule_goes_with_the_person_to_another_number(case_worker, ocmw, as_owner):
    old, new = person(), person()
    with as_owner():
        Person.objects.filter(pk__in=[old.pk, new.pk]).update(unique_number="U-1")
    shield(old.insz, ocmw)
    assert refused_with(inscribe(ocmw, new), case_worker) == "shielded"


def test_a_shield_and_a_name_go_over_to_the_successor(ocmw, other_ocmw, case_worker, as_owner):
    client = person()
    shield(client.insz, ocmw)
    for account in (case_worker.user, factories.user()):
        member(other_ocmw, user_=account)
    factories.name_looker(client.insz, case_worker)
    granted = inscribe(other_ocmw, client)
    with as_owner():
        ocmw.ended_on, ocmw.successor = today() - DAY, other_ocmw
        ocmw.save(update_fields=["ended_on", "successor"])
    at_other = Membership.objects.filter(institution=other_ocmw).select_related("user", "institution")
    named, unnamed = at_other.order_by("pk")
    open_file(granted, named)
    assert refused_with(granted, unnamed) == "shielded"


# -- gate, has_perm, guardian's list and raw SQL

WHO = st.integers(0, 2)
DAYS = st.tuples(st.integers(-2, 2), st.integers(0, 2))


@given(
    entered=st.lists(st.one_of(st.none(), WHO), min_size=3, max_size=3),
    colleague=DAYS,
    shields=st.lists(st.tuples(WHO, st.sampled_from([None, 0, 1]), DAYS, st.booleans()), max_size=3),
    names=st.lists(st.tuples(WHO, st.integers(0, 1), DAYS, st.booleans()), max_size=3),
    same=st.booleans(),
    waits=st.booleans(),
)
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_four_answers_agree_on_the_rules(as_owner, entered, colleague, shields, names, same, waits):
    """The classes, the gate, `has_perm`, guardian's list and raw SQL name the same persons.

    `entered` are the numbers of the case workers of two institutions and of a second account at the first one, who has
    access on the days `colleague`. `same`: the last two numbers are of one person. `waits`: no privacy officer said yet
    that the number of the second account is right.
    """

    def in_force(days: tuple[int, int], ended: bool = False) -> bool:
        return not ended and days[0] <= 0 <= days[0] + days[1]

    def fields(days: tuple[int, int], ended: bool) -> dict[str, object]:
        first = today() + days[0] * DAY
        ends = {"ended_at": timezone.now(), "end_reason": "proef"} if ended else {}
        return {"valid_from": first, "valid_until": first + days[1] * DAY} | ends

    with transaction.atomic():
        houses = [institution(), institution()]
        people = [person(), person(), person()]
        if same:
            with as_owner():
                Person.objects.filter(pk__in=[each.pk for each in people[1:]]).update(unique_number="U-2")
        numbers = [{0}, {1, 2}, {1, 2}] if same else [{0}, {1}, {2}]
        workers = [member(house) for house in houses]
        second = member(houses[0])
        with as_owner():
            period = fields(colleague, False)
            Membership.objects.filter(pk=second.pk).update(**period)
        for account, number in zip([*workers, second], entered, strict=True):
            if number is not None:
                enter_number(account.user, people[number].insz)
        if waits:
            with as_owner():
                OwnFileReport.objects.create(user=second.user, institution=houses[0])
        for house in houses:
            mandate(house)
            for each in people:
                inscribe(house, each)
        for who, house, days, ended in shields:
            shield(people[who].insz, None if house is None else houses[house], **fields(days, ended))
        for who, house, days, ended in names:
            factories.name_looker(people[who].insz, workers[house], **fields(days, ended))
        for place, acting in enumerate(workers):
            counts = place == 0 and in_force(colleague) and not waits
            at_house = [entered[place]] + ([entered[2]] if counts else [])
            seen = set()
            for each, of_person in zip(people, numbers, strict=True):
                facts = Facts(
                    is_own=entered[place] in of_person,
                    is_colleague=any(number in of_person for number in at_house),
                    is_shielded=any(
                        who in of_person and house in (None, place) and in_force(days, ended)
                        for who, house, days, ended in shields
                    ),
                    is_named=any(
                        who in of_person and house == place and in_force(days, ended)
                        for who, house, days, ended in names
                    ),
                )
                if refusing(facts) is None:
                    seen.add(each.pk)
            _compare(acting, people, seen)
        transaction.set_rollback(True)


def _compare(acting: Membership, people: list[Person], seen: set[int]) -> None:
    assert seen_by_gate(acting) == seen
    bind_to(acting)
    assert {each.pk for each in people if each.insz not in refusing_rules([p.insz for p in people])} == seen
    checker = ObjectPermissionChecker(acting.institution.group)
    assert {each.pk for each in people if checker.has_perm("view_person", each)} == seen
    listed = get_objects_for_group(
        acting.institution.group, "persons.view_person", any_perm=True, accept_global_perms=False
    )
    assert set(listed.values_list("pk", flat=True)) == seen
    bind()
    for column, table in (
        ("id", "persons_person"),
        ("person_id", "persons_clientlistentry"),
        ("person_id", "persons_inscription"),
        ("content_object_id", "persons_current_grant"),
    ):
        raw = fetch(f"SELECT {column} FROM {table}", **bound(acting))
        assert {pk for (pk,) in raw} == seen, table


def test_what_was_bound_counts_for_that_user_and_institution_only(case_worker, ocmw):
    """A list reads what was bound once; another user in the same transaction is asked about anew."""
    granted = inscribe(ocmw, person())
    enter_number(case_worker.user, granted.insz)
    other = member(ocmw)
    factories.name_looker(granted.insz, other)
    bind_to(case_worker)
    assert fetch("SELECT app_hidden()", **bound(case_worker)) == [([granted.pk],)]
    assert fetch("SELECT app_hidden()", **bound(other)) == [(None,)]
    # Nothing was bound, and no user is: a colleague's file stays closed.
    assert fetch("SELECT app_hidden()", institution=ocmw.pk) == [([granted.pk],)]
    bind()


@pytest.mark.parametrize(
    "table",
    [
        "persons_person",
        "persons_block",
        "persons_enrolment",
        "persons_clientlistentry",
        "persons_nameword",
        "persons_change",
        "persons_inscription",
        "persons_inscriptionevent",
        "persons_caseloadrow",
        "persons_followed",
        "persons_reminder",
        "persons_accessrequest",
        "persons_inscription_in_force",
    ],
)
def test_no_table_shows_a_hidden_person(table, case_worker, ocmw, as_owner):
    granted = inscribe(ocmw, person())
    detour(granted)
    with as_owner():
        Change.objects.create(person=granted.person, at=timezone.now(), kind="set_aside")
    everything = bound(case_worker, inscription=granted.pk)
    fetch("SELECT * FROM persons_put_in_caseload(%s::uuid[], true)", [granted.public_id], **everything)
    fetch(
        "SELECT * FROM persons_set_reminders(%s::uuid[], app_today(), 'talk')",
        [granted.public_id],
        **everything,
    )
    assert fetch(f"SELECT 1 FROM {table}", **everything), table
    shield(granted.insz, ocmw)
    assert fetch(f"SELECT 1 FROM {table}", **everything) == []


def test_functions_with_the_rights_of_the_owner_obey_too(case_worker, ocmw):
    granted = inscribe(ocmw, person())
    asked = detour(granted)
    shield(granted.insz, ocmw)
    here = bound(case_worker, inscription=granted.pk)
    for expected, call, *values in (
        ([], "SELECT * FROM persons_put_in_caseload(%s::uuid[], true)", [granted.public_id]),
        (
            [("not_found",)],
            "SELECT persons_extend_inscription(%s, app_today() + 200, 'x')",
            granted.public_id,
        ),
        ([("not_found",)], "SELECT persons_end_inscription(%s, 'x')", granted.public_id),
        ([("not_found",)], "SELECT persons_withdraw_request(%s)", asked.public_id),
        ([("not_found",)], "SELECT persons_close_request(%s, app_today(), true)", asked.public_id),
        ([(None,)], "SELECT app_open_person()"),
        ([(None,)], "SELECT app_open_blocks()"),
        ([(1, "not_a_client")], "SELECT * FROM persons_note_requests(%s::jsonb)", _asked(granted)),
    ):
        assert fetch(call, *values, **here) == expected, call


def _asked(granted: Inscription) -> str:
    return (
        f'[{{"line": 1, "public_id": "{uuid.uuid4()}", "insz": "{granted.insz}", "third_party": "school",'
        f' "asked_on": "{today()}"}}]'
    )


# -- registering


@pytest.mark.parametrize("rule", ["own_file", "colleague", "shielded"])
@pytest.mark.parametrize("is_client", [True, False])
def test_no_one_registers_who_is_kept_from_them(case_worker, ocmw, rule, is_client):
    """The outcome is the same whether or not the number is that of a client, and of a person the KBI knows."""
    mandate(ocmw)
    number = insz()
    if is_client:
        inscribe(ocmw, person(number=number))
    match rule:
        case "own_file":
            enter_number(case_worker.user, number)
        case "colleague":
            enter_number(member(ocmw, "local_administrator").user, number)
        case "shielded":
            shield(number)
    row = Row(1, number, "leefloon", today(), None, "proef")
    bind_to(case_worker)
    assert register(institution=ocmw, rows=[row])[0][1] == rule
    assert judge(institution=ocmw, rows=[row])[0][1] == rule
    factories.name_looker(number, case_worker)
    bind_to(case_worker)
    outcome = "own_file" if rule == "own_file" else "overlaps" if is_client else "registered"
    assert register(institution=ocmw, rows=[row])[0][1] == outcome


def test_a_number_that_waits_has_its_hash(case_worker, ocmw, as_owner):
    number = insz()
    waiting = inscribe(ocmw, number)
    with as_owner():
        assert bytes(NumberHash.objects.get(insz=number).hash) == hash_of(number)
    bind_to(case_worker)
    assert list(Inscription.objects.waiting_for(case_worker)) == [waiting]
    enter_number(case_worker.user, number)
    bind_to(case_worker)
    assert not Inscription.objects.waiting_for(case_worker).exists()


def test_a_hash_that_is_stored_is_not_replaced_by_registering(case_worker, ocmw, as_owner):
    mandate(ocmw)
    number = person().insz
    row = (
        f'[{{"line": 1, "public_id": "{uuid.uuid4()}", "insz": "{number}", "capacity": "leefloon",'
        f' "valid_from": "{today()}", "reason": "proef", "insz_hash": "{"00" * 32}"}}]'
    )
    call = "SELECT outcome FROM persons_register_inscriptions(%s, %s::jsonb)"
    assert fetch(call, ocmw.pk, row, **bound(case_worker)) == [("registered",)]
    with as_owner():
        assert bytes(NumberHash.objects.get(insz=number).hash) == hash_of(number)


# -- the number of an account


def test_a_number_is_entered_once_and_stored_as_a_hash(case_worker, as_owner):
    bind_to(case_worker)
    assert entered_on(case_worker.user) is None
    first = insz()
    assert enter(first)
    assert not enter(insz())
    assert entered_on(case_worker.user)
    with as_owner():
        stored = OwnNumber.objects.get()
    assert (bytes(stored.hash), stored.key_id) == (hash_of(first), key_id())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT hash FROM partners_ownnumber",
        "SELECT * FROM partners_ownnumber",
        "SELECT hash FROM persons_numberhash",
        "UPDATE partners_ownnumber SET hash = ''::bytea RETURNING 1",
        "DELETE FROM partners_ownnumber RETURNING 1",
        "INSERT INTO partners_ownnumber (user_id, hash, key_id, set_at) VALUES (%(other)s, '', '', now()) RETURNING 1",
    ],
)
def test_the_web_role_reads_no_hash_and_writes_none(case_worker, ocmw, statement):
    enter_number(case_worker.user, insz())
    other = member(ocmw).user_id
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(statement.replace("%(other)s", str(other)), **bound(case_worker))
    assert fetch("SELECT user_id FROM partners_ownnumber", **bound(case_worker)) == [(case_worker.user_id,)]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE partners_ownnumber SET hash = ''::bytea", "TRUNCATE partners_ownnumber"],
)
def test_not_even_the_owner_changes_a_number(case_worker, as_owner, statement):
    enter_number(case_worker.user, insz())
    with as_owner(), connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(statement)


def test_a_number_is_cleared_by_two_administrators(case_worker, as_owner):
    tom, lena = agency_administrator(), agency_administrator()
    enter_number(case_worker.user, insz())

    def as_agency(user) -> None:
        bind(user_id=user.pk, scope="agency")

    as_agency(tom)
    with pytest.raises(ClearingNotTaken, match="no_reason"):
        ask_clearing(case_worker.user_id, " ")
    ask_clearing(case_worker.user_id, "Tikfout")
    with pytest.raises(ClearingNotTaken, match="exists"):
        ask_clearing(case_worker.user_id, "Tikfout")
    asked = NumberClearing.objects.get()
    with pytest.raises(ClearingNotTaken, match="own"):
        confirm_clearing(asked.pk)
    assert OwnNumber.objects.values_list("user_id").count() == 1
    as_agency(lena)
    confirm_clearing(asked.pk)
    assert OwnNumber.objects.values_list("user_id").count() == 0
    asked.refresh_from_db()
    assert (asked.asked_by, asked.confirmed_by, asked.reason) == (tom, lena, "Tikfout")
    with pytest.raises(ClearingNotTaken, match="not_open"):
        confirm_clearing(asked.pk)
    with pytest.raises(ClearingNotTaken, match="no_number"):
        ask_clearing(case_worker.user_id, "Nog eens")
    with as_owner(), pytest.raises(DatabaseError), transaction.atomic():
        NumberClearing.objects.all().delete()
    bind_to(case_worker)
    assert enter(insz())


def test_a_number_of_a_client_here_is_reported_without_the_number(
    case_worker, ocmw, other_ocmw, privacy_officer
):
    member(other_ocmw, user_=case_worker.user)
    number = insz()
    inscribe(ocmw, number)
    inscribe(other_ocmw, number, valid_from=today() - 200 * DAY, valid_until=today() - DAY)
    bind_to(case_worker)
    enter(number)
    assert not OwnFileReport.objects.exists()
    bind_to(privacy_officer)
    [report] = OwnFileReport.objects.all()
    assert (report.user_id, report.institution_id) == (case_worker.user_id, ocmw.pk)
    bind_to(member(other_ocmw, "privacy_officer"))
    assert not OwnFileReport.objects.exists()


# -- keys


def test_a_new_key_hashes_all_numbers_and_asks_accounts_again(case_worker, ocmw, as_owner, settings):
    waiting, known = inscribe(ocmw, insz()).insz, person().insz
    enter_number(case_worker.user, known)
    with as_owner():
        hashing.use_key()
        NumberHash.objects.create(insz=insz(), hash=b"x" * 32)  # of a person who is gone
        settings.KBI_INSZ_KEY = OTHER_KEY
        with pytest.raises(hashing.OtherKey):
            hashing.use_key()
        done = hashing.rehash()
        assert (done.numbers, done.accounts) == (2, 1)
        hashes = {each.insz: bytes(each.hash) for each in NumberHash.objects.all()}
        assert hashes == {waiting: hash_of(waiting), known: hash_of(known)}
        hashing.use_key()
        assert not OwnNumber.objects.values_list("user_id").exists()
    bind_to(case_worker)
    assert entered_on(case_worker.user) is None


def test_nothing_is_hashed_under_a_second_key(case_worker, ocmw, as_owner, settings, tmp_path):
    """Also where the first hash is that of a registration, and no import noted the key."""
    mandate(ocmw)
    bind_to(case_worker)
    [(_row, outcome)] = register(institution=ocmw, rows=[Row(1, insz(), "leefloon", today(), None, "proef")])
    assert outcome == "registered"
    with as_owner():
        assert HashKey.objects.get().key_id == key_id()
    settings.KBI_INSZ_KEY = OTHER_KEY
    bind_to(case_worker)
    number = insz()
    with pytest.raises(hashing.OtherKey):
        register(institution=ocmw, rows=[Row(1, number, "leefloon", today(), None, "proef")])
    with pytest.raises(DatabaseError, match="of another key"), transaction.atomic():
        enter(number)
    path = tmp_path / "list.csv"
    path.write_text(f"insz,capacity,valid_from,valid_until,reason\n{number},leefloon,{today()},,proef\n")
    kbo_number = "0999010126"
    institution("OCMW Sleutel", kbo_number=kbo_number)
    with as_owner(), pytest.raises(CommandError, match="rehash_numbers"):
        call_command("import_clients", str(path), "--institution", kbo_number)
    with as_owner():
        assert not NumberHash.objects.filter(insz=number).exists()


def test_a_portal_with_hashes_of_another_key_does_not_start(as_owner, settings):
    settings.ROLE = "web"

    def found() -> list[str]:
        return [each.id for each in checks.hashes_are_of_this_key(None, ["default"])]

    assert found() == []
    with as_owner():
        HashKey.objects.create(key_id=key_id())
    assert found() == []
    settings.KBI_INSZ_KEY = OTHER_KEY
    assert found() == ["persons.E008"]


# -- shields and names


def test_a_privacy_officer_shields_and_names(ocmw, case_worker, privacy_officer):
    granted = inscribe(ocmw, person())
    bind_to(privacy_officer)
    for until, reason, code in (
        (today(), " ", "no_reason"),
        (today() - DAY, "proef", "until"),
        (today() + 732 * DAY, "proef", "until"),
    ):
        with pytest.raises(NotTaken, match=code):
            set_shield(granted.insz, until=until, reason=reason)
    set_shield(granted.insz, until=today() + DAY, reason="Bedreigd")
    with pytest.raises(NotTaken, match="exists"):
        set_shield(granted.insz, until=today() + DAY, reason="Bedreigd")
    [mine] = Shield.objects.all()
    assert (mine.institution, mine.made_by, mine.reason) == (ocmw, privacy_officer.user, "Bedreigd")
    assert mine.is_in_force()
    with pytest.raises(NotTaken, match="own"):
        name_looker(granted.insz, privacy_officer.user_id, until=today(), reason="proef")
    with pytest.raises(NotTaken, match="not_a_colleague"):
        name_looker(granted.insz, factories.user().pk, until=today(), reason="proef")
    name_looker(granted.insz, case_worker.user_id, until=today(), reason="Vaste begeleider")
    open_file(granted, case_worker)
    bind_to(privacy_officer)
    [(named,)] = fetch("SELECT public_id FROM persons_namedlooker", **bound(privacy_officer))
    bind_to(privacy_officer)
    end_looker(named, reason="Andere begeleider")
    assert refused_with(granted, case_worker) == "shielded"
    bind_to(privacy_officer)
    end_shield(mine.public_id, reason="Verhuisd")
    with pytest.raises(NotTaken, match="not_found"):
        end_shield(mine.public_id, reason="Verhuisd")
    open_file(granted, case_worker)


def test_a_shield_that_someone_ended_early_goes_on_for_themselves(ocmw, case_worker, privacy_officer):
    granted = inscribe(ocmw, person())
    shield(granted.insz, ocmw)
    officer_too = factories.member(ocmw, user_=privacy_officer.user)
    bind_to(privacy_officer)
    [mine] = Shield.objects.all()
    end_shield(mine.public_id, reason="Verhuisd")
    open_file(granted, case_worker)
    assert refused_with(granted, officer_too) == "shielded"
    [(hidden,)] = fetch(
        "SELECT numbers FROM persons_hidden(app_user(), app_institution())", **bound(officer_too)
    )
    assert hidden == [granted.insz]


def test_who_reads_shields(ocmw, other_ocmw, case_worker, privacy_officer):
    at_home, everywhere, unknown = insz(), insz(), insz()
    inscribe(ocmw, everywhere)
    shield(at_home, ocmw)
    shield(everywhere)
    shield(unknown)
    factories.name_looker(at_home, case_worker)
    numbers = "SELECT insz FROM persons_shield ORDER BY id"
    # Those of the agency only where the institution registered the number.
    assert fetch(numbers, **bound(privacy_officer)) == [(at_home,), (everywhere,)]
    assert fetch(numbers, **bound(member(other_ocmw, "privacy_officer"))) == []
    assert fetch(numbers, **bound(case_worker)) == []
    tom = agency_administrator()
    assert fetch(numbers, user=tom.pk, scope="agency") == [(everywhere,), (unknown,)]
    names = "SELECT insz FROM persons_namedlooker"
    assert fetch(names, **bound(privacy_officer)) == [(at_home,)]
    assert fetch(names, **bound(case_worker)) == fetch(names, user=tom.pk, scope="agency") == []


def test_the_agency_shields_everywhere_and_ends_only_its_own(ocmw):
    tom = agency_administrator()
    local = shield(insz(), ocmw)
    bind(user_id=tom.pk, scope="agency")
    set_shield(insz(), until=today() + DAY, reason="Bedreigd")
    [mine] = Shield.objects.all()
    assert (mine.institution_id, mine.made_by_id) == (None, tom.pk)
    with pytest.raises(NotTaken, match="not_found"):
        end_shield(local.public_id, reason="x")
    end_shield(mine.public_id, reason="x")


# -- speed


def test_counting_the_list_needs_the_index_only(ocmw, as_owner):
    """The condition of the rules is on a column of every index of the list."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'persons_clientlistentry'"
            " AND indexname LIKE 'client_list_%' AND indexname <> 'client_list_by_verdict'"
        )
        # In an empty table they cost the same.
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
    acting = member(ocmw)
    bind_to(acting)
    lines = ClientListEntry.objects.visible_to(acting).filter(verdict="kept")
    plan = lines.order_by().values("verdict").explain()
    bind()
    assert "Index Only Scan using client_list_by_verdict" in plan


# -- the agency's pages


def test_the_agency_shields_in_the_admin_and_its_pages_show_no_number(sign_in):
    browser, number = sign_in(agency_administrator()), insz()
    add = reverse("admin:persons_shield_add")
    form = {"insz": format_insz(number), "valid_until": today().isoformat(), "reason": "A-12"}
    for wrong in ({"insz": "1"}, {"valid_until": (today() - DAY).isoformat()}, {"reason": ""}):
        assert browser.post(add, form | wrong).status_code == 200
    everything = reverse("admin:persons_shield_changelist")
    assert browser.post(add, form)["Location"] == everything
    assert "errornote" in browser.post(add, form).content.decode()
    with factories.owner():
        [made] = Shield.objects.all()
    assert (made.insz, made.institution_id, made.reason) == (number, None, "A-12")
    pages = [everything, reverse("admin:persons_shield_change", args=[made.pk])]
    pages.append(reverse("admin:persons_shield_history", args=[made.pk]))
    for page in pages:
        content = browser.get(page).content.decode()
        assert number not in content
        assert format_insz(number) not in content
    action = {"action": "end", "_selected_action": [made.pk]}
    browser.post(everything, action | {"end_reason": ""})
    with factories.owner():
        made.refresh_from_db()
    assert made.is_in_force()
    browser.post(everything, action | {"end_reason": "Voorbij"})
    with factories.owner():
        made.refresh_from_db()
    assert (made.is_in_force(), made.end_reason) == (False, "Voorbij")


def test_the_agency_clears_a_number_in_the_admin(sign_in, client, case_worker):
    tom, lena = agency_administrator(), agency_administrator()
    add = reverse("admin:partners_numberclearing_add")
    form = {"user": case_worker.user_id, "reason": "Tikfout"}
    browser = sign_in(tom)
    assert "geen nummer" in browser.post(add, form).content.decode()
    enter_number(case_worker.user, insz())
    everything = reverse("admin:partners_numberclearing_changelist")
    assert browser.post(add, form)["Location"] == everything
    with factories.owner():
        [asked] = NumberClearing.objects.all()
    action = {"action": "confirm", "_selected_action": [asked.pk]}
    for who, remaining in ((tom, 1), (lena, 0)):
        sign_in(who).post(everything, action)
        assert OwnNumber.objects.values_list("user_id").count() == remaining
