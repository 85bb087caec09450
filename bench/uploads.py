"""Uploaded client lists: from the file to the report, against the command that registers the same file."""

from __future__ import annotations

import subprocess
from typing import Any

from . import actions
from .figures import Findings, Ratio, median
from .house import BenchError, Child, House, Memory
from .population import SEED, Say, World

SECTION = "Uploaded lists"
ROUNDS = 3
ROWS, LEAST = 20_000, 500
# After the lists of `World.institutions`; the command and the portal each have institutions of their own.
FIRST_PLACE = 1000


def measure(world: World, findings: Findings, say: Say) -> None:
    """Each round registers one list twice, for two institutions; which side comes first alternates."""
    world.ensure_imported(say)
    rows = min(ROWS, max(LEAST, round(ROWS * world.scale)))
    speeds: dict[str, list[float]] = {"portal": [], "command": []}
    requests: list[float] = []
    peak = 0.0
    say(f"Uploading lists of {rows:,} rows, {ROUNDS} rounds …")
    with Child(world.house, "owner") as owner, Child(world.house) as web:
        names = [f"upload {number}" for number in range(2 * ROUNDS)]
        institutions = owner.run(actions.institutions, names=names, first_place=FIRST_PLACE)
        for turn in range(ROUNDS):
            file: dict[str, Any] = {
                "path": str(world.house.folder / "upload.csv"),
                "persons": world.persons,
                "seed": SEED,
                "place": FIRST_PLACE + turn,
                "size": rows,
            }
            for which in ("portal", "command") if turn % 2 else ("command", "portal"):
                institution = institutions.pop()
                if which == "command":
                    seconds = owner.run(actions.register_clients, institution=institution, **file)["seconds"]
                else:
                    request, upload = web.run(actions.upload_list, institution=institution, **file)
                    worker_peak = _work(world.house)
                    web.run(actions.start_upload, institution=institution, upload=upload)
                    peak = max(peak, worker_peak, _work(world.house))
                    requests.append(request)
                    seconds = request + _seconds_of_tasks(world.house, upload)
                speeds[which].append(rows / seconds)
            say(f"  {speeds['portal'][-1]:,.0f} against {speeds['command'][-1]:,.0f} rows a second")
    findings.ratios.append(
        Ratio(
            SECTION,
            "rows of an uploaded list, judged and registered, against import_clients",
            "/s",
            speeds["portal"],
            speeds["command"],
        )
    )
    findings.remark(
        SECTION,
        f"lists of {rows:,} rows; the request that takes one in lasts {median(requests):.1f} s; the worker holds "
        f"{peak:.0f} MiB at most",
    )


def _work(house: House) -> float:
    """Have a worker do the tasks that wait; return its most memory, in MiB."""
    worker = house.spawn(
        *("manage.py", "db_worker", "--batch", "--no-startup-delay"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with Memory(worker) as memory:
        worker.wait()
    return memory.peak


def _seconds_of_tasks(house: House, upload: str) -> float:
    tasks = house.sql(
        "SELECT status, extract(epoch FROM finished_at - started_at) FROM django_tasks_database_dbtaskresult"
        f" WHERE args_kwargs -> 'args' ->> 0 = '{upload}'"
    )
    if not tasks or {status for status, _seconds in tasks} != {"SUCCESSFUL"}:
        raise BenchError(f"The worker did not do the upload: {tasks}")
    return float(sum(seconds for _status, seconds in tasks))
