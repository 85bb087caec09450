"""`manage.py generate_clients`: client lists that the real import takes."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from partners.models import Institution
from partners.periods import today
from tests import factories


@pytest.mark.django_db
def test_generated_clients_go_in_without_a_wrong_row(tmp_path, capsys):
    with factories.owner():
        call_command("demo_accounts", "--out", str(tmp_path / "accounts.csv"))
    for out in ("once", "twice"):
        call_command(
            *("generate_clients", "--persons=200", "--seed=5", f"--as-of={today()}"),
            *("--out", str(tmp_path / out)),
        )
    lists = sorted((tmp_path / "once").iterdir())
    assert len(lists) > 3
    assert [path.read_bytes() for path in lists] == [
        path.read_bytes() for path in sorted((tmp_path / "twice").iterdir())
    ]
    sizes = {}
    for path in lists:
        capsys.readouterr()
        with factories.owner():
            call_command("import_clients", str(path), "--institution", path.stem)
        out, err = capsys.readouterr()
        assert err == ""
        sizes[path.stem] = int(out.split()[0])
    with factories.owner():
        first = Institution.objects.exclude(kbo_number="").earliest("pk").kbo_number
    assert sizes[first] == 60
    assert max(size for number, size in sizes.items() if number != first) < 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"persons": 0}, "--persons must lie between"),
        ({"seed": -1}, "--seed must be"),
        ({"as_of": "1990-01-01"}, "--as-of must lie between"),
        ({}, "No active institution"),
    ],
)
def test_clients_that_cannot_be_generated_are_refused_in_words(tmp_path, arguments, says):
    given = {"persons": 10, "seed": 1, "as_of": "2025-11-24", "out": tmp_path / "out"} | arguments
    words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    with pytest.raises(CommandError, match=says):
        call_command("generate_clients", *words)


@pytest.mark.django_db
def test_clients_are_not_invented_where_test_numbers_are_refused(tmp_path, settings):
    settings.KBI_ALLOW_TEST_NUMBERS = False
    with pytest.raises(CommandError, match="KBI_ALLOW_TEST_NUMBERS is off"):
        call_command("generate_clients", "--persons=10", "--as-of=2025-11-24", f"--out={tmp_path}")
