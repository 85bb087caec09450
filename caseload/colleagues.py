"""Caseloads: how many clients each colleague has, and giving clients to a colleague, all or the chosen ones."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.models import Membership, User
from partners.periods import today
from partners.rowtables import RowTable
from persons.querysets import may_open_files
from persons.reasons import HAND_OVER_REASONS
from persons.services.caseload import ReceiverWithoutAccess, count_by_colleague, see_hand_overs
from persons.services.door import Refused

from .changing import chosen_in, selection_gone
from .filters import NO_COLLEAGUE, OWN
from .services.changes import MOST_AT_ONCE, log_refusal, own_inscriptions, show_inscriptions
from .services.following import follow, give_clients, own_among

COLLEAGUES = (Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR)


@dataclass(frozen=True)
class Caseload:
    """One caseload: the colleague ("": the clients in no caseload), the number of clients, and its list.

    `href` is "" for those who open no files.
    """

    name: str
    clients: int
    href: str
    has_access: bool = True


class CaseloadTable(RowTable):
    """The caseloads of an institution, the largest first; the clients in none come last."""

    name = tables.Column(verbose_name=gettext_lazy("Collega"))
    clients = tables.Column(verbose_name=gettext_lazy("Cliënten"))

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients"}

    row_template = "caseload/includes/caseload_row.html"
    caption = gettext_lazy("Cliënten per collega; wie op de Kruispuntbank wacht, telt mee.")


class GiveForm(forms.Form):
    """Give clients to a colleague."""

    receiver = forms.ModelChoiceField(
        label=gettext_lazy("Naar de caseload van"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("kies een collega"),
        error_messages={
            "required": gettext_lazy("Kies de collega die de cliënten krijgt."),
            "invalid_choice": gettext_lazy("Deze collega heeft hier geen toegang meer. Kies een andere."),
        },
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reden"), choices=list(HAND_OVER_REASONS.items()))

    def __init__(self, data: Mapping[str, str] | None, *, receivers: Iterable[int]) -> None:
        """`receivers` are the accounts of the case workers with access today."""
        super().__init__(data)
        self.offer("receiver", receivers)

    def offer(self, name: str, accounts: Iterable[int]) -> None:
        """Let the user choose among these accounts, by name."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=accounts).order_by("last_name", "first_name", "pk")

    def refuse_receiver(self) -> None:
        """Say that the access of the receiver ended, and keep the rest."""
        self.add_error("receiver", self.fields["receiver"].error_messages["invalid_choice"])


class GiveAllForm(GiveForm):
    """Give all clients of a caseload; a local administrator also chooses which caseload."""

    giver = forms.ModelChoiceField(
        label=gettext_lazy("Uit de caseload van"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("kies een collega"),
        error_messages={"required": gettext_lazy("Kies wiens cliënten overgaan.")},
    )

    field_order = ("giver", "receiver", "reason")

    def __init__(
        self, data: Mapping[str, str] | None, *, givers: list[int], receivers: Iterable[int]
    ) -> None:
        """`givers` are the accounts with a caseload."""
        super().__init__(data, receivers=receivers)
        self.offer("giver", givers)
        if len(givers) == 1:
            self.fields["giver"].initial = givers[0]

    def clean(self) -> dict:
        """Refuse giving clients to the caseload they come from."""
        values = super().clean() or {}
        if values.get("giver") and values.get("giver") == values.get("receiver"):
            self.add_error("receiver", _("Dit is dezelfde caseload. Kies een andere collega."))
        return values


@requires(*COLLEAGUES, kind=Kind.HAND_OVER)
@require_http_methods(["GET", "POST"])
def caseloads(request: PortalRequest) -> HttpResponse:
    """How many clients each colleague has. A POST gives clients to a colleague, and leads back here.

    Case workers give their own clients; local administrators those of any colleague.
    """
    acting, slug = request.acting, request.acting.institution.slug
    if request.user.is_staff or request.user.is_superuser:
        refuse(request, target=slug)
    counts = count_by_colleague()
    administers = _as_administrator(request) is not None
    givers = [pk for pk in counts if pk is not None and (administers or pk == acting.user_id)]
    colleagues = _case_workers(acting)
    form = GiveAllForm(
        request.POST if request.method == "POST" else None, givers=givers, receivers=colleagues
    )
    if form.is_valid() and (done := _give(request, form, giver=form.cleaned_data["giver"])):
        return done
    context = {
        "table": CaseloadTable(_rows(request, counts, colleagues)),
        "form": form if givers else None,
        "opens_files": may_open_files(acting),
    }
    return render(request, "caseload/caseloads.html", context, status=422 if form.is_bound else 200)


@requires(Role.CASE_WORKER, kind=Kind.HAND_OVER)
@require_http_methods(["GET", "POST"])
def selection_give(request: PortalRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Give the chosen clients that are in the own caseload to a colleague. Others stay where they are."""
    acting, slug = request.acting, request.acting.institution.slug
    chosen = chosen_in(request, selection_id)
    if chosen is None:
        return selection_gone(request)
    # A client can be chosen twice, with an inscription in each capacity: the one with a name goes last.
    found = sorted(own_inscriptions(chosen, acting), key=lambda each: bool(each.name))
    clients = {each.inscription.insz: each for each in found}
    if not clients:
        log_refusal(Kind.HAND_OVER, selection_id, acting)
        raise Http404
    own = own_among(list(clients), acting)
    if not own:
        record(kind=Kind.HAND_OVER, outcome=Outcome.EMPTY, acting=acting, numbers=list(clients))
        messages.info(request, _("Geen enkele gekozen cliënt staat in uw caseload. Er is niets doorgegeven."))
        return redirect("client_list", slug=slug)
    receivers = _case_workers(acting) - {acting.user_id}
    form = GiveForm(request.POST if request.method == "POST" else None, receivers=receivers)
    if form.is_valid() and (done := _give(request, form, giver=acting.user, numbers=sorted(own))):
        return done
    shown = sorted((clients[number] for number in own), key=lambda each: each.words)
    context = {
        "form": form,
        "own": shown,
        "others": len(clients) - len(shown),
        "has_receivers": bool(receivers),
        "consultation": show_inscriptions([each.inscription for each in shown], acting),
    }
    return render(request, "caseload/give.html", context, status=422 if form.is_bound else 200)


def _case_workers(acting: Membership) -> set[int]:
    """The accounts of the case workers with access to the institution today."""
    members = Membership.objects.in_force(today()).filter(
        institution=acting.institution_id, role=Role.CASE_WORKER
    )
    return set(members.values_list("user_id", flat=True))


def _give(
    request: PortalRequest, form: GiveForm, *, giver: User, numbers: Sequence[str] | None = None
) -> HttpResponse | None:
    """Give the clients, and lead to where the user came from. None, with the mistake in the form, if it cannot be."""
    values = form.cleaned_data
    acting = request.acting if giver.pk == request.acting.user_id else _as_administrator(request)
    assert acting is not None
    try:
        given = give_clients(
            acting=acting, giver=giver, receiver=values["receiver"], reason=values["reason"], numbers=numbers
        )
    except ReceiverWithoutAccess:
        form.refuse_receiver()
        return None
    if given:
        words = ngettext(
            "%(number)s cliënt staat nu in de caseload van %(name)s.",
            "%(number)s cliënten staan nu in de caseload van %(name)s.",
            given,
        )
        messages.success(request, words % {"number": given, "name": values["receiver"]})
    else:
        messages.info(request, _("Er was niets meer over te dragen."))
    return redirect("caseloads" if numbers is None else "client_list", slug=request.acting.institution.slug)


def _as_administrator(request: PortalRequest) -> Membership | None:
    """The membership as local administrator here; None without one."""
    here = request.acting.institution_id
    return next(
        (
            each
            for each in request.memberships
            if each.role == Role.LOCAL_ADMINISTRATOR and each.institution_id == here
        ),
        None,
    )


def _rows(request: PortalRequest, counts: Mapping[int | None, int], colleagues: set[int]) -> list[Caseload]:
    list_href = reverse("client_list", args=[request.acting.institution.slug])
    opens_files = may_open_files(request.acting)
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={*colleagues, *filter(None, counts)})}
    rows = [
        Caseload(
            name,
            counts.get(pk, 0),
            f"{list_href}?show={OWN if pk == request.acting.user_id else f'u{pk}'}" if opens_files else "",
            pk in colleagues,
        )
        for pk, name in names.items()
    ]
    rows.sort(key=lambda row: (-row.clients, row.name))
    return [
        *rows,
        Caseload("", counts.get(None, 0), f"{list_href}?show={NO_COLLEAGUE}" if opens_files else ""),
    ]


@requires(Role.CASE_WORKER, kind=Kind.HAND_OVER)
@require_POST
def seen(request: PortalRequest) -> HttpResponse:
    """The user has seen the notices of clients given to them, up to `last`."""
    last = request.POST.get("last", "")
    if last.isascii() and last.isdecimal() and len(last) < 19:
        see_hand_overs(int(last))
        messages.info(request, _("De melding is weg. Uw cliënten blijven."))
    return redirect("client_list", slug=request.acting.institution.slug)


@requires(Role.CASE_WORKER, kind=Kind.FOLLOW)
@require_POST
def follow_chosen(request: PortalRequest) -> HttpResponse:
    """Put the chosen rows of the client list (`client`: their public ids) in the own caseload."""
    slug = request.acting.institution.slug
    try:
        chosen = list(dict.fromkeys(uuid.UUID(text) for text in request.POST.getlist("client")))
    except ValueError:
        return HttpResponseBadRequest()
    if not chosen:
        messages.error(request, _("Kies eerst een of meer cliënten."))
    elif len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Kies hoogstens %(most)s cliënten tegelijk.") % {"most": MOST_AT_ONCE})
    else:
        try:
            added = sum(follow(chosen, acting=request.acting, user=request.user).values())
        except Refused:
            raise Http404 from None
        words = ngettext(
            "%(number)s cliënt staat nu ook in uw caseload.",
            "%(number)s cliënten staan nu ook in uw caseload.",
            added,
        )
        messages.success(request, words % {"number": added} if added else _("Ze stonden al in uw caseload."))
    return redirect("client_list", slug=slug)
