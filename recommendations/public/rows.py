"""Rows of a list: items with how they stand, who owns them and what was answered; one query for all of them.

A second where they stand below their headings; on an earlier day a third, for the headings' words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.answers import AnswerCell, answer_grids
from recommendations.enums import ItemKind
from recommendations.models import Committee, Item, Recommendation, Standing
from recommendations.selection import Selection
from recommendations.standing import ItemStanding, counts_in_words


@dataclass(frozen=True)
class ListRow:
    """One item in a list. `together` says how its owners stand where they do not all say the same."""

    item: Item
    address: str
    standing: ItemStanding | None = None  # none of a heading that only stands above what was found
    cells: list[AnswerCell] = field(default_factory=list)
    together: str = ""
    changes: list[str] = field(default_factory=list)  # what is new since the day asked about, in words

    @property
    def owners(self) -> list[Committee]:
        return [cell.committee for cell in self.cells if cell.owns]

    @property
    def is_ownerless(self) -> bool:
        """Nobody here owns it, though its source says that the municipality is to answer."""
        return not self.cells and self.item.publication.expects_answers


def rows_of(items: Iterable[Item], selection: Selection, *, suffix: str = "") -> list[ListRow]:
    """A row for each of `items`, as of the selection's times; `suffix` is added to their addresses."""
    known = {item.pk: item for item in items}
    cells: dict[int, list[Standing]] = defaultdict(list)
    if known:
        for cell in selection.cells().filter(item__in=list(known)).select_related("committee", "answer"):
            cell.item = known[cell.item_id]
            cells[cell.item_id].append(cell)
    grids = answer_grids([cell for of_item in cells.values() for cell in of_item], day=selection.day)
    stale_after_days = tenancy.current().stale_after_days
    return [
        ListRow(
            item,
            item.get_absolute_url() + suffix,
            ItemStanding.of(item, selection.day, stale_after_days),
            grids.get(item.pk, []),
            counts_in_words(cells[item.pk]),
            _changes(item) if selection.since else [],
        )
        for item in known.values()
    ]


def _changes(item: Item) -> list[str]:
    """What has changed, by the annotations that a selection with `since` makes (`criteria.SINCE`)."""
    told = {
        "is_published_since": _("ny opdatering"),
        "is_answered_since": _("nyt svar"),
        "is_moved_since": _("ny frist"),
        "is_committed_since": _("nyt kriterium"),
        "is_reworded_since": _("ny ordlyd"),
        "is_handed_over_since": _("nyt udvalg"),
    }
    return [words for fact, words in told.items() if getattr(item, fact, False)]


def under_headings(rows: list[ListRow], selection: Selection, *, suffix: str = "") -> list[ListRow]:
    """The rows in the order of the source, each below the headings of its group: one query.

    Headings that the rows do not hold are put in where their group begins. They are no hits and no part of any count.
    """
    above = {(row.item.publication_id, path) for row in rows for path in row.item.paths_above}
    headings = Recommendation.objects.public(*selection.times).filter(
        kind=ItemKind.HEADING,
        publication__in={publication for publication, _path in above},
        path__in={path for _publication, path in above},
    )
    read = headings.with_words(*selection.times).select_related("publication", "wording")
    found = {(heading.publication_id, heading.path): heading for heading in read.order_by("path")}
    standing = {(row.item.publication_id, row.item.path) for row in rows if row.item.is_heading}
    placed = []
    for row in rows:
        for place in ((row.item.publication_id, path) for path in row.item.paths_above):
            if place in found and place not in standing:
                placed.append(ListRow(found[place], found[place].get_absolute_url() + suffix))
                standing.add(place)
        placed.append(row)
    return placed
