"""Counts and roll-ups: the one place where totals are made.

No percentages of progress anywhere: counts with their whole, refused and unanswered items included. Headings and
options are never counted. Everything takes the same two times as a `Selection`.

A source's whole is what the source itself has, also while not all of it has been typed in here: `with_whole`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    F,
    Q,
)
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from pyroaring import BitMap

from recommendations import answers, data_version, tenancy
from recommendations.enums import ANSWERS, CLOSED, COUNTED, DONE, NO_STATUS, RECOMMENDED, ItemKind, Outcome, Status
from recommendations.facet_index import FacetIndex
from recommendations.lifecycle import is_overdue, is_stale, roll_up
from recommendations.models import Initiative, Item, Publication, Recommendation

AlikeRow = dict[str, Any]  # items that are alike, one row of `.values()`: what it holds depends on the query


@dataclass(frozen=True)
class StatusTotals:
    """How a set of items stands. `by_status` has every status, zeros included, and "" for none registered."""

    by_status: dict[str, int] = field(default_factory=lambda: dict.fromkeys(["", *Status.values], 0))
    overdue: int = 0
    stale: int = 0
    newest: date | None = None  # the newest sign of life of any item
    oldest: date | None = field(default=None, compare=False)  # the same of the open item longest without one
    headings: int = field(default=0, compare=False)  # stand in the list beside the items that are counted
    options: int = field(default=0, compare=False)  # and so do these
    dated: int = field(default=0, compare=False)  # have a deadline, so that they can be overdue at all
    untyped: int = 0  # the source has them, and they have not been typed in here yet

    def __add__(self, other: StatusTotals) -> StatusTotals:
        return StatusTotals(
            {status: count + other.by_status[status] for status, count in self.by_status.items()},
            self.overdue + other.overdue,
            self.stale + other.stale,
            max(filter(None, [self.newest, other.newest]), default=None),
            min(filter(None, [self.oldest, other.oldest]), default=None),
            self.headings + other.headings,
            self.options + other.options,
            self.dated + other.dated,
            self.untyped + other.untyped,
        )

    @property
    def total(self) -> int:
        """How many are here."""
        return sum(self.by_status.values())

    @property
    def whole(self) -> int:
        """How many there are: what every count is said to be a part of."""
        return self.total + self.untyped

    @property
    def typed_in_words(self) -> str:
        """For example "3 af 30 indtastet"; nothing where all are."""
        if not self.untyped:
            return ""
        return _("%(typed)s af %(whole)s indtastet") % {
            "typed": number_format(self.total),
            "whole": number_format(self.whole),
        }

    @property
    def listed(self) -> int:
        """How many rows the list of them has."""
        return self.total + self.headings + self.options

    @property
    def without_status(self) -> int:
        return self.by_status[""]

    @property
    def done(self) -> int:
        return sum(self.by_status[status] for status in DONE)

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """(code, label, count) for every status that occurs, in the order of the statuses, none registered last."""
        labelled = [(status.value, str(status.label), self.by_status[status]) for status in Status]
        return [row for row in [*labelled, ("", str(NO_STATUS), self.without_status)] if row[2]]

    @property
    def roll_up(self) -> Status | None:
        """The status of the set as a group; none where the counts alone must speak."""
        return roll_up(code for code, count in self.by_status.items() if count)

    @property
    def in_words(self) -> str:
        """For example "4 af 22 gennemført, 9 i gang, 3 uden status"."""
        if not self.whole:
            return _("Ingen at tælle")
        whole = {"done": number_format(self.done), "total": number_format(self.whole)}
        parts = [_("%(done)s af %(total)s gennemført") % whole]
        for code, label, count in self.rows:
            if code and code not in DONE:
                parts.append(f"{number_format(count)} {label.lower()}")
        if self.without_status:
            parts.append(_("%(count)s uden status") % {"count": number_format(self.without_status)})
        if self.untyped:
            parts.append(_("%(count)s ikke indtastet endnu") % {"count": number_format(self.untyped)})
        return ", ".join(parts)


@dataclass(frozen=True)
class AnswerTotals:
    """What committees have answered. A cell is one recommendation and one committee that owns it.

    `by_outcome` counts cells by what stands in them. Those that were treated at a meeting whose decision has not been
    read ("not_read") are among it and among the unanswered.
    """

    recommendations: int = 0  # recommendations with at least one owner
    answered: int = 0  # of them, those with at least one answer
    cells: int = 0
    unanswered_cells: int = 0
    by_outcome: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Outcome.values, 0))
    ownerless: int = 0  # recommendations without an owner, where answers are expected
    untyped: int = 0  # the source has them, and they have not been typed in here yet

    def __add__(self, other: AnswerTotals) -> AnswerTotals:
        return AnswerTotals(
            self.recommendations + other.recommendations,
            self.answered + other.answered,
            self.cells + other.cells,
            self.unanswered_cells + other.unanswered_cells,
            {outcome: count + other.by_outcome[outcome] for outcome, count in self.by_outcome.items()},
            self.ownerless + other.ownerless,
            self.untyped + other.untyped,
        )

    @property
    def whole(self) -> int:
        """All recommendations that are to be answered, by whomever."""
        return self.recommendations + self.ownerless + self.untyped

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """(code, label, count) for every outcome that occurs."""
        return [(o.value, str(o.label), self.by_outcome[o]) for o in Outcome if self.by_outcome[o]]


# --- What a source has itself -----------------------------------------------------------------------------------------

# Model -> the field that says how many of them a source has, and the kinds that are counted as such.
EXPECTED: dict[type[Item], tuple[str, frozenset[ItemKind]]] = {
    Recommendation: ("expected_recommendations", COUNTED & RECOMMENDED),
    Initiative: ("expected_initiatives", COUNTED - RECOMMENDED),
}


def with_whole(totals: StatusTotals, publication: Publication, model: type[Item]) -> StatusTotals:
    """The totals of all that is here of one source, said of all that the source has. No query."""
    expected: int = getattr(publication, EXPECTED[model][0])
    return replace(totals, untyped=max(0, expected - totals.total))


def partial_sources(publications: Iterable[Publication]) -> set[int]:
    """Those (id) that have more than is here, as somebody has said or as their own numbers show. One query."""
    every = list(publications)
    missing = Q()
    counts = {}
    for name, kinds in EXPECTED.values():
        counts[f"found_{name}"] = Count("items", filter=Q(items__kind__in=sorted(kinds)))
        missing |= Q(**{f"{name}__gt": F(f"found_{name}")})
    counted = Publication.objects.filter(pk__in=[one.pk for one in every]).order_by().annotate(**counts)
    return set(counted.filter(missing | Q(is_whole=False)).values_list("pk", flat=True))


# --- Read off the index of what items have ----------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceTotals:
    """What is here of one source, and what was answered."""

    recommendations: StatusTotals
    initiatives: StatusTotals
    answers: AnswerTotals


def totals_of_sources(sources: Collection[int], index: FacetIndex) -> dict[int, SourceTotals]:
    """The totals of public sources (ids) as they stood at the times of the index. No query."""
    return data_version.kept_of(
        sources,
        ("totals", index.times, index.day),
        lambda missing: {source: _of_source(source, index) for source in missing},
    )


def totals_together(sources: Collection[int], index: FacetIndex) -> StatusTotals:
    """How all that is here of public sources (ids) stands, added up, with what has not been typed in. No query."""
    held = {source: index.of_sources([source]) for source in sources}
    untyped = 0
    for expected, kinds in EXPECTED.values():
        of_kind = index.having("kind", *kinds)
        for source, here in held.items():
            untyped += max(0, getattr(index.sources[source], expected) - here.intersection_cardinality(of_kind))
    return replace(totals_in(index, BitMap.union(BitMap(), *held.values())), untyped=untyped)


def _of_source(source: int, index: FacetIndex) -> SourceTotals:
    here, initiatives = index.of_sources([source]), index.of_model(Initiative)
    answered = _answers_in(index, here - initiatives, index.sources[source].owners_known)
    return SourceTotals(totals_in(index, here - initiatives), totals_in(index, here & initiatives), answered)


def totals_in(index: FacetIndex, listed: BitMap) -> StatusTotals:
    """How the items at some places of the index stand."""
    counted = listed & index.counted
    return StatusTotals(
        by_status={status: index.number(counted, "status", [status]) for status in ["", *Status.values]},
        overdue=index.number(counted, "overdue", [True]),
        stale=index.number(counted, "stale", [True]),
        newest=index.newest(counted),
        oldest=index.oldest(counted & index.open),
        headings=index.number(listed, "kind", [ItemKind.HEADING]),
        options=index.number(listed, "kind", [ItemKind.OPTION]),
        dated=index.number(counted, "has", ["due_on"]),
    )


def _answers_in(index: FacetIndex, listed: BitMap, owners_known: bool) -> AnswerTotals:
    """What committees have answered of the recommendations at some places of the index.

    Made of the cells that owe an answer and of those that have one, so a source that expects no answers has only what
    was answered all the same.
    """
    found = listed & index.having("kind", *answers.ANSWERABLE)
    owners = index.facts.get("owner", {})
    given = {outcome: [(owner, outcome) for owner in owners] for outcome in Outcome.values}
    answered = found & index.having("owner_said", *(one for outcome in ANSWERS for one in given[outcome]))
    owing = found & index.having("owed_by", *owners)
    asked = found & index.having("asked", True)
    # An owner's cell whose decision has not been read counts where it is owed, as each that is silent.
    read = {outcome: found if outcome in ANSWERS else asked for outcome in given}
    by_outcome = {outcome: index.number(read[outcome], "owner_said", given[outcome]) for outcome in given}
    unanswered = index.number(found, "owed_by", owners)
    return AnswerTotals(
        len(answered | owing),
        len(answered),
        sum(by_outcome[outcome] for outcome in ANSWERS) + unanswered,
        unanswered,
        by_outcome,
        len(asked - index.having("owner", *owners)) if owners_known else 0,
    )


# --- Of rows ----------------------------------------------------------------------------------------------------------


def totals_of(items: Iterable[Item], today: date) -> StatusTotals:
    """What `totals_in` says, of items that have been read, each with its `state_…`. No query."""
    stale_after = tenancy.current().stale_after_days
    return added_up(_alone(item, today, stale_after) for item in items)


def _alone(item: Any, today: date, stale_after: int) -> AlikeRow:
    status, due_on, fresh_on = item.state_status, item.state_due_on, item.state_fresh_on
    return {
        "kind": item.kind,
        "state_status": status,
        "count": 1,
        "late": int(is_overdue(status, due_on, today=today)),
        "silent": int(is_stale(status, fresh_on, today=today, after_days=stale_after)),
        "newest": fresh_on,
        "oldest": fresh_on,
        "dated": int(due_on is not None),
    }


def added_up(rows: Iterable[AlikeRow]) -> StatusTotals:
    """Totals of groups of items: each has `state_status`, `count`, `newest` and, of the count, `late` and `silent`.

    Those without a `kind` are of one that is counted. Those that do not say how many are `dated`, or which day is the
    `oldest`, add up to totals that do not say it either.
    """
    by_status = dict.fromkeys(["", *Status.values], 0)
    overdue = stale = dated = 0
    uncounted: Counter[str] = Counter()
    newest: date | None = None
    oldest: date | None = None
    for row in rows:
        if row.get("kind", ItemKind.RECOMMENDATION) not in COUNTED:
            uncounted[row["kind"]] += row["count"]
            continue
        by_status[row["state_status"]] += row["count"]
        dated += row.get("dated", 0)
        if row["state_status"] not in CLOSED:
            overdue += row["late"]
            stale += row["silent"]
            oldest = min(filter(None, [oldest, row.get("oldest")]), default=None)
        newest = max(filter(None, [newest, row["newest"]]), default=None)
    headings, options = uncounted[ItemKind.HEADING], uncounted[ItemKind.OPTION]
    return StatusTotals(by_status, overdue, stale, newest, oldest, headings, options, dated)
