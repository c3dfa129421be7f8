"""Short addresses, to be typed from a notice board: `/k24/3.4` leads to the page of recommendation 3.4 for good.

They are made of what lasts: a source's short code and the number printed in it; one that was mended leads on. Whoever
types may do so in capitals, and with or without a slash at the end.
"""

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.models import Initiative, Publication, Recommendation
from recommendations.public.addressed import forever, formerly_at, not_there
from recommendations.selection import ItemModel


def publication(request: HttpRequest, code: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>`"""
    found = Publication.objects.public().filter(short_code=code).order_by("pk").first()
    if found is None:
        raise Http404(_("Kilden findes ikke."))
    return forever(request, reverse("publication", args=[found.slug]))


def recommendation(request: HttpRequest, code: str, number: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>/<nummer>`"""
    return _to_item(request, Recommendation, code, number)


def initiative(request: HttpRequest, code: str, number: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>/i/<nummer>`: an initiative can have the same number as a recommendation of its source."""
    return _to_item(request, Initiative, code, number)


def _to_item(request: HttpRequest, model: ItemModel, code: str, number: str) -> HttpResponsePermanentRedirect:
    typed = model.objects.public().filter(publication__short_code=code, number_key=number.casefold())
    found = typed.select_related("publication").order_by("pk").first()
    found = found or formerly_at(model, number, short_code=code)
    if found is None:
        raise not_there()
    return forever(request, found.get_absolute_url())
