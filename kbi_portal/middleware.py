"""Middleware for every request: headers of the response, and addresses that cannot be right."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import BadRequest, MiddlewareNotUsed, RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from partners.access import takes_file
from statistics.published import ADDRESS

from .errors import bad_body

LOGGER = logging.getLogger("kbi.proxy")


class UndeclaredProxyMiddleware:
    """Warn at the first request that came through a proxy, if the settings know of none.

    All users then share the proxy's address, and a limit for one address would be a limit for all of them.
    """

    HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.KBI_BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.has_warned = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.has_warned and any(name in request.headers for name in self.HEADERS):
            self.has_warned = True
            LOGGER.error(
                "A request came through a proxy, but KBI_BEHIND_PROXY is off: all users behind it count as one "
                "address, and sign-ins of one slow the others down. Set KBI_BEHIND_PROXY=on. (Or the client itself "
                "wrote the header.) This line appears once for each process."
            )
        return self.get_response(request)


class HeadersMiddleware:
    """Headers of every response.

    One static content security policy without nonces: nothing inline, nothing from elsewhere, and no other site shows
    what is here. Pages are never kept by a cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = self.policy
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "has_signed_out", False):
            # Not "cookies": the browser stays a known one (partners/devices.py), and keeps its language.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def note_sign_out(request: HttpRequest, **kwargs: object) -> None:
    """Have the response tell the browser to delete its storage of the portal."""
    request.has_signed_out = True  # type: ignore[attr-defined]


user_logged_out.connect(note_sign_out, dispatch_uid="kbi_portal.note_sign_out")


class BodyMiddleware:
    """Read the body of a request before its transaction opens, so that a slow client keeps no transaction open.

    Returns 413 for a body over KBI_LARGEST_BODY, or KBI_LARGEST_UPLOAD on a page that takes a file, unread; and 400
    for one that breaks off.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        largest = settings.KBI_LARGEST_BODY
        if request.content_type == "multipart/form-data" and takes_file(request.path_info):
            largest = settings.KBI_LARGEST_UPLOAD
            # The check of the CSRF token parses the form, before the view can choose.
            request.upload_handlers = [InMemory(request)]
        try:
            if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
                return bad_body(413)
            # Django keeps it, and parses the form from it later.
            request.body  # noqa: B018
        except RequestDataTooBig:
            return bad_body(413)
        except (UnreadablePostError, ValueError):
            return bad_body(400)
        return self.get_response(request)


class InMemory(FileUploadHandler):
    """Keep an uploaded file in memory, where the body is already: no copy of a client list is on a disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class NoUploads(FileUploadHandler):
    """Refuse every uploaded file with 400: only the pages that `BodyMiddleware` knows take one."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise BadRequest("This page takes no file")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:
        raise BadRequest("This page takes no file")

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


class PublishedMiddleware:
    """Serve the published figures to everyone alike: no cookie is read, so no session and no user is either.

    They then differ by the language of the browser only, which caches on the way learn from `Vary`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(f"/{ADDRESS}/"):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.headers["Vary"] = "Accept-Language"
        return response
