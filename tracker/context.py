"""What every template may know beside its own context: whose pages these are. Read with the request already."""

from django.http import HttpRequest
from django_scopes import get_scope

from recommendations.models import Municipality


def municipality(request: HttpRequest) -> dict[str, Municipality | None]:
    """`municipality`; nothing where none is active, as on a page that says that something broke before that."""
    return {"municipality": get_scope().get("municipality")}
