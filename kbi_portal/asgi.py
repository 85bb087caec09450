"""The application for the web server: the portal's WSGI application, given whole requests only.

A thread that waits for a slow body would be missing for other users, and granian has no time limit for one. So an
event loop collects the body, and one of a fixed number of threads runs the request once it is complete
(docs/decisions/0009-web-server.md).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

from .wsgi import application as wsgi_application

BODY_SECONDS = 10
UPLOAD_SECONDS = 120
# Chunks of a response that wait for a slow reader. Enough for the largest static file, so that none keeps a thread.
SEND_QUEUE = 4096

# The types of a2wsgi name every event; these are the ones of an HTTP request.
Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class WholeRequests:
    """Collect the body of each request before the application sees it.

    Returns 413 for a body over `most_bytes` and 408 for one that takes longer than `seconds`. A page that takes a file
    has `most_bytes_of_upload` and UPLOAD_SECONDS: ten megabytes over a slow line take more than a minute.
    """

    def __init__(
        self,
        application: Callable[[Scope, Receive, Send], Awaitable[None]],
        seconds: float,
        most_bytes: int,
        most_bytes_of_upload: int,
    ) -> None:
        self.application = application
        self.seconds = seconds
        self.most_bytes = most_bytes
        self.most_bytes_of_upload = most_bytes_of_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.application(scope, receive, send)
        send = _unnamed(send)
        if scope["path"] == "/livez":
            # Without a thread: all of them may be waiting for the database.
            return await _respond(send, 200, b"ok\n")
        # WSGI makes one name of `x-a` and `x_a`: without this a client could write the headers of a proxy.
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        if not scope["query_string"].isascii():
            return await _respond(send, 400)  # browsers encode it, and a2wsgi reads ASCII only
        length = next((value for name, value in headers if name == b"content-length"), b"0")
        # The models load after this module.
        from partners.access import takes_file

        is_upload = takes_file(scope["path"])
        most_bytes = self.most_bytes_of_upload if is_upload else self.most_bytes
        if not length.isdigit() or int(length) > most_bytes:
            return await _respond(send, 413)
        body = bytearray()
        try:
            async with asyncio.timeout(UPLOAD_SECONDS if is_upload else self.seconds):
                message: dict[str, Any] = {"more_body": True}
                while message.get("more_body"):
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > most_bytes:
                        return await _respond(send, 413)
        except TimeoutError:
            return await _respond(send, 408)

        async def whole() -> dict[str, Any]:
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        return await self.application({**scope, "headers": headers}, whole, send)


def _unnamed(send: Send) -> Send:
    """Put the portal's name in place of the server's, which would help an attacker."""

    async def send_unnamed(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"server", b"kbi-portaal")]}
        await send(message)

    return send_unnamed


async def _respond(send: Send, status: int, text: bytes = b"") -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
    if status != 200:
        # The rest of the body was not read.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


application = WholeRequests(
    WSGIMiddleware(
        wsgi_application, workers=int(os.environ.get("KBI_WEB_THREADS", "4")), send_queue_size=SEND_QUEUE
    ),
    BODY_SECONDS,
    settings.KBI_LARGEST_BODY,
    settings.KBI_LARGEST_UPLOAD,
)
