"""Read files of messages and prepare their dossiers, in this process or in others. None of them uses the database."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ..attendance import Rule
from ..magda.reader import MessageError, read_file
from .preparing import Prepared, prepare

FILES_AT_ONCE = 32  # given to a process in one go
PIECE = 512 * 1024  # bytes of prepared dossiers that a process sends in one go
PIECES_AHEAD = 16  # read already, waiting to be imported
SMALL = 512 * 1024  # bytes; below this, starting processes takes longer than reading
# Seconds. A file that gives no dossier for so long is set aside, and the process that reads it is killed.
LIMIT = 60.0


@dataclass(frozen=True)
class SetAside:
    """A message that is not imported: its place and the reason.

    `reason` is a code: one of `persons.magda.reader`, or `unreadable` (not a file, or one that cannot be opened),
    `too_slow`, `from_the_future`, `not_storable`. `place` is the line, 0 without one; `field` is the path of the
    element. None of these identifies the person. `insz` and `as_of` say whose message it is and of when, as far as they
    could be read ("" and None otherwise). They are for the database and never printed. `digest` is the same when the
    same message comes again.
    """

    file: str
    place: int
    field: str
    reason: str
    detail: str
    insz: str = dataclasses.field(default="", repr=False)
    as_of: datetime.datetime | None = None
    digest: bytes = dataclasses.field(default=b"", repr=False)

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
                yield _whole_file(path, "unreadable", _why_no_file(path))
                continue
            content = b""
            for number, dossier in enumerate(read_file(path, allow_test=allow_test)):
                if isinstance(dossier, MessageError):
                    content = content or _content(path)
                    yield _one_of(path, dossier, _digest(content, number))
                else:
                    yield prepare(dossier, rule)
        except OSError as error:
            yield _whole_file(path, "unreadable", error.strerror or "cannot be read")


def set_aside(message: Prepared, reason: str, detail: str, *, dated: bool = True) -> SetAside:
    """Return a message that could be read as one that is not imported. Without `dated` its moment is not believed."""
    return SetAside(
        message.file,
        message.place,
        "",
        reason,
        detail,
        message.insz,
        message.as_of if dated else None,
        _digest(message.insz, message.as_of, message.digest.hex()),
    )


def _one_of(path: Path, error: MessageError, digest: bytes) -> SetAside:
    return SetAside(
        str(path), error.line, error.field, error.reason, error.detail, error.insz, error.as_of, digest
    )


def _whole_file(path: Path, reason: str, detail: str) -> SetAside:
    """Set aside a file of which the content is not known: it comes again when the path does."""
    return SetAside(str(path), 0, "", reason, detail, digest=_digest(path, reason))


def _content(path: Path) -> bytes:
    """Return the digest of a whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _digest(*parts: object) -> bytes:
    return hashlib.sha256(repr(tuple(map(str, parts))).encode(errors="replace")).digest()


def _why_no_file(path: Path) -> str:
    if path.is_dir():
        return "a folder that cannot be read"
    return "not a file" if path.exists() else "not there, or a link to nothing"


def read(
    paths: Iterable[Path],
    *,
    allow_test: bool,
    rule: Rule,
    processes: int | None = None,
    limit: float = LIMIT,
) -> Generator[Prepared | SetAside]:
    """Like `prepared_in` over `find_files`, but read ahead by `processes` of their own (0: read in this one).

    By default there is one process for every other processor, and none for little input. With processes the order
    is not that of the files, and a file that gives no dossier for `limit` seconds is set aside. The amount read ahead
    is bounded, whatever the input. Close the iterator to end the processes; they also end when this process ends,
    for whatever reason. Raises ReadingBroken.
    """
    files = find_files(paths)
    if processes is None:
        is_small, files = _measured(files)
        processes = 0 if is_small else max(1, min((os.cpu_count() or 1) - 1, 8))
    if not processes:
        yield from prepared_in(files, allow_test=allow_test, rule=rule)
        return
    with _Readers(files, processes, allow_test, rule, limit) as readers:
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


class _Reader:
    """A process that reads, and how far it is with the files it was given."""

    def __init__(self, allow_test: bool, rule: Rule) -> None:
        context = multiprocessing.get_context("spawn")
        self.link, there = context.Pipe()
        self._current = context.RawValue("L")  # index of the file being read, written by the process
        self._process = context.Process(
            target=_serve, args=(there, self._current, allow_test, rule), daemon=True
        )
        self._process.start()
        # Only one process has each end open, so the other process notices when it dies.
        there.close()
        self.files: list[Path] = []
        self.quiet = 0.0  # seconds without a result
        self._done = 0  # files that are complete
        self._items = 0  # received from the file after these

    def hand(self, files: list[Path], skip: int) -> None:
        """Send files to read; the first `skip` dossiers of the first one were received already."""
        self.files, self._done, self._items, self.quiet = files, 0, skip, 0.0
        self.link.send((files, skip))

    def receive(self) -> list[Prepared | SetAside] | None:
        """Return the next results; None when the process has no files to read."""
        message = self.link.recv()
        self.quiet = 0.0
        if message is None:
            self.files = []
            return None
        piece, self._done, self._items = message
        if self._done == len(self.files):
            self.files = []
        return piece

    def give_up(self) -> tuple[Path, list[Path], int]:
        """Kill the process; return the file it was reading, the other files still to read, and `skip` for these."""
        self._process.kill()
        self._process.join()
        self.link.close()
        current = self._current.value
        before = self.files[self._done : current]
        return self.files[current], before + self.files[current + 1 :], self._items if before else 0

    def end(self) -> None:
        """End the process: it notices that its link is closed."""
        self.link.close()
        self._process.join(timeout=1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


class _Readers:
    """Processes that read, and a thread that receives their results."""

    def __init__(
        self, files: Iterator[Path], processes: int, allow_test: bool, rule: Rule, limit: float
    ) -> None:
        self._files = files
        self._again: list[tuple[list[Path], int]] = []
        self._ahead: queue.Queue[list[Prepared | SetAside] | BaseException | None] = queue.Queue(PIECES_AHEAD)
        self._closing = threading.Event()
        self._limit = limit
        self._start = partial(_Reader, allow_test, rule)
        self._readers = [self._start() for _ in range(processes)]
        self._thread = threading.Thread(target=self._receive, daemon=True)

    def __enter__(self) -> _Readers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        for reader in self._readers:
            reader.end()

    def __iter__(self) -> Iterator[Prepared | SetAside]:
        while (piece := self._ahead.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield from piece

    def _receive(self) -> None:
        try:
            busy = self._readers.copy()
            while busy and not self._closing.is_set():
                began = time.monotonic()
                ready = wait([reader.link for reader in busy], timeout=0.2)
                # Only the time spent waiting counts: a full queue keeps the processes waiting too.
                waited = time.monotonic() - began
                for reader in busy.copy():
                    if reader.link in ready:
                        if (piece := reader.receive()) is not None:
                            self._put(piece)
                        elif not self._hand_out(reader):
                            busy.remove(reader)
                    elif reader.files:
                        reader.quiet += waited
                        if reader.quiet > self._limit:
                            busy[busy.index(reader)] = self._replace(reader)
        except (EOFError, OSError):
            self._put(ReadingBroken("A process that reads files was ended from outside."))
        except BaseException as error:
            self._put(error)
        self._put(None)

    def _hand_out(self, reader: _Reader) -> bool:
        """Send the process files to read; return False when there are no more."""
        files, skip = self._again.pop() if self._again else (list(islice(self._files, FILES_AT_ONCE)), 0)
        if files:
            reader.hand(files, skip)
        return bool(files)

    def _replace(self, reader: _Reader) -> _Reader:
        """Set aside the file a process is stuck in, and return a new process; the other files are read again."""
        stuck, others, skip = reader.give_up()
        new = self._readers[self._readers.index(reader)] = self._start()
        self._put([_whole_file(stuck, "too_slow", f"no dossier read in {self._limit:g} seconds")])
        if others:
            self._again.append((others, skip))
        return new

    def _put(self, piece: list[Prepared | SetAside] | BaseException | None) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(queue.Full):
                return self._ahead.put(piece, timeout=0.2)


def _serve(link: Connection, current: Any, allow_test: bool, rule: Rule) -> None:
    """Run a reading process: send None to get a list of files, and then their dossiers in pieces.

    A piece comes with the number of files that are complete with it, and the number of dossiers of the next file in
    it or before it. `current` is set to the index of the file being read.
    """
    # Ctrl-C reaches every process of the terminal, and stopping a service every process of it. The importing process
    # decides, and when it ends the link closes.
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            link.send(None)
            files, skip = link.recv()
            piece: list[Prepared | SetAside] = []
            size = 0
            for index, path in enumerate(files):
                current.value = index
                items = prepared_in([path], allow_test=allow_test, rule=rule)
                for number, item in enumerate(items, 1):
                    if index == 0 and number <= skip:
                        continue
                    piece.append(item)
                    size += item.size if isinstance(item, Prepared) else 200
                    if size >= PIECE:
                        link.send((piece, index, number))
                        piece, size = [], 0
            link.send((piece, len(files), 0))
