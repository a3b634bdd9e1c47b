"""What of people, managers and sight a change of the organisation touches. Declarations only: the code that assesses is imported when it is used."""

from __future__ import annotations

from bole import Label, OrgImpact, loaded_when_called

_HOME = "bole_reorganisation.drafts.impacts"
"""Brings all of drafts, which a start need not wait for."""

IMPACTS = (
    OrgImpact("reorganisation.people", Label("调动的员工", "Employees who move"), loaded_when_called(f"{_HOME}:assess_people")),
    OrgImpact(
        "reorganisation.along",
        Label("随部门一起调整的员工", "Employees who move along with their department"),
        loaded_when_called(f"{_HOME}:assess_along"),
    ),
    OrgImpact(
        "reorganisation.managers",
        Label("上级（审批人）变更的员工", "Employees who get another manager and approver"),
        loaded_when_called(f"{_HOME}:assess_managers"),
    ),
    OrgImpact(
        "reorganisation.scopes",
        Label("可见范围变化的负责人", "Heads and managers who see other people"),
        loaded_when_called(f"{_HOME}:assess_scopes"),
    ),
)
