"""What citizens will see: their own page of the item, with an update published that is not.

The page is the answer of the public view itself, which gets what it shows from `foreseen`: neither a second template
nor a second set of rules, and nothing is written. Whether it may be published is asked of the same rule as always.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import Seen, problems_of
from recommendations.foreseen import Foreseen
from recommendations.lifecycle import needs_second_person
from recommendations.models import StatusUpdate

GAPS = {"text", "next_step", "decided_by", "evidence"}  # what can be missing and the page be shown all the same


@dataclass(frozen=True)
class Preview:
    """What the page says about itself. The template `base.html` looks for it on the request."""

    back: str
    problems: list[str]
    has_files: bool


def preview_page(request: HttpRequest, update: StatusUpdate, *, back: str) -> HttpResponse:
    """The citizens' page of the item as it would be with `update`; only what is missing, when it cannot be shown."""
    missing = problems_of(update)
    preview = Preview(back, [], update.evidence.exclude(file="").exists())
    if needs_second_person(update.status) and request.user.pk in permissions.authors_of(update):
        preview.problems.append(_("Du har selv skrevet i den. En anden godkender skal udgive den."))
    preview.problems.extend(missing.values())
    if not update.corrects and Seen.now(update.item).latest != update.based_on_id:
        preview.problems.append(
            _("Der er udgivet noget nyere om %(number)s, siden kladden blev skrevet. Læs det, før du udgiver.")
            % {"number": update.item.number}
        )
    if not update.item.publication.is_public:
        preview.problems.append(_("Kilden er ikke offentlig endnu, så borgerne kan ikke se siden."))
    if missing.keys() <= GAPS and update.item.publication.is_public:
        page = _citizens_page(request, Foreseen.of(update, missing.keys()), preview)
        response = HttpResponse(page.content)  # without what the public page says of how long it may be kept
    else:
        context = {**admin.site.each_context(request), "title": _("Forhåndsvisning"), "preview": preview}
        response = TemplateResponse(request, "admin/recommendations/preview.html", context).render()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response


def _citizens_page(request: HttpRequest, foreseen: Foreseen, preview: Preview) -> HttpResponse:
    """What the public view answers somebody who is not logged in. Found by its address: admin knows no public code."""
    address = unquote(foreseen.update.item.get_absolute_url())  # as a web server hands it on
    view = resolve(address)
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info, asked.resolver_match = "GET", address, address, view
    asked.META = request.META | {"REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": ""}
    asked.user = AnonymousUser()
    asked.preview, asked.foreseen = preview, foreseen  # type: ignore[attr-defined]
    response = view.func(asked, *view.args, **view.kwargs)
    return response.render() if hasattr(response, "render") else response
