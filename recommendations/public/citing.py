"""How a page is referred to: a text that is ready to paste, with an address that goes on showing what it showed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.addresses import address
from recommendations.enums import ItemKind
from recommendations.models import Item
from recommendations.public.asked import Times
from recommendations.selection import Selection, with_query


@dataclass(frozen=True)
class Reference:
    """Addresses of an item, whole, and the words that refer to it."""

    short: str
    typed: str  # the short one as it is typed: without the scheme
    text: str
    poster: str  # path of the page for notice boards

    @classmethod
    def to_item(cls, item: Item, times: Times) -> Reference:
        ours, site = tenancy.current(), tenancy.site_url()
        short = site + item.get_short_url()
        lasting = site + with_query(item.get_absolute_url(), Selection(as_of=times.day).query_string())
        text = _("%(kind)s %(name)s. Kilde: %(source)s. Som registreret af %(sender)s %(day)s: %(address)s") % {
            "kind": ItemKind(item.kind).label,
            "name": f"{item.printed_number} »{item.title}«".strip(),
            "source": item.publication.title,
            "sender": ours.sender_name,
            "day": date_format(times.day),
            "address": lasting,
        }
        poster = address(f"{item.route}_poster", item.publication.slug, item.number)
        return cls(short, short.split("://")[-1], tenancy.marked(text), poster)
