"""The demo's performance plan and incentive rules, before and after the change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bole import Item, Label, Work, write_plan_version, write_rule
from bole_demo.company import SELLER

PLAN, COMMISSION, BIG_DEAL = "field-sales", "commission", "big_deal"
SELLERS = f'job_title = "{SELLER}"'
"""Audience of plan and rules."""

_LABEL = Label("一线销售绩效方案", "Field sales plan")
_COMMISSION = Label("季度销售提成", "Quarterly commission")


def write_first_plan(work: Work, valid_from: date) -> None:
    """Write what holds at first: sales count and nothing else, 10 % up to target and 15 % above it."""
    items = [Item("sales.amount", Decimal(1))]
    write_plan_version(work, PLAN, label=_LABEL, items=items, valid_from=valid_from, audience=SELLERS, reason="sales alone")
    tiers = [{"from": "0%", "rate": "10%"}, {"from": "100%", "rate": "15%"}]
    parameters = {"basis": "sales.amount", "tiers": tiers}
    write_rule(
        work, COMMISSION, type_code="incentives.tiered_commission", label=_COMMISSION, parameters=parameters, valid_from=valid_from, audience=SELLERS
    )


def change_plan(work: Work, valid_from: date) -> None:
    """
    Write what holds from the change on.

    Sales, visits, conversion and satisfaction count 40, 20, 25 and 15 %; satisfaction under 80 % costs a fifth of the
    commission; new customers pay more than old ones; a deal above 100,000 pays 2,000 at once, which the quarter nets.
    """
    items = [
        Item("sales.amount", Decimal("0.40")),
        Item("field.visits", Decimal("0.20"), Decimal(60)),
        Item("sales.lead_conversion", Decimal("0.25"), Decimal("0.28")),
        Item("sales.satisfaction", Decimal("0.15"), Decimal("0.85"), gate_below=Decimal("0.80"), gate_factor=Decimal("0.80")),
    ]
    write_plan_version(work, PLAN, label=_LABEL, items=items, valid_from=valid_from, audience=SELLERS, reason="the work behind sales counts, too")
    parameters = {"above": "100000", "amount": "2000"}
    write_rule(
        work,
        BIG_DEAL,
        type_code="incentives.instant_bonus",
        label=Label("大单即时奖", "Big deal bonus"),
        parameters=parameters,
        valid_from=valid_from,
        audience=SELLERS,
    )
    tiers = [
        {"from": "0%", "rates": {"sales.new_amount": "12%", "sales.repeat_amount": "8%"}},
        {"from": "100%", "rates": {"sales.new_amount": "18%", "sales.repeat_amount": "12%"}},
    ]
    commission = {"basis": "sales.amount", "tiers": tiers, "nets": [BIG_DEAL]}
    write_rule(
        work, COMMISSION, type_code="incentives.tiered_commission", label=_COMMISSION, parameters=commission, valid_from=valid_from, audience=SELLERS
    )
