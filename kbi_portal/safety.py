"""Settings that are unsafe together. Each function returns the reason, or "" when there is none."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.http.request import validate_host

KEY_LENGTH = 50
# A key in hexadecimal digits has at most 16.
KEY_DISTINCT = 10
MAIL_PORTS = {"starttls": 587, "tls": 465, "off": 25}
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]", "testserver"})


def weak_key(name: str, key: str) -> str:
    """An empty key is no reason: commands that need none run without."""
    if key and (len(key) < KEY_LENGTH or len(set(key)) < KEY_DISTINCT):
        return (
            f"{name} (or {name}_FILE) must contain at least {KEY_LENGTH} characters, {KEY_DISTINCT} of "
            "them different. `openssl rand -hex 32` makes a good one."
        )
    return ""


def same_key(secret_key: str, insz_key: str) -> str:
    """The key of sessions is replaced when it leaks; that of national numbers then stays."""
    if insz_key and insz_key == secret_key:
        return "KBI_INSZ_KEY is KBI_SECRET_KEY: national numbers need a key of their own."
    return ""


def open_key_file(path: Path) -> str:
    """The group may read the file, others may not. Raises OSError if there is no such file."""
    if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return f"Others can read or change {path.name}, a file with a secret: `chmod 640` it."
    return ""


def open_seals(key_file: str, url: str) -> str:
    """The key of the seals is a secret, and seals travel over TLS except on this machine."""
    parts = urlsplit(url)
    if url and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS)):
        return f"KBI_SEAL_URL is {url!r}: write an address that begins with https://."
    try:
        return open_key_file(Path(key_file)) if key_file else ""
    except OSError as error:
        return f"KBI_SEAL_KEY_FILE cannot be read: {error.strerror}."


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


def undeclared_proxy(*, https: bool, behind_proxy: bool) -> str:
    """The web server speaks no TLS itself, so something in front of it does."""
    if https and not behind_proxy:
        return (
            "KBI_HTTPS is on and KBI_BEHIND_PROXY is off: this server speaks no TLS, so a proxy does. Set "
            "KBI_BEHIND_PROXY=on, or limits of sign-in take the proxy's address for that of everyone."
        )
    return ""


def first_address(hosts: Collection[str], *, https: bool) -> str:
    """Return the address of the portal under its first host that is no pattern, or ""."""
    host = next((host for host in hosts if not host.startswith(".")), "")
    if not host or https:
        return f"https://{host}" if host else ""
    return f"http://{host}:{os.environ.get('PORT', '8000')}"


def foreign_base_url(url: str, hosts: Collection[str], *, https: bool) -> str:
    """Links to the portal name its own host, over TLS if the portal uses it, and no path. Empty is no reason."""
    parts = urlsplit(url)
    own = validate_host((parts.hostname or "").lower(), list(hosts))
    if url and (
        not own
        or "@" in parts.netloc
        or parts.scheme != ("https" if https else "http")
        or url != f"{parts.scheme}://{parts.netloc}"
    ):
        return f"KBI_BASE_URL is {url!r}: write {'https' if https else 'http'}:// and a host of KBI_ALLOWED_HOSTS."
    return ""


def open_mail(host: str, tls: str, *, sender: str, base_url: str) -> str:
    """A reset link opens an account, so mail to another machine is encrypted. Without `host` no mail is sent."""
    if not host:
        return ""
    if tls not in MAIL_PORTS:
        return f"KBI_EMAIL_TLS must be one of {', '.join(MAIL_PORTS)}, not {tls!r}."
    if tls == "off" and host not in LOCAL_HOSTS:
        return f"KBI_EMAIL_TLS is off and the mail server is {host}: others could read the reset links on the way."
    if "@" not in sender:
        return "KBI_EMAIL_FROM is missing: it is the sender of the portal's mail."
    if not base_url:
        return "KBI_BASE_URL is missing: links in mail need the portal's address."
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
