"""The figures: which rows of the log each one counts, and its definition as pages and files show it.

Every row of the log belongs to exactly one counted figure, so none is counted twice or missed. Figures are never added
up. docs/figures.md repeats the definitions; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from consultations.enums import Channel, Kind, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PEOPLE = (Channel.PORTAL,)
EVERY_KIND = tuple(Kind)
EVERY_OUTCOME = tuple(Outcome)


@dataclass(frozen=True)
class Figure:
    """One figure: its name, its definition, and which rows it counts.

    A row of the log counts if its channel is in `channels`, its kind in `kinds` and its outcome in `outcomes`, or kind
    and outcome together in `also`. A figure with a `measure` counts no rows: it shows the numbers imported under that
    name, with their source.
    """

    code: str
    name: StrPromise
    definition: StrPromise
    channels: tuple[Channel, ...] = ()
    kinds: tuple[Kind, ...] = EVERY_KIND
    outcomes: tuple[Outcome, ...] = EVERY_OUTCOME
    also: tuple[tuple[Kind, Outcome], ...] = ()
    measure: str = ""
    # False while no page or command can make such a row: a choice that is always zero only raises questions.
    is_offered: bool = True

    def counts(self, channel: str, kind: str, outcome: str) -> bool:
        """Return True if a row of the log with these three values belongs to the figure."""
        return channel in self.channels and (kind, outcome) in self.pairs()

    def pairs(self) -> list[tuple[Kind, Outcome]]:
        """Return each kind with each outcome that it counts with."""
        return [*product(self.kinds, self.outcomes), *self.also]


CONSULTATION = Figure(
    "consultation",
    _("raadplegingen"),
    _(
        "Hoe vaak een medewerker van de instelling het dossier van één persoon opende en te zien kreeg."
        " Lijsten, zoekopdrachten, uitvoer, weigeringen en machines tellen niet mee."
    ),
    PEOPLE,
    (Kind.FILE,),
    (Outcome.SHOWN,),
)
EXCHANGE = Figure(
    "exchange",
    _("uitwisselingen"),
    _(
        "Hoe vaak een toepassing van de instelling over MAGDA gegevens vroeg en kreeg. Een machine vraagt, geen"
        " mens: uitwisselingen worden nooit bij raadplegingen opgeteld."
    ),
    (Channel.MACHINE,),
    EVERY_KIND,
    (Outcome.SHOWN,),
    is_offered=False,
)
REPORTED_EXCHANGE = Figure(
    "reported_exchange",
    _("uitwisselingen die de bron opgaf"),
    _(
        "Uitwisselingen tussen de KBI en de partner zoals de genoemde bron ze opgeeft; ze staan niet in het"
        " logboek van dit portaal. Een uitwisseling is geen raadpleging: ook berichten tussen machines en"
        " mutaties kunnen erin zitten."
    ),
    measure="exchange",
)
FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        CONSULTATION,
        Figure(
            "empty",
            _("dossiers zonder gegevens"),
            _("Hoe vaak een medewerker een dossier opende waarin niets te tonen was."),
            PEOPLE,
            (Kind.FILE,),
            (Outcome.EMPTY,),
            is_offered=False,  # a client without data waits for the KBI, and has no file to open
        ),
        Figure(
            "list",
            _("lijstbladen"),
            _(
                "Hoe vaak een medewerker een bladzijde van de cliëntenlijst of van de wijzigingen bekeek, ook een lege."
            ),
            PEOPLE,
            (Kind.LIST,),
            (Outcome.SHOWN, Outcome.EMPTY),
        ),
        Figure(
            "search",
            _("zoekopdrachten"),
            _(
                "Hoe vaak een medewerker op naam of nummer zocht of een lijst nummers plakte, ook zonder resultaat"
                " of geweigerd. Verder bladeren en terugkeren naar de resultaten tellen telkens mee."
            ),
            PEOPLE,
            (Kind.SEARCH, Kind.PASTED_LIST),
            (Outcome.SHOWN, Outcome.EMPTY),
            # A number that a rule hides must count as an unknown one. In a pasted list it has a row beside that of the
            # list, so that row is a refusal.
            ((Kind.SEARCH, Outcome.REFUSED),),
        ),
        Figure(
            "export",
            _("uitgevoerde lijsten"),
            _("Hoe vaak een medewerker een lijst of dossier als bestand of afdruk meenam."),
            PEOPLE,
            (Kind.EXPORT, Kind.PRINT),
            (Outcome.SHOWN, Outcome.EMPTY),
        ),
        Figure(
            "escape",
            _("dossiers met een noodinzage"),
            _(
                "Hoe vaak een medewerker het dossier van één persoon opende met een noodinzage, zonder inschrijving."
                " Deze tellen niet mee bij de raadplegingen."
            ),
            PEOPLE,
            (Kind.ESCAPE_FILE,),
            (Outcome.SHOWN, Outcome.EMPTY),
        ),
        Figure(
            "other",
            _("overige handelingen"),
            _(
                "Hoe vaak een medewerker een onderdeel van een geopend dossier openklapte, een cliënt in een caseload"
                " zette of eruit haalde, cliënten aan een collega gaf, een inschrijving maakte, verlengde, beëindigde"
                " of bekeek, een cliëntenlijst oplaadde of nakeek, een herinnering zette, bekeek of afwerkte, een"
                " aanvraag via een derde noteerde of bekeek, een vraag over een gegeven stelde, bekeek of"
                " beantwoordde, een noodinzage vroeg, een afscherming zette, bekeek of beëindigde, het logboek las of"
                " meenam, een brief aan de betrokkene maakte, inzages vertrouwelijk hield, of opzijgezette berichten"
                " las."
            ),
            PEOPLE,
            (
                Kind.SECTION,
                Kind.FOLLOW,
                Kind.HAND_OVER,
                Kind.REGISTRATION,
                Kind.EXTENSION,
                Kind.ENDING,
                Kind.INSCRIPTION,
                Kind.LOG_READING,
                Kind.LOG_EXPORT,
                Kind.PERSON_REPORT,
                Kind.WITHHOLDING,
                Kind.ACCESS_REQUEST,
                Kind.QUESTION,
                Kind.SET_ASIDE,
                Kind.UPLOAD,
                Kind.REMINDER,
                Kind.ESCAPE,
                Kind.SHIELD,
            ),
            (Outcome.SHOWN, Outcome.EMPTY),
        ),
        Figure(
            "refusal",
            _("weigeringen"),
            _(
                "Hoe vaak een medewerker iets vroeg waarvoor geen inschrijving of machtiging gold; er is niets getoond."
                " Geweigerde zoekopdrachten tellen bij de zoekopdrachten."
            ),
            PEOPLE,
            tuple(kind for kind in Kind if kind != Kind.SEARCH),
            (Outcome.REFUSED,),
        ),
        Figure(
            "aborted",
            _("afgebroken opzoekingen"),
            _("Hoe vaak een medewerker een opzoeking bij de waarschuwing afbrak; er is niets getoond."),
            PEOPLE,
            EVERY_KIND,
            (Outcome.ABORTED,),
        ),
        EXCHANGE,
        Figure(
            "exchange_unanswered",
            _("uitwisselingen zonder gegevens"),
            _(
                "Hoe vaak een toepassing over MAGDA vroeg en geen gegevens kreeg: niets gevonden, geweigerd of"
                " afgebroken."
            ),
            (Channel.MACHINE,),
            EVERY_KIND,
            (Outcome.EMPTY, Outcome.REFUSED, Outcome.ABORTED),
            is_offered=False,
        ),
        Figure(
            "command",
            _("leesbeurten door beheeropdrachten"),
            _("Hoe vaak een beheeropdracht op de server gegevens van personen las."),
            (Channel.COMMAND,),
            is_offered=False,
        ),
        REPORTED_EXCHANGE,
    )
}
# What a partner is offered first; the others are behind "meer". Refusals would tell who searches that a number is
# hidden and not unknown, so only privacy officers and the agency see them.
MAIN = ("consultation", "search", "refusal")
MAIN_WITHOUT_REFUSALS = ("consultation", "search", "export")
PER_WORKING_DAY = _(
    "Het aantal van een volledige maand, gedeeld door het aantal werkdagen: maandag tot en met vrijdag, zonder de"
    " sluitingsdagen van de genoemde kalender. Afgerond op een geheel getal, onder 100 op één decimaal."
)
