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
    SECRET_KEY_FALLBACKS=(list, []),
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
    REQUIRE_SECOND_FACTOR=(bool, None),
    SESSION_IDLE_MINUTES=(int, 60),
    SIGN_ON_SERVER=(str, ""),
    SIGN_ON_CLIENT_ID=(str, ""),
    SIGN_ON_CLIENT_SECRET=(str, ""),
    SIGN_ON_NAME=(str, "kommunens login"),
    SIGN_ON_CLAIM_NAME=(str, "name"),
    SIGN_ON_CLAIM_MAIL=(str, "email"),
    SIGN_ON_CLAIM_GROUPS=(str, "groups"),
    SIGN_ON_TRUST_MAIL=(bool, False),
    SIGN_ON_ROLES=(list, []),
    SIGN_ON_ADMIN_GROUP=(str, ""),
    BREAK_GLASS=(list, []),
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
SECRET_KEY_FALLBACKS = env("SECRET_KEY_FALLBACKS")  # earlier keys: what they signed is believed, nothing new is signed
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
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "tracker.browser_headers.BrowserHeaders",
    "tracker.request_ids.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "tracker.health.Health",
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
    "tracker.sessions.Admission",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.lost_login.KeepTypedText",
    "recommendations.public.budgets.Budgets",
    "recommendations.writing.second_click.SecondClick",
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
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for them
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}  # of itself it says one of text/ alone
EVIDENCE_MAX_BYTES = env("EVIDENCE_MAX_MB") * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # the answers to 300 items at once have six fields each

# --- Login (staff only; citizens need none) -----------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["tracker.accounts.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "tracker.accounts.StaffOnlyAdapter"
ACCOUNT_FORMS = {"change_password": "tracker.accounts.NewPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail because somebody else typed their address
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True  # every login lasts as long, so the form need not ask
# A whole town hall can have one address. `login_failed` counts wrong passwords of a name from an address (key);
# `wrong_anywhere` those of a name from all addresses, and never keeps out whom accounts.py knows (is_known).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "wrong_anywhere": "100/h/key",
    "reset_password": "10/m/ip,3/h/key",
}
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60  # a link to choose a password with: a holiday is no reason to ask again
# Any sign may stand in a password, and none must: what is asked is that it is hard to guess.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "tracker.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tracker.passwords.PatternValidator"},
]

# The second factor: a code from an app (TOTP), or a passkey. Whoever comes by sign-on has it there.
REQUIRE_SECOND_FACTOR = not DEVELOPMENT if env("REQUIRE_SECOND_FACTOR") is None else env("REQUIRE_SECOND_FACTOR")
MFA_ADAPTER = "tracker.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Anbefalingstracker"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones: half a minute to either side
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "tracker.second_factor.CodeForm",
    "authenticate_webauthn": "tracker.second_factor.PasskeyForm",
    "reauthenticate": "tracker.second_factor.CodeAgainForm",
    "reauthenticate_webauthn": "tracker.second_factor.PasskeyAgainForm",
    "login_webauthn": "tracker.second_factor.PasskeyLoginForm",
}
USERSESSIONS_ADAPTER = "tracker.sessions.SessionsAdapter"

# --- Sign-on: the municipality's own login (OpenID Connect), where SIGN_ON_SERVER is set -----------------------------


def roles_by_group(lines: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Group -> roles (role, code of a committee), of `gruppe=rolle:udvalg`; a group may stand there more than once."""
    codes = {"redaktør": "editor", "godkender": "approver", "udvalgssekretær": "secretary"}
    found: dict[str, list[tuple[str, str]]] = {}
    for line in lines:
        group, _equals, given = line.rpartition("=")
        role, _colon, code = given.partition(":")
        if not (group.strip() and role.strip() in codes and code.strip()):
            raise ImproperlyConfigured(
                f"SIGN_ON_ROLES kan ikke læses: »{line}«. Skriv gruppe=rolle:udvalg, hvor rollen er {', '.join(codes)}."
            )
        found.setdefault(group.strip(), []).append((codes[role.strip()], code.strip()))
    return found


SIGN_ON_SERVER = env("SIGN_ON_SERVER").rstrip("/")
if SIGN_ON_SERVER and not (SIGN_ON_SERVER.startswith("https://") or DEVELOPMENT):
    raise ImproperlyConfigured("SIGN_ON_SERVER skal begynde med https://.")
if SIGN_ON_SERVER and not env("SIGN_ON_CLIENT_ID"):
    raise ImproperlyConfigured("SIGN_ON_SERVER er sat uden SIGN_ON_CLIENT_ID. docs/sign-on.md siger, hvor det står.")
SIGN_ON_NAME = env("SIGN_ON_NAME")
SIGN_ON_CLAIMS = {name: env(f"SIGN_ON_CLAIM_{name.upper()}") for name in ("name", "mail", "groups")}
SIGN_ON_TRUST_MAIL = env("SIGN_ON_TRUST_MAIL")
SIGN_ON_ROLES = roles_by_group(env("SIGN_ON_ROLES"))
SIGN_ON_ADMIN_GROUP = env("SIGN_ON_ADMIN_GROUP")
# Logins that may use their local password although there is sign-on; each use of one is told to ADMINS.
BREAK_GLASS = env("BREAK_GLASS")
SOCIALACCOUNT_ADAPTER = "tracker.sign_on.SignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another site would be refused by our own CSP (form-action)
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "kommune",
                "name": SIGN_ON_NAME,
                "client_id": env("SIGN_ON_CLIENT_ID"),
                "secret": env("SIGN_ON_CLIENT_SECRET"),
                "settings": {"server_url": SIGN_ON_SERVER},
            }
        ],
    }
}

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
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # tracker/health.py
# Browsers take a cookie with this beginning from us alone, over https, and for all of the site (RFC 6265bis).
COOKIES_BEGIN = "" if DEVELOPMENT else "__Host-"
SESSION_COOKIE_NAME = f"{COOKIES_BEGIN}session"
CSRF_COOKIE_NAME = f"{COOKIES_BEGIN}csrftoken"
DEVICE_COOKIE_NAME = f"{COOKIES_BEGIN}device"
SESSION_COOKIE_AGE = 8 * 60 * 60  # one working day, whatever is done in it
SESSION_IDLE_SECONDS = env("SESSION_IDLE_MINUTES") * 60
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
