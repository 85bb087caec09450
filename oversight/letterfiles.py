"""The letter as a document (ODT), a table (CSV) and its proofs (JSON). Names of files have no number of a person."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import override
from odfdo import Document, Header, Paragraph

from partners.csvfiles import CONTENT_TYPE
from partners.downloads import as_csv, odf_text

from .letters import Letter
from .letterwords import LetterWords, sheet_of, words_of

ODT, CSV, PROOF = "odt", "csv", "json"
CONTENT_TYPES: Final = {
    ODT: "application/vnd.oasis.opendocument.text",
    CSV: CONTENT_TYPE,
    PROOF: "application/json",
}
_COUNTRIES: Final = {"nl": "BE", "en": "GB"}
_PLACE: Final = "[looks]"  # in the document until the table takes its place
_WIDTHS: Final = (21, 27, 36, 30, 32, 24)  # mm of the columns: together those between the margins of an A4
_STYLES: Final = (
    *(
        f'<style:style style:name="look{place}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for place, width in enumerate(_WIDTHS)
    ),
    '<style:style style:name="look" style:family="table-cell"><style:table-cell-properties fo:padding="1mm"'
    ' fo:border-bottom="0.3pt solid #808080"/></style:style>',
    '<style:style style:name="looks" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always"/></style:style>',
    '<style:style style:name="small" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:text-properties fo:font-size="8.5pt"/></style:style>',
    '<style:style style:name="smallhead" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:text-properties fo:font-size="8.5pt" fo:font-weight="bold"/></style:style>',
    '<style:style style:name="spaced" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:margin-bottom="2mm"/><style:text-properties fo:font-size="11pt"/></style:style>',
)


def letter_as_odt(letter: Letter, language: str) -> bytes:
    """Return the letter as an OpenDocument text in this language."""
    with override(language):
        words = words_of(letter)
    document = blank_document(words.title, language, _STYLES)
    body = document.body
    body.append(heading(1, words.title))
    for label, value in words.facts:
        body.append(_paragraph(f"{label}: {value}"))
    for text in words.lead:
        body.append(_paragraph(text))
    if words.rows:
        body.append(Paragraph(_PLACE))
    for head, texts in words.notes:
        body.append(heading(2, head))
        for text in texts:
            body.append(_paragraph(text))
    return _with_table(document, words)


def letter_as_csv(letter: Letter, name: str, language: str) -> bytes:
    """Return the looks of the letter as CSV for a Belgian Excel, with the words of the letter below them."""
    with override(language):
        return as_csv(sheet_of(letter, name))


def proof_as_json(proof: dict[str, Any]) -> bytes:
    """Return the proofs as the file that `verify_log --letter` reads."""
    return json.dumps(proof, ensure_ascii=False, indent=1).encode()


def blank_document(title: str, language: str, styles: Sequence[str]) -> Document:
    """Return an empty OpenDocument text with this title, language and automatic styles (as XML)."""
    document = Document("text")
    for style in styles:
        document.insert_style(style, automatic=True)
    for properties in document.styles.root.get_elements("//style:text-properties[@fo:language]"):
        properties.set_attribute("fo:language", language)
        properties.set_attribute("fo:country", _COUNTRIES[language])
    document.meta.title = title
    document.body.clear()
    return document


def heading(level: int, text: str) -> Header:
    """Return a heading of this level, from 1 on."""
    header = Header(level, text)
    # The library takes a style and forgets it.
    header.set_attribute("text:style-name", f"Heading_20_{level}")
    return header


def _paragraph(text: str) -> Paragraph:
    return Paragraph(text, style="spaced")


def _with_table(document: Document, words: LetterWords) -> bytes:
    """Return the document with the looks in place of `_PLACE`, as text.

    With the library's own elements, a letter with thousands of looks takes minutes.
    """
    columns = "".join(f'<table:table-column table:style-name="look{n}"/>' for n in range(len(words.heads)))
    rows = "".join(_row(row, "small") for row in words.rows)
    table = (
        f'<table:table table:name="looks">{columns}'
        f"<table:table-header-rows>{_row(words.heads, 'smallhead')}</table:table-header-rows>{rows}</table:table>"
    )
    buffer = io.BytesIO()
    document.save(buffer)
    buffer.seek(0)
    package = Document(buffer).container
    assert package is not None
    content = package.get_part("content.xml")
    assert isinstance(content, bytes)
    package.set_part("content.xml", content.decode().replace(f"<text:p>{_PLACE}</text:p>", table).encode())
    whole = io.BytesIO()
    package.save(whole)
    return whole.getvalue()


def _row(values: Sequence[str], style: str) -> str:
    cells = "".join(
        '<table:table-cell table:style-name="look" office:value-type="string">'
        f'<text:p text:style-name="{style}">{odf_text(value)}</text:p></table:table-cell>'
        for value in values
    )
    return f'<table:table-row table:style-name="looks">{cells}</table:table-row>'
