"""For notice boards: an item's short address as a QR code, and a page with it to print and hang up."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.models import Initiative, Item, Recommendation
from recommendations.public.addressed import moved, one
from recommendations.selection import ItemModel


def recommendation_qr(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/qr.svg`"""
    return _qr(request, Recommendation, publication, number)


def initiative_qr(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/qr.svg`"""
    return _qr(request, Initiative, publication, number)


def recommendation_poster(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/opslag/`"""
    return _poster(request, Recommendation, publication, number)


def initiative_poster(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/opslag/`"""
    return _poster(request, Initiative, publication, number)


def _qr(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    """Black on white in either scheme, as cameras need it; a quarter of it may be worn off ("q")."""
    item = one(model, publication, number)
    if way := moved(request, item, publication, number, "_qr"):
        return way
    address = _short_address(item)
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
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml; charset=utf-8")


def _poster(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    item = one(model, publication, number)
    if way := moved(request, item, publication, number, "_poster"):
        return way
    address = _short_address(item)
    return render(
        request,
        "items/poster.html",
        {
            "item": item,
            "short_address": address,
            "typed_address": address.split("://")[-1],
            "qr_address": reverse(f"{item.route}_qr", args=[item.publication.slug, item.number]),
        },
    )


def _short_address(item: Item) -> str:
    return tenancy.site_url() + item.get_short_url()
