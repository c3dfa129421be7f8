"""What waits for the committee: promised to the meeting, due before it, late, and without an answer. Each item once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.formats import number_format

from recommendations.answer_requests import public_lines
from recommendations.enums import NO_ANSWER
from recommendations.meetings import Promise, coming_up, promises
from recommendations.models import Recommendation
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.columns import NUMBER, PLAIN_TITLE, SOURCE, said
from recommendations.reports.document import Column, Section, Table
from recommendations.reports.lines import ReportLine
from recommendations.reports.phrases import day_in_words, model_in_words
from recommendations.selection import ItemModel

ENOUGH = 3  # items of one source that all lack an answer: said once, with the count
WHY = Column("why", "Hvorfor", width=30)


@dataclass(frozen=True)
class Waiting:
    """What there is to wait for, by item (id); `due` are those to be done by the meeting."""

    promised: dict[int, list[Promise]] = field(default_factory=dict)
    broken: dict[int, list[Promise]] = field(default_factory=dict)
    due: frozenset[int] = frozenset()

    @classmethod
    def of(cls, choices: Choices, owners: Collection[int]) -> Waiting:
        """For the meeting that the report is to; else for the committees (ids) that it is about, none for all."""
        times = {"as_of": choices.selection.as_of, "known_at": choices.selection.known_at}
        if choices.meeting:
            coming = coming_up(choices.meeting.meeting, **times)  # type: ignore[arg-type]  # the two times, by name
            promised = [one for one in coming.promised if not one.is_kept]
            due = frozenset(item.pk for item in (*coming.due, *coming.overdue))
            return cls(_by_item(promised), _by_item(coming.broken), due)
        about = choices.selection.about(choices.models)
        found = promises(committees=owners or None, about=about, **times)  # type: ignore[arg-type]
        return cls(broken=_by_item([one for one in found if one.is_broken(choices.selection.day)]))


def _by_item(found: Sequence[Promise]) -> dict[int, list[Promise]]:
    by_item: dict[int, list[Promise]] = defaultdict(list)
    for promise in found:
        by_item[promise.item_id].append(promise)
    return by_item


@dataclass(frozen=True)
class Waits:
    """One item and why it waits, a sentence for each reason, the most pressing first."""

    line: ReportLine
    reasons: tuple[tuple[int, str], ...]

    @property
    def why(self) -> str:
        return "\n".join(text for _rank, text in self.reasons)

    @property
    def order(self) -> tuple[object, ...]:
        rank = self.reasons[0][0]
        by_day = (PROMISED, LATE, DUE)
        return rank, (self.line.due_on is None, self.line.due_on) if rank in by_day else (), self.line.place


PROMISED, LATE, DUE, SILENT, UNANSWERED = range(5)


def attention(
    choices: Choices,
    found: Sequence[tuple[ItemModel, ReportLine]],
    waiting: Waiting,
    *,
    is_own: bool,
    is_long: bool = False,
) -> Section:
    """The section: sentences of what all of a list lack, then a table of the rest, each item once with why.

    `is_long`: of a list that is too long to be told twice it is only said how many lack an answer.
    """
    heading = "Kræver udvalgets stillingtagen" if is_own else str(SectionName.ATTENTION.label)
    sentences: list[str] = []
    waits: list[Waits] = []
    ordered = sorted((pair for pair in found if pair[1].is_counted), key=_list_of)
    for (_place, _name), group in groupby(ordered, key=_list_of):
        pairs = list(group)
        model, lines = pairs[0][0], [line for _model, line in pairs]
        is_said = lack_all(lines) or (is_long and any(line.unanswered for line in lines))
        if is_said:
            sentences.append(_lack(model, lines, is_own))
        for line in lines:
            if reasons := _reasons(line, waiting, is_own=is_own, says_unanswered=not is_said):
                waits.append(Waits(line, tuple(reasons)))
    if is_own:
        sentences += _reasons_asked(choices, [line for _model, line in ordered if line.unanswered])
    waits.sort(key=lambda one: one.order)
    if not waits and not sentences:
        return Section(SectionName.ATTENTION.key, heading, (_nothing(is_own),))
    tables = (_table(waits, "Hvad der venter, og hvorfor"),) if waits else ()
    return Section(SectionName.ATTENTION.key, heading, tuple(sentences), tables)


def _list_of(pair: tuple[ItemModel, ReportLine]) -> tuple[tuple[int, str], str]:
    """Which list it stands in: that of a source, and of one kind; recommendations first, as in the report."""
    model, line = pair
    return line.place[:2], "" if model is Recommendation else model.__name__


def _nothing(is_own: bool) -> str:
    if is_own:
        return "Intet er lovet til mødet, forsinket eller ubesvaret."
    return "Intet er forsinket, længe uden nyt eller ubesvaret."


def lack_all(lines: Sequence[ReportLine]) -> bool:
    """Whether every row of one list lacks the same committees' answers, so that it is said once, with the count."""
    counted = [line for line in lines if line.is_counted]
    is_alike = all(line.unanswered and not _was_treated(line) for line in counted)
    return len(counted) >= ENOUGH and is_alike and len({line.unanswered for line in counted}) == 1


def _was_treated(line: ReportLine) -> bool:
    return any(cell.answer for cell in line.cells if cell.committee.code in line.unanswered)


def _lack(model: ItemModel, lines: Sequence[ReportLine], is_own: bool) -> str:
    """How many of a list lack an answer, and since when, where that is all of them."""
    publication, whose = lines[0].publication, "udvalgets svar" if is_own else "svar"
    owing, plural = sum(bool(line.unanswered) for line in lines), model_in_words(model)[1]
    which = f"{plural} fra {publication.title}"
    if owing < len(lines) or not lack_all(lines):
        some = f"{number_format(owing)} af {number_format(len(lines))}"
        return f"{some} {which} mangler {whose}. Listen viser hvilke."
    since = publication.handed_over_on
    handed = f" De blev overdraget den {day_in_words(since)}." if since else ""
    return f"Alle {number_format(owing)} {which} mangler {whose}.{handed}"


def _reasons_asked(choices: Choices, unanswered: Sequence[ReportLine]) -> list[str]:
    """Since when the pages have asked for reasons, of each source that the committee owes an answer."""
    if not unanswered:
        return []
    selection, sources = choices.selection, {line.publication.pk: line.publication for line in unanswered}
    asked = {
        row.publication_id: row.on
        for row in reversed(public_lines(selection.as_of, selection.known_at))
        if row.committee_id in selection.owners
    }
    return [
        f"Begrundelse for de svar, der mangler til {one.title}, er udbedt den {day_in_words(asked[key])}."
        for key, one in sources.items()
        if key in asked
    ]


def _reasons(line: ReportLine, waiting: Waiting, *, is_own: bool, says_unanswered: bool) -> list[tuple[int, str]]:
    found = [(PROMISED, f"Lovet til mødet{_promise(one)}") for one in waiting.promised.get(line.item, [])]
    found += [
        (LATE, f"Lovet til den {day_in_words(one.last_day)}{_promise(one)}. Intet nyt er registreret")
        for one in waiting.broken.get(line.item, [])
    ]
    if line.is_overdue and line.due_on:
        found.append((LATE, f"Fristen var den {day_in_words(line.due_on)}"))
    elif line.item in waiting.due and line.due_on and line.is_open:
        found.append((DUE, f"Fristen er den {day_in_words(line.due_on)}"))
    if line.is_stale and line.fresh_on and not is_own:
        found.append((SILENT, f"Ikke opdateret siden {day_in_words(line.fresh_on)}"))
    if line.unanswered and says_unanswered:
        found.append((UNANSWERED, _unanswered(line, is_own=is_own)))
    return found


def _promise(one: Promise) -> str:
    """What was promised, or by which answer."""
    return f": {one.words}" if one.update else f", da udvalget svarede den {day_in_words(one.made_on)}"


def _unanswered(line: ReportLine, *, is_own: bool) -> str:
    """That no answer is registered, by whom; or that a meeting has treated it."""
    owing = [cell for cell in line.cells if cell.owes and cell.committee.code in line.unanswered]
    told = []
    for cell in owing:
        words = str(NO_ANSWER)
        if cell.answer:
            words = f"{cell.answer.get_outcome_display()}, {day_in_words(cell.answer.meeting_date)}"
        told.append(words if is_own else f"{cell.committee.abbreviation}: {words}")
    return "\n".join(told)


def _table(waits: Sequence[Waits], caption: str) -> Table:
    lines = [one.line for one in waits]
    several = len({line.publication for line in lines}) > 1
    wanted = said([SOURCE, NUMBER, PLAIN_TITLE] if several else [NUMBER, PLAIN_TITLE], lines)
    rows = tuple((*(getter.value(one.line) for getter in wanted), one.why) for one in waits)
    return Table("attention", caption, (*(getter.column for getter in wanted), WHY), rows)
