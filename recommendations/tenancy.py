"""Which municipality is being asked: set once for a request, a command or a test, and read by whoever needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django_scopes import get_scope, scope
from django_scopes.exceptions import ScopeError

from recommendations.models import Municipality


def current() -> Municipality:
    """The active municipality; a `ScopeError` where there is none."""
    municipality = get_scope().get("municipality")
    if not isinstance(municipality, Municipality):
        raise ScopeError("No municipality is active. Use tenancy.active(municipality).")
    return municipality


def active(municipality: Municipality) -> AbstractContextManager[None]:
    """`with active(municipality):` every query inside is about its rows alone."""
    managed: AbstractContextManager[None] = scope(municipality=municipality)
    return managed


def each() -> Iterator[Municipality]:
    """Every municipality of the installation in turn, active while it is looked at."""
    for municipality in Municipality.objects.order_by("pk"):
        with active(municipality):
            yield municipality


@contextmanager
def chosen(slug: str = "") -> Iterator[Municipality]:
    """The municipality with this code, or the only one; a `LookupError` with a Danish sentence where that is none."""
    found = list(Municipality.objects.filter(slug=slug) if slug else Municipality.objects.order_by("pk"))
    if len(found) != 1:
        known = ", ".join(Municipality.objects.order_by("slug").values_list("slug", flat=True)) or "ingen"
        raise LookupError(f"Vælg en kommune med --kommune. Installationen har: {known}.")
    with active(found[0]):
        yield found[0]


def marked(title: str) -> str:
    """The title of something that leaves the pages; it says first that it is made up, where the municipality is."""
    word = _("Opdigtet")
    return f"{word}: {title}" if current().is_fictional and not title.startswith(word) else title


def site_url(municipality: Municipality | None = None) -> str:
    """Where the municipality's pages are, without a slash at the end: at its first host name, else at SITE_URL."""
    hosts = (municipality or current()).host_names
    if not hosts:
        return str(settings.SITE_URL)
    here = urlsplit(settings.SITE_URL)
    port = f":{here.port}" if here.port else ""
    return f"{here.scheme}://{hosts[0]}{port}"
