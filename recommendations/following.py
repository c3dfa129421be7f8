"""What a reader follows by mail: a page, as its address says it and in words; and what news of it they are owed.

Nothing is written here. What a reader has been told of is a key of an `Event`: all that came after it is owed, whatever
night the job runs. So is what came before and is about a day that has only come since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.addresses import address, public_page_at
from recommendations.changes import NewsChange, news_about, news_alone, read_news
from recommendations.criteria import criteria_of
from recommendations.criteria.base import Offer
from recommendations.enums import Act, FollowedTopic, MeetingState, Nature, Rhythm
from recommendations.models import (
    Committee,
    Event,
    Initiative,
    Item,
    Meeting,
    Ownership,
    Publication,
    Recommendation,
    Subscription,
    WithheldPlace,
)
from recommendations.models.committee import with_code
from recommendations.models.event import ROWS, EventQuerySet
from recommendations.selection import ITEM_MODELS, NAMED, ItemModel, Selection, with_query

AHEAD = timedelta(days=7)  # before a meeting: from so long on
LONGEST = 1000  # signs of an address
LISTS: dict[str, tuple[ItemModel, ...]] = {
    "recommendations": (Recommendation,),
    "initiatives": (Initiative,),
    "news": ITEM_MODELS,
}
ITEMS: dict[str, ItemModel] = {"recommendation": Recommendation, "initiative": Initiative}
MEETINGS = "committee_meetings"
TIMES = ("order", "as_of", "since")  # what of a list nobody follows: from now on it is about what happens
OF_MEETINGS = (FollowedTopic.COMING, FollowedTopic.DECIDED)
# What is told of meetings, and how the meeting must stand for it to be told still.
COMING_ACTS = frozenset({Act.MEETING_PLANNED, Act.MEETING_MOVED, Act.MEETING_CANCELLED, Act.PAPERS_SENT})
STANDS_AS = {
    Act.MEETING_PLANNED: {MeetingState.PLANNED, MeetingState.PAPERS_SENT},
    Act.MEETING_MOVED: {MeetingState.PLANNED, MeetingState.PAPERS_SENT},
    Act.PAPERS_SENT: {MeetingState.PAPERS_SENT},
    Act.MEETING_CANCELLED: {MeetingState.CANCELLED},
    Act.MEETING_HELD: {MeetingState.HELD},
}


class NotFollowed(Exception):
    """Why a page cannot be followed, as a sentence."""


@dataclass(frozen=True)
class FollowedPage:
    """A page that can be followed: an item with all below it, a committee's meetings, or a list as it is narrowed."""

    route: str
    selection: Selection = field(default_factory=Selection)
    item: Item | None = None
    committee: Committee | None = None

    @property
    def address(self) -> str:
        """Its one address (canonical), in the language that is active."""
        if self.item:
            return address(self.route, self.item.publication.slug, self.item.number)
        if self.committee:
            return address(self.route, self.committee.code)
        return with_query(address(self.route), self.selection.query_string())

    @property
    def danish_address(self) -> str:
        """The same as it is kept."""
        with translation.override(settings.LANGUAGE_CODE):
            return self.address

    @property
    def topics(self) -> tuple[FollowedTopic, ...]:
        return OF_MEETINGS if self.committee else (FollowedTopic.NEWS,)

    @property
    def heading(self) -> str:
        """What kind of page it is."""
        return {
            "recommendations": _("Anbefalinger"),
            "initiatives": _("Initiativer"),
            "news": _("Alt nyt") if self.selection == Selection() else _("Nyt"),
            "recommendation": _("Anbefaling"),
            "initiative": _("Initiativ"),
            MEETINGS: _("Møder"),
        }[self.route]

    @property
    def words(self) -> list[tuple[str, str, bool]]:
        """What of it is followed: heading and value of all that was chosen, of an item and a committee its name; and
        whether the value is one of the sources' names, which are Danish in every language.
        """
        if self.item:
            return [("", str(self.item), True), (_("Kilde"), self.item.publication.title, True)]
        if self.committee:
            return [("", self.committee.name, True)]
        return [(heading, value, name in NAMED) for name, heading, value in self.selection.in_words()]

    @property
    def title(self) -> str:
        """The same on one line: "Anbefalinger: Udvalg Socialudvalget (SUD)"."""
        words = ", ".join(f"{heading} {value}".strip() for heading, value, _is_name in self.words)
        return f"{self.heading}: {words}" if words else self.heading


def page_at(typed: str) -> FollowedPage:
    """What would be followed at an address of ours, in any language; `NotFollowed` says why nothing can be."""
    match = public_page_at(typed, tenancy.site_url())
    if match is None:
        raise NotFollowed(_("Adressen er ikke en side hos os. Gå til siden, og tryk på »Følg på mail« dér."))
    route, parts = str(match.url_name), match.kwargs
    if route in ITEMS:
        return FollowedPage(route, item=_item(ITEMS[route], parts["publication"], parts["number"]))
    if route == MEETINGS:
        return FollowedPage(route, committee=_committee(parts["code"]))
    if route == "committee":
        return FollowedPage("news", Selection(committee=_committee(parts["code"]).code))
    if route == "publication":
        source = Publication.objects.public().filter(slug__iexact=parts["slug"]).order_by("pk").first()
        if source is None:
            raise NotFollowed(_("Kilden findes ikke. Find den på siden »Kilder«."))
        return FollowedPage("news", Selection(publication=source.slug))
    if route not in LISTS:
        raise NotFollowed(
            _("Den side kan ikke følges. Du kan følge en anbefaling, et udvalg, dets møder, en kilde og en liste.")
        )
    page = FollowedPage(route, _chosen(typed.partition("#")[0].partition("?")[2], LISTS[route]))
    if len(page.danish_address) > LONGEST:
        raise NotFollowed(_("Der er valgt for meget på listen til, at den kan følges. Vælg lidt færre ting."))
    return page


def _item(model: ItemModel, publication: str, number: str) -> Item:
    found = model.objects.public().filter(publication__slug__iexact=publication, number_key=number.casefold())
    item: Item | None = found.select_related("publication", "wording").order_by("pk").first()
    if item is None:
        raise NotFollowed(_("Nummeret findes ikke i kilden. Find det på kildens side."))
    return item


def _committee(code: str) -> Committee:
    found = with_code(Committee.objects.order_by("code"), code)
    if found is None:
        raise NotFollowed(_("Udvalget findes ikke. Find det på siden »Udvalg«."))
    return found


def _chosen(query: str, models: tuple[ItemModel, ...]) -> Selection:
    """What an address asks for of a list of `models`, by the criteria's own fields, without its times and order."""
    data, offer, chosen = QueryDict(query), Offer.read(models), {}
    for criterion in criteria_of(models):
        if criterion.field in TIMES:
            continue
        form_field = criterion.form_field(offer)
        try:
            cleaned = form_field.clean(form_field.widget.value_from_datadict(data, {}, criterion.name))
        except ValidationError as refused:
            raise NotFollowed(" ".join(refused.messages)) from refused
        chosen[criterion.field] = criterion.value_of(cleaned)
    return Selection(**chosen)


# --- What is owed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """What is due to be told: by subscription (its key) the events, newest first; `asked` are all that are done."""

    events: dict[int, list[int]]
    asked: list[int]


def due(today: date, newest: int) -> list[Subscription]:
    """The subscriptions whose turn it is on a day: confirmed, and with something after what they were told of, be it a
    day that has come. Whether there is news before a meeting is seen by `owed`.
    """
    monday = today - timedelta(days=today.weekday())
    left = Q(told_on=None) | Q(told_on__lt=today) | Q(told_event__lt=newest)
    weekly = Q(rhythm=Rhythm.WEEKLY) & (Q(told_on=None) | Q(told_on__lt=monday))
    found = Subscription.objects.confirmed().filter(weekly | left & ~Q(rhythm=Rhythm.WEEKLY), told_event__lte=newest)
    return list(found.order_by("subscriber_id", "pk"))


def owed(subscriptions: Iterable[Subscription], today: date, newest: int) -> Owed:
    """What each is owed of the events until `newest`, be there later ones or not. What many follow is asked once for
    all of them.
    """
    pages: dict[tuple[str, str], list[Subscription]] = {}
    for one in subscriptions:
        pages.setdefault((one.topic, one.address), []).append(one)
    meetings = _meetings_soon(today)
    events: dict[int, list[int]] = {}
    asked: list[int] = []
    for (topic, where), followers in pages.items():
        try:
            page = page_at(where)
        except NotFollowed:  # a page that is gone; it may come back
            continue
        turn = _whose_turn(page, followers, meetings)
        since = min((one.told_event for one in turn), default=0)
        day = min((one.told_on or today for one in turn), default=today)
        found = _told_after(page, FollowedTopic(topic), since, day) if turn else []
        found = [(key, on) for key, on in found if key <= newest and (on is None or on <= today)]
        for one in turn:
            news = [key for key, on in found if key > one.told_event or (on and one.told_on and on > one.told_on)]
            if news:
                events[one.pk] = news
            if news or one.rhythm != Rhythm.BEFORE_MEETINGS:
                asked.append(one.pk)
    return Owed(events, asked)


def _whose_turn(
    page: FollowedPage, followers: Collection[Subscription], meetings: dict[int, list[date]]
) -> list[Subscription]:
    """All but those who are told before meetings, where none is near, or they have been told before it already."""
    before = [one for one in followers if one.rhythm == Rhythm.BEFORE_MEETINGS]
    whose = _committees_of(page) if before and meetings else ()
    days = [day for committee in whose for day in meetings.get(committee, ())]
    return [
        one
        for one in followers
        if one.rhythm != Rhythm.BEFORE_MEETINGS or any(one.told_on is None or one.told_on < day - AHEAD for day in days)
    ]


def _meetings_soon(today: date) -> dict[int, list[date]]:
    """Committee (id) -> the days of its meetings that are to be held within a week. One query."""
    soon = Meeting.objects.expected().filter(on__gte=today, on__lte=today + AHEAD).order_by("on")
    found: dict[int, list[date]] = {}
    for committee, on in soon.values_list("committee_id", "on"):
        found.setdefault(committee, []).append(on)
    return found


def _committees_of(page: FollowedPage) -> Collection[int]:
    """The committees (ids) that a page is a matter of."""
    if page.committee:
        return _line_of(page.committee)
    selection = page.selection
    if page.item:
        about = Q(item=page.item)
    elif selection.committee or selection.administration:
        return selection.owners
    else:
        about = selection.about(LISTS[page.route])
    return set(Ownership.objects.in_force().filter(about).order_by().values_list("committee_id", flat=True))


def _line_of(committee: Committee) -> set[int]:
    """A committee with those that it took over from."""
    return Selection().lineage.with_predecessors(committee.pk)


def _told_after(page: FollowedPage, topic: FollowedTopic, key: int, day: date) -> list[tuple[int, date | None]]:
    """The keys of what is told of a page after the event `key`, and of news about days after `day`, with the day; a
    meeting's acts are about its own day, which says nothing of when they are told.
    """
    found = _told_of(page, topic).filter(Q(pk__gt=key) | Q(nature=Nature.NEWS, on__gt=day))
    rows = found.order_by("-at", "-pk").values_list("pk", "on", "nature")
    return [(pk, on if nature == Nature.NEWS else None) for pk, on, nature in rows]


def _told_of(page: FollowedPage, topic: FollowedTopic) -> EventQuerySet:
    if topic == FollowedTopic.NEWS:
        if page.item:
            return news_about(page.item).uncorrected(one_by_one=True)
        return news_alone(page.selection, LISTS[page.route])
    assert page.committee is not None  # only of meetings there are two things to follow
    line = _line_of(page.committee)
    if topic == FollowedTopic.COMING:
        acts = COMING_ACTS
        rows = Q(update__next_step_meeting__committee__in=line) | Q(answer__returns_to__committee__in=line)
    else:
        acts = frozenset({Act.MEETING_HELD})
        rows = (Q(answer__isnull=False) | Q(treatment__isnull=False)) & Q(committee__in=line)
    told = Q(act__in=sorted(acts), meeting__committee__in=line) | _is_public_news() & rows
    found: EventQuerySet = Event.objects.filter(told).uncorrected(one_by_one=True)
    return found


def _is_public_news() -> Q:
    public = Publication.objects.public().order_by().values("pk")
    return Q(Q(on__isnull=True) | Q(on__lte=timezone.localdate()), nature=Nature.NEWS, publication__in=public)


# --- What is told -----------------------------------------------------------------------------------------------------


def still_told(keys: Collection[int]) -> tuple[list[Event], list[NewsChange]]:
    """Of these events what is so still: meetings, each once and the next first; and news, the newest first.

    Not what was corrected meanwhile, nor what something was withheld from, nor of a source that is not public.
    """
    events = Event.objects.filter(pk__in=keys).uncorrected(one_by_one=True).order_by("-at", "-pk")
    meetings: dict[int, Event] = {}
    for event in events.filter(act__in=sorted(STANDS_AS)).select_related("meeting__committee"):
        if event.meeting and _is_so(event, event.meeting):
            meetings.setdefault(event.meeting.pk, event)
    changes = read_news(events.filter(_is_public_news()).values_list("pk", flat=True))
    withheld = _withheld([change.event for change in changes])
    return (
        sorted(meetings.values(), key=lambda event: event.on or date.max),
        [change for change in changes if not _rows_of(change.event) & withheld],
    )


def _is_so(event: Event, meeting: Meeting) -> bool:
    """Whether a meeting still stands as the act left it; what comes up is told until the day itself."""
    comes = event.act in COMING_ACTS
    return meeting.state in STANDS_AS[Act(event.act)] and (not comes or meeting.on >= timezone.localdate())


def _rows_of(event: Event) -> set[tuple[str, int]]:
    """Table and key of each row that an event points at."""
    rows: list[Model] = [row for name in ROWS if (row := getattr(event, name)) is not None]
    return {(row._meta.db_table, int(row.pk)) for row in rows}


def _withheld(events: Iterable[Event]) -> set[tuple[str, int]]:
    """Of the rows of these events those that something was taken out of: at most one query."""
    rows = set().union(*map(_rows_of, events)) if events else set()
    if not rows:
        return set()
    tables, keys = {table for table, _key in rows}, {key for _table, key in rows}
    found = WithheldPlace.objects.filter(table_name__in=sorted(tables), row_id__in=sorted(keys)).order_by()
    return rows & set(found.values_list("table_name", "row_id"))
