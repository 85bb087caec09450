"""The general layout: any part of a block as facts, tables and sections, straight from the element tree.

A block without a tailored layout is laid out here, and so is the rest of a block that has one. Values are
recognised by their shape (a date, a period, a code with its name), labels follow from the name of the element.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop

from ..insz import format_insz
from ..language import gettext
from .codes import code_value, named_code
from .tree import Node
from .values import Form, Value, Values, as_date, date_value, is_impossible, period_values, yes_no
from .words import label

# Wider tables become one list of facts per row.
MOST_COLUMNS: Final = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its values; several items when the message repeats the element."""

    label: str
    items: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of similar elements. A cell has items, as a fact does; the first column names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[Values, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a block: a note, its facts, then its tables, then its sections.

    A `folded` one opens on demand. `headed`: its title is itself a value of the message.
    """

    title: str = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()
    note: str = ""
    folded: bool = False
    headed: bool = False

    @property
    def filled(self) -> bool:
        """True if there is anything in it."""
        return bool(self.facts or self.tables or self.sections or self.note or self.headed)


@dataclass(slots=True)
class Draft:
    """A section under construction."""

    title: str = ""
    facts: list[Fact] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    note: str = ""
    folded: bool = False
    headed: bool = False

    def fact(self, name: str, *items: Values) -> None:
        """Add a fact, unless it has no items."""
        if items:
            self.facts.append(Fact(name, items))

    def take(self, node: Node, *names: str, under: str = "") -> None:
        """Pull the children of these names out of `node` as facts, in this order; `under` is another label."""
        for name in names:
            if values := pull(node, name):
                self.fact(under or label(name, node.name), *values)

    def rest(self, node: Node) -> None:
        """Add everything in `node` that is still to be laid out."""
        rest = lay_out(node)
        self.facts.extend(rest.facts)
        self.tables.extend(rest.tables)
        self.sections.extend(rest.sections)
        node.pulled = True

    def section(self, section: Section) -> None:
        """Add a section, unless it is empty."""
        if section.filled:
            self.sections.append(section)

    def done(self) -> Section:
        """Return the finished section."""
        return Section(
            self.title,
            tuple(self.facts),
            tuple(self.tables),
            tuple(self.sections),
            self.note,
            self.folded,
            self.headed,
        )


def pull(node: Node, name: str) -> tuple[Values, ...]:
    """Pull out and return the children of that name that are single values; the others stay in `node`."""
    items = []
    for child in node.all(name):
        if (values := inline(child)) is not None:
            child.pulled = True
            items.append(values)
    return tuple(items)


def pull_along(node: Node, *path: str) -> tuple[Values, ...]:
    """Like `pull`, for all descendants along a path."""
    *way, name = path
    return tuple(values for parent in node.at(*way) for values in pull(parent, name))


_NAMES_OF_CODES: Final = ("KorteNaam", "Naam", "Beschrijving")
_PERIODS: Final = (
    ("Begin", "Einde"),
    ("BeginDatum", "EindDatum"),
    ("Begindatum", "Einddatum"),
    ("Van", "Tot"),
)
_FLAGGED = "MeestRecentVlag"
# Numbers for machines: they come last and small.
IDENTIFIERS: Final = frozenset(
    (
        "ID",
        "Id",
        "ExterneID",
        "ExternID",
        "ToeleidingID",
        "DocumentID",
        "KBIRapport",
        "DavinciInstellingsNummer",
    )
)
# Names that add nothing to the name of the element around them.
_GENERIC: Final = frozenset(("Code", "Naam", "Type", "Reden", "RoepNaam", "Omschrijving"))
# Attributes of a telephone number or address that need no label.
_KINDS: Final = ("type", "typering")
# Kinds of phone numbers and addresses, in the words of a case worker. The values are free text (KBI-02.00).
_KIND_WORDS: Final = {
    "GSM": gettext_noop("gsm"),
    "TEL": gettext_noop("telefoon"),
    "PRIVE": gettext_noop("privé"),
    "WERK": gettext_noop("werk"),
}
_PLACE_02: Final = frozenset(("KboNummer", "KbiNummer"))
_PLACE_01: Final = frozenset(("Ondernemingsnummer", "VOPEntiteitNummer"))
_NAMED: Final = frozenset(("Naam", "NISCode", "ISOCode", "PostCode"))
_DESCRIBED: Final = frozenset(("Code", "Omschrijving"))
_ADDRESS: Final = frozenset(("Straat", "HuisNummer", "BusNummer", "Gemeente", "Land"))
_KBO: Final = frozenset(("KboNummer", "Ondernemingsnummer"))

# Organisations of the KBI itself, by KBO number (public page "Beschrijving Antwoord" of GeefDossierKBI-02.00).
ORGANISATIONS: Final[dict[str, str]] = {
    "0543307391": "Agentschap Integratie en Inburgering",
    "0862910119": "Huis van het Nederlands Brussel",
    "0421722346": "Atlas Antwerpen",
}


def inline(node: Node) -> Values | None:
    """Return the values of an element that reads as one; None when it needs a section. Nothing is pulled out."""
    if not node.children:
        return _leaf(node)
    values = _compound(node)
    return None if values is None else (*values, *attribute_notes(node))


def _leaf(node: Node) -> Values:
    text, attributes = node.text, node.attributes
    short, long = (
        attributes.get("KorteNaam", ""),
        attributes.get("Naam") or attributes.get("Beschrijving", ""),
    )
    value = named_code(text, short, long) if short or long else _plain(node.parent, node.name, text)
    notes = attribute_notes(node) if attributes else ()
    return (value, *notes) if value.text else notes


def _plain(parent: str, name: str, text: str) -> Value:
    if text in ("true", "false"):
        return yes_no(text == "true", text)
    if (value := code_value(parent, name, text)) is not None:
        return value
    if as_date(text) is not None or is_impossible(text):
        return date_value(text)
    if name == "INSZ" and len(text) == 11 and text.isdigit():
        return Value(format_insz(text), raw=text, form=Form.DATA)
    if name in _KBO:
        return organisation(text)
    return Value(text, form=Form.NOTE) if name in IDENTIFIERS else Value(text)


def organisation(number: str) -> Value:
    """Return an organisation by its KBO number: its name when it is one of the KBI itself, else the number."""
    if len(number) != 10 or not number.isdigit():
        return Value(number)
    written = f"{number[:4]}.{number[4:7]}.{number[7:]}"
    name = ORGANISATIONS.get(number)
    if name is None:
        return Value(written, raw=number, form=Form.DATA)
    return Value(name, raw=number, code=written, form=Form.DATA)


def _attributes(node: Node) -> list[tuple[str, Value]]:
    """Return label and value of the attributes that are not the name of a code."""
    named = () if node.children else _NAMES_OF_CODES
    return [
        ("", _kind(text))
        if name in _KINDS and not node.children
        else ("", Value(gettext("liefst zo"), raw=text, form=Form.NOTE))
        if (name, text) == ("voorkeur", "true")
        else (label(name), _plain(node.name, name, text))
        for name, text in node.attributes.items()
        if name not in named
    ]


def _kind(text: str) -> Value:
    words = _KIND_WORDS.get(text)
    return Value(text, form=Form.NOTE) if words is None else Value(gettext(words), raw=text, form=Form.NOTE)


def attribute_notes(node: Node) -> Values:
    """Return the attributes as remarks beside a value."""
    return tuple(
        Value(f"{name.lower()}: {value.text}", raw=value.raw, form=Form.NOTE) if name else value
        for name, value in _attributes(node)
    )


def _is_named(node: Node) -> bool:
    names = node.leaves()
    return bool(names) and names <= _NAMED and not any(child.attributes for child in node)


def _compound(node: Node) -> Values | None:
    children = list(node)
    if {child.name for child in children} <= _ADDRESS:
        return _address(node)
    if any(child.attributes for child in children):
        # One value for the parent could not show the attributes of its children.
        return None
    names = node.leaves()
    if not names:
        return _person_name(node) if node.name == "Naam" else None
    for pair in _PERIODS:
        if names <= {*pair, _FLAGGED}:
            return _period(node, *pair)
    if names <= _PLACE_02:
        return _place(node, "KboNummer", "KbiNummer")
    if names <= _PLACE_01:
        return _place(node, "Ondernemingsnummer", "VOPEntiteitNummer")
    if names == _DESCRIBED:
        return (named_code(node.text_of("Code"), "", node.text_of("Omschrijving")),)
    if node.name in ("Straat", "Gemeente", "Land") and names <= _NAMED:
        return (_named(node),)
    return None


def _period(node: Node, first: str, last: str) -> Values | None:
    begins, ends = node.text_of(first), node.text_of(last)
    if not (begins or ends):
        return None
    values = period_values(begins, ends)
    if recent := node.text_of(_FLAGGED):
        written = _plain(node.name, _FLAGGED, recent)
        values += (Value(f"{label(_FLAGGED).lower()}: {written.text}", raw=recent, form=Form.NOTE),)
    return values


def _place(node: Node, number: str, branch: str) -> Values:
    values: Values = ()
    if text := node.text_of(number):
        values += (organisation(text),)
    # ALLIS puts the name of an office where the schema has a number.
    if (text := node.text_of(branch)) and not any(value.text == text for value in values):
        values += (Value(f"{label(branch)} {text}" if text.isdigit() else text, raw=text, form=Form.NOTE),)
    return values


def _named(node: Node) -> Value:
    """Return the name of a street, municipality or country with its codes beside it."""
    codes = [f"{label(child.name)} {child.text}" for child in node if child.name not in ("Naam", "PostCode")]
    name = " ".join(filter(None, (node.text_of("PostCode"), node.text_of("Naam"))))
    return Value(name, code=" · ".join(codes)) if name else Value(" · ".join(codes))


def _address(node: Node) -> Values | None:
    """Return an address as people write it: street, number and box, then municipality, then country."""
    children = {child.name: child for child in node}
    if len(children) != len(list(node)):
        return None
    parts: dict[str, Value] = {}
    for name in ("Straat", "HuisNummer", "BusNummer", "Gemeente", "Land"):
        child = children.get(name)
        if child is None:
            continue
        if child.attributes or (child.children and not _is_named(child)):
            return None
        if child.children:
            parts[name] = _named(child)
        elif name == "BusNummer":
            parts[name] = Value(gettext("bus %(number)s") % {"number": child.text})
        else:
            parts[name] = Value(child.text)
    lines = [
        [parts[name] for name in names if name in parts]
        for names in (("Straat", "HuisNummer", "BusNummer"), ("Gemeente",), ("Land",))
    ]
    return tuple(
        value for number, line in enumerate(filter(None, lines)) for value in _after_comma(line, number)
    )


def _after_comma(line: list[Value], number: int) -> list[Value]:
    return [Value(","), *line] if number else line


def _person_name(node: Node) -> Values | None:
    """Return first names, then last names; None when the element has another shape than in GeefPersoon."""
    if any(child.name not in ("Voornamen", "Achternamen") for child in node):
        return None
    parts = [
        leaf for wrapper in ("Voornamen", "Achternamen") for child in node.all(wrapper) for leaf in child
    ]
    if any(leaf.children or leaf.attributes for leaf in parts) or len(parts) == 0:
        return None
    if any(child.text or child.attributes for child in node):
        return None
    return tuple(Value(leaf.text) for leaf in parts)


def lay_out(node: Node, title: str = "") -> Section:
    """Return everything in `node` that is still to be laid out as a section."""
    draft = Draft(title)
    if not node.children:
        if not node.is_empty():
            draft.fact(label(node.name), _leaf(node))
        return draft.done()
    if node.text:
        draft.fact(label(node.name), (Value(node.text),))
    for group in _groups(node):
        _lay_out_group(draft, group)
    for name, value in _attributes(node):
        draft.fact(name, (value,))
    return draft.done()


def _groups(node: Node) -> list[list[Node]]:
    """Return the children by name, in the order in which the names first occur, identifiers last."""
    groups: dict[str, list[Node]] = {}
    for child in node:
        groups.setdefault(child.name, []).append(child)
    return sorted(groups.values(), key=lambda group: group[0].name in IDENTIFIERS)


def _lay_out_group(draft: Draft, nodes: list[Node]) -> None:
    name = nodes[0].name
    values = [inline(node) for node in nodes]
    if None not in values:
        draft.fact(label(name, nodes[0].parent), *[items for items in values if items])
        return
    if len(nodes) == 1:
        inner = _groups(nodes[0])
        if len(inner) == 1 and not nodes[0].text and not nodes[0].attributes:
            # A wrapper around a list: its name is the title of the list.
            title = label(name)
            within = inner[0][0].name
            if within not in _GENERIC and not name.casefold().startswith(within.casefold()[:2]):
                title = f"{title}: {label(within).lower()}"
            list_out(draft, inner[0], title)
            return
    list_out(draft, nodes, label(name))


def list_out(draft: Draft, nodes: list[Node], title: str, first: tuple[str, ...] = ()) -> None:
    """Add a list of similar elements as one fact, as a table (these columns `first`), or as a section each."""
    values = [inline(node) for node in nodes]
    if None not in values:
        draft.fact(title, *[items for items in values if items])
        return
    if len(nodes) > 1 and (table := tabulate(nodes, title, first)) is not None:
        draft.tables.append(table)
        return
    if len(nodes) == 1:
        draft.section(lay_out(nodes[0], title))
        return
    kind = label(nodes[0].name)
    draft.section(
        Section(title, sections=tuple(lay_out(node, f"{kind} {n}") for n, node in enumerate(nodes, 1)))
    )


def tabulate(nodes: Iterable[Node], caption: str, first: tuple[str, ...] = ()) -> Table | None:
    """Return similar elements as a table of single values; None when some value is longer, or a row gets too wide."""
    heads: dict[str, str] = {}
    rows: list[dict[str, tuple[Values, ...]]] = []
    for node in nodes:
        row: dict[str, tuple[Values, ...]] = {}
        if node.text or not node.children:
            return None
        for group in _groups(node):
            values = [inline(child) for child in group]
            if None in values:
                return None
            name = group[0].name
            heads[name] = label(name, node.name)
            row[name] = tuple(items for items in values if items)
        for name, value in _attributes(node):
            heads[f"@{name}"] = name
            row[f"@{name}"] = ((value,),)
        rows.append(row)
    if len(heads) > MOST_COLUMNS:
        return None
    heads = dict(sorted(heads.items(), key=lambda head: (head[0] not in first, head[0] in IDENTIFIERS)))
    return Table(
        caption, tuple(heads.values()), tuple(tuple(row.get(key, ()) for key in heads) for row in rows)
    )
