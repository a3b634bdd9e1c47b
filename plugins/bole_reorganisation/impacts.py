"""What of people, managers and sight a change of the organisation touches. Declarations only: the code that assesses is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable

from bole import Label, OrgImpact, Reorganisation, Touched, Work


def _assessor(name: str) -> Callable[[Work, Reorganisation], Touched]:
    def assess(work: Work, change: Reorganisation) -> Touched:
        from bole_reorganisation.drafts import impacts  # brings all of drafts, which a start need not wait for

        assessor: Callable[[Work, Reorganisation], Touched] = getattr(impacts, f"assess_{name}")
        return assessor(work, change)

    return assess


IMPACTS = (
    OrgImpact("reorganisation.people", Label("调动的员工", "Employees who move"), _assessor("people")),
    OrgImpact("reorganisation.along", Label("随部门一起调整的员工", "Employees who move along with their department"), _assessor("along")),
    OrgImpact("reorganisation.managers", Label("上级（审批人）变更的员工", "Employees who get another manager and approver"), _assessor("managers")),
    OrgImpact("reorganisation.scopes", Label("可见范围变化的负责人", "Heads and managers who see other people"), _assessor("scopes")),
)
