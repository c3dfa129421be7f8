"""What a page says about itself to search engines and to those who link to it."""

import json
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.addresses import address
from recommendations.enums import NO_STATUS, Status
from recommendations.models import Committee, Item, Publication
from recommendations.selection import Selection, with_query
from recommendations.templatetags.languages import in_every_language
from recommendations.templatetags.words import name

register = template.Library()

SHARED_SIZE = (1200, 630)  # px: of the pictures that others show with a link

# So that no text can end the element it stands in; a JSON reader sees the same characters.
NOT_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _in_attribute(html: str) -> SafeString:
    """Text that is HTML already, on one line, fit for an attribute."""
    return SafeString(" ".join(html.split()).replace('"', "&quot;"))


@register.simple_block_tag(takes_context=True)
def page_title(context: Any, content: str) -> str:
    """`<title>`, and the same for those who show a link to the page: what it is, what was chosen, whose it is."""
    municipality = context.get("municipality")
    parts = [_in_attribute(content)]
    if isinstance(context.get("selection"), Selection) and (form := context.get("form")):
        words = [
            f"»{value}«" if field == "text" else f"{heading} {value}"
            for field, heading, value in form.in_words
            if field != "order"
        ]
        parts.append(conditional_escape(", ".join(words)))
    title = SafeString(": ".join(filter(None, parts)))
    title = format_html("{} – {}", title, municipality.sender_name if municipality else "Anbefalingstracker")
    title = SafeString(tenancy.marked(title)) if municipality else title
    return format_html('<title>{}</title>\n  <meta property="og:title" content="{}">', title, title)


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
    whatever others have added show the same thing in another way. What was searched for, and more than one choice at
    once, is an endless room: whoever has the link may share it, search engines are told to keep the whole list.
    """
    request = context.get("request")
    if request is None:
        return ""
    query = ""
    if isinstance(selection := context.get("selection"), Selection):
        query = selection.query_string(order="", as_of=None, since=None)
    is_endless = "&" in query or query.startswith("q=")
    page = context.get("page")
    # As the browser wrote it: a number can hold what a path cannot.
    path = request.get_full_path().partition("?")[0]
    own = with_query(path, "&".join(filter(None, [query, f"page={page.number}" if page and page.number > 1 else ""])))
    site = tenancy.site_url()
    head = [format_html('<link rel="canonical" href="{}">', site + (path if is_endless else own))]
    head += [format_html('<meta property="og:url" content="{}">', site + own)]
    if is_endless:
        head += [SafeString('<meta name="robots" content="noindex">')]
    else:
        links = [(language.code, site + language.address) for language in in_every_language(request, own)]
        links += [("x-default", found) for code, found in links if code == settings.LANGUAGE_CODE]
        head += [format_html('<link rel="alternate" hreflang="{}" href="{}">', *link) for link in links]
    return SafeString("\n  ".join(head))


@register.simple_tag(takes_context=True)
def share_picture(context: Any, thing: Item | Publication | Committee | None = None) -> str:
    """The picture that others show with a link to the page; of the front page where nothing else is named.

    Its address changes with the day that stands in it, and with the item's news, so that nobody keeps an old one.
    """
    if context.get("municipality") is None:
        return ""
    changed_at: datetime | None = None
    if isinstance(thing, Item):
        where, title = address(f"{thing.route}_share", thing.publication.slug, thing.number), name(thing)
        changed_at = getattr(thing, "state_changed_at", None)
        if thing.is_counted and hasattr(thing, "state_status"):
            title = f"{title}: {Status(thing.state_status).label if thing.state_status else NO_STATUS}"
    elif isinstance(thing, Publication):
        where, title = address("publication_share", thing.slug), thing.title
    elif isinstance(thing, Committee):
        where, title = address("committee_share", thing.code), thing.name
    else:
        where, title = address("overview_share"), _("Hvad blev der af anbefalingerne?")
    version = f"{timezone.localdate():%Y%m%d}" + (f".{changed_at.timestamp():.0f}" if changed_at else "")
    facts = (
        ("og:image", f"{tenancy.site_url()}{where}?v={version}"),
        ("og:image:type", "image/png"),
        ("og:image:width", SHARED_SIZE[0]),
        ("og:image:height", SHARED_SIZE[1]),
        ("og:image:alt", tenancy.marked(f"{title} – {tenancy.current().sender_name}")),
    )
    head = format_html_join("", '<meta property="{}" content="{}">\n  ', facts)
    return head + SafeString('<meta name="twitter:card" content="summary_large_image">')


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """Facts for machines: a block of data, which no browser runs."""
    written = json.dumps(data, ensure_ascii=False).translate(NOT_IN_SCRIPT)
    return SafeString(f'<script type="application/ld+json">{written}</script>')
