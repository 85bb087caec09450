"""The published MAGDA schemas as the yardstick of what the portal reads and writes.

The schemas are not part of the project: `MAGDA_XSD_DIR` says where they lie, default `../shared/magda-xsd`
beside the project root. Three cases:

* the folder exists: the tests that need it run;
* `MAGDA_XSD_DIR` is set but there is no such folder: an error, because somebody meant to validate;
* neither: test files called `test_*_xsd.py` are not collected, and pytest's summary says so (conftest.py).

`Persoon-02.00/Persoon.xsd` includes a `PersoonComplex.xsd` that is not among the published files, so the
answers of GeefDossierKBI do not compile as delivered. A stand-in for that one file is written out below:
it has the shape of names and gender in MAGDA's GeefPersoon answers, and nothing else.
"""

import os
from functools import cache
from pathlib import Path

from lxml import etree

_SET = os.environ.get("MAGDA_XSD_DIR")
XSD_DIR = Path(_SET) if _SET else Path(__file__).resolve().parents[3].parent / "shared" / "magda-xsd"

AVAILABLE = XSD_DIR.is_dir()
if _SET and not AVAILABLE:
    raise FileNotFoundError("MAGDA_XSD_DIR is set, but there is no such folder.")

GEEF_01 = "Inburgering.GeefDossierKBIDienst-01.00"
GEEF_02 = "Inburgering.GeefDossierKBIDienst-02.00"
PUBLICEER = "Inburgering.PubliceerDossierKBIDienst-02.00"
REGISTREER = "Inburgering.RegistreerMutatieDossierKBIDienst-02.00"
NS_GEEF_02 = "http://webservice.GeefDossierKBI-02.00.kbi-02.00.vip.vlaanderen.be"
NS_GEEF_02_SERVICE = "http://service.geefdossierkbidienst-02_00.inburgering-02_00.vip.vlaanderen.be"
NS_PUBLICEER = "http://service.publiceerdossierkbidienst-02_00.inburgering-02_00.vip.vlaanderen.be"
NS_REGISTREER = (
    "http://webservice.registreermutatiedossierkbidienst-02_00.inburgering-01_00.vip.vlaanderen.be"
)
NS_REGISTREER_SERVICE = (
    "http://service.registreermutatiedossierkbidienst-02_00.inburgering-01_00.vip.vlaanderen.be"
)

FILES: dict[str, str] = {
    f"{{{NS_GEEF_02}}}GeefDossierKBI": f"{GEEF_02}/WebService/GeefDossierKBI.xsd",
    f"{{{NS_GEEF_02}}}GeefDossierKBIResponse": f"{GEEF_02}/WebService/GeefDossierKBIResponse.xsd",
    f"{{{NS_GEEF_02_SERVICE}}}GeefDossierKBI": f"{GEEF_02}/Service/GeefDossierKBI.xsd",
    f"{{{NS_GEEF_02_SERVICE}}}GeefDossierKBIResponse": f"{GEEF_02}/Service/GeefDossierKBIResponse.xsd",
    f"{{{NS_PUBLICEER}}}PubliceerBewijs": f"{PUBLICEER}/Service/PubliceerDossierKBI.xsd",
    f"{{{NS_REGISTREER}}}RegistreerMutatieDossierKBI": (
        f"{REGISTREER}/WebService/RegistreerMutatieDossierKBI.xsd"
    ),
    f"{{{NS_REGISTREER}}}RegistreerMutatieDossierKBIResponse": (
        f"{REGISTREER}/WebService/RegistreerMutatieDossierKBIResponse.xsd"
    ),
    f"{{{NS_REGISTREER_SERVICE}}}RegistreerMutatieDossierKBI": (
        f"{REGISTREER}/Service/RegistreerMutatieDossierKBI.xsd"
    ),
    f"{{{NS_REGISTREER_SERVICE}}}RegistreerMutatieDossierKBIResponse": (
        f"{REGISTREER}/Service/RegistreerMutatieDossierKBIResponse.xsd"
    ),
}

# Own words, after the shape of names and gender in public GeefPersoon 02.00 and 02.02 answers.
_PERSOON_COMPLEX = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://persoon-02_00.vip.vlaanderen.be"
           targetNamespace="http://persoon-02_00.vip.vlaanderen.be" elementFormDefault="unqualified">
  <xs:complexType name="NaamPersoonType">
    <xs:all>
      <xs:element name="Voornamen" minOccurs="0">
        <xs:complexType><xs:sequence>
          <xs:element name="Voornaam" type="xs:string" maxOccurs="unbounded"/>
        </xs:sequence></xs:complexType>
      </xs:element>
      <xs:element name="Achternamen" minOccurs="0">
        <xs:complexType><xs:sequence>
          <xs:element name="Achternaam" type="xs:string" maxOccurs="unbounded"/>
        </xs:sequence></xs:complexType>
      </xs:element>
    </xs:all>
  </xs:complexType>
  <xs:complexType name="Geslacht2_0Type">
    <xs:sequence>
      <xs:element name="Code">
        <xs:simpleType>
          <xs:restriction base="xs:string"><xs:maxLength value="1"/></xs:restriction>
        </xs:simpleType>
      </xs:element>
      <xs:element name="Omschrijving" type="xs:string" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
</xs:schema>
"""


class _MissingPersoon(etree.Resolver):
    """Gives the stand-in for the one file that is not delivered; everything else comes from the folder."""

    def resolve(self, system_url, public_id, context):
        if system_url and system_url.endswith("PersoonComplex.xsd"):
            return self.resolve_string(_PERSOON_COMPLEX, context, base_url=system_url)
        return None


@cache
def schema(name: str) -> etree.XMLSchema:
    """The compiled schema of one file; `name` is its path below the schema folder."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_MissingPersoon())
    return etree.XMLSchema(etree.parse(str(XSD_DIR / name), parser))


def schema_for(root_tag: str) -> etree.XMLSchema:
    """The schema a message must validate against, by the Clark name of its root (`{namespace}local`)."""
    return schema(FILES[root_tag])


def faults(message: bytes) -> list[str]:
    """What is wrong with a message under its own schema, as `line: reason`; empty when it is valid."""
    root = etree.fromstring(message)
    compiled = schema_for(root.tag)
    if compiled.validate(root):
        return []
    return [f"{entry.line}: {entry.message}" for entry in compiled.error_log]
