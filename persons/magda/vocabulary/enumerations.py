"""The enumerations of KBI-02.00 (KBIEnum.xsd and KBISimple.xsd), by the name of their type."""

from typing import Final

from persons.magda.vocabulary.values import Values


def _values(text: str) -> Values:
    return Values(text.split())


ENUMERATIONS: Final[dict[str, Values]] = {
    "AanmeldingTypeEnumType": _values("EA HA"),
    "AanwezigheidEnumType": _values("AANWEZIG AFWEZIG VERANTW_AFWE"),
    "AddendumTypeEnumType": _values("AIC14G AICF15G AICF16G AICF17G AICF18G AIC19G AIC20G AIC21G AICF15GUB"),
    "AfgelegdeTestAttestTypeNaamType": Values(
        ("Attest test met civiel effect", "HvN attest thuistaal Nederlands", "Taaltest Ouders")
    ),
    "AfgelegdeTestAttestTypeType": _values("ATT-ACE ATT-CTE HvN-ATTESTNL ATT_TTOUDERS"),
    "AfgelegdeTestConclusieTypeType": Values(
        ("Globaal resultaat", "Conclusie behaald niveau", "Conclusie instapniveau")
    ),
    "ArbeidsmarktEnumType": _values("AD AR LA LB LH LO LU RT"),
    "ContractTypeEnumType": _values(
        "IC07G ICF08G IC09G ICF10G IC11G ICF12G IC013G IC07GUB IC09GUB IC11GUB IC07G22 IC09G22 IC11G22"
    ),
    "CursusGeannuleerdType": _values("0 1"),
    "DocumentSoortEnumType": _values("ATTEST"),
    "DocumentTypeEnumType": _values("AI023G AEVC05 AI023GUB MMATTEST BRD01UB AI023G22 INS0722"),
    "DoelgroepCodeEnumType": _values("JA NEE NADER_TE_BEPALEN"),
    "DoelgroepSubTypeEnumType": _values(
        "RECHT PRI_RECHT VOL_PROG NT2 MO RECHT_PLICHT MINDERJARIG DOELGROEP RECHTHEBBEND"
    ),
    "DoelgroepTypeEnumType": _values("PLICHT RECHT RECHT_PLICHT MINDERJARIG NADER_TE_BEPALEN GEEN"),
    "InbreukActiviteitTypeEnumType": _values(
        "A_BR_WERV1 A_BR_VERH A_KC_AANM A_KC_AANMU A_KC_AANMH A_BRIEF A_KC_TELEF A_KC_HUISB A_EM_EMAIL"
        " A_SM_SMS A_CONTACT A_AFSL_Werv A_KC_PersGespr A_IN_COMM A_CURS_ELO A_CURS_LLO A_CURS_MO"
        " A_CURS_PLO_INT A_CURS_PLO_EXT A_CURS_SLO A_CURS_NT2A1 A_CURS_LES_ELO A_CURS_LES_LLO"
        " A_CURS_LES_MO A_CURS_LES_PLO_INT A_CURS_LES_PLO_EXT A_CURS_LES_SLO A_CURS_LES_NT2A1"
        " A_CURS_TAAK_ELO A_CURS_TAAK_LLO A_CURS_TAAK_MO A_CURS_TAAK_PLO_INT A_CURS_TAAK_PLO_EXT"
        " A_CURS_TAAK_SLO A_CURS_TAAK_NT2A1 A_TEST_ELO A_TEST_LLO A_TEST_MO A_TEST_PLO_INT A_TEST_PLO_EXT"
        " A_TEST_SLO A_TEST_NT2A1 A_TEST_LES_ELO A_TEST_LES_LLO A_TEST_LES_MO A_TEST_LES_PLO_INT"
        " A_TEST_LES_PLO_EXT A_TEST_LES_SLO A_TEST_LES_NT2A1 A_CURS_MO_IND A_IND_OND A_KC_HvN_G A_HvNT"
        " A_HvNT_WC A_Dav_Pla A_HvNAT A_Dav_part A_Dav_Aanm A_CERTIF_NIV A_MAN_TK A_TL_OND A_TL_KIND_OPV"
        " A_TL_VDAB A_TL_DPL_GELIJK A_TL_INTERN A_TL_VERVOER A_TL_AND_PART A_SCR_PLO A_VER_PLO A_INT_VDAB"
        " A_INBREUK"
    ),
    "InbreukTypeEnumType": _values("1 2 3 4 5 6 7 8"),
    "LesmomentBeschikbaarType": _values("0 1 2"),
    "LesmomentDagmomentType": _values("OCHTEND MIDDAG AVOND"),
    "LesmomentLesdagType": _values("MA DI WO DO VR ZA ZO"),
    "LesmomentWeekdagType": _values("MAA DIN WOE DON VRIJ ZAT ZON"),
    "NT2CursusBesluitEnumType": _values("NT_GESLAAGD NT_DEELGENOMEN GESLAAGD"),
    "NT2CursusStatusEnumType": _values(
        "TOEGEWEZEN INGESCHREVEN GERESERVEERD NT_INGESCHREVEN NT_TOEGEWEZEN UITGESCHREVEN"
    ),
    "SanctionerendeOverheidEnumType": _values("VDAB OCMW VMSW HH"),
    "TelefoonNummerVoorkeurType": _values("false true"),
    "ToeleidingDiplomaGelijkschakelingStatusEnumType": _values("BZ GD AN"),
    "ToeleidingPartnerRedenEnumType": _values("INT_HVN NIV_TEST INB_OPV DIPL_GEL"),
    "ToeleidingPartnerStatusEnumType": _values("OP VW NU GW"),
    "TrajectBesluitCodeEnumType": _values("JA_IB JA_EVC NEE NEE_ANALFA"),
    "TrajectOnderdeelBesluitCodeEnumType": _values("VO NVO NVT GESLAAGD NIET_GESLAAGD"),
    "TrajectOnderdeelStatusCodeEnumType": _values(
        "TO_STA_20 TO_STA_21 TO_STA_22 TO_STA_27 TO_STA_28 TO_STA_29 TO_STA_30 TO_STA_05 TO_STA_06 TO_STA_99"
        " TO_STA_01 TO_STA_04 TO_STA_02 TO_STA_03 TO_STA_31 TO_STA_32 TO_STA_33 TO_STA_07 TO_STA_98"
    ),
    "TrajectOnderdeelTypeEnumType": _values(
        "TO_OB_TO/TV TO_SANCTIO TO_OB_MO TO_OB_PLO TO_OB_ELO TO_OB_SLO TO_OB_LLO TO_A1 TO_OB_INDOND TO_A2"
        " TO_B1/1 TO_B1/2 TO_B1/3 TO_B1/4 TO_B2 TO_C1 TO_C2 TO_NB TO_HH TO_OB_W/A TO_OB_PT"
    ),
    "TrajectStatusCodeEnumType": _values("OP GS TS"),
    "TrajectTypeEnumType": _values(
        "TT_IB-18 TT_IBVP TT_IBRH TT_IBNB TT_IBBXL TT_IBAS TT_IBLING TT_IBGD TT_OBVDAB TT_OBOCMW TT_WCIB"
        " TT_WCTB TT_OBSEC TT_NT2OCMW TT_NT2VDAB TT_OBMAT TT_NT2 TT_NIV_BEPALING TT_WCTK"
    ),
    "WervingsbriefTypeType": _values(
        "BRW001 BRW002 BRW003 BRW003B BRW004 BRW010 BRW011 BRW012 BRW013 BRW_SOC_HUUR"
    ),
}
