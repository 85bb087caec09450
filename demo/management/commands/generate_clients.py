"""`manage.py generate_clients --persons N --seed S --as-of DATE --out DIR`"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.generator.clients import client_list, write_csv
from demo.generator.population import EARLIEST, LATEST, MOST_PERSONS
from demo.use.clients import institutions_with_mandates, list_size
from partners.models import Institution

from .generate_dossiers import _day


class Command(BaseCommand):
    help = (
        "Invent client lists over the population that generate_dossiers makes of the same number and seed: for each "
        "active institution with a KBO number and mandates one CSV, named by that number, in the capacities its "
        "mandates give. The same seed and institutions give the same bytes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persons", type=int, required=True, metavar="N", help="of the population")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the population, default 1")
        parser.add_argument(
            "--as-of", type=_day, required=True, metavar="DATE", help="day the lists are made, YYYY-MM-DD"
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="folder for the lists, made when missing"
        )

    def handle(self, *args: object, **options) -> None:
        persons, seed, as_of, out = (options[name] for name in ("persons", "seed", "as_of", "out"))
        if not settings.KBI_ALLOW_TEST_NUMBERS:
            raise CommandError("Invented clients have no place where KBI_ALLOW_TEST_NUMBERS is off.")
        if not 1 <= persons <= MOST_PERSONS:
            raise CommandError(f"--persons must lie between 1 and {MOST_PERSONS}.")
        if not 0 <= seed < 2**63:
            raise CommandError("--seed must be a number from 0 on, below 2 to the power of 63.")
        if not EARLIEST <= as_of <= LATEST:
            raise CommandError(f"--as-of must lie between {EARLIEST} and {LATEST}.")
        lists = rows = 0
        try:
            out.mkdir(parents=True, exist_ok=True)
            listed = Institution.objects.active().exclude(kbo_number="").order_by("pk")
            for place, (institution, capacities) in enumerate(institutions_with_mandates(listed, as_of)):
                size = list_size(persons, place)
                path = out / f"{institution.kbo_number}.csv"
                aside = path.with_suffix(".new")
                school = institution.kbo_number if institution.is_school else None
                clients = client_list(persons, seed, place, size, capacities, as_of, school=school)
                rows += write_csv(aside, clients)
                os.replace(aside, path)
                lists += 1
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}.") from error
        if not lists:
            raise CommandError(
                "No active institution has both a KBO number and mandates: nothing was written."
            )
        self.stdout.write(f"{rows} clients in {lists} lists in {out}, seed {seed}, as of {as_of}")
