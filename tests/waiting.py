"""Waiting for what other processes do: as long as a busy machine may take, and no longer than needed."""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds. A test that waits this long fails; it never decides how long a test takes that passes.
PATIENCE = 300


def until(condition: Callable[[], object], why: Callable[[], object] = lambda: "") -> None:
    """Return as soon as `condition` holds; fail with what `why` returns after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {why()}"
        time.sleep(0.02)
