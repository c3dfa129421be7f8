"""Figures with the address of the list behind each: what the front page, a source and a committee share.

Every number that is a link leads to that many rows. What is counted otherwise, as each committee's answer for itself,
is said and not linked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import ngettext

from recommendations import prepared
from recommendations.facet_index import FacetIndex
from recommendations.figures import AnswerTotals, SourceTotals, StatusTotals, totals_of_sources, with_whole
from recommendations.models import Initiative, Publication, Recommendation
from recommendations.prepared import Among
from recommendations.selection import NONE_REGISTERED, Selection, with_query


@dataclass(frozen=True)
class ListFigures:
    """The totals of a list, with its address and that of what each number counts."""

    totals: StatusTotals
    path: str
    selection: Selection

    @property
    def address(self) -> str:
        return self._narrowed()

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

    def _narrowed(self, **changes: Any) -> str:
        return with_query(self.path, self.selection.query_string(**changes))


@dataclass(frozen=True)
class SourceFigures:
    """One source; figures are left out where it has none of their kind. Answers where committees here owe them."""

    publication: Publication
    recommendations: ListFigures | None
    initiatives: ListFigures | None
    answers: AnswerTotals | None
    unanswered_address: str

    @property
    def newest(self) -> date | None:
        """The day of the newest sign of life of any of its items."""
        days = [one.totals.newest for one in (self.recommendations, self.initiatives) if one and one.totals.newest]
        return max(days, default=None)


def added(figures: Iterable[ListFigures | None]) -> StatusTotals:
    return sum((one.totals for one in figures if one), StatusTotals())


def given_and_others(index: FacetIndex) -> tuple[list[int], list[int]]:
    """The public sources (ids) that this municipality is to answer, the newest first; the others in their own order.

    No query.
    """
    given = [source for source, held in index.sources.items() if held.expects_answers]
    given.sort(key=lambda source: index.sources[source].exists_from or date.min, reverse=True)
    return given, [source for source, held in index.sources.items() if not held.expects_answers]


def figures_of_sources(sources: Collection[int], index: FacetIndex) -> list[SourceFigures]:
    """These public sources (ids), in this order, each with its totals at the times of the index: one query."""
    read = {publication.pk: publication for publication in prepared.objects(_publications, sources=sources)}
    totals = totals_of_sources(sources, index)
    return [figures_of(read[source], totals[source], index.times[0]) for source in sources if source in read]


@prepared.planned_once
def _publications() -> QuerySet[Publication]:
    return Publication.objects.filter(Among("pk", "sources")).order_by()


def figures_of(publication: Publication, totals: SourceTotals, as_of: date | None) -> SourceFigures:
    """One source, from the totals of what is here of it."""
    recommendations = with_whole(totals.recommendations, publication, Recommendation)
    initiatives = with_whole(totals.initiatives, publication, Initiative)
    answers = replace(totals.answers, untyped=recommendations.untyped)
    chosen = Selection(publication=publication.slug, as_of=as_of)
    path = reverse("recommendations")
    return SourceFigures(
        publication,
        ListFigures(recommendations, path, chosen) if recommendations.whole else None,
        ListFigures(initiatives, reverse("initiatives"), chosen) if initiatives.whole else None,
        answers if publication.expects_answers and answers.whole else None,
        with_query(path, chosen.query_string(answer=(NONE_REGISTERED,))),
    )


def bars_of(source: SourceFigures) -> list[tuple[str, StatusTotals]]:
    """A source's bars in a chart, each with the name of what it is the whole of."""
    bars = []
    if source.recommendations:
        count = source.recommendations.totals.whole
        name = ngettext("%(count)s anbefaling", "%(count)s anbefalinger", count)
        bars.append((name % {"count": number_format(count)}, source.recommendations.totals))
    if source.initiatives:
        count = source.initiatives.totals.whole
        name = ngettext("%(count)s initiativ", "%(count)s initiativer", count)
        bars.append((name % {"count": number_format(count)}, source.initiatives.totals))
    return bars
