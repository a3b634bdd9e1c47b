"""Merkle tree hashing and proofs of RFC 9162, section 2.1, with SHA-256 (https://www.rfc-editor.org/rfc/rfc9162#section-2.1).

A node has a level (leaves are 0) and a position within it, and covers the leaves from ``position << level`` up to but not
including ``(position + 1) << level``. Only nodes whose leaves all exist are ever kept, so a kept node never changes; the hashes
on the ragged right edge are made from them when needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from bole.errors import InvalidValue

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
NodeLookup = Callable[[int, int], bytes]
"""Gives the 32-byte hash of the node at (level, position); called O(log n) times for one proof."""


class Node(NamedTuple):
    """An interior node whose leaves are all there; it never changes again."""

    level: int
    position: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash of a leaf; its prefix 00 keeps it from ever passing for a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of the node over two children."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes in order: one hash a node, level by level; of no leaves, SHA-256 of nothing."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        lonely = level[-1:] if len(level) % 2 else []
        level = _paired(level) + lonely
    return level[0]


def nodes_over(leaf_hashes: Iterable[bytes]) -> NodeLookup:
    """Return a lookup over leaf hashes held in memory, for proofs within a batch (64 bytes a row)."""
    levels = [list(leaf_hashes)]
    while len(levels[-1]) > 1:
        levels.append(_paired(levels[-1]))
    return lambda level, position: levels[level][position]


def _paired(level: list[bytes]) -> list[bytes]:
    children = iter(level)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(children, children, strict=False)]  # an odd last one is left out


@dataclass(frozen=True, slots=True)
class Frontier:
    """
    What an append needs to know of a log: the roots of its perfect subtrees.

    Args:
        size: number of leaves.
        hashes: one 32-byte hash for each set bit of `size`, the largest subtree first.

    Raises:
        InvalidValue: the number of hashes does not fit the size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise InvalidValue(
                "core.bad_frontier", f"{len(self.hashes)} hashes cannot be the edge of a log of {self.size} leaves.", "Load it from the stored nodes."
            )

    @classmethod
    def load(cls, size: int, node: NodeLookup) -> Frontier:
        """Return the edge of a log of `size` leaves from its stored nodes, at most 64 reads."""
        return cls(size, tuple(node(level, position) for level, position in _perfect(0, size)))

    @property
    def root(self) -> bytes:
        """The 32-byte Merkle tree hash of the log."""
        return _joined(self.hashes) if self.hashes else EMPTY_ROOT

    def append(self, leaf: bytes) -> tuple[Frontier, list[Node]]:
        """
        Return the edge after one more leaf, and the interior nodes that this leaf completed, lowest first.

        Args:
            leaf: the 32-byte leaf hash.
        """
        hashes, position = list(self.hashes), self.size
        completed: list[Node] = []
        while position % 2:
            position //= 2
            leaf = node_hash(hashes.pop(), leaf)
            completed.append(Node(len(completed) + 1, position, leaf))
        return Frontier(self.size + 1, (*hashes, leaf)), completed


def inclusion_proof(index: int, size: int, node: NodeLookup) -> list[bytes]:
    """
    Return the audit path of a leaf (RFC 9162, 2.1.3.1), nearest sibling first.

    Args:
        index: the leaf's place, 0 to `size` - 1.
        size: number of leaves of the tree proven against; the lookup may know more.
        node: lookup of stored nodes, leaves (level 0) among them.

    Raises:
        InvalidValue: no such leaf.
    """
    if not 0 <= index < size:
        raise InvalidValue("core.no_such_leaf", f"there is no leaf {index} in a log of {size} leaves.", "Leaves count from 0.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = _split(start, end)
        if index < split:
            path.append(_root_between(split, end, node))
            end = split
        else:
            path.append(_root_between(start, split, node))
            start = split
    return path[::-1]


def consistency_proof(first: int, second: int, node: NodeLookup) -> list[bytes]:
    """
    Return the proof that a log of `second` leaves begins with the log of `first` leaves (RFC 9162, 2.1.4.1).

    Empty when `first` is 0 or equals `second`, where there is nothing to prove.

    Raises:
        InvalidValue: `first` is negative or larger than `second`.
    """
    if not 0 <= first <= second:
        raise InvalidValue("core.no_such_size", f"a log of {second} leaves does not begin with {first} leaves.", "Give the smaller size first.")
    path: list[bytes] = []
    start, end = 0, second
    while first and first != end:
        split = _split(start, end)
        if first <= split:
            path.append(_root_between(split, end, node))
            end = split
        else:
            path.append(_root_between(start, split, node))
            start = split
    if start:  # otherwise the last subtree is the whole first log, whose root the verifier has
        path.append(_root_between(start, end, node))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that an audit path leads to from a leaf hash (RFC 9162, 2.1.3.2), or None when its shape is impossible."""
    if not 0 <= index < size or not _are_hashes(leaf, *path):
        return None
    climbed = _climb(leaf, index, size - 1, path)
    return climbed[1] if climbed else None


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the audit path proves that the leaf hash stands at `index` in the tree of that size and root."""
    return root_from_inclusion(leaf, index, size, path) == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """
    Tell whether the path proves that the second tree begins with the whole first tree (RFC 9162, 2.1.4.2).

    A first tree of no leaves begins every tree; its root must be `EMPTY_ROOT` and the path empty.
    """
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *path):
        return False
    if first == 0 and first_root != EMPTY_ROOT:
        return False
    if not path:
        return first_root == second_root if first == second else first == 0
    if first in (0, second):
        return False
    start, *siblings = path if first.bit_count() > 1 else [first_root, *path]
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place // 2, last // 2
    return _climb(start, place, last, siblings) == (first_root, second_root)


def _climb(start: bytes, place: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the roots of the tree that ends at `place` and of the one that ends at `last`, or None when the path is too short or long."""
    old = new = start
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            new = node_hash(new, sibling)
        place, last = place // 2, last // 2
    return None if last else (old, new)


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)


def _split(start: int, end: int) -> int:
    """Return where the left subtree ends: the largest power of two below the number of leaves (RFC 9162, 2.1.1)."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield level and position of the perfect subtrees that make up the leaves from `start` to `end`, the largest first."""
    for level in reversed(range((end - start).bit_length())):
        if end - start >= 1 << level:
            yield level, start >> level
            start += 1 << level


def _joined(hashes: Sequence[bytes]) -> bytes:
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def _root_between(start: int, end: int, node: NodeLookup) -> bytes:
    return _joined([node(level, position) for level, position in _perfect(start, end)])
