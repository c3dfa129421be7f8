"""What each choice in a list's filters would give: how many items, given the other choices.

A filter's own choice is left out of its own counts: they say what it would give to choose otherwise, and what a further
status or answer would bring. Headings are never counted.

Two queries for recommendations and three for initiatives, whatever is chosen. What an item itself holds one of (its
source, its status …) is counted in groups, which are added up here for each filter. What other tables say of it (its
owners, its votes, its answers) is counted there, each without its own choice, all in one query.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, F, Func, Max, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Replace

from recommendations.enums import CLOSED, Order, VoteOption
from recommendations.figures import StatusTotals, added_up
from recommendations.lifecycle import stale_before
from recommendations.models import Committee, Initiative, Ownership, Recommendation, VoteShare
from recommendations.models.item import ItemQuerySet
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
    counts: dict[str, Counts] = {field: Counter() for field in (*OWN_FACTS, *FACTS_OF_KIND[kind])}
    chosen = []
    for row in _alike(selection, kind):
        passes = dict(_tests(selection, row))
        failed = {field for field, passed in passes.items() if not passed}
        if not failed:
            chosen.append(row)
        if row.get("is_heading"):
            continue
        for field in counts:
            if failed <= {field}:
                for value in _values(field, row):
                    counts[field][value] += row["count"]
    totals = added_up(chosen)
    counts |= _told_elsewhere(selection, kind, committees, groups, totals.total)
    return Facets(totals, counts)


def _but(selection: Selection, *fields: str) -> Selection:
    """The selection without its choice in these fields, in no particular order."""
    anything = Selection()
    return selection.but(order=Order.NUMBER, **{field: getattr(anything, field) for field in fields})


def _items(selection: Selection, kind: ItemKind) -> ItemQuerySet:
    (items,) = selection.items((kind,))
    return items.order_by()


# --- What an item itself holds ----------------------------------------------------------------------------------------

OWN_FACTS = ("publication", "status", "overdue", "stale")
FACTS_OF_KIND: dict[ItemKind, tuple[str, ...]] = {Recommendation: ("has_initiatives",), Initiative: ("addressee",)}


def _alike(selection: Selection, kind: ItemKind) -> list[Row]:
    """The items in groups that are alike in what they hold, narrowed by every other choice. One query."""
    items = _items(_but(selection, *OWN_FACTS, *FACTS_OF_KIND[kind]), kind).annotate(
        is_late=_yes_if(state_due_on__lt=selection.day),
        is_silent=_yes_if(state_fresh_on__lt=stale_before(selection.day, settings.STALE_AFTER_DAYS)),
    )
    alike = ["publication__slug", "state_status", "is_late", "is_silent"]
    if kind is Recommendation:
        items = items.with_initiatives()
        alike += ["is_heading", "has_initiatives"]
    else:
        alike += ["addressee__slug"]
    rows = items.values(*alike).annotate(count=Count("pk"), newest=Max("state_fresh_on"))
    return [
        row | {"late": row["count"] * row["is_late"], "silent": row["count"] * row["is_silent"]}
        for row in rows
        if not row.get("is_heading") or selection.takes_headings
    ]


def _yes_if(**condition: object) -> Case:
    return Case(When(**condition, then=True), default=False)


def _tests(selection: Selection, row: Row) -> Iterator[tuple[str, bool]]:
    """For each field whether the row's items are among those that the selection asks for."""
    is_open = row["state_status"] not in CLOSED
    yield "publication", selection.publication in ("", row["publication__slug"])
    yield "status", not selection.status or (row["state_status"] or NONE_REGISTERED) in selection.status
    yield "overdue", not selection.overdue or (row["is_late"] and is_open)
    yield "stale", not selection.stale or (row["is_silent"] and is_open)
    if "has_initiatives" in row:
        yield "has_initiatives", not selection.has_initiatives or row["has_initiatives"]
    else:
        yield "addressee", selection.addressee in ("", row["addressee__slug"])


def _values(field: str, row: Row) -> Iterator[Hashable]:
    """The choices in a field that would let the row's items through."""
    match field:
        case "publication":
            yield from ("", row["publication__slug"])
        case "status":
            yield row["state_status"] or NONE_REGISTERED
        case "overdue":
            yield bool(row["late"]) and row["state_status"] not in CLOSED
        case "stale":
            yield bool(row["silent"]) and row["state_status"] not in CLOSED
        case "has_initiatives":
            yield row["has_initiatives"]
        case "addressee":
            yield from {"", row["addressee__slug"] or ""}


# --- What other tables say of it --------------------------------------------------------------------------------------

Part = QuerySet[Any, tuple[str, str, int]]  # what is counted, the value in words of the database, how many


def _told_elsewhere(
    selection: Selection, kind: ItemKind, committees: Collection[Committee], groups: Collection[Heading], total: int
) -> dict[str, Counts]:
    """Counts by owner and by group, and of recommendations by support and by answer; `total` is that of the selection.

    One query of parts, and one more for the groups of initiatives.
    """
    choices = _owners_by_choice(selection, committees)
    parts = [
        *_owner_parts(_but(selection, "committee", "administration"), kind, {*choices.values()}),
        *_any_part("owners", selection, kind, "committee", "administration"),
    ]
    if kind is Recommendation:
        parts += [
            _support_part(_but(selection, "min_support")),
            *_answer_parts(_but(selection, "answer")),
            *_any_part("support", selection, kind, "min_support"),
        ]
        if groups:
            parts += [_group_part(_but(selection, "group")), *_any_part("group", selection, kind, "group")]
    first, *others = parts
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, value, count in first.union(*others, all=True):
        found[name][value or ""] += count

    def any_of(name: str) -> int:
        return found[name].get("", total)

    counts: dict[str, Counts] = {"committee": Counter(), "administration": Counter()}
    for (field, code), ids in choices.items():
        counts[field][code] = any_of("owners") if ids is None else found["owners"][_key(ids)] if ids else 0
    if kind is Recommendation:
        counts["answer"] = Counter(dict(found["answer"]))
        shares = {Decimal(share): count for share, count in found["support"].items() if share}
        counts["min_support"] = Counter(
            {step: sum(count for share, count in shares.items() if share >= step) for step in support_steps(selection)}
        )
        counts["min_support"][""] = any_of("support")
        if groups:
            below = [(above, count) for above, count in found["group"].items() if above]
            counts["group"] = Counter(
                {
                    group.number: sum(n for above, n in below if above.startswith(group.sort_key + "."))
                    for group in groups
                }
            )
            counts["group"][""] = any_of("group")
    elif groups:
        counts["group"] = _initiatives_by_group(_but(selection, "group"), groups)
    return counts


def _part(name: str, rows: QuerySet[Any], value: Any, count: Count) -> Part:
    found = rows.order_by().annotate(part=Value(name), value=Cast(value, TextField()))
    return found.values_list("part", "value").annotate(number=count)


def _any_part(name: str, selection: Selection, kind: ItemKind, *fields: str) -> list[Part]:
    """What there is without these choices; nothing to ask where none of them was made: then it is the total."""
    anything = _but(selection, *fields)
    if anything == _but(selection):
        return []
    return [_part(name, _items(anything, kind).countable(), Value(""), Count("pk"))]


OwnersByChoice = dict[tuple[str, str], frozenset[int] | None]


def _owners_by_choice(selection: Selection, committees: Collection[Committee]) -> OwnersByChoice:
    """By field and code the ids of the owners asked for beside what the other field says; none: anybody."""

    def asked(code: str, administration: str) -> frozenset[int] | None:
        if not code and not administration:
            return None
        return selection.lineage.all_behind(
            committee.pk
            for committee in committees
            if code in ("", committee.code) and administration in ("", committee.administration_abbreviation)
        )

    codes = {"", *(committee.code for committee in committees)}
    administrations = {"", *(committee.administration_abbreviation for committee in committees)}
    return {
        **{("committee", code): asked(code, selection.administration) for code in codes},
        **{("administration", code): asked(selection.committee, code) for code in administrations},
    }


def _key(ids: frozenset[int]) -> str:
    return ",".join(map(str, sorted(ids)))


def _owner_parts(selection: Selection, kind: ItemKind, asked: Collection[frozenset[int] | None]) -> Iterator[Part]:
    """Items by owner, and by each set of several owners that is asked for: an item of two of them counts once."""
    items = _items(selection, kind).countable().values("pk")
    owned = Ownership.objects.in_force(*selection.times).filter(**{f"{kind.ABOUT}__in": items})
    count = Count(kind.ABOUT, distinct=True)
    yield _part("owners", owned, F("committee_id"), count)
    for ids in sorted(filter(None, asked), key=_key):
        if len(ids) > 1:
            yield _part("owners", owned.filter(committee__in=ids), Value(_key(ids)), count)


def _support_part(selection: Selection) -> Part:
    """Recommendations by the share that supports them, where it can be read."""
    items = selection.recommendations().countable().order_by().values("pk")
    read = VoteShare.objects.filter(option=VoteOption.SUPPORTS, percent__isnull=False, recommendation__in=items)
    return _part("support", read, F("percent"), Count("recommendation"))


def support_steps(selection: Selection) -> set[Decimal]:
    """The shares that are offered, in per cent, and the one that was asked for."""
    steps = set(map(Decimal, SUPPORT_STEPS))
    return steps if selection.min_support is None else steps | {selection.min_support}


def _answer_parts(selection: Selection) -> list[Part]:
    """Recommendations by what an owner has answered, and those where an owner has not."""
    about = {"recommendation__in": selection.recommendations().countable().order_by().values("pk")}
    count = Count("recommendation", distinct=True)
    unanswered = selection.answers_owed().filter(is_answered=False, **about)
    return [
        _part("answer", selection.answers().filter(**about), F("outcome"), count),
        _part("answer", unanswered, Value(NONE_REGISTERED), count),
    ]


def _group_part(selection: Selection) -> Part:
    """Recommendations by what stands before the last part of their sort key, the dot kept.

    Those at the top are in no group, and left out. RTRIM and REPLACE: both databases know them.
    """
    letters = Replace(F("sort_key"), Value("."), Value(""))
    above = Func(F("sort_key"), letters, function="RTRIM", output_field=TextField())
    items = selection.recommendations().countable().filter(sort_key__contains=".")
    return _part("group", items, above, Count("pk"))


def _initiatives_by_group(selection: Selection, groups: Collection[Heading]) -> Counts:
    """Initiatives that belong to something in each of `groups`; one that belongs to two things counts once."""
    linked = (
        selection.initiatives().order_by().values_list("pk", "recommendations__number", "recommendations__sort_key")
    )
    rows = [(pk, number, key or "") for pk, number, key in linked]
    counts: Counts = Counter({"": len({pk for pk, _number, _key in rows})})
    for group in groups:
        below = group.sort_key + "."
        counts[group.number] = len({pk for pk, number, key in rows if number == group.number or key.startswith(below)})
    return counts


# --- Groups to choose -------------------------------------------------------------------------------------------------


def headings_of(publication: str) -> list[Heading]:
    """The headings of a source (slug) in its order. One query; none without a source."""
    if not publication:
        return []
    rows = Recommendation.objects.filter(publication__slug=publication, is_heading=True).order_by("sort_key")
    return [Heading(*row) for row in rows.values_list("number", "title", "sort_key")]
