"""The pages on which clients are registered: under a search, while they wait for the KBI, and a mistake taken back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.enums import Kind, Refusal
from partners.access import refuse, requires
from partners.blocks import ATTENDANCE
from partners.enums import Capacity, Registrar, Role
from partners.http import PortalRequest
from partners.models import MandateVersion
from partners.services import names_by_role, versions_by_capacity
from persons.insz import format_insz
from persons.models import Escape, Inscription
from persons.presentation.own import own_words
from persons.querysets import REGISTRARS, may_open_files, may_register
from persons.services.caseload import put_in_caseload
from persons.services.changing import NotTaken
from persons.services.detours import NotNoted
from persons.services.door import Refused
from persons.services.own import IN_FORCE, OwnInscription

from .detours.forms import RegisterNoteForm, add_wrong
from .forms import SearchForm
from .registerform import RegisterForm
from .services.following import follow
from .services.lists import SearchTerm
from .services.pages import show_rows
from .services.registering import (
    log_mistake,
    register_client,
    registrar_among,
    withdraw_registration,
)
from .services.searches import store_search, stored_form, stored_search
from .services.sessionvalues import OtherInstitution
from .services.waiting import waiting_clients
from .tables import WaitingTable

# The keys of the database's outcomes among the typed values: of the registration, and of the detour.
_OUTCOME, _DETOUR_OUTCOME = "outcome", "detour-outcome"
# Longer than any value of the form; the session takes no more.
_LONGEST_VALUE = 300


@dataclass(frozen=True)
class AboutNumber:
    """What the results page says about an INSZ that is not in the list.

    `own` are the institution's own inscriptions with their words. `form` registers; None when the number is registered,
    or when others register: `others` says who. `detour` is its part for a question to a third party; None for a user
    who notes none. `officers` are the privacy officers, to ask.
    `escape_href` leads to the warning before an escape, "" where no mandate gives one; `escape` is the user's own one
    that is in force.
    """

    number: str
    register_href: str
    own: list[tuple[OwnInscription, str]]
    is_registered: bool
    is_waiting: bool
    is_coming: bool
    form: RegisterForm | None
    detour: RegisterNoteForm | None
    others: list[str]
    officers: str
    escape_href: str = ""
    escape: Escape | None = None


def about_number(
    request: PortalRequest, search_id: uuid.UUID, number: str, own: list[OwnInscription]
) -> AboutNumber:
    """Return what the results page says about `number`, with the form as it was typed.

    Nothing in it depends on whether the KBI or another institution knows the number.
    """
    institution = request.acting.institution
    states = {each.state for each in own}
    is_registered = bool(states.intersection(IN_FORCE))
    form, detour, others, officers = None, None, [], []
    escape_href, escape = "", None
    if not is_registered:
        versions = versions_by_capacity(institution)
        names = names_by_role(institution, Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER)
        officers = names[Role.PRIVACY_OFFICER]
        own_versions = versions_to_register(request, versions)
        others = _others(versions, own_versions, names[Role.LOCAL_ADMINISTRATOR])
        if own_versions:
            typed = stored_form(request.session, search_id, request.acting)
            form = _form(request, own_versions, typed)
            detour = _detour_form(typed) if form.opens_files else None
        if may_open_files(request.acting) and any(version.escape_blocks for version in versions.values()):
            escape_href = reverse("escape_warning", args=[institution.slug, search_id])
            escape = Escape.objects.visible_to(request.acting).filter(insz=number).first()
    return AboutNumber(
        number=format_insz(number),
        register_href=reverse("register_client", args=[institution.slug, search_id]),
        own=[(each, own_words(each)) for each in own],
        is_registered=is_registered,
        is_waiting="waiting" in states,
        is_coming="starts" in states,
        form=form,
        detour=detour,
        others=others,
        officers=", ".join(officers),
        escape_href=escape_href,
        escape=escape,
    )


def versions_to_register(
    request: PortalRequest, versions: Mapping[str, MandateVersion]
) -> dict[str, MandateVersion]:
    """The versions under which the user registers. Those that give the attendance come first."""
    order = Capacity.values
    return {
        code: version
        for code, version in sorted(
            versions.items(),
            key=lambda item: (ATTENDANCE not in item[1].blocks, order.index(item[0])),
        )
        if registrar_among(request.memberships, request.acting, version.may_register)
    }


def _others(
    versions: Mapping[str, MandateVersion], own: Mapping[str, MandateVersion], administrators: list[str]
) -> list[str]:
    """Who registers in the capacities in which the user does not, in sentences."""
    capacities: dict[str, list[str]] = {}
    for code, version in versions.items():
        if code not in own:
            capacities.setdefault(version.may_register, []).append(str(Capacity(code).label))
    words = {
        Registrar.CASE_WORKERS: _(
            "Als %(capacities)s schrijven alleen maatschappelijk werkers en medewerkers in."
        ),
        Registrar.LOCAL_ADMINISTRATORS: _(
            "Als %(capacities)s schrijft alleen een lokale beheerder in: %(names)s. Vraag het daar."
        )
        if administrators
        else _(
            "Als %(capacities)s schrijft alleen een lokale beheerder in, en uw instelling heeft er geen. Vraag er een"
            " aan bij het agentschap."
        ),
        Registrar.IMPORTS: _("Als %(capacities)s schrijft alleen het agentschap in, met een cliëntenlijst."),
    }
    return [
        words[Registrar(registrar)] % {"capacities": ", ".join(labels), "names": ", ".join(administrators)}
        for registrar, labels in capacities.items()
    ]


def _form(
    request: PortalRequest, versions: Mapping[str, MandateVersion], typed: Mapping[str, str]
) -> RegisterForm:
    opens_files = may_open_files(request.acting)
    form = RegisterForm(typed or None, versions=versions, opens_files=opens_files)
    if typed:
        if form.is_valid() and _OUTCOME in typed:
            form.refuse(typed[_OUTCOME])
        form.point_at_mistake()
    return form


def _detour_form(typed: Mapping[str, str]) -> RegisterNoteForm:
    form = RegisterNoteForm(typed or None)
    if typed and form.is_valid() and _DETOUR_OUTCOME in typed:
        add_wrong(form, typed[_DETOUR_OUTCOME])
    return form


@requires(*REGISTRARS, kind=Kind.REGISTRATION)
@require_POST
def register(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """Register the number of a search. Redirect to the file, to the waiting clients, or to the form with its mistakes.

    The number comes from the session. Without the search nothing is registered, and its page says so.
    """
    acting = request.acting
    if not may_register(acting):
        refuse(request, target=str(search_id))
    try:
        term = stored_search(request.session, search_id, acting)
    except OtherInstitution:
        raise Http404 from None
    results = redirect("search_results", slug=acting.institution.slug, search_id=search_id)
    if term is None or not term.number:
        messages.error(request, _("Er is niets ingeschreven: deze zoekopdracht is er niet meer."))
        return results
    versions = versions_by_capacity(acting.institution)
    own_versions = versions_to_register(request, versions)
    capacity = request.POST.get("capacity", "")
    if capacity not in own_versions and (capacity or not own_versions):
        rule = Refusal.ROLE if capacity in versions else Refusal.MANDATE
        log_mistake(term.number, acting=acting, target=search_id, rule=rule)
        return _back(request, term)
    form = RegisterForm(request.POST, versions=own_versions, opens_files=may_open_files(acting))
    note_form = RegisterNoteForm(request.POST if form.opens_files else {})
    if not (form.is_valid() and note_form.is_valid()):
        log_mistake(term.number, acting=acting, target=search_id, rule=None)
        return _back(request, term)
    registrar = registrar_among(request.memberships, acting, own_versions[capacity].may_register)
    try:
        registration = register_client(
            form.row(term.number),
            registrar=registrar or acting,
            target=search_id,
            detour=note_form.detour(term.number) if note_form.has_changed() else None,
        )
    except NotNoted as error:
        log_mistake(term.number, acting=acting, target=search_id, rule=None)
        return _back(request, term, {_DETOUR_OUTCOME: error.code})
    if registration.is_refused:
        return _back(request, term, {_OUTCOME: registration.outcome})
    if registration.is_replaced:
        # The inscription is the institution's own and in force, so it may know.
        messages.info(request, _("Dit nummer is vervangen; ingeschreven onder het nieuwe nummer."))
    if registration.current is None or not may_open_files(acting):
        return results
    if form.cleaned_data["follow"]:
        if registration.is_replaced:
            # The row of the registration has the number that was typed; this one has the number that goes on.
            follow([registration.current.public_id], acting=acting, user=request.user)
        else:
            put_in_caseload([registration.current.public_id])
    return _opened(acting.institution.slug, registration.current)


def _back(
    request: PortalRequest, term: SearchTerm, outcomes: Mapping[str, str] | None = None
) -> HttpResponse:
    """Redirect to the results with the typed values. They are a new search, so that Back shows the earlier form."""
    names = [*RegisterForm.base_fields, *RegisterNoteForm().names]
    typed = {name: request.POST[name][:_LONGEST_VALUE] for name in names if name in request.POST}
    typed |= outcomes or {}
    search_id = store_search(request.session, term, request.acting, typed)
    return redirect("search_results", slug=request.acting.institution.slug, search_id=search_id)


def _opened(slug: str, inscription: Inscription) -> HttpResponse:
    """Lead to the file, through the ordinary door; to the waiting clients when the KBI has no dossier."""
    if inscription.person_id is not None:
        return redirect("person_file", slug=slug, public_id=inscription.public_id)
    return redirect(f"{reverse('waiting_list', args=[slug])}?new={inscription.public_id}")


@requires(Role.CASE_WORKER, kind=Kind.INSCRIPTION)
@require_safe
def waiting_list(request: PortalRequest) -> HttpResponse:
    """Show the clients without a dossier at the KBI. `new` in the address is the inscription that was just made."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    table = WaitingTable(waiting_clients(acting))
    after = request.GET.get("after", "")
    page = show_rows(table, acting=acting, kind=Kind.INSCRIPTION, place="waiting", after=after)
    new = request.GET.get("new", "")
    context = {
        "page": page,
        "table": table,
        "registered": next((each for each in page.rows if str(each.public_id) == new), None),
        "search_form": SearchForm(),
    }
    return render(request, "caseload/waiting_list.html", context)


@requires(*REGISTRARS, kind=Kind.ENDING)
@require_POST
def withdraw(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back a registration of today; its file closes. 404 when the institution has no such inscription."""
    acting, slug = request.acting, request.acting.institution.slug
    # One that has not begun leads to the list, whether or not the KBI has a dossier: it opens nothing.
    is_waiting = Inscription.objects.waiting_for(acting).filter(public_id=public_id).exists()
    try:
        withdraw_registration(public_id, acting=acting, memberships=request.memberships)
    except Refused:
        raise Http404 from None
    except NotTaken as error:
        messages.error(request, error.words)
    else:
        messages.success(request, _("De inschrijving is ingetrokken als vergissing."))
        if is_waiting:
            return redirect("waiting_list", slug=slug)
    return redirect("client_list" if may_open_files(acting) else "client_search", slug=slug)
