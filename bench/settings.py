"""The portal's production settings, with one address more: a view that only checks the session."""

from kbi_portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
