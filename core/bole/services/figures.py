"""Figures as people read them in explanations: money, rates, moments, and the columns of a trace."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bole.contracts.label import Label
from bole.models import MILLION
from bole.services.explanation import Names, same
from bole.values import from_micros, minor_digits

TRACE_LABELS = Names(
    {
        "basis": Label("计算基数", "Basis"),
        "target": Label("目标", "Target"),
        "attainment": Label("完成率", "Attainment"),
        "rate": Label("比率", "Rate"),
        "gross": Label("扣减前金额", "Before deductions"),
        "gate": Label("平衡指标系数", "Balance factor"),
        "gated": Label("平衡后金额", "After the balance rule"),
        "netted": Label("已即时发放，抵减", "Paid at once, netted"),
        "cap": Label("上限", "Cap"),
        "floor": Label("下限", "Floor"),
        "threshold": Label("门槛", "Threshold"),
        "deal": Label("成交金额", "Deal"),
        "withdrawn": Label("不再成立，收回", "Withdrawn"),
        **{f"tier_{number}": Label(f"第 {number} 档", f"Tier {number}") for number in range(1, 10)},
    }
)


def money(minor: int | Decimal, currency: str) -> Label:
    """Return minor units as people read them, finer places kept where there are any."""
    digits = minor_digits(currency)
    amount = Decimal(minor).scaleb(-digits)
    shortest = amount.quantize(Decimal(1).scaleb(-digits))
    return same(f"{shortest if shortest == amount else amount.normalize():,f} {currency}")


def rate(millionths: int | None) -> Label:
    """Return millionths as a percentage."""
    if millionths is None:
        return Label("无", "none")
    return same(f"{(Decimal(millionths) / 10_000).quantize(Decimal('0.01')):f}%")


def stamp(micros: int) -> str:
    """Return a stored moment to the minute, in UTC."""
    return f"{from_micros(micros):%Y-%m-%d %H:%M} UTC"


def shown(name: str, value: Any, currency: str) -> Label:
    """
    Return a trace's figure: its name's ending tells its unit.

    ``…_rate``, ``gate`` and ``attainment`` are millionths; ``…_major`` millionths of a major unit; other integers
    are millionths of a minor unit.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        return same(str(value))
    if name.endswith("rate") or name in ("gate", "attainment"):
        return rate(value)
    if name.endswith("_count"):
        return same(str(value))
    return money(Decimal(value) / MILLION, currency)
