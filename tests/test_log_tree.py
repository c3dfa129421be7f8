"""The tree of the log, against the vectors that Certificate Transparency publishes and against the definition itself.

The leaves, roots and proofs of VECTORS are those of github.com/transparency-dev/merkle, proof/verify_test.go (as in
the reference implementation before it, certificate-transparency/cpp/merkletree); leaves are counted from 0 here.
"""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.log_tree import (
    EMPTY,
    GrowingTree,
    Span,
    Subtree,
    consistency_spans,
    inclusion_spans,
    is_extended,
    is_included,
    leaf_hash,
    root_of,
)

LEAVES = [
    bytes.fromhex(digits)
    for digits in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
# The root of the first leaf, the first two …
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
B = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
AB = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
CD = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
ABCD = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
E = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
EF = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
EFGH = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
GH = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
INCLUSIONS = [
    (0, 1, []),
    (0, 8, [B, CD, EFGH]),
    (5, 8, [E, GH, ABCD]),
    (2, 3, [AB]),
    (1, 5, [A, CD, E]),
]
CONSISTENCIES = [
    (1, 1, []),
    (1, 8, [B, CD, EFGH]),
    (6, 8, [EF, GH, ABCD]),
    (2, 5, [CD, E]),
    (6, 7, [EF, G, ABCD]),
]
OTHER = hashlib.sha256(b"noget andet").digest()


def grown(leaves):
    """The tree of `leaves`, and the root of each full subtree of it, gathered as it grew."""
    tree, roots = GrowingTree(), {}
    for number, leaf in enumerate(leaves):
        roots[Subtree(0, number)] = leaf_hash(leaf)
        for level, root in enumerate(tree.append(leaf_hash(leaf)), 1):
            roots[Subtree(level, number >> level)] = root
    return tree, roots


def proof(spans, roots):
    return [root_of(span, roots.__getitem__) for span in spans]


def of_hex(hashes):
    return [bytes.fromhex(digits) for digits in hashes]


def defined(leaves):
    """The root as RFC 6962, 2.1, defines it, letter for letter."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = max(1 << power for power in range(len(leaves).bit_length()) if 1 << power < len(leaves))
    return hashlib.sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


class TestPublishedVectors:
    def test_the_root_of_nothing(self):
        assert GrowingTree().root() == EMPTY
        assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @pytest.mark.parametrize("size", range(1, 9))
    def test_roots(self, size):
        tree, roots = grown(LEAVES[:size])
        assert tree.root().hex() == ROOTS[size - 1]
        assert root_of(Span(0, size), roots.__getitem__) == tree.root()

    @pytest.mark.parametrize(("number", "size", "path"), INCLUSIONS)
    def test_inclusion(self, number, size, path):
        _tree, roots = grown(LEAVES)
        assert proof(inclusion_spans(number, size), roots) == of_hex(path)
        assert is_included(leaf_hash(LEAVES[number]), number, size, of_hex(path), bytes.fromhex(ROOTS[size - 1]))

    @pytest.mark.parametrize(("old", "new", "path"), CONSISTENCIES)
    def test_consistency(self, old, new, path):
        _tree, roots = grown(LEAVES)
        assert proof(consistency_spans(old, new), roots) == of_hex(path)
        assert is_extended(old, new, *of_hex([ROOTS[old - 1], ROOTS[new - 1]]), of_hex(path))


class TestRefused:
    """What the same test suite of the reference tries to pass off as proofs."""

    @pytest.mark.parametrize(("number", "size", "path"), INCLUSIONS[1:])
    def test_inclusion(self, number, size, path):
        leaf, root, path = leaf_hash(LEAVES[number]), bytes.fromhex(ROOTS[size - 1]), of_hex(path)
        flipped = [bytes([path[0][0] ^ 8]) + path[0][1:], *path[1:]]
        tried = [
            (leaf, number - 1, size, path, root),
            (leaf, number + 1, size, path, root),
            (leaf, number ^ 2, size, path, root),
            (leaf, number, size * 2, path, root),
            (leaf, number, size // 2, path, root),
            (OTHER, number, size, path, root),
            (leaf, number, size, path, OTHER),
            (leaf, number, size, [*path, root], root),
            (leaf, number, size, [root, *path], root),
            (leaf, number, size, path[:-1], root),
            (leaf, number, size, flipped, root),
        ]
        assert [is_included(*one) for one in tried] == [False] * len(tried)

    @pytest.mark.parametrize(("old", "new", "path"), CONSISTENCIES[1:])
    def test_consistency(self, old, new, path):
        old_root, new_root, *path = of_hex([ROOTS[old - 1], ROOTS[new - 1], *path])
        tried = [
            (old - 1, new, old_root, new_root, path),
            (old + 1, new, old_root, new_root, path),
            (old ^ 2, new, old_root, new_root, path),
            (old, new * 2, old_root, new_root, path),
            (old, new // 2, old_root, new_root, path),
            (old, new, OTHER, new_root, path),
            (old, new, old_root, OTHER, path),
            (old, new, new_root, old_root, path),
            (old, new, old_root, new_root, []),
            (old, new, old_root, new_root, [*path, new_root]),
            (old, new, old_root, new_root, [old_root, *path]),
            (old, new, old_root, new_root, path[:-1]),
        ]
        assert [is_extended(*one) for one in tried] == [False] * len(tried)

    def test_a_tree_that_never_was_is_no_beginning(self):
        assert is_extended(0, 3, EMPTY, OTHER, [])
        assert not is_extended(0, 3, OTHER, OTHER, [])
        assert not is_extended(3, 3, EMPTY, OTHER, [])
        assert not is_extended(3, 3, OTHER, OTHER, [OTHER])

    @pytest.mark.parametrize(("number", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
    def test_no_path_of_a_leaf_that_is_not_there(self, number, size):
        assert not is_included(OTHER, number, size, [], OTHER)
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_spans(number, size)

    def test_no_proof_that_the_small_begins_with_the_large(self):
        with pytest.raises(ValueError, match="does not begin"):
            consistency_spans(3, 2)


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=3), min_size=1, max_size=70), st.data())
def test_growing_leaf_by_leaf_is_the_definition_and_each_proof_holds(leaves, data):
    tree, roots = grown(leaves)
    assert tree.root() == defined(leaves)
    number = data.draw(st.integers(0, len(leaves) - 1))
    path = proof(inclusion_spans(number, len(leaves)), roots)
    assert is_included(leaf_hash(leaves[number]), number, len(leaves), path, tree.root())
    old = data.draw(st.integers(0, len(leaves)))
    path = proof(consistency_spans(old, len(leaves)), roots)
    assert is_extended(old, len(leaves), defined(leaves[:old]), tree.root(), path)


def test_a_tree_that_is_taken_up_again_goes_on_as_before():
    tree, roots = grown(LEAVES[:5])
    again = GrowingTree(5, [roots[subtree] for subtree in Span(0, 5).subtrees()])
    assert again.append(leaf_hash(LEAVES[5])) == tree.append(leaf_hash(LEAVES[5]))
    assert again.root().hex() == ROOTS[5]
