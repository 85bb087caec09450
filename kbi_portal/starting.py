"""What a web process needs before it serves a page: safe settings, and a database whose rights were checked."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DEFAULT_DB_ALIAS, Error, connections

from . import safety
from .errors import RETRY_AFTER

LOGGER = logging.getLogger("kbi.starting")
SECONDS_BETWEEN_CHECKS = 1.0

StartResponse = Callable[..., Any]


def unsafe_setting(host: str = "127.0.0.1") -> str:
    """Return why no page may be served on `host` with these settings, or "". Needs no database."""
    if not settings.HAS_SECRET_KEY:
        return "KBI_SECRET_KEY (or KBI_SECRET_KEY_FILE) is missing: sessions cannot be signed."
    if not settings.KBI_INSZ_KEY:
        return "KBI_INSZ_KEY (or KBI_INSZ_KEY_FILE) is missing: no one's own file would be kept from them."
    if not os.environ.get("DATABASE_URL"):
        return "DATABASE_URL is missing: it names the PostgreSQL server of the portal."
    if settings.ROLE != "web":
        return (
            f"KBI_DB_ROLE is {settings.ROLE!r}: pages are served as 'web' only, the role of the second gate."
        )
    if reason := safety.undeclared_proxy(https=settings.HTTPS, behind_proxy=settings.KBI_BEHIND_PROXY):
        return reason
    # A client chooses the host it names, so local ALLOWED_HOSTS do not keep others out.
    return safety.open_to_the_world(
        [*settings.ALLOWED_HOSTS, host],
        debug=settings.DEBUG,
        https=settings.HTTPS,
        behind_proxy=settings.KBI_BEHIND_PROXY,
        test_numbers=settings.KBI_ALLOW_TEST_NUMBERS,
    )


def wrong_rights() -> str:
    """Return why no page may be served with the rights of the web role in the database, or "".

    Raises django.db.Error when the database cannot be reached.
    """
    findings = run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
    return "\n".join(
        f"{finding.id}: {finding.msg} {finding.hint or ''}".rstrip()
        for finding in findings
        if finding.is_serious()
    )


class CheckedApplication:
    """A WSGI application that returns 503 until the rights of the web role were checked once.

    A worker may start while the database is away; it checks at the first request afterwards. /livez is served all the
    time, so that no service manager ends a worker that only waits for its database.
    """

    def __init__(self, application: Callable[[Any, StartResponse], Iterable[bytes]]) -> None:
        self.application = application
        self._checked = False
        self._reason = ""
        self._next_check = 0.0
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: StartResponse) -> Iterable[bytes]:
        if not self._checked and environ["PATH_INFO"] != "/livez":
            self._check()
            if not self._checked:
                start_response(
                    "503 Service Unavailable",
                    [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", str(RETRY_AFTER))],
                )
                return [
                    b"De databank van het portaal antwoordt nog niet. Probeer het over enkele seconden opnieuw.\n"
                ]
        try:
            return self.application(environ, start_response)
        except Exception:
            # The server would write the traceback with its values to its own log.
            LOGGER.exception("A request broke off outside Django.")
            start_response("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"De fout ligt bij het portaal. Er is niets getoond en niets gewijzigd.\n"]

    def _check(self) -> None:
        """Check the rights, unless that was done less than a second ago. Other requests wait for the result."""
        with self._lock:
            if self._checked or time.monotonic() < self._next_check:
                return
            try:
                reason = wrong_rights()
            except Error as error:
                reason = f"The database cannot be reached, so no page is served: {type(error).__name__}"
            finally:
                connections.close_all()
            self._next_check = time.monotonic() + SECONDS_BETWEEN_CHECKS
            self._checked = not reason
            if reason != self._reason:
                self._reason = reason
                LOGGER.log(
                    logging.ERROR if reason else logging.INFO, reason or "The rights are as they should be."
                )
