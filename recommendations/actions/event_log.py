"""Taking events into the log that is a tree."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from recommendations import event_log, tenancy
from recommendations.actions.turns import in_turn
from recommendations.event_log import Head
from recommendations.models import Event, LogLeaf
from recommendations.models.event import EventQuerySet

BATCH = 2000  # events read and leaves written at a time
SALT = 16  # bytes


@in_turn()
def grow_log(most: int | None = None) -> Head:
    """Give each event that has none its leaf, in order of id, and say how long the log then is.

    Within whatever issues a report, which is the act: this has no event of its own. With `most` it stops after so many.
    """
    tree = event_log.tree()
    # Since acts take turns, all that waits is newer; but what an older version left behind is found by the first alone.
    unlogged = Event.objects.filter(leaf__isnull=True) if most is None else newer()
    waiting = list(unlogged.order_by("pk").values_list("pk", flat=True)[:most])
    for ids in _batches(waiting):
        leaves = []
        for event in event_log.columns(Event.objects.filter(pk__in=ids).order_by("pk")):
            salt, number = secrets.token_hex(SALT), tree.size
            found = event_log.hash_of(event, salt)
            roots = "".join(root.hex() for root in tree.append(found))
            leaves.append(
                LogLeaf(
                    municipality=tenancy.current(),
                    number=number,
                    event_id=event["id"],
                    leaf_hash=found.hex(),
                    roots=roots,
                    salt=salt,
                )
            )
        LogLeaf.objects.bulk_create(leaves, batch_size=BATCH)
    return Head(tree.size, tree.root().hex())


def keep_up() -> None:
    """Grow the log step by step, others' acts between: where so much waits that who issues a report would wait long."""
    while newer().exists():
        grow_log(BATCH)


def newer() -> EventQuerySet:
    """What has happened since the last event that the log took in."""
    last = LogLeaf.objects.order_by("-event_id").values_list("event_id", flat=True).first()
    found: EventQuerySet = Event.objects.filter(pk__gt=last or 0)
    return found


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
