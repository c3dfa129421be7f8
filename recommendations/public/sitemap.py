"""The site's addresses, for search engines: each page in every language, with where to find it in the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.models import Committee, Initiative, Meeting, Publication, Recommendation

ROOMS = (
    "overview",
    "recommendations",
    "initiatives",
    "publications",
    "news",
    "committees",
    "meetings",
    "reports",
    "about",
    "withholdings",
    "accessibility",
    "report_error",
)


@dataclass(frozen=True)
class FoundPage:
    """A page that may be found: its route with what its address is made of, and when it was changed, if one can say."""

    route: str
    args: tuple[str, ...] = ()
    changed_at: datetime | None = None


class PagesSitemap(Sitemap):  # type: ignore[type-arg]
    """All pages, those that stand by themselves first. Five queries."""

    i18n = alternates = x_default = True
    limit = 1000  # addresses in one file, written in half a second; the protocol allows 50.000

    def items(self) -> list[FoundPage]:
        sources = Publication.objects.public().order_by("position", "slug").values_list("slug")
        committees = Committee.objects.order_by("code").values_list("code")
        meetings = Meeting.objects.order_by("committee__code", "on").values_list("committee__code", "on")
        found = [FoundPage(room) for room in ROOMS]
        found += [FoundPage("publication", key) for key in sources]
        found += [FoundPage("committee", key) for key in committees]
        found += [FoundPage("committee_meetings", (code,)) for code in dict(meetings)]
        found += [FoundPage("meeting", (code, on.isoformat())) for code, on in meetings]
        for model, route in ((Recommendation, "recommendation"), (Initiative, "initiative")):
            rows = model.objects.public().with_state().order_by("pk")
            for slug, number, changed_at in rows.values_list("publication__slug", "number", "state_changed_at"):
                found.append(FoundPage(route, (slug, number), changed_at))
        return found

    def location(self, item: FoundPage) -> str:
        return reverse(item.route, args=item.args)

    def lastmod(self, item: FoundPage) -> datetime | None:
        return item.changed_at

    def get_protocol(self, _asked: str | None = None) -> str:
        return urlsplit(tenancy.site_url()).scheme

    def get_domain(self, _site: object = None) -> str:
        return urlsplit(tenancy.site_url()).netloc


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every address, or the list of the files that hold them where one file is too small."""
    pages = PagesSitemap().paginator.num_pages
    if pages == 1:
        return sitemap_page(request, 1)
    site = tenancy.site_url()
    files = [{"location": site + reverse("sitemap_page", args=[page])} for page in range(1, pages + 1)]
    return _written(request, "sitemap_index.xml", {"sitemaps": files})


def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """`/sitemap-<nummer>.xml`"""
    try:
        found = PagesSitemap().get_urls(page=page)
    except InvalidPage as error:
        raise Http404(_("Listen har ikke den side.")) from error
    return _written(request, "sitemap.xml", {"urlset": found})


def _written(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, content_type="application/xml; charset=utf-8")
