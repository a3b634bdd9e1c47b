"""Merkle proofs that were tampered with, or never could be, prove nothing."""

from __future__ import annotations

import hashlib

import pytest

from bole.errors import InvalidValue
from bole.ledger import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_over,
    root_from_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.core.ledger.vectors import CONSISTENCY, ENTRIES, INCLUSION, OTHER, ROOTS, entries_of, hashes_of, published

INCLUSION_TAMPERINGS = {
    "earlier place": lambda p: {**p, "index": p["index"] - 1},
    "later place": lambda p: {**p, "index": p["index"] + 1},
    "place with a bit flipped": lambda p: {**p, "index": p["index"] ^ 2},
    "tree twice as large": lambda p: {**p, "size": p["size"] * 2},
    "tree half as large": lambda p: {**p, "size": p["size"] // 2},
    "empty tree": lambda p: {**p, "size": 0},
    "other leaf": lambda p: {**p, "leaf": OTHER},
    "leaf that is no hash": lambda p: {**p, "leaf": b"WrongLeaf"},
    "other root": lambda p: {**p, "root": OTHER},
    "empty root": lambda p: {**p, "root": EMPTY_ROOT},
    "garbage behind": lambda p: {**p, "path": [*p["path"], b""]},
    "root behind": lambda p: {**p, "path": [*p["path"], p["root"]]},
    "garbage in front": lambda p: {**p, "path": [b"", *p["path"]]},
    "root in front": lambda p: {**p, "path": [p["root"], *p["path"]]},
    "one hash less": lambda p: {**p, "path": p["path"][:-1] if p["path"] else [OTHER]},
    "one hash edited": lambda p: {**p, "path": [bytes([p["path"][0][0] ^ 8]) + p["path"][0][1:], *p["path"][1:]] if p["path"] else [OTHER]},
    "path reversed": lambda p: {**p, "path": p["path"][::-1] if len(p["path"]) > 1 else [OTHER]},
    "bytes moved between hashes": lambda p: {**p, "leaf": p["leaf"][:-1]},
}


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
@pytest.mark.parametrize("tamper", INCLUSION_TAMPERINGS.values(), ids=INCLUSION_TAMPERINGS.keys())
def test_a_tampered_inclusion_proof_fails(index, size, path, tamper):
    """A published inclusion proof fails once place, size, leaf, root or path is another."""
    proof = {"leaf": leaf_hash(ENTRIES[index]), "index": index, "size": size, "path": published(path), "root": bytes.fromhex(ROOTS[size])}

    assert verify_inclusion(**proof)
    assert not verify_inclusion(**tamper(proof))


CONSISTENCY_TAMPERINGS = {
    "earlier first size": lambda p: {**p, "first": p["first"] - 1},
    "later first size": lambda p: {**p, "first": p["first"] + 1},
    "first size with a bit flipped": lambda p: {**p, "first": p["first"] ^ 2},
    "second twice as large": lambda p: {**p, "second": p["second"] * 2},
    "second half as large": lambda p: {**p, "second": p["second"] // 2},
    "other first root": lambda p: {**p, "first_root": OTHER},
    "other second root": lambda p: {**p, "second_root": OTHER},
    "root that is no hash": lambda p: {**p, "first_root": b"WrongRoot"},
    "swapped roots": lambda p: {**p, "first_root": p["second_root"], "second_root": p["first_root"]},
    "empty path": lambda p: {**p, "path": []},
    "garbage behind": lambda p: {**p, "path": [*p["path"], b""]},
    "first root behind": lambda p: {**p, "path": [*p["path"], p["first_root"]]},
    "second root behind": lambda p: {**p, "path": [*p["path"], p["second_root"]]},
    "garbage in front": lambda p: {**p, "path": [b"", *p["path"]]},
    "first root in front": lambda p: {**p, "path": [p["first_root"], *p["path"]]},
    "second root in front": lambda p: {**p, "path": [p["second_root"], *p["path"]]},
    "first hash twice": lambda p: {**p, "path": [p["path"][0], *p["path"]]},
    "one hash less": lambda p: {**p, "path": p["path"][:-1]},
    "one hash edited": lambda p: {**p, "path": [bytes([p["path"][0][0] ^ 16]) + p["path"][0][1:], *p["path"][1:]]},
}


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY[1:])
@pytest.mark.parametrize("tamper", CONSISTENCY_TAMPERINGS.values(), ids=CONSISTENCY_TAMPERINGS.keys())
def test_a_tampered_consistency_proof_fails(first, second, path, tamper):
    """A published consistency proof fails once a size, a root or the path is another."""
    roots = {"first_root": bytes.fromhex(ROOTS[first]), "second_root": bytes.fromhex(ROOTS[second])}
    proof = {"first": first, "second": second, **roots, "path": published(path)}

    assert verify_consistency(**proof)
    assert not verify_consistency(**tamper(proof))


@pytest.mark.parametrize(
    ("first", "second", "first_root", "second_root", "path", "holds"),
    [
        pytest.param(0, 0, EMPTY_ROOT, EMPTY_ROOT, [], True, id="nothing and nothing"),
        pytest.param(0, 5, EMPTY_ROOT, OTHER, [], True, id="nothing begins everything"),
        pytest.param(0, 5, OTHER, OTHER, [], False, id="nothing with a false root"),
        pytest.param(0, 0, EMPTY_ROOT, OTHER, [], False, id="nothing with a later false root"),
        pytest.param(0, 0, OTHER, OTHER, [], False, id="nothing twice with a false root"),
        pytest.param(0, 5, EMPTY_ROOT, OTHER, [OTHER], False, id="nothing with a path"),
        pytest.param(3, 3, OTHER, OTHER, [], True, id="the same log"),
        pytest.param(3, 3, OTHER, EMPTY_ROOT, [], False, id="two logs of one size"),
        pytest.param(3, 3, OTHER, OTHER, [OTHER], False, id="the same log with a path"),
        pytest.param(5, 3, OTHER, OTHER, [], False, id="a log cut short"),
        pytest.param(-1, 3, OTHER, OTHER, [], False, id="negative size"),
        pytest.param(1, 2, OTHER, OTHER, [], False, id="growth without proof"),
    ],
)
def test_consistency_at_the_edges(first, second, first_root, second_root, path, holds):
    """Empty, equal and shrunk logs are judged without a path."""
    assert verify_consistency(first, second, first_root, second_root, path) is holds


def test_a_node_never_passes_for_a_leaf():
    """A second tree made of the interior nodes' bytes has another root: leaves and nodes are hashed with different prefixes."""
    entries = entries_of(4)
    hashes = hashes_of(entries)
    forged = [hashes[0] + hashes[1], hashes[2] + hashes[3]]

    assert root_of(hashes_of(forged)) != root_of(hashes)
    assert leaf_hash(hashes[0] + hashes[1]) != node_hash(hashes[0], hashes[1])


def test_an_interior_node_is_not_proven_as_a_leaf_of_the_same_log():
    """The upper part of a path would prove an interior node as a leaf of a smaller tree; the size in the checkpoint forbids it."""
    hashes = hashes_of(entries_of(8))
    node = nodes_over(hashes)
    root = root_of(hashes)

    path = inclusion_proof(0, 8, node)[1:]

    assert root_from_inclusion(node(1, 0), 0, 4, path) == root  # why the size must be signed together with the root
    assert not verify_inclusion(node(1, 0), 0, 8, path, root)


def test_moving_the_boundary_between_two_hashes_fails():
    """A leaf hash of 31 bytes with a sibling of 33 gives the same bytes to hash, and is refused all the same."""
    left, right = hashes_of(entries_of(2))
    root = node_hash(left, right)

    assert hashlib.sha256(b"\x01" + left[:31] + (left[31:] + right)).digest() == root
    assert root_from_inclusion(left[:31], 0, 2, [left[31:] + right]) is None


@pytest.mark.parametrize(("index", "size", "hashes"), [(0, 1, 1), (0, 2, 0), (0, 2, 2), (4, 5, 0), (4, 5, 2), (3, 8, 2), (3, 8, 4)])
def test_a_path_of_the_wrong_length_leads_nowhere(index, size, hashes):
    """A path with fewer or more hashes than the leaf's place has levels gives no root at all."""
    assert root_from_inclusion(OTHER, index, size, [OTHER] * hashes) is None


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_for_a_leaf_that_is_not_there(index, size):
    """Asking for a leaf outside the log names both numbers."""
    with pytest.raises(InvalidValue, match=f"there is no leaf {index} in a log of {size} leaves"):
        inclusion_proof(index, size, nodes_over([]))


@pytest.mark.parametrize(("first", "second"), [(4, 3), (-1, 3)])
def test_no_proof_from_a_larger_log(first, second):
    """A log does not begin with a longer one."""
    with pytest.raises(InvalidValue, match=f"a log of {second} leaves does not begin with {first} leaves"):
        consistency_proof(first, second, nodes_over([]))


def test_a_frontier_must_fit_its_size():
    """A size with three bits set needs three hashes."""
    with pytest.raises(InvalidValue, match="2 hashes cannot be the edge of a log of 7 leaves"):
        Frontier(7, (OTHER, OTHER))
