"""`manage.py generate_earlier --persons N --seed S --as-of DATE --out DIR`"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from demo.generator import earlier

from ._messages import MessagesCommand


class Command(MessagesCommand):
    help = (
        "Write messages of the day before those of a generated population, in which some persons stood better or "
        "worse. Import them before the population, so that its messages change something."
    )

    def messages(self, persons: int, seed: int, as_of: datetime.date) -> Iterable[tuple[str, bytes]]:
        return earlier.messages(persons, seed, as_of)
