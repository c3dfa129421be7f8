"""What is new in a report since an earlier one or a day: `recommendations.changes`, worded for a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from recommendations.changes import NewsChange
from recommendations.enums import Act, Nature
from recommendations.models import Event
from recommendations.models.event import EventQuerySet
from recommendations.reports import cells
from recommendations.reports.document import Link
from recommendations.reports.lines import BATCH, ReportLine, evidence_links, with_evidence
from recommendations.selection import ItemModel, Selection


@dataclass(frozen=True)
class ReportChange(NewsChange):
    """A change beside the line of its item. In a table it says whose answer it was, and "none" in words."""

    line: ReportLine

    @property
    def what(self) -> str:
        event, words = self.event, super().what
        if event.act == Act.HANDED_OVER:
            return f"Overtaget fra {self.before}"
        if event.act == Act.STATUS_PUBLISHED and not self.is_change and not self.is_about_earlier_day:
            return str(Act.NOTE_PUBLISHED.label)  # the same status again
        if event.answer and event.committee and not self.line.own:
            who = event.committee.abbreviation
            words = f"Svar fra {who}" if self._stands_now else f"{words} ({who})"
        if event.nature == Nature.NEWS and self.is_about_earlier_day:
            words = f"{words}: {self.own}"
        return words

    @property
    def _stands_now(self) -> bool:
        return self.event.act == Act.ANSWER_RECORDED and not self.is_about_earlier_day

    @property
    def before(self) -> str:
        if self.event.act == Act.OWNER_CORRECTED:
            return ""  # the reason says what was wrong
        return self._none_in_words(super().before)

    @property
    def after(self) -> str:
        return self._none_in_words(super().after)

    def _none_in_words(self, text: str) -> str:
        return "Ingen frist" if self.event.deadline and not text else text

    @property
    def evidence(self) -> tuple[Link, ...]:
        """What documents an update; of an answer the item of the agenda."""
        answer = self.event.answer
        if answer:
            return (cells.agenda_link(answer),) if answer.agenda_url else ()
        return evidence_links(self.event.update, self.line.address)

    @property
    def text_beyond_the_list(self) -> str:
        """What was written, without the paragraphs that are in force and so stand in the list: nothing stands twice."""
        if self.event.criterion and self.event.criterion.text == self.line.criterion:
            return ""
        listed = self._in_the_list
        return "\n".join(part for part in self.text.splitlines() if part.strip() and not _stands_among(listed, part))

    @property
    def evidence_beyond_the_list(self) -> tuple[Link, ...]:
        return tuple(link for link in self.evidence if link not in cells.documents(self.line))

    @property
    def _in_the_list(self) -> list[str]:
        words = (cells.told, cells.answer, cells.deadline)
        return [paragraph for word in words for paragraph in word(self.line).splitlines()]


def _stands_among(listed: list[str], part: str) -> bool:
    """Whether it is one of these paragraphs, but for what the list puts before it: who says it, or when."""
    return any(paragraph == part or paragraph.endswith(f": {part}") for paragraph in listed)


@dataclass(frozen=True)
class ChangesSince:
    """News; corrections of what was written before, which are no news; how many items were confirmed unchanged."""

    news: list[ReportChange]
    corrections: list[ReportChange]
    confirmed: int


def changes(
    asked: Selection, earlier: Selection, models: tuple[ItemModel, ...], found: Iterable[ReportLine]
) -> ChangesSince:
    """What `asked` knows that `earlier`, the same choice at two other times, did not: three queries.

    In the order of the lines `found`, and then as it was recorded. What was taken over from a source is no change, nor
    is what was corrected since. Of lines with a committee's `own` cell what others report and answer is left out.
    """
    place = {line.item: (number, line) for number, line in enumerate(found)}
    new = Event.objects.known(*asked.times).filter(asked.about(models)).uncorrected(asked.known_at)
    new = new.filter(Q(at__gt=earlier.known_at) | Q(on__gt=earlier.day))
    told = new.filter(nature__in=[Nature.NEWS, Nature.CORRECTION])
    rows = told.with_rows().prefetch_related(with_evidence()).order_by("at", "pk")
    made = [ReportChange(event, place[event.item_id][1]) for event in rows.iterator(chunk_size=BATCH)]
    made = [change for change in made if _is_told(change, asked)]
    made.sort(key=lambda change: place[change.line.item][0])
    return ChangesSince(
        news=[change for change in made if change.event.nature == Nature.NEWS],
        corrections=[change for change in made if change.event.nature == Nature.CORRECTION],
        confirmed=_confirmed(new, asked, place),
    )


def _is_told(change: ReportChange, asked: Selection) -> bool:
    """Whether it is about the item itself, or about the cell that its line is about.

    An update and an answer are about a cell: only a source says something in no committee's name, which is no news.
    """
    event = change.event
    is_of_a_cell = bool(event.update or event.answer)
    return change.line.own is None or not is_of_a_cell or event.committee_id in asked.owners


def _confirmed(new: EventQuerySet, asked: Selection, place: dict[int, tuple[int, ReportLine]]) -> int:
    """How many items were confirmed unchanged, by whom the report is about."""
    found = new.filter(act=Act.STATUS_CONFIRMED).order_by().values_list("item", "committee").distinct()
    return len({item for item, whose in found if place[item][1].own is None or whose in asked.owners})
