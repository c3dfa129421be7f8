"""Rows of a list: items with how they stand, who owns them and what was answered; one query for all of them.

A second where they stand below their headings; on an earlier day a third, for the headings' words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import prepared, tenancy
from recommendations.addresses import address
from recommendations.answers import AnswerCell, answer_grid, answer_grids
from recommendations.criteria import SINCE, news_since
from recommendations.enums import ItemKind, Order, WordsBasis
from recommendations.models import Committee, Item, Publication, Recommendation, Standing, Wording
from recommendations.models.item import ItemQuerySet
from recommendations.models.recorded import moment
from recommendations.models.standing import StandingQuerySet
from recommendations.models.wording import WordingQuerySet
from recommendations.prepared import DAY, NOW, Among
from recommendations.selection import ItemModel, Selection
from recommendations.standing import ItemStanding, counts_in_words

FEW = 8  # silent rows that are shown where a source has no others
WORTH_FOLDING = 3


@dataclass(frozen=True)
class ListRow:
    """One item in a list. `together` says how its owners stand where they do not all say the same."""

    item: Item
    address: str
    standing: ItemStanding | None = None  # none of a heading that only stands above what was found
    cells: list[AnswerCell] = field(default_factory=list)
    together: str = ""
    standings: list[Standing] = field(default_factory=list)  # what the cells were read from
    changes: list[str] = field(default_factory=list)  # what is new since the day asked about, in words

    @property
    def owners(self) -> list[Committee]:
        return [cell.committee for cell in self.cells if cell.owns]

    @property
    def said(self) -> list[AnswerCell]:
        """The cells that a row of a list tells of: those of owners, and what others have answered all the same."""
        return [cell for cell in self.cells if cell.owns or cell.answer]

    @property
    def answered(self) -> list[AnswerCell]:
        return [cell for cell in self.cells if cell.answer]

    @property
    def is_silent(self) -> bool:
        """Neither answer nor status."""
        return not self.answered and not self.has_standing

    @property
    def has_standing(self) -> bool:
        """Whether there is anything to say of how it stands; that nothing is, the list says once."""
        standing = self.standing
        return standing is not None and bool(standing.code or self.together or standing.is_overdue)

    @property
    def support(self) -> Decimal | None:
        """The share in per cent that supports it; none of an initiative, and none where it cannot be read."""
        return getattr(self.item, "support_percent", None)

    @property
    def newer_on(self) -> date | None:
        """The day of the last news, where that is another than the day of the status."""
        standing = self.standing
        return standing.changed_on if standing and standing.changed_on != standing.on else None

    @property
    def is_ownerless(self) -> bool:
        """Nobody here owns it, though its source says who owns what, and that the municipality is to answer."""
        source = self.item.publication
        is_asked = self.item.is_counted and source.expects_answers and source.owners_known
        return is_asked and not any(cell.role for cell in self.standings)


@dataclass(frozen=True)
class RowsOfSource:
    """Rows that stand together in a list below the name of their source; without one each row says its own."""

    publication: Publication | None
    address: str
    rows: list[ListRow]
    folds: bool = False  # whether what is silent folds away

    @property
    def own(self) -> list[ListRow]:
        """The rows but for the headings of groups."""
        return [row for row in self.rows if not row.item.is_heading]

    @property
    def shown(self) -> list[ListRow]:
        """All of them; where silent rows fold, those with something to tell, or the first few where none has."""
        return self._divided[0]

    @property
    def folded(self) -> list[ListRow]:
        """The others, unless they are too few to be worth it."""
        return self._divided[1]

    @cached_property
    def _divided(self) -> tuple[list[ListRow], list[ListRow]]:
        telling = [row for row in self.rows if not row.is_silent]
        silent = [row for row in self.rows if row.is_silent]
        shown, folded = (telling, silent) if telling else (silent[:FEW], silent[FEW:])
        return (shown, folded) if self.folds and len(folded) > WORTH_FOLDING else (self.rows, [])

    @cached_property
    def standing(self) -> ItemStanding | None:
        """How all that are shown stand, where they stand alike and it need be said but once."""
        rows = [row for row in self.shown if not row.item.is_heading]
        found = [row.standing for row in rows if row.standing and not row.together and not row.standing.is_overdue]
        alike = {(one.code, one.on) for one in found}
        is_said_once = self.publication and len(found) == len(rows) > WORTH_FOLDING and len(alike) == 1
        return found[0] if is_said_once and found[0].code else None

    @cached_property
    def owners(self) -> list[Committee]:
        """The committees that own every one of them, so that no row need name them; none where rows differ."""
        sets = {frozenset(row.owners) for row in self.own} if self.publication else set()
        return in_order(sets.pop()) if len(sets) == 1 else []

    @property
    def whose_titles(self) -> str:
        """How many of the titles are not the source's own; nothing where all are."""
        count = Counter(row.item.words.title_basis for row in self.own if row.item.words)
        ours, restated = count[WordsBasis.OURS], count[WordsBasis.RESTATED]
        whole = len(self.own)
        if not self.publication or not ours + restated:
            return ""
        if ours == whole:
            return ngettext("Titlen er vores.", "Titlerne er vores.", whole)
        said = []
        if ours:
            said.append(_("Her er %(ours)s af %(whole)s titler vores.") % {"ours": ours, "whole": whole})
        if restated:
            sentence = _("Her er %(restated)s af %(whole)s titler gengivet fra udvalgets papir.")
            said.append(sentence % {"restated": restated, "whole": whole})
        return " ".join(said)


def in_order(committees: Iterable[Committee]) -> list[Committee]:
    """In the Danish order of their names."""
    return sorted(committees, key=lambda one: (one.sort_name, one.code))


def named_in_rows(groups: Iterable[RowsOfSource]) -> list[Committee]:
    """The committees that rows name by their abbreviations."""
    groups = list(groups)
    return in_order(
        {
            cell.committee
            for group in groups
            for row in group.own
            for cell in row.said
            if cell.answer or not group.owners
        }
    )


# What a row shows of an item, and of what belongs to it; the rest of the columns is not read.
ITEM = ("kind", "number", "path", "publication", "wording")
PUBLICATION = ("slug", "short_code", "title", "expects_answers", "owners_known", "handed_over_on", "position")
SPOKEN = ("status_on", "changed_on", "confirmed_on", "fresh_on")
WORDING = ("title", "title_basis", "summary")
CELL = ("item", "committee", "role", "answer", "outcome", "status", *SPOKEN)
COMMITTEE = ("code", "abbreviation", "name", "sort_name")
ANSWER = ("committee", "outcome", "meeting_date", "recorded_at")


def items_of(keys: Collection[int], model: ItemModel, selection: Selection) -> list[Item]:
    """The public items with these keys, in their order, as rows need them at the selection's times.

    One query; one more on an earlier day, and one for what has changed since the day asked about.
    """
    is_of_today, is_known_now = selection.as_of is None and selection.known_at is None, selection.known_at is None
    times = {"day": selection.day, "now": moment(selection.known_at)}
    read = prepared.objects(_items, model, is_of_today, is_known_now, items=keys, **times)
    if not is_of_today:
        give_words_then(read, selection)
    by_key = {item.pk: item for item in read}
    if selection.since:
        for key, *rows in news_since(selection).filter(item__in=by_key).values_list("item", *SINCE.values()):
            for fact, row in zip(SINCE, rows, strict=True):
                if row is not None:
                    setattr(by_key[key], fact, True)
    return [by_key[key] for key in keys if key in by_key]


@prepared.planned_once
def _items(model: ItemModel, is_of_today: bool, is_known_now: bool) -> ItemQuerySet:
    found: ItemQuerySet = (
        model.objects.with_state(DAY, None if is_known_now else NOW).filter(Among("pk", "items")).order_by()
    )
    read = {"": (*ITEM, "addressee"), "publication__": PUBLICATION, "addressee__": ("name",)}
    if is_of_today:
        read["wording__"] = WORDING
    found = found.select_related(*(to.removesuffix("__") for to in read if to))
    found = found.only(*(f"{to}{name}" for to, names in read.items() for name in names))
    return found.with_support() if model is Recommendation else found


def rows_of(items: Iterable[Item], selection: Selection, *, suffix: str = "") -> list[ListRow]:
    """A row for each of `items`, as of the selection's times; `suffix` is added to their addresses."""
    cells = _cells_of(items, selection)
    grids = answer_grids([cell for _item, of_item in cells for cell in of_item], day=selection.day)
    stale_after_days = tenancy.current().stale_after_days
    return [
        ListRow(
            item,
            item.get_absolute_url() + suffix,
            ItemStanding.of(item, selection.day, stale_after_days),
            grids.get(item.pk, []),
            counts_in_words(of_item),
            of_item,
            _changes(item) if selection.since else [],
        )
        for item, of_item in cells
    ]


def rows_of_committee(
    items: Iterable[Item], selection: Selection, committee: Committee, *, suffix: str = ""
) -> list[ListRow]:
    """A row for each of `items` with the word of `committee`, or of those it took over from: its answer, where there is
    one, and its status; where it has said nothing, how the item stands.
    """
    stale_after_days = tenancy.current().stale_after_days
    rows = []
    for item, of_item in _cells_of(items, selection):
        own = [cell for cell in of_item if cell.committee_id in selection.owners]
        own.sort(key=lambda cell: (cell.committee_id != committee.pk, cell.pk))
        standing = ItemStanding.of(item, selection.day, stale_after_days)
        spoken = next((cell for cell in own if cell.status), None)
        if spoken and spoken.status != standing.code:
            standing = standing.of_cell(spoken, selection.day, stale_after_days)
        answered = [cell for cell in answer_grid(own, day=selection.day) if cell.answer]
        way = item.get_absolute_url() + suffix
        rows.append(ListRow(item, way, standing, answered[:1], counts_in_words(of_item), of_item))
    return rows


def _cells_of(items: Iterable[Item], selection: Selection) -> list[tuple[Item, list[Standing]]]:
    """Each of `items` with its cells at the selection's times: one query."""
    known = {item.pk: item for item in items}
    cells: dict[int, list[Standing]] = defaultdict(list)
    if known:
        is_now = selection.known_at is None
        for cell in prepared.objects(_cells, is_now, items=known, day=selection.day, now=moment(selection.known_at)):
            cell.item = known[cell.item_id]
            cells[cell.item_id].append(cell)
    return [(item, cells[item.pk]) for item in known.values()]


@prepared.planned_once
def _cells(is_now: bool) -> QuerySet[Standing]:
    """Of items that have been read, so of the municipality's, and public."""
    found = StandingQuerySet(Standing).at(DAY, None if is_now else NOW).cells()
    found = found.filter(Among("item_id", "items")).select_related("committee", "answer")
    found = found.order_by("committee__sort_name", "committee__code")
    return found.only(*CELL, *(f"committee__{name}" for name in COMMITTEE), *(f"answer__{name}" for name in ANSWER))


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
    sources = {row.item.publication_id: row.item.publication for row in rows}
    paths = {path for _publication, path in above}
    read = prepared.objects(_headings, publications=sources, paths=paths) if paths else []
    for heading in read:
        heading.publication = sources[heading.publication_id]
    give_words_then(read, selection)
    found = {(heading.publication_id, heading.path): heading for heading in read}
    standing = {(row.item.publication_id, row.item.path) for row in rows if row.item.is_heading}
    placed = []
    for row in rows:
        for place in ((row.item.publication_id, path) for path in row.item.paths_above):
            if place in found and place not in standing:
                placed.append(ListRow(found[place], found[place].get_absolute_url() + suffix))
                standing.add(place)
        placed.append(row)
    return placed


@prepared.planned_once
def _headings() -> QuerySet[Item]:
    """Of sources that have been read."""
    found = Recommendation.objects.filter(Among("publication_id", "publications"), Among("path", "paths"))
    found = found.filter(kind=ItemKind.HEADING).select_related("wording").order_by("path")
    return found.only(*ITEM, *(f"wording__{name}" for name in WORDING))


def give_words_then(items: Collection[Item], selection: Selection) -> None:
    """The items get their words of an earlier day, where one is asked about (`ItemQuerySet.with_words`): one query."""
    if not items or selection.times == (None, None):
        return
    times = {"day": selection.day, "now": moment(selection.known_at)}
    known: dict[int, list[Wording]] = defaultdict(list)
    for wording in prepared.objects(_words_then, items=[item.pk for item in items], **times):
        known[wording.item_id].append(wording)
    for item in items:
        item.words_then = known[item.pk]


@prepared.planned_once
def _words_then() -> QuerySet[Wording]:
    """The newest first."""
    found = WordingQuerySet(Wording).known(DAY, NOW).filter(Among("item_id", "items"))
    return found.newest_first()


def by_source(
    rows: list[ListRow], selection: Selection, *, suffix: str = "", folds: bool = False
) -> list[RowsOfSource]:
    """The rows with the name of each source said once; in an order that is not the sources' only where there is one."""
    if selection.order_in_force == Order.NUMBER or len({row.item.publication_id for row in rows}) == 1:
        return [
            RowsOfSource(together[0].item.publication, address("publication", slug) + suffix, together, folds)
            for slug, of_source in groupby(rows, key=lambda row: row.item.publication.slug)
            if (together := list(of_source))
        ]
    return [RowsOfSource(None, "", rows)] if rows else []
