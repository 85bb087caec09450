"""The agency's pages of this app: mandates, which count clients, and messages that were set aside."""

from . import mandates, setaside

__all__ = ["mandates", "setaside"]
