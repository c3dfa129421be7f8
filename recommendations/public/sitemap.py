"""The site's addresses, for search engines: each page in every language, with where to find it in the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations import data_version, tenancy
from recommendations.addresses import address
from recommendations.enums import ItemKind
from recommendations.models import Committee, Item, Meeting, Publication

PART = 500  # items in one file at most, each in every language
MOST = 50_000  # addresses that the protocol allows in a file
BEGINNING = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">"""
ALTERNATE = '<xhtml:link rel="alternate" hreflang="%s" href="%s"/>'
TYPE = "application/xml; charset=utf-8"
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


@dataclass(frozen=True)
class SitemapFile:
    """The pages of one file: those that stand by themselves, and the items whose keys are in `keys`."""

    by_themselves: bool
    keys: range

    def pages(self) -> list[FoundPage]:
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

    def written(self) -> str:
        """The file (sitemaps.org, with the languages as Google wants them), by code: each address stands in it four
        times, and a template takes twenty times as long.
        """
        pages = self.pages()
        site = tenancy.site_url()
        addresses = {}
        for code, _name in settings.LANGUAGES:
            with override(code):
                addresses[code] = [escape(site + address(page.route, *page.args)) for page in pages]
        parts = []
        for place, page in enumerate(pages):
            others = {code: of_language[place] for code, of_language in addresses.items()}
            others["x-default"] = others[settings.LANGUAGE_CODE]
            links = "".join([ALTERNATE % other for other in others.items()])
            on = f"<lastmod>{timezone.localdate(page.changed_at).isoformat()}</lastmod>" if page.changed_at else ""
            parts += [f"<url><loc>{others[code]}</loc>{on}{links}</url>" for code in addresses]
        return f"{BEGINNING}\n{''.join(parts[:MOST])}\n</urlset>\n"


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


def _files() -> list[SitemapFile]:
    """One file where there is room for all; else one for what stands by itself, and one for each stretch of keys where
    there are items. Which file an item is in never changes. One query.
    """
    counts = data_version.kept(("sitemap", PART), _counts)
    everything = range(PART * (max(counts, default=0) + 1))
    if sum(counts.values()) <= PART:
        return [SitemapFile(by_themselves=True, keys=everything)]
    stretches = [everything[PART * part : PART * (part + 1)] for part in sorted(counts)]
    return [
        SitemapFile(by_themselves=True, keys=range(0)),
        *(SitemapFile(by_themselves=False, keys=keys) for keys in stretches),
    ]


def _counts() -> dict[int, int]:
    """How many items there are in each stretch of keys that has any."""
    parts = Item.objects.public().order_by().values_list(F("pk") / PART)
    return dict(parts.annotate(Count("pk")))


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every address, or the list of the files that hold them where one file is too small."""
    files = _files()
    if len(files) == 1:
        return HttpResponse(files[0].written(), content_type=TYPE)
    site = tenancy.site_url()
    addresses = [{"location": site + reverse("sitemap_page", args=[page])} for page in range(1, len(files) + 1)]
    return render(request, "sitemap_index.xml", {"sitemaps": addresses}, content_type=TYPE)


def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """`/sitemap-<nummer>.xml`"""
    files = _files()
    if not 1 <= page <= len(files):
        raise Http404(_("Listen har ikke den side."))
    return HttpResponse(files[page - 1].written(), content_type=TYPE)
