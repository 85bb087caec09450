"""The searches of a session, so that their results have an address to go back to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase

from consultations.enums import Kind
from partners.models import Membership

from .lists import SearchTerm
from .sessionvalues import SessionValues

MOST = 10
_SEARCHES = SessionValues("searches", Kind.SEARCH, MOST)


def store_search(
    session: SessionBase, term: SearchTerm, acting: Membership, form: Mapping[str, str] | None = None
) -> uuid.UUID:
    """Store `term` for the institution of `acting`, and return the id of the search. Raises like `SessionValues.store`.

    `form` are the typed values of the form under the results, to show them again with their mistakes.
    """
    return _SEARCHES.store(session, [term.number, term.name, dict(form or {}), term.birth], acting)


def stored_search(session: SessionBase, search_id: uuid.UUID, acting: Membership) -> SearchTerm | None:
    """Return the term of a search; None when the session does not have it. Raises OtherInstitution."""
    value = _SEARCHES.read(session, search_id, acting)
    if value is None:
        return None
    # A search that an earlier version of the code stored has no birth date.
    number, name, _form, *birth = value
    return SearchTerm(number, name, *birth)


def stored_form(session: SessionBase, search_id: uuid.UUID, acting: Membership) -> dict[str, str]:
    """Return the typed values of the form under the results of a search that `stored_search` returned; {} if none."""
    value = _SEARCHES.read(session, search_id, acting)
    return value[2] if value else {}
