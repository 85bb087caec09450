"""The database lets a password change only for the account that the transaction is bound to, or names here."""

from __future__ import annotations

from django.db import connection


def allow_change_of(user_id: int) -> None:
    """Name the account whose password may change until this transaction ends, or until another is named.

    Call it only once the account is proven: by its password, or by a reset link. Must run inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.password_of', %s, true)", [str(user_id)])
