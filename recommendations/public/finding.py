"""What programs ask a site for before they look at it, and how an address that was written otherwise is put right."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.public.images import ICON_SIZES, OUR_COLOUR

GOOD_FOR = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year
# Rooms without an end (RFC 9309): every word, every day and every set of choices is an address of its own.
ENDLESS = ("/*?*&", "/*?q=", "/*?pr=", "/*?siden=", "/*?side=", "/*?del=")


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: all that is public may be found, a list with one choice too; the rooms of staff need not."""
    closed = [reverse("admin:index"), "/konto/", "/svar/", *ENDLESS]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {tenancy.site_url()}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def security_txt(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): whom to tell of a hole; a 404 where the municipality has no mailbox."""
    mailbox = tenancy.current().email
    if not mailbox:
        raise Http404(_("Kommunen har ikke skrevet en postkasse ind."))
    # Of the day and not of the moment, so that it is the same all day.
    expires = timezone.make_aware(datetime.combine(timezone.localdate() + GOOD_FOR, time.min))
    lines = [
        f"Contact: mailto:{mailbox}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: da, en",
        f"Canonical: {tenancy.site_url()}{request.path}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def manifest(request: HttpRequest) -> HttpResponse:
    """`/site.webmanifest`: what a phone needs to keep the site among its programs."""
    municipality = tenancy.current()
    facts = {
        "name": f"Anbefalingstracker – {municipality.sender_name}",
        "short_name": "Anbefalinger",
        "lang": "da",
        "start_url": reverse("overview"),
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": municipality.colour or OUR_COLOUR,
        "icons": [
            {"src": reverse("icon", args=[file]), "sizes": f"{size}x{size}", "type": "image/png"}
            for file, size in ICON_SIZES.items()
            if file.endswith(".png")
        ],
    }
    return HttpResponse(json.dumps(facts, ensure_ascii=False), content_type="application/manifest+json")


def right_address(path: str) -> str:
    """The public address that `path`, at which there is nothing, was meant for: in small letters, perhaps with a slash.

    Empty where that is none either. What an address carries of numbers and codes is found in any letters by its page.
    """
    small = path.lower()
    if small == path or _is_public(f"{path}/"):  # what lacks nothing but its slash gets that elsewhere
        return ""
    return next((candidate for candidate in (small, f"{small}/") if _is_public(candidate)), "")


def _is_public(path: str) -> bool:
    try:
        return resolve(path).func.__module__.startswith("recommendations.public.")
    except Resolver404:
        return False
