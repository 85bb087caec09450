"""What a letter says, in the active language: the same words on the page, in the document and in the list.

Plain language for the person: short sentences, no codes, no abbreviations of the portal. A letter is in Dutch unless
asked otherwise (`LANGUAGES`), whatever the language of who makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.enums import Channel, Kind
from partners.contact import contact
from partners.downloads import Sheet, Value
from partners.enums import BLOCK_LABELS, Capacity
from persons.formats import clock, day
from persons.insz import format_insz

from .enums import KINDS, How
from .letters import Letter, Line
from .tables import LetterTable, hour

LANGUAGES: Final = {"nl": "Nederlands", "en": "English"}
DUTCH: Final = "nl"

# Why an institution looks, by the capacity in which it does.
PURPOSES: Final[Mapping[str, Promise]] = {
    Capacity.IN_ONDERZOEK: gettext_lazy("Uw aanvraag om hulp onderzoeken"),
    Capacity.LEEFLOON: gettext_lazy("Uw leefloon en uw inburgering opvolgen"),
    Capacity.EQUIVALENT_LEEFLOON: gettext_lazy("Uw steun (equivalent leefloon) en uw inburgering opvolgen"),
    Capacity.ANDERE_HULP: gettext_lazy("U helpen en uw inburgering opvolgen"),
    Capacity.SCHULDBEMIDDELING: gettext_lazy("U helpen met schulden"),
    Capacity.ANDERE_BEGELEIDING: gettext_lazy("U begeleiden"),
    Capacity.WERKZOEKENDE: gettext_lazy("U begeleiden bij het zoeken naar werk"),
    Capacity.SOCIALE_HUURDER: gettext_lazy("Opvolgen wat u als sociale huurder moet doen"),
    Capacity.KANDIDAAT_HUURDER: gettext_lazy("Uw aanvraag voor een sociale woning opvolgen"),
    Capacity.CURSIST: gettext_lazy("Uw lessen Nederlands opvolgen"),
    Capacity.INBURGERAAR: gettext_lazy("U begeleiden bij uw inburgering"),
}
# Without a capacity, by what was done.
_KIND_PURPOSES: Final[Mapping[str, Promise]] = {
    Kind.LOG_READING: gettext_lazy("Nagaan wie keek"),
    Kind.LOG_EXPORT: gettext_lazy("Nagaan wie keek"),
    Kind.PERSON_REPORT: gettext_lazy("Een brief over inzages maken"),
    Kind.SHIELD: gettext_lazy("Bepalen wie uw dossier mag zien (toezicht)"),
    Kind.SET_ASIDE: gettext_lazy("Een bericht herstellen dat niet verwerkt kon worden"),
    Kind.REMINDER: gettext_lazy("Een afspraak met u opvolgen"),
    Kind.QUESTION: gettext_lazy("Een gegeven over u laten nakijken"),
    Kind.ACCESS_REQUEST: gettext_lazy("Een vraag aan een andere dienst opvolgen"),
}
_CLIENTS: Final = gettext_lazy("De eigen cliënten opvolgen")
_HOW_PURPOSES: Final[Mapping[str, Promise]] = {
    How.INSCRIPTION: gettext_lazy("U inschrijven als cliënt, of dat nakijken"),
    How.CASELOAD: gettext_lazy("Het werk onder collega’s verdelen"),
}
_ESCAPE: Final = gettext_lazy("Noodinzage, buiten de gewone machtiging; iemand anders kijkt de reden na")
_CHANNELS: Final[Mapping[str, Promise]] = {
    Channel.PORTAL: gettext_lazy("In het portaal"),
    Channel.MACHINE: gettext_lazy("Door een computerprogramma"),
    Channel.COMMAND: gettext_lazy("Door een beheerder, op de server"),
}
_BLOCKS: Final[Mapping[str, Promise]] = {str(name): label for name, label in BLOCK_LABELS.items()}
_KINDS: Final = dict(Kind.choices)
_HOW: Final[Mapping[str, str]] = {kind: how for how, kinds in KINDS.items() for kind in kinds}


@dataclass(frozen=True)
class LetterWords:
    """A letter in words: facts (label and value) on top, `lead` before the table of looks, headed notes after it."""

    title: str
    facts: Sequence[tuple[str, str]]
    lead: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[tuple[str, Sequence[str]]]


def words_of(letter: Letter, most: int | None = None) -> LetterWords:
    """Return the letter in words, with the newest `most` looks in its table if there are more."""
    return LetterWords(
        title=_("Wie keek in uw gegevens van de Kruispuntbank Inburgering?"),
        facts=_facts(letter),
        lead=_lead(letter, most),
        heads=heads(),
        rows=[row_of(line) for line in letter.lines[:most]],
        notes=[
            (_("Goed om te weten"), _notes(letter)),
            (_("Vragen of een klacht"), _questions(letter)),
            (_("Het bewijs"), [_proof()]),
        ],
    )


def heads() -> list[str]:
    """Return the heads of the table of looks."""
    return [str(column.verbose_name) for column in LetterTable.base_columns.values()]


def row_of(line: Line) -> list[str]:
    """Return one look as a row of the table."""
    moment = timezone.localtime(line.at)
    return [f"{date_format(moment, 'j b Y')}, {hour(moment)}", *_cells(line)]


def sheet_of(letter: Letter, name: str) -> Sheet:
    """Return the letter as a table for a file: a row for each look, with its id in the log and in the proof."""
    [_when, *others] = heads()
    head: list[Value] = [_("Dag"), _("Uur"), *others, _("Kenmerk")]
    rows: list[list[Value]] = [
        [timezone.localdate(line.at), hour(line.at), *_cells(line), str(line.look_id)]
        for line in letter.lines
    ]
    words = words_of(letter, 0)
    facts = [f"{label}: {value}" for label, value in words.facts]
    notes = [text for _head, texts in words.notes for text in texts]
    return Sheet(name, [head, *rows], title=words.title, notes=[*facts, *words.lead, *notes])


def _cells(line: Line) -> list[str]:
    return [
        line.institution or _("Het agentschap, als beheerder van het portaal"),
        _what(line),
        purpose_of(line),
        line.legal_basis or "–",
        str(_CHANNELS.get(line.channel, line.channel)),
    ]


def _what(line: Line) -> str:
    label = str(_KINDS.get(line.kind, line.kind))
    blocks = ", ".join(str(_BLOCKS.get(name, name)) for name in line.blocks)
    return f"{capfirst(label)}: {blocks}" if blocks else capfirst(label)


def purpose_of(line: Line) -> str:
    """Return why somebody looked: the purpose in the log, else that of the capacity, else that of what was done."""
    if line.purpose:
        return line.purpose
    if line.is_escape:
        return str(_ESCAPE)
    if line.capacity:
        return str(PURPOSES.get(line.capacity, line.capacity))
    by_how = _HOW_PURPOSES.get(_HOW.get(line.kind, ""), _CLIENTS)
    return str(_KIND_PURPOSES.get(line.kind, by_how))


def _facts(letter: Letter) -> list[tuple[str, str]]:
    [own, *others] = letter.numbers
    facts = [(_("Van"), letter.sender)] if letter.sender else []
    facts += [(_("Datum"), day(letter.before)), (_("Rijksregisternummer"), format_insz(own))]
    if others:
        facts.append((_("Vroeger nummer"), ", ".join(map(format_insz, others))))
    return facts


def _lead(letter: Letter, most: int | None) -> list[str]:
    values = {"name": letter.of, "moment": f"{day(letter.before)}, {clock(letter.before)}"}
    number = len(letter.lines)
    if letter.of:
        lead = [
            _(
                "U vroeg wie in het KBI-portaal keek naar gegevens over u. Hieronder staat elke keer dat %(name)s keek,"
                " tot %(moment)s. U leest wanneer, waarom, op welke grond en hoe."
            )
            % values
        ]
    else:
        lead = [
            _(
                "U vroeg wie in het KBI-portaal keek naar gegevens over u. Hieronder staat elke keer dat een instelling"
                " keek, tot %(moment)s. U leest welke instelling, wanneer, waarom, op welke grond en hoe."
            )
            % values
        ]
    if not number:
        lead.append(_("In het logboek staat geen inzage in gegevens over u."))
        return lead
    count = ngettext("Het is %(number)s inzage.", "Het zijn %(number)s inzages.", number)
    lead.append(count % {"number": number_format(number, force_grouping=True)})
    if most is not None and 0 < most < number:
        words = _("U ziet hier de nieuwste %(most)s. De volledige brief is een bestand.")
        lead.append(words % {"most": number_format(most, force_grouping=True)})
    return lead


def _notes(letter: Letter) -> list[str]:
    notes = []
    if letter.kept_since:
        month = date_format(letter.kept_since, "F Y")
        words = _(
            "Het logboek begint in %(month)s en bewaart een inzage tien jaar. Wat ouder is, staat niet in deze brief."
        )
        notes.append(words % {"month": month})
    if letter.of:
        words = _(
            "Deze brief gaat over %(name)s, en over instellingen die daarin opgingen. Wilt u weten of een andere"
            " instelling keek? Vraag het daar, of vraag aan het Agentschap Integratie en Inburgering een brief over"
            " alle instellingen."
        )
        notes.append(words % {"name": letter.of})
    if len(letter.numbers) == 1:
        notes.append(
            _(
                "Had u vroeger een ander rijksregisternummer of bisnummer? Vraag dan ook een brief over dat nummer."
            )
        )
    return [
        *notes,
        _(
            "Soms zocht iemand met uw nummer en toonde het portaal niets, of weigerde het. Dat staat niet in deze"
            " brief: niemand zag toen gegevens over u."
        ),
        _(
            "Bij een lijst, een zoekopdracht of een bestand bewaart het logboek geen aparte grond (–). Medewerkers zien"
            " daar alleen personen die hun instelling volgens een machtiging volgt."
        ),
        _(
            "De namen van medewerkers staan niet in deze brief. Dat hoeft niet, tenzij u ze echt nodig hebt om uw"
            " rechten te gebruiken (Hof van Justitie, zaak C-579/21)."
        ),
        _(
            "Tijdens een onderzoek mag een instelling een inzage een tijd niet noemen (AVG, artikel 23). Deze zin staat"
            " in elke brief: hij zegt niet of dat bij u zo is. Na het onderzoek staat zo’n inzage wel in een nieuwe"
            " brief."
        ),
    ]


def _questions(letter: Letter) -> list[str]:
    who = {"name": letter.sender, "contact": contact().text}
    ask = (
        _(
            "Begrijpt u een inzage niet, of denkt u dat ze niet mocht? Vraag het aan de privacyverantwoordelijke van"
            " %(name)s. Helpt dat niet, vraag het dan aan %(contact)s."
        )
        if letter.sender
        else _("Begrijpt u een inzage niet, of denkt u dat ze niet mocht? Vraag het aan %(contact)s.")
    )
    return [
        ask % who,
        _("U mag ook vragen om een fout te verbeteren, of om uw gegevens minder te gebruiken."),
        _(
            "U kunt gratis een klacht indienen bij de Vlaamse Toezichtcommissie voor de verwerking van persoonsgegevens"
            " (VTC) of bij de Gegevensbeschermingsautoriteit (GBA)."
        ),
    ]


def _proof() -> str:
    return _(
        "Bij deze brief kunt u een bestand met bewijzen vragen. Daarmee kan een deskundige nagaan dat deze inzages zo"
        " in het verzegelde logboek staan. Er staat geen naam van een medewerker in, en geen nummer van iemand anders."
        " Van een inzage van de laatste minuten is er nog geen bewijs."
    )
