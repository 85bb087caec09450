"""Each function that writes with the owner's rights checks the access of the bound user, not only the role they claim.

The functions come from the catalogue of the database, so that a new one is either called here or has a reason.
"""

from __future__ import annotations

import datetime
import json
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from oversight.models import Withholding
from partners.enums import Role
from partners.models import MandateVersion, Membership, NumberClearing, Signal
from partners.periods import today
from persons.enums import SetAsideReason
from persons.models import Inscription, OwnFileReport, Question, Reminder, SetAsideMessage

from . import factories
from .factories import detour, fetch, inscribe, insz, invitation, mandate, member, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SUPPLIER = "0999020181"

# Functions that any bound user may call, or no user at all.
EXEMPT = {
    # for who has the token of the link
    "partners_accept_invitation": "needs the token of an invitation, and the account it is for",
    "partners_join": "needs the token of an invitation",
    "partners_reopen_invited": "needs the token of an invitation",
    "partners_read_invitation": "reads the invitation whose token is given",
    # rows of the bound user's own, which open nothing
    "partners_note_sign_in": "writes the sign-in at the bound user's own access",
    "partners_remember_filters": "writes the filters of the bound user's own access",
    "partners_save_filters": "writes the named filters of the bound user's own access",
    "persons_see_handovers": "writes that the bound user saw their own notices",
    # needs a number that was replaced
    "persons_follow_registered": "checks the role; tests/caseload/test_registering_replaced.py calls it",
    "partners_set_own_number": "writes the number of the bound user's own account, once",
    "partners_stop_looks": "counts the bound user's own looks, and stops them over a limit only",
    # no row is written
    "partners_looks_over": "counts the bound user's own looks",
    "partners_refused_elsewhere": "reads; checks the role too; tests/oversight/test_signals.py calls it",
    "persons_use_key": "writes under which key numbers are hashed, only when none is yet",
    "persons_registered_until": "reads; checks the role too; tests/oversight/test_shields.py calls it",
    "caseload_hidden_rows": "reads which rows of lists the rules above every mandate keep from the bound user",
    "persons_hidden": "reads what the rules above every mandate keep from a user",
    "persons_is_registered_here": "reads; for the privacy officer of the bound institution only",
    "persons_rule_facts": "reads what the rules above every mandate know of a number that is asked for",
    "persons_count_late_escapes": "counts escapes for the agency; checks its administrator too",
    "persons_count_opened": "counts clients under a mandate for the agency; checks its administrator too",
    "persons_judge_inscriptions": "judges rows and writes none, which STABLE ensures; checks the role too",
    "persons_is_open_look": "reads",
    "persons_carried_from": "reads",
    "persons_last_visit": "reads the bound user's own rows of the log",
    "persons_own_looks": "reads the bound user's own rows of the log",
    "consultations_of_person": "reads; checks the role too; tests/oversight/test_person.py calls it",
    "consultations_kept_since": "reads the month of the first row of the log",
    "oversight_letter_numbers": "reads; checks the role too; tests/oversight/test_letters.py calls it",
    "persons_in_a_caseload": "reads; checks the role too; tests/oversight/test_desk.py calls it",
    "consultations_proven": "reads counts and moments of the seals, and no row",
    "consultations_is_numbered": "reads whether the log has a number for this server",
    "consultations_seal_of": "reads hashes over random secrets",
    "statistics_first_month": "reads",
    "statistics_is_published": "reads",
    "statistics_last_days_on": "reads",
    "statistics_monthly": "reads",
    "statistics_first_wait": "reads",
    "statistics_lead_times": "reads",
}


class World:
    """An institution with people and what a function may be called about."""

    def __init__(self) -> None:
        self.house = factories.institution("CVO De Sprong", "cvo", kbo_number=SUPPLIER)
        mandate(self.house)
        self.worker = member(self.house)
        self.administrator = member(self.house, Role.LOCAL_ADMINISTRATOR)
        self.colleague = member(self.house)
        self.officer = member(self.house, Role.PRIVACY_OFFICER)
        self.tom, self.lena = factories.agency_administrator(), factories.agency_administrator()

    def client(self) -> Inscription:
        return inscribe(self.house, person())

    def access(self, **fields) -> Membership:
        """Access until tomorrow, proposed by the agency."""
        account = factories.user()
        with factories.owner():
            return Membership.objects.create(
                user=account,
                institution=self.house,
                valid_until=today() + DAY,
                proposed_by=self.lena,
                **fields,
            )

    def version(self) -> MandateVersion:
        """A proposed version of a mandate that has one in force."""
        return factories.version(
            mandate(self.house, "werkzoekende"),
            status="proposed",
            proposed_by=self.lena,
            valid_from=today() + DAY,
        )


def worker(world: World) -> dict:
    return {"institution": world.house.pk, "user": world.worker.user_id, "role": "case_worker"}


def administrator(world: World) -> dict:
    return {"institution": world.house.pk, "user": world.administrator.user_id, "role": "local_administrator"}


def officer(world: World) -> dict:
    return {"institution": world.house.pk, "user": world.officer.user_id, "role": "privacy_officer"}


def agency(world: World) -> dict:
    return {"user": world.tom.pk, "scope": "agency"}


def register(world: World) -> list:
    row = {
        "line": 1,
        "public_id": str(uuid.uuid4()),
        "insz": insz(),
        "capacity": "leefloon",
        "reason": "proef",
        "insz_hash": "00" * 32,
    }
    return [
        world.house.pk,
        json.dumps([row | {"valid_from": str(today()), "valid_until": str(today() + DAY)}]),
    ]


def note(world: World) -> list:
    row = {"line": 1, "public_id": str(uuid.uuid4()), "insz": world.client().insz, "third_party": "vdab"}
    return [json.dumps([row | {"asked_on": str(today())}])]


def given(world: World) -> list:
    client = world.client()
    fetch("SELECT persons_put_in_caseload(%s::uuid[], true)", [client.public_id], **worker(world))
    return [world.worker.user_id, world.colleague.user_id, [client.insz], "proef"]


def of_caseload(world: World) -> Inscription:
    client = world.client()
    fetch("SELECT persons_put_in_caseload(%s::uuid[], true)", [client.public_id], **worker(world))
    return client


def reminder(world: World) -> uuid.UUID:
    day = today() + DAY
    clients = [of_caseload(world).public_id]
    fetch("SELECT * FROM persons_set_reminders(%s::uuid[], %s, 'letter')", clients, day, **worker(world))
    with factories.owner():
        return Reminder.objects.get().public_id


def escape(world: World) -> list:
    mandate(world.house, "werkzoekende", escape_blocks=["Personalia"])
    return [insz(), b"x" * 32, "werkzoekende", "safety", "een toelichting van een proef"]


def question(world: World) -> tuple[list, dict]:
    block = f"<Personalia><KboNummer>{SUPPLIER}</KboNummer></Personalia>"
    opened = inscribe(world.house, person(blocks={"Personalia": block}))
    arguments = ["Personalia", "Personalia:Geboortedatum", "3 mei 1991", b"x" * 32, SUPPLIER, "wrong", "L-1"]
    return arguments, {"inscription": opened.pk}


def answer(world: World) -> list:
    arguments, opened = question(world)
    fetch("SELECT persons_ask_question(%s, %s, %s, %s, %s, %s, %s)", *arguments, **worker(world), **opened)
    with factories.owner():
        return [Question.objects.get().public_id, "stays"]


def set_aside(world: World) -> list:
    now = timezone.now()
    with factories.owner():
        made = SetAsideMessage.objects.create(
            file="a.xml", line=0, reason=SetAsideReason.values[0], first_at=now, last_at=now, digest=b"x" * 32
        )
    return [made.pk]


def suspended(world: World) -> list:
    with factories.owner():
        world.colleague.user.is_active, world.colleague.user.suspended_at = False, timezone.now()
        world.colleague.user.save(update_fields=["is_active", "suspended_at"])
    return [world.colleague.user_id]


def entered(world: World) -> int:
    """The account of a colleague who entered their number."""
    factories.enter_number(world.colleague.user, insz())
    return world.colleague.user_id


def reported(world: World) -> list:
    """The report that a colleague entered the number of a client."""
    factories.enter_number(world.colleague.user, world.client().insz, is_right=False)
    with factories.owner():
        return [OwnFileReport.objects.get().pk, True, ""]


def clearing(world: World) -> list:
    account = entered(world)
    with factories.owner():
        asked = NumberClearing.objects.create(user_id=account, reason="proef", asked_by=world.lena)
    return [asked.pk]


def signal(world: World) -> list:
    about = {"institution": world.house.pk, "user": world.worker.user_id, "role": "case_worker"}
    fetch("SELECT partners_raise_signal('escape', NULL)", **about)
    with factories.owner():
        return [Signal.objects.get().reference]


def withheld(world: World) -> list:
    arguments = [insz(), today(), today(), today(), "proef"]
    fetch("SELECT oversight_withhold(%s, %s, %s, %s, %s)", *arguments, **officer(world))
    with factories.owner():
        return [Withholding.objects.get().public_id]


# Each function: who may call it, and its arguments (with what else is bound) in a world.
CALLS = {
    "persons_register_inscriptions": (worker, register),
    "persons_extend_inscription": (
        worker,
        lambda world: [(made := world.client()).public_id, made.valid_until + DAY, "goes_on"],
    ),
    "persons_end_inscription": (worker, lambda world: [world.client().public_id, "moved"]),
    "persons_withdraw_registration": (worker, lambda world: [world.client().public_id, "mistake"]),
    "persons_put_in_caseload": (worker, lambda world: [[world.client().public_id], True]),
    "persons_give_clients": (worker, given),
    "persons_note_requests": (worker, note),
    "persons_close_request": (
        worker,
        lambda world: [detour(world.client()).public_id, today(), True],
    ),
    "persons_correct_request": (
        worker,
        lambda world: [detour(world.client()).public_id, "0", "agency", today(), None, None],
    ),
    "persons_withdraw_request": (worker, lambda world: [detour(world.client()).public_id]),
    "persons_set_reminders": (
        worker,
        lambda world: [[of_caseload(world).public_id], today() + DAY, "letter"],
    ),
    "persons_close_reminder": (worker, lambda world: [reminder(world)]),
    "persons_move_reminder": (worker, lambda world: [reminder(world), today() + 2 * DAY]),
    "persons_ask_question": (worker, question),
    "persons_answer_question": (worker, answer),
    "persons_settle_message": (agency, set_aside),
    "persons_set_shield": (officer, lambda world: [insz(), today() + DAY, "proef"]),
    "persons_end_shield": (
        officer,
        lambda world: [factories.shield(insz(), world.house).public_id, "proef"],
    ),
    "persons_name_looker": (
        officer,
        lambda world: [insz(), world.worker.user_id, today() + DAY, "proef"],
    ),
    "persons_end_looker": (
        officer,
        lambda world: [factories.name_looker(insz(), world.worker).public_id, "proef"],
    ),
    "partners_raise_signal": (officer, lambda world: ["escape", None]),
    "partners_take_signal": (officer, signal),
    "partners_handle_signal": (officer, signal),
    "persons_begin_escape": (worker, escape),
    "persons_review_escape": (
        officer,
        lambda world: [
            factories.escape(world.worker, escape(world)[0]).public_id,
            "justified",
            "proef",
        ],
    ),
    "persons_answer_own_file": (officer, reported),
    "oversight_letter": (officer, lambda world: [insz(), timezone.now(), 10]),
    "oversight_letter_proof": (officer, lambda world: [insz(), timezone.now(), 10]),
    "oversight_withhold": (officer, lambda world: [insz(), today(), today(), today(), "proef"]),
    "oversight_end_withholding": (officer, withheld),
    "partners_ask_clearing": (agency, lambda world: [entered(world), "proef"]),
    "partners_confirm_clearing": (agency, clearing),
    "partners_propose_access": (
        administrator,
        lambda world: [factories.user().pk, world.house.pk, "case_worker", today(), today(), "proef"],
    ),
    "partners_confirm_access": (administrator, lambda world: [world.access().pk]),
    "partners_extend_access": (
        administrator,
        lambda world: [
            world.access(status="confirmed", confirmed_at=timezone.now()).pk,
            today() + 2 * DAY,
            "proef",
        ],
    ),
    "partners_end_access": (administrator, lambda world: [world.colleague.pk, None, "proef"]),
    "partners_reopen_account": (administrator, suspended),
    "partners_invite": (
        administrator,
        lambda world: ["nieuw@partner.example", "case_worker", today(), "proef", b"x" * 32],
    ),
    "partners_withdraw_invitation": (administrator, lambda world: [invitation(world.house).public_id]),
    "partners_confirm_version": (agency, lambda world: [world.version().pk]),
    "partners_end_version": (
        agency,
        lambda world: [mandate(world.house, "werkzoekende").versions.get().pk, today(), "proef"],
    ),
    "partners_withdraw_version": (agency, lambda world: [world.version().pk, "proef"]),
}

# The number of rows that this transaction tried to write, also in a part of it that was taken back.
WRITTEN = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"


def impostors(world: World, binding: dict) -> dict[str, dict]:
    """Return bindings that claim what `binding` may do, for users who have no such access today, by who they are."""
    if "scope" in binding:
        closed, elsewhere = factories.agency_administrator(), world.administrator.user_id
        with factories.owner():
            closed.is_active = False
            closed.save(update_fields=["is_active"])
        users = {
            "closed": closed.pk,
            "local": elsewhere,
            "staff": factories.user(is_staff=True).pk,
            "no one": None,
        }
        return {who: binding | {"user": key} for who, key in users.items()}
    role = binding["role"]
    other = Role.LOCAL_ADMINISTRATOR if role == Role.CASE_WORKER else Role.CASE_WORKER
    proposed = world.access(role=role, valid_from=today())
    users = {
        "ended": member(world.house, role, ended=True).user_id,
        "in another role": member(world.house, other).user_id,
        "elsewhere": member(factories.institution(), role).user_id,
        "proposed": proposed.user_id,
        "no one": None,
    }
    others = {who: binding | {"user": key} for who, key in users.items()} | {
        "privacy officer": binding
        | {"user": member(world.house, Role.PRIVACY_OFFICER).user_id, "role": "privacy_officer"},
        "no institution": binding | {"institution": None},
        "no role": binding | {"role": ""},
    }
    if role == Role.PRIVACY_OFFICER:
        del others["privacy officer"]
    return others


REFUSALS = {
    "the user has no access in this role at the bound institution",
    "administrators of the agency do this, on the pages of the agency",
    "administrators change access: those of the agency, and local ones at their institution",
    "inscriptions are registered for the bound institution only",
}
# A member in another role than the mandate asks for is refused in words.
VERSION_DECIDES = {"privacy officer": {"not_allowed"}}


def refusal(call: str, values: list, binding: dict) -> str:
    """Return the message of the error that the function raises, or the last value of its row."""
    try:
        with transaction.atomic():
            return fetch(call, *values, **binding)[0][-1]
    except DatabaseError as error:
        return str(error).splitlines()[0]


@pytest.mark.parametrize("function", CALLS)
def test_without_the_access_a_function_refuses_and_writes_nothing(function):
    world = World()
    may, arguments = CALLS[function]
    values, opened = arguments(world), {}
    if isinstance(values, tuple):
        values, opened = values
    call = f"SELECT * FROM {function}({', '.join('%s' for _ in values)})"
    binding = may(world) | opened
    bindings = impostors(world, binding)
    [before] = fetch(WRITTEN)
    for who, claimed in bindings.items():
        assert refusal(call, values, claimed) in REFUSALS | VERSION_DECIDES.get(who, set()), who
        assert fetch(WRITTEN) == [before], who
    # The same call of who may make it writes.
    fetch(call, *values, **binding)
    assert fetch(WRITTEN) > [before]


def test_every_function_with_the_rights_of_the_owner_is_called_here_or_has_a_reason():
    rows = fetch(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND prorettype <> 'trigger'::regtype AND has_function_privilege('kbi_web', oid, 'EXECUTE')"
    )
    assert sorted(name for (name,) in rows) == sorted([*CALLS, *EXEMPT])
