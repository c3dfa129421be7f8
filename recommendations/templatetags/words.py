"""How dates, shares and numbers are said on the pages, and the few settings that templates may know."""

import re
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.conf import settings
from django.template.defaultfilters import urlize
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recommendations import search
from recommendations.templatetags.languages import danish_attribute, danish_text, is_danish

register = template.Library()

HARD_SPACE = "\N{NO-BREAK SPACE}"


@register.filter
def day(value: date | datetime | None) -> str:
    """`<time>`: 17. juni 2024, 17 June 2024; empty for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value))


@register.filter
def is_since(moment: datetime, since: date | None) -> bool:
    """Whether something was recorded on the day `since` or later; never, where no such day was asked about."""
    return since is not None and timezone.localdate(moment) >= since


@register.filter
def percent(value: Decimal) -> str:
    """92 % with a hard space, in English 92%; decimals only where there are any."""
    number = number_format(value.normalize() if value % 1 else int(value))
    return f"{number}{HARD_SPACE}%" if is_danish() else f"{number}%"


@register.filter
def printed_number(item) -> str:
    """The item's number where the source has printed one, otherwise nothing."""
    return item.printed_number if item else ""


@register.filter
def pages(place: str) -> str:
    """Where in the source: "side 24" for a bare number, otherwise as the source divides itself ("kapitel 1")."""
    return _("side %(pages)s") % {"pages": place} if place[:1].isdigit() else danish_text(place)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Escaped text from a source, in paragraphs, with its addresses as links."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    return SafeString("".join(f"<p{danish_attribute()}>{urlize(part).replace(chr(10), '<br>')}</p>" for part in parts))


@register.filter
def excerpt(text: str, most: int = 300) -> str:
    """The beginning of a text in whole words, on one line; plain text, for the template to escape."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    words = text[:most].rsplit(" ", 1)[0]  # one word that fills it all is cut
    return words.rstrip(" ,.;:–-") + "…"


@register.filter
def marked(text: str, query: str) -> SafeString:
    """The text with each word that the query finds in `<mark>`."""
    return search.marked(text, query)


@register.simple_tag
def today() -> date:
    return timezone.localdate()


@register.simple_tag
def contact_email() -> str:
    """Where errors are reported; empty when the municipality has set none."""
    return settings.CONTACT_EMAIL


@register.simple_tag
def accessibility_statement() -> str:
    """Where the municipality's own statement stands; empty until there is one."""
    return settings.ACCESSIBILITY_STATEMENT_URL


@register.simple_tag(takes_context=True)
def here(context, address: str) -> str:
    """`aria-current` for a link in the navigation: the page itself, or the room that the page is in."""
    path = getattr(context.get("request"), "path", "")
    if path == address:
        return SafeString(' aria-current="page"')
    is_room = address != reverse("overview")
    return SafeString(' aria-current="true"' if is_room and path.startswith(address) else "")
