"""The front page and the list of sources: how each source stands, and what has happened lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from recommendations import data_version, facet_index
from recommendations.changes import NewestChanges, newest_of_all
from recommendations.charts import ChartBar, status_chart
from recommendations.figures import totals_together
from recommendations.models import Publication
from recommendations.public.asked import Times, moved_to_clean, times_of
from recommendations.public.follow import Follow
from recommendations.public.glance import TIMES, at_times, shown_glance
from recommendations.public.lists import page_asked, page_of, pages_of, query_of_page
from recommendations.public.pressing import pressing_of
from recommendations.public.rows import give_words_then
from recommendations.public.sentence import sentence_of
from recommendations.public.sources import SourceFigures, bars_of, figures_of_sources, given_and_others
from recommendations.selection import Selection

NEWEST = 5  # changes shown when nobody asks about a period
MOST_SINCE = 25
SOURCES_ON_A_PAGE = 8  # each with its bars
MOST_SOURCES = 3  # of each group on the front page; all of them stand in the list of sources


@dataclass(frozen=True)
class SourceCard:
    """A source with what its figures say of it, in a sentence and as a chart."""

    figures: SourceFigures

    @cached_property
    def sentence(self) -> str:
        return sentence_of(self.figures)

    @cached_property
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
    newest, sources = data_version.kept(("front page", times.as_of), lambda: _sources(times.as_of))
    changes = data_version.kept(("front page", times.as_of, times.since), lambda: _changes(times))
    return render(
        request,
        "overview.html",
        sources
        | {
            "times": times,
            **{group: [at_times(html, times) for html in sources[group]] for group in ("given", "others")},
            "glance": shown_glance(newest, times) if newest else None,
            "changes": changes,
            "news_address": reverse("news") + times.query,
            "follow": Follow.of("news", Selection()),
        },
    )


def _sources(as_of: date | None) -> tuple[Publication | None, dict[str, Any]]:
    """What stands there of all sources, and the newest of those that were given to this municipality."""
    index = facet_index.at(as_of)
    given, others = given_and_others(index)
    shown = figures_of_sources([*given[: MOST_SOURCES + 1], *others[:MOST_SOURCES]], index)
    cards = [source for source in shown if source.publication.expects_answers]
    newest = cards.pop(0) if cards else None
    return newest.publication if newest else None, {
        "newest": SourceCard(newest) if newest else None,
        "of_newest": _drawn("_source", newest, index) if newest else "",
        "given": [_drawn("_source_card", source, index) for source in cards],
        "others": [_drawn("_source_line", one, index) for one in shown if not one.publication.expects_answers],
        "since_when": min((source.public_at for source in index.sources.values()), default=None),
        "count": len(index.sources),
        "is_cut": len(given) > MOST_SOURCES + 1 or len(others) > MOST_SOURCES,
        "totals": totals_together(given, index),
        "pressing": pressing_of(given, index),
    }


def _drawn(how: str, source: SourceFigures, index: facet_index.FacetIndex) -> str:
    """A source with its figures as it stands there: that of today is kept until something happens to it."""

    def html(_one: object = None) -> dict[int, str]:
        context = {"card": SourceCard(source), "source": source, "times": {"query": TIMES}, "with_chart": False}
        return {source.publication.pk: render_to_string(f"includes/{how}.html", context)}

    key = (how, index.day, get_language())
    made = html() if index.times[0] else data_version.kept_of([source.publication.pk], key, html)
    return made[source.publication.pk]


def _changes(times: Times) -> NewestChanges:
    newest = newest_of_all(times.as_of, times.since, most=MOST_SINCE if times.since else NEWEST)
    give_words_then([change.item for change in newest.rows if change.item], times.selection())
    return newest


def publications(request: HttpRequest) -> HttpResponse:
    """`/kilder/`: every source, those given to this municipality first, page by page: four queries."""
    times = times_of(request)
    if moved := moved_to_clean(request, query_of_page(times.selection(), page_asked(request))):
        return moved
    index = facet_index.at(times.as_of)
    given, others = given_and_others(index)
    page = page_of(Paginator([*given, *others], SOURCES_ON_A_PAGE), request, times.selection())
    shown = figures_of_sources(list(page.object_list), index)
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
