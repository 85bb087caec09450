"""The sections of an answer: the questions of the minister, and what the figures say about each.

The document is in Dutch, that of the Flemish Parliament, in whatever language the user reads the portal. Figures of
different kinds have tables of their own and are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import override

from partners.enums import InstitutionKind
from partners.models import Institution

from ...adoption.rule import DEFINITIONS, ENTITLED, NOT_USING
from ...adoption.services import Point, adoption_on, counts_of
from ...enums import AdoptionClass, Calendar
from ...expected.services.use import Use, together, use_of_year
from ...figures import CONSULTATION, EXCHANGE, PER_WORKING_DAY, REPORTED_EXCHANGE
from ...leadtimes.services import NONE_ENDED, Lead, Question, lead_times
from ...leadtimes.tables import shown_ways
from ...leadtimes.ways import DETOURS, LEAD_TIME, NAMES, PORTAL_TIME, PORTAL_WAYS, SMALL
from ...services.calendar import WorkingDays, rounded, working_days_of
from ...services.counting import first_month, next_month, sources
from ...services.quoted import FIRST, LAST, quoted
from ...services.years import total
from ...tables import dash, number
from ..content import Section, Table, Text
from .months import COLUMNS_NOTE, DAY, Counted, Months, counted, month_name

LANGUAGE: Final = "nl"
FIGURES: Final = (REPORTED_EXCHANGE, CONSULTATION, EXCHANGE)
MONTHS_BESIDE: Final = 12
Blocks = list[Text | Table]


def answer_for(months: Months, calendar: Calendar) -> tuple[Section, ...]:
    """Return the answer about these months, which are over, with the figures as they are now.

    Needs the agency's scope. Raises CountedElsewhere.
    """
    with override(LANGUAGE):
        figures = [each for figure in FIGURES if (each := counted(figure, months)).total is not None]
        # No software asks anything yet: a table with only zeros raises questions.
        figures = [each for each in figures if each.total or each.figure.is_offered]
        uses = _uses(months)
        return (
            Section(
                "detours",
                "Doen instellingen een beroep op derden, en hoe lang duurt dat?",
                tuple(_detours(months, calendar)),
            ),
            Section("bottlenecks", "Welke knelpunten zijn er?", tuple(_bottlenecks(months, figures, uses))),
            Section(
                "how_often",
                "Hoe vaak raadpleegt elke instelling die dat mag de KBI per maand?",
                tuple(_how_often(months, calendar, figures)),
            ),
            Section("expected", "Voldoet dat aan de verwachtingen?", tuple(_expected(uses))),
        )


# -- detours -------------------------------------------------------------------------------------------


def _detours(months: Months, calendar: Calendar) -> Blocks:
    """Return how long the detours took that were answered in these months, and what the portal itself took.

    Not what is open: that is of today, and would differ the next day.
    """
    times = lead_times(Question(months.first, months.until, None, DETOURS, calendar))
    heads = ("Weg", "Beantwoord", "Mediaan (werkdagen)", "9 op 10 binnen (werkdagen)")
    ways = [(str(NAMES[way]), *_lead(both.ended)) for way, both in shown_ways(times).items()]
    portal = [(way, times.by_way[way].ended) for way in PORTAL_WAYS if way in times.by_way]
    portal = [(way, lead) for way, lead in portal if lead != NONE_ENDED]
    blocks: Blocks = []
    if times.detours.ended == NONE_ENDED:
        blocks.append(
            Text(
                "detours_none",
                "In dit portaal noteerde geen enkele instelling een vraag via een derde die in deze maanden een"
                " antwoord kreeg. Of er andere waren, weet het portaal niet.",
            )
        )
    else:
        blocks += [
            Table(
                "detours",
                f"Vragen via derden, beantwoord in deze maanden, kalender: {calendar.label}",
                heads,
                (*ways, ("Alle omwegen samen", *_lead(times.detours.ended))),
                has_total=True,
            ),
            Text("detours_definition", str(LEAD_TIME)),
        ]
    if portal:
        rows = tuple((str(NAMES[way]), *_lead(lead)) for way, lead in portal)
        blocks += [
            Table("portal", "Wat het portaal zelf vroeg", ("Weg", "Aantal", *heads[2:]), rows),
            Text("portal_definition", str(PORTAL_TIME)),
        ]
    return [*blocks, Text("small", str(SMALL))] if len(blocks) > 1 else blocks


def _lead(lead: Lead) -> tuple[str, str, str]:
    if lead.number is None:
        return ("niet getoond", dash(), dash())
    return (number(lead.number), _shown(lead.half), _shown(lead.nine_in_ten))


# -- how often -----------------------------------------------------------------------------------------


def _how_often(months: Months, calendar: Calendar, figures: Iterable[Counted]) -> Blocks:
    blocks: Blocks = [
        Text(
            "apart",
            "Een raadpleging is een medewerker die een dossier opent; een uitwisseling is een bericht tussen"
            " toepassingen. De aantallen staan apart en worden nergens opgeteld.",
        ),
        Text("columns", COLUMNS_NOTE),
    ]
    for each in figures:
        code, name = each.figure.code, capfirst(str(each.figure.name))
        blocks.append(_monthly(each, f"{code}_months", f"{name} per maand"))
        blocks.append(Text(f"{code}_definition", f"{name}: {each.figure.definition}"))
        named = sources(each.figure, months.first, months.until)
        if named:
            blocks.append(Text(f"{code}_source", f"Bron: {'; '.join(source for source, _at in named)}."))
        blocks += _by_institution(each, f"{code}_institutions", name)
        blocks += _per_day(each, calendar, name)
    return blocks + _quoted(months)


def _monthly(each: Counted, key: str, title: str) -> Table:
    rows = [
        (month_name(month), *map(_shown, cells), _shown(each.totals[place]))
        for place, (month, cells) in enumerate(
            zip(each.months.all, zip(*(column.cells for column in each.columns), strict=True), strict=True)
        )
    ]
    sums = [_shown(total(column.cells)) for column in each.columns]
    heads = ("Maand", *(column.head for column in each.columns), "Totaal")
    return Table(key, title, heads, (*rows, ("Totaal", *sums, _shown(each.total))), has_total=True)


def _by_institution(each: Counted, key: str, name: str) -> Blocks:
    """Return the numbers of each institution per month, or per year of more than twelve months."""
    if not each.institutions:
        return []
    by_year = len(each.months.all) > MONTHS_BESIDE
    names = [str(month.year) if by_year else date_format(month, "M y") for month in each.months.all]
    heads = list(dict.fromkeys(names))
    rows = []
    for line in sorted(each.institutions, key=lambda line: (-(total(line.cells) or 0), line.head)):
        cells = [
            total(cell for cell, place in zip(line.cells, names, strict=True) if place == head)
            for head in heads
        ]
        rows.append((line.head, *map(_shown, cells), _shown(total(cells))))
    title = f"{name} per instelling; instellingen met 0 staan hier niet"
    return [Table(key, title, ("Instelling", *heads, "Totaal"), tuple(rows))]


def _per_day(each: Counted, calendar: Calendar, name: str) -> Blocks:
    """Return the numbers per working day of the whole months with data."""
    code, every = each.figure.code, each.months.all
    days = working_days_of([(month, next_month(month) - DAY) for month in every], calendar)
    rows, whole = [], []
    for month, cell, worked in zip(every, each.totals, days, strict=True):
        is_whole = cell is not None and month != each.begins
        rows.append((month_name(month), _shown(cell), number(worked.number), _rate(worked, cell, is_whole)))
        if is_whole:
            whole.append((cell, worked))
    if whole:
        sum_of, first = total(cell for cell, _worked in whole), whole[0][1]
        all_days = replace(first, number=sum(worked.number for _cell, worked in whole))
        rows.append(
            ("Volledige maanden", _shown(sum_of), number(all_days.number), _rate(all_days, sum_of, True))
        )
    title = f"{name} per werkdag, kalender: {calendar.label}"
    heads = ("Maand", capfirst(str(each.figure.name)), "Werkdagen", "Per werkdag")
    blocks: Blocks = [Table(f"{code}_per_day", title, heads, tuple(rows), has_total=bool(whole))]
    blocks.append(Text(f"{code}_per_day_definition", str(PER_WORKING_DAY)))
    missing = sorted({worked.first.year for worked in days if not worked.covered})
    if missing:
        years = ", ".join(map(str, missing))
        blocks.append(
            Text(
                f"{code}_no_calendar",
                f"De kalender heeft geen sluitingsdagen van {years}: daar telt elke weekdag.",
            )
        )
    return blocks


def _rate(days: WorkingDays, cell: int | None, is_whole: bool) -> str:
    per_day = days.per_day(cell) if is_whole and cell is not None else None
    return dash() if per_day is None else number(per_day)


def _quoted(months: Months) -> Blocks:
    """Return the check of "meer dan 70.000", if the answer is about its months."""
    statement = quoted(FIRST.year) if months.first <= FIRST and months.last_day >= LAST else None
    if statement is None:
        return []
    numbers = [quotient.days.number for quotient in statement.quotients]
    claimed = number(statement.claimed)
    text = (
        f"Het antwoord van 2015 noemt meer dan {claimed} uitwisselingen per werkdag in september tot en met november"
        f" 2015. In die maanden waren er {number(statement.total)}. “Meer dan {claimed}” klopt bij ten hoogste"
        f" {statement.most_days} werkdagen ({number(statement.at_most_days)} per werkdag); de kalenders tellen er"
        f" {min(numbers)} tot {max(numbers)}."
    )
    rows = tuple(
        (
            capfirst(str(quotient.days.calendar.label)) if quotient.days.calendar else "Alle weekdagen",
            number(quotient.days.number),
            number(quotient.per_day),
        )
        for quotient in statement.quotients
    )
    return [
        Text("quoted", text),
        Table(
            "quoted_days",
            f"September tot en met november 2015: {number(statement.total)} uitwisselingen",
            ("Kalender", "Werkdagen", "Per werkdag"),
            rows,
        ),
    ]


# -- bottlenecks ---------------------------------------------------------------------------------------


def _bottlenecks(months: Months, figures: Iterable[Counted], uses: Mapping[Institution, Use]) -> Blocks:
    blocks: Blocks = [*_not_using(months)]
    for each in figures:
        if each.zeros:
            named = (f"{name} ({', '.join(map(month_name, zeros))})" for name, zeros in each.zeros.items())
            words = f"Maanden met 0 {each.figure.name}: {'; '.join(named)}."
            blocks.append(Text(f"{each.figure.code}_zeros", words))
    behind = {institution: use for institution, use in uses.items() if use.is_bottleneck}
    if behind:
        blocks.append(
            Table(
                "behind",
                "Instellingen waar het gebruik ver onder de verwachting blijft",
                ("Instelling", "Verwacht", "Geraadpleegd", "Gehaald"),
                tuple((institution.name, *_compared(use)) for institution, use in behind.items()),
            )
        )
        blocks.append(
            Text(
                "behind_definition",
                "Het gebruik is een knelpunt onder het deel van de verwachting dat het agentschap daarbij vastlegde.",
            )
        )
    elif uses:
        blocks.append(
            Text("behind_none", "Bij geen enkele instelling blijft het gebruik ver onder de verwachting.")
        )
    return blocks


def _not_using(months: Months) -> Blocks:
    """Return who did not use the portal on the last day of these months, by name."""
    begins, day = first_month(), months.last_day
    words = date_format(day, "j F Y")
    if begins is None or day < begins:
        since = f"begint in {month_name(begins)}" if begins else "is nog leeg"
        return [
            Text(
                "not_using",
                f"Het logboek van dit portaal {since}. Het portaal heeft geen gegevens over wie zijn toegang in deze"
                " maanden niet gebruikte.",
            )
        ]
    point = Point(day, months.last if begins < months.last else None)
    adoptions = adoption_on([point])[point]
    rows = [
        (
            each.institution.name,
            each.institution.get_kind_display(),
            str(each.adoption_class.label),
            date_format(each.use.last_look, "j F Y") if each.use.last_look else "nooit",
        )
        for adoption_class in (AdoptionClass.STOPPED, AdoptionClass.NEVER, AdoptionClass.NO_ACCESS)
        for each in adoptions
        if each.adoption_class == adoption_class
    ]
    classes = [(capfirst(str(each.label)), number(found)) for each, found in counts_of(adoptions).items()]
    blocks: Blocks = [
        Table(
            "classes",
            f"Gerechtigde instellingen op {words}",
            ("Klasse", "Instellingen"),
            (*classes, ("Totaal", number(len(adoptions)))),
            has_total=True,
        ),
        Text("entitled", str(ENTITLED)),
    ]
    if rows:
        heads = ("Instelling", "Soort", "Klasse", "Laatste raadpleging")
        title = f"Instellingen die hun toegang niet gebruikten of geen toegang hadden op {words}"
        blocks.append(Table("not_using_names", title, heads, tuple(rows)))
        blocks += [
            Text(f"class_{each}", f"{capfirst(str(each.label))}: {DEFINITIONS[each]}") for each in NOT_USING
        ]
    return blocks


# -- expectations --------------------------------------------------------------------------------------


def _uses(months: Months) -> dict[Institution, Use]:
    """Return the use against what was expected in these months, of each institution with an expectation, by name."""
    grouped: dict[int, list[Use]] = {}
    for year in range(months.first.year, months.last.year + 1):
        for (pk, month), use in use_of_year(year).uses.items():
            if months.first <= month <= months.last:
                grouped.setdefault(pk, []).append(use)
    places = Institution.objects.filter(pk__in=grouped).order_by("name", "pk")
    return {place: whole for place in places if (whole := together(grouped[place.pk]))}


def _expected(uses: Mapping[Institution, Use]) -> Blocks:
    apart = "Een verwachting gaat over raadplegingen in dit portaal, nooit over uitwisselingen."
    if not uses:
        return [Text("expected", f"Voor deze maanden legde het agentschap geen verwachting vast. {apart}")]
    by_kind = {
        kind: [use for place, use in uses.items() if place.kind == kind]
        for kind in InstitutionKind
        if any(place.kind == kind for place in uses)
    }
    rows = [(capfirst(str(kind.label)), *_of_several(uses_of_kind)) for kind, uses_of_kind in by_kind.items()]
    return [
        Table(
            "expected",
            "Raadplegingen tegen verwachting",
            ("Soort", "Instellingen", "Verwacht", "Geraadpleegd", "Gehaald"),
            (*rows, ("Totaal", *_of_several(list(uses.values())))),
            has_total=True,
        ),
        Text(
            "expected_definition",
            f"{apart} Alleen maanden en instellingen met een verwachting tellen mee, ook bij wat geraadpleegd is."
            " Gehaald: geraadpleegd gedeeld door verwacht, naar beneden afgerond.",
        ),
    ]


def _of_several(uses: Sequence[Use]) -> tuple[str, ...]:
    use = together(uses) or Use()
    return (number(len(uses)), *_compared(use))


def _compared(use: Use) -> tuple[str, str, str]:
    due: Fraction = use.due
    share = dash() if use.share is None else f"{number(use.share)} %"
    return (number(rounded(due.numerator, due.denominator)), number(use.actual), share)


def _shown(cell: int | None) -> str:
    return dash() if cell is None else number(cell)
