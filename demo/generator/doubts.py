"""Messages that put a population in doubt, for the demonstration: newer messages that the import sets aside, replaced
numbers with their warning, and the newer numbers of the same persons. They come after the population's own messages.

The persons are the first clients of the first institution, in the order of its client list. Two of the newer numbers
are strangers that this list has as well (`clients.py`), so that a file can lead to the newer one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from . import dossier02
from .clients import first_clients
from .dice import DOSSIER, Dice
from .people import MOST_PERSONS, Identities, Identity
from .story import tell

EACH = 3  # persons of each kind
_PRESENCE = re.compile(r"<Aanwezigheid>\w+</Aanwezigheid>")
_WARNING = (
    "<Uitzonderingen><Uitzondering><Identificatie>30004</Identificatie><Oorsprong>KSZ</Oorsprong>"
    "<Type>WAARSCHUWING</Type><Diagnose>Het nummer is vervangen</Diagnose></Uitzondering></Uitzonderingen>"
)


def messages(persons: int, seed: int, as_of: date) -> Iterator[tuple[str, bytes]]:
    """The files: name and content, UTF-8, over the population of `persons` and `seed` on the day `as_of`.

    A small population has fewer; a dossier without lessons cannot be spoiled.
    """
    clients = first_clients(persons, seed)
    for number, identity in enumerate(islice(clients, EACH)):
        text, spoiled = _PRESENCE.subn(
            "<Aanwezigheid>MISSCHIEN</Aanwezigheid>", _message(identity, seed, as_of, "12:00:00.000"), count=1
        )
        if spoiled:
            yield f"opzij-{number}.xml", text.encode()
    everybody = Identities(seed)
    for number, identity in enumerate(islice(clients, EACH)):
        # The last of the newer numbers is known to no institution.
        place = persons + number if number < EACH - 1 else MOST_PERSONS - 1
        newer = replace(identity, insz=everybody[place].insz)
        old = _message(identity, seed, as_of, "12:30:00.000").replace("</Inhoud>", f"</Inhoud>{_WARNING}")
        yield f"vervangen-{number}.xml", old.encode()
        yield f"vervangen-{number}-nieuw.xml", _message(newer, seed, as_of, "13:00:00.000").encode()


def _message(identity: Identity, seed: int, as_of: date, time: str) -> str:
    """The answer about a person, as in the population but later on the day."""
    dice = Dice(seed, DOSSIER, identity.number)
    story = tell(identity, as_of.toordinal(), dice)
    return dossier02.message(story, dice, as_of=as_of.isoformat(), time=time)
