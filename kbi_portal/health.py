"""Whether the process lives, and whether it could serve a page now: for a load balancer and a service manager."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.heartbeats import late_jobs


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Return 200 as long as the process responds. Needs no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if a look could be logged now, else 503: writes a row of the log and rolls it back.

    A second line names the jobs of the clock that are late. That is no 503: this process can serve pages, and taking
    it out of the load balancer would help no job.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            record(kind=Kind.LIST, outcome=Outcome.ABORTED, acting=None)
            late = late_jobs()
            transaction.set_rollback(True)
    except Error:
        return HttpResponse("the log cannot be written\n", status=503, content_type="text/plain")
    warning = f"late: {', '.join(late)}\n" if late else ""
    return HttpResponse(f"ok\n{warning}", content_type="text/plain")


class HealthMiddleware:
    """Serve the two addresses before any other middleware.

    A probe uses the address of the machine, not a host name, and speaks no TLS; and /livez must work without a
    database. The URL patterns exist as well: they reserve the words, so that no institution gets them as a slug.
    """

    views = {"/livez": livez, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info, self.get_response)
        return view(request)
