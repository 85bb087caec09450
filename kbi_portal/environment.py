"""Builds the virtual environment `.venv` from the locked requirements; run by the Makefile.

    python3 -I kbi_portal/environment.py [--dev] [--browser]

Runs on the system's Python, before anything is installed: standard library only, and a syntax that an older
Python still reads, so that it can say what is missing.
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
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def check_python():
    if sys.version_info < OLDEST:
        found, needed = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        sys.exit(
            f"Python {needed} or newer is needed, and {sys.executable} is Python {found}. "
            "Name another one: make demo PYTHON=python3.11"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit(
                f"This Python lacks its module {module}. On Debian and Ubuntu: apt-get install python3-venv"
            )


def installed(name):
    """Whether .venv holds exactly what requirements file `name` says."""
    stamp = VENV / (name + ".installed")
    return stamp.exists() and stamp.read_bytes() == (PROJECT / name).read_bytes()


def is_sound():
    """Whether .venv has a Python that runs and an installation that once came to its end."""
    if not list(VENV.glob("*.installed")):
        return False
    command = [VENV / "bin" / "python", "-c", "import sys, pip; sys.exit(sys.version_info[:2] < (3, 11))"]
    try:
        return subprocess.run([str(word) for word in command], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def build(name):
    if VENV.exists() and not is_sound():
        say("The earlier .venv was not finished or does not run: building it again.")
        shutil.rmtree(str(VENV))
    if not VENV.exists():
        say("Making .venv …")
        run([sys.executable, "-m", "venv", VENV], "The virtual environment could not be made (see above).")
    for stamp in VENV.glob("*.installed"):
        stamp.unlink()
    say(f"Installing what {name} names …")
    pip = [
        VENV / "bin" / "python",
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "install",
    ]
    run(
        [*pip, "--root-user-action=ignore", "--require-hashes", "--only-binary=:all:", "-r", PROJECT / name],
        "The packages could not be installed (see above): a package index must be within reach.",
    )
    # the development list contains the other one, locked together with it
    for part in {name, "requirements.txt"}:
        shutil.copyfile(str(PROJECT / part), str(VENV / (part + ".installed")))


def run(command, complaint):
    """Run a program whose output matters only when it fails."""
    environment = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=str(PROJECT),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        say(done.stdout.decode(errors="replace"))
        sys.exit(complaint)


def provide_browser():
    """A Chromium for the browser tests: on the path, from Debian, or Playwright's own; else a message."""
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
    python = str(VENV / "bin" / "python")
    if subprocess.run(
        [python, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL
    ).returncode:
        sys.exit(
            "The browser tests need Chromium: none of {} is on the path, and neither apt-get nor Playwright "
            "could install it. They are not skipped: install it and try again.".format(", ".join(BROWSERS))
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with the tools for tests")
    parser.add_argument("--browser", action="store_true", help="with a Chromium for the browser tests")
    options = parser.parse_args()
    check_python()
    name = "requirements-dev.txt" if options.dev else "requirements.txt"
    # `make demo` and `make test` started at once must not both install; any file serves as a lock
    with open(str(PROJECT / "requirements.txt")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (is_sound() and installed(name)):
            build(name)
        if options.browser:
            provide_browser()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
