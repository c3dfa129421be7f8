"""For notice boards: an item's short address as a QR code, and a page with it to print and hang up."""

import io

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from recommendations.models import Initiative, Recommendation


def recommendation_qr(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/qr.svg`"""
    return _qr(_item(Recommendation, publication, number))


def initiative_qr(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/qr.svg`"""
    return _qr(_item(Initiative, publication, number))


def recommendation_poster(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/opslag/`"""
    return _poster(request, _item(Recommendation, publication, number))


def initiative_poster(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/opslag/`"""
    return _poster(request, _item(Initiative, publication, number))


def _item(kind, publication: str, number: str):
    items = kind.objects.select_related("publication")
    return get_object_or_404(items, publication__slug=publication, **{kind.NUMBER_FIELD: number})


def _qr(item) -> HttpResponse:
    """Black on white in either scheme, as cameras need it; a quarter of it may be worn off ("q")."""
    address = settings.SITE_URL + item.get_short_url()
    drawn = io.BytesIO()
    segno.make_qr(address, error="q").save(
        drawn,
        kind="svg",
        dark="#000",
        light="#fff",
        border=4,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        title=_("QR-kode til %(address)s") % {"address": address},
    )
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def _poster(request: HttpRequest, item) -> HttpResponse:
    return render(
        request,
        "items/poster.html",
        {
            "item": item,
            "short_address": settings.SITE_URL + item.get_short_url(),
            "typed_address": settings.SITE_URL.split("://")[-1] + item.get_short_url(),
            "qr_address": f"{item.get_absolute_url()}qr.svg",
        },
    )
