"""The web server: `python -m kbi_portal.serve`, with `--help` for its options.

granian reads heads and `asgi` reads bodies without a thread for each, so that silent, half-sent and slow connections
keep no one else waiting (docs/decisions/0009-web-server.md).
"""

from __future__ import annotations

import argparse
import os
import resource
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connections
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from . import starting

HEADER_SECONDS = 10
STOP_SECONDS = 10
CONNECTIONS = 8192  # of one worker; silent ones are closed after HEADER_SECONDS


def main() -> None:
    """Serve the portal until a signal. Exits with the reason when the settings or the rights are unsafe."""
    parser = argparse.ArgumentParser(
        prog="python -m kbi_portal.serve", description="Serve the portal's pages."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default %(default)s)")
    parser.add_argument(
        "--threads", type=int, default=4, help="threads of each process (default %(default)s)"
    )
    options = parser.parse_args()
    os.environ["KBI_WEB_THREADS"] = str(options.threads)
    refuse_unsafe(options.host)
    _allow_many_connections()
    Granian(
        "kbi_portal.asgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGINL,
        workers=options.workers,
        websockets=False,
        # HTTP/2 without TLS has no use here, and its streams had no bound in memory. With both versions on, the time
        # limit of a connection would start at its first byte only.
        http=HTTPModes.http1,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def _allow_many_connections() -> None:
    """Raise the limit of open files, which counts connections, as far as this process may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if most == resource.RLIM_INFINITY else most
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def refuse_unsafe(host: str) -> None:
    """Exit with the reason unless pages may be served on `host`.

    A database that is away is no reason: workers wait for it.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")
    try:
        reason = starting.unsafe_setting(host)
    except ImproperlyConfigured as error:
        reason = str(error)
    if not reason:
        django.setup()
        try:
            reason = starting.wrong_rights()
        except Error as error:
            sys.stderr.write(f"The database cannot be reached; pages return 503 until it can: {error}\n")
        finally:
            # The workers are forked from this process; none may inherit its connection.
            connections.close_all()
    if reason:
        sys.exit(reason)


if __name__ == "__main__":
    main()
