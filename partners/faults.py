"""Kind and place of an exception, without its message: that may quote a value of a person."""

from __future__ import annotations

import traceback
from pathlib import Path

from django.conf import settings


def fault(error: BaseException) -> str:
    """Return kind and place of an exception. The kind of a database fault includes its SQLSTATE.

    The place is the last frame of the project's own code, and the frame of the library that it called.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(frame.filename)]
    kind = type(error).__name__
    code = getattr(error.__cause__, "pgcode", None)
    if code:
        kind += f" {code}"
    if not frames:
        return kind
    frame = own[-1] if own else frames[-1]
    place = f"{kind} at {_short(frame.filename)}:{frame.lineno} {frame.name}"
    last = frames[-1]
    return place if frame is last else f"{place}, from {_short(last.filename)}:{last.lineno}"


def _is_own(filename: str) -> bool:
    return Path(filename).is_relative_to(settings.BASE_DIR) and "site-packages" not in filename


def _short(filename: str) -> str:
    """The path in the project, or in the package it belongs to."""
    if _is_own(filename):
        return str(Path(filename).relative_to(settings.BASE_DIR))
    return filename.rpartition("site-packages/")[2]
