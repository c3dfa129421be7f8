"""Short addresses, to be typed from a notice board: `/k24/3.4` leads to the page of recommendation 3.4 for good.

They are made of what lasts: a source's short code and the number printed in it; one that was mended leads on. Whoever
types may do so in capitals, and with or without a slash at the end. And addresses that were cut short (URL hacking):
what is left of one leads to where it would have stood.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.models import Initiative, Publication, Recommendation, StatusUpdate
from recommendations.public.addressed import forever, formerly_at, not_there
from recommendations.selection import ItemModel, Selection, with_query


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


# --- Addresses cut short ----------------------------------------------------------------------------------------------


def list_of_source(request: HttpRequest, publication: str, room: str) -> HttpResponsePermanentRedirect:
    """`/anbefalinger/<kilde>/`, `/initiativer/<kilde>/`: the list of what the source holds of that kind."""
    return _to_list(request, room, slug__iexact=publication)


def list_of_code(request: HttpRequest, code: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>/i/`: the source's initiatives."""
    return _to_list(request, "initiatives", short_code=code)


def _to_list(request: HttpRequest, room: str, **source: str) -> HttpResponsePermanentRedirect:
    found = Publication.objects.public().filter(**source).order_by("pk").first()
    if found is None:
        raise Http404(_("Kilden findes ikke."))
    query = [Selection(publication=found.slug).query_string(), request.META.get("QUERY_STRING", "")]
    return HttpResponsePermanentRedirect(with_query(reverse(room), "&".join(filter(None, query))))


def about_evidence(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """`/dokumentation/`: what counts as documentation."""
    return HttpResponsePermanentRedirect(reverse("about") + "#dokumentation")


def documented(request: HttpRequest, key: UUID) -> HttpResponsePermanentRedirect:
    """`/dokumentation/<nøgle>/`: the published update that the files document, on the page of its item."""
    public = Publication.objects.public().order_by().values("pk")
    updates = StatusUpdate.objects.published().filter(item__publication__in=public)
    update = get_object_or_404(updates.select_related("item__publication"), key=key)
    return HttpResponsePermanentRedirect(f"{update.item.get_absolute_url()}#{update.anchor}")


def _to_item(request: HttpRequest, model: ItemModel, code: str, number: str) -> HttpResponsePermanentRedirect:
    typed = model.objects.public().filter(publication__short_code=code, number_key=number.casefold())
    found = typed.select_related("publication").order_by("pk").first()
    found = found or formerly_at(model, number, short_code=code)
    if found is None:
        raise not_there()
    return forever(request, found.get_absolute_url())
