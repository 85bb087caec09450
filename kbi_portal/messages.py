"""Compiles the translations: `python -m kbi_portal.messages` turns each django.po into the django.mo beside it.

With polib and not msgfmt, so that the same text gives the same bytes on every machine and a test can hold the
committed .mo against its .po.
"""

from __future__ import annotations

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def catalogues() -> list[Path]:
    """Every catalogue of the project."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def compiled(path: Path) -> bytes:
    """The binary form of a catalogue; raises ValueError when a text is missing or still doubtful."""
    catalogue = polib.pofile(str(path))
    unfinished = [
        entry.msgid for entry in catalogue if not entry.obsolete and (entry.fuzzy or not entry.translated())
    ]
    if unfinished:
        raise ValueError(f"{path}: {len(unfinished)} texts without translation, the first: {unfinished[0]!r}")
    # When and by which program it was collected says nothing about the text.
    for name in ("POT-Creation-Date", "PO-Revision-Date", "X-Generator"):
        catalogue.metadata.pop(name, None)
    return catalogue.to_binary()


def main() -> None:
    for path in catalogues():
        try:
            binary = compiled(path)
        except ValueError as error:
            raise SystemExit(str(error)) from None
        path.with_suffix(".mo").write_bytes(binary)


if __name__ == "__main__":
    main()
