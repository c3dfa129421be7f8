"""The language of a page is the language of its address, and nothing else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class LanguageOfAddress:
    """English below `/en/`, Danish everywhere else.

    Django's own middleware also asks the browser and a cookie, and tells caches so. Here an address always shows the
    same page, so it can be shared and kept, and nobody's browser has to be looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
            return self.get_response(request)
