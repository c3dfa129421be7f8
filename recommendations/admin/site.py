"""What frames every page of staff: the name of the product, and one menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.admin.base import reach_of
from recommendations.enums import Role


@dataclass(frozen=True)
class MenuEntry:
    text: str
    url: str
    is_here: bool


def menu_of(request: HttpRequest) -> list[MenuEntry]:
    """The pages that lead to all the rest; those that need a role are not there for who has none."""
    if not (request.user.is_active and request.user.is_staff):
        return []
    reach = reach_of(request)
    pages = [
        (_("Mit arbejde"), "admin:index"),
        (_("Anbefalinger"), "admin:recommendations_recommendation_changelist"),
        (_("Initiativer"), "admin:recommendations_initiative_changelist"),
        (_("Statusopdateringer"), "admin:recommendations_statusupdate_changelist"),
        (_("Rapporter"), "admin:recommendations_issuedreport_changelist"),
    ]
    if reach.is_superuser or Role.SECRETARY in reach.acting:
        pages.append((_("Møder"), "staff_meetings"))
    if reach.is_superuser or reach.acting:
        pages += [(_("Log"), "change_log"), (_("Hvem dækker hvad"), "coverage")]
    if settings.EMAIL_BACKEND.startswith("tracker.development"):
        pages.append((_("Sendte mails"), "development_mails"))
    return [MenuEntry(text, url := reverse(name), request.path == url) for text, name in pages]


def each_context(request: Any) -> dict[str, Any]:
    """What every page is given. Django's own would look through all tables each time, for a list that none shows."""
    return {
        "site_title": admin.site.site_title,
        "site_header": admin.site.site_header,
        "site_url": reverse("overview"),
        "has_permission": admin.site.has_permission(request),
        "is_popup": False,
        "is_nav_sidebar_enabled": False,
        "menu": menu_of(request),
    }


admin.site.site_header = "Anbefalingstracker"
admin.site.site_title = "Anbefalingstracker"
admin.site.each_context = each_context  # type: ignore[method-assign]
