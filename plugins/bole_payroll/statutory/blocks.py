"""From a checked parameter file to blocks of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bole import FOREVER, DateInterval
from bole_payroll.statutory.parameters import (
    SCHEMES,
    AnnualBonus,
    Bounds,
    Bracket,
    BracketTable,
    ContributionRate,
    Dated,
    HousingFund,
    NonResident,
    Overtime,
    PayTime,
    Remuneration,
    Source,
    SpecialAdditional,
    StandardDeduction,
)

_KINDS: Mapping[str, Callable[..., Dated]] = {
    "annual_brackets": BracketTable,
    "monthly_brackets": BracketTable,
    "standard_deduction": StandardDeduction,
    "annual_bonus": AnnualBonus,
    "labour_service": Remuneration,
    "royalty": Remuneration,
    "licence_fee": Remuneration,
    "non_resident": NonResident,
    "special_additional": SpecialAdditional,
    "pay_time": PayTime,
    "overtime": Overtime,
}


def country_blocks(given: Mapping[str, Any]) -> dict[str, tuple[Dated, ...]]:
    """Return the blocks of the country's file by topic, rising by day."""
    return {topic: _rising([_block(kind, entry) for entry in given[topic]]) for topic, kind in _KINDS.items()}


def city_blocks(given: Mapping[str, Any]) -> dict[str, tuple[Dated, ...]]:
    """Return the blocks of a city's file by topic and scheme, rising by day."""
    found: dict[str, tuple[Dated, ...]] = {}
    for scheme in (*SCHEMES, "housing_fund"):
        entries = [_without(entry, "schemes") for entry in given["bounds"] if scheme in entry["schemes"]]
        found[f"bounds.{scheme}"] = _rising([_block(Bounds, entry) for entry in entries])
    for scheme in SCHEMES:
        entries = [_without(entry, "scheme") for entry in given["rates"] if entry["scheme"] == scheme]
        found[f"rates.{scheme}"] = _rising([_block(ContributionRate, entry) for entry in entries])
    found["housing_fund"] = _rising([_block(HousingFund, entry) for entry in given["housing_fund"]])
    return found


def _without(entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != key}


def _rising(blocks: list[Dated]) -> tuple[Dated, ...]:
    return tuple(sorted(blocks, key=lambda block: block.valid.start))


def _block(kind: Callable[..., Dated], entry: Mapping[str, Any]) -> Dated:
    figures = {name: value for name, value in entry.items() if name not in ("valid_from", "valid_to", "source")}
    if "brackets" in figures:
        figures["brackets"] = tuple(Bracket(**step) for step in figures["brackets"])
    if "rent" in figures:
        figures["rent"] = tuple(figures["rent"])
    window = DateInterval(entry["valid_from"], entry["valid_to"] or FOREVER)
    return kind(valid=window, source=Source(**entry["source"]), **figures)
