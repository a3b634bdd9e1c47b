"""What of the core's own a change of the organisation touches. Declarations only: the code that assesses is imported when it is used."""

from __future__ import annotations

from bole.contracts.impact import OrgImpact
from bole.contracts.label import Label
from bole.contracts.loading import loaded_when_called

_HOME = "bole.builtin.assessing"
"""Brings Polars; the start of a program must not wait for it."""

IMPACTS = (
    OrgImpact("core.plans", Label("改用其他绩效方案的员工", "Employees whose plan becomes another"), loaded_when_called(f"{_HOME}:assess_plans")),
    OrgImpact(
        "core.targets", Label("未结束周期的个人目标", "Own targets in periods that are not over"), loaded_when_called(f"{_HOME}:assess_targets")
    ),
    OrgImpact("core.approvals", Label("待审批的激励", "Awards that wait for approval"), loaded_when_called(f"{_HOME}:assess_approvals")),
    OrgImpact(
        "core.payouts",
        Label("未关闭周期的激励会变动的员工", "Employees whose awards of an open period may change"),
        loaded_when_called(f"{_HOME}:assess_payouts"),
    ),
)
