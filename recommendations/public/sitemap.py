"""The site's addresses, for search engines: each page in every language, with where to find it in the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.models import Committee, Initiative, Publication, Recommendation

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
MOST = 5000  # pages in one file: well below the 50.000 addresses that the protocol allows, and written in a moment
ROOMS = (
    "overview",
    "recommendations",
    "initiatives",
    "news",
    "committees",
    "about",
    "withholdings",
    "accessibility",
    "report_error",
)


@dataclass(frozen=True)
class SitemapRoom:
    """Rows that have a page of their own, all at the same kind of address."""

    route: str
    rows: QuerySet[Any]  # ordered
    fields: tuple[str, ...]  # what the address is made of
    changed_at: str = ""  # the field that says when the page was changed, where one does

    def pages(self, start: int, stop: int) -> Iterator[tuple[str, datetime | None]]:
        wanted = (*self.fields, self.changed_at) if self.changed_at else self.fields
        for row in self.rows.values_list(*wanted)[start:stop]:
            key, changed_at = (row[:-1], row[-1]) if self.changed_at else (row, None)
            yield reverse(self.route, args=key), changed_at


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every address, or the list of the files that hold them where one file is too small."""
    found = _pages(0, MOST + 1)
    if len(found) <= MOST:
        return _of_pages(found)
    count = len(ROOMS) + sum(room.rows.count() for room in _rooms())
    files = (reverse("sitemap_page", args=[number]) for number in range(1, -(-count // MOST) + 1))
    return _written("sitemapindex", [f"<sitemap>{_location(path)}</sitemap>" for path in files])


def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """`/sitemap-<nummer>.xml`"""
    found = _pages((page - 1) * MOST, page * MOST) if page else []
    if not found:
        raise Http404(_("Listen har ikke den side."))
    return _of_pages(found)


def _rooms() -> list[SitemapRoom]:
    public = Publication.objects.public()
    return [
        SitemapRoom("publication", public.order_by("position", "slug"), ("slug",)),
        SitemapRoom("committee", Committee.objects.order_by("code"), ("code",)),
        *(
            SitemapRoom(
                room,
                model.objects.public().with_state().order_by("pk"),
                ("publication__slug", "number"),
                "state_changed_at",
            )
            for model, room in ((Recommendation, "recommendation"), (Initiative, "initiative"))
        ),
    ]


def _pages(start: int, stop: int) -> list[tuple[str, datetime | None]]:
    """Danish path and latest change of the pages from `start` to `stop`, of all there are: eight queries at most."""
    found: list[tuple[str, datetime | None]] = [(reverse(room), None) for room in ROOMS[start:stop]]
    before = len(ROOMS)  # pages in the parts already dealt with
    for room in _rooms():
        if len(found) == stop - start:
            break
        first = max(start - before, 0)
        rows = list(room.pages(first, stop - before))
        found += rows
        # Read to its end; or past it, and then nobody knows yet how many there are.
        before += first + len(rows) if rows or not first else room.rows.count()
    return found


def _of_pages(pages: list[tuple[str, datetime | None]]) -> HttpResponse:
    rows = []
    site = tenancy.site_url()
    for path, changed_at in pages:
        changed = f"<lastmod>{timezone.localtime(changed_at).isoformat('T', 'seconds')}</lastmod>" if changed_at else ""
        # Written here and not asked of the resolver, for which 100,000 addresses would be slow.
        found = {
            code: path if code == settings.LANGUAGE_CODE else f"/{code}{path}" for code, _name in settings.LANGUAGES
        }
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(site + address)}"/>'
            for code, address in found.items()
        )
        rows += [f"<url>{_location(address)}{changed}{links}</url>" for address in found.values()]
    return _written("urlset", rows)


def _location(path: str) -> str:
    return f"<loc>{escape(tenancy.site_url() + path)}</loc>"


def _written(root: str, rows: list[str]) -> HttpResponse:
    names = f'xmlns="{NAMESPACE}" xmlns:xhtml="{XHTML}"'
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<{root} {names}>", *rows, f"</{root}>", ""]
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
