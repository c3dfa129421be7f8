"""Where a list, an item or a committee can be followed: as news in a feed reader, as dates in a calendar."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from recommendations.enums import Order
from recommendations.selection import Selection, with_query


@dataclass(frozen=True)
class Follow:
    """The addresses; `calendar` is empty where there are no dates to offer."""

    feed: str
    calendar: str = ""

    @classmethod
    def of(cls, room: str, selection: Selection) -> Follow:
        """What is chosen in a room ("recommendations", "initiatives" or "news"), whatever happens to it from today."""
        query = selection.query_string(as_of=None, since=None, order=Order.NUMBER)
        return cls(with_query(reverse(f"{room}_feed"), query), with_query(reverse(f"{room}_calendar"), query))
