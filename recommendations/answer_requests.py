"""The ladder of silence: what a committee that owes an answer has been asked, what it may be asked next, and from when.

The days are fixed beforehand: some months after the hand-over, as the municipality has decided. Nothing happens by
itself: somebody takes each step, and an answer ends them all. Who owes an answer, `answers` alone says.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import answers, data_version, tenancy
from recommendations.enums import RequestStep
from recommendations.models import AnswerRequest, Committee, Item, Lineage, Publication
from recommendations.models.recorded import day, moment

MOST_NAMED = 100  # items in a letter; the rest are counted


def months_after(start: date, months: int) -> date:
    """The same day of the month so many months later; the last where that month is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


# --- What stands on the pages -----------------------------------------------------------------------------------------


def public_lines(as_of: date | None = None, known_at: datetime | None = None) -> list[AnswerRequest]:
    """The lines that had been put on the pages by the day, whether or not they have been answered; the oldest first.

    At most one query: all of them are kept, being few.
    """
    on, until = day(as_of), moment(known_at)
    return [row for row in data_version.kept("public_lines", _lines) if row.on <= on and row.recorded_at <= until]


def _lines() -> list[AnswerRequest]:
    lines = AnswerRequest.objects.public_lines().select_related("committee", "publication")
    return list(lines.order_by("on", "pk"))


def line_for(
    lines: Iterable[AnswerRequest], publication: int, committee: int, lineage: Lineage
) -> AnswerRequest | None:
    """The line that speaks of what a committee owes a source (ids): its own, or one to whom it inherited or left it."""
    line = lineage.with_predecessors(committee) | lineage.with_successors(committee)
    return next((row for row in lines if row.publication_id == publication and row.committee_id in line), None)


# --- What may be done -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LadderStep:
    """A step towards a committee: from which day it may be taken, and the row of it where it has been."""

    step: RequestStep
    due_on: date
    taken: AnswerRequest | None


@dataclass(frozen=True)
class Silence:
    """A source and a committee that owes it answers about `owed` items; `owing` are the committees (ids) whose cells
    they are: itself, and those that ended and left it all to it.
    """

    publication: Publication
    committee: Committee
    owing: frozenset[int]
    owed: int
    steps: tuple[LadderStep, ...]
    today: date

    @property
    def handed_over_on(self) -> date:
        assert self.publication.handed_over_on is not None  # without it there is no ladder
        return self.publication.handed_over_on

    @property
    def next_step(self) -> LadderStep | None:
        """The first step that has not been taken, also where its day has not come."""
        return next((one for one in self.steps if one.taken is None), None)

    @property
    def step_now(self) -> LadderStep | None:
        """The step that may be taken today."""
        coming = self.next_step
        return coming if coming and coming.due_on <= self.today else None

    @property
    def text(self) -> str:
        """What the next step says, word for word; empty where there is none."""
        coming = self.next_step
        if coming is None:
            return ""
        return self._letter() if coming.step == RequestStep.LETTER else line_in_words(max(coming.due_on, self.today))

    def _letter(self) -> str:
        line = next(one for one in self.steps if one.step == RequestStep.PUBLIC_LINE)
        line_due = max(line.due_on, self.today + timedelta(days=1))
        words = {
            "committee": self.committee.name,
            "source": self.publication.title,
            "handed_over": date_format(self.handed_over_on, "j. F Y"),
            "count": self.owed,
            "line_due": date_format(line_due, "j. F Y"),
            "sender": tenancy.current().sender_name,
        }
        parts = [
            _("Til %(committee)s") % words,
            _("»%(source)s« blev overdraget til kommunen den %(handed_over)s.") % words
            + " "
            + ngettext(
                "Udvalget har ansvaret for en anbefaling, som vi ikke har registreret et svar på:",
                "Udvalget har ansvaret for %(count)s anbefalinger, som vi ikke har registreret et svar på:",
                self.owed,
            )
            % words,
            "\n".join(self._unanswered()),
            _(
                "Har udvalget svaret? Så skriv til os: På hvilket møde var det? Hvad blev besluttet? Har det ikke, så "
                "skriv, hvornår det vil svare."
            ),
            _(
                "Er der ikke registreret et svar den %(line_due)s, kan de offentlige sider vise, at en begrundelse er "
                "udbedt."
            )
            % words,
            _("Hilsen %(sender)s") % words,
        ]
        return "\n\n".join(parts)

    def _unanswered(self) -> list[str]:
        cells = answers.owed(committees=self.owing).filter(item__publication=self.publication)
        items = Item.objects.filter(pk__in=cells.order_by().values("item")).select_related("publication", "wording")
        site = tenancy.site_url()
        named = [f"- {item}\n  {site}{item.get_absolute_url()}" for item in items.order_by("path", "pk")[:MOST_NAMED]]
        more = self.owed - len(named)
        if more > 0:
            named.append(ngettext("- og %(count)s mere", "- og %(count)s flere", more) % {"count": more})
        return named


def line_in_words(on: date) -> str:
    """What stands on the pages, in Danish."""
    return _("Begrundelse udbedt %(day)s") % {"day": date_format(on, "j. F Y")}


def silences(
    committees: Collection[int] | None = None,
    *,
    lineage: Lineage | None = None,
    every: Iterable[Committee] | None = None,
) -> list[Silence]:
    """Each public source that was handed over and each committee that owes it answers today, by name; those of
    `committees` (ids) alone where they are given. Three queries; two more where `lineage` and `every` committee have
    not been read, and one for each heir that owns what it inherited.

    What was asked of a committee that has ended, its heir has been asked.
    """
    today = timezone.localdate()
    counts = _owed_by_source(today)
    if not counts:
        return []
    lineage = lineage or Lineage.load(on=today)
    known = {one.pk: one for one in (Committee.objects.order_by("pk") if every is None else every)}
    sources = Publication.objects.in_bulk({publication for publication, _committee in counts})
    owing: dict[tuple[int, int], set[int]] = defaultdict(set)
    for publication, committee in counts:
        for heir in lineage.with_successors(committee):
            if known[heir].exists_on(today) and (committees is None or heir in committees):
                owing[publication, heir].add(committee)
    taken: dict[int, list[AnswerRequest]] = defaultdict(list)
    for row in AnswerRequest.objects.filter(publication__in=sources).select_related("committee").order_by("on", "pk"):
        taken[row.publication_id].append(row)
    found = [
        Silence(
            sources[publication],
            known[heir],
            frozenset(whose),
            _count(counts, publication, whose),
            _steps(sources[publication], lineage.with_predecessors(heir), taken[publication]),
            today,
        )
        for (publication, heir), whose in owing.items()
    ]
    return sorted(found, key=lambda one: (one.committee.sort_name, one.publication.position, one.publication.slug))


def _owed_by_source(today: date) -> dict[tuple[int, int], int]:
    """(source, committee) -> how many answers are owed, of sources that were handed over by today."""
    cells = answers.owed().filter(Q(item__publication__handed_over_on__lte=today))
    rows: Any = cells.order_by().values_list("item__publication", "committee").annotate(count=Count("pk"))
    return {(publication, committee): count for publication, committee, count in rows}


def _count(counts: dict[tuple[int, int], int], publication: int, owing: set[int]) -> int:
    """Of how many items; one that an heir owns beside what it inherited counts once."""
    if len(owing) == 1:
        return counts[publication, next(iter(owing))]
    cells = answers.owed(committees=owing).filter(item__publication=publication)
    return cells.order_by().values("item").distinct().count()


def _steps(publication: Publication, line: set[int], rows: Iterable[AnswerRequest]) -> tuple[LadderStep, ...]:
    """The mildest first. The line is put on the pages on a later day than the letter was sent."""
    taken: dict[str, AnswerRequest] = {}
    for row in rows:
        if row.committee_id in line:
            taken.setdefault(row.step, row)
    us, handed_over = tenancy.current(), publication.handed_over_on
    assert handed_over is not None
    letter, due = taken.get(RequestStep.LETTER), months_after(handed_over, us.answer_letter_months)
    line_due = max(months_after(handed_over, us.answer_line_months), (letter.on if letter else due) + timedelta(days=1))
    return (
        LadderStep(RequestStep.LETTER, due, letter),
        LadderStep(RequestStep.PUBLIC_LINE, line_due, taken.get(RequestStep.PUBLIC_LINE)),
    )
