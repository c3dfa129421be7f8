"""The front page: how each source stands, and what has happened lately."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recommendations.enums import NEWS
from recommendations.figures import AnswerTotals, StatusTotals, answer_totals, status_totals
from recommendations.models import Initiative, Publication, Recommendation, StatusUpdate
from recommendations.public.follow import Follow
from recommendations.public.times import Times, times_of
from recommendations.selection import NONE_REGISTERED, Selection

NEWEST = 5


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


def overview(request: HttpRequest) -> HttpResponse:
    """`/`"""
    times = times_of(request)
    news = (
        StatusUpdate.objects.known(*times.selection().times)
        .filter(kind__in=NEWS)
        .select_related("recommendation__publication", "initiative__publication", "committee")
        .order_by("-published_at", "-on", "-pk")[:NEWEST]
    )
    return render(
        request,
        "overview.html",
        {
            "times": times,
            "sources": sources_of(times),
            "news": news,
            "follow": Follow.of("news", Selection()),
        },
    )


def sources_of(times: Times) -> list[Source]:
    """Every source with its totals: six queries, however many sources there are."""
    selection = times.selection()
    recommendations = status_totals(Recommendation.objects.with_state(*selection.times), times.day, by="publication")
    initiatives = status_totals(Initiative.objects.with_state(*selection.times), times.day, by="publication")
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
