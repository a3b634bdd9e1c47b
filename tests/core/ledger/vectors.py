"""The published vectors of Merkle logs, and the definitions of RFC 9162 written down naively."""

from __future__ import annotations

import hashlib

import pytest

from bole.ledger import Frontier, leaf_hash

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
