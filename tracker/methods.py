"""What no page serves, said in one place before anything is looked up: null, methods (RFC 9110, 9), and what is sent as
anything but a form. Public pages say themselves what is wrong in their parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from recommendations.public.asked import Refused
from recommendations.public.urls import TAKES_POST
from tracker.errors import method_not_allowed

READ_ONLY = ["GET", "HEAD", "OPTIONS"]
ANYWHERE = [*READ_ONLY, "POST"]
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"]  # as browsers and mail programs send one


class ServedMethods:
    """Answers OPTIONS, and refuses what a page does not serve in words; before the form token is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *args: Any) -> HttpResponse | None:
        match = request.resolver_match
        if "\0" in request.path_info:  # in no number and no code, and PostgreSQL cannot even be asked about it
            raise Http404
        is_public = match is not None and view.__module__.startswith("recommendations.public.")
        takes_forms = not is_public or (match is not None and match.url_name in TAKES_POST)
        served = ANYWHERE if takes_forms else READ_ONLY
        if request.method not in served:
            return method_not_allowed(request, served)
        if request.method == "POST" and request.content_type not in FORMS:
            return _not_a_form()
        if is_public and request.method == "OPTIONS":
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(served)})
        if not is_public and any("\0" in value for values in request.GET.lists() for value in values[1]):
            raise Refused(_("Der er et tegn i adressen, som ingen kan skrive. Begynd fra listen igen."))
        return None


def _not_a_form() -> HttpResponse:
    """415, for a program: no browser sends anything else."""
    said = _("Her kan der kun sendes formularer.")
    return HttpResponse(
        said,
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        content_type="text/plain; charset=utf-8",
        headers={"Accept-Post": ", ".join(FORMS)},
    )
