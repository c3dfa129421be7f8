"""The site's addresses, for search engines: each page in every language, with where to find it in the others."""

from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.models import Committee, Initiative, Publication, Recommendation

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
MOST = 50_000 // len(settings.LANGUAGES)  # pages in one file: the protocol allows so many addresses
ROOMS = ("overview", "recommendations", "initiatives", "news", "committees", "about", "accessibility", "report_error")


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every address, or the list of the files that hold them where one file is too small."""
    found = _pages()
    if len(found) <= MOST:
        return _of_pages(found)
    files = (reverse("sitemap_page", args=[number]) for number in range(1, -(-len(found) // MOST) + 1))
    return _written("sitemapindex", [f"<sitemap>{_location(path)}</sitemap>" for path in files])


def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """`/sitemap-<nummer>.xml`"""
    found = _pages()[(page - 1) * MOST : page * MOST] if page else []
    if not found:
        raise Http404(_("Listen har ikke den side."))
    return _of_pages(found)


def _pages() -> list[tuple[str, datetime | None]]:
    """Danish path and latest change of everything that has a page of its own: four queries."""
    found: list[tuple[str, datetime | None]] = [(reverse(room), None) for room in ROOMS]
    publications = Publication.objects.order_by("position", "slug").values_list("slug", flat=True)
    found += [(reverse("publication", args=[slug]), None) for slug in publications]
    committees = Committee.objects.order_by("code").values_list("code", flat=True)
    found += [(reverse("committee", args=[code]), None) for code in committees]
    for kind, room in ((Recommendation, "recommendation"), (Initiative, "initiative")):
        rows = kind.objects.order_by("pk").values_list("publication__slug", kind.NUMBER_FIELD, "changed_at")
        found += [(reverse(room, args=[slug, number]), changed_at) for slug, number, changed_at in rows]
    return found


def _of_pages(pages: list[tuple[str, datetime | None]]) -> HttpResponse:
    rows = []
    for path, changed_at in pages:
        changed = f"<lastmod>{timezone.localtime(changed_at).isoformat('T', 'seconds')}</lastmod>" if changed_at else ""
        # Written here and not asked of the resolver, for which 100,000 addresses would be slow.
        found = {
            code: path if code == settings.LANGUAGE_CODE else f"/{code}{path}" for code, _name in settings.LANGUAGES
        }
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(settings.SITE_URL + address)}"/>'
            for code, address in found.items()
        )
        rows += [f"<url>{_location(address)}{changed}{links}</url>" for address in found.values()]
    return _written("urlset", rows)


def _location(path: str) -> str:
    return f"<loc>{escape(settings.SITE_URL + path)}</loc>"


def _written(root: str, rows: list[str]) -> HttpResponse:
    names = f'xmlns="{NAMESPACE}" xmlns:xhtml="{XHTML}"'
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<{root} {names}>", *rows, f"</{root}>", ""]
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
