"""Nyt: everything that has been published, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.enums import UpdateKind
from recommendations.filters import NewsFilter
from recommendations.models import StatusUpdate
from recommendations.public.follow import Follow
from recommendations.public.lists import ORPHANS, PAGE_SIZE, address_of, chosen_of, pages_of, suffix_of


@dataclass(frozen=True)
class Day:
    """A day in Denmark, and what was published on it, the newest first."""

    on: date
    updates: list[StatusUpdate]


def news(request: HttpRequest) -> HttpResponse:
    """`/nyt/`: four queries, and three more where a committee is chosen."""
    filters = NewsFilter(request.GET)
    context = {"form": filters.form, "list_address": request.path, "filter_count": 0}
    if not filters.is_valid():
        # The errors and no rows: everything would look like an answer.
        return render(request, "news.html", context | {"is_valid": False}, status=HTTPStatus.BAD_REQUEST)
    selection = filters.selection
    filters.offer_groups()
    corrections = StatusUpdate.objects.known(*selection.times).order_by("published_at", "pk")
    found = (
        filters.qs.exclude(kind=UpdateKind.CONFIRMATION)
        .select_related("recommendation__publication", "initiative__publication", "committee", "corrects")
        .prefetch_related(Prefetch("corrections", corrections, to_attr="known_corrections"))
        .order_by("-published_at", "-on", "-pk")
    )
    try:
        page = Paginator(found, PAGE_SIZE, orphans=ORPHANS).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404(_("Listen har ikke den side.")) from error
    context |= {
        "is_valid": True,
        "selection": selection,
        **chosen_of(request.path, filters),
        "page": page,
        "pages": pages_of(request.path, selection, page),
        "days": days_of(page.object_list),
        "suffix": suffix_of(selection),
        "follow": Follow.of("news", selection),
        "own_address": settings.SITE_URL + request.get_full_path(),
        "today_address": address_of(request.path, selection.query_string(as_of=None)),
    }
    return render(request, "news.html", context)


def days_of(updates) -> list[Day]:
    """`updates`, newest first, under the days in Denmark on which they were published."""
    return [
        Day(on, list(same_day))
        for on, same_day in groupby(updates, key=lambda update: timezone.localdate(update.published_at))
    ]
