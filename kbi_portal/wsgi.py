"""The application for the web server. It refuses to load with unsafe settings; see `starting` for the database."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

from . import starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")

if _reason := starting.unsafe_setting():
    sys.stderr.write(f"{_reason}\n")
    # gunicorn's WORKER_BOOT_ERROR: after any other exit code it would boot the next worker, for ever.
    sys.exit(3)

application = starting.CheckedApplication(get_wsgi_application())

# The objects loaded by now stay, and those a page makes are freed by their reference counts. Searching all of them for
# cycles every few hundred allocations took a tenth of a request.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 10)
