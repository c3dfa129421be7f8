"""The pages people meet when something goes wrong. They ask neither the database nor the session."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recommendations.public.times import Refused


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; our own refusals say what is wrong and how to mend it, Django's are in English and say it to the log."""
    reason = str(exception) if isinstance(exception, Refused) else ""
    return render(request, "errors/400.html", {"reason": reason}, status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; the exception's own sentence is shown, since ours say what to do."""
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)
