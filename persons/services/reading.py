"""Files of messages to prepared dossiers, here or in processes beside this one. No database in any of them."""

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

FILES_AT_ONCE = 32  # handed to a process in one go
PIECE = 512 * 1024  # bytes of prepared dossiers a process sends in one go
PIECES_AHEAD = 16  # that wait here, read but not taken yet
SMALL = 4 * 1024 * 1024  # below this starting processes takes longer than reading


@dataclass(frozen=True)
class SetAside:
    """A message that does not go in: where it stands and why.

    `reason` is a code: one of `persons.magda.reader`, or `unreadable` (not a file, or one that cannot be opened),
    `from_the_future`, `not_storable`. `place` is the line, 0 without one; `field` the path of the element. Nothing
    in it tells whom the message is about.
    """

    file: str
    place: int
    field: str
    reason: str
    detail: str

    def __str__(self) -> str:
        where = [self.file]
        if self.place:
            where.append(f"line {self.place}")
        if self.field:
            where.append(f"at {self.field}")
        return f"{', '.join(where)}: {self.reason}: {self.detail}"


class ReadingBroken(Exception):
    """A process that reads ended before its work was done."""


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """What to read: the paths named, and everything visible in named folders and below, in a fixed order.

    Links to folders are not followed below a named folder: they could lead in circles.
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
        # reported like a file that cannot be read
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
    """The dossiers in the files `paths`, in their order, each prepared or set aside."""
    for path in paths:
        try:
            # Opening a pipe or a device could wait for ever.
            if not path.is_file():
                yield SetAside(str(path), 0, "", "unreadable", _why_no_file(path))
                continue
            for found in read_file(path, allow_test=allow_test):
                if isinstance(found, MessageError):
                    yield SetAside(str(path), found.line, found.field, found.reason, found.detail)
                else:
                    yield prepare(found, rule)
        except OSError as error:
            yield SetAside(str(path), 0, "", "unreadable", error.strerror or "cannot be read")


def _why_no_file(path: Path) -> str:
    if path.is_dir():
        return "a folder that cannot be read"
    return "not a file" if path.exists() else "not there, or a link to nothing"


def read(
    paths: Iterable[Path], *, allow_test: bool, rule: Rule, processes: int | None = None
) -> Generator[Prepared | SetAside]:
    """Like `prepared_in` over `find_files`, read ahead by `processes` of their own (0: none, in this one).

    By default as many as there are processors beside the one this process uses, and none for little input. With
    processes the order is not that of the files. What is read ahead is bounded, whatever the input. Close the
    iterator to end the processes; they also end when this process does, in whatever way. Raises ReadingBroken.
    """
    files = find_files(paths)
    if processes is None:
        is_little, files = _looked_at(files)
        processes = 0 if is_little else max(1, min((os.cpu_count() or 1) - 1, 8))
    if not processes:
        yield from prepared_in(files, allow_test=allow_test, rule=rule)
        return
    with _Readers(files, processes, allow_test, rule) as readers:
        yield from readers


def _looked_at(files: Iterator[Path]) -> tuple[bool, Iterator[Path]]:
    """Whether all files together are small, and the files again."""
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
    """Processes that read, and a thread that takes in what they send."""

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
            # Each end is held by one process only: when that one dies, the other notices.
            there.close()
            self._links[here] = process
        self._thread = threading.Thread(target=self._take_in, daemon=True)

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

    def _take_in(self) -> None:
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
        """Give the process at the other end files to read; False when there are none left."""
        files = list(islice(self._files, FILES_AT_ONCE))
        if files:
            link.send(files)
        return bool(files)

    def _put(self, piece: list[Prepared | SetAside] | BaseException | None) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(queue.Full):
                return self._ahead.put(piece, timeout=0.2)


def _serve(link: Connection, allow_test: bool, rule: Rule) -> None:
    """What a reading process does: takes lists of files, sends what is in them in pieces, then None."""
    # Ctrl-C reaches every process of the terminal, the end of a service each of its processes; the importing one
    # decides, and its end closes the link.
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            piece: list[Prepared | SetAside] = []
            size = 0
            for found in prepared_in(link.recv(), allow_test=allow_test, rule=rule):
                piece.append(found)
                size += found.size if isinstance(found, Prepared) else 200
                if size >= PIECE:
                    link.send(piece)
                    piece, size = [], 0
            link.send(piece)
            link.send(None)
