"""What each choice in a list's filters would give: how many items, given the other choices.

A filter's own choice is left out of its own counts: they say what it would give to choose otherwise, and what a further
status or answer would bring. Headings and options are never counted.

Two queries for recommendations and, where groups are on offer, three for initiatives, whatever is chosen; one more
where nothing but a source is, for what the source has itself. What an item itself holds one of (its source, its status
…) is counted in groups of items that are alike, which are added up here for each filter. What other tables say of it
(its owners, its votes, its answers) is counted there, all in one query.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max

from recommendations.criteria import (
    GROUP,
    Counts,
    Criterion,
    FacetQuestion,
    ItemModel,
    Offer,
    criteria_of,
    initiatives_by_group,
    items_of,
)
from recommendations.enums import COUNTED
from recommendations.figures import StatusTotals, added_up, untyped
from recommendations.models import Initiative
from recommendations.selection import Selection


@dataclass(frozen=True)
class Facets:
    """Totals of what was chosen, and by field of the selection the count of each value; "" is for any."""

    totals: StatusTotals
    counts: dict[str, Counts]


def facets_of(selection: Selection, model: ItemModel, offer: Offer) -> Facets:
    """What each choice on offer would give in a list of `model`."""
    selection.read_ahead()
    criteria = criteria_of((model,))
    own = [criterion for criterion in criteria if criterion.grouped_by]
    counts: dict[str, Counts] = {criterion.field: Counter() for criterion in own}
    chosen = []
    for alike in _alike(selection, model, own):
        failed = {one.field for one in own if not one.passes(getattr(selection, one.field), alike)}
        if not failed:
            chosen.append(alike)
        if alike["kind"] not in COUNTED:
            continue
        for criterion in own:
            # A choice in this filter would let the items through when nothing holds them back, or nothing but the
            # choice made in this same filter.
            if failed <= {criterion.field}:
                for value in criterion.values(alike):
                    counts[criterion.field][value] += alike["count"]
    totals = said_of_the_whole(added_up(chosen), selection, model)
    counts |= _told_elsewhere(selection, model, criteria, offer, totals.total)
    return Facets(totals, counts)


def said_of_the_whole(totals: StatusTotals, selection: Selection, model: ItemModel) -> StatusTotals:
    """The totals of what is chosen; of all that the sources have themselves, where nothing else is chosen.

    One query in that case. What is narrowed is counted as it is here: nobody knows what the rest would be.
    """
    if not selection.is_of_whole_sources:
        return totals
    return replace(totals, untyped=untyped(model, *selection.times, slug=selection.publication))


def _alike(selection: Selection, model: ItemModel, own: list[Criterion]) -> list[dict[str, Any]]:
    """The items in groups that are alike in what they hold, narrowed by every other choice. One query."""
    items = items_of(selection.without(*(criterion.field for criterion in own)), model)
    held = ["kind"]
    for criterion in own:
        items = criterion.annotated(items, selection)
        held += criterion.grouped_by
    rows = items.values(*held).annotate(count=Count("pk"), newest=Max("state_fresh_on"))
    return [
        row | {"late": row["count"] * row["is_late"], "silent": row["count"] * row["is_silent"]}
        for row in rows
        if row["kind"] in COUNTED or selection.takes_headings
    ]


def _told_elsewhere(
    selection: Selection, model: ItemModel, criteria: list[Criterion], offer: Offer, total: int
) -> dict[str, Counts]:
    """Counts by what other tables say; `total` is that of the selection. One query, and one for initiatives' groups."""
    questions: list[FacetQuestion] = []
    asked: set[str] = set()
    for criterion in criteria:
        own_questions = [one for one in criterion.questions(selection, model, offer) if one.key not in asked]
        questions += own_questions
        asked |= {one.key for one in own_questions}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    if questions:
        first, *others = [question.select() for question in questions]
        for key, value, count in first.union(*others, all=True):
            found[key][value or ""] += count
    counts = {}
    for criterion in criteria:
        if (theirs := criterion.counts(found, selection, offer, total)) is not None:
            counts[criterion.field] = theirs
    if offer.groups and model is Initiative:
        counts[GROUP.field] = initiatives_by_group(selection, offer)
    return counts
