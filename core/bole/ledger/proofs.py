"""Batches, and the proof that one record is in the log: everything an auditor needs, in one JSON file.

A record is logged alone, as one leaf, or in a batch: the Merkle tree over the batch's rows has a root, and the
leaf is a record of that root and the number of rows. A row's proof then has two audit paths.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bole.errors import InvalidValue
from bole.ledger.canonical import each_encoded, encode
from bole.ledger.checkpoints import Checkpoint
from bole.ledger.encoding import from_base64, to_base64
from bole.ledger.errors import NotProven
from bole.ledger.merkle import NodeLookup, inclusion_proof, leaf_hash, root_from_inclusion
from bole.ledger.notes import Verifier

BATCH_KIND = "bole.batch"
_FORMAT = "bole-row-proof/1"


def hash_rows(kind: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[bytes]:
    """Return the 32-byte leaf hash of each row's canonical bytes, holding no more than one of those at a time."""
    return [leaf_hash(record) for record in each_encoded(kind, columns, rows)]


def batch_entry(rows: int, root: bytes) -> bytes:
    """
    Return what is logged for a batch: a record of kind ``bole.batch`` with its number of rows and their root.

    Args:
        rows: how many.
        root: 32 bytes, `root_of` the rows' leaf hashes.
    """
    return encode(BATCH_KIND, {"root": root, "rows": rows})


@dataclass(frozen=True, slots=True)
class Inclusion:
    """
    A place in a tree, with the audit path from there to the root.

    Args:
        index: place, 0 to `size` - 1.
        size: leaves of the tree.
        path: sibling hashes of 32 bytes, nearest first.
    """

    index: int
    size: int
    path: tuple[bytes, ...]

    @classmethod
    def of(cls, index: int, size: int, node: NodeLookup) -> Inclusion:
        """Return the proof for the leaf at `index`, from O(log n) stored nodes."""
        return cls(index, size, tuple(inclusion_proof(index, size, node)))

    def root_from(self, leaf: bytes) -> bytes:
        """
        Return the root that the path leads to.

        Raises:
            NotProven: the path's length fits no leaf at this place in a tree of this size.
        """
        root = root_from_inclusion(leaf, self.index, self.size, self.path)
        if root is None:
            raise NotProven(
                "core.proof_broken",
                f"{len(self.path)} hashes are no path from leaf {self.index} to the root of {self.size} leaves.",
                "Export the proof again.",
            )
        return root


@dataclass(frozen=True, slots=True)
class RowProof:
    """
    The proof that a record is in a log that its owner signed.

    Args:
        record: canonical bytes; `decode` tells what they say.
        batch: the record's place among its batch's rows, or None when it was logged alone.
        log: the place in the log of the record, or of its batch.
        checkpoint: signed note of the log at `log.size` leaves.
    """

    record: bytes
    batch: Inclusion | None
    log: Inclusion
    checkpoint: str

    def verify(self, verifier: Verifier, *witnesses: Verifier) -> Checkpoint:
        """
        Return the signed checkpoint once everything from the record to the signature holds.

        Raises:
            InvalidValue: the checkpoint is not a signed note.
            NotProven: record, place, path, size, root or signature does not fit.
        """
        checkpoint = Checkpoint.verify(self.checkpoint, verifier, *witnesses)
        leaf = leaf_hash(self.record)
        if self.batch:
            leaf = leaf_hash(batch_entry(self.batch.size, self.batch.root_from(leaf)))
        if self.log.size != checkpoint.size or self.log.root_from(leaf) != checkpoint.root:
            raise NotProven(
                "core.not_in_log",
                f"the record is not entry {self.log.index} of {checkpoint.origin} at {checkpoint.size} entries.",
                "Record, place or path was altered, or the proof belongs to another checkpoint.",
            )
        return checkpoint

    def to_json(self) -> str:
        """Return the proof as a JSON document; bytes are base64."""
        document = {
            "format": _FORMAT,
            "record": to_base64(self.record),
            "batch": _inclusion_document(self.batch) if self.batch else None,
            "log": _inclusion_document(self.log),
            "checkpoint": self.checkpoint,
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> RowProof:
        """
        Return the proof that a JSON document holds, not yet verified.

        Raises:
            InvalidValue: the document has another form; the message says where.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _bad_proof("is not JSON", str(error)) from error
        if not isinstance(document, dict) or set(document) != {"format", "record", "batch", "log", "checkpoint"} or document["format"] != _FORMAT:
            raise _bad_proof(f"is not of the format {_FORMAT}", "Its members are format, record, batch, log and checkpoint.")
        if not isinstance(document["checkpoint"], str):
            raise _bad_proof("has a checkpoint that is not text", "Give the whole signed note.")
        batch = None if document["batch"] is None else _inclusion("batch", document["batch"])
        return cls(_bytes("record", document["record"]), batch, _inclusion("log", document["log"]), document["checkpoint"])


def _inclusion_document(inclusion: Inclusion) -> dict[str, object]:
    return {"index": inclusion.index, "size": inclusion.size, "path": [to_base64(one) for one in inclusion.path]}


def _inclusion(name: str, member: object) -> Inclusion:
    if not isinstance(member, dict) or set(member) != {"index", "size", "path"} or not isinstance(member["path"], list):
        raise _bad_proof(f"has a {name} of another form", "Its members are index, size and path.")
    if type(member["index"]) is not int or type(member["size"]) is not int:
        raise _bad_proof(f"has a {name} whose index or size is not an integer", "Export it again.")
    return Inclusion(member["index"], member["size"], tuple(_bytes(f"{name}.path", one) for one in member["path"]))


def _bytes(name: str, member: object) -> bytes:
    decoded = from_base64(member) if isinstance(member, str) else None
    if decoded is None:
        raise _bad_proof(f"has a {name} that is not base64", "Export it again.")
    return decoded


def _bad_proof(what: str, hint: str) -> InvalidValue:
    return InvalidValue("core.bad_proof", f"the proof {what}.", hint)
