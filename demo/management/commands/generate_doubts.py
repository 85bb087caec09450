"""`manage.py generate_doubts --persons N --seed S --as-of DATE --out DIR`"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from demo.generator import doubts

from ._messages import MessagesCommand


class Command(MessagesCommand):
    help = (
        "Write messages that put some persons of a generated population in doubt: newer messages that the import sets "
        "aside, and replaced numbers. Import the population first."
    )

    def messages(self, persons: int, seed: int, as_of: datetime.date) -> Iterable[tuple[str, bytes]]:
        return doubts.messages(persons, seed, as_of)
