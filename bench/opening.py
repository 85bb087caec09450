"""Opening a file over HTTP against a view that only checks the session: same server, same middleware."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
import urllib.request
from typing import Any

from . import actions
from .figures import Findings, Ratio, median
from .house import BenchError, Child, House, end
from .population import Say, World

SECTION = "Opening a file"
ROUNDS = 5
SECONDS = 4.0
WORKERS, THREADS = 2, 8


def measure(world: World, findings: Findings, say: Say) -> None:
    world.ensure_registered(say)
    house = world.house
    house.manage("collectstatic", "--no-input", "-v0")
    large = world.institutions["large"]
    with Child(house, "owner") as owner:
        sessions = owner.run(actions.sessions, institution=large, number=THREADS)
    with Child(house) as web:
        files = web.run(actions.files_of, institution=large, number=2000)
    port = _free_port()
    server = _start(house, port)
    say(f"Opening files over HTTP, {ROUNDS} rounds of {SECONDS:.0f} s …")
    kinds = {"file": (files, "</html>"), "session": (["/bench/session"], "yes")}
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
    try:
        for turn in range(-1, ROUNDS):
            for kind in sorted(kinds, reverse=bool(turn % 2)):
                paths, holds = kinds[kind]
                requests = [(path, sessions[place % THREADS]) for place, path in enumerate(paths * THREADS)]
                before = _logged(house)
                figures = _load(house, port, requests, holds, SECONDS if turn >= 0 else 1.0)
                written = _logged(house) - before
                if written != (figures["requests"] if kind == "file" else 0):
                    raise BenchError(f"{figures['requests']} requests wrote {written} rows in the log.")
                if turn >= 0:
                    found[kind].append(figures)
    finally:
        end(server)
    speeds = {kind: [each["per_second"] for each in rounds] for kind, rounds in found.items()}
    findings.ratios.append(
        Ratio(
            SECTION,
            "a file opened, against a view that only checks the session",
            "/s",
            speeds["file"],
            speeds["session"],
            0.30,
        )
    )
    with Child(house) as web:
        shares = web.run(actions.where_time_goes, paths=files[:200], session=sessions[0])
    findings.remark(
        SECTION,
        "where the time of a file goes (profiled in one process): "
        + ", ".join(f"{kind} {share} %" for kind, share in shares),
    )
    p50, p95 = (median([each[name] for each in found["file"]]) for name in ("p50", "p95"))
    findings.remark(
        SECTION,
        f"granian, {WORKERS} workers; {THREADS} requests at a time; a file takes {p50:.0f} ms "
        f"(p95 {p95:.0f} ms); "
        "load, web and database share the cores",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start(house: House, port: int) -> subprocess.Popen:
    server = house.spawn(
        *("-m", "kbi_portal.serve", "--port", port, "--workers", WORKERS),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()
            return server
        time.sleep(0.1)
    raise BenchError("The web server does not answer.")


def _load(house: House, port: int, requests: list, holds: str, seconds: float) -> dict[str, Any]:
    process = house.spawn("-m", "bench.load", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    order = {"port": port, "requests": requests, "holds": holds, "threads": THREADS, "seconds": seconds}
    out, _ = process.communicate(json.dumps(order))
    if process.returncode:
        raise BenchError("The load broke off, see above.")
    figures = json.loads(out)
    if figures["wrong"]:
        raise BenchError(f"Wrong answers: {figures['wrong']}")
    return figures


def _logged(house: House) -> int:
    return house.sql("SELECT count(*) FROM consultations_consultation")[0][0]
