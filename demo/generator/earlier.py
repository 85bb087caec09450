"""Messages of the day before those of a population, in which some persons stood better or worse: the import of the
population then changes their standing. They come before the population's own messages.

The persons are clients of the first institution, in the order of its client list, after those of `doubts`.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from . import dossier02
from .clients import first_clients
from .dice import DOSSIER, Dice
from .doubts import EACH
from .story import KEPT, OUT_OF_REACH, REACHABLE, tell

PERSONS = 60
_BACK = 6  # of so many persons who meet the norm, one was below it
_ABSENT, _PRESENT = "<Aanwezigheid>AFWEZIG</Aanwezigheid>", "<Aanwezigheid>AANWEZIG</Aanwezigheid>"


def messages(persons: int, seed: int, as_of: date) -> Iterator[tuple[str, bytes]]:
    """The files: name and content, UTF-8, over the population of `persons` and `seed` on the day `as_of`."""
    before = (as_of - timedelta(days=1)).isoformat()
    clients = islice(first_clients(persons, seed), 2 * EACH, 2 * EACH + PERSONS)
    for number, identity in enumerate(clients):
        dice = Dice(seed, DOSSIER, identity.number)
        story = tell(identity, as_of.toordinal(), dice)
        text = dossier02.message(story, dice, as_of=before, time="05:30:00.000")
        if story.standing in (REACHABLE, OUT_OF_REACH):
            earlier = text.replace(_ABSENT, _PRESENT)
        elif story.standing == KEPT and number % _BACK == 0:
            earlier = re.sub(_PRESENT, _ABSENT, text, count=text.count(_PRESENT) // 2)
        else:
            continue
        if earlier != text:
            yield f"eerder-{number}.xml", earlier.encode()
