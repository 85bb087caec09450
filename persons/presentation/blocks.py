"""The other blocks of a dossier, each in a layout of its own for the elements that are known.

Every layout pulls the elements it knows out of the tree and leaves the rest to `sheets`, so nothing is dropped.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from partners.blocks import BlockName
from partners.enums import BLOCK_LABELS, InstitutionKind
from partners.periods import Period

from ..language import gettext, per_language
from .sheets import (
    Draft,
    Section,
    Table,
    inline,
    list_out,
    pull,
    pull_along,
)
from .tree import Node
from .values import Form, Value, Values, as_date, day_text
from .words import label

# Puts the known parts of a block in the draft; the day is the Brussels day of the data.
Layout = Callable[[Node, Draft, datetime.date], None]


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block on the page. `template` shows `content`; `wide` blocks go in the broad column."""

    name: str
    title: str
    template: str
    content: Section
    wide: bool

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return f"blok-{self.name.lower()}"


# The order on the page: broad column first, then the narrow one.
WIDE: Final = (
    BlockName.TRAJECTEN,
    BlockName.OPMERKINGEN,
    BlockName.INBREUKEN,
    BlockName.TALENKENNIS,
    BlockName.AFGELEGDE_TESTEN,
    BlockName.TOELEIDINGEN_PARTNER,
    BlockName.TOELEIDINGEN_DIPLOMA,
    BlockName.KLANT_PROFIEL,
    BlockName.VOORKEUREN_KLANT,
    BlockName.GESPREKKEN,
)
NARROW: Final = (
    BlockName.DOELGROEP,
    BlockName.CONTRACTEN,
    BlockName.UITSTELLEN_VAN_ONDERTEKENING,
    BlockName.BEHAALDE_ATTESTEN,
    BlockName.WOONCODE,
    BlockName.AANMELDING,
    BlockName.UITSTELLEN_VAN_AANMELDING,
    BlockName.WACHTLIJST,
    BlockName.ADVIEZEN,
    BlockName.PERSPECTIEVEN,
    BlockName.DOORVERWIJZING,
    BlockName.WERVING,
    BlockName.BETALINGEN,
    BlockName.IDENTITEITSBEWIJZEN,
    BlockName.PERSONALIA,
    BlockName.HOEDANIGHEDEN,
)


_NAMES: Final = frozenset(BlockName)


@per_language
def block_labels() -> dict[str, str]:
    """Return the names of the blocks on the screen, in the order of `BlockName`."""
    return {name.value: str(words) for name, words in BLOCK_LABELS.items()}


def block_view(name: str, root: Node, day: datetime.date) -> BlockView:
    """Lay out the block `name`; a name that is not known gets the general layout under its own name."""
    layout = _LAYOUTS.get(name)
    draft = Draft()
    if layout is not None:
        layout(root, draft, day)
    draft.rest(root)
    return BlockView(
        name=name,
        title=block_labels().get(name) or label(name),
        template=f"persons/blocks/{name.lower() if name in _NAMES else 'general'}.html",
        content=draft.done(),
        wide=name in WIDE,
    )


def withhold_remarks(root: Node, kind: str) -> None:
    """Withhold every remark in a block of Inburgering-01.00 that is not for everyone or for this kind of partner.

    `OpmerkingBijDossier.Bestemmeling` is the partner a remark is for (InburgeringComplex.xsd: Algemeen, OCMW, VDAB,
    VMSW, …). A remark without an addressee, or with an unknown one, is not shown.
    """
    for node in root.children:
        if node.name == "OpmerkingBijDossier":
            node.pulled = not is_for(node, kind)
        else:
            withhold_remarks(node, kind)


_EVERYONE: Final = "algemeen"
_OWN_WORDS: Final[dict[str, frozenset[str]]] = {
    kind.value: frozenset((kind.value, kind.name.lower())) for kind in InstitutionKind
} | {
    InstitutionKind.SHM: frozenset(("shm", "sociale huisvestingsmaatschappij")),
    InstitutionKind.HVN: frozenset(("hvn", "huis van het nederlands")),
}


def is_for(remark: Node, kind: str) -> bool:
    """Return True if a remark is for everyone or for partners of `kind`, whether by code or by description."""
    addressees = remark.all("Bestemmeling")
    if len(addressees) != 1:
        return False
    addressee = addressees[0]
    words = {addressee.text.casefold(), addressee.attributes.get("Beschrijving", "").casefold()} - {""}
    own = _OWN_WORDS.get(kind, frozenset())
    return bool(words & {_EVERYONE, *own}) and not any(
        words & others for other, others in _OWN_WORDS.items() if other != kind
    )


# Tailored layouts


def _doelgroep(root: Node, draft: Draft, day: datetime.date) -> None:
    draft.take(root, "Code", under=gettext("Doelgroep"))
    kinds = [values for name in ("Type", "SubType") for values in pull(root, name)]
    draft.fact(gettext("Plicht of recht"), *kinds)
    draft.take(root, "Periode", "RedenGeenDoelgroep", "RedenVrijstellingVanDeVerplichting")
    determinations = _newest_first(root.at("Doelgroepbepalingen", "Doelgroepbepaling"), "@DatumGeldigheid")
    for node in determinations:
        inner = _headed(node, "Type")
        inner.take(node, "Soort", "MeestRecentVlag")
        for categories in node.at("Doelgroepcategorieen"):
            inner.fact(label("Doelgroepcategorieen"), *pull(categories, "Doelgroepcategorie"))
        inner.rest(node)
        draft.section(inner.done())


def _contracten(root: Node, draft: Draft, day: datetime.date) -> None:
    # Contract directly in KBI-02.00; Contractgegevens/Contracten/Contract in Inburgering-01.00.
    contracts = root.all("Contract") + root.at("Contractgegevens", "Contracten", "Contract")
    for node in _newest_first(contracts, "DatumRegistratie", "Datum"):
        inner = Draft(
            _dated(gettext("Contract van %(day)s"), node, gettext("Contract"), "DatumRegistratie", "Datum")
        )
        inner.take(node, "Datum", "DatumRegistratie", "Type", "Soort")
        _parts(node, inner)
        parts = []
        for part in node.at("Onderdelen", "Onderdeel"):
            name = part.attributes.pop("Beschrijving", "")
            details = [value for values in pull_along(part, "Details", "Detail") for value in values]
            repeated = not name or any(value.text == name for value in details)
            parts.append((*(() if repeated else (Value(name),)), *details))
        inner.fact(label("Onderdelen"), *filter(None, parts))
        inner.take(node, "AangemaaktDoor")
        for periods in node.at("Opschortingen"):
            inner.fact(label("Opschortingen"), *_suspensions(periods, day))
        addenda = node.at("Addenda", "Addendum")
        for addendum in _newest_first(addenda, "DatumRegistratie", "Datum"):
            words = gettext("Addendum van %(day)s")
            added = Draft(_dated(words, addendum, label("Addendum"), "DatumRegistratie", "Datum"))
            added.take(addendum, "DatumRegistratie", "Datum", "Type", "Soort")
            _parts(addendum, added)
            added.rest(addendum)
            inner.section(added.done())
        inner.rest(node)
        draft.section(inner.done())


_PART_FLAGS: Final = ("OnderdeelMO", "OnderdeelNT2", "OnderdeelLO")


def _parts(node: Node, draft: Draft) -> None:
    """Add the three flags of a contract as one fact: the parts it covers, and those it does not."""
    covered: list[Values] = []
    left_out: list[Values] = []
    for name in _PART_FLAGS:
        child = node.first(name)
        if child is None or child.children or child.attributes:
            continue
        if child.text in ("true", "1"):
            covered.append((Value(label(name), raw=child.text, form=Form.DATA),))
        elif child.text in ("false", "0"):
            words = gettext("niet: %(part)s") % {"part": label(name)}
            left_out.append((Value(words, raw=child.text, form=Form.NOTE),))
        else:
            continue
        child.pulled = True
    draft.fact(gettext("Onderdelen"), *covered, *left_out)


def _suspensions(parent: Node, day: datetime.date) -> list[Values]:
    """Return periods of suspension with their reasons; one in force on the day of the data is marked."""
    periods: list[Values] = []
    for node in parent.all("Opschorting"):
        period = node.first("Periode")
        if period is None or (values := inline(period)) is None:
            continue
        begins = as_date(period.text_of("Begin") or period.text_of("BeginDatum"))
        ends = as_date(period.text_of("Einde") or period.text_of("EindDatum"))
        period.pulled = True
        if begins and Period(begins, ends).covers(day):
            values = (*values, Value(gettext("loopt"), form=Form.NOTE))
        for reason in pull(node, "Reden"):
            values = (*values, Value("·"), *reason)
        periods.append(values)
    return periods


def _trajecten(root: Node, draft: Draft, day: datetime.date) -> None:
    for node in _newest_first(root.all("Traject") + root.at("Trajecten", "Traject"), "Periode"):
        inner = _headed(node, "Type", before=gettext("Traject"))
        inner.take(node, "Periode", "RedenEindeTraject")
        for name in ("Status", "Besluit"):
            for child in node.all(name):
                inner.fact(label(name), *_spelled_out(child))
        inner.take(node, "StartDatumVormingstraject")
        parts = node.at("TrajectOnderdelen", "TrajectOnderdeel")
        if parts:
            inner.tables.append(_components(parts))
        for part in node.at("Trajectonderdelen", "Trajectonderdeel"):
            inner.section(_component_01(part, day))
        for manager in node.all("Beheerder"):
            office = Draft(label("Beheerder"))
            office.take(manager, "KBIVestiging", "Periode")
            for desk in manager.all("KBILoket"):
                office.fact(label("KBILoket"), *pull(desk, "RoepNaam"))
            for person in manager.all("ContactPersoon"):
                office.take(person, "Naam", "email", "telefoon", "gsm", "fax")
            office.rest(manager)
            inner.section(office.done())
        inner.rest(node)
        draft.section(inner.done())


def _components(parts: list[Node]) -> Table:
    """Return TrajectOnderdelen (02.00) as a table: component, status, decision, period."""
    heads = (label("Onderdeel"), gettext("Status"), label("Besluit"), label("Periode"))
    rows = []
    for part in parts:
        stand, decision = (
            tuple(item for child in part.all(name) for item in _spelled_out(child))
            for name in ("Status", "Besluit")
        )
        row = (pull(part, "Type"), stand, decision, pull(part, "Periode"))
        rows.append(row)
    return Table(gettext("Onderdelen van het traject"), heads, tuple(rows))


def _component_01(part: Node, day: datetime.date) -> Section:
    """Return a Trajectonderdeel of 01.00: exemption, suspensions, decisions and tests under its name."""
    inner = _headed(part, "Type")
    for exemption in part.all("Vrijstelling"):
        inner.fact(label("Vrijstelling"), *_spelled_out(exemption, main="Reden"))
    for periods in part.at("Opschortingen"):
        inner.fact(label("Opschortingen"), *_suspensions(periods, day))
    inner.rest(part)
    return inner.done()


def _spelled_out(node: Node, main: str = "Code") -> list[Values]:
    """Return a small element as lines: its code, then every further value under its label."""
    lines: list[Values] = list(pull(node, main))
    for child in list(node):
        if (values := inline(child)) is not None:
            child.pulled = True
            # A period needs no label.
            name = () if child.name == "Periode" else (Value(f"{label(child.name)}:", form=Form.NOTE),)
            lines.append((*name, *values))
    return lines


def _talenkennis(root: Node, draft: Draft, day: datetime.date) -> None:
    levels = root.at("BehaaldNT2Niveau")
    columns = ("Datum", "Globaal", "Mondeling", "Schriftelijk")
    for node in levels:
        rows = []
        for name in ("HoogstBehaald", "RecentstBehaald", "Instapniveau"):
            for level in node.all(name):
                cells = tuple(pull(level, column) for column in columns)
                if any(cells):
                    rows.append((((Value(label(name)),),), *cells))
        if rows:
            heads = (gettext("Niveau"), *(label(column) for column in columns))
            draft.tables.append(Table(label("BehaaldNT2Niveau"), heads, tuple(rows)))
    for node in root.at("Alfabetiseringsgraad"):
        draft.take(node, "LatijnsSchrift")
    for node in root.at("Talenkennis"):
        draft.take(node, "Alfabetisering")


def _testen(root: Node, draft: Draft, day: datetime.date) -> None:
    """Lay out tests and results as a table; numbers and the rest of each test are folded below it."""
    tests = _newest_first(root.all("AfgelegdeTest"), "Datum")
    rows, rest = [], []
    for node in tests:
        name = _text(node, "NaamTest") or _text(node, "Type") or label(node.name)
        dates = pull(node, "Datum")
        title = " · ".join(filter(None, (name, dates[0][0].text if dates else "")))
        outcome = [item for child in node.all("Resultaat") for item in _score(child)]
        conclusion = [item for child in node.all("Conclusie") for item in _conclusion(child)]
        names = pull(node, "NaamTest") or pull(node, "Type")
        rows.append((dates, names, (*outcome, *conclusion), pull(node, "Status")))
        inner = Draft(title, folded=True)
        inner.rest(node)
        rest.append(inner.done())
    if rows:
        heads = (label("Datum"), label("Test"), label("Resultaat"), label("Status"))
        draft.tables.append(Table(label(root.name), heads, tuple(rows)))
    for section in rest:
        draft.section(section)


def _score(node: Node) -> list[Values]:
    """Return the Resultaat of a test: its type and "23 / 40"."""
    reached, total = pull(node, "ScoreBehaald"), pull(node, "ScoreTotaal")
    score = (*reached[0], Value("/"), *total[0]) if reached and total else (reached + total or ((),))[0]
    kinds = pull(node, "Type")
    return [(*(kinds[0] if kinds else ()), *score)] if kinds or score else []


def _conclusion(node: Node) -> list[Values]:
    """Return the Conclusie of a test: "Globaal resultaat: geslaagd"."""
    kinds, results = pull(node, "Type"), pull(node, "Resultaat")
    if kinds and results:
        return [(replace(kinds[0][0], text=f"{kinds[0][0].text}:", form=Form.NOTE), *results[0])]
    return [*kinds, *results]


def _inbreuken(root: Node, draft: Draft, day: datetime.date) -> None:
    for node in _newest_first(root.all("Inbreuk"), "DatumVaststelling"):
        words = gettext("Inbreuk vastgesteld op %(day)s")
        inner = Draft(_dated(words, node, label("Inbreuk"), "DatumVaststelling"))
        inner.take(
            node,
            "Type",
            "SanctionerendeOverheid",
            "DatumVaststelling",
            "DatumIngebrekestellingVerzonden",
            "Motivering",
        )
        for facts in node.all("FeitenRelaas"):
            activities = _newest_first(facts.at("Activiteiten", "Activiteit"), "DatumUitgevoerd")
            if activities:
                list_out(inner, activities, label("Activiteiten"), first=("DatumUitgevoerd",))
                _pull_all(activities)
        inner.rest(node)
        draft.section(inner.done())


def _opmerkingen(root: Node, draft: Draft, day: datetime.date) -> None:
    remarks = [*root.at("OpmerkingenBijDossier", "OpmerkingBijDossier"), *root.all("OpmerkingBijDossier")]
    for node in _newest_first(remarks, "Datum"):
        inner = Draft(_dated("%(day)s", node, label("Opmerking"), "Datum"))
        texts = pull(node, "Opmerking")
        inner.note = "\n".join(value.text for values in texts for value in values)
        inner.take(node, "Datum", "Bestemmeling")
        inner.rest(node)
        draft.section(inner.done())


def _personalia(root: Node, draft: Draft, day: datetime.date) -> None:
    draft.take(root, "Naam", "INSZ", "Geboortedatum", "Geslacht", "UniekNummer")
    draft.fact(label("TelefoonNummers"), *pull_along(root, "TelefoonNummers", "TelefoonNummer"))
    draft.fact(label("Emails"), *pull_along(root, "Emails", "Email"))


def _wooncode(root: Node, draft: Draft, day: datetime.date) -> None:
    draft.take(
        root,
        "VoldoetAanInburgeringBereidheid",
        "VoldoetAanTaalBereidheid",
        "VoldoetAanTaalkennisvereiste",
        "OpvolgingDoor",
    )
    for exemption in root.all("Vrijstelling"):
        draft.fact(label("Vrijstelling"), *_spelled_out(exemption, main="RedenVrijstelling"))
    suspensions = root.at("Opschortingen", "opschorting")
    lines = []
    for node in _newest_first(suspensions, "Van"):
        begins, ends = as_date(node.text_of("Van")), as_date(node.text_of("Tot"))
        dates = [values for name in ("Van", "Tot") for values in pull(node, name)]
        line: Values = tuple(value for values in dates for value in (Value("–"), *values))[1:]
        if begins and Period(begins, ends).covers(day):
            line = (*line, Value(gettext("loopt"), form=Form.NOTE))
        for reason in pull(node, "RedenOpschorting"):
            line = (*line, Value("·"), *reason) if line else reason
        if line:
            lines.append(line)
    draft.fact(label("Opschortingen"), *lines)


def _aanmelding(root: Node, draft: Draft, day: datetime.date) -> None:
    draft.take(root, "DatumAanmelding", "Type", "AanmeldingsPlaats", "Reden")
    for details in root.all("Aanmeldingsgegevens"):
        for node in _newest_first(details.at("Aanmeldingen", "Aanmelding"), "Aanmeldingsdatum"):
            words = gettext("Aanmelding op %(day)s")
            inner = Draft(_dated(words, node, label("Aanmelding"), "Aanmeldingsdatum"))
            inner.take(node, "Aanmeldingsdatum", "Type", "Reden", "KBICentrum")
            inner.rest(node)
            draft.section(inner.done())


def _postponements(name: str) -> Layout:
    def layout(root: Node, draft: Draft, day: datetime.date) -> None:
        for node in _newest_first(root.all(name), "Periode"):
            period = node.first("Periode")
            lines = list(pull(node, "Periode")) if period is not None else []
            if lines:
                for reason in pull(node, "Reden"):
                    lines[0] = (*lines[0], Value("·"), *reason)
                draft.fact(label(name), *lines)

    return layout


@dataclass(frozen=True, slots=True)
class _Records:
    """The layout of a block that is a list: the path to its items, the elements that title and date them (newest
    first), and the values that come first."""

    path: tuple[str, ...]
    title: tuple[str, ...]
    dates: tuple[str, ...]
    first: tuple[str, ...] = ()

    def __call__(self, root: Node, draft: Draft, day: datetime.date) -> None:
        for node in _newest_first(root.at(*self.path), *self.dates):
            words = [_text(node, name) for name in self.title]
            inner = Draft(next(filter(None, words), "") or label(self.path[-1]))
            inner.take(node, *self.first)
            inner.rest(node)
            draft.section(inner.done())


def _table(*path: str, dates: tuple[str, ...]) -> Layout:
    """Return the layout of a block that is a list of short items: newest first, several of them as a table."""

    def layout(root: Node, draft: Draft, day: datetime.date) -> None:
        items = _newest_first(root.at(*path), *dates)
        if items:
            list_out(draft, items, label(path[-2]) if len(path) > 1 else label(root.name))
            _pull_all(items)

    return layout


_LAYOUTS: Final[dict[str, Layout]] = {
    BlockName.DOELGROEP: _doelgroep,
    BlockName.CONTRACTEN: _contracten,
    BlockName.TRAJECTEN: _trajecten,
    BlockName.TALENKENNIS: _talenkennis,
    BlockName.INBREUKEN: _inbreuken,
    BlockName.OPMERKINGEN: _opmerkingen,
    BlockName.PERSONALIA: _personalia,
    BlockName.WOONCODE: _wooncode,
    BlockName.AANMELDING: _aanmelding,
    BlockName.UITSTELLEN_VAN_ONDERTEKENING: _postponements("UitstelVanOndertekening"),
    BlockName.UITSTELLEN_VAN_AANMELDING: _postponements("UitstelVanAanmelding"),
    BlockName.BEHAALDE_ATTESTEN: _Records(
        ("Document",),
        ("Type",),
        ("DatumOndertekening", "DatumAanmaak"),
        ("Soort", "DatumAanmaak", "DatumOndertekening"),
    ),
    BlockName.AFGELEGDE_TESTEN: _testen,
    BlockName.TOELEIDINGEN_PARTNER: _Records(
        ("ToeleidingPartner",),
        (),
        ("DatumOntvangen",),
        ("DatumOntvangen", "Status", "Reden", "RedenOmschrijving"),
    ),
    BlockName.TOELEIDINGEN_DIPLOMA: _Records(
        ("ToeleidingDiplomaGelijkschakeling",),
        ("DiplomaNaam",),
        ("StartDatum",),
        ("DiplomaNaam", "StartDatum", "Status"),
    ),
    BlockName.GESPREKKEN: _table("Gesprek", dates=("Datum",)),
    BlockName.WACHTLIJST: _table("Aanmelding", dates=("Datum",)),
}


def _newest_first(nodes: Iterable[Node], *names: str) -> list[Node]:
    """Sort by the first of these dates a node has; "Periode" means its begin, "@x" an attribute."""
    return sorted(nodes, key=lambda node: _date_of(node, names), reverse=True)


def _date_of(node: Node, names: tuple[str, ...]) -> str:
    for name in names:
        if name.startswith("@"):
            text = node.attributes.get(name[1:], "")
        else:
            child = node.first(name)
            text = (
                "" if child is None else child.text or child.text_of("Begin") or child.text_of("BeginDatum")
            )
        if text:
            return text
    return ""


def _dated(words: str, node: Node, without: str, *names: str) -> str:
    day = as_date(_date_of(node, names))
    return words % {"day": day_text(day)} if day else without


def _headed(node: Node, name: str, before: str = "") -> Draft:
    """Return a draft titled by the children of that name, codes in brackets, else by the name of the element."""
    values = [value for values in pull(node, name) for value in values]
    codes = [value.code or (value.raw if value.form is Form.DATA else "") for value in values]
    words = [
        f"{value.text} ({code})" if code else value.text for value, code in zip(values, codes, strict=True)
    ]
    title = " ".join(filter(None, (before, ", ".join(words))))
    return Draft(title or label(node.name), headed=bool(words))


def _text(node: Node, name: str) -> str:
    """Return the first child of that name as a title: the name of a code rather than the code."""
    child = node.first(name)
    values = None if child is None else inline(child)
    return values[0].text if values else ""


def _pull_all(nodes: Iterable[Node]) -> None:
    for node in nodes:
        node.pulled = True
