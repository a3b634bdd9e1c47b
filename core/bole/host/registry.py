"""What the enabled plugins declared, collected once and frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from bole.contracts.extension import Command, Connector, ImportTarget, Job, OrgSource
from bole.contracts.impact import OrgImpact
from bole.contracts.incentive import IncentiveType
from bole.contracts.indicator import ONE, Aggregate, Indicator, Measure, Of
from bole.contracts.label import Label
from bole.contracts.observation import ObservationKind
from bole.formula import BUILT_IN, FormulaFunction, Functions

T = TypeVar("T")
_COUNTED = frozenset((Of.COUNT, Of.WITHIN, Of.DISTINCT))


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration and the plugin it came from."""

    owner: str
    value: Any


@dataclass(frozen=True)
class Registry:
    """Every declaration by its code; the same for as long as the host lives."""

    observation_kinds: Mapping[str, ObservationKind] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    incentive_types: Mapping[str, IncentiveType] = field(default_factory=dict)
    connectors: Mapping[str, Connector] = field(default_factory=dict)
    import_targets: Mapping[str, ImportTarget] = field(default_factory=dict)
    org_sources: Mapping[str, OrgSource] = field(default_factory=dict)
    org_impacts: Mapping[str, OrgImpact] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    formula_functions: Mapping[str, FormulaFunction] = field(default_factory=dict)
    permissions: Mapping[str, Label] = field(default_factory=dict)
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def functions(self) -> Functions:
        """What formulas may call: the core's functions and those of plugins."""
        return Functions(self.formula_functions.values()) if self.formula_functions else BUILT_IN

    def owner(self, what: str, code: str) -> str:
        """Return the plugin that declared something: ``owner("indicators", "sales.amount")``."""
        return self.owners[what, code]

    def check(self) -> list[str]:
        """Return what is wrong between declarations: an indicator over a kind, attribute or condition nobody declares."""
        problems = []
        for code, indicator in self.indicators.items():
            found = [problem for measure in indicator.aggregate.measures for problem in self._check(measure)] if indicator.aggregate else []
            found += _mixed(indicator.aggregate) if indicator.aggregate else []
            problems += [f"indicator {code!r} of plugin {self.owner('indicators', code)!r}: {problem}" for problem in found]
        return problems

    def _check(self, measure: Measure) -> Iterable[str]:
        if measure == ONE:
            return
        kind = self.observation_kinds.get(measure.kind)
        if kind is None:
            yield f"no plugin declares the observation kind {measure.kind!r}."
            return
        dimensions = {attribute.code for attribute in kind.attributes if attribute.dimension}
        for code, _ in measure.where:
            if code not in dimensions:
                yield f"{measure.kind!r} has no dimension {code!r}; it has {sorted(dimensions) or 'none'}."
        if measure.key and measure.key not in {attribute.code for attribute in kind.attributes if not attribute.dimension}:
            yield f"{measure.kind!r} has no detail {measure.key!r} to count."
        if measure.within is not None and not kind.answers:
            yield f"{measure.kind!r} does not say what it answers to, so nothing can be within a deadline."


def _mixed(aggregate: Aggregate) -> list[str]:
    """Return what is wrong where one side of a fraction adds money to counts, or is only taken from the latest fact in part."""
    problems = []
    for side in (aggregate.numerator, aggregate.denominator):
        units = {"counts" if measure.of in _COUNTED else str(measure.of) for _, measure in side if measure != ONE}
        if len(units) > 1:
            problems.append(f"one side of its fraction adds up {' and '.join(sorted(units))}, which have no common unit.")
    return problems


def collect(
    given: Iterable[tuple[str, Iterable[T]]], code: Callable[[T], str], what: str, owners: dict[tuple[str, str], str], problems: list[str]
) -> Mapping[str, T]:
    """
    Return declarations by code.

    Args:
        given: plugin name and its declarations, in call order.
        owners: filled with who declared what.
        problems: gets a line for every code that two plugins declare.
    """
    found: dict[str, T] = {}
    for plugin, declarations in given:
        for declaration in declarations:
            key = code(declaration)
            if key in found:
                problems.append(f"{what}: {key!r} is declared by both {owners[what, key]!r} and {plugin!r}.")
                continue
            found[key] = declaration
            owners[what, key] = plugin
    return MappingProxyType(found)
