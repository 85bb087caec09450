"""Column types of the log that Django does not have."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TransactionIdField(models.Field):
    """The number of a PostgreSQL transaction (`xid8`), as an int in Python."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"

    def from_db_value(self, value: str | None, *args: object) -> int | None:
        return None if value is None else int(value)


class CurrentTransactionId(models.Func):
    """The number of the running transaction."""

    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class CurrentRequestId(models.Func):
    """The id of the request that the transaction is bound to; NULL outside a request (`partners.services.bind`)."""

    template = "NULLIF(current_setting('app.request', true), '')::uuid"
    output_field = models.UUIDField()
