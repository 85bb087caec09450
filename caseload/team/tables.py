"""The tables of the team page: access, invitations, registrations and the history."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partners.enums import AccessStatus, role_word
from partners.models import Membership, MembershipEvent
from partners.periods import today
from partners.rowtables import RowTable, column

from .services import ENDING_SOON, UNUSED_SOON

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One line of the team: access of a colleague in a role. `marks` are what needs attention, in words."""

    public_id: uuid.UUID
    name: str
    email: str
    role: str
    valid_from: datetime.date
    valid_until: datetime.date
    last_sign_in: datetime.datetime | None
    clients: int
    marks: list[str]
    is_own: bool
    is_proposal: bool
    is_ending: bool
    is_chosen: bool


class TeamTable(RowTable):
    """Access to an institution. `own_id` is the account that looks; `chosen` are the ids that are ticked."""

    choose = column(_("Kies"), "t-choose", orderable=False)
    name = column(
        _("Naam"), "t-name", order_by=("user__last_name", "user__first_name", "user__email", "role")
    )
    role = column(_("Rol"), "t-role", order_by=("role", "user__last_name", "user__first_name"))
    signed_in = column(_("Laatst aangemeld"), "t-day", order_by=("last_sign_in", "user__last_name"))
    since = column(_("Van"), "t-day", order_by=("valid_from", "user__last_name"))
    until = column(_("Tot en met"), "t-day", order_by=("valid_until", "user__last_name"))
    clients = column(_("Cliënten"), "num t-number", orderable=False)
    deeds = column(_("Wat u kunt doen"), "t-deeds", orderable=False)

    class Meta(RowTable.Meta):
        orderable = True
        order_by = "name"
        attrs: ClassVar = {"class": "clients team"}

    row_template = "caseload/team/access_row.html"
    caption = _(
        "Wie met de dossiers van uw instelling werkt, in welke rol en tot wanneer. Toegang duurt ten hoogste twaalf"
        " maanden."
    )

    def __init__(
        self,
        *args: Any,
        own_id: int,
        clients: Mapping[int | None, int],
        chosen: Container[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own_id, self.client_counts, self.chosen = own_id, clients, chosen

    @cached_property
    def page_rows(self) -> list[AccessRow]:
        """The rows of the page."""
        return [self._row(membership) for membership in self.page.object_list.data]

    @property
    def has_proposals(self) -> bool:
        """True if a row of the page can be confirmed."""
        return any(row.is_proposal and not row.is_own for row in self.page_rows)

    @property
    def has_extendable(self) -> bool:
        """True if a row of the page can be extended."""
        return any(not row.is_proposal and not row.is_own for row in self.page_rows)

    def _row(self, membership: Membership) -> AccessRow:
        is_proposal = membership.status == AccessStatus.PROPOSED
        is_ending = not is_proposal and membership.valid_until <= today() + ENDING_SOON
        return AccessRow(
            public_id=membership.public_id,
            name=str(membership.user),
            email=membership.user.email,
            role=capfirst(membership.get_role_display()),
            valid_from=membership.valid_from,
            valid_until=membership.valid_until,
            last_sign_in=membership.last_sign_in,
            clients=self.client_counts.get(membership.user_id, 0),
            marks=[str(mark) for mark in _marks(membership, is_proposal, is_ending)],
            is_own=membership.user_id == self.own_id,
            is_proposal=is_proposal,
            is_ending=is_ending,
            is_chosen=str(membership.public_id) in self.chosen,
        )


def _marks(membership: Membership, is_proposal: bool, is_ending: bool) -> list[Promise | str]:
    if is_proposal:
        return [_("wacht op uw bevestiging")]
    marks: list[Promise | str] = []
    account = membership.user
    if account.suspended_at and not account.is_active:
        marks.append(_("account geschorst"))
    elif not account.is_active:
        marks.append(_("account gesloten"))
    if membership.is_slowed:  # type: ignore[attr-defined]
        marks.append(_("moet wachten na foute wachtwoorden"))
    if is_ending:
        marks.append(_("loopt af"))
    if membership.valid_from > today():
        marks.append(_("begint nog"))
    now = timezone.now()
    if membership.last_sign_in is None:
        marks.append(_("nog niet aangemeld"))
    elif now - membership.last_sign_in > UNUSED_SOON:
        days = (now - membership.last_sign_in).days
        marks.append(_("%(days)s dagen niet aangemeld") % {"days": days})
    return marks


class InvitationTable(RowTable):
    """Invitations that wait for an answer."""

    email = column(_("Uitgenodigd"), "t-name")
    role = column(_("Rol"), "t-role")
    until = column(_("Toegang tot en met"), "t-day")
    by = column(_("Door"), "t-role")
    expires = column(_("Link geldig tot"), "t-day")
    deeds = column(_("Wat u kunt doen"), "t-deeds")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients team"}

    row_template = "caseload/team/invitation_row.html"
    caption = _("Uitnodigingen die nog niet aanvaard zijn.")

    @cached_property
    def page_rows(self) -> Sequence[Any]:
        invitations = list(self.data.data)
        for invitation in invitations:
            invitation.role_word = capfirst(role_word(invitation.role, invitation.institution.kind))
        return invitations


class RegistrationTable(RowTable):
    """Registrations by day and user."""

    day = column(_("Dag"), "")
    name = column(_("Door"), "")
    number = column(_("Inschrijvingen"), "num")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "counts"}

    row_template = "caseload/team/registration_row.html"
    caption = _("De laatste zeven dagen, en dagen van de laatste maand met meer dan twintig inschrijvingen.")


class HistoryTable(RowTable):
    """Steps in the access to an institution, the newest first."""

    at = column(_("Tijdstip"), "t-at")
    what = column(_("Stap"), "t-who")
    who = column(_("Van wie"), "t-who")
    days = column(_("Rol en dagen"), "t-days")
    by = column(_("Door"), "t-who")
    reason = column(_("Reden"), "t-reason")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients team"}

    row_template = "caseload/team/history_row.html"
    caption = _("Wie welke stap zette, voor wie, waarom en tot wanneer. Niemand kan een regel wijzigen.")

    @cached_property
    def page_rows(self) -> list[MembershipEvent]:
        """The rows of the page."""
        return list(self.page.object_list.data)
