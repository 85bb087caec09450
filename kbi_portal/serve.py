"""The web server: `python -m kbi_portal.serve`, with `--help` for its options.

granian reads heads and `asgi` reads bodies without a thread for each, so that silent, half-sent and slow connections
keep no one else waiting (docs/decisions/0009-web-server.md).
"""

from __future__ import annotations

import argparse
import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connections
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from . import starting

HEADER_SECONDS = 10
STOP_SECONDS = 10


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
    refuse_unsafe()
    Granian(
        "kbi_portal.asgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGINL,
        workers=options.workers,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def refuse_unsafe() -> None:
    """Exit with the reason unless pages may be served. A database that is away is no reason: workers wait for it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")
    try:
        reason = starting.unsafe_setting()
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
