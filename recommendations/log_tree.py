"""A Merkle tree over leaves in a fixed order, hashed as RFC 6962 (Certificate Transparency), section 2.1, says.

A leaf's hash is SHA-256 of 0x00 and the leaf; a node's that of 0x01 and the hashes of its two halves. The left half is
as large as a power of two can be that is smaller than the whole. The root of no leaves is SHA-256 of nothing.

What is proved is checked as RFC 9162, sections 2.1.3.2 and 2.1.4.2, say. Everything here is bytes and numbers; it
knows no database. A full subtree is named by its level (0 is a leaf) and its place among those of that level, from 0:
once its last leaf is there, its root never changes, so it can be kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()


class Subtree(NamedTuple):
    """A full one: of the 2 ** `level` leaves from number `place` * 2 ** `level` on."""

    level: int
    place: int

    @property
    def last_leaf(self) -> int:
        """The number of the leaf that makes it full."""
        return ((self.place + 1) << self.level) - 1


Roots = Callable[[Subtree], bytes]  # the root of each full subtree


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class GrowingTree:
    """A tree of `size` leaves that is only added to: it remembers the roots of its largest full subtrees (a compact
    range), which are no more than the binary digits of its size."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)  # from the left, so from the largest

    def append(self, hash_of_leaf: bytes) -> list[bytes]:
        """Add a leaf by its hash. Returns the roots of the full subtrees that it ends, from level 1 on."""
        root, ended, rest = hash_of_leaf, [], self.size
        while rest & 1:
            root = node_hash(self.peaks.pop(), root)
            ended.append(root)
            rest >>= 1
        self.peaks.append(root)
        self.size += 1
        return ended

    def root(self) -> bytes:
        return _joined(self.peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    """The root over full subtrees side by side, each smaller than the one to its left."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY


# --- Where things are -------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """The leaves from number `begin` up to, but not with, `end`: one node of a tree, full or not."""

    begin: int
    end: int

    def halves(self) -> tuple[Span, Span]:
        middle = self.begin + (1 << (self.end - self.begin - 1).bit_length() - 1)
        return Span(self.begin, middle), Span(middle, self.end)

    def subtrees(self) -> Iterator[Subtree]:
        """The full subtrees that it is made of, from the left."""
        begin = self.begin
        while begin < self.end:
            level = (self.end - begin).bit_length() - 1
            yield Subtree(level, begin >> level)
            begin += 1 << level


def root_of(span: Span, roots: Roots) -> bytes:
    return _joined([roots(subtree) for subtree in span.subtrees()])


def inclusion_spans(number: int, size: int) -> list[Span]:
    """The nodes of the audit path of leaf `number` in a tree of `size` leaves, from the leaf up. ValueError where the
    tree has no such leaf."""
    if not 0 <= number < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {number}.")
    span, path = Span(0, size), []
    while span.end - span.begin > 1:
        left, right = span.halves()
        span, beside = (left, right) if number < left.end else (right, left)
        path.append(beside)
    return path[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The nodes of the proof that a tree of `new` leaves begins with all of one of `old`. None are needed from no
    leaves, or between equals; ValueError where `new` is smaller."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves does not begin with {old}.")
    if old in (0, new):
        return []
    span, path, is_old_tree = Span(0, new), [], True
    while span.end != old:
        left, right = span.halves()
        goes_left = old <= left.end
        span, beside = (left, right) if goes_left else (right, left)
        is_old_tree = is_old_tree and goes_left
        path.append(beside)
    return ([] if is_old_tree else [span]) + path[::-1]


# --- Checking what is proved ------------------------------------------------------------------------------------------


def is_included(hash_of_leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf stands at `number` in the tree of `size` leaves with this root."""
    if not 0 <= number < size:
        return False
    node, last, found = number, size - 1, hash_of_leaf
    for beside in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def is_extended(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `new` leaves begins with all of the tree of `old`, unchanged."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    rest = list(path)
    if old & (old - 1) == 0:  # the old tree is full, so its root is a node of the new one
        rest.insert(0, old_root)
    if not rest:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = rest[0]
    for beside in rest[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
