"""The site's addresses, for search engines: each page in every language, with where to find it in the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import data_version, tenancy
from recommendations.enums import ItemKind
from recommendations.models import Committee, Item, Meeting, Publication

PART = 500  # items in one file at most, each in every language: written in half a second
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
    """The pages of one file: those that stand by themselves, and the items whose keys are in `keys`."""

    i18n = alternates = x_default = True
    limit = 50_000  # addresses that the protocol allows in a file

    def __init__(self, *, by_themselves: bool, keys: range) -> None:
        self.by_themselves, self.keys = by_themselves, keys

    def items(self) -> list[FoundPage]:
        """Five queries at most."""
        found = _by_themselves() if self.by_themselves else []
        asked = (
            Item.objects.filter(pk__gte=self.keys.start, pk__lt=self.keys.stop) if self.keys else Item.objects.none()
        )
        rows = asked.public().with_state().order_by("pk")
        for kind, slug, number, at in rows.values_list("kind", "publication__slug", "number", "state_changed_at"):
            route = "initiative" if kind == ItemKind.INITIATIVE else "recommendation"
            found.append(FoundPage(route, (slug, number), at))
        return found

    def location(self, item: FoundPage) -> str:
        return reverse(item.route, args=item.args)

    def lastmod(self, item: FoundPage) -> datetime | None:
        return item.changed_at

    def get_protocol(self, _asked: str | None = None) -> str:
        return urlsplit(tenancy.site_url()).scheme

    def get_domain(self, _site: object = None) -> str:
        return urlsplit(tenancy.site_url()).netloc


def _by_themselves() -> list[FoundPage]:
    """Four queries."""
    sources = Publication.objects.public().order_by("position", "slug").values_list("slug")
    committees = Committee.objects.order_by("code").values_list("code")
    meetings = Meeting.objects.order_by("committee__code", "on").values_list("committee__code", "on")
    found = [FoundPage(room) for room in ROOMS]
    found += [FoundPage("publication", key) for key in sources]
    found += [FoundPage("committee", key) for key in committees]
    found += [FoundPage("committee_meetings", (code,)) for code in dict(meetings)]
    found += [FoundPage("meeting", (code, on.isoformat())) for code, on in meetings]
    return found


def _files() -> list[PagesSitemap]:
    """One file where there is room for all; else one for what stands by itself, and one for each stretch of keys where
    there are items. Which file an item is in never changes. One query.
    """
    counts = data_version.kept(("sitemap", PART), _counts)
    everything = range(PART * (max(counts, default=0) + 1))
    if sum(counts.values()) <= PART:
        return [PagesSitemap(by_themselves=True, keys=everything)]
    stretches = [everything[PART * part : PART * (part + 1)] for part in sorted(counts)]
    return [
        PagesSitemap(by_themselves=True, keys=range(0)),
        *(PagesSitemap(by_themselves=False, keys=keys) for keys in stretches),
    ]


def _counts() -> dict[int, int]:
    """How many items there are in each stretch of keys that has any."""
    parts = Item.objects.public().order_by().values_list(F("pk") / PART)
    return dict(parts.annotate(Count("pk")))


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every address, or the list of the files that hold them where one file is too small."""
    files = _files()
    if len(files) == 1:
        return _written(request, "sitemap.xml", {"urlset": files[0].get_urls()})
    site = tenancy.site_url()
    addresses = [{"location": site + reverse("sitemap_page", args=[page])} for page in range(1, len(files) + 1)]
    return _written(request, "sitemap_index.xml", {"sitemaps": addresses})


def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """`/sitemap-<nummer>.xml`"""
    files = _files()
    if not 1 <= page <= len(files):
        raise Http404(_("Listen har ikke den side."))
    return _written(request, "sitemap.xml", {"urlset": files[page - 1].get_urls()})


def _written(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, content_type="application/xml; charset=utf-8")
