"""Test data. Memberships, mandates and inscriptions go through the services, so that it obeys the rules.

`owner` is set by conftest: a context manager that acts with the owner's rights.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import itertools
import json
from collections.abc import Callable
from unittest import mock

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from partners.enums import Role
from partners.groups import ADMINISTRATORS, sync_groups
from partners.models import Institution, Invitation, Mandate, MandateVersion, Membership, OwnNumber, User
from partners.periods import today
from partners.rights import grant_on_server
from partners.services import admit, bind, working_for
from persons.insz import check_digits
from persons.listparts import ListPart
from persons.models import (
    AccessRequest,
    Block,
    Enrolment,
    Escape,
    Inscription,
    NamedLooker,
    NumberHash,
    OwnFileReport,
    Person,
    Shield,
    Standing,
)
from persons.numberhashes import hash_of, key_id
from persons.services.registering import Row, register
from persons.sorting import name_words, sort_key

owner: Callable[[], contextlib.AbstractContextManager] = contextlib.nullcontext
# From 1001: no name or address of a test begins with a whole other one ("Peeters B", "Peeters Ba").
_numbers = itertools.count(1001)
PASSWORD = "een-wachtzin-voor-proeven"


def _word(number: int) -> str:
    """The number in letters: digits in a name would be mistaken for a figure on a page."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).title()


BLOCKS = {
    "Personalia": "<Personalia><INSZ>x</INSZ></Personalia>",
    "Doelgroep": "<Doelgroep><Code>JA</Code><Type>PLICHT</Type></Doelgroep>",
    "VormingsActiviteiten": "<VormingsActiviteiten></VormingsActiviteiten>",
    "Wooncode": "<Wooncode><OpvolgingDoor>geheim</OpvolgingDoor></Wooncode>",
}


def insz(number: int | None = None) -> str:
    """A test number (register month 61-72) of its own."""
    number = next(_numbers) if number is None else number
    nine = f"{60 + number // 12000 % 39:02d}{61 + number // 1000 % 12:02d}15{number % 997 + 1:03d}"
    return nine + check_digits(nine, False)


def institution(name: str | None = None, kind: str = "ocmw", **fields) -> Institution:
    # The database has the same constraints; checking them in Python as well takes most of the time.
    with owner(), mock.patch.object(Institution, "full_clean"):
        return admit(name=name or f"Instelling {next(_numbers)}", kind=kind, **fields)


def user(email: str | None = None, **fields) -> User:
    with owner():
        return User.objects.create_user(
            email or f"user{next(_numbers)}@partner.example", fields.pop("password", PASSWORD), **fields
        )


def member(
    institution: Institution, role: str = Role.CASE_WORKER, *, user_: User | None = None, ended: bool = False
) -> Membership:
    account = user_ or user(first_name="An", last_name=f"Peeters {_word(next(_numbers))}")
    with owner():
        return grant_on_server(
            user=account,
            institution=institution,
            role=role,
            first=today() - datetime.timedelta(days=400),
            until=today() - datetime.timedelta(days=1) if ended else None,
        )


def invitation(institution: Institution) -> Invitation:
    """An open invitation to `institution`. No one has its link."""
    by = member(institution, Role.LOCAL_ADMINISTRATOR).user
    now = timezone.now()
    with owner():
        return Invitation.objects.create(
            institution=institution,
            email=f"invited{next(_numbers)}@partner.example",
            role=Role.CASE_WORKER,
            valid_until=today(),
            reason="proef",
            digest=hashlib.sha256(str(next(_numbers)).encode()).digest(),
            invited_by=by,
            expires_at=now + datetime.timedelta(days=7),
        )


def enter_number(user: User, number: str, *, is_right: bool = True) -> None:
    """Enter this INSZ as that of the account's owner, on the server. Nothing is bound afterwards.

    Where it is that of a client, the privacy officer said that it is right; without `is_right` no one answered yet.
    """
    with owner():
        bind()
        OwnNumber.objects.create(user=user, hash=hash_of(number), key_id=key_id())
        if is_right:
            OwnFileReport.objects.filter(user=user, answer="").update(
                answer="right", answered_at=timezone.now()
            )


def shield(number: str, institution: Institution | None = None, **fields) -> Shield:
    """A shield from today for a month, by the institution, or by the agency without one."""
    values = {"valid_until": today() + datetime.timedelta(days=30), "reason": "proef"} | fields
    with owner():
        return Shield.objects.create(insz=number, institution=institution, **values)


def name_looker(number: str, acting: Membership, **fields) -> NamedLooker:
    """The user of a membership may see this person there for a month all the same."""
    values = {"valid_until": today() + datetime.timedelta(days=30), "reason": "proef"} | fields
    with owner():
        return NamedLooker.objects.create(
            insz=number, institution=acting.institution, user=acting.user, **values
        )


def agency_administrator() -> User:
    account = user(first_name="Tom", last_name="Jacobs", is_staff=True)
    with owner():
        sync_groups()
        account.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return account


def mandate(
    institution: Institution, capacity: str = "leefloon", blocks: list[str] | None = None, **fields
) -> Mandate:
    """A mandate of one institution with a confirmed version; goes before the example mandates of its kind."""
    with owner():
        address, _ = Mandate.objects.get_or_create(institution=institution, capacity=capacity)
    version(address, blocks=blocks, **fields)
    return address


def version(mandate: Mandate, *, blocks: list[str] | None = None, **fields) -> MandateVersion:
    """A version of a mandate, confirmed on the server unless `status` says otherwise."""
    values = {
        "status": "confirmed",
        "legal_reference": f"proef {next(_numbers)}",
        "legal_title": "Proef",
        "blocks": blocks if blocks is not None else ["Personalia", "Doelgroep", "VormingsActiviteiten"],
        "valid_from": datetime.date(2015, 1, 1),
    } | fields
    if values["status"] == "confirmed":
        values["confirmed_at"] = timezone.now()
    with owner():
        return MandateVersion.objects.create(mandate=mandate, **values)


def end(version: MandateVersion, day: datetime.date) -> None:
    """Bring the end of a confirmed version forward to `day`, yesterday at the earliest."""
    with owner():
        MandateVersion.objects.filter(pk=version.pk).update(valid_until=day, end_reason="proef")


def person(
    last_name: str = "Abdulahi",
    first_name: str = "Hodan",
    *,
    number: str | None = None,
    birth_date: str = "1991-00-00",
    verdict: str = "kept",
    parts: list[dict] | None = None,
    slack: tuple[int, datetime.date] | tuple[None, None] = (None, None),
    blocks: dict[str, str] | None = None,
    housing: dict | None = None,
    by_supplier: dict | None = None,
) -> Person:
    """A person as the import leaves one: identity, blocks, standing, one enrolment.

    `slack` is how many lessons may be missed in the most urgent part, and the day that decides.
    """
    number = number or insz()
    now = timezone.now()
    with owner():
        made = Person.objects.create(
            insz=number,
            last_name=last_name,
            first_name=first_name,
            sort_key=sort_key(last_name, first_name),
            name_words=name_words(last_name, first_name),
            birth_date=birth_date,
            version="02.00",
            as_of=now,
            digest=hashlib.sha256(number.encode()).digest(),
        )
        NumberHash.objects.get_or_create(insz=number, defaults={"hash": hash_of(number)})
        Block.objects.bulk_create(
            Block(person=made, name=name, xml=xml) for name, xml in (blocks or BLOCKS).items()
        )
        Standing.objects.create(
            person=made,
            verdict=verdict,
            may_miss=slack[0],
            decides_on=slack[1],
            parts=[part_line(verdict=verdict)] if parts is None else parts,
            target_code="JA",
            target_type="PLICHT",
            housing=housing,
            by_supplier=by_supplier,
        )
        Enrolment.objects.create(
            person=made,
            key="c1",
            part="NT2",
        )
    return made


def part_line(part: str = "NT2", verdict: str = "kept", **changes) -> dict:
    """One part as the import writes it on a list line."""
    figures: ListPart = {
        "part": part,
        "verdict": verdict,
        "numerator": "4500",
        "denominator": "5400",
        "required": "80",
        "cut": "83.3",
        "present": "4140",
        "justified": "360",
        "unjustified": "900",
        "to_come": "2700",
        "at_best": False,
        "may_miss": 15 if verdict == "kept" else None,
        "decides_on": None,
        "since": None,
        "starts": "2026-01-12",
        "ends": "2026-12-30",
        "suspended_until": None,
        "course": "1.1 Breakthrough",
        "centre": "Ligo Gent",
        "lessons": [],
    }
    return figures | changes


def inscribe(
    institution: Institution,
    person: Person | str,
    capacity: str = "leefloon",
    *,
    valid_from: datetime.date | None = None,
    valid_until: datetime.date | None = None,
) -> Inscription:
    """An inscription through the one write path; in force from a month ago unless told otherwise."""
    number = person if isinstance(person, str) else person.insz
    start = valid_from or today() - datetime.timedelta(days=30)
    with owner(), working_for(institution):
        [(_, outcome)] = register(
            institution=institution,
            rows=[
                Row(1, number, capacity, start, valid_until or start + datetime.timedelta(days=150), "proef")
            ],
        )
    assert outcome == "registered", outcome
    with owner():
        inscription = Inscription.objects.select_related("mandate", "person", "institution").get(
            institution=institution, insz=number, mandate__capacity=capacity, valid_from=start
        )
        in_force = inscription.mandate.versions.in_force(today()).first()
        if in_force is not None:
            inscription.version = in_force
    return inscription


def detour(inscription: Inscription, **fields) -> AccessRequest:
    """A detour about the number of an inscription: asked of VDAB ten days ago and open, unless told otherwise."""
    values = {"third_party": "vdab", "asked_on": today() - datetime.timedelta(days=10)} | fields
    with owner():
        return AccessRequest.objects.get_or_create(
            institution_id=inscription.institution_id, insz=inscription.insz, **values
        )[0]


def succeed(*words: str, on: datetime.date | None = None) -> str:
    """Run `manage.py succeed OLD… NEW` from today (or from `on`); return what it prints."""
    out = io.StringIO()
    with owner(), override_settings(ROLE="owner"):
        call_command("succeed", *words, "--on", str(on or today()), stdout=out)
    return out.getvalue()


def fetch(sql: str, *params: object, **bound: object) -> list[tuple]:
    """What raw SQL answers the web role when `bound` is bound (institution, user, role, scope, inscription, escape)."""
    with connection.cursor() as cursor:
        for name in ("institution", "user", "role", "scope", "inscription", "escape"):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", str(bound.get(name) or "")])
        cursor.execute(sql, params)
        rows = cursor.fetchall()
        for name in ("institution", "user", "role", "scope", "inscription", "escape"):
            cursor.execute("SELECT set_config(%s, '', true)", [f"app.{name}"])
    return rows


def log_rows() -> list[dict]:
    """The whole log, oldest first, as the owner reads it."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(c) FROM consultations_consultation c ORDER BY xid, at")
        return [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]


def escape(acting: Membership, number: str, **fields) -> Escape:
    """An escape of this user to this number that began a minute ago, under the version in force of their institution.

    `hours` is how long it lasts, `began` how long ago it began, in hours too.
    """
    began, hours = fields.pop("began", 1 / 60), fields.pop("hours", 4)
    begun = timezone.now() - datetime.timedelta(hours=began)
    versions = MandateVersion.objects.in_force(today()).filter(mandate__institution=acting.institution_id)
    values = {
        "version": fields.pop("version", None) or versions.exclude(escape_blocks=[]).order_by("pk").first(),
        "reason": "safety",
        "explanation": "een toelichting van een proef",
        "due_on": timezone.localdate(begun) + datetime.timedelta(days=14),
    } | fields
    with owner():
        made = Escape.objects.create(
            institution=acting.institution,
            user=acting.user,
            user_name=str(acting.user),
            insz=number,
            at=begun,
            ends_at=begun + datetime.timedelta(hours=hours),
            **values,
        )
    return made


def limit_looks(**values: int) -> None:
    """Set other limits for this test; those that are not named are out of reach."""
    names = ["persons_in_minute", "persons_in_hour", "requests_in_minute", "requests_in_hour"]
    names += ["refusals_in_minute", "refusals_in_hour"]
    columns = ", ".join(f"OUT {name} integer" for name in names)
    numbers = ", ".join(str(values.get(name, 1_000_000)) for name in names)
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION partners_look_limits({columns}) LANGUAGE sql IMMUTABLE"
            f" AS $$ SELECT {numbers} $$"
        )
