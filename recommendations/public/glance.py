"""The picture of a source: all that it recommends at a glance, a line each, grouped as the source does.

What stands in it is what the lists say (`rows`): whose answer, which status and when it was last heard of are decided
there and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recommendations import data_version, prepared
from recommendations.answers import ANSWERABLE, AnswerCell
from recommendations.enums import ItemKind, ShareBasis
from recommendations.figures import EXPECTED, StatusTotals, totals_in, totals_of
from recommendations.models import Committee, Item, Publication
from recommendations.prepared import DAY, Given
from recommendations.public.asked import Times
from recommendations.public.glance_html import rows_as_html
from recommendations.public.joined import joining, together
from recommendations.public.pressing import Pressing, pressing_among
from recommendations.public.rows import ListRow, give_words_then, in_order, rows_of
from recommendations.public.signs import Signed
from recommendations.selection import Selection, with_query
from recommendations.standing import ItemStanding
from recommendations.templatetags.words import name, not_their_title, percent

SOURCE = Given("source")
MOST_LINES = 60  # a longer source is shown as groups with their counts
MOST_OPEN = 30  # of more lines the groups are folded
MOST_READ = 2 * MOST_LINES  # with the headings and options between them
TITLE_MARKS = ("*", "†")
MOST_COLUMNS = 4  # of more committees the answers stand together in one column, each with its abbreviation


@dataclass(frozen=True)
class GlanceLine:
    """One item: its answers by committee (id), nothing where none is asked of it, and how it stands."""

    row: ListRow
    depth: int  # below the heading of its group
    answers: dict[int, Signed]
    status: Signed | None  # none of headings and options, which stand nowhere
    apart: list[tuple[Committee, Signed]]  # each owner's status, where they do not say the same

    @property
    def item(self) -> Item:
        return self.row.item

    @property
    def signed(self) -> list[tuple[Committee, Signed]]:
        """The answers with their committees, for one column with all of them."""
        return [
            (cell.committee, self.answers[cell.committee.pk]) for cell in self.row.cells if cell.owes or cell.answer
        ]

    @property
    def standing(self) -> ItemStanding:
        assert self.row.standing is not None  # read of every line
        return self.row.standing

    @property
    def is_ownerless(self) -> bool:
        """No committee is asked, though the source is to be answered."""
        return self.row.is_ownerless and self.item.kind in ANSWERABLE

    @property
    def support(self) -> str:
        """How much of the bar is filled, as SVG writes it; empty where there is no share."""
        return "" if self._percent is None else f"{self._percent:.0f}%"

    @property
    def share(self) -> str:
        """The same in words."""
        return "" if self._percent is None else percent(self._percent)

    @property
    def _percent(self) -> Decimal | None:
        found: Decimal | None = getattr(self.item, "support_percent", None)  # `with_support`
        return found

    @property
    def is_unreadable(self) -> bool:
        """The source gives a share of those who support, and it cannot be read."""
        return getattr(self.item, "support_basis", None) == ShareBasis.UNREADABLE


@dataclass(frozen=True)
class GlanceGroup:
    """Lines below one heading of the source's, or below none; of a long source its counts and its list instead."""

    heading: Item | None
    lines: list[GlanceLine] = field(default_factory=list)
    totals: StatusTotals = field(default_factory=StatusTotals)
    address: str = ""
    is_rest: bool = False  # initiatives that belong to nothing the source recommends

    @property
    def title(self) -> str:
        return name(self.heading) if self.heading else _("Andre initiativer") if self.is_rest else ""


@dataclass(frozen=True)
class Glance:
    """The whole picture. `is_long`: the groups have counts and no lines."""

    publication: Publication
    day: date
    query: str  # the day, to be put after addresses of its own
    groups: list[GlanceGroup]
    is_long: bool = False
    suffix: str = ""  # the times, to be put after addresses of other pages

    @cached_property
    def lines(self) -> list[GlanceLine]:
        return [line for group in self.groups for line in group.lines]

    @property
    def counted(self) -> list[GlanceLine]:
        return [line for line in self.lines if line.item.is_counted]

    @property
    def is_folded(self) -> bool:
        return len(self.lines) > MOST_OPEN and len(self.groups) > 1

    # --- columns: only those that say something -----------------------------------------------------------------------

    @cached_property
    def committees(self) -> list[Committee]:
        """Those that owe an answer to one of the lines, or have given one."""
        every = {cell.committee for line in self.lines for cell in line.row.cells if cell.committee.pk in line.answers}
        return in_order(every)

    @cached_property
    def is_together(self) -> bool:
        """Too many committees for a column each."""
        return len(self.committees) > MOST_COLUMNS

    @cached_property
    def columns(self) -> list[Committee]:
        return [] if self.is_together else self.committees

    @property
    def table(self) -> list[tuple[GlanceGroup, SafeString]]:
        """Each group with the rows of its lines."""
        return [(group, rows_as_html(self, group.lines)) for group in self.groups]

    def mark_of(self, line: GlanceLine) -> str:
        return self.title_marks.get(not_their_title(line.item), "")

    @cached_property
    def has_support(self) -> bool:
        return any(line.support or line.is_unreadable for line in self.lines)

    @cached_property
    def has_unreadable(self) -> bool:
        return any(line.is_unreadable for line in self.lines)

    @cached_property
    def has_addressees(self) -> bool:
        """Whom it is directed to stands in the place of the committees, where none is to answer."""
        return not self.committees and any(line.item.addressee for line in self.lines)

    @cached_property
    def has_news(self) -> bool:
        return any(line.standing.changed_on for line in self.counted)

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        told = (self.has_support, self.is_together, self.has_addressees, self.has_news)
        return 2 + len(self.columns) + sum(told)

    @cached_property
    def is_of_initiatives(self) -> bool:
        """Nothing but initiatives, so that no line need say that it is one."""
        return all(line.item.is_initiative for line in self.lines)

    # --- words --------------------------------------------------------------------------------------------------------

    @cached_property
    def signs(self) -> list[Signed]:
        """Every sign that occurs, once."""
        found = {sign for line in self.lines for sign in line.answers.values()}
        found |= {line.status for line in self.lines if line.status}
        found |= {sign for line in self.lines for _committee, sign in line.apart}
        return sorted(found)

    @cached_property
    def title_marks(self) -> dict[str, str]:
        """What is said of titles that are not the source's own, each with the mark that stands at such a title."""
        said = sorted({whose for line in self.lines if (whose := not_their_title(line.item))})
        return dict(zip(said, TITLE_MARKS, strict=False))

    @property
    def silent(self) -> list[Signed]:
        return [sign for sign in self.signs if not sign.code]

    @property
    def spoken(self) -> list[Signed]:
        return [sign for sign in self.signs if sign.code]

    @property
    def has_idle(self) -> bool:
        """Some place in a committee's column is empty because nothing is asked of it there."""
        return any(committee.pk not in line.answers for line in self.counted for committee in self.columns)

    @property
    def is_whole(self) -> bool:
        """Nothing that the source holds is missing here, as far as is known."""
        here = Counter(line.item.kind for line in self.lines)
        return self.publication.is_whole and all(
            self.is_long or getattr(self.publication, expected) <= sum(here[kind] for kind in kinds)
            for expected, kinds in EXPECTED.values()
        )

    @property
    def svg_address(self) -> str:
        return reverse("publication_svg", args=[self.publication.slug]) + self.query

    @property
    def png_address(self) -> str:
        return reverse("publication_png", args=[self.publication.slug]) + self.query


# --- Reading ----------------------------------------------------------------------------------------------------------

# Stands for the times in what is kept, a sign that nobody writes (private use): they are put in when it is shown.
TIMES = "\ue000"


@dataclass(frozen=True)
class ShownGlance:
    """The picture as it stands on a page, and what the page says of its lines; of groups nothing is said."""

    html: SafeString
    committees: list[Committee]
    pressing: Pressing | None


def shown_glance(publication: Publication, times: Times) -> ShownGlance | None:
    """The picture of a public source on a page: that of today is kept until something happens to the source."""
    if times.as_of:
        shown = _shown(publication, times.as_of)
    else:
        key = ("glance", get_language())
        kept = data_version.kept_of([publication.pk], key, lambda _one: {publication.pk: _shown(publication, None)})
        shown = kept[publication.pk]
    return shown and replace(shown, html=at_times(shown.html, times))


def at_times(html: str, times: Times) -> SafeString:
    """What was kept, with the times in its addresses."""
    return SafeString(html.replace(TIMES, escape(times.query)))


def _shown(publication: Publication, as_of: date | None) -> ShownGlance | None:
    glance = glance_of(publication, as_of, suffix=TIMES)
    if glance is None:
        return None
    html = render_to_string("includes/_glance.html", {"glance": glance})
    if glance.is_long:
        return ShownGlance(html, glance.committees, None)
    pressing = pressing_among([(line.item, line.standing) for line in glance.counted], glance.day)
    return ShownGlance(html, glance.committees, pressing)


def glance_of(publication: Publication, as_of: date | None, *, suffix: str = "") -> Glance | None:
    """The picture of a public source on a day; none where nothing of it is here. `suffix` is put after addresses.

    Two queries, one more on an earlier day; of a source that is too long two and three, and those of the index.
    """
    selection = Selection(publication=publication.slug, as_of=as_of)
    day, query = selection.day, with_query("", Selection(as_of=as_of).query_string())
    found = together(prepared.objects(_items, source=publication.pk, day=day))
    if not found:
        return None
    for item, _linked in found:
        item.publication = publication
    if len(found) > MOST_READ or sum(item.is_counted for item, _linked in found) > MOST_LINES:
        groups = _counted_groups(publication, selection)
        return Glance(publication, day, query, groups, is_long=True, suffix=suffix)
    give_words_then([item for item, _linked in found], selection)
    by_item = {row.item.pk: row for row in rows_of([item for item, _linked in found], selection, suffix=suffix)}
    groups = [
        GlanceGroup(heading, lines, totals_of([line.item for line in lines], day), is_rest=is_rest)
        for heading, is_rest, lines in _grouped(_placed(found, by_item))
    ]
    return Glance(publication, day, query, groups, suffix=suffix)


@prepared.planned_once
def _items() -> Any:
    """The first items of a source, each with what it carries out."""
    of_source = Item.objects.filter(publication=SOURCE)
    first = of_source.order_by("path", "pk").values("pk")[: MOST_READ + 1]
    read = of_source.filter(pk__in=first).with_state(DAY).with_support().select_related("addressee", "wording")
    return joining(read.order_by("path", "pk"), "carries_out")


Placed = tuple[str, ListRow, int]  # the path at the top, the row, how deep it stands


def _placed(found: list[tuple[Item, list[Item]]], by_item: dict[int, ListRow]) -> Iterator[Placed]:
    """Rows in the order of the source. An initiative stands below the first of what it belongs to, so that all are
    counted once; what belongs to nothing comes last, under the path "".
    """
    known = {item.pk: item for item, _linked in found}
    headings = {item.path for item, _linked in found if item.is_heading}
    placed: list[tuple[str, int, str, Placed]] = []
    rest: list[Placed] = []
    for item, linked in found:
        row = by_item[item.pk]
        places = sorted((known[one.pk] for one in linked if one.pk in known), key=attrgetter("path"))
        if item.is_initiative and not places and item.parent_id is None and headings:
            rest.append(("", row, 0))
            continue
        place = places[0] if places else item
        above = [*place.paths_above, place.path] if places else place.paths_above
        depth = len(above) - (above[0] in headings if above else 0)
        placed.append((place.path, bool(places), item.path, (place.path.split("!")[0], row, depth)))
    yield from (one[-1] for one in sorted(placed, key=lambda one: one[:3]))
    yield from rest


def _grouped(placed: Iterable[Placed]) -> Iterator[tuple[Item | None, bool, list[GlanceLine]]]:
    """Heading, whether it is the rest, and lines; only headings that hold some."""
    rows = list(placed)
    headings = {top: row.item for top, row, _depth in rows if row.item.is_heading and row.item.path == top}
    for (heading, is_rest), of_group in groupby(rows, key=lambda one: (headings.get(one[0]), one[0] == "")):
        lines = [_line(row, depth) for _top, row, depth in of_group if row.item != heading]
        lines = _without_empty(lines)
        if lines:
            yield heading, is_rest, lines


def _without_empty(lines: list[GlanceLine]) -> list[GlanceLine]:
    """Without headings of smaller parts that nothing follows a step deeper, read from the end."""
    kept: list[GlanceLine] = []
    for line in reversed(lines):
        if not line.item.is_heading or (kept and kept[0].depth > line.depth):
            kept.insert(0, line)
    return kept


def _line(row: ListRow, depth: int) -> GlanceLine:
    owning = [cell for cell in row.standings if cell.role]
    return GlanceLine(
        row,
        depth,
        {cell.committee.pk: Signed.answer(_outcome(cell)) for cell in row.cells if cell.owes or cell.answer},
        Signed.status(row.standing.code) if row.standing and row.item.is_counted else None,
        [(cell.committee, Signed.status(cell.status)) for cell in owning if cell.committee] if row.together else [],
    )


def _outcome(cell: AnswerCell) -> str:
    return cell.answer.outcome if cell.answer else ""


def _counted_groups(publication: Publication, selection: Selection) -> list[GlanceGroup]:
    """The headings at the top of a long source with their counts: one query. None where it has none."""
    at_the_top = Item.objects.filter(publication=publication, kind=ItemKind.HEADING, parent=None)
    headings = at_the_top.with_words(*selection.times).order_by("path")[:MOST_LINES]
    index = selection.index
    groups = []
    for heading in headings:
        heading.publication = publication
        totals = totals_in(index, index.at_or_below(index.with_keys([heading.pk])))
        if totals.total:
            address = with_query(reverse("recommendations"), selection.query_string(group=heading.number))
            groups.append(GlanceGroup(heading, totals=totals, address=address))
    return groups
