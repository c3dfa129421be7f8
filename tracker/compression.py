"""Compression of public pages.

A compressed page tells its length, and an attacker who may write a part of it can learn the rest from that (BREACH).
Public pages hold nothing secret. Whatever has to do with a login or a form token is left as it is.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/", "application/atom+xml", "application/json", "application/jsonl", "application/xml", "image/svg+xml")


class CompressPublicPages(GZipMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_secrets = response.cookies or {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} & {*request.COOKIES}
        is_text = response.get("Content-Type", "").startswith(TEXTS)
        return response if has_secrets or not is_text else super().process_response(request, response)
