"""What somebody typed is not lost with their login, nor with the database: the page that holds on to it until then.

Only a form of ours is repeated. What another site made the browser send gets no page that would send it again.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
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
    return request.path.startswith(reverse("admin:index")) and is_form_from_here(request)


def is_form_from_here(request: HttpRequest) -> bool:
    """Whether it is a form, sent from a page of ours, and not the way in or out."""
    ways = {reverse("admin:login"), reverse("admin:logout")}
    is_way = request.path in ways or request.path.startswith(reverse("account_login").removesuffix("login/"))
    return request.method == "POST" and not is_way and _is_from_here(request)


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


def kept_form(request: HttpRequest, trouble: str = "") -> HttpResponse:
    """The page: 401 for somebody without a login, 403 for somebody who has one again; 503 while there is trouble with
    the database, which then is not asked who it is.
    """
    logged_in = not trouble and getattr(request, "user", None) is not None and request.user.is_authenticated
    if trouble and "CSRF_COOKIE" not in request.META:  # it broke before the form's token was looked at
        CsrfViewMiddleware(lambda _request: HttpResponse()).process_request(request)
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
            "trouble": trouble,
            "logged_in": logged_in,
            "address": request.get_full_path(),
            "typed": [] if too_much else typed,
            "files": files,
            "too_much": too_much,
        },
        status=_status(trouble, logged_in=logged_in),
    )
    add_never_cache_headers(response)
    return response


def _status(trouble: str, *, logged_in: bool) -> HTTPStatus:
    if trouble:
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.FORBIDDEN if logged_in else HTTPStatus.UNAUTHORIZED


def _is_secret(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or "password" in name.lower()
