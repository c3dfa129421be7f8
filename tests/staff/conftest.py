"""What whole tasks begin with: a source with headings, and what waits for approval."""

from datetime import timedelta

import pytest

from recommendations.actions import UpdateDraft, save_draft, submit_update
from recommendations.enums import ItemKind, Status
from tests.factories import ItemFactory, OwnershipFactory, PublicationFactory, RecommendationFactory, published, today


@pytest.fixture
def tinget():
    return PublicationFactory(slug="tinget", title="Tinget")


@pytest.fixture
def make_items(sou, tinget):
    """`make_items(22)` are SOU's recommendations in one source, under two headings."""

    def make_items(count, committee=sou, status="", publication=tinget):
        headings = [
            ItemFactory(publication=publication, kind=ItemKind.HEADING, number=f"{number}", title=f"Del {number}")
            for number in (1, 2)
        ]
        items = [
            RecommendationFactory(publication=publication, number=f"{1 + n % 2}.{n}", parent=headings[n % 2])
            for n in range(count)
        ]
        for item in items:
            OwnershipFactory(item=item, committee=committee)
            if status:
                published(item, status, on=today() - timedelta(days=200), text="Begyndt i to bydele.")
        return sorted(items, key=lambda item: item.path)

    return make_items


@pytest.fixture
def make_submitted(anna, sou, make_items):
    """`make_submitted(10)` wait for bo's approval."""

    def make_submitted(count, publication=None, **draft):
        updates = []
        for item in make_items(count, **({"publication": publication} if publication else {})):
            update = save_draft(
                by=anna,
                item=item,
                committee=sou,
                draft=UpdateDraft(**{"status": Status.IN_PROGRESS, "text": f"Nu i {item.number}."} | draft),
            )
            updates.append(submit_update(by=anna, update=update))
        return updates

    return make_submitted
