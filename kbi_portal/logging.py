"""The application log and error reports hold nothing about anybody."""

from __future__ import annotations

import logging
import re
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

_NUMBER = re.compile(r"(?<!\d)\d{2}\W?\d{2}\W?\d{2}\W{0,2}\d{3}\W?\d{2}(?!\d)")
_VALUE = re.compile(r"(?s)(DETAIL|CONTEXT|LINE \d+):.*")


def redact(text: str) -> str:
    """`text` without national numbers and without the row values PostgreSQL adds to its errors."""
    return _NUMBER.sub("[nummer]", _VALUE.sub(r"\1: [weggelaten]", text))


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
