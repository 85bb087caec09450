"""The OCMWs of Flanders, and those before the mergers of 2025, as institutions; see `data/README.md`."""

from __future__ import annotations

import csv
import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.utils.text import slugify

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.services import INSTITUTION_GROUP
from partners.succession import end_institution

MUNICIPALITIES = Path(__file__).parent / "data" / "vlaamse-gemeenten-2025.csv"
MERGED_ON = datetime.date(2025, 1, 1)


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


def admit_ocmws(institutions: dict[str, Institution]) -> None:
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
