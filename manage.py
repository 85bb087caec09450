#!/usr/bin/env python
"""Runs a management command, on the embedded PostgreSQL when no DATABASE_URL names a server.

Commands that change the schema or bring dossiers and counts in get the owner's connection, everything else (`shell`,
`runserver` and `import_clients` included) the web role's; KBI_DB_ROLE=web|owner in the environment overrules.
"""

import os
import signal
import sys

OWNER_COMMANDS = {
    "createsuperuser",
    "demo_accounts",
    "flush",
    "import_counts",
    "import_dossiers",
    "loaddata",
    "makemigrations",
    "migrate",
    "roll_up",
    "sqlmigrate",
    "sync_groups",
    "test",
}
# These look at no table: the server need not run for them.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "generate_dossiers",
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


def main(arguments: list[str]) -> None:
    from demo import local

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")
    os.environ.setdefault(
        "KBI_DB_ROLE", "owner" if arguments[:1] and arguments[0] in OWNER_COMMANDS else "web"
    )
    # `kill` ends the command as an exit does, so that a server started for it stops too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    local.prepare_environment()
    if local.uses_embedded_server() and needs_database(arguments):
        local.start_server()

    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
