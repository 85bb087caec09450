"""`manage.py work`: the clock."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.clock import Clock
from statistics.jobs import lanes


class Command(BaseCommand):
    help = (
        "Do what has to happen by itself, each job on its own rhythm: roll up the figures, seal and verify the log, "
        "make its partitions, delete what is past its term. Runs all the time, as the owner. Started twice, the second "
        "waits until the first ends. --once runs what is due now and ends, with code 1 if a job failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due now, and end")

    def handle(self, *, once: bool, **options: Any) -> None:
        if settings.ROLE != "owner":
            raise CommandError("The clock works as the owner: set KBI_DB_ROLE=owner.")
        if once:
            self._turn()
            return
        clock = Clock(lanes())
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, clock.stop)
        clock.run()

    def _turn(self) -> None:
        failed = []
        for name, lane in lanes().items():
            try:
                runs = lane.turn()
            finally:
                # Another process may run these jobs while this one goes on with the next lane.
                lane.release()
            if runs is None:
                self.stdout.write(f"Another process runs the {name} jobs.")
            for run in runs or []:
                self.stdout.write(f"{run.job}: {run.words}")
                failed += [run.job] if run.failed else []
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log of the application says why.")
