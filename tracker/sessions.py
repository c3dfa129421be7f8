"""How long a session lets its user in, and with what; one's own sessions, each of which can be ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.adapter import DefaultUserSessionsAdapter, get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from recommendations.security_log import note
from tracker import second_factor

SEEN_EVERY = 60  # seconds between writes of when a session was used last
ROOM = "/konto/"
FORGET_PAGES = '"cache", "storage"'  # in the browser; cookies stay, so that the device is known the next time
# All that somebody may do whose session has not shown the second factor that the login has.
WAYS_TO_SHOW_IT = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"}

Answer = TypeVar("Answer", bound=HttpResponseBase)


class Admission:
    """Makes a session's user nobody once it is too old or was left alone too long, or lacks the second factor.

    Who lacks it gets as far as the pages on which it is set up or shown. Asks nothing before somebody asks who it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.user = SimpleLazyObject(partial(_admitted, request))  # type: ignore[assignment]
        response = self.get_response(request)
        return forgotten(response) if hasattr(request, "session_ran_out") else response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        is_room = request.path_info.startswith(ROOM)
        if not is_room and not (request.path_info.startswith("/admin/") and request.method in ("GET", "HEAD")):
            return None
        user = get_user(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else AnonymousUser()
        if not isinstance(user, User) or not second_factor.is_lacking(request, user):
            return None
        way = "mfa_index"
        if second_factor.has_one(user):
            route = request.resolver_match.url_name if request.resolver_match else ""
            if route in WAYS_TO_SHOW_IT:
                return None
            way = "mfa_reauthenticate"
        elif is_room:
            return None
        return HttpResponseRedirect(f"{reverse(way)}?{urlencode({'next': request.get_full_path()})}")


def _admitted(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    now = timezone.now().timestamp()
    began, seen = (request.session.get(name, now) for name in ("began", "seen"))
    is_idle = now - seen > settings.SESSION_IDLE_SECONDS
    if is_idle or now - began > settings.SESSION_COOKIE_AGE:
        request.user = AnonymousUser()  # before the log asks who it is
        note("session_ended", request, who=user.get_username(), why="idle" if is_idle else "old")
        request.session.flush()
        request.session_ran_out = True  # type: ignore[attr-defined]
        return AnonymousUser()
    if "began" not in request.session or now - seen > SEEN_EVERY:
        stamp(request, began)
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
    if not request.path_info.startswith(ROOM) and second_factor.is_lacking(request, user):
        return AnonymousUser()
    return user


def forgotten(response: Answer) -> Answer:
    """The answer with which a session ends: the browser keeps none of the pages that were seen in it."""
    response.headers["Clear-Site-Data"] = FORGET_PAGES
    return response


def stamp(request: HttpRequest, began: float | None = None) -> None:
    """Write into the session that it is used now; it began now too, where nothing else is said."""
    now = timezone.now().timestamp()
    request.session["began"], request.session["seen"] = now if began is None else began, now


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Any) -> None:
        for session in sessions:
            note("session_ended", self.request, why="by its user")
            session.end()


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """`/konto/sessioner/<pk>/log-ud/`: one of one's own; of the one at hand it is logging out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        logout(request)
        session.delete()
        return forgotten(HttpResponseRedirect(reverse("account_login")))
    get_adapter().end_sessions([session])
    return HttpResponseRedirect(reverse("usersessions_list"))
