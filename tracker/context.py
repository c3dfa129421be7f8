"""What every template may know beside its own context: whose pages these are, and up to when they know everything."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django_scopes import get_scope

from recommendations.models import Municipality
from tracker import replica


def municipality(request: HttpRequest) -> dict[str, Municipality | None]:
    """`municipality`; nothing where none is active, as on a page that says that something broke before that."""
    return {"municipality": get_scope().get("municipality")}


def preview(request: HttpRequest) -> dict[str, Any]:
    """`preview`, where staff are shown a page as it is going to be."""
    return {"preview": getattr(request, "preview", None)}


def behind(request: HttpRequest) -> dict[str, datetime | None]:
    """`behind`: see `replica.behind`."""
    return {"behind": replica.behind()}
