"""What a page says about itself to search engines and to those who link to it."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from recommendations import tenancy
from recommendations.enums import Order
from recommendations.selection import Selection, with_query
from recommendations.templatetags.languages import in_every_language

register = template.Library()

# So that no text can end the element it stands in; a JSON reader sees the same characters.
NOT_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _in_attribute(html: str) -> SafeString:
    """Text that is HTML already, on one line, fit for an attribute."""
    return SafeString(" ".join(html.split()).replace('"', "&quot;"))


@register.simple_block_tag
def page_title(content: str) -> str:
    """`<title>`, and the same for those who show a link to the page."""
    title = _in_attribute(content)
    return format_html(
        '<title>{} – Anbefalingstracker</title>\n  <meta property="og:title" content="{}">', title, title
    )


@register.simple_block_tag
def page_description(content: str) -> str:
    """The description twice, as for the title; nothing where there is none."""
    text = _in_attribute(content)
    names = (('name="description"', text), ('property="og:description"', text))
    return SafeString("\n  ".join(f'<meta {name} content="{text}">' for name, text in names if text))


@register.simple_tag(takes_context=True)
def canonical(context: Any) -> str:
    """The page's lasting address, the same for those who show a link to it, and where the page is in other languages.

    Of what an address can carry only the filters and the page of the list are kept: an order, an earlier day and
    whatever others have added show the same thing in another way.
    """
    request = context.get("request")
    if request is None:
        return ""
    parts = []
    if isinstance(selection := context.get("selection"), Selection):
        parts.append(selection.query_string(order=Order.NUMBER, as_of=None, since=None))
        if context["page"].number > 1:
            parts.append(f"page={context['page'].number}")
    query = "&".join(part for part in parts if part)
    # As the browser wrote it: a number can hold what a path cannot.
    address = with_query(request.get_full_path().partition("?")[0], query)
    site = tenancy.site_url()
    links = [(language.code, site + language.address) for language in in_every_language(address)]
    links += [("x-default", found) for code, found in links if code == settings.LANGUAGE_CODE]
    own = format_html('<link rel="canonical" href="{0}">\n  <meta property="og:url" content="{0}">', site + address)
    return own + format_html_join("", '\n  <link rel="alternate" hreflang="{}" href="{}">', links)


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """Facts for machines: a block of data, which no browser runs."""
    written = json.dumps(data, ensure_ascii=False).translate(NOT_IN_SCRIPT)
    return SafeString(f'<script type="application/ld+json">{written}</script>')
