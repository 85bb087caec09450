"""Messages of the day before, through the real import: those of the population change the standing of some persons."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from demo.generator import population
from persons.enums import VerdictLabel
from persons.models import Standing
from persons.services.importing import ImportReport, import_dossiers
from tests import factories

AS_OF = datetime.date(2025, 11, 24)
PERSONS = 120
BELOW = {VerdictLabel.REACHABLE, VerdictLabel.OUT_OF_REACH}


def take(folder: Path) -> tuple[ImportReport, dict[str, str]]:
    """Import a folder; return the report, and the verdict of each number."""
    with factories.owner():
        report = import_dossiers([folder], allow_test=True, processes=0)
        return report, dict(Standing.objects.values_list("person__insz", "verdict"))


@pytest.mark.django_db
def test_some_persons_fell_below_the_norm_since_the_day_before_and_some_are_back(tmp_path):
    options = [f"--persons={PERSONS}", "--seed=1", f"--as-of={AS_OF}", f"--out={tmp_path / 'earlier'}"]
    call_command("generate_earlier", *options)
    population.write(PERSONS, 1, AS_OF, tmp_path / "dossiers")
    first, before = take(tmp_path / "earlier")
    assert first.set_aside == 0
    second, after = take(tmp_path / "dossiers")
    assert (second.new, second.changed) == (PERSONS - len(before), len(before))
    changes = {(verdict in BELOW, after[insz] in BELOW) for insz, verdict in before.items()}
    assert changes >= {(False, True), (True, False)}
