"""System checks for the database rights of the web role. The start of a web process runs them too."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from .numberhashes import key_id

RIGHTS = """
SELECT r.rolsuper, r.rolbypassrls,
  EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v')
          AND c.relnamespace = 'public'::regnamespace),
  pg_has_role(r.oid, 'kbi_web', 'USAGE'),
  has_schema_privilege(r.oid, 'public', 'CREATE'),
  has_database_privilege(r.oid, current_database(), 'TEMPORARY')
FROM pg_roles r WHERE r.rolname = current_user
"""


@register(Tags.database)
def web_role_has_no_rights_of_its_own(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Errors when the web process logs in as a role that owns tables or passes row-level security by."""
    if settings.ROLE != "web":
        return []
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(RIGHTS)
            superuser, bypasses, owns, may_web, may_create, may_temp = cursor.fetchone()
        for wrong, words, code in (
            (superuser, "is a superuser", "persons.E001"),
            (bypasses, "passes row-level security by (BYPASSRLS)", "persons.E002"),
            (owns, "owns tables", "persons.E003"),
            (not may_web, "is not kbi_web nor a member of it", "persons.E004"),
            (may_create, "may create tables in the schema", "persons.E005"),
            (may_temp, "may create temporary tables", "persons.E007"),
        ):
            if wrong:
                found.append(
                    Error(
                        f"The web role {words}: the second gate would stand open.",
                        hint="DATABASE_URL must name kbi_web; docs/operations.md has the SQL that makes it.",
                        id=code,
                    )
                )
    return found


@register(Tags.database)
def hashes_are_of_this_key(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Errors when numbers were hashed under another key, or some not at all: the rules would not know anyone."""
    if settings.ROLE != "web" or not settings.KBI_INSZ_KEY:
        return []
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT to_regclass('persons_hashkey') IS NOT NULL")
            if cursor.fetchone() == (True,):
                cursor.execute("SELECT 1 FROM persons_hashkey WHERE key_id <> %s", [key_id()])
                if cursor.fetchone():
                    found.append(
                        Error(
                            "The hashes of national numbers are not of this KBI_INSZ_KEY.",
                            hint="Run manage.py rehash_numbers, or name the key that they were made with.",
                            id="persons.E008",
                        )
                    )
    return found


@register()
def driver_is_psycopg2(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Django prefers psycopg 3 as soon as it can be imported; the portal is measured and locked on psycopg2."""
    if is_psycopg3:
        return [Error("psycopg 3 is installed; the portal runs on psycopg2.", id="persons.E006")]
    return []
