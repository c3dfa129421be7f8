"""What the public pages do not serve, said in one place before anything is looked up: methods (RFC 9110, 9), null."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from recommendations.public.urls import TAKES_POST
from tracker.errors import method_not_allowed


class ServedMethods:
    """Answers OPTIONS, and refuses what a public page does not serve in words; before the form token is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *args: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not view.__module__.startswith("recommendations.public."):
            return None
        if "\0" in request.path_info:  # in no number and no code, and PostgreSQL cannot even be asked about it
            raise Http404
        served = ["GET", "HEAD", "OPTIONS", *(["POST"] if match.url_name in TAKES_POST else [])]
        if request.method == "OPTIONS":
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(served)})
        return None if request.method in served else method_not_allowed(request, served)
