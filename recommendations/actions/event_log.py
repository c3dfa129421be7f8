"""Taking events into the log that is a tree."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from django.db import transaction

from recommendations import event_log, tenancy
from recommendations.event_log import Head
from recommendations.models import Event, LogLeaf, Municipality

BATCH = 2000  # events read and leaves written at a time
SALT = 16  # bytes


@transaction.atomic
def grow_log() -> Head:
    """Give each event that has none its leaf, in order of id, and say how long the log then is.

    Within whatever issues a report, which is the act: this has no event of its own. Two that do it at once take turns
    at the municipality's row; other acts go on meanwhile, and what they have not finished gets its leaf the next time.
    """
    # Not for its key: whoever writes a row of the municipality holds that shared, and would have to wait.
    Municipality.objects.select_for_update(no_key=True).get(pk=tenancy.current().pk)
    tree = event_log.tree()
    waiting = list(Event.objects.filter(leaf__isnull=True).order_by("pk").values_list("pk", flat=True))
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


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
