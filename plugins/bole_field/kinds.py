"""The facts of field work."""

from __future__ import annotations

from bole import Attribute, AttributeType, Label, ObservationKind

VISIT = ObservationKind(
    "visit.made",
    Label("客户拜访", "Customer visited"),
    by_hand=True,
    attributes=(
        Attribute("new_customer", Label("新客户", "New customer"), AttributeType.FLAG, dimension=True),
        Attribute("customer", Label("客户", "Customer")),
        Attribute("note", Label("拜访记录", "Notes"), personal=True),
    ),
)

KINDS = (VISIT,)
