"""Load functions, views, policies, triggers and grants from the apps' `sql` folders.

Migrations make and change tables. Everything else in the schema is loaded from the files by one step at the end of
`migrate` (docs/changing.md), so the current text of a function or policy is in exactly one place:

- `<app>/sql/<function>.sql` and `<app>/sql/<view>.sql`: one object in each file, named after it;
- `<app>/sql/<table>.sql`: row-level security, policies, triggers and grants of that table.

Apps load in the order of INSTALLED_APPS, in one transaction. An object that no file names any more is dropped.
The files of the log are loaded by `manage.py hand_over_log`, under the role that owns the log.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Protocol

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections, transaction
from psycopg2.errors import InvalidFunctionDefinition

# `hand_over_log` loads the files of this app, and those about this table in any app, under `kbi_log`.
LOG_APP, LOG_TABLE = "consultations", "consultations_consultation"
WEB_ROLE, OWNER_ROLE = "kbi_web", "kbi_owner"
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
# The web role only reads these tables of libraries, or only appends to them.
NARROWER = {
    "auth_permission": "SELECT",
    "auth_group": "SELECT, INSERT, UPDATE",
    "auth_group_permissions": "SELECT",
    "django_content_type": "SELECT",
    "django_admin_log": "SELECT, INSERT",
    "django_migrations": "SELECT",
    "guardian_userobjectpermission": "SELECT",
    "guardian_groupobjectpermission": "SELECT",
    # Tasks carry ids only. Deleting them is for the nightly command.
    "django_tasks_database_dbtaskresult": "SELECT, INSERT, UPDATE",
}


class Cursor(Protocol):
    """A cursor of Django or of psycopg2."""

    def execute(self, statement: Any, parameters: Any = ..., /) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class SqlFileError(Exception):
    """A file in an `sql` folder cannot be loaded; the message names the file."""


@dataclass(frozen=True)
class SqlFile:
    """One file: `kind` is function, view or table, `name` the object it makes or the table it is about."""

    path: Path
    kind: str
    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> SqlFile:
        """Read a file. Raises SqlFileError when it makes another object than the one it is named after."""
        text = path.read_text(encoding="utf-8")
        made = re.findall(r"^CREATE (?:OR REPLACE )?(FUNCTION|VIEW) (\w+)", text, re.MULTILINE)
        if not made:
            return cls(path, "table", path.stem, text)
        if len(made) > 1 or made[0][1] != path.stem:
            raise SqlFileError(f"{_short(path)} must make one object, named {path.stem}.")
        return cls(path, made[0][0].lower(), path.stem, text)


def own_apps() -> list[AppConfig]:
    """The portal's own apps that have an `sql` folder, in the order they load."""
    return [
        config
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(settings.BASE_DIR) and (Path(config.path) / "sql").is_dir()
    ]


def sql_files(app_configs: Iterable[AppConfig]) -> list[SqlFile]:
    """The files of these apps in the order they load: functions, then views by dependency, then tables."""
    files = [
        SqlFile.read(path)
        for config in app_configs
        for path in sorted((Path(config.path) / "sql").glob("*.sql"))
    ]
    views = {file.name: file for file in files if file.kind == "view"}
    uses = {
        name: {other for other in views if other != name and re.search(rf"\b{other}\b", file.text)}
        for name, file in views.items()
    }
    return [
        *(file for file in files if file.kind == "function"),
        *(views[name] for name in TopologicalSorter(uses).static_order()),
        *(file for file in files if file.kind == "table"),
    ]


def log_files() -> list[SqlFile]:
    """The files that load under the owner of the log: those of its app, and those of other apps about its table."""
    own = apps.get_app_config(LOG_APP)
    others = sql_files(config for config in own_apps() if config is not own)
    return sql_files([own]) + [file for file in others if file.name == LOG_TABLE]


def owner_files() -> list[SqlFile]:
    """The files that load under the owner of all other tables, at the end of `migrate`."""
    files = sql_files(config for config in own_apps() if config.label != LOG_APP)
    return [file for file in files if file.name != LOG_TABLE]


def policies(files: Iterable[SqlFile]) -> set[str]:
    """The names of the policies that these files make."""
    return {name for file in files for name in re.findall(r"^CREATE POLICY (\w+)", file.text, re.MULTILINE)}


def digest(files: Iterable[SqlFile]) -> str:
    """A fingerprint of the files' text."""
    return hashlib.sha256("\0".join(f"{file.name}\0{file.text}" for file in files).encode()).hexdigest()


def load(cursor: Cursor, files: list[SqlFile]) -> None:
    """Bring the objects that the current role owns in line with `files`. Run it inside a transaction.

    Policies, triggers and views are made anew. Functions are replaced in place, because policies of the log's owner
    depend on some of them. Raises SqlFileError naming the file that PostgreSQL rejects.
    """
    drop_rules(cursor)
    # Function bodies may name objects that are made later in this step.
    cursor.execute("SET LOCAL check_function_bodies = off")
    for signature, _name, _place in _functions(cursor):
        cursor.execute(
            f"REVOKE ALL ON FUNCTION {signature} FROM {WEB_ROLE}; GRANT EXECUTE ON FUNCTION {signature} TO PUBLIC"
        )
    before = set(_functions(cursor))
    for file in files:
        _run(cursor, file)
    # A file that makes a function writes its row anew. A row in its old place belongs to a function, or to an earlier
    # signature of one, that no file makes any more.
    for signature, _name, _place in sorted(before & set(_functions(cursor))):
        cursor.execute(f"DROP FUNCTION {signature}")


def drop_rules(cursor: Cursor) -> None:
    """Drop policies, triggers and views of the current role, and the web role's grants on its tables.

    Without policies row-level security would hide every row from the owner too, so it is no longer forced until the
    files are loaded. The web role has no grants meanwhile and sees nothing.
    """
    for table, kind in _relations(cursor):
        if kind == "v":
            continue
        cursor.execute(f"REVOKE ALL ON TABLE {table} FROM {WEB_ROLE}")
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute("SELECT quote_ident(polname) FROM pg_policy WHERE polrelid = %s::regclass", [table])
        for [policy] in cursor.fetchall():
            cursor.execute(f"DROP POLICY {policy} ON {table}")
        cursor.execute(
            "SELECT quote_ident(tgname) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgparentid = 0",
            [table],
        )
        for [trigger] in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {trigger} ON {table}")
    views = [name for name, kind in _relations(cursor) if kind == "v"]
    if views:
        cursor.execute(f"DROP VIEW {', '.join(views)}")


def grant_library_tables(cursor: Cursor) -> None:
    """Let the web role use the tables of libraries, and the sequences of all tables."""
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE}")
    own = {config.label for config in own_apps()}
    tables = {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.label not in own
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    } | {"django_migrations"}
    for table, kind in _relations(cursor):
        if table in tables and kind == "r":
            cursor.execute(f"GRANT {NARROWER.get(table, EVERYTHING)} ON {table} TO {WEB_ROLE}")
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}")
    # A temporary table could take the name of a real one for its session.
    cursor.execute(
        "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"
    )


# -- migrate -----------------------------------------------------------------------------------------------


def before_migrate(app_config: AppConfig, using: str, plan: list[tuple[Any, bool]], **kwargs: object) -> None:
    """Drop the rules of tables that will change, after checking that the migrations can run.

    Raises CommandError before anything changes when another role than the owner migrates, or when a migration in the
    plan cannot be reversed: the ones after it would otherwise be reversed already.
    """
    if app_config is not next(iter(_with_models())):
        return
    with _cursor(using) as cursor:
        cursor.execute("SELECT current_user")
        [[role]] = cursor.fetchall()
        if role != OWNER_ROLE:
            raise CommandError(
                f"Migrations run as {OWNER_ROLE}, not as {role}: docs/operations.md says how to make the roles."
            )
        for migration, backwards in plan:
            if backwards and not all(operation.reversible for operation in migration.operations):
                raise CommandError(
                    f"{migration} cannot be reversed, so nothing was. Restore a backup from before it instead."
                )
        labels = {config.label for config in own_apps()}
        if any(migration.app_label in labels for migration, _backwards in plan):
            drop_rules(cursor)


def after_migrate(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Load the files when the last app has migrated; skipped while tables are missing (a partial migration)."""
    if sender is not _with_models()[-1]:
        return
    with _cursor(using) as cursor:
        tables = {table for table, _kind in _relations(cursor, every_owner=True)}
        needed = {
            model._meta.db_table
            for config in own_apps()
            for model in config.get_models(include_auto_created=True)
            if model._meta.managed
        }
        if needed <= tables:
            load(cursor, owner_files())
            grant_library_tables(cursor)


def _with_models() -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if config.models_module is not None]


@contextmanager
def _cursor(using: str) -> Iterator[Cursor]:
    # One transaction: other sessions see the old rules or the new ones.
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        yield cursor


# -- parts ---------------------------------------------------------------------------------------------------


def _run(cursor: Cursor, file: SqlFile) -> None:
    cursor.execute("SAVEPOINT sql_file")
    try:
        try:
            cursor.execute(file.text)
        except Exception as error:
            if file.kind != "function" or not _is_about_definition(error):
                raise
            # Another return type: PostgreSQL does not replace such a function.
            cursor.execute("ROLLBACK TO SAVEPOINT sql_file")
            for signature, name, _place in _functions(cursor):
                if name == file.name:
                    cursor.execute(f"DROP FUNCTION {signature}")
            cursor.execute(file.text)
    except Exception as error:
        raise SqlFileError(f"{_short(file.path)}: {error}") from error
    cursor.execute("RELEASE SAVEPOINT sql_file")


def _is_about_definition(error: Exception) -> bool:
    return isinstance(error, InvalidFunctionDefinition) or isinstance(
        error.__cause__, InvalidFunctionDefinition
    )


def _functions(cursor: Cursor) -> list[tuple[str, str, str]]:
    """Signature, name and place in the catalogue of the functions of the current role in the schema."""
    cursor.execute(
        "SELECT p.oid::regprocedure::text, p.proname::text, p.ctid::text FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    return [(signature, name, place) for signature, name, place in cursor.fetchall()]


def _relations(cursor: Cursor, *, every_owner: bool = False) -> list[tuple[str, str]]:
    """Name and kind (r table, p partitioned, v view) of the relations of the current role in the schema."""
    cursor.execute(
        "SELECT quote_ident(c.relname), c.relkind::text FROM pg_class c"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
        " AND (%s OR c.relowner = current_user::regrole) ORDER BY c.relname",
        [every_owner],
    )
    return [(name, kind) for name, kind in cursor.fetchall()]


def _short(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))
