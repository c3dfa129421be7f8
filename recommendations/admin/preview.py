"""What citizens will see: their own page of the item, with an update published that is not.

The update is published by the same action as always, inside a transaction that is always rolled back, and the page is
the answer of the public view itself. So there is neither a second template nor a second set of rules.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from recommendations.actions import Conflict, Seen, publish_update
from recommendations.models import Evidence, StatusUpdate
from recommendations.permissions import is_second_person


@dataclass(frozen=True)
class Preview:
    """What the page says about itself. The template `base.html` looks for it on the request."""

    back: str
    problems: list[str]
    has_files: bool


def preview_page(request: HttpRequest, update: StatusUpdate, *, back: str) -> HttpResponse:
    """The citizens' page of the item as it would be with `update`; only what is missing, when it cannot be shown."""
    preview = Preview(back, [], update.evidence.exclude(file="").exists())
    if update.author_id == request.user.pk and not is_second_person(request.user, update):
        preview.problems.append(_("Du har selv skrevet den. En anden godkender skal udgive den."))
    with _taken_back():
        if _publish(update, preview.problems):
            response = HttpResponse(_citizens_page(request, update.item, preview).content)
        else:
            context = {**admin.site.each_context(request), "title": _("Forhåndsvisning"), "preview": preview}
            # Rendered here, as the transaction is over when a template response would be.
            response = TemplateResponse(request, "admin/recommendations/preview.html", context).render()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response


@contextmanager
def _taken_back():
    """Whatever is written inside is undone, however the block ends."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _publish(update: StatusUpdate, problems: list[str]) -> bool:
    """Publish `update` and say whether it could be done; why it could not be done as it is, is added to `problems`.

    What is missing is replaced by words that say so. The approver exists in this transaction only: who looks need not
    be one, and an author may look at what only somebody else may publish.
    """
    approver = get_user_model()(username=f"forhaandsvisning-{uuid.uuid4()}", is_superuser=True)
    approver.set_unusable_password()
    approver.save()
    seen = None
    for _attempt in range(3):  # as it is; with its gaps filled; although something newer has been published
        try:
            publish_update(by=approver, update=update, seen=seen)
        except Conflict:
            problems.append(
                _("Der er udgivet noget nyere om %(number)s, siden kladden blev skrevet. Læs det, før du udgiver.")
                % {"number": update.item.reference}
            )
            seen = Seen.now(update.item, update)
        except ValidationError as refused:
            problems.extend(refused.messages)
            if not _fill(update, refused):
                return False
        else:
            return True
    return False


def _fill(update: StatusUpdate, refused: ValidationError) -> bool:
    """Show what is missing as a gap in words; impossible for a date, and for what is wrong and not missing."""
    wrong = set(refused.message_dict) if hasattr(refused, "error_dict") else set()
    if not wrong or not wrong <= {"text", "next_step", "decided_by", "evidence"}:
        return False
    for name in wrong - {"evidence"}:
        setattr(update, name, _("(Her mangler noget.)"))
    update.save()
    if "evidence" in wrong:
        Evidence.objects.create(update=update, title=_("Her mangler dokumentation"), case_number="–")
    return True


def _citizens_page(request: HttpRequest, item, preview: Preview) -> HttpResponse:
    """What the public view answers somebody who is not logged in. Found by its address: admin knows no public code."""
    address = item.get_absolute_url()
    view = resolve(address)
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info, asked.resolver_match = "GET", address, address, view
    asked.META = request.META | {"REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": ""}
    asked.user = AnonymousUser()
    asked.preview = preview
    response = view.func(asked, *view.args, **view.kwargs)
    return response.render() if hasattr(response, "render") else response
