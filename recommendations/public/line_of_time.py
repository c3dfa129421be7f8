"""The line of time of one item: from the day it was handed over to what is promised, as a list and as a picture.

The list is the whole of it. The picture has a track for each committee that is to answer, one for what was reported and
one for what is promised. Lengths across are per cent of its width, lengths down are rem, as in `charts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations.charts import per_cent
from recommendations.enums import NO_ANSWER, Outcome, UpdateKind
from recommendations.models import CommitteeAnswer, Deadline, Item, Publication, Treatment
from recommendations.public.timeline import RecordedLine, TimelineUpdate

if TYPE_CHECKING:
    from recommendations.answers import AnswerCell
    from recommendations.meetings import Promise
    from recommendations.standing import ItemStanding

# Kinds of points, in the order of those of one day: what is promised for a day stands above what was said on it.
STEP, MEETING, DEADLINE, UPDATE = "step", "meeting", "deadline", "update"
ANSWER, TREATMENT, START = "answer", "treatment", "start"
KINDS = (STEP, MEETING, DEADLINE, UPDATE, ANSWER, TREATMENT, START)
EDGE = 1.5  # per cent: room for half a sign at either end
# Per cent: years that stand nearer to each other, or to the day that is looked at, are not written.
CLOSE, CLOSE_TO_NOW = 9.0, 16.0
LABEL, TRACK, AXIS = 1.25, 1.45, 1.4  # rem: the words of a track, the track itself, the years


@dataclass(frozen=True)
class TimePoint:
    """Something on a day: what there is to say of it depends on its kind, and only that is set."""

    on: date
    kind: str
    words: str = ""
    is_promised: bool = False  # a day to come, that somebody has named
    is_corrected: bool = False
    line: TimelineUpdate | None = None
    answer: CommitteeAnswer | Treatment | None = None
    promise: Promise | None = None
    is_year: bool = False  # the source says the year alone: no day is written


@dataclass(frozen=True)
class TimeSign:
    x: str
    y: str
    shape: str
    fill: str = ""  # a status, for what was reported


@dataclass(frozen=True)
class TimeStroke:
    x1: str
    x2: str
    y: str
    is_waiting: bool


@dataclass(frozen=True)
class TimeText:
    x: str
    y: str
    words: str
    is_axis: bool = False


@dataclass
class TimePicture:
    """The drawing. `now` is where the day that is looked at stands, from `top` to `bottom`."""

    now: str
    signs: list[TimeSign] = field(default_factory=list)
    strokes: list[TimeStroke] = field(default_factory=list)
    texts: list[TimeText] = field(default_factory=list)
    at: float = 0.0

    @property
    def height(self) -> str:
        return _rem(self.at)

    @property
    def bottom(self) -> str:
        return _rem(self.at - AXIS)


@dataclass(frozen=True)
class LineOfTime:
    """`points` are the newest first. `silent` are the committees that owe an answer. No picture of a single point."""

    points: list[TimePoint]
    silent: list[str]
    has_status: bool
    picture: TimePicture | None

    @property
    def promised(self) -> list[TimePoint]:
        return [point for point in self.points if point.is_promised]

    @property
    def past(self) -> list[TimePoint]:
        return [point for point in self.points if not point.is_promised]


def line_of_time(
    item: Item,
    *,
    day: date,
    answers: Sequence[AnswerCell],
    updates: Sequence[TimelineUpdate],
    deadlines: Sequence[RecordedLine[Deadline]],
    treatments: Iterable[Treatment],
    standing: ItemStanding,
    promises: Iterable[Promise] = (),
) -> LineOfTime:
    """What stands on the page of `item` as it is looked at on `day`, in the order of time. No query."""
    treatments = list(treatments)
    points = _starts(item.publication, day)
    points += [TimePoint(one.meeting_date, TREATMENT, answer=one) for one in treatments]
    points += [
        TimePoint(cell.answer.meeting_date, ANSWER, is_corrected=_is_correction(cell), answer=cell.answer)
        for cell in answers
        if cell.answer
    ]
    points += [TimePoint(line.update.on, UPDATE, line=line) for line in updates]
    points += _promises(updates, deadlines, standing, day)
    points += _meetings(promises, day)
    points.sort(key=lambda point: (point.on, -KINDS.index(point.kind)), reverse=True)
    owing = [cell for cell in answers if cell.owes]
    silent = [f"{cell.committee.name} ({cell.committee.abbreviation})" for cell in owing]
    picture = None
    if len(points) + len(owing) > 1:
        picture = _drawn(points, day, answers, updates, deadlines, treatments, standing)
    return LineOfTime(points, silent, bool(updates), picture)


def _is_correction(cell: AnswerCell) -> bool:
    return any(one.is_corrected for one in cell.earlier)


def _starts(publication: Publication, day: date) -> list[TimePoint]:
    """When the source was published and handed over; where neither day is known, its year."""
    found = [
        (publication.published_on, _("Kilden blev udgivet")),
        (publication.handed_over_on, _("Kilden blev overdraget til kommunen")),
    ]
    known = [TimePoint(on, START, words) for on, words in found if on and on <= day]
    if known or publication.exists_from is None:
        return known
    words = _("Kilden blev udgivet i %(year)s") % {"year": publication.published_year}
    return [TimePoint(publication.exists_from, START, words, is_year=True)]


def _promises(
    updates: Iterable[TimelineUpdate], deadlines: Iterable[RecordedLine[Deadline]], standing: ItemStanding, day: date
) -> list[TimePoint]:
    """The deadline in force, and the next step that the newest news has put a day to."""
    found = []
    if standing.due_on:
        corrected = any(line.corrections and line.last.due_on == standing.due_on for line in deadlines)
        late = standing.is_overdue
        words = _("Frist, overskredet") if late else _("Frist")
        found.append(TimePoint(standing.due_on, DEADLINE, words, standing.due_on >= day and not late, corrected))
    said = [line.last for line in updates if line.update.kind != UpdateKind.CONFIRMATION]
    if said and said[0].next_step_on:
        found.append(TimePoint(said[0].next_step_on, STEP, said[0].next_step, said[0].next_step_on >= day))
    return found


def _meetings(promises: Iterable[Promise], day: date) -> list[TimePoint]:
    """The meetings and days at which the committee asked to have the item again, and those when it did not come."""
    return [
        TimePoint(
            one.meeting.on if one.is_named and one.meeting else one.by,
            MEETING,
            is_promised=not one.is_broken(day),
            promise=one,
        )
        for one in promises
        if not one.is_kept and (one.answer or one.is_named)
    ]


# --- The picture ------------------------------------------------------------------------------------------------------


def _drawn(
    points: Sequence[TimePoint],
    day: date,
    answers: Iterable[AnswerCell],
    updates: Sequence[TimelineUpdate],
    deadlines: Iterable[RecordedLine[Deadline]],
    treatments: Sequence[Treatment],
    standing: ItemStanding,
) -> TimePicture:
    days = [point.on for point in points] + [day]
    days += [line.last.due_on for line in deadlines if line.last.due_on]
    scale = _Scale(min(days), max(days))
    starts = [point.on for point in points if point.kind == START]
    begin = max(starts, default=scale.first)
    picture = TimePicture(scale.at(day))
    _answer_tracks(picture, scale, begin, day, answers, treatments)
    _status_track(picture, scale, begin, day, updates, standing)
    _promise_track(picture, scale, points, deadlines, standing)
    for on in starts:
        picture.signs.insert(0, TimeSign(scale.at(on), _rem(picture.at + 0.1), START))
    _years(picture, scale, day)
    return picture


@dataclass(frozen=True)
class _Scale:
    """Days on one line, the first at its left end."""

    first: date
    last: date

    def share(self, on: date) -> float:
        return EDGE + (100 - 2 * EDGE) * (on - self.first).days / max((self.last - self.first).days, 1)

    def at(self, on: date) -> str:
        return per_cent(self.share(on))


def _track(picture: TimePicture, words: str) -> str:
    """Begin a track: its words, and then where its signs stand."""
    picture.texts.append(TimeText("0%", _rem(picture.at + 1), words))
    picture.at += LABEL
    middle = _rem(picture.at + TRACK / 2)
    picture.at += TRACK
    return middle


def _answer_tracks(
    picture: TimePicture,
    scale: _Scale,
    begin: date,
    day: date,
    answers: Iterable[AnswerCell],
    treatments: Sequence[Treatment],
) -> None:
    """From the hand-over to the answer, or dashed until today where none is registered."""
    told = set()
    for cell in answers:
        met = [one for one in treatments if one.committee_id == cell.committee.pk]
        told |= {one.pk for one in met}
        if not (cell.answer or cell.owes or met):
            continue
        read = cell.answer is not None and cell.answer.outcome != Outcome.NOT_READ
        words = cell.answer.get_outcome_display() if cell.answer else str(NO_ANSWER)
        y = _track(picture, f"{cell.committee.abbreviation}: {words}")
        until = cell.answer.meeting_date if cell.answer and read else day
        picture.strokes.append(TimeStroke(scale.at(begin), scale.at(max(until, begin)), y, not read))
        picture.signs += [TimeSign(scale.at(one.meeting_date), y, TREATMENT) for one in met]
        if cell.answer:
            picture.signs.append(TimeSign(scale.at(cell.answer.meeting_date), y, ANSWER if read else TREATMENT))
    for one in treatments:
        if one.pk not in told:
            y = _track(picture, f"{one.committee.abbreviation}: {Outcome.NOT_READ.label}")
            picture.strokes.append(TimeStroke(scale.at(begin), scale.at(day), y, True))
            picture.signs.append(TimeSign(scale.at(one.meeting_date), y, TREATMENT))


def _status_track(
    picture: TimePicture,
    scale: _Scale,
    begin: date,
    day: date,
    updates: Sequence[TimelineUpdate],
    standing: ItemStanding,
) -> None:
    """A sign for each report, in the pattern of the status it gave; dashed as long as none had come."""
    named = _("Status: %(status)s") % {"status": standing.label.lower()} if standing.code else standing.label
    y = _track(picture, named)
    if not updates:
        picture.strokes.append(TimeStroke(scale.at(begin), scale.at(day), y, True))
        return
    days = [line.last.on for line in updates]
    first, last = min(days), max(days)
    if first > begin:
        picture.strokes.append(TimeStroke(scale.at(begin), scale.at(first), y, True))
    picture.strokes.append(TimeStroke(scale.at(first), scale.at(last), y, False))
    for line in reversed(updates):
        picture.signs.append(
            TimeSign(scale.at(line.last.on), y, UPDATE if line.last.status else "note", line.last.status)
        )


def _promise_track(
    picture: TimePicture,
    scale: _Scale,
    points: Iterable[TimePoint],
    deadlines: Iterable[RecordedLine[Deadline]],
    standing: ItemStanding,
) -> None:
    """The deadline in force, those it was moved from, the next step, and the meetings that were promised it."""
    named = [point for point in points if point.kind in (DEADLINE, STEP, MEETING)]
    if not named:
        return
    words = []
    if standing.due_on:
        words.append(_("Frist: %(day)s") % {"day": date_format(standing.due_on)})
    words += [_("Næste skridt: %(day)s") % {"day": date_format(point.on)} for point in named if point.kind == STEP]
    words += [_("Kommer igen: %(day)s") % {"day": date_format(point.on)} for point in named if point.kind == MEETING]
    y = _track(picture, " · ".join(words))
    moved = {line.last.due_on for line in deadlines if line.last.due_on and line.last.due_on != standing.due_on}
    picture.signs += [TimeSign(scale.at(on), y, "moved") for on in sorted(moved)]
    picture.signs += [TimeSign(scale.at(point.on), y, point.kind) for point in named]


def _years(picture: TimePicture, scale: _Scale, day: date) -> None:
    """The axis: the beginnings of years, and the day that is looked at."""
    y = _rem(picture.at + 1)
    now = scale.share(day)
    picture.texts.append(TimeText(per_cent(min(max(now, 10), 90)), y, date_format(day), is_axis=True))
    before = -CLOSE
    for year in range(scale.first.year + 1, scale.last.year + 1):
        at = scale.share(date(year, 1, 1))
        if at - before >= CLOSE and abs(at - now) >= CLOSE_TO_NOW:
            picture.texts.append(TimeText(per_cent(at), y, str(year), is_axis=True))
            before = at
    picture.at += AXIS


def _rem(value: float) -> str:
    return f"{value:.2f}rem"
