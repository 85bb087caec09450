"""Which encoding a text file has. A doubtful file is refused: a wrong guess puts wrong letters into a record."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .lines import OfficeFileError

HOW_TO_SAVE = _(
    "In Excel: Bestand > Opslaan als, type “CSV UTF-8 (door komma’s gescheiden) (*.csv)”. In LibreOffice: Bestand >"
    " Opslaan als, type “Tekst CSV”, vink “Filterinstellingen bewerken” aan, tekenset “Unicode (UTF-8)”"
)
_CHUNK = 1 << 20  # bytes
_SAMPLE = 64  # bytes; a heading is longer, and its letters are ASCII
_LINE_ENDS = re.compile("\r\n?|\n")

# Signs that show that a text is not Windows-1252, as code points of Latin-1 (each byte is one):
_NOT_WINDOWS_1252 = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f]"  # control characters
    "|[\x81\x8d\x8f\x90\x9d]"  # bytes without a character
    "|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"  # a character of UTF-8: the file mixes two encodings
    # An accented letter of DOS or the classic Macintosh, where Windows-1252 has a sign that no word contains.
    "|(?<=[A-Za-z])[\x82\x84\x86-\x89\x8b\x91\x93-\x95\x98\x99\x9b](?=[A-Za-z])"
)
_LONGEST_SIGN = 3


@dataclass(frozen=True)
class Encoding:
    """An encoding: Python's name, the words for a report, and the number of bytes of the byte order mark."""

    codec: str
    label: str | Promise
    mark: int = 0


_MARKS = {
    codecs.BOM_UTF8: Encoding("utf-8", _("UTF-8 met bytevolgordemarkering"), 3),
    codecs.BOM_UTF16_LE: Encoding("utf-16-le", "UTF-16", 2),
    codecs.BOM_UTF16_BE: Encoding("utf-16-be", "UTF-16", 2),
}
_UTF_8 = Encoding("utf-8", "UTF-8")
_WINDOWS_1252 = Encoding("cp1252", "Windows-1252")


def detect(raw: BinaryIO) -> Encoding:
    """Return the encoding in which the whole of `raw` can be read. Raises OfficeFileError when in doubt.

    Tried in this order: the byte order mark, UTF-16 by the pattern of its zero bytes (a text of ASCII letters would
    also pass as UTF-8), UTF-8, Windows-1252.
    """
    raw.seek(0)
    sample = raw.read(_SAMPLE)
    declared = next((encoding for mark, encoding in _MARKS.items() if sample.startswith(mark)), None)
    encoding = declared or _utf_16_without_mark(sample)
    if encoding:
        if line := _first_wrong_line(raw, encoding):
            words = gettext("geen %(encoding)s, zoals het bestand begint. %(how)s")
            raise OfficeFileError(line, words % {"encoding": encoding.label, "how": HOW_TO_SAVE})
        return encoding
    line = _first_wrong_line(raw, _UTF_8)
    if line is None:
        return _UTF_8
    doubt = _first_line_not_windows_1252(raw)
    if doubt is None and not _ends_inside_a_character(raw):
        return _WINDOWS_1252
    words = gettext("geen UTF-8. %(how)s")
    if doubt:
        words = gettext("geen UTF-8, en regel %(line)s is geen Windows-1252. %(how)s")
    raise OfficeFileError(line, words % {"line": doubt, "how": HOW_TO_SAVE})


def _utf_16_without_mark(sample: bytes) -> Encoding | None:
    """Recognise UTF-16 by its zero bytes: nearly every second one in a heading of ASCII letters."""
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[first::2], sample[1 - first :: 2]
        if zeros.count(0) > len(zeros) * 3 // 4 and 0 not in others:
            return Encoding(codec, _("UTF-16 zonder bytevolgordemarkering"))
    return None


def _first_wrong_line(raw: BinaryIO, encoding: Encoding) -> int | None:
    raw.seek(encoding.mark)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding.codec)(), translate=True)
    line = 1
    try:
        while chunk := raw.read(_CHUNK):
            line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # Earlier chunks are counted already, also before a character that was cut in two.
        before = error.object[: error.start].decode(encoding.codec, errors="replace")
        return line + len(_LINE_ENDS.findall(before))
    return None


def _first_line_not_windows_1252(raw: BinaryIO) -> int | None:
    raw.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("latin-1")(), translate=True)
    line, text = 1, ""
    while chunk := raw.read(_CHUNK):
        text += decoder.decode(chunk)
        if sign := _NOT_WINDOWS_1252.search(text):
            return line + text.count("\n", 0, sign.start())
        line += text.count("\n", 0, -_LONGEST_SIGN)
        text = text[-_LONGEST_SIGN:]
    return None


def _ends_inside_a_character(raw: BinaryIO) -> bool:
    """Return True if the file ends in the middle of a UTF-8 character, as one that was cut off."""
    raw.seek(max(0, raw.seek(0, io.SEEK_END) - _LONGEST_SIGN))
    end = raw.read()
    return any(
        end[-length] >= 0xC2 and all(0x80 <= byte < 0xC0 for byte in end[len(end) - length + 1 :])
        for length in range(1, len(end) + 1)
    )
