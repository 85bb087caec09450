"""Makes the fixtures of `tests.scratch` available here."""

from tests.scratch import scratch

__all__ = ["scratch"]
