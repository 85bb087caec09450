"""The meaning of codes in the messages, as far as the schemas or their documentation give it.

Code lists of the KBI are not public. A code gets words when its meaning is spelled out by the code itself or by
the documentation of the schema; other codes are shown as received. Words that are an assumption are in ASSUMED
and are shown with the code beside them.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

from ..language import gettext
from .values import Form, Value, yes_no

# (parent, element) -> code -> words. KBIEnum.xsd and KBISimple.xsd of KBI-02.00.
CODES: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("Doelgroep", "Code"): {
        "JA": _("ja"),
        "NEE": _("nee"),
        "NADER_TE_BEPALEN": _("nader te bepalen"),
    },
    ("Doelgroep", "Type"): {
        "PLICHT": _("verplicht"),
        "RECHT": _("rechthebbend"),
        "RECHT_PLICHT": _("recht en plicht"),
        "MINDERJARIG": _("minderjarig"),
        "NADER_TE_BEPALEN": _("nader te bepalen"),
        "GEEN": _("geen"),
    },
    # The kinds in the documentation of Doelgroepbepaling.Type (Inburgering-01.00).
    ("Doelgroep", "SubType"): {
        "RECHT": _("rechthebbend"),
        "PRI_RECHT": _("prioritair rechthebbend"),
        "VOL_PROG": _("volledig programma"),
        "NT2": _("NT2"),
        "MO": _("maatschappelijke oriëntatie"),
        "RECHT_PLICHT": _("recht en plicht"),
        "MINDERJARIG": _("minderjarig"),
        "DOELGROEP": _("doelgroep"),
        "RECHTHEBBEND": _("rechthebbend"),
    },
    ("Document", "Soort"): {"ATTEST": _("attest")},
    ("LesMoment", "Aanwezigheid"): {
        "AANWEZIG": _("aanwezig"),
        "AFWEZIG": _("ongewettigd afwezig"),
        "VERANTW_AFWE": _("gewettigd afwezig"),
    },
    ("LesMoment", "Lesdag"): {
        "MA": _("maandag"),
        "DI": _("dinsdag"),
        "WO": _("woensdag"),
        "DO": _("donderdag"),
        "VR": _("vrijdag"),
        "ZA": _("zaterdag"),
        "ZO": _("zondag"),
    },
    ("LesmomentVoorkeur", "Weekdag"): {
        "MAA": _("maandag"),
        "DIN": _("dinsdag"),
        "WOE": _("woensdag"),
        "DON": _("donderdag"),
        "VRIJ": _("vrijdag"),
        "ZAT": _("zaterdag"),
        "ZON": _("zondag"),
    },
    ("LesmomentVoorkeur", "Dagmoment"): {
        "OCHTEND": _("ochtend"),
        "MIDDAG": _("middag"),
        "AVOND": _("avond"),
    },
    ("NT2Cursus", "Status"): {
        "TOEGEWEZEN": _("toegewezen"),
        "INGESCHREVEN": _("ingeschreven"),
        "GERESERVEERD": _("gereserveerd"),
        "NT_INGESCHREVEN": _("niet ingeschreven"),
        "NT_TOEGEWEZEN": _("niet toegewezen"),
        "UITGESCHREVEN": _("uitgeschreven"),
    },
    ("NT2Cursus", "Besluit"): {
        "NT_GESLAAGD": _("niet geslaagd"),
        "NT_DEELGENOMEN": _("niet deelgenomen"),
        "GESLAAGD": _("geslaagd"),
    },
    ("Besluit", "Code"): {
        "GESLAAGD": _("geslaagd"),
        "NIET_GESLAAGD": _("niet geslaagd"),
        "NEE": _("nee"),
    },
}

_MODULES: Final[dict[str, str]] = {
    "TO_OB_MO": _("Maatschappelijke oriëntatie"),
    "TO_OB_PLO": _("Loopbaanoriëntatie (PLO)"),
    "TO_A1": _("Nederlands A1"),
    "TO_A2": _("Nederlands A2"),
    "TO_B1/1": _("Nederlands B1, deel 1"),
    "TO_B1/2": _("Nederlands B1, deel 2"),
    "TO_B1/3": _("Nederlands B1, deel 3"),
    "TO_B1/4": _("Nederlands B1, deel 4"),
    "TO_B2": _("Nederlands B2"),
    "TO_C1": _("Nederlands C1"),
    "TO_C2": _("Nederlands C2"),
}

# Assumption (code list not public): the meaning follows from the letters of the code.
ASSUMED: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("TrajectOnderdeel", "Type"): _MODULES,
    ("Trajectonderdeel", "Type"): _MODULES,
    ("Inbreuk", "SanctionerendeOverheid"): {"HH": _("handhaving")},
}

# Elements and attributes of type xs:boolean, VlagEnumType or CursusGeannuleerdType: 0 and 1 mean no and yes.
_FLAGS: Final = frozenset(
    (
        "OnderdeelMO",
        "OnderdeelNT2",
        "OnderdeelLO",
        "VoldoetAanInburgeringBereidheid",
        "VoldoetAanTaalBereidheid",
        "VoldoetAanTaalkennisvereiste",
        "Vrijstelling",
        "Voldaan",
        "ContactTaal",
        "Geannuleerd",
        "MeestRecentVlag",
        "voorkeur",
        "Beschikbaar",
    )
)
# Named like a flag, but LesmomentBeschikbaarType counts 0, 1, 2.
_NO_FLAGS: Final = frozenset((("LesmomentVoorkeur", "Beschikbaar"),))

_YES = frozenset(("true", "1"))
_NO = frozenset(("false", "0"))


def flag(parent: str, name: str, text: str) -> bool | None:
    """Return the value of a flag; None when this element or attribute is no flag or has another value."""
    if name not in _FLAGS or (parent, name) in _NO_FLAGS:
        return None
    return True if text in _YES else False if text in _NO else None


def code_value(parent: str, name: str, text: str) -> Value | None:
    """Return the words for a code in the element `name` under `parent`; None without reliable words."""
    yes = flag(parent, name, text)
    if yes is not None:
        return yes_no(yes, text)
    words = CODES.get((parent, name), {}).get(text)
    if words is not None:
        return Value(gettext(words), raw=text, form=Form.DATA)
    words = ASSUMED.get((parent, name), {}).get(text)
    return None if words is None else Value(gettext(words), code=text)


def named_code(text: str, short: str, long: str) -> Value:
    """Return a code with its names in the message; the code and the short name are beside the long one."""
    names = list(dict.fromkeys(name for name in (long, short, text) if name))
    if not names:
        return Value("")
    return Value(names[0], code=" · ".join(names[1:]))
