"""The front page: how each source stands, and what has happened lately."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import ngettext

from recommendations.changes import newest_changes
from recommendations.charts import Group, status_chart
from recommendations.enums import Order
from recommendations.figures import AnswerTotals, StatusTotals, answer_totals, status_totals
from recommendations.models import Initiative, Publication, Recommendation
from recommendations.models.item import ItemQuerySet
from recommendations.public.follow import Follow
from recommendations.public.pressing import pressing_of
from recommendations.public.times import Times, times_of
from recommendations.selection import NONE_REGISTERED, Selection

NEWEST = 5  # changes shown when nobody asks about a period
MOST_SINCE = 25


@dataclass(frozen=True)
class Part:
    """One kind of item in one source: its totals, with the address of the list behind each."""

    totals: StatusTotals
    path: str
    selection: Selection

    @property
    def address(self) -> str:
        return f"{self.path}?{self.selection.query_string()}"

    @property
    def statuses(self) -> list[tuple[str, str, int, str]]:
        """Code, label, count and address of every status that occurs."""
        return [
            (code, label, count, self._narrowed(status=(code or NONE_REGISTERED,)))
            for code, label, count in self.totals.rows
        ]

    @property
    def overdue_address(self) -> str:
        return self._narrowed(overdue=True)

    @property
    def stale_address(self) -> str:
        return self._narrowed(stale=True)

    def _narrowed(self, **changes) -> str:
        return f"{self.path}?{self.selection.query_string(**changes)}"


@dataclass(frozen=True)
class Source:
    """One source on the front page; a part is left out where the source has none of its kind."""

    publication: Publication
    recommendations: Part | None
    initiatives: Part | None
    answers: AnswerTotals | None
    unanswered_address: str

    @property
    def newest(self):
        """The day of the newest sign of life of any of its items."""
        parts = [part for part in (self.recommendations, self.initiatives) if part and part.totals.newest]
        return max((part.totals.newest for part in parts), default=None)


@dataclass(frozen=True)
class Whole:
    """All sources together; the answers are those of the sources that the city's committees are to answer."""

    recommendations: StatusTotals
    initiatives: StatusTotals
    answers: AnswerTotals

    @classmethod
    def of(cls, sources: list[Source]) -> Whole:
        return cls(
            _sum([source.recommendations for source in sources]),
            _sum([source.initiatives for source in sources]),
            sum((source.answers for source in sources if source.answers), AnswerTotals()),
        )

    @property
    def both(self) -> StatusTotals:
        return self.recommendations + self.initiatives


def _sum(parts: list[Part | None]) -> StatusTotals:
    return sum((part.totals for part in parts if part), StatusTotals())


def overview(request: HttpRequest) -> HttpResponse:
    """`/`: eleven queries."""
    times = times_of(request)
    selection = times.selection()
    everything = [
        Recommendation.objects.with_state(*selection.times),
        Initiative.objects.with_state(*selection.times),
    ]
    sources = sources_of(times, *everything)
    lists = Selection(as_of=times.as_of)
    return render(
        request,
        "overview.html",
        {
            "times": times,
            "whole": Whole.of(sources),
            "sources": sources,
            "chart": status_chart(group_of(source) for source in sources),
            "changes": newest_changes(selection, most=MOST_SINCE if times.since else NEWEST),
            "news_address": reverse("news") + times.query,
            "pressing": pressing_of(everything, times.day),
            "overdue_query": lists.query_string(overdue=True),
            "stale_query": lists.query_string(stale=True, order=Order.SILENCE),
            "follow": Follow.of("news", Selection()),
        },
    )


def group_of(source: Source, heading: str | None = None) -> Group:
    """A source's bars in the chart, under its title where no other heading is given."""
    bars = []
    if source.recommendations:
        count = source.recommendations.totals.total
        name = ngettext("%(count)s anbefaling", "%(count)s anbefalinger", count)
        bars.append((name % {"count": number_format(count)}, source.recommendations.totals))
    if source.initiatives:
        count = source.initiatives.totals.total
        name = ngettext("%(count)s initiativ", "%(count)s initiativer", count)
        bars.append((name % {"count": number_format(count)}, source.initiatives.totals))
    return Group(source.publication.title if heading is None else heading, bars)


def sources_of(times: Times, all_recommendations: ItemQuerySet, all_initiatives: ItemQuerySet) -> list[Source]:
    """Every source with its totals: six queries, however many sources there are."""
    selection = times.selection()
    recommendations = status_totals(all_recommendations, times.day, by="publication")
    initiatives = status_totals(all_initiatives, times.day, by="publication")
    answers = answer_totals(selection.answer_cells(), selection.answers())
    return [
        source_of(
            publication,
            recommendations.get(publication.pk, StatusTotals()),
            initiatives.get(publication.pk, StatusTotals()),
            answers.get(publication.pk, AnswerTotals()),
            times,
        )
        for publication in Publication.objects.order_by("position", "slug")
    ]


def source_of(
    publication: Publication,
    recommendations: StatusTotals,
    initiatives: StatusTotals,
    answers: AnswerTotals,
    times: Times,
) -> Source:
    """One source, from its totals."""
    chosen = Selection(publication=publication.slug, as_of=times.as_of)
    list_path, initiatives_path = reverse("recommendations"), reverse("initiatives")
    unanswered = chosen.query_string(answer=(NONE_REGISTERED,))
    return Source(
        publication,
        Part(recommendations, list_path, chosen) if recommendations.total else None,
        Part(initiatives, initiatives_path, chosen) if initiatives.total else None,
        answers if publication.expects_answers and answers.cells else None,
        f"{list_path}?{unanswered}",
    )
