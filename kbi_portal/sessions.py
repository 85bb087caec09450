"""Sessions in the database, for keys Django itself could have made."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore


class SessionStore(DatabaseSessionStore):
    """Takes any other key for no session: PostgreSQL has no text with a NUL, and asking for one is a server error."""

    def _validate_session_key(self, key: str) -> bool:
        # The stubs leave out this method of SessionBase.
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()  # type: ignore[misc]
