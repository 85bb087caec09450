"""System checks: the log belongs to `kbi_log`, and its rules are those of the code."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from partners.schema import log_files, policies

from .handing_over import OWNER, TABLE, fingerprint

STATE = """
SELECT pg_get_userbyid(c.relowner), obj_description(c.oid, 'pg_class'),
  EXISTS (SELECT 1 FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid WHERE r.rolname = %s),
  ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid ORDER BY polname)
FROM pg_class c WHERE c.oid = to_regclass(%s)
"""
HINT = "Run `manage.py hand_over_log` (docs/operations.md)."


@register(Tags.database)
def log_belongs_to_its_own_role(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Return errors when a role that can log in could change the log, or when its rules are not those of the code."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(STATE, [OWNER, TABLE])
            state = cursor.fetchone()
        if state is None:
            continue  # not migrated yet
        owner, comment, has_members, in_force = state
        files = log_files()
        if owner != OWNER:
            errors.append(Error(f"The log belongs to {owner}.", hint=HINT, id="consultations.E001"))
        elif comment != fingerprint(files):
            errors.append(
                Error("The log's rules are not those of the code.", hint=HINT, id="consultations.E002")
            )
        if foreign := set(in_force) - policies(files):
            # The policy for earlier dates of the demo, for instance, on a portal without the demo.
            names = ", ".join(sorted(foreign))
            errors.append(
                Error(
                    f"No file makes these policies of the log: {names}.", hint=HINT, id="consultations.E004"
                )
            )
        if has_members:
            errors.append(Error(f"A role is a member of {OWNER}.", hint=HINT, id="consultations.E003"))
    return errors
