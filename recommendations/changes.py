"""What has happened, for readers: news as it is told on pages, in feeds and in reports. Read from `Event` alone."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, Prefetch, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import data_version, prepared
from recommendations.enums import NO_ANSWER, NO_STATUS, Act, Nature, Outcome, Status
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Event,
    Item,
    Meeting,
    Ownership,
    Publication,
    StatusUpdate,
    Treatment,
    Wording,
)
from recommendations.models.event import CORRECTED, EventQuerySet
from recommendations.models.recorded import day as day_of
from recommendations.models.recorded import moment
from recommendations.prepared import DAY, NOW, Among, Given
from recommendations.selection import ITEM_MODELS, ItemModel, Selection

TOLD_WORDS = ("summary", "official_text", "pages", "document")  # of a wording, what news tells beside the title
SINCE, UNTIL = Given("since", DateTimeField()), Given("until", DateTimeField())
WORDS_BEFORE = 4  # before the first that differs

NewsRow = StatusUpdate | CommitteeAnswer | Deadline | DoneWhen | Wording | Ownership | Treatment


@dataclass(frozen=True)
class NewsChange:
    """One event that readers are told of. Its words are in the language that is active when they are asked for.

    `event` has been read with `EventQuerySet.with_rows`. `correction` is what corrected it later, where that was asked
    for (`with_corrections`).
    """

    event: Event
    correction: NewsChange | None = field(default=None, kw_only=True)

    @property
    def item(self) -> Item | None:
        """What it is about; none where it is about all of a source."""
        return self.event.item

    @property
    def publication(self) -> Publication:
        """The source that it is about, or a row of it."""
        found = self.event.item.publication if self.event.item else self.event.publication
        assert found is not None  # news is about one of them
        return found

    @property
    def row(self) -> NewsRow:
        """The row that was written."""
        event = self.event
        told = event.update or event.answer or event.deadline or event.criterion
        found = told or event.wording or event.ownership or event.treatment
        assert found is not None  # every act that is news writes one
        return found

    @property
    def at(self) -> datetime:
        """When the tracker learnt of it."""
        return self.event.at

    @property
    def changed_at(self) -> datetime:
        """When it came, or was corrected."""
        return self.correction.at if self.correction else self.at

    @property
    def known_on(self) -> date:
        """The day in Denmark on which the tracker learnt of it."""
        return timezone.localdate(self.event.at)

    @property
    def on(self) -> date:
        """The day it is about."""
        return self.event.on or self.known_on

    @property
    def committee(self) -> Committee | None:
        """In whose name it was done; of a hand-over, who took over."""
        return self.event.committee

    @property
    def anchor(self) -> str:
        """Its place on the page of its item; empty where it has none of its own."""
        return self.event.update.anchor if self.event.update else ""

    @property
    def meeting_address(self) -> str:
        """The page of the meeting at which it was decided; empty where there is none, or it was at no meeting."""
        event = self.event
        if not ((event.answer or event.treatment) and event.committee and getattr(event, "has_meeting", False)):
            return ""
        return reverse("meeting", args=[event.committee.code, self.on.isoformat()])

    # --- what it says -------------------------------------------------------------------------------------------------

    @property
    def what(self) -> str:
        """The kind of news in a few words: "Ny status", "Frist flyttet"."""
        if self.is_about_earlier_day:
            return {
                Act.STATUS_PUBLISHED: _("Ny status om en tidligere dag"),
                Act.ANSWER_RECORDED: _("Svar fra et tidligere møde"),
            }.get(Act(self.event.act), str(Act(self.event.act).label))
        words = {
            Act.ANSWER_RECORDED: _("Svar"),
            Act.HANDED_OVER: _("Overdraget"),
            Act.REWORDED: _("Ny ordlyd"),
            Act.TREATMENT_RECORDED: str(Outcome.NOT_READ.label),
        }
        return words.get(Act(self.event.act), str(Act(self.event.act).label))

    @property
    def is_change(self) -> bool:
        """Whether something else stands now than before."""
        return self.before != self.after

    @property
    def is_move(self) -> bool:
        """Whether it is to be told as "from … to …"."""
        return self.is_change and bool(self.before and self.after)

    @property
    def is_about_earlier_day(self) -> bool:
        """It says something else than what stands: a newer row stood when it came, and still does."""
        return bool(self._own_code) and self._own_code != self.event.after

    @property
    def before(self) -> str:
        """What stood before, in words: a status, an answer, a day, a name, a title; empty where that says nothing."""
        if self.event.wording:
            return self._title(0)
        if self.event.ownership:
            handed_over = self.event.ownership.succession
            return handed_over.predecessor.name if handed_over else ""
        return self._in_words(self.event.before)

    @property
    def after(self) -> str:
        """What stands since, in words."""
        if self.event.wording:
            return self._title(1)
        if self.event.ownership:
            return self.event.committee.name if self.event.committee else ""
        return self._in_words(self.event.after)

    @property
    def own(self) -> str:
        """What the row itself says, in words; empty where only its text says something."""
        if self.is_of_names:
            return self.after
        return self._in_words(self._own_code) if self._own_code else ""

    @property
    def in_words(self) -> str:
        """All of it but the text, on one line: "Frist flyttet: fra 1. juni 2026 til 1. august 2026"."""
        if self.is_move:
            words = {"what": self.what, "before": self.before, "after": self.after}
            return _("%(what)s: fra %(before)s til %(after)s") % words
        return f"{self.what}: {self.own}" if self.own else self.what

    @property
    def status(self) -> str:
        """The code of the status that it reports; empty for none."""
        return self.event.update.status if self.event.update else ""

    @property
    def is_of_names(self) -> bool:
        """Whether `before` and `after` are names and titles, which are Danish in every language."""
        return bool(self.event.wording or self.event.ownership)

    @property
    def written(self) -> str:
        """What was written with it: the text of an update or an answer, the reason of a move, the criterion itself."""
        row = self.row
        if isinstance(row, CommitteeAnswer):
            return "\n\n".join(filter(None, [row.reason, row.text]))
        if isinstance(row, Treatment):
            return row.reason or row.proposed
        return row.reason if isinstance(row, Deadline | Wording | Ownership) else row.text

    @property
    def reworded(self) -> list[tuple[str, str, str]]:
        """Of new words, beside the title: what was changed, and from what to what, as far as they differ."""
        if not self.event.wording:
            return []
        told = ((name, self.event.details[name]) for name in TOLD_WORDS if name in self.event.details)
        names = {field.name: str(field.verbose_name) for field in Wording._meta.concrete_fields}
        return [(names[name], *where_they_differ(*both)) for name, both in told]

    @property
    def passed_on_to(self) -> str:
        """To whom an answer has passed the matter on."""
        return self.event.answer.passed_on_to if self.event.answer else ""

    @property
    def text(self) -> str:
        """`written` and `passed_on_to` in one, for what has one language."""
        passed_on = _("Sendt videre til %(whom)s.") % {"whom": self.passed_on_to} if self.passed_on_to else ""
        return "\n\n".join(filter(None, [self.written, passed_on]))

    @property
    def _own_code(self) -> str:
        event = self.event
        if event.update:
            return event.update.status
        if event.answer:
            return event.answer.outcome
        return event.deadline.due_on.isoformat() if event.deadline and event.deadline.due_on else ""

    def _in_words(self, code: str) -> str:
        if self.event.update:
            return str(Status(code).label if code else NO_STATUS)
        if self.event.answer:
            return str(Outcome(code).label if code else NO_ANSWER)
        return date_format(date.fromisoformat(code)) if code else ""

    def _title(self, which: int) -> str:
        titles = self.event.details.get("title", ["", ""])
        return str(titles[which])


def where_they_differ(before: str, after: str) -> tuple[str, str]:
    """Both texts on one line, from a few words before the first word that is not the same."""
    old, new = before.split(), after.split()
    alike = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    start = max(0, alike - WORDS_BEFORE)
    begin = "…" if start else ""
    told = [" ".join(words[start:]) for words in (old, new)]
    return begin + told[0] if told[0] else "", begin + told[1] if told[1] else ""


@dataclass(frozen=True)
class NewestChanges:
    """The newest changes, newest first, and whether there are more."""

    rows: list[NewsChange]
    is_cut: bool


def news(selection: Selection, models: Iterable[ItemModel] = ITEM_MODELS) -> EventQuerySet:
    """The news of what `selection` asks for, since its `since` where it has one; newest first, with their rows.

    Corrections, confirmations and what was taken over from a source are no news; neither is what was corrected later.
    A view of an earlier day takes one query more, for the words of its items.
    """
    found = _news(selection, tuple(models)).uncorrected(selection.known_at)
    if selection.times != (None, None):
        then = Wording.objects.known(*selection.times).newest_first()
        found = found.prefetch_related(Prefetch("item__wordings", then, to_attr="words_then"))
    return _with_meetings(found.with_rows())


def news_alone(
    selection: Selection, models: tuple[ItemModel, ...] = ITEM_MODELS, *, is_corrected_too: bool = False
) -> EventQuerySet:
    """The same without their rows, which `read_news` reads: of few among many that takes a tenth of the time. Also what
    was corrected later, where that is asked for.
    """
    found = _news(selection, models)
    return found if is_corrected_too else found.uncorrected(selection.known_at, one_by_one=True)


def _news(selection: Selection, models: tuple[ItemModel, ...]) -> EventQuerySet:
    found: EventQuerySet = selection.events(models, takes_sources=models == ITEM_MODELS).news().newest_first()
    return found


def read_news(keys: Iterable[int]) -> list[NewsChange]:
    """The news with these keys, newest first, with all that is told but the words of an earlier day: one query."""
    return changes_of(events_of(keys))


def events_of(keys: Iterable[int]) -> list[Event]:
    """The same as they are, before they are told."""
    keys = list(keys)
    return prepared.objects(_with_rows, events=keys) if keys else []


@prepared.planned_once
def _with_rows() -> EventQuerySet:
    return _with_meetings(Event.objects.filter(Among("pk", "events")).newest_first().with_rows())


def news_about(item: Item) -> EventQuerySet:
    """The news of an item and of all below it, newest first, with their rows; also what was corrected later."""
    below = type(item).objects.filter(publication=item.publication, path__startswith=f"{item.path}!")
    about = Q(item=item) | Q(item__in=below.order_by().values("pk"))
    found: EventQuerySet = Event.objects.known().news().filter(about)
    return _with_meetings(found.newest_first().with_rows())


def _with_meetings(events: EventQuerySet) -> EventQuerySet:
    """Annotate whether the committee of an event has a meeting with a page on the day that it is about."""
    return events.annotate(has_meeting=Exists(Meeting.objects.of_day("committee", "on")))


def changes_of(events: Iterable[Event]) -> list[NewsChange]:
    """Events that are news, in the order in which they come, as readers are told of them."""
    return [NewsChange(event) for event in events]


def with_corrections(events: Iterable[Event], known_at: datetime | None = None) -> list[NewsChange]:
    """The same, each with what corrected it later, known until `known_at`: one query for all of them, and one more
    where there is any.
    """
    events = list(events)
    rows = {name: [row for event in events if (row := getattr(event, f"{name}_id"))] for name in CORRECTED.values()}
    if not any(rows.values()):
        return changes_of(events)
    found = prepared.rows(_corrections, **rows, day=day_of(None), now=moment(known_at))
    corrections: dict[tuple[str, int], Event] = {}
    for event in events_of(key for (key,) in found):
        for name in CORRECTED.values():
            if row := getattr(event, name):
                corrections[name, row.corrects_id] = event
    return [_corrected(event, corrections) for event in events]


@prepared.planned_once
def _corrections() -> Any:
    """A question for each kind of row: of all at once the database would join all corrections there are."""
    known = Event.objects.known(DAY, NOW).filter(nature=Nature.CORRECTION).order_by().values_list("pk")
    first, *others = [known.filter(Among(f"{name}__corrects", name)) for name in CORRECTED.values()]
    return first.union(*others, all=True)


def _corrected(event: Event, corrections: dict[tuple[str, int], Event]) -> NewsChange:
    found = [corrections.get((name, getattr(event, f"{name}_id"))) for name in CORRECTED.values()]
    correction = next((one for one in found if one), None)
    return NewsChange(event, correction=NewsChange(correction) if correction else None)


def newest_of_all(as_of: date | None, since: date | None, *, most: int) -> NewestChanges:
    """The newest of all, without the words of an earlier day: two queries; of an earlier day most often four.

    What was told by the end of an earlier day is found from there. What was told later about it or a day before it is
    newer than all of that, and kept.
    """
    until = Selection.start_of(day_of(as_of) + timedelta(1))
    times = {"day": day_of(as_of), "now": moment(None), "since": Selection(since=since).since_time, "until": until}
    found: list[tuple[datetime, int]] = []
    late = _told_late(as_of, until) if as_of else []
    while late and len(found) <= most:
        asked, late = late[: 2 * most], late[2 * most :]
        found += prepared.rows(_late_news, since is not None, events=asked, **times)
    if len(found) <= most:
        found += prepared.rows(_newest_news, since is not None, as_of is not None, most + 1, **times)
    keys = [key for _at, key in sorted(found, reverse=True)]
    return NewestChanges(read_news(keys[:most]), len(keys) > most)


def _newest_news(is_since: bool, is_of_earlier_day: bool, most: int) -> Any:
    found = news_alone(Selection(as_of=DAY, known_at=NOW))
    found = found.filter(at__gte=SINCE) if is_since else found
    found = found.filter(at__lt=UNTIL) if is_of_earlier_day else found
    return found.values_list("at", "pk")[:most]


def _late_news(is_since: bool) -> Any:
    found = news_alone(Selection(as_of=DAY, known_at=NOW)).filter(Among("pk", "events"))
    return (found.filter(at__gte=SINCE) if is_since else found).values_list("at", "pk")


def _told_late(day: date, until: datetime) -> list[int]:
    """The keys of what was told at `until` or later about `day` or a day before it, the newest first."""
    sources = [source for (source,) in prepared.rows(_public_sources, day=day_of(None), now=moment(None))]
    kept = data_version.kept_of(sources, "told late", _read_late)
    asked = day.toordinal(), until.timestamp()
    found = (one for of_source in kept.values() for late in of_source for one in late.after(*asked))
    return [key for _at, key in sorted(found, reverse=True)]


def _public_sources() -> Any:
    return Publication.objects.public(DAY, NOW).order_by().values_list("pk")


SOON = 7  # days: most of what is told late is told within so many


class ToldLate:
    """News of a source that was told at most `within` days after the day that it is about, in the order of those days.

    Three columns, as there may be as many as there are news: the day (ordinal), the moment (POSIX), the event's key.
    """

    def __init__(self, within: int) -> None:
        self.within = within
        self.days, self.moments, self.keys = array("l"), array("d"), array("q")

    def add(self, on: date, at: datetime, key: int) -> None:
        self.days.append(on.toordinal())
        self.moments.append(at.timestamp())
        self.keys.append(key)

    def after(self, day: int, until: float) -> Iterator[tuple[float, int]]:
        """Moment and key of what was told at `until`, the end of `day`, or later about that day or one before it."""
        places = range(bisect_right(self.days, day - self.within), bisect_right(self.days, day))
        return ((self.moments[place], self.keys[place]) for place in places if self.moments[place] >= until)


def _read_late(sources: list[int]) -> dict[int, tuple[ToldLate, ToldLate]]:
    found = {source: (ToldLate(SOON), ToldLate(date.max.toordinal())) for source in sources}
    for source, on, at, key in prepared.rows(_late, sources=sources):
        soon, later = found[source]
        (soon if timezone.localdate(at) - on <= timedelta(SOON) else later).add(on, at, key)
    return found


def _late() -> Any:
    """News that was told on a later day than the one it is about."""
    late = Event.objects.news().filter(Among("publication_id", "sources"), on__lt=TruncDate("at"))
    return late.order_by("on").values_list("publication_id", "on", "at", "pk")


def newest_changes(selection: Selection, *, most: int, models: Iterable[ItemModel] = ITEM_MODELS) -> NewestChanges:
    """The newest `most` changes: one query."""
    found = changes_of(news(selection, models)[: most + 1])  # one more tells whether there are more
    return NewestChanges(found[:most], len(found) > most)
