"""Builds the virtual environment `.venv` from a locked list of packages; the Makefile runs this.

    python3 -I kbi_portal/environment.py [--demo | --dev] [--browser]

Without an option .venv gets the packages of production. Runs on the system's Python, before anything is installed:
standard library only, and a syntax that Python 3.6 still reads, so that it can name the version it needs.
"""

import argparse
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
OLDEST = (3, 11)
PIP = "requirements-pip.txt"
# each list contains the ones before it
LOCKS = ["requirements.txt", "requirements-demo.txt", "requirements-dev.txt"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def check_python() -> None:
    """Exit with the reason unless this Python can make the environment."""
    if sys.version_info < OLDEST:
        this, needed = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        sys.exit(
            f"Python {needed} or newer is needed, and {sys.executable} is Python {this}. "
            "Name another one: make demo PYTHON=python3.11"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit(
                f"This Python lacks its module {module}. On Debian and Ubuntu: apt-get install python3-venv"
            )


def stamp(lock: str) -> Path:
    """The copy of a lock in .venv, made once its packages were installed."""
    return VENV / (lock + ".installed")


def is_installed(lock: str) -> bool:
    """Return True if .venv contains the packages this lock lists now."""
    return stamp(lock).exists() and stamp(lock).read_bytes() == (PROJECT / lock).read_bytes()


def is_sound() -> bool:
    """Whether .venv runs, was finished once, and has no packages of an earlier lock."""
    stamps = [lock for lock in LOCKS if stamp(lock).exists()]
    if not stamps or not all(map(is_installed, stamps)):
        return False
    try:
        command = [str(VENV / "bin" / "python"), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def build(lock: str) -> None:
    """Install the packages of a lock, in a new .venv if the present one is not sound."""
    if not is_sound():
        if VENV.exists():
            say("The packages changed, or .venv was not finished or does not run: building it again.")
            shutil.rmtree(str(VENV))
        say("Making .venv …")
        run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made")
        # Whichever pip this Python brings has to install one wheel only; the pinned one does the rest.
        install(PIP)
    say(f"Installing the packages of {lock} …")
    install(lock)
    for part in LOCKS[: LOCKS.index(lock) + 1]:
        shutil.copyfile(str(PROJECT / part), str(stamp(part)))


def install(requirements: str) -> None:
    """Have pip install a requirements file, or exit with pip's reason."""
    words = (
        "--quiet --disable-pip-version-check --no-input install --root-user-action=ignore --require-hashes"
    )
    command = [str(VENV / "bin" / "python"), "-m", "pip", *words.split(), "--only-binary=:all:"]
    run([*command, "-r", requirements], f"pip could not install {requirements}")


def run(command: "list[str]", complaint: str) -> None:
    """Run a program silently; if it fails, exit with the complaint and the last lines of its output."""
    unwanted = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    ended = subprocess.run(
        command,
        cwd=str(PROJECT),
        env={name: value for name, value in os.environ.items() if name not in unwanted},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if ended.returncode == 0:
        return
    output = ended.stdout.decode(errors="replace")
    reason = "\n".join(output.strip().splitlines()[-12:])
    # how every pip begins its report of a failed connection
    if "connection broken by" in output:
        reason += (
            "\n\nNo package index could be reached. pip takes a proxy from https_proxy, another index from "
            "PIP_INDEX_URL, a certificate from PIP_CERT, and all of them from its own settings."
        )
    sys.exit(f"{complaint}:\n{reason}")


def provide_browser() -> None:
    """Find a Chromium for the browser tests, or install one. Exit with the reason if neither works."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium with apt-get …")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if shutil.which("chromium"):
            return
    say("Fetching Playwright's own Chromium …")
    command = [str(VENV / "bin" / "python"), "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        sys.exit(
            "The browser tests need Chromium: none of {} is on the path, and neither apt-get nor Playwright "
            "could install it. They are not skipped: install it and try again.".format(", ".join(BROWSERS))
        )


def main() -> None:
    """Bring .venv in line with the lock that the options name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    level = parser.add_mutually_exclusive_group()
    level.add_argument("--demo", action="store_true", help="with the embedded PostgreSQL")
    level.add_argument("--dev", action="store_true", help="with that and the tools for tests, lint and bench")
    parser.add_argument("--browser", action="store_true", help="with a Chromium for the browser tests")
    options = parser.parse_args()
    check_python()
    lock = LOCKS[2 if options.dev else 1 if options.demo else 0]
    # `make demo` and `make test` started at once must not both install; any file serves as a lock
    with open(str(PROJECT / LOCKS[0])) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (is_sound() and is_installed(lock)):
            build(lock)
        if options.browser:
            provide_browser()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
