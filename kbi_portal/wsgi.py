"""The application for the web server. It refuses to serve without a secret key or where the second gate would fail."""

import gc
import os
import sys
from typing import NoReturn

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")


def _refuse(reason: str) -> NoReturn:
    sys.stderr.write(f"{reason}\n")
    # gunicorn's WORKER_BOOT_ERROR: after any other exit code it would boot the next worker, for ever.
    sys.exit(3)


if not settings.HAS_SECRET_KEY:
    _refuse("KBI_SECRET_KEY (or KBI_SECRET_KEY_FILE) is missing: sessions cannot be signed.")
if not os.environ.get("DATABASE_URL"):
    _refuse("DATABASE_URL is missing: it names the PostgreSQL server of the portal.")
if settings.ROLE != "web":
    _refuse(
        f"KBI_DB_ROLE is {settings.ROLE!r}: pages are served as 'web' only, the second gate holds no other."
    )

application = get_wsgi_application()

try:
    _wrong = [
        finding
        for finding in run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        if finding.is_serious()
    ]
except DatabaseError as error:
    _refuse(f"The database does not answer, so the rights of the web role cannot be checked: {error}")
if _wrong:
    _refuse("\n".join(f"{finding.id}: {finding.msg} {finding.hint or ''}" for finding in _wrong))
# Workers are forked from this process: none may inherit its connection.
connections.close_all()

# The objects loaded by now stay, and those a page makes are freed by their reference counts. Searching all of them for
# cycles every few hundred allocations took a tenth of a request.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 10)
