"""Nyt: everything that has happened, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recommendations import tenancy
from recommendations.changes import NewsChange, read_news
from recommendations.filters import NewsForm
from recommendations.public.asked import Times, chosen_values, filter_count, moved_to_clean
from recommendations.public.follow import Follow
from recommendations.public.found_news import FoundNews
from recommendations.public.lists import CountedPaginator, page_asked, page_of, pages_of, query_of_page
from recommendations.public.rows import give_words_then
from recommendations.selection import with_query


@dataclass(frozen=True)
class NewsDay:
    """A day in Denmark, and the news that came on it, the newest first."""

    on: date
    changes: list[NewsChange]


def news(request: HttpRequest) -> HttpResponse:
    """`/nyt/`: the news of what the filters choose, page by page."""
    form = NewsForm(request.GET)
    context: dict[str, Any] = {"form": form, "list_address": request.path, "filter_count": 0}
    if not form.is_valid():
        # The errors and no rows: everything would look like an answer.
        return render(request, "news.html", context | {"is_valid": False}, status=HTTPStatus.BAD_REQUEST)
    selection = form.selection
    if moved := moved_to_clean(request, query_of_page(selection, page_asked(request))):
        return moved
    form.offer_groups()
    found = FoundNews(selection)
    page = page_of(CountedPaginator(found, found.count()), request, selection)
    changes = read_news(page.object_list)
    give_words_then([change.item for change in changes if change.item], selection)
    values = chosen_values(request.path, form)
    context |= {
        "is_valid": True,
        "times": Times(selection.as_of, selection.since, request.path),
        "selection": selection,
        "chosen": values,
        "filter_count": filter_count(values),
        "page": page,
        "pages": pages_of(request.path, selection, page),
        "days": days_of(changes),
        "follow": Follow.of("news", selection),
        "own_address": tenancy.site_url() + request.get_full_path(),
        "today_address": with_query(request.path, selection.query_string(as_of=None)),
    }
    return render(request, "news.html", context)


def days_of(changes: Iterable[NewsChange]) -> list[NewsDay]:
    """`changes`, newest first as they come, under the days in Denmark on which the tracker learnt of them."""
    return [NewsDay(on, list(same_day)) for on, same_day in groupby(changes, key=lambda change: change.known_on)]
