"""Settings: one file, from the environment, refusing to start when unsafe. docs/operations.md names every variable."""

import os
import tomllib
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from . import safety

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("KBI_DATA_DIR", BASE_DIR / ".data"))
# In the footer of each page; templates/information/news.html has a section for it.
PORTAL_VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def _refuse(reason: str) -> None:
    if reason:
        raise ImproperlyConfigured(reason)


def _flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "no", "false", "off"}:
        return default if value == "" else False
    if value in {"1", "yes", "true", "on"}:
        return True
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret(name: str) -> str:
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            _refuse(safety.open_key_file(Path(path)))
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error
    return os.environ.get(name, "")


DEBUG = _flag("KBI_DEBUG")
ALLOWED_HOSTS = _list("KBI_ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = _list("KBI_CSRF_TRUSTED_ORIGINS")

for _reason in (safety.wide_hosts(ALLOWED_HOSTS), safety.foreign_origins(CSRF_TRUSTED_ORIGINS)):
    _refuse(_reason)

# Commands that serve no pages run without a key: Django raises an error if one of them asks for it after all, and
# kbi_portal/wsgi.py refuses to serve.
SECRET_KEY = _secret("KBI_SECRET_KEY")
HAS_SECRET_KEY = bool(SECRET_KEY)
_refuse(safety.weak_key("KBI_SECRET_KEY", SECRET_KEY))
# Hashes national numbers (persons/numberhashes.py). A key of its own: it is never changed without `rehash_numbers`.
KBI_INSZ_KEY = _secret("KBI_INSZ_KEY")
_refuse(safety.weak_key("KBI_INSZ_KEY", KBI_INSZ_KEY))
_refuse(safety.same_key(SECRET_KEY, KBI_INSZ_KEY))

# Test numbers (register month 60-72) belong to no person; a production portal refuses them.
KBI_ALLOW_TEST_NUMBERS = _flag("KBI_ALLOW_TEST_NUMBERS")
# Generators, accounts and commands of the demonstration; a production portal does without.
KBI_DEMO = _flag("KBI_DEMO")
_refuse(safety.invented_use(demo=KBI_DEMO, test_numbers=KBI_ALLOW_TEST_NUMBERS))
# Who users ask when data are doubtful: an e-mail address, an https address or words.
KBI_CONTACT = os.environ.get("KBI_CONTACT", "").strip()

INSTALLED_APPS = [
    "kbi_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "partners.apps.PartnersConfig",
    "consultations.apps.ConsultationsConfig",
    "persons.apps.PersonsConfig",
    "caseload.apps.CaseloadConfig",
    "oversight.apps.OversightConfig",
    "statistics.apps.StatisticsConfig",
    "django_tasks",
    # After partners, whose command db_worker goes before the one of this app.
    "django_tasks_db",
    *(["demo.apps.DemoConfig"] if KBI_DEMO else []),
]

MIDDLEWARE = [
    "kbi_portal.middleware.UndeclaredProxyMiddleware",
    "kbi_portal.health.HealthMiddleware",
    "kbi_portal.middleware.BodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "kbi_portal.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kbi_portal.middleware.PublishedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kbi_portal.middleware.NulMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Without a signed-in user nothing is looked up, not even whether the institution in the address exists.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    # One transaction for each request, bound to the institution in the address; see docs/architecture.md.
    "partners.middleware.ActingMiddleware",
]

ROOT_URLCONF = "kbi_portal.urls"
WSGI_APPLICATION = "kbi_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "kbi_portal.loaders.UnindentedLoader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kbi_portal.context_processors.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]


def _database(role: str) -> dict[str, Any]:
    """The database as "web" or "owner" sees it. Empty when no server is named: some commands need none."""
    url = os.environ.get("KBI_DB_OWNER_URL" if role == "owner" else "DATABASE_URL")
    if not url:
        if os.environ.get("DATABASE_URL") or os.environ.get("KBI_DB_OWNER_URL"):
            raise ImproperlyConfigured(
                "DATABASE_URL (web role) and KBI_DB_OWNER_URL (owner) must be given together."
            )
        return {}
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if database["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "The portal runs on PostgreSQL only: its second gate is row-level security."
        )
    _refuse(safety.readable_on_the_way("KBI_DB_OWNER_URL" if role == "owner" else "DATABASE_URL", database))
    options = database.setdefault("OPTIONS", {})
    # The time-outs of statements, locks and idle transactions belong to the roles (kbi_portal/sql/roles.sql).
    options.setdefault("connect_timeout", 5)
    # A server that is gone without a word is noticed within a minute, not after the hours of the system.
    for name, value in {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}.items():
        options.setdefault(name, value)
    options.setdefault("tcp_user_timeout", 60_000)
    if role == "owner":
        # Row-level security applies to the owner too; this setting turns its policies on.
        options["options"] = (options.get("options", "") + " -c app.owner_work=on").strip()
    return database


# The web role owns nothing and is bound to an institution in each request; commands that change the schema or bring
# dossiers and counts in use the owner (manage.py decides by command).
ROLE = os.environ.get("KBI_DB_ROLE", "web")
if ROLE not in {"web", "owner"}:
    raise ImproperlyConfigured("KBI_DB_ROLE must be 'web' or 'owner'.")
DATABASES = {"default": _database(ROLE)}

# Only the pages that say so take a file; it stays in memory. kbi_portal/middleware.py has the limits of both.
FILE_UPLOAD_HANDLERS = ["kbi_portal.middleware.NoUploads"]
KBI_LARGEST_BODY, KBI_LARGEST_UPLOAD = 2**20, 11 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = KBI_LARGEST_UPLOAD

# Work of the background waits in the database for `manage.py db_worker`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "partners.User"

AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# The seals of the log (docs/operations.md): the key that signs them is for `seal_log` only, not for web processes.
KBI_SEAL_KEY_FILE = os.environ.get("KBI_SEAL_KEY_FILE", "")
KBI_SEAL_EARLIER_KEYS = _list("KBI_SEAL_EARLIER_KEYS")
KBI_SEAL_FOLDER = os.environ.get("KBI_SEAL_FOLDER", "")
KBI_SEAL_URL = os.environ.get("KBI_SEAL_URL", "")
KBI_SEAL_MAIL = _list("KBI_SEAL_MAIL")
_refuse(safety.open_seals(KBI_SEAL_KEY_FILE, KBI_SEAL_URL))
# Where `retire_log` moves the months that are no longer kept.
KBI_ARCHIVE_FOLDER = os.environ.get("KBI_ARCHIVE_FOLDER", "")

# guardian: no anonymous user row, no model-wide permission, object permissions read from the inscriptions in force.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_RAISE_403 = False

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "partners.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "partners.forms.SignInForm",
    "reset_password": "partners.forms.ResetRequestForm",
    "user_token": "partners.forms.ResetLinkForm",
    "reset_password_from_key": "partners.forms.NewPasswordForm",
}
# Whoever has the mailbox is the owner. The browser is a known one from then on, whatever others type meanwhile.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# allauth's generator would copy each address to its own table, which the portal does not use.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 60 * 60
# Wrong passwords are counted in partners/slowing.py; "login" would turn away known browsers too.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "sign_in_from_address": "300/m/ip",
    "reset_password": "20/m/ip,3/h/key",
}

# Rate limits must hold across web processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kbi_portal_cache",
        # Above this many, Django deletes counts that still matter.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

SESSION_ENGINE = "kbi_portal.sessions"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
HTTPS = _flag("KBI_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# With this prefix browsers take the cookie only from this host, over TLS and for every path.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_HOST}language"
DEVICE_COOKIE_NAME = f"{_HOST}device"  # partners/devices.py
CSRF_COOKIE_HTTPONLY = True
# Both end with the browser's session.
CSRF_COOKIE_AGE = LANGUAGE_COOKIE_AGE = None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
# One proxy in front: its word counts for the scheme and for the address that limits of sign-in go by.
KBI_BEHIND_PROXY = _flag("KBI_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KBI_BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if KBI_BEHIND_PROXY else 0
X_FRAME_OPTIONS = "DENY"
_refuse(
    safety.open_to_the_world(
        ALLOWED_HOSTS,
        debug=DEBUG,
        https=HTTPS,
        behind_proxy=KBI_BEHIND_PROXY,
        test_numbers=KBI_ALLOW_TEST_NUMBERS,
    )
)
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# Same name as the Django 6 setting, so the middleware can be removed on upgrade.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
FORMAT_MODULE_PATH = ["kbi_portal.formats"]

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("KBI_STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "kbi_portal.storage.StaticStorage"
    },
}

WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Mail is sent to the owners of accounts only: reset links, and weekly numbers for who asked.
EMAIL_HOST = os.environ.get("KBI_EMAIL_HOST", "")
KBI_SENDS_MAIL = bool(EMAIL_HOST)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if KBI_SENDS_MAIL else 'dummy'}.EmailBackend"
_MAIL_TLS = os.environ.get("KBI_EMAIL_TLS", "starttls")
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL_TLS == "starttls", _MAIL_TLS == "tls"
EMAIL_PORT = int(os.environ.get("KBI_EMAIL_PORT") or safety.MAIL_PORTS.get(_MAIL_TLS, 0))
EMAIL_HOST_USER = os.environ.get("KBI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = _secret("KBI_EMAIL_PASSWORD")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("KBI_EMAIL_FROM", "")
# Links in mail name this address, not the one in a request: its sender could choose that.
KBI_BASE_URL = os.environ.get("KBI_BASE_URL", safety.first_address(ALLOWED_HOSTS, https=HTTPS)).rstrip("/")
# The day of the weekly mails, from 1 (Monday) to 7.
KBI_WEEKLY_DAY = int(os.environ.get("KBI_WEEKLY_DAY") or 1)
if not 1 <= KBI_WEEKLY_DAY <= 7:
    raise ImproperlyConfigured("KBI_WEEKLY_DAY must be a number from 1 (Monday) to 7 (Sunday).")
# After so many months without an inscription a dossier is removed (persons/services/removing.py).
KBI_DOSSIER_MONTHS = int(os.environ.get("KBI_DOSSIER_MONTHS") or 12)
if not 1 <= KBI_DOSSIER_MONTHS <= 120:
    raise ImproperlyConfigured("KBI_DOSSIER_MONTHS must be a number of months from 1 to 120.")
if KBI_SEAL_MAIL and not KBI_SENDS_MAIL:
    raise ImproperlyConfigured("KBI_SEAL_MAIL needs a mail server: set KBI_EMAIL_HOST.")
for _reason in (
    safety.foreign_base_url(KBI_BASE_URL, ALLOWED_HOSTS, https=HTTPS),
    safety.open_mail(EMAIL_HOST, _MAIL_TLS, sender=DEFAULT_FROM_EMAIL, base_url=KBI_BASE_URL),
):
    _refuse(_reason)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_person": {"()": "kbi_portal.logging.NoPersonFilter"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_person"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "kbi": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
# An exception page shows local variables, and those hold persons: error reports carry the place only.
DEFAULT_EXCEPTION_REPORTER_FILTER = "kbi_portal.logging.NoPersonReporterFilter"
