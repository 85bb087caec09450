"""Pages about inscriptions: extend and end one or many, their history, and those that are over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.models import Membership
from persons.models import Inscription
from persons.querysets import may_register
from persons.services.changing import NOT_TAKEN

from .filters import EndedFilterSet
from .forms import EndForm, ExtendForm
from .services.changes import (
    MOST_AT_ONCE,
    OUTCOMES,
    SELECTIONS,
    TAKEN,
    OwnInscription,
    Step,
    log_refusal,
    own_inscriptions,
    show_inscriptions,
    take_step,
)
from .services.pages import show_rows
from .services.sessionvalues import OtherInstitution, SessionValues
from .tables import EndedTable, HistoryTable

CHANGERS = (Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR)
# The page that a button of the selection leads to. Each gets the selection's id.
SELECTION_PAGES = {
    "extend": "selection_extend",
    "end": "selection_end",
    "give": "selection_give",
    "remind": "selection_remind",
}


@requires(*CHANGERS, kind=Kind.INSCRIPTION)
@require_POST
def choose(request: PortalRequest) -> HttpResponse:
    """Store the chosen inscriptions in the session, and lead to the page of the button.

    `client` are their public ids, `do` is a key of `SELECTION_PAGES`.
    """
    slug = request.acting.institution.slug
    page = SELECTION_PAGES.get(request.POST.get("do", ""))
    try:
        chosen = list(dict.fromkeys(uuid.UUID(text) for text in request.POST.getlist("client")))
    except ValueError:
        return HttpResponseBadRequest()
    if page is None:
        return HttpResponseBadRequest()
    if not may_register(request.acting):
        refuse(request, target=slug)
    if not chosen:
        messages.error(request, _("Kies eerst een of meer cliënten."))
        return redirect("client_list", slug=slug)
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Kies hoogstens %(most)s cliënten tegelijk.") % {"most": MOST_AT_ONCE})
        return redirect("client_list", slug=slug)
    selection_id = SELECTIONS.store(request.session, [str(each) for each in chosen], request.acting)
    return redirect(page, slug=slug, selection_id=selection_id)


def chosen_in(request: PortalRequest, selection_id: uuid.UUID) -> list[uuid.UUID] | None:
    """Return the public ids of a selection of this session; None when it is gone.

    Raises Http404 when the selection belongs to another institution.
    """
    ids = _read(SELECTIONS, request, selection_id)
    return None if ids is None else [uuid.UUID(text) for text in ids]


def _read(values: SessionValues, request: PortalRequest, value_id: uuid.UUID) -> Any:
    if not may_register(request.acting):
        refuse(request, target=str(value_id))
    try:
        return values.read(request.session, value_id, request.acting)
    except OtherInstitution:
        raise Http404 from None


def selection_gone(request: PortalRequest) -> HttpResponse:
    """Lead to the client list, and say that the selection is no longer there."""
    messages.info(request, _("Deze keuze is er niet meer. Kies de cliënten opnieuw."))
    return redirect("client_list", slug=request.acting.institution.slug)


def _take(
    request: PortalRequest, step: Step, public_ids: list[uuid.UUID], form: EndForm | ExtendForm
) -> dict[uuid.UUID, str]:
    return take_step(
        step, public_ids, acting=request.acting, memberships=request.memberships, **form.cleaned_data
    )


@requires(*CHANGERS, kind=Kind.EXTENSION)
@require_http_methods(["GET", "POST"])
def inscription_extend(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Extend one inscription."""
    return _change_one(request, Step.EXTEND, public_id)


@requires(*CHANGERS, kind=Kind.ENDING)
@require_http_methods(["GET", "POST"])
def inscription_end(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """End one inscription at once."""
    return _change_one(request, Step.END, public_id)


@requires(*CHANGERS, kind=Kind.EXTENSION)
@require_http_methods(["GET", "POST"])
def selection_extend(request: PortalRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Extend the chosen inscriptions."""
    return _change_many(request, Step.EXTEND, selection_id)


@requires(*CHANGERS, kind=Kind.ENDING)
@require_http_methods(["GET", "POST"])
def selection_end(request: PortalRequest, selection_id: uuid.UUID) -> HttpResponse:
    """End the chosen inscriptions at once."""
    return _change_many(request, Step.END, selection_id)


def _own(request: PortalRequest, kind: Kind, public_id: uuid.UUID) -> OwnInscription:
    """Return the inscription if it is the institution's. Otherwise log the refusal and raise Http404."""
    own = own_inscriptions([public_id], request.acting)
    if not own:
        log_refusal(kind, public_id, request.acting)
        raise Http404
    return own[0]


def _list_of(acting: Membership) -> str:
    """Return the name of the page that lists the inscriptions for this role."""
    return "team_inscriptions" if acting.role == Role.LOCAL_ADMINISTRATOR else "client_list"


def _change_one(request: PortalRequest, step: Step, public_id: uuid.UUID) -> HttpResponse:
    slug = request.acting.institution.slug
    own = _own(request, step.kind, public_id)
    if request.method == "GET" and own.is_over:
        messages.info(request, str(NOT_TAKEN["over"]))
        return redirect(_list_of(request.acting), slug=slug)
    form = _form(request, step, [own])
    if form.is_valid():
        [outcome] = _take(request, step, [public_id], form).values()
        if outcome in ("extended", "unchanged"):
            messages.success(request, outcome_words(outcome))
            if own.name:
                return redirect("person_file", slug=slug, public_id=public_id)
            return redirect(_list_of(request.acting), slug=slug)
        if outcome in TAKEN or outcome == "over":
            # The file is closed now, so there is no way back to it.
            level = messages.SUCCESS if outcome in TAKEN else messages.INFO
            messages.add_message(request, level, outcome_words(outcome))
            return redirect(_list_of(request.acting), slug=slug)
        form.add_error(
            "until" if outcome in ("not_later", "too_long", "overlaps") else None, NOT_TAKEN[outcome]
        )
    return _change_page(request, step, form, [own], is_single=True)


def _change_many(request: PortalRequest, step: Step, selection_id: uuid.UUID) -> HttpResponse:
    chosen = chosen_in(request, selection_id)
    if chosen is None:
        return selection_gone(request)
    own = own_inscriptions(chosen, request.acting)
    form = _form(request, step, own)
    if form.is_valid():
        outcomes = _take(request, step, chosen, form)
        value = {str(public_id): outcome for public_id, outcome in outcomes.items()}
        outcome_id = OUTCOMES.store(request.session, value, request.acting)
        return redirect("selection_outcome", slug=request.acting.institution.slug, selection_id=outcome_id)
    if not own:
        log_refusal(step.kind, selection_id, request.acting)
        raise Http404
    return _change_page(request, step, form, own, is_single=False)


def _form(request: PortalRequest, step: Step, own: Sequence[OwnInscription]) -> EndForm | ExtendForm:
    data = request.POST if request.method == "POST" else None
    if step == Step.END:
        return EndForm(data)
    return ExtendForm(data, longest=min((each.longest for each in own if each.longest), default=None))


def _change_page(
    request: PortalRequest,
    step: Step,
    form: EndForm | ExtendForm,
    own: Sequence[OwnInscription],
    *,
    is_single: bool,
) -> HttpResponse:
    consultation = show_inscriptions([each.inscription for each in own], request.acting)
    context = {
        "step": step.value,
        "form": form,
        "own": own,
        "is_single": is_single,
        "consultation": consultation,
    }
    return render(request, "caseload/change.html", context, status=422 if form.is_bound else 200)


@requires(*CHANGERS, kind=Kind.INSCRIPTION)
@require_GET
def selection_outcome(request: PortalRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Show how a step ended for each chosen inscription."""
    outcomes = _read(OUTCOMES, request, selection_id)
    if outcomes is None:
        return selection_gone(request)
    own = own_inscriptions([uuid.UUID(text) for text in outcomes], request.acting)
    rows = [(each, outcomes[str(each.inscription.public_id)]) for each in own]
    done = sum(outcome in TAKEN for _own, outcome in rows)
    context = {
        "rows": [(each, outcome_words(outcome), outcome in TAKEN) for each, outcome in rows],
        "done": done,
        "others": len(outcomes) - done,
        "consultation": show_inscriptions([each.inscription for each in own], request.acting),
    }
    return render(request, "caseload/outcome.html", context)


@requires(*CHANGERS, kind=Kind.INSCRIPTION)
@require_GET
def inscription_history(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show every step of one inscription: the page, or the table alone when htmx puts it into the file."""
    own = _own(request, Kind.INSCRIPTION, public_id)
    context = {
        "own": own,
        "table": HistoryTable(own.inscription.events.all()),
        "consultation": show_inscriptions([own.inscription], request.acting),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    return render(request, "caseload/includes/history.html" if is_part else "caseload/history.html", context)


@requires(*CHANGERS, kind=Kind.INSCRIPTION)
@require_GET
def ended_list(request: PortalRequest) -> HttpResponse:
    """Show the institution's inscriptions that open nothing any more: numbers and days, no name and no dossier."""
    if not may_register(request.acting):
        refuse(request, target=request.acting.institution.slug)
    filterset = EndedFilterSet(request.GET, queryset=Inscription.objects.own(request.acting))
    table = EndedTable(filterset.qs)
    after = request.GET.get("after", "")
    page = show_rows(table, acting=request.acting, kind=Kind.INSCRIPTION, place="inscriptions", after=after)
    context = {"filterset": filterset, "table": table, "page": page}
    return render(request, "caseload/ended_list.html", context)


def outcome_words(outcome: str) -> str:
    """The outcome of a step, as a sentence."""
    done = {
        "extended": _("De inschrijving is verlengd."),
        "unchanged": _("De inschrijving liep al tot die dag; er is niets gewijzigd."),
        "ended": _("De inschrijving is beëindigd; gisteren was de laatste dag. Het dossier is gesloten."),
        "voided": _("De inschrijving is vervallen, want ze begon vandaag of later. Het dossier is gesloten."),
    }
    return done.get(outcome) or str(NOT_TAKEN[outcome])
