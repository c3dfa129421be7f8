"""What stands in the list of a report, in words: what was done and why, answers, deadlines, proof, and who else has it.

Each function takes a line and gives a text whose lines are parted by "\\n", empty where there is nothing to say. Where
a report is about one committee it is that committee's word; else each committee is named before what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from recommendations.enums import NO_ANSWER, NO_STATUS, ItemKind, OwnershipRole, Status
from recommendations.models import CommitteeAnswer, Deadline, StatusUpdate
from recommendations.reports.document import Link
from recommendations.reports.lines import LineCell, ReportLine, evidence_links, step_in_words, told_by
from recommendations.reports.phrases import day_in_words, uncapitalised


def lines_of(*parts: str) -> str:
    return "\n".join(filter(None, parts))


# --- Status -----------------------------------------------------------------------------------------------------------


def status(line: ReportLine) -> str:
    """The status and its day; whether that is old, late, or said by some of the owners only. A heading has none."""
    if not line.is_counted:
        return "" if line.is_heading else str(ItemKind(line.kind).label)
    dated = f"{line.status_words}, {day_in_words(line.status_on)}" if line.status_on else line.status_words
    confirmed = line.confirmed_on if line.confirmed_on and line.confirmed_on == line.fresh_on else None
    return lines_of(
        dated,
        line.counts,
        f"Bekræftet {day_in_words(confirmed)}" if confirmed and confirmed != line.status_on else "",
        f"Forsinket siden {day_in_words(line.due_on)}" if line.is_overdue and line.due_on else "",
        _silence(line),
    )


def _silence(line: ReportLine) -> str:
    """Since when there has been nothing new; after the day of the status itself that need not be said again."""
    if not line.is_stale or line.fresh_on is None:
        return ""
    return f"Ikke opdateret siden{'' if line.fresh_on == line.status_on else f' {day_in_words(line.fresh_on)}'}"


# --- What was done, and why -------------------------------------------------------------------------------------------


def told(line: ReportLine) -> str:
    if line.own:
        return _said(line.update, line.note)
    by_committee = {cell: _said(cell.update, cell.note) for cell in line.cells if cell.says_something}
    whole = line.update if line.update and line.update not in [cell.update for cell in line.cells] else None
    return lines_of(_said(whole, line.note), _each_named(by_committee))


def _said(update: StatusUpdate | None, note: StatusUpdate | None) -> str:
    """What the update that gave the status says, what came after, and what is to happen next."""
    newest = note or update
    return lines_of(
        told_by(update) if update else "",
        f"{day_in_words(note.on)}: {told_by(note)}" if note else "",
        f"Næste skridt: {step_in_words(newest)}" if newest and newest.next_step else "",
    )


def _each_named(said: dict[LineCell, str]) -> str:
    """What each committee says after its name; without the name where one alone says something."""
    found = {cell: text for cell, text in said.items() if text}
    if len(found) == 1:
        return next(iter(found.values()))
    return lines_of(*(f"{cell.committee.abbreviation}: {text}" for cell, text in found.items()))


# --- Answers ----------------------------------------------------------------------------------------------------------


def answer(line: ReportLine) -> str:
    if line.own:
        return _answer(line.own)
    shown = [cell for cell in line.cells if cell.answer or cell.owes]
    return lines_of(*(f"{cell.committee.abbreviation}: {_answer(cell)}" for cell in shown))


def _answer(cell: LineCell) -> str:
    """What was decided and when, why, whom it was passed on to, and when the matter comes again."""
    given = cell.answer
    if given is None:
        return str(NO_ANSWER) if cell.owes else ""
    chosen = f"Valgt: {given.chosen_option.number}." if given.chosen_option else ""
    passed_on = f"Sendt videre til {given.passed_on_to}." if given.passed_on_to else ""
    return lines_of(
        answer_in_short(cell),
        chosen,
        given.text,
        passed_on,
        f"Givet af {given.committee.name}, som udvalget har afløst." if cell.from_predecessor else "",
        _promise(given),
    )


def answer_in_short(cell: LineCell) -> str:
    """On one line: what was decided, and when."""
    if cell.answer is None:
        return str(NO_ANSWER) if cell.owes else ""
    return f"{cell.answer.get_outcome_display()}, {day_in_words(cell.answer.meeting_date)}"


def _promise(given: CommitteeAnswer) -> str:
    if given.returns_to:
        return f"Kommer igen på mødet den {day_in_words(given.returns_to.on)}."
    return f"Kommer igen senest den {day_in_words(given.returns_by)}." if given.returns_by else ""


# --- Deadlines and criteria -------------------------------------------------------------------------------------------


def deadline(line: ReportLine) -> str:
    """The day with the reason for it; then each earlier day that it was moved from, the newest move first."""
    if not line.deadlines:
        return _criterion(line)
    first, *moves = line.deadlines
    told = [_moved(before, moved) for before, moved in zip(line.deadlines, moves, strict=False)]
    now, why = line.deadlines[-1].due_on, first.reason
    if moves and why and first.due_on:
        why = f"Første frist {day_in_words(first.due_on)}: {why}"
    return lines_of(day_in_words(now) if now else "", *reversed(told), why, _criterion(line))


def _moved(before: Deadline, moved: Deadline) -> str:
    was = f" fra {day_in_words(before.due_on)}" if before.due_on else ""
    return f"Flyttet {day_in_words(moved.set_on)}{was}{f': {moved.reason}' if moved.reason else ''}"


def _criterion(line: ReportLine) -> str:
    """What it takes to be done: on one line, or a line for each part."""
    parts = [part.lstrip("… ") for part in line.criterion.splitlines() if part.strip("… ")]
    if len(parts) > 1:
        return lines_of("Gennemført, når:", *(f"– {part}" for part in parts))
    return f"Gennemført, når {parts[0]}" if parts else ""


# --- Proof ------------------------------------------------------------------------------------------------------------


def documents(line: ReportLine) -> tuple[Link, ...]:
    """What shows that it is true: of the status and the newest words, then the items of the agenda with the answers."""
    said = [(line.update, line.note), *((cell.update, cell.note) for cell in line.cells if not line.own)]
    links = [link for update, note in said for row in (update, note) for link in evidence_links(row, line.address)]
    links += [
        agenda_link(cell.answer)
        for cell in ([line.own] if line.own else line.cells)
        if cell.answer and cell.answer.agenda_url
    ]
    return tuple(dict.fromkeys(links))


def agenda_link(given: CommitteeAnswer) -> Link:
    """The item of the agenda, in words that say what it is: a bare "7" says nothing."""
    item = given.agenda_item if given.agenda_item.casefold().startswith("punkt") else f"Punkt {given.agenda_item}"
    words = item if given.agenda_item else "Dagsordenspunkt"
    return Link(f"{words}, mødet den {day_in_words(given.meeting_date)}", given.agenda_url)


# --- Who else has it --------------------------------------------------------------------------------------------------


def others(line: ReportLine) -> str:
    """That the committee is not alone or not first with it; and a line for each other: its status and its answer."""
    if line.own is None:
        return line.owners
    own = "Udvalget er medansvarligt." if line.own.role == OwnershipRole.CO_OWNER else ""
    return lines_of(own, *(_other(cell) for cell in line.others if line.is_counted))


def _other(cell: LineCell) -> str:
    label = str(Status(cell.standing.code).label if cell.standing.code else NO_STATUS)
    dated = f"{label}, {day_in_words(cell.standing.on)}" if cell.standing.on else label
    said = [dated, uncapitalised(answer_in_short(cell))]
    return f"{cell.committee.name}: {'; '.join(filter(None, said))}"


# --- What is the same for all -----------------------------------------------------------------------------------------

ENOUGH = 3  # rows that all say the same: said once above them instead

Wording = Callable[[ReportLine], str]


def same_for_all(word: Wording, found: Sequence[ReportLine]) -> str:
    """What every counted line says alike, on one line; empty where they differ, or are too few to be worth it."""
    said = {word(line) for line in found if line.is_counted}
    is_alike = len(said) == 1 and sum(line.is_counted for line in found) >= ENOUGH
    if not is_alike or any(word(line) for line in found if not line.is_counted):
        return ""
    return " ".join(said.pop().split("\n"))
