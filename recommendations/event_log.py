"""The log of all events as a tree that is only added to: what a leaf says, how long the log is, and what it proves.

The root of the tree stands on each issued report, and so in the committee's own papers. Whoever has one of them can
see that an event was there then, as it is now (`inclusion`), and that a later log begins with all of the earlier one
(`consistency`). `actions/event_log.py` takes events in; here they are read.

A proof, as the public address gives it and the offline checker takes it, is JSON:

    {"format": "anbefalingslog-bevis/1", "leaf": {…}, "number": n, "tree_size": s, "path": [hex, …], "root": hex,
     "report": {every field of the report's Seal}}

`leaf` written as canonical JSON (keys sorted, no spaces, letters as they are, UTF-8) is the leaf that is hashed;
`number` counts from 0; `path` goes from the leaf up; `root` and `tree_size` must be those of the seal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from recommendations.log_tree import (
    GrowingTree,
    Span,
    Subtree,
    consistency_spans,
    inclusion_spans,
    is_extended,
    leaf_hash,
    root_of,
)
from recommendations.models import Event, IssuedReport, LogLeaf
from recommendations.models.event import ROWS, EventQuerySet

# What of an event is said openly in its leaf, where there is something to say: a column that comes later leaves the
# leaves from before it as they are.
OPEN = ("id", "at", "act", "nature", "on", "before", "after")
POINTERS = ("publication", "item", "committee", *ROWS, "proposal", "batch")
SEALED = ("by", "digest")
# Name in a leaf -> the event's column.
COLUMNS = {name: name for name in (*OPEN, "digest")} | {name: f"{name}_id" for name in (*POINTERS, "by")}
DIGITS = 64  # of a hash
CHUNK = 5000  # rows read at a time


@dataclass(frozen=True)
class Head:
    """How many leaves the log has, and the root of its tree in hexadecimal."""

    size: int
    root: str


@dataclass(frozen=True)
class Inclusion:
    """That a leaf stands at `number` (from 0) in the tree of `tree_size` leaves; hashes in hexadecimal."""

    leaf: dict[str, Any]
    number: int
    tree_size: int
    path: list[str]
    root: str


# --- What a leaf says -------------------------------------------------------------------------------------------------


def leaf(event: Mapping[str, Any], salt: str) -> dict[str, Any]:
    """What the log says of an event for ever; `event` holds what `COLUMNS` names.

    All of it is numbers of rows, moments in UTC, and codes: `before` and `after` too hold a status, an outcome, a day,
    a role or a committee's or report's code, and never words. The event's `details` are left out: they repeat texts,
    and the law can demand that a text goes. Who did it and the digest of the row stand sealed, as SHA-256 of the salt
    and both: nobody is named, and no withheld text can be found by guessing what its digest is of.
    """
    said = {name: event[name] for name in (*OPEN, *POINTERS) if event[name] not in (None, "")}
    said["at"] = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    if event["on"]:
        said["on"] = event["on"].isoformat()
    sealed = canonical({name: event[name] for name in SEALED})
    said["sealed"] = hashlib.sha256(salt.encode() + sealed).hexdigest()
    return said


def canonical(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(event: Mapping[str, Any], salt: str) -> bytes:
    return leaf_hash(canonical(leaf(event, salt)))


def columns(events: EventQuerySet) -> Iterable[dict[str, Any]]:
    """What leaves are made of, of each event."""
    for values in events.values_list(*COLUMNS.values()).iterator(chunk_size=CHUNK):
        yield dict(zip(COLUMNS, values, strict=True))


# --- The tree ---------------------------------------------------------------------------------------------------------


def size() -> int:
    last = LogLeaf.objects.order_by("-number").values_list("number", flat=True).first()
    return 0 if last is None else last + 1


def tree() -> GrowingTree:
    """The tree of today, ready to be added to: one query for its size, and one for some twenty rows."""
    whole = Span(0, size())
    peaks = list(whole.subtrees())
    roots = _roots(peaks)
    return GrowingTree(whole.end, [roots[subtree] for subtree in peaks])


def head() -> Head:
    grown = tree()
    return Head(grown.size, grown.root().hex())


def inclusion(event_id: int, tree_size: int) -> Inclusion:
    """That the event is among the first `tree_size`; LookupError where it is not, or the log is shorter."""
    found = LogLeaf.objects.filter(event=event_id, number__lt=tree_size)
    row = found.values_list("number", "salt").order_by("number").first()
    if row is None:
        raise LookupError(event_id)
    number, salt = row
    event = next(iter(columns(Event.objects.filter(pk=event_id).order_by("pk"))))
    *path, root = _hashes([*inclusion_spans(number, tree_size), Span(0, tree_size)])
    return Inclusion(leaf(event, salt), number, tree_size, path, root)


def consistency(old: int, new: int) -> list[str]:
    """The proof that the log of `new` leaves begins with that of `old`, in hexadecimal; LookupError where the log is
    shorter."""
    return _hashes(consistency_spans(old, new))


def _hashes(spans: list[Span]) -> list[str]:
    roots = _roots([subtree for span in spans for subtree in span.subtrees()])
    return [root_of(span, roots.__getitem__).hex() for span in spans]


def _roots(subtrees: Collection[Subtree]) -> dict[Subtree, bytes]:
    """The kept root of each full subtree, in one query; LookupError where a leaf is not there."""
    rows = LogLeaf.objects.filter(number__in={one.last_leaf for one in subtrees}).order_by()
    kept = {number: leaf_hash + roots for number, leaf_hash, roots in rows.values_list("number", "leaf_hash", "roots")}
    return {one: bytes.fromhex(kept[one.last_leaf][DIGITS * one.level :][:DIGITS]) for one in subtrees}


# --- What anybody may be shown ----------------------------------------------------------------------------------------


def public_events() -> EventQuerySet:
    """What happened about public sources, and to reports and meetings; without drafts and what came in from readers."""
    about = Q(publication__public_at__isnull=False) | Q(report__isnull=False) | Q(meeting__isnull=False)
    found: EventQuerySet = Event.objects.visible_to(AnonymousUser()).filter(about)
    return found


# --- Whether it is whole ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Misfit:
    """The first leaf where the log is not what it was: what the event is now, and what does not fit.

    `since` is the first leaf that can be the one that was altered: its own number, but for a wrong root.
    """

    number: int
    since: int
    event: int
    act: str
    at: datetime


@dataclass(frozen=True)
class Unlike:
    """A report whose printed root the log of today does not extend; the `since` first leaves still fit another's."""

    report: IssuedReport
    since: int


def first_misfit() -> Misfit | int | None:
    """Make every leaf anew from its event and hold it against what is kept, in order; a number where a leaf is missing,
    or its event is. Reads the log once, some rows at a time."""
    grown = GrowingTree()
    kept = ("number", "leaf_hash", "roots", "salt")
    rows = LogLeaf.objects.order_by("number").values_list(*kept, *(f"event__{name}" for name in COLUMNS.values()))
    for number, its_hash, roots, salt, *values in rows.iterator(chunk_size=CHUNK):
        if number != grown.size:
            return grown.size
        event = dict(zip(COLUMNS, values, strict=True))
        found = hash_of(event, salt)
        ended = [root.hex() for root in grown.append(found)]
        if found.hex() != its_hash:
            return Misfit(number, number, event["id"], event["act"], event["at"])
        if "".join(ended) != roots:
            right = (roots[DIGITS * place :][:DIGITS] == root for place, root in enumerate(ended))
            level = next((level for level, is_right in enumerate(right, 1) if not is_right), 0)
            return Misfit(number, number + 1 - (1 << level), event["id"], event["act"], event["at"])
    return None


def sealed_reports() -> Iterator[IssuedReport]:
    """Those that carry a root, the shortest log first."""
    found = IssuedReport.objects.exclude(tree_root="").order_by("tree_size", "issued_at", "pk").defer("data")
    return iter(found.iterator(chunk_size=CHUNK))


def first_unlike() -> Unlike | None:
    """The first issued report whose root the log of today does not extend, by a consistency proof of each."""
    fits = 0
    for report in sealed_reports():
        if not _is_kept(report):
            return Unlike(report, fits)
        fits = report.tree_size
    return None


def _is_kept(report: IssuedReport) -> bool:
    """Whether the log of today begins with the one that the report printed the root of."""
    try:
        today = head()
        path = consistency(report.tree_size, today.size)
        old_root, new_root, *hashes = map(bytes.fromhex, (report.tree_root, today.root, *path))
    except (LookupError, ValueError):  # leaves are missing, or what is kept is no hash
        return False
    return is_extended(report.tree_size, today.size, old_root, new_root, hashes)
