"""What a user typed, kept in the session under an id, encrypted, so that its page has an address to go back to.

Only the normalised input is stored, never a result: each visit of the address looks up again.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import record
from partners.models import Membership
from partners.sealing import Unreadable, seal, unseal

LIFETIME = datetime.timedelta(minutes=30)


class OtherInstitution(Exception):
    """The value belongs to another institution. The refusal is logged."""


@dataclass(frozen=True)
class SessionValues:
    """The values of one purpose: at most `most` of them stay in a session, the newest, each for `LIFETIME`.

    `purpose` names them in the session: id → [institution, sealed value], oldest first. `kind` is that of the log row
    of a refusal.
    """

    purpose: str
    kind: Kind
    most: int

    def store(self, session: SessionBase, value: object, acting: Membership) -> uuid.UUID:
        """Store `value` (anything that JSON can carry) for the institution of `acting`, and return its id.

        Raises SessionInterrupted (400) when the user signed out meanwhile.
        """
        value_id = uuid.uuid4()
        institution_id = acting.institution_id
        with transaction.atomic():
            # Two tabs may store at the same moment, or one button be pressed twice: without the lock the session that
            # is saved last would undo the value of the other.
            locked = list(Session.objects.select_for_update().filter(session_key=session.session_key))
            if not locked:
                raise SessionInterrupted("The user signed out meanwhile")
            entries = {
                other: entry
                for other, entry in locked[0].get_decoded().get(self.purpose, {}).items()
                if self._unseal(session, other, entry) is not None
            }
            sealed = seal(value, *self._context(session, institution_id, value_id))
            entries[str(value_id)] = [institution_id, sealed]
            session[self.purpose] = dict(list(entries.items())[-self.most :])
            session.save()
        # Saved once more after the lock is gone, it would undo the value of another tab after all.
        session.modified = False
        return value_id

    def read(self, session: SessionBase, value_id: uuid.UUID, acting: Membership) -> Any:
        """Return a value; None when this session does not have it, or no longer.

        Raises OtherInstitution, after the refusal was logged, when it belongs to another institution.
        """
        entry = session.get(self.purpose, {}).get(str(value_id))
        value = self._unseal(session, str(value_id), entry) if entry else None
        if value is not None and entry[0] != acting.institution_id:
            record(
                kind=self.kind,
                outcome=Outcome.REFUSED,
                rule=Refusal.NOT_VISIBLE,
                acting=acting,
                target=str(value_id),
            )
            raise OtherInstitution
        return value

    def _unseal(self, session: SessionBase, value_id: str, entry: list[Any]) -> Any:
        institution_id, sealed = entry
        try:
            return unseal(sealed, *self._context(session, institution_id, value_id), max_age=LIFETIME)
        except Unreadable:
            return None

    def _context(
        self, session: SessionBase, institution_id: int, value_id: uuid.UUID | str
    ) -> tuple[object, ...]:
        # An entry that is copied to another session, institution or address does not open there.
        return (self.purpose, session.session_key, institution_id, value_id)
