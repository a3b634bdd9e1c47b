"""Payroll runs: computed, approved, settled; each transition is one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bole import Conflict, NotFound, Raw, Work, demand_company, micros, requires, settle_payouts, unit_of_work
from bole_payroll.computing.compute import Sums
from bole_payroll.computing.payouts import lacks_payouts
from bole_payroll.services.computation import compute_opened
from bole_payroll.services.orders import OF_RUN, Opened, key_of_run, month_of, open_runs, read_order


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """
    What a run came to; amounts in minor units of the currency.

    Args:
        number: which computation of the month it is.
        left_out: people employed in the month with whom no salary is agreed and to whom nothing is due.
    """

    id: int
    month: str
    legal_entity: str
    number: int
    currency: str
    slips: int
    left_out: int
    gross: int
    tax: int
    net: int


@requires("payroll.run.start")
def run_payroll(work: Work, month: str, legal_entities: Sequence[str] = ()) -> tuple[RunOutcome, ...]:
    """
    Compute the payslips of a month and return one outcome a legal entity that has any; all or nothing is stored.

    Drafts of the month are superseded. Whoever has an approved or settled payslip of it is left alone: what became
    different since belongs to a later month.

    Args:
        month: ``2026-07``.
        legal_entities: codes; all where none is named.

    Raises:
        InvalidValue: the code is no month, or a city has no figures.
        NotFound: unknown legal entity, or no statutory figures for the month.
        Conflict: an earlier month waits for approval, or a later one was computed.
        ProblemsFound: a legal entity is not configured, or somebody's figures cannot be paid; all are named.
    """
    demand_company(work, "payroll.run.start")
    period = month_of(work, month)
    with unit_of_work(work.session):
        done = [(opened, compute_opened(work, opened)) for opened in open_runs(work, Raw(work.session), period, legal_entities)]
    return tuple(_outcome(opened, sums) for opened, sums in done if sums.slips)


def _outcome(opened: Opened, sums: Sums) -> RunOutcome:
    order = opened.order
    amounts = (sums.slips, sums.left_out, sums.gross, sums.tax, sums.net)
    return RunOutcome(order.id, order.month, opened.entity_code, opened.number, order.currency, *amounts)


@requires("payroll.run.approve")
def approve_runs(work: Work, runs: Sequence[int]) -> int:
    """
    Approve drafts, all or none, and return how many payslips they hold.

    Raises:
        NotFound: there is no such run.
        Conflict: one is no draft, or payouts due in its month were released since it was computed.
    """
    demand_company(work, "payroll.run.approve")
    moved = 0
    with unit_of_work(work.session):
        raw = Raw(work.session)
        for run in sorted(set(runs)):
            stamp = (micros(work.clock.now()), work.actor.name, run)
            if not raw.run("update payroll_run set status = 'approved', approved_at = ?, approved_by = ? where id = ? and status = 'draft'", stamp):
                raise _refusal(raw, run, "draft", "approved")
            _refuse_if_stale(work, raw, run)
            moved += _move(raw, run, "draft", "approved")
    return moved


@requires("payroll.run.settle")
def settle_runs(work: Work, runs: Sequence[int]) -> int:
    """
    Settle approved runs, all or none, and with them the payouts in their payslips; return how many payslips were paid.

    Raises:
        NotFound: there is no such run.
        Conflict: one is not approved, or a payout in it was settled elsewhere; nothing was settled.
    """
    demand_company(work, "payroll.run.settle")
    moved = 0
    # Whoever may pay a run may thereby mark the payouts in it as paid.
    paying = work.acting_as(replace(work.actor, everything=True))
    with unit_of_work(work.session):
        raw = Raw(work.session)
        for run in sorted(set(runs)):
            stamp = (micros(work.clock.now()), work.actor.name, run)
            if not raw.run("update payroll_run set status = 'settled', settled_at = ?, settled_by = ? where id = ? and status = 'approved'", stamp):
                raise _refusal(raw, run, "approved", "settled")
            moved += _move(raw, run, "approved", "settled")
            settle_payouts(paying, _payouts(raw, run), by=f"payroll {key_of_run(raw, run)[0]}, run {run}")
    return moved


@requires("payroll.run.approve")
def reopen_runs(work: Work, runs: Sequence[int]) -> int:
    """
    Take the approval of runs back, all or none, so that they can be computed again; return how many payslips they hold.

    Raises:
        NotFound: there is no such run.
        Conflict: one is not approved, or a later month was computed from it.
    """
    demand_company(work, "payroll.run.approve")
    moved = 0
    with unit_of_work(work.session):
        raw = Raw(work.session)
        for run in sorted(set(runs)):
            if not raw.run(
                "update payroll_run set status = 'draft', approved_at = null, approved_by = null where id = ? and status = 'approved'", (run,)
            ):
                raise _refusal(raw, run, "approved", "reopened")
            _refuse_if_built_upon(raw, run)
            moved += _move(raw, run, "approved", "draft")
    return moved


@requires("payroll.run.start")
def discard_runs(work: Work, runs: Sequence[int]) -> int:
    """
    Take drafts out, all or none, and return how many payslips they held.

    Raises:
        NotFound: there is no such run.
        Conflict: one is approved, settled or superseded.
    """
    demand_company(work, "payroll.run.start")
    moved = 0
    with unit_of_work(work.session):
        raw = Raw(work.session)
        for run in sorted(set(runs)):
            if not raw.run("update payroll_run set status = 'superseded' where id = ? and status in ('computing', 'draft')", (run,)):
                raise _refusal(raw, run, "draft", "discarded")
            moved += _move(raw, run, "draft", "superseded")
    return moved


def _move(raw: Raw, run: int, before: str, after: str) -> int:
    shown = "null" if after == "draft" else "employee_id" if after == "approved" else "shown_to"
    statement = f"update payroll_payslip set status = ?, shown_to = {shown} where {OF_RUN} and status = ?"
    return raw.run(statement, (after, *key_of_run(raw, run), before))


def _payouts(raw: Raw, run: int) -> list[int]:
    rows = raw.all(
        "select l.payout_id from payroll_payslip_payout l where l.payslip_id in "
        f"(select id from payroll_payslip where {OF_RUN} and status = 'settled')",
        key_of_run(raw, run),
    )
    return [int(row[0]) for row in rows]


def _refuse_if_stale(work: Work, raw: Raw, run: int) -> None:
    order, _ = read_order(work, raw, run)
    if lacks_payouts(raw, order):
        raise Conflict(
            "payroll.run_stale",
            f"run {run} lacks payouts due in {order.month} that were released after it was computed; it cannot be approved.",
            f"Compute the month again: `bole payroll run {order.month}`.",
        )


def _refuse_if_built_upon(raw: Raw, run: int) -> None:
    later = raw.one(
        "select l.id, l.month from payroll_run r join payroll_run l on l.legal_entity_id = r.legal_entity_id and l.month > r.month "
        "and substr(l.month, 1, 4) = substr(r.month, 1, 4) and l.status <> 'superseded' where r.id = ? order by l.month limit 1",
        (run,),
    )
    if later:
        raise Conflict(
            "payroll.run_built_upon",
            f"run {run} cannot be reopened: run {later[0]} of {later[1]} goes on from it.",
            "Discard that run first, or pay the difference in a later month.",
        )


def _refusal(raw: Raw, run: int, wanted: str, verb: str) -> NotFound | Conflict:
    """Return what to raise where a conditional UPDATE found no row."""
    row = raw.one("select status from payroll_run where id = ?", (run,))
    if row is None:
        return NotFound("payroll.unknown_run", f"there is no payroll run {run}.", "Look its number up in the list of runs.")
    return Conflict("payroll.run_status", f"run {run} is {row[0]}, not {wanted}; it cannot be {verb}.", "Reload the list.")
