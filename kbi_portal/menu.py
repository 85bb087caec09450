"""The menu of every page: where a user's roles at an institution lead. Add a page here to show it in the menu."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.enums import Role
from partners.models import Institution

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_WORKER, _ADMINISTRATOR, _OFFICER = Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER


@dataclass(frozen=True)
class Entry:
    """A page for users with one of `roles` and none of `unless`. `within` are the pages that are reached from it."""

    words: StrPromise
    view: str
    roles: Set[str]
    within: Set[str] = frozenset()
    unless: Set[str] = frozenset()
    suppliers_only: bool = False
    has_signals: bool = False


ENTRIES = (
    Entry(
        _("Cliënten"),
        "client_list",
        {_WORKER},
        {"client_search", "search_results", "waiting_list", "reminder_list", "person_file"},
    ),
    Entry(_("Lijst plakken"), "paste_list", {_WORKER}, {"pasted_list"}),
    Entry(_("Via derden"), "request_list", {_WORKER}),
    Entry(_("Vragen aan ons"), "question_list", {_WORKER}, suppliers_only=True),
    Entry(_("Collega’s"), "team", {_ADMINISTRATOR}, {"team_access", "team_inscriptions"}),
    Entry(_("Inschrijven"), "client_search", {_ADMINISTRATOR}, {"search_results"}, unless={_WORKER}),
    Entry(_("Cliënten opladen"), "upload_list", {_WORKER, _ADMINISTRATOR}, {"upload"}),
    Entry(_("Inzages"), "oversight:desk", {_OFFICER}, {"oversight:look"}, has_signals=True),
    Entry(_("Eén persoon"), "oversight:person_search", {_OFFICER}, {"oversight:person"}),
    Entry(
        _("Afschermingen"),
        "oversight:shields",
        {_OFFICER},
        {"oversight:lookers", "oversight:own_files", "oversight:protection"},
    ),
    Entry(
        _("Cijfers"),
        "statistics:own",
        set(Role),
        {"statistics:own_expected", "statistics:own_leadtimes", "statistics:own_careful"},
    ),
    Entry(_("Machtigingen"), "mandates", {_OFFICER}),
    Entry(_("Toegang"), "team_history", {_OFFICER}),
)


@dataclass(frozen=True)
class Link:
    """A link of the menu. `current` is the value of aria-current: "page", "true" on a page within it, or "".

    `has_signals`: the number of open signals is shown beside it.
    """

    words: StrPromise
    address: str
    current: str
    has_signals: bool


def menu(institution: Institution, roles: Set[str], view: str) -> tuple[Link, ...]:
    """Return the links for a user with `roles` at `institution` who is on the page of `view`."""
    return _links(institution.slug, institution.is_supplier, frozenset(roles), view)


@lru_cache(maxsize=1024)
def _links(slug: str, is_supplier: bool, roles: frozenset[str], view: str) -> tuple[Link, ...]:
    return tuple(
        Link(
            entry.words,
            reverse(entry.view, args=[slug]),
            "page" if view == entry.view else "true" if view in entry.within else "",
            entry.has_signals,
        )
        for entry in ENTRIES
        if not entry.roles.isdisjoint(roles)
        and entry.unless.isdisjoint(roles)
        and (is_supplier or not entry.suppliers_only)
    )
