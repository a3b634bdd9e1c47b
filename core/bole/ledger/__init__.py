"""The tamper-evident ledger without its storage: canonical bytes, Merkle proofs, signed checkpoints."""

from bole.ledger.canonical import each_encoded, encode, encode_rows
from bole.ledger.checkpoints import Checkpoint
from bole.ledger.errors import NotProven
from bole.ledger.keys import generate_key, load_key, save_key
from bole.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Node,
    NodeLookup,
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
from bole.ledger.notes import OpenedNote, Signer, Verifier, open_note, sign_note
from bole.ledger.proofs import BATCH_KIND, Inclusion, RowProof, batch_entry, hash_rows
from bole.ledger.reading import Record, decode

__all__ = [
    "BATCH_KIND",
    "EMPTY_ROOT",
    "Checkpoint",
    "Frontier",
    "Inclusion",
    "Node",
    "NodeLookup",
    "NotProven",
    "OpenedNote",
    "Record",
    "RowProof",
    "Signer",
    "Verifier",
    "batch_entry",
    "consistency_proof",
    "decode",
    "each_encoded",
    "encode",
    "encode_rows",
    "generate_key",
    "hash_rows",
    "inclusion_proof",
    "leaf_hash",
    "load_key",
    "node_hash",
    "nodes_over",
    "open_note",
    "root_from_inclusion",
    "root_of",
    "save_key",
    "sign_note",
    "verify_consistency",
    "verify_inclusion",
]
