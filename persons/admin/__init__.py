"""The agency's pages of this app: what it counts for mandates and institutions, set aside messages, and shields."""

from . import institutions, mandates, setaside, shields

__all__ = ["institutions", "mandates", "setaside", "shields"]
