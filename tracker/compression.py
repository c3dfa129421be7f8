"""Compression of public pages.

A compressed page tells its length, and an attacker who may write a part of it can learn the rest from that (BREACH).
Public pages hold nothing secret. Whatever has to do with a login or a form token is left as it is.
"""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import set_response_etag

TEXTS = ("text/", "application/atom+xml", "application/json", "application/jsonl", "application/xml", "image/svg+xml")


class CompressPublicPages(GZipMiddleware):
    """Marks what is said with its ETag as well, before it is packed: no two packets of the same page are alike."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.cookies or {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} & {*request.COOKIES}:
            return response
        if response.status_code == 200 and "no-store" not in response.get("Cache-Control", ""):
            response = response if response.has_header("ETag") else set_response_etag(cast(HttpResponse, response))
        is_text = response.get("Content-Type", "").startswith(TEXTS)
        return super().process_response(request, response) if is_text else response
