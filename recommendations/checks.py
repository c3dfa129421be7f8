"""What must be in order before the server runs, beyond what the settings themselves refuse."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from recommendations import signing
from recommendations.database_roles import ways_to_rewrite
from recommendations.reports.renderers.docx import reference_document


@register()
def check_reference_document(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The municipality's own Word document can be read, if one is named."""
    if not settings.REPORT_REFERENCE_DOCX:
        return []
    try:
        reference_document()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="recommendations.E001")]
    return []


@register()
def check_signing_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The key that issued reports are signed with is one, if it is set."""
    if signing.is_set() and not signing.is_well_formed(settings.SIGNING_KEY):
        return [
            Error(
                "SIGNING_KEY er ikke en nøgle: den skal være 32 byte i base 64, altså 44 tegn.",
                hint="Lav en ny med manage.py signing_key, eller sæt den, du har gemt, helt som den blev skrevet.",
                id="recommendations.E002",
            )
        ]
    return []


@register(deploy=True)
def check_nodes_share_a_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With a replica, what throttling counts is not lost with the primary: large lists are still sent then."""
    if "replica" in settings.DATABASES and "database" not in settings.CACHES:
        return [
            Warning(
                "DATABASE_REPLICA_URL er sat uden CACHE_URL: er databasen væk, kan ingen søge eller hente lister.",
                hint="Sæt CACHE_URL til en Redis eller Valkey, som alle noder når.",
                id="recommendations.W002",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_role_cannot_rewrite(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Who runs the site cannot take the guards of published rows away."""
    try:
        ways = ways_to_rewrite()
    except DatabaseError:  # it is not there yet, and whoever starts is told by something else
        return []
    if ways:
        return [
            Warning(
                f"Den rolle, der driver siden, kan skrive historien om: den {', og den '.join(ways)}.",
                hint="Lad en anden rolle eje databasen, og sæt DATABASE_OWNER_URL; README viser hvordan.",
                id="recommendations.W003",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_reports_are_signed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production issued reports are signed."""
    if not signing.is_set():
        return [
            Warning(
                "SIGNING_KEY er ikke sat: rapporter, der udstedes, bliver ikke underskrevet.",
                hint="Lav en nøgle med manage.py signing_key, sæt den som SIGNING_KEY, og gem den et sikkert sted.",
                id="recommendations.W001",
            )
        ]
    return []


LOCAL = {"", "localhost", "127.0.0.1", "::1"}


def _is_elsewhere(host: str) -> bool:
    """Whether what is said to it goes over a net; a path is a socket on this machine."""
    return host not in LOCAL and not host.startswith("/")


@register(Tags.security, deploy=True)
def check_nothing_is_said_in_the_open(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What stands on another machine is talked to under TLS, and shows who it is: databases, mail, cache, store."""
    open_ones = []
    databases = {"DATABASE_URL": settings.DATABASES["default"], "DATABASE_OWNER_URL": settings.DATABASE_OWNER}
    databases["DATABASE_REPLICA_URL"] = settings.DATABASES.get("replica")
    for name, database in databases.items():
        is_secret = database and database.get("OPTIONS", {}).get("sslmode") in {"verify-ca", "verify-full"}
        if database and _is_elsewhere(database.get("HOST", "")) and not is_secret:
            open_ones.append((name, "?sslmode=verify-full&sslrootcert=…"))
    has_mail_server = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    if (
        has_mail_server
        and _is_elsewhere(settings.EMAIL_HOST)
        and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    ):
        open_ones.append(("EMAIL_URL", "smtp+tls:// eller smtp+ssl://"))
    cache = str(settings.CACHES["default"].get("LOCATION", ""))
    if cache.startswith("redis://") and _is_elsewhere(urlsplit(cache).hostname or ""):
        open_ones.append(("CACHE_URL", "rediss://"))
    store = str(settings.STORAGES["default"].get("OPTIONS", {}).get("endpoint_url", ""))
    if store.startswith("http://") and _is_elsewhere(urlsplit(store).hostname or ""):
        open_ones.append(("STORAGE_URL", "en adresse uden ?tls=nej"))
    return [
        Warning(
            f"{name} fører til en anden maskine uden TLS, der kan stoles på: andre kan læse med.",
            hint=f"Brug {instead}.",
            id="recommendations.W012",
        )
        for name, instead in open_ones
    ]


@register(Tags.security, deploy=True)
def check_somebody_gets_in(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With sign-on there is a way in when it is down, and somebody hears of its use; without, passwords are not all."""
    if settings.SIGN_ON_SERVER and not (settings.BREAK_GLASS and settings.ADMINS):
        return [
            Warning(
                "SIGN_ON_SERVER er sat uden BREAK_GLASS og ADMINS: er kommunens login nede, kan ingen komme ind.",
                hint="Nævn et login i BREAK_GLASS, og skriv i ADMINS, hvem der skal høre om det, når det bruges.",
                id="recommendations.W010",
            )
        ]
    if not settings.REQUIRE_SECOND_FACTOR:
        return [
            Warning(
                "REQUIRE_SECOND_FACTOR er slået fra: en adgangskode er nok til at udgive.",
                hint="Fjern REQUIRE_SECOND_FACTOR=false.",
                id="recommendations.W011",
            )
        ]
    return []
