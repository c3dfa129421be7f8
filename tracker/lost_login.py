"""What somebody typed is not lost with their login: the page that holds on to it until they are back in.

Only a form of ours is repeated. What another site made the browser send gets no page that would send it again.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

# A page with all that fits in a form of ours; more than that is no form of ours.
MOST_FIELDS = 1000
MOST_CHARACTERS = 1_000_000
# The button that says what is done with a form; without it, a draft is saved.
STEP = "trin"


class KeepTypedText:
    """A form of the admin that is sent after the login has ended is answered with the page that keeps it.

    Stands after the middleware for CSRF, so that what that refuses never comes here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if can_be_kept(request) and not request.user.is_authenticated:
            return kept_form(request)
        return None


def can_be_kept(request: HttpRequest) -> bool:
    """Whether it is a form of the admin, sent from a page of ours."""
    if request.method != "POST" or not request.path.startswith(reverse("admin:index")):
        return False
    return request.path not in {reverse("admin:login"), reverse("admin:logout")} and _is_from_here(request)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this site."""
    origin = request.headers.get("Origin")
    if origin is None:
        try:
            page = urlsplit(request.headers.get("Referer", ""))
        except ValueError:
            return False
        origin = f"{page.scheme}://{page.netloc}"
    return origin in {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}


def kept_form(request: HttpRequest) -> HttpResponse:
    """The page: 401 for somebody without a login, 403 for somebody who has one again."""
    logged_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    files = sorted({str(upload.name) for uploads in request.FILES.lists() for upload in uploads[1]})
    typed = [(name, value) for name, values in request.POST.lists() for value in values if not _is_secret(name)]
    if files:
        # Without its file the form says less than was meant. So it is saved and neither sent nor published.
        typed = [(name, value) for name, value in typed if name != STEP]
    too_much = len(typed) > MOST_FIELDS or sum(len(name) + len(value) for name, value in typed) > MOST_CHARACTERS
    response = render(
        request,
        "errors/lost_login.html",
        {
            "logged_in": logged_in,
            "address": request.get_full_path(),
            "typed": [] if too_much else typed,
            "files": files,
            "too_much": too_much,
        },
        status=HTTPStatus.FORBIDDEN if logged_in else HTTPStatus.UNAUTHORIZED,
    )
    add_never_cache_headers(response)
    return response


def _is_secret(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or "password" in name.lower()
