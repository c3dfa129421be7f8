"""Where a list, an item, a source or a committee can be followed: as news in a feed reader, as dates in a calendar."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from recommendations import tenancy
from recommendations.addresses import address
from recommendations.models import Item
from recommendations.selection import Selection, with_query


@dataclass(frozen=True)
class Follow:
    """The paths of the two, with their parameters."""

    feed: str
    calendar: str

    @classmethod
    def of(cls, room: str, selection: Selection) -> Follow:
        """What is chosen in a room ("recommendations", "initiatives" or "news"), whatever happens to it from today."""
        query = selection.query_string(as_of=None, since=None, order="")
        return cls(with_query(address(f"{room}_feed"), query), with_query(address(f"{room}_calendar"), query))

    @classmethod
    def of_item(cls, item: Item) -> Follow:
        """An item and all below it."""
        where = [item.publication.slug, item.number]
        return cls(reverse(f"{item.route}_feed", args=where), reverse(f"{item.route}_calendar", args=where))

    @property
    def feed_to_copy(self) -> str:
        """The whole address, for a program of the reader's own."""
        return tenancy.site_url() + self.feed

    @property
    def calendar_to_copy(self) -> str:
        return tenancy.site_url() + self.calendar


def title_of_its_own(title: str) -> str:
    """A title that stands alone, in somebody's reader or calendar: whose it is, and whether it is made up."""
    return tenancy.marked(f"{title} – {tenancy.current().sender_name}")
