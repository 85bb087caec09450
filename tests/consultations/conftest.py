"""Makes the fixtures of `tests.scratch` available here."""

from tests.scratch import idle_server, idle_template, scratch, scratch_on_idle_server

__all__ = ["idle_server", "idle_template", "scratch", "scratch_on_idle_server"]
