"""The error pages, in the user's language. None of them queries the database."""

import sys

from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# Lock and statement time-outs, and a server that is away, starting, stopping, read-only or out of connections. Trying
# again helps (https://www.postgresql.org/docs/current/errcodes-appendix.html).
PASSING_CLASSES = ("08", "53", "57")
PASSING_CODES = {"55P03", "25006", "25P03", "40001", "40P01"}
RETRY_AFTER = 10  # seconds


def _page(status: int) -> HttpResponse:
    # Without a request no context processor runs, so no session or name is read.
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Django's own handler reads the body again for its CSRF token, and so refuses an upload a second time.
    return _page(400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(403)


def bad_body(status: int) -> HttpResponse:
    """Return the page of an unreadable request with `status`."""
    return _page(status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 with Retry-After when the database is busy or away, else 500."""
    if not is_passing(sys.exc_info()[1]):
        return _page(500)
    response = _page(503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def is_passing(error: BaseException | None) -> bool:
    """Return True if `error` is a fault of the database that passes: a time-out, or no connection."""
    if not isinstance(error, Error):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    if code is None:
        # A connection that was refused or broke off: psycopg2 has no code for it.
        return isinstance(error, OperationalError | InterfaceError)
    return code in PASSING_CODES or code.startswith(PASSING_CLASSES)
