"""Merkle hashing and proofs, against published vectors and against the recursive definitions of RFC 9162."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole.ledger import (
    EMPTY_ROOT,
    Frontier,
    Node,
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

# The vectors of the Certificate Transparency reference tests, as transparency-dev/merkle publishes them
# (testonly/constants.go and log_verifier_test.go).
ENTRIES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NODES = [
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    ["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
]
# Each hash of a proof is a published node: (level, position).
INCLUSION = [
    pytest.param(0, 1, [], id="only leaf"),
    pytest.param(0, 8, [(0, 1), (1, 1), (2, 1)], id="first of 8"),
    pytest.param(5, 8, [(0, 4), (1, 3), (2, 0)], id="sixth of 8"),
    pytest.param(2, 3, [(1, 0)], id="lonely last of 3"),
    pytest.param(1, 5, [(0, 0), (1, 1), (0, 4)], id="second of 5"),
]
CONSISTENCY = [
    pytest.param(1, 1, [], id="1 to 1"),
    pytest.param(1, 8, [(0, 1), (1, 1), (2, 1)], id="1 to 8"),
    pytest.param(6, 8, [(1, 2), (1, 3), (2, 0)], id="6 to 8"),
    pytest.param(2, 5, [(1, 1), (0, 4)], id="2 to 5"),
    pytest.param(6, 7, [(1, 2), (0, 6), (2, 0)], id="6 to 7"),
]
OTHER = hashlib.sha256(b"something else").digest()


def published(path):
    return [bytes.fromhex(NODES[level][position]) for level, position in path]


def split(count):
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def naive_root(entries):
    """MTH of RFC 9162, 2.1.1."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m, entries):
    """PATH of RFC 9162, 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_subproof(m, entries, whole):
    """SUBPROOF of RFC 9162, 2.1.4.1; PROOF(m, D) is SUBPROOF(m, D, true)."""
    if m == len(entries):
        return [] if whole else [naive_root(entries)]
    k = split(len(entries))
    if m <= k:
        return [*naive_subproof(m, entries[:k], whole), naive_root(entries[k:])]
    return [*naive_subproof(m - k, entries[k:], False), naive_root(entries[:k])]


def entries_of(count):
    return [b"entry %d" % number for number in range(count)]


def hashes_of(entries):
    return [leaf_hash(entry) for entry in entries]


def grow(entries):
    """Return the frontier and every stored node, as a store would have them after appending one by one."""
    frontier, stored = Frontier(), {}
    for position, entry in enumerate(entries):
        stored[0, position] = leaf_hash(entry)
        frontier, completed = frontier.append(leaf_hash(entry))
        for node in completed:
            assert (node.level, node.position) not in stored
            stored[node.level, node.position] = node.hash
    return frontier, stored


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
