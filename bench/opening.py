"""Opening a file over HTTP against a view that only checks the session, and its first screen against the whole file.

Same server, same middleware.
"""

from __future__ import annotations

import contextlib
import json
import re
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
ROUNDS = 20
SECONDS = 2.0
WORKERS, THREADS = 2, 8
WHOLE_FILES = 400


def measure(world: World, findings: Findings, say: Say) -> None:
    world.ensure_registered(say)
    house = world.house
    house.manage("collectstatic", "--no-input", "-v0")
    large = world.institutions["large"]
    with Child(house, "owner") as owner:
        sessions = owner.run(actions.sessions, institution=large, number=THREADS)
    with Child(house) as web:
        files = web.run(actions.files_of, institution=large, number=2000)
    _date_back(house, files)
    port = _free_port()
    server = _start(house, port)
    say(f"Opening files over HTTP, {ROUNDS} rounds of {SECONDS:.0f} s …")
    found: dict[str, list[dict[str, Any]]] = {"file": [], "whole": [], "session": []}
    try:
        # Every user opens files of the own; the whole file belongs to that opening.
        requests = [(path, sessions[place % THREADS]) for place, path in enumerate(files * THREADS)]
        # The file comes between the other two, so that what is compared is measured one right after the other.
        kinds = {
            "session": ([("/bench/session", session) for session in sessions], "yes"),
            "file": (requests, "</html>"),
            "whole": (_whole_files(port, requests[:WHOLE_FILES]) * ROUNDS, "</html>"),
        }
        for turn in range(-1, ROUNDS):
            for kind in reversed(kinds) if turn % 2 else kinds:
                asked, holds = kinds[kind]
                before = _logged(house)
                figures = _load(house, port, asked, holds, SECONDS if turn >= 0 else 1.0)
                written = _logged(house) - before
                if written != (figures["requests"] if kind != "session" else 0):
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
    findings.ratios.append(
        Ratio(
            SECTION,
            "the first screen of a file, so many times faster than the whole file",
            "/s",
            speeds["file"],
            speeds["whole"],
            1.3,
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


def _date_back(house: House, files: list[str]) -> None:
    """Move the registrations of these files a month back: a file that was registered today has one form more."""
    ids = ", ".join(f"'{path.rstrip('/').rpartition('/')[2]}'" for path in files)
    [[number]] = house.sql(
        "SET session_replication_role = replica",  # triggers refuse to change it
        f"""WITH dated AS (
          UPDATE persons_inscription SET registered_at = registered_at - interval '1 month'
          WHERE public_id IN ({ids}) RETURNING 1
        ) SELECT count(*) FROM dated""",
    )
    if number != len(files):
        raise BenchError(f"{number} of {len(files)} registrations were dated back.")


def _whole_files(port: int, requests: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Open these files and return the addresses of the whole files, with the session they belong to."""
    whole = []
    for path, session in requests:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={session}"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            look = re.search(
                rf'href="{re.escape(path)}([0-9a-f-]{{36}}/)afdrukken/"', response.read().decode()
            )
        if look is None:
            raise BenchError("The page of a file has no link to the whole file.")
        whole.append((path + look[1], session))
    return whole


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
