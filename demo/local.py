"""What manage.py and the demo set up on a machine where nothing was configured.

With DATABASE_URL or KBI_DB_OWNER_URL in the environment this module keeps its hands off: a real installation
names its own server, key and rules.
"""

import contextlib
import os
import secrets
import sys
from pathlib import Path

from . import postgres


def uses_embedded_server() -> bool:
    """Whether the environment names no PostgreSQL server."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("KBI_DB_OWNER_URL"))


def data_folder() -> Path:
    """Where everything made at run time lies: KBI_DATA_DIR, default `.data`; made when missing."""
    folder = postgres.data_folder()
    postgres.make_folder(folder)
    return folder


def prepare_environment(*, for_demo: bool = False) -> None:
    """Give the settings what a local run needs: a secret key of this machine's own, test numbers allowed."""
    if uses_embedded_server():
        os.environ.setdefault("KBI_ALLOW_TEST_NUMBERS", "on")
    elif not for_demo:
        return
    if not (os.environ.get("KBI_SECRET_KEY") or os.environ.get("KBI_SECRET_KEY_FILE")):
        os.environ["KBI_SECRET_KEY"] = _secret_key()


def start_server() -> None:
    """Start the embedded server, or end the process with the reason in words."""
    try:
        postgres.ensure_running()
    except postgres.ServerError as error:
        sys.exit(str(error))


def _secret_key() -> str:
    path = data_folder() / "secret-key"
    try:
        if not path.exists():
            # linked in place whole: of two processes starting at once, both use the key of the first
            aside = path.with_name(f"secret-key.{os.getpid()}")
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
            aside.unlink()
        return path.read_text()
    except OSError as error:
        sys.exit(f"{path} cannot be used: {error.strerror}. Was it made by another account?")
