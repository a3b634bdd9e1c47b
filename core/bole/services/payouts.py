"""Payouts: approved money awards released for payment, settled by payroll, reversed where they were wrong.

Rounding happens here and nowhere earlier. Each transition is one conditional UPDATE. A reversal
is a row of its own that takes back the amount actually paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bole.access import Work, requires
from bole.contracts.incentive import AMOUNT_SCALE
from bole.db import Raw, unit_of_work
from bole.errors import Conflict, NotFound
from bole.services.journal import append, next_leaf
from bole.services.outbox import enqueue
from bole.services.periods import open_period
from bole.services.visibility import demand_sight_of
from bole.values import Period, Rounding, micros

_COLUMNS = (
    "award_id",
    "employee_id",
    "legal_entity_id",
    "due_period_id",
    "amount",
    "currency",
    "rounding",
    "reverses_id",
    "released_at",
    "released_by",
)


@dataclass(frozen=True, slots=True)
class Released:
    """Which payouts were made."""

    payouts: tuple[int, ...]


@requires("core.payout.release")
def release_payouts(work: Work, awards: Sequence[int], *, due: str, rounding: Rounding = Rounding.HALF_UP) -> Released:
    """
    Release approved money awards for payment, all or none.

    Args:
        awards: ids of approved awards of money that have no payout yet.
        due: the month in whose payroll they are due, ``2026-10``.
        rounding: named rule by which the unrounded award becomes whole minor units.

    Raises:
        Conflict: an award is not approved, is no money, or was released before; nothing was released.
        Forbidden: an award is of an employee outside the actor's scope; nothing was released.
    """
    with unit_of_work(work.session):
        period = open_period(work, Period.parse(due))
        raw = Raw(work.session)
        next_leaf(raw)
        chosen = sorted(set(awards))
        rows = raw.where_in(
            "select a.id, a.employee_id, e.legal_entity_id, a.amount, a.currency, p.code from core_award a "
            "join core_employee e on e.id = a.employee_id join core_period p on p.id = a.period_id "
            "where a.status = 'approved' and a.reward = 'money' and not exists (select 1 from core_payout o where o.award_id = a.id) and a.id in",
            chosen,
            "order by a.id" + (" for update of a" if raw.postgresql else ""),
        )
        if len(rows) != len(chosen):
            wrong = sorted(set(chosen) - {int(row[0]) for row in rows})
            raise Conflict(
                "core.award_not_releasable",
                f"award {wrong[0]} is not an approved, unreleased award of money ({len(wrong)} are not).",
                "Approve it first, or reload the list.",
            )
        demand_sight_of(work, "core.payout.release", [(int(row[1]), Period.parse(row[5]).end) for row in rows])
        now = micros(work.clock.now())
        made = [
            (award, employee, entity, period.id, rounding.divide(amount, AMOUNT_SCALE), currency, rounding.value, None, now, work.actor.name)
            for award, employee, entity, amount, currency, _ in rows
        ]
        ids = _insert(raw, made)
        enqueue(work, "bole_payout_released", {"payout_ids": list(ids)})
    return Released(ids)


def _insert(raw: Raw, rows: Sequence[tuple[object, ...]]) -> tuple[int, ...]:
    if not rows:
        return ()
    leaf = next_leaf(raw)
    columns = (*_COLUMNS, "status", "leaf")
    ids = raw.inserted(
        f"insert into core_payout ({', '.join(columns)}) values ({', '.join('?' * len(columns))}) returning id",
        ((*row, "released", leaf) for row in rows),
    )
    append(raw, "payout", [(identity, *row) for identity, row in zip(ids, rows, strict=True)])
    return tuple(ids)


@requires("core.payout.release")
def settle_payouts(work: Work, payouts: Sequence[int], *, by: str) -> int:
    """
    Mark released payouts as paid, all or none; called by whoever pays, inside its own transaction.

    Args:
        by: names the payment (``payroll payslip 12``).

    Raises:
        Conflict: one of them is not released any more; nothing was settled.
    """
    with unit_of_work(work.session):
        raw = Raw(work.session)
        chosen = sorted(set(payouts))
        if not chosen:
            return 0
        leaf, now = next_leaf(raw), micros(work.clock.now())
        settled = [
            identity
            for identity in chosen
            if raw.run(
                "update core_payout set status = 'settled', settled_at = ?, settled_by = ?, settlement_leaf = ? where id = ? and status = 'released'",
                (now, by, leaf, identity),
            )
        ]
        if len(settled) != len(chosen):
            wrong = sorted(set(chosen) - set(settled))
            raise Conflict(
                "core.payout_not_released",
                f"payout {wrong[0]} is not waiting for payment ({len(wrong)} of {len(chosen)} are not).",
                "Reload the list.",
            )
        append(raw, "payout_settlement", [(identity, now, by) for identity in settled])
    return len(chosen)


@requires("core.payout.release")
def reverse_payout(work: Work, payout: int, *, due: str) -> Released:
    """
    Take a payout back: one that was not paid yet and one that was, by a row of the opposite amount.

    Args:
        due: the month in whose payroll the reversal is due.

    Raises:
        NotFound: there is no such payout.
        Conflict: it was reversed before, or is a reversal itself.
        Forbidden: it is of an employee outside the actor's scope.
    """
    with unit_of_work(work.session):
        period = open_period(work, Period.parse(due))
        raw = Raw(work.session)
        next_leaf(raw)
        query = "select o.award_id, o.employee_id, o.legal_entity_id, o.amount, o.currency, o.reverses_id, p.code from core_payout o "
        row = raw.one(query + "join core_period p on p.id = o.due_period_id where o.id = ?", (payout,))
        if row is None:
            raise NotFound("core.unknown_payout", f"there is no payout {payout}.")
        award, employee, entity, amount, currency, reverses, due_code = row
        demand_sight_of(work, "core.payout.release", [(int(employee), Period.parse(due_code).end)])
        if reverses is not None:
            raise Conflict("core.reversal_reversed", f"payout {payout} is itself the reversal of payout {reverses}.", "Release a new award instead.")
        if not raw.run(
            "update core_payout set reversed = ? where id = ? and reversed = ?",
            (True, payout, False),
        ):
            raise Conflict("core.payout_reversed", f"payout {payout} was reversed before.")
        now = micros(work.clock.now())
        ids = _insert(raw, [(award, employee, entity, period.id, -amount, currency, "half_up", payout, now, work.actor.name)])
        enqueue(work, "bole_payout_released", {"payout_ids": list(ids)})
    return Released(ids)
