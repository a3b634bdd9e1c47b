"""The pages that the back office brings itself, and the classes of those declared views that show more than a table."""

from __future__ import annotations

from collections.abc import Mapping

from bole.contracts.label import Label
from bole.contracts.pages import PEOPLE, PERFORMANCE, SYSTEM, AdminPage
from bole_admin.employees import EmployeeView
from bole_admin.payouts import PayoutView
from bole_admin.plans import IndicatorView, PlanVersionView
from bole_admin.users import RoleView, UserView
from bole_admin.views import SecureModelView

PAGES = (
    AdminPage("core.department", Label("部门", "Departments"), PEOPLE, "core.org.read", "bole_admin.departments:DepartmentsPage", "tree"),
    AdminPage("core.result", Label("绩效结果", "Results"), PERFORMANCE, "core.result.read", "bole_admin.results:ResultsPage", "chart"),
    AdminPage("core.observation", Label("业务事实", "Facts"), PERFORMANCE, "core.observation.read", "bole_admin.facts:FactsPage", "fact"),
    AdminPage("core.plugin", Label("插件", "Plugins"), SYSTEM, "core.plugin.read", "bole_admin.plugins:PluginsPage", "plug"),
)

VIEWS: Mapping[str, type[SecureModelView]] = {
    "core.employee": EmployeeView,
    "core.indicator": IndicatorView,
    "core.payout": PayoutView,
    "core.plan_version": PlanVersionView,
    "core.role": RoleView,
    "core.user": UserView,
}
