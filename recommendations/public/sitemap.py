"""The site's addresses, for search engines."""

from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.models import Committee, Initiative, Publication, Recommendation

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000  # addresses in one file: the protocol's own limit
ROOMS = ("overview", "recommendations", "initiatives", "news", "committees", "about")


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every address, or the list of the files that hold them where one file is too small."""
    found = _addresses()
    if len(found) <= MOST:
        return _written("urlset", "url", found)
    pages = range(1, -(-len(found) // MOST) + 1)
    return _written("sitemapindex", "sitemap", [(reverse("sitemap_page", args=[page]), None) for page in pages])


def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """`/sitemap-<nummer>.xml`"""
    found = _addresses()[(page - 1) * MOST : page * MOST] if page else []
    if not found:
        raise Http404(_("Listen har ikke den side."))
    return _written("urlset", "url", found)


def _addresses() -> list[tuple[str, datetime | None]]:
    """Path and latest change of everything that has a page of its own: four queries."""
    found: list[tuple[str, datetime | None]] = [(reverse(room), None) for room in ROOMS]
    publications = Publication.objects.order_by("position", "slug").values_list("slug", flat=True)
    found += [(reverse("publication", args=[slug]), None) for slug in publications]
    committees = Committee.objects.order_by("code").values_list("code", flat=True)
    found += [(reverse("committee", args=[code]), None) for code in committees]
    for kind, room in ((Recommendation, "recommendation"), (Initiative, "initiative")):
        rows = kind.objects.order_by("pk").values_list("publication__slug", kind.NUMBER_FIELD, "changed_at")
        found += [(reverse(room, args=[slug, number]), changed_at) for slug, number, changed_at in rows]
    return found


def _written(root: str, row: str, addresses: list[tuple[str, datetime | None]]) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<{root} xmlns="{NAMESPACE}">']
    for path, changed_at in addresses:
        changed = f"<lastmod>{timezone.localtime(changed_at).isoformat('T', 'seconds')}</lastmod>" if changed_at else ""
        lines.append(f"<{row}><loc>{escape(settings.SITE_URL + path)}</loc>{changed}</{row}>")
    return HttpResponse("\n".join([*lines, f"</{root}>", ""]), content_type="application/xml; charset=utf-8")
