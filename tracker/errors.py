"""The pages people meet when something goes wrong. They ask neither the database nor the session."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recommendations.public.asked import NotThatDay, Refused, TimesRefused
from tracker.lost_login import can_be_kept, kept_form


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; our own refusals say what is wrong and how to mend it, Django's are in English and say it to the log."""
    if isinstance(exception, TimesRefused):
        context = {"form": exception.form, "path": exception.path}
        return render(request, "errors/times.html", context, status=HTTPStatus.BAD_REQUEST)
    reason = str(exception) if isinstance(exception, Refused) else ""
    return render(request, "errors/400.html", {"reason": reason}, status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; the exception's own sentence is shown, since ours say what to do."""
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; where a source did not exist on the day asked about it says so, with the way to today."""
    not_that_day = exception if isinstance(exception, NotThatDay) else None
    return render(request, "errors/404.html", {"not_that_day": not_that_day}, status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403; a form of ours whose token is too old, as after a new login in another tab, is kept to be sent again."""
    if can_be_kept(request):
        return kept_form(request)
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)
