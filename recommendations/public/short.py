"""Short addresses, to be typed from a notice board: `/k24/3.4` leads to the page of recommendation 3.4 for good.

They are made of what never changes: a source's short code and the number printed in it. Whoever types may do so in
capitals, and with or without a slash at the end.
"""

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.models import Initiative, Publication, Recommendation


def publication(request: HttpRequest, code: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>`"""
    found = get_object_or_404(Publication, short_code=code)
    return _to(request, reverse("publication", args=[found.slug]))


def recommendation(request: HttpRequest, code: str, number: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>/<nummer>`"""
    return _to(request, _item(Recommendation, code, number).get_absolute_url())


def initiative(request: HttpRequest, code: str, number: str) -> HttpResponsePermanentRedirect:
    """`/<kort kode>/i/<nummer>`: an initiative can have the same number as a recommendation of its source."""
    return _to(request, _item(Initiative, code, number).get_absolute_url())


def _item(kind: type[Recommendation] | type[Initiative], code: str, number: str) -> Recommendation | Initiative:
    typed = kind.objects.filter(publication__short_code=code, **{f"{kind.NUMBER_FIELD}__iexact": number})
    found = list(typed.select_related("publication").order_by("pk"))
    if not found:
        raise Http404(_("Nummeret findes ikke i kilden."))
    return next((item for item in found if item.reference == number), found[0])


def _to(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
