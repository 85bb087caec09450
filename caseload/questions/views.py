"""Pages about questions. Each of them, and each step, is a row of the log."""

from __future__ import annotations

import uuid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from persons.enums import QuestionState
from persons.formats import day
from persons.insz import format_insz
from persons.models import Question
from persons.presentation import file_header, questions_of
from persons.presentation.items import Item, items_of
from persons.querysets import may_open_files
from persons.services.door import OpenedFile, Refused, consult
from persons.services.questions import NotTaken, answer, ask
from persons.services.ruling import refusal_of

from ..services.pages import show_rows
from .filters import QuestionFilterSet
from .forms import AnswerForm, AskForm
from .tables import QuestionTable, outcome_of

only_case_workers = requires(Role.CASE_WORKER, kind=Kind.QUESTION)


@only_case_workers
@require_http_methods(["GET", "POST"])
def question_ask(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask the supplier of a lesson, course or personal detail of a file; 404 when the institution may not see it."""
    acting = request.acting
    try:
        opened = consult(inscription_id=public_id, acting=acting, user=request.user, kind=Kind.QUESTION)
    except Refused:
        raise Http404 from None
    items = items_of(opened.blocks, opened.person.version)
    form = AskForm(items, request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            due_on = ask(
                _as_sent(opened, form.chosen), reason=values["reason"], reference=values["reference"]
            )
        except NotTaken as error:
            form.add_error("item", forms.ValidationError(error.words, code=error.code))
        else:
            words = _("De vraag is verstuurd. Er komt een antwoord ten laatste op %(day)s.") % {
                "day": day(due_on)
            }
            messages.success(request, words)
            return redirect("question_ask", slug=acting.institution.slug, public_id=public_id)
    context = {
        "form": form,
        "header": file_header(opened),
        "public_id": public_id,
        "has_items": bool(items),
        "own": questions_of(opened.questions, opened.blocks, opened.person.version).own,
    }
    return render(request, "caseload/questions/ask.html", context, status=422 if form.is_bound else 200)


def _as_sent(opened: OpenedFile, chosen: Item) -> Item:
    """Return the item in the language of the portal: the users of the supplier may read another than the asker."""
    with override(settings.LANGUAGE_CODE):
        items = items_of(opened.blocks, opened.person.version)
    return next(item for item in items if (item.block, item.key) == (chosen.block, chosen.key))


@only_case_workers
@require_safe
def question_list(request: PortalRequest) -> HttpResponse:
    """The questions of other partners to this institution, about items that it supplied."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    filterset = QuestionFilterSet(request.GET, Question.objects.to_supplier(acting))
    table = QuestionTable(filterset.qs)
    after = request.GET.get("after", "")
    page = show_rows(table, acting=acting, kind=Kind.QUESTION, place="questions", after=after)
    return render(
        request, "caseload/questions/list.html", {"filterset": filterset, "table": table, "page": page}
    )


@only_case_workers
@require_http_methods(["GET", "POST"])
def question_answer(request: PortalRequest, question_id: uuid.UUID) -> HttpResponse:
    """Answer a question to the number of this institution; 404 for any other question."""
    acting = request.acting
    question = Question.objects.to_supplier(acting).filter(public_id=question_id).first()
    if question is None:
        refuse(request, target=str(question_id), rule=refusal_of(question_id))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    record(kind=Kind.QUESTION, outcome=Outcome.SHOWN, acting=acting, shown=[question.insz])
    if form.is_valid():
        try:
            answer(question_id, form.cleaned_data["answer"])
        except NotTaken as error:
            messages.warning(request, error.words)
        else:
            messages.success(request, _("Het antwoord is verstuurd."))
        return redirect("question_list", slug=acting.institution.slug)
    context = {
        "form": form,
        "question": question,
        "number": format_insz(question.insz),
        "outcome": outcome_of(question),
        "is_open": question.state is QuestionState.OPEN,
    }
    return render(request, "caseload/questions/answer.html", context, status=422 if form.is_bound else 200)
