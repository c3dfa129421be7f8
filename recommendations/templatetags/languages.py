"""A page in two languages: its other address, and what on it is Danish whatever the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import LocalePrefixPattern, get_resolver, get_script_prefix, get_urlconf
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from recommendations.addresses import address

register = template.Library()


@dataclass(frozen=True)
class Language:
    code: str
    name: str  # in the language itself
    address: str  # of the same page in it


def page_language() -> str:
    """The code of the language that is written right now."""
    return get_language() or settings.LANGUAGE_CODE


def is_danish() -> bool:
    return page_language() == settings.LANGUAGE_CODE


def in_every_language(request: HttpRequest, own: str) -> list[Language]:
    """The page that is asked for, at `own` (its path, and parameters of it), in each language; none where it is in
    one language only.
    """
    match = request.resolver_match
    if match is None or match.view_name not in _translated(get_urlconf()):
        return []
    here = own.removeprefix(_front_page(page_language(), get_script_prefix()))
    return [Language(code, name, _front_page(code, get_script_prefix()) + here) for code, name in settings.LANGUAGES]


@lru_cache
def _translated(urlconf: str | None) -> frozenset[str]:
    """The names of the routes that exist in every language."""
    parts: list[Any] = [
        part for part in get_resolver(urlconf).url_patterns if isinstance(part.pattern, LocalePrefixPattern)
    ]
    return frozenset(route.name for part in parts for route in part.url_patterns if route.name)


@lru_cache
def _front_page(code: str, script_prefix: str) -> str:
    """What all addresses of a language begin with."""
    with override(code):
        return address("overview")


@register.simple_tag(takes_context=True)
def other_language(context: Any) -> SafeString | str:
    """The way to the same page in the other language; nothing on pages that have none, those of staff among them."""
    request = context.get("request")
    languages = in_every_language(request, request.get_full_path()) if request is not None else []
    other = next((language for language in languages if language.code != page_language()), None)
    if other is None:
        return ""
    link = '<a class="language" href="{}" hreflang="{}" lang="{}">{}</a>'
    return format_html(link, other.address, other.code, other.code, other.name)


@register.simple_tag(name="danish")
def danish_attribute() -> str:
    """` lang="da"` on a page that is not Danish, for an element that holds nothing but what the sources say."""
    return "" if is_danish() else SafeString(' lang="da"')


@register.filter(name="danish")
def danish_text(text: Any) -> Any:
    """The same for a text that has no element of its own: it gets one where the page is not Danish."""
    return format_html('<span lang="da">{}</span>', text) if text and not is_danish() else text


@register.filter
def danish_if(text: Any, is_from_source: bool) -> Any:
    """The same, where the text is a name or a title from the sources; otherwise it has been translated."""
    return danish_text(text) if is_from_source else text
