"""A story in the older model, Inburgering-01.00: bundles of PubliceerDossierKBI and single mutations.

Element names and order after InburgeringComplex.xsd. This model has no name or birth of the person, and of a
course only its total of lestijden and the absences: how much was given so far it does not say. None of its
code lists is published; the codes here carry their meaning in `Beschrijving`.
"""

from .courses import JUSTIFIED, PARTLY, UNJUSTIFIED
from .dice import Dice
from .origins import CASE_WORKERS
from .regions import CENTRES
from .story import KEPT, OUT_OF_REACH, REACHABLE, Enrolment, Story, office_day
from .xmltext import code01, day, tag, text

NS_PUBLICATION = "http://service.publiceerdossierkbidienst-02_00.inburgering-02_00.vip.vlaanderen.be"
NS_MUTATION = "http://webservice.registreermutatiedossierkbidienst-02_00.inburgering-01_00.vip.vlaanderen.be"
NS_MUTATIONS = "http://service.registreermutatiedossierkbidienst-02_00.inburgering-01_00.vip.vlaanderen.be"

_FLAG = "<MeestRecentVlag>1</MeestRecentVlag>"
_OLD_FLAG = "<MeestRecentVlag>0</MeestRecentVlag>"


def publication_head(dice: Dice, *, as_of: str, time: str) -> str:
    """The beginning of a bundle up to its first Onderwerp."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<p:PubliceerBewijs xmlns:p="{NS_PUBLICATION}"><Publicatie>'
        f"{_context('PubliceerDossierKBI', 'PUBLICATIE', dice, as_of, time)}\n<Onderwerpen>\n"
    )


PUBLICATION_TAIL = "</Onderwerpen></Publicatie></p:PubliceerBewijs>\n"


def subject(story: Story, dice: Dice, *, as_of: str, time: str) -> str:
    """One Onderwerp of a bundle, on a line of its own."""
    reference = dice.uuid()
    return (
        f"<Onderwerp><Referte>{reference}</Referte><Inhoud><Metadata><Referte>{reference}</Referte>"
        f'<Type Beschrijving="Wijziging">02</Type><Datum>{as_of}T{time}</Datum></Metadata>'
        f"{dossier(story, dice)}</Inhoud></Onderwerp>\n"
    )


def mutation(stories: list[tuple[Story, Dice]], dice: Dice, *, as_of: str, time: str, several: bool) -> str:
    """A RegistreerMutatieDossierKBI: one Vraag, or `several` in the variant that allows it.

    The dossiers are those of the bundles with a remark of the same day added.
    """
    questions = []
    for story, own in stories:
        reference = dice.uuid()
        questions.append(
            f"<Vraag><Referte>{reference}</Referte><Inhoud><Metadata><Referte>{reference}</Referte><Type>02</Type>"
            f"<Datum>{as_of}T{time}</Datum></Metadata>{dossier(story, own, news=True)}</Inhoud></Vraag>\n"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<m:RegistreerMutatieDossierKBI xmlns:m="{NS_MUTATIONS if several else NS_MUTATION}"><Verzoek>'
        f"{_context('RegistreerMutatieDossierKBI', 'VRAAG', dice, as_of, time)}\n<Vragen>\n"
        f"{''.join(questions)}</Vragen></Verzoek></m:RegistreerMutatieDossierKBI>\n"
    )


def _context(name: str, kind: str, dice: Dice, as_of: str, time: str) -> str:
    return (
        f"<Context><Naam>{name}</Naam><Versie>02.00.0000</Versie><Bericht><Type>{kind}</Type>"
        f"<Tijdstip><Datum>{as_of}</Datum><Tijd>{time}</Tijd></Tijdstip>"
        f"<Afzender><Identificatie>kruispuntbank-inburgering.be/kbi</Identificatie><Referte>{dice.uuid()}</Referte>"
        "</Afzender></Bericht></Context>"
    )


def dossier(story: Story, dice: Dice, *, news: bool = False) -> str:
    """The element DossierKBI of this person; with `news`, a remark written down on the day of the message."""
    insz = f"<INSZ>{story.identity.insz}</INSZ>"
    if story.thin:
        if dice.chance(0.4):
            return f"<DossierKBI>{insz}</DossierKBI>"
        return f"<DossierKBI>{insz}<Hoedanigheden>{_capacity(story, dice, full=False)}</Hoedanigheden></DossierKBI>"
    capacities = _capacity(story, dice, full=True, news=news)
    if story.of("NT2") and dice.chance(0.1):
        # Known as a learner of Dutch before.
        capacities += _former_learner(story, dice)
    return f"<DossierKBI>{insz}<Hoedanigheden>{capacities}</Hoedanigheden></DossierKBI>"


def _capacity(story: Story, dice: Dice, *, full: bool, news: bool = False) -> str:
    learner = story.signed is None and bool(story.of("NT2"))
    kind = ("02", "NT2-cursist") if learner else ("01", "Inburgeraar")
    begin = story.as_of - 90 if story.reported is None else story.reported
    head = f"<Hoedanigheid>{_period(begin)}{code01('Hoedanigheidscode', *kind)}{_office(story)}"
    if not full:
        return f"{head}</Hoedanigheid>"
    return "".join(
        [
            head,
            code01("Regie", "OB", "Onthaalbureau") if dice.chance(0.8) else code01("Regie", "OCMW", "OCMW"),
            _authority(story, dice),
            _reporting(story, dice),
            _remarks(story, dice, news=news),
            _integration(story, dice),
            _attests(story, dice),
            _levels(story),
            _tests(story, dice),
            _advice(story, dice),
            _paths(story, dice),
            _languages(story, dice),
            "</Hoedanigheid>",
        ]
    )


def _former_learner(story: Story, dice: Dice) -> str:
    begin = (story.reported or story.as_of) - dice.between(300, 900)
    end = begin + dice.between(60, 200)
    return (
        f"<Hoedanigheid>{_period(begin, end)}{code01('Hoedanigheidscode', '02', 'NT2-cursist')}{_office(story)}"
        f"<AfsluitenDossier><Datum>{day(end)}</Datum>{code01('Reden', 'INB', 'Werd inburgeraar')}</AfsluitenDossier>"
        "</Hoedanigheid>"
    )


def _period(begin: int, end: int | None = None, *, name: str = "Periode") -> str:
    until = "" if end is None else f"<EindDatum>{day(end)}</EindDatum>"
    return f"<{name}><BeginDatum>{day(begin)}</BeginDatum>{until}{_FLAG}</{name}>"


def _office(story: Story) -> str:
    region = story.identity.region
    return (
        f"<KBICentrum><Ondernemingsnummer>{region.office_kbo}</Ondernemingsnummer>"
        f"<VOPEntiteitNummer>9000{region.postcode}</VOPEntiteitNummer></KBICentrum>"
    )


def _contact(dice: Dice) -> str:
    first, _, last = dice.pick(CASE_WORKERS).partition(" ")
    return (
        f"<Contactpersoon><Contactgegevens><Email>{code01('Type', 'WERK', 'Werk')}<Adres>onthaal@example.org</Adres>"
        f"</Email></Contactgegevens>{tag('Achternaam', last)}{tag('Voornaam', first)}"
        f"{code01('Type', 'TB', 'Trajectbegeleider')}</Contactpersoon>"
    )


_AUTHORITIES = (
    ("HH", "Handhaving"),
    ("HH", "Handhaving"),
    ("OCMW", "OCMW"),
    ("VDAB", "VDAB"),
    ("SVK", "Sociaal verhuurkantoor"),
)


def _authority(story: Story, dice: Dice) -> str:
    if not story.duty or not dice.chance(0.5):
        return ""
    code, meaning = dice.pick(_AUTHORITIES)
    follow = code01("TypeOpvolging", "WC", "Wooncode") if code == "SVK" else ""
    return (
        f"<Sanctioneringsbevoegdheden><Sanctioneringsbevoegdheid>{code01('Bevoegdheid', code, meaning)}{follow}"
        "</Sanctioneringsbevoegdheid></Sanctioneringsbevoegdheden>"
    )


_REASONS = (
    ("ZW", "Zwangerschap en bevalling"),
    ("GEZ", "Gezondheid"),
    ("WERK", "Werk"),
    ("BUI", "Tijdelijk verblijf in het buitenland"),
    ("ZORG", "Zorg voor een gezinslid & ziekte"),
)


def _reporting(story: Story, dice: Dice) -> str:
    if story.reported is None:
        return ""
    postponed = ""
    if dice.chance(0.06):
        begin = story.reported - dice.between(30, 70)
        postponed = (
            f"<Uitstellen><Uitstel><Begindatum>{day(begin)}</Begindatum><Einddatum>{day(begin + 28)}</Einddatum>"
            f"{code01('Reden', *dice.pick(_REASONS))}{_FLAG}</Uitstel></Uitstellen>"
        )
    return (
        f"<Aanmeldingsgegevens><Aanmeldingen><Aanmelding>{_office(story)}"
        f"<Aanmeldingsdatum>{day(story.reported)}</Aanmeldingsdatum>{_FLAG}{code01('Type', 'EA', 'Eerste aanmelding')}"
        f"{code01('Reden', 'BRIEF', 'Brief van de gemeente')}{_contact(dice)}</Aanmelding></Aanmeldingen>{postponed}"
        "</Aanmeldingsgegevens>"
    )


_REMARKS = (
    "Werkt in ploegen (06.00-14.00 & 14.00-22.00); enkel avondlessen.",
    "Vraagt lesplaats < 10 km van de woonplaats.",
    'Partner volgt dezelfde cursus ("samen leren").',
    "Afspraak gemaakt voor een gesprek over de toekomst.",
)


def _remarks(story: Story, dice: Dice, *, news: bool) -> str:
    remarks = []
    if dice.chance(0.25):
        to = dice.pick(("Algemeen", "OCMW", "VDAB", "VMSW"))
        written = office_day(story.as_of - dice.between(2, 120))
        remarks.append((to, written, _OLD_FLAG if news else _FLAG, dice.pick(_REMARKS)))
    if news:
        remarks.append(
            ("Algemeen", story.as_of, _FLAG, "Gegevens nagekeken tijdens het gesprek van vandaag.")
        )
    shown = "".join(
        [
            f"<OpmerkingBijDossier>{code01('Bestemmeling', to.upper()[:4], to)}<Datum>{day(written)}</Datum>{flag}"
            f"{tag('Opmerking', remark)}</OpmerkingBijDossier>"
            for to, written, flag, remark in remarks
        ]
    )
    return f"<OpmerkingenBijDossier>{shown}</OpmerkingenBijDossier>" if shown else ""


def _integration(story: Story, dice: Dice) -> str:
    groups = _target_groups(story, dice)
    contracts = _contracts(story, dice)
    return f"<Inburgeringsgegevens>{groups}{contracts}</Inburgeringsgegevens>" if groups or contracts else ""


def _target_groups(story: Story, dice: Dice) -> str:
    if dice.chance(0.04):
        return ""
    kind = ("RH", "Rechthebbend")
    if story.duty:
        kind = ("VVG", "Verplicht volledige gamma")
        if dice.chance(0.1):
            kind = dice.pick((("VMO", "Verplicht MO"), ("VNT2", "Verplicht NT2")))
    elif dice.chance(0.15):
        kind = ("PRH", "Prioritair Rechthebbend")
    reason = ""
    if not story.courses and not story.minor and dice.chance(0.1):
        kind = ("GD", "Geen doelgroep")
        reason = code01("RedenGeenDoelgroep", "STUD", "Verblijf als student")
    if story.exempt_since is not None:
        reason = code01("RedenVrijstellingVanVerplichting", "ZIEK", "Ernstig ziek of handicap")
    newcomer = ("NK", "Nieuwkomer") if dice.chance(0.8) else ("OK", "Oudkomer")
    return (
        f"<Doelgroepbepalingen><Doelgroepbepaling>{code01('Type', *kind)}{code01('Soort', *newcomer)}{_FLAG}"
        f"<Doelgroepcategorieen>{code01('Doelgroepcategorie', 'VR', 'Vreemdeling')}</Doelgroepcategorieen>{reason}"
        "</Doelgroepbepaling></Doelgroepbepalingen>"
    )


def _report(dice: Dice) -> str:
    return f"<KBIRapport>{{{dice.uuid()}}}</KBIRapport>"


def _contracts(story: Story, dice: Dice) -> str:
    if story.signed is None:
        return ""
    parts = "".join(
        [
            f'<Onderdeel Beschrijving="{meaning}"><Details>{code01("Detail", code, meaning)}</Details></Onderdeel>'
            for code, meaning in (("MO", "Maatschappelijke oriëntatie"), ("NT2", "Nederlands tweede taal"))
        ]
    )
    addenda = ""
    if story.as_of - story.signed > 40 and dice.chance(0.15):
        added = story.signed + dice.between(20, story.as_of - story.signed - 1)
        addenda = (
            f"<Addenda><Addendum>{code01('Soort', 'WIJZ', 'Wijziging van de onderdelen')}<Datum>{day(added)}</Datum>"
            f"{_FLAG}{_report(dice)}</Addendum></Addenda>"
        )
    postponed = ""
    if dice.chance(0.06):
        begin = (story.reported or story.signed) + 2
        postponed = (
            f"<Uitstellen><Uitstel><Begindatum>{day(begin)}</Begindatum><Einddatum>{day(begin + 21)}</Einddatum>"
            f"{code01('Reden', *dice.pick(_REASONS))}{_FLAG}</Uitstel></Uitstellen>"
        )
    return (
        f'<Contractgegevens><Contracten><Contract DatumLaatsteWijziging="{day(story.signed)}">'
        f"{code01('Type', 'IC', 'Inburgeringscontract')}{code01('Soort', 'EERSTE', 'Eerste contract')}"
        f"<Datum>{day(story.signed)}</Datum>{_FLAG}<Onderdelen>{parts}</Onderdelen>{_report(dice)}{addenda}"
        f"</Contract></Contracten>{postponed}</Contractgegevens>"
    )


def _attests(story: Story, dice: Dice) -> str:
    if not story.attested:
        return ""
    made = min(story.as_of, max(course.over for course in story.courses) + dice.between(3, 30))
    return (
        f"<Attesten><Attest>{code01('Type', 'IB', 'Attest van inburgering')}{code01('Status', 'BEH', 'Behaald')}"
        f"<Datum>{day(made)}</Datum>{_FLAG}{_report(dice)}</Attest></Attesten>"
    )


def _levels(story: Story) -> str:
    done = [course for course in story.of("NT2") if course.over < story.as_of and course.left is None]
    if not done or story.standing != KEPT:
        return ""
    done.sort(key=lambda course: course.over)
    levels = "".join(
        [
            f"<BehaaldNiveau>{code01('Type', course.module.level, f'NT2 {course.module.level}')}"
            f"<Datum>{day(course.over)}</Datum>{_FLAG if course is done[-1] else _OLD_FLAG}</BehaaldNiveau>"
            for course in done
        ]
    )
    return f"<BehaaldeNiveaus>{levels}</BehaaldeNiveaus>"


def _tests(story: Story, dice: Dice) -> str:
    if story.reported is None or story.minor or not dice.chance(0.45):
        return ""
    taken = story.reported + dice.between(0, 20)
    return (
        f"<Testen><Test>{code01('Soort', 'INST', 'Instaptest')}{code01('Type', 'COV', 'Covaartest')}"
        f"<Datum>{day(taken)}</Datum>{_FLAG}{code01('Resultaat', str(dice.between(0, 20)), 'Score op 20')}"
        f"{_office(story)}</Test></Testen>"
    )


def _advice(story: Story, dice: Dice) -> str:
    if story.reported is None or story.minor or not dice.chance(0.5):
        return ""
    centre = (
        ("CVO", "Centrum voor volwassenenonderwijs") if story.track == "cvo" else ("CBE", "Basiseducatie")
    )
    return (
        f"<Adviezen><Advies>{code01('Type', 'NT2', 'Advies NT2')}{code01('Advies', *centre)}"
        f"<Datum>{day(office_day(story.reported + dice.between(0, 25)))}</Datum>{_FLAG}"
        f"{code01('TypeTraject', 'STD', 'Standaardtraject')}{code01('TypeCentrum', *centre)}</Advies></Adviezen>"
    )


def _paths(story: Story, dice: Dice) -> str:
    if story.reported is None or not (story.courses or story.exempt_parts):
        return ""
    parts = []
    if story.of("MO") or "MO" in story.exempt_parts:
        parts.append(_part(story, dice, "MO", ("MO", "Maatschappelijke oriëntatie")))
    if story.of("NT2"):
        parts.append(_part(story, dice, "NT2", ("NT2", "Nederlands tweede taal")))
    if story.standing in (KEPT, REACHABLE, OUT_OF_REACH) and dice.chance(0.15):
        parts.append(_career(story, dice))
    if story.duty and dice.chance(0.1):
        parts.append(
            f"<Trajectonderdeel>{code01('Type', 'TB', 'Trajectbegeleiding')}<Besluiten><Besluit>"
            f"{code01('Type', 'LOPEND', 'Lopend')}{_FLAG}</Besluit></Besluiten></Trajectonderdeel>"
        )
    begin = story.reported + dice.between(0, 10)
    ended = story.attested
    decisions = ""
    if ended:
        decisions = (
            f"<Besluiten><Besluit>{code01('Type', 'ATT', 'Attest uitgereikt')}<Datum>{day(story.as_of - 1)}</Datum>"
            f"{_FLAG}</Besluit></Besluiten>"
        )
    reason = code01("RedenEindeTraject", "ATT", "Attest behaald") if ended else ""
    perspective = (
        f'<Perspectieven><Perspectief Beschrijving="Professioneel">{_period(begin)}</Perspectief></Perspectieven>'
        if dice.chance(0.4)
        else ""
    )
    return (
        f"<Trajecten><Traject>{_period(begin, story.as_of - 1 if ended else None)}{reason}{decisions}{perspective}"
        f"<Trajectonderdelen>{''.join(parts)}</Trajectonderdelen>{_infringement(story, dice)}</Traject></Trajecten>"
    )


def _part(story: Story, dice: Dice, part: str, kind: tuple[str, str]) -> str:
    exempt = suspended = ""
    if part in story.exempt_parts:
        since = story.exempt_since if story.exempt_since is not None else story.reported or story.as_of
        reason = code01("Reden", "ZIEK", "Ernstig ziek of handicap")
        exempt = f"<Vrijstelling>{reason}<Datum>{day(since)}</Datum></Vrijstelling>"
    periods = [period for period in (story.past_suspension, story.suspension) if period is not None]
    if periods:
        each = "".join(
            [
                f"<Opschorting>{_period(*period)}{code01('Type', 'TIJD', 'Tijdelijk')}"
                f"{code01('Reden', *dice.pick(_REASONS))}</Opschorting>"
                for period in periods
            ]
        )
        suspended = f"<Opschortingen>{each}</Opschortingen>"
    courses = "".join([_course(story, dice, course) for course in story.of(part)])
    if courses:
        courses = f"<Cursussen>{courses}</Cursussen>"
    return f"<Trajectonderdeel>{code01('Type', *kind)}{exempt}{suspended}{courses}</Trajectonderdeel>"


def _career(story: Story, dice: Dice) -> str:
    """Career orientation: twenty lestijden, ended, at most one of them missed."""
    begin = office_day(max(story.as_of - dice.between(60, 220), story.reported or 0))
    missed = (
        f"<Afwezigheden><Afwezigheid>{code01('Type', 'GA', 'Gewettigd afwezig')}<Datum>{day(begin + 7)}</Datum>"
        "<AantalLestijden>2</AantalLestijden></Afwezigheid></Afwezigheden>"
        if dice.chance(0.3)
        else ""
    )
    return (
        f"<Trajectonderdeel>{code01('Type', 'LO', 'Loopbaanoriëntatie')}<Cursussen><Cursus>"
        f"<Opleiding>{code01('Type', 'LO', 'Loopbaanoriëntatie')}</Opleiding>"
        f"<Inschrijvingsgegevens>{_period(begin, begin + 28)}{code01('Status', 'AFG', 'Afgewerkt')}"
        f"</Inschrijvingsgegevens><Modules><Module>{code01('Type', 'LO 20', 'Loopbaanoriëntatie')}{_office(story)}"
        f"{_period(begin, begin + 28)}<AantalLestijden>20</AantalLestijden></Module></Modules>{missed}</Cursus>"
        "</Cursussen></Trajectonderdeel>"
    )


def _hundredths(number: int) -> str:
    """A number of hundredths as xs:decimal."""
    whole, rest = divmod(number, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _absences(course: Enrolment) -> str:
    slot = course.times.slot
    length = slot.minutes // slot.lestijden
    absences = []
    for place, state in enumerate(course.presence):
        if state == JUSTIFIED:
            kind, missed = code01("Type", "GA", "Gewettigd afwezig"), slot.lestijden * 100
        elif state == UNJUSTIFIED:
            kind, missed = code01("Type", "OA", "Ongewettigd afwezig"), slot.lestijden * 100
        elif state == PARTLY:
            kind = code01("Type", "OA", "Ongewettigd afwezig")
            missed = (slot.minutes - course.minutes[place]) * 100 // length
        else:
            continue
        absences.append(
            f"<Afwezigheid>{kind}<Datum>{day(course.times.days[place])}</Datum>"
            f"<AantalLestijden>{_hundredths(missed)}</AantalLestijden></Afwezigheid>"
        )
    return f"<Afwezigheden>{''.join(absences)}</Afwezigheden>" if absences else ""


def _course(story: Story, dice: Dice, course: Enrolment) -> str:
    module, times = course.module, course.times
    if course.cancelled:
        status = ("GEANN", "Geannuleerd")
    elif course.left is not None:
        status = ("UIT", "Uitgeschreven")
    elif times.last < story.as_of:
        status = ("AFG", "Afgewerkt")
    else:
        status = ("ING", "Ingeschreven")
    degree = ""
    throw = dice.random()
    if throw < 0.86:
        degree = "<TeBehalenAanwezigheidsGraad>80</TeBehalenAanwezigheidsGraad>"
    elif throw < 0.92 and story.standing == KEPT:
        degree = "<TeBehalenAanwezigheidsGraad>75.00</TeBehalenAanwezigheidsGraad>"
    result = ""
    if course.left is None and times.last < story.as_of and not course.cancelled:
        good = story.standing == KEPT
        result = code01("Resultaat", "G" if good else "NG", "Geslaagd" if good else "Niet geslaagd")
    leaving = code01("Uitstapreden", "WERK", "Werk gevonden") if course.left is not None else ""
    centre = course.centre or CENTRES[0]
    place = (
        f"<KBICentrum><Ondernemingsnummer>{centre.kbo}</Ondernemingsnummer>"
        f"<VOPEntiteitNummer>{centre.unit}</VOPEntiteitNummer></KBICentrum>"
        if course.centre is not None
        else _office(story)
    )
    training = f"{module.training_name} {course.language}".strip()
    level = code01("Richtgraad", module.degree) if module.degree else ""
    return (
        f'<Cursus DatumLaatsteWijziging="{day(story.as_of - dice.between(0, 9))}">'
        f"<Opleiding>{code01('Type', module.training, training)}</Opleiding>"
        f"<Inschrijvingsgegevens>{_period(times.first, course.over)}{degree}{leaving}{result}{level}"
        f"{code01('Status', *status)}</Inschrijvingsgegevens>"
        f"<Modules><Module>{code01('Type', module.code, module.name)}{place}"
        f"<Cursusnummer>{text(course.number)}</Cursusnummer>{_period(times.first, times.last)}"
        f"<AantalLestijden>{len(times.days) * times.slot.lestijden}</AantalLestijden></Module></Modules>"
        f"{_absences(course)}</Cursus>"
    )


_FACTS = (
    "Vijf lessen na elkaar afwezig; reageert niet op telefoon & e-mail.",
    "Kwam niet naar het gesprek.",
    "Stopte met de cursus (aanwezig < 80 %).",
)


def _infringement(story: Story, dice: Dice) -> str:
    if not story.duty or not dice.chance(0.5 if story.standing == OUT_OF_REACH else 0.02):
        return ""
    found = office_day(story.as_of - dice.between(20, 80))
    authority = dice.pick(_AUTHORITIES)
    return (
        f"<Inbreukdossiers><Inbreukdossier><Dossiernummer>HH-{dice.digits(6)}</Dossiernummer>"
        f"{code01('Bestemmeling', *authority)}<Vaststelling><Datum>{day(found)}</Datum>{_FLAG}"
        f"{tag('RelaasVanDeFeiten', dice.pick(_FACTS))}{_report(dice)}</Vaststelling>"
        f"<Inbreuk>{code01('Type', '3', 'Niet regelmatig deelgenomen')}<Datum>{day(found)}</Datum>"
        f"<Ingebrekestelling><Datum>{day(found + 6)}</Datum></Ingebrekestelling></Inbreuk>"
        f"<Status>{code01('Type', 'OPEN', 'Open')}<Datum>{day(found + 6)}</Datum></Status>"
        "</Inbreukdossier></Inbreukdossiers>"
    )


def _languages(story: Story, dice: Dice) -> str:
    if dice.chance(0.08):
        return ""
    spoken = story.identity.origin.languages[: dice.between(1, 3)]
    shown = "".join(
        [
            f"<Taal>{code01('Type', 'MT' if place == 0 else 'VT', 'Moedertaal' if place == 0 else 'Vreemde taal')}"
            f"{code01('Taal', language[:3].upper(), language)}</Taal>"
            for place, language in enumerate(spoken)
        ]
    )
    literacy = {"alpha": ("NIET", "Niet gealfabetiseerd"), "cbe": ("LAAG", "Laaggeletterd")}.get(
        story.track, ("GOED", "Gealfabetiseerd")
    )
    return f"<Talenkennis><Talen>{shown}</Talen>{code01('Alfabetisering', *literacy)}</Talenkennis>"
