"""What stands at an address: items of public sources, in whatever letters (case) their number is typed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.enums import Act
from recommendations.models import Event, Item
from recommendations.models.item import ItemQuerySet
from recommendations.selection import ItemModel, with_query


def at_number(model: ItemModel, publication: str, number: str) -> ItemQuerySet:
    """The item with that number in the source with that code (slug): one or none, and none of a source in draft."""
    return model.objects.public().filter(publication__slug__iexact=publication, number_key=number.casefold())


def one(model: ItemModel, publication: str, number: str) -> Item:
    """The item that is or was at that address, with its source and its words of today; a 404 where there is none: one
    query where it is still there.
    """
    found = at_number(model, publication, number).select_related("publication", "wording").order_by("pk").first()
    found = found or formerly_at(model, number, slug__iexact=publication)
    if found is None:
        raise not_there()
    return found


def formerly_at(model: ItemModel, number: str, **source: str) -> Item | None:
    """The item that had that number before it was mended, in the source that `source` finds; the last one, if any."""
    here = {f"publication__{name}": value for name, value in source.items()}
    mended = Event.objects.filter(act=Act.ITEM_CHANGED, details__number__0__iexact=number, **here)
    mended = mended.filter(item__in=model.objects.public().order_by().values("pk")).order_by("-at", "-pk")
    found = model.objects.filter(pk__in=mended.values("item")[:1]).select_related("publication", "wording")
    return found.order_by("pk").first()


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
