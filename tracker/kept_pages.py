"""Public pages as they were answered last, kept under the data version: asked for again, none is made or packed anew.

No page is kept for a time, so none is ever out of date: the key says all that a page depends on. That is who asks
where (scheme, host, address, whether they unpack gzip), the data version, the day, and which release of the site makes
it. Whoever has logged in or been given a form is not anybody, and is answered anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, time
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from recommendations import data_version, tenancy
from tracker import replica
from tracker.municipality import is_anybodys

LARGEST = 300_000  # bytes; lists as files are larger, and are sent as they are made
FOR_SECONDS = 60 * 60  # nobody finds an older version any more; so what was withheld does not even lie there long
# These say what time it is, or what was done just now.
NOT_KEPT = {"report", "check_report", "report_error", "error_reported"}
UNPACKS = re.compile(r"\bgzip\b")  # as GZipMiddleware understands it


class KeptPages:
    """Answers anybody from what is kept, and says how long others may keep it: not without asking whether it stands.

    Stands outside whatever makes a page: compression, headers, cookies.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.release = _release()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_anybodys(request):
            return _private(self.get_response(request))
        if data_version.asked() is None or replica.behind() is not None:  # the latter is said on the page
            return _conditional(request, _public(request, self.get_response(request)))
        key = self._key(request)
        if kept := caches["pages"].get(key):
            headers, content = kept
            return _conditional(request, HttpResponse(content, headers=headers))
        response = _public(request, self.get_response(request))
        if _can_be_kept(request, response):
            caches["pages"].set(key, (dict(response.headers), response.content), FOR_SECONDS)
        return _conditional(request, response)

    def _key(self, request: HttpRequest) -> str:
        depends_on = (
            self.release,
            request.scheme,
            request.get_host(),
            request.path,
            request.META.get("QUERY_STRING", ""),
            bool(UNPACKS.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))),
            tenancy.current().pk,
            data_version.asked(),
            data_version.changed_at(),  # a database that was put back from a copy comes to a version a second time
            timezone.localdate(),
        )
        return hashlib.blake2b(repr(depends_on).encode(), digest_size=20).hexdigest()


@cache
def _release() -> int:
    """What makes pages: when the newest of its files was written, in nanoseconds."""
    rooms = ("recommendations", "tracker", "templates", "static", "locale")
    files = [file for room in rooms for file in (settings.BASE_DIR / room).rglob("*") if file.suffix != ".pyc"]
    return max(file.stat().st_mtime_ns for file in [*files, settings.BASE_DIR / "requirements.txt"] if file.is_file())


def _is_public_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.func.__module__.startswith("recommendations.public.")


def _public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code == HTTPStatus.OK and _is_public_page(request):
        response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _can_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    match, says = request.resolver_match, response.headers
    return (
        request.method == "GET"
        and response.status_code == HTTPStatus.OK
        and _is_public_page(request)
        and match is not None
        and match.url_name not in NOT_KEPT
        and not response.streaming
        and not response.cookies
        and "cookie" not in says.get("Vary", "").lower()
        and not re.search("private|no-store", says["Cache-Control"])
        and len(response.content) <= LARGEST
    )


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 without content for whoever has it already."""
    if response.status_code != HTTPStatus.OK:
        return response
    says = response.headers
    since = parse_http_date_safe(says["Last-Modified"]) if "Last-Modified" in says else None
    answer = get_conditional_response(request, says.get("ETag"), since, response)
    assert answer is not None  # as there is a response to begin with
    if (at := data_version.changed_at()) and "Last-Modified" not in answer.headers and "ETag" in says:
        # For whoever reads it; nothing is compared with it, as two acts can fall in one second.
        midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
        answer.headers["Last-Modified"] = http_date(max(at, midnight).timestamp())
    return answer
