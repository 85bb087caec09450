"""Read files of messages and prepare their dossiers, in this process or in others. None of them uses the database."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from ..attendance import Rule
from ..magda.reader import MessageError, read_file
from .preparing import Prepared, prepare

FILES_AT_ONCE = 32  # given to a process in one go
PIECE = 512 * 1024  # bytes of prepared dossiers that a process sends in one go
PIECES_AHEAD = 16  # read already, waiting to be imported
SMALL = 4 * 1024 * 1024  # bytes; below this, starting processes takes longer than reading


@dataclass(frozen=True)
class SetAside:
    """A message that is not imported: its place and the reason.

    `reason` is a code: one of `persons.magda.reader`, or `unreadable` (not a file, or one that cannot be opened),
    `from_the_future`, `not_storable`. `place` is the line, 0 without one; `field` is the path of the element. None
    of it identifies the person.
    """

    file: str
    place: int
    field: str
    reason: str
    detail: str

    def __str__(self) -> str:
        place = [self.file]
        if self.place:
            place.append(f"line {self.place}")
        if self.field:
            place.append(f"at {self.field}")
        return f"{', '.join(place)}: {self.reason}: {self.detail}"


class ReadingBroken(Exception):
    """A process that reads ended before its work was done."""


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to read in a fixed order: `paths` themselves, and all visible files in and below folders.

    Below a folder, links to other folders are not followed: they could lead in circles.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        else:
            yield path


def _below(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        # Reported like a file that cannot be read.
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path))
        else:
            yield Path(entry.path)


def prepared_in(paths: Iterable[Path], *, allow_test: bool, rule: Rule) -> Iterator[Prepared | SetAside]:
    """Yield the dossiers in the files `paths`, in their order, prepared or set aside."""
    for path in paths:
        try:
            # Opening a pipe or a device could block for ever.
            if not path.is_file():
                yield SetAside(str(path), 0, "", "unreadable", _why_no_file(path))
                continue
            for dossier in read_file(path, allow_test=allow_test):
                if isinstance(dossier, MessageError):
                    yield SetAside(str(path), dossier.line, dossier.field, dossier.reason, dossier.detail)
                else:
                    yield prepare(dossier, rule)
        except OSError as error:
            yield SetAside(str(path), 0, "", "unreadable", error.strerror or "cannot be read")


def _why_no_file(path: Path) -> str:
    if path.is_dir():
        return "a folder that cannot be read"
    return "not a file" if path.exists() else "not there, or a link to nothing"


def read(
    paths: Iterable[Path], *, allow_test: bool, rule: Rule, processes: int | None = None
) -> Generator[Prepared | SetAside]:
    """Like `prepared_in` over `find_files`, but read ahead by `processes` of their own (0: read in this one).

    By default there is one process for every other processor, and none for little input. With processes the order
    is not that of the files. The amount read ahead is bounded, whatever the input. Close the iterator to end the
    processes; they also end when this process ends, for whatever reason. Raises ReadingBroken.
    """
    files = find_files(paths)
    if processes is None:
        is_small, files = _measured(files)
        processes = 0 if is_small else max(1, min((os.cpu_count() or 1) - 1, 8))
    if not processes:
        yield from prepared_in(files, allow_test=allow_test, rule=rule)
        return
    with _Readers(files, processes, allow_test, rule) as readers:
        yield from readers


def _measured(files: Iterator[Path]) -> tuple[bool, Iterator[Path]]:
    """Return whether all files together are small, and the files again."""
    first: list[Path] = []
    size = 0
    for path in files:
        first.append(path)
        with contextlib.suppress(OSError):
            size += path.stat().st_size
        if size > SMALL:
            break
    return size <= SMALL, chain(first, files)


class _Readers:
    """Processes that read, and a thread that receives their results."""

    def __init__(self, files: Iterator[Path], processes: int, allow_test: bool, rule: Rule) -> None:
        self._files = files
        self._ahead: queue.Queue[list[Prepared | SetAside] | BaseException | None] = queue.Queue(PIECES_AHEAD)
        self._closing = threading.Event()
        self._links: dict[Connection, BaseProcess] = {}
        context = multiprocessing.get_context("spawn")
        for _ in range(processes):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, allow_test, rule), daemon=True)
            process.start()
            # Only one process has each end open, so the other process notices when it dies.
            there.close()
            self._links[here] = process
        self._thread = threading.Thread(target=self._receive, daemon=True)

    def __enter__(self) -> _Readers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        for link, process in self._links.items():
            link.close()
            process.join(timeout=1)
            if process.is_alive():
                process.kill()
                process.join()

    def __iter__(self) -> Iterator[Prepared | SetAside]:
        while (piece := self._ahead.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield from piece

    def _receive(self) -> None:
        try:
            busy = [link for link in self._links if self._hand_out(link)]
            while busy and not self._closing.is_set():
                for link in wait(busy, timeout=0.2):
                    assert isinstance(link, Connection)
                    piece = link.recv()
                    if piece is not None:
                        self._put(piece)
                    elif not self._hand_out(link):
                        busy.remove(link)
        except (EOFError, OSError):
            self._put(ReadingBroken("A process that reads files was ended from outside."))
        except BaseException as error:
            self._put(error)
        self._put(None)

    def _hand_out(self, link: Connection) -> bool:
        """Send the process at the other end files to read; return False when there are no more."""
        files = list(islice(self._files, FILES_AT_ONCE))
        if files:
            link.send(files)
        return bool(files)

    def _put(self, piece: list[Prepared | SetAside] | BaseException | None) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(queue.Full):
                return self._ahead.put(piece, timeout=0.2)


def _serve(link: Connection, allow_test: bool, rule: Rule) -> None:
    """Run a reading process: receive lists of files, send their dossiers in pieces, then None for each list."""
    # Ctrl-C reaches every process of the terminal, and stopping a service every process of it. The importing process
    # decides, and when it ends the link closes.
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            piece: list[Prepared | SetAside] = []
            size = 0
            for item in prepared_in(link.recv(), allow_test=allow_test, rule=rule):
                piece.append(item)
                size += item.size if isinstance(item, Prepared) else 200
                if size >= PIECE:
                    link.send(piece)
                    piece, size = [], 0
            link.send(piece)
            link.send(None)
