"""The envelope around dossiers: the types of messages that are read, their time stamps and their exceptions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from partners.periods import BRUSSELS
from persons.magda.reader.records import MessageError, child_of, fault
from persons.magda.vocabulary.values import DAY, milliseconds

SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"


@dataclass(frozen=True, slots=True)
class MessageType:
    """A type of message with dossiers: root / body / list / carrier / Inhoud / dossier."""

    body: str
    list: str
    carrier: str
    dossier: str
    version: str


_ANSWER = MessageType("Repliek", "Antwoorden", "Antwoord", "KBIDossier", "02.00")
_PUBLICATION = MessageType("Publicatie", "Onderwerpen", "Onderwerp", "DossierKBI", "01.00")
_MUTATION = MessageType("Verzoek", "Vragen", "Vraag", "DossierKBI", "01.00")

# By Clark name of the root. GeefDossierKBI and RegistreerMutatieDossierKBI have two: for one Vraag per message
# (WebService) and for more (Service).
MESSAGE_TYPES: Final[dict[str, MessageType]] = {
    "{http://webservice.GeefDossierKBI-02.00.kbi-02.00.vip.vlaanderen.be}GeefDossierKBIResponse": _ANSWER,
    "{http://service.geefdossierkbidienst-02_00.inburgering-02_00.vip.vlaanderen.be}"
    "GeefDossierKBIResponse": _ANSWER,
    "{http://service.publiceerdossierkbidienst-02_00.inburgering-02_00.vip.vlaanderen.be}"
    "PubliceerBewijs": _PUBLICATION,
    "{http://webservice.registreermutatiedossierkbidienst-02_00.inburgering-01_00.vip.vlaanderen.be}"
    "RegistreerMutatieDossierKBI": _MUTATION,
    "{http://service.registreermutatiedossierkbidienst-02_00.inburgering-01_00.vip.vlaanderen.be}"
    "RegistreerMutatieDossierKBI": _MUTATION,
}
CARRIERS: Final = frozenset(message.carrier for message in MESSAGE_TYPES.values())
ROOTS: Final = (f"{SOAP}Envelope", *MESSAGE_TYPES)

_DAY = 24 * 60 * 60_000  # milliseconds
_CODE = re.compile(r"[0-9]{1,6}", re.ASCII)
_ORIGIN = re.compile(r"[0-9A-Za-z_]{1,5}", re.ASCII)
_GRAVITY = {"FOUT": 0, "WAARSCHUWING": 1, "INFORMATIE": 2}


def message_in(root: Any) -> Any | None:
    """Return the root if it is a message, or the message in a SOAP 1.1 envelope; None if that type is not read."""
    if root.tag in MESSAGE_TYPES:
        return root
    if root.tag == f"{SOAP}Envelope":
        for child in root.iterfind(f"{SOAP}Body/*"):
            return child if child.tag in MESSAGE_TYPES else None
    return None


def type_of(element: Any) -> MessageType | None:
    """Return the type of message of a carrier; None for an element that only has the name of a carrier."""
    steps = [element.tag]
    for ancestor in element.iterancestors():
        kind = MESSAGE_TYPES.get(ancestor.tag)
        if kind is not None:
            return kind if steps == [kind.carrier, kind.list, kind.body] else None
        steps.append(ancestor.tag)
        if len(steps) > 3:
            return None
    return None


def moment(body: Any) -> datetime:
    """Return the time stamp of the message (Context/Bericht/Tijdstip) in Brussels; raises MessageError.

    In the hour that occurs twice in autumn it is the first one: the message does not distinguish them.
    """
    stamp = body
    for step in ("Context", "Bericht", "Tijdstip"):
        stamp = None if stamp is None else child_of(stamp, step)
    day = None if stamp is None else child_of(stamp, "Datum")
    if day is None or not day.text:
        raise fault(body, "incomplete", "Context/Bericht/Tijdstip is missing")
    date_of = DAY[day.text] if DAY.accepts(day.text) else None
    if date_of is None:
        raise fault(day, "bad_date", DAY.wrong)
    hour = child_of(stamp, "Tijd")
    try:
        since_midnight = milliseconds("00:00" if hour is None or not hour.text else hour.text)
    except ValueError:
        raise fault(hour, "bad_value", "not a time of the day") from None
    if since_midnight >= _DAY:
        raise fault(hour, "bad_value", "not a time of the day")
    minutes, thousandths = divmod(since_midnight, 60_000)
    seconds, thousandths = divmod(thousandths, 1000)
    at = time(minutes // 60, minutes % 60, seconds, thousandths * 1000, tzinfo=BRUSSELS)
    return datetime.combine(date_of, at)


def moment_or_error(body: Any) -> datetime | MessageError:
    """Return the `moment` of the message, or why it cannot be read: then every dossier in it is wrong."""
    try:
        return moment(body)
    except MessageError as error:
        return error


def exceptions_below(elements: Iterable[Any]) -> MessageError | None:
    """Return an `exception_answer` for the Uitzonderingen directly below the elements, gravest first; None without.

    The detail has the code.origin of each ("Een fout identificeert zich als Identificatie.Oorsprong"), nothing of
    Diagnose or Omstandigheid, which may contain personal data.
    """
    exceptions = _gravest_first(elements)
    if not exceptions:
        return None
    return fault(exceptions[0].getparent(), "exception_answer", ", ".join(_codes_of(exceptions)))


def warnings_beside(carrier: Any) -> tuple[str, ...]:
    """Return code.origin of the Uitzonderingen that came beside a dossier, gravest first."""
    if child_of(carrier, "Uitzonderingen") is None:
        return ()
    return tuple(_codes_of(_gravest_first((carrier,))))


def _gravest_first(elements: Iterable[Any]) -> list[Any]:
    exceptions = [node for element in elements for node in element.iterfind("Uitzonderingen/Uitzondering")]
    exceptions.sort(key=lambda exception: _GRAVITY.get(exception.findtext("Type") or "", 0))
    return exceptions


def _codes_of(exceptions: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(map(_code_of, exceptions)))[:5]


def _code_of(exception: Any) -> str:
    code = (exception.findtext("Identificatie") or "").strip()
    origin = (exception.findtext("Oorsprong") or "").strip()
    return f"{code if _CODE.fullmatch(code) else '?'}.{origin if _ORIGIN.fullmatch(origin) else '?'}"


def soap_fault(root: Any) -> MessageError | None:
    """Return an `exception_answer` for a SOAP fault; None without one."""
    if root.tag != f"{SOAP}Envelope":
        return None
    soap = root.find(f"{SOAP}Body/{SOAP}Fault")
    return None if soap is None else fault(soap, "exception_answer", "SOAP fault")


def without_dossiers(root: Any) -> MessageError:
    """Return why a message has no dossier: a SOAP fault, exceptions above the level of an answer, or no reason."""
    message = message_in(root)
    if message is None:
        return soap_fault(root) or fault(root, "unknown_root", "no message that is read in the envelope")
    bodies = (message, *message.iterfind(MESSAGE_TYPES[message.tag].body))
    return exceptions_below(bodies) or fault(message, "no_dossier", "the message has no dossier")
