"""What of the core's own a change of the organisation touches. Declarations only: the code that assesses is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bole.contracts.impact import OrgImpact, Reorganisation, Touched
from bole.contracts.label import Label

if TYPE_CHECKING:
    from bole.access import Work


def _assessor(name: str) -> Callable[[Work, Reorganisation], Touched]:
    def assess(work: Work, change: Reorganisation) -> Touched:
        from bole.builtin import assessing  # brings Polars; the start of a program must not wait for it

        assessor: Callable[[Work, Reorganisation], Touched] = getattr(assessing, f"assess_{name}")
        return assessor(work, change)

    return assess


IMPACTS = (
    OrgImpact("core.plans", Label("改用其他绩效方案的员工", "Employees whose plan becomes another"), _assessor("plans")),
    OrgImpact("core.targets", Label("未结束周期的个人目标", "Own targets in periods that are not over"), _assessor("targets")),
    OrgImpact("core.approvals", Label("待审批的激励", "Awards that wait for approval"), _assessor("approvals")),
    OrgImpact("core.payouts", Label("未关闭周期的激励会变动的员工", "Employees whose awards of an open period may change"), _assessor("payouts")),
)
