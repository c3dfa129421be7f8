"""Mails to readers who follow something: a link to say yes with, and the news; in their language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import links, tenancy
from recommendations.changes import NewsChange
from recommendations.enums import Act, FollowedTopic, MessageKind
from recommendations.following import FollowedPage, NotFollowed, page_at, still_told
from recommendations.models import Event, OutgoingMessage, Subscriber, Subscription
from recommendations.models.subscription import UNCONFIRMED_FOR
from recommendations.notifications.writing import Written, writer_of, written

MOST_TOLD = 30  # lines about one page; the rest are counted


@dataclass(frozen=True)
class ToldLine:
    """One piece of news: what it is about, what is so now, whose word it is, and the page where it stands."""

    heading: str
    what: str
    whose: str
    text: str
    address: str


@dataclass(frozen=True)
class ToldPage:
    """What is new of one page that is followed; `more` lines are only counted."""

    title: str
    address: str
    lines: list[ToldLine]
    more: int
    end_address: str


@writer_of(MessageKind.FOLLOWING_TO_CONFIRM)
def following_to_confirm(message: OutgoingMessage) -> Written | None:
    """The link to say yes with; where that was said already, or no page is named, the one to all that is held."""
    reader = _reader(message)
    with translation.override(reader.language):
        key = message.about.get("subscription")
        waiting = reader.subscriptions.filter(pk=key).order_by("pk").first() if key else None
        if key and waiting is None:
            return None  # ended, or given up, meanwhile
        context: dict[str, Any] = _about_reader(reader) | {"hours": UNCONFIRMED_FOR.total_seconds() // 3600}
        name = "held_about_reader"
        if waiting is not None:
            page = _page(waiting)
            if page is None:
                return None
            name = "already_followed" if waiting.confirmed_at else "following_to_confirm"
            token = links.reader_token(reader, links.about_keys([waiting.pk]))
            context |= {
                "page": _title(page, waiting),
                "rhythm": waiting.get_rhythm_display(),
                "address": tenancy.site_url() + reverse("confirm_following", args=[token]),
            }
    return written(f"readers/{name}", context, language=reader.language)


@writer_of(MessageKind.FOLLOWED_NEWS)
def followed_news(message: OutgoingMessage) -> Written | None:
    """What is new of all that was due, as far as it is followed still and is so still."""
    reader = _reader(message)
    with translation.override(reader.language):
        told = {row["subscription"]: row["events"] for row in message.about["told"]}
        followed = Subscription.objects.confirmed().filter(subscriber=reader, pk__in=told).order_by("pk")
        parts = [(one.pk, part) for one in followed if (part := _told_of(one, told[one.pk]))]
        if not parts:
            return None
        pages = [part for _key, part in parts]
        context = _about_reader(reader) | {"pages": pages, "page": pages[0].title}
        headers = _list_headers(reader, [key for key, _part in parts])
    return written("readers/followed_news", context, language=reader.language, headers=headers)


def _reader(message: OutgoingMessage) -> Subscriber:
    assert message.subscriber is not None  # of these kinds it is always to one
    return message.subscriber


def _about_reader(reader: Subscriber) -> dict[str, Any]:
    held = reverse("held_about_reader", args=[links.reader_token(reader)])
    return {"sender": tenancy.current().sender_name, "held_address": tenancy.site_url() + held}


def _end_address(reader: Subscriber, subscriptions: list[int]) -> str:
    token = links.reader_token(reader, links.about_keys(subscriptions))
    return tenancy.site_url() + reverse("end_following", args=[token])


def _list_headers(reader: Subscriber, subscriptions: list[int]) -> dict[str, str]:
    """What lets a mail program offer a button that ends it: RFC 2369, RFC 8058 (one click); RFC 2919 names the list."""
    return {
        "List-Unsubscribe": f"<{_end_address(reader, subscriptions)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<foelg.{urlsplit(tenancy.site_url()).hostname}>",
    }


def _page(subscription: Subscription) -> FollowedPage | None:
    try:
        return page_at(subscription.address)
    except NotFollowed:
        return None


def _title(page: FollowedPage, subscription: Subscription) -> str:
    """The page in words; of meetings also which of the two things."""
    if subscription.topic == FollowedTopic.NEWS:
        return page.title
    return f"{page.title}: {subscription.get_topic_display()}"


def _told_of(subscription: Subscription, events: list[int]) -> ToldPage | None:
    page = _page(subscription)
    meetings, changes = still_told(events)
    lines = [_of_meeting(event) for event in meetings] + [_of_change(change) for change in changes]
    if page is None or not lines:
        return None
    return ToldPage(
        title=_title(page, subscription),
        address=tenancy.site_url() + page.address,
        lines=lines[:MOST_TOLD],
        more=max(len(lines) - MOST_TOLD, 0),
        end_address=_end_address(subscription.subscriber, [subscription.pk]),
    )


def _of_meeting(event: Event) -> ToldLine:
    meeting = event.meeting
    assert meeting is not None  # it is told of as a meeting's
    words = {
        Act.MEETING_PLANNED: _("Mødet er lagt i kalenderen."),
        Act.MEETING_MOVED: _("Mødet er flyttet til denne dag."),
        Act.MEETING_CANCELLED: _("Mødet er aflyst."),
        Act.PAPERS_SENT: _("Dagsordenen er sendt ud."),
        Act.MEETING_HELD: _("Mødet er holdt."),
    }
    return ToldLine(
        heading=_("Møde %(day)s") % {"day": date_format(meeting.on)},
        what=words[Act(event.act)],
        whose=meeting.committee.name,
        text=meeting.remark if event.act in (Act.MEETING_MOVED, Act.MEETING_CANCELLED) else "",
        address=tenancy.site_url() + meeting.get_absolute_url(),
    )


def _of_change(change: NewsChange) -> ToldLine:
    where = change.item.get_absolute_url() if change.item else reverse("publication", args=[change.publication.slug])
    anchor = f"#{change.anchor}" if change.anchor else ""
    whose = change.committee.name if change.committee else change.publication.publisher
    return ToldLine(
        heading=str(change.item or change.publication.title),
        what=_("%(what)s pr. %(day)s") % {"what": change.in_words, "day": date_format(change.on)},
        whose=f"{change.publication.title}, {whose}" if change.item else whose,
        text=change.text,
        address=tenancy.site_url() + where + anchor,
    )
