"""Who to call about a client, and how to reach the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from partners.blocks import BlockName

from ..language import gettext
from ..magda.reader import CourseFacts
from .tree import Node

_CONTACTS: Final = ("ContactPersoon", "Contactpersoon")
_PHONES: Final = frozenset(("telefoon", "gsm", "Telefoon", "Gsm", "TelefoonNummer"))


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call: the role, the name, the organisation, telephone numbers and e-mail addresses."""

    role: str
    name: str
    organisation: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to reach the client. `href` is "" for text that is no link."""

    label: str
    text: str
    href: str = ""


def contacts_of(trees: Mapping[str, Node], schools: Sequence[CourseFacts]) -> list[Contact]:
    """Return who to call: who follows the path of the client, then the centres of `schools`, each once."""
    contacts = []
    if (contact := _path_contact(trees)) is not None:
        contacts.append(contact)
    seen = set()
    for facts in schools:
        if facts.centre and facts.centre not in seen:
            seen.add(facts.centre)
            role = gettext("School (%(part)s)") % {"part": facts.course.part.value}
            contacts.append(Contact(role, "", facts.centre))
    return contacts


def _path_contact(trees: Mapping[str, Node]) -> Contact | None:
    """Return the contact person of the current path; in messages of 01.00 that of the latest registration."""
    role = gettext("Trajectbegeleider")
    for name in (BlockName.TRAJECTEN, BlockName.AANMELDING):
        root = trees.get(name)
        for node in _newest_first(root.children) if root else ():
            for holder in _holders(node):
                person = next(child for child in holder.children if child.name in _CONTACTS)
                contact = Contact(
                    role,
                    _name(person),
                    _organisation(holder),
                    tuple(dict.fromkeys(_texts(person, _PHONES))),
                    tuple(dict.fromkeys(text for text in _all_texts(person) if "@" in text)),
                )
                if contact.name or contact.phones or contact.emails:
                    return contact
    return None


def _newest_first(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return those that still run first, then by the day on which they began, the last one first."""
    if len(nodes) < 2:
        return nodes
    return sorted(nodes, key=_newness, reverse=True)


def _newness(node: Node) -> tuple[bool, str]:
    first, last = _days(node)
    return last == "", first


def _days(node: Node) -> tuple[str, str]:
    """Return the first and the last day of an element as written, "" without one."""
    period = node.first("Periode")
    if period is None:
        return "", ""
    return (
        period.text_of("Begin") or period.text_of("BeginDatum"),
        period.text_of("Einde") or period.text_of("EindDatum"),
    )


def _holders(node: Node) -> Iterator[Node]:
    """Yield the elements at or below `node` that have a contact person, the newest first."""
    if any(child.name in _CONTACTS for child in node.children):
        yield node
    for child in _newest_first([child for child in node.children if child.children]):
        yield from _holders(child)


def _name(person: Node) -> str:
    named = person.first("Naam")
    names = list(_all_texts(named)) if named is not None else []
    return " ".join(names or filter(None, (person.text_of("Voornaam"), person.text_of("Achternaam"))))


def _organisation(holder: Node) -> str:
    desk, office = holder.first("KBILoket"), holder.first("KBIVestiging")
    if desk is not None and desk.text_of("RoepNaam"):
        return desk.text_of("RoepNaam")
    number = office.text_of("KbiNummer") if office is not None else ""
    # ALLIS puts the name of an office where the schema has a number.
    return "" if number.isdigit() else number


def _texts(node: Node, names: frozenset[str]) -> Iterator[str]:
    for child in node.children:
        if child.name in names and child.text:
            yield child.text
        yield from _texts(child, names)


def _all_texts(node: Node) -> Iterator[str]:
    if node.text:
        yield node.text
    for child in node.children:
        yield from _all_texts(child)


def reach_of(trees: Mapping[str, Node]) -> list[Reach]:
    """Return how to reach the client: numbers and addresses, the preferred ones first, and the contact languages."""
    ways = []
    if (personalia := trees.get(BlockName.PERSONALIA)) is not None:
        for place, scheme, word in (
            (("TelefoonNummers", "TelefoonNummer"), "tel", gettext("Telefoon")),
            (("Emails", "Email"), "mailto", gettext("E-mail")),
        ):
            nodes = sorted(personalia.at(*place), key=lambda node: not _is_preferred(node))
            ways += [_way(node, scheme, word) for node in nodes if node.text]
    if languages := contact_languages(trees):
        ways.append(Reach(gettext("Contacttaal"), ", ".join(languages)))
    return ways


def _way(node: Node, scheme: str, word: str) -> Reach:
    if node.attributes.get("type", "") == "GSM":
        word = gettext("Gsm")
    if _is_preferred(node):
        word = gettext("%(way)s, liefst zo") % {"way": word}
    address = "".join(node.text.split()) if scheme == "tel" else node.text
    return Reach(word, node.text, f"{scheme}:{quote(address, safe='@+')}")


def _is_preferred(node: Node) -> bool:
    return node.attributes.get("voorkeur", "") in ("true", "1")


def contact_languages(trees: Mapping[str, Node]) -> list[str]:
    """Return the names of the languages that the dossier marks as contact language, as the message writes them."""
    root = trees.get(BlockName.TALENKENNIS)
    nodes = root.at("Talen", "Taal") if root is not None else []
    return [
        node.text_of("Code")
        for node in nodes
        if node.text_of("ContactTaal") in ("true", "1") and node.text_of("Code")
    ]
