"""The persons, institutions and inscriptions everything is measured on; made once, through the real import."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from partners.periods import today

from . import actions
from .house import Child, House

if TYPE_CHECKING:
    from .logs import Logs

SEED = 1
PERSONS, INSCRIPTIONS, LARGE, SMALL = 100_000, 300_000, 50_000, 2_000
OTHERS = 100
# A tenth of the rows of an invented list has expired, has not begun, or waits for an unknown person.
IN_FORCE = 0.91

Say = Callable[[str], None]


class World:
    """The data the sections share. Each part is made on first use."""

    def __init__(self, house: House, scale: float) -> None:
        self.house = house
        self.scale = scale
        self.persons = round(PERSONS * scale)
        self.imported = False
        self.logs: Logs | None = None  # of `logs.logs_of`

    @cached_property
    def migrated(self) -> bool:
        self.house.migrate()
        return True

    @cached_property
    def folders(self) -> list[Path]:
        """The generated dossiers, a thousand files a folder."""
        out = self.house.folder / "dossiers"
        self.house.manage(
            *("generate_dossiers", "--persons", self.persons, "--seed", SEED),
            *("--as-of", today(), "--out", out),
        )
        return sorted(path for path in out.iterdir() if path.is_dir() and not path.name.startswith("."))

    def ensure_imported(self, say: Say) -> None:
        """Bring the dossiers in, unless the section that measures this did."""
        if not self.imported:
            assert self.migrated
            say(f"Making and importing {self.persons:,} dossiers …")
            say("  " + self.house.manage("import_dossiers", *self.folders))
            self.imported = True

    @cached_property
    def institutions(self) -> dict[str, int]:
        """Number of each institution by name: `large`, `small`, and the others; all lists registered."""
        names = ["large", "small", *(f"other {number}" for number in range(OTHERS))]
        with Child(self.house, "owner") as owner:
            return dict(zip(names, owner.run(actions.institutions, names=names), strict=True))

    def size_of(self, name: str) -> int:
        """How many rows the list of an institution gets."""
        # Also the smallest list has several pages.
        small = max(200, round(SMALL * self.scale / IN_FORCE))
        rows = {"large": round(LARGE * self.scale / IN_FORCE), "small": small}
        rest = round(INSCRIPTIONS * self.scale) - sum(rows.values())
        return rows.get(name, rest // OTHERS)

    @cached_property
    def registered(self) -> dict[str, float]:
        """All client lists registered; how many inscriptions, wrong rows, and seconds."""
        totals = {"registered": 0.0, "wrong": 0.0, "seconds": 0.0}
        with Child(self.house, "owner") as owner:
            for place, (name, institution) in enumerate(self.institutions.items()):
                report = owner.run(
                    actions.register_clients,
                    path=str(self.house.folder / "clients.csv"),
                    persons=self.persons,
                    seed=SEED,
                    place=place,
                    size=self.size_of(name),
                    institution=institution,
                )
                for key in totals:
                    totals[key] += report[key]
        # As the server would do by itself within minutes.
        self.house.sql("VACUUM ANALYZE")
        return totals

    def ensure_registered(self, say: Say) -> None:
        """Bring dossiers and client lists in, and say how long the lists took."""
        self.ensure_imported(say)
        if "registered" not in self.__dict__:
            say(f"Registering {round(INSCRIPTIONS * self.scale):,} inscriptions …")
            done = self.registered
            say(f"  {done['registered']:,.0f} in {done['seconds']:.0f} s, {done['wrong']:.0f} wrong rows")
