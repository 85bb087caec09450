"""Arguments that commands share."""

import datetime
from argparse import ArgumentTypeError


def month(text: str) -> datetime.date:
    """Return the first day of a month written as YYYY-MM. Raises ArgumentTypeError."""
    try:
        return datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"{text} is no month: write YYYY-MM.") from None
