"""Whose pages an address is: the host name chooses the municipality, and the request is about its rows alone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from recommendations import tenancy
from recommendations.models import Municipality

NOBODY = (
    "Der er ingen kommune på denne adresse. Har installationen en enkelt kommune, så kør »manage.py prepare«; har den "
    "flere, så skriv værtsnavnet hos den rigtige under »Kommuner«."
)


class MunicipalityOfHost:
    """Activates the municipality for the request; a 404 in words where the host name belongs to none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, _port = split_domain_port(request.get_host())
        municipality = Municipality.objects.for_host(host)
        if municipality is None:
            return HttpResponse(NOBODY, status=404, content_type="text/plain; charset=utf-8")
        with tenancy.active(municipality):
            return self.get_response(request)
