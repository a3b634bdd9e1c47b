"""Drafts that lack payouts released after they were computed."""

from __future__ import annotations

from collections.abc import Sequence

from bole import Raw, Work, requires, unit_of_work
from bole_payroll.computing.payouts import lacks_payouts
from bole_payroll.services.orders import read_order


@requires("payroll.run.start")
def mark_stale(work: Work, payouts: Sequence[int]) -> int:
    """
    Mark the drafts that lack some of the payouts due in their month, so that lists show it; return how many were marked.

    Approval refuses such a draft, marked or not. Computing the month again takes the payouts in.

    Args:
        payouts: ids of payouts that were released.
    """
    with unit_of_work(work.session):
        raw = Raw(work.session)
        entities = {row[0] for row in raw.where_in("select distinct legal_entity_id from core_payout where id in", sorted(set(payouts)))}
        drafts = raw.all("select id, legal_entity_id from payroll_run where status = 'draft' and not stale order by id")
        lacking = [run for run, entity in drafts if entity in entities and lacks_payouts(raw, read_order(work, raw, run)[0])]
        return sum(raw.run("update payroll_run set stale = ? where id = ? and status = 'draft'", (True, run)) for run in lacking)
