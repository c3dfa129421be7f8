"""One source: how it came about, and the complete list of what it recommends."""

from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from django.db.models import Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.changes import newest_changes
from recommendations.charts import status_chart, steps_chart
from recommendations.figures import AnswerTotals, StatusTotals, answer_totals, status_totals
from recommendations.models import Initiative, ProcessFact, Publication, Recommendation
from recommendations.models.initiative import InitiativeQuerySet
from recommendations.models.recommendation import RecommendationQuerySet
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.linked_data import of_publication
from recommendations.public.overview import group_of, source_of
from recommendations.public.pressing import pressing_among, pressing_of
from recommendations.public.rows import joined
from recommendations.public.standing import Standing
from recommendations.public.times import Times, times_of
from recommendations.selection import Selection

MOST_ROWS = 500  # a longer list is shown as groups, and page by page in the list of all
MOST_CHANGES = 50


@dataclass
class Line:
    """One line of the complete list: an item, how it stands, and the initiatives that belong to it."""

    item: object
    standing: Standing
    initiatives: list[tuple[Initiative, Standing]] = field(default_factory=list)


@dataclass(frozen=True)
class GroupLine:
    """One line of a list too long for a page: a heading, what stands below it, and where that is listed."""

    item: Recommendation
    totals: StatusTotals
    address: str


def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/`: eight queries for a short list, ten for a long one; at most three more with changes."""
    times = times_of(request)
    publication, facts = _one(slug)
    selection = times.selection(publication=publication.slug)
    recommendations = Recommendation.objects.with_state(*selection.times).filter(publication=publication)
    initiatives = Initiative.objects.with_state(*selection.times).filter(publication=publication)
    counted = [status_totals(items, times.day)[None] for items in (recommendations, initiatives)]
    answers = answer_totals(
        selection.answer_cells().filter(recommendation__publication=publication),
        selection.answers().filter(recommendation__publication=publication),
    )
    source = source_of(publication, *counted, answers.get(publication.pk, AnswerTotals()), times)
    totals = sum(counted, StatusTotals())
    if totals.total + totals.headings <= MOST_ROWS:
        rows = _lines(recommendations, initiatives, times.day)
    else:
        rows = _groups(publication, recommendations, times) | {
            "pressing": pressing_of([recommendations, initiatives], times.day)
        }
    steps = [(fact.label, fact.number) for fact in facts if fact.is_step]
    return render(
        request,
        "publications/detail.html",
        {
            "publication": publication,
            "times": times,
            "linked_data": of_publication(publication),
            "downloads": Downloads.of_report(selection),
            "follow": Follow.of("news", Selection(publication=publication.slug)),
            "source": source,
            "totals": totals,
            "chart": status_chart([group_of(source, heading="")]) if totals.total else None,
            "facts": facts,
            "steps": steps_chart(steps) if len(steps) > 1 else None,
            "changes": newest_changes(selection, most=MOST_CHANGES) if times.since else None,
            "news_address": f"{reverse('news')}?{selection.query_string()}",
            "listed": _listed(publication, *counted),
        }
        | rows,
    )


def _one(slug: str) -> tuple[Publication, list[ProcessFact]]:
    found = joined(Publication.objects.filter(slug=slug), "facts")
    if not found:
        raise Http404(_("Kilden findes ikke."))
    publication, facts = found[0]
    return publication, sorted(facts, key=lambda fact: fact.position)


def _lines(recommendations: RecommendationQuerySet, initiatives: InitiativeQuerySet, day: date) -> dict:
    """The complete list: every recommendation with its initiatives, then those that belong to none. Two queries."""
    lines = {
        item.pk: Line(item, Standing.of(item, day))
        for item in recommendations.with_support().select_related("publication").order_by("sort_key")
    }
    loose, standing = [], [(line.item, line.standing) for line in lines.values() if not line.item.is_heading]
    found = joined(initiatives.select_related("publication", "addressee").order_by("sort_key"), "recommendations")
    for initiative, belongs_to in found:
        # An initiative that belongs to several stands under the first, so that the list counts as the source does.
        places = [lines[one.pk] for one in sorted(belongs_to, key=attrgetter("sort_key")) if one.pk in lines]
        one = (initiative, Standing.of(initiative, day))
        (places[0].initiatives if places else loose).append(one)
        standing.append(one)
    return {
        "lines": list(lines.values()),
        "loose": loose,
        "is_long": False,
        "groups": [],
        "pressing": pressing_among(standing, day),
    }


def _groups(publication: Publication, recommendations: RecommendationQuerySet, times: Times) -> dict:
    """What a long list is shown as: the headings at the top with their counts. Two queries.

    Where changes are asked for they are the page's answer, and the way to the list is enough. The same where the source
    has no headings.
    """
    rows = {"lines": [], "loose": [], "is_long": True, "groups": []}
    if times.since:
        return rows
    headings = recommendations.filter(is_heading=True, parent=None).select_related("publication").order_by("sort_key")
    headings = {heading.sort_key: heading for heading in headings[:MOST_ROWS]}
    top = Substr("sort_key", 1, StrIndex(Concat("sort_key", Value(".")), Value(".")) - 1)
    below = status_totals(recommendations.annotate(top=top).filter(top__in=headings), times.day, by="top")
    chosen = Selection(publication=publication.slug, as_of=times.as_of)
    rows["groups"] = [
        GroupLine(
            heading,
            below.get(key, StatusTotals()),
            f"{reverse('recommendations')}?{replace(chosen, group=heading.number).query_string()}",
        )
        for key, heading in headings.items()
    ]
    return rows


def _listed(
    publication: Publication, recommendations: StatusTotals, initiatives: StatusTotals
) -> list[tuple[str, int, int]]:
    """What the source says it holds against what is registered: (code of the kind, expected, registered)."""
    listed = [
        ("headings", publication.expected_headings, recommendations.headings),
        ("recommendations", publication.expected_recommendations, recommendations.total),
        ("initiatives", publication.expected_initiatives, initiatives.total),
    ]
    return [row for row in listed if row[1] or row[2]]
