"""The ledger finds what was altered behind the platform's back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.contracts.label import Label
from bole.ledger import Checkpoint, Frontier, RowProof
from bole.services.awards import approve_awards
from bole.services.ledger import export_ledger, ledger_signer, prove_observation, sign_checkpoint, verify_ledger
from bole.services.payouts import release_payouts, settle_payouts
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from tests.chain import sale


@pytest.fixture
def paid(work_company: Work) -> Work:
    """A company in which two sales led to two payouts, one of them settled."""
    work = work_company
    record_observations(work, [sale("a", "100"), sale("b", "50", employee="E2")], source="crm")
    record_observations(work, [sale("c", "70")], source="crm")
    write_rule(
        work, "comm", type_code="trial.commission", label=Label("提成", "Commission"), parameters={"rate": 100_000}, valid_from=date(2026, 1, 1)
    )
    run_period(work, "2026Q3")
    awards = list(work.session.scalars(text("select id from core_award order by id")))
    approve_awards(work, awards)
    payouts = release_payouts(work, awards, due="2026-10").payouts
    settle_payouts(work, payouts[:1], by="test")
    return work


def alter(work: Work, statement: str) -> None:
    """Change the database as an insider would."""
    work.session.execute(text(statement))
    work.session.commit()


def test_an_untouched_store_is_sound(paid: Work) -> None:
    """Every leaf, row and checkpoint agrees."""
    sign_checkpoint(paid)

    verdict = verify_ledger(paid)

    assert verdict.is_sound
    assert (verdict.leaves, verdict.rows, verdict.checkpoints) == (9, 13, 1)


TAMPERING = {
    "edited amount of an observation": ("update core_observation set amount = amount + 1 where external_key = 'a'", "observation leaf"),
    "deleted observation": ("delete from core_observation where external_key = 'b'", "1 of its 2 rows are missing."),
    "added observation": (
        "insert into core_observation select employee_id, day, id + 5, facet_id, sign, quantity, amount, moment, answers_to, "
        "recorded_at, source_id, supersedes_id, "
        "currency, 'x', details from core_observation where external_key = 'a'",
        "1 rows were added",
    ),
    "added outside any batch": (
        "insert into core_observation select employee_id, day, id + 99000000, facet_id, sign, quantity, amount, moment, answers_to, "
        "recorded_at, source_id, "
        "supersedes_id, currency, 'x', details from core_observation where external_key = 'a'",
        "1 of them never entered the ledger.",
    ),
    "edited award": ("update core_award set entitled = entitled * 2 where employee_id = 1", "award leaf"),
    "approved behind the back": ("update core_award set status = 'approved', decision_leaf = null where employee_id = 1", "never entered the ledger"),
    "edited decision": ("update core_award set decided_by = 'somebody' where employee_id = 1", "award_decision leaf"),
    "edited payout": ("update core_payout set amount = 999999 where employee_id = 2", "payout leaf"),
    "settled behind the back": ("update core_payout set status = 'settled' where status = 'released'", "never entered the ledger"),
    "edited plan": ("update core_plan_version set audience = 'tenure_months > 1'", "plan_version leaf"),
    "edited weight": ("update core_plan_item set weight = weight + 1 where id = 1", "its items differ from what the ledger holds."),
    "swapped leaves": ('update core_ledger_leaf set hash = (select hash from core_ledger_leaf where "index" = 2) where "index" = 3', "leaf 3"),
    "edited rule": ("update core_incentive_rule set parameters = '{\"rate\": 900000}'", "what it says differs from what the ledger holds."),
    "rule made automatic": ("update core_incentive_rule set automatic = not automatic", "what it says differs from what the ledger holds."),
    "edited dimensions": ("update core_facet set dimensions = '{\"new_customer\": false}'", "its kind or dimensions differ"),
    "renamed kind": ("update core_observation_kind set code = 'visit.mad' where code = 'sale.closed'", "its kind or dimensions differ"),
    "paid a second time": ("update core_payout set status = 'released' where status = 'settled'", "never entered the ledger"),
    "marked as reversed": ("update core_payout set reversed = (1 = 1)", "is marked as reversed without a reversal"),
    "forgotten key": ("delete from core_observation_key where external_key = 'a'", "2 keys stand for facts, and 3 facts stand."),
    "cut-off end": (
        'delete from core_ledger_leaf where "index" = (select max("index") from core_ledger_leaf)',
        "the log once had 9 leaves, and 8 are there.",
    ),
    "leaf taken out": ('delete from core_ledger_leaf where "index" = 3', "is missing"),
}


@pytest.mark.parametrize(("statement", "found"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found_and_named(paid: Work, statement: str, found: str) -> None:
    """The fault says where."""
    alter(paid, statement)

    verdict = verify_ledger(paid)

    assert not verdict.is_sound
    assert any(found in str(fault) for fault in verdict.faults), [str(fault) for fault in verdict.faults]


def test_a_log_cut_and_mended_by_an_insider_is_found_by_a_checkpoint_kept_elsewhere(paid: Work) -> None:
    """Even with the head rewritten, the note that left the machine tells."""
    note = sign_checkpoint(paid)
    alter(paid, "delete from core_ledger_checkpoint")
    alter(paid, "update core_payout set status = 'released', settlement_leaf = null, settled_at = null, settled_by = null")
    alter(paid, 'delete from core_ledger_leaf where "index" = 8')
    kept = list(paid.session.execute(text('select hash from core_ledger_leaf order by "index"')).scalars())
    frontier = Frontier()
    for each in kept:
        frontier, _ = frontier.append(bytes(each))
    paid.session.execute(text("update core_ledger_head set size = 8, frontier = :edge"), {"edge": b"".join(frontier.hashes)})
    paid.session.commit()

    assert verify_ledger(paid).is_sound
    assert [str(fault) for fault in verify_ledger(paid, notes=(note,)).faults] == ["checkpoint at 9: the log was cut: it has 8 leaves now."]


def test_an_observation_proves_itself_to_whoever_has_the_key(paid: Work) -> None:
    """The proof survives JSON and verifies with the verifier alone."""
    proof = prove_observation(paid, 1 << 20)

    checkpoint = RowProof.from_json(proof.to_json()).verify(ledger_signer(paid).verifier)

    assert isinstance(checkpoint, Checkpoint)
    assert checkpoint.size == 9


def test_the_export_holds_every_row_and_leaf(paid: Work, tmp_path: Path) -> None:
    """Thirteen rows, nine leaves, the checkpoint and the key."""
    counts = export_ledger(paid, tmp_path / "audit")

    assert counts == {"rows.jsonl": 13, "leaves.jsonl": 9}
    assert (tmp_path / "audit" / "verifier.txt").read_text("utf-8").startswith("bole.invalid/ledger+")
