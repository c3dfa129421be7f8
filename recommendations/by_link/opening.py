"""How a link is opened: what its address holds is the right to act as one person, and nothing else is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signing import SignatureExpired
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from recommendations.actions.state import by_link
from recommendations.links import BadLink, StaffLink, read_staff_token
from recommendations.security_log import note

SERVED = ("GET", "HEAD", "POST")
# Nobody keeps a page that a secret address leads to, tells others where it lies, or finds it by a search.
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}

View = Callable[[HttpRequest, StaffLink], HttpResponse]


class LinkRefused(Exception):
    """Why a link that was good leads nowhere now, as a Danish sentence, with the status of the answer."""

    def __init__(self, sentence: str, status: int = HTTPStatus.GONE):
        super().__init__(sentence)
        self.status = status


def opened(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page at `…/<token>/`. It reads no session and sets no cookie; whoever is logged in acts as the link says.

    Exempt from the check of a token in a cookie: no other site can know the address, which is the secret itself. All
    rights are asked for when something is done, as of somebody who has logged in.
    """

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        if request.method not in SERVED:
            return HttpResponseNotAllowed(SERVED)
        link = None
        try:
            link = read_staff_token(token)
            with by_link():
                response = view(request, link)
        except BadLink as bad:
            is_old = isinstance(bad.__cause__, SignatureExpired)
            response = _refused(request, link, bad, HTTPStatus.GONE if is_old else HTTPStatus.NOT_FOUND)
        except PermissionDenied as denied:
            response = _refused(request, link, denied, HTTPStatus.FORBIDDEN)
        except LinkRefused as refused:
            response = _refused(request, link, refused, refused.status)
        for name, value in SECRET.items():
            response.headers[name] = value
        return response

    return page


def page_of(request: HttpRequest, template: str, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    """A page in the frame of staff's pages, without their menu."""
    frame = {"has_permission": False, "is_popup": False, "menu": ()}
    return render(request, f"by_link/{template}", frame | context, status=status)


def _refused(request: HttpRequest, link: StaffLink | None, why: Exception, status: int) -> HttpResponse:
    who = link.person.get_username() if link else "?"
    note("link_refused", request, who=who, why=type(why.__cause__ or why).__name__)
    return page_of(request, "refused.html", {"title": _("Det kan ikke gøres herfra"), "reason": str(why)}, status)
