"""Atom feeds: the news of any list, of one item and all below it, and of a committee (a list with one choice).

A correction is no news, but whoever was told what it corrects is told of it: the entry says that it was corrected, and
when. A confirmation says that nothing has happened, and is sent to nobody.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.http import http_date
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.changes import NewsChange, news, news_about, with_corrections
from recommendations.filters import InitiativesForm, NewsForm, RecommendationsForm, SelectionForm
from recommendations.models import Initiative, Recommendation
from recommendations.models.event import EventQuerySet
from recommendations.public.addressed import moved, one
from recommendations.public.asked import chosen, title_of
from recommendations.selection import ItemModel, Selection, with_query
from recommendations.templatetags.words import excerpt, name, paragraphs

NEWEST = 50
LONGEST = 2000  # characters of a text; the rest is behind the link
FEEDS = UUID("5f0c3f0e-6f55-4e0c-9a3b-6a1f4c1d7f10")  # the name space of the feeds' ids: never change it
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class NewsFeed(Atom1Feed):
    """A feed without entries keeps the time it was asked with, instead of a new one for every reader."""

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
    return _feed(request, news_about(item), name(item), item.get_absolute_url(), is_whole=True)


def _list(request: HttpRequest, form: SelectionForm, room: str, heading: str) -> HttpResponse:
    selection = chosen(form)
    query = selection.query_string()
    address = with_query(reverse(room), query)
    events = news(selection, form.models, is_corrected_too=True)
    return _feed(request, events, title_of(heading, form), address, query, is_whole=selection == Selection())


def _feed(
    request: HttpRequest, events: EventQuerySet, title: str, address: str, query: str = "", *, is_whole: bool
) -> HttpResponse:
    """`address` is the page of the same; `is_whole` that nothing but news can change which entries there are.

    Only then is there a Last-Modified: an item can also come into a narrowed list because a day has passed or a
    committee has taken over. The ETag, which the middleware makes of the content, is right for both.
    """
    site, here = tenancy.site_url(), with_query(request.path, query)
    feed = NewsFeed(
        title=_plain(f"{title} – Anbefalingstracker"),
        link=site + address,
        description=None,
        subtitle=_("Svar, status, frister og andet nyt. Det, der er rettet, er mærket »Rettet«."),
        language=settings.LANGUAGE_CODE,
        author_name=_plain(tenancy.current().sender_name),
        feed_url=site + here,
        feed_guid=uuid5(FEEDS, here).urn,
        empty_since=timezone.make_aware(datetime.combine(timezone.localdate().replace(month=1, day=1), time.min)),
    )
    newest = with_corrections(events[:NEWEST])
    for change in newest:
        feed.add_item(
            title=_plain(_heading(change)),
            link=site + change.item.get_absolute_url() + (f"#{change.anchor}" if change.anchor else ""),
            description=_plain(_summary(change)),
            author_name=_plain(_author(change)),
            unique_id=_id(change),
            pubdate=change.at,
            updateddate=change.changed_at,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    if is_whole and newest:
        response.headers["Last-Modified"] = http_date(max(change.changed_at for change in newest).timestamp())
    return response


def _id(change: NewsChange) -> str:
    """The same for good: of an update and an answer their own key, of all else made from the event's number."""
    row = change.event.update or change.event.answer
    return row.key.urn if row else uuid5(FEEDS, f"event {change.event.pk}").urn


def _heading(change: NewsChange) -> str:
    said = change.own if change.status else change.what
    heading = f"{name(change.item)}: {said}"
    return _("Rettet: %(heading)s") % {"heading": heading} if change.correction else heading


def _summary(change: NewsChange) -> str:
    """HTML, as Atom says it: the source, what is told about which day, and the text; all of it escaped."""
    text = change.text if len(change.text) <= LONGEST else excerpt(change.text, LONGEST)
    told = _("%(what)s pr. %(day)s.") % {"what": change.in_words, "day": date_format(change.on)}
    parts = [f"{change.item.publication.title}. {told}", text]
    if change.correction:
        when = _("Rettet %(day)s.") % {"day": date_format(change.correction.known_on)}
        parts.insert(0, f"{when} {excerpt(change.correction.text, LONGEST)}".strip())
    return "".join(map(paragraphs, parts))


def _author(change: NewsChange) -> str:
    """Who stands behind it: the committee's administration, else the committee, else who published the source."""
    if change.committee is None:
        return change.item.publication.publisher
    return change.committee.administration or change.committee.name


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold: people paste them in from other programs."""
    return NOT_XML.sub("", text)
