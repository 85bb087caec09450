"""The questions that the figures answer: the headings of the pages, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.enums import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Question:
    """A question, in a few words what its page shows, and the names of its pages.

    `agency` is the page of all institutions, for users with `permission`; `own` is that of one institution, for the
    roles in `roles`. Empty: there is no such page.
    """

    words: StrPromise
    about: StrPromise
    agency: str = ""
    permission: str = ""
    own: str = ""
    roles: Collection[str] = tuple(Role)


HOW_MUCH = Question(
    _("Hoeveel werd er opgezocht?"),
    _("per maand en instelling"),
    agency="admin:statistics_monthlycount_changelist",
    permission="statistics.view_monthly",
    own="statistics:own",
)
NOT_USED = Question(
    _("Wie gebruikt het niet?"),
    _("instellingen in vijf klassen"),
    agency="admin:statistics_adoption",
    permission="statistics.view_adoption",
)
HOW_LONG = Question(
    _("Hoe lang duurt een omweg?"),
    _("via derden en in het portaal"),
    agency="admin:statistics_leadtimes",
    permission="statistics.view_monthly",
    own="statistics:own_leadtimes",
)
EXPECTED = Question(
    _("Haalt het gebruik de verwachting?"),
    _("raadplegingen tegen verwachting"),
    agency="admin:statistics_expected",
    permission="statistics.view_expectation",
    own="statistics:own_expected",
)
CAREFUL = Question(
    _("Hoe zorgvuldig?"),
    _("maandverslag per instelling"),
    agency="admin:statistics_careful",
    permission="statistics.view_carefulreport",
    own="statistics:own_careful",
    roles=(Role.PRIVACY_OFFICER, Role.LOCAL_ADMINISTRATOR),
)
# In the order of the navigation. A page of another question is added here, and shows `{% questions %}`.
QUESTIONS = (HOW_MUCH, NOT_USED, HOW_LONG, EXPECTED, CAREFUL)


@dataclass(frozen=True)
class QuestionLink:
    """A question as a link; `is_current` on its own page."""

    question: Question
    href: str
    is_current: bool


def question_links(request: HttpRequest) -> list[QuestionLink]:
    """Return the questions whose pages the user may open: of the institution in the address, or else of all."""
    acting = getattr(request, "acting", None)
    match = request.resolver_match
    here = match.view_name if match else ""
    links = []
    for question in QUESTIONS:
        if acting and question.own and acting.role in question.roles:
            links.append(
                QuestionLink(
                    question, reverse(question.own, args=[acting.institution.slug]), question.own == here
                )
            )
        elif not acting and question.agency and request.user.has_perm(question.permission):
            links.append(QuestionLink(question, reverse(question.agency), question.agency == here))
    return links
