"""The page of caseloads: how many clients each colleague has, and giving clients to a colleague."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
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

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.models import Membership, User
from partners.periods import today
from persons.querysets import may_open_files
from persons.reasons import HAND_OVER_REASONS
from persons.services.caseload import count_by_colleague, see_hand_overs
from persons.services.door import Refused

from .filters import NO_COLLEAGUE, OWN
from .services.changes import MOST_AT_ONCE
from .services.following import follow, give_clients

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


class CaseloadTable(tables.Table):
    """The caseloads of an institution, the largest first; the clients in none come last."""

    name = tables.Column(verbose_name=gettext_lazy("Collega"))
    clients = tables.Column(verbose_name=gettext_lazy("Cliënten"))

    class Meta:
        template_name = "includes/table.html"
        orderable = False
        attrs: ClassVar = {"class": "clients"}

    row_template = "caseload/includes/caseload_row.html"
    caption = gettext_lazy("Cliënten per collega; wie op de Kruispuntbank wacht, telt mee.")

    @property
    def page_rows(self) -> list[Caseload]:
        """The rows, as the template draws them."""
        return self.data.data


class GiveForm(forms.Form):
    """Give clients to a colleague; a local administrator also chooses from which caseload."""

    giver = forms.ModelChoiceField(
        label=gettext_lazy("Uit de caseload van"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("kies een collega"),
        error_messages={"required": gettext_lazy("Kies wiens cliënten overgaan.")},
    )
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

    def __init__(self, data: Mapping[str, str] | None, *, givers: list[int], receivers: list[int]) -> None:
        """`givers` are the accounts with a caseload, `receivers` those of the case workers with access today."""
        super().__init__(data)
        accounts = User.objects.order_by("last_name", "first_name", "pk")
        for name, keys in (("giver", givers), ("receiver", receivers)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = accounts.filter(pk__in=keys)
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
    colleagues = dict(
        Membership.objects.in_force(today())
        .filter(institution=acting.institution_id, role=Role.CASE_WORKER)
        .values_list("user_id", "pk")
    )
    form = GiveForm(
        request.POST if request.method == "POST" else None, givers=givers, receivers=list(colleagues)
    )
    if form.is_valid():
        return _give(request, form)
    context = {
        "table": CaseloadTable(_rows(request, counts, set(colleagues))),
        "form": form if givers else None,
        "opens_files": may_open_files(acting),
    }
    return render(request, "caseload/caseloads.html", context, status=422 if form.is_bound else 200)


def _give(request: PortalRequest, form: GiveForm) -> HttpResponse:
    values = form.cleaned_data
    is_own = values["giver"].pk == request.acting.user_id
    acting = request.acting if is_own else _as_administrator(request)
    assert acting is not None
    given = give_clients(
        acting=acting, giver=values["giver"], receiver=values["receiver"], reason=values["reason"]
    )
    if given:
        words = ngettext(
            "%(number)s cliënt staat nu in de caseload van %(name)s.",
            "%(number)s cliënten staan nu in de caseload van %(name)s.",
            given,
        )
        messages.success(request, words % {"number": given, "name": values["receiver"]})
    else:
        messages.info(request, _("Er was niets meer over te dragen."))
    return redirect("caseloads", slug=request.acting.institution.slug)


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
