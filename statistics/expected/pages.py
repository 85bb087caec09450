"""The pages of use against expectations: of all institutions for the agency, and of one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.periods import today
from partners.provinces import province_of

from ..exports import FORMATS, download, file_addresses
from ..filters import own_query
from ..models import ClientCount, DeviationNote, Expectation
from ..pages import Frame
from ..services.counting import CountedElsewhere
from ..tables import FigureTable, Record
from .charts import goal_chart, month_chart
from .filters import INSTITUTIONS, KINDS, MONTHS, Choice, ExpectedFilterSet, OwnExpectedFilterSet
from .services.use import Use, UseOfYear, together, use_of_year
from .tables import (
    ExpectationTable,
    InstitutionTable,
    KindTable,
    MonthTable,
    NoteTable,
    OwnMonthTable,
    bottleneck_word,
    month_label,
    texts,
    use_record,
)

# Counts of a sector as a whole and the agency itself are no institutions that look.
_NO_PARTNERS = (InstitutionKind.SECTOR, InstitutionKind.AGENCY)


@dataclass(frozen=True)
class ExpectedPage:
    """A year of use against expectations: the table, its chart (None without expectations), and the answer in words.

    `expectations` and `notes` are tables on the page of one institution.
    """

    year: UseOfYear
    table: FigureTable
    chart: dict[str, object] | None
    answer: str
    bottlenecks: str
    expectations: ExpectationTable | None = None
    notes: NoteTable | None = None


def agency_page(choice: Choice, institutions: QuerySet[Institution], words: str) -> ExpectedPage:
    """Return the page of the institutions in `institutions`, which `words` describe. Raises CountedElsewhere.

    Needs the agency's scope.
    """
    year = use_of_year(choice.year)
    of_institutions = year.of_institutions
    places = [
        place
        for place in institutions
        if place.pk in of_institutions or (place.is_open(today()) and place.kind not in _NO_PARTNERS)
    ]
    uses = {place.pk: of_institutions[place.pk] for place in places if place.pk in of_institutions}
    table, chart = {KINDS: _by_kind, INSTITUTIONS: _by_institution, MONTHS: _by_month}[choice.show](
        year, choice, places, words
    )
    missed = sum(use.is_bottleneck for use in uses.values())
    return ExpectedPage(
        year, table, chart, _answer(year, together(uses.values())), _missed(missed, len(uses))
    )


def institution_page(year: int, institution: Institution, *, for_agency: bool) -> ExpectedPage:
    """Return the page of one institution: its months, the expectations about it, and notes. Raises CountedElsewhere.

    The names of those who wrote them are for the agency only.
    """
    use = use_of_year(year, institution.pk)
    notes = list(
        DeviationNote.objects.filter(institution=institution, month__year=year).select_related("added_by")
    )
    by_month: dict[datetime.date, str] = {}
    for note in notes:  # the newest first
        by_month.setdefault(note.month, note.text)
    counts = ClientCount.objects.filter(institution=institution, month__year=year)
    clients = dict(counts.values_list("month", "number"))
    records = []
    for month in use.months:
        key = (institution.pk, month)
        records.append(
            use_record(
                month_label(month, use.running),
                use.uses.get(key),
                clients=clients.get(month),
                bottleneck=bottleneck_word(use.uses.get(key)) if month != use.running else "",
                note=by_month.get(month, ""),
            )
        )
    total = together(use.uses.values())
    foot = use_record(_("Samen"), total, clients="", bottleneck=bottleneck_word(total), note="")
    table = OwnMonthTable(
        records,
        [foot] if len(records) > 1 else [],
        **texts(use, institution.name, _("maanden"), records, clients=True, authors=for_agency),
    )
    hidden = () if for_agency else ("added_by",)
    return ExpectedPage(
        use,
        table,
        month_chart(table, use, use.months, records),
        _answer(use, total),
        _("Dat is minder dan het ingestelde deel: een knelpunt.") if total and total.is_bottleneck else "",
        ExpectationTable(_expectations_about(institution), _months_in_force(use), exclude=hidden),
        NoteTable(notes, exclude=hidden),
    )


def _expectations_about(institution: Institution) -> list[Expectation]:
    about = Expectation.objects.filter(Q(institution=institution) | Q(kind=institution.kind))
    return list(about.select_related("added_by", "institution"))


def _months_in_force(year: UseOfYear) -> Mapping[int, int]:
    numbers: dict[int, int] = {}
    for target in year.targets.values():
        numbers[target.expectation.pk] = numbers.get(target.expectation.pk, 0) + 1
    return numbers


_Parts = tuple[FigureTable, dict[str, object] | None]


def _by_kind(year: UseOfYear, choice: Choice, places: list[Institution], words: str) -> _Parts:
    address = reverse("admin:statistics_expected")
    records = []
    for kind in InstitutionKind:
        of_kind = [place for place in places if place.kind == kind]
        if of_kind:
            query = urlencode({"year": str(choice.year), "show": INSTITUTIONS, "kind": str(kind.value)})
            records.append(_sum(str(kind.label), year, of_kind, address=f"{address}?{query}"))
    foot = [_sum(_("Samen"), year, places)] if len(records) > 1 else []
    table = KindTable(records, foot, **texts(year, words, _("soorten"), records))
    return table, goal_chart(table, records)


def _by_institution(year: UseOfYear, choice: Choice, places: list[Institution], words: str) -> _Parts:
    noted = _noted(choice.year)
    records = []
    for place in places:
        use = year.of_institutions.get(place.pk)
        province = province_of(place.nis_code)
        address = reverse("admin:statistics_expected_institution", args=[place.pk])
        records.append(
            use_record(
                place.name,
                use,
                kind=place.get_kind_display(),
                province=str(province.label) if province else "",
                bottleneck=bottleneck_word(use),
                note=noted.get(place.pk, ""),
                shortfall=use.shortfall if use else None,
                address=f"{address}?{urlencode({'year': choice.year})}",
            )
        )
    total = together(use for place in places if (use := year.of_institutions.get(place.pk)))
    foot = use_record(_("Samen"), total, kind="", province="", bottleneck="", note="")
    table = InstitutionTable(
        records,
        [foot] if len(records) > 1 else [],
        order_by=_order(choice.order_by),
        **texts(year, words, _("instellingen"), records),
    )
    short = sorted(records, key=lambda record: -(record["shortfall"] or 0))
    return table, goal_chart(table, short, hint=_("De grafiek toont de grootste tekorten, de tabel alles."))


def _by_month(year: UseOfYear, choice: Choice, places: list[Institution], words: str) -> _Parts:
    pks = {place.pk for place in places}
    records = []
    for month in year.months:
        uses = [use for (pk, of), use in year.uses.items() if of == month and pk in pks]
        row = _counted(month_label(month, year.running), uses)
        records.append(row | {"bottlenecks": None} if month == year.running else row)
    total = together(use for (pk, _month), use in year.uses.items() if pk in pks)
    foot = use_record(_("Samen"), total, institutions="", bottlenecks="")
    table = MonthTable(
        records, [foot] if len(records) > 1 else [], **texts(year, words, _("maanden"), records)
    )
    return table, month_chart(table, year, year.months, records)


def _sum(name: str, year: UseOfYear, places: list[Institution], address: str = "") -> Record:
    uses = [use for place in places if (use := year.of_institutions.get(place.pk))]
    return _counted(name, uses, address=address)


def _counted(name: str, uses: list[Use], **others: object) -> Record:
    """Return the row of several institutions: their sum, how many they are, and how many are a bottleneck."""
    return use_record(
        name,
        together(uses),
        institutions=len(uses),
        bottlenecks=sum(use.is_bottleneck for use in uses) if uses else None,
        **others,
    )


def _noted(year: int) -> Mapping[int, str]:
    """Return the newest note of the year about each institution, with its month."""
    notes: dict[int, str] = {}
    for note in DeviationNote.objects.filter(month__year=year):
        notes.setdefault(note.institution_id, f"{date_format(note.month, 'F')}: {note.text}")
    return notes


def _order(order_by: str) -> str:
    """Return the order in the address, or that of the table if it has no such column."""
    has_column = order_by.removeprefix("-") in InstitutionTable.base_columns
    return order_by if has_column else InstitutionTable.Meta.order_by


def _answer(year: UseOfYear, total: Use | None) -> str:
    """Return the answer to the question of the page, in a sentence."""
    if total is None or total.share is None:
        return _("Voor {year} is er geen verwachting.").format(year=year.year)
    if year.running is None:
        return _("In {year} werd {share} % gehaald van wat verwacht werd.").format(
            year=year.year, share=total.share
        )
    return _("Tot {day} werd {share} % gehaald van wat tegen die dag verwacht werd.").format(
        day=date_format(year.until, "j F"), share=total.share
    )


def _missed(missed: int, number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "{missed} van de {number} instellingen met een verwachting is een knelpunt.",
        "{missed} van de {number} instellingen met een verwachting zijn een knelpunt.",
        missed,
    ).format(missed=missed, number=number)


def expected_response(
    request: HttpRequest,
    filterset: ExpectedFilterSet | OwnExpectedFilterSet,
    frame: Frame,
    *,
    institution: Institution | None = None,
    for_agency: bool = True,
    as_file: bool = False,
) -> HttpResponse:
    """Return the year in the address as a page, or its table as a file: of one institution, or of those of the filters.

    The status is 503 while the roll-up must be rebuilt. Raises Http404 for a file that does not exist.
    """
    try:
        choice = filterset.form.choice()
        if institution is not None:
            page = institution_page(choice.year, institution, for_agency=for_agency)
        else:
            assert isinstance(filterset, ExpectedFilterSet)
            page = agency_page(choice, filterset.qs, filterset.words)
    except CountedElsewhere:
        return TemplateResponse(request, frame.rebuild_template, {**frame.context}, status=503)
    if as_file:
        extension = request.GET.get("format")
        # The page shows a mistake beside its field. A file cannot: it would have other data than the address says.
        if filterset.errors or extension not in FORMATS:
            raise Http404
        return download(page.table, extension)
    query = own_query(request.GET, filterset)
    query["year"] = str(choice.year)
    before, after = filterset.form.beside(choice.year)
    context = {
        **frame.context,
        "page": page,
        "form": filterset.form,
        "before": before and _of_year(query, before),
        "after": after and _of_year(query, after),
        "downloads": file_addresses(frame.downloads, query),
    }
    return TemplateResponse(request, frame.template, context)


def _of_year(query: QueryDict, year: int) -> dict[str, object]:
    """Return a year with data beside the one of the page, and the query of its address."""
    query = query.copy()
    query["year"] = str(year)
    return {"year": year, "query": query.urlencode()}
