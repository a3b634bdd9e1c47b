"""Appending to the ledger inside a transaction: every ledgered row enters with what it says.

Each leaf stands for one or more rows of one kind, inserted together; the rows name the
leaf. What a kind's rows say is the list of its immutable columns in `STATEMENTS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bole.db import Raw
from bole.ledger import Frontier, batch_entry, hash_rows, leaf_hash, root_of


@dataclass(frozen=True, slots=True)
class Statement:
    """
    How the rows of one kind are read for the ledger.

    Args:
        columns: their names in the canonical record, in order.
        query: returns these columns of the rows of one leaf (one ``?``), in the order in which they entered.
    """

    columns: tuple[str, ...]
    query: str


def _of(table: str, leaf: str, columns: str) -> Statement:
    names = tuple(columns.split())
    return Statement(names, f"select {', '.join(names)} from {table} where {leaf} = ? order by id")


OBSERVATION_COLUMNS = (
    "employee_id",
    "day",
    "id",
    "facet_id",
    "sign",
    "quantity",
    "amount",
    "moment",
    "answers_to",
    "recorded_at",
    "source_id",
    "supersedes_id",
    "currency",
    "external_key",
    "details",
)

STATEMENTS = {
    "observation": Statement(
        OBSERVATION_COLUMNS,
        f"select {', '.join('o.' + name for name in OBSERVATION_COLUMNS)} from core_observation o "
        "join core_batch b on o.id between b.id * 1048576 and b.id * 1048576 + 1048575 where b.leaf = ? order by o.id",
    ),
    "facet": Statement(("id", "kind_id", "fingerprint"), "select id, kind_id, fingerprint from core_facet where leaf = ? order by id"),
    "plan_version": Statement(
        ("id", "plan_id", "number", "valid_from", "valid_to", "known_from", "audience", "priority", "items"),
        "select v.id, v.plan_id, v.number, cast(v.valid_from as text), cast(v.valid_to as text), v.known_from, v.audience, v.priority, v.statement "
        "from core_plan_version v where v.leaf = ? order by v.id",
    ),
    "incentive_rule": Statement(
        ("id", "code", "number", "valid_from", "recorded_at", "recorded_by", "statement"),
        "select id, code, number, cast(valid_from as text), recorded_at, recorded_by, statement from core_incentive_rule where leaf = ? order by id",
    ),
    # As versions were entered before they had a kind; such leaves must stay as they were hashed.
    "org_version": Statement(
        ("id", "code", "valid_from", "base_id", "recorded_at", "recorded_by"),
        "select id, code, cast(valid_from as text), base_id, recorded_at, recorded_by from core_org_version where leaf = ? order by id",
    ),
    "org_change": Statement(
        ("id", "code", "kind", "valid_from", "base_id", "undoes_id", "reason", "recorded_at", "recorded_by"),
        "select id, code, kind, cast(valid_from as text), base_id, undoes_id, reason, recorded_at, recorded_by from core_org_version "
        "where leaf = ? order by id",
    ),
    "award": _of("core_award", "leaf", "id rule_id employee_id period_id key number run_id reward entitled amount currency created_at"),
    "award_decision": _of("core_award", "decision_leaf", "id status decided_at decided_by"),
    "payout": _of(
        "core_payout", "leaf", "id award_id employee_id legal_entity_id due_period_id amount currency rounding reverses_id released_at released_by"
    ),
    "payout_settlement": _of("core_payout", "settlement_leaf", "id settled_at settled_by"),
}


def next_leaf(raw: Raw) -> int:
    """Return the index that the next leaf will have; nobody else can append until the transaction ends."""
    row = raw.one("select size from core_ledger_head where id = 1" + (" for update" if raw.postgresql else ""))
    if row is None:
        raw.run("insert into core_ledger_head (id, size, frontier) values (1, 0, ?) on conflict (id) do nothing", (b"",))
        return next_leaf(raw)
    return int(row[0])


def append(raw: Raw, kind: str, rows: Sequence[Sequence[Any]]) -> int:
    """
    Append one leaf over rows and return its index.

    Args:
        kind: a key of `STATEMENTS`.
        rows: values in the order of the kind's columns, as stored.
    """
    next_leaf(raw)
    return append_hash(raw, kind, len(rows), leaf_hash(batch_entry(len(rows), root_of(hash_rows(kind, STATEMENTS[kind].columns, rows)))))


def append_hash(raw: Raw, kind: str, count: int, leaf: bytes) -> int:
    """Append a leaf whose hash is known and return its index; `next_leaf` must have been called."""
    row = raw.one("select size, frontier from core_ledger_head where id = 1")
    assert row is not None
    size, packed = int(row[0]), bytes(row[1])
    frontier = Frontier(size, tuple(packed[at : at + 32] for at in range(0, len(packed), 32)))
    grown, nodes = frontier.append(leaf)
    raw.run('insert into core_ledger_leaf ("index", kind, rows, hash) values (?, ?, ?, ?)', (size, kind, count, leaf))
    inner = [(level, index, value) for level, index, value in nodes if level > 0]
    if inner:
        raw.many('insert into core_ledger_node (level, "index", hash) values (?, ?, ?)', inner)
    raw.run("update core_ledger_head set size = ?, frontier = ? where id = 1", (size + 1, b"".join(grown.hashes)))
    return size
