"""One source: how it came about, and the complete list of what it recommends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.changes import newest_changes
from recommendations.charts import status_chart, steps_chart
from recommendations.enums import ItemKind
from recommendations.figures import AnswerTotals, StatusTotals, answer_totals, status_totals
from recommendations.models import Item, ProcessFact, Publication
from recommendations.models.item import ItemQuerySet
from recommendations.public.addressed import forever
from recommendations.public.asked import Times, require_existing, times_of
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.joined import joined
from recommendations.public.linked_data import of_publication
from recommendations.public.pressing import StandingItem, pressing_among, pressing_of
from recommendations.public.sources import added, bars_of, figures_of
from recommendations.selection import ITEM_MODELS, Selection
from recommendations.standing import ItemStanding

MOST_ROWS = 500  # a longer list is shown as groups, and page by page in the list of all
MOST_CHANGES = 50


@dataclass
class SourceLine:
    """One line of the complete list: an item, how it stands, and the initiatives that belong to it."""

    item: Item
    standing: ItemStanding
    initiatives: list[StandingItem] = field(default_factory=list)


@dataclass(frozen=True)
class GroupLine:
    """One line of a list too long for a page: a heading, what stands below it, and where that is listed."""

    item: Item
    totals: StatusTotals
    address: str


@dataclass(frozen=True)
class ListedCount:
    """What the source says it holds of a kind against what is registered."""

    kind: str  # in words
    expected: int
    found: int


def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/`: eight queries for a short list, ten for a long one; more for changes and an earlier day."""
    times = times_of(request)
    publication, facts = _one(slug)
    if publication.slug != slug:
        return forever(request, reverse("publication", args=[publication.slug]))
    require_existing(publication, times)
    selection = times.selection(publication=publication.slug)
    recommendations, initiatives = (
        model.objects.with_state(*selection.times).filter(publication=publication).with_words(*selection.times)
        for model in ITEM_MODELS
    )
    counted = (status_totals(recommendations, times.day)[None], status_totals(initiatives, times.day)[None])
    answers = answer_totals(*selection.times, publication=publication.pk)
    source = figures_of(publication, *counted, answers.get(publication.pk, AnswerTotals()), times)
    totals = added([source.recommendations, source.initiatives])
    if sum(counted, StatusTotals()).listed <= MOST_ROWS:
        rows = _lines(recommendations, initiatives, times.day)
    else:
        rows = _groups(publication, recommendations, times) | {
            "pressing": pressing_of([recommendations, initiatives], times.day)
        }
    steps = [(fact.label, fact.number) for fact in facts if fact.is_step and fact.number is not None]
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
            "chart": status_chart([bars_of(source, heading="")]) if totals.whole else None,
            "facts": facts,
            "steps": steps_chart(steps) if len(steps) > 1 else None,
            "changes": newest_changes(selection, most=MOST_CHANGES) if times.since else None,
            "news_address": f"{reverse('news')}?{selection.query_string()}",
            "listed": _listed(publication, *counted),
        }
        | rows,
    )


def _one(slug: str) -> tuple[Publication, list[ProcessFact]]:
    found = joined(Publication.objects.public().filter(slug__iexact=slug), "facts")
    if not found:
        raise Http404(_("Kilden findes ikke."))
    publication, facts = found[0]
    return publication, sorted(facts, key=lambda fact: fact.position)


def _lines(recommendations: ItemQuerySet, initiatives: ItemQuerySet, day: date) -> dict[str, Any]:
    """The complete list: every recommendation with its initiatives, then those that belong to none. Two queries."""
    stale_after_days = tenancy.current().stale_after_days
    lines = {
        item.pk: SourceLine(item, ItemStanding.of(item, day, stale_after_days))
        for item in recommendations.with_support().select_related("publication", "wording").order_by("path")
    }
    loose: list[StandingItem] = []
    standing = [(line.item, line.standing) for line in lines.values() if line.item.is_counted]
    related = initiatives.select_related("publication", "addressee", "wording").order_by("path")
    for initiative, belongs_to in joined(related, "carries_out"):
        # An initiative that belongs to several stands under the first, so that the list counts as the source does.
        places = [lines[one.pk] for one in sorted(belongs_to, key=attrgetter("path")) if one.pk in lines]
        one = (initiative, ItemStanding.of(initiative, day, stale_after_days))
        (places[0].initiatives if places else loose).append(one)
        standing.append(one)
    return {
        "lines": list(lines.values()),
        "loose": loose,
        "is_long": False,
        "groups": [],
        "pressing": pressing_among(standing, day),
    }


def _groups(publication: Publication, recommendations: ItemQuerySet, times: Times) -> dict[str, Any]:
    """What a long list is shown as: the headings at the top with their counts. Two queries.

    Where changes are asked for they are the page's answer, and the way to the list is enough. The same where the source
    has no headings.
    """
    rows: dict[str, Any] = {"lines": [], "loose": [], "is_long": True, "groups": []}
    if times.since:
        return rows
    at_the_top = recommendations.filter(kind=ItemKind.HEADING, parent=None).select_related("publication", "wording")
    headings = {heading.path: heading for heading in at_the_top.order_by("path")[:MOST_ROWS]}
    top = Substr("path", 1, StrIndex(Concat("path", Value("!")), Value("!")) - 1)
    below = status_totals(recommendations.annotate(top=top).filter(top__in=headings), times.day, by="top")
    chosen = Selection(publication=publication.slug, as_of=times.as_of)
    rows["groups"] = [
        GroupLine(
            heading,
            below.get(path, StatusTotals()),
            f"{reverse('recommendations')}?{chosen.query_string(group=heading.number)}",
        )
        for path, heading in headings.items()
    ]
    return rows


def _listed(publication: Publication, recommendations: StatusTotals, initiatives: StatusTotals) -> list[ListedCount]:
    listed = [
        ListedCount(_("Overskrifter"), publication.expected_headings, recommendations.headings),
        ListedCount(_("Anbefalinger"), publication.expected_recommendations, recommendations.total),
        ListedCount(_("Initiativer"), publication.expected_initiatives, initiatives.total),
    ]
    return [row for row in listed if row.expected or row.found]
