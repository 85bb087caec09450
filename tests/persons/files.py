"""A client's file as the door hands it over, without a database; and the page made of it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import etree, html

from caseload.filelinks import FileLinks
from consultations.models import Consultation
from partners.blocks import BlockName
from partners.enums import Role
from partners.models import Institution, Mandate, MandateVersion, Membership
from persons.magda.reader import Dossier, MessageError, read_file
from persons.models import Enrolment, Inscription, Person
from persons.presentation import first_screen, whole_file
from persons.services.door import OpenedFile

LOGGED_AT = datetime.datetime(2026, 11, 23, 13, 3, tzinfo=datetime.UTC)

LOOK = uuid.UUID(int=9)


def read(folder: Path, *messages: etree._Element) -> list[Dossier]:
    """The dossiers in messages, through a file and the reader; a message that is set aside fails the test."""
    for number, message in enumerate(messages):
        (folder / f"{number}.xml").write_bytes(
            etree.tostring(message, encoding="UTF-8", xml_declaration=True)
        )
    return [dossier for path in sorted(folder.glob("*.xml")) for dossier in _dossiers(path)]


def _dossiers(path: Path) -> Iterator[Dossier]:
    for found in read_file(path, allow_test=True):
        if isinstance(found, MessageError):
            raise found
        yield found


def opened_file(
    dossier: Dossier,
    *,
    blocks: Iterable[str] = BlockName,
    kind: str = "ocmw",
    capacity: str = "leefloon",
    **version: object,
) -> OpenedFile:
    """What `consult` hands over of a dossier under a mandate for these blocks."""
    allowed = list(blocks)
    person = Person(
        insz=dossier.insz,
        last_name=dossier.last_name,
        first_name=dossier.first_name,
        birth_date=dossier.birth_date,
        version=dossier.version,
        as_of=dossier.as_of,
        warnings=list(dossier.warnings) or None,
    )
    inscription = Inscription(
        public_id=uuid.UUID(int=7),
        institution=Institution(name="OCMW Gent", kind=kind),
        person=person,
        insz=dossier.insz,
        mandate=Mandate(capacity=capacity),
        valid_until=datetime.date(2026, 12, 31),
    )
    inscription.version = MandateVersion(
        mandate=inscription.mandate,
        blocks=allowed,
        **{"legal_reference": "12/2015", "legal_title": "Opvolging", "is_example": True} | version,
    )
    enrolments = [
        Enrolment(
            key=facts.course.key,
            exempt=facts.course.exempt,
            suspensions=[
                [first and first.isoformat(), last and last.isoformat()]
                for first, last in facts.course.suspensions
            ],
        )
        for facts in dossier.courses
        if "VormingsActiviteiten" in allowed
    ]
    given = {name: xml for name, xml in dossier.blocks.items() if name in allowed}
    return OpenedFile(inscription, person, given, enrolments, Consultation(pk=LOOK, at=LOGGED_AT))


class Page:
    """The whole file, or its first screen: its HTML, and what a reader finds on it."""

    def __init__(self, opened: OpenedFile, *, first: bool = False, followed: bool = False) -> None:
        request = RequestFactory().get("/dossier/")
        request.user = AnonymousUser()
        institution = Institution(pk=1, name="OCMW Proefstad", slug="ocmw-proefstad")
        request.acting = Membership(institution=institution, role=Role.CASE_WORKER)
        request.memberships = [request.acting]
        self.context = (first_screen if first else whole_file)(opened)
        template = "caseload/person_file.html" if first else "caseload/whole_file.html"
        links = FileLinks(institution.slug, opened.public_id, LOOK)
        added = {
            "links": links,
            "parts": [(fold, links.part(fold.slug)) for fold in self.context.get("folds", ())],
            "followed": followed,
            "withdrawable": False,
            "prints": False,
            "list_query": "",
        }
        self.html = render_to_string(template, self.context | added, request)
        self.document = html.document_fromstring(self.html)
        self.main = self.document.get_element_by_id("inhoud")

    def text(self, path: str = ".") -> str:
        """What is read at an XPath below the content, white space made single spaces."""
        found = " ".join(" ".join(element.itertext()) for element in self.main.xpath(path))
        return " ".join(found.split()).replace(" ,", ",").replace(" .", ".")

    @property
    def raw_values(self) -> set[str]:
        """How the message writes dates, flags and translated codes, beside their words."""
        return set(self.main.xpath(".//time/@datetime")) | set(self.main.xpath(".//data/@value"))
