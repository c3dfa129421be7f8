"""The front page and the list of sources: how each source stands, and what has happened lately."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recommendations.changes import newest_changes
from recommendations.charts import ChartBar, status_chart
from recommendations.public.asked import moved_to_clean, times_of
from recommendations.public.follow import Follow
from recommendations.public.glance import glance_of
from recommendations.public.lists import ORPHANS, PAGE_SIZE, page_asked, page_of, pages_of, query_of_page
from recommendations.public.pressing import pressing_of
from recommendations.public.sentence import sentence_of
from recommendations.public.sources import (
    SourceFigures,
    added,
    bars_of,
    figures_of_sources,
    given_and_others,
    public_lists,
)
from recommendations.selection import Selection

NEWEST = 5  # changes shown when nobody asks about a period
MOST_SINCE = 25
MOST_SOURCES = 3  # of each group on the front page; all of them stand in the list of sources


@dataclass(frozen=True)
class SourceCard:
    """A source with what its figures say of it, in a sentence and as a chart."""

    figures: SourceFigures

    @property
    def sentence(self) -> str:
        return sentence_of(self.figures)

    @property
    def chart(self) -> list[ChartBar]:
        """Nothing where nothing is registered: an empty bar says no more than the sentence does."""
        return status_chart(bar for bar in bars_of(self.figures) if bar[1].total > bar[1].without_status)


def overview(request: HttpRequest) -> HttpResponse:
    """`/`: the sources given to this municipality, the newest of them as a picture; the others by name.

    Nothing is added over both. The queries are as many and the page as long, however many sources there are.
    """
    times = times_of(request)
    if moved := moved_to_clean(request, times.selection().query_string()):
        return moved
    lists = public_lists(times)
    given, others = given_and_others(figures_of_sources(times, *lists))
    to_us = [items.filter(publication__expects_answers=True) for items in lists]
    newest = given[0] if given else None
    return render(
        request,
        "overview.html",
        {
            "times": times,
            "newest": SourceCard(newest) if newest else None,
            "given": [SourceCard(source) for source in given[1 : MOST_SOURCES + 1]],
            "others": [SourceCard(source) for source in others[:MOST_SOURCES]],
            "glance": glance_of(newest.publication, times) if newest else None,
            "since_when": min(
                filter(None, (source.publication.public_at for source in [*given, *others])), default=None
            ),
            "count": len(given) + len(others),
            "is_cut": len(given) > MOST_SOURCES + 1 or len(others) > MOST_SOURCES,
            "totals": added(figures for source in given for figures in (source.recommendations, source.initiatives)),
            "changes": newest_changes(times.selection(), most=MOST_SINCE if times.since else NEWEST),
            "news_address": reverse("news") + times.query,
            "pressing": pressing_of(to_us, times.day),
            "follow": Follow.of("news", Selection()),
        },
    )


def publications(request: HttpRequest) -> HttpResponse:
    """`/kilder/`: every source, those given to this municipality first, page by page: four queries."""
    times = times_of(request)
    if moved := moved_to_clean(request, query_of_page(times.selection(), page_asked(request))):
        return moved
    given, others = given_and_others(figures_of_sources(times, *public_lists(times)))
    page = page_of(Paginator([*given, *others], PAGE_SIZE, orphans=ORPHANS), request, times.selection())
    shown = list(page.object_list)
    return render(
        request,
        "publications/list.html",
        {
            "times": times,
            "given": [SourceCard(source) for source in shown if source.publication.expects_answers],
            "others": [SourceCard(source) for source in shown if not source.publication.expects_answers],
            "page": page,
            "pages": pages_of(request.path, times.selection(), page),
        },
    )
