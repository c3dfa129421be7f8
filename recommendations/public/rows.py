"""Rows of a list: items with how they stand, who owns them and what was answered; two queries for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import FilteredRelation

from recommendations.models import CommitteeAnswer, Ownership, Recommendation
from recommendations.public.answers import AnswerCell, answer_grid
from recommendations.public.standing import Standing
from recommendations.selection import Selection


@dataclass(frozen=True)
class Row:
    item: object
    address: str
    standing: Standing
    owners: list[Ownership]
    answers: list[AnswerCell]

    @property
    def is_heading(self) -> bool:
        return getattr(self.item, "is_heading", False)


def rows_of(items: Iterable, selection: Selection, *, suffix: str = "") -> list[Row]:
    """A row for each of `items`, as of the selection's times; `suffix` is added to their addresses."""
    items = list(items)
    owners = defaultdict(list)
    answers = defaultdict(list)
    if items:
        about = items[0].ABOUT
        owned = Ownership.objects.in_force(*selection.times).filter(**{f"{about}__in": items})
        for ownership in owned.select_related("committee"):
            owners[getattr(ownership, f"{about}_id")].append(ownership)
        if about == Recommendation.ABOUT:
            current = CommitteeAnswer.objects.current(*selection.times).filter(recommendation__in=items)
            for answer in current.select_related("committee"):
                answers[answer.recommendation_id].append(answer)
    return [
        Row(
            item,
            item.get_absolute_url() + suffix,
            Standing.of(item, selection.day),
            owners[item.pk],
            answer_grid(owners[item.pk], answers[item.pk], selection.lineage, day=selection.day)
            if item.ABOUT == Recommendation.ABOUT
            else [],
        )
        for item in items
    ]


def joined(queryset, relation: str, *select_related: str) -> list[tuple]:
    """The objects of `queryset`, each with the list of its rows in `relation`: one query where prefetching takes two.

    A detail page may ask ten times, whatever the data, so two of its pairs are read together. `select_related` names
    what to read of those rows too.
    """
    queryset = queryset.annotate(joined_row=FilteredRelation(relation)).select_related(
        "joined_row", *(f"joined_row__{name}" for name in select_related)
    )
    found: dict[int, tuple] = {}
    for row in queryset:
        _first, rows = found.setdefault(row.pk, (row, []))
        if (other := getattr(row, "joined_row", None)) is not None:
            rows.append(other)
    return list(found.values())
