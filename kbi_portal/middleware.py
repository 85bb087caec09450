"""Middleware for every request: headers of the response, and addresses that cannot be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from .errors import bad_body


class ContentSecurityPolicyMiddleware:
    """One static policy without nonces: nothing inline, nothing from elsewhere. Pages are never kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = self.policy
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class BodyMiddleware:
    """Read the body of a request before its transaction opens, so that a slow client keeps no transaction open.

    Returns 413 for a body over DATA_UPLOAD_MAX_MEMORY_SIZE, unread, and 400 for one that breaks off.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            # Django keeps it, and parses the form from it later.
            request.body  # noqa: B018
        except RequestDataTooBig:
            return bad_body(413)
        except UnreadablePostError:
            return bad_body(400)
        return self.get_response(request)


class NoUploads(FileUploadHandler):
    """Refuse every uploaded file with 400: no page takes one."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise BadRequest("No page takes files")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:
        raise BadRequest("No page takes files")

    def file_complete(self, file_size: int) -> None:
        return None


class NulMiddleware:
    """Return 400 for a NUL in the query string: text in PostgreSQL cannot contain one, so a filter would fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            raise BadRequest("NUL in the query string")
        return self.get_response(request)
