"""Nyt: everything that has been published, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from itertools import groupby

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.changes import Change, answers_and_deadlines
from recommendations.enums import UpdateKind
from recommendations.filters import NewsFilter
from recommendations.models import StatusUpdate
from recommendations.public.follow import Follow
from recommendations.public.lists import ORPHANS, PAGE_SIZE, chosen_of, pages_of, suffix_of
from recommendations.public.times import Times
from recommendations.selection import with_query

MOST_OTHERS = 50  # answers and deadlines on one page


@dataclass(frozen=True)
class Day:
    """A day in Denmark, and what was published or recorded on it, the newest first."""

    on: date
    rows: list[StatusUpdate | Change]


def news(request: HttpRequest) -> HttpResponse:
    """`/nyt/`: the updates page by page, and with each page the answers and deadlines recorded in its time."""
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
    # One row more than the page has is the first of the next: there its time begins.
    rows = list(found[max(page.start_index() - 1, 0) : page.end_index() + 1])
    shown = page.end_index() - max(page.start_index() - 1, 0)
    updates = rows[:shown]
    others = answers_and_deadlines(
        selection,
        after=rows[shown].published_at if page.has_next() else None,
        until=updates[0].published_at if page.has_previous() else None,
        most=MOST_OTHERS,
    )
    context |= {
        "is_valid": True,
        "times": Times(selection.as_of, None, request.path),
        "others": others,
        "selection": selection,
        **chosen_of(request.path, filters),
        "page": page,
        "pages": pages_of(request.path, selection, page),
        "days": days_of([*updates, *others.rows]),
        "suffix": suffix_of(selection),
        "follow": Follow.of("news", selection),
        "own_address": settings.SITE_URL + request.get_full_path(),
        "today_address": with_query(request.path, selection.query_string(as_of=None)),
    }
    return render(request, "news.html", context)


def days_of(rows: Iterable[StatusUpdate | Change]) -> list[Day]:
    """`rows` under the days in Denmark on which they were published or recorded, the newest first.

    Those of one moment stay in the order in which they come.
    """
    newest_first = sorted(rows, key=_moment, reverse=True)
    return [
        Day(on, list(same_day))
        for on, same_day in groupby(newest_first, key=lambda row: timezone.localdate(_moment(row)))
    ]


def _moment(row: StatusUpdate | Change) -> datetime:
    return row.at if isinstance(row, Change) else row.published_at
