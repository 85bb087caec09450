"""The team page of an institution. It shows colleagues and counts, never a client."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from partners import inviting, rights
from partners.access import refuse, requires
from partners.enums import AccessStatus, Role
from partners.http import PortalRequest
from partners.models import Invitation, Membership, MembershipEvent, User
from persons.services.caseload import count_by_colleague

from .filters import TeamFilterSet
from .forms import ConfirmAllForm, EndForm, ExtendAllForm, ExtendForm, InviteForm, ReasonForm, RoleForm
from .services import (
    access_of,
    change_role,
    count_ending,
    ending,
    invitations_of,
    lift_wait,
    registrations_of,
    unused,
    without_number,
)
from .tables import PAGE_SIZE, HistoryTable, InvitationTable, RegistrationTable, TeamTable

only_local_administrators = requires(Role.LOCAL_ADMINISTRATOR)
# Refusals after which the page of the access would show something else than the administrator saw.
OUTDATED = {"not_found", "not_open", "over", "not_confirmed", "own"}
MOST_AT_ONCE = 500
NO_MAIL = gettext_noop(
    "De mailserver nam het bericht niet aan, en er is niets verstuurd. Probeer het later opnieuw."
)


@only_local_administrators
@require_safe
def team(request: PortalRequest) -> HttpResponse:
    """The colleagues of the institution, invitations, and what needs attention."""
    return _team_page(request)


def _team_page(
    request: PortalRequest,
    *,
    extend_form: ExtendAllForm | None = None,
    confirm_form: ConfirmAllForm | None = None,
    invite_form: InviteForm | None = None,
    chosen: frozenset[str] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    institution = request.acting.institution
    access = access_of(institution)
    filterset = TeamFilterSet(request.GET, queryset=access)
    clients = count_by_colleague()
    table = TeamTable(
        filterset.qs,
        own_id=request.acting.user_id,
        clients=clients,
        chosen=chosen,
    )
    RequestConfig(request, paginate={"per_page": PAGE_SIZE}).configure(table)
    context = {
        "table": table,
        "filterset": filterset,
        "colleagues": access.confirmed().values("user").distinct().count(),
        "ending": ending(access).count(),
        "waiting": access.filter(status=AccessStatus.PROPOSED).count(),
        "unused": unused(access).count(),
        "without_number": without_number(access),
        "ending_inscriptions": count_ending(institution),
        "unassigned": clients.get(None, 0),
        "invitations": InvitationTable(invitations_of(institution)),
        "registrations": RegistrationTable(registrations_of(institution)),
        "extend_form": extend_form or ExtendAllForm(),
        "confirm_form": confirm_form or ConfirmAllForm(),
        "invite_form": invite_form or InviteForm(institution=institution),
    }
    return render(request, "caseload/team/team.html", context, status=status)


@only_local_administrators
@require_http_methods(["GET", "POST"])
def team_extend(request: PortalRequest) -> HttpResponse:
    """Extend the chosen access to one day, with one reason. All of it, or nothing when one is refused."""
    if request.method == "GET":
        return _back(request)
    chosen = frozenset(request.POST.getlist("chosen"))
    if len(chosen) > MOST_AT_ONCE:
        return HttpResponseBadRequest()
    form = ExtendAllForm(request.POST)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        _take_all(
            request,
            form,
            chosen,
            lambda row: rights.extend_access(row.pk, fields["valid_until"], fields["reason"]),
        )
    if not form.is_valid():
        return _team_page(request, extend_form=form, chosen=chosen, status=422)
    messages.success(request, _("De toegang is verlengd."))
    return _back(request)


@only_local_administrators
@require_http_methods(["GET", "POST"])
def team_confirm(request: PortalRequest) -> HttpResponse:
    """Confirm the chosen proposals of the agency. All of them, or nothing when one is refused."""
    if request.method == "GET":
        return _back(request)
    chosen = frozenset(request.POST.getlist("proposal"))
    if len(chosen) > MOST_AT_ONCE:
        return HttpResponseBadRequest()
    form = ConfirmAllForm(request.POST)
    if form.is_valid():
        _take_all(request, form, chosen, lambda row: rights.confirm_access(row.pk))
    if not form.is_valid():
        return _team_page(request, confirm_form=form, chosen=chosen, status=422)
    messages.success(
        request,
        ngettext(
            "%(number)s voorstel is bevestigd.",
            "%(number)s voorstellen zijn bevestigd.",
            len(chosen),
        )
        % {"number": len(chosen)},
    )
    return _back(request)


def _take_all(
    request: PortalRequest, form: Form, chosen: frozenset[str], step: Callable[[Membership], object]
) -> None:
    """Take a step for each of the chosen rows, or for none of them and say at the form why."""
    rows = list(access_of(request.acting.institution).filter(public_id__in=_ids(chosen)).order_by("pk"))
    if not chosen:
        form.add_error(None, _("Kruis eerst collega’s aan."))
    elif len(rows) < len(chosen):
        # Ended meanwhile, or of another institution: the page shows the rows that are left.
        form.add_error(None, _("Een gekozen toegang is er niet meer. Kijk de keuze na en probeer opnieuw."))
    if form.errors:
        return
    with transaction.atomic():
        for row in rows:
            try:
                step(row)
            except rights.NotTaken as error:
                form.add_error(None, f"{row.user}: {error.words}")
        if form.errors:
            transaction.set_rollback(True)


def _ids(texts: frozenset[str]) -> list[uuid.UUID]:
    ids = []
    for text in texts:
        try:
            ids.append(uuid.UUID(text))
        except ValueError:
            continue
    return ids


@only_local_administrators
@require_http_methods(["GET", "POST"])
def team_invite(request: PortalRequest) -> HttpResponse:
    """Invite a colleague. What the administrator sees does not depend on whether the address has an account."""
    if request.method == "GET":
        return _back(request)
    institution = request.acting.institution
    form = InviteForm(request.POST, institution=institution)
    if form.is_valid():
        fields = form.cleaned_data
        try:
            _send_invitation(
                request,
                fields["email"],
                lambda: inviting.invite(
                    email=fields["email"],
                    role=fields["role"],
                    until=fields["valid_until"],
                    reason=fields["reason"],
                ),
            )
        except inviting.Refused as error:
            form.add_refusal(error.code, error.words)
        except OSError:
            form.add_error(None, _(NO_MAIL))
    if not form.is_valid():
        return _team_page(request, invite_form=form, status=422)
    return _back(request)


def _send_invitation(request: PortalRequest, email: str, make: Callable[[], str]) -> None:
    """Make an invitation and send its link, or show the link once. Raises OSError; nothing is made then."""
    with transaction.atomic():
        link = make()
        if settings.KBI_SENDS_MAIL:
            inviting.send(email, link, request.acting.institution)
    if settings.KBI_SENDS_MAIL:
        messages.success(request, _("De uitnodiging is verstuurd. De link werkt zeven dagen."))
    else:
        messages.success(
            request,
            _(
                "De uitnodiging is gemaakt. Dit portaal verstuurt geen e-mails: geef deze link zelf aan uw collega. U"
                " ziet hem maar één keer, en hij werkt zeven dagen. %(link)s"
            )
            % {"link": link},
        )


@only_local_administrators
@require_POST
def team_invitation(request: PortalRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Withdraw an invitation (`action=withdraw`), or replace it by one with a new link (`action=again`)."""
    own = Invitation.objects.filter(institution=request.acting.institution)
    invitation = own.filter(public_id=invitation_id).first()
    if invitation is None:
        refuse(request, target=str(invitation_id))
    try:
        match request.POST.get("action"):
            case "withdraw":
                inviting.withdraw(invitation_id)
                messages.success(request, _("De uitnodiging is ingetrokken. De link werkt niet meer."))
            case "again":
                _send_invitation(request, invitation.email, lambda: inviting.invite_again(invitation))
            case _:
                return HttpResponseBadRequest()
    except inviting.Refused as error:
        messages.error(request, error.words)
    except OSError:
        messages.error(request, _(NO_MAIL))
    return _back(request)


@only_local_administrators
@require_http_methods(["GET", "POST"])
def team_access(request: PortalRequest, access_id: uuid.UUID) -> HttpResponse:
    """One colleague's access in one role, with the steps that the administrator may take (`action`)."""
    membership = access_of(request.acting.institution).filter(public_id=access_id).first()
    if membership is None:
        known = Membership.objects.filter(institution=request.acting.institution, public_id=access_id)
        if not known.exists():
            refuse(request, target=str(access_id))
        messages.info(request, rights.NOT_TAKEN["over"])
        return _back(request)
    forms = _forms(request, membership)
    if request.method == "GET":
        return _access_page(request, membership, forms)
    action = request.POST.get("action", "")
    if action not in {*forms, *PLAIN_STEPS}:
        return HttpResponseBadRequest()
    form = forms.get(action)
    if form is not None and not form.is_valid():
        return _access_page(request, membership, forms, status=422)
    try:
        with transaction.atomic():
            message = _take_step(request, action, membership, form)
    except rights.NotTaken as error:
        if error.code == "left":
            messages.error(request, error.words)
            return redirect("home")
        if form is not None and error.code not in OUTDATED:
            form.add_refusal(error.code, error.words)
            return _access_page(request, membership, forms, status=422)
        messages.error(request, error.words)
        return _back(request)
    messages.success(request, message)
    return _back(request)


PLAIN_STEPS = {"confirm", "reopen", "lift"}


def _forms(request: PortalRequest, membership: Membership) -> dict[str, Any]:
    """The forms of the page, by action; the one that was posted has the posted values."""
    posted = request.POST.get("action") if request.method == "POST" else None

    def data(action: str):
        return request.POST if action == posted else None

    if membership.status == AccessStatus.PROPOSED:
        return {"refuse": ReasonForm(data("refuse"), prefix="refuse")}
    return {
        "extend": ExtendForm(data("extend"), prefix="extend"),
        "role": RoleForm(data("role"), prefix="role", membership=membership),
        "end": EndForm(data("end"), prefix="end"),
    }


def _take_step(request: PortalRequest, action: str, membership: Membership, form: Form | None) -> str:
    """Take a step and return what was done, in words. Raises `rights.NotTaken`."""
    fields = form.cleaned_data if form else {}
    names = {"name": membership.user, "role": membership.get_role_display()}
    match action:
        case "confirm":
            rights.confirm_access(membership.pk)
            return _("De toegang van %(name)s (%(role)s) is bevestigd.") % names
        case "refuse":
            rights.end_access(membership.pk, fields["reason"])
            return _("De toegang van %(name)s (%(role)s) is geweigerd.") % names
        case "extend":
            rights.extend_access(membership.pk, fields["valid_until"], fields["reason"])
            return _("De toegang van %(name)s (%(role)s) is verlengd.") % names
        case "end":
            rights.end_access(membership.pk, fields["reason"], fields["valid_until"])
            return _("De toegang van %(name)s (%(role)s) is beëindigd.") % names
        case "role":
            change_role(membership, fields["role"], fields["reason"])
            return _("De rol van %(name)s is gewijzigd.") % names
        case "reopen":
            rights.reopen_account(membership.user_id)
            return _("Het account van %(name)s is weer open.") % names
    # "lift"
    if membership.status != AccessStatus.CONFIRMED or membership.user_id == request.acting.user_id:
        raise rights.NotTaken("own" if membership.user_id == request.acting.user_id else "not_confirmed")
    if lift_wait(membership):
        _record_on(membership.user, request.user)
    return _("%(name)s kan zich meteen weer aanmelden.") % names


def _record_on(account: User, by: User) -> None:
    """Record in the history of the account, as the agency's page does, who lifted its wait."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(account.pk),
        object_repr=str(account)[:200],
        action_flag=CHANGE,
        change_message=_("Vertraging van het aanmelden opgeheven."),
    )


def _access_page(
    request: PortalRequest, membership: Membership, forms: dict[str, Any], status: int = 200
) -> HttpResponse:
    history = HistoryTable(_steps(request).filter(membership__user=membership.user_id))
    history.paginate(per_page=PAGE_SIZE)
    context = {
        "membership": membership,
        "is_own": membership.user_id == request.acting.user_id,
        "is_proposal": membership.status == AccessStatus.PROPOSED,
        "forms": forms,
        "history": history,
    }
    return render(request, "caseload/team/access.html", context, status=status)


@requires(Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER)
@require_safe
def team_history(request: PortalRequest) -> HttpResponse:
    """Every step in the access to the institution. The privacy officer reads it too."""
    table = HistoryTable(_steps(request))
    RequestConfig(request, paginate={"per_page": PAGE_SIZE}).configure(table)
    return render(request, "caseload/team/history.html", {"table": table})


def _steps(request: PortalRequest):
    return MembershipEvent.objects.for_institution(request.acting.institution).select_related(
        "membership__user", "membership__institution"
    )


def _back(request: PortalRequest) -> HttpResponse:
    """Return the redirect to the team page; links of a page with a wrong form keep their place and filter."""
    query = request.GET.urlencode()
    return redirect(reverse("team", args=[request.acting.institution.slug]) + (f"?{query}" if query else ""))
