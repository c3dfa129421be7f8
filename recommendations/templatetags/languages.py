"""A page in two languages: its other address, and what on it is Danish whatever the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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


def in_every_language(address: str) -> list[Language]:
    """The page at `address`, a path with its parameters, in each language; none where it is in one language only."""
    found = [
        Language(code, name, address if code == page_language() else translate_url(address, code))
        for code, name in settings.LANGUAGES
    ]
    return found if len({language.address for language in found}) == len(found) else []


@register.simple_tag(takes_context=True)
def other_language(context: Any) -> Language | None:
    """The same page in the other language; nothing on pages that have none, those of staff among them."""
    request = context.get("request")
    languages = in_every_language(request.get_full_path()) if request is not None else []
    return next((language for language in languages if language.code != page_language()), None)


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
