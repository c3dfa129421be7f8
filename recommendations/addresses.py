"""Addresses of pages by the names of their routes: each route is looked up once in a language, not for every link."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, get_script_prefix, get_urlconf, resolve, reverse
from django.utils import translation
from django.utils.translation import get_language

# What stands for a part while the route is looked up: a code, a short code and a number may all look so.
STAND_INS = ("zzzz1001", "zzzz1002")
SAFE = "!$&'()*+,;=/~:@"  # what Django leaves as it is in a path


@lru_cache(maxsize=512)
def _pattern(route: str, parts: int, language: str | None, urlconf: str | None, prefix: str) -> str:
    found = reverse(route, args=STAND_INS[:parts]).replace("%", "%%")
    for stand_in in STAND_INS[:parts]:
        found = found.replace(stand_in, "%s")
    return found


def address(route: str, *parts: str) -> str:
    """As `reverse` of a route that takes these codes and numbers, two at most; they are not looked at (memoised)."""
    pattern = _pattern(route, len(parts), get_language(), get_urlconf(), get_script_prefix())
    return pattern % tuple([quote(part, SAFE) for part in parts])


def public_page_at(typed: str, site: str) -> ResolverMatch | None:
    """What answers at an address that somebody typed, when that is a page of `site` for citizens, in any language."""
    where = typed.strip().removeprefix(site)
    if not where.startswith("/") or where.startswith("//"):
        return None
    try:
        path = unquote(urlsplit(where).path)  # as a web server hands it on: a link has %C3%86 for the letter Æ
        with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
            match = resolve(path)
    except (Resolver404, ValueError):
        return None
    return match if match.func.__module__.startswith("recommendations.public.") else None
