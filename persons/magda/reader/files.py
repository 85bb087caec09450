"""Files of messages: small ones are parsed in one go, others as a stream with one dossier in memory at a time."""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

from persons.magda.lessons import can_be_stripped, complete_until
from persons.magda.reader import inburgering01, kbi02
from persons.magda.reader.checks import MOST, about, check_ancestors, check_crowding, numbers_in
from persons.magda.reader.envelope import (
    CARRIERS,
    MESSAGE_TYPES,
    ROOTS,
    MessageType,
    exceptions_below,
    message_in,
    moment_or_error,
    type_of,
    warnings_beside,
    without_dossiers,
)
from persons.magda.reader.lessons import LessonsTakenOut
from persons.magda.reader.records import (
    Dossier,
    MessageError,
    child_of,
    fault,
    refused_by_the_library,
    text_of,
)

MAX_DOSSIER: Final = 4 * 1024 * 1024  # bytes of one dossier in the message
_SMALL = 4 * 1024 * 1024  # files up to this size are parsed in one go: a tree takes some ten times that
_CHUNK = 256 * 1024
_GIVE_UP = 4  # after this many times the size of one dossier the rest of the file is not read
_PROLOGUE = 64 * 1024  # the root element must begin within this many bytes

_SAFE: Final = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_PARSER = etree.XMLParser(**_SAFE)

# A beginning that needs no further check: no DOCTYPE, a root that may be one of ours, and an encoding in which
# ASCII is ASCII. The group is the content of the XML declaration.
_PLAIN = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml([^>]*)\?>)?\s*<(?:[A-Za-z_][\w.-]*:)?"
    rb"(?:GeefDossierKBIResponse|PubliceerBewijs|RegistreerMutatieDossierKBI|Envelope)[\s>]"
)
_OTHER_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
# A tag that may have more than `MOST` attributes or namespace declarations: each takes at least five characters.
_CROWDED = re.compile(rb"<[^<]{%d}" % (5 * MOST))

Yield = Dossier | MessageError


def read_file(path: str | Path, *, allow_test: bool, max_bytes: int = MAX_DOSSIER) -> Iterator[Yield]:
    """Read a file with one message: yield a Dossier or a MessageError for every dossier in it, in their order.

    The messages are answers of GeefDossierKBI 02.00 and messages of PubliceerDossierKBI and
    RegistreerMutatieDossierKBI 02.00, bare or in a SOAP 1.1 envelope. A mistake in the file itself is one
    MessageError; the dossiers yielded before it stay valid. A dossier of more than `max_bytes` bytes is one
    MessageError; memory does not grow with the file. Test numbers are accepted with `allow_test`.

    Raises OSError when the file cannot be opened or read, nothing else.
    """
    name = str(path)
    with open(path, "rb", buffering=0) as file:
        items = _read(file, allow_test, max_bytes)
        while True:
            try:
                item: Yield = next(items)
            except StopIteration:
                return
            except etree.LxmlError as error:
                item = refused_by_the_library(error)
            item.file = name
            yield item


def _read(file: FileIO, allow_test: bool, max_bytes: int) -> Iterator[Yield]:
    size = os.fstat(file.fileno()).st_size
    small = min(_SMALL, max_bytes)
    data = file.read(max(min(size, small), _PROLOGUE) + 1)
    plain = _PLAIN.match(data)
    utf8 = plain is not None and _OTHER_ENCODING.search(plain.group(1) or b"") is None
    if utf8 and len(data) <= small:
        assert plain is not None
        taken_out = LessonsTakenOut()
        text = taken_out.strip(data) if can_be_stripped(data, plain.end()) else data
        try:
            root = etree.fromstring(text, _PARSER)
        except etree.LxmlError:
            pass  # the stream yields the dossiers before the mistake, and finds its line
        else:
            yield from _parsed_message(root, taken_out, allow_test, crowded=bool(_CROWDED.search(text)))
            return
    error = _error_at_the_beginning(data[:_PROLOGUE])
    if error is not None:
        yield error
    else:
        yield from _Stream(file, data, plain.end() if plain and utf8 else None, allow_test, max_bytes).read()


def _error_at_the_beginning(data: bytes) -> MessageError | None:
    """Return the mistake up to the root element: not XML, a DOCTYPE, or a root that is not one of ours."""
    parser = etree.XMLPullParser(events=("start",), **_SAFE)
    failure = _fed(parser, data)
    for _, root in parser.read_events():
        if _has_doctype(root):
            return fault(root, "doctype", "a DOCTYPE is refused")
        if root.tag not in ROOTS:
            return fault(root, "unknown_root", "the root is not that of a message that is read")
        return None
    if b"<!DOCTYPE" in data:
        return MessageError("doctype", "a DOCTYPE is refused", line=1)
    if failure is not None:
        return failure
    return MessageError("not_xml", "no root element" if data else "the file is empty", line=1)


def _has_doctype(root: Any) -> bool:
    info = root.getroottree().docinfo
    return info.internalDTD is not None or bool(info.doctype)


def _fed(parser: Any, data: bytes, *, last: bool = False) -> MessageError | None:
    """Feed a parser and return the first fatal error, without its words, which may repeat text of the message.

    The log is read too, not only the exception: `feed` raises nothing about an undefined entity, and starts a new
    document with the text after it.
    """
    raised: etree.XMLSyntaxError | None = None
    try:
        parser.feed(data)
        if last:
            parser.close()
    except etree.XMLSyntaxError as error:
        raised = error
    for entry in parser.feed_error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            kind = entry.type_name.removeprefix("ERR_")
            if kind == "RESOURCE_LIMIT":
                detail = "a text, a name or the nesting of elements is too large"
                return MessageError("too_large", detail, line=entry.line)
            name = kind.lower().replace("_", " ")
            return MessageError("not_xml", f"not well-formed XML ({name})", line=entry.line)
    return None if raised is None else MessageError("not_xml", "not well-formed XML", line=raised.lineno or 0)


def _parsed_message(
    root: Any, taken_out: LessonsTakenOut, allow_test: bool, *, crowded: bool
) -> Iterator[Yield]:
    message = message_in(root)
    kind = None if message is None else MESSAGE_TYPES[message.tag]
    body = None if kind is None else child_of(message, kind.body)
    carriers = None if kind is None or body is None else child_of(body, kind.list)
    if kind is None or carriers is None or child_of(carriers, kind.carrier) is None:
        yield without_dossiers(root)
        return
    as_of = moment_or_error(body)
    try:
        check_ancestors(child_of(carriers, kind.carrier))
    except MessageError as error:
        yield error
        return
    for carrier in carriers:
        if carrier.tag == kind.carrier:
            yield _carried(carrier, kind, as_of, allow_test, taken_out, crowded=crowded)


def _carried(
    carrier: Any,
    kind: MessageType,
    as_of: datetime | MessageError,
    allow_test: bool,
    taken_out: LessonsTakenOut,
    *,
    crowded: bool,
) -> Yield:
    """Return the dossier of one Antwoord, Onderwerp or Vraag, or the mistake in it.

    `as_of` is the moment of the message, or why it cannot be read. `crowded`: an element in it may have too many
    attributes or namespace declarations.
    """
    content = child_of(carrier, "Inhoud")
    dossier = None if content is None else child_of(content, kind.dossier)
    if dossier is None or not len(dossier):
        error = exceptions_below((carrier,)) or fault(carrier, "no_dossier", "no dossier in it")
        return about(error, (), as_of, allow_test=allow_test)
    line = dossier.sourceline or 0
    numbers = numbers_in(dossier)  # now: reading uses the tree up
    try:
        if isinstance(as_of, MessageError):
            raise MessageError(as_of.reason, as_of.detail, line=as_of.line, field=as_of.field)
        if crowded:
            check_crowding(carrier)
        if kind.version == kbi02.VERSION:
            fields = kbi02.read(dossier, taken_out, allow_test=allow_test)
        else:
            fields = inburgering01.read(dossier, allow_test=allow_test)
    except MessageError as error:
        return about(error, numbers, as_of, allow_test=allow_test)
    except etree.LxmlError as error:
        return about(refused_by_the_library(error, line), numbers, as_of, allow_test=allow_test)
    # Lessons can be in any block: also where the schema does not expect them, and in the older version.
    fields["blocks"] = {name: taken_out.put_back(xml) for name, xml in fields["blocks"].items()}
    reference = text_of(carrier, "Referte")[:36]
    return Dossier(
        version=kind.version,
        as_of=as_of,
        reference=reference,
        line=line,
        warnings=warnings_beside(carrier),
        **fields,
    )


class _Stream:
    """One file fed to the parser bit by bit. Dossiers that were read, or are too large, are removed from the tree.

    `begin` is where the root element begins at the latest, if lessons may be taken out of the text before it is
    parsed, else None.
    """

    def __init__(
        self, file: FileIO, head: bytes, begin: int | None, allow_test: bool, max_bytes: int
    ) -> None:
        self._file = file
        self._head = head
        self._held = b""  # not fed yet: the beginning of lessons that are taken out together
        self._before = b""  # the last bytes fed: a tag may have begun in them
        self._crowded = False  # since the begin of the carrier
        self._is_utf8 = begin is not None
        self._strips = self._is_utf8
        self._begin = begin or 0
        self._taken_out = LessonsTakenOut()
        self._allow_test = allow_test
        self._max_bytes = max_bytes
        self._parser = etree.XMLPullParser(events=("start", "end"), tag=(*ROOTS, *CARRIERS), **_SAFE)
        self._root: Any = None
        self._carrier: Any = None  # the one being read
        self._fed = 0  # bytes since its begin, or since the end of the last one
        self._too_large = False
        self._given_up = False
        self._any = False
        self._as_of: datetime | MessageError | None = None
        self._numbers: list[str] = []  # of the carrier, before elements of it were removed

    def read(self) -> Iterator[Yield]:
        """Yield the dossiers in the file; if the message itself is wrong, the mistake is the last item."""
        try:
            yield from self._messages()
        except MessageError as error:
            yield error

    def _messages(self) -> Iterator[Yield]:
        for chunk in self._chunks():
            data = self._stripped(chunk)
            self._look_for_crowding(data)
            failure = _fed(self._parser, data)
            self._fed += len(chunk)
            yield from self._events(len(chunk))
            if failure is not None:
                break
            yield from self._bounded()
            if self._given_up:
                return
        else:
            self._look_for_crowding(self._held)
            failure = _fed(self._parser, self._held, last=True)
            yield from self._events(0)
        if failure is not None:
            yield self._about(failure)
        elif self._too_large:
            yield self._error_too_large(self._root)
        elif not self._any:
            yield without_dossiers(self._root)

    def _look_for_crowding(self, data: bytes) -> None:
        """Note whether an element that ends in `data` may be crowded; in other encodings any may."""
        data = self._before + data
        self._before = data[-5 * MOST :]
        matches = not self._is_utf8 or _CROWDED.search(data) is not None
        self._crowded = matches or (self._crowded and self._carrier is not None)

    def _stripped(self, chunk: bytes) -> bytes:
        """Return the bytes for the parser; an incomplete tag or LesMomenten is held back until the next chunk."""
        if not self._strips:
            return chunk
        data = self._held + chunk
        until = complete_until(data)
        begin, self._begin = self._begin, 0
        if len(data) - until > self._max_bytes or not can_be_stripped(data, begin):
            # From here on anything is possible: a comment may be very long.
            self._strips = False
            self._held = b""
            return data
        self._held = data[until:]
        return self._taken_out.strip(data[:until])

    def _chunks(self) -> Iterator[bytes]:
        head, self._head = self._head, b""
        for start in range(0, len(head), _CHUNK):
            yield head[start : start + _CHUNK]
        del head
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def _events(self, size: int) -> Iterator[Yield]:
        for event, element in self._parser.read_events():
            if self._root is None:
                self._root = element
                continue
            if event == "start":
                kind = type_of(element)
                if kind is not None and self._carrier is None:
                    if self._as_of is None:
                        self._as_of = moment_or_error(element.getparent().getparent())
                    if self._too_large:
                        yield self._error_too_large(self._root)
                        self._too_large = False
                    check_ancestors(element)
                    self._carrier = element
                    self._fed = size
            elif element is self._carrier:
                yield self._finished(element)

    def _finished(self, carrier: Any) -> Yield:
        item: Yield
        if self._too_large:
            item = self._error_too_large(carrier)
        else:
            kind = type_of(carrier)
            assert kind is not None
            assert self._as_of is not None
            item = _carried(
                carrier, kind, self._as_of, self._allow_test, self._taken_out, crowded=self._crowded
            )
        self._carrier = None
        self._numbers = []
        self._too_large = False
        self._any = True
        self._fed = 0
        self._taken_out.forget(carrier)
        # The text after it may be incomplete; it is removed with the next carrier.
        carrier.clear(keep_tail=True)
        siblings = carrier.getparent()
        del siblings[: siblings.index(carrier)]
        return item

    def _bounded(self) -> Iterator[Yield]:
        """Prune the tree when a dossier gets too large; in the end give up and yield an error.

        Pruning keeps the memory flat, except for names: libxml2 never forgets one.
        """
        if self._fed <= self._max_bytes:
            return
        element = self._root if self._carrier is None else self._carrier
        if self._fed > _GIVE_UP * self._max_bytes:
            self._given_up = True
            error = self._error_too_large(element)
            error.detail += "; the rest of the file is not read"
            yield error
            return
        self._numbers = self._numbers or self._numbers_now()
        self._too_large = True
        self._taken_out.forget_all()
        _prune(element)

    def _error_too_large(self, element: Any) -> MessageError:
        detail = f"more than {self._max_bytes} bytes without a complete dossier"
        return self._about(fault(element, "too_large", detail))

    def _about(self, error: MessageError) -> MessageError:
        """Return the error with the person of the carrier it is in."""
        numbers = self._numbers or self._numbers_now()
        return about(error, numbers, self._as_of, allow_test=self._allow_test)

    def _numbers_now(self) -> list[str]:
        kind = None if self._carrier is None else type_of(self._carrier)
        dossier = None if kind is None else self._carrier.find(f"Inhoud/{kind.dossier}")
        return [] if dossier is None else numbers_in(dossier)


def _prune(element: Any) -> None:
    """Remove complete elements below one that is still being read: at every level all but the last child."""
    while len(element):
        del element[:-1]
        element = element[-1]
