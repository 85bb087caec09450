"""What an administrator chose so far in the steps that give access: encrypted in the session, never in an address."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from .sealing import Unreadable, seal, unseal

KEY = "access_drafts"
# Each tab has its own draft. The oldest one goes when there are more.
MOST = 5


def load_draft(session: SessionBase, draft_id: uuid.UUID) -> dict[str, Any] | None:
    """Return the draft with this id in the session, or None when it was sent or is too old."""
    sealed = dict(session.get(KEY, [])).get(str(draft_id))
    try:
        return unseal(sealed, KEY, draft_id) if sealed else None
    except Unreadable:
        return None


def save_draft(session: SessionBase, draft_id: uuid.UUID, draft: dict[str, Any]) -> None:
    """Store `draft` (what JSON can carry) in the session under this id."""
    others = [entry for entry in session.get(KEY, []) if entry[0] != str(draft_id)]
    session[KEY] = [*others[1 - MOST :], [str(draft_id), seal(draft, KEY, draft_id)]]


def drop_draft(session: SessionBase, draft_id: uuid.UUID) -> None:
    """Remove the draft with this id from the session."""
    session[KEY] = [entry for entry in session.get(KEY, []) if entry[0] != str(draft_id)]
