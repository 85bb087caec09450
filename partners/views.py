"""Choosing as whom one works, and the language of the screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from .forms import ChooseMembershipForm
from .middleware import SESSION_KEY


@require_http_methods(["GET", "POST"])
def choose_membership(request: HttpRequest) -> HttpResponse:
    memberships = request.memberships
    if not memberships:
        return render(request, "partners/no_membership.html", status=403)
    form = ChooseMembershipForm(
        request.POST or None,
        memberships=memberships,
        initial={"membership": request.acting.pk if request.acting else None},
    )
    if request.method == "POST" and form.is_valid():
        request.session[SESSION_KEY] = form.cleaned_data["membership"]
        request.session.cycle_key()
        return redirect("home")
    return render(request, "partners/choose_membership.html", {"form": form})


switch_language = login_not_required(set_language)
