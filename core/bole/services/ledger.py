"""The ledger's keeper: signing checkpoints, verifying everything, exporting for an auditor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bole.access import Work, requires
from bole.db import Raw, unit_of_work
from bole.engine.catalogue import facet_fingerprint
from bole.errors import InvalidValue, NotFound
from bole.ledger import (
    EMPTY_ROOT,
    Checkpoint,
    Frontier,
    Inclusion,
    NotProven,
    RowProof,
    Signer,
    Verifier,
    batch_entry,
    each_encoded,
    generate_key,
    hash_rows,
    leaf_hash,
    load_key,
    nodes_over,
    root_of,
    save_key,
)
from bole.services.journal import STATEMENTS
from bole.services.rules import RULE_COLUMNS, rule_statement
from bole.values import micros

KEY_FILE = "ledger-key.pem"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not agree with the ledger: where, and what."""

    kind: str
    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} {self.where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The outcome of a verification.

    Args:
        leaves, rows, checkpoints: how much was verified.
        root: 32 bytes; the log's root as computed from the rows.
        faults: everything that does not agree; empty when all is well.
    """

    leaves: int
    rows: int
    checkpoints: int
    root: bytes
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing disagrees."""
        return not self.faults


def ledger_signer(work: Work) -> Signer:
    """Return the signer of this deployment's checkpoints; its key is made on first use, in the instance folder, mode 0600."""
    path = work.host.config.instance / KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        save_key(generate_key(), path)
    return Signer(work.host.config.origin, load_key(path))


@requires("core.ledger.read")
def sign_checkpoint(work: Work) -> str:
    """
    Sign the log's present size and root, keep the note and return it.

    An earlier note for the same size is returned as it is.
    """
    with unit_of_work(work.session):
        raw = Raw(work.session)
        row = raw.one("select size, frontier from core_ledger_head where id = 1" + (" for update" if raw.postgresql else ""))
        size, packed = (int(row[0]), bytes(row[1])) if row else (0, b"")
        stored = raw.one("select note from core_ledger_checkpoint where size = ?", (size,))
        if stored is not None:
            return str(stored[0])
        frontier = Frontier(size, tuple(packed[at : at + 32] for at in range(0, len(packed), 32)))
        note = Checkpoint(work.host.config.origin, size, frontier.root if size else EMPTY_ROOT).sign(ledger_signer(work))
        raw.run("insert into core_ledger_checkpoint (size, signed_at, note) values (?, ?, ?)", (size, micros(work.clock.now()), note))
    return note


@requires("core.ledger.read")
def newest_checkpoint(work: Work) -> str:
    """
    Return the checkpoint that was signed last, as a signed note.

    Raises:
        NotFound: none was signed so far.
    """
    row = Raw(work.session).one("select note from core_ledger_checkpoint order by size desc")
    if row is None:
        raise NotFound("core.no_checkpoint", "no checkpoint has been signed so far.", "Close a period, or run `bole verify`.")
    return str(row[0])


@requires("core.ledger.read")
def verify_ledger(work: Work, *, notes: tuple[str, ...] = (), verifier: Verifier | None = None) -> Verdict:
    """
    Compute the whole log anew from the rows it speaks of and compare.

    Finds an edited, deleted, added or reordered row, a cut-off end, and, by checkpoints that left the
    machine, a log that was rewritten as a whole. Rollups, results, terms, targets and the organisation's dated rows are
    not in the log: results are checked by computing them again, the others are not covered.

    Args:
        notes: checkpoints kept elsewhere, as signed notes.
        verifier: the key they are checked with; this deployment's own where not given.
    """
    raw = Raw(work.session)
    faults: list[Fault] = []
    leaves = raw.all('select "index", kind, rows, hash from core_ledger_leaf order by "index"')
    computed, count = [], 0
    for place, (index, kind, rows, stored) in enumerate(leaves):
        if index != place:
            faults.append(Fault("leaf", str(place), f"is missing; the next one there is is {index}."))
            break
        found = _hashes(raw, kind, int(index))
        count += len(found)
        value = leaf_hash(batch_entry(len(found), root_of(found))) if found else bytes(32)
        if value != bytes(stored):
            faults.append(Fault(kind, f"leaf {index}", _reason(len(found), int(rows))))
        computed.append(value)
    faults += _unledgered(raw)
    faults += _derived(raw)
    root = root_of(computed) if computed else EMPTY_ROOT
    faults += _head(raw, leaves, root)
    known = verifier or ledger_signer(work).verifier
    own = [str(note) for (note,) in raw.all("select note from core_ledger_checkpoint order by size")]
    for note in (*own, *notes):
        faults += _against(note, known, computed)
    return Verdict(len(leaves), count, len(own) + len(notes), root, tuple(faults))


def _hashes(raw: Raw, kind: str, index: int) -> list[bytes]:
    statement = STATEMENTS.get(kind)
    return [] if statement is None else hash_rows(kind, statement.columns, raw.all(statement.query, (index,)))


def _reason(found: int, expected: int) -> str:
    if found < expected:
        return f"{expected - found} of its {expected} rows are missing."
    if found > expected:
        return f"{found - expected} rows were added to its {expected}."
    return f"one or more of its {expected} rows were edited or reordered."


_STRAY = {
    "observation": (
        "select count(*) from core_observation o where not exists (select 1 from core_batch b where o.id between b.id * 1048576 and "
        "b.id * 1048576 + 1048575)"
    ),
    "award": "select count(*) from core_award a where not exists (select 1 from core_ledger_leaf l where l.\"index\" = a.leaf and l.kind = 'award')",
    "award_decision": "select count(*) from core_award where status <> 'proposed' and decision_leaf is null",
    "payout": (
        "select count(*) from core_payout p where not exists (select 1 from core_ledger_leaf l where l.\"index\" = p.leaf and l.kind = 'payout')"
    ),
    "payout_settlement": "select count(*) from core_payout where (status = 'settled') <> (settlement_leaf is not null)",
    "plan_version": (
        'select count(*) from core_plan_version v where not exists (select 1 from core_ledger_leaf l where l."index" = v.leaf and '
        "l.kind = 'plan_version')"
    ),
    "incentive_rule": (
        "select count(*) from core_incentive_rule v where not exists "
        "(select 1 from core_ledger_leaf l where l.\"index\" = v.leaf and l.kind = 'incentive_rule')"
    ),
    "org_version": (
        'select count(*) from core_org_version v where not exists (select 1 from core_ledger_leaf l where l."index" = v.leaf and '
        "l.kind in ('org_version', 'org_change'))"
    ),
}


def _unledgered(raw: Raw) -> Iterator[Fault]:
    """Yield kinds of which rows exist that never entered the ledger, and plan items that differ from the version's statement."""
    for kind, query in _STRAY.items():
        row = raw.one(query)
        if row is not None and row[0]:
            yield Fault(kind, "rows", f"{row[0]} of them never entered the ledger.")
    codes = dict(raw.all("select id, code from core_indicator"))
    statements = dict(raw.all("select id, statement from core_plan_version"))
    rows = raw.all(
        "select plan_version_id, indicator_id, weight, target, cap, gate_below, gate_factor, target_formula from core_plan_item order "
        "by plan_version_id, id"
    )
    stored = {
        version: [[codes[row[1]], *row[2:7], *filter(None, [row[7]])] for row in group] for version, group in groupby(rows, key=lambda row: row[0])
    }
    for version, statement in statements.items():
        if sorted(json.loads(statement)) != sorted(stored.get(version, [])):
            yield Fault("plan_version", str(version), "its items differ from what the ledger holds.")


def _derived(raw: Raw) -> Iterator[Fault]:
    """Yield what was kept beside the ledgered rows and no longer follows from them."""
    kinds = dict(raw.all("select id, code from core_observation_kind"))
    for number, kind, dimensions, fingerprint in raw.all("select id, kind_id, dimensions, fingerprint from core_facet order by id"):
        given = json.loads(dimensions) if isinstance(dimensions, str) else dimensions
        if facet_fingerprint(kinds.get(kind, ""), given) != fingerprint:
            yield Fault("facet", str(number), "its kind or dimensions differ from what the ledger holds.")
    for row in raw.all(f"select id, statement, {', '.join(RULE_COLUMNS)} from core_incentive_rule order by id"):
        if rule_statement(*row[2:]) != row[1]:
            yield Fault("incentive_rule", str(row[0]), "what it says differs from what the ledger holds.")
    for (number,) in raw.all(
        "select p.id from core_payout p where p.reversed <> exists (select 1 from core_payout r where r.reverses_id = p.id) order by p.id"
    ):
        yield Fault("payout", str(number), "is marked as reversed without a reversal, or the other way round.")
    standing = raw.one("select count(*) from (select 1 from core_observation o group by source_id, external_key having sum(sign) > 0) as facts")
    keys = raw.one(
        "select count(*) from core_observation_key k where exists (select 1 from core_observation o where o.employee_id = k.employee_id "
        "and o.day = k.day and o.id = k.observation_id and o.source_id = k.source_id and o.external_key = k.external_key and o.sign = 1)"
    )
    assert standing is not None and keys is not None
    if standing[0] != keys[0]:
        yield Fault("observation_key", "keys", f"{keys[0]} keys stand for facts, and {standing[0]} facts stand.")


def _head(raw: Raw, leaves: list[tuple[object, ...]], root: bytes) -> Iterator[Fault]:
    row = raw.one("select size, frontier from core_ledger_head where id = 1")
    size, packed = (int(row[0]), bytes(row[1])) if row else (0, b"")
    if size != len(leaves):
        yield Fault("log", "end", f"the log once had {size} leaves, and {len(leaves)} are there.")
        return
    frontier = Frontier(size, tuple(packed[at : at + 32] for at in range(0, len(packed), 32)))
    if size and frontier.root != root:
        yield Fault("log", "root", "the rows give another root than the one kept at the last append.")


def _against(note: str, verifier: Verifier, computed: list[bytes]) -> Iterator[Fault]:
    try:
        checkpoint = Checkpoint.verify(note, verifier)
    except (NotProven, InvalidValue) as error:
        yield Fault("checkpoint", note.split("\n")[1][:20] if "\n" in note else "", f"cannot be trusted: {error.message}")
        return
    if checkpoint.size > len(computed):
        yield Fault("checkpoint", f"at {checkpoint.size}", f"the log was cut: it has {len(computed)} leaves now.")
    elif (root_of(computed[: checkpoint.size]) if checkpoint.size else EMPTY_ROOT) != checkpoint.root:
        yield Fault("checkpoint", f"at {checkpoint.size}", "the first leaves of the log are no longer those that were signed.")


@requires("core.ledger.read")
def prove_observation(work: Work, observation: int) -> RowProof:
    """
    Return the proof that one observation stands in the log, for whoever has only the verifier's key.

    Raises:
        NotFound, InvalidValue: there is no such observation.
    """
    note = sign_checkpoint(work)
    raw = Raw(work.session)
    row = raw.one("select leaf from core_batch where id = ?", (observation >> 20,))
    if row is None:
        raise InvalidValue("core.unknown_observation", f"there is no observation {observation}.")
    statement = STATEMENTS["observation"]
    rows = raw.all(statement.query, (row[0],))
    place = next((place for place, each in enumerate(rows) if each[2] == observation), None)
    if place is None:
        raise InvalidValue("core.unknown_observation", f"there is no observation {observation}.")
    hashes = hash_rows("observation", statement.columns, rows)
    size = Checkpoint.verify(note, ledger_signer(work).verifier).size
    return RowProof(
        next(iter(each_encoded("observation", statement.columns, [rows[place]]))),
        Inclusion.of(place, len(rows), nodes_over(hashes)),
        Inclusion.of(int(row[0]), size, _node(raw)),
        note,
    )


def _node(raw: Raw):  # type: ignore[no-untyped-def]  # typed by NodeLookup where it is used
    def look(level: int, index: int) -> bytes:
        table = (
            'select hash from core_ledger_leaf where "index" = ?'
            if level == 0
            else 'select hash from core_ledger_node where level = ? and "index" = ?'
        )
        row = raw.one(table, (index,) if level == 0 else (level, index))
        return bytes(row[0]) if row else bytes(32)

    return look


@requires("core.ledger.read")
def export_ledger(work: Work, folder: Path) -> Mapping[str, int]:
    """
    Write what an auditor needs to verify offline: the checkpoint, the key, the leaves and every row they speak of.

    Returns:
        File name to number of lines.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint.txt").write_text(sign_checkpoint(work), "utf-8")
    (folder / "verifier.txt").write_text(f"{ledger_signer(work).verifier}\n", "utf-8")
    raw = Raw(work.session)
    leaves = raw.all('select "index", kind, rows, hash from core_ledger_leaf order by "index"')
    lines = 0
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as out:
        for index, kind, _, _ in leaves:
            statement = STATEMENTS[kind]
            for encoded in each_encoded(kind, statement.columns, raw.all(statement.query, (index,))):
                out.write(json.dumps({"leaf": index, "record": encoded.hex()}) + "\n")
                lines += 1
    with (folder / "leaves.jsonl").open("w", encoding="utf-8") as out:
        for index, kind, rows, value in leaves:
            out.write(json.dumps({"leaf": index, "kind": kind, "rows": rows, "hash": bytes(value).hex()}) + "\n")
    return {"rows.jsonl": lines, "leaves.jsonl": len(leaves)}
