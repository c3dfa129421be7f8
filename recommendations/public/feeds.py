"""Atom feeds: the news of any list, of one item and of a committee (which is a list with one choice).

News only: a new status or a note. A correction stands on the pages beside what it corrects, a confirmation says that
nothing has happened, and neither is sent to anybody as new.
"""

import re
from datetime import datetime, time
from uuid import UUID, uuid5

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.http import http_date
from django.utils.translation import gettext as _

from recommendations.filters import InitiativeFilter, ItemFilter, NewsFilter, RecommendationFilter
from recommendations.models import Initiative, Recommendation, StatusUpdate
from recommendations.models.status_update import StatusUpdateQuerySet
from recommendations.public.times import Refused
from recommendations.selection import ITEM_KINDS, ItemKind, Selection, with_query
from recommendations.templatetags.words import excerpt, paragraphs, printed_number

NEWEST = 50
LONGEST = 2000  # characters of an update's text; the rest is behind the link
FEEDS = UUID("5f0c3f0e-6f55-4e0c-9a3b-6a1f4c1d7f10")  # the name space of the feeds' ids: never change it
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class NewsFeed(Atom1Feed):
    """A feed without entries keeps the time it was asked with, instead of a new one for every reader."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["empty_since"]


def news_feed(request: HttpRequest) -> HttpResponse:
    """`/nyt/feed/`: both kinds of item; with `?udvalg=` the news of a committee."""
    return _list(request, NewsFilter(request.GET), "news", _("Nyt"))


def recommendations_feed(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/feed/`"""
    filters = RecommendationFilter(request.GET)
    return _list(request, filters, "recommendations", _("Nyt om anbefalinger"), (Recommendation,))


def initiatives_feed(request: HttpRequest) -> HttpResponse:
    """`/initiativer/feed/`"""
    filters = InitiativeFilter(request.GET)
    return _list(request, filters, "initiatives", _("Nyt om initiativer"), (Initiative,))


def recommendation_feed(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/feed/`: the recommendation and all below it."""
    item = _one(Recommendation, publication=publication, number=number)
    group = Selection(publication=item.publication.slug, group=item.number)
    return _feed(request, group.updates((Recommendation,)), _title_of(item), item.get_absolute_url(), is_whole=True)


def initiative_feed(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/feed/`"""
    item = _one(Initiative, publication=publication, code=number)
    updates = StatusUpdate.objects.known().about(item)
    return _feed(request, updates, _title_of(item), item.get_absolute_url(), is_whole=True)


def chosen(filters: ItemFilter) -> Selection:
    """What the address asks for; a 400 that says what is wrong with it when it does not hold."""
    if not filters.is_valid():
        raise Refused(" ".join(str(error) for errors in filters.errors.values() for error in errors))
    return filters.selection


def title_of(heading: str, filters: ItemFilter) -> str:
    """The heading with what was chosen in words: "Nyt om anbefalinger: Udvalg Socialudvalget (SUD)"."""
    words = ", ".join(f"{name} {value}" for _field, name, value in filters.in_words)
    return f"{heading}: {words}" if words else heading


def _list(
    request: HttpRequest, filters: ItemFilter, room: str, heading: str, kinds: tuple[ItemKind, ...] = ITEM_KINDS
) -> HttpResponse:
    selection = chosen(filters)
    query = selection.query_string()
    address = with_query(reverse(room), query)
    is_whole = selection == Selection()
    return _feed(request, selection.updates(kinds), title_of(heading, filters), address, query, is_whole=is_whole)


def _feed(
    request: HttpRequest,
    updates: StatusUpdateQuerySet,
    title: str,
    address: str,
    query: str = "",
    *,
    is_whole: bool,
) -> HttpResponse:
    """`address` is the page of the same; `is_whole` that nothing but a new update can change which entries there are.

    Only then is there a Last-Modified: an item can also come into a narrowed list because a day has passed or a
    committee has taken over. The ETag, which the middleware makes of the content, is right for both.
    """
    here = with_query(request.path, query)
    feed = NewsFeed(
        title=_plain(f"{title} – Anbefalingstracker"),
        link=settings.SITE_URL + address,
        description=None,
        subtitle=_("Ny status og andet nyt. Rettelser og bekræftelser er ikke nyt og står på siderne."),
        language=settings.LANGUAGE_CODE,
        author_name="Anbefalingstracker",
        feed_url=settings.SITE_URL + here,
        feed_guid=uuid5(FEEDS, here).urn,
        empty_since=timezone.make_aware(datetime.combine(timezone.localdate().replace(month=1, day=1), time.min)),
    )
    related = ("recommendation__publication", "initiative__publication", "committee")
    newest = list(updates.news().select_related(*related).order_by("-published_at", "-on", "-pk")[:NEWEST])
    for update in newest:
        feed.add_item(
            title=_plain(f"{_title_of(update.item)}: {update.label}"),
            link=f"{settings.SITE_URL}{update.item.get_absolute_url()}#{update.anchor}",
            description=_plain(_summary(update)),
            author_name=_plain(_author(update)),
            unique_id=update.key.urn,
            pubdate=update.published_at,
            updateddate=update.published_at,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    if is_whole and newest:
        response.headers["Last-Modified"] = http_date(newest[0].published_at.timestamp())
    return response


def _one(kind: ItemKind, *, publication: str, **number: str):
    item = kind.objects.select_related("publication").filter(publication__slug=publication, **number).first()
    if item is None:
        raise Http404(_("Nummeret findes ikke i kilden."))
    return item


def _title_of(item) -> str:
    return f"{printed_number(item)} {item.title}".strip()


def _summary(update: StatusUpdate) -> str:
    """HTML, as Atom says it: the source, what is reported about which day, and the text; all of it escaped."""
    text = update.text if len(update.text) <= LONGEST else excerpt(update.text, LONGEST)
    when = _("%(what)s pr. %(day)s.") % {"what": update.label, "day": date_format(update.on)}
    return paragraphs(f"{update.item.publication.title}. {when}") + paragraphs(text)


def _author(update: StatusUpdate) -> str:
    """Who stands behind it: the committee's administration, else the committee, else who published the source."""
    if update.committee is None:
        return update.item.publication.publisher
    return update.committee.administration or update.committee.name


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold: people paste them in from other programs."""
    return NOT_XML.sub("", text)
