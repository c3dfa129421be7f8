"""Rows of a list: items with how they stand, who owns them and what was answered; two queries for all of them.

A third where they stand below their headings.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import FilteredRelation
from django.utils.translation import gettext as _

from recommendations.answers import AnswerCell, answer_grid
from recommendations.models import CommitteeAnswer, Ownership, Recommendation
from recommendations.public.standing import Standing
from recommendations.selection import Selection


@dataclass(frozen=True)
class Row:
    item: object
    address: str
    standing: Standing | None = None  # none of a heading that only stands above what was found
    owners: list[Ownership] = field(default_factory=list)
    answers: list[AnswerCell] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)  # what is new since the day asked about, in words

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
            _changes(item) if selection.since else [],
        )
        for item in items
    ]


def _changes(item) -> list[str]:
    """What has changed, by the annotations that a selection with `since` makes."""
    told = {
        "is_published_since": _("ny opdatering"),
        "is_answered_since": _("nyt svar"),
        "is_moved_since": _("ny frist"),
    }
    return [words for fact, words in told.items() if getattr(item, fact, False)]


def under_headings(rows: list[Row], *, suffix: str = "") -> list[Row]:
    """The rows in the order of their numbers, each below the headings of its group: one query.

    Headings that the rows do not hold are put in where their group begins. They are no hits and no part of any count.
    """
    above = {place for row in rows for place in _places_above(row.item)}
    headings = Recommendation.objects.filter(
        is_heading=True,
        publication__in={publication for publication, _key in above},
        sort_key__in={key for _publication, key in above},
    )
    found = {(heading.publication_id, heading.sort_key): heading for heading in headings.select_related("publication")}
    standing = {(row.item.publication_id, row.item.sort_key) for row in rows if row.is_heading}
    placed = []
    for row in rows:
        for place in _places_above(row.item):
            if place in found and place not in standing:
                placed.append(Row(found[place], found[place].get_absolute_url() + suffix))
                standing.add(place)
        placed.append(row)
    return placed


def _places_above(item) -> list[tuple[int, str]]:
    """Source and sort key of whatever stands above the item, the outermost first."""
    parts = item.sort_key.split(".")
    return [(item.publication_id, ".".join(parts[:depth])) for depth in range(1, len(parts))]


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
