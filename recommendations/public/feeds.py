"""Atom feeds (RFC 4287): the news of any list, of one item and all below it; of a source or a committee (one choice).

A feed holds the newest news, and leads on to the older in parts (RFC 5005, 3: paged feeds). The parts are counted from
the oldest, so a part that is full stays as it is when news comes.

A correction is no news, but whoever was told what it corrects is told of it: the entry says that it was corrected, and
when. A confirmation says that nothing has happened, and is sent to nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.http import http_date
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.changes import NewsChange, events_of, news_about, with_corrections
from recommendations.filters import InitiativesForm, NewsForm, RecommendationsForm, SelectionForm
from recommendations.models import Event, Initiative, Recommendation
from recommendations.public.addressed import moved, one
from recommendations.public.asked import Refused, chosen, title_of
from recommendations.public.follow import title_of_its_own
from recommendations.public.found_news import FoundNews
from recommendations.public.rows import give_words_then
from recommendations.selection import ItemModel, Selection, with_query
from recommendations.templatetags.words import excerpt, name, paragraphs

PART = 50  # entries in one document
PART_NAME = "del"  # in the address: the number of a part, counted from the oldest
LONGEST = 2000  # characters of a text; the rest is behind the link
FEEDS = UUID("5f0c3f0e-6f55-4e0c-9a3b-6a1f4c1d7f10")  # the name space of the ids: never change it
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class FeedPart:
    """The entries of one document of a feed, newest first, and where the others are: relation -> number of the part.

    The document at the feed's own address has number 0: the newest, whatever part they are in.
    """

    number: int
    events: list[Event]
    others: dict[str, int]

    @classmethod
    def of(cls, found: FoundNews | QuerySet[Event, int], typed: str) -> FeedPart:
        """The keys in `found` are those of the news, newest first; `typed` is the number in the address.

        Two queries for the newest where they are all of a queryset; otherwise three.
        """
        if typed and not re.fullmatch("[1-9][0-9]{0,8}", typed, re.ASCII):
            raise Refused(_("»del« i adressen er nummeret på en del af feedet, for eksempel 1."))
        number = int(typed or 0)
        newest = [] if number else list(found[: PART + 1])
        if not number and len(newest) <= PART:
            return cls(0, events_of(newest), {})
        count = found.count()
        last = -(-count // PART)
        if number > last:
            raise Http404(_("Feedet har ikke den del."))
        ends = {"first": 0, "last": 1}
        if not number:
            return cls(0, events_of(newest[:PART]), ends | {"next": -(-(count - PART) // PART)})
        stop = min(number * PART, count)
        part = events_of(found[count - stop : count - (number - 1) * PART])
        others = ends | {"previous": number + 1 if number < last else 0}
        return cls(number, part, others | {"next": number - 1} if number > 1 else others)


class NewsFeed(Atom1Feed):
    """A feed without entries keeps the time it was asked with, instead of a new one for every reader. An entry about
    what was decided at a meeting leads on to it.
    """

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["others"].items():
            handler.addQuickElement("link", "", {"rel": relation, "href": address})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["meeting"]:
            handler.addQuickElement("link", "", {"rel": "related", "href": item["meeting"]})

    def latest_post_date(self) -> datetime:
        newest: datetime = super().latest_post_date() if self.items else self.feed["empty_since"]
        return newest


def news_feed(request: HttpRequest) -> HttpResponse:
    """`/nyt/feed/`: both kinds of item; with `?udvalg=` the news of a committee."""
    return _list(request, NewsForm(request.GET), "news", _("Nyt"))


def recommendations_feed(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/feed/`"""
    return _list(request, RecommendationsForm(request.GET), "recommendations", _("Nyt om anbefalinger"))


def initiatives_feed(request: HttpRequest) -> HttpResponse:
    """`/initiativer/feed/`"""
    return _list(request, InitiativesForm(request.GET), "initiatives", _("Nyt om initiativer"))


def recommendation_feed(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/feed/`: the recommendation and all below it."""
    return _of_item(request, Recommendation, publication, number)


def initiative_feed(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/feed/`"""
    return _of_item(request, Initiative, publication, number)


def _of_item(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    item = one(model, publication, number)
    if way := moved(request, item, publication, number, "_feed"):
        return way
    found = news_about(item).values_list("pk", flat=True)
    return _feed(request, found, name(item), item.get_absolute_url(), Selection(), is_whole=True)


def _list(request: HttpRequest, form: SelectionForm, room: str, heading: str) -> HttpResponse:
    selection = chosen(form)
    query = selection.query_string()
    address = with_query(reverse(room), query)
    found = FoundNews(selection, form.models, is_corrected_too=True)
    return _feed(request, found, title_of(heading, form), address, selection, is_whole=selection == Selection())


def _feed(
    request: HttpRequest,
    found: FoundNews | QuerySet[Event, int],
    title: str,
    address: str,
    selection: Selection,
    *,
    is_whole: bool,
) -> HttpResponse:
    """`address` is the page of the same; `is_whole` that nothing but news can change which entries there are.

    Only then is there a Last-Modified: an item can also come into a narrowed list because a day has passed or a
    committee has taken over. The ETag, which the middleware makes of the content, is right for both.
    """
    query = selection.query_string()
    part = FeedPart.of(found, request.GET.get(PART_NAME, ""))
    give_words_then([event.item for event in part.events if event.item], selection)
    changes = with_corrections(part.events)
    site, here = tenancy.site_url(), with_query(request.path, query)
    feed = NewsFeed(
        title=_plain(title_of_its_own(title)),
        link=site + address,
        description=None,
        subtitle=_("Svar, status, frister og andet nyt. Det, der er rettet, er mærket »Rettet«."),
        language=settings.LANGUAGE_CODE,
        author_name=_plain(tenancy.current().sender_name),
        feed_url=_part_address(request.path, query, part.number),
        feed_guid=_id(here),
        others={relation: _part_address(request.path, query, number) for relation, number in part.others.items()},
        empty_since=timezone.make_aware(datetime.combine(timezone.localdate().replace(month=1, day=1), time.min)),
    )
    for change in changes:
        feed.add_item(
            title=_plain(_heading(change)),
            link=site + _place(change),
            description=_plain(_summary(change)),
            author_name=_plain(_author(change)),
            unique_id=_entry_id(change),
            pubdate=change.at,
            updateddate=change.changed_at,
            meeting=site + change.meeting_address if change.meeting_address else "",
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    if is_whole and changes:
        response.headers["Last-Modified"] = http_date(max(change.changed_at for change in changes).timestamp())
    return response


def _part_address(path: str, query: str, number: int) -> str:
    parts = [query, f"{PART_NAME}={number}" if number else ""]
    return tenancy.site_url() + with_query(path, "&".join(filter(None, parts)))


def _id(what: str) -> str:
    """The municipality's own, for good: made of its code and of no host name, so it stays when the pages move."""
    return uuid5(FEEDS, f"{tenancy.current().slug} {what}").urn


def _entry_id(change: NewsChange) -> str:
    """Of an update and an answer their own key; of all else made of the event, which is never changed."""
    row = change.event.update or change.event.answer
    return row.key.urn if row else _id(f"event {change.event.pk} {change.at.isoformat()}")


def _place(change: NewsChange) -> str:
    """The page where it can be read."""
    if change.item is None:
        return reverse("publication", args=[change.publication.slug])
    return change.item.get_absolute_url() + (f"#{change.anchor}" if change.anchor else "")


def _heading(change: NewsChange) -> str:
    said = change.own if change.status else change.what
    heading = f"{name(change.item) if change.item else change.publication.title}: {said}"
    return _("Rettet: %(heading)s") % {"heading": heading} if change.correction else heading


def _summary(change: NewsChange) -> str:
    """HTML, as Atom says it: the source, what is told about which day, and the text; all of it escaped."""
    text = change.text if len(change.text) <= LONGEST else excerpt(change.text, LONGEST)
    told = _("%(what)s pr. %(day)s.") % {"what": change.in_words, "day": date_format(change.on)}
    parts = [f"{change.publication.title}. {told}", text]
    if change.correction:
        when = _("Rettet %(day)s.") % {"day": date_format(change.correction.known_on)}
        parts.insert(0, f"{when} {excerpt(change.correction.text, LONGEST)}".strip())
    return "".join(map(paragraphs, parts))


def _author(change: NewsChange) -> str:
    """Who stands behind it: the committee's administration, else the committee, else who published the source."""
    if change.committee is None:
        return change.publication.publisher
    return change.committee.administration or change.committee.name


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold: people paste them in from other programs."""
    return NOT_XML.sub("", text)
