"""The environment of a run on this machine: its own keys, test numbers allowed, the embedded server.

A real installation names its own server, key and rules, and none of this runs.
"""

import contextlib
import os
import secrets
import sys
from pathlib import Path

from . import postgres


def uses_embedded_server() -> bool:
    """Return True if the environment names no PostgreSQL server."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("KBI_DB_OWNER_URL"))


def data_folder() -> Path:
    """Return the folder for everything made at run time: KBI_DATA_DIR, default `.data`; made when missing."""
    folder = postgres.data_folder()
    postgres.make_folder(folder)
    return folder


def start_server() -> postgres.Server:
    """Start the embedded server and name it in the environment. Raises postgres.ServerError."""
    prepare_environment()
    server = postgres.ensure_running()
    os.environ |= server.addresses()
    return server


def prepare_environment() -> None:
    """Set whatever else the settings need and the environment lacks; exits when a key cannot be read."""
    os.environ.setdefault("KBI_DEMO", "on")
    os.environ.setdefault("KBI_ALLOW_TEST_NUMBERS", "on")
    for name, file in (("KBI_SECRET_KEY", "secret-key"), ("KBI_INSZ_KEY", "insz-key")):
        if not (os.environ.get(name) or os.environ.get(f"{name}_FILE")):
            os.environ[name] = _own_key(file)


def _own_key(name: str) -> str:
    path = data_folder() / name
    try:
        if not path.exists():
            # linked in place whole: of two processes starting at once, both use the key of the first
            aside = path.with_name(f"{name}.{os.getpid()}")
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
            aside.unlink()
        return path.read_text()
    except OSError as error:
        sys.exit(f"{path} cannot be used: {error.strerror}. Was it made by another account?")
