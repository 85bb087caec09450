"""The agency's pages of this app: mandates, which count clients, messages that were set aside, and shields."""

from . import mandates, setaside, shields

__all__ = ["mandates", "setaside", "shields"]
