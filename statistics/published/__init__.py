"""The monthly figures per institution that the agency publishes: a page and files for everyone, without an account."""

from typing import Final

# The first word of their addresses. It never changes: others link to it.
ADDRESS: Final = "cijfers-openbaar"
