"""Messages that go in or are set aside, and the doubts that an import of them leaves."""

from __future__ import annotations

from pathlib import Path

from lxml.builder import E

from persons.models import Person, SetAsideMessage
from persons.services.importing import ImportReport, import_dossiers
from tests import factories
from tests.persons.magda import messages

FIRST, SECOND, THIRD = "2026-01-05", "2026-01-06", "2026-01-07"
OLD, NEW, NEWEST = messages.INSZ, messages.INSZ_2, messages.INSZ_BORN_2000


class Inbox:
    """The import of messages, each in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, *contents: bytes, name: str = "bericht") -> ImportReport:
        paths = []
        for number, content in enumerate(contents):
            path = self.folder / f"{name}-{number}.xml"
            path.write_bytes(content)
            paths.append(path)
        with factories.owner():
            return import_dossiers(paths, allow_test=True, processes=0)


def good(
    day: str,
    insz: str = OLD,
    unique: str = "",
    last: str = "Peeters",
    hour: str = "09:12:33.120",
    *,
    replaced: bool = False,
) -> bytes:
    """A message that goes in. `replaced`: with the warning that the number was replaced."""
    personalia = messages.personalia(insz=insz, last=last)
    number = personalia.find("UniekNummer")
    if unique:
        number.text = unique
    else:
        personalia.remove(number)
    warnings = {"exceptions": messages.exceptions(("30004", "KSZ", "WAARSCHUWING"))} if replaced else {}
    return messages.as_bytes(messages.answer(E.KBIDossier(personalia), day=day, hour=hour, **warnings))


def broken(day: str, insz: str = OLD) -> bytes:
    """A message with a code that does not exist."""
    return messages.as_bytes(
        messages.answer(messages.dossier(E.Doelgroep(E.Code("MISSCHIEN")), insz=insz), day=day)
    )


def doubts(insz: str = OLD) -> dict | None:
    """The doubts of a person, without the keys of the persons with other numbers."""
    with factories.owner():
        stored = Person.objects.get(insz=insz).doubts
    return stored and {name: value for name, value in stored.items() if name != "others"}


def rows(**lookups) -> list[SetAsideMessage]:
    with factories.owner():
        return list(SetAsideMessage.objects.filter(**lookups).order_by("pk"))
