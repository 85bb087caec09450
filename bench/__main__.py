"""`make bench`, or `python -m bench`: measures everything side by side, prints the table, writes bench/latest.md.

SCALE=0.1 for a tenth of the data (default 1: 100,000 persons), BENCH_ONLY=import,open for some sections only (nothing
is written then). The sections: import, open, lists, uploads, statistics, pages, desk, seals.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from . import counting, desk, importing, lists, machine, opening, pages, population, sealing, uploads
from .figures import Findings, table
from .house import BenchError, House

SECTIONS = {
    "import": importing,
    "open": opening,
    "lists": lists,
    "uploads": uploads,
    "statistics": counting,
    "pages": pages,
    "desk": desk,
    "seals": sealing,
}
LATEST = Path(__file__).with_name("latest.md")


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        scale = float(os.environ.get("SCALE") or 1)
        only = [name for name in os.environ.get("BENCH_ONLY", "").split(",") if name] or list(SECTIONS)
        if not 0.01 <= scale <= 100 or set(only) - set(SECTIONS):
            raise BenchError(
                f"SCALE lies between 0.01 and 100, BENCH_ONLY names some of {', '.join(SECTIONS)}."
            )
        begun = time.monotonic()
        findings = Findings()
        with House().open() as house:
            say(f"Scale {scale:g}; everything lies in {house.folder} and goes again.")
            world = population.World(house, scale)
            for name in only:
                SECTIONS[name].measure(world, findings, say)
            report = write_up(findings, machine.describe(house), scale, time.monotonic() - begun)
    except BenchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; everything the bench made is removed.\n")
        return 130
    print("\n" + report)
    if only == list(SECTIONS):
        LATEST.write_text(report)
        print(f"(also in {LATEST.name})")
    return 0


def say(words: str) -> None:
    print(words, flush=True)


def write_up(findings: Findings, about: str, scale: float, seconds: float) -> str:
    remarks = ""
    section = ""
    for name, words in findings.remarks:
        if name != section:
            section = name
            remarks += f"\n{name}:\n"
        remarks += f"- {words}\n"
    return (
        f"# Bench\n\n{about}\nScale {scale:g}, {seconds / 60:.1f} minutes. Each line was measured side by side in "
        "interleaved rounds: medians, and the ratio of each round with its spread.\n\n"
        f"{table(findings)}\n{remarks}"
    )


if __name__ == "__main__":
    sys.exit(main())
