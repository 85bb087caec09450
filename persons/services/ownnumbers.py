"""The number of an account's owner: entered once, stored as a hash only."""

from __future__ import annotations

import datetime

from django.db import connection

from partners.models import OwnNumber, User

from ..numberhashes import hash_of, key_id


def entered_on(user: User) -> datetime.datetime | None:
    """Return when the number of this account was entered, None if it was not."""
    return OwnNumber.objects.filter(user=user).values_list("set_at", flat=True).first()


def enter(insz: str) -> bool:
    """Store the hash of the bound user's own INSZ; False when there was one already, which then stays.

    Privacy officers get a report when it is the number of a client in force where the user has access.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT partners_set_own_number(%s, %s)", [hash_of(insz), key_id()])
        [outcome] = cursor.fetchone()
    return outcome == "set"
