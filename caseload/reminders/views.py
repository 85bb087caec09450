"""Pages about reminders. Each of them, and each step, is a row of the log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from persons.formats import day as day_words
from persons.insz import format_insz
from persons.models import Reminder
from persons.querysets import ReminderQuerySet, may_open_files
from persons.services.reminders import close_reminder, move_reminder, set_reminders
from persons.services.ruling import refusal_of

from ..changing import chosen_in, selection_gone
from ..services.changes import OwnInscription, log_refusal, own_inscriptions
from .filters import ReminderFilterSet
from .forms import WRONG, MoveForm, ReminderForm
from .services import holders_of, lines_of, log_look, show_page
from .tables import ReminderTable

only_case_workers = requires(Role.CASE_WORKER, kind=Kind.REMINDER)


def _visible(request: PortalRequest, target: object) -> ReminderQuerySet:
    """The reminders the user may see; has the refusal logged and raises Http404 for who opens no files."""
    if not may_open_files(request.acting):
        refuse(request, target=str(target))
    return Reminder.objects.visible_to(request.acting)


@only_case_workers
@require_safe
def reminder_list(request: PortalRequest) -> HttpResponse:
    """The reminders of the own caseload: those of today or earlier, unless the address asks for others."""
    reminders = _visible(request, request.acting.institution.slug)
    filterset = ReminderFilterSet(request.GET, reminders)
    table = ReminderTable(filterset.qs, acting=request.acting)
    page = show_page(table, acting=request.acting, after=request.GET.get("after", ""))
    context = {"filterset": filterset, "table": table, "page": page}
    return render(request, "caseload/reminders/list.html", context)


@only_case_workers
@require_http_methods(["GET", "POST"])
def reminder_set(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Set a reminder for the client of one inscription, and show those that are there."""
    return _set(request, [public_id], is_single=True)


@only_case_workers
@require_http_methods(["GET", "POST"])
def selection_remind(request: PortalRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Set one reminder for each of the chosen clients."""
    chosen = chosen_in(request, selection_id)
    return selection_gone(request) if chosen is None else _set(request, chosen, is_single=False)


def _set(request: PortalRequest, public_ids: Sequence[uuid.UUID], *, is_single: bool) -> HttpResponse:
    acting, slug = request.acting, request.acting.institution.slug
    reminders = _visible(request, public_ids[0])
    own = own_inscriptions(public_ids, acting)
    strangers = set(public_ids) - {each.inscription.public_id for each in own}
    if strangers:
        log_refusal(Kind.REMINDER, strangers.pop(), acting)
        raise Http404
    numbers = [each.inscription.insz for each in own]
    consultation = log_look(acting, numbers)
    form = ReminderForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_set(request, form, own):
        # Not to the file, which would be another look at it.
        return redirect("reminder_set", slug, public_ids[0]) if is_single else redirect("client_list", slug)
    holders = holders_of(numbers, acting)
    table = ReminderTable(
        reminders.open().filter(insz__in=numbers).select_related("set_by") if is_single else [],
        acting=acting,
    )
    table.lines = lines_of(numbers, acting) if is_single else {}
    context = {
        "form": form,
        "clients": [(each, holders.get(each.inscription.insz, [])) for each in own],
        "is_single": is_single,
        "table": table,
        "consultation": consultation,
    }
    return render(request, "caseload/reminders/set.html", context, status=422 if form.is_bound else 200)


def _is_set(request: PortalRequest, form: ReminderForm, own: Sequence[OwnInscription]) -> bool:
    """Set the reminders and say so; False when the form now has the reason why none was set."""
    outcomes = set_reminders([each.inscription.public_id for each in own], **form.cleaned_data)
    for code in WRONG:
        hindered = [each.words for each in own if outcomes[each.inscription.public_id] == code]
        if hindered:
            form.add_wrong(code, "; ".join(hindered))
    if form.errors:
        return False
    made = sum(outcome == "set" for outcome in outcomes.values())
    if not made:
        messages.info(request, _("Deze herinnering stond er al."))
        return True
    words = ngettext(
        "De herinnering is gezet voor %(number)s cliënt, op %(day)s.",
        "De herinnering is gezet voor %(number)s cliënten, op %(day)s.",
        made,
    )
    messages.success(request, words % {"number": made, "day": day_words(form.cleaned_data["day"])})
    return True


def _own(request: PortalRequest, reminder_id: uuid.UUID) -> Reminder:
    reminder = _visible(request, reminder_id).filter(public_id=reminder_id).first()
    if reminder is None:
        refuse(request, target=str(reminder_id), rule=refusal_of(reminder_id))
    log_look(request.acting, [reminder.insz])
    return reminder


@only_case_workers
@require_POST
def reminder_done(request: PortalRequest, reminder_id: uuid.UUID) -> HttpResponse:
    """Mark a reminder as done; 404 for one of a client who is not in the own caseload."""
    _own(request, reminder_id)
    if close_reminder(reminder_id) == "done":
        messages.success(request, _("De herinnering is gedaan."))
    else:
        _say_gone(request)
    return redirect("reminder_list", request.acting.institution.slug)


@only_case_workers
@require_http_methods(["GET", "POST"])
def reminder_move(request: PortalRequest, reminder_id: uuid.UUID) -> HttpResponse:
    """Move a reminder to another day; 404 for one of a client who is not in the own caseload."""
    slug = request.acting.institution.slug
    reminder = _own(request, reminder_id)
    if reminder.done_at:
        _say_gone(request)
        return redirect("reminder_list", slug)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome = move_reminder(reminder_id, form.cleaned_data["day"])
        if outcome == "moved":
            words = _("De herinnering is verzet naar %(day)s.")
            messages.success(request, words % {"day": day_words(form.cleaned_data["day"])})
        elif outcome != "day":
            _say_gone(request)
        if outcome != "day":
            return redirect("reminder_list", slug)
        form.add_wrong(outcome)
    line = lines_of([reminder.insz], request.acting).get(reminder.insz)
    context = {"form": form, "reminder": reminder, "who": str(line or "") or format_insz(reminder.insz)}
    return render(request, "caseload/reminders/move.html", context, status=422 if form.is_bound else 200)


def _say_gone(request: PortalRequest) -> None:
    messages.info(request, _("Deze herinnering was al gedaan, misschien door een collega."))
