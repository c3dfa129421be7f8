"""The front page: how each source stands, and what has happened lately."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recommendations.changes import newest_changes
from recommendations.charts import status_chart
from recommendations.enums import Order
from recommendations.public.asked import times_of
from recommendations.public.follow import Follow
from recommendations.public.pressing import pressing_of
from recommendations.public.sources import GivenFigures, added, bars_of, figures_of_sources
from recommendations.selection import ITEM_MODELS, Selection

NEWEST = 5  # changes shown when nobody asks about a period
MOST_SINCE = 25


def overview(request: HttpRequest) -> HttpResponse:
    """`/`: seven queries, and on an earlier day those for its words."""
    times = times_of(request)
    selection = times.selection()
    everything = [
        model.objects.public(*selection.times).with_state(*selection.times).with_words(*selection.times)
        for model in ITEM_MODELS
    ]
    sources = figures_of_sources(times, *everything)
    recommendations = added(source.recommendations for source in sources)
    initiatives = added(source.initiatives for source in sources)
    lists = Selection(as_of=times.as_of)
    return render(
        request,
        "overview.html",
        {
            "times": times,
            "given": GivenFigures.of(sources),
            "recommendations": recommendations,
            "initiatives": initiatives,
            "everything": recommendations + initiatives,
            "sources": sources,
            "chart": status_chart(bars_of(source) for source in sources),
            "changes": newest_changes(selection, most=MOST_SINCE if times.since else NEWEST),
            "news_address": reverse("news") + times.query,
            "pressing": pressing_of(everything, times.day),
            "overdue_query": lists.query_string(overdue=True),
            "stale_query": lists.query_string(stale=True, order=Order.SILENCE),
            "follow": Follow.of("news", Selection()),
        },
    )
