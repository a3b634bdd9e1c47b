"""Plans and indicators in words: what counts how much, and how an indicator comes about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bole.access import Work
from bole.models import MILLION, Indicator, PlanItem, PlanVersion
from bole_admin.formats import percent_text
from bole_admin.language import reader_language
from bole_admin.measures import aggregate_words
from bole_admin.reading import read_value
from bole_admin.scoreboard import measured_text
from bole_admin.views import SecureModelView


@dataclass(frozen=True, slots=True)
class Item:
    """
    One item of a plan version, ready to be read.

    Args:
        weight: millionths.
        start: millionths of all items before it.
        gate: the balance rule in a sentence; empty where it has none.
    """

    indicator: Indicator
    label: str
    weight: int
    start: int
    target: str
    cap: str
    gate: str


class PlanVersionView(SecureModelView):
    """A plan version with its items."""

    row_template = "bole_admin/plan.html"

    def title_of(self, row: Any) -> str:
        """Return plan and version as one name."""
        return self.office.wording.gettext("%(plan)s, version %(number)s", plan=read_value(row.plan, "label"), number=row.number)

    def details(self, work: Work, row: PlanVersion) -> dict[str, Any]:
        """Return the items, and the other versions of the plan."""
        items: list[Item] = []
        for item in row.items:
            items.append(self._item(item, sum(earlier.weight for earlier in items)))
        others = select(PlanVersion).where(PlanVersion.plan_id == row.plan_id).order_by(PlanVersion.number.desc())
        return {"items": items, "versions": work.session.scalars(others).all(), "whole": max(sum(item.weight for item in items), 1)}

    def _item(self, item: PlanItem, start: int) -> Item:
        gate, unit = "", item.indicator.unit
        if item.gate_below is not None and item.gate_factor is not None:
            gate = self.office.wording.gettext(
                "Below %(border)s, incentives count %(factor)s.", border=measured_text(item.gate_below, unit), factor=percent_text(item.gate_factor)
            )
        label = str(read_value(item.indicator, "label"))
        return Item(item.indicator, label, item.weight, start, measured_text(item.target, unit), percent_text(item.cap), gate)


class IndicatorView(SecureModelView):
    """An indicator with the sum it stands for, and the plans that use it."""

    row_template = "bole_admin/indicator.html"

    def details(self, work: Work, row: Indicator) -> dict[str, Any]:
        """Return how the indicator comes about, and the plan versions in which it counts."""
        declared = self.office.plugin_host.registry.indicators.get(row.code)
        words = (
            aggregate_words(declared.aggregate, self.office.plugin_host.registry, self.office.wording) if declared and declared.aggregate else None
        )
        used: list[dict[str, Any]] = []
        if self.may_open("core.plan.read"):
            statement = (
                select(PlanItem, PlanVersion).join(PlanVersion, PlanVersion.id == PlanItem.plan_version_id).where(PlanItem.indicator_id == row.id)
            )
            used = [
                {"version": version, "plan": read_value(version.plan, "label"), "weight": percent_text(item.weight)}
                for item, version in work.session.execute(statement.order_by(PlanVersion.valid_from.desc()))
            ]
        return {"words": words, "used": used, "own": reader_language(), "million": MILLION}
