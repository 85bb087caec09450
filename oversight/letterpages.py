"""The letter to a person about who looked, its files, and which looks it leaves out until a day.

The number is never in an address: a letter is made of a search of the session, and waits there under an id of its own.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseload.services.sessionvalues import OtherInstitution
from consultations.enums import Kind
from partners.access import requires
from partners.enums import InstitutionKind, Role
from partners.http import PortalRequest
from partners.periods import today
from persons.insz import format_insz

from .forms import LetterFileForm, PersonForm, WithholdForm
from .letterfiles import CONTENT_TYPES, ODT, PROOF, letter_as_csv, letter_as_odt, proof_as_json
from .letters import (
    MOST_LINES,
    MOST_PROVEN,
    Request,
    TooManyLines,
    make_letter,
    make_proof,
    store_letter,
    stored_letter,
)
from .letterwords import DUTCH, LANGUAGES, words_of
from .services import record_reading, stored_person
from .tables import LetterTable
from .withholding import NotTaken, end_withholding, withhold, withholdings_of

MOST_ON_PAGE = 500  # looks on the page; the files have all

makes_letters = requires(Role.PRIVACY_OFFICER, kind=Kind.PERSON_REPORT)
keeps_confidential = requires(Role.PRIVACY_OFFICER, kind=Kind.WITHHOLDING)


@makes_letters
@require_POST
def letter_start(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """Begin a letter about the person of a search of this session, with the looks until now, and lead to it."""
    insz = _person(request, search_id)
    if insz is None:
        return _gone(request)
    letter_id = store_letter(request.session, insz, request.acting)
    return redirect("oversight:letter", request.acting.institution.slug, letter_id)


@makes_letters
@require_safe
def letter(request: PortalRequest, letter_id: uuid.UUID) -> HttpResponse:
    """The letter, for paper: in Dutch, or in the language `taal` of the address."""
    wanted = _letter(request, letter_id)
    if wanted is None:
        return _gone(request)
    language = request.GET.get("taal", DUTCH)
    language = language if language in LANGUAGES else DUTCH
    try:
        made = make_letter(wanted, request.acting)
    except TooManyLines:
        words = _(
            "Dit zijn meer dan %(most)s inzages. Het agentschap kan de brief op de server maken (person_report)."
        )
        messages.error(request, words % {"most": number_format(MOST_LINES, force_grouping=True)})
        return redirect("oversight:person_search", request.acting.institution.slug)
    with override(language):
        words_there = words_of(made, MOST_ON_PAGE)
    context = {
        "letter_id": letter_id,
        "words": words_there,
        "table": LetterTable(words_there.rows),
        "letter_language": language,
        "languages": LANGUAGES.items(),
        "kept": [each for each in withholdings_of(made.numbers) if each.is_in_force()],
        "is_of_all": request.acting.institution.kind == InstitutionKind.AGENCY,
    }
    return render(request, "oversight/letter.html", context)


@makes_letters
@require_POST
def letter_file(request: PortalRequest, letter_id: uuid.UUID) -> HttpResponse:
    """The letter as a file in the posted `format`: document, table or proofs."""
    form = LetterFileForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    wanted = _letter(request, letter_id)
    if wanted is None:
        return _gone(request)
    extension, language = form.cleaned_data["format"], form.cleaned_data["language"]
    name = f"{'bewijs' if extension == PROOF else 'brief'}-inzages-{today()}"
    try:
        content = _content(wanted, extension, language, name, request)
    except TooManyLines:
        most = MOST_PROVEN if extension == PROOF else MOST_LINES
        words = _(
            "Dit zijn meer dan %(most)s inzages. Het agentschap kan dit bestand op de server maken (person_report)."
        )
        messages.error(request, words % {"most": number_format(most, force_grouping=True)})
        return redirect("oversight:letter", request.acting.institution.slug, letter_id)
    response = HttpResponse(content, content_type=CONTENT_TYPES[extension])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response


def _content(wanted: Request, extension: str, language: str, name: str, request: PortalRequest) -> bytes:
    if extension == PROOF:
        return proof_as_json(make_proof(wanted))
    made = make_letter(wanted, request.acting)
    return letter_as_odt(made, language) if extension == ODT else letter_as_csv(made, name, language)


@keeps_confidential
@require_http_methods(["GET", "POST"])
def withholdings(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """Which looks of the own institution at a person letters leave out, and the form that adds some."""
    insz = _person(request, search_id)
    if insz is None:
        return _gone(request)
    initial = {"first": today(), "last": today()}
    form = WithholdForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            withhold(insz, **form.cleaned_data)
        except NotTaken as error:
            form.add_error({"days": "first", "until": "until"}.get(error.code), error.words)
        else:
            messages.success(request, _("Deze inzages staan tot die dag in geen brief."))
            return redirect("oversight:withholdings", request.acting.institution.slug, search_id)
    rows = withholdings_of([insz])
    record_reading(insz, request.acting, is_empty=not rows)
    context = {"search_id": search_id, "number": format_insz(insz), "form": form, "rows": rows}
    status = 422 if form.is_bound else 200
    return render(request, "oversight/withholdings.html", context, status=status)


@keeps_confidential
@require_POST
def withholding_end(request: PortalRequest, search_id: uuid.UUID, withholding_id: uuid.UUID) -> HttpResponse:
    """Let letters name these looks again, and lead back to the list."""
    try:
        end_withholding(withholding_id)
    except NotTaken as error:
        messages.error(request, error.words)
    else:
        messages.success(request, _("Deze inzages staan weer in een brief."))
    address = reverse("oversight:withholdings", args=[request.acting.institution.slug, search_id])
    return redirect(address)


def _person(request: PortalRequest, search_id: uuid.UUID) -> str | None:
    try:
        return stored_person(request.session, search_id, request.acting)
    except OtherInstitution:
        raise Http404 from None


def _letter(request: PortalRequest, letter_id: uuid.UUID) -> Request | None:
    try:
        return stored_letter(request.session, letter_id, request.acting)
    except OtherInstitution:
        raise Http404 from None


def _gone(request: PortalRequest) -> HttpResponse:
    """Lead to the form for a number: the session does not have what the address names, or no longer."""
    if request.method == "POST":
        messages.error(request, _("Deze zoekopdracht is er niet meer. Typ het INSZ opnieuw."))
        return redirect("oversight:person_search", request.acting.institution.slug)
    return render(request, "oversight/person_search.html", {"person_form": PersonForm(), "is_gone": True})
