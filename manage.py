#!/usr/bin/env python
"""Runs a management command, on the embedded PostgreSQL when no DATABASE_URL names a server.

Commands that change the schema or bring dossiers, client lists and counts in get the owner's connection, everything
else (`shell` and `runserver` included) the web role's; KBI_DB_ROLE=web|owner in the environment overrules.
"""

import os
import signal
import sys
from importlib.util import find_spec

OWNER_COMMANDS = {
    "count_clients",
    "careful_reports",
    "createsuperuser",
    "demo_accounts",
    "demo_answer",
    "demo_expectations",
    "demo_publish",
    "demo_use",
    "flush",
    "grant_access",
    "import_clients",
    "import_counts",
    "import_dossiers",
    "loaddata",
    "makemigrations",
    "migrate",
    "person_report",
    "publish",
    "clean_up",
    "rehash_numbers",
    "reset_link",
    "retire_log",
    "roll_up",
    "seal_log",
    "send_weekly",
    "sqlmigrate",
    "succeed",
    "sync_groups",
    "test",
    "verify_log",
    "work",
}
# These look at no table: the server need not run for them.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "generate_dossiers",
    "generate_doubts",
    "help",
    "makemessages",
    "startapp",
    "version",
}


def needs_database(arguments: list[str]) -> bool:
    """Whether `manage.py <arguments>` talks to the database."""
    if not arguments or arguments[0] in WITHOUT_DATABASE or arguments[0].startswith("-"):
        # `check --database` and `check --deploy` look at the web role's rights
        return arguments[:1] == ["check"] and any(a.startswith(("--database", "--deploy")) for a in arguments)
    return not {"--help", "-h"} & set(arguments)


def use_embedded_server(*, start: bool) -> None:
    """Set the environment for the embedded server and, with `start`, run it.

    Exits with the reason when it does not start, or when this is an installation without the package `demo`.
    """
    if find_spec("demo") is None:
        if start:
            sys.exit("DATABASE_URL and KBI_DB_OWNER_URL name no PostgreSQL server: see docs/operations.md.")
        return
    from demo import local, postgres

    try:
        local.start_server() if start else local.prepare_environment()
    except postgres.ServerError as error:
        sys.exit(str(error))


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")
    os.environ.setdefault(
        "KBI_DB_ROLE", "owner" if arguments[:1] and arguments[0] in OWNER_COMMANDS else "web"
    )
    # `kill` ends the command as an exit does, so that a server started for it stops too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not (os.environ.get("DATABASE_URL") or os.environ.get("KBI_DB_OWNER_URL")):
        use_embedded_server(start=needs_database(arguments))

    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
