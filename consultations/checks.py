"""System checks: the log belongs to `kbi_log`, and its rules are those of the code."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import ERROR, WARNING, CheckMessage, Tags, register
from django.db import connections

from partners.schema import OWNER_ROLE, log_files, policies

from .handing_over import OWNER, TABLE, TABLES, fingerprint

STATE = """
SELECT current_user = %s,
  ARRAY(SELECT DISTINCT pg_get_userbyid(t.relowner)::text FROM pg_class t WHERE t.relname = ANY (%s)
        AND t.relnamespace = c.relnamespace AND pg_get_userbyid(t.relowner) <> %s),
  obj_description(c.oid, 'pg_class'),
  EXISTS (SELECT 1 FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid WHERE r.rolname = %s),
  ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid ORDER BY polname)
FROM pg_class c WHERE c.oid = to_regclass(%s)
"""
HINT = "Run `manage.py hand_over_log` (docs/operations.md)."


@register(Tags.database)
def log_belongs_to_its_own_role(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Return errors when a role that can log in could change the log, or when its rules are not those of the code.

    They are warnings for the owner: `migrate` must run between an upgrade of the code and `hand_over_log`.
    """
    errors: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(STATE, [OWNER_ROLE, TABLES, OWNER, OWNER, TABLE])
            state = cursor.fetchone()
        if state is None:
            continue  # not migrated yet
        is_owner, other_owners, comment, has_members, in_force = state
        files = log_files()
        findings = {}
        if other_owners:
            findings["E001"] = f"The log belongs to {', '.join(other_owners)}."
        elif comment != fingerprint(files):
            findings["E002"] = "The log's rules are not those of the code."
        elif not _is_numbered(alias):
            findings["E005"] = (
                "The log has no number for this database server: it was restored here, and what is written now would "
                "count as added to what the earlier server wrote."
            )
        if has_members:
            findings["E003"] = f"A role is a member of {OWNER}."
        if foreign := sorted(set(in_force) - policies(files)):
            # The policy for earlier dates of the demo, for instance, on a portal without the demo.
            findings["E004"] = f"No file makes these policies of the log: {', '.join(foreign)}."
        level = WARNING if is_owner else ERROR
        errors += [
            CheckMessage(level, message, hint=HINT, id=f"consultations.{number}")
            for number, message in findings.items()
        ]
    return errors


def _is_numbered(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT consultations_is_numbered()")
        return cursor.fetchone() == (True,)
