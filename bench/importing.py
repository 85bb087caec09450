"""The import against parsing the same files and copying their text."""

from __future__ import annotations

import json
import subprocess
import time

from .figures import Findings, Ratio
from .house import BenchError, House, Memory
from .population import Say, World

SECTION = "Import"
ROUNDS = 5


def measure(world: World, findings: Findings, say: Say) -> None:
    """Each round takes its own part of the dossiers, for both; which comes first alternates."""
    assert world.migrated
    house = world.house
    say(f"Making {world.persons:,} dossiers …")
    folders = world.folders
    # The owner's own table, without index: the least a COPY can do.
    house.sql(
        "CREATE TABLE bench_message (file text, message text)", "ALTER TABLE bench_message OWNER TO kbi_owner"
    )
    rounds = min(ROUNDS, len(folders))
    speeds: dict[str, list[float]] = {"import": [], "baseline": []}
    peaks = {"import": 0.0, "baseline": 0.0}
    size = number = 0
    say(f"Importing them in {rounds} rounds …")
    for turn in range(rounds):
        part = [str(folder) for folder in folders[turn::rounds]]
        files = sum(1 for folder in folders[turn::rounds] for _ in folder.iterdir())
        for which in ("import", "baseline") if turn % 2 else ("baseline", "import"):
            begun = time.monotonic()
            if which == "import":
                out, peak = _run(house, "manage.py", "import_dossiers", *part)
                seconds = time.monotonic() - begun
                if f"{files} read: {files} new, 0 changed, 0 unchanged" not in out:
                    raise BenchError(f"The import did not bring everything in: {out}")
            else:
                out, peak = _run(house, "-m", "bench.baseline", house.server.url("kbi_owner"), *part)
                seconds = time.monotonic() - begun
                done = json.loads(out)
                number, size = number + done["files"], size + done["bytes"]
            speeds[which].append(files / seconds)
            peaks[which] = max(peaks[which], peak)
        say(f"  {speeds['import'][-1]:,.0f} against {speeds['baseline'][-1]:,.0f} a second")
    world.imported = True
    house.sql("DROP TABLE bench_message")
    findings.ratios.append(
        Ratio(
            SECTION,
            "dossiers imported, against lxml parse + COPY of the text",
            "/s",
            speeds["import"],
            speeds["baseline"],
            0.35,
        )
    )
    again = time.monotonic()
    house.manage("import_dossiers", *map(str, folders))
    again = time.monotonic() - again
    findings.remark(
        SECTION,
        f"{number:,} messages of {size / number / 1000:.1f} kB; the import's processes hold {peaks['import']:.0f} MiB "
        f"at most, the baseline {peaks['baseline']:.0f} MiB",
    )
    findings.remark(SECTION, f"the same messages again, nothing written: {number / again:,.0f} /s")


def _run(house: House, *command: object) -> tuple[str, float]:
    process = house.spawn(*command, role="owner", stdout=subprocess.PIPE)
    with Memory(process) as memory:
        out, _ = process.communicate()
    if process.returncode:
        raise BenchError(f"{command[0]} {command[1]} failed (exit code {process.returncode}).")
    return out.strip(), memory.peak
