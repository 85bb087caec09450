"""The messages that put some persons of the demo in doubt, through the real import."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command

from demo.generator import doubts
from demo.generator.clients import first_clients
from persons.models import Person
from persons.services.importing import import_dossiers
from tests import factories
from tests.demo.populations import files

AS_OF = datetime.date(2025, 11, 24)
PERSONS = 60


@pytest.mark.django_db
def test_the_demo_shows_every_kind_of_doubt(tmp_path):
    for name, content in files(PERSONS, as_of=AS_OF, seed=1).items():
        path = tmp_path / "dossiers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    options = [f"--persons={PERSONS}", "--seed=1", f"--as-of={AS_OF}", f"--out={tmp_path / 'doubts'}"]
    call_command("generate_doubts", *options)
    with factories.owner():
        import_dossiers([tmp_path / "dossiers"], allow_test=True, processes=0)
        report = import_dossiers([tmp_path / "doubts"], allow_test=True, processes=0)
        found = {person.insz: person for person in Person.objects.exclude(doubts=None)}
    assert (report.changed, report.new) == (doubts.EACH, doubts.EACH)
    clients = [
        identity.insz for _, identity in zip(range(2 * doubts.EACH), first_clients(PERSONS, 1), strict=False)
    ]
    replaced = clients[doubts.EACH :]
    assert {insz for insz, person in found.items() if "newer_number" in person.doubts} == set(replaced)
    assert all(found[insz].warnings == ["30004.KSZ"] for insz in replaced)
    aside = {insz for insz, person in found.items() if "set_aside" in person.doubts}
    assert len(aside) == report.set_aside >= 1
    assert aside <= set(clients)
