"""The error pages, in the user's language. None of them queries the database."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def _page(status: int) -> HttpResponse:
    # Without a request no context processor runs, so no session or name is read.
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(403)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(500)
