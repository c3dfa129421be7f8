"""What a form carries beside what is typed, and how the same form sent twice is told from another one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, QueryDict

from recommendations.actions import Seen
from recommendations.danish import whole_number

# The form's own key, and the button that was pressed.
KEY, STEP = "noegle", "trin"
SAVE = "gem"  # the button that only saves


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form gets: what was sent, also when that is nothing; none when the page is opened."""
    return request.POST if request.method == "POST" else None


def page_key(request: HttpRequest) -> str:
    """The key of a form: fresh when the page is opened, the same when it is shown again after a refusal."""
    return request.POST.get(KEY) or str(uuid4())


def request_key(request: HttpRequest) -> UUID | None:
    """What an act is asked for with, so that two clicks do it once (an idempotency key).

    Made of the form's key, of where it was sent and of what was typed: who goes back to the page and types something
    else asks for something else. None where the page carried no key. What was typed is saved once by whatever button.
    """
    try:
        page = UUID(request.POST.get(KEY, ""))
    except ValueError:
        return None
    asked = [(name, value) for name, values in request.POST.lists() for value in values]
    typed = [pair for pair in asked if pair[0] not in {"csrfmiddlewaretoken", KEY, STEP}]
    uploads: Any = request.FILES.items()
    files = [(name, f"{upload.name} {upload.size}") for name, upload in uploads]
    return uuid5(page, f"{request.get_full_path()} {urlencode(sorted(typed + files))}")


def step_key(request: HttpRequest) -> UUID | None:
    """What else the button does is asked for with; of the one that only saves, and where there is but one, as above."""
    key, step = request_key(request), request.POST.get(STEP, SAVE)
    return key if key is None or step == SAVE else uuid5(key, step)


def seen_by(request: HttpRequest, prefix: str = "") -> Seen | None:
    """What the page showed when it was opened, as its hidden fields say; none from a page without them."""
    if f"{prefix}set_seneste" not in request.POST:
        return None
    latest, version = (request.POST.get(prefix + name, "") for name in ("set_seneste", "set_udgave"))
    return Seen(whole_number(latest), whole_number(version) or 0)
