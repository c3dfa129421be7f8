"""The paragraph that answers: what has changed since last time, and how it stands. From the figures of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.text import capfirst

from recommendations import tenancy
from recommendations.enums import DONE, NO_STATUS, Status
from recommendations.facets import said_of_the_whole
from recommendations.figures import StatusTotals, added_up
from recommendations.models import Initiative, Recommendation
from recommendations.reports.document import Column, Kind, Table, Value
from recommendations.reports.lines import ReportLine
from recommendations.reports.phrases import counted, joined, model_in_words, noun
from recommendations.selection import ItemModel, Selection

NOT_TYPED = "Ikke indtastet endnu"

# How a status is said of some of a whole, after "er" where it needs that.
STANDS: dict[str, str] = {
    Status.IN_PROGRESS: "er i gang",
    Status.PLANNED: "er planlagt",
    Status.NOT_STARTED: "er ikke begyndt",
    Status.PAUSED: "er sat på pause",
    Status.ABANDONED: "er opgivet",
    Status.LAPSED: "er bortfaldet",
}
ONE: dict[ItemModel, str] = {Recommendation: "den ene anbefaling", Initiative: "det ene initiativ"}
# What has become of some since, after "er".
BECAME: dict[str, str] = {
    Status.IN_PROGRESS: "gået i gang",
    Status.PLANNED: "planlagt",
    Status.NOT_STARTED: "meldt ikke begyndt",
    Status.PAUSED: "sat på pause",
    Status.ABANDONED: "opgivet",
    Status.LAPSED: "bortfaldet",
}


def totals_of(found: Iterable[ReportLine], selection: Selection, model: ItemModel) -> StatusTotals:
    """How the lines stand; said of all that the sources have, where nothing else is chosen (one query then)."""
    rows = [
        {
            "kind": line.kind,
            "state_status": line.status,
            "count": 1,
            "late": int(line.is_overdue),
            "silent": int(line.is_stale),
            "newest": line.fresh_on,
        }
        for line in found
    ]
    return said_of_the_whole(added_up(rows), selection, model)


# --- How it stands ----------------------------------------------------------------------------------------------------


def stands(model: ItemModel, now: StatusTotals, found: Collection[ReportLine]) -> str:
    """One sentence: "4 af 22 anbefalinger er gennemført, 9 er i gang, og 18 mangler udvalgets svar." Empty of none."""
    whole = now.whole
    if not whole:
        return ""
    parts = [_done(model, now), *(_by_status(now) if whole > 1 else ())]
    if now.without_status and now.without_status < whole:
        parts.append(f"{number_format(now.without_status)} har ingen status registreret")
    if now.untyped and whole > 1:
        parts.append(f"{number_format(now.untyped)} er ikke indtastet endnu")
    if now.overdue:
        parts.append(f"{number_format(now.overdue)} er forsinket")
    if now.stale:
        days = counted(tenancy.current().stale_after_days, "dag", "dage")
        parts.append(f"{number_format(now.stale)} er ikke opdateret i {days}")
    parts.append(_unanswered(whole, found))
    return f"{capfirst(_and(list(filter(None, parts))))}."


def _done(model: ItemModel, now: StatusTotals) -> str:
    """How many of all are done; where no status is known of any, that."""
    many, whole = noun(model, now.whole), number_format(now.whole)
    if now.whole == 1:
        return f"{ONE[model]} {_one(now)}"
    if now.without_status == now.whole:
        return f"ingen af de {whole} {many} har en status registreret"
    if not now.done:
        return f"ingen af de {whole} {many} er gennemført"
    return f"{number_format(now.done)} af {whole} {many} er gennemført"


def _one(now: StatusTotals) -> str:
    """How the only one there is stands."""
    if now.done or now.untyped:
        return "er gennemført" if now.done else "er ikke indtastet endnu"
    return next((words for code, words in STANDS.items() if now.by_status[code]), "har ingen status registreret")


def _by_status(now: StatusTotals) -> list[str]:
    return [f"{number_format(now.by_status[code])} {words}" for code, words in STANDS.items() if now.by_status[code]]


def _unanswered(whole: int, found: Collection[ReportLine]) -> str:
    """How many owe an answer: the committee's own, or somebody's."""
    owing = sum(bool(line.unanswered) for line in found if line.is_counted)
    if not owing:
        return ""
    whose = "udvalgets svar" if any(line.own for line in found) else "svar"
    if owing == whole > 2:
        return f"alle {number_format(owing)} mangler {whose}"
    return f"{number_format(owing)} mangler {whose}"


def _and(parts: list[str]) -> str:
    """Main clauses as Danish joins them."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, og {parts[-1]}"


# --- What has changed -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turns:
    """What has become of some items since: how many came to which status, became late, were answered, or are new."""

    by_status: Counter[str]
    late: int
    answered: int
    added: int

    @classmethod
    def of(cls, found: Iterable[ReportLine], before: Mapping[int, ReportLine]) -> Turns:
        """From the lines as they stand and as they stood, by item (id)."""
        by_status: Counter[str] = Counter()
        late = answered = added = 0
        for line in found:
            if not line.is_counted:
                continue
            was = before.get(line.item)
            if was is None:
                added += 1
                continue
            if line.status != was.status:
                by_status[line.status] += 1
            late += line.is_overdue and not was.is_overdue
            answered += bool(was.unanswered) and not line.unanswered and bool(line.outcomes)
        return cls(by_status, late, answered, added)

    @property
    def clauses(self) -> list[tuple[int, str]]:
        """How many, and what they have become, after "er"."""
        done = sum(self.by_status[status] for status in DONE)
        found = [(done, "gennemført"), *((self.by_status[code], words) for code, words in BECAME.items())]
        found += [(self.late, "blevet forsinket"), (self.answered, "besvaret"), (self.added, "kommet til")]
        return [clause for clause in found if clause[0]]


def turned(turns: Mapping[ItemModel, Turns], since: str, news: int) -> str:
    """One sentence: "Siden mødet den 5. november er 3 anbefalinger gennemført og 2 blevet forsinket." """
    told = []
    for model, turn in turns.items():
        clauses = [f"{number_format(count)} {words}" for count, words in turn.clauses]
        if clauses:
            first, words = turn.clauses[0]
            clauses[0] = f"{number_format(first)} {noun(model, first)} {words}"
            told.append(joined(clauses))
    if told:
        return f"Siden {since} er {'; '.join(told)}."
    if news:
        return f"Siden {since} er der nyt om {number_format(news)}, men ingen har skiftet status."
    return f"Der er ikke registreret noget nyt siden {since}."


# --- The same as a table ----------------------------------------------------------------------------------------------


def counts(model: ItemModel, before: StatusTotals | None, now: StatusTotals, then: str, day: str) -> Table | None:
    """How many have which status, before and now; `then` and `day` say when. None where one row would say it all."""
    columns = [Column("status", "Status", width=20)]
    if before:
        columns.append(Column("before", capfirst(then), Kind.NUMBER, 10))
    columns.append(Column("now", capfirst(day), Kind.NUMBER, 10))
    rows: list[tuple[Value, ...]] = []
    for code, label in [*((status.value, str(status.label)) for status in Status), ("", str(NO_STATUS))]:
        pair = [*([before.by_status[code]] if before else []), now.by_status[code]]
        if any(pair):
            rows.append((label, *pair))
    if now.untyped or (before and before.untyped):
        rows.append((NOT_TYPED, *([before.untyped] if before else []), now.untyped))
    if len(rows) < 2:
        return None
    rows.append(("I alt", *([before.whole] if before else []), now.whole))
    return Table(f"totals-{model._meta.model_name}s", model_in_words(model)[0], tuple(columns), tuple(rows))
