"""A story as answer of GeefDossierKBI 02.00: one message, one person, every block of KBIDossier.

Element names and order after KBIComplex.xsd of KBI-02.00. Of most codes the meaning is not published; the
values here are believable, no more.
"""

import unicodedata
from collections.abc import Callable
from datetime import date

from .courses import PARTLY, partly
from .dice import Dice, Weighted
from .origins import CASE_WORKERS
from .regions import CENTRES, Centre
from .story import KEPT, OUT_OF_REACH, REACHABLE, SUSPENDED, Enrolment, Story, office_day
from .xmltext import code02, day, tag, text

NAMESPACE = "http://webservice.GeefDossierKBI-02.00.kbi-02.00.vip.vlaanderen.be"

# The law of 1 March 2022 brought contracts and attests of its own, with '22' in their codes.
_LAW_OF_2022 = date(2022, 3, 1).toordinal()


def message(story: Story, dice: Dice, *, as_of: str, time: str) -> str:
    """The whole answer, XML declaration included.

    `as_of` (YYYY-MM-DD) and `time` (hh:mm:ss.sss, Brussels) are the Tijdstip of the answer.
    """
    reference = dice.uuid()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<k:GeefDossierKBIResponse xmlns:k="{NAMESPACE}"><Repliek><Context><Naam>GeefDossierKBI</Naam>'
        "<Versie>02.00.0000</Versie><Bericht><Type>ANTWOORD</Type>"
        f"<Tijdstip><Datum>{as_of}</Datum><Tijd>{time}</Tijd></Tijdstip>"
        "<Afzender><Identificatie>vip.vlaanderen.be</Identificatie><Naam>MagdaGateway</Naam>"
        f"<Referte>{dice.uuid()}</Referte></Afzender>"
        "<Ontvanger><Identificatie>kbi-portaal.vlaanderen.be/demo-aip</Identificatie>"
        f"<Referte>{reference}</Referte><Hoedanigheid>1300</Hoedanigheid></Ontvanger></Bericht></Context>\n"
        f"<Antwoorden><Antwoord><Referte>{reference}</Referte><Inhoud>\n"
        f"<KBIDossier>{dossier(story, dice)}</KBIDossier>\n"
        "</Inhoud></Antwoord></Antwoorden></Repliek></k:GeefDossierKBIResponse>\n"
    )


def dossier(story: Story, dice: Dice) -> str:
    """The content of KBIDossier: the blocks this person has, in the order of the schema."""
    if story.thin:
        return _thin(story, dice)
    return "".join([block(story, dice) for block in _BLOCKS])


def _thin(story: Story, dice: Dice) -> str:
    """A person with almost nothing filled in."""
    throw = dice.random()
    if throw < 0.3:
        return f"<Personalia><INSZ>{story.identity.insz}</INSZ></Personalia>"
    blocks = f"<Personalia><INSZ>{story.identity.insz}</INSZ>{_name(story)}</Personalia>"
    if throw < 0.7:
        blocks += "<Doelgroep><Code>NADER_TE_BEPALEN</Code></Doelgroep>"
    if throw > 0.5:
        blocks += (
            "<Werving><Wervingsbrief><Type>BRW001</Type>"
            f"<DatumVerzonden>{day(story.as_of - dice.between(3, 200))}</DatumVerzonden></Wervingsbrief></Werving>"
        )
    return blocks


# Pieces used in several blocks


def _office(story: Story) -> str:
    region = story.identity.region
    return f"<KboNummer>{region.office_kbo}</KboNummer><KbiNummer>{text(region.office_name)}</KbiNummer>"


def _period(begin: int, end: int | None = None) -> str:
    until = "" if end is None else f"<Einde>{day(end)}</Einde>"
    return f"<Periode><Begin>{day(begin)}</Begin>{until}</Periode>"


def _partner(name: str, centre: Centre, *, address: bool = False) -> str:
    where = ""
    if address:
        where = (
            f"<Adres><Straat><Naam>{text(centre.street)}</Naam></Straat><HuisNummer>{centre.house}</HuisNummer>"
            f"<Gemeente><NISCode>{centre.nis}</NISCode><PostCode>{centre.postcode}</PostCode>"
            f"<Naam>{text(centre.place)}</Naam></Gemeente></Adres>"
        )
    return (
        f"<{name}><ExternID>{centre.kbo}</ExternID>"
        f"<DavinciInstellingsNummer>{centre.davinci}</DavinciInstellingsNummer>"
        f"{tag('Naam', centre.name)}{where}</{name}>"
    )


def _name(story: Story) -> str:
    identity = story.identity
    first = "".join([tag("Voornaam", name) for name in identity.first_names])
    last = "".join([tag("Achternaam", name) for name in identity.last_names])
    return f"<Naam><Voornamen>{first}</Voornamen><Achternamen>{last}</Achternamen></Naam>"


def _yes(value: bool) -> str:
    return "true" if value else "false"


# Letters that do not fall apart into a letter and a sign.
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ə": "e", "Ł": "L", "Đ": "D", "İ": "I"})


def _address_of(story: Story) -> str:
    """An e-mail address from the name, in the domain that is reserved for examples."""
    identity = story.identity
    name = f"{identity.first_names[0]}.{identity.last_names[0]}".lower().translate(_PLAIN)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join([sign for sign in plain if sign.isalnum() or sign == "."]) + "@example.org"


def _case_worker(story: Story, dice: Dice) -> str:
    first, _, last = dice.pick(CASE_WORKERS).partition(" ")
    return (
        f"<Naam><Voornamen>{tag('Voornaam', first)}</Voornamen><Achternamen>{tag('Achternaam', last)}</Achternamen>"
        "</Naam>"
    )


# The blocks, in the order of DossierType

_REASONS_NO_TARGET = (
    code02("RedenGeenDoelgroep", "TIJD_VERBLIJF", "Tijdelijk verblijf"),
    code02("RedenGeenDoelgroep", "STUDENT", "Verblijf als student"),
    code02("RedenGeenDoelgroep", "ELDERS", "Niet ingeschreven in Vlaams of Brussels Gewest"),
)
_REASONS_EXEMPT = (
    code02("RedenVrijstellingVanDeVerplichting", "ZIEK", "Ernstig ziek of handicap"),
    code02("RedenVrijstellingVanDeVerplichting", "DIPLOMA", "Diploma behaald in het Nederlands"),
    code02("RedenVrijstellingVanDeVerplichting", "ATTEST_TEWERK", "Lang genoeg voltijds tewerkgesteld"),
)
_REASON_AGE = code02("RedenVrijstellingVanDeVerplichting", "LEEFTIJD", "65 jaar of ouder")
_REASONS_SUSPENSION = (
    ("ZWANGER", "Zwangerschap en bevalling"),
    ("GEZONDHEID", "Gezondheid"),
    ("WERK", "Werk"),
    ("BUITENLAND", "Tijdelijk verblijf in het buitenland"),
    ("MANTELZORG", "Zorg voor een gezinslid & ziekte"),
)


def _personalia(story: Story, dice: Dice) -> str:
    identity = story.identity
    parts = [
        f"<INSZ>{identity.insz}</INSZ>",
        f"<UniekNummer>{'ABCDEFGH'[identity.number % 8]}{identity.number:07d}</UniekNummer>",
        _name(story),
    ]
    if identity.birth_date:
        parts.append(f"<Geboortedatum>{identity.birth_date}</Geboortedatum>")
    if dice.chance(0.99):
        parts.append(f"<Geslacht><Code>{'V' if identity.female else 'M'}</Code></Geslacht>")
    parts.append(f"<AangemaaktDoor>{_office(story)}</AangemaaktDoor>")
    if dice.chance(0.8):
        # 0400 is not a mobile prefix anybody was given.
        parts.append(
            '<TelefoonNummers><TelefoonNummer type="GSM" typering="PRIVE" voorkeur="true">'
            f"0400 {dice.digits(2)} {dice.digits(2)} {dice.digits(2)}</TelefoonNummer></TelefoonNummers>"
        )
    if dice.chance(0.6):
        address = _address_of(story)
        if len(address) <= 50:
            parts.append(f'<Emails><Email typering="PRIVE" voorkeur="true">{address}</Email></Emails>')
    return f"<Personalia>{''.join(parts)}</Personalia>"


_WORK = ("Werkzoekend", "Werkt voltijds", "Werkt deeltijds", "Niet beroepsactief", "Student", "Zelfstandige")
_RHYTHM = (
    "Vaste dagploeg",
    "Wisselende ploegen (06.00-14.00 & 14.00-22.00)",
    "Nachtploeg",
    "Weekendwerk",
    "Onbekend",
)
_DIPLOMA = (
    "Geen diploma",
    "Lager onderwijs",
    "Lager secundair onderwijs",
    "Hoger secundair onderwijs",
    "Professionele bachelor",
    "Master",
)
_PERSPECTIVES = (
    code02("Perspectief", "PROF", "Professioneel perspectief", "Professioneel"),
    code02("Perspectief", "EDU", "Educatief perspectief", "Educatief"),
    code02("Perspectief", "SOC", "Sociaal perspectief", "Sociaal"),
    code02("Perspectief", "OPV", "Opvoedingsperspectief", "Opvoeding"),
)
_PRACTICE = (
    "Spreekt Nederlands met de buren & op de speelplaats van de school.",
    "Volgt elke woensdag de praatgroep in de bibliotheek.",
    "Weinig kansen: op het werk is de voertaal Engels of Frans.",
    "Vrijwilliger bij de voedselbank.",
    "",
)
_SURROUNDINGS = (
    "Alleenstaand, twee kinderen < 6 jaar, geen opvang voor 9 uur.",
    "Woont bij familie, rustige plek om te studeren.",
    'Kamer in "De Schakel", geen internet.',
    "Pendelt een uur naar de les (bus 5 & trein).",
    "",
)
_MOTIVES = (
    "Wil zo snel mogelijk werken in de zorg.",
    "Wil de kinderen kunnen helpen met huiswerk.",
    "Wil het diploma (ingenieur) laten erkennen en verder studeren.",
    "Wil de nationaliteit aanvragen.",
    "",
)
_ICT_SKILLS = ("E-mail", "Tekstverwerking", "Online formulieren", "Leerplatform")
_ICT_TOOLS = ("Smartphone", "Laptop", "Internet thuis")


def _profile(story: Story, dice: Dice) -> str:
    if story.minor or not dice.chance(0.55):
        return ""
    years = {"alpha": dice.between(0, 4), "cbe": dice.between(4, 10), "cvo": dice.between(9, 18)}[story.track]
    seen = day(story.as_of - dice.between(20, 300))
    skills = "".join(
        [
            f"<ICTVaardigheid>{tag('Naam', skill)}<Niveau>{dice.between(0, 3)}</Niveau>"
            f"<DatumLaatstGewijzigdOp>{seen}</DatumLaatstGewijzigdOp></ICTVaardigheid>"
            for skill in dice.some(_ICT_SKILLS, dice.between(1, 4))
        ]
    )
    tools = []
    for tool in dice.some(_ICT_TOOLS, dice.between(1, 3)):
        has = dice.chance(0.7)
        solved = "" if has else f"{code02('SoortOplossing', 'UITLEEN', 'Uitleendienst van het centrum')}"
        tools.append(
            f'<ICTMiddel><Naam Beschikbaar="{_yes(has)}">{tool}</Naam>{solved}'
            f"<DatumLaatstGewijzigdOp>{seen}</DatumLaatstGewijzigdOp></ICTMiddel>"
        )
    group = tag("SpecifiekeKlantenGroep", "Jongvolwassenen 18-25") if dice.chance(0.1) else ""
    return (
        f"<KlantProfiel>{tag('Werksituatie', dice.pick(_WORK))}{tag('Werkritme', dice.pick(_RHYTHM))}"
        f"<Perspectieven>{''.join(dice.some(_PERSPECTIVES, dice.between(1, 2)))}</Perspectieven>"
        f"<TotaalAantalJarenScholing>{years}</TotaalAantalJarenScholing>"
        f"{tag('HoogstBehaaldDiploma', _DIPLOMA[min(years // 3, 5)])}"
        f"{tag('LandDiploma', story.identity.origin.country)}"
        f"<ICTVaardigheden>{skills}</ICTVaardigheden><ICTMiddelen>{''.join(tools)}</ICTMiddelen>"
        f"{tag('Oefenkansen', dice.pick(_PRACTICE))}{tag('Omgevingsfactoren', dice.pick(_SURROUNDINGS))}"
        f"{tag('Motivaties', dice.pick(_MOTIVES))}{group}</KlantProfiel>"
    )


def _target_group(story: Story, dice: Dice) -> str:
    if dice.chance(0.03):
        return ""
    reported = story.as_of if story.reported is None else story.reported
    since = _period(reported - dice.between(5, 60))
    if story.minor:
        return f"<Doelgroep><Code>JA</Code><Type>MINDERJARIG</Type><SubType>MINDERJARIG</SubType>{since}</Doelgroep>"
    if not story.courses and dice.chance(0.12):
        return (
            f"<Doelgroep><Code>NEE</Code><Type>GEEN</Type>{since}{dice.pick(_REASONS_NO_TARGET)}</Doelgroep>"
        )
    if not story.courses and dice.chance(0.08):
        return f"<Doelgroep><Code>NADER_TE_BEPALEN</Code><Type>NADER_TE_BEPALEN</Type>{since}</Doelgroep>"
    exempt = ""
    if story.exempt_since is not None:
        old = story.as_of - story.identity.born.toordinal() > 65 * 365.25
        exempt = _REASON_AGE if old else dice.pick(_REASONS_EXEMPT)
    if story.duty:
        kind, sub = "PLICHT", "VOL_PROG"
        parts = {course.part for course in story.courses}
        if len(parts) == 1 and dice.chance(0.3):
            sub = parts.pop()
    elif dice.chance(0.08):
        kind = sub = "RECHT_PLICHT"
    else:
        kind, sub = "RECHT", dice.pick(("RECHT", "RECHT", "PRI_RECHT", "RECHTHEBBEND"))
    return f"<Doelgroep><Code>JA</Code><Type>{kind}</Type><SubType>{sub}</SubType>{since}{exempt}</Doelgroep>"


def _attests(story: Story, dice: Dice) -> str:
    kinds = []
    if story.attested:
        kinds.append("AI023G22" if (story.signed or 0) >= _LAW_OF_2022 else "AI023G")
    if any(course.over < story.as_of and course.part == "MO" for course in story.courses) and dice.chance(
        0.3
    ):
        kinds.append("MMATTEST")
    if story.reported is not None and dice.chance(0.12):
        kinds.append("INS0722")
    if not kinds:
        return ""
    last = max(
        (course.over for course in story.courses if course.over < story.as_of), default=story.as_of - 40
    )
    documents = []
    for kind in kinds:
        made = min(story.as_of - 1, last + dice.between(5, 40))
        signed = (
            f"<DatumOndertekening>{day(min(story.as_of, made + dice.between(0, 15)))}</DatumOndertekening>"
        )
        documents.append(
            f"<Document><Soort>ATTEST</Soort><Type>{kind}</Type><Id>{dice.uuid()}</Id>"
            f"<DatumAanmaak>{day(made)}</DatumAanmaak>{signed if dice.chance(0.85) else ''}"
            f"<AangemaaktDoor>{_office(story)}</AangemaaktDoor></Document>"
        )
    return f"<BehaaldeAttesten>{''.join(documents)}</BehaaldeAttesten>"


def _contracts(story: Story, dice: Dice) -> str:
    if story.signed is None:
        return ""
    new = story.signed >= _LAW_OF_2022
    kind = dice.pick(
        ("IC07G22", "IC07G22", "IC09G22", "IC11G22") if new else ("IC07G", "IC09G", "ICF08G", "IC013G")
    )
    if story.identity.region.name == "Brussel":
        kind = dice.pick(("IC07GUB", "IC09GUB", "IC11GUB"))
    parts = {course.part for course in story.courses} or {"MO", "NT2"}
    with_mo = "MO" in parts or dice.chance(0.5)
    with_nt2 = "NT2" in parts or dice.chance(0.4)
    components = "".join(
        [
            f"<{name}>{_yes(value)}</{name}>"
            for name, value in (
                ("OnderdeelMO", with_mo),
                ("OnderdeelNT2", with_nt2),
                ("OnderdeelLO", dice.chance(0.25)),
            )
        ]
    )
    addenda = ""
    if story.as_of - story.signed > 40 and dice.chance(0.15):
        added = story.signed + dice.between(20, story.as_of - story.signed - 1)
        addenda = (
            f"<Addenda><Addendum><DatumRegistratie>{day(added)}</DatumRegistratie>"
            f"<Type>{dice.pick(('AIC14G', 'AICF15G', 'AIC19G', 'AIC20G', 'AIC21G'))}</Type>"
            f"<AangemaaktDoor>{_office(story)}</AangemaaktDoor>"
            f"<OnderdeelMO>{_yes(with_mo)}</OnderdeelMO><OnderdeelNT2>true</OnderdeelNT2></Addendum></Addenda>"
        )
    suspensions = "".join(
        [
            f"<Opschorting>{_period(*period)}{code02('Reden', *dice.pick(_REASONS_SUSPENSION))}</Opschorting>"
            for period in (story.past_suspension, story.suspension)
            if period is not None
        ]
    )
    if suspensions:
        suspensions = f"<Opschortingen>{suspensions}</Opschortingen>"
    return (
        f"<Contracten><Contract><DatumRegistratie>{day(story.signed)}</DatumRegistratie><Type>{kind}</Type>"
        f"<AangemaaktDoor>{_office(story)}</AangemaaktDoor>{components}{addenda}{suspensions}</Contract></Contracten>"
    )


def _postponed_signing(story: Story, dice: Dice) -> str:
    if story.reported is None or story.minor or not dice.chance(0.07):
        return ""
    begin = story.reported + dice.between(1, 20)
    reason = code02("Reden", *dice.pick(_REASONS_SUSPENSION))
    return (
        f"<UitstellenVanOndertekening><UitstelVanOndertekening>{_period(begin, begin + dice.between(14, 90))}{reason}"
        "</UitstelVanOndertekening></UitstellenVanOndertekening>"
    )


_REPORTING = (
    code02("Reden", "BRIEF_GEM", "Brief van de gemeente"),
    code02("Reden", "EIGEN", "Eigen initiatief"),
    code02("Reden", "OCMW", "Doorverwezen door OCMW"),
    code02("Reden", "VDAB", "Doorverwezen door VDAB"),
)


def _reporting(story: Story, dice: Dice) -> str:
    if story.reported is None or not dice.chance(0.95):
        return ""
    kind = "EA" if dice.chance(0.9) else "HA"
    return (
        f"<Aanmelding><Type>{kind}</Type><DatumAanmelding>{day(story.reported)}</DatumAanmelding>"
        f"<AanmeldingsPlaats>{_office(story)}</AanmeldingsPlaats>{dice.pick(_REPORTING)}</Aanmelding>"
    )


def _postponed_reporting(story: Story, dice: Dice) -> str:
    if story.reported is None or not dice.chance(0.05):
        return ""
    begin = story.reported - dice.between(40, 90)
    reason = code02("Reden", *dice.pick(_REASONS_SUSPENSION))
    return (
        f"<UitstellenVanAanmelding><UitstelVanAanmelding>{_period(begin, begin + dice.between(10, 35))}{reason}"
        "</UitstelVanAanmelding></UitstellenVanAanmelding>"
    )


def _onderdeel(story: Story, course: Enrolment) -> str:
    as_of, first, over = story.as_of, course.times.first, course.over
    decision = ""
    if course.exempt:
        code, until = "TO_STA_07", over
        decision = (
            f"<Besluit><Code>NVT</Code>{code02('Reden', 'VRIJSTELLING', 'Vrijgesteld van dit onderdeel')}"
            f"<DatumToekenning>{day(over)}</DatumToekenning></Besluit>"
        )
    elif first > as_of:
        code, until = "TO_STA_01", None
    elif story.standing == SUSPENDED:
        code, until = "TO_STA_06", None
    elif over >= as_of:
        code, until = "TO_STA_02", None
    else:
        code, until = "TO_STA_05", over
        good = story.standing == KEPT
        decision = (
            f"<Besluit><Code>{'VO' if good else 'NVO'}</Code>"
            f"<DatumToekenning>{day(min(as_of, over + 4))}</DatumToekenning></Besluit>"
        )
    return (
        f"<TrajectOnderdeel><Type>{course.module.onderdeel}</Type>{_period(first, until)}"
        f"<Status><Code>{code}</Code>{_period(course.registered if first > as_of else first)}</Status>"
        f"{decision}</TrajectOnderdeel>"
    )


def _paths(story: Story, dice: Dice) -> str:
    if story.reported is None or not dice.chance(
        1.0 if story.exempt_parts else 0.97 if story.courses else 0.4
    ):
        return ""
    begin = story.reported + dice.between(0, 10)
    onderdelen = [
        _onderdeel(story, course)
        for course in sorted(story.courses, key=lambda course: course.times.first)
        if not course.cancelled
    ]
    if "MO" in story.exempt_parts and not story.of("MO") and story.courses:
        onderdelen.append(
            f"<TrajectOnderdeel><Type>TO_OB_MO</Type>{_period(begin)}<Besluit><Code>NVT</Code>"
            f"{code02('Reden', 'VRIJSTELLING', 'Vrijgesteld van dit onderdeel')}"
            f"<DatumToekenning>{day(begin)}</DatumToekenning></Besluit></TrajectOnderdeel>"
        )
    decision = ""
    if story.attested:
        code, decision = (
            "GS",
            f"<Besluit><Code>JA_IB</Code><DatumToekenning>{day(story.as_of - 1)}</DatumToekenning></Besluit>",
        )
    elif story.standing == OUT_OF_REACH and all(course.over < story.as_of for course in story.courses):
        code, decision = (
            "TS",
            f"<Besluit><Code>NEE</Code><DatumToekenning>{day(story.as_of - 1)}</DatumToekenning></Besluit>",
        )
    else:
        code = "OP"
    kind = "TT_IB-18" if story.minor else _PATH_KINDS.draw(dice)
    if not story.of("MO") and "MO" not in story.exempt_parts and story.of("NT2") and dice.chance(0.5):
        kind = dice.pick(("TT_NT2", "TT_NT2OCMW", "TT_NT2VDAB"))
    parts = f"<TrajectOnderdelen>{''.join(onderdelen)}</TrajectOnderdelen>" if onderdelen else ""
    started = ""
    if story.courses:
        first = min(course.times.first for course in story.courses)
        started = f"<StartDatumVormingstraject>{day(first)}</StartDatumVormingstraject>"
    return (
        f"<Trajecten><Traject><Type>{kind}</Type>{_period(begin, None if code == 'OP' else story.as_of - 1)}"
        f"<Beheerder>{_period(begin)}<KBIVestiging>{_office(story)}</KBIVestiging>"
        f"<ContactPersoon>{_case_worker(story, dice)}<email>onthaal@example.org</email></ContactPersoon>"
        f"<KBILoket>{tag('RoepNaam', story.identity.region.office_name)}</KBILoket></Beheerder>"
        f"<Status><Code>{code}</Code>{_period(begin)}</Status>{decision}{parts}{started}</Traject></Trajecten>"
    )


_PATH_KINDS = Weighted([("TT_IBVP", 60), ("TT_IBRH", 22), ("TT_IBNB", 8), ("TT_OBOCMW", 6), ("TT_OBVDAB", 4)])


def _lessons(course: Enrolment) -> str:
    if PARTLY not in course.presence:
        texts = [texts[state] for texts, state in zip(course.times.texts, course.presence, strict=True)]
    else:
        times = course.times
        texts = [
            partly(ordinal, times.slot, course.minutes[place]) if state == PARTLY else texts[state]
            for place, (ordinal, texts, state) in enumerate(
                zip(times.days, times.texts, course.presence, strict=True)
            )
        ]
    return f"<LesMomenten>{''.join(texts)}</LesMomenten>"


def _course_dates(course: Enrolment) -> str:
    left = "" if course.left is None else f"<DatumUitschrijving>{day(course.left)}</DatumUitschrijving>"
    return (
        f"{_period(course.times.first, course.times.last)}"
        f"<DatumInschrijving>{day(course.registered)}</DatumInschrijving>{left}{_lessons(course)}"
    )


def _mo_course(course: Enrolment) -> str:
    name = "IndividueleMOCursus" if course.individual else "MOCursus"
    return (
        f"<{name}><ID>{course.key}</ID><Nummer>MO-{course.number}</Nummer>"
        f"{tag('Naam', f'MO {course.language}')}{tag('Taal', course.language)}{tag('LesPlaats', course.place)}"
        f"{_course_dates(course)}</{name}>"
    )


def _nt2_course(story: Story, course: Enrolment, dice: Dice) -> str:
    module, centre = course.module, course.centre or CENTRES[0]
    status, decision = "INGESCHREVEN", ""
    if course.left is not None:
        status, decision = "UITGESCHREVEN", "<Besluit>NT_DEELGENOMEN</Besluit>"
    elif course.times.first > story.as_of:
        status = dice.pick(("TOEGEWEZEN", "GERESERVEERD", "INGESCHREVEN"))
    elif course.cancelled:
        status = "NT_INGESCHREVEN"
    elif course.times.last < story.as_of:
        passed = story.standing == KEPT and dice.chance(0.9)
        decision = f"<Besluit>{'GESLAAGD' if passed else 'NT_GESLAAGD'}</Besluit>"
    variant = code02("ModuleVariant", f"{module.degree}-{dice.between(1, 3)}", f"{module.name} variant")
    distance = dice.between(0, 9) if dice.chance(0.2) else 0
    return (
        f"<NT2Cursus><ID>{course.key}</ID>{_partner('Centrum', centre, address=True)}"
        f"{code02('Vestiging', centre.davinci[-3:], course.place[:50])}"
        f"{code02('Opleiding', module.training, module.training_name)}"
        f"{code02('Module', module.code, module.name, module.short)}"
        f"{_course_dates(course)}<Status>{status}</Status>{decision}"
        f"<Geannuleerd>{1 if course.cancelled else 0}</Geannuleerd><CursusCode>NT2-{course.number}</CursusCode>"
        f"<AantalLestijdenAfstandsonderwijs>{distance}</AantalLestijdenAfstandsonderwijs>"
        f"{tag('Naam', f'{module.name} ({module.level})')}{variant}<PlafondOverschreden>Nee</PlafondOverschreden>"
        f"<Tarief>{'Vrijgesteld' if story.duty else 'Standaard'}</Tarief>"
        f"<TotaalTeBetalenCursusGeld>{0 if story.duty else 90}</TotaalTeBetalenCursusGeld>"
        f"<TotaalTeBetalenBoekenGeld>{dice.pick((0, 15, 24, 32))}</TotaalTeBetalenBoekenGeld></NT2Cursus>"
    )


def _activities(story: Story, dice: Dice) -> str:
    mo = [course for course in story.of("MO") if not course.individual]
    individual = [course for course in story.of("MO") if course.individual]
    nt2 = sorted(story.of("NT2"), key=lambda course: course.times.first)
    parts = []
    if mo:
        parts.append(f"<MOCursussen>{''.join([_mo_course(course) for course in mo])}</MOCursussen>")
    if nt2:
        parts.append(
            f"<NT2Cursussen>{''.join([_nt2_course(story, course, dice) for course in nt2])}</NT2Cursussen>"
        )
    if individual:
        shown = "".join([_mo_course(course) for course in individual])
        parts.append(f"<IndividueleMOCursussen>{shown}</IndividueleMOCursussen>")
    if story.standing in (KEPT, REACHABLE, OUT_OF_REACH) and dice.chance(0.15):
        begin = max(story.as_of - dice.between(30, 200), story.reported or 0)
        met = dice.chance(0.7)
        parts.append(
            f"<PLOCursussen><PLOCursus><ID>{dice.uuid()}</ID><Naam>Loopbaanoriëntatie</Naam>"
            f"{_period(begin, begin + 28)}<Besluit><Voldaan>{_yes(met)}</Voldaan>"
            f"{'' if met else code02('Reden', 'AFWEZIG', 'Te weinig aanwezig')}"
            f"<DatumToekenning>{day(min(story.as_of, begin + 30))}</DatumToekenning></Besluit>"
            "</PLOCursus></PLOCursussen>"
        )
    if nt2 and dice.chance(0.25):
        level = nt2[-1].module.level
        taken = max(story.as_of - dice.between(2, 250), story.reported or 0)
        parts.append(
            f"<NT2Testen><NT2Test><DatumAfgelegd>{day(taken)}</DatumAfgelegd>"
            f"<Categorie>{dice.pick(('Mondeling', 'Schriftelijk', 'Globaal'))}</Categorie><Niveau>{level}</Niveau>"
            f"<Resultaat>{dice.pick(('Geslaagd', 'Geslaagd', 'Niet geslaagd'))}</Resultaat></NT2Test></NT2Testen>"
        )
    return f"<VormingsActiviteiten>{''.join(parts)}</VormingsActiviteiten>" if parts else ""


def _tests(story: Story, dice: Dice) -> str:
    if story.reported is None or story.minor or not dice.chance(0.45):
        return ""
    tests = []
    for _ in range(dice.between(1, 2)):
        taken = story.reported + dice.between(0, max(1, story.as_of - story.reported - 1))
        total = dice.pick((20, 40, 100))
        score = int(total * (0.3 + 0.7 * dice.random()))
        kind = dice.pick((("COVAAR", "Covaartest"), ("NIV_NT2", "Niveautest NT2"), ("MO_TEST", "Test MO")))
        attest = ""
        if kind[0] == "NIV_NT2" and score * 2 > total and dice.chance(0.5):
            attest = (
                "<Attest><Type>ATT-ACE</Type><Naam>Attest test met civiel effect</Naam>"
                f"<Datum>{day(taken)}</Datum></Attest>"
            )
        tests.append(
            f"<AfgelegdeTest><ID>{dice.uuid()}</ID><Nummer>T-{dice.digits(6)}</Nummer>"
            f"<Opdrachtgever>{text(story.identity.region.office_name)}</Opdrachtgever>{code02('Type', *kind)}"
            f"<NaamTest>{kind[1]}</NaamTest><Datum>{day(taken)}</Datum><Versie>{dice.between(1, 4)}</Versie>"
            f"<Taal>Nederlands</Taal><Status>AFGELEGD</Status>"
            f"<Resultaat>{code02('Type', 'GLOBAAL', 'Globaal')}<ScoreBehaald>{score}</ScoreBehaald>"
            f"<ScoreTotaal>{total}</ScoreTotaal></Resultaat><Conclusie><Type>Globaal resultaat</Type>"
            f"{tag('Resultaat', 'Geslaagd' if score * 2 > total else 'Niet geslaagd (score < 50 %)')}</Conclusie>"
            f"{attest}</AfgelegdeTest>"
        )
    return f"<AfgelegdeTesten>{''.join(tests)}</AfgelegdeTesten>"


_ADVICE = (
    code02("HvN", "CVO", "Centrum voor volwassenenonderwijs", "CVO"),
    code02("HvN", "CBE", "Centrum voor basiseducatie", "CBE"),
    code02("HvN", "UTC", "Universitair talencentrum", "UTC"),
)
_DIRECTION = (
    code02("HvN", "WERK", "Professioneel"),
    code02("HvN", "STUDIE", "Educatief"),
    code02("HvN", "SOCIAAL", "Sociaal"),
)
_DIRECTION_OB = tuple(each.replace("HvN", "OB") for each in _DIRECTION)


def _advice(story: Story, dice: Dice) -> str:
    if story.minor or not dice.chance(0.5):
        return ""
    market = dice.pick(("AD", "AR", "LA", "LB", "LH", "LO", "LU", "RT"))
    advice = _ADVICE[0] if story.track == "cvo" else _ADVICE[1]
    if story.track == "cvo" and dice.chance(0.08):
        advice = _ADVICE[2]
    return (
        f"<Adviezen>{advice}{f'<Arbeidsmarkt>{market}</Arbeidsmarkt>' if dice.chance(0.6) else ''}</Adviezen>"
    )


def _perspectives(story: Story, dice: Dice) -> str:
    if story.minor or not dice.chance(0.45):
        return ""
    return f"<Perspectieven>{dice.pick(_DIRECTION)}{dice.pick(_DIRECTION_OB)}</Perspectieven>"


_DIPLOMAS = (
    ("Bachelor verpleegkunde", "Universiteit"),
    ("Master burgerlijk ingenieur", "Technische universiteit"),
    ("Leraar lager onderwijs", "Lerarenopleiding"),
    ("Secundair onderwijs, richting handel & boekhouden", "Secundaire school"),
    ("Licentiaat farmacie", "Universiteit"),
)


def _diplomas(story: Story, dice: Dice) -> str:
    if story.track != "cvo" or story.minor or not dice.chance(0.14):
        return ""
    begin = story.as_of - dice.between(30, 400)
    name, school = dice.pick(_DIPLOMAS)
    answered = dice.chance(0.5)
    answer = ""
    if answered:
        answer = (
            f"<DatumAntwoordPartner>{day(min(story.as_of, begin + dice.between(30, 120)))}</DatumAntwoordPartner>"
            f"{code02('AntwoordPartnerCode', 'NIVEAU', 'Niveaugelijkwaardigheid')}"
        )
    return (
        "<ToeleidingenDiplomaGelijkschakeling><ToeleidingDiplomaGelijkschakeling>"
        f"<StartDatum>{day(begin)}</StartDatum><Status>{'AN' if answered else dice.pick(('BZ', 'GD'))}</Status>"
        f"{tag('DiplomaNaam', name)}{tag('OnderwijsInstelling', f'{school}, {story.identity.origin.country}')}"
        f"<ErkenningsInstantie><Naam>NARIC-Vlaanderen</Naam></ErkenningsInstantie>"
        f"{code02('Type', 'NIVEAU', 'Niveaugelijkwaardigheid')}"
        f"<DatumIngediendBijPartner>{day(begin + 5)}</DatumIngediendBijPartner>{answer}"
        f"<DossiernummerBijPartner>N{dice.digits(7)}</DossiernummerBijPartner>"
        f"</ToeleidingDiplomaGelijkschakeling></ToeleidingenDiplomaGelijkschakeling>"
    )


_PARTNERS = (
    "OCMW Gent",
    "VDAB Gent",
    "OCMW Antwerpen",
    "Sociale huisvestingsmaatschappij De Ark & Co",
    "VDAB Hasselt",
)
_COMMENTS = (
    "Graag intake in de voormiddag; spreekt enkel de eigen taal.",
    "Werkt in ploegen & kan enkel 's avonds of op zaterdag.",
    'Vraagt een cursus "dichtbij huis" (kinderopvang tot 16 uur).',
    "Score instaptest < 40: eerst alfabetisering nagaan.",
)


def _partner_referrals(story: Story, dice: Dice) -> str:
    if story.reported is None or not dice.chance(0.24):
        return ""
    received = story.reported - dice.between(0, 25)
    status = dice.pick(("OP", "VW", "VW", "NU", "GW"))
    reason = dice.pick(("INT_HVN", "NIV_TEST", "INB_OPV", "DIPL_GEL"))
    return (
        f"<ToeleidingenPartner><ToeleidingPartner><ExterneID>{dice.uuid()}</ExterneID>"
        f"<Van>{tag('Naam', dice.pick(_PARTNERS))}</Van><Naar>{_office(story)}</Naar>"
        f"<DatumOntvangen>{day(received)}</DatumOntvangen><Status>{status}</Status><Reden>{reason}</Reden>"
        f"{tag('Commentaar', dice.pick(_COMMENTS))}</ToeleidingPartner></ToeleidingenPartner>"
    )


_FACTS = (
    "Was vijf lessen na elkaar afwezig; reageerde niet op telefoon & e-mail.",
    "Kwam niet naar het gesprek; buurvrouw zegt dat hij verhuisd is.",
    "Meldt ziekte, maar bezorgt geen attest.",
    "Stopte met de cursus zonder reden op te geven (aanwezig < 80 %).",
)
_ACTIVITIES = (
    "A_BRIEF",
    "A_KC_TELEF",
    "A_EM_EMAIL",
    "A_SM_SMS",
    "A_CURS_LES_MO",
    "A_CURS_LES_NT2A1",
    "A_KC_HUISB",
)


def _infringements(story: Story, dice: Dice) -> str:
    likely = 0.5 if story.standing == OUT_OF_REACH else 0.02
    if story.reported is None or not story.duty or not dice.chance(likely):
        return ""
    found = story.as_of - dice.between(10, 80)
    steps = "".join(
        [
            f"<Activiteit><ID>{dice.uuid()}</ID><Type>{dice.pick(_ACTIVITIES)}</Type>"
            f"<DatumUitgevoerd>{day(found - dice.between(1, 40))}</DatumUitgevoerd>"
            f"{tag('CommentaarFeitenRelaas', dice.pick(_FACTS))}</Activiteit>"
            for _ in range(dice.between(1, 4))
        ]
    )
    notice = form = ""
    if dice.chance(0.7):
        notice = f"<DatumIngebrekestellingVerzonden>{day(found + 5)}</DatumIngebrekestellingVerzonden>"
        if dice.chance(0.4):
            form = (
                f"<RechtzettingsFormulier><DocumentID>{dice.uuid()}</DocumentID>"
                f"<DatumAanmaak>{day(found + 9)}</DatumAanmaak><AangemaaktDoor>{_office(story)}</AangemaaktDoor>"
                "</RechtzettingsFormulier>"
            )
    authority = dice.pick(("HH", "HH", "HH", "OCMW", "OCMW", "VDAB", "VMSW"))
    return (
        f"<Inbreuken><Inbreuk><Type>{dice.between(1, 8)}</Type>"
        f"<SanctionerendeOverheid>{authority}</SanctionerendeOverheid><DatumVaststelling>{day(found)}</DatumVaststelling>"
        f"{notice}{tag('Motivering', dice.pick(_FACTS))}<FeitenRelaas><Activiteiten>{steps}</Activiteiten>"
        f"<Communicaties><Communicatie><DatumAanmaak>{day(found - 2)}</DatumAanmaak>"
        f"{code02('TypeDocument', 'BRF_AFW', 'Brief afwezigheid')}</Communicatie></Communicaties></FeitenRelaas>"
        f"{form}</Inbreuk></Inbreuken>"
    )


_SKILL = ("Onbekend", "Basis", "Redelijk", "Goed", "Moedertaal")


def _level(name: str, level: str, when: int, dice: Dice) -> str:
    spoken = level if dice.chance(0.8) else "A1"
    return (
        f"<{name}><Datum>{day(when)}</Datum>{code02('Globaal', level)}{code02('Mondeling', spoken)}"
        f"{code02('Schriftelijk', level)}</{name}>"
    )


def _languages(story: Story, dice: Dice) -> str:
    if dice.chance(0.06):
        return ""
    spoken = story.identity.origin.languages[: dice.between(1, 3)]
    shown = "".join(
        [
            f"<Taal>{tag('Code', language)}<ContactTaal>{_yes(place == 0)}</ContactTaal>"
            f"{code02('KennisNiveau', str(4 - place), _SKILL[4 - place])}</Taal>"
            for place, language in enumerate(spoken)
        ]
    )
    latin = {"alpha": ("NIET", "Niet gealfabetiseerd"), "cbe": ("LAAG", "Laaggeletterd")}.get(
        story.track, ("GOED", "Gealfabetiseerd")
    )
    script = ""
    if not story.identity.origin.latin:
        own = code02("Code", "GOED" if story.track != "alpha" else "NIET")
        script = f"<AnderSchrift>{own}{tag('Taal', spoken[0])}</AnderSchrift>"
    levels = ""
    done = [course for course in story.of("NT2") if course.times.last < story.as_of and course.left is None]
    if done and story.standing == KEPT:
        last = max(done, key=lambda course: course.times.last)
        level = _level("HoogstBehaald", last.module.level, last.times.last, dice)
        levels = level + level.replace("HoogstBehaald", "RecentstBehaald")
    if story.reported is not None and dice.chance(0.6):
        entry = "A1" if story.level <= 1 else "A2"
        levels += _level("Instapniveau", entry, story.reported + 3, dice)
    return (
        f"<Talenkennis><Talen>{shown}</Talen><Alfabetiseringsgraad>{code02('LatijnsSchrift', *latin)}{script}"
        f"</Alfabetiseringsgraad>{f'<BehaaldNT2Niveau>{levels}</BehaaldNT2Niveau>' if levels else ''}</Talenkennis>"
    )


def _waiting_list(story: Story, dice: Dice) -> str:
    if not story.waiting and not dice.chance(0.04):
        return ""
    return (
        f"<Wachtlijst><Aanmelding>{code02('Code', 'WL_NT2', 'Wachtlijst NT2')}"
        f"{code02('Module', 'M NT2 111', 'Richtgraad 1.1 Breakthrough')}"
        f"<Datum>{day(story.as_of - dice.between(3, 90))}</Datum></Aanmelding></Wachtlijst>"
    )


_DAYS = ("MAA", "DIN", "WOE", "DON", "VRIJ", "ZAT")
_DAYPARTS = ("OCHTEND", "MIDDAG", "AVOND")


def _preferences(story: Story, dice: Dice) -> str:
    if story.reported is None or story.minor or not dice.chance(0.32):
        return ""
    region = story.identity.region
    moments = "".join(
        [
            f"<LesmomentVoorkeur><Weekdag>{weekday}</Weekdag><Dagmoment>{dice.pick(_DAYPARTS)}</Dagmoment>"
            f"<Beschikbaar>{dice.between(0, 2)}</Beschikbaar></LesmomentVoorkeur>"
            for weekday in dice.some(_DAYS, dice.between(2, 4))
        ]
    )
    centre = dice.pick(region.centres)
    return (
        f"<VoorkeurenKlant><DatumGewensteStart>{day(story.reported + dice.between(20, 80))}</DatumGewensteStart>"
        f"<Intensiteit>{dice.between(1, 4)}</Intensiteit><Centra>{_partner('Centrum', centre)}</Centra>"
        f"<PostkantonCodes><PostkantonCode>{region.postcode}</PostkantonCode></PostkantonCodes>"
        f"<LesVoorkeuren><LesVoorkeur><GeldtVoor><geldtVoor>NT2</geldtVoor></GeldtVoor>{moments}</LesVoorkeur></LesVoorkeuren>"
        f"{tag('InformatieVoorSchool', dice.pick(_COMMENTS)) if dice.chance(0.4) else ''}</VoorkeurenKlant>"
    )


def _talks(story: Story, dice: Dice) -> str:
    if story.reported is None or not dice.chance(0.75):
        return ""
    held = sorted(
        office_day(story.reported + dice.between(0, max(1, story.as_of - story.reported - 1)))
        for _ in range(dice.between(1, 4))
    )
    talks = "".join(
        [
            f"<Gesprek><Datum>{day(ordinal)}</Datum><GeregistreerdBij>{_office(story)}</GeregistreerdBij></Gesprek>"
            for ordinal in held
        ]
    )
    return f"<Gesprekken>{talks}</Gesprekken>"


def _housing(story: Story, dice: Dice) -> str:
    if story.minor or not dice.chance(0.5):
        return ""
    willing = story.standing != OUT_OF_REACH
    extra = ""
    if story.suspension is not None or dice.chance(0.05):
        begin = story.suspension[0] if story.suspension is not None else story.as_of - 60
        extra = (
            "<Opschortingen><opschorting><RedenOpschorting>Gezondheid</RedenOpschorting>"
            f"<Van>{day(begin)}</Van><Tot>{day(begin + 90)}</Tot></opschorting></Opschortingen>"
        )
    if story.exempt_since is not None:
        extra += (
            f"<Vrijstelling>{code02('RedenVrijstelling', 'MEDISCH', 'Medische reden')}"
            f"<DatumVrijstelling>{day(story.exempt_since)}</DatumVrijstelling></Vrijstelling>"
        )
    return (
        f"<Wooncode><VoldoetAanInburgeringBereidheid>{_yes(willing)}</VoldoetAanInburgeringBereidheid>"
        f"<VoldoetAanTaalBereidheid>{_yes(willing or dice.chance(0.3))}</VoldoetAanTaalBereidheid>"
        f"<VoldoetAanTaalkennisvereiste>{_yes(story.level > 0)}</VoldoetAanTaalkennisvereiste>"
        f"<OpvolgingDoor>{dice.pick(('Woonmaatschappij', 'Sociaal verhuurkantoor'))}</OpvolgingDoor>{extra}</Wooncode>"
    )


def _recruiting(story: Story, dice: Dice) -> str:
    if story.reported is None or not dice.chance(0.35):
        return ""
    kind = dice.pick(("BRW001", "BRW002", "BRW003", "BRW003B", "BRW004", "BRW010", "BRW_SOC_HUUR"))
    return (
        f"<Werving><Wervingsbrief><Type>{kind}</Type>"
        f"<DatumVerzonden>{day(story.reported - dice.between(5, 40))}</DatumVerzonden></Wervingsbrief></Werving>"
    )


_REFERRALS = (
    code02("Doorverwijzing", "VDAB", "Doorverwezen naar VDAB"),
    code02("Doorverwijzing", "OCMW", "Doorverwezen naar OCMW"),
    code02("Doorverwijzing", "CAW", "Doorverwezen naar CAW"),
    code02("Doorverwijzing", "VRIJW", "Vrijwilligerswerk & buddywerking"),
)


def _referral(story: Story, dice: Dice) -> str:
    return dice.pick(_REFERRALS) if not story.minor and dice.chance(0.14) else ""


_PAPERS = (
    "Elektronische A-kaart",
    "Elektronische B-kaart",
    "Elektronische F-kaart",
    "Attest van immatriculatie",
    "Paspoort",
)


def _papers(story: Story, dice: Dice) -> str:
    if not dice.chance(0.45):
        return ""
    begin = story.as_of - dice.between(20, 900)
    paper = dice.pick(_PAPERS)
    travel = paper == "Paspoort"
    land = story.identity.origin.country if travel else "België"
    return (
        f"<Identiteitsbewijzen><Identiteitsbewijs>{tag('Categorie', 'Reisdocument' if travel else 'Verblijfstitel')}"
        f"{tag('Type', paper)}<Plaats>{tag('Land', land)}</Plaats>"
        f"<Geldigheid><Van>{day(begin)}</Van><Tot>{day(begin + 1826)}</Tot></Geldigheid>"
        "</Identiteitsbewijs></Identiteitsbewijzen>"
    )


def _payments(story: Story, dice: Dice) -> str:
    if not story.courses or not dice.chance(0.35):
        return ""
    if dice.chance(0.6):
        reason = dice.pick(("Leefloon", "Verplichte inburgeraar", "Verzoeker internationale bescherming"))
        return (
            "<Betalingen><Betaling><Vrijstelling>true</Vrijstelling>"
            f"<Vrijstellingsdocument>Attest</Vrijstellingsdocument><Vrijstellingsreden>{reason}</Vrijstellingsreden>"
            "</Betaling></Betalingen>"
        )
    return "<Betalingen><Betaling><Vrijstelling>false</Vrijstelling></Betaling></Betalingen>"


_BLOCKS: tuple[Callable[[Story, Dice], str], ...] = (
    _personalia,
    _profile,
    _target_group,
    _attests,
    _contracts,
    _postponed_signing,
    _reporting,
    _postponed_reporting,
    _paths,
    _activities,
    _tests,
    _advice,
    _perspectives,
    _diplomas,
    _partner_referrals,
    _infringements,
    _languages,
    _waiting_list,
    _preferences,
    _talks,
    _housing,
    _recruiting,
    _referral,
    _papers,
    _payments,
)
