"""Pages about shields, who may look all the same, and accounts of clients. Each page and each step is a log row."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from caseload.services.pages import show_rows
from caseload.services.sessionvalues import OtherInstitution
from consultations.enums import Kind
from partners.access import requires
from partners.enums import Role
from partners.http import PortalRequest
from persons.enums import OwnFileAnswer
from persons.insz import format_insz
from persons.models import NamedLooker, Shield
from persons.services.ownnumbers import NotAnswered, answer
from persons.services.shielding import NotTaken, end_looker, end_shield, name_looker, set_shield

from ..forms import numbers_in
from ..services import store_person, stored_person
from .filters import StateFilterSet
from .forms import AnswerForm, EndForm, LookerForm, NumberForm, ShieldForm
from .services import (
    answer_report,
    colleagues_to_name,
    count_lookers,
    open_reports,
    show_protection,
    show_reports,
    take_step,
)
from .tables import LookerTable, ReportTable, ShieldTable, days_of, state_of

only_privacy_officers = requires(Role.PRIVACY_OFFICER, kind=Kind.SHIELD, numbers=numbers_in)
ENDED = {"end_shield": end_shield, "end_name": end_looker}


@only_privacy_officers
@sensitive_post_parameters("insz")
@require_http_methods(["GET", "POST"])
def shields(request: PortalRequest) -> HttpResponse:
    """The shields of the institution, and those of the agency about its clients. A POST leads to one person's page."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        search_id = store_person(request.session, form.cleaned_data["insz"], request.acting)
        return redirect("oversight:protection", slug=request.acting.institution.slug, search_id=search_id)
    filterset = StateFilterSet(request.GET, Shield.objects.all())
    table = ShieldTable(filterset.qs)
    page = show_rows(
        table, acting=request.acting, kind=Kind.SHIELD, place="shields", after=request.GET.get("after", "")
    )
    table.lookers_of = count_lookers(shield.insz for shield in page.rows)
    context = {
        "filterset": filterset,
        "table": table,
        "page": page,
        "person_form": form,
        "waiting": open_reports().count(),
    }
    return render(request, "oversight/shields/shields.html", context, status=422 if form.is_bound else 200)


@only_privacy_officers
@require_safe
def lookers(request: PortalRequest) -> HttpResponse:
    """Who may look at a shielded person or a colleague all the same."""
    filterset = StateFilterSet(request.GET, NamedLooker.objects.all())
    table = LookerTable(filterset.qs)
    page = show_rows(
        table, acting=request.acting, kind=Kind.SHIELD, place="lookers", after=request.GET.get("after", "")
    )
    context = {"filterset": filterset, "table": table, "page": page}
    return render(request, "oversight/shields/lookers.html", context)


@only_privacy_officers
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def protection(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """What shields the person of a search of this session, and who may look; a POST shields, names or ends.

    404 when the search belongs to another institution; back to the list when the session does not have it any more.
    """
    acting, slug = request.acting, request.acting.institution.slug
    try:
        insz = stored_person(request.session, search_id, acting)
    except OtherInstitution:
        raise Http404 from None
    if insz is None:
        messages.warning(request, _("Deze zoekopdracht is er niet meer. Typ het INSZ opnieuw."))
        return redirect("oversight:shields", slug=slug)
    deed = request.POST.get("do", "") if request.method == "POST" else ""
    if deed in ENDED:
        _end(request, insz, deed)
        return redirect("oversight:protection", slug=slug, search_id=search_id)
    colleagues = colleagues_to_name(acting)
    shield_form = ShieldForm(request.POST if deed == "shield" else None)
    looker_form = LookerForm(request.POST if deed == "name" else None, colleagues=colleagues)
    if deed == "shield" and _shield(request, insz, shield_form):
        return redirect("oversight:protection", slug=slug, search_id=search_id)
    if deed == "name" and _name(request, insz, looker_form):
        return redirect("oversight:protection", slug=slug, search_id=search_id)
    if request.method == "POST" and deed not in ("shield", "name"):
        return HttpResponseBadRequest()
    found = show_protection(insz, acting)
    context = {
        "number": format_insz(insz),
        "search_id": search_id,
        "protection": found,
        "lookers": [(looker, days_of(looker)) for looker in found.lookers],
        "past": [
            (each, days_of(each), state_of(each)) for each in found.past if isinstance(each, NamedLooker)
        ],
        "past_shields": [
            (each, days_of(each), state_of(each))
            for each in found.past
            if isinstance(each, Shield) and each.institution_id
        ],
        "shield_form": shield_form,
        "looker_form": looker_form,
    }
    return render(request, "oversight/shields/protection.html", context, status=422 if deed else 200)


def _shield(request: PortalRequest, insz: str, form: ShieldForm) -> bool:
    """Shield the person as a valid form says; False with the mistake in the form."""
    if not form.is_valid():
        return False
    values = form.cleaned_data
    try:
        take_step(
            partial(set_shield, insz, until=values["until"], reason=values["reason"]), insz, request.acting
        )
    except NotTaken as error:
        form.refuse(error)
        return False
    messages.success(
        request, _("Dit dossier is afgeschermd. Wijs nu aan wie het nog mag zien, als dat nodig is.")
    )
    return True


def _name(request: PortalRequest, insz: str, form: LookerForm) -> bool:
    """Name a colleague as a valid form says; False with the mistake in the form."""
    if not form.is_valid():
        return False
    values = form.cleaned_data
    step = partial(name_looker, insz, values["user"].pk, until=values["until"], reason=values["reason"])
    try:
        take_step(step, insz, request.acting)
    except NotTaken as error:
        form.refuse(error)
        return False
    messages.success(request, _("%(name)s mag dit dossier zien.") % {"name": values["user"]})
    return True


def _end(request: PortalRequest, insz: str, deed: str) -> None:
    """End a shield or a name as posted, and say so, or why not."""
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Dit bestaat niet of is al voorbij."))
        return
    values = form.cleaned_data
    try:
        take_step(partial(ENDED[deed], values["id"], reason=values["reason"]), insz, request.acting)
    except NotTaken as error:
        messages.error(request, error.words)
    else:
        messages.success(
            request,
            _("De afscherming is beëindigd.")
            if deed == "end_shield"
            else _("Deze collega ziet dit dossier niet meer."),
        )


@only_privacy_officers
@require_http_methods(["GET", "POST"])
def own_files(request: PortalRequest) -> HttpResponse:
    """The accounts whose number is that of a client here. A POST says whether one is right."""
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        values = form.cleaned_data
        is_right = values["answer"] == OwnFileAnswer.RIGHT
        try:
            answer_report(
                partial(answer, values["report"], is_right=is_right, reason=values["reason"]), request.acting
            )
        except NotAnswered as error:
            messages.error(request, error.words)
        else:
            words = (
                _("Bedankt. Voortaan is dit dossier alleen voor wie u aanwijst.")
                if is_right
                else _("Het agentschap is gevraagd om het nummer te wissen. Een beheerder bevestigt dat.")
            )
            messages.success(request, words)
        return redirect(reverse("oversight:own_files", args=[request.acting.institution.slug]))
    reports = show_reports(request.acting)
    table = ReportTable(reports, reader=request.acting.user_id)
    return render(request, "oversight/shields/own_files.html", {"table": table, "reports": reports})
