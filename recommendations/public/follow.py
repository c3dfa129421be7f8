"""Where a list, an item, a source or a committee can be followed: as news in a feed reader or by mail, as dates in a
calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from recommendations import tenancy
from recommendations.addresses import address
from recommendations.following import FollowedPage
from recommendations.models import Item
from recommendations.selection import Selection, with_query


@dataclass(frozen=True)
class Follow:
    """The paths of the three, with their parameters."""

    feed: str
    calendar: str
    mail: str

    @classmethod
    def of(cls, room: str, selection: Selection) -> Follow:
        """What is chosen in a room ("recommendations", "initiatives" or "news"), whatever happens to it from today."""
        query = selection.query_string(as_of=None, since=None, order="")
        page = FollowedPage(room, selection.replaced(as_of=None, since=None, order=""))
        return cls(
            with_query(address(f"{room}_feed"), query), with_query(address(f"{room}_calendar"), query), by_mail(page)
        )

    @classmethod
    def of_item(cls, item: Item) -> Follow:
        """An item and all below it."""
        where = [item.publication.slug, item.number]
        feed, calendar = (reverse(f"{item.route}_{end}", args=where) for end in ("feed", "calendar"))
        return cls(feed, calendar, by_mail(FollowedPage(item.route, item=item)))

    @property
    def feed_to_copy(self) -> str:
        """The whole address, for a program of the reader's own."""
        return tenancy.site_url() + self.feed

    @property
    def calendar_to_copy(self) -> str:
        return tenancy.site_url() + self.calendar


def by_mail(page: FollowedPage) -> str:
    """Where a page is followed by mail."""
    return with_query(address("follow"), urlencode({"side": page.danish_address}))


def title_of_its_own(title: str) -> str:
    """A title that stands alone, in somebody's reader or calendar: whose it is, and whether it is made up."""
    return tenancy.marked(f"{title} – {tenancy.current().sender_name}")
