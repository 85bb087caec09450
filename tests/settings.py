"""The portal's settings for the tests: demo on, as the owner, on the embedded server unless the environment names one.

The tests make databases and give tables away: a server of one's own needs DATABASE_URL, KBI_DB_OWNER_URL and
KBI_DB_SUPERUSER_URL (docs/operations.md).
"""

import os

from demo import postgres

if not os.environ.get("DATABASE_URL"):
    os.environ |= postgres.ensure_running().addresses()
for name, value in {
    "KBI_SECRET_KEY": "only-for-tests-" + "x" * 50,
    "KBI_INSZ_KEY": "only-for-tests-too-" + "y" * 50,
    "KBI_ALLOW_TEST_NUMBERS": "on",
    "KBI_DEMO": "on",
    "KBI_DB_ROLE": "owner",
}.items():
    os.environ.setdefault(name, value)

from kbi_portal.settings import *  # noqa: E402, F403
from kbi_portal.settings import DATABASES, STORAGES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": f"test_kbi_{os.getpid()}"}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# A sound hash takes 140 ms, and the tests make hundreds of accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
