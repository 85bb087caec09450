"""Messages for the tests, built in code. Every person in them is a MAGDA test number (month 61-72)."""

from lxml import etree
from lxml.builder import E

from tests.persons.magda import schemas
from tests.persons.magda.writer import build_dossier

INSZ = "91610100176"
INSZ_2 = "00630299891"
INSZ_BORN_2000 = "00631499723"
UUID = "aaaaaaaa-aaaa-aaaa-aaaa-{:012d}"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def context(kind="ANTWOORD", name="GeefDossierKBI", day="2026-01-05", hour="09:12:33.120"):
    """A Context as MAGDA sends it."""
    return E.Context(
        E.Naam(name),
        E.Versie("02.00.0000"),
        E.Bericht(
            E.Type(kind),
            E.Tijdstip(E.Datum(day), E.Tijd(hour)),
            E.Afzender(E.Identificatie("vip.vlaanderen.be"), E.Naam("MagdaGateway"), E.Referte("ref-1")),
            E.Ontvanger(E.Identificatie("ocmw.gent.be/kbi-portaal-aip"), E.Hoedanigheid("1300")),
        ),
    )


def exceptions(*triples):
    """Uitzonderingen from (code, origin, type)."""
    return E.Uitzonderingen(
        *(
            E.Uitzondering(
                E.Identificatie(code), E.Oorsprong(origin), E.Type(kind), E.Diagnose("Persoonlijke tekst")
            )
            for code, origin, kind in triples
        )
    )


def answer(*dossiers, service=True, exceptions=None, day="2026-01-05", hour="09:12:33.120", above=None):
    """GeefDossierKBIResponse with one Antwoord per dossier; a dossier of None is left out of its Inhoud."""
    namespace = schemas.NS_GEEF_02_SERVICE if service else schemas.NS_GEEF_02
    answers = []
    for dossier in dossiers:
        carrier = E.Antwoord(E.Referte(f"ref-{len(answers) + 1}"))
        if dossier is not None:
            carrier.append(E.Inhoud(dossier))
        if exceptions is not None:
            carrier.append(exceptions)
        answers.append(carrier)
    body = E.Repliek(context(day=day, hour=hour))
    if answers:
        body.append(E.Antwoorden(*answers))
    if above is not None:
        body.append(above)
    return _root(namespace, "GeefDossierKBIResponse", body)


def publication(*dossiers, day="2026-01-05"):
    """PubliceerBewijs with one Onderwerp per dossier."""
    subjects = [
        E.Onderwerp(
            E.Referte(f"ref-{number}"),
            E.Inhoud(
                E.Metadata(E.Referte("m"), E.Type("01"), E.Datum("2026-01-05T09:00:00")),
                dossier,
            ),
        )
        for number, dossier in enumerate(dossiers, 1)
    ]
    body = E.Publicatie(context("PUBLICATIE", "PubliceerDossierKBI", day), E.Onderwerpen(*subjects))
    return _root(schemas.NS_PUBLICEER, "PubliceerBewijs", body)


def mutation(dossier, service=False):
    """RegistreerMutatieDossierKBI with one Vraag."""
    namespace = schemas.NS_REGISTREER_SERVICE if service else schemas.NS_REGISTREER
    question = E.Vraag(
        E.Referte("ref-1"),
        E.Inhoud(E.Metadata(E.Referte("m"), E.Type("01"), E.Datum("2026-01-05T09:00:00")), dossier),
    )
    body = E.Verzoek(context("VRAAG", "RegistreerMutatieDossierKBI"), E.Vragen(question))
    return _root(namespace, "RegistreerMutatieDossierKBI", body)


def _root(namespace, name, body):
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={"m": namespace})
    root.append(body)
    return root


def soap(message):
    """A SOAP 1.1 envelope around a message."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Header")
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(message)
    return envelope


def written(found, *names):
    """The element of a dossier as read, written back with these blocks, or all."""
    blocks = {name: xml for name, xml in found.blocks.items() if not names or name in names}
    return build_dossier(blocks, found.version, insz=found.insz)


def as_bytes(root, *, pretty=False, encoding="UTF-8"):
    """A message as a file holds it."""
    return etree.tostring(root, xml_declaration=True, encoding=encoding, pretty_print=pretty)


def personalia(insz=INSZ, last="Peeters", first="Amina"):
    """Personalia with what nearly every answer has."""
    return E.Personalia(
        E.INSZ(insz),
        E.UniekNummer("A1234567"),
        E.Naam(E.Achternamen(E.Achternaam(last)), E.Voornamen(E.Voornaam(first))),
        E.Geboortedatum("1991-00-00"),
        E.Geslacht(E.Code("V")),
    )


def dossier(*blocks, insz=INSZ):
    """A KBIDossier with Personalia and these blocks."""
    return E.KBIDossier(personalia(insz), *blocks)


def lesson(day="2025-10-06", begin="09:00", end="12:00", presence="AANWEZIG", attended=None, weekday=None):
    """A LesMoment; what is None is left out."""
    fields = {
        "Datum": day,
        "AanvangUur": begin,
        "EindUur": end,
        "Aanwezigheidsduur": attended,
        "Aanwezigheid": presence,
        "Lesdag": weekday,
    }
    return E.LesMoment(*(E(tag, text) for tag, text in fields.items() if text is not None))


def period(begin="2025-09-01", end="2026-06-30"):
    """A Periode of KBI-02.00."""
    return E.Periode(*([E.Begin(begin)] if begin else []), *([E.Einde(end)] if end else []))


def mo_course(*lessons, number=1, left=None, tag="MOCursus"):
    """A MOCursus with these lessons."""
    return E(
        tag,
        E.ID(UUID.format(number)),
        E.Nummer(f"MO-{number}"),
        E.Naam("Maatschappelijke oriëntatie"),
        E.Taal("Arabisch"),
        E.LesPlaats("Gent"),
        period(),
        E.DatumInschrijving("2025-09-01"),
        *([E.DatumUitschrijving(left)] if left else []),
        *([E.LesMomenten(*lessons)] if lessons else []),
    )


def nt2_course(*lessons, number=1, status="INGESCHREVEN", cancelled="0", left=None, registered="2025-09-01"):
    """An NT2Cursus with these lessons."""
    return E.NT2Cursus(
        E.ID(UUID.format(100 + number)),
        E.Centrum(E.DavinciInstellingsNummer("123456"), E.Naam("CVO Leie & Schelde")),
        E.Vestiging("V1", KorteNaam="Gent", Naam="Campus Gent"),
        E.Opleiding("OPL", Naam="NT2 richtgraad 1"),
        E.Module("M1", Naam="Waystage"),
        period(),
        *([E.DatumInschrijving(registered)] if registered else []),
        *([E.DatumUitschrijving(left)] if left else []),
        *([E.LesMomenten(*lessons)] if lessons else []),
        E.Status(status),
        E.Geannuleerd(cancelled),
        E.CursusCode("C-1"),
    )


def activities(*mo, nt2=(), individual=(), plo=()):
    """VormingsActiviteiten with these courses."""
    groups = (("MOCursussen", mo), ("NT2Cursussen", nt2), ("IndividueleMOCursussen", individual))
    return E.VormingsActiviteiten(
        *(E(tag, *courses) for tag, courses in groups if courses),
        *([E.PLOCursussen(*plo)] if plo else []),
    )


def _code(tag, text="1"):
    return E(tag, text, KorteNaam="kort", Naam="Een naam")


def _branch(tag):
    return E(tag, E.KboNummer("0543307391"), E.KbiNummer("12"))


def _organisation(tag):
    return E(
        tag,
        E.ExternID("x"),
        E.DavinciInstellingsNummer("123456"),
        E.Naam("Centrum"),
        E.ContactGegevens(
            E.Naam(E.Voornamen(E.Voornaam("Jan")), E.Achternamen(E.Achternaam("Janssens"))),
            E.email("jan@voorbeeld.be"),
            E.telefoon("091234567"),
            E.gsm("0470123456"),
            E.fax("091234568"),
        ),
    )


def full_dossier():
    """A KBIDossier in which every element of KBI-02.00 occurs, Adres of Generiek-02.00 left out."""
    text = E.Motivering('Een "tekst" met < en > en & en é, ŵ, 漢字 en\n een regeleinde')
    return E.KBIDossier(
        E.Personalia(
            E.INSZ(INSZ),
            E.UniekNummer("A1234567"),
            E.Naam(
                E.Achternamen(E.Achternaam("O'Neil-De Vos")),
                E.Voornamen(E.Voornaam("Amina"), E.Voornaam("Zoë")),
            ),
            E.Geboortedatum("1991-00-00"),
            E.Geslacht(E.Code("V"), E.Omschrijving("Vrouwelijk")),
            _branch("AangemaaktDoor"),
            E.TelefoonNummers(E.TelefoonNummer("091234567", type="vast", typering="thuis", voorkeur="true")),
            E.Emails(E.Email("a@voorbeeld.be", typering="thuis", voorkeur="0")),
        ),
        E.KlantProfiel(
            E.Werksituatie("werkzoekend"),
            E.Werkritme("dag"),
            E.Perspectieven(_code("Perspectief"), _code("Perspectief", "2")),
            E.TotaalAantalJarenScholing("12"),
            E.HoogstBehaaldDiploma("secundair"),
            E.LandDiploma("Syrië"),
            E.ICTVaardigheden(
                E.ICTVaardigheid(E.Naam("mail"), E.Niveau("1"), E.DatumLaatstGewijzigdOp("2025-01-01"))
            ),
            E.ICTMiddelen(
                E.ICTMiddel(
                    E.Naam("laptop", Beschikbaar="true"),
                    E.OplossingsDatum("2025-01-01"),
                    _code("SoortOplossing"),
                    E.DatumLaatstGewijzigdOp("2025-01-01"),
                )
            ),
            E.Oefenkansen(""),
            E.Omgevingsfactoren("druk gezin"),
            E.Motivaties(""),
            E.SpecifiekeKlantenGroep("geen"),
        ),
        E.Doelgroep(
            E.Code("JA"),
            E.Type("PLICHT"),
            E.SubType("VOL_PROG"),
            period("2024-01-01", "9999-99-99"),
            _code("RedenGeenDoelgroep"),
            _code("RedenVrijstellingVanDeVerplichting"),
        ),
        E.BehaaldeAttesten(
            E.Document(
                E.Soort("ATTEST"),
                E.Type("AI023G22"),
                E.Id(UUID.format(1)),
                E.DatumAanmaak("2025-01-01"),
                E.DatumOndertekening("2025-01-02"),
                _branch("AangemaaktDoor"),
            )
        ),
        E.Contracten(
            E.Contract(
                E.DatumRegistratie("2024-01-01"),
                E.Type("IC07G22"),
                _branch("AangemaaktDoor"),
                E.OnderdeelMO("true"),
                E.OnderdeelNT2("1"),
                E.OnderdeelLO("0"),
                E.Addenda(
                    E.Addendum(
                        E.DatumRegistratie("2024-02-01"),
                        E.Type("AIC14G"),
                        _branch("AangemaaktDoor"),
                        E.OnderdeelMO("false"),
                        E.OnderdeelNT2("false"),
                        E.OnderdeelLO("true"),
                    )
                ),
                E.Opschortingen(E.Opschorting(period("2024-03-01", "2024-03-31"), _code("Reden"))),
            )
        ),
        E.UitstellenVanOndertekening(E.UitstelVanOndertekening(period("2024-01-01", None), _code("Reden"))),
        E.Aanmelding(
            E.Type("EA"), E.DatumAanmelding("2024-01-01"), _branch("AanmeldingsPlaats"), _code("Reden")
        ),
        E.UitstellenVanAanmelding(E.UitstelVanAanmelding(period("2024-01-01", None), _code("Reden"))),
        E.Trajecten(
            E.Traject(
                E.Type("TT_IB-18"),
                period("2024-01-01", None),
                E.Beheerder(
                    period("2024-01-01", None),
                    _branch("KBIVestiging"),
                    E.ContactPersoon(E.email("b@voorbeeld.be")),
                    E.KBILoket(E.RoepNaam("loket 1")),
                ),
                E.Status(E.Code("OP"), period("2024-01-01", None)),
                E.Besluit(E.Code("NEE_ANALFA"), _code("Reden"), E.DatumToekenning("2025-00-00")),
                E.TrajectOnderdelen(
                    E.TrajectOnderdeel(
                        E.Type("TO_B1/1"),
                        period("2024-01-01", None),
                        E.Status(
                            E.Code("TO_STA_20"),
                            period("2024-01-01", None),
                            E.DatumOnbepaaldTot("2025-01-01"),
                            _code("RedenGPA"),
                        ),
                        E.Besluit(E.Code("NVO"), _code("Reden"), E.DatumToekenning("2025-01-01")),
                    )
                ),
                E.StartDatumVormingstraject("2024-01-01"),
            )
        ),
        E.VormingsActiviteiten(
            E.MOCursussen(
                mo_course(lesson(), lesson("2025-10-13", attended="02:30", weekday="MA"), left="2025-12-31")
            ),
            E.NT2Cursussen(_full_nt2_course()),
            E.IndividueleMOCursussen(
                mo_course(lesson(), number=2, tag="IndividueleMOCursus", left="2025-12-31")
            ),
            E.PLOCursussen(
                E.PLOCursus(
                    E.ID(UUID.format(3)),
                    E.Naam("PLO"),
                    period(),
                    E.Besluit(E.Voldaan("true"), _code("Reden"), E.DatumToekenning("2025-01-01")),
                )
            ),
            E.NT2Testen(
                E.NT2Test(
                    E.DatumAfgelegd("2025-01-01"), E.Categorie("c"), E.Niveau("A2"), E.Resultaat("geslaagd")
                )
            ),
        ),
        E.AfgelegdeTesten(
            E.AfgelegdeTest(
                E.ID(UUID.format(4)),
                E.Nummer("T-1"),
                E.ToeleidingID(UUID.format(5)),
                E.Opdrachtgever("AgII"),
                _code("Type"),
                E.NaamTest("Covaar"),
                E.Datum("2025-01-01"),
                E.Versie("2"),
                E.Taal("nl"),
                E.Status("afgelegd"),
                E.Resultaat(_code("Type"), E.ScoreBehaald("12"), E.ScoreTotaal("20")),
                E.Conclusie(E.Type("Globaal resultaat"), E.Resultaat("A2")),
                E.Attest(E.Type("HvN-ATTESTNL"), E.Naam("Taaltest Ouders"), E.Datum("2025-01-01")),
            )
        ),
        E.Adviezen(_code("HvN"), E.Arbeidsmarkt("AD")),
        E.Perspectieven(_code("HvN"), _code("OB")),
        E.ToeleidingenDiplomaGelijkschakeling(
            E.ToeleidingDiplomaGelijkschakeling(
                E.StartDatum("2025-01-01"),
                E.Status("BZ"),
                E.DiplomaNaam("bachelor"),
                E.OnderwijsInstelling("Universiteit"),
                _organisation("ErkenningsInstantie"),
                _code("Reden"),
                _code("Type"),
                E.DatumIngediendBijPartner("2025-01-01"),
                E.DatumAntwoordPartner("2025-01-01"),
                _code("AntwoordPartnerCode"),
                E.Opdrachtgever("x"),
                E.DossiernummerBijPartner("7"),
                E.TypeCertificaat("c"),
                E.ModuleNaam("m"),
                E.Niveau("n"),
                E.DatumBehaald("2025-01-01"),
                E.Vaardigheden(E.Vaardigheid("lezen")),
                E.GeregistreerdIn(E.Werking("w"), E.Entiteit("e")),
            )
        ),
        E.ToeleidingenPartner(
            E.ToeleidingPartner(
                E.ExterneID(UUID.format(6)),
                _organisation("Van"),
                _branch("Naar"),
                E.DatumOntvangen("2025-01-01"),
                E.Status("OP"),
                E.Reden("INT_HVN"),
                E.RedenOmschrijving("r"),
                E.Commentaar("c"),
            )
        ),
        E.Inbreuken(
            E.Inbreuk(
                E.Type("3"),
                E.SanctionerendeOverheid("OCMW"),
                E.DatumVaststelling("2025-01-01"),
                E.DatumIngebrekestellingVerzonden("2025-01-02"),
                text,
                E.FeitenRelaas(
                    E.Activiteiten(
                        E.Activiteit(
                            E.ID(UUID.format(7)),
                            E.Type("A_AFSL_Werv"),
                            E.DatumUitgevoerd("2025-01-01"),
                            E.CommentaarFeitenRelaas("c"),
                        )
                    ),
                    E.Communicaties(E.Communicatie(E.DatumAanmaak("2025-01-01"), _code("TypeDocument"))),
                ),
                E.RechtzettingsFormulier(
                    E.DocumentID(UUID.format(8)),
                    E.DatumAanmaak("2025-01-01"),
                    E.DatumOndertekening("2025-01-01"),
                    _branch("AangemaaktDoor"),
                ),
            )
        ),
        E.Talenkennis(
            E.Talen(E.Taal(E.Code("ar"), E.ContactTaal("true"), _code("KennisNiveau"))),
            E.Alfabetiseringsgraad(_code("LatijnsSchrift"), E.AnderSchrift(_code("Code"), E.Taal("ar"))),
            E.BehaaldNT2Niveau(
                *(_level(tag) for tag in ("HoogstBehaald", "RecentstBehaald", "Instapniveau"))
            ),
        ),
        E.Wachtlijst(E.Aanmelding(_code("Code"), _code("Module"), E.Datum("2025-01-01"))),
        E.VoorkeurenKlant(
            E.DatumGewensteStart("2025-09-01"),
            _code("RedenDatumGewensteStart"),
            E.Intensiteit("-3"),
            E.Centra(_organisation("Centrum")),
            E.PostkantonCodes(E.PostkantonCode("9000")),
            E.LesVoorkeuren(
                E.LesVoorkeur(
                    E.PeriodeGeldigheid(E.Begin("2025-01-01"), E.Einde("2025-12-31")),
                    _code("RedenBeperking"),
                    E.GeldtVoor(E.geldtVoor("NT2")),
                    _code("RedenVolledigeOnbeschikbaarheid"),
                    E.LesmomentVoorkeur(E.Weekdag("MAA"), E.Dagmoment("OCHTEND"), E.Beschikbaar("2")),
                    _code("BerekendPraktischVoorkeurmoment"),
                )
            ),
            E.Label("l"),
            E.GeslotenAanbod("g"),
            E.InformatieVoorSchool("i"),
        ),
        E.Gesprekken(
            E.Gesprek(E.Datum("2025-01-01"), _branch("GeregistreerdBij"), E.ToeleidingID(UUID.format(9)))
        ),
        E.Wooncode(
            E.VoldoetAanInburgeringBereidheid("true"),
            E.VoldoetAanTaalBereidheid("false"),
            E.VoldoetAanTaalkennisvereiste("1"),
            E.OpvolgingDoor("SHM"),
            E.Opschortingen(E.opschorting(E.RedenOpschorting("r"), E.Van("2025-01-01"), E.Tot("2025-02-01"))),
            E.Vrijstelling(_code("RedenVrijstelling"), E.DatumVrijstelling("2025-01-01")),
        ),
        E.Werving(E.Wervingsbrief(E.Type("BRW003B"), E.DatumVerzonden("2025-01-00"))),
        _code("Doorverwijzing"),
        E.Identiteitsbewijzen(
            E.Identiteitsbewijs(
                E.Categorie("c"),
                E.Type("t"),
                E.Plaats(E.Land("Syrië")),
                E.Inburgeraar("i"),
                E.Geldigheid(E.Van("2025-01-01"), E.Tot("2029-12-31")),
            )
        ),
        E.Betalingen(
            E.Betaling(E.Vrijstelling("true"), E.Vrijstellingsdocument("d"), E.Vrijstellingsreden("r"))
        ),
    )


def _level(tag):
    return E(tag, E.Datum("2025-01-01"), _code("Globaal"), _code("Mondeling"), _code("Schriftelijk"))


def _full_nt2_course():
    course = nt2_course(lesson("2025-10-07", "18:30", "21:30:30.500", "VERANTW_AFWE"), left="2025-12-31")
    course.find("Centrum").getparent().replace(course.find("Centrum"), _organisation("Centrum"))
    course.find("Geannuleerd").addprevious(E.Besluit("NT_GESLAAGD"))
    course.extend(
        (
            E.AantalLestijdenAfstandsonderwijs("8"),
            E.Naam("NT2 1.2"),
            E.SpecifiekAanbod("s"),
            _code("ModuleVariant"),
            E.PlafondOverschreden("nee"),
            E.Tarief("t"),
            E.TotaalTeBetalenCursusGeld("120"),
            E.TotaalTeBetalenBoekenGeld("30"),
        )
    )
    return course


# --- Inburgering-01.00 ---------------------------------------------------------------------------------------


def _described(tag, code="1", description="een omschrijving"):
    return E(tag, code, Beschrijving=description)


def _dated(element):
    element.set("DatumGeldigheid", "2015-01-01")
    element.set("DatumLaatsteWijziging", "2015-02-00")
    return element


def old_period(begin="2015-01-01", end="2015-06-30", **attributes):
    """A PeriodeUitgebreidType."""
    return E.Periode(E.BeginDatum(begin), *([E.EindDatum(end)] if end else []), **attributes)


def absence(amount="3", code="A", description="", day="2015-03-02"):
    """An Afwezigheid."""
    return E.Afwezigheid(
        E.Type(code, Beschrijving=description),
        E.Datum(day),
        E.MeestRecentVlag("0"),
        E.AantalLestijden(amount),
    )


def old_course(*absences, amounts=("60",), required="80", number="C-1"):
    """A Cursus."""
    return E.Cursus(
        E.Opleiding(_described("Type", "MOAR", "MO in het Arabisch")),
        E.Inschrijvingsgegevens(
            old_period(),
            *([E.TeBehalenAanwezigheidsGraad(required)] if required else []),
            _described("Resultaat", "GESL"),
            _described("Status", "LOPEND"),
        ),
        E.Modules(
            *(
                E.Module(
                    _described("Type"),
                    E.KBICentrum(E.Ondernemingsnummer("0543307391"), E.VOPEntiteitNummer("12345678")),
                    _described("Cursusnummer", number),
                    old_period(),
                    E.AantalLestijden(amount),
                )
                for amount in amounts
            )
        ),
        *([E.Afwezigheden(*absences)] if absences else []),
    )


def component(*courses, kind="MO", exempt=False, suspended=()):
    """A Trajectonderdeel."""
    return E.Trajectonderdeel(
        _described("Type", kind),
        *([E.Vrijstelling(_described("Reden"), E.Datum("2015-01-01"))] if exempt else []),
        *([E.Opschortingen(*(E.Opschorting(old_period(*span)) for span in suspended))] if suspended else []),
        *([E.Cursussen(*courses)] if courses else []),
    )


def old_dossier(*components, insz=INSZ, extra=()):
    """A DossierKBI with one Hoedanigheid and one Traject; `extra` elements go before Trajecten."""
    return E.DossierKBI(
        E.INSZ(insz),
        E.Hoedanigheden(
            E.Hoedanigheid(
                _described("Hoedanigheidscode", "INB"),
                *extra,
                E.Trajecten(
                    E.Traject(
                        old_period(end=None), *([E.Trajectonderdelen(*components)] if components else [])
                    )
                ),
            )
        ),
    )


def _report():
    return E.KBIRapport("{aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa}")


def _contact():
    return _dated(
        E.Contactpersoon(
            E.Contactgegevens(
                E.Telefoon(_described("Type"), E.Nummer("091234567")),
                E.Email(_described("Type"), E.Adres("a@voorbeeld.be")),
            ),
            E.Achternaam("Janssens"),
            E.Voornaam("Jan"),
            _described("Type"),
        )
    )


def _postponements():
    return E.Uitstellen(
        E.Uitstel(
            E.Begindatum("2015-01-01"), E.Einddatum("9999-00-00"), _described("Reden"), E.MeestRecentVlag("1")
        )
    )


def _decisions():
    return E.Besluiten(
        E.Besluit(
            _described("Type"),
            _described("Soort"),
            E.Opmerking("o"),
            E.Datum("2015-01-01"),
            E.MeestRecentVlag("1"),
        )
    )


def _infringements():
    return E.Inbreukdossiers(
        E.Inbreukdossier(
            E.Dossiernummer("7"),
            _described("Bestemmeling", "OCMW"),
            E.Vaststelling(
                E.Datum("2015-01-01"), E.MeestRecentVlag("1"), E.RelaasVanDeFeiten("f"), _report()
            ),
            E.Inbreuk(
                _described("Type"),
                E.Datum("2015-01-01"),
                E.Ingebrekestelling(E.Datum("2015-01-01"), _report()),
                _described("Regelgeving"),
                _described("Boetevork"),
                E.Inregelstelling(E.Datum("2015-01-01"), E.RelaasVanDeFeiten("f"), _report()),
            ),
            E.Dossieracties(
                E.Dossieractie(
                    _described("TypeActie"), E.Datum("2015-01-01"), E.MeestRecentVlag("0"), E.Info("i")
                )
            ),
            E.Rechtzetting(
                E.Datum("2015-01-01"), E.MeestRecentVlag("0"), E.RelaasVanDeFeiten("f"), _report()
            ),
            E.Besluit(E.Datum("2015-01-01"), _described("Reden"), E.Nota("n"), Beschrijving="b"),
            E.Status(_described("Type"), E.Datum("2015-01-01")),
            _contact(),
        )
    )


def _full_component(kind):
    one = component(old_course(absence(), absence("1.5", "G", "gewettigd afwezig")), kind=kind)
    one[0].addnext(
        E.Testen(
            E.Test(
                _described("Type"),
                _described("Soort"),
                E.Datum("2015-01-01"),
                E.MeestRecentVlag("1"),
                _described("Resultaat"),
                E.KBICentrum(E.Ondernemingsnummer("0543307391")),
            )
        )
    )
    one[0].addnext(_decisions())
    one[0].addnext(
        E.Opschortingen(
            E.Opschorting(old_period("2015-02-01", "2015-02-28"), _described("Type"), _described("Reden"))
        )
    )
    one[0].addnext(_dated(E.Vrijstelling(_described("Reden"), E.Datum("2015-01-01"))))
    course = one.find("Cursussen/Cursus/Inschrijvingsgegevens")
    course.find("Resultaat").addprevious(_described("Uitstapreden"))
    course.find("Status").addprevious(_described("Richtgraad", "1.1"))
    return one


def _full_capacity(number):
    span = old_period(DatumGeldigheid="2015-01-01")
    span.append(E.MeestRecentVlag("1"))
    trajectory = E.Traject(
        span,
        _described("RedenEindeTraject"),
        _decisions(),
        E.Perspectieven(E.Perspectief(old_period(), _described("Reden"), Beschrijving="b")),
        E.Trajectonderdelen(_full_component("MO"), _full_component("NT2")),
        _infringements(),
    )
    return E.Hoedanigheid(
        old_period(end=None),
        _described("Hoedanigheidscode", f"H{number}"),
        _dated(E.KBICentrum(E.Ondernemingsnummer("0543307391"), E.VOPEntiteitNummer("12345678"))),
        E.Regie("1", Beschrijving="b", DatumGeldigheid="2015-01-01"),
        E.Sanctioneringsbevoegdheden(
            E.Sanctioneringsbevoegdheid(_described("Bevoegdheid", "OCMW"), _described("TypeOpvolging"))
        ),
        E.Aanmeldingsgegevens(
            E.Aanmeldingen(
                _dated(
                    E.Aanmelding(
                        E.KBICentrum(E.Ondernemingsnummer("0543307391")),
                        E.Aanmeldingsdatum("2015-01-01"),
                        E.MeestRecentVlag("1"),
                        _described("Type"),
                        _described("Reden"),
                        _contact(),
                    )
                )
            ),
            _postponements(),
        ),
        E.AfsluitenDossier(E.Datum("2015-12-31"), _described("Reden")),
        E.OpmerkingenBijDossier(
            E.OpmerkingBijDossier(
                _described("Bestemmeling", "OCMW"),
                E.Datum("2015-01-01"),
                E.MeestRecentVlag("1"),
                E.Opmerking("<o & p>"),
            )
        ),
        E.Inburgeringsgegevens(
            E.Doelgroepbepalingen(
                _dated(
                    E.Doelgroepbepaling(
                        _described("Type", "VVG", "Verplicht volledige gamma"),
                        _described("Soort", "N", "Nieuwkomer"),
                        E.MeestRecentVlag("1"),
                        E.Doelgroepcategorieen(_described("Doelgroepcategorie")),
                        _described("RedenGeenDoelgroep"),
                        _described("RedenVrijstellingVanVerplichting"),
                    )
                )
            ),
            E.Contractgegevens(
                E.Contracten(
                    E.Contract(
                        _described("Type"),
                        _described("Soort"),
                        E.Datum("2015-01-01"),
                        E.MeestRecentVlag("1"),
                        E.Onderdelen(E.Onderdeel(E.Details(_described("Detail")), Beschrijving="MO")),
                        _report(),
                        E.Addenda(
                            E.Addendum(
                                _described("Soort"), E.Datum("2015-01-01"), E.MeestRecentVlag("1"), _report()
                            )
                        ),
                    )
                ),
                _postponements(),
            ),
        ),
        E.Attesten(
            E.Attest(
                _described("Type"),
                _described("Status"),
                E.Datum("2015-01-01"),
                E.MeestRecentVlag("1"),
                _report(),
            )
        ),
        E.BehaaldeNiveaus(E.BehaaldNiveau(_described("Type"), E.Datum("2015-01-01"), E.MeestRecentVlag("1"))),
        E.Testen(
            E.Test(
                _described("Soort"),
                _described("Type"),
                E.Datum("2015-01-01"),
                E.MeestRecentVlag("1"),
                _described("Resultaat"),
                E.KBICentrum(E.Ondernemingsnummer("0543307391")),
            )
        ),
        E.Adviezen(
            E.Advies(
                _described("Type"),
                _described("Advies"),
                E.Datum("2015-01-01"),
                E.MeestRecentVlag("1"),
                _described("TypeTraject"),
                _described("TypeCentrum"),
                _described("Doorverwijzing"),
            )
        ),
        E.Trajecten(trajectory, E.Traject(E.Trajectonderdelen(component(old_course(), kind="TO_A1")))),
        E.Talenkennis(
            E.Talen(E.Taal(_described("Type"), _described("Taal"), _described("Niveau"))),
            _described("Alfabetisering"),
        ),
    )


def full_old_dossier():
    """A DossierKBI in which every element of Inburgering-01.00 occurs, in two capacities."""
    return E.DossierKBI(E.INSZ(INSZ), E.Hoedanigheden(_full_capacity(1), _full_capacity(2)))
