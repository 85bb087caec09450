"""The navigation between the pages of figures: `{% load questions %}{% questions %}`."""

from __future__ import annotations

from django import template
from django.template import Context

from ..questions import QuestionLink, question_links

register = template.Library()


@register.inclusion_tag("statistics/includes/questions.html", takes_context=True)
def questions(context: Context) -> dict[str, list[QuestionLink]]:
    """Draw the questions as navigation; nothing while there is only one."""
    return {"links": question_links(context["request"])}
