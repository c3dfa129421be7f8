"""Settings, all of them read from the environment.

Without any environment variable the settings are those of production, so a forgotten variable fails instead of
opening a door. `script/server` and `script/test` set DEVELOPMENT.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

# The one list of what can be set from outside. README names each; a test holds the two together.
env = environ.Env(
    DEVELOPMENT=(bool, False),
    DEBUG=(bool, False),
    SECRET_KEY=(str, ""),
    ALLOWED_HOSTS=(list, []),
    SITE_URL=(str, ""),
    DATABASE_URL=(str, ""),
    DATABASE_OWNER_URL=(str, ""),
    DATABASE_REPLICA_URL=(str, ""),
    REPLICA_MAX_LAG=(float, 10),
    CACHE_URL=(str, ""),
    STORAGE_URL=(str, ""),
    EMAIL_URL=(str, ""),
    DEFAULT_FROM_EMAIL=(str, ""),
    REPLY_ADDRESS=(str, ""),
    IMAP_URL=(str, ""),
    SECURE_HSTS_SECONDS=(int, 31_536_000),
    TRUST_PROXY=(bool, False),
    SIGNING_KEY=(str, ""),
    VAR_DIR=(str, ""),
    MEDIA_ROOT=(str, ""),
    STATIC_ROOT=(str, ""),
    EVIDENCE_MAX_MB=(int, 10),
    CHECK_MAX_MB=(int, 20),
    WORK_PER_ADDRESS=(float, 60),
    WORK_PER_NETWORK=(float, 240),
    HANDLED_REPORTS_DAYS=(int, 365),
    METRICS=(bool, False),
    LOG_LEVEL=(str, "INFO"),
    LOG_FORMAT=(str, "line"),
    ADMINS=(list, []),
    REPORT_REFERENCE_DOCX=(str, ""),
)

DEVELOPMENT = env("DEVELOPMENT")
DEBUG = env("DEBUG")
VAR_DIR = BASE_DIR / (env("VAR_DIR") or "var")


def required(name: str, in_development: str) -> str:
    """The variable's value; in development a value that works at once, in production an error that says what to do."""
    value = env(name)
    if value:
        return value
    if DEVELOPMENT:
        return in_development
    raise ImproperlyConfigured(
        f"Miljøvariablen {name} mangler: sæt den, som README siger under »I drift«, eller kør script/server (eller sæt "
        "DEVELOPMENT=true) for at prøve systemet på egen maskine."
    )


def seconds_of_work(name: str) -> float:
    """The variable's value, which is divided by: what is not above 0 is refused."""
    seconds: float = env(name)
    if seconds <= 0:
        raise ImproperlyConfigured(f"{name} skal være et antal sekunder over 0. Skriv et stort tal, hvis alle må alt.")
    return seconds


SECRET_KEY = required("SECRET_KEY", in_development="kun-til-udvikling-og-ikke-hemmelig-0123456789-abcdefghij")
SITE_URL = required("SITE_URL", in_development="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env("ALLOWED_HOSTS") or (["127.0.0.1", ".localhost", "[::1]"] if DEVELOPMENT else [])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "recommendations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "csp",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "tracker.request_ids.RequestIds",
    "tracker.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.replica.ReadInReplica",
    "tracker.municipality.MunicipalityOfHost",
    "tracker.kept_pages.KeptPages",
    "tracker.compression.CompressPublicPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tracker.language.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "tracker.methods.ServedMethods",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.lost_login.KeepTypedText",
    "recommendations.public.budgets.Budgets",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.context.municipality",
                "tracker.context.preview",
                "tracker.context.behind",
            ],
        },
    },
]

FORM_RENDERER = "tracker.form_html.WrittenByCode"

# --- Data ---------------------------------------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """A database as it is to be used, of what its address says."""
    config: dict[str, Any] = env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # WAL lets citizens read while an editor writes; IMMEDIATE takes the write lock at once, so that two writers
        # wait for each other instead of failing half-way; foreign keys are on by default in Django. Recursive triggers:
        # without them INSERT OR REPLACE would delete an append-only row behind its trigger's back.
        config["OPTIONS"] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }
        config["CONN_MAX_AGE"] = 60  # opening the file anew takes longer than answering from it
        return config
    config["CONN_MAX_AGE"] = 600  # each new connection plans its statements anew
    config["CONN_HEALTH_CHECKS"] = True
    # Compiling a query takes PostgreSQL longer than any of ours takes to run: the lists ask many small things at once.
    # A server that is gone without a word is given up after seconds, not after the network's own quarter of an hour.
    # What is asked with a cursor of recommendations/prepared.py is planned once for each connection, for any values.
    options = "-c jit=off -c plan_cache_mode=force_generic_plan"
    given = {"options": options, "connect_timeout": 2, "tcp_user_timeout": 10_000, "prepare_threshold": 0}
    config["OPTIONS"] = given | config.get("OPTIONS", {})
    return config


DATABASES = {"default": database(required("DATABASE_URL", in_development=f"sqlite:///{VAR_DIR}/db.sqlite3"))}
# The role that owns the tables, where it is another than the one of the daily work (recommendations/database_roles.py).
DATABASE_OWNER = database(env("DATABASE_OWNER_URL")) if env("DATABASE_OWNER_URL") else None
if DATABASE_OWNER and any(DATABASE_OWNER[name] != DATABASES["default"][name] for name in ("ENGINE", "NAME")):
    raise ImproperlyConfigured("DATABASE_OWNER_URL skal være den samme database som DATABASE_URL, med en anden rolle.")
if env("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database(env("DATABASE_REPLICA_URL")) | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["tracker.replica.Router"]
# How many seconds the copy may be behind, before pages are read in the primary.
REPLICA_MAX_LAG = env("REPLICA_MAX_LAG")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Throttling of logins counts in the cache, so it must be shared between processes: a table in the database. Pages are
# kept by each process for itself. With CACHE_URL all nodes share both in Redis or Valkey, and these stand in for it.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2000},  # every other one of 5 to 60 kB, the rest says where it is
    },
}
if env("CACHE_URL"):
    shared = {
        "BACKEND": "tracker.shared_cache.RedisOrElse",
        "LOCATION": re.sub("^valkey", "redis", env("CACHE_URL")),  # the same tongue under another name
    }
    CACHES = {
        "default": shared | {"OPTIONS": {"OTHERWISE": ["database", "process"]}},
        "pages": shared | {"KEY_PREFIX": "pages", "OPTIONS": {"OTHERWISE": ["process"]}},
        "database": CACHES["default"],
        "process": CACHES["pages"],
    }

# Public pages, and parts that they share, are kept while no act has changed anything (recommendations/data_version.py).
KEEPS_PAGES = not DEBUG

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "da"
# Each in its own words, as the link from the other says it. Staff pages are Danish only.
LANGUAGES = [("da", "Dansk"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "tracker.formats"
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

# --- Static files and evidence ------------------------------------------------------------------------------------


def bucket(url: str) -> dict[str, Any]:
    """What django-storages is to know of `s3://key:secret@host/bucket`; the port may be given, and `?tls=nej`."""
    parts = urlsplit(url)
    name, asked = parts.path.strip("/"), parse_qs(parts.query)
    if parts.scheme != "s3" or not (parts.hostname and parts.username and parts.password and name):
        raise ImproperlyConfigured("STORAGE_URL kan ikke læses: skriv den som s3://nøgle:hemmelighed@vært/spand.")
    scheme = "http" if asked.get("tls") == ["nej"] else "https"
    return {
        "bucket_name": name,
        "endpoint_url": f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "region_name": asked.get("region", ["us-east-1"])[0],
        "addressing_style": "path",  # what others than Amazon understand
    }


STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env("STATIC_ROOT") or str(VAR_DIR / "static")
# Evidence lies outside the static tree; it is only served by a view that checks that it has been published.
MEDIA_ROOT = env("MEDIA_ROOT") or str(VAR_DIR / "media")
MEDIA_URL = ""
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "tracker.stored_files.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if env("STORAGE_URL"):  # the same files for all nodes
    STORAGES["default"] = {"BACKEND": "tracker.object_storage.ObjectStorage", "OPTIONS": bucket(env("STORAGE_URL"))}
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = DEVELOPMENT
EVIDENCE_MAX_BYTES = env("EVIDENCE_MAX_MB") * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # the answers to 300 items at once have six fields each

# --- Login (staff only; citizens need none) -----------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["tracker.accounts.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "tracker.accounts.StaffOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True  # every login lasts as long, so the form need not ask
ACCOUNT_RATE_LIMITS = {"login": "10/m/ip", "login_failed": "10/m/ip,5/5m/key"}
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60  # a link to choose a password with: a holiday is no reason to ask again
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Security -----------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the admin's own style sheet draws its icons from data: addresses
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_AGE = 8 * 60 * 60  # one working day
CSRF_FAILURE_VIEW = "tracker.errors.csrf_failure"
if not DEVELOPMENT:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env("SECURE_HSTS_SECONDS")
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if env("TRUST_PROXY"):
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # what counts logins and error reports sees the visitor's address, not the proxy's
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Mail ---------------------------------------------------------------------------------------------------------

# In development without a mail server, mails are written to a folder that a page shows (tracker/development.py).
MAIL_FOLDER = VAR_DIR / "mail"
if DEVELOPMENT and not env("EMAIL_URL"):
    EMAIL_BACKEND = "tracker.development.MailToFolder"
    MIDDLEWARE.append("tracker.development.SendAfterPost")
else:
    vars().update(env.email_url_config(required("EMAIL_URL", in_development="")))
EMAIL_TIMEOUT = 30  # seconds; who sends is not held up by a server that says nothing
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", in_development="anbefalingstracker@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The mailbox that answers to mails about one item go to, each at an address of its own (svar+…@). Empty: none taken.
REPLY_ADDRESS = env("REPLY_ADDRESS") or ("svar@localhost" if DEVELOPMENT else "")
# Where `manage.py receive` fetches them: imaps://user:password@host/folder. Empty: the mail server hands them over.
IMAP_URL = env("IMAP_URL")

# --- The product --------------------------------------------------------------------------------------------------

# Empty: reports for Word look as python-docx and reports/renderers/docx_look.py make them.
REPORT_REFERENCE_DOCX = env("REPORT_REFERENCE_DOCX")
# 32 random bytes in base 64, with which issued reports are signed; `manage.py signing_key` makes one. Empty: unsigned.
SIGNING_KEY = env("SIGNING_KEY") or ("a3VuLXRpbC11ZHZpa2xpbmctaWtrZS1oZW1tZWxpZyE=" if DEVELOPMENT else "")
# The largest file, in MB, that is read to see whether it is a report as it was issued.
CHECK_MAX_MB = env("CHECK_MAX_MB")
# How long a report of an error is kept after it has been handled; `manage.py tidy` takes away older ones.
HANDLED_REPORTS_DAYS = env("HANDLED_REPORTS_DAYS")
# Seconds in ten minutes that are spent on what can be dear (recommendations/public/budgets.py).
WORK_PER_ADDRESS = seconds_of_work("WORK_PER_ADDRESS")
WORK_PER_NETWORK = seconds_of_work("WORK_PER_NETWORK")

# --- Logging ------------------------------------------------------------------------------------------------------

LOG_FORMATS = {"line": "tracker.logs.OneLine", "json": "tracker.logs.AsJson"}
if env("LOG_FORMAT") not in LOG_FORMATS:
    raise ImproperlyConfigured(f"LOG_FORMAT kan være {' eller '.join(LOG_FORMATS)}.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"chosen": {"()": LOG_FORMATS[env("LOG_FORMAT")]}},
    "filters": {
        "refusals_on_one_line": {"()": "tracker.logs.RefusalsOnOneLine"},
        "hides_tokens": {"()": "tracker.logs.HidesTokens"},
        "names_the_request": {"()": "tracker.logs.NamesTheRequest"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "chosen",
            "filters": ["refusals_on_one_line", "hides_tokens", "names_the_request"],
        },
        "mail_admins": {
            "()": "tracker.logs.TellAdmins",
            "formatter": "chosen",
            "filters": ["hides_tokens", "names_the_request"],
        },
    },
    "root": {"handlers": ["stderr", "mail_admins"], "level": env("LOG_LEVEL")},
    # pikepdf greets at every start. What is told of security is told at any level of the rest.
    "loggers": {"pikepdf": {"level": "WARNING"}, "security": {"level": "INFO"}},
}
# Whether `/metrics` is answered; to anybody who gets through to it.
METRICS = env("METRICS")
# Who is told by mail when a page could not be made.
ADMINS = [("", address) for address in env("ADMINS")]
