"""The menu of every page: where a user's roles at an institution lead. A new page with a place in it comes here."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.enums import Role
from partners.models import Institution

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_WORKER, _ADMINISTRATOR, _OFFICER = Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER


@dataclass(frozen=True)
class _Entry:
    """A page for users with one of `roles` and none of `unless`. `within` are the pages that lie behind it."""

    words: StrPromise
    view: str
    roles: Set[str]
    within: Set[str] = frozenset()
    unless: Set[str] = frozenset()
    suppliers_only: bool = False
    has_signals: bool = False


_ENTRIES = (
    _Entry(
        _("Cliënten"),
        "client_list",
        {_WORKER},
        {"client_search", "search_results", "waiting_list", "reminder_list", "person_file"},
    ),
    _Entry(_("Lijst plakken"), "paste_list", {_WORKER}, {"pasted_list"}),
    _Entry(_("Via derden"), "request_list", {_WORKER}),
    _Entry(_("Vragen aan ons"), "question_list", {_WORKER}, suppliers_only=True),
    _Entry(_("Collega’s"), "team", {_ADMINISTRATOR}, {"team_access", "team_inscriptions"}),
    _Entry(_("Inschrijven"), "client_search", {_ADMINISTRATOR}, {"search_results"}, unless={_WORKER}),
    _Entry(_("Cliënten opladen"), "upload_list", {_WORKER, _ADMINISTRATOR}, {"upload"}),
    _Entry(_("Inzages"), "oversight:desk", {_OFFICER}, {"oversight:look"}, has_signals=True),
    _Entry(_("Eén persoon"), "oversight:person_search", {_OFFICER}, {"oversight:person"}),
    _Entry(
        _("Afschermingen"),
        "oversight:shields",
        {_OFFICER},
        {"oversight:lookers", "oversight:own_files", "oversight:protection"},
    ),
    _Entry(
        _("Cijfers"),
        "statistics:own",
        set(Role),
        {"statistics:own_expected", "statistics:own_leadtimes", "statistics:own_careful"},
    ),
    _Entry(_("Machtigingen"), "mandates", {_OFFICER}),
    _Entry(_("Toegang"), "team_history", {_OFFICER}),
)


@dataclass(frozen=True)
class Link:
    """A link of the menu. `current` is the value of aria-current: "page", "true" behind that page, or "".

    `has_signals`: the number of open signals stands beside it.
    """

    words: StrPromise
    address: str
    current: str
    has_signals: bool


def menu(institution: Institution, roles: Set[str], view: str) -> Iterator[Link]:
    """Yield the links for a user with `roles` at `institution` who is on the page of `view`."""
    for entry in _ENTRIES:
        if entry.roles.isdisjoint(roles) or not entry.unless.isdisjoint(roles):
            continue
        if entry.suppliers_only and not institution.is_supplier:
            continue
        yield Link(
            entry.words,
            reverse(entry.view, args=[institution.slug]),
            "page" if view == entry.view else "true" if view in entry.within else "",
            entry.has_signals,
        )
