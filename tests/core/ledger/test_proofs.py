"""Row proofs: from one record to the signed checkpoint, offline."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole.ledger import (
    Checkpoint,
    Frontier,
    Inclusion,
    NotProven,
    RowProof,
    Signer,
    batch_entry,
    decode,
    encode,
    encode_rows,
    hash_rows,
    leaf_hash,
    nodes_over,
    root_of,
)

log = Signer("hr.example.com/ledger", Ed25519PrivateKey.from_private_bytes(bytes(32)))
other_log = Signer("hr.example.com/ledger", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
COLUMNS = ["employee", "kind", "quantity"]


def rows(count):
    return [(number, "sale.closed", number * 10) for number in range(count)]


def prove(count, row, *, before=3, after=4, signer=log):
    """Return the proof of one row of a batch that lies between other entries of a log."""
    hashes = hash_rows("observation", COLUMNS, rows(count))
    entries = [
        *(encode("payout", {"id": number}) for number in range(before)),
        batch_entry(count, root_of(hashes)),
        *(encode("award", {"id": number}) for number in range(after)),
    ]
    leaves = [leaf_hash(entry) for entry in entries]
    return RowProof(
        record=encode_rows("observation", COLUMNS, rows(count))[row],
        batch=Inclusion.of(row, count, nodes_over(hashes)),
        log=Inclusion.of(before, len(leaves), nodes_over(leaves)),
        checkpoint=Checkpoint(signer.name, len(leaves), root_of(leaves)).sign(signer),
    )


def prove_alone(index=2, size=5):
    entries = [encode("payout", {"id": number}) for number in range(size)]
    leaves = [leaf_hash(entry) for entry in entries]
    return RowProof(entries[index], None, Inclusion.of(index, size, nodes_over(leaves)), Checkpoint(log.name, size, root_of(leaves)).sign(log))


PROOF = prove(6, 4)


def test_a_row_of_a_batch_is_proven():
    """A row's record, its place in the batch and the batch's place in the log lead to the signed root."""
    checkpoint = PROOF.verify(log.verifier)

    assert checkpoint.size == 8
    assert decode(PROOF.record).fields == {"employee": 4, "kind": "sale.closed", "quantity": 40}


def test_a_record_logged_alone_is_proven():
    """A record that is a leaf of its own needs one path only."""
    proof = prove_alone()

    assert proof.verify(log.verifier).size == 5
    assert decode(proof.record).fields == {"id": 2}


@settings(max_examples=40)
@given(st.integers(1, 70), st.integers(0, 20), st.integers(0, 20), st.data())
def test_any_row_of_any_batch_is_proven(count, before, after, data):
    """The proof holds, also after a round through JSON, wherever row and batch lie."""
    proof = prove(count, data.draw(st.integers(0, count - 1)), before=before, after=after)

    assert RowProof.from_json(proof.to_json()) == proof
    assert RowProof.from_json(proof.to_json()).verify(log.verifier).size == before + 1 + after


TAMPERINGS = {
    "edited record": lambda p: replace(p, record=p.record.replace(b"closed", b"opened")),
    "another row's record": lambda p: replace(p, record=prove(6, 3).record),
    "another place in the batch": lambda p: replace(p, batch=replace(p.batch, index=3)),
    "a larger batch": lambda p: replace(p, batch=replace(p.batch, size=7)),
    "a smaller batch": lambda p: replace(p, batch=replace(p.batch, size=5)),
    "batch path reordered": lambda p: replace(p, batch=replace(p.batch, path=p.batch.path[::-1])),
    "batch path cut": lambda p: replace(p, batch=replace(p.batch, path=p.batch.path[:-1])),
    "batch left out": lambda p: replace(p, batch=None),
    "batch passed off as the record": lambda p: replace(p, record=p.record, batch=Inclusion(0, 1, ())),
    "another place in the log": lambda p: replace(p, log=replace(p.log, index=2)),
    "place outside the log": lambda p: replace(p, log=replace(p.log, index=8)),
    "a larger log": lambda p: replace(p, log=replace(p.log, size=9)),
    "a log one smaller, whose path has the same shape": lambda p: replace(p, log=replace(p.log, size=7)),
    "a smaller log": lambda p: replace(p, log=replace(p.log, size=4)),
    "log path edited": lambda p: replace(p, log=replace(p.log, path=(bytes(32), *p.log.path[1:]))),
    "log path cut": lambda p: replace(p, log=replace(p.log, path=p.log.path[:-1])),
    "log path lengthened": lambda p: replace(p, log=replace(p.log, path=(*p.log.path, bytes(32)))),
    "hash of another length": lambda p: replace(p, log=replace(p.log, path=(b"short", *p.log.path[1:]))),
    "checkpoint of another size": lambda p: replace(p, checkpoint=prove(6, 4, after=5).checkpoint),
    "checkpoint of another log": lambda p: replace(p, checkpoint=prove(7, 4).checkpoint),
    "checkpoint edited": lambda p: replace(p, checkpoint=p.checkpoint.replace("\n8\n", "\n9\n")),
    "checkpoint by another key": lambda p: replace(p, checkpoint=prove(6, 4, signer=other_log).checkpoint),
    "everything made again with another key": lambda p: prove(6, 4, signer=other_log),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_tampered_proof_fails(tamper):
    """A proof fails once any one of its parts is another."""
    with pytest.raises(NotProven):
        tamper(PROOF).verify(log.verifier)


def test_a_batch_entry_names_rows_and_root():
    """What is logged for a batch is itself a record that can be read."""
    entry = batch_entry(6, bytes(32))

    assert decode(entry).kind == "bole.batch"
    assert decode(entry).fields == {"root": bytes(32), "rows": 6}


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param([(9, "sale.closed", 90), *rows(6)[1:]], id="edit"),
        pytest.param(rows(6)[1:], id="deletion"),
        pytest.param(rows(6)[::-1], id="reordering"),
        pytest.param(rows(5), id="truncation"),
        pytest.param([*rows(6), rows(6)[5]], id="addition"),
    ],
)
def test_a_changed_batch_is_another_entry(batch):
    """Rows read again from a store that was tampered with do not give the entry that was logged."""
    logged = batch_entry(6, root_of(hash_rows("observation", COLUMNS, rows(6))))

    assert batch_entry(len(batch), root_of(hash_rows("observation", COLUMNS, batch))) != logged


def test_a_later_log_still_holds_an_earlier_checkpoint():
    """The state at an earlier size is found again in the grown log from its stored nodes."""
    frontier, stored = Frontier(), {}
    roots = []
    for position in range(20):
        leaf = leaf_hash(encode("award", {"id": position}))
        stored[0, position] = leaf
        frontier, completed = frontier.append(leaf)
        stored.update({(node.level, node.position): node.hash for node in completed})
        roots.append(frontier.root)

    assert [Frontier.load(size + 1, lambda level, position: stored[level, position]).root for size in range(20)] == roots


def test_the_json_is_the_documented_one():
    """The file has the documented members, bytes in base64 and the checkpoint as it is."""
    proof = RowProof(b"record", Inclusion(0, 2, (bytes(32),)), Inclusion(5, 6, ()), "note\n")

    assert json.loads(proof.to_json()) == {
        "format": "bole-row-proof/1",
        "record": "cmVjb3Jk",
        "batch": {"index": 0, "size": 2, "path": ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]},
        "log": {"index": 5, "size": 6, "path": []},
        "checkpoint": "note\n",
    }


GOOD = json.loads(PROOF.to_json())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "the proof is not JSON.", id="not JSON"),
        pytest.param("[" * 100_000, "the proof is not JSON.", id="nested without end"),
        pytest.param("[]", "the proof is not of the format bole-row-proof/1.", id="a list"),
        pytest.param(json.dumps({**GOOD, "format": "bole-row-proof/2"}), "the proof is not of the format bole-row-proof/1.", id="another version"),
        pytest.param(json.dumps({**GOOD, "extra": 1}), "the proof is not of the format bole-row-proof/1.", id="unknown member"),
        pytest.param(json.dumps({**GOOD, "checkpoint": 1}), "the proof has a checkpoint that is not text.", id="checkpoint of a number"),
        pytest.param(json.dumps({**GOOD, "record": "?"}), "the proof has a record that is not base64.", id="record not base64"),
        pytest.param(json.dumps({**GOOD, "record": None}), "the proof has a record that is not base64.", id="no record"),
        pytest.param(json.dumps({**GOOD, "log": None}), "the proof has a log of another form.", id="no log"),
        pytest.param(json.dumps({**GOOD, "batch": {}}), "the proof has a batch of another form.", id="empty batch"),
        pytest.param(
            json.dumps({**GOOD, "log": {**GOOD["log"], "index": True}}),
            "the proof has a log whose index or size is not an integer.",
            id="truth as index",
        ),
        pytest.param(
            json.dumps({**GOOD, "log": {**GOOD["log"], "size": 8.0}}),
            "the proof has a log whose index or size is not an integer.",
            id="fraction as size",
        ),
        pytest.param(json.dumps({**GOOD, "log": {**GOOD["log"], "path": "x"}}), "the proof has a log of another form.", id="path that is text"),
        pytest.param(json.dumps({**GOOD, "log": {**GOOD["log"], "path": [1]}}), "the proof has a log.path that is not base64.", id="path of numbers"),
    ],
)
def test_a_document_of_another_form_is_refused(text, message):
    """A document that is not a proof is refused with the place that is wrong."""
    with pytest.raises(InvalidValue) as refused:
        RowProof.from_json(text)

    assert refused.value.code == "core.bad_proof"
    assert refused.value.message == message
