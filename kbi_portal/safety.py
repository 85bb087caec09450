"""Settings that are unsafe together. Each function returns the reason, or "" when there is none."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

KEY_LENGTH = 50
# A key in hexadecimal digits has at most 16.
KEY_DISTINCT = 10
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]", "testserver"})


def weak_key(key: str) -> str:
    """An empty key is no reason: commands that serve no pages run without one."""
    if key and (len(key) < KEY_LENGTH or len(set(key)) < KEY_DISTINCT):
        return (
            f"KBI_SECRET_KEY (or KBI_SECRET_KEY_FILE) must contain at least {KEY_LENGTH} characters, {KEY_DISTINCT} of "
            "them different. `openssl rand -hex 32` makes a good one."
        )
    return ""


def open_key_file(path: Path) -> str:
    """The group may read the file, others may not. Raises OSError if there is no such file."""
    if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return f"Others can read or change {path.name}, the file of the secret key: `chmod 640` it."
    return ""


def wide_hosts(hosts: Collection[str]) -> str:
    """A pattern such as `.be` lets others decide which host the portal's links name."""
    for host in hosts:
        if host == "*" or (host.startswith(".") and len(host.strip(".").split(".")) < 2):
            return f"KBI_ALLOWED_HOSTS contains {host!r}: name the hosts, or at least two labels: .ocmw.be."
    return ""


def foreign_origins(origins: Collection[str]) -> str:
    """A form may come from an origin in this list."""
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme != "https" or not parts.netloc or "*" in origin:
            return (
                f"KBI_CSRF_TRUSTED_ORIGINS contains {origin!r}: write whole origins, https:// and the host."
            )
    return ""


def open_to_the_world(
    hosts: Collection[str], *, debug: bool, https: bool, behind_proxy: bool, test_numbers: bool
) -> str:
    """Real hosts, or a proxy in front, mean that others reach the portal."""
    real = set(hosts) - LOCAL_HOSTS
    if debug and (real or behind_proxy):
        return "KBI_DEBUG is on with real hosts or behind a proxy: its error pages would show personal data."
    if real and not https:
        return "Others can reach the portal (KBI_ALLOWED_HOSTS, --host): set KBI_HTTPS=on, personal data needs TLS."
    if real and test_numbers:
        return "KBI_ALLOW_TEST_NUMBERS is on while others can reach the portal: test numbers belong to no person."
    return ""


def invented_use(*, demo: bool, test_numbers: bool) -> str:
    """The demo invents use of the log, which must never stand beside that of real persons."""
    if demo and not test_numbers:
        return "KBI_DEMO is on and KBI_ALLOW_TEST_NUMBERS is not: the demo invents persons and their use."
    return ""


def readable_on_the_way(variable: str, database: Mapping[str, Any]) -> str:
    """A connection to another machine is encrypted, and the server's certificate is checked.

    `database` is an entry of DATABASES. Several hosts, and a host in the query string, are as in libpq.
    """
    options = database.get("OPTIONS", {})
    if "service" in options or "PGSERVICE" in os.environ:
        return f"{variable} uses a service of libpq, whose host cannot be checked: name the host."
    hosts = f"{database.get('HOST') or ''},{options.get('host') or ''},{options.get('hostaddr') or ''}".split(
        ","
    )
    if not any(hosts):
        hosts = [os.environ.get(name, "") for name in ("PGHOST", "PGHOSTADDR")]
    others = [host for host in hosts if host and not host.startswith(("/", "@")) and host not in LOCAL_HOSTS]
    if others and options.get("sslmode") != "verify-full":
        return (
            f"{variable} connects to {others[0]}: add ?sslmode=verify-full, or others can read what passes."
        )
    return ""
