"""How many readers follow which page by mail: counts for administrators, never who; few are told as fewer than five."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from recommendations.enums import FollowedTopic
from recommendations.models import Subscription

FEWEST = 5  # of fewer it is not told how many
MOST_SHOWN = 50


@dataclass(frozen=True)
class FollowedCount:
    """The address of a page, what of it is followed, and by how many in words."""

    address: str
    topic: str
    count: str


def followed_pages() -> list[FollowedCount]:
    """The most followed first. One query."""
    found = Subscription.objects.confirmed().order_by().values_list("address", "topic").annotate(count=Count("pk"))
    rows = found.order_by("-count", "address", "topic")[:MOST_SHOWN]
    told = [(address, topic, count if count >= FEWEST else 0) for address, topic, count in rows]
    told.sort(key=lambda row: (-row[2], row[0], row[1]))  # in their order nobody reads which of the few has more
    return [
        FollowedCount(address, str(FollowedTopic(topic).label), str(count) if count else _("færre end 5"))
        for address, topic, count in told
    ]
