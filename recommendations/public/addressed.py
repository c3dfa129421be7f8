"""What stands at an address: items of public sources, in whatever letters (case) their number is typed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.models import Item
from recommendations.models.item import ItemQuerySet
from recommendations.selection import ItemModel, with_query


def at_number(model: ItemModel, publication: str, number: str) -> ItemQuerySet:
    """The item with that number in the source with that code (slug): one or none, and none of a source in draft."""
    return model.objects.public().filter(publication__slug__iexact=publication, number_key=number.casefold())


def one(model: ItemModel, publication: str, number: str) -> Item:
    """The item at that address, with its source and its words of today; a 404 where there is none: one query."""
    found = at_number(model, publication, number).select_related("publication", "wording").order_by("pk").first()
    if found is None:
        raise not_there()
    return found


def not_there() -> Http404:
    return Http404(_("Nummeret findes ikke i kilden."))


def moved(
    request: HttpRequest, item: Item, publication: str, number: str, end: str = ""
) -> HttpResponsePermanentRedirect | None:
    """The way to the item's lasting address, where that was asked for in other letters; nothing where it was not.

    `end` is what the name of the route has after the item's own: "_feed", "_poster", "_qr".
    """
    if (publication, number) == (item.publication.slug, item.number):
        return None
    return forever(request, reverse(item.route + end, args=[item.publication.slug, item.number]))


def forever(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """To an address that lasts, with what was chosen."""
    return HttpResponsePermanentRedirect(with_query(address, request.META.get("QUERY_STRING", "")))
