"""`manage.py db_worker`: the worker of django-tasks, which first takes over what a killed worker left unfinished."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django_tasks_db.management.commands import db_worker

from partners.tasks import take_over


class Command(db_worker.Command):
    help = (
        "Run the work of the background: uploaded client lists, reset links. Runs all the time, as the web role. Give "
        "each of several workers an id of its own: a worker that starts takes over what the one with its id was doing "
        "when it was killed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(worker_id="worker")

    def handle(self, *, worker_id: str, **options: Any) -> None:
        take_over(worker_id)
        super().handle(worker_id=worker_id, **options)
