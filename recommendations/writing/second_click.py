"""Two clicks at the very same moment: who comes second is answered as if it had come a little later."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from recommendations.actions.state import done_before
from recommendations.writing.posted import request_key, step_key


class SecondClick:
    """Middleware: a form that is refused is read once more where what it asks for was done meanwhile (a race).

    Each page asks first whether its form was sent before (idempotency). What is done between that question and the
    next is by the first click: a draft that is thrown away is not there, and an item is no longer one's own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_refused = HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        if (
            request.method == "POST"
            and is_refused
            and any(done_before(key) for key in {request_key(request), step_key(request)})
        ):
            return self.get_response(request)
        return response
