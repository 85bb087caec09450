"""An answer as a document (ODT), with what it said when it was given."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override
from odfdo import Document, Element, Paragraph

from oversight.letterfiles import blank_document, heading
from partners.downloads import odf_text

from ..models import Answer
from .content import Section, Table, is_number
from .services.making import LANGUAGE
from .services.months import Months

CONTENT_TYPE: Final = "application/vnd.oasis.opendocument.text"
_LANDSCAPE: Final = {
    "fo:page-width": "297mm",
    "fo:page-height": "210mm",
    "style:print-orientation": "landscape",
}
_STYLES: Final = (
    '<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.8mm"'
    ' fo:border-bottom="0.3pt solid #808080"/></style:style>',
    '<style:style style:name="row" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always"/></style:style>',
    *(
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="Standard">'
        f'<style:paragraph-properties fo:text-align="{align}"/>'
        f'<style:text-properties fo:font-size="8.5pt" fo:font-weight="{weight}"/></style:style>'
        for name, align, weight in (
            ("small", "start", "normal"),
            ("smallbold", "start", "bold"),
            ("right", "end", "normal"),
            ("rightbold", "end", "bold"),
        )
    ),
    '<style:style style:name="spaced" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:margin-bottom="2mm"/><style:text-properties fo:font-size="11pt"/></style:style>',
    '<style:style style:name="caption" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:margin-top="4mm" fo:margin-bottom="1mm" fo:keep-with-next="always"/>'
    '<style:text-properties fo:font-size="11pt" fo:font-weight="bold"/></style:style>',
)


def facts_of(answer: Answer) -> list[tuple[str, str]]:
    """Return what stands at the head of the document, as pairs of label and value, in its language."""
    with override(LANGUAGE):
        return [
            ("Periode", Months(answer.first_month, answer.last_month).words),
            ("Kalender van de werkdagen", str(answer.get_calendar_display())),
            ("Gegeven op", date_format(localtime(answer.given_at), "j F Y, H:i")),
            ("Gegeven door", answer.given_by.get_full_name()),
        ]


def answer_as_odt(answer: Answer, sections: Sequence[Section]) -> bytes:
    """Return an answer as an OpenDocument text, in landscape."""
    document = blank_document(answer.title, LANGUAGE, _STYLES)
    _turn(document)
    body = document.body
    body.append(heading(1, answer.title))
    for label, value in facts_of(answer):
        body.append(Paragraph(f"{label}: {value}", style="spaced"))
    for section in sections:
        body.append(heading(2, section.title))
        for block in section.blocks:
            if isinstance(block, Table):
                body.append(Paragraph(block.title, style="caption"))
                body.append(_table(block))
            else:
                body.append(Paragraph(block.text, style="spaced"))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _turn(document: Document) -> None:
    for properties in document.styles.root.get_elements("//style:page-layout-properties"):
        for name, value in _LANDSCAPE.items():
            properties.set_attribute(name, value)


def _table(table: Table) -> Element:
    """Return the table. It is parsed at once: cell by cell, hundreds of rows take the library minutes."""
    rows = [_row(row, is_bold=table.has_total and row is table.rows[-1]) for row in table.rows]
    head = "".join(
        _cell(text, "rightbold" if place and _is_of_numbers(table, place) else "smallbold")
        for place, text in enumerate(table.heads)
    )
    return Element.from_tag(
        f'<table:table table:name="{table.key}">'
        f'<table:table-column table:number-columns-repeated="{len(table.heads)}"/>'
        f'<table:table-header-rows><table:table-row table:style-name="row">{head}</table:table-row>'
        f"</table:table-header-rows>{''.join(rows)}</table:table>"
    )


def _is_of_numbers(table: Table, place: int) -> bool:
    return all(is_number(row[place]) for row in table.rows)


def _row(cells: Sequence[str], *, is_bold: bool) -> str:
    bold = "bold" if is_bold else ""
    texts = "".join(
        _cell(text, ("right" if place and is_number(text) else "small") + bold)
        for place, text in enumerate(cells)
    )
    return f'<table:table-row table:style-name="row">{texts}</table:table-row>'


def _cell(text: str, style: str) -> str:
    return (
        '<table:table-cell table:style-name="cell" office:value-type="string">'
        f'<text:p text:style-name="{style}">{odf_text(text)}</text:p></table:table-cell>'
    )
