"""Makes the fixtures of `tests.scratch` available here."""

from tests.scratch import scratch, scratch_template

__all__ = ["scratch", "scratch_template"]
