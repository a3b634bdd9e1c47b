"""Computing opened runs: all parts in the caller's transaction, or each part in its own as a job's chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bole import Conflict, Raw, Work, demand_company, requires, unit_of_work
from bole_payroll.computing.compute import Sums, compute_part, figures_of
from bole_payroll.computing.order import Part, RunOrder
from bole_payroll.services.orders import Opened, month_of, open_runs, read_order

if TYPE_CHECKING:
    from bole_payroll.statutory.parameters import Parameters


def compute_opened(work: Work, opened: Opened) -> Sums:
    """Compute every part of an opened run inside the caller's transaction and return what they came to."""
    parameters = figures_of(opened.order)
    total = Sums()
    for part in opened.parts:
        done = _compute(work, opened.order, part, parameters)
        total = Sums(total.slips + done.slips, total.left_out + done.left_out, total.gross + done.gross, total.tax + done.tax, total.net + done.net)
    return total


@requires("payroll.run.start")
def open_payroll(work: Work, month: str, legal_entities: tuple[str, ...] = ()) -> tuple[Mapping[str, int], ...]:
    """
    Open the runs of a month and return the parts that `compute_payroll_part` is to be given, ``{"run": …, "part": …}`` each.

    Args, Raises: as `run_payroll`.
    """
    demand_company(work, "payroll.run.start")
    period = month_of(work, month)
    with unit_of_work(work.session):
        opened = open_runs(work, Raw(work.session), period, legal_entities)
        for one in opened:
            figures_of(one.order)
        return tuple({"run": one.order.id, "part": part.number} for one in opened for part in one.parts)


@requires("payroll.run.start")
def compute_payroll_part(work: Work, run: int, part: int) -> Sums:
    """
    Compute one part of a run in a transaction of its own and return what it came to; nothing where it was done before.

    The run becomes a draft with its last part, or is superseded where it holds no payslip.

    Raises:
        NotFound: there is no such run or part.
        Conflict: another run took this one's place.
        ProblemsFound: somebody's figures cannot be paid.
    """
    demand_company(work, "payroll.run.start")
    with unit_of_work(work.session):
        raw = Raw(work.session)
        order, status = read_order(work, raw, run)
        if status == "superseded":
            raise _superseded(order)
        row = raw.one("select first_employee, end_employee from payroll_run_part where run_id = ? and number = ?", (run, part))
        if row is None:
            raise Conflict("payroll.unknown_part", f"run {run} has no part {part}.", "Start the job again.")
        return _compute(work, order, Part(part, int(row[0]), int(row[1])), figures_of(order))


def _compute(work: Work, order: RunOrder, part: Part, parameters: Parameters | None) -> Sums:
    raw = Raw(work.session)
    # Whoever comes second, after a crash or beside the first, finds the part done.
    if not raw.run("update payroll_run_part set done = ? where run_id = ? and number = ? and done = ?", (True, order.id, part.number, False)):
        return Sums()
    sums = compute_part(work, order, part, parameters)
    finished = raw.run(
        "update payroll_run set unfinished = unfinished - 1, slips = slips + ?, left_out = left_out + ?, gross = gross + ?, "
        # A run without payslips must not wait for approval, and later months for it.
        "tax = tax + ?, net = net + ?, status = case when unfinished > 1 then status when slips + ? > 0 then 'draft' else 'superseded' end "
        "where id = ? and status = 'computing'",
        (sums.slips, sums.left_out, sums.gross, sums.tax, sums.net, sums.slips, order.id),
    )
    if not finished:
        raise _superseded(order)
    return sums


def _superseded(order: RunOrder) -> Conflict:
    return Conflict("payroll.run_superseded", f"run {order.id} of {order.month} was superseded while it was computed.", "Look at the newer run.")
