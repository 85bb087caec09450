"""Institutions and accounts for a demonstration: partners of every kind, with an account each, and all OCMWs.

The accounts are invented. Enterprise numbers in 0999.xxx.xxx were never given out. The other OCMWs have their name and
NIS code (`data/README.md`) and no enterprise number: the published list has none. So no client list can name them.
"""

from __future__ import annotations

import csv
import datetime
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.text import slugify

from partners.enums import InstitutionKind, Role
from partners.groups import ADMINISTRATORS, sync_groups
from partners.models import Institution, Membership, User
from partners.rights import grant_on_server
from partners.services import INSTITUTION_GROUP, admit
from partners.succession import end_institution

from .generator.regions import kbo

FIELDS = ["institution", "role", "login", "password"]
SINCE = datetime.date(2015, 1, 1)
MUNICIPALITIES = Path(__file__).parent / "data" / "vlaamse-gemeenten-2025.csv"
MERGED_ON = datetime.date(2025, 1, 1)
REASON = "Voorbeeld"
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
    Account(
        "joke.mertens@ocmw.example",
        "Joke",
        "Mertens",
        (("OCMW Aalst", Role.CASE_WORKER), ("OCMW Gent", Role.CASE_WORKER)),
    ),
    Account("tom.jacobs@agentschap.example", "Tom", "Jacobs", agency=True),
    # A second administrator confirms the proposals of the first.
    Account("lena.smets@agentschap.example", "Lena", "Smets", agency=True),
]


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
    _admit_ocmws(institutions)
    passwords = _passwords(out)
    rows = []
    for account in ACCOUNTS:
        password = _make_account(account, institutions, passwords.get(account.login))
        rows.append(
            {
                "institution": " + ".join(name for name, _ in account.memberships) or "(agentschap)",
                "role": account.memberships[0][1].value if account.memberships else AGENCY_ROLE,
                "login": account.login,
                "password": password,
            }
        )
    _write(out, rows)
    return rows


@dataclass(frozen=True)
class Municipality:
    """A municipality since 2025. `merged` are NIS code and name of those it was merged from.

    One that goes on under its own code is left out.
    """

    nis: str
    name: str
    merged: tuple[tuple[str, str], ...]

    @property
    def ocmw(self) -> str:
        return f"OCMW {self.name}"


def municipalities() -> list[Municipality]:
    """Return the Flemish municipalities in the order of the file."""
    with MUNICIPALITIES.open(newline="", encoding="utf-8") as file:
        return [
            Municipality(
                row["nis"],
                row["gemeente"],
                tuple(
                    (nis, name)
                    for nis, name in re.findall(r"(\d{5}) ([^;]+)", row["samengevoegd_op_2025_01_01_uit"])
                    if nis != row["nis"]
                ),
            )
            for row in csv.DictReader(file)
        ]


def _admit_ocmws(institutions: dict[str, Institution]) -> None:
    """Admit the OCMWs that are missing in `institutions`, and those that were merged, with their successor."""
    everybody = municipalities()
    names = {municipality.ocmw for municipality in everybody}
    _admit_together([(municipality.ocmw, municipality.nis) for municipality in everybody], institutions)
    merged = {
        # A merged municipality may have the name of one of those before it.
        (f"OCMW {before} (tot 2025)" if f"OCMW {before}" in names else f"OCMW {before}"): (
            nis,
            municipality.ocmw,
        )
        for municipality in everybody
        for nis, before in municipality.merged
    }
    for name in _admit_together([(name, nis) for name, (nis, _) in merged.items()], institutions):
        end_institution(institutions[name], institutions[merged[name][1]], MERGED_ON)


def _admit_together(ocmws: list[tuple[str, str]], institutions: dict[str, Institution]) -> list[str]:
    """Admit these OCMWs (name and NIS code) as far as they are missing, and add them; return the new names.

    In two queries: `admit` takes eight for each. Names and codes come from our own file.
    """
    missing = [(name, nis) for name, nis in ocmws if name not in institutions]
    groups = Group.objects.bulk_create(Group(name=INSTITUTION_GROUP.format(name=name)) for name, _ in missing)
    admitted = Institution.objects.bulk_create(
        Institution(name=name, kind=InstitutionKind.OCMW, slug=slugify(name), nis_code=nis, group=group)
        for (name, nis), group in zip(missing, groups, strict=True)
    )
    institutions |= {institution.name: institution for institution in admitted}
    return [institution.name for institution in admitted]


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
