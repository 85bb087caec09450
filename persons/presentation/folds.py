"""The parts of a file that open on demand, and what its first screen needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from partners.blocks import ATTENDANCE, BlockName


@dataclass(frozen=True, slots=True)
class Fold:
    """A part that opens on demand. `slug` is its place in the address, `blocks` are those it shows."""

    slug: str
    title: str
    blocks: tuple[BlockName, ...]


LESSONS: Final = Fold("lessen", gettext_noop("Lessen en cursussen"), (ATTENDANCE,))
TECHNICAL: Final = Fold("technisch", gettext_noop("Technische gegevens"), tuple(BlockName))
# Every block is in one of these, and in the last one.
FOLDS: Final = (
    LESSONS,
    Fold(
        "traject",
        gettext_noop("Traject en contract"),
        (
            BlockName.TRAJECTEN,
            BlockName.CONTRACTEN,
            BlockName.UITSTELLEN_VAN_ONDERTEKENING,
            BlockName.AANMELDING,
            BlockName.UITSTELLEN_VAN_AANMELDING,
            BlockName.WACHTLIJST,
            BlockName.TOELEIDINGEN_PARTNER,
            BlockName.TOELEIDINGEN_DIPLOMA,
            BlockName.DOORVERWIJZING,
            BlockName.WERVING,
            BlockName.BETALINGEN,
        ),
    ),
    Fold(
        "testen",
        gettext_noop("Attesten en testen"),
        (BlockName.BEHAALDE_ATTESTEN, BlockName.AFGELEGDE_TESTEN),
    ),
    Fold("talen", gettext_noop("Talen"), (BlockName.TALENKENNIS,)),
    Fold(
        "opvolging",
        gettext_noop("Opvolging"),
        (
            BlockName.OPMERKINGEN,
            BlockName.INBREUKEN,
            BlockName.WOONCODE,
            BlockName.GESPREKKEN,
            BlockName.ADVIEZEN,
            BlockName.PERSPECTIEVEN,
        ),
    ),
    Fold(
        "persoon",
        gettext_noop("Persoonsgegevens en doelgroep"),
        (
            BlockName.PERSONALIA,
            BlockName.DOELGROEP,
            BlockName.KLANT_PROFIEL,
            BlockName.VOORKEUREN_KLANT,
            BlockName.HOEDANIGHEDEN,
            BlockName.IDENTITEITSBEWIJZEN,
        ),
    ),
    TECHNICAL,
)
BY_SLUG: Final = {fold.slug: fold for fold in FOLDS}

# What the first screen reads: status and lessons, target group, who to call, how to reach the client, certificates,
# and the answers on the folds.
FIRST_SCREEN: Final = frozenset(
    (
        ATTENDANCE,
        BlockName.PERSONALIA,
        BlockName.DOELGROEP,
        BlockName.TRAJECTEN,
        BlockName.CONTRACTEN,
        BlockName.TALENKENNIS,
        BlockName.BEHAALDE_ATTESTEN,
        BlockName.AANMELDING,
        BlockName.WOONCODE,
    )
)
# The first screen shows these whole: they are short, and what a landlord or an OCMW asks next.
AT_ONCE: Final = (BlockName.WOONCODE, BlockName.BEHAALDE_ATTESTEN)
