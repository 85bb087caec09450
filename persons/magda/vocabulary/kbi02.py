"""KBI-02.00: the shape of a KBIDossier (KBIComplex.xsd, DossierType), and the meaning of some codes."""

from typing import Final

from persons.attendance import Part, Presence
from persons.magda.vocabulary.enumerations import ENUMERATIONS as _E
from persons.magda.vocabulary.values import BOOLEAN, DAY, OPEN_DAY, Days, Numbers, Shape, integer, natural

# PeriodeVerplichtBeginType and PeriodeOptioneelType (GeneriekComplex.xsd).
_PERIOD_FROM = Shape({"Begin": OPEN_DAY, "Einde": OPEN_DAY}, required=("Begin",))
_PERIOD = Shape({"Begin": OPEN_DAY, "Einde": OPEN_DAY})
_PARTS = {"OnderdeelMO": BOOLEAN, "OnderdeelNT2": BOOLEAN, "OnderdeelLO": BOOLEAN}
_MO_COURSE = Shape(
    {"Periode": _PERIOD, "DatumInschrijving": DAY, "DatumUitschrijving": DAY}, required=("ID", "Nummer")
)
_LEVEL = Shape({"Datum": DAY})


def _decided(status: str, decision: str, **more_of_the_status: Days) -> dict[str, Shape]:
    return {
        "Status": Shape({"Code": _E[status], "Periode": _PERIOD_FROM, **more_of_the_status}),
        "Besluit": Shape({"Code": _E[decision], "DatumToekenning": OPEN_DAY}),
    }


# The dossier, as far as there is something to check. LesMomenten, the bulk of it, is read by lessons.py.
DOSSIER: Final = Shape(
    {
        "Personalia": Shape(
            {
                "Geboortedatum": OPEN_DAY,
                "TelefoonNummers": Shape(
                    {"TelefoonNummer": Shape(attributes={"voorkeur": _E["TelefoonNummerVoorkeurType"]})}
                ),
                "Emails": Shape({"Email": Shape(attributes={"voorkeur": BOOLEAN})}),
            },
            required=("INSZ",),
        ),
        "KlantProfiel": Shape(
            {
                "TotaalAantalJarenScholing": Numbers(natural),
                "ICTVaardigheden": Shape({"ICTVaardigheid": Shape({"DatumLaatstGewijzigdOp": DAY})}),
                "ICTMiddelen": Shape(
                    {
                        "ICTMiddel": Shape(
                            {
                                "Naam": Shape(attributes={"Beschikbaar": BOOLEAN}),
                                "OplossingsDatum": DAY,
                                "DatumLaatstGewijzigdOp": DAY,
                            }
                        )
                    }
                ),
            }
        ),
        "Doelgroep": Shape(
            {
                "Code": _E["DoelgroepCodeEnumType"],
                "Type": _E["DoelgroepTypeEnumType"],
                "SubType": _E["DoelgroepSubTypeEnumType"],
                "Periode": _PERIOD_FROM,
            }
        ),
        "BehaaldeAttesten": Shape(
            {
                "Document": Shape(
                    {
                        "Soort": _E["DocumentSoortEnumType"],
                        "Type": _E["DocumentTypeEnumType"],
                        "DatumAanmaak": DAY,
                        "DatumOndertekening": DAY,
                    }
                )
            }
        ),
        "Contracten": Shape(
            {
                "Contract": Shape(
                    {
                        "DatumRegistratie": DAY,
                        "Type": _E["ContractTypeEnumType"],
                        **_PARTS,
                        "Addenda": Shape(
                            {
                                "Addendum": Shape(
                                    {"DatumRegistratie": DAY, "Type": _E["AddendumTypeEnumType"], **_PARTS}
                                )
                            }
                        ),
                        "Opschortingen": Shape(
                            {"Opschorting": Shape({"Periode": _PERIOD_FROM}, required=("Periode",))}
                        ),
                    }
                )
            }
        ),
        "UitstellenVanOndertekening": Shape(
            {"UitstelVanOndertekening": Shape({"Periode": _PERIOD_FROM}, required=("Periode",))}
        ),
        "Aanmelding": Shape({"Type": _E["AanmeldingTypeEnumType"], "DatumAanmelding": DAY}),
        "UitstellenVanAanmelding": Shape({"UitstelVanAanmelding": Shape({"Periode": _PERIOD_FROM})}),
        "Trajecten": Shape(
            {
                "Traject": Shape(
                    {
                        "Type": _E["TrajectTypeEnumType"],
                        "Periode": _PERIOD_FROM,
                        "Beheerder": Shape({"Periode": _PERIOD_FROM}),
                        **_decided("TrajectStatusCodeEnumType", "TrajectBesluitCodeEnumType"),
                        "TrajectOnderdelen": Shape(
                            {
                                "TrajectOnderdeel": Shape(
                                    {
                                        "Type": _E["TrajectOnderdeelTypeEnumType"],
                                        "Periode": _PERIOD_FROM,
                                        **_decided(
                                            "TrajectOnderdeelStatusCodeEnumType",
                                            "TrajectOnderdeelBesluitCodeEnumType",
                                            DatumOnbepaaldTot=DAY,
                                        ),
                                    }
                                )
                            }
                        ),
                        "StartDatumVormingstraject": DAY,
                    }
                )
            }
        ),
        "VormingsActiviteiten": Shape(
            {
                "MOCursussen": Shape({"MOCursus": _MO_COURSE}),
                "NT2Cursussen": Shape(
                    {
                        "NT2Cursus": Shape(
                            {
                                "Periode": _PERIOD,
                                "DatumInschrijving": DAY,
                                "DatumUitschrijving": DAY,
                                "Status": _E["NT2CursusStatusEnumType"],
                                "Besluit": _E["NT2CursusBesluitEnumType"],
                                "Geannuleerd": _E["CursusGeannuleerdType"],
                                "TotaalTeBetalenCursusGeld": Numbers(natural),
                                "TotaalTeBetalenBoekenGeld": Numbers(natural),
                            },
                            required=("ID",),
                        )
                    }
                ),
                "IndividueleMOCursussen": Shape({"IndividueleMOCursus": _MO_COURSE}),
                "PLOCursussen": Shape(
                    {
                        "PLOCursus": Shape(
                            {
                                "Periode": _PERIOD,
                                "Besluit": Shape({"Voldaan": BOOLEAN, "DatumToekenning": DAY}),
                            },
                            required=("ID",),
                        )
                    }
                ),
                "NT2Testen": Shape({"NT2Test": Shape({"DatumAfgelegd": DAY})}),
            }
        ),
        "AfgelegdeTesten": Shape(
            {
                "AfgelegdeTest": Shape(
                    {
                        "Datum": DAY,
                        "Resultaat": Shape(required=("Type",)),
                        "Conclusie": Shape({"Type": _E["AfgelegdeTestConclusieTypeType"]}),
                        "Attest": Shape(
                            {
                                "Type": _E["AfgelegdeTestAttestTypeType"],
                                "Naam": _E["AfgelegdeTestAttestTypeNaamType"],
                                "Datum": DAY,
                            }
                        ),
                    },
                    required=("ID", "Nummer", "Status"),
                )
            }
        ),
        "Adviezen": Shape({"Arbeidsmarkt": _E["ArbeidsmarktEnumType"]}),
        "ToeleidingenDiplomaGelijkschakeling": Shape(
            {
                "ToeleidingDiplomaGelijkschakeling": Shape(
                    {
                        "StartDatum": DAY,
                        "Status": _E["ToeleidingDiplomaGelijkschakelingStatusEnumType"],
                        "DatumIngediendBijPartner": DAY,
                        "DatumAntwoordPartner": DAY,
                        "DatumBehaald": DAY,
                    }
                )
            }
        ),
        "ToeleidingenPartner": Shape(
            {
                "ToeleidingPartner": Shape(
                    {
                        "DatumOntvangen": DAY,
                        "Status": _E["ToeleidingPartnerStatusEnumType"],
                        "Reden": _E["ToeleidingPartnerRedenEnumType"],
                    }
                )
            }
        ),
        "Inbreuken": Shape(
            {
                "Inbreuk": Shape(
                    {
                        "Type": _E["InbreukTypeEnumType"],
                        "SanctionerendeOverheid": _E["SanctionerendeOverheidEnumType"],
                        "DatumVaststelling": DAY,
                        "DatumIngebrekestellingVerzonden": DAY,
                        "FeitenRelaas": Shape(
                            {
                                "Activiteiten": Shape(
                                    {
                                        "Activiteit": Shape(
                                            {
                                                "Type": _E["InbreukActiviteitTypeEnumType"],
                                                "DatumUitgevoerd": DAY,
                                            }
                                        )
                                    }
                                ),
                                "Communicaties": Shape({"Communicatie": Shape({"DatumAanmaak": DAY})}),
                            }
                        ),
                        "RechtzettingsFormulier": Shape({"DatumAanmaak": DAY, "DatumOndertekening": DAY}),
                    }
                )
            }
        ),
        "Talenkennis": Shape(
            {
                "Talen": Shape({"Taal": Shape({"ContactTaal": BOOLEAN})}),
                "BehaaldNT2Niveau": Shape(
                    {"HoogstBehaald": _LEVEL, "RecentstBehaald": _LEVEL, "Instapniveau": _LEVEL}
                ),
            }
        ),
        "Wachtlijst": Shape({"Aanmelding": Shape({"Datum": DAY})}),
        "VoorkeurenKlant": Shape(
            {
                "DatumGewensteStart": DAY,
                "Intensiteit": Numbers(integer),
                "LesVoorkeuren": Shape(
                    {
                        "LesVoorkeur": Shape(
                            {
                                "PeriodeGeldigheid": _PERIOD,
                                "LesmomentVoorkeur": Shape(
                                    {
                                        "Weekdag": _E["LesmomentWeekdagType"],
                                        "Dagmoment": _E["LesmomentDagmomentType"],
                                        "Beschikbaar": _E["LesmomentBeschikbaarType"],
                                    }
                                ),
                            }
                        )
                    }
                ),
            }
        ),
        "Gesprekken": Shape({"Gesprek": Shape({"Datum": DAY})}),
        "Wooncode": Shape(
            {
                "VoldoetAanInburgeringBereidheid": BOOLEAN,
                "VoldoetAanTaalBereidheid": BOOLEAN,
                "VoldoetAanTaalkennisvereiste": BOOLEAN,
                "Opschortingen": Shape({"opschorting": Shape({"Van": DAY, "Tot": DAY})}),
                "Vrijstelling": Shape({"DatumVrijstelling": DAY}),
            }
        ),
        "Werving": Shape(
            {"Wervingsbrief": Shape({"Type": _E["WervingsbriefTypeType"], "DatumVerzonden": OPEN_DAY})}
        ),
        "Identiteitsbewijzen": Shape(
            {"Identiteitsbewijs": Shape({"Geldigheid": Shape({"Van": DAY, "Tot": DAY})})}
        ),
        "Betalingen": Shape({"Betaling": Shape({"Vrijstelling": BOOLEAN})}),
    }
)

PRESENCES: Final[dict[str, Presence]] = {
    "AANWEZIG": Presence.PRESENT,
    "VERANTW_AFWE": Presence.JUSTIFIED,
    "AFWEZIG": Presence.UNJUSTIFIED,
}
LESSON_DAYS: Final = _E["LesmomentLesdagType"]

# Placements without a place: the person is not in this course (NT = niet).
NOT_PLACED: Final = frozenset(("NT_INGESCHREVEN", "NT_TOEGEWEZEN"))
LEFT: Final = "UITGESCHREVEN"

# Assumption (code list not public): the part of a TrajectOnderdeel. The other types (work, sanction, guidance) are
# not courses with attendance.
PART_OF_COMPONENT: Final[dict[str, Part]] = {
    "TO_OB_MO": Part.MO,
    "TO_OB_PLO": Part.PLO,
    "TO_OB_ELO": Part.PLO,
    "TO_OB_SLO": Part.PLO,
    "TO_OB_LLO": Part.PLO,
    **dict.fromkeys(
        ("TO_A1", "TO_A2", "TO_B1/1", "TO_B1/2", "TO_B1/3", "TO_B1/4", "TO_B2", "TO_C1", "TO_C2", "TO_NB"),
        Part.NT2,
    ),
}
# Assumption (code list not public): with NVT, niet van toepassing, a TrajectOnderdeel need not be followed. VO
# (voldaan) and GESLAAGD mean that it was followed.
EXEMPTING_DECISIONS: Final = frozenset(("NVT",))

# Assumption: MAGDA writes the gender as M and V, GeefPersoon 02.02 as 1 and 2; anything else is not shown.
GENDERS: Final[dict[str, str]] = {"M": "M", "V": "V", "1": "M", "2": "V", "X": "X"}
