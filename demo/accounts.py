"""Institutions and accounts for a demonstration: partners of every kind, with an account each, and all OCMWs.

The accounts are invented. Enterprise numbers in 0999.xxx.xxx were never given out. The other OCMWs have their name and
NIS code (`data/README.md`) and no enterprise number: the published list has none. So no client list can name them.
"""

from __future__ import annotations

import csv
import datetime
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction

from partners.enums import InstitutionKind, Role
from partners.groups import ADMINISTRATORS, sync_groups
from partners.inviting import invite
from partners.models import Institution, Invitation, Membership, User
from partners.rights import grant_on_server, longest_until
from partners.services import admit, working_for

from .generator.regions import kbo
from .municipalities import admit_ocmws, municipalities

FIELDS = ["institution", "role", "login", "password"]
SINCE = datetime.date(2015, 1, 1)
REASON = "Voorbeeld"
PROPOSED = "voorgesteld"
AGENCY_ROLE = "agency_administrator"


# The five names of the 2015 exchange table come first: the imported counts are about them.
INSTITUTIONS: list[tuple[str, InstitutionKind, str]] = [
    ("OCMW Gent", InstitutionKind.OCMW, kbo(9990101)),
    ("VMSW", InstitutionKind.VMSW, kbo(9990102)),
    ("VDAB", InstitutionKind.VDAB, kbo(9990103)),
    ("CVO/CBE", InstitutionKind.SECTOR, ""),
    ("AHOVOKS", InstitutionKind.AHOVOKS, kbo(9990104)),
    ("OCMW Aalst", InstitutionKind.OCMW, kbo(9990105)),
    ("CVO De Sprong", InstitutionKind.CVO, kbo(9990106)),
    # Its number is in the generated messages (generator/regions.py), so it gets the questions about its lessons.
    ("CVO De Lindeboom", InstitutionKind.CVO, kbo(9990001)),
    ("Agentschap Integratie en Inburgering", InstitutionKind.AGENCY, kbo(9990107)),
    ("Huisvestingsmaatschappij De Gevel", InstitutionKind.SHM, kbo(9990108)),
    ("CBE De Eerste Letter", InstitutionKind.CBE, kbo(9990109)),
    ("Onthaalbureau Welkom", InstitutionKind.ONTHAALBUREAU, kbo(9990110)),
    ("Huis van het Nederlands", InstitutionKind.HVN, kbo(9990111)),
]


@dataclass(frozen=True)
class Account:
    """A person who can sign in; the table of accounts names the role of the first membership."""

    login: str
    first_name: str
    last_name: str
    memberships: tuple[tuple[str, Role], ...] = ()
    agency: bool = False
    # Access that the first administrator of the agency proposed, and no one confirmed yet.
    proposed: tuple[tuple[str, Role], ...] = ()


ACCOUNTS = [
    Account("an.peeters@ocmw-gent.example", "An", "Peeters", (("OCMW Gent", Role.CASE_WORKER),)),
    Account("luc.maes@ocmw-gent.example", "Luc", "Maes", (("OCMW Gent", Role.LOCAL_ADMINISTRATOR),)),
    Account("nele.devos@ocmw-gent.example", "Nele", "De Vos", (("OCMW Gent", Role.PRIVACY_OFFICER),)),
    Account("bram.claes@ocmw-aalst.example", "Bram", "Claes", (("OCMW Aalst", Role.CASE_WORKER),)),
    Account("sara.wouters@vdab.example", "Sara", "Wouters", (("VDAB", Role.CASE_WORKER),)),
    Account("karim.aziz@vmsw.example", "Karim", "Aziz", (("VMSW", Role.CASE_WORKER),)),
    Account(
        "els.dewit@de-gevel.example",
        "Els",
        "De Wit",
        (("Huisvestingsmaatschappij De Gevel", Role.CASE_WORKER),),
    ),
    Account("piet.vos@cvo-de-sprong.example", "Piet", "Vos", (("CVO De Sprong", Role.CASE_WORKER),)),
    Account(
        "mia.goossens@de-eerste-letter.example",
        "Mia",
        "Goossens",
        (("CBE De Eerste Letter", Role.CASE_WORKER),),
    ),
    Account("wim.aerts@ahovoks.example", "Wim", "Aerts", (("AHOVOKS", Role.CASE_WORKER),)),
    Account(
        "rita.lemmens@onthaalbureau-welkom.example",
        "Rita",
        "Lemmens",
        (("Onthaalbureau Welkom", Role.CASE_WORKER),),
    ),
    Account(
        "jan.desmet@huisnederlands.example",
        "Jan",
        "De Smet",
        (("Huis van het Nederlands", Role.CASE_WORKER),),
    ),
    Account("eva.dubois@cvo-lindeboom.example", "Eva", "Dubois", (("CVO De Lindeboom", Role.CASE_WORKER),)),
    Account(
        "joke.mertens@ocmw.example",
        "Joke",
        "Mertens",
        (("OCMW Aalst", Role.CASE_WORKER), ("OCMW Gent", Role.CASE_WORKER)),
    ),
    Account(
        "pieter.goossens@ocmw-gent.example",
        "Pieter",
        "Goossens",
        proposed=(("OCMW Gent", Role.LOCAL_ADMINISTRATOR),),
    ),
    Account(
        "hilde.dams@agentschap.example",
        "Hilde",
        "Dams",
        (("Agentschap Integratie en Inburgering", Role.PRIVACY_OFFICER),),
    ),
    Account("tom.jacobs@agentschap.example", "Tom", "Jacobs", agency=True),
    # A second administrator confirms the proposals of the first.
    Account("lena.smets@agentschap.example", "Lena", "Smets", agency=True),
]
# The colleague who is invited, and the institution and local administrator who invite.
INVITED = "jonas.baert@ocmw-gent.example"
INVITER = ("OCMW Gent", "luc.maes@ocmw-gent.example")


@transaction.atomic
def make_demo(out: Path) -> list[dict[str, str]]:
    """Make the institutions and accounts that are not there yet and write the table of accounts to `out`.

    Passwords are drawn for this machine. An account keeps the password in `out`, also when it is made again in a new
    database; without one there it gets a new password. Returns the rows written. Raises OSError when `out` cannot be
    written; nothing is made then.
    """
    sync_groups()
    institutions = {institution.name: institution for institution in Institution.objects.all()}
    codes = {municipality.ocmw: municipality.nis for municipality in municipalities()}
    for name, kind, number in INSTITUTIONS:
        if name not in institutions:
            institutions[name] = admit(name=name, kind=kind, kbo_number=number, nis_code=codes.get(name, ""))
    admit_ocmws(institutions)
    passwords = _passwords(out)
    rows = []
    for account in ACCOUNTS:
        password = _make_account(account, institutions, passwords.get(account.login))
        rows.append(
            {
                "institution": _where(account),
                "role": next((role.value for _, role in account.memberships + account.proposed), AGENCY_ROLE),
                "login": account.login,
                "password": password,
            }
        )
    for account in ACCOUNTS:
        _propose(account, institutions)
    _invite(institutions[INVITER[0]])
    _write(out, rows)
    return rows


def _where(account: Account) -> str:
    names = [name for name, _ in account.memberships]
    names += [f"{name} ({PROPOSED})" for name, _ in account.proposed]
    return " + ".join(names) or "(agentschap)"


def _propose(account: Account, institutions: dict[str, Institution]) -> None:
    """Propose the access that waits for confirmation, in the name of the first administrator of the agency."""
    by = User.objects.get(email=next(each.login for each in ACCOUNTS if each.agency))
    for name, role in account.proposed:
        Membership.objects.get_or_create(
            user=User.objects.get(email=account.login),
            institution=institutions[name],
            role=role,
            defaults={"proposed_by": by, "valid_until": longest_until(), "reason": REASON},
        )


def _invite(institution: Institution) -> None:
    """Let the local administrator invite a colleague, whose link no one has."""
    if not Invitation.objects.filter(institution=institution, email=INVITED).exists():
        by = User.objects.get(email=INVITER[1])
        with working_for(institution, by, Role.LOCAL_ADMINISTRATOR):
            invite(email=INVITED, role=Role.CASE_WORKER, until=longest_until(), reason=REASON)


def _make_account(account: Account, institutions: dict[str, Institution], password: str | None) -> str:
    """Make the account and its memberships if they are missing; returns its password."""
    user = User.objects.filter(email=account.login).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(
            account.login,
            first_name=account.first_name,
            last_name=account.last_name,
            is_staff=account.agency,
        )
    if is_new or password is None:
        password = password or "-".join(secrets.token_hex(2) for _ in range(4))
        user.set_password(password)
        user.save(update_fields=["password"])
    if account.agency:
        user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    for name, role in account.memberships:
        if not Membership.objects.filter(user=user, institution=institutions[name], role=role).exists():
            grant_on_server(user=user, institution=institutions[name], role=role, first=SINCE, reason=REASON)
    return password


def _passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as handle:
        return {row["login"]: row["password"] for row in csv.DictReader(handle) if row.get("password")}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as handle:
        writer = csv.DictWriter(handle, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    aside.replace(path)
