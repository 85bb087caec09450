"""The application log and error reports hold nothing about anybody."""

from __future__ import annotations

import logging
import re
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

# Eleven digits or more with any signs between them, whatever comes before or after. A UUID is found first, because it
# may contain as many: lines about a page or a request stay useful.
_NUMBER = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)|\d(?:[\W_]{0,3}\d){10,}", re.IGNORECASE
)
# The values PostgreSQL adds to its errors. "Key (email)=(…)" and a failing row also occur without DETAIL in front.
_VALUE = re.compile(r"(?s)\b(DETAIL:|CONTEXT:|LINE \d+:|Key \(|Failing row contains).*")


def redact(text: str) -> str:
    """Return `text` without national numbers and without the row values PostgreSQL adds to its errors."""
    without_values = _VALUE.sub(lambda match: f"{match[1].rstrip(' (:')}: [weggelaten]", text)
    return _NUMBER.sub(lambda match: match["uuid"] or "[nummer]", without_values)


class NoPersonFilter(logging.Filter):
    """Drops national numbers from a line and keeps of an exception its kind and place, not its values."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            error, trace = record.exc_info[1], record.exc_info[2]
            places = []
            while trace is not None:
                code = trace.tb_frame.f_code
                places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            record.msg += f" [{type(error).__name__} at {' > '.join(places[-4:])}]"
            record.exc_info = None
            record.exc_text = None
        return True


class NothingOfAnybody(SafeExceptionReporterFilter):
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
