"""The privacy officer's desk: the looks of the institution, and those at one person. Each page is a row of the log."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseload.services.sessionvalues import OtherInstitution
from consultations.enums import Kind
from consultations.seals.proven import proven
from partners.access import refuse, requires
from partners.downloads import download
from partners.enums import InstitutionKind, Role
from partners.http import PortalRequest
from partners.periods import today
from partners.signals import NotHandled, handle
from persons.insz import format_insz

from .enums import How
from .escapes.services import escape_of, waiting
from .filters import LookFilterSet, institution_among
from .forms import FormatForm, PersonForm, numbers_in
from .hours import Hours
from .services import (
    COUNT_CAP,
    MOST_COUNTED,
    MOST_LINES,
    MOST_NUMBERS,
    TooManyLines,
    colleagues_of,
    count,
    desk_figures,
    institutions_of,
    most_looked_at,
    numbers_of,
    show_desk,
    show_look,
    show_person,
    store_person,
    stored_person,
    take_along,
)
from .shields.services import open_reports
from .signals import refused_elsewhere, signals_of
from .tables import LookTable, PersonTable, basis_words, block_words, capacity_words, how_words, rule_words

only_privacy_officers = requires(Role.PRIVACY_OFFICER, kind=Kind.LOG_READING)


def _filterset(request: PortalRequest, data: QueryDict) -> LookFilterSet:
    return LookFilterSet(data, institutions=institutions_of(request.acting), users=colleagues_of)


@only_privacy_officers
@require_safe
def desk(request: PortalRequest) -> HttpResponse:
    """The looks of the institution under the filters of the address; above them proof, signals and figures."""
    filterset = _filterset(request, request.GET)
    institution, looks = filterset.institution, filterset.qs
    total = count(looks)
    persons = most_looked_at(looks)
    table = LookTable(
        looks,
        institution=institution,
        sort=request.GET.get("sort", ""),
        is_short=not total.capped,
        query=filterset.period_query,
    )
    consultation = show_desk(
        table,
        acting=request.acting,
        after=request.GET.get("after", ""),
        also_shown=[person.insz for person in persons],
    )
    context = {
        "filterset": filterset,
        "institution_read": institution,
        "table": table,
        "page": table.page,
        "total": total,
        "proven": proven(),
        "signals": signals_of(filterset.institutions),
        "refused_elsewhere": refused_elsewhere(institution, *filterset.period),
        "figures": desk_figures(institution),
        "most_counted": MOST_COUNTED,
        "hours": Hours.of(institution),
        "escapes": waiting(request.acting),
        "persons": persons,
        "consultation": consultation,
        "person_form": PersonForm(),
        "reports": open_reports().count(),
    }
    return render(request, "oversight/desk.html", context)


@only_privacy_officers
@require_POST
def handle_signal(request: PortalRequest, reference: str) -> HttpResponse:
    """Note that a signal is handled, and go back to the desk; 404 when it is not one of the institution."""
    try:
        handle(reference)
    except NotHandled as error:
        if error.code == "not_found":
            refuse(request, target=reference)
        messages.error(request, error.words)
    else:
        messages.success(request, _("Signaal %(reference)s is afgehandeld.") % {"reference": reference})
    return redirect("oversight:desk", request.acting.institution.slug)


@requires(Role.PRIVACY_OFFICER, kind=Kind.LOG_EXPORT)
@require_POST
def export(request: PortalRequest) -> HttpResponse:
    """The looks under the posted filters as a file, in the posted `format`; with too many, back to the list."""
    form = FormatForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    filterset = _filterset(request, request.POST)
    looks = filterset.qs
    table = LookTable(
        looks,
        institution=filterset.institution,
        sort=request.POST.get("sort", ""),
        is_short=not count(looks).capped,
    )
    try:
        rows = take_along(table, acting=request.acting)
    except TooManyLines:
        words = _("Dit zijn meer dan %(most)s inzages. Kies een kortere periode of een filter.")
        messages.error(request, words % {"most": number_format(MOST_LINES, force_grouping=True)})
        address = reverse("oversight:desk", args=[request.acting.institution.slug])
        return redirect(f"{address}?{urlencode(filterset.values)}")
    return download(table.sheet(f"inzages-{today()}", rows), form.cleaned_data["format"])


@only_privacy_officers
@require_safe
def look(request: PortalRequest, look_id: uuid.UUID) -> HttpResponse:
    """One look: who, when, in which capacity and on which legal basis, and which persons it showed; else 404."""
    institutions = institutions_of(request.acting)
    row = show_look(look_id, institutions, request.acting)
    if row is None:
        refuse(request, target=str(look_id))
    numbers = numbers_of(row)
    context = {
        "look": row,
        "escape": escape_of(row),
        "institution_read": next(each for each in institutions if each.pk == row.institution_id),
        "how": how_words(row),
        "capacity": capacity_words(row),
        "basis": basis_words(row),
        "rule": rule_words(row),
        "blocks": block_words(row),
        "numbers": [(number, format_insz(number)) for number in numbers[:MOST_NUMBERS]],
        "total": len(numbers),
    }
    return render(request, "oversight/look.html", context)


@requires(Role.PRIVACY_OFFICER, kind=Kind.LOG_READING, numbers=numbers_in)
@require_http_methods(["GET", "POST"])
def person_search(request: PortalRequest) -> HttpResponse:
    """The form for a number. A POST stores the number in the session and leads to the looks at that person."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        search_id = store_person(request.session, form.cleaned_data["insz"], request.acting)
        address = reverse("oversight:person", args=[request.acting.institution.slug, search_id])
        of = institution_among(institutions_of(request.acting), request.POST.get("of", ""))
        is_own = of.pk == request.acting.institution_id
        return redirect(address if is_own else f"{address}?{urlencode({'of': of.slug})}")
    return _search_page(request, form)


@only_privacy_officers
@require_safe
def person(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """Who looked at the person of a search of this session; 404 when it belongs to another institution.

    The form for a number, with the reason, when the session does not have the search, or no longer.
    """
    try:
        insz = stored_person(request.session, search_id, request.acting)
    except OtherInstitution:
        raise Http404 from None
    if insz is None:
        return _search_page(request, PersonForm(), is_gone=True)
    institutions = institutions_of(request.acting)
    institution = institution_among(institutions, request.GET.get("of", ""))
    how = request.GET.get("how", "")
    how = how if how in How.values else ""
    page = show_person(insz, institution, how=how, acting=request.acting, after=request.GET.get("after", ""))
    context = {
        "number": format_insz(insz),
        "search_id": search_id,
        "institution_read": institution,
        "institutions": institutions,
        "how": how,
        "hows": How.choices,
        "page": page,
        "table": PersonTable(page.rows, institution=institution),
        "cap": COUNT_CAP,
        "is_agency": request.acting.institution.kind == InstitutionKind.AGENCY,
        "person_form": PersonForm(initial={"insz": format_insz(insz)}),
    }
    return render(request, "oversight/person.html", context)


def _search_page(request: PortalRequest, form: PersonForm, *, is_gone: bool = False) -> HttpResponse:
    context = {"person_form": form, "is_gone": is_gone}
    return render(request, "oversight/person_search.html", context, status=422 if form.is_bound else 200)
