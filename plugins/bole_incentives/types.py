"""The kinds of incentive this plugin offers; Polars is imported when one of them computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bole import IncentiveInput, IncentiveType, Label
from bole_incentives.schemas import InstantBonusSchema, TieredCommissionSchema

if TYPE_CHECKING:
    import polars as pl


def _tiered(given: IncentiveInput) -> pl.DataFrame:
    # Brings Polars, which only computing needs.
    from bole_incentives.tiered import compute

    return compute(given)


def _instant(given: IncentiveInput) -> pl.DataFrame:
    # Brings Polars, which only computing needs.
    from bole_incentives.instant import compute

    return compute(given)


TYPES = (
    IncentiveType("incentives.tiered_commission", Label("阶梯提成", "Tiered commission"), TieredCommissionSchema, _tiered),
    IncentiveType("incentives.instant_bonus", Label("即时奖金", "Instant bonus"), InstantBonusSchema, _instant, instant=True),
)
