"""The application log and error reports, without personal data."""

from __future__ import annotations

import logging
import re
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from partners.faults import fault

# Eleven digits or more with any signs between them, whatever comes before or after. A UUID is found first, because it
# may contain as many: lines about a page or a request stay useful.
_NUMBER = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)|\d(?:[\W_]{0,3}\d){10,}", re.IGNORECASE
)
# The secret of a link in a mail: who reads the log could use it before its receiver does. A scanner of mail asks HEAD.
_LINK = re.compile(r"/(uitnodiging|wachtwoord-vergeten)/(?!verzonden/)[^\s/][^\s\]]*")
# The values PostgreSQL adds to its errors. "Key (email)=(…)" and a failing row also occur without DETAIL in front.
_VALUE = re.compile(r"(?s)\b(DETAIL:|CONTEXT:|LINE \d+:|Key \(|Failing row contains).*")


def redact(text: str) -> str:
    """Return `text` without national numbers, secrets of links and the row values PostgreSQL adds to its errors."""
    text = _LINK.sub(r"/\1/[link]/", text)
    without_values = _VALUE.sub(lambda match: f"{match[1].rstrip(' (:')}: [weggelaten]", text)
    return _NUMBER.sub(lambda match: match["uuid"] or "[nummer]", without_values)


class NoPersonFilter(logging.Filter):
    """Keep personal data out of a line, and add what finding the fault takes: its kind, place and request.

    The kind of a database fault includes its SQLSTATE. The place is the last frame of the project's own code. The
    request is the name of its view, its id and the id of its user.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        facts = request_facts(getattr(record, "request", None))
        if record.exc_info and record.exc_info[1] is not None:
            facts = [fault(record.exc_info[1]), *facts]
            record.exc_info = None
            record.exc_text = None
        if facts:
            record.msg += f" [{', '.join(facts)}]"
        return True


def request_facts(request: object) -> list[str]:
    """Return the name of the view, the id of the request and the id of the user, as far as they are known."""
    if not isinstance(request, HttpRequest):
        return []
    # `request.user` would query the database, which may be the fault. Its user is cached once it was read.
    user = getattr(request, "_cached_user", None)
    facts = {
        "view": request.resolver_match.view_name if request.resolver_match else None,
        "request": getattr(request, "request_id", None),
        "user": user.pk if user is not None else None,
    }
    return [f"{name} {value}" for name, value in facts.items() if value]


class NoPersonReporterFilter(SafeExceptionReporterFilter):
    """Error reports without local variables, cookies or posted values."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: object
    ) -> ItemsView[str, Any]:
        variables: dict[str, Any] = {}
        return variables.items()

    def get_post_parameters(self, request: HttpRequest | None) -> dict:
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict:
        return {}
