"""Escapes: gate, has_perm, guardian's list and raw SQL, the door, the log, and what is refused."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.models import Membership
from partners.periods import today
from partners.services import bind
from persons.enums import EscapeReason, EscapeVerdict, QuestionReason
from persons.escapes import HOURS, REVIEW_DAYS
from persons.models import Escape, EscapeReview, Inscription, Person, Question
from persons.reasons import ESCAPE_REASONS, REGISTRATION_REASONS
from persons.services import escaping
from persons.services.door import Refused, consult, consult_escape
from persons.services.escaping import NotTaken, begin, count_late, review
from persons.services.opened import EmptyEscape, OpenedEscape
from tests.sweeps import examples

from .. import factories
from ..factories import (
    end,
    enter_number,
    escape,
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

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SHOWN = ["Personalia", "Doelgroep"]


@pytest.fixture
def basis(ocmw):
    """The mandate of `ocmw`: an escape shows two of its three blocks."""
    return mandate(ocmw, escape_blocks=SHOWN)


def bind_to(acting: Membership, escape_id: int | None = None) -> None:
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role, escape_id=escape_id)


def bound(acting: Membership, **more: object) -> dict[str, object]:
    return {"institution": acting.institution_id, "user": acting.user_id, "role": acting.role} | more


def begun(number: str, acting: Membership, **changes: object) -> uuid.UUID:
    bind_to(acting)
    values = {
        "capacity": "leefloon",
        "reason": EscapeReason.SAFETY,
        "explanation": "een toelichting van een proef",
    }
    return begin(number, acting=acting, target=uuid.uuid4(), **values | changes)


def opened(made: Escape, acting: Membership) -> OpenedEscape | EmptyEscape:
    bind_to(acting)
    return consult_escape(escape_id=made.public_id, acting=acting)


def refused_with(made: Escape, acting: Membership) -> str:
    with pytest.raises(Refused) as refusal:
        opened(made, acting)
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["target"]) == ("escape_file", "refused", str(made.public_id))
    assert (row["insz"], row["escape_id"], row["rule"]) == ("", None, refusal.value.rule)
    return row["rule"]


# -- beginning


def test_an_escape_lasts_its_hours_and_is_due_after_its_days(case_worker, basis):
    number = insz()
    public_id = begun(number, case_worker)
    with factories.owner():
        [made] = Escape.objects.all()
    assert (made.public_id, made.insz, made.user_id) == (public_id, number, case_worker.user_id)
    assert made.ends_at - made.at == datetime.timedelta(hours=HOURS)
    assert made.due_on == today() + REVIEW_DAYS * DAY
    assert made.version.mandate == basis
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["reason"]) == ("escape", "shown", "safety")
    assert (row["insz"], row["escape_id"], row["inscription_id"]) == (number, made.pk, None)
    assert (row["version_id"], row["capacity"], row["blocks"]) == (made.version_id, "leefloon", [])


def test_every_capacity_has_reasons_and_each_reason_a_capacity():
    assert ESCAPE_REASONS.keys() == REGISTRATION_REASONS.keys()
    assert {reason for reasons in ESCAPE_REASONS.values() for reason in reasons} == set(EscapeReason)


def test_the_same_escape_again_is_the_first_one(case_worker, basis):
    number = insz()
    first = begun(number, case_worker)
    assert begun(number, case_worker, reason=EscapeReason.HOUSEHOLD) == first
    assert begun(insz(), case_worker) != first
    with factories.owner():
        assert Escape.objects.filter(insz=number).count() == 1


def test_after_its_hours_another_one_begins(case_worker, basis):
    number = insz()
    over = escape(case_worker, number, began=5)
    assert begun(number, case_worker) != over.public_id


@pytest.mark.parametrize("escape_blocks", [[], None])
def test_without_blocks_for_it_there_is_no_escape(case_worker, ocmw, escape_blocks):
    if escape_blocks is not None:
        mandate(ocmw, escape_blocks=escape_blocks)
    with pytest.raises(Refused):
        begun(insz(), case_worker)
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["rule"]) == ("escape", "refused", "mandate")


def test_an_own_mandate_without_escapes_goes_before_that_of_the_kind(case_worker, ocmw, as_owner):
    from partners.models import Mandate

    with as_owner():
        of_kind = Mandate.objects.get(institution_kind="ocmw", capacity="leefloon")
        versions = list(of_kind.versions.in_force(today()))
    for each in versions:
        end(each, today() - DAY)
    factories.version(of_kind, valid_from=today(), escape_blocks=["Personalia"])
    assert begun(insz(), case_worker)
    mandate(ocmw)
    with pytest.raises(Refused):
        begun(insz(), case_worker)


def test_escape_blocks_are_blocks_of_the_version(ocmw):
    with pytest.raises(DatabaseError, match="mandateversion_escape_within_blocks"), transaction.atomic():
        mandate(ocmw, blocks=["Personalia"], escape_blocks=["Wooncode"])


def test_the_escape_blocks_of_a_version_never_change(basis, as_owner):
    version = basis.versions.get()
    version.escape_blocks = ["Personalia"]
    with as_owner(), pytest.raises(DatabaseError, match="content of a version"), transaction.atomic():
        version.save(update_fields=["escape_blocks"])


def test_a_client_is_no_one_to_escape_to(case_worker, ocmw, basis):
    for granted in (inscribe(ocmw, person()), inscribe(ocmw, insz())):
        with pytest.raises(NotTaken, match="inscribed"):
            begun(granted.insz, case_worker)
    over = inscribe(ocmw, person(), valid_from=today() - 30 * DAY, valid_until=today() - DAY)
    assert begun(over.insz, case_worker)


@pytest.mark.parametrize("explanation", ["te kort", "x" * 256, " " * 20])
def test_an_explanation_has_its_length(case_worker, basis, explanation):
    with pytest.raises(NotTaken, match="explanation"):
        begun(insz(), case_worker, explanation=explanation)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("rule", ["own_file", "colleague", "shielded"])
def test_the_rules_above_every_mandate_refuse(case_worker, ocmw, basis, rule, known):
    number = insz()
    if known:
        person(number=number)
    match rule:
        case "own_file":
            enter_number(case_worker.user, number)
        case "colleague":
            enter_number(member(ocmw).user, number)
        case "shielded":
            shield(number)
    with pytest.raises(Refused):
        begun(number, case_worker)
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["rule"], row["numbers"]) == ("escape", "refused", rule, [number])
    with factories.owner():
        assert not Escape.objects.exists()
    factories.name_looker(number, case_worker)
    if rule == "own_file":
        with pytest.raises(Refused):
            begun(number, case_worker)
    else:
        assert begun(number, case_worker)


def test_breaking_off_does_not_tell_whose_number_it_is(case_worker, ocmw, basis):
    free, colleagues = insz(), insz()
    enter_number(member(ocmw).user, colleagues)
    bind_to(case_worker)
    for number in (free, colleagues):
        escaping.break_off(number, acting=case_worker)
    rows = [(row["outcome"], row["rule"], row["numbers"]) for row in log_rows()[-2:]]
    assert rows == [("aborted", "", [free]), ("refused", "colleague", [colleagues])]


@pytest.mark.parametrize("right", ["is_superuser", "is_staff"])
def test_staff_and_superusers_begin_none(case_worker, basis, as_owner, right):
    with as_owner():
        setattr(case_worker.user, right, True)
        case_worker.user.save()
    with pytest.raises(DatabaseError, match="open no files"), transaction.atomic():
        begun(insz(), case_worker)


def test_the_answer_does_not_say_whether_the_kbi_knows_the_number(case_worker, basis):
    known, unknown = person().insz, insz()
    call = (
        "SELECT outcome, is_frequent, public_id IS NOT NULL FROM persons_begin_escape(%s, %s, 'leefloon', 'safety',"
        " 'een toelichting van een proef')"
    )
    answers = [fetch(call, number, b"x" * 32, **bound(case_worker)) for number in (known, unknown)]
    assert answers == [[("begun", False, True)]] * 2


# -- the door


def test_the_file_has_the_blocks_of_the_escape_only(case_worker, basis):
    client = person()
    made = escape(case_worker, client.insz)
    file = opened(made, case_worker)
    assert isinstance(file, OpenedEscape)
    assert (file.person, sorted(file.blocks), file.enrolments) == (client, sorted(SHOWN), [])
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["insz"]) == ("escape_file", "shown", client.insz)
    assert (row["escape_id"], row["inscription_id"], row["blocks"]) == (made.pk, None, sorted(SHOWN))
    assert row["legal_basis"] == made.version.legal_basis


def test_a_number_without_a_dossier_shows_nothing_until_one_arrives(case_worker, basis):
    number = insz()
    made = escape(case_worker, number)
    assert isinstance(opened(made, case_worker), EmptyEscape)
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["blocks"]) == ("escape_file", "empty", [])
    person(number=number)
    assert isinstance(opened(made, case_worker), OpenedEscape)


def test_an_escape_opens_for_its_user_in_its_hours_only(case_worker, ocmw, outsider, basis):
    client = person()
    made = escape(case_worker, client.insz)
    for other in (member(ocmw), outsider, member(ocmw, "local_administrator")):
        assert refused_with(made, other) == "not_visible"
    assert refused_with(escape(case_worker, client.insz, began=4.01), case_worker) == "not_visible"
    # The same user elsewhere.
    elsewhere = member(outsider.institution, user_=case_worker.user)
    assert refused_with(made, elsewhere) == "not_visible"
    assert opened(made, case_worker).person == client


def test_an_ended_membership_closes_the_escape(case_worker, basis, as_owner):
    made = escape(case_worker, person().insz)
    with as_owner():
        Membership.objects.filter(pk=case_worker.pk).update(valid_until=today() - DAY)
    case_worker.refresh_from_db()
    bind_to(case_worker)
    assert not Escape.objects.visible_to(case_worker).exists()
    assert fetch("SELECT 1 FROM persons_block", **bound(case_worker, escape=made.pk)) == []


@pytest.mark.parametrize(
    ("field", "value"), [("is_superuser", True), ("is_staff", True), ("is_active", False)]
)
def test_guardian_is_not_asked_about_staff_superusers_and_closed_accounts(
    case_worker, basis, as_owner, monkeypatch, field, value
):
    made = escape(case_worker, person().insz)
    assert opened(made, case_worker)
    monkeypatch.setattr(ObjectPermissionChecker, "has_perm", lambda *_: pytest.fail("guardian was asked"))
    with as_owner():
        setattr(case_worker.user, field, value)
        case_worker.user.save()
    bind_to(case_worker)
    with pytest.raises((Refused, DatabaseError)), transaction.atomic():
        consult_escape(escape_id=made.public_id, acting=case_worker)
    bind()
    assert fetch("SELECT 1 FROM persons_person", **bound(case_worker, escape=made.pk)) == []


def test_an_ended_version_closes_the_escape(case_worker, basis):
    made = escape(case_worker, person().insz)
    end(basis.versions.get(), today() - DAY)
    assert refused_with(made, case_worker) == "not_visible"


@pytest.mark.parametrize("by_the_agency", [False, True])
def test_a_shield_closes_an_escape_that_runs_and_the_log_has_the_rule(
    case_worker, ocmw, basis, by_the_agency
):
    made = escape(case_worker, person().insz)
    shield(made.insz, None if by_the_agency else ocmw)
    assert refused_with(made, case_worker) == "shielded"
    factories.name_looker(made.insz, case_worker)
    assert opened(made, case_worker)


def test_an_escape_is_no_inscription(case_worker, ocmw, basis):
    made = escape(case_worker, person().insz)
    opened(made, case_worker)
    bind_to(case_worker)
    assert not Inscription.objects.visible_to(case_worker).exists()
    with factories.owner():
        assert not Inscription.objects.exists()
    for call in (
        "SELECT * FROM persons_put_in_caseload(%s::uuid[], true)",
        "SELECT * FROM persons_set_reminders(%s::uuid[], app_today(), 'talk')",
    ):
        fetch(call, [made.public_id], **bound(case_worker, escape=made.pk))
    assert fetch("SELECT 1 FROM persons_caseloadrow", **bound(case_worker)) == []
    bind_to(case_worker)
    with pytest.raises(Refused):
        consult(inscription_id=made.public_id, acting=case_worker)


def test_no_question_is_asked_from_an_escape(case_worker, basis):
    made = escape(case_worker, person().insz)
    asked = fetch(
        "SELECT outcome FROM persons_ask_question('Personalia', 'k', 't', 'x', '0999020181', 'wrong', '')",
        **bound(case_worker, escape=made.pk),
    )
    assert asked == [("not_found",)]


# -- what PostgreSQL shows by itself

TABLES = [
    "persons_person",
    "persons_block",
    "persons_enrolment",
    "persons_inscription",
    "persons_clientlistentry",
    "persons_nameword",
    "persons_change",
    "persons_reminder",
    "persons_caseloadrow",
    "persons_accessrequest",
    "persons_inscriptionevent",
]


def test_bound_to_an_escape_there_is_one_person_with_its_blocks(case_worker, ocmw, basis):
    granted = inscribe(ocmw, person())
    factories.detour(granted)
    everything = bound(case_worker)
    fetch("SELECT * FROM persons_put_in_caseload(%s::uuid[], true)", [granted.public_id], **everything)
    fetch(
        "SELECT * FROM persons_set_reminders(%s::uuid[], app_today(), 'talk')",
        [granted.public_id],
        **everything,
    )
    made = escape(case_worker, person().insz)
    everything |= {"escape": made.pk, "inscription": granted.pk}
    assert fetch("SELECT insz FROM persons_person", **everything) == [(made.insz,)]
    rows = fetch(
        "SELECT p.insz, b.name FROM persons_block b JOIN persons_person p ON p.id = b.person_id", **everything
    )
    assert sorted(rows) == [(made.insz, name) for name in sorted(SHOWN)]
    for table in TABLES[2:]:
        assert fetch(f"SELECT 1 FROM {table}", **everything) == [], table
    # Without the escape: the client, as ever.
    assert fetch("SELECT insz FROM persons_person", **bound(case_worker)) == [(granted.insz,)]


def test_a_supplier_reads_no_question_from_an_escape(case_worker, basis):
    asked = person()
    with factories.owner():
        Question.objects.create(
            person=asked,
            insz=asked.insz,
            block="Personalia",
            item_key="k",
            item_text="t",
            item_digest=b"d",
            supplier_kbo="0999020181",
            supplier=case_worker.institution,
            reason=QuestionReason.ATTENDED,
            due_on=today(),
        )
    made = escape(case_worker, person().insz)
    assert fetch("SELECT insz FROM persons_question", **bound(case_worker)) == [(asked.insz,)]
    assert fetch("SELECT insz FROM persons_question", **bound(case_worker, escape=made.pk)) == []


def test_the_courses_come_with_the_block(case_worker, ocmw):
    mandate(ocmw, escape_blocks=["VormingsActiviteiten"])
    made = escape(case_worker, person().insz)
    assert fetch("SELECT key FROM persons_enrolment", **bound(case_worker, escape=made.pk)) == [("c1",)]


@pytest.mark.parametrize("table", TABLES)
def test_an_escape_that_does_not_count_shows_nothing(case_worker, ocmw, outsider, basis, table):
    number = person().insz
    made, over = escape(case_worker, number), escape(case_worker, number, began=4.01)
    for binding in (
        bound(case_worker, escape=over.pk),
        bound(member(ocmw), escape=made.pk),
        bound(outsider, escape=made.pk),
        bound(case_worker, escape=made.pk) | {"institution": outsider.institution_id},
        bound(case_worker, escape=made.pk) | {"institution": ""},
        bound(case_worker, escape=made.pk) | {"user": ""},
        bound(case_worker, escape=made.pk) | {"role": "local_administrator"},
        {"escape": made.pk},
        {"scope": "agency", "escape": made.pk},
    ):
        assert fetch(f"SELECT 1 FROM {table}", **binding) == [], binding
    assert fetch(f"SELECT 1 FROM {table}", **bound(case_worker)) == []


def test_escapes_and_reviews_are_kept(case_worker, privacy_officer, basis, as_owner):
    made = escape(case_worker, insz())
    bind_to(privacy_officer)
    review(made.public_id, verdict=EscapeVerdict.UNCLEAR, note="proef")
    connection.check_constraints()  # a table with checks that wait is not truncated
    for statement in (
        "UPDATE persons_escape SET ends_at = ends_at + interval '1 day'",
        "DELETE FROM persons_escapereview",
        "UPDATE persons_escapereview SET note = 'anders'",
        "TRUNCATE persons_escape CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            fetch(statement, **bound(case_worker))
        with as_owner(), pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
            fetch(statement)


@pytest.mark.parametrize(
    "false",
    [
        {"blocks": ["Wooncode"]},
        {"blocks": ["VormingsActiviteiten"]},
        {"insz": "61610100167"},
        {"capacity": "werkzoekende"},
        {"legal_basis": "anders"},
        {"kind": "file"},
        {"kind": "section"},
        {"escape_id": None},
        {"escape_id": 0},
    ],
)
def test_the_log_of_an_escape_is_true(case_worker, basis, false):
    from consultations.models import Consultation

    made = escape(case_worker, person().insz)
    subject = made.subject()
    true = {
        "kind": Kind.ESCAPE_FILE,
        "channel": "portal",
        "outcome": Outcome.SHOWN,
        "user_id": case_worker.user_id,
        "role": case_worker.role,
        "institution_id": case_worker.institution_id,
        **vars(subject),
    }
    bind_to(case_worker, made.pk)
    Consultation.objects.create(**true)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.create(**true | false)


def test_no_row_of_the_log_names_an_escape_that_is_not_bound_or_over(case_worker, ocmw, basis):
    number = person().insz
    made, over = escape(case_worker, number), escape(case_worker, number, began=4.01)
    for acting, each, escape_id in (
        (case_worker, made, None),
        (case_worker, over, over.pk),
        (member(ocmw), made, made.pk),
    ):
        bind_to(acting, escape_id)
        with pytest.raises(DatabaseError), transaction.atomic():
            record(kind=Kind.ESCAPE_FILE, outcome=Outcome.SHOWN, acting=acting, subject=each.subject())
    bind()


# -- gate, has_perm, guardian's list and raw SQL

ESCAPES = st.lists(
    st.tuples(
        st.integers(0, 2),  # the account
        st.integers(0, 2),  # the person
        st.sampled_from([0.02, 1, 3.9, 4.1, 30]),  # began so many hours ago
        st.sampled_from([4, 4, 2]),  # hours
    ),
    min_size=1,
    max_size=5,
)


@given(
    drawn=ESCAPES,
    roles=st.lists(
        st.sampled_from(["case_worker", "case_worker", "local_administrator", "privacy_officer"]),
        min_size=3,
        max_size=3,
    ),
    rights=st.lists(
        st.sampled_from(["", "", "", "is_staff", "is_superuser", "ended"]), min_size=3, max_size=3
    ),
    version_ended=st.booleans(),
    shields=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([None, 0, 1])), max_size=2),
    own=st.one_of(st.none(), st.tuples(st.integers(0, 2), st.integers(0, 2))),
)
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_four_answers_agree_on_escapes(as_owner, drawn, roles, rights, version_ended, shields, own):
    """The gate, `has_perm`, guardian's list and raw SQL as the web role name the same person for each escape.

    The first two accounts are of one institution, the third of another; `own` is whose number a person has.
    """
    with transaction.atomic():
        houses = [institution(), institution()]
        bases = [mandate(house, escape_blocks=SHOWN) for house in houses]
        people = [person(), person(), person()]
        places = [0, 0, 1]
        acting = [member(houses[place], role) for place, role in zip(places, roles, strict=True)]
        made = [
            (who, whom, began, hours, escape(acting[who], people[whom].insz, began=began, hours=hours))
            for who, whom, began, hours in drawn
        ]
        if version_ended:
            end(bases[0].versions.get(), today() - DAY)
        with as_owner():
            for account, right in zip(acting, rights, strict=True):
                if right == "ended":
                    account.valid_until = today() - DAY
                    account.save(update_fields=["valid_until"])
                elif right:
                    setattr(account.user, right, True)
                    account.user.save(update_fields=[right])
        for whom, place in shields:
            shield(people[whom].insz, None if place is None else houses[place])
        if own:
            enter_number(acting[own[0]].user, people[own[1]].insz)

        def is_ruled(who: int, whom: int) -> bool:
            colleague = own and own[1] == whom and places[own[0]] == places[who] and rights[own[0]] != "ended"
            is_own = bool(own) and own == (who, whom)
            return bool(
                is_own
                or colleague
                or any(each == whom and place in (None, places[who]) for each, place in shields)
            )

        for who, whom, began, hours, each in made:
            counts = (
                began < hours
                and roles[who] == "case_worker"
                and not rights[who]
                and not (version_ended and places[who] == 0)
                and not is_ruled(who, whom)
            )
            for reader in range(3):
                expected = {people[whom].pk} if counts and reader == who else set()
                _compare(acting[reader], each, people, expected, skip_guardian=bool(rights[reader]))
        transaction.set_rollback(True)


def _compare(
    acting: Membership, made: Escape, people: list[Person], expected: set[int], *, skip_guardian: bool
) -> None:
    bind_to(acting)
    gate = Escape.objects.visible_to(acting).filter(pk=made.pk)
    assert {each.pk for each in people if each.insz in {row.insz for row in gate}} == expected
    bind_to(acting, made.pk)
    if not skip_guardian:  # the door refuses staff, superusers and ended access before it asks guardian
        checker = ObjectPermissionChecker(acting.user)
        assert {each.pk for each in people if checker.has_perm("view_person", each)} == expected
    listed = get_objects_for_user(
        acting.user, "persons.view_person", accept_global_perms=False, with_superuser=False
    )
    assert set(listed.values_list("pk", flat=True)) == expected
    bind()
    everything = bound(acting, escape=made.pk)
    assert {pk for (pk,) in fetch("SELECT id FROM persons_person", **everything)} == expected
    blocks = fetch("SELECT person_id, name FROM persons_block", **everything)
    assert set(blocks) == {(pk, name) for pk in expected for name in SHOWN}
    # Bound without the escape: nothing.
    for table in ("persons_person", "persons_block", "persons_user_grant"):
        assert fetch(f"SELECT 1 FROM {table}", **bound(acting)) == [], table


# -- the review


def test_a_privacy_officer_reviews_and_the_last_verdict_counts(case_worker, privacy_officer, basis):
    made = escape(case_worker, insz())
    bind_to(privacy_officer)
    assert Escape.objects.to_review(privacy_officer).get().verdict is None
    for verdict in (EscapeVerdict.UNCLEAR, EscapeVerdict.JUSTIFIED, EscapeVerdict.JUSTIFIED):
        review(made.public_id, verdict=verdict, note="de collega belde")
    assert Escape.objects.to_review(privacy_officer).get().verdict == "justified"
    assert list(EscapeReview.objects.values_list("verdict", flat=True)) == ["justified", "unclear"]


def test_no_one_reviews_the_own_escape(case_worker, ocmw, privacy_officer, basis):
    made = escape(case_worker, insz())
    officer = member(ocmw, "privacy_officer", user_=case_worker.user)
    for acting, code in ((officer, "own"), (privacy_officer, "")):
        bind_to(acting)
        if code:
            with pytest.raises(NotTaken, match=code):
                review(made.public_id, verdict=EscapeVerdict.JUSTIFIED, note="proef")
        else:
            review(made.public_id, verdict=EscapeVerdict.JUSTIFIED, note="proef")


def test_the_officer_of_another_institution_reviews_nothing(case_worker, other_ocmw, basis):
    made = escape(case_worker, insz())
    officer = member(other_ocmw, "privacy_officer")
    bind_to(officer)
    assert not Escape.objects.to_review(officer).exists()
    with pytest.raises(NotTaken, match="not_found"):
        review(made.public_id, verdict=EscapeVerdict.JUSTIFIED, note="proef")


def test_late_ones_count_against_the_institution_for_the_agency_only(
    case_worker, privacy_officer, agency_administrator, outsider, basis
):
    late = escape(case_worker, insz(), began=24 * 20)
    escape(case_worker, insz(), began=24 * 14)
    escape(case_worker, insz(), began=24 * 15)
    bind(user_id=agency_administrator.pk, scope="agency")
    assert count_late() == {case_worker.institution_id: 2}
    bind_to(privacy_officer)
    review(late.public_id, verdict=EscapeVerdict.NOT_JUSTIFIED, note="proef")
    bind(user_id=agency_administrator.pk, scope="agency")
    assert count_late() == {case_worker.institution_id: 1}
    assert fetch("SELECT 1 FROM persons_escape", user=agency_administrator.pk, scope="agency") == []
    bind_to(privacy_officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        count_late()


def test_the_successor_reviews_those_of_its_predecessor(case_worker, ocmw, other_ocmw, basis, as_owner):
    made = escape(case_worker, insz())
    with as_owner():
        ocmw.ended_on, ocmw.successor = today() - DAY, other_ocmw
        ocmw.save(update_fields=["ended_on", "successor"])
    officer = member(other_ocmw, "privacy_officer")
    bind_to(officer)
    review(made.public_id, verdict=EscapeVerdict.JUSTIFIED, note="proef")
    assert Escape.objects.to_review(officer).get().verdict == "justified"


# -- signals


def test_each_escape_and_many_of_one_user_are_announced(case_worker, privacy_officer, basis):
    from partners.models import Signal

    for number in range(4):
        begun(insz(), case_worker)
        bind_to(privacy_officer)
        kinds = set(Signal.objects.values_list("kind", flat=True))
        assert kinds == ({"escape", "many_escapes"} if number == 3 else {"escape"})
    looks = [uuid.UUID(row["id"]) for row in log_rows() if row["kind"] == "escape"]
    bind_to(privacy_officer)
    assert sorted(Signal.objects.values_list("kind", "look")) == sorted(
        [*(("escape", look) for look in looks), ("many_escapes", looks[3])]
    )


def test_every_word_for_a_refusal_is_there():
    assert set(escaping.NOT_TAKEN) == {"inscribed", "explanation", "not_found", "own", "no_note"}


def test_the_hours_are_compared_with_the_clock(case_worker, basis):
    made = escape(case_worker, person().insz, began=3, hours=3.001)
    assert made.ends_at > timezone.now()
    assert opened(made, case_worker)
