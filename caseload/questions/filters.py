"""Filter of the questions to an institution: codes in the address, never a name or number."""

from __future__ import annotations

import django_filters
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from persons.models import Question
from persons.querysets import QuestionQuerySet

OPEN, ALL = "open", "all"


class QuestionFilterSet(django_filters.FilterSet):
    """Open ones, the most urgent first, unless asked otherwise; all of them with the newest first."""

    state = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(OPEN, _("te beantwoorden")), (ALL, _("alle"))],
        empty_label=None,
        method="filter_state",
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuestionQuerySet) -> None:
        """`data` are the parameters of the address."""
        super().__init__({"state": OPEN} | data.dict(), queryset=queryset)

    def filter_state(self, questions: QuestionQuerySet, name: str, value: str) -> QuestionQuerySet:
        return questions.open().order_by("due_on", "pk") if value == OPEN else questions.order_by("-pk")
