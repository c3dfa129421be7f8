"""Where pages say that reasons were asked for: on that of a source, of a committee, and of each item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from recommendations.answer_requests import line_for, public_lines
from recommendations.answers import AnswerCell
from recommendations.facet_index import FacetIndex
from recommendations.models import AnswerRequest, Committee, Publication
from recommendations.selection import NONE_REGISTERED, Selection


@dataclass(frozen=True)
class ReasonsAsked:
    """The line about what one committee owes one source: since when, and where the `owed` items are listed."""

    publication: Publication
    committee: Committee
    on: date
    owed: int
    address: str


def reasons_asked(
    times: Selection, index: FacetIndex, *, publication: str = "", committee: Committee | None = None
) -> list[ReasonsAsked]:
    """The lines of a source (its code), or of a committee, where an answer is missing at the times of a selection,
    whose `index` has been read.

    One query, for the lines; where there are any, two more for the committees that inherited what they speak of.
    """
    lines = [row for row in public_lines(*times.times) if publication in ("", row.publication.slug)]
    found: dict[tuple[int, int], ReasonsAsked] = {}  # by source and committee: the oldest line
    for row, speaker in _with_speakers(lines, times):
        place = row.publication_id, speaker.pk
        if place in found or committee not in (None, speaker):
            continue
        owing = index.having("owed_by", *times.lineage.with_predecessors(speaker.pk))
        if owed := len(owing & index.having("source", row.publication.slug)):
            chosen = Selection(
                as_of=times.as_of, publication=row.publication.slug, committee=speaker.code, answer=(NONE_REGISTERED,)
            )
            address = f"{reverse('recommendations')}?{chosen.query_string()}"
            found[place] = ReasonsAsked(row.publication, speaker, row.on, owed, address)
    return list(found.values())


def _with_speakers(lines: list[AnswerRequest], times: Selection) -> Iterator[tuple[AnswerRequest, Committee]]:
    """Each line with each committee that answers for the one it was put to: itself, else those that took over."""
    ended = {row.committee_id for row in lines if not row.committee.exists_on(times.day)}
    heirs = {one: times.lineage.with_successors(one) for one in ended}
    known = Committee.objects.in_bulk(set().union(*heirs.values())) if heirs else {}
    for row in lines:
        line = [known[pk] for pk in sorted(heirs.get(row.committee_id, ()))]
        for speaker in [one for one in line if one.exists_on(times.day)] or [row.committee]:
            yield row, speaker


def with_reasons_asked(cells: list[AnswerCell], publication: Publication, times: Selection) -> list[AnswerCell]:
    """The cells of an item, those that owe an answer with the day on which its reasons were asked for. One query."""
    lines = public_lines(*times.times)
    found = []
    for cell in cells:
        row = line_for(lines, publication.pk, cell.committee.pk, times.lineage) if lines and cell.owes else None
        found.append(replace(cell, reasons_asked_on=row.on) if row else cell)
    return found
