"""Merkle hashing and proofs, against published vectors and against the recursive definitions of RFC 9162."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.ledger import Frontier, Node, consistency_proof, inclusion_proof, leaf_hash, nodes_over, root_of, verify_consistency, verify_inclusion
from tests.core.ledger.vectors import (
    CONSISTENCY,
    ENTRIES,
    INCLUSION,
    NODES,
    OTHER,
    ROOTS,
    entries_of,
    grow,
    hashes_of,
    naive_path,
    naive_root,
    naive_subproof,
    published,
)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    """The tree over the first entries has the published root, at once and appended one by one."""
    assert root_of(hashes_of(ENTRIES[:size])).hex() == ROOTS[size]
    assert grow(ENTRIES[:size])[0].root.hex() == ROOTS[size]


def test_stored_nodes_are_the_published_ones():
    """Appending the eight entries completes exactly the published nodes."""
    _, stored = grow(ENTRIES)

    assert {place: one.hex() for place, one in stored.items()} == {
        (level, position): one for level, row in enumerate(NODES) for position, one in enumerate(row)
    }


def test_an_append_names_the_nodes_it_completed():
    """The fourth leaf completes one node on each of two levels."""
    frontier, _ = grow(ENTRIES[:3])

    after, completed = frontier.append(leaf_hash(ENTRIES[3]))

    assert completed == [Node(1, 1, bytes.fromhex(NODES[1][1])), Node(2, 0, bytes.fromhex(NODES[2][0]))]
    assert after == Frontier(4, (bytes.fromhex(NODES[2][0]),))
    assert frontier.size == 3


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size, path):
    """The audit path has the published hashes and verifies against the published root."""
    proof = inclusion_proof(index, size, nodes_over(hashes_of(ENTRIES)))

    assert proof == published(path)
    assert verify_inclusion(leaf_hash(ENTRIES[index]), index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(first, second, path):
    """The consistency proof has the published hashes and verifies against the published roots."""
    proof = consistency_proof(first, second, nodes_over(hashes_of(ENTRIES)))

    assert proof == published(path)
    assert verify_consistency(first, second, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]), proof)


def valid_subtrees():
    """Yield the subtrees [start, end) of trees up to 130 leaves, in the order of the draft."""
    for end in range(1, 131):
        for start in range(end):
            if start % (1 << (end - start - 1).bit_length()) == 0:
                yield start, end


def test_roots_of_all_small_trees_have_the_published_digest():
    """All subtree roots up to 130 leaves fold to the digest in draft-ietf-plants-merkle-tree-certs, "Subtree Test Vectors"."""
    leaves = hashes_of(bytes([number]) for number in range(130))

    digest = hashlib.sha256()
    for start, end in valid_subtrees():
        digest.update(f"[{start}, {end}) {root_of(leaves[start:end]).hex()}\n".encode())

    assert digest.hexdigest() == "94a95384a8c69acea9b50d035a58285b3a777cb7a724005faa5e1f1e1190007f"


def test_inclusion_proofs_of_all_small_trees_have_the_published_digest():
    """All inclusion proofs of subtrees up to 130 leaves fold to the digest in the same draft."""
    leaves = hashes_of(bytes([number]) for number in range(130))

    digest = hashlib.sha256()
    for start, end in valid_subtrees():
        node = nodes_over(leaves[start:end])
        for index in range(start, end):
            path = inclusion_proof(index - start, end - start, node)
            digest.update(f"{index} [{start}, {end}){''.join(f' {one.hex()}' for one in path)}\n".encode())

    assert digest.hexdigest() == "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33])
def test_everything_agrees_with_the_definitions(size):
    """Roots, paths and proofs of a log that grew leaf by leaf are those of the recursive definitions, at every earlier size too."""
    entries = entries_of(size)
    frontier, stored = grow(entries)

    def node(level, position):
        return stored[level, position]

    assert frontier.root == root_of(hashes_of(entries)) == naive_root(entries)
    assert Frontier.load(size, node) == frontier
    for earlier in range(1, size + 1):
        assert consistency_proof(earlier, size, node) == naive_subproof(earlier, entries, True)
        assert inclusion_proof(earlier - 1, earlier, node) == naive_path(earlier - 1, entries[:earlier])
        assert inclusion_proof(earlier - 1, size, node) == naive_path(earlier - 1, entries)


@settings(max_examples=60)
@given(st.integers(1, 400), st.data())
def test_proofs_of_any_size_verify(size, data):
    """Any leaf is proven in any log, and any earlier state in any later one."""
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(0, size))
    entries = entries_of(size)
    hashes = hashes_of(entries)
    node = nodes_over(hashes)

    assert verify_inclusion(hashes[index], index, size, inclusion_proof(index, size, node), naive_root(entries))
    assert verify_consistency(first, size, naive_root(entries[:first]), naive_root(entries), consistency_proof(first, size, node))


@settings(max_examples=60)
@given(st.integers(2, 300), st.data())
def test_a_log_with_any_change_is_inconsistent(size, data):
    """Once an earlier entry is edited, deleted, moved or inserted, no proof of the new log leads back to the old root."""
    entries = entries_of(size)
    first = data.draw(st.integers(1, size))
    at = data.draw(st.integers(0, first - 1))
    old_root = root_of(hashes_of(entries[:first]))
    changed = data.draw(
        st.sampled_from(
            [
                [*entries[:at], b"edited", *entries[at + 1 :]],
                [*entries[:at], *entries[at + 1 :], b"one more to keep the size"],
                [*entries[:at], b"inserted", *entries[at:]],
                [*entries[:at], entries[(at + 1) % size], *entries[at + 1 :]],
            ]
        )
    )

    hashes = hashes_of(changed)

    assert not verify_consistency(first, len(changed), old_root, root_of(hashes), consistency_proof(first, len(changed), nodes_over(hashes)))


@settings(max_examples=60)
@given(st.integers(1, 2**20), st.data())
def test_a_proof_needs_few_reads(size, data):
    """A proof in a log of a million leaves reads at most two nodes a level."""
    read = []

    def node(level, position):
        read.append((level, position))
        assert (position + 1) << level <= size
        return OTHER

    inclusion_proof(data.draw(st.integers(0, size - 1)), size, node)
    inclusion_reads = len(read)
    consistency_proof(data.draw(st.integers(0, size)), size, node)

    assert inclusion_reads <= 2 * size.bit_length()
    assert len(read) - inclusion_reads <= 2 * size.bit_length()
