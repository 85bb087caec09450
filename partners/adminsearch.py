"""The search of the admin, over accounts and institutions. It never looks in data of clients."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from .forms import SearchForm
from .models import Institution, User
from .sealing import Unreadable, seal, unseal

KEY = "admin_search"
KEPT = datetime.timedelta(minutes=30)
# So many accounts and so many institutions are shown; a longer list asks for more letters.
MOST_SHOWN = 20


@dataclass(frozen=True)
class Matches:
    """The first accounts or institutions that match, and whether there are more."""

    rows: list[Any]
    has_more: bool

    @classmethod
    def of(cls, rows: QuerySet) -> Matches:
        found = list(rows[: MOST_SHOWN + 1])
        return cls(found[:MOST_SHOWN], len(found) > MOST_SHOWN)


def may_search(request: HttpRequest) -> bool:
    """Return True if the user may read accounts or institutions."""
    return any(map(request.user.has_perm, ("partners.view_user", "partners.view_institution")))


def search(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Search what was posted, and show what the session searched last.

    Names stay out of addresses: what was typed is in the session, encrypted, for half an hour. `context` is that of
    every page of the admin.
    """
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            request.session[KEY] = seal(form.cleaned_data["q"], KEY)
        else:
            messages.error(request, gettext("Typ een deel van een naam of nummer, ten hoogste 100 tekens."))
        return redirect("admin:search")
    typed = _typed(request)
    context = {
        **context,
        "title": gettext("Zoeken"),
        "typed": typed,
        "institutions": None,
        "users": None,
    }
    if typed and request.user.has_perm("partners.view_institution"):
        context["institutions"] = Matches.of(Institution.objects.matching(typed))
    if typed and request.user.has_perm("partners.view_user"):
        context["users"] = Matches.of(User.objects.matching(typed))
    return TemplateResponse(request, "admin/partners/search.html", context)


def _typed(request: HttpRequest) -> str:
    try:
        return unseal(request.session.get(KEY, ""), KEY, max_age=KEPT)
    except Unreadable:
        return ""
