"""Public pages as they were answered last, kept under the data version: asked for again, none is made or packed anew.

No page is kept for a time, so none is ever out of date: the key says all that a page depends on. That is who asks
where (scheme, host, address, whether they unpack gzip), the data version, the day, and which release of the site makes
it. Whoever has logged in or been given a form is not anybody, and is answered anew.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from datetime import datetime, time
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
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
OTHER_CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}  # they come before If-None-Match (RFC 9110, 13.2.2)
SAID_AGAIN = ("Cache-Control", "ETag", "Last-Modified", "Vary")  # by a 304, of what the whole says
MAIN = b'<main id="indhold" class="wide" tabindex="-1">'  # as templates/base.html begins what the page is about
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
            response, since = _public(request, self.get_response(request))
            return _conditional(request, response, since)
        key = self._key(request)
        if kept := caches["pages"].get(key):
            return _again(request, *kept)
        response, since = _public(request, self.get_response(request))
        if _can_be_kept(request, response):
            version, now = data_version.asked(), timezone.now()
            kept_now = {
                key: (dict(response.headers), response.content, since),
                _last_key(request): (key, version, now),
                _newest_key(request): version,
            }
            caches["pages"].set_many(kept_now, FOR_SECONDS)
        return _conditional(request, response, since)

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


def _last_key(request: HttpRequest) -> str:
    """Under which it says what the address was answered with last."""
    packed = UNPACKS.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    asked = (_release(), request.scheme, request.get_host(), request.get_full_path(), bool(packed))
    return f"last:{hashlib.blake2b(repr(asked).encode(), digest_size=20).hexdigest()}"


def _newest_key(request: HttpRequest) -> str:
    host = hashlib.blake2b(request.get_host().encode(), digest_size=20).hexdigest()
    return f"newest:{host}"


def as_it_was(request: HttpRequest) -> HttpResponse | None:
    """The page as it was answered last, marked as such; None where none is kept. The database is not asked.

    Only of the newest version that is known here: after an act, something in an older one may have been withheld.
    """
    if not is_anybodys(request):
        return None
    pages = caches["pages"]
    last = pages.get(_last_key(request))
    if last is None:
        return None
    key, version, at = last
    kept = pages.get(key)
    if kept is None or version != pages.get(_newest_key(request)):
        return None
    says, content, _since = kept
    if not says.get("Content-Type", "").startswith("text/html"):
        return None  # a file says nothing of itself
    html = gzip.decompress(content) if says.get("Content-Encoding") == "gzip" else content
    mark = render_to_string("includes/_as_it_was.html", {"at": at}).strip().encode()
    before, found, after = html.partition(MAIN)
    made = HttpResponse(before + found + mark + after)
    left_out = {"ETag", "Last-Modified", "Content-Encoding", "Content-Length", "Cache-Control"}
    for name, value in says.items():
        if name not in left_out:
            made.headers[name] = value
    made.headers["Cache-Control"] = "no-store"
    return made


@cache
def _release() -> int:
    """What makes pages: when the newest of its files was written, in nanoseconds."""
    rooms = ("recommendations", "tracker", "templates", "static", "locale")
    files = [file for room in rooms for file in (settings.BASE_DIR / room).rglob("*") if file.suffix != ".pyc"]
    return max(file.stat().st_mtime_ns for file in [*files, settings.BASE_DIR / "requirements.txt"] if file.is_file())


def _is_public_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.func.__module__.startswith("recommendations.public.")


def _public(request: HttpRequest, response: HttpResponse) -> tuple[HttpResponse, int | None]:
    """The answer, which says how long it may be kept and when it was changed; and since when (Unix) it is known to be
    the same, where its view said so.
    """
    says = response.headers
    if response.status_code != HTTPStatus.OK:
        return response, None
    if _is_public_page(request):
        says.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
    if "Last-Modified" in says:
        return response, parse_http_date_safe(says["Last-Modified"])
    if (at := data_version.changed_at()) and "ETag" in says:
        # For whoever reads it; nothing is compared with it, as two acts can fall in one second.
        midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
        says["Last-Modified"] = http_date(max(at, midnight).timestamp())
    return response, None


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


def _again(request: HttpRequest, says: dict[str, str], content: bytes, since: int | None) -> HttpResponse:
    """What is kept; to whoever has just that, the 304 alone, as Django would make it of the whole."""
    asks, tag = request.META, says.get("ETag")
    if tag and asks.get("HTTP_IF_NONE_MATCH") == tag and not OTHER_CONDITIONS & asks.keys():
        return HttpResponseNotModified(headers={name: says[name] for name in SAID_AGAIN if name in says})
    return _conditional(request, HttpResponse(content, headers=says), since)


def _conditional(request: HttpRequest, response: HttpResponse, since: int | None) -> HttpResponse:
    """304 without content for whoever has it already."""
    if response.status_code != HTTPStatus.OK:
        return response
    answer = get_conditional_response(request, response.headers.get("ETag"), since, response)
    assert answer is not None  # as there is a response to begin with
    return answer
