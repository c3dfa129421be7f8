"""The pages people meet when something goes wrong. They ask neither the database nor, but for the log, the session."""

import sys
from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404
from django.utils.encoding import escape_uri_path

from recommendations.public.asked import NoSuchMeeting, NoSuchPage, NotThatDay, Refused, TimesRefused, TooLong
from recommendations.public.finding import right_address
from recommendations.security_log import note
from recommendations.selection import with_query
from tracker.lost_login import can_be_kept, kept_form
from tracker.trouble import Trouble, answer, takes_writes, trouble_of


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; our own refusals say what is wrong and how to mend it, Django's are in English and say it to the log."""
    if isinstance(exception, TimesRefused):
        context = {"form": exception.form, "path": exception.path}
        return render(request, "errors/times.html", context, status=HTTPStatus.BAD_REQUEST)
    context = {
        "reason": str(exception) if isinstance(exception, Refused) else "",
        "command": exception.command if isinstance(exception, TooLong) else "",
    }
    return render(request, "errors/400.html", context, status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; the exception's own sentence is shown, since ours say what to do."""
    note("refused", request)
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; of a day on which the source did not exist, of a page past a list's end, and of a day without a meeting, it
    says so, with the way on.

    An address that is no other than one of ours in capital letters leads there.
    """
    is_read = request.method in ("GET", "HEAD")
    if is_read and isinstance(exception, Resolver404) and (way := right_address(request.path_info)):
        return HttpResponsePermanentRedirect(with_query(escape_uri_path(way), request.META.get("QUERY_STRING", "")))
    if settings.SESSION_COOKIE_NAME in request.COOKIES:  # for staff, what is not theirs to see is not there either
        note("not_found", request)
    context = {
        "not_that_day": exception if isinstance(exception, NotThatDay) else None,
        "no_such_page": exception if isinstance(exception, NoSuchPage) else None,
        "no_such_meeting": exception if isinstance(exception, NoSuchMeeting) else None,
    }
    return render(request, "errors/404.html", context, status=HTTPStatus.NOT_FOUND)


def method_not_allowed(request: HttpRequest, served: Sequence[str]) -> HttpResponse:
    """405; `served` are the methods that the address answers to."""
    response = render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    response.headers["Allow"] = ", ".join(served)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500; and what is said instead, where nothing is wrong here but that the database does not do what it is told."""
    if trouble := trouble_of(sys.exc_info()[1]):
        return answer(request, trouble)
    return render(request, "errors/500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def too_many_logins(request: HttpRequest) -> HttpResponse:
    """429; or 503 where nobody has tried too often, but the tries cannot be counted."""
    if not takes_writes():
        return answer(request, Trouble.READ_ONLY)
    note("throttled", request)
    return render(request, "errors/429.html", {"logins": True}, status=HTTPStatus.TOO_MANY_REQUESTS)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403; a form of ours whose token is too old, as after a new login in another tab, is kept to be sent again."""
    note("form_refused", request)
    if can_be_kept(request):
        return kept_form(request)
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)
