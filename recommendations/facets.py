"""What each choice in a list's filters would give: how many items, given the other choices.

A filter's own choice is left out of its own counts: they say what it would give to choose otherwise, and what a further
status or answer would bring. Headings and options are never counted. All of it is read off the index of what items
have: no query, but for what a text or a day is about.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from recommendations.criteria import CRITERIA, Counts, ItemModel, Offer, criteria_of
from recommendations.figures import EXPECTED, StatusTotals, totals_in
from recommendations.selection import Selection


@dataclass(frozen=True)
class Facets:
    """Totals of what was chosen, and by field of the selection the count of each value; "" is for any."""

    totals: StatusTotals
    counts: dict[str, Counts]


def facets_of(selection: Selection, model: ItemModel, offer: Offer) -> Facets:
    """What each choice on offer would give in a list of `model`."""
    index = selection.index
    elsewhere = [one for one in CRITERIA if model not in one.models and one.is_asked(getattr(selection, one.field))]
    asked = selection.replaced(**{one.field: one.default for one in elsewhere}) if elsewhere else selection
    counts = {}
    for criterion in criteria_of((model,)):
        if (options := criterion.options(index, asked, offer)) is not None:
            others = asked.hits(model, without={criterion.field, *criterion.meets}) & index.counted
            found = {value: others.intersection_cardinality(hits) for value, hits in options}
            counts[criterion.field] = Counter({value: count for value, count in found.items() if count})
    return Facets(said_of_the_whole(totals_of_list(asked, model), asked, model), counts)


def said_of_the_whole(totals: StatusTotals, selection: Selection, model: ItemModel) -> StatusTotals:
    """The totals of what is chosen; of all that the sources have themselves, where nothing else is chosen.

    What is narrowed is counted as it is here: nobody knows what the rest would be.
    """
    if not selection.is_of_whole_sources:
        return totals
    index, (expected, kinds) = selection.index, EXPECTED[model]
    here = index.having("kind", *kinds)
    untyped = [
        max(0, getattr(source, expected) - here.intersection_cardinality(index.having("source", source.slug)))
        for source in index.sources.values()
        if selection.publication in ("", source.slug)
    ]
    return replace(totals, untyped=sum(untyped))


def totals_of_list(selection: Selection, model: ItemModel) -> StatusTotals:
    """How what is asked for in a list of `model` stands, by what is here."""
    return totals_in(selection.index, selection.hits(model))
