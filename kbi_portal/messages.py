"""Compiles the translations: `python -m kbi_portal.messages` turns each .po into the .mo beside it.

The portal's own catalogues are django.po; those of the conversation sheet are sheet.po
(persons.presentation.translations).

With polib and not msgfmt, so that the same text gives the same bytes on every machine and a test can hold the
committed .mo against its .po.
"""

from __future__ import annotations

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def catalogues(domain: str = "django") -> list[Path]:
    """Every catalogue of a domain: "django" for the portal, "sheet" for the conversation sheet."""
    return sorted(LOCALE.glob(f"*/LC_MESSAGES/{domain}.po"))


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
    for path in (*catalogues(), *catalogues("sheet")):
        try:
            binary = compiled(path)
        except ValueError as error:
            raise SystemExit(str(error)) from None
        path.with_suffix(".mo").write_bytes(binary)


if __name__ == "__main__":
    main()
