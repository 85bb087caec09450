"""Who owns the log: the step that gives it to `kbi_log`, and the check that it was taken."""

from __future__ import annotations

from django.core.management.base import CommandError

from partners.schema import LOG_TABLE as TABLE
from partners.schema import OWNER_ROLE, Cursor, SqlFile, digest, load, log_files

OWNER = "kbi_log"
TABLES = [
    TABLE,
    *("consultations_archive", "consultations_epoch", "consultations_publication"),
    *("consultations_seal", "consultations_verification"),
]
PARTITIONS = f"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{TABLE}'::regclass"


def fingerprint(files: list[SqlFile]) -> str:
    """The comment on the table that says which files its rules were loaded from."""
    return f"sql {digest(files)}"


def hand_over(cursor: Cursor) -> None:
    """Make `kbi_log` the owner of the log, its partitions and its seals, and load the files of the log under that role.

    `cursor` belongs to a superuser, inside a transaction. Running it again changes nothing unless a file changed.
    Raises CommandError when the roles or a table are missing, or a login role is a member of `kbi_log`.
    """
    cursor.execute(
        "SELECT to_regrole(%s) IS NOT NULL, bool_and(to_regclass(name) IS NOT NULL) FROM unnest(%s) AS name",
        [OWNER, TABLES],
    )
    [[has_role, has_tables]] = cursor.fetchall()
    if not has_role:
        raise CommandError(f"The role {OWNER} is missing: run kbi_portal/sql/roles.sql first.")
    if not has_tables:
        raise CommandError("The log lacks a table: run `manage.py migrate` first.")
    cursor.execute(
        "SELECT m.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member WHERE a.roleid = %s::regrole",
        [OWNER],
    )
    if members := cursor.fetchall():
        names = ", ".join(name for [name] in members)
        raise CommandError(
            f"{names} may act as {OWNER} and so rewrite the log: run kbi_portal/sql/roles.sql."
        )
    # The owner of a schema may drop any table in it, and by default that is the owner of the database.
    cursor.execute("ALTER SCHEMA public OWNER TO CURRENT_USER")
    cursor.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}, {OWNER_ROLE}")
    cursor.execute(PARTITIONS)
    for table in [*TABLES, *(name for [name] in cursor.fetchall())]:
        cursor.execute(f"ALTER TABLE {table} OWNER TO {OWNER}")
    cursor.execute(f"SET LOCAL ROLE {OWNER}")
    files = log_files()
    load(cursor, files)
    # The check compares this with the files, so that a change of the log's rules is not forgotten.
    cursor.execute(f"COMMENT ON TABLE {TABLE} IS %s", [fingerprint(files)])
    cursor.execute("RESET ROLE")
