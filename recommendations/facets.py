"""What each choice in a list's filters would give: how many items, given the other choices.

A filter's own choice is left out of its own counts: they say what it would give to choose otherwise, and what a further
status or answer would bring. Headings are never counted.

At most three queries, whatever is chosen. What an item has one of (its source, its status …) and the set of its owners
is counted in one query of groups, which is then added up here for each filter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Case, Count, F, Func, Max, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Replace

from recommendations.enums import CLOSED, Order
from recommendations.figures import StatusTotals, added_up
from recommendations.lifecycle import stale_before
from recommendations.models import Committee, Initiative, Ownership, Recommendation
from recommendations.selection import NONE_REGISTERED, ItemKind, Selection

SUPPORT_STEPS = (50, 60, 70, 80, 90, 95)  # per cent that are offered; any other may be asked for

Row = dict[str, Any]  # one group of items: what they have in common, their `count` and their `newest` sign of life
Counts = Counter[Hashable]


@dataclass(frozen=True)
class Facets:
    """Totals of what was chosen, and by field of the selection the count of each value; "" is for any."""

    totals: StatusTotals
    counts: dict[str, Counts]


@dataclass(frozen=True)
class Heading:
    """A heading that a list can be narrowed to."""

    number: str
    title: str
    sort_key: str


def facets_of(
    selection: Selection, kind: ItemKind, committees: Collection[Committee], groups: Collection[Heading] = ()
) -> Facets:
    """What each choice would give in a list of `kind`; `groups` are the headings on offer, of the source chosen."""
    owners = _owners_by_choice(selection, committees)
    counts: dict[str, Counts] = {field: Counter() for field in CHOICES if field in _FIELDS[kind]}
    chosen = []
    for row in _groups_of_items(selection, kind):
        failed = {test for test, passes in _tests(selection, row) if not passes}
        if not failed:
            chosen.append(row)
        if row.get("is_heading"):
            continue
        for field in counts:
            if failed <= {CHOICES[field]}:
                for value in _values(field, row, selection, owners):
                    counts[field][value] += row["count"]
    if kind is Recommendation:
        counts["answer"] = _answers(selection)
    if groups:
        counts["group"] = _by_group(selection, kind, groups)
    return Facets(added_up(chosen), counts)


# --- What an item has one of, and its owners --------------------------------------------------------------------------

# Field -> the test that it is left out of. A committee and an administration ask about the same: who owns the item.
CHOICES = {
    "publication": "publication",
    "status": "status",
    "committee": "owners",
    "administration": "owners",
    "addressee": "addressee",
    "min_support": "min_support",
    "overdue": "overdue",
    "stale": "stale",
    "has_initiatives": "has_initiatives",
}
_EITHER = {"publication", "status", "committee", "administration", "overdue", "stale"}
_FIELDS: dict[ItemKind, set[str]] = {
    Recommendation: _EITHER | {"min_support", "has_initiatives"},
    Initiative: _EITHER | {"addressee"},
}


class DistinctIds(Aggregate):
    """The different ids of a group, as a text with commas between; in any order."""

    output_field = TextField()
    function = "GROUP_CONCAT"
    template = "%(function)s(DISTINCT %(expressions)s)"

    def as_postgresql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        template = "%(function)s(DISTINCT %(expressions)s::text, ',')"
        return self.as_sql(compiler, connection, function="STRING_AGG", template=template, **extra)


def _groups_of_items(selection: Selection, kind: ItemKind) -> list[Row]:
    """The items in groups that are alike in all that CHOICES tell apart, narrowed by everything else. One query."""
    any_of = Selection()
    everything = selection.but(order=Order.NUMBER, **{field: getattr(any_of, field) for field in CHOICES})
    (items,) = everything.items((kind,))
    owned = Ownership.objects.in_force(*selection.times).filter(**{kind.ABOUT: OuterRef("pk")}).order_by()
    items = items.order_by().annotate(
        is_late=_yes_if(state_due_on__lt=selection.day),
        is_silent=_yes_if(state_fresh_on__lt=stale_before(selection.day, settings.STALE_AFTER_DAYS)),
        owners=Subquery(owned.values(kind.ABOUT).annotate(ids=DistinctIds("committee_id")).values("ids")),
    )
    alike = ["publication__slug", "state_status", "is_late", "is_silent", "owners"]
    if kind is Recommendation:
        steps = sorted(support_steps(selection), reverse=True)
        reached = Case(*(When(support_percent__gte=step, then=Value(step)) for step in steps))
        items = items.with_initiatives().annotate(reached=reached)
        alike += ["is_heading", "reached", "has_initiatives"]
    else:
        alike += ["addressee__slug"]
    return [
        {
            **row,
            "owners": {int(owner) for owner in (row["owners"] or "").split(",") if owner},
            "late": row["count"] * row["is_late"],
            "silent": row["count"] * row["is_silent"],
        }
        for row in items.values(*alike).annotate(count=Count("pk"), newest=Max("state_fresh_on"))
    ]


def _yes_if(**condition: object) -> Case:
    return Case(When(**condition, then=True), default=False)


def support_steps(selection: Selection) -> set[Decimal]:
    """The shares that are offered, in per cent, and the one that was asked for."""
    steps = set(map(Decimal, SUPPORT_STEPS))
    return steps if selection.min_support is None else steps | {selection.min_support}


def _reached(row: Row, selection: Selection) -> set[Decimal]:
    """The steps of support that the row's items reach; none where no share can be read."""
    return {step for step in support_steps(selection) if row["reached"] is not None and step <= row["reached"]}


def _is_open(row: Row) -> bool:
    return row["state_status"] not in CLOSED


def _tests(selection: Selection, row: Row) -> Iterator[tuple[str, bool]]:
    """For each test whether the row's items are among those that the selection asks for."""
    yield "publication", selection.publication in ("", row["publication__slug"])
    yield "status", not selection.status or (row["state_status"] or NONE_REGISTERED) in selection.status
    yield "owners", not (selection.committee or selection.administration) or bool(selection.owners & row["owners"])
    yield "overdue", not selection.overdue or (row["is_late"] and _is_open(row))
    yield "stale", not selection.stale or (row["is_silent"] and _is_open(row))
    if "is_heading" in row:
        yield "heading", not row["is_heading"] or selection.takes_headings
        yield "min_support", selection.min_support is None or selection.min_support in _reached(row, selection)
        yield "has_initiatives", not selection.has_initiatives or row["has_initiatives"]
    else:
        yield "addressee", selection.addressee in ("", row["addressee__slug"])


def _values(field: str, row: Row, selection: Selection, owners: dict[str, OwnersByCode]) -> Iterator[Hashable]:
    """The choices in a field that would let the row's items through."""
    match field:
        case "publication":
            yield from ("", row["publication__slug"])
        case "status":
            yield row["state_status"] or NONE_REGISTERED
        case "committee" | "administration":
            yield from (code for code, ids in owners[field].items() if ids is None or ids & row["owners"])
        case "addressee":
            yield from {"", row["addressee__slug"] or ""}
        case "min_support":
            yield ""
            yield from _reached(row, selection)
        case "overdue" | "stale":
            if row["is_late" if field == "overdue" else "is_silent"] and _is_open(row):
                yield True
        case "has_initiatives":
            if row["has_initiatives"]:
                yield True


OwnersByCode = dict[str, frozenset[int] | None]  # none: whoever owns, nobody included


def _owners_by_choice(selection: Selection, committees: Collection[Committee]) -> dict[str, OwnersByCode]:
    """For each committee, and each administration, the ids of the owners it would ask for beside the other choice."""

    def asked(code: str, administration: str) -> frozenset[int] | None:
        if not code and not administration:
            return None
        return selection.lineage.all_behind(
            committee.pk
            for committee in committees
            if code in ("", committee.code) and administration in ("", committee.administration_abbreviation)
        )

    codes = ["", *(committee.code for committee in committees)]
    administrations = {"", *(committee.administration_abbreviation for committee in committees)}
    return {
        "committee": {code: asked(code, selection.administration) for code in codes},
        "administration": {code: asked(selection.committee, code) for code in administrations},
    }


# --- What an item can have several of ---------------------------------------------------------------------------------


def _answers(selection: Selection) -> Counts:
    """Recommendations by what an owner has answered, and those where an owner has not. One query."""
    items = selection.but(answer=(), order=Order.NUMBER).recommendations().countable()
    about = {"recommendation__in": items.order_by().values("pk")}
    count = Count("recommendation", distinct=True)
    given = selection.answers().filter(**about).order_by().values_list("outcome").annotate(count=count)
    open_cells = selection.answer_cells().filter(is_answered=False, **about).order_by()
    missing = open_cells.annotate(outcome=Value(NONE_REGISTERED)).values_list("outcome").annotate(count=count)
    return Counter(dict(given.union(missing, all=True)))


def _by_group(selection: Selection, kind: ItemKind, groups: Collection[Heading]) -> Counts:
    """Items under each of `groups`. One query."""
    anywhere = selection.but(group="", order=Order.NUMBER)
    counts: Counts = Counter()
    if kind is Recommendation:
        above = anywhere.recommendations().countable().order_by().annotate(above=_up_to_last_dot(F("sort_key")))
        rows = list(above.values_list("above").annotate(count=Count("pk")))
        for group in groups:
            counts[group.number] = sum(count for above, count in rows if above.startswith(group.sort_key + "."))
        counts[""] = sum(count for _above, count in rows)
    else:
        asked: QuerySet[Initiative] = anywhere.initiatives()
        linked = asked.order_by().values_list("pk", "recommendations__number", "recommendations__sort_key")
        carries_out = [(pk, number, key or "") for pk, number, key in linked]
        for group in groups:
            below = group.sort_key + "."
            counts[group.number] = len(
                {pk for pk, number, key in carries_out if number == group.number or key.startswith(below)}
            )
        counts[""] = len({pk for pk, _number, _key in carries_out})
    return counts


def _up_to_last_dot(key: F) -> Func:
    """A sort key without its last part, the dot kept; empty at the top. In words that both databases know."""
    return Func(key, Replace(key, Value("."), Value("")), function="RTRIM", output_field=TextField())


def headings_of(publication: str) -> list[Heading]:
    """The headings of a source (slug) in its order. One query; none without a source."""
    if not publication:
        return []
    rows = Recommendation.objects.filter(publication__slug=publication, is_heading=True).order_by("sort_key")
    return [Heading(*row) for row in rows.values_list("number", "title", "sort_key")]
