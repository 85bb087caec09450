"""A whole population written to a folder, as messages of one version.

Memory stays flat: persons are made and written one by one. A folder is made beside its final name and renamed when it
is complete, so a folder with the final name is always complete. The remains of an interrupted run are recognised and
made again.
"""

import fcntl
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from . import dossier01, dossier02
from .dice import BUNDLE, DOSSIER, Dice
from .people import MOST_PERSONS, Identities, Identity, identities
from .story import SHARES, Story, tell

VERSIONS = ("01.00", "02.00")
EARLIEST, LATEST = date(2010, 1, 1), date(2050, 12, 31)
MARKER = ".population.json"

FILES_A_FOLDER = 1000
SUBJECTS_A_BUNDLE = 500
_PERSONS_A_MUTATION = 100
_MOST_MUTATIONS = 24

__all__ = [
    "EARLIEST",
    "LATEST",
    "MARKER",
    "MOST_PERSONS",
    "SHARES",
    "VERSIONS",
    "Identities",
    "Identity",
    "PopulationError",
    "Summary",
    "identities",
    "made_with",
    "messages",
    "stories",
    "write",
]


class PopulationError(Exception):
    """The population cannot be made; the message says why."""


@dataclass
class Summary:
    """Counts of the files and persons written. `standings` counts persons by their standing in a 02.00 message."""

    persons: int = 0
    files: int = 0
    bytes: int = 0
    standings: Counter[str] = field(default_factory=Counter)


def stories(persons: int, seed: int, as_of: date) -> Iterator[tuple[Story, Dice]]:
    """The stories of a population in order, each with the dice its message is to be written with."""
    day = as_of.toordinal()
    for identity in identities(persons, seed):
        dice = Dice(seed, DOSSIER, identity.number)
        yield tell(identity, day, dice), dice


def messages(
    persons: int, seed: int, as_of: date, version: str = "02.00", *, summary: Summary | None = None
) -> Iterator[tuple[str, bytes]]:
    """The files of a population: path below its folder (`/` between folders) and content, UTF-8.

    Version 02.00: one GeefDossierKBIResponse a person. Version 01.00: PubliceerBewijs bundles, then some
    RegistreerMutatieDossierKBI of the same day about persons of the bundles. No path names a person.
    """
    if summary is None:
        summary = Summary()
    if version == "02.00":
        yield from _answers(persons, seed, as_of, summary)
    else:
        yield from _bundles(persons, seed, as_of, summary)
        yield from _mutations(persons, seed, as_of)


def _count(summary: Summary, story: Story) -> None:
    summary.persons += 1
    summary.standings[story.standing] += 1


def _answers(persons: int, seed: int, as_of: date, summary: Summary) -> Iterator[tuple[str, bytes]]:
    shown = as_of.isoformat()
    for place, (story, dice) in enumerate(stories(persons, seed, as_of)):
        _count(summary, story)
        text = dossier02.message(story, dice, as_of=shown, time=_morning(place))
        yield f"{place // FILES_A_FOLDER:04d}/dossier-{place:07d}.xml", text.encode()


def _bundles(persons: int, seed: int, as_of: date, summary: Summary) -> Iterator[tuple[str, bytes]]:
    shown = as_of.isoformat()
    pieces: list[str] = []
    for place, (story, dice) in enumerate(stories(persons, seed, as_of)):
        _count(summary, story)
        number = place // SUBJECTS_A_BUNDLE
        if not pieces:
            head = Dice(seed, BUNDLE, number)
            pieces.append(dossier01.publication_head(head, as_of=shown, time=_morning(place)))
        pieces.append(dossier01.subject(story, dice, as_of=shown, time=_morning(place)))
        if (place + 1) % SUBJECTS_A_BUNDLE == 0 or place + 1 == persons:
            pieces.append(dossier01.PUBLICATION_TAIL)
            yield f"publicaties/publicatie-{number:05d}.xml", "".join(pieces).encode()
            pieces = []


def _mutations(persons: int, seed: int, as_of: date) -> Iterator[tuple[str, bytes]]:
    """Late in the day some dossiers are registered again: half of them one a message, the rest in one."""
    everybody, day = Identities(seed), as_of.toordinal()
    amount = min(_MOST_MUTATIONS, -(-persons // _PERSONS_A_MUTATION))
    places = [number * persons // amount for number in range(amount)]

    def again(place: int) -> tuple[Story, Dice]:
        dice = Dice(seed, DOSSIER, place)
        story = tell(everybody[place], day, dice)
        dice.uuid()  # the reference of the Onderwerp in the bundle
        return story, dice

    alone = -(-amount // 2)
    groups = [[place] for place in places[:alone]] + ([places[alone:]] if amount > alone else [])
    for number, group in enumerate(groups):
        text = dossier01.mutation(
            [again(place) for place in group],
            Dice(seed, BUNDLE, 2**40 + number),
            as_of=as_of.isoformat(),
            time=f"17:{40 + number // 2:02d}:{number % 2 * 30:02d}.000",
            several=len(group) > 1,
        )
        yield f"mutaties/mutatie-{number:05d}.xml", text.encode()


def _morning(place: int) -> str:
    """When the answer about the person at `place` was given: from 05.30 hours on, until 07.00 at the latest."""
    milliseconds = 19_800_000 + place * 17 % 5_400_000
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


# Writing


def made_with(folder: Path) -> dict[str, Any] | None:
    """Return the options of the population in `folder`, or None when this generator did not make the folder."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return marker if isinstance(marker, dict) and marker.get("made_by") == "generate_dossiers" else None


def write(persons: int, seed: int, as_of: date, out: Path, version: str = "02.00") -> Summary:
    """Write a population of `persons` (1 to MOST_PERSONS) into the folder `out`, complete or not at all.

    `out` must not exist, be empty, or be a population of an earlier run, which is replaced. Raises
    PopulationError with the reason otherwise, and OSError when the disk refuses.
    """
    _check(persons, seed, as_of, version)
    out = Path(out).resolve()
    _check_folder(out)
    marker = {
        "made_by": "generate_dossiers",
        "persons": persons,
        "seed": seed,
        "as_of": as_of.isoformat(),
        "version": version,
    }
    summary = Summary()
    with _unfinished(out, marker) as folder:
        made: set[str] = set()
        for path, content in messages(persons, seed, as_of, version, summary=summary):
            parent = path.rpartition("/")[0]
            if parent not in made:
                (folder / parent).mkdir(parents=True)
                made = {parent}
            with open(f"{folder}/{path}", "wb") as file:
                file.write(content)
            summary.files += 1
            summary.bytes += len(content)
        _put_in_place(folder, out)
    return summary


def _check(persons: int, seed: int, as_of: date, version: str) -> None:
    if not 1 <= persons <= MOST_PERSONS:
        raise PopulationError(f"The number of persons must lie between 1 and {MOST_PERSONS}.")
    if not 0 <= seed < 2**63:
        raise PopulationError("The seed must be a number from 0 on, below 2 to the power of 63.")
    if not EARLIEST <= as_of <= LATEST:
        raise PopulationError(
            f"The date must lie between {EARLIEST} and {LATEST}: the persons are of that time."
        )
    if version not in VERSIONS:
        raise PopulationError(f"Unknown version; known are {' and '.join(VERSIONS)}.")


def _check_folder(out: Path) -> None:
    if not out.name:
        raise PopulationError(f"{out} cannot be made anew: choose a folder below it.")
    if not out.exists():
        return
    if not out.is_dir():
        raise PopulationError(f"{out} is not a folder.")
    if any(out.iterdir()) and made_with(out) is None:
        raise PopulationError(
            f"{out} is not empty and no population of an earlier run: choose another folder."
        )


@contextmanager
def _unfinished(out: Path, marker: dict[str, Any]) -> Iterator[Path]:
    """An empty folder beside `out` to write into, held against a second run at the same time."""
    folder = out.with_name(f".{out.name}.unfinished")
    out.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    if any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise PopulationError(f"{folder} is in the way and was not left by an earlier run.")
    with (folder / MARKER).open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PopulationError(f"Another run is writing {out} at this moment.") from None
        # Remove the remains of a killed run, but keep the marker: it is the lock of this run.
        for left in folder.iterdir():
            if left.name != MARKER:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        held.truncate(0)
        held.write(json.dumps(marker, indent=1) + "\n")
        held.flush()
        yield folder


def _put_in_place(folder: Path, out: Path) -> None:
    outdated = out.with_name(f".{out.name}.outdated")
    if outdated.exists():
        if made_with(outdated) is None:
            raise PopulationError(f"{outdated} is in the way and was not left by an earlier run.")
        shutil.rmtree(outdated)
    if out.exists() and any(out.iterdir()):
        out.rename(outdated)
    folder.rename(out)
    shutil.rmtree(outdated, ignore_errors=True)
