"""The searches of a session: their terms, encrypted, so that the results have an address to go back to.

Only the normalised term is stored, never a result: each visit of the address searches again.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import record
from partners.models import Membership
from partners.sealing import Unreadable, seal, unseal

from .lists import SearchTerm

LIFETIME = datetime.timedelta(minutes=30)
MOST = 10
_KEY = "searches"  # in the session: id of the search → [institution, sealed term], oldest first


class OtherInstitution(Exception):
    """The search belongs to another institution. The refusal is logged."""


def store_search(
    session: SessionBase, term: SearchTerm, acting: Membership, form: Mapping[str, str] | None = None
) -> uuid.UUID:
    """Store `term` in the session for the institution of `acting`, and return the id of the search.

    `form` is what was typed in the form under the results, to show it again with its mistakes. At most `MOST` searches
    stay, the newest ones, each for `LIFETIME`. Raises SessionInterrupted (400) when the user signed out meanwhile.
    """
    search_id = uuid.uuid4()
    institution_id = acting.institution_id
    with transaction.atomic():
        # Two tabs may search at the same moment, or one button be pressed twice: without the lock the session that is
        # saved last would undo the search of the other.
        locked = list(Session.objects.select_for_update().filter(session_key=session.session_key))
        if not locked:
            raise SessionInterrupted("The user signed out during the search")
        searches = {
            other: entry
            for other, entry in locked[0].get_decoded().get(_KEY, {}).items()
            if _value(session, other, entry) is not None
        }
        sealed = seal([term.number, term.name, form or {}], *_context(session, institution_id, search_id))
        searches[str(search_id)] = [institution_id, sealed]
        session[_KEY] = dict(list(searches.items())[-MOST:])
        session.save()
    # Saved once more after the lock is gone, it would undo the search of another tab after all.
    session.modified = False
    return search_id


def stored_search(session: SessionBase, search_id: uuid.UUID, acting: Membership) -> SearchTerm | None:
    """Return the term of a search; None when this session does not have it, or no longer.

    Raises OtherInstitution, after the refusal was logged, when it belongs to another institution.
    """
    entry = session.get(_KEY, {}).get(str(search_id))
    value = _value(session, str(search_id), entry) if entry else None
    if value and entry[0] != acting.institution_id:
        record(
            kind=Kind.SEARCH,
            outcome=Outcome.REFUSED,
            rule=Refusal.NOT_VISIBLE,
            acting=acting,
            target=str(search_id),
        )
        raise OtherInstitution
    return SearchTerm(number=value[0], name=value[1]) if value else None


def stored_form(session: SessionBase, search_id: uuid.UUID) -> dict[str, str]:
    """Return what was typed in the form under the results of a search that `stored_search` returned; {}: nothing."""
    entry = session.get(_KEY, {}).get(str(search_id))
    value = _value(session, str(search_id), entry) if entry else None
    return value[2] if value else {}


def _value(session: SessionBase, search_id: str, entry: list[Any]) -> list[Any] | None:
    institution_id, sealed = entry
    try:
        return unseal(sealed, *_context(session, institution_id, search_id), max_age=LIFETIME)
    except Unreadable:
        return None


def _context(session: SessionBase, institution_id: int, search_id: uuid.UUID | str) -> tuple[object, ...]:
    # An entry that is copied to another session, institution or address does not open there.
    return ("search", session.session_key, institution_id, search_id)
